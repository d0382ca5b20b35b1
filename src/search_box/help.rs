//! The help: what can be typed, each with a link that adds it to the search.

use super::List;
use crate::query::{Home, Query, Vocabulary, example_of, parse};

/// Something that can be typed.
pub struct Help {
    /// The text before the colon, or another sign.
    pub sign: String,
    /// An explanation of what it does.
    pub explanation: String,
    /// An example of its use.
    pub example: String,
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
    pub fn all(list: &dyn List, query: &Query, home: &Home, words: &Vocabulary, signs: &[Sign]) -> Vec<Self> {
        let known = words.keywords.iter().filter(|key| !key.is_of_fields());
        let keys = known.map(|key| (key.sign(), key.explanation.to_owned(), key.example.to_owned()));
        let fields = words.own_fields().filter_map(|(key, own)| {
            let field = own.field()?;
            Some((format!("{}.{}:", key.name, field.key), field.label.clone(), example_of(key, field)))
        });
        let texts = |(sign, explanation, example): &Sign| ((*sign).into(), (*explanation).into(), (*example).into());
        let signs = signs.iter().map(texts);
        let with = |example: &str| match parse(example, home.clone(), words) {
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
        let help = |(sign, explanation, example): (String, String, String)| {
            let href = href(&example);
            Self { sign, explanation, example, href }
        };
        keys.chain(fields).chain(signs).map(help).collect()
    }
}
