//! The panel of a customer's figures: how often and when they last paid, a line of figures for each currency, and the
//! chart of the last months. Each figure links to exactly the payments that it counts.

use diesel::{PgConnection, prelude::*};
use jiff::{Timestamp, tz::TimeZone};

use super::{
    Status,
    figures::{self, Figures},
    row,
};
use crate::{
    chart::{self, Chart, Unit},
    error::{Error, Result},
    ids::{AccountId, CustomerId, PaymentId},
    schema::payments,
    values::{Currency, Money, when::When},
};

/// The panel of a customer's figures.
pub struct Panel {
    /// The number of payments that ever succeeded, in all currencies.
    pub payments: i64,
    /// The link to the list of all of them.
    pub paid: String,
    /// The time of the last one.
    pub last_at: When,
    /// The link to the last one.
    pub last: String,
    /// The figures of each currency, the one with most payments first.
    pub lines: Vec<Line>,
    /// The chart of the last months, in one currency.
    pub chart: Chart,
    /// The currency of the chart.
    pub currency: Currency,
}

/// The figures of a customer's payments in one currency.
pub struct Line {
    pub figures: Figures,
    /// The volume divided by the number of payments.
    pub average: Money,
    /// The link to the list of all payments that ever succeeded.
    pub paid: String,
    /// The link to the list of those of which anything was refunded.
    pub refunded: String,
    /// The link to the panel with the chart of this currency.
    pub href: String,
    /// True when the chart is of this currency.
    pub is_current: bool,
}

impl Panel {
    /// Returns the panel of a customer, with the chart of the wanted currency, or else of the one with most payments.
    /// Returns `None` for a customer who never paid.
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
        let last_at = all.iter().map(|one| one.last_payment_at).max();
        let Some((currency, last_at)) = chosen.map(|one| one.volume.currency).zip(last_at) else { return Ok(None) };
        let months = chart::months(zone, now)?;
        let starts: Vec<Timestamp> = months.iter().map(|month| month.start).collect();
        let volumes = figures::by_month(conn, account, customer, currency, &starts)?;
        Ok(Some(Self {
            payments: all.iter().map(|one| one.payments).sum(),
            paid: search(customer, &Status::PAID, ""),
            last_at: When::new(last_at, zone, now),
            last: row::path(newest(conn, account, customer)?),
            lines: all.into_iter().map(|one| Line::new(one, customer, currency)).collect(),
            chart: Chart::new(months, &volumes, Unit::Money(currency), |month| {
                search(customer, &Status::PAID, &format!(" currency:{currency} created:{}", month.search))
            }),
            currency,
        }))
    }

    /// Returns what the chart is of.
    pub fn about(&self) -> String {
        format!("Last {} months, in {}", chart::MONTHS, self.currency)
    }

    /// Returns the heading of the chart's values.
    pub fn unit(&self) -> String {
        format!("Volume ({})", self.currency)
    }

    /// Returns whether there is a choice of currencies.
    pub fn has_several(&self) -> bool {
        self.lines.len() > 1
    }
}

impl Line {
    fn new(figures: Figures, customer: CustomerId, current: Currency) -> Self {
        let currency = figures.volume.currency;
        let more = format!(" currency:{currency}");
        Self {
            average: figures.average(),
            paid: search(customer, &Status::PAID, &more),
            refunded: search(customer, &[Status::PartiallyRefunded, Status::Refunded], &more),
            href: format!("/customers/{customer}/figures?currency={currency}"),
            is_current: currency == current,
            figures,
        }
    }
}

/// Returns the link to a customer's payments of these statuses, with more conditions behind.
fn search(customer: CustomerId, statuses: &[Status], more: &str) -> String {
    let names: Vec<&str> = statuses.iter().map(|status| status.as_str()).collect();
    row::search(&format!("customer:{customer} status:{}{more}", names.join(",")))
}

/// Returns the newest payment that ever succeeded.
fn newest(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<PaymentId> {
    let paid = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .filter(payments::status.eq_any(Status::PAID.map(Status::as_str)));
    Ok(paid.order(payments::id.desc()).select(payments::id).first(conn)?)
}
