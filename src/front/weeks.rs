//! The charts of the last weeks: new customers, and the volume in one currency. Each bar's number links to its rows.

use std::collections::BTreeMap;

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{
    chart::{Chart, Stretch, Unit},
    customers::hours as customer_hours,
    error::{Error, Result},
    payments::{
        Status,
        hours::{self as payment_hours, Volumes},
        row,
    },
    values::{
        Currency,
        weeks::{WEEKS, weeks},
    },
    who::SignedIn,
};

/// The volume of the last weeks in one currency.
pub struct Volume {
    pub chart: Chart,
    /// What the chart is of, in words.
    pub about: String,
    /// The heading of the chart's values.
    pub unit: String,
    /// The currencies with payments: the code, the link to its chart, and true for the one that is shown.
    pub currencies: Vec<(Currency, String, bool)>,
}

/// The charts of the last weeks.
pub struct Charts {
    /// The new customers.
    pub customers: Chart,
    /// The volume; nothing when nothing was paid.
    pub volume: Option<Volume>,
    /// How long a time they are of, in words.
    pub about: String,
}

impl Charts {
    /// Reads both, the volume in the wanted currency, else in the account's own, else in that with most payments.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut PgConnection, who: &SignedIn, wanted: Option<Currency>, now: Timestamp) -> Result<Self> {
        let weeks = weeks(&who.settings.time_zone, now).map_err(Error::internal)?;
        let stretches: Vec<Stretch> = weeks.iter().map(Stretch::week).collect();
        let new = customer_hours::by_week(conn, who.account, &weeks)?;
        let paid = payment_hours::by_week(conn, who.account, &weeks)?;
        let customers =
            Chart::new(stretches.clone(), &new, Unit::Number, |week| format!("/customers?q=created%3A{}", week.search));
        let own = who.settings.default_currency;
        let volume = chosen(&paid, wanted, own).map(|currency| volume(&paid, currency, stretches));
        Ok(Self { customers, volume, about: format!("Last {WEEKS} weeks") })
    }
}

/// Returns the currency to show, if anything was paid.
fn chosen(paid: &BTreeMap<Currency, Volumes>, wanted: Option<Currency>, own: Currency) -> Option<Currency> {
    let has = |currency: &Currency| paid.contains_key(currency);
    let most = || paid.iter().max_by_key(|(_, of)| of.payments).map(|(currency, _)| *currency);
    wanted.filter(has).or(Some(own).filter(has)).or_else(most)
}

fn volume(paid: &BTreeMap<Currency, Volumes>, currency: Currency, stretches: Vec<Stretch>) -> Volume {
    let statuses: Vec<&str> = Status::PAID.iter().map(|status| status.as_str()).collect();
    let paid_in = |week: &Stretch| {
        row::search(&format!("status:{} currency:{currency} created:{}", statuses.join(","), week.search))
    };
    let values = paid.get(&currency).map(|of| of.weeks.as_slice()).unwrap_or_default();
    Volume {
        chart: Chart::new(stretches, values, Unit::Money(currency), paid_in),
        about: format!("Last {WEEKS} weeks, in {currency}"),
        unit: format!("Volume ({currency})"),
        currencies: paid.keys().map(|one| (*one, format!("/?currency={one}"), *one == currency)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_currency_is_shown_unless_another_is_wanted_or_nothing_was_paid_in_it() {
        let (kes, usd, eur): (Currency, Currency, Currency) =
            ("KES".parse().unwrap(), "USD".parse().unwrap(), "EUR".parse().unwrap());
        let of = |payments| Volumes { payments, weeks: Vec::new() };
        let paid = BTreeMap::from([(usd, of(2)), (eur, of(7))]);
        assert_eq!(chosen(&paid, None, kes), Some(eur), "most payments");
        assert_eq!(chosen(&paid, None, usd), Some(usd), "the own one");
        assert_eq!(chosen(&paid, Some(usd), kes), Some(usd));
        assert_eq!(chosen(&paid, Some(kes), usd), Some(usd), "nothing was paid in the wanted one");
        assert_eq!(chosen(&BTreeMap::new(), Some(kes), kes), None);
    }
}
