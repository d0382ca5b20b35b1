//! The word that the caret is in: what of it is typed, and what a completion takes the place of.

use std::ops::Range;

use super::{
    Keyword, Own, Values, Vocabulary,
    scan::{Piece, Token, scan},
    tree::kind_of,
};

/// The word that the caret is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caret {
    /// The place that a completion takes, in bytes of the text.
    pub span: Range<usize>,
    /// True when the word has a minus before it.
    pub negated: bool,
    /// The kind of word it is, with what is typed of it up to the caret.
    pub typing: Typing,
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typing {
    /// A word, which may become a key.
    Word(String),
    /// A key of the merchant's own behind the dot: `metadata.ti`.
    Own { key: &'static Keyword, typed: String },
    /// A value behind a key.
    Value {
        key: &'static Keyword,
        own: Option<Own>,
        typed: String,
        /// The other values of the term, as they are typed.
        others: Vec<String>,
    },
}

impl Caret {
    /// Returns the word of `text` that the byte `at` is in or behind; nothing where no word is begun, or where it is one
    /// that cannot be completed.
    pub fn at(text: &str, at: usize, words: &Vocabulary) -> Option<Self> {
        let (tokens, _) = scan(text);
        let Token { span, piece } = tokens
            .into_iter()
            .find(|token| token.span.start < at && at <= token.span.end && text.is_char_boundary(at))?;
        let (negated, key, values) = match piece {
            Piece::Or | Piece::Text { quoted: true, .. } => return None,
            Piece::Text { negated, .. } => (negated, None, Vec::new()),
            Piece::Keyed { negated, key, values } => (negated, Some(key), values),
        };
        let start = span.start + usize::from(negated);
        if at <= start {
            return None;
        }
        let Some(key) = key else {
            let typed = &text[start..at];
            let own = typed.split_once('.').and_then(|(stem, own)| Some((words.find(stem)?, own)));
            let typing = match own.filter(|(key, _)| key.is_own()) {
                Some((key, own)) => Typing::Own { key, typed: own.to_owned() },
                None => Typing::Word(typed.to_owned()),
            };
            return Some(Self { span: start..span.end, negated, typing });
        };
        let first = start + key.len() + 1;
        if at < first {
            return None;
        }
        let (stem, own) = key.split_once('.').map_or((key, None), |(stem, own)| (stem, Some(own)));
        let known = words.find(stem).filter(|known| known.is_own() == own.is_some())?;
        let own = own.map(|own| match words.fields.find(own).filter(|_| known.is_of_fields()) {
            Some(field) => Own::Field(Box::new(field.clone())),
            None => Own::Key(own.to_owned()),
        });
        let span = value_around(text, first..span.end, at);
        let typed = unquoted(&text[span.start..at]);
        let whole = unquoted(&text[span.clone()]);
        let others = values.into_iter().map(|value| value.text).filter(|text| *text != whole).collect();
        Some(Self { span, negated, typing: Typing::Value { key: known, own, typed, others } })
    }

    /// Returns whether the word finds what is meant only when it is whole: it begins a key, or is a value that is
    /// compared as a whole.
    pub fn is_unfinished(&self, words: &Vocabulary) -> bool {
        match &self.typing {
            Typing::Word(typed) => words.keywords.iter().any(|key| begins(key.name, typed)),
            Typing::Own { .. } => true,
            Typing::Value { key, own, .. } => {
                matches!(kind_of(key, own.as_ref()), Values::Own | Values::Exact | Values::Email | Values::Last4)
            }
        }
    }
}

/// Returns whether `text` begins with `typed`, in any case.
pub(super) fn begins(text: &str, typed: &str) -> bool {
    text.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// Returns the place of the value that `at` is in, among values with commas between them. Commas in quotes part
/// nothing.
fn value_around(text: &str, values: Range<usize>, at: usize) -> Range<usize> {
    let mut is_quoted = false;
    let (mut start, mut end) = (values.start, values.end);
    for (place, c) in text[values.clone()].char_indices().map(|(place, c)| (values.start + place, c)) {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted && place < at => start = place + 1,
            ',' if !is_quoted => {
                end = place;
                break;
            }
            _ => {}
        }
    }
    start..end
}

/// Returns a value without its quotes, of which the last may be missing.
fn unquoted(value: &str) -> String {
    let Some(rest) = value.strip_prefix('"') else { return value.to_owned() };
    rest.strip_suffix('"').unwrap_or(rest).replace("\"\"", "\"")
}
