//! The panel of a customer's figures: what the payments of one currency come to, and the chart of the last months. Each
//! figure leads to exactly the payments that it is made of.

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
    /// The others, if there are any, with this one among them.
    pub tabs: Vec<Tab>,
    /// What the payments come to.
    pub figures: Figures,
    /// Volume by payments.
    pub average: Money,
    /// When the last one was made.
    pub last_at: When,
    /// The page of the last one.
    pub last: String,
    /// The list of all that ever succeeded.
    pub paid: String,
    /// The list of those of which anything was refunded.
    pub refunded: String,
    /// The last months.
    pub chart: Chart,
    q: String,
}

/// A currency of the customer's payments.
pub struct Tab {
    pub currency: Currency,
    /// Its panel.
    pub href: String,
    /// Whether it is shown.
    pub is_current: bool,
}

impl Panel {
    /// The panel of a customer in the currency that is wanted, else in the one with most payments. Nothing for a customer
    /// who never paid.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing was ever paid in the currency that is wanted.
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

    /// Its currency.
    pub fn currency(&self) -> Currency {
        self.figures.volume.currency
    }

    /// The list of what was paid in a month.
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

/// The newest payment that ever succeeded.
fn newest(conn: &mut PgConnection, account: AccountId, customer: CustomerId, currency: Currency) -> Result<PaymentId> {
    let paid = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .filter(payments::currency.eq(currency))
        .filter(payments::status.eq_any(Status::PAID.map(Status::as_str)));
    Ok(paid.order(payments::id.desc()).select(payments::id).first(conn)?)
}
