//! Checks what was typed about a payment, a charge or a refund. There is no other way from typed text to a checked
//! value.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{Status, charging::Source, model::Recorded};
use crate::{
    codes::Code,
    customers::{self, record::ADDRESS},
    ids::{CustomerId, MethodId},
    input::{FieldErrors, FormFields},
    merchants::Settings,
    payment_methods::input::LONGEST_TOKEN,
    reason::Reason,
    values::{Address, Currency, Money, text},
};

/// The name of a payment's own billing address in a form.
pub const BILLING: &str = "billing";

/// The value of the field `method` that charges the token beside it.
pub const TOKEN: &str = "token";

/// The earliest time of a payment, the beginning of 1971.
pub const EARLIEST: Timestamp = Timestamp::constant(31_536_000, 0);

/// The longest description, reference or reason, in characters.
const LONGEST: usize = 500;

/// Checks a payment that happened elsewhere.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn recorded(typed: &FormFields, settings: &Settings, now: Timestamp) -> Result<Recorded, FieldErrors> {
    let mut errors = FieldErrors::default();
    let money = money(typed, settings.default_currency, &mut errors);
    let status = errors.note("status", "Status", typed.first("status").unwrap_or("succeeded").parse::<Status>());
    let refunded = money.zip(status).and_then(|(money, status)| refunded(typed, money, status, &mut errors));
    let at = errors.note("date", "Date", moment(typed.filled("date"), &settings.time_zone, now));
    let customer =
        errors.note("customer", "Customer", typed.filled("customer").map(str::parse::<CustomerId>).transpose());
    let description = line(typed, "description", "Description", &mut errors);
    let reference = line(typed, "reference", "Your reference", &mut errors);
    let method = typed.filled("method").map(str::parse::<MethodId>).transpose();
    let method = errors.note("method", "Paid with", method).flatten();
    match (money, status, refunded, at, customer) {
        (Some(money), Some(status), Some(refunded), Some(at), Some(customer)) if errors.is_empty() => {
            Ok(Recorded { customer, money, status, refunded, at, description, reference, method, invoice: None })
        }
        _ => Err(errors),
    }
}

/// Returns the refunded amount of a recorded payment, in minor units.
fn refunded(typed: &FormFields, money: Money, status: Status, errors: &mut FieldErrors) -> Option<i64> {
    let raw = typed.filled("refunded");
    let given = match (status, raw) {
        (Status::PartiallyRefunded, Some(raw)) => part_of(raw, money),
        (Status::PartiallyRefunded, None) => Err(Code::Required.says("Say how much of it was refunded.")),
        (Status::Refunded, None) => Ok(money.minor),
        (Status::Refunded, Some(raw)) => match Money::parse(raw, money.currency) {
            Ok(all) if all == money => Ok(money.minor),
            Ok(_) => {
                let sentence = "A refunded payment was refunded in full. Choose “Partially refunded” for a part.";
                Err(Code::AmountInvalid.says(sentence))
            }
            Err(err) => Err(err.into()),
        },
        (_, None) => Ok(0),
        (_, Some(_)) => {
            let sentence = "Only a refunded payment has this. Empty it, or choose “Partially refunded”.";
            Err(Code::AmountInvalid.says(sentence))
        }
    };
    errors.note("refunded", "Refunded", given)
}

fn part_of(raw: &str, money: Money) -> Result<i64, Reason> {
    let part = Money::parse(raw, money.currency)?;
    match part.minor < money.minor {
        true => Ok(part.minor),
        false => Err(Code::AmountInvalid.says(format!("A part is less than all of it, {money}."))),
    }
}

/// Reads a day.
///
/// # Errors
/// A sentence that shows how to write one.
pub fn day(raw: &str) -> Result<Date, Reason> {
    raw.parse().map_err(|_| Code::DateInvalid.says("Write the day like 2026-03-31."))
}

/// Returns the time of a recorded payment: noon of the chosen day, so that it is the same day nearly everywhere, or
/// now.
///
/// # Errors
/// A sentence, when it is no day that has passed.
pub fn moment(raw: Option<&str>, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, Reason> {
    let today = now.to_zoned(zone.clone()).date();
    let Some(raw) = raw else { return Ok(now) };
    let day = day(raw)?;
    if day > today {
        return Err(Code::DateInvalid.says("This day is in the future. Choose today or an earlier day."));
    }
    if day.year() < 1971 {
        return Err(Code::DateInvalid.says("Choose a day from 1971 on."));
    }
    if day == today {
        return Ok(now);
    }
    let noon = day.at(12, 0, 0, 0).to_zoned(zone.clone());
    noon.map(|noon| noon.timestamp()).map_err(|_| Code::DateInvalid.says("Choose another day."))
}

/// A checked charge from a form.
#[derive(Clone, Debug)]
pub struct ChargeInput {
    pub money: Money,
    /// The source of the money.
    pub source: Source,
    pub description: Option<String>,
    /// The merchant's own number for the payment.
    pub reference: Option<String>,
    /// The charge's own billing address.
    pub billing: Option<Address>,
}

/// Checks a charge.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn charge(typed: &FormFields, settings: &Settings) -> Result<ChargeInput, FieldErrors> {
    let mut errors = FieldErrors::default();
    let money = money(typed, settings.default_currency, &mut errors);
    let source = source(typed, &mut errors);
    let description = line(typed, "description", "Description", &mut errors);
    let reference = line(typed, "reference", "Your reference", &mut errors);
    let billing = billing(typed, settings, &mut errors);
    match (money, source) {
        (Some(money), Some(source)) if errors.is_empty() => {
            Ok(ChargeInput { money, source, description, reference, billing })
        }
        _ => Err(errors),
    }
}

/// Reads the source of a charge: a method of the wallet, a token, or without either the default.
pub fn source(typed: &FormFields, errors: &mut FieldErrors) -> Option<Source> {
    let token = text::free_line(typed.first("token").unwrap_or_default(), LONGEST_TOKEN);
    let token = errors.note("token", "Token", token).flatten();
    match (typed.filled("method"), token) {
        (Some(TOKEN), Some(token)) | (None, Some(token)) => Some(Source::Token(token)),
        (Some(TOKEN), None) => {
            if errors.on("token").is_none() {
                let sentence = "Enter the token to charge, or choose a payment method.";
                errors.add("token", "Token", Code::Required.says(sentence));
            }
            None
        }
        (None, None) => Some(Source::Default),
        // Which of the two is meant is not guessed.
        (Some(_), Some(_)) => {
            errors.add("token", "Token", Code::GivenTwice.says("Choose to pay with a token, or empty this field."));
            None
        }
        (Some(id), None) => {
            let wrong = |_| Code::NotOneOf.says("Choose one of the payment methods.");
            errors.note("method", "Payment method", id.parse::<MethodId>().map_err(wrong)).map(Source::Method)
        }
    }
}

/// Reads an amount and its currency; the currency is `usual` when none is sent.
fn money(typed: &FormFields, usual: Currency, errors: &mut FieldErrors) -> Option<Money> {
    let currency = Currency::parse_offered(typed.first("currency").unwrap_or(usual.as_str()));
    let currency = errors.note("currency", "Currency", currency);
    let amount = match typed.filled("amount") {
        Some(raw) => Money::parse(raw, currency.unwrap_or(usual)).map_err(Reason::from),
        None => Err(Code::Required.says("Enter an amount.")),
    };
    let amount = errors.note("amount", "Amount", amount);
    amount.filter(|_| currency.is_some())
}

/// Checks a line of text, which may be empty.
pub fn line(typed: &FormFields, name: &str, label: &str, errors: &mut FieldErrors) -> Option<String> {
    errors.note(name, label, text::free_line(typed.first(name).unwrap_or_default(), LONGEST)).flatten()
}

/// Reads a billing address by the rules of a customer's addresses; `None` when all of it is empty.
fn billing(typed: &FormFields, settings: &Settings, errors: &mut FieldErrors) -> Option<Address> {
    let own = format!("{ADDRESS}{BILLING}.");
    let parts = typed.0.iter().filter(|(name, _)| name.starts_with(&own)).cloned().collect();
    match customers::input::check(&FormFields(parts), settings) {
        Ok(fields) => fields.into_values().find_map(|value| {
            let Value::Object(mut address) = value else { return None };
            address.insert("kind".to_owned(), json!("billing"));
            address.insert("is_default".to_owned(), json!(false));
            serde_json::from_value(Value::Object(address)).ok()
        }),
        Err(wrong) => {
            errors.extend(wrong);
            None
        }
    }
}

/// A checked refund from a form.
#[derive(Clone, Debug)]
pub struct Refunding {
    /// The amount to refund, in the payment's currency.
    pub money: Money,
    pub reason: Option<String>,
}

/// Checks a refund of a payment in `currency`.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn refund(typed: &FormFields, currency: Currency) -> Result<Refunding, FieldErrors> {
    let mut errors = FieldErrors::default();
    let amount = match typed.filled("amount") {
        Some(raw) => Money::parse(raw, currency).map_err(Reason::from),
        None => Err(Code::Required.says("Enter an amount.")),
    };
    let money = errors.note("amount", "Amount", amount);
    let reason = line(typed, "reason", "Reason", &mut errors);
    match money {
        Some(money) if errors.is_empty() => Ok(Refunding { money, reason }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            time_zone: TimeZone::get("Africa/Nairobi").unwrap(),
            default_country: "KE".parse().unwrap(),
            default_currency: "KES".parse().unwrap(),
            required_fields: Vec::new(),
            wallet_size: 4,
            security: Default::default(),
            fields: Default::default(),
        }
    }

    fn now() -> Timestamp {
        "2026-11-20T21:30:00Z".parse().unwrap()
    }

    fn record(form: &str) -> Result<Recorded, Vec<String>> {
        let fields = |errors: FieldErrors| errors.all().iter().map(|error| error.field.clone()).collect();
        recorded(&FormFields::parse(form.as_bytes()).unwrap(), &settings(), now()).map_err(fields)
    }

    #[test]
    fn a_payment_is_recorded_on_a_day_of_the_merchants_zone() {
        assert_eq!(record("amount=5").unwrap().at, now());
        assert_eq!(record("amount=5&date=2026-11-21").unwrap().at, now(), "today in Nairobi");
        assert_eq!(record("amount=5&date=2026-11-20").unwrap().at.to_string(), "2026-11-20T09:00:00Z");
        for day in ["2026-11-22", "1970-01-01", "yesterday", "2026-02-30"] {
            assert_eq!(record(&format!("amount=5&date={day}")).unwrap_err(), ["date"], "{day}");
        }
    }

    #[test]
    fn what_was_refunded_goes_with_the_status() {
        let refunded = |form: &str| record(&format!("amount=5&{form}")).map(|payment| payment.refunded);
        assert_eq!(refunded("status=partially_refunded&refunded=2"), Ok(200));
        assert_eq!(refunded("status=refunded"), Ok(500));
        assert_eq!(refunded("status=refunded&refunded=5.00"), Ok(500));
        assert_eq!(refunded("status=succeeded&refunded="), Ok(0));
        for form in [
            "status=partially_refunded",
            "status=partially_refunded&refunded=5",
            "status=refunded&refunded=4",
            "status=failed&refunded=1",
        ] {
            assert_eq!(refunded(form).unwrap_err(), ["refunded"], "{form}");
        }
    }

    #[test]
    fn all_errors_come_at_once_under_their_fields() {
        let form = "amount=1.234&currency=XXX&status=paid&date=x&description=4242424242424242&customer=me";
        let fields = record(form).unwrap_err();
        for field in ["amount", "currency", "status", "date", "description", "customer"] {
            assert!(fields.contains(&field.to_owned()), "{field} in {fields:?}");
        }
        assert_eq!(record("amount=5&currency=HRK").unwrap_err(), ["currency"]);
        assert_eq!(record("amount=9.000&status=partially_refunded&refunded=2").unwrap_err(), ["amount"]);
        assert_eq!(record("amount=9&status=partially_refunded&refunded=2.000").unwrap_err(), ["refunded"]);
        assert_eq!(record("amount=1.5&currency=JPY").unwrap_err(), ["amount"]);
        assert_eq!(record("amount=1.255&currency=KWD").unwrap().money.minor, 1_255);
    }

    fn charged(form: &str) -> Result<ChargeInput, Vec<String>> {
        let fields = |errors: FieldErrors| errors.all().iter().map(|error| error.field.clone()).collect();
        charge(&FormFields::parse(form.as_bytes()).unwrap(), &settings()).map_err(fields)
    }

    #[test]
    fn a_charge_names_its_source_and_may_have_its_own_address() {
        assert_eq!(charged("amount=5").unwrap().source, Source::Default);
        assert_eq!(charged("amount=5&method=token&token=tok_visa").unwrap().source, Source::Token("tok_visa".into()));
        assert_eq!(charged("amount=5&method=token").unwrap_err(), ["token"]);
        assert_eq!(charged("amount=5&method=x").unwrap_err(), ["method"]);
        let method = MethodId::new();
        assert_eq!(charged(&format!("amount=5&method={method}&token=")).unwrap().source, Source::Method(method));
        assert_eq!(charged(&format!("amount=5&method={method}&token=tok_visa")).unwrap_err(), ["token"]);
        assert_eq!(charged("amount=5&token=4242424242424242&method=token").unwrap_err(), ["token"]);
        let billing =
            charged("amount=5&address.billing.city=Oslo&address.billing.country=no").unwrap().billing.unwrap();
        assert_eq!((billing.kind.as_str(), billing.country.as_deref()), ("billing", Some("NO")));
        assert!(charged("amount=5&address.billing.city=").unwrap().billing.is_none());
        assert_eq!(charged("amount=5&address.billing.country=ZZ").unwrap_err(), ["address.billing.country"]);
    }
}
