//! Writes the tree as text that is read as the same tree again.

use std::fmt;

use super::{Branch, Query, Term, Test, Text, Value, foreign::without_stars, problem::is_bracketed, scan::is_gap};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, &self.branches, " OR ", |f, branch| write!(f, "{branch}"))
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        join(f, &self.terms, " ", |f, term| write!(f, "{term}"))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.test {
            Test::Text(Text { typed, quoted: true, .. }) => write_quoted(f, typed),
            Test::Text(Text { typed, .. }) => f.write_str(typed),
            Test::Keyed(keyed) => {
                write!(f, "{}:", keyed.name())?;
                let mut before_is_number = false;
                join(f, &keyed.values, ",", |f, value| {
                    let text = value.text();
                    // A comma between the digits of two numbers would make one of them.
                    let is_number = matches!(value, Value::Amounts(_) | Value::Numbers(_));
                    let may_go_on = is_number && before_is_number && text.starts_with(|c: char| c.is_ascii_digit());
                    before_is_number = is_number && !may_go_on && text.ends_with(|c: char| c.is_ascii_digit());
                    // Words with a star at an end would be refused.
                    let is_starred = keyed.key.has_words() && without_stars(&text).is_some();
                    if may_go_on || is_starred { write_quoted(f, &text) } else { write!(f, "{}", Written(&text)) }
                })
            }
        }
    }
}

fn join<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    between: &str,
    mut each: impl FnMut(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    items.iter().enumerate().try_for_each(|(n, item)| {
        f.write_str(if n == 0 { "" } else { between })?;
        each(f, item)
    })
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('"', "\"\""))
}

/// A value as it must be typed behind a key: in quotes where it needs them.
pub struct Written<'v>(pub &'v str);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(|c| is_gap(c) || c == '"' || c == ',') || is_bracketed(self.0) {
            return write_quoted(f, self.0);
        }
        f.write_str(self.0)
    }
}
