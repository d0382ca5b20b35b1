//! The bodies about a price: typed steps that end in the same checked values as the forms.

use serde_json::Value;

use super::{
    input::{self, LONGEST_KEY, LONGEST_NAME, MOST_TRIAL_DAYS},
    model::{Naming, Terms},
    writing::NewPrice,
};
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::Result,
        shape::{Field, Kind as Takes, Shape},
        version,
    },
    codes::Code,
    events::Fields,
    input::FieldErrors,
    reason::Reason,
    values::{Currency, Interval, Money, interval::Unit, money::LARGEST},
};

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 10] = [
    "id",
    "object",
    "livemode",
    "amount",
    "currency",
    "interval",
    "interval_count",
    "monthly",
    "trial_days",
    "created",
];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// The words for the units of an interval.
pub const UNITS: &[&str] = &["day", "week", "month", "year"];

/// The most units of an interval, of the shortest one.
pub const MOST_UNITS: i64 = 1_095;

const NAME: Field = Field::new("name", Takes::Text(LONGEST_NAME), "The name that people read.");
const KEY: Field = Field::new(
    "key",
    Takes::Text(LONGEST_KEY),
    "Your own handle of it, taken wherever its id is: `a` to `z`, digits, `_` and `-`. No other price has it.",
);

/// A price to be made, as it is sent.
pub const NEW_PRICE: Shape = Shape {
    name: "NewPrice",
    meaning: "A price to be made.",
    fields: &[&[
        NAME.required().like("Pro, monthly"),
        KEY.like("price_monthly_pro"),
        Field::new("amount", Takes::Whole(1, LARGEST), "How much each time, in the currency’s smallest unit.")
            .required()
            .like_number(4900),
        Field::new("currency", Takes::Text(3), "The currency as ISO 4217, in any case.").required().like("KES"),
        Field::new("interval", Takes::OneOf(UNITS), "The unit of the interval.").required().like("month"),
        Field::new(
            "interval_count",
            Takes::Whole(1, MOST_UNITS),
            "How many of these lie between two charges, 3 years at most; 1 when it is not given.",
        ),
        Field::new(
            "trial_days",
            Takes::Whole(0, MOST_TRIAL_DAYS as i64),
            "The free days before the first charge; none when it is not given.",
        )
        .like_number(14),
    ]],
};

/// A change of a price, as it is sent.
pub const PRICE_CHANGE: Shape = Shape {
    name: "PriceChange",
    meaning: "A change of a price: only what is sent changes. The read-only fields of what was read may stand beside these \
        as they are.",
    fields: &[&[
        NAME.like("Pro, monthly, until 2026"),
        KEY,
        Field::new("archived", Takes::Flag, "`true` archives it, `false` brings it back."),
        Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// A change as far as it can be read without the price.
pub struct PriceBody {
    /// The name and the key, as far as they were sent.
    pub given: Fields,
    pub archived: Option<bool>,
    pub version: Option<i32>,
}

/// Reads the body that makes a price.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn new_price(object: &Object) -> Result<NewPrice> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let name = name(&members, &faults, true);
    let key = key(&members, &faults);
    let (amount, currency) = (amount(&members, &faults), currency(&members, &faults));
    let (interval, trial_days) = (interval(&members, &faults), trial_days(&members, &faults));
    members.finish();
    faults.refuse()?;
    let (Some(name), Some(amount), Some(currency), Some(interval), Some(trial_days)) =
        (name, amount, currency, interval, trial_days)
    else {
        return Err(crate::error::Error::internal("a price without a fault and without a part").into());
    };
    let naming = Naming { name, key: key.flatten() };
    Ok(NewPrice { naming, terms: Terms { amount: Money::new(amount, currency), interval, trial_days } })
}

/// Reads the body that changes a price, after a look that it leaves the rest of `stored` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn change(object: &Object, stored: &Value) -> Result<PriceBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let name = name(&members, &faults, false);
    let key = key(&members, &faults);
    let archived = match members.flag("archived") {
        Given::Absent => None,
        Given::Null => Some(false),
        Given::Value(flag) => Some(flag),
    };
    let version = version::named(&members);
    members.read_only(&READ_ONLY, stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(PriceBody { given: input::given(name, key), archived, version })
}

fn name(members: &Members<'_>, faults: &Faults, is_required: bool) -> Option<String> {
    let raw = match members.text("name", &[]) {
        Given::Absent if is_required && !faults.has("name") => "",
        Given::Absent => return None,
        Given::Null => "",
        Given::Value(raw) => raw,
    };
    note(faults, "name", input::name(raw))
}

/// Reads the key; nothing where it was not sent, or is none.
fn key(members: &Members<'_>, faults: &Faults) -> Option<Option<String>> {
    match members.text("key", &[]) {
        Given::Absent => None,
        Given::Null => Some(None),
        Given::Value(raw) => note(faults, "key", input::key(raw)),
    }
}

/// Reads the amount, which has to be there.
pub fn amount(members: &Members<'_>, faults: &Faults) -> Option<i64> {
    let amount = match members.minor("amount") {
        Given::Value(amount) => amount,
        _ if faults.has("amount") => return None,
        _ => {
            let message = "Send the “amount”, in the currency’s smallest unit: 4900 is 49.00 USD.";
            faults.add("amount", Code::Required, message);
            return None;
        }
    };
    if (1..=LARGEST).contains(&amount) {
        return Some(amount);
    }
    let message = format!("“amount” is from 1 to {LARGEST}, in the currency’s smallest unit.");
    faults.add("amount", Code::AmountInvalid, message);
    None
}

/// Reads the currency, which has to be there.
pub fn currency(members: &Members<'_>, faults: &Faults) -> Option<Currency> {
    match members.text("currency", &[]) {
        Given::Value(code) if !code.trim().is_empty() => note(faults, "currency", Currency::parse_offered(code)),
        _ if faults.has("currency") => None,
        _ => {
            faults.add("currency", Code::Required, "Send the “currency” of the amount, like USD.");
            None
        }
    }
}

/// Reads the interval, which has to be there.
pub fn interval(members: &Members<'_>, faults: &Faults) -> Option<Interval> {
    let unit = match members.text("interval", &[]) {
        Given::Value(word) if !word.trim().is_empty() => note(faults, "interval", Unit::parse(word)),
        _ if faults.has("interval") => None,
        _ => {
            faults.add("interval", Code::Required, "Send the “interval”: day, week, month or year.");
            None
        }
    };
    let count = match members.whole("interval_count") {
        Given::Value(count) => count,
        _ if faults.has("interval_count") => return None,
        _ => 1,
    };
    // What no unit has is told beside a unit that is wrong.
    let is_of_none = unit.is_none() && !(1..=MOST_UNITS).contains(&count);
    let checked = Interval::new(unit.unwrap_or(Unit::Day), count);
    if unit.is_some() || is_of_none { note(faults, "interval_count", checked).filter(|_| unit.is_some()) } else { None }
}

fn trial_days(members: &Members<'_>, faults: &Faults) -> Option<i32> {
    match members.whole("trial_days") {
        Given::Value(days) => note(faults, "trial_days", input::checked_days(days)),
        _ if faults.has("trial_days") => None,
        _ => Some(0),
    }
}

fn note<T>(faults: &Faults, name: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(name, "", result);
    faults.extend(errors, str::to_owned);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_told() {
        assert_eq!(UNITS, Unit::ALL.map(|unit| unit.as_str()));
        assert_eq!(Some(MOST_UNITS), Unit::ALL.into_iter().map(Unit::most).max());
    }
}
