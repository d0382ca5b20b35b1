//! Pieces of the calendar, and the units that a period counts.

use std::fmt;

use jiff::{Span, civil::Date};

use super::period::FORMS;

/// A piece of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// `2026`
    Year(i16),
    /// `2026-01`
    Month(i16, i8),
    /// `2026-01-15`
    Day(Date),
}

/// A unit that `last-30d` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `m`
    Month,
    /// `y`
    Year,
}

/// The years a date may have. A day must have one after it, and every moment of it must be one the clock can tell.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9998;

impl Calendar {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('-').take(4).collect();
        let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if !is_digits || !matches!(widths[..], [4] | [4, 2] | [4, 2, 2]) {
            return Err(FORMS.to_owned());
        }
        // Four digits at most each.
        let numbers: Vec<i16> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let small = |number: i16| i8::try_from(number).unwrap_or(0);
        let read = match numbers[..] {
            [year] => Some(Self::Year(year)),
            [year, month] => Some(Self::Month(year, small(month))),
            [year, month, day] => Date::new(year, small(month), small(day)).ok().map(Self::Day),
            _ => None,
        };
        let in_years = YEARS.contains(&numbers[0]);
        read.filter(|read| in_years && read.first_day().is_some()).ok_or_else(|| match parts.len() {
            3 => "The calendar has no such day.".to_owned(),
            2 => "The calendar has no such month.".to_owned(),
            _ => format!("Use a year from {} to {}.", YEARS.start(), YEARS.end()),
        })
    }

    /// Returns the first day; nothing when the calendar does not have it. A parsed one always has it.
    pub(super) fn first_day(&self) -> Option<Date> {
        match *self {
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Day(day) => Some(day),
        }
    }

    pub(super) fn last_day(&self) -> Option<Date> {
        let first = self.first_day()?;
        Some(match self {
            Self::Year(_) => first.last_of_year(),
            Self::Month(..) => first.last_of_month(),
            Self::Day(_) => first,
        })
    }

    pub(super) fn label(&self) -> String {
        let format = match self {
            Self::Year(_) => "%Y",
            Self::Month(..) => "%B %Y",
            Self::Day(_) => "%-d %B %Y",
        };
        self.first_day().map(|day| day.strftime(format).to_string()).unwrap_or_default()
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => write!(f, "{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }
}

impl Unit {
    const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    pub(super) fn of(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.letter() == letter)
    }

    /// Returns the unit of the calendar that has this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Week, Self::Month, Self::Year].into_iter().find(|unit| unit.name() == name)
    }

    pub(super) fn letter(self) -> char {
        match self {
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Month => 'm',
            Self::Year => 'y',
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// Returns the first day of the one that a day is in. Weeks begin on Monday.
    pub(super) fn first_day(self, day: Date) -> Date {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week => day.saturating_sub(Span::new().days(day.weekday().to_monday_zero_offset())),
            Self::Month => day.first_of_month(),
            Self::Year => day.first_of_year(),
        }
    }

    /// Returns the first day of the next one.
    pub(super) fn next(self, first: Date) -> Option<Date> {
        let one = match self {
            Self::Hour | Self::Day => Span::new().days(1),
            Self::Week => Span::new().weeks(1),
            Self::Month => Span::new().months(1),
            Self::Year => Span::new().years(1),
        };
        first.checked_add(one).ok()
    }

    pub(super) fn days_before(self, today: Date, count: u16) -> Option<Date> {
        today.checked_sub(self.span(count)?).ok()
    }

    pub(super) fn days_after(self, today: Date, count: u16) -> Option<Date> {
        today.checked_add(self.span(count)?).ok()
    }

    pub(super) fn span(self, count: u16) -> Option<Span> {
        let (none, count) = (Span::new(), i64::from(count));
        let span = match self {
            Self::Hour => none.try_hours(count),
            Self::Day => none.try_days(count),
            Self::Week => none.try_weeks(count),
            Self::Month => none.try_months(count),
            Self::Year => none.try_years(count),
        };
        span.ok()
    }
}
