//! The tree of a search: branches between `OR`s, each made of terms; a term is a text or a key with values.

use std::fmt;

use super::{Keyword, Value, Values, key::Choice};
use crate::{
    ids::{AnyId, CustomerId, PaymentId},
    values::field::Field,
};

/// A search: the rows of any of its branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The branches between `OR`s. There is always one; only a single one may be without terms.
    pub branches: Vec<Branch>,
}

/// Rows that meet all of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// The terms, in the order they were typed.
    pub terms: Vec<Term>,
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// True when it asks for the rows that do not meet it.
    pub negated: bool,
    /// The condition.
    pub test: Test,
}

/// The condition of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// A text without a key.
    Text(Text),
    /// A key with its values.
    Keyed(Keyed),
}

/// A key with its values, any of which will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    pub key: &'static Keyword,
    /// The merchant's own key behind the dot.
    pub own: Option<Own>,
    /// The values; at least one.
    pub values: Vec<Value>,
}

/// A key of the merchant's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// One of metadata, in the case it is stored in.
    Key(String),
    /// That of a field.
    Field(Box<Field>),
}

impl Own {
    /// Returns the key.
    pub fn key(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::Field(field) => &field.key,
        }
    }

    /// Returns the words that people read for it.
    pub fn label(&self) -> &str {
        match self {
            Self::Key(key) => key,
            Self::Field(field) => &field.label,
        }
    }

    /// Returns the field, if it is that of one.
    pub fn field(&self) -> Option<&Field> {
        if let Self::Field(field) = self { Some(field) } else { None }
    }
}

impl From<String> for Own {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A text without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text as typed, with white space collapsed.
    pub typed: String,
    /// True when it was in quotes, which keep it from being anything but words.
    pub quoted: bool,
    /// The shape of the text.
    pub shape: Shape,
}

/// The shape of a text, which decides where it is looked for.
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
    /// The customer of that ID.
    Customer(CustomerId),
    /// The payment of that ID.
    Payment(PaymentId),
    /// The ID of something else.
    Other(AnyId),
}

impl Default for Query {
    /// Returns the search that finds everything that is not deleted.
    fn default() -> Self {
        Self { branches: vec![Branch::default()] }
    }
}

impl Query {
    /// Returns the IDs among its texts that are not negated.
    pub fn ids(&self) -> impl Iterator<Item = AnyId> {
        let terms = self.branches.iter().flat_map(|branch| &branch.terms).filter(|term| !term.negated);
        terms.filter_map(|term| match term.text()?.shape {
            Shape::Customer(id) => Some(id.into()),
            Shape::Payment(id) => Some(id.into()),
            Shape::Other(id) => Some(id),
            _ => None,
        })
    }
}

impl Term {
    /// Makes the term that asks for `test`.
    pub fn of(test: Test) -> Self {
        Self { negated: false, test }
    }

    /// Returns the term's key and values, if it has a key.
    pub fn keyed(&self) -> Option<&Keyed> {
        if let Test::Keyed(keyed) = &self.test { Some(keyed) } else { None }
    }

    /// Returns the term's text, if it has no key.
    pub fn text(&self) -> Option<&Text> {
        if let Test::Text(text) = &self.test { Some(text) } else { None }
    }

    /// Returns the text before the colon, if there is one: `country`, `metadata.tier`.
    pub fn key(&self) -> Option<String> {
        self.keyed().map(Keyed::name)
    }

    /// Returns whether it is a term of this key.
    pub fn is_of(&self, name: &str) -> bool {
        self.keyed().is_some_and(|keyed| keyed.key.name == name)
    }

    /// Returns the texts behind the colon, value by value, without quotes.
    pub fn values(&self) -> Vec<String> {
        match &self.test {
            Test::Text(text) => vec![text.typed.clone()],
            Test::Keyed(keyed) => keyed.values.iter().map(Value::text).collect(),
        }
    }
}

impl Keyed {
    /// Returns the text before the colon.
    pub fn name(&self) -> String {
        match &self.own {
            Some(own) => format!("{}.{own}", self.key.name),
            None => self.key.name.to_owned(),
        }
    }

    /// Returns the kind of its values.
    pub fn kind(&self) -> Values {
        kind_of(self.key, self.own.as_ref())
    }

    /// Returns its values as they are typed.
    pub fn texts(&self) -> Vec<String> {
        self.values.iter().map(Value::text).collect()
    }

    /// Returns those of its values that are one of a few words.
    pub fn choices(&self) -> impl Iterator<Item = &'static Choice> {
        self.values.iter().filter_map(|value| if let Value::Choice(choice) = value { Some(*choice) } else { None })
    }

    /// Returns whether this word is among its values.
    pub fn has_choice(&self, word: &str) -> bool {
        self.choices().any(|choice| choice.word == word)
    }
}

/// Returns the kind of values behind a key, and behind the merchant's own key.
pub fn kind_of(key: &Keyword, own: Option<&Own>) -> Values {
    own.and_then(Own::field).map_or(key.values, Values::of_field)
}
