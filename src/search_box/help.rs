//! The help: what can be typed, each with a link that adds it to the search.

use super::List;
use crate::query::{Home, Query, Vocabulary, parse};

/// Something that can be typed.
pub struct Help {
    /// The text before the colon, or another sign.
    pub sign: String,
    /// An explanation of what it does.
    pub explanation: &'static str,
    /// An example of its use.
    pub example: &'static str,
    /// The list with that example added.
    pub href: String,
}

/// A sign that is no key: the sign, an explanation, and an example.
pub type Sign = (&'static str, &'static str, &'static str);

/// The signs that are no keys, with examples of customers.
pub const SIGNS: [Sign; 4] = [
    ("-", "Not: leaves out who it stands before", "-has:email"),
    (",", "Any of several values, without spaces", "country:KE,UG"),
    ("\" \"", "Words in this order; also text that looks like a key", "\"jane doe\""),
    ("OR", "Either search; it separates everything on its two sides", "jane OR john"),
];

impl Help {
    /// Returns everything that can be typed to search a list.
    pub fn all(list: &dyn List, query: &Query, home: Home, words: &Vocabulary, signs: &[Sign]) -> Vec<Self> {
        let keys = words.keywords.iter().map(|key| (key.sign(), key.explanation, key.example));
        let signs = signs.iter().map(|(sign, explanation, example)| ((*sign).to_owned(), *explanation, *example));
        let with = |example: &str| match parse(example, home, words) {
            Ok(mut read) if read.branches.len() == 1 => {
                read.branches.swap_remove(0).terms.into_iter().fold(query.clone(), |query, term| query.adding(term))
            }
            Ok(read) => read,
            Err(_) => query.clone(),
        };
        // Most pages have no search that an example is to be added to.
        let is_blank = *query == Query::default();
        let href = |example: &str| match is_blank {
            true => list.searching(example),
            false => list.searching(&with(example).to_string()),
        };
        let help = |(sign, explanation, example)| Self { sign, explanation, example, href: href(example) };
        keys.chain(signs).map(help).collect()
    }
}
