//! What is said of a price, in a form or a body: it becomes a checked price, or errors by the names of the form.

use serde_json::json;

use super::{
    model::{Naming, Terms},
    writing::NewPrice,
};
use crate::{
    codes::Code,
    events::Fields,
    ids::PriceId,
    input::{FieldErrors, FormFields},
    reason::{Detail, Reason},
    values::{
        Currency, Interval, Money,
        interval::Unit,
        text::{self, unaccented},
    },
};

/// The most characters of a name and of a key.
pub const LONGEST_NAME: usize = 100;
pub const LONGEST_KEY: usize = 60;

/// The most free days before the first charge: 3 years.
pub const MOST_TRIAL_DAYS: i32 = 1_095;

/// The name of the key in a form, whose own one-time key is called `key`.
pub const KEY: &str = "price_key";

/// Checks a price to be made. `usual` is the currency of an amount without one.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn new_price(typed: &FormFields, usual: Currency) -> Result<NewPrice, FieldErrors> {
    let mut errors = FieldErrors::default();
    let naming = naming(typed, &mut errors);
    let amount = amount(typed, usual, &mut errors);
    let interval = interval(typed, &mut errors);
    let trial_days = trial_days(typed.first("trial_days").unwrap_or_default());
    let trial_days = errors.note("trial_days", "Free days", trial_days);
    match (naming, amount, interval, trial_days) {
        (Some(naming), Some(amount), Some(interval), Some(trial_days)) if errors.is_empty() => {
            Ok(NewPrice { naming, terms: Terms { amount, interval, trial_days } })
        }
        _ => Err(errors),
    }
}

/// Checks the name and the key of a price, both as a form has them.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn renaming(typed: &FormFields) -> Result<Fields, FieldErrors> {
    let mut errors = FieldErrors::default();
    let naming = naming(typed, &mut errors);
    naming.map(|naming| naming.fields()).ok_or(errors)
}

fn naming(typed: &FormFields, errors: &mut FieldErrors) -> Option<Naming> {
    let name = errors.note("name", "Name", name(typed.first("name").unwrap_or_default()));
    let key = errors.note(KEY, "Key", key(typed.first(KEY).unwrap_or_default()));
    Some(Naming { name: name?, key: key? })
}

/// Reads a name.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn name(typed: &str) -> Result<String, Reason> {
    let sentence = "Give it the name that people read, like “Pro, monthly”.";
    text::free_line(typed, LONGEST_NAME)?.ok_or_else(|| Code::Required.says(sentence))
}

/// Reads a key; nothing typed is none.
///
/// # Errors
/// A sentence, with the key that was probably meant.
pub fn key(typed: &str) -> Result<Option<String>, Reason> {
    let key = typed.trim();
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    if key.parse::<PriceId>().is_ok() {
        let sentence = "This is written like the id of a price. Use a key of your own, like “pro_monthly”.";
        return Err(Code::PriceKeyInvalid.says(sentence));
    }
    if key.len() <= LONGEST_KEY && key.bytes().all(is_letter) {
        return Ok(Some(key.to_owned()).filter(|key| !key.is_empty()));
    }
    let meant = Some(meant_by(key)).filter(|meant| !meant.is_empty() && meant.parse::<PriceId>().is_err());
    let like = meant.as_deref().unwrap_or("pro_monthly");
    let sentence = format!("Use 1 to {LONGEST_KEY} of the letters a to z, digits, “_” and “-”, like “{like}”.");
    Err(Code::PriceKeyInvalid.says(sentence).with(meant.map(Detail::DidYouMean)))
}

/// Returns the key that a text was probably meant to be; empty when nothing of it can be in one.
fn meant_by(typed: &str) -> String {
    let letters = unaccented(typed).to_ascii_lowercase();
    let letters: String =
        letters.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let words: Vec<&str> = letters.split('_').filter(|word| !word.is_empty()).collect();
    let key: String = words.join("_").chars().take(LONGEST_KEY).collect();
    key.trim_matches(['_', '-']).to_owned()
}

/// Reads an amount with its currency; `usual` is the currency of one without.
pub fn amount(typed: &FormFields, usual: Currency, errors: &mut FieldErrors) -> Option<Money> {
    let currency = Currency::parse_offered(typed.first("currency").unwrap_or(usual.as_str()));
    let currency = errors.note("currency", "Currency", currency);
    let amount = match typed.filled("amount") {
        Some(raw) => Money::parse(raw, currency.unwrap_or(usual)).map_err(Reason::from),
        None => Err(Code::Required.says("Enter an amount.")),
    };
    let amount = errors.note("amount", "Amount", amount);
    amount.filter(|_| currency.is_some())
}

/// Reads how often something comes again; nothing typed is every month.
pub fn interval(typed: &FormFields, errors: &mut FieldErrors) -> Option<Interval> {
    let unit = errors.note("interval", "Unit", Unit::parse(typed.first("interval").unwrap_or("month")))?;
    let count = Interval::parse(unit, typed.first("interval_count").unwrap_or_default());
    errors.note("interval_count", "Charged every", count)
}

fn trial_days(typed: &str) -> Result<i32, Reason> {
    match typed.trim() {
        "" => Ok(0),
        days if !days.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(Code::NumberInvalid.says("Enter a whole number of days, like 14."))
        }
        days => days.parse().map_err(|_| too_many_days()).and_then(checked_days),
    }
}

/// Checks a number of free days.
///
/// # Errors
/// When there are more than there may be, or fewer than none.
pub fn checked_days(days: i64) -> Result<i32, Reason> {
    i32::try_from(days).ok().filter(|days| (0..=MOST_TRIAL_DAYS).contains(days)).ok_or_else(too_many_days)
}

fn too_many_days() -> Reason {
    Code::OutOfRange.says(format!("Use 0 to {MOST_TRIAL_DAYS} days."))
}

/// Returns what the typed amount and interval come to a month, as far as both can be read.
pub fn monthly(typed: &FormFields, usual: Currency) -> Option<Money> {
    let mut errors = FieldErrors::default();
    let (amount, interval) = (amount(typed, usual, &mut errors)?, interval(typed, &mut errors)?);
    Some(interval.monthly(amount))
}

/// Returns what a form that starts from a price is filled with.
pub fn pairs(naming: &Naming, terms: &Terms) -> FormFields {
    let Terms { amount, interval, trial_days } = terms;
    let pairs = [
        ("name", naming.name.clone()),
        ("amount", amount.plain()),
        ("currency", amount.currency.to_string()),
        ("interval_count", interval.every().to_string()),
        ("interval", interval.unit().to_string()),
        ("trial_days", trial_days.to_string()),
    ];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

/// Returns what events keep of a naming, with what is not given left out.
pub fn given(name: Option<String>, key: Option<Option<String>>) -> Fields {
    let name = name.map(|name| ("name".to_owned(), json!(name)));
    let key = key.map(|key| ("key".to_owned(), json!(key)));
    name.into_iter().chain(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Currency {
        Currency::parse("KES").unwrap()
    }

    fn checked(form: &str) -> Result<NewPrice, FieldErrors> {
        new_price(&FormFields::parse(form.as_bytes()).unwrap(), usual())
    }

    fn errors(form: &str) -> Vec<(String, Code)> {
        checked(form).unwrap_err().into_vec().into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn a_price_needs_a_name_and_an_amount() {
        let NewPrice { naming, terms } = checked("name=+Pro,++monthly+&amount=4,900").unwrap();
        assert_eq!(naming, Naming { name: "Pro, monthly".to_owned(), key: None });
        assert_eq!((terms.words().as_str(), terms.trial_days), ("KES 4,900.00 every month", 0));
        let of = |field: &str, code| (field.to_owned(), code);
        assert_eq!(errors(""), [of("name", Code::Required), of("amount", Code::Required)]);
        assert_eq!(
            errors(
                "name=4242+4242+4242+4242&price_key=Pro&amount=1.000&currency=XAU&interval=fortnight&trial_days=1096"
            ),
            [
                of("name", Code::CardNumberInText),
                of("price_key", Code::PriceKeyInvalid),
                of("currency", Code::CurrencyUnknown),
                of("amount", Code::AmountInvalid),
                of("interval", Code::NotOneOf),
                of("trial_days", Code::OutOfRange),
            ]
        );
        assert_eq!(
            errors("name=A&amount=1&interval=week&interval_count=157"),
            [of("interval_count", Code::OutOfRange)]
        );
        assert_eq!(errors("name=A&amount=1&trial_days=two"), [of("trial_days", Code::NumberInvalid)]);
        let yearly =
            checked("name=A&amount=1&currency=jpy&interval=year&interval_count=2&trial_days=30").unwrap().terms;
        assert_eq!((yearly.words().as_str(), yearly.trial_days), ("JPY 1 every 2 years", 30));
    }

    #[test]
    fn a_key_is_never_what_an_id_is() {
        for text in ["price_monthly_pro", "a", "0", "_-_", &"k".repeat(60), "price_01h2xcejqtf2nbrexx3vqjhp4"] {
            assert_eq!(key(text), Ok(Some(text.to_owned())), "{text}");
        }
        assert_eq!(key("  "), Ok(None));
        let refused = key("price_01h2xcejqtf2nbrexx3vqjhp41").unwrap_err();
        assert_eq!((refused.code, refused.did_you_mean()), (Code::PriceKeyInvalid, None));
        for (wrong, meant) in [
            ("Pro Monthly", Some("pro_monthly")),
            ("prö.é", Some("pro_e")),
            ("税", None),
            ("PRICE_01H2XCEJQTF2NBREXX3VQJHP41", None),
            (&"k".repeat(61), Some(&*"k".repeat(60))),
        ] {
            let reason = key(wrong).unwrap_err();
            assert_eq!((reason.code, reason.did_you_mean()), (Code::PriceKeyInvalid, meant), "{wrong}");
            assert!(meant.is_none_or(|meant| key(meant).is_ok()));
        }
    }

    #[test]
    fn what_is_typed_so_far_comes_to_so_much_a_month() {
        let said =
            |form: &str| monthly(&FormFields::parse(form.as_bytes()).unwrap(), usual()).map(|money| money.to_string());
        assert_eq!(said("amount=4900&interval=month&interval_count=3").as_deref(), Some("KES 1,633.33"));
        assert_eq!(said("amount=499&interval=year").as_deref(), Some("KES 41.58"));
        assert_eq!(said("amount=&interval=year"), None);
        assert_eq!(said("amount=5&interval=year&interval_count=x"), None);
    }
}
