//! A period is a stretch of time as people name it: a year, a month, a day, before, after or between them, or the last
//! or next so many days. It stays a name until it is asked for its moments, since `today` means another day tomorrow.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

pub use super::calendar::{Calendar, Unit};

/// The time that something happened, as typed after `created:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// `2026-01`
    In(Calendar),
    /// `>2026-01`: after it ended.
    After(Calendar),
    /// `>=2026-01`: since it began.
    Since(Calendar),
    /// `<2026-01`: before it began.
    Before(Calendar),
    /// `<=2026-01`: until it ended.
    Until(Calendar),
    /// `2026-01..2026-03`, both included.
    Between(Calendar, Calendar),
    /// `last-30d`: so many hours back from now; or today and so many days, weeks, months or years before it.
    Last(u16, Unit),
    /// `next-30d`: so many hours on from now; or today and so many days, weeks, months or years after it.
    Next(u16, Unit),
    /// `today`
    Today,
    /// `yesterday`
    Yesterday,
    /// `tomorrow`
    Tomorrow,
    /// `this-month`: the week, month or year that today is in.
    This(Unit),
    /// `last-month`: the one before that.
    Previous(Unit),
    /// `next-month`: the one after that.
    Following(Unit),
}

/// The most units that `last-` counts.
const MOST_UNITS: u16 = 9_999;

pub(super) const FORMS: &str = "Write a day, month or year like 2026-01-15, 2026-01 or 2026, also with >, >=, < or <= before it, \
                     two with .. between them, or last-30d, today, yesterday, this-month or last-week. What is to come is \
                     next-30d, tomorrow or next-week.";

impl Period {
    /// Reads a period as it is typed, in either case.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, or what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.to_ascii_lowercase();
        match text.as_str() {
            "today" => return Ok(Self::Today),
            "yesterday" => return Ok(Self::Yesterday),
            "tomorrow" => return Ok(Self::Tomorrow),
            _ => {}
        }
        if let Some(unit) = text.strip_prefix("this-").and_then(Unit::named) {
            return Ok(Self::This(unit));
        }
        if let Some(count) = text.strip_prefix("last-") {
            let last = || counted(count).map(|(count, unit)| Self::Last(count, unit));
            return Unit::named(count).map_or_else(last, |unit| Ok(Self::Previous(unit)));
        }
        if let Some(count) = text.strip_prefix("next-") {
            let next = || counted(count).map(|(count, unit)| Self::Next(count, unit));
            return Unit::named(count).map_or_else(next, |unit| Ok(Self::Following(unit)));
        }
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (Calendar::parse(first)?, Calendar::parse(last)?);
            return match last.last_day() < first.first_day() {
                true => Err(format!("It ends before it starts. Write {last}..{first}.")),
                false => Ok(Self::Between(first, last)),
            };
        }
        // The longer signs first.
        let behind = |sign| text.strip_prefix(sign).map(Calendar::parse);
        if let Some(calendar) = behind(">=") {
            return calendar.map(Self::Since);
        }
        if let Some(calendar) = behind("<=") {
            return calendar.map(Self::Until);
        }
        if let Some(calendar) = behind(">") {
            return calendar.map(Self::After);
        }
        if let Some(calendar) = behind("<") {
            return calendar.map(Self::Before);
        }
        Calendar::parse(&text).map(Self::In)
    }

    /// Returns the moments from which on and before which it lasts, as days begin in `zone`, when it is `now`. An end
    /// is `None` where it is open.
    pub fn range(&self, zone: &TimeZone, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let today = now.to_zoned(zone.clone()).date();
        // Midnight, or the first moment behind it where the clocks skip it.
        let start = |day: Option<Date>| day.and_then(|day| day.to_zoned(zone.clone()).ok()).map(|day| day.timestamp());
        let first = |calendar: &Calendar| start(calendar.first_day());
        let behind = |calendar: &Calendar| start(calendar.last_day().and_then(|day| day.tomorrow().ok()));
        match self {
            Self::In(calendar) => (first(calendar), behind(calendar)),
            Self::After(calendar) => (behind(calendar), None),
            Self::Since(calendar) => (first(calendar), None),
            Self::Before(calendar) => (None, first(calendar)),
            Self::Until(calendar) => (None, behind(calendar)),
            Self::Between(one, other) => (first(one), behind(other)),
            Self::Last(count, Unit::Hour) => {
                (now.checked_sub(SignedDuration::from_hours(i64::from(*count))).ok(), None)
            }
            Self::Last(count, unit) => (start(unit.days_before(today, *count)), None),
            Self::Next(count, Unit::Hour) => {
                (Some(now), now.checked_add(SignedDuration::from_hours(i64::from(*count))).ok())
            }
            Self::Next(count, unit) => {
                let last = unit.days_after(today, *count);
                (start(Some(today)), start(last.and_then(|last| last.tomorrow().ok())))
            }
            Self::Today => (start(Some(today)), start(today.tomorrow().ok())),
            Self::Yesterday => (start(today.yesterday().ok()), start(Some(today))),
            Self::Tomorrow => {
                let tomorrow = today.tomorrow().ok();
                (start(tomorrow), start(tomorrow.and_then(|day| day.tomorrow().ok())))
            }
            Self::This(unit) => {
                let first = unit.first_day(today);
                (start(Some(first)), start(unit.next(first)))
            }
            Self::Previous(unit) => {
                let first = unit.first_day(today);
                (start(unit.days_before(first, 1)), start(Some(first)))
            }
            Self::Following(unit) => {
                let first = unit.next(unit.first_day(today));
                (start(first), start(first.and_then(|first| unit.next(first))))
            }
        }
    }

    /// Returns the days that begin in [`Period::range`], the first and the last; `None` where it is open.
    pub fn dates(&self, zone: &TimeZone, now: Timestamp) -> (Option<Date>, Option<Date>) {
        let (from, below) = self.range(zone, now);
        let day = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
        let last = below.and_then(|below| below.checked_sub(SignedDuration::from_nanos(1)).ok());
        (from.map(day), last.map(day))
    }

    /// Returns its first and its last day, `None` where it is open; nothing for a period that moves with the time.
    pub fn days(&self) -> Option<(Option<Date>, Option<Date>)> {
        match self {
            Self::In(calendar) => Some((calendar.first_day(), calendar.last_day())),
            Self::After(calendar) => Some((calendar.last_day().and_then(|day| day.tomorrow().ok()), None)),
            Self::Since(calendar) => Some((calendar.first_day(), None)),
            Self::Before(calendar) => Some((None, calendar.first_day().and_then(|day| day.yesterday().ok()))),
            Self::Until(calendar) => Some((None, calendar.last_day())),
            Self::Between(one, other) => Some((one.first_day(), other.last_day())),
            Self::Last(..) | Self::Next(..) | Self::This(_) | Self::Previous(_) | Self::Following(_) => None,
            Self::Today | Self::Yesterday | Self::Tomorrow => None,
        }
    }

    /// Returns the words that follow "Created".
    pub fn label(&self) -> String {
        match self {
            Self::In(calendar @ Calendar::Day(_)) => format!("on {}", calendar.label()),
            Self::In(calendar) => format!("in {}", calendar.label()),
            Self::After(calendar) => format!("after {}", calendar.label()),
            Self::Since(calendar) => format!("since {}", calendar.label()),
            Self::Before(calendar) => format!("before {}", calendar.label()),
            Self::Until(calendar) => format!("until {}", calendar.label()),
            Self::Between(one, other) => format!("from {} to {}", one.label(), other.label()),
            Self::Last(1, unit) => format!("in the last {}", unit.name()),
            Self::Last(count, unit) => format!("in the last {count} {}s", unit.name()),
            Self::Today => "today".to_owned(),
            Self::Next(1, unit) => format!("in the next {}", unit.name()),
            Self::Next(count, unit) => format!("in the next {count} {}s", unit.name()),
            Self::Yesterday => "yesterday".to_owned(),
            Self::Tomorrow => "tomorrow".to_owned(),
            Self::This(unit) => format!("this {}", unit.name()),
            Self::Previous(unit) => format!("last {}", unit.name()),
            Self::Following(unit) => format!("next {}", unit.name()),
        }
    }
}

/// Reads the number and the unit behind `last-` or `next-`.
fn counted(count: &str) -> Result<(u16, Unit), String> {
    let unit = count.chars().next_back().and_then(Unit::of).ok_or(FORMS)?;
    let digits = &count[..count.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FORMS.to_owned());
    }
    match digits.parse() {
        Ok(count @ 1..=MOST_UNITS) => Ok((count, unit)),
        _ => Err(format!("Count from 1 to {MOST_UNITS}, like last-30d or next-7d.")),
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(calendar) => write!(f, "{calendar}"),
            Self::After(calendar) => write!(f, ">{calendar}"),
            Self::Since(calendar) => write!(f, ">={calendar}"),
            Self::Before(calendar) => write!(f, "<{calendar}"),
            Self::Until(calendar) => write!(f, "<={calendar}"),
            Self::Between(one, other) => write!(f, "{one}..{other}"),
            Self::Last(count, unit) => write!(f, "last-{count}{}", unit.letter()),
            Self::Next(count, unit) => write!(f, "next-{count}{}", unit.letter()),
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Tomorrow => f.write_str("tomorrow"),
            Self::This(unit) => write!(f, "this-{}", unit.name()),
            Self::Previous(unit) => write!(f, "last-{}", unit.name()),
            Self::Following(unit) => write!(f, "next-{}", unit.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, zone: &str, now: &str) -> [String; 2] {
        let (from, below) =
            Period::parse(text).unwrap().range(&TimeZone::get(zone).unwrap(), now.parse::<Timestamp>().unwrap());
        [from, below].map(|moment| moment.map(|moment| moment.to_string()).unwrap_or_default())
    }

    #[test]
    fn a_period_has_its_moments_in_the_merchants_zone() {
        let now = "2026-03-31T22:30:00Z"; // 1 April in Nairobi
        for (text, from, below) in [
            ("2026", "2025-12-31T21:00:00Z", "2026-12-31T21:00:00Z"),
            ("2026-02", "2026-01-31T21:00:00Z", "2026-02-28T21:00:00Z"),
            ("2026-02-28", "2026-02-27T21:00:00Z", "2026-02-28T21:00:00Z"),
            (">2026-01", "2026-01-31T21:00:00Z", ""),
            (">=2026-01", "2025-12-31T21:00:00Z", ""),
            ("<2026-01", "", "2025-12-31T21:00:00Z"),
            ("<=2026-01", "", "2026-01-31T21:00:00Z"),
            ("2025..2026-01-15", "2024-12-31T21:00:00Z", "2026-01-15T21:00:00Z"),
            ("2026-03..2026", "2026-02-28T21:00:00Z", "2026-12-31T21:00:00Z"),
            ("today", "2026-03-31T21:00:00Z", "2026-04-01T21:00:00Z"),
            ("yesterday", "2026-03-30T21:00:00Z", "2026-03-31T21:00:00Z"),
            ("this-week", "2026-03-29T21:00:00Z", "2026-04-05T21:00:00Z"),
            ("last-week", "2026-03-22T21:00:00Z", "2026-03-29T21:00:00Z"),
            ("this-month", "2026-03-31T21:00:00Z", "2026-04-30T21:00:00Z"),
            ("Last-Month", "2026-02-28T21:00:00Z", "2026-03-31T21:00:00Z"),
            ("this-year", "2025-12-31T21:00:00Z", "2026-12-31T21:00:00Z"),
            ("last-year", "2024-12-31T21:00:00Z", "2025-12-31T21:00:00Z"),
            ("last-1d", "2026-03-30T21:00:00Z", ""),
            ("last-2w", "2026-03-17T21:00:00Z", ""),
            ("LAST-1M", "2026-02-28T21:00:00Z", ""),
            ("last-1y", "2025-03-31T21:00:00Z", ""),
            ("last-36h", "2026-03-30T10:30:00Z", ""),
            ("tomorrow", "2026-04-01T21:00:00Z", "2026-04-02T21:00:00Z"),
            ("next-week", "2026-04-05T21:00:00Z", "2026-04-12T21:00:00Z"),
            ("Next-Month", "2026-04-30T21:00:00Z", "2026-05-31T21:00:00Z"),
            ("next-1d", "2026-03-31T21:00:00Z", "2026-04-02T21:00:00Z"),
            ("NEXT-7d", "2026-03-31T21:00:00Z", "2026-04-08T21:00:00Z"),
            ("next-36h", "2026-03-31T22:30:00Z", "2026-04-02T10:30:00Z"),
            ("9998", "9997-12-31T21:00:00Z", "9998-12-31T21:00:00Z"),
        ] {
            assert_eq!(range(text, "Africa/Nairobi", now), [from, below], "{text}");
        }
    }

    #[test]
    fn a_day_begins_behind_the_midnight_that_the_clocks_skip() {
        // In Havana and Beirut summer time begins at midnight: the day begins at one.
        let now = "2024-03-10T12:00:00Z";
        assert_eq!(range("2024-03-10", "America/Havana", now), ["2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"]);
        assert_eq!(range("today", "America/Havana", now), ["2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"]);
        // In the day on which they turn back an hour is twice.
        assert_eq!(range("2024-10-27", "Europe/Berlin", now), ["2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"]);
        // Samoa left out a whole day.
        assert_eq!(range("2011-12-30", "Pacific/Apia", now)[1], "2011-12-30T10:00:00Z");
    }

    #[test]
    fn what_is_no_period_is_told() {
        for (text, names) in [
            ("", "2026-01-15"),
            ("26", "2026-01-15"),
            ("2026-1", "2026-01-15"),
            ("2026-01-15-01", "2026-01-15"),
            ("01/02/2026", "2026-01-15"),
            ("２０２６", "2026-01-15"),
            ("last-", "2026-01-15"),
            ("last-é", "2026-01-15"),
            ("last-+3d", "2026-01-15"),
            ("..2026", "2026-01-15"),
            ("2026-13", "no such month"),
            ("2026-02-30", "no such day"),
            ("0000", "Use a year"),
            ("9999", "Use a year"),
            ("9999-12-31", "no such day"),
            ("last-0d", "Count from 1"),
            ("next-0d", "Count from 1"),
            ("next-", "2026-01-15"),
            ("last-10000d", "Count from 1"),
            ("last-99999999999999999999999d", "Count from 1"),
            ("2026..2025", "Write 2025..2026"),
            (">>2026", "2026-01-15"),
        ] {
            let problem = Period::parse(text).unwrap_err();
            assert!(problem.contains(names), "{text}: {problem}");
        }
    }

    #[test]
    fn the_furthest_periods_do_no_harm() {
        let far = ["last-9999y", "last-9999m", "last-9999w", "last-9999h", "next-9999y", "next-9999w", "next-9999h"];
        for text in far.into_iter().chain([">9998-12-31", "<=1000-01-01", "tomorrow", "next-year"]) {
            for zone in ["Pacific/Kiritimati", "Pacific/Niue"] {
                let zone = TimeZone::get(zone).unwrap();
                for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
                    let _ = Period::parse(text).unwrap().range(&zone, now);
                }
            }
        }
    }

    #[test]
    fn a_period_of_the_calendar_has_its_days() {
        for (text, days) in [
            ("2026-02", "2026-02-01 2026-02-28"),
            (">2026-01-31", "2026-02-01 "),
            (">=2026", "2026-01-01 "),
            ("<2026", " 2025-12-31"),
            ("<=2026-01", " 2026-01-31"),
            ("2025..2026-01", "2025-01-01 2026-01-31"),
        ] {
            let (first, last) = Period::parse(text).unwrap().days().unwrap();
            let text_of = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            assert_eq!(format!("{} {}", text_of(first), text_of(last)), days, "{text}");
        }
        assert_eq!(Period::parse("last-30d").unwrap().days(), None);
    }

    #[test]
    fn a_period_reads_in_words() {
        for (text, words) in [
            ("2026", "in 2026"),
            ("2026-01", "in January 2026"),
            ("2026-01-05", "on 5 January 2026"),
            ("<2026-01", "before January 2026"),
            ("last-30d", "in the last 30 days"),
            ("last-1w", "in the last week"),
            ("next-7d", "in the next 7 days"),
            ("next-week", "next week"),
            ("2025..2026-03", "from 2025 to March 2026"),
        ] {
            assert_eq!(Period::parse(text).unwrap().label(), words);
        }
    }
}
