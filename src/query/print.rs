//! Text written so that it is read as the same again.

use std::fmt;

use super::{problem::is_bracketed, scan::is_gap};

/// Writes a text in quotes.
///
/// # Errors
/// When `f` does not take it.
pub fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('"', "\"\""))
}

/// A value as it must be typed behind a key.
pub struct Value<'v>(pub &'v str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(f, self.0)
    }
}

/// Writes a value as it must be typed behind a key: in quotes where it needs them.
///
/// # Errors
/// When `f` does not take it.
pub fn write_value(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    if value.contains(|c| is_gap(c) || c == '"' || c == ',') || is_bracketed(value) {
        return write_quoted(f, value);
    }
    f.write_str(value)
}
