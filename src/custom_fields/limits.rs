//! The limits of a field's values: the least and the greatest number or day, or how long a text is.

use jiff::civil::Date;

use crate::{
    codes::Code,
    reason::Reason,
    values::field::{Field, Kind},
};

/// The most characters that a text can have, whatever its field allows.
pub const LONGEST_TEXT: i64 = 500;

/// The digits after the point that a number can have.
const DECIMALS: usize = 6;

/// The greatest number, and with a minus the least.
const GREATEST: i64 = 1_000_000_000_000;

/// Returns whether fields of a kind have limits. Money has none, since amounts of two currencies are not compared.
pub fn has_limits(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Number | Kind::Integer | Kind::Date)
}

/// Reads a limit as typed into the form in which it is stored, which is that of the field's values.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn read(kind: Kind, typed: &str) -> Result<String, Reason> {
    match kind {
        Kind::Text => match typed.parse() {
            Ok(length @ 1..=LONGEST_TEXT) => Ok(length.to_string()),
            _ => Err(Code::AmountInvalid.says(format!("Enter how many characters, from 1 to {LONGEST_TEXT}."))),
        },
        Kind::Number => millionths(typed, DECIMALS).map(plain).ok_or_else(|| {
            Code::AmountInvalid
                .says(format!("Enter a number like 12.5, with at most {DECIMALS} digits after the point."))
        }),
        Kind::Integer => {
            millionths(typed, 0).map(plain).ok_or_else(|| Code::AmountInvalid.says("Enter a whole number, like 12."))
        }
        Kind::Date => day(typed)
            .map(|day| day.to_string())
            .ok_or_else(|| Code::DateInvalid.says("Enter a day as year, month and day, like 2026-03-31.")),
        _ => Err(Code::NotOneOf.says(none(kind))),
    }
}

/// Returns the sentence that a kind has no limits.
pub fn none(kind: Kind) -> String {
    let why = if kind == Kind::Money { ", since amounts of two currencies are not compared" } else { "" };
    format!("A field of the kind “{}” has no limits{why}. Leave this empty.", kind.label())
}

/// Refuses limits between which nothing is.
///
/// # Errors
/// A sentence.
pub fn check_order(field: &Field) -> Result<(), Reason> {
    let (Some(least), Some(most)) = (&field.least, &field.most) else { return Ok(()) };
    match is_below(field.kind, most, least) {
        false => Ok(()),
        true => {
            Err(Code::AmountInvalid
                .says("This is below the least, so that nothing fits. Raise it, or lower the least."))
        }
    }
}

/// Returns whether one stored limit is below another.
pub fn is_below(kind: Kind, one: &str, other: &str) -> bool {
    match kind {
        Kind::Date => day(one) < day(other),
        _ => millionths(one, DECIMALS) < millionths(other, DECIMALS),
    }
}

fn day(text: &str) -> Option<Date> {
    text.trim().parse().ok().filter(|day: &Date| day.year() >= 1)
}

/// Reads a number with at most `decimals` digits after the point, as millionths.
fn millionths(text: &str, decimals: usize) -> Option<i64> {
    let text = text.trim().replace('\u{2212}', "-");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_point = digits.contains('.');
    if whole.is_empty()
        || !is_number(whole)
        || !is_number(part)
        || part.len() > decimals
        || has_point == part.is_empty()
    {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= GREATEST)?;
    let part: i64 = format!("{part:0<DECIMALS$}").parse().ok()?;
    let number = whole.checked_mul(1_000_000)?.checked_add(part)?;
    let fits = number <= GREATEST * 1_000_000;
    fits.then_some(if text.starts_with('-') { -number } else { number })
}

/// Writes millionths as the shortest number.
fn plain(number: i64) -> String {
    let (whole, part) = (number.unsigned_abs() / 1_000_000, number.unsigned_abs() % 1_000_000);
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{whole}.{part:06}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_stored_as_values_are() {
        for (kind, typed, stored) in [
            (Kind::Text, "12", Some("12")),
            (Kind::Text, "0", None),
            (Kind::Text, "501", None),
            (Kind::Number, "012.50", Some("12.5")),
            (Kind::Number, "-0.000001", Some("-0.000001")),
            (Kind::Number, "-0", Some("0")),
            (Kind::Number, "\u{2212}3", Some("-3")),
            (Kind::Number, "1000000000000", Some("1000000000000")),
            (Kind::Number, "1000000000000.000001", None),
            (Kind::Number, "1.0000001", None),
            (Kind::Number, "1.", None),
            (Kind::Number, ".5", None),
            (Kind::Number, "1,000", None),
            (Kind::Integer, "1.0", None),
            (Kind::Integer, "100", Some("100")),
            (Kind::Date, "2026-03-31", Some("2026-03-31")),
            (Kind::Date, "2026-02-30", None),
            (Kind::Money, "5", None),
            (Kind::Choice, "5", None),
        ] {
            assert_eq!(read(kind, typed).ok().as_deref(), stored, "{kind:?} {typed}");
        }
    }

    #[test]
    fn limits_are_compared_as_numbers_and_days() {
        assert!(is_below(Kind::Number, "9", "10") && is_below(Kind::Number, "-10", "-9"));
        assert!(is_below(Kind::Date, "2025-12-31", "2026-01-01") && !is_below(Kind::Text, "5", "5"));
    }
}
