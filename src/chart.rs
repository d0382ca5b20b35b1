//! A chart of amounts or numbers by month or week. Its bars are percentages of the drawing, so that no text in it is scaled.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::{
    error::{Error, Result},
    values::{Currency, Money, money::grouped, weeks::Week},
};

/// The number of months shown, with the one in progress.
pub const MONTHS: usize = 12;

/// The number of lines that divide the height.
const STEPS: i64 = 3;

/// The width of a bar in percent of its month's place.
const BAR: f64 = 46.0;

/// A stretch of time that a bar is of.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The short name, like "Mar".
    pub short: String,
    /// The full name, like "March 2026".
    pub long: String,
    /// The stretch as a search writes it, like "2026-03".
    pub search: String,
    /// Its first moment.
    pub start: Timestamp,
}

impl Stretch {
    /// Makes the one of a week: "23 Nov", "23 to 29 November 2026".
    pub fn week(week: &Week) -> Self {
        let Week { monday, sunday, .. } = week;
        let from = match (monday.year() == sunday.year(), monday.month() == sunday.month()) {
            (true, true) => "%-d",
            (true, false) => "%-d %B",
            (false, _) => "%-d %B %Y",
        };
        Self {
            short: monday.strftime("%-d %b").to_string(),
            long: format!("{} to {}", monday.strftime(from), sunday.strftime("%-d %B %Y")),
            search: week.search(),
            start: week.start,
        }
    }
}

/// Returns the last months in a zone, oldest first.
///
/// # Errors
/// When `now` is at the end of time.
pub fn months(zone: &TimeZone, now: Timestamp) -> Result<Vec<Stretch>> {
    let current = now.to_zoned(zone.clone()).date().first_of_month();
    let month = |back: i64| {
        let first = current.checked_sub(back.months()).map_err(Error::internal)?;
        Ok(Stretch {
            short: first.strftime("%b").to_string(),
            long: first.strftime("%B %Y").to_string(),
            search: first.strftime("%Y-%m").to_string(),
            start: first.to_zoned(zone.clone()).map_err(Error::internal)?.timestamp(),
        })
    };
    (0..MONTHS as i64).rev().map(month).collect()
}

/// The unit of what a chart shows.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// Minor units of a currency.
    Money(Currency),
    /// Things.
    Number,
}

impl Unit {
    /// Returns how many of the smallest make a whole.
    fn one(self) -> i64 {
        match self {
            Self::Money(currency) => 10_i64.pow(currency.digits()),
            Self::Number => 1,
        }
    }

    /// Writes a value in full, without the currency.
    fn written(self, value: i64) -> String {
        match self {
            Self::Money(currency) => Money::new(value, currency).number(),
            Self::Number => grouped(value.unsigned_abs()),
        }
    }
}

/// A drawing of values over time, with what its table has.
pub struct Chart {
    /// One bar for each stretch, oldest first.
    pub bars: Vec<Bar>,
    /// The labels beside the lines, from the top down to zero.
    pub scale: Vec<String>,
    /// The positions of the lines, in percent from the top, without the last one at the bottom.
    pub lines: Vec<String>,
}

/// A bar.
pub struct Bar {
    /// What it is of.
    pub of: Stretch,
    /// The value that it stands for.
    pub value: i64,
    /// The value as it is written.
    pub text: String,
    /// The link to exactly what it is made of; nothing for nothing.
    pub href: Option<String>,
    /// The left edge of its place, in percent.
    pub place: String,
    /// The width of its place, in percent.
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
    /// True when it is still in progress.
    pub is_current: bool,
}

impl Chart {
    /// Makes the chart of `values`, one for each stretch; `href` links to what one is made of.
    pub fn new(stretches: Vec<Stretch>, values: &[i64], unit: Unit, href: impl Fn(&Stretch) -> String) -> Self {
        let most = values.iter().copied().max().unwrap_or(0);
        let step = step(most, unit);
        let (top, of) = (step.saturating_mul(STEPS), stretches.len());
        let drawn = |(n, (stretch, value)): (usize, (Stretch, &i64))| {
            let href = (*value > 0).then(|| href(&stretch));
            bar((n, of), stretch, (*value, unit.written(*value)), href, top)
        };
        Self {
            bars: stretches.into_iter().zip(values).enumerate().map(drawn).collect(),
            scale: (0..=STEPS).rev().map(|n| label(n * step, unit)).collect(),
            lines: (0..STEPS).map(|n| percent(100.0 * n as f64 / STEPS as f64)).collect(),
        }
    }

    /// Returns whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.value == 0)
    }
}

fn bar((n, count): (usize, usize), of: Stretch, (value, text): (i64, String), href: Option<String>, top: i64) -> Bar {
    let span = 100.0 / count as f64;
    let place = n as f64 * span;
    // A bar of something is never a bar of nothing.
    let height = if value > 0 { (100.0 * value as f64 / top as f64).max(1.0) } else { 0.0 };
    Bar {
        of,
        value,
        text,
        href,
        place: percent(place),
        span: percent(span),
        x: percent(place + span * (100.0 - BAR) / 200.0),
        y: percent(100.0 - height),
        width: percent(span * BAR / 100.0),
        height: percent(height),
        middle: percent((place + span / 2.0).clamp(5.0, 95.0)),
        is_current: n + 1 == count,
    }
}

fn percent(of: f64) -> String {
    format!("{of:.2}%")
}

/// Returns the smallest round number of which [`STEPS`] reach `most`.
fn step(most: i64, unit: Unit) -> i64 {
    let wanted = most.max(0).saturating_add(STEPS - 1) / STEPS;
    let one = unit.one();
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

/// Writes a round value in few letters: "1,200", "400k", "12M".
fn label(value: i64, unit: Unit) -> String {
    let one = unit.one();
    let whole = u64::try_from(value / one).unwrap_or(0);
    match whole {
        _ if value % one != 0 => unit.written(value),
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
        Chart::new(months, &all, Unit::Money(currency.parse().unwrap()), |_| String::new())
    }

    #[test]
    fn months_begin_in_the_merchants_zone() {
        let chart = chart(&[], "KES");
        assert_eq!(chart.bars[11].of.long, "April 2026", "it is April in Nairobi already");
        assert_eq!((chart.bars[0].of.long.as_str(), chart.bars[0].of.search.as_str()), ("May 2025", "2025-05"));
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
    fn numbers_have_a_scale_of_whole_ones() {
        let weeks = crate::values::weeks::weeks(&TimeZone::UTC, "2027-01-01T12:00:00Z".parse().unwrap()).unwrap();
        let stretches: Vec<Stretch> = weeks.iter().map(Stretch::week).collect();
        let (last, month) = (&stretches[11], &stretches[7]);
        assert_eq!((last.short.as_str(), last.long.as_str()), ("28 Dec", "28 December 2026 to 3 January 2027"));
        assert_eq!(month.long, "30 November to 6 December 2026");
        let mut values = vec![0; 11];
        values.push(1);
        let chart = Chart::new(stretches, &values, Unit::Number, |of| of.search.clone());
        assert_eq!(chart.scale.join(" "), "3 2 1 0");
        assert_eq!(chart.bars[11].href.as_deref(), Some("2026-12-28..2027-01-03"));
        assert_eq!(chart.bars[10].href, None, "nothing leads nowhere");
    }

    #[test]
    fn a_bar_is_as_high_as_its_part_of_the_scale() {
        let chart = chart(&[60_000, 1, 120_000], "KES");
        let heights: Vec<&str> = chart.bars[8..].iter().map(|bar| bar.height.as_str()).collect();
        assert_eq!(heights, ["0.00%", "50.00%", "1.00%", "100.00%"]);
        assert_eq!(chart.bars[11].y, "0.00%");
    }
}
