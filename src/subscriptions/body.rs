//! The bodies about a subscription, read member by member to typed steps, with every fault at once.

pub mod changing;
pub mod shapes;
pub mod starting;

use jiff::civil::Date;
use serde_json::Value;

use self::shapes::{MOMENTS, UNPAID};
use super::ending::Unpaid;
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members, as_value},
        refusal::{Refusal, Result},
    },
    codes::Code,
    error::Error,
    ids::MethodId,
    input::FieldErrors,
    prices::input::LONGEST_KEY,
    reason::Reason,
    values::Metadata,
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

/// Returns what was sent under a name.
pub fn sent(object: &Object, name: &str) -> Value {
    object.iter().find(|(sent, _)| sent == name).map_or(Value::Null, |(_, json)| as_value(json))
}

/// Reads when a subscription is to end, and what becomes of what is unpaid; nothing is with its period.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn cancellation(object: &Object) -> Result<Option<Unpaid>> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let is_now = word(&members, &faults, "at", MOMENTS) == Some("now");
    let unpaid = word(&members, &faults, "unpaid", UNPAID);
    members.finish();
    if unpaid.is_some() && !is_now && !faults.has("at") {
        let message = "“unpaid” is for one that ends now. Send “at”: “now” too, or leave it out.";
        faults.add("at", Code::Required, message);
    }
    faults.refuse()?;
    let unpaid = if unpaid == Some("void") { Unpaid::Void } else { Unpaid::Keep };
    Ok(is_now.then_some(unpaid))
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

fn price(members: &Members<'_>, faults: &Faults) -> Given<String> {
    match text(members, "price") {
        Given::Value(price) if price.chars().count() > LONGEST_KEY => {
            let message = format!("“price” is an id or a key, which has at most {LONGEST_KEY} characters.");
            faults.add("price", Code::TooLong, message);
            Given::Absent
        }
        given => given.map(str::to_owned),
    }
}

fn method(members: &Members<'_>, faults: &Faults) -> Given<MethodId> {
    match text(members, "payment_method") {
        Given::Absent => Given::Absent,
        Given::Null => Given::Null,
        Given::Value(id) => note(faults, "payment_method", id.parse()).map_or(Given::Absent, Given::Value),
    }
}

/// Reads a trimmed text; an empty one is none.
fn text<'a>(members: &Members<'a>, name: &'static str) -> Given<&'a str> {
    match members.text(name, &[]).map(str::trim) {
        Given::Value("") => Given::Null,
        given => given,
    }
}

/// Reads one of some words; without one, or with a fault, it is nothing.
fn word(members: &Members<'_>, faults: &Faults, name: &'static str, words: &[&'static str]) -> Option<&'static str> {
    let Given::Value(given) = text(members, name) else { return None };
    let known = words.iter().find(|word| **word == given).copied();
    if known.is_none() {
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        faults.add(name, Code::NotOneOf, format!("“{name}” is {} or {last}.", others.join(", ")));
    }
    known
}

fn whole(members: &Members<'_>, faults: &Faults, name: &'static str, least: i64, most: i64) -> Option<i64> {
    let given = members.whole(name).value()?;
    if !(least..=most).contains(&given) {
        faults.add(name, Code::OutOfRange, format!("“{name}” is from {least} to {most}."));
        return None;
    }
    Some(given)
}

/// Returns whether a day is one that a calendar of charges can have.
fn is_near(day: &Date) -> bool {
    (1970..3000).contains(&day.year())
}

fn date(members: &Members<'_>, faults: &Faults, name: &'static str) -> Given<Date> {
    let given = match text(members, name) {
        Given::Absent => return Given::Absent,
        Given::Null => return Given::Null,
        Given::Value(given) => given,
    };
    match given.parse::<Date>().ok().filter(|day| is_near(day) && day.to_string() == given) {
        Some(day) => Given::Value(day),
        None => {
            faults.add(name, Code::DateInvalid, format!("“{name}” is a day, like 2026-11-28."));
            Given::Absent
        }
    }
}

fn metadata(values: &Members<'_>, faults: &Faults, mut kept: Metadata) -> Metadata {
    for (key, text) in values.texts() {
        if let Err(err) = kept.set(key, text.unwrap_or_default()) {
            let Reason { code, sentence, .. } = err.into();
            faults.add(values.path(key), code, sentence);
        }
    }
    kept
}

fn note<T>(faults: &Faults, name: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(name, "", result);
    faults.extend(errors, str::to_owned);
    value
}
