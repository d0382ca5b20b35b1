//! Members that several bodies have, read to typed values. What is wrong with one is a fault of the body.

use jiff::civil::Date;

use super::{
    json::Object,
    reading::{Faults, Given, Members},
    refusal::{Refusal, Result},
};
use crate::{
    codes::Code,
    error::Error,
    ids::{CustomerId, MethodId},
    input::FieldErrors,
    reason::Reason,
};

/// Takes a body that says nothing.
///
/// # Errors
/// `invalid_fields`, with every field of it.
pub fn nothing(object: &Object) -> Result<()> {
    let faults = Faults::default();
    Members::of(object, &faults).finish();
    faults.refuse()
}

/// Reads a trimmed text; an empty one is none.
pub fn text<'a>(members: &Members<'a>, name: &'static str) -> Given<&'a str> {
    match members.text(name, &[]).map(str::trim) {
        Given::Value("") => Given::Null,
        given => given,
    }
}

/// Reads one of some words; without one, or with a fault, it is nothing.
pub fn word(
    members: &Members<'_>,
    faults: &Faults,
    name: &'static str,
    words: &[&'static str],
) -> Option<&'static str> {
    let Given::Value(given) = text(members, name) else { return None };
    let known = words.iter().find(|word| **word == given).copied();
    if known.is_none() {
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        faults.add(name, Code::NotOneOf, format!("“{name}” is {} or {last}.", others.join(", ")));
    }
    known
}

/// Reads a whole number within limits.
pub fn whole(members: &Members<'_>, faults: &Faults, name: &'static str, least: i64, most: i64) -> Option<i64> {
    let given = members.whole(name).value()?;
    if !(least..=most).contains(&given) {
        faults.add(members.path(name), Code::OutOfRange, format!("“{name}” is from {least} to {most}."));
        return None;
    }
    Some(given)
}

/// Reads an amount in a currency's smallest unit, from 1 on.
pub fn amount(members: &Members<'_>, faults: &Faults, name: &'static str, most: i64) -> Given<i64> {
    match members.minor(name) {
        Given::Value(amount) if !(1..=most).contains(&amount) => {
            let message = format!("“{name}” is from 1 to {most}, in the currency’s smallest unit.");
            faults.add(members.path(name), Code::AmountInvalid, message);
            Given::Absent
        }
        given => given,
    }
}

/// Returns whether a day is one that a calendar of charges can have.
pub fn is_near(day: &Date) -> bool {
    (1970..3000).contains(&day.year())
}

/// Reads a day.
pub fn date(members: &Members<'_>, faults: &Faults, name: &'static str) -> Given<Date> {
    let given = match text(members, name) {
        Given::Absent => return Given::Absent,
        Given::Null => return Given::Null,
        Given::Value(given) => given,
    };
    match given.parse::<Date>().ok().filter(|day| is_near(day) && day.to_string() == given) {
        Some(day) => Given::Value(day),
        None => {
            faults.add(members.path(name), Code::DateInvalid, format!("“{name}” is a day, like 2026-11-28."));
            Given::Absent
        }
    }
}

/// Reads the customer who is charged, who has to be there.
pub fn customer(members: &Members<'_>, faults: &Faults) -> Option<CustomerId> {
    match text(members, "customer") {
        Given::Value(id) => note(faults, "customer", id.parse::<CustomerId>()),
        _ if faults.has("customer") => None,
        _ => {
            faults.add("customer", Code::Required, "Send the “customer” to charge, like cust_01h….");
            None
        }
    }
}

/// Reads the payment method that is charged; `null` is the wallet's default.
pub fn method(members: &Members<'_>, faults: &Faults) -> Given<MethodId> {
    match text(members, "payment_method") {
        Given::Absent => Given::Absent,
        Given::Null => Given::Null,
        Given::Value(id) => note(faults, "payment_method", id.parse()).map_or(Given::Absent, Given::Value),
    }
}

/// Returns a value, or notes the reason why there is none as a fault of the member at `path`.
pub fn note<T>(faults: &Faults, path: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(path, "", result);
    faults.extend(errors, str::to_owned);
    value
}

/// Places the refusal of a day at the member that said it.
pub fn placed(err: Error, name: &str) -> Refusal {
    match err {
        Error::Conflict(reason @ Reason { code: Code::DateInvalid, .. }) => {
            Refusal::fields(Code::InvalidFields, FieldErrors::of(name, "", reason).into_vec())
        }
        err => err.into(),
    }
}
