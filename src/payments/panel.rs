//! The panel of a customer's figures: the totals of one currency, and the chart of the last months. Each figure links
//! to exactly the payments that it counts.

use diesel::{PgConnection, prelude::*};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Status,
    figures::{self, Figures},
    row,
};
use crate::{
    chart::{self, Chart},
    error::{Error, Result},
    ids::{AccountId, CustomerId, PaymentId},
    schema::payments,
    values::{Currency, Money, when::When},
};

/// The panel of one currency.
pub struct Panel {
    /// The tabs of all currencies, this one included; empty when there is only one.
    pub tabs: Vec<Tab>,
    /// The totals of the payments.
    pub figures: Figures,
    /// Volume divided by the number of payments.
    pub average: Money,
    /// The time of the last payment.
    pub last_at: When,
    /// The link to the last payment.
    pub last: String,
    /// The link to the list of all payments that ever succeeded.
    pub paid: String,
    /// The link to the list of those of which anything was refunded.
    pub refunded: String,
    /// The chart of the last months.
    pub chart: Chart,
    q: String,
}

/// A currency of the customer's payments.
pub struct Tab {
    pub currency: Currency,
    /// The link to its panel.
    pub href: String,
    /// True when its panel is shown.
    pub is_current: bool,
}

impl Panel {
    /// Returns the panel of a customer in the wanted currency, or else in the one with most payments. Returns `None`
    /// for a customer who never paid.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing was ever paid in the wanted currency.
    pub fn of(
        conn: &mut PgConnection,
        account: AccountId,
        customer: CustomerId,
        wanted: Option<Currency>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let all = figures::of(conn, account, customer)?;
        let chosen = match wanted {
            Some(currency) => Some(all.iter().find(|one| one.volume.currency == currency).ok_or(Error::NotFound)?),
            None => all.first(),
        };
        let Some(figures) = chosen else { return Ok(None) };
        let currency = figures.volume.currency;
        let months = chart::months(zone, now)?;
        let starts: Vec<Timestamp> = months.iter().map(|month| month.start).collect();
        let volumes = figures::by_month(conn, account, customer, currency, &starts)?;
        let last = newest(conn, account, customer, currency)?;
        let q = |statuses: &[Status]| {
            let names: Vec<&str> = statuses.iter().map(|status| status.as_str()).collect();
            format!("customer:{customer} status:{} currency:{currency}", names.join(","))
        };
        Ok(Some(Self {
            tabs: tabs(&all, customer, currency),
            average: figures.average(),
            last_at: When::new(figures.last_payment_at, zone, now),
            last: row::path(last),
            paid: row::search(&q(&Status::PAID)),
            refunded: row::search(&q(&[Status::PartiallyRefunded, Status::Refunded])),
            chart: Chart::new(&months, &volumes, currency),
            q: q(&Status::PAID),
            figures: figures.clone(),
        }))
    }

    /// Returns the currency of the panel.
    pub fn currency(&self) -> Currency {
        self.figures.volume.currency
    }

    /// Returns the link to the list of payments of a month.
    pub fn in_month(&self, month: &str) -> String {
        row::search(&format!("{} created:{month}", self.q))
    }
}

fn tabs(all: &[Figures], customer: CustomerId, current: Currency) -> Vec<Tab> {
    let tab = |figures: &Figures| {
        let currency = figures.volume.currency;
        let href = format!("/customers/{customer}/figures?currency={currency}");
        Tab { currency, href, is_current: currency == current }
    };
    if all.len() > 1 { all.iter().map(tab).collect() } else { Vec::new() }
}

/// Returns the newest payment that ever succeeded.
fn newest(conn: &mut PgConnection, account: AccountId, customer: CustomerId, currency: Currency) -> Result<PaymentId> {
    let paid = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .filter(payments::currency.eq(currency))
        .filter(payments::status.eq_any(Status::PAID.map(Status::as_str)));
    Ok(paid.order(payments::id.desc()).select(payments::id).first(conn)?)
}
