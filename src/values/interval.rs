//! An interval is how often something comes again: every month, every 3 months, every 2 weeks. Its dates are counted from
//! an anchor and never from one another, so that the 31st is the 31st again after a February.

use std::fmt;

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use super::{Money, nearest::nearest_of};
use crate::{
    codes::Code,
    reason::{Detail, Reason},
};

/// The unit of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// Reads the word, in any case.
    ///
    /// # Errors
    /// [`IntervalError::NoUnit`].
    pub fn parse(raw: &str) -> Result<Self, IntervalError> {
        let word = raw.trim().to_ascii_lowercase();
        let meant = || nearest_of(&word, Self::ALL.iter().map(|unit| unit.as_str())).and_then(Self::of);
        Self::of(&word).ok_or_else(|| IntervalError::NoUnit(meant()))
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == word)
    }

    /// Returns the word as stored, sent and read by people: "month".
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Returns the word for so many: "1 month", "3 months".
    fn counted(self, count: i64) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {}{plural}", self.as_str())
    }

    /// Returns the most of them in an interval: 3 years.
    pub fn most(self) -> i64 {
        match self {
            Self::Day => 1_095,
            Self::Week => 156,
            Self::Month => 36,
            Self::Year => 3,
        }
    }
}

text_value!(Unit, IntervalError, stored: |text: String| Unit::parse(&text));

/// The reason why a text is no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalError {
    /// The word is no unit; holds the one that was probably meant.
    NoUnit(Option<Unit>),
    /// The count is no whole number.
    NoCount(Unit),
    /// The count is zero, or less.
    NotPositive(Unit),
    /// It is longer than 3 years.
    TooLong(Unit),
}

impl fmt::Display for IntervalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUnit(_) => f.write_str("Use day, week, month or year."),
            Self::NoCount(unit) => write!(f, "Enter a whole number of {}s, like 3.", unit.as_str()),
            Self::NotPositive(unit) => write!(f, "The shortest is {}.", unit.counted(1)),
            Self::TooLong(Unit::Year) => f.write_str("The longest is 3 years."),
            Self::TooLong(unit) => write!(f, "The longest is 3 years: {}.", unit.counted(unit.most())),
        }
    }
}

impl std::error::Error for IntervalError {}

impl From<IntervalError> for Reason {
    fn from(err: IntervalError) -> Self {
        let sentence = err.to_string();
        match err {
            IntervalError::NoUnit(meant) => {
                Code::NotOneOf.says(sentence).with(meant.map(|unit| Detail::DidYouMean(unit.as_str().to_owned())))
            }
            IntervalError::NoCount(_) => Code::NumberInvalid.says(sentence),
            IntervalError::NotPositive(_) | IntervalError::TooLong(_) => Code::OutOfRange.says(sentence),
        }
    }
}

/// So many days, weeks, months or years: at least one, at most 3 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    unit: Unit,
    every: i32,
}

impl Interval {
    /// Makes an interval of so many units.
    ///
    /// # Errors
    /// [`IntervalError::NotPositive`], [`IntervalError::TooLong`].
    pub fn new(unit: Unit, every: i64) -> Result<Self, IntervalError> {
        match i32::try_from(every) {
            _ if every < 1 => Err(IntervalError::NotPositive(unit)),
            Ok(count) if every <= unit.most() => Ok(Self { unit, every: count }),
            _ => Err(IntervalError::TooLong(unit)),
        }
    }

    /// Reads the count as somebody typed it; nothing typed is one.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the count.
    pub fn parse(unit: Unit, count: &str) -> Result<Self, IntervalError> {
        let count = count.trim();
        let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
        match count.parse() {
            _ if count.is_empty() => Self::new(unit, 1),
            Ok(every) if is_number => Self::new(unit, every),
            // More digits than any number has.
            Err(_) if is_number => Err(IntervalError::TooLong(unit)),
            _ if count.strip_prefix(['-', '−']).is_some_and(|rest| rest.parse::<u64>().is_ok()) => {
                Err(IntervalError::NotPositive(unit))
            }
            _ => Err(IntervalError::NoCount(unit)),
        }
    }

    /// Returns the unit.
    pub fn unit(self) -> Unit {
        self.unit
    }

    /// Returns the number of units, from 1 on.
    pub fn every(self) -> i32 {
        self.every
    }

    /// Returns it in words behind an amount that is charged: "every month", "every 3 months".
    pub fn words(self) -> String {
        match self.every {
            1 => format!("every {}", self.unit.as_str()),
            count => format!("every {}", self.unit.counted(count.into())),
        }
    }

    /// Returns it in words behind a price: "a month", "every 3 months".
    pub fn rate(self) -> String {
        if self.every == 1 { format!("a {}", self.unit.as_str()) } else { self.words() }
    }

    /// Returns the date `n` intervals after an anchor. Of months and years it is `anchor_day`, from 1 to 31, or
    /// the last day of a month that does not have it. Days and weeks do not ask for it.
    ///
    /// Nothing when the date would be beyond the calendar, which ends with the year 9999.
    pub fn after(self, anchor: Date, anchor_day: i8, n: i64) -> Option<Date> {
        let count = n.checked_mul(self.every.into())?;
        let months = match self.unit {
            Unit::Day => return anchor.checked_add(Span::new().try_days(count).ok()?).ok(),
            Unit::Week => return anchor.checked_add(Span::new().try_weeks(count).ok()?).ok(),
            Unit::Month => count,
            Unit::Year => count.checked_mul(12)?,
        };
        let month = anchor.first_of_month().checked_add(Span::new().try_months(months).ok()?).ok()?;
        month.with().day(anchor_day.min(month.days_in_month())).build().ok()
    }

    /// Returns what an amount at each interval comes to a month, rounded half up to the currency's smallest unit. A month
    /// is a twelfth of 365 days.
    pub fn monthly(self, amount: Money) -> Money {
        let (times, parts) = match self.unit {
            Unit::Day => (365, 12),
            Unit::Week => (365, 84),
            Unit::Month => (1, 1),
            Unit::Year => (1, 12),
        };
        let (whole, parts) = (i128::from(amount.minor) * times, parts * i128::from(self.every));
        let rounded = (2 * whole + parts).div_euclid(2 * parts);
        // An amount is far below what would not fit.
        let minor = i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX });
        Money { minor, ..amount }
    }
}

/// The dates on which the periods of something begin that comes again and again. Periods have numbers that only grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub interval: Interval,
    /// The date from which all others are counted.
    pub anchor: Date,
    /// The number of the period that begins on it.
    pub anchor_no: i64,
    /// The day of the month, from 1 to 31; the anchor is that day as its month has it.
    pub anchor_day: i8,
}

impl Calendar {
    /// Returns the date on which a period begins; nothing beyond the year 9999.
    pub fn begins(&self, no: i64) -> Option<Date> {
        self.interval.after(self.anchor, self.anchor_day, no.checked_sub(self.anchor_no)?)
    }

    /// Returns the number of the first period, from that of the anchor on, that begins on a date or later; nothing
    /// beyond the year 9999.
    pub fn first_from(&self, date: Date) -> Option<i64> {
        // No unit has more days than that, so none before the least is late enough, and the walk from it is short.
        let longest = match self.interval.unit {
            Unit::Day => 1,
            Unit::Week => 7,
            Unit::Month => 31,
            Unit::Year => 366,
        };
        let days = i64::from(self.anchor.until(date).ok()?.get_days());
        let least = self.anchor_no + (days / (longest * i64::from(self.interval.every))).max(0);
        (least..).map_while(|no| Some((no, self.begins(no)?))).find(|(_, begins)| *begins >= date).map(|(no, _)| no)
    }
}

/// Returns whether a date is that day of its month, as the month has it: 30 April is the 31st.
pub fn is_anchor_day(date: Date, anchor_day: i8) -> bool {
    date.day() == anchor_day.min(date.days_in_month())
}

/// Returns the first moment of a date in a time zone. Where its midnight does not exist it is the first moment that does,
/// where it comes twice the first of both.
///
/// # Errors
/// When the date is at an end of the calendar.
pub fn begins(date: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    Ok(date.to_zoned(zone.clone())?.timestamp())
}

#[cfg(test)]
mod tests;
