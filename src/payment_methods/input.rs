//! Checks what was typed to add or edit a method. There is no other way from typed text to a checked value.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    billing,
    model::{Consent, Method},
    recorded::{self, Recorded},
};
use crate::{
    codes::Code,
    events::Fields,
    gateway::Kind,
    ids::PaymentId,
    input::{FieldErrors, FormFields},
    reason::Reason,
    values::{Address, card, expiry, text},
};

/// The longest token, in characters.
pub const LONGEST_TOKEN: usize = 200;

/// The longest text of how a customer agreed, in characters.
pub const LONGEST_CONSENT: usize = 500;

/// The source of a new method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A gateway's token for the card or bank account.
    Token(String),
    /// An earlier payment that was made with it.
    Payment(PaymentId),
    /// Nothing but what somebody wrote down of it.
    Recorded(Recorded),
}

impl Source {
    /// Returns the name of the form's field.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Payment(_) => "payment",
            Self::Recorded(_) => "last4",
        }
    }

    /// Returns the label of that field.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Token(_) => "Token",
            Self::Payment(_) => "Paid with before",
            Self::Recorded(_) => "Last four digits",
        }
    }
}

/// A checked form to add a method.
#[derive(Clone, Debug)]
pub struct Adding {
    /// The source of the new method.
    pub source: Source,
    /// The method's own billing address.
    pub billing: Option<Address>,
    /// The customer's consent.
    pub consent: Option<Consent>,
}

/// The fields in which a card number could stand instead of what they ask for.
const INSTEAD_OF_A_NUMBER: [&str; 3] = ["token", "last4", "reference"];

/// Removes a card number typed in place of a token or of its last digits, so that it is neither kept nor shown again.
/// Returns whether there was one.
pub fn without_number(mut typed: FormFields) -> (FormFields, bool) {
    let is_number =
        |(name, text): &(String, String)| INSTEAD_OF_A_NUMBER.contains(&name.as_str()) && card::holds_card_number(text);
    let before = typed.0.len();
    typed.0.retain(|pair| !is_number(pair));
    let had_number = typed.0.len() < before;
    (typed, had_number)
}

/// Checks a form to add a method; `now` and `zone` give the current day. In an account without a gateway a form without
/// token and payment records one.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check_adding(
    typed: &FormFields,
    has_gateway: bool,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Adding, FieldErrors> {
    let mut errors = FieldErrors::default();
    let source = match typed.filled("token").or(typed.filled("payment")) {
        None if !has_gateway => recorded::check(typed, expiry::today(now, zone), &mut errors).map(Source::Recorded),
        _ => source(typed, &mut errors),
    };
    let billing = billing::check(typed, None, &mut errors).flatten();
    let consent = consent(typed, now, zone, &mut errors);
    match source {
        Some(source) if errors.is_empty() => Ok(Adding { source, billing, consent }),
        _ => Err(errors),
    }
}

fn source(typed: &FormFields, errors: &mut FieldErrors) -> Option<Source> {
    match (typed.filled("token"), typed.filled("payment")) {
        (Some(_), Some(_)) => {
            let sentence = "Give a token or choose what was paid with before, not both.";
            errors.add("token", "Token", Code::GivenTwice.says(sentence));
            None
        }
        (Some(token), None) => {
            let line = errors.note("token", "Token", text::line(token, LONGEST_TOKEN))??;
            Some(Source::Token(line))
        }
        (None, Some(payment)) => {
            let id = payment.parse().map_err(|_| Code::NotOneOf.says("Choose one of the list."));
            errors.note("payment", "Paid with before", id).map(Source::Payment)
        }
        (None, None) => {
            let sentence = "Enter the token that the gateway gave for the card or bank account.";
            errors.add("token", "Token", Code::Required.says(sentence));
            None
        }
    }
}

/// Reads how and when the customer agreed; the date is today when none is given.
fn consent(typed: &FormFields, now: Timestamp, zone: &TimeZone, errors: &mut FieldErrors) -> Option<Consent> {
    let raw = typed.first("consent_source").unwrap_or_default();
    let source = errors.note("consent_source", "How the customer agreed", text::free_line(raw, LONGEST_CONSENT))?;
    let day = match typed.filled("consent_on") {
        Some(text) => Some(errors.note("consent_on", "Agreed on", day(text, now, zone))?),
        None => None,
    };
    match (source, day) {
        // To the microsecond, as it is stored: an event and the row say the same.
        (Some(source), day) => {
            let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
            Some(Consent { source, at: Some(day.unwrap_or(now)) })
        }
        (None, Some(_)) => {
            let sentence = "Say how the customer agreed, or empty the date.";
            errors.add("consent_source", "How the customer agreed", Code::Required.says(sentence));
            None
        }
        (None, None) => None,
    }
}

/// Returns the beginning of a day in the merchant's time zone.
fn day(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Reason> {
    let no_date = |_| Code::DateInvalid.says("Enter a date, like 2026-11-03.");
    let day: Date = text.parse().map_err(no_date)?;
    if day > expiry::today(now, zone) {
        let sentence = "This date is still to come. Enter the day on which the customer agreed.";
        return Err(Code::DateInvalid.says(sentence));
    }
    let begins = day.to_zoned(zone.clone()).map_err(no_date)?;
    Ok(begins.timestamp())
}

/// Checks a form to edit a method. Only fields that were sent change.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check_edit(typed: &FormFields, method: &Method, now: Timestamp, zone: &TimeZone) -> Result<Fields, FieldErrors> {
    let (mut errors, mut change) = (FieldErrors::default(), Fields::new());
    let today = expiry::today(now, zone);
    if let Some(text) = typed.first("expires").filter(|_| method.instrument.kind == Kind::Card) {
        // An expired card's other fields can be changed without a new month.
        let is_same = method.instrument.expires_on.is_some_and(|last| expiry::shown(last) == text.trim());
        if !is_same && let Some(last) = errors.note("expires", "Expires", expiry::parse(text, today)) {
            change.insert("expires_on".to_owned(), json!(last));
        }
    }
    if let Some(address) = billing::check(typed, method.billing.as_ref(), &mut errors) {
        change.insert("billing".to_owned(), address.as_ref().and_then(billing::to_json).unwrap_or(Value::Null));
    }
    if typed.first("consent_source").is_some() {
        let consent = edited_consent(typed, method.consent.as_ref(), now, zone, &mut errors);
        change.insert("consent_source".to_owned(), json!(consent.as_ref().map(|consent| &consent.source)));
        change.insert("consent_at".to_owned(), json!(consent.and_then(|consent| consent.at)));
    }
    if errors.is_empty() { Ok(change) } else { Err(errors) }
}

/// Reads an edited consent. What the form shows as stored stays exactly that: a time is more than its day, and may be
/// unknown.
fn edited_consent(
    typed: &FormFields,
    stored: Option<&Consent>,
    now: Timestamp,
    zone: &TimeZone,
    errors: &mut FieldErrors,
) -> Option<Consent> {
    let consent = consent(typed, now, zone, errors)?;
    let is_same_day = typed.filled("consent_on") == stored.and_then(|stored| consent_day(stored, zone)).as_deref();
    match stored.filter(|stored| is_same_day && (stored.at.is_some() || stored.source == consent.source)) {
        Some(stored) => Some(Consent { at: stored.at, ..consent }),
        None => Some(consent),
    }
}

/// Returns the day of a consent as a form shows it.
pub fn consent_day(consent: &Consent, zone: &TimeZone) -> Option<String> {
    Some(consent.at?.to_zoned(zone.clone()).date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(form: &str) -> Result<Adding, FieldErrors> {
        let now = "2026-11-21T22:30:00Z".parse().unwrap();
        check_adding(&FormFields::parse(form.as_bytes()).unwrap(), true, now, &TimeZone::get("Africa/Nairobi").unwrap())
    }

    #[test]
    fn a_token_or_an_earlier_payment_is_needed_and_not_both() {
        let payment = PaymentId::new();
        assert_eq!(checked("token=+tok_visa+").unwrap().source, Source::Token("tok_visa".to_owned()));
        assert_eq!(checked(&format!("token=&payment={payment}")).unwrap().source, Source::Payment(payment));
        for form in ["", "token=+", &format!("token=tok_visa&payment={payment}")] {
            assert!(checked(form).unwrap_err().on("token").is_some(), "{form}");
        }
        assert!(checked("payment=pay_1").unwrap_err().on("payment").is_some());
    }

    #[test]
    fn consent_has_a_source_and_the_day_begins_in_the_merchants_time_zone() {
        let consent = checked("token=t&consent_source=Signed+form&consent_on=2026-11-22").unwrap().consent.unwrap();
        assert_eq!(consent.at, Some("2026-11-21T21:00:00Z".parse().unwrap()));
        assert!(checked("token=t&consent_source=Call").unwrap().consent.unwrap().at.is_some());
        assert!(checked("token=t&consent_source=&consent_on=").unwrap().consent.is_none());
        assert!(checked("token=t&consent_on=2026-11-01").unwrap_err().on("consent_source").is_some());
        for date in ["2026-11-23", "3.11.2026", "soon"] {
            let errors = checked(&format!("token=t&consent_source=Call&consent_on={date}")).unwrap_err();
            assert!(errors.on("consent_on").is_some(), "{date}");
        }
    }

    #[test]
    fn a_card_number_in_the_place_of_a_token_is_dropped() {
        let typed = FormFields::parse(b"token=4242+4242+4242+4242&consent_source=x").unwrap();
        let (typed, had_number) = without_number(typed);
        assert!(had_number && typed.first("token").is_none() && typed.first("consent_source").is_some());
    }
}
