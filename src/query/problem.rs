//! The reason why a search was not understood, and the parts that sentences about it share.

use std::ops::Range;

use super::scan::Token;
use crate::{
    codes::Code,
    reason::{Detail, Reason},
    values::phone,
};

/// The reason why a search was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A sentence for under the box, with the word in it.
    pub message: String,
    /// The place of that word, in bytes of the text.
    pub span: Range<usize>,
    /// The text that was probably meant in its place.
    pub instead: Option<String>,
}

impl Problem {
    /// Returns the search `q` with what was probably meant in the place of the word.
    pub fn corrected(&self, q: &str) -> Option<String> {
        let (before, behind) = (q.get(..self.span.start)?, q.get(self.span.end..)?);
        self.instead.as_ref().map(|instead| format!("{before}{instead}{behind}"))
    }
}

impl From<Problem> for Reason {
    fn from(problem: Problem) -> Self {
        let Problem { message, span, instead } = problem;
        Code::QueryNotUnderstood.says(message).with(Detail::NotUnderstood { span, instead })
    }
}

/// The most characters of the typed text that a sentence shows.
const LONGEST_SHOWN: usize = 60;

pub fn problem<T>(token: &Token<'_>, message: String) -> Result<T, Problem> {
    Err(Problem { message, span: token.span.clone(), instead: None })
}

pub fn shown(text: &str) -> String {
    let start: String = text.chars().take(LONGEST_SHOWN).collect();
    if start.len() < text.len() { start + "…" } else { start }
}

pub fn has_substance(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

pub fn is_phone_like(text: &str) -> bool {
    text.chars().all(phone::is_written_in_numbers)
}

/// Returns whether a text that is not a phone starts or ends with a bracket. Brackets would mean an order of `OR` that
/// the search does not have; in a phone they mean nothing.
pub fn is_bracketed(bare: &str) -> bool {
    let is_phone = is_phone_like(bare) && bare.contains(|c: char| c.is_ascii_digit());
    (bare.starts_with('(') || bare.ends_with(')')) && !is_phone
}

pub fn brackets(text: &str) -> String {
    let text = shown(text);
    format!(
        "Brackets do not group words, and “OR” separates whole searches: a b OR c is (a and b) or c. To search for the \
         bracket itself, quote it: \"{text}\"."
    )
}
