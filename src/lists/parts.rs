//! The conditions of a search, from the tree of what was typed.

use super::{Bind, Condition, Language, Meets, Reach, Scope, Table};
use crate::{
    ids::{AnyId, CustomerId},
    query::{Branch, Keyed, Shape, Term, Test, Text, Value},
    values::Currency,
};

/// Returns the term that asks for what one customer has.
pub fn of_customer(id: CustomerId) -> Term {
    let text = Text { typed: id.to_string(), quoted: false, shape: Shape::Customer(id) };
    Term::of(Test::Text(text))
}

/// Returns the term that asks for the rows to which an ID leads.
pub fn of_id(id: impl Into<AnyId>) -> Term {
    let id = id.into();
    Term::of(Test::Text(Text { typed: id.to_string(), quoted: false, shape: Shape::Other(id) }))
}

/// Returns the term that asks for one of the words of a key; nothing where the language has no such word.
pub fn of_choice(language: &Language, key: &str, word: &str) -> Option<Term> {
    let words = language.vocabulary();
    let key = words.find(key)?;
    let choice = words.choices(key.values)?.into_iter().find(|choice| choice.word == word)?;
    Some(Term::of(Test::Keyed(Keyed { key, own: None, values: vec![Value::Choice(choice)] })))
}

/// One condition of a branch: a term with a key, a negated text, or all other texts together.
#[derive(Clone, Debug)]
pub enum Part<'q> {
    /// A term with a key.
    Term(&'q Term),
    /// A whole ID that leads to rows by this column.
    Id(&'static str, AnyId, bool),
    /// Texts that find a customer, or a row itself.
    Words {
        /// True when the rows found are left out.
        negated: bool,
        /// The text for a search for customers.
        words: String,
        /// The text that a row may have itself.
        text: String,
    },
}

/// Returns the conditions of a branch. Its texts that are not negated are one condition: together they find a customer.
pub fn parts<'q>(table: &Table, branch: &'q Branch) -> Vec<Part<'q>> {
    let mut parts: Vec<Part<'q>> = Vec::new();
    let (mut words, mut texts): (Vec<String>, Vec<&str>) = Default::default();
    for term in &branch.terms {
        let Some(text) = term.text() else {
            parts.push(Part::Term(term));
            continue;
        };
        if let Some((column, id)) = table.column_of(&text.shape) {
            parts.push(Part::Id(column, id, term.negated));
            continue;
        }
        let written = Term::of(term.test.clone()).to_string();
        if term.negated {
            parts.push(Part::Words { negated: true, words: written, text: text.typed.clone() });
        } else {
            words.push(written);
            texts.push(&text.typed);
        }
    }
    if !words.is_empty() {
        parts.push(Part::Words { negated: false, words: words.join(" "), text: texts.join(" ") });
    }
    parts
}

impl Table {
    /// Returns the column to which an ID leads, with the ID.
    fn column_of(&self, shape: &Shape) -> Option<(&'static str, AnyId)> {
        let id: AnyId = match shape {
            Shape::Customer(id) => (*id).into(),
            Shape::Payment(id) => (*id).into(),
            Shape::Other(id) => *id,
            _ => return None,
        };
        let known = self.ids.iter().find(|(prefix, _)| *prefix == id.prefix());
        known.map(|(_, column)| (*column, id))
    }
}

impl Part<'_> {
    /// Returns the words that have to find customers before the part can become a condition.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Words { words, .. } => vec![words],
            Self::Term(term) if term.is_of("customer") => {
                term.keyed().into_iter().flat_map(|keyed| &keyed.values).filter_map(Value::as_text).collect()
            }
            Self::Term(_) | Self::Id(..) => Vec::new(),
        }
    }

    /// Returns whether the condition is negated.
    pub fn is_negated(&self) -> bool {
        match self {
            Self::Term(term) => term.negated,
            Self::Id(_, _, negated) | Self::Words { negated, .. } => *negated,
        }
    }

    /// Returns the condition, with the way to find its rows.
    pub fn meets(&self, table: &Table, scope: &Scope) -> Meets {
        let Meets { condition, reach } = self.asked(table, scope);
        Meets { condition: if self.is_negated() { condition.negated() } else { condition }, reach }
    }

    fn asked(&self, table: &Table, scope: &Scope) -> Meets {
        match self {
            Self::Words { words, text, .. } => {
                let theirs = of_customers(scope.found.get(words).map_or(&[][..], Vec::as_slice));
                let own = (table.texts)(text, scope);
                Meets { condition: Condition::any(std::iter::once(theirs).chain(own)), reach: Reach::ByIndex }
            }
            Self::Id(column, id, _) => {
                let is_customer = id.prefix() == CustomerId::PREFIX;
                let reach = if is_customer { Reach::OneCustomer } else { Reach::ByIndex };
                Meets { condition: Condition::is(column, Bind::Id(id.uuid())), reach }
            }
            Self::Term(term) => {
                let asked = term.keyed().and_then(|keyed| table.language.ask(keyed, scope).pop());
                asked.unwrap_or_else(|| Meets { condition: Condition::always(true), reach: Reach::InOrder })
            }
        }
    }
}

/// Returns the condition that a row is of one of these customers.
pub(super) fn of_customers(ids: &[CustomerId]) -> Condition {
    Condition::any_of("customer_id", Bind::Ids(ids.iter().map(|id| id.uuid()).collect()))
}

/// Returns the currency that a branch names, if any. Amounts beside it are in that currency.
pub fn named_currency(branch: &Branch) -> Option<Currency> {
    let named = |term: &Term| match term.keyed()?.values[..] {
        [Value::Currency(currency)] if !term.negated => Some(currency),
        _ => None,
    };
    branch.terms.iter().find_map(named)
}
