//! Numbers as they are typed in a search: `5`, `>5`, `>=-1.5`, `2..4`. They may be negative and have decimals, unlike
//! what is counted or paid.

use std::fmt;

use super::amounts::Bounds;
use crate::values::field::value::{MICRO, micros};

/// The numbers that a term asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers(Bounds);

impl Numbers {
    /// Reads numbers.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let number = |text: &str| micros(text).map_err(|reason| reason.to_string());
        Bounds::parse(typed.trim(), "", number).map(Self)
    }

    /// Returns the least and the greatest of them in millionths; nothing where there is none.
    pub fn ends(&self) -> (Option<i64>, Option<i64>) {
        match self.0 {
            Bounds::Exactly(at) => (Some(at), Some(at)),
            Bounds::Above(at) => (Some(at + 1), None),
            Bounds::AtLeast(at) => (Some(at), None),
            Bounds::Below(at) => (None, Some(at - 1)),
            Bounds::AtMost(at) => (None, Some(at)),
            Bounds::Between(least, most) => (Some(least), Some(most)),
        }
    }

    /// Returns the first and the last number as a form's inputs take them.
    pub fn typed_ends(&self) -> (Option<String>, Option<String>) {
        match self.0 {
            Bounds::Exactly(at) => (Some(written(at)), Some(written(at))),
            Bounds::Above(at) | Bounds::AtLeast(at) => (Some(written(at)), None),
            Bounds::Below(at) | Bounds::AtMost(at) => (None, Some(written(at))),
            Bounds::Between(least, most) => (Some(written(least)), Some(written(most))),
        }
    }

    /// Returns them in words: "2 to 4".
    pub fn label(&self) -> String {
        self.0.label(written)
    }
}

/// Writes millionths as a number without trailing zeros.
fn written(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / MICRO.unsigned_abs(), micros.unsigned_abs() % MICRO.unsigned_abs());
    let text = format!("{sign}{whole}.{rest:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_ends() {
        for (text, ends, written) in [
            ("5", (Some(5_000_000), Some(5_000_000)), "5"),
            (">5", (Some(5_000_001), None), ">5"),
            (">=-1.50", (Some(-1_500_000), None), ">=-1.5"),
            ("<0.000001", (None, Some(0)), "<0.000001"),
            ("2-4", (Some(2_000_000), Some(4_000_000)), "2..4"),
            ("-4..-2", (Some(-4_000_000), Some(-2_000_000)), "-4..-2"),
            ("1,000", (Some(1_000_000_000), Some(1_000_000_000)), "1000"),
        ] {
            let numbers = Numbers::parse(text).unwrap();
            assert_eq!((numbers.ends(), numbers.to_string().as_str()), (ends, written), "{text}");
            assert_eq!(Numbers::parse(written), Ok(numbers), "{text}");
        }
        for bad in ["", ">", "x", "4..2", "1e3", "1,5", "1.0000001", "1000000000000"] {
            assert!(Numbers::parse(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = Numbers::parse(&text).map(|numbers| numbers.label());
        }
    }
}
