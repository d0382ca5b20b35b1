//! The chart of a customer's volume by month. Its bars are percentages of the drawing, so that no text in it is scaled.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{
    error::{Error, Result},
    values::{Currency, Money, money::grouped},
};

/// The number of months shown, with the one in progress.
pub const MONTHS: usize = 12;

/// The number of lines that divide the height.
const STEPS: i64 = 3;

/// The width of a bar in percent of its month's place.
const BAR: f64 = 46.0;

/// A month and its first moment in the merchant's time zone.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    /// The first day of the month.
    pub first: Date,
    /// The first moment of that day.
    pub start: Timestamp,
}

/// Returns the last months, oldest first.
///
/// # Errors
/// When `now` is at the end of time.
pub fn months(zone: &TimeZone, now: Timestamp) -> Result<Vec<Month>> {
    let current = now.to_zoned(zone.clone()).date().first_of_month();
    let month = |back: i64| {
        let first = current.checked_sub(back.months()).map_err(Error::internal)?;
        let start = first.to_zoned(zone.clone()).map_err(Error::internal)?.timestamp();
        Ok(Month { first, start })
    };
    (0..MONTHS as i64).rev().map(month).collect()
}

pub struct Chart {
    /// One bar for each month, oldest first.
    pub bars: Vec<Bar>,
    /// The labels beside the lines, from the top down to zero.
    pub scale: Vec<String>,
    /// The positions of the lines, in percent from the top, without the last one at the bottom.
    pub lines: Vec<String>,
}

/// The bar of a month.
pub struct Bar {
    /// The short name, like "Mar".
    pub short: String,
    /// The full name, like "March 2026".
    pub long: String,
    /// The month as a search writes it, like "2026-03".
    pub month: String,
    /// The amount that the bar stands for.
    pub money: Money,
    /// The left edge of the month's place, in percent.
    pub place: String,
    /// The width of the month's place, in percent.
    pub span: String,
    /// The left edge of the bar, in percent.
    pub x: String,
    /// The distance from the top of the drawing to the top of the bar, in percent.
    pub y: String,
    /// The width of the bar, in percent.
    pub width: String,
    /// The height of the bar, in percent.
    pub height: String,
    /// The middle of the text above the bar, in percent.
    pub middle: String,
    /// True when the month is still in progress.
    pub is_current: bool,
}

impl Chart {
    /// Makes the chart of `volumes`, one for each month, in minor units of `currency`.
    pub fn new(months: &[Month], volumes: &[i64], currency: Currency) -> Self {
        let most = volumes.iter().copied().max().unwrap_or(0);
        let step = step(most, currency);
        let top = step.saturating_mul(STEPS);
        let bars = months.iter().zip(volumes).enumerate();
        Self {
            bars: bars
                .map(|(n, (month, volume))| bar(n, months.len(), month, Money::new(*volume, currency), top))
                .collect(),
            scale: (0..=STEPS).rev().map(|n| label(Money::new(n * step, currency))).collect(),
            lines: (0..STEPS).map(|n| percent(100.0 * n as f64 / STEPS as f64)).collect(),
        }
    }
}

fn bar(n: usize, of: usize, month: &Month, money: Money, top: i64) -> Bar {
    let span = 100.0 / of as f64;
    let place = n as f64 * span;
    // A bar of something is never a bar of nothing.
    let height = if money.minor > 0 { (100.0 * money.minor as f64 / top as f64).max(1.0) } else { 0.0 };
    Bar {
        short: month.first.strftime("%b").to_string(),
        long: month.first.strftime("%B %Y").to_string(),
        month: month.first.strftime("%Y-%m").to_string(),
        money,
        place: percent(place),
        span: percent(span),
        x: percent(place + span * (100.0 - BAR) / 200.0),
        y: percent(100.0 - height),
        width: percent(span * BAR / 100.0),
        height: percent(height),
        middle: percent((place + span / 2.0).clamp(5.0, 95.0)),
        is_current: n + 1 == of,
    }
}

fn percent(of: f64) -> String {
    format!("{of:.2}%")
}

/// Returns the smallest round number of minor units of which [`STEPS`] reach `most`.
fn step(most: i64, currency: Currency) -> i64 {
    let wanted = most.max(0).saturating_add(STEPS - 1) / STEPS;
    let one = 10_i64.pow(currency.digits());
    let mut ten = 1_i64;
    loop {
        for round in [ten, ten.saturating_mul(2), ten.saturating_mul(4), ten.saturating_mul(5)] {
            if round >= wanted && (round >= one || most < one) {
                return round.min(i64::MAX / STEPS);
            }
        }
        if ten > i64::MAX / 10 {
            return i64::MAX / STEPS;
        }
        ten *= 10;
    }
}

/// Writes a round amount in few letters: "1,200", "400k", "12M".
fn label(money: Money) -> String {
    let one = 10_i64.pow(money.currency.digits());
    let whole = u64::try_from(money.minor / one).unwrap_or(0);
    match whole {
        _ if money.minor % one != 0 => money.number(),
        1_000_000.. if whole.is_multiple_of(1_000_000) => format!("{}M", grouped(whole / 1_000_000)),
        100_000.. if whole.is_multiple_of(1_000) => format!("{}k", grouped(whole / 1_000)),
        whole => grouped(whole),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(volumes: &[i64], currency: &str) -> Chart {
        let now = "2026-03-31T22:00:00Z".parse().unwrap();
        let months = months(&TimeZone::get("Africa/Nairobi").unwrap(), now).unwrap();
        let mut all = vec![0; MONTHS - volumes.len()];
        all.extend(volumes);
        Chart::new(&months, &all, currency.parse().unwrap())
    }

    #[test]
    fn months_begin_in_the_merchants_zone() {
        let chart = chart(&[], "KES");
        assert_eq!(chart.bars[11].long, "April 2026", "it is April in Nairobi already");
        assert_eq!((chart.bars[0].long.as_str(), chart.bars[0].month.as_str()), ("May 2025", "2025-05"));
        assert!(chart.bars[11].is_current && !chart.bars[10].is_current);
    }

    #[test]
    fn the_scale_is_round_and_reaches_the_highest_bar() {
        let scale = |most, currency| chart(&[most], currency).scale.join(" ");
        assert_eq!(scale(99_000, "KES"), "1,200 800 400 0");
        assert_eq!(scale(0, "KES"), "0.03 0.02 0.01 0");
        assert_eq!(scale(50, "KES"), "0.60 0.40 0.20 0");
        assert_eq!(scale(7, "JPY"), "12 8 4 0");
        assert_eq!(scale(1_250, "KWD"), "3 2 1 0");
        assert_eq!(scale(35_000_000_000, "KES"), "600M 400M 200M 0");
        assert_eq!(scale(100_000_000, "KES"), "1,200k 800k 400k 0");
        assert_eq!(scale(i64::MAX, "JPY").split(' ').count(), 4);
    }

    #[test]
    fn a_bar_is_as_high_as_its_part_of_the_scale() {
        let chart = chart(&[60_000, 1, 120_000], "KES");
        let heights: Vec<&str> = chart.bars[8..].iter().map(|bar| bar.height.as_str()).collect();
        assert_eq!(heights, ["0.00%", "50.00%", "1.00%", "100.00%"]);
        assert_eq!(chart.bars[11].y, "0.00%");
    }
}
