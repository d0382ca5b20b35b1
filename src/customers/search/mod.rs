//! A search: the text in the box becomes a tree of terms, and the tree a condition on the customers table.

mod filter;
mod parse;

pub use filter::{Filter, Matching};
pub use parse::{Problem, parse};

use crate::ids::CustomerId;

/// What a search asks for: all of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order they were typed.
    pub terms: Vec<Term>,
    /// `status:deleted`: the deleted customers instead of the others.
    pub deleted: bool,
}

impl Query {
    /// Whether it asks for every customer.
    pub fn is_everything(&self) -> bool {
        self.terms.is_empty()
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// In name, email or company: anywhere for three and more characters, at the start of a word for fewer.
    Word(String),
    /// Digits of a phone, in a row.
    Digits(String),
    /// The start of an email, or any part of one when none starts so.
    Email(String),
    /// That customer.
    Id(CustomerId),
}
