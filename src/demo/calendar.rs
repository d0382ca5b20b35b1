//! The calendar of arrivals. The shop is four years old, grew, imported lists from elsewhere now and then, and is busy
//! by day and before Christmas. A customer's number among all of them decides the time of arrival.

use jiff::{Timestamp, tz::Offset};

use super::dice::{Dice, Purpose};

/// The age of the shop, four years, in nanoseconds.
const AGE: f64 = 4.0 * 365.25 * DAY as f64;
const DAY: i128 = 24 * HOUR;
const HOUR: i128 = 3600 * 1_000_000_000;

/// The offset of Nairobi, which has no summer time.
const ZONE: i128 = 3 * HOUR;

/// The share of all customers, and the share of the shop's age at which they had come. A steep step is an imported
/// list.
const GROWTH: [(f64, f64); 11] = [
    (0.0, 0.0),
    (0.01, 0.05),
    (0.12, 0.0501),
    (0.17, 0.20),
    (0.24, 0.38),
    (0.29, 0.3801),
    (0.40, 0.58),
    (0.55, 0.74),
    (0.61, 0.7401),
    (0.78, 0.88),
    (1.0, 1.0),
];

/// The share of a day's customers, and the share of the day.
const RHYTHM: [(f64, f64); 7] =
    [(0.0, 0.0), (0.04, 0.25), (0.18, 0.375), (0.45, 0.54), (0.75, 0.75), (0.95, 0.94), (1.0, 1.0)];

/// The sales of each month relative to the best one: high in December, low after it.
const SEASON: [f64; 12] = [0.5, 0.55, 0.6, 0.65, 0.6, 0.6, 0.65, 0.7, 0.6, 0.7, 0.85, 1.0];

/// The number of last customers that come within a day even in a small demo, so that the first page shows some of
/// today.
pub const NEWEST: u32 = 25;

/// Returns the time a customer came: a smaller number is always before a greater one.
pub fn arrival(seed: u64, number: u32, customers: u32, now: Timestamp) -> Timestamp {
    // Less than the whole step, so that two never come at the same time.
    let jitter = Dice::new(seed, number, Purpose::Arrival).fraction() * 0.9;
    let share = (f64::from(number) + jitter) / f64::from(customers);
    let age = ((1.0 - along(&GROWTH, share)) * AGE) as i128;
    let now = now.as_nanosecond();
    let at = (now - age).max(latest(number, customers, now));
    Timestamp::from_nanosecond(by_day(at, now)).unwrap_or_default()
}

/// Returns whether a customer came with an imported list.
pub fn is_imported(number: u32, customers: u32) -> bool {
    let share = f64::from(number) / f64::from(customers);
    let step = GROWTH.windows(2).find(|step| share < step[1].0);
    step.is_some_and(|step| step[1].1 - step[0].1 < 0.01 * (step[1].0 - step[0].0))
}

/// Returns the earliest time that one of the [`NEWEST`] may have come.
fn latest(number: u32, customers: u32, now: i128) -> i128 {
    let place = i128::from(customers.saturating_sub(number + 1));
    let minutes = 4 + 9 * place + 2 * place * place;
    if place < i128::from(NEWEST) { now - minutes * HOUR / 60 } else { i128::MIN }
}

/// Returns the sales of a time's month relative to the best month.
pub fn season(at: Timestamp) -> f64 {
    SEASON.get(date(at).month() as usize - 1).copied().unwrap_or(1.0)
}

/// Returns the date in Nairobi.
pub fn date(at: Timestamp) -> jiff::civil::Date {
    Offset::constant(3).to_datetime(at).date()
}

/// Moves a time from night to day on the same date; leaves it when that would leave the span of time.
pub fn awake(at: Timestamp, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Timestamp {
    let moved = Timestamp::from_nanosecond(by_day(at.as_nanosecond(), now.as_nanosecond()));
    moved.ok().filter(|moved| from < *moved && *moved < to).unwrap_or(at)
}

/// Moves a time to the same day, but seldom at night. Leaves times of today, which could otherwise reach into the
/// future.
fn by_day(at: i128, now: i128) -> i128 {
    let midnight = |at: i128| at - (at + ZONE).rem_euclid(DAY);
    let begin = midnight(at);
    if begin == midnight(now) {
        return at;
    }
    let share = (at - begin) as f64 / DAY as f64;
    begin + (along(&RHYTHM, share) * DAY as f64) as i128
}

/// Returns the height at `x` of the line through the points, which rise in both directions.
pub fn along(line: &[(f64, f64)], x: f64) -> f64 {
    let step = line.windows(2).find(|step| x < step[1].0).or(line.windows(2).last());
    step.map_or(x, |step| {
        let ((x0, y0), (x1, y1)) = (step[0], step[1]);
        y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T09:30:00Z".parse().unwrap()
    }

    #[test]
    fn customers_come_one_after_another_until_minutes_ago() {
        for customers in [1, 30, 1000, 50_000] {
            let times: Vec<Timestamp> = (0..customers).map(|number| arrival(7, number, customers, now())).collect();
            assert!(times.is_sorted_by(|a, b| a < b), "{customers}");
            let ages = |at: &Timestamp| now().duration_since(*at);
            assert!(ages(&times[customers as usize - 1]) < SignedDuration::from_mins(5));
            assert!(ages(&times[customers as usize - 1]) > SignedDuration::ZERO);
            assert!(ages(&times[0]) < SignedDuration::from_hours(24 * 1462));
        }
    }

    #[test]
    fn even_ten_million_have_a_moment_each() {
        let times: Vec<Timestamp> =
            (0..10_000_000).step_by(9_973).flat_map(|n| [n, n + 1]).map(|n| arrival(7, n, 10_000_000, now())).collect();
        assert!(times.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_fifth_comes_with_imported_lists() {
        let imported = (0..1000).filter(|number| is_imported(*number, 1000)).count();
        assert!((200..240).contains(&imported), "{imported}");
    }
}
