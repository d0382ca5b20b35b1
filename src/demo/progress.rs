//! The progress of a load, and its messages on a terminal or in a log.

use std::{
    fmt,
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

/// The progress of a load.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Customers are being copied.
    Customers {
        /// The number of customers done.
        made: u32,
        /// The number of all customers.
        of: u32,
    },
    /// The steps after the customers, such as indexes, are running.
    Steps {
        /// The number of steps done.
        done: usize,
        /// The number of all steps.
        of: usize,
        /// The names of the running steps, each with the share that is done, where PostgreSQL reports it.
        at_work: Vec<(String, Option<f64>)>,
    },
}

impl Progress {
    /// Returns the share of this part that is done, from 0 to 1.
    fn share(&self) -> f64 {
        match self {
            Self::Customers { made, of } => f64::from(*made) / f64::from(*of),
            Self::Steps { done, of, at_work } => {
                let begun: f64 = at_work.iter().filter_map(|(_, share)| *share).sum();
                (*done as f64 + begun) / *of as f64
            }
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customers { made, of } => write!(f, "{} of {} customers", grouped(*made), grouped(*of)),
            Self::Steps { done, of, at_work } => {
                write!(f, "{done} of {of} indexes and the like")?;
                let mut comma = ": ";
                for (name, share) in at_work {
                    write!(f, "{comma}{name}")?;
                    if let Some(share) = share {
                        write!(f, " {:.0} %", share * 100.0)?;
                    }
                    comma = ", ";
                }
                Ok(())
            }
        }
    }
}

/// Writes the progress of a load to standard error: as one line that changes on a terminal, else as a line now and
/// then.
pub struct Teller {
    is_terminal: bool,
    /// The current part, with the time of its first message and the share done then.
    part: Option<(std::mem::Discriminant<Progress>, Instant, f64)>,
    told: Option<Instant>,
    /// True when the last message was the end of the part.
    is_whole: bool,
}

impl Teller {
    #[allow(clippy::new_without_default, reason = "it looks at the terminal")]
    pub fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), part: None, told: None, is_whole: false }
    }

    /// Writes the progress, unless something was written a moment ago.
    pub fn tell(&mut self, progress: &Progress) {
        let (now, share, part) = (Instant::now(), progress.share(), std::mem::discriminant(progress));
        let is_new = self.part.is_none_or(|(told, ..)| told != part);
        if is_new {
            self.part = Some((part, now, share));
        }
        let often = Duration::from_millis(if self.is_terminal { 200 } else { 5_000 });
        let is_whole = share >= 1.0;
        let is_soon = !is_whole && self.told.is_some_and(|told| now - told < often);
        if !is_new && (is_soon || self.is_whole) {
            return;
        }
        (self.told, self.is_whole) = (Some(now), is_whole);
        let begun = self.part.map(|(_, at, share)| (now - at, share));
        let text = line(progress, begun.unwrap_or_default());
        // Who closed standard error wants no more.
        let _ = match (self.is_terminal, is_whole) {
            (true, false) => write!(std::io::stderr(), "\r\x1b[K{} {text}", bar(share)),
            (true, true) => writeln!(std::io::stderr(), "\r\x1b[K{} {text}", bar(share)),
            (false, _) => writeln!(std::io::stderr(), "{text}"),
        };
    }
}

/// Returns the line, with the rate and the remaining time after some seconds of a part. Indexes differ too much for a
/// remaining time.
fn line(progress: &Progress, (took, share_before): (Duration, f64)) -> String {
    let (took, share) = (took.as_secs_f64(), progress.share());
    match progress {
        Progress::Customers { of, .. } if took > 2.0 && share < 1.0 && share > share_before => {
            let rate = (share - share_before) / took;
            let left = Duration::from_secs_f64((1.0 - share) / rate);
            format!("{progress}, {} a second, {} left", grouped((rate * f64::from(*of)).round() as u32), time(left))
        }
        Progress::Customers { .. } => progress.to_string(),
        Progress::Steps { .. } => format!("{progress} ({})", time(Duration::from_secs_f64(took))),
    }
}

fn bar(share: f64) -> String {
    const WIDE: usize = 20;
    let full = ((share * WIDE as f64) as usize).min(WIDE);
    format!("[{}{}]", "#".repeat(full), "-".repeat(WIDE - full))
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Writes 1234567 as 1,234,567.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let comma = |place: usize| place > 0 && (digits.len() - place).is_multiple_of(3);
    let spaced =
        digits.chars().enumerate().flat_map(|(place, digit)| comma(place).then_some(',').into_iter().chain([digit]));
    spaced.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_with_the_rate_and_the_time_left() {
        let of = 10_000_000;
        let customers = Progress::Customers { made: 2_500_000, of };
        assert_eq!(line(&customers, (Duration::ZERO, 0.25)), "2,500,000 of 10,000,000 customers");
        // Half a million came in this run, which took 25 seconds so far.
        let told = line(&customers, (Duration::from_secs(25), 0.2));
        assert_eq!(told, "2,500,000 of 10,000,000 customers, 20,000 a second, 6 min 15 s left");
        assert_eq!(bar(customers.share()), "[#####---------------]");

        let at_work = vec![("customers_by_name".to_owned(), Some(0.5)), ("customers_account".to_owned(), None)];
        let steps = Progress::Steps { done: 3, of: 7, at_work };
        let told = line(&steps, (Duration::from_secs(9), 0.0));
        assert_eq!(told, "3 of 7 indexes and the like: customers_by_name 50 %, customers_account (9 s)");
        assert_eq!(bar(steps.share()), "[##########----------]");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
