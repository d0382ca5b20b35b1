//! An expiry is the month on a card: the card is valid to the end of it, in the merchant's time zone.

use std::{fmt, ops::RangeInclusive};

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use crate::{codes::Code, reason::Reason};

/// The number of months before the end in which a card expires soon. A card that expires in this month or in so many
/// after it does: long enough before the end for somebody who is charged every three months.
pub const MONTHS_BEFORE: i64 = 2;

/// The longest time, in years, for which a card is issued.
const LONGEST_YEARS: i16 = 30;

/// Returns the day that it is for the merchant.
pub fn today(now: Timestamp, zone: &TimeZone) -> Date {
    now.to_zoned(zone.clone()).date()
}

/// Returns whether a card whose last day is `expires_on` can no longer be charged.
pub fn is_expired(expires_on: Date, today: Date) -> bool {
    expires_on < today
}

/// Returns the last days of the cards that expire soon: still valid, but not for long. `card:expiring` in a search
/// means the same.
pub fn expiring(today: Date) -> RangeInclusive<Date> {
    let last = today.first_of_month().saturating_add(Span::new().months(MONTHS_BEFORE)).last_of_month();
    today..=last
}

/// Returns the last days of the cards that are valid today and expire this month, both included.
pub fn this_month(today: Date) -> (Date, Date) {
    (today, today.last_of_month())
}

/// Returns an expiry as on a card: `08/2028`.
pub fn shown(expires_on: Date) -> String {
    expires_on.strftime("%m/%Y").to_string()
}

/// The reason why a text is no expiry of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryError {
    /// It is no month.
    NoMonth,
    /// The month is over.
    Over,
    /// It is too far ahead.
    TooFar,
}

impl fmt::Display for ExpiryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMonth => "Enter month and year as they are on the card, like 08/2028.",
            Self::Over => "This month is over. Enter the month that is on the card now.",
            Self::TooFar => "No card is valid that long. Check the year.",
        })
    }
}

impl From<ExpiryError> for Reason {
    fn from(err: ExpiryError) -> Self {
        Code::DateInvalid.says(err.to_string())
    }
}

/// Reads `08/2028`, `8/28` or `2028-08` as the last day of that month.
///
/// # Errors
/// When it is no month, or not one in which a card of `today` expires.
pub fn parse(text: &str, today: Date) -> Result<Date, ExpiryError> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (month, year) = match text.split_once(['/', '-', '.']) {
        Some((year, month)) if year.len() == 4 => (month, year),
        Some((month, year)) => (month, year),
        None => return Err(ExpiryError::NoMonth),
    };
    let (month, year) = (number(month).ok_or(ExpiryError::NoMonth)?, number(year).ok_or(ExpiryError::NoMonth)?);
    let year = if year < 100 { 2000 + year } else { year };
    let month = i8::try_from(month).map_err(|_| ExpiryError::NoMonth)?;
    let first = Date::new(year, month, 1).map_err(|_| ExpiryError::NoMonth)?;
    match first.last_of_month() {
        last if is_expired(last, today) => Err(ExpiryError::Over),
        last if last.year() > today.year() + LONGEST_YEARS => Err(ExpiryError::TooFar),
        last => Ok(last),
    }
}

/// Reads a number of one to four digits and nothing else.
fn number(text: &str) -> Option<i16> {
    let is_number = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_card_is_valid_to_the_end_of_its_month() {
        assert!(!is_expired(date(2026, 11, 30), date(2026, 11, 30)));
        assert!(is_expired(date(2026, 11, 30), date(2026, 12, 1)));
    }

    #[test]
    fn the_month_ends_in_the_merchants_time_zone() {
        let moment: Timestamp = "2026-11-30T21:30:00Z".parse().unwrap();
        let nairobi = TimeZone::get("Africa/Nairobi").unwrap();
        assert_eq!(today(moment, &TimeZone::UTC), date(2026, 11, 30));
        assert_eq!(today(moment, &nairobi), date(2026, 12, 1));
    }

    #[test]
    fn this_month_and_the_next_two_are_soon() {
        let soon = expiring(date(2026, 11, 21));
        for (last, is_soon) in [
            (date(2026, 10, 31), false),
            (date(2026, 11, 30), true),
            (date(2026, 12, 31), true),
            (date(2027, 1, 31), true),
            (date(2027, 2, 28), false),
        ] {
            assert_eq!(soon.contains(&last), is_soon, "{last}");
        }
        assert_eq!(*expiring(date(2026, 12, 31)).end(), date(2027, 2, 28));
    }

    #[test]
    fn months_are_read_as_people_write_them() {
        let today = date(2026, 11, 21);
        for text in ["08/2028", "8/28", " 08 / 28 ", "2028-08", "08-2028", "8.2028"] {
            assert_eq!(parse(text, today), Ok(date(2028, 8, 31)), "{text}");
        }
        assert_eq!(parse("11/26", today), Ok(date(2026, 11, 30)));
        for (text, error) in [
            ("", ExpiryError::NoMonth),
            ("0828", ExpiryError::NoMonth),
            ("13/28", ExpiryError::NoMonth),
            ("0/28", ExpiryError::NoMonth),
            ("+8/28", ExpiryError::NoMonth),
            ("8/20280", ExpiryError::NoMonth),
            ("4242424242424242/28", ExpiryError::NoMonth),
            ("10/2026", ExpiryError::Over),
            ("01/1999", ExpiryError::Over),
            ("01/2057", ExpiryError::TooFar),
        ] {
            assert_eq!(parse(text, today), Err(error), "{text}");
        }
    }
}
