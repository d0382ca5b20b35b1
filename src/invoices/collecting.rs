//! Collects an open invoice: a try charges a payment method for all that is left of it. A try that fails is followed by
//! others: see [`tries`].

use diesel::PgConnection;
use jiff::civil::Date;

use super::{
    kinds,
    model::{self, Invoice, Line},
    status::Status,
};
use crate::{
    error::Result,
    events::By,
    gateway::Verified,
    ids::PaymentId,
    merchants,
    payments::{
        charging::Source,
        debts::Debt,
        tries::{self, Demand, Try},
    },
    reason::Reason,
};

/// Begins to charge what is left of a locked, open invoice, whose customer is locked and has no charge for it under way.
///
/// # Errors
/// When the database fails.
pub fn begin_try(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Try> {
    let demand = demand(conn, by, invoice)?;
    tries::begin_try(conn, by, demand)
}

/// Works like [`begin_try`] for a person who asks for it: they may know that the card works again, so it is asked.
///
/// # Errors
/// The same as [`begin_try`].
pub fn begin_asked(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Try> {
    let demand = demand(conn, by, invoice)?;
    tries::begin_asked(conn, by, demand)
}

/// Begins to charge what is left of an invoice, locked as for [`begin_try`], from any source: see [`tries::begin`].
///
/// # Errors
/// [`crate::error::Error::Conflict`] when the customer is deleted.
pub fn begin(
    conn: &mut PgConnection,
    by: &By,
    invoice: &Invoice,
    id: PaymentId,
    source: (Source, Option<Verified>),
) -> Result<std::result::Result<(), Reason>> {
    let demand = demand(conn, by, invoice)?;
    tries::begin(conn, by, demand, id, source)
}

/// Returns what is to be charged for an invoice.
fn demand(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Demand> {
    Ok(Demand {
        debt: Debt::Invoice(invoice.id),
        customer: invoice.customer_id,
        money: invoice.left(),
        method: invoice.method_id,
        description: description(invoice, &model::lines(conn, by.account, invoice.id)?),
        failure: invoice.failure.clone(),
    })
}

/// Returns what a charge for an invoice is called: what its one line says, else its number.
fn description(invoice: &Invoice, lines: &[Line]) -> String {
    match lines {
        [line] => line.description.clone(),
        _ => format!("Invoice {}", invoice.number),
    }
}

/// Notes on a locked, open invoice that a try failed, with its event. `is_tried_again` is false when nobody tries again
/// by itself. Returns the invoice, which knows the next try; without one the last step of the ladder is behind.
///
/// # Errors
/// When the database fails.
pub fn note_failure(
    conn: &mut PgConnection,
    by: &By,
    invoice: &Invoice,
    code: &str,
    is_tried_again: bool,
) -> Result<Invoice> {
    let now = by.now();
    let zone = merchants::time_zone(conn, by.account)?;
    let first = invoice.first_failed_at.unwrap_or(now);
    let next_try_at = if is_tried_again { tries::next_step(first, now, &zone)? } else { None };
    let failed = Invoice {
        tries: invoice.tries + 1,
        first_failed_at: Some(first),
        next_try_at,
        failure: Some(code.to_owned()),
        ..invoice.clone()
    };
    model::store(conn, by, invoice, failed, kinds::TRY_FAILED)
}

/// Notes on a locked invoice that money came in, with its event if that is all of it. What was written off is paid all
/// the same.
///
/// # Errors
/// When the database fails.
pub fn note_payment(conn: &mut PgConnection, by: &By, invoice: &Invoice, amount: i64) -> Result<Invoice> {
    let paid = (invoice.paid + amount).min(invoice.total);
    let is_whole = paid == invoice.total;
    let (status, kind) = if is_whole { (Status::Paid, kinds::PAID) } else { (invoice.status, kinds::RECORDED) };
    let next_try_at = if is_whole { None } else { invoice.next_try_at };
    model::store(conn, by, invoice, Invoice { paid, status, next_try_at, ..invoice.clone() }, kind)
}

/// Returns the range of days of a period in words: "12 Nov – 11 Dec 2026"; the second day is not of it.
pub fn days(from: Date, until: Date) -> String {
    let last = until.yesterday().unwrap_or(until);
    let day = |date: Date, form: &str| date.strftime(form).to_string();
    match () {
        () if last <= from => day(from, "%-d %b %Y"),
        () if from.year() == last.year() => format!("{} – {}", day(from, "%-d %b"), day(last, "%-d %b %Y")),
        () => format!("{} – {}", day(from, "%-d %b %Y"), day(last, "%-d %b %Y")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_days_of_a_period_are_said_shortly() {
        assert_eq!(days(date(2026, 11, 12), date(2026, 12, 12)), "12 Nov – 11 Dec 2026");
        assert_eq!(days(date(2026, 12, 12), date(2027, 1, 12)), "12 Dec 2026 – 11 Jan 2027");
        assert_eq!(days(date(2026, 12, 12), date(2026, 12, 13)), "12 Dec 2026");
    }
}
