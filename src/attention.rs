//! What needs a person today: what a feature brings to the front page. A feature implements [`Attends`] in its own folder;
//! `front` has the list of them.

use std::fmt;

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{error::Result, values::money::grouped, who::SignedIn};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_past_the_most_say_so() {
        assert_eq!(Counted(1).of("payment", "payments"), "1 payment");
        assert_eq!(Counted(1_000).of("payment", "payments"), "1,000 payments");
        assert_eq!(Counted(1_001).of("payment", "payments"), "1,000+ payments");
    }
}
