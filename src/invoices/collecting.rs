//! Collects an open invoice: a try charges a payment method for all that is left of it. A try that fails is followed by
//! others, 1, 3, 5 and 7 days after the first one that did.

use diesel::PgConnection;
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use super::{
    kinds,
    model::{self, Invoice, Line},
    status::Status,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::By,
    gateway::{self, Verified},
    ids::PaymentId,
    jobs, merchants,
    payment_methods::charging::for_charge,
    payments::{
        charging::{self, NewCharge, Source},
        of_invoice,
    },
    reason::Reason,
    values::expiry,
};

/// The days after the first failed try on which it is tried again.
pub const LADDER: [i32; 4] = [1, 3, 5, 7];

/// Reasons for which the same card or bank account is not asked again by itself: it would say the same.
const FINAL: [Code; 6] = [
    Code::LostCard,
    Code::StolenCard,
    Code::AccountClosed,
    Code::ExpiredCard,
    Code::AuthenticationRequired,
    Code::IncorrectCvc,
];

/// The beginning of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Try {
    /// The charge is under way.
    Begun(PaymentId),
    /// It failed for the reason of this code, without a charge.
    Failed(&'static str),
}

/// Begins to charge what is left of a locked, open invoice, whose customer is locked and has no charge for it under way.
///
/// # Errors
/// When the database fails.
pub fn begin_try(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Try> {
    match final_refusal(conn, by, invoice, by.now())? {
        Some(code) => Ok(Try::Failed(code.as_str())),
        None => begin_asked(conn, by, invoice),
    }
}

/// Works like [`begin_try`] for a person who asks for it: they may know that the card works again, so it is asked.
///
/// # Errors
/// The same as [`begin_try`].
pub fn begin_asked(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Try> {
    let now = by.now();
    let id = PaymentId::at(now);
    match begin(conn, by, invoice, id, (invoice.source(), None))? {
        // Nobody waits for it in a request, so the worker need not leave it time.
        Ok(()) => jobs::enqueue(conn, by, jobs::Kind::SettlePayment, id.uuid(), now)?,
        Err(reason) => return Ok(Try::Failed(reason.code.as_str())),
    }
    Ok(Try::Begun(id))
}

/// Begins to charge what is left of an invoice, locked as for [`begin_try`], from any source; a token brings what the
/// gateway knows of it. Who asks for it settles the payment soon. Returns the reason why there is nothing that could be
/// charged: nothing is written then.
///
/// # Errors
/// [`Error::Conflict`] when the customer is deleted.
pub fn begin(
    conn: &mut PgConnection,
    by: &By,
    invoice: &Invoice,
    id: PaymentId,
    (source, verified): (Source, Option<Verified>),
) -> Result<std::result::Result<(), Reason>> {
    let new = NewCharge {
        customer: invoice.customer_id,
        money: invoice.left(),
        source,
        description: Some(description(invoice, &model::lines(conn, by.account, invoice.id)?)),
        reference: None,
        billing: None,
        invoice: Some(invoice.id),
    };
    charging::attempt(conn, by, id, new, verified, by.now())
}

/// Returns the reason of the last try, when it is final and the same card or bank account would be charged.
fn final_refusal(conn: &mut PgConnection, by: &By, invoice: &Invoice, now: Timestamp) -> Result<Option<Code>> {
    let failure = invoice.failure.as_deref();
    let Some(code) = FINAL.into_iter().find(|code| Some(code.as_str()) == failure) else { return Ok(None) };
    let today = expiry::today(now, &merchants::time_zone(conn, by.account)?);
    let Ok(chosen) = for_charge(conn, by.account, invoice.customer_id, invoice.method_id, today)? else {
        return Ok(None);
    };
    let failed = of_invoice::failed_credential(conn, by.account, invoice.id)?;
    Ok(failed.filter(|failed| *failed == chosen.method.instrument.credential).map(|_| code))
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
    let next_try_at = if is_tried_again { next_step(first, now, &zone)? } else { None };
    let failed = Invoice {
        tries: invoice.tries + 1,
        first_failed_at: Some(first),
        next_try_at,
        failure: Some(code.to_owned()),
        ..invoice.clone()
    };
    model::store(conn, by, invoice, failed, kinds::TRY_FAILED)
}

/// Returns the first step of the ladder on a later day than today: never are there two tries on one day, and after an
/// outage none is made up for.
fn next_step(first: Timestamp, now: Timestamp, zone: &TimeZone) -> Result<Option<Timestamp>> {
    let (first, today) = (first.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    for days in LADDER {
        let step = first.checked_add(Span::new().days(days)).map_err(Error::internal)?;
        if step.date() > today {
            return Ok(Some(step.timestamp()));
        }
    }
    Ok(None)
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

/// Returns why a try failed; one without a charge has the code of a refusal.
pub fn reason(code: &str) -> &'static str {
    match Code::find(code) {
        Some(Code::NoPaymentMethod) => "The customer has no payment method to charge",
        Some(Code::CardExpired) => "The card has expired",
        Some(Code::MethodRemoved) => "The payment method was removed",
        Some(Code::MethodOfAnother) => "The payment method is not in the customer’s wallet",
        Some(code) => gateway::reason(code.as_str()),
        None => "The gateway gave a reason that is not known here",
    }
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
    fn the_ladder_counts_from_the_first_failure_and_never_tries_twice_a_day() {
        let zone = TimeZone::get("Africa/Nairobi").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let first = at("2027-03-01T21:30:00Z"); // 2 March, half past midnight
        let next = |now: &str| next_step(first, at(now), &zone).unwrap().map(|at| at.to_string());
        assert_eq!(next("2027-03-01T21:30:01Z").unwrap(), "2027-03-02T21:30:00Z");
        assert_eq!(next("2027-03-02T21:30:01Z").unwrap(), "2027-03-04T21:30:00Z");
        assert_eq!(next("2027-03-05T10:00:00Z").unwrap(), "2027-03-06T21:30:00Z", "the third day is over");
        assert_eq!(next("2027-03-07T22:00:00Z").unwrap(), "2027-03-08T21:30:00Z");
        assert_eq!(next("2027-03-08T21:30:01Z"), None);
    }

    #[test]
    fn the_days_of_a_period_are_said_shortly() {
        assert_eq!(days(date(2026, 11, 12), date(2026, 12, 12)), "12 Nov – 11 Dec 2026");
        assert_eq!(days(date(2026, 12, 12), date(2027, 1, 12)), "12 Dec 2026 – 11 Jan 2027");
        assert_eq!(days(date(2026, 12, 12), date(2026, 12, 13)), "12 Dec 2026");
    }
}
