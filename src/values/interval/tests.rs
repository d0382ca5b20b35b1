use jiff::{
    SignedDuration,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::*;
use crate::values::Currency;

fn every(count: i64, unit: Unit) -> Interval {
    Interval::new(unit, count).unwrap()
}

/// Returns the first dates after an anchor.
fn dates(interval: Interval, anchor: Date, day: i8, count: i64) -> Vec<Date> {
    (1..=count).map(|n| interval.after(anchor, day, n).unwrap()).collect()
}

#[test]
fn the_thirty_first_is_the_thirty_first_again_after_a_february() {
    let (monthly, first) = (every(1, Unit::Month), date(2027, 1, 31));
    assert_eq!(
        dates(monthly, first, 31, 4),
        [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]
    );
    assert_eq!(monthly.after(first, 31, 13), Some(date(2028, 2, 29)));
    assert_eq!(
        dates(every(3, Unit::Month), date(2027, 8, 31), 31, 3),
        [date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 31)]
    );
    assert_eq!(
        dates(monthly, date(2027, 11, 30), 31, 3),
        [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)],
        "a billing day of its own"
    );
    assert_eq!(
        dates(every(1, Unit::Year), date(2028, 2, 29), 29, 4),
        [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]
    );
}

#[test]
fn weeks_and_days_are_counted() {
    assert_eq!(dates(every(2, Unit::Week), date(2027, 12, 24), 24, 2), [date(2028, 1, 7), date(2028, 1, 21)]);
    assert_eq!(dates(every(30, Unit::Day), date(2028, 1, 31), 31, 2), [date(2028, 3, 1), date(2028, 3, 31)]);
    assert_eq!(every(1, Unit::Month).after(date(2027, 3, 31), 31, -1), Some(date(2027, 2, 28)), "backwards too");
}

#[test]
fn beyond_the_calendar_there_is_no_date() {
    for unit in Unit::ALL {
        let interval = every(unit.most(), unit);
        for n in [i64::MAX, i64::MIN, i64::MAX / 12, 1 << 33, 3_000_000, -3_000_000] {
            assert_eq!(interval.after(date(2027, 1, 31), 31, n), None, "{interval:?} {n}");
        }
        let last = Calendar { interval, anchor: Date::MAX, anchor_no: i64::MAX, anchor_day: 31 };
        assert_eq!((last.begins(i64::MAX), last.begins(i64::MIN)), (Some(Date::MAX), None));
        let first = Calendar { anchor: Date::MIN, anchor_no: 1, anchor_day: 1, ..last };
        assert!(first.first_from(Date::MAX).is_none_or(|no| first.begins(no) == Some(Date::MAX)));
    }
    assert_eq!(every(1, Unit::Month).after(date(2027, 1, 31), 0, 1), None, "no day is the 0th");
    assert!(begins(Date::MAX, &TimeZone::get("America/Los_Angeles").unwrap()).is_err());
}

#[test]
fn an_interval_is_read_as_it_is_typed() {
    assert_eq!(Interval::parse(Unit::Month, " 3 "), Ok(every(3, Unit::Month)));
    assert_eq!(Interval::parse(Unit::Year, ""), Ok(every(1, Unit::Year)));
    assert_eq!("Week".parse(), Ok(Unit::Week));
    let refused = |unit, count: &str| Reason::from(Interval::parse(unit, count).unwrap_err());
    for (unit, count, code, sentence) in [
        (Unit::Month, "two", Code::NumberInvalid, "Enter a whole number of months, like 3."),
        (Unit::Month, "1.5", Code::NumberInvalid, "Enter a whole number of months, like 3."),
        (Unit::Month, "+1", Code::NumberInvalid, "Enter a whole number of months, like 3."),
        (Unit::Day, "0", Code::OutOfRange, "The shortest is 1 day."),
        (Unit::Day, "-1", Code::OutOfRange, "The shortest is 1 day."),
        (Unit::Day, "1096", Code::OutOfRange, "The longest is 3 years: 1095 days."),
        (Unit::Week, "157", Code::OutOfRange, "The longest is 3 years: 156 weeks."),
        (Unit::Month, "37", Code::OutOfRange, "The longest is 3 years: 36 months."),
        (Unit::Year, "4", Code::OutOfRange, "The longest is 3 years."),
        (Unit::Year, "99999999999999999999", Code::OutOfRange, "The longest is 3 years."),
    ] {
        let reason = refused(unit, count);
        assert_eq!((reason.code, reason.sentence.as_ref()), (code, sentence), "{count}");
    }
    for (word, meant) in [("months", Some("month")), ("yaer", Some("year")), ("fortnight", None), ("", None)] {
        let reason = Reason::from(Unit::parse(word).unwrap_err());
        assert_eq!((reason.code, reason.did_you_mean()), (Code::NotOneOf, meant), "{word}");
    }
    for unit in Unit::ALL {
        assert!(Interval::new(unit, unit.most()).is_ok());
        assert_eq!(Interval::new(unit, i64::MAX), Err(IntervalError::TooLong(unit)));
        assert_eq!(Interval::new(unit, i64::MIN), Err(IntervalError::NotPositive(unit)));
    }
}

#[test]
fn an_interval_is_said_in_words() {
    let month = every(1, Unit::Month);
    assert_eq!((month.words().as_str(), month.rate().as_str()), ("every month", "a month"));
    let weeks = every(2, Unit::Week);
    assert_eq!((weeks.words().as_str(), weeks.rate().as_str()), ("every 2 weeks", "every 2 weeks"));
}

#[test]
fn an_amount_is_put_on_a_month() {
    let kes = Currency::parse("KES").unwrap();
    let monthly = |minor, interval: Interval| interval.monthly(Money::new(minor, kes)).minor;
    assert_eq!(monthly(1_000, every(1, Unit::Week)), 4_345);
    assert_eq!(monthly(49_900, every(1, Unit::Year)), 4_158);
    assert_eq!(monthly(100, every(1, Unit::Day)), 3_042);
    assert_eq!(monthly(4_900, every(1, Unit::Month)), 4_900);
    assert_eq!(monthly(4_900, every(3, Unit::Month)), 1_633);
    assert_eq!((monthly(1, every(2, Unit::Month)), monthly(3, every(2, Unit::Month))), (1, 2), "half up");
    assert_eq!(monthly(1, every(36, Unit::Month)), 0);
    assert_eq!(monthly(crate::values::money::LARGEST, every(1, Unit::Day)), 30_416_666_666_667);
    assert_eq!((monthly(i64::MAX, every(1, Unit::Day)), monthly(i64::MIN, every(1, Unit::Day))), (i64::MAX, i64::MIN));
}

/// A calendar that shares nothing with the one that is tested: it walks from day to day, in plain numbers, and asks of each
/// whether it is a charge day.
struct Walker {
    interval: Interval,
    anchor: (i32, i32, i32),
    anchor_day: i32,
    day: (i32, i32, i32),
    /// The days since the anchor.
    passed: i64,
}

impl Walker {
    fn new(interval: Interval, anchor: Date, anchor_day: i8) -> Self {
        let day = (anchor.year().into(), anchor.month().into(), anchor.day().into());
        Self { interval, anchor: day, anchor_day: anchor_day.into(), day, passed: 0 }
    }

    fn days_of_month(&self) -> i32 {
        let (year, month, _) = self.day;
        match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    fn step(&mut self) {
        let (year, month, day) = self.day;
        self.passed += 1;
        self.day = match (month, day) {
            (12, 31) => (year + 1, 1, 1),
            (month, day) if day == self.days_of_month() => (year, month + 1, 1),
            (month, day) => (year, month, day + 1),
        };
    }

    fn is_charge_day(&self) -> bool {
        let count = i64::from(self.interval.every());
        let ((year, month, day), (first_year, first_month, _)) = (self.day, self.anchor);
        let of_months = |each: i64| {
            let months = i64::from(year - first_year) * 12 + i64::from(month - first_month);
            months % each == 0 && day == self.anchor_day.min(self.days_of_month())
        };
        match self.interval.unit() {
            Unit::Day => self.passed % count == 0,
            Unit::Week => self.passed % (7 * count) == 0,
            Unit::Month => of_months(count),
            Unit::Year => of_months(12 * count),
        }
    }

    /// Returns the next charge day after this one.
    fn next(&mut self) -> (i32, i32, i32) {
        self.step();
        while !self.is_charge_day() {
            self.step();
        }
        self.day
    }
}

/// What a calendar is asked: from an anchor, an interval, for so many periods, of which so many days are walked.
#[derive(Clone, Copy, Debug)]
struct Asked {
    interval: Interval,
    anchor: Date,
    anchor_day: i8,
    periods: i64,
    walked: i64,
}

/// Says what is wrong with the dates that a rule gives: the date before, the number of the period, the date.
fn fault(asked: Asked, rule: impl Fn(Date, i64) -> Option<Date>) -> Option<String> {
    let Asked { interval, anchor, anchor_day, .. } = asked;
    let mut walker = Walker::new(interval, anchor, anchor_day);
    let mut last = anchor;
    for n in 1..=asked.periods {
        let Some(next) = rule(last, n) else { return Some(format!("period {n} is none")) };
        if next <= last {
            return Some(format!("period {n}: {next} does not follow {last}"));
        }
        if matches!(interval.unit(), Unit::Month | Unit::Year) && !is_anchor_day(next, anchor_day) {
            return Some(format!("period {n}: {next} is not day {anchor_day} as its month has it"));
        }
        if walker.passed < asked.walked {
            let (year, month, day) = walker.next();
            if (i32::from(next.year()), i32::from(next.month()), i32::from(next.day())) != (year, month, day) {
                return Some(format!("period {n}: {next} and not {year}-{month}-{day}"));
            }
        }
        last = next;
    }
    None
}

/// Returns anchors of a billing day: in a month that has it, in a February, and before a leap day.
fn anchors(day: i8) -> [Date; 3] {
    [date(2027, 1, 1), date(2027, 2, 1), date(2028, 2, 1)]
        .map(|month| month.with().day(day.min(month.days_in_month())).build().unwrap())
}

/// Every billing day, unit and count up to 24 (years up to the 3 there are) for 600 periods. Of a sequence as many are
/// compared with the walk as lie in 12 years: the walk is what takes time, and the calendar has been through three leap
/// days by then. The test after this walks to the end.
#[test]
fn every_calendar_is_what_a_walk_from_day_to_day_finds() {
    for anchor_day in 1..=31 {
        for unit in Unit::ALL {
            for count in 1..=24.min(unit.most()) {
                let interval = every(count, unit);
                for anchor in anchors(anchor_day) {
                    let asked = Asked { interval, anchor, anchor_day, periods: 600, walked: 12 * 365 };
                    let fault = fault(asked, |_, n| interval.after(anchor, anchor_day, n));
                    assert_eq!(fault, None, "{asked:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_calendar_is_what_a_walk_finds_to_its_end(
        (year, month, anchor_day) in (1970_i16..2400, 1_i8..=12, 1_i8..=31), at in 0_usize..4, count in 1_i64..=24,
    ) {
        let unit = Unit::ALL[at];
        let interval = every(count.min(unit.most()), unit);
        let month = date(year, month, 1);
        let anchor = month.with().day(anchor_day.min(month.days_in_month())).build().unwrap();
        let asked = Asked { interval, anchor, anchor_day, periods: 600, walked: i64::MAX };
        prop_assert_eq!(fault(asked, |_, n| interval.after(anchor, anchor_day, n)), None);

        let calendar = Calendar { interval, anchor, anchor_no: 7, anchor_day };
        for no in [7, 8, 19, 600] {
            let begins = calendar.begins(no).unwrap();
            prop_assert_eq!(calendar.first_from(begins), Some(no));
            prop_assert_eq!(calendar.first_from(begins.tomorrow().unwrap()), Some(no + 1));
        }
        prop_assert_eq!(calendar.first_from(anchor.yesterday().unwrap()), Some(7), "none before the anchor's");
    }
}

/// The rule that everybody writes first is found to be wrong, so the test would find it here.
#[test]
fn a_next_date_that_is_taken_from_the_last_one_is_found() {
    let wrong = |anchor: Date, anchor_day: i8, interval: Interval| {
        let asked = Asked { interval, anchor, anchor_day, periods: 600, walked: 12 * 365 };
        fault(asked, |last, _| interval.after(last, last.day(), 1))
    };
    let monthly = every(1, Unit::Month);
    assert_eq!(
        wrong(date(2027, 1, 31), 31, monthly).as_deref(),
        Some("period 2: 2027-03-28 is not day 31 as its month has it")
    );
    assert!(wrong(date(2027, 1, 30), 30, monthly).is_some());
    assert!(wrong(date(2027, 8, 31), 31, every(3, Unit::Month)).is_some());
    assert!(wrong(date(2028, 2, 29), 29, every(1, Unit::Year)).is_some());
    // Where every month has the day it makes no difference.
    assert_eq!(wrong(date(2027, 1, 28), 28, monthly), None);

    // An always equal length is found by the walk, where the day alone would not tell.
    let asked = Asked { interval: monthly, anchor: date(2027, 1, 1), anchor_day: 1, periods: 600, walked: 12 * 365 };
    assert!(fault(asked, |_, n| monthly.after(asked.anchor, 1, n + n / 100)).is_some());
}

/// All zones that there are, from 2024 to 2035: the days around each change of a clock, and the first of each month, since
/// on all others midnight is as it was on the last of these.
#[test]
fn a_date_begins_with_its_first_moment_in_every_zone() {
    let (first, last) = (date(2024, 1, 1), date(2035, 12, 31));
    let (mut zones, mut moved) = (0, 0);
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).unwrap();
        zones += 1;
        let span = begins(first, &zone).unwrap()..begins(last, &zone).unwrap();
        let changes = zone.following(span.start).take_while(|change| change.timestamp() < span.end);
        let around = changes.flat_map(|change| {
            let day = change.timestamp().to_zoned(zone.clone()).date();
            [day.yesterday().unwrap(), day, day.tomorrow().unwrap()]
        });
        let months = (0..144).map(|n| every(1, Unit::Month).after(first, 1, n).unwrap());
        for day in around.chain(months) {
            let moment = begins(day, &zone).unwrap();
            let local = |moment: Timestamp| moment.to_zoned(zone.clone());
            assert_eq!(local(moment).date(), day, "{name:?}");
            moved += usize::from(local(moment).hour() != 0);
            // No moment before it is of that date, not even where a clock goes back over midnight.
            for before in [1, 60, 30 * 60, 3600, 2 * 3600, 3 * 3600, 12 * 3600] {
                let before = local(moment - SignedDuration::from_secs(before));
                assert!(before.date() < day, "{before}");
            }
        }
    }
    assert!(zones > 400, "{zones}");
    assert!(moved > 50, "there are days without a midnight: {moved}");
}

#[test]
fn a_day_without_midnight_or_with_two_begins_all_the_same() {
    let begins = |day, zone: &str| begins(day, &TimeZone::get(zone).unwrap()).unwrap().to_string();
    assert_eq!(begins(date(2026, 9, 6), "America/Santiago"), "2026-09-06T04:00:00Z", "it begins at one");
    assert_eq!(begins(date(2026, 11, 1), "America/Havana"), "2026-11-01T04:00:00Z", "the first of two");
    assert_eq!(begins(date(2026, 11, 30), "Africa/Nairobi"), "2026-11-29T21:00:00Z");
}
