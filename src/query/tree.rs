//! The tree of a search: branches between `OR`s, each of terms, each a text or a key with values.

use super::{Keyword, Value, key::Choice};
use crate::ids::{CustomerId, PaymentId};

/// What a search asks for: the rows of any of its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What stands between `OR`s. There is always one; only a single one may be without terms.
    pub branches: Vec<Branch>,
}

/// Rows that meet all of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// In the order they were typed.
    pub terms: Vec<Term>,
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether the rows that do not meet it are meant.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Text without a key.
    Text(Text),
    /// A key with its values.
    Keyed(Keyed),
}

/// A key with its values, any of which will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    pub key: &'static Keyword,
    /// The merchant's own key behind the dot, in the case it is stored in.
    pub own: Option<String>,
    /// At least one.
    pub values: Vec<Value>,
}

/// Text without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As it was typed, white space collapsed.
    pub typed: String,
    /// Whether in quotes, which keep it from being anything but words.
    pub quoted: bool,
    /// What it looks like.
    pub shape: Shape,
}

/// What a text looks like, and so where it is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Words: anywhere for three and more characters, at the start of a word for fewer.
    Words,
    /// The start of an email.
    Email(String),
    /// The start of what follows an email's @.
    Domain(String),
    /// Digits in a row, in the phone or anywhere else.
    Digits(String),
    /// That customer.
    Customer(CustomerId),
    /// That payment.
    Payment(PaymentId),
}

impl Default for Query {
    /// Everything that is not deleted.
    fn default() -> Self {
        Self { branches: vec![Branch::default()] }
    }
}

impl Term {
    /// The term that asks for `test`.
    pub fn of(test: Test) -> Self {
        Self { negated: false, test }
    }

    /// The term's key and values, if it has a key.
    pub fn keyed(&self) -> Option<&Keyed> {
        if let Test::Keyed(keyed) = &self.test { Some(keyed) } else { None }
    }

    /// The term's text, if it has no key.
    pub fn text(&self) -> Option<&Text> {
        if let Test::Text(text) = &self.test { Some(text) } else { None }
    }

    /// What stands before the colon, if anything does: `country`, `metadata.tier`.
    pub fn key(&self) -> Option<String> {
        self.keyed().map(Keyed::name)
    }

    /// Whether it is a term of this key.
    pub fn is_of(&self, name: &str) -> bool {
        self.keyed().is_some_and(|keyed| keyed.key.name == name)
    }

    /// What stands behind the colon, value by value, without quotes.
    pub fn values(&self) -> Vec<String> {
        match &self.test {
            Test::Text(text) => vec![text.typed.clone()],
            Test::Keyed(keyed) => keyed.values.iter().map(Value::text).collect(),
        }
    }
}

impl Keyed {
    /// What stands before the colon.
    pub fn name(&self) -> String {
        match &self.own {
            Some(own) => format!("{}.{own}", self.key.name),
            None => self.key.name.to_owned(),
        }
    }

    /// Its values as they are typed.
    pub fn texts(&self) -> Vec<String> {
        self.values.iter().map(Value::text).collect()
    }

    /// Those of its values that are one of a few words.
    pub fn choices(&self) -> impl Iterator<Item = &'static Choice> {
        self.values.iter().filter_map(|value| if let Value::Choice(choice) = value { Some(*choice) } else { None })
    }

    /// Whether this word is among its values.
    pub fn has_choice(&self, word: &str) -> bool {
        self.choices().any(|choice| choice.word == word)
    }
}
