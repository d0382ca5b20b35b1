//! What needs a person today: what a feature brings to the front page. A feature implements [`Attends`] in its own folder;
//! `front` has the list of them.

use std::fmt;

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{
    error::Result,
    values::{Money, money::grouped},
    who::SignedIn,
};

/// The most of one kind that are counted.
pub const MOST: i64 = 1_000;

/// A feature that may have something for a person to do.
pub trait Attends: Sync {
    /// Returns what needs them now, the most urgent first. It costs the same among millions: nothing is counted past
    /// [`MOST`].
    ///
    /// # Errors
    /// When the database fails.
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>>;
}

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The name of its icon.
    pub icon: &'static str,
    /// True when money or a customer waits for it.
    pub is_urgent: bool,
    /// The line, like "3 payments failed today".
    pub text: String,
    /// The link to exactly what is counted.
    pub href: String,
}

/// A number that may be of more than were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(pub i64);

impl Counted {
    /// Returns the word that fits the number.
    pub fn of(self, one: &str, many: &str) -> String {
        format!("{self} {}", if self.0 == 1 { one } else { many })
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(self.0.min(MOST).unsigned_abs()))?;
        f.write_str(if self.0 > MOST { "+" } else { "" })
    }
}

/// The most sums that a line has, each of another currency.
const MOST_SUMS: usize = 3;

/// Returns a line with what the counted things come to, those of the most things first; without it where not all were
/// counted.
pub fn sums(text: String, count: Counted, sums: &[Money]) -> String {
    if count.0 > MOST || sums.is_empty() {
        return text;
    }
    let shown: Vec<String> = sums.iter().take(MOST_SUMS).map(ToString::to_string).collect();
    let more = match sums.len().saturating_sub(MOST_SUMS) {
        0 => String::new(),
        1 => ", and another currency".to_owned(),
        more => format!(", and {more} other currencies"),
    };
    format!("{text}: {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_past_the_most_say_so() {
        assert_eq!(Counted(1).of("payment", "payments"), "1 payment");
        assert_eq!(Counted(1_000).of("payment", "payments"), "1,000 payments");
        assert_eq!(Counted(1_001).of("payment", "payments"), "1,000+ payments");
    }

    #[test]
    fn a_line_has_a_few_sums_and_none_that_is_not_whole() {
        let of = |code: &str| Money::new(490_000, code.parse().unwrap());
        let line = |count, codes: &[&str]| {
            sums("late".to_owned(), Counted(count), &codes.iter().map(|code| of(code)).collect::<Vec<_>>())
        };
        assert_eq!(line(2, &["KES", "USD"]), "late: KES 4,900.00, USD 4,900.00");
        assert!(line(9, &["KES", "USD", "EUR", "GBP"]).ends_with("EUR 4,900.00, and another currency"));
        assert_eq!(line(1_001, &["KES"]), "late");
    }
}
