//! A try charges what a customer owes. One that fails is followed by others, 1, 3, 5 and 7 days after the first one that
//! did.

use diesel::PgConnection;
use jiff::{Span, Timestamp, tz::TimeZone};

use super::{
    charging::{self, NewCharge, Source},
    debts::Debt,
    of_debt,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::By,
    gateway::{self, Verified},
    ids::{CustomerId, MethodId, PaymentId},
    jobs, merchants,
    payment_methods::charging::for_charge,
    reason::Reason,
    values::{Money, expiry},
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

/// What is to be charged for a debt.
#[derive(Clone, Debug)]
pub struct Demand {
    pub debt: Debt,
    pub customer: CustomerId,
    pub money: Money,
    /// The method to charge; nothing is the wallet's default of that moment.
    pub method: Option<MethodId>,
    /// What the payment is called.
    pub description: String,
    /// Why the last try failed, as a code.
    pub failure: Option<String>,
}

impl Demand {
    /// Returns what is charged for it when nobody says otherwise.
    pub fn source(&self) -> Source {
        self.method.map_or(Source::Default, Source::Method)
    }
}

/// Begins to charge for a locked debt, whose customer is locked and has no charge for it under way.
///
/// # Errors
/// When the database fails.
pub fn begin_try(conn: &mut PgConnection, by: &By, demand: Demand) -> Result<Try> {
    match final_refusal(conn, by, &demand)? {
        Some(code) => Ok(Try::Failed(code.as_str())),
        None => begin_asked(conn, by, demand),
    }
}

/// Works like [`begin_try`] for a person who asks for it: they may know that the card works again, so it is asked.
///
/// # Errors
/// The same as [`begin_try`].
pub fn begin_asked(conn: &mut PgConnection, by: &By, demand: Demand) -> Result<Try> {
    let now = by.now();
    let (id, source) = (PaymentId::at(now), demand.source());
    match begin(conn, by, demand, id, (source, None))? {
        // Nobody waits for it in a request, so the worker need not leave it time.
        Ok(()) => jobs::enqueue(conn, by, jobs::Kind::SettlePayment, id.uuid(), now)?,
        Err(reason) => return Ok(Try::Failed(reason.code.as_str())),
    }
    Ok(Try::Begun(id))
}

/// Begins to charge for a debt, locked as for [`begin_try`], from any source; a token brings what the gateway knows of it.
/// Who asks for it settles the payment soon. Returns the reason why there is nothing that could be charged: nothing is
/// written then.
///
/// # Errors
/// [`Error::Conflict`] when the customer is deleted.
pub fn begin(
    conn: &mut PgConnection,
    by: &By,
    demand: Demand,
    id: PaymentId,
    (source, verified): (Source, Option<Verified>),
) -> Result<std::result::Result<(), Reason>> {
    let new = NewCharge {
        customer: demand.customer,
        money: demand.money,
        source,
        description: Some(demand.description),
        reference: None,
        billing: None,
        debt: Some(demand.debt),
    };
    charging::attempt(conn, by, id, new, verified, by.now())
}

/// Returns the reason of the last try, when it is final and the same card or bank account would be charged.
fn final_refusal(conn: &mut PgConnection, by: &By, demand: &Demand) -> Result<Option<Code>> {
    let failure = demand.failure.as_deref();
    let Some(code) = FINAL.into_iter().find(|code| Some(code.as_str()) == failure) else { return Ok(None) };
    let today = expiry::today(by.now(), &merchants::time_zone(conn, by.account)?);
    let Ok(chosen) = for_charge(conn, by.account, demand.customer, demand.method, today)? else {
        return Ok(None);
    };
    let failed = of_debt::failed_credential(conn, by.account, demand.debt)?;
    Ok(failed.filter(|failed| *failed == chosen.method.instrument.credential).map(|_| code))
}

/// Returns the first step of the ladder on a later day than today: never are there two tries on one day, and after an
/// outage none is made up for.
///
/// # Errors
/// When that is beyond the calendar.
pub fn next_step(first: Timestamp, now: Timestamp, zone: &TimeZone) -> Result<Option<Timestamp>> {
    let (first, today) = (first.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    for days in LADDER {
        let step = first.checked_add(Span::new().days(days)).map_err(Error::internal)?;
        if step.date() > today {
            return Ok(Some(step.timestamp()));
        }
    }
    Ok(None)
}

/// Returns the same time of the next day: when a charge was called off, that was no try that failed.
///
/// # Errors
/// When that is beyond the calendar.
pub fn tomorrow(now: Timestamp, zone: &TimeZone) -> Result<Timestamp> {
    let tomorrow = now.to_zoned(zone.clone()).checked_add(Span::new().days(1));
    Ok(tomorrow.map_err(Error::internal)?.timestamp())
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

#[cfg(test)]
mod tests {
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
}
