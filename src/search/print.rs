//! From the tree back to text that reads as the same tree, and to words for people.

use super::{Branch, EmailPattern, Query, Status, Term, Test, Text, Thing, Word, parse::is_whole};
use crate::{
    query::print::{write_quoted, write_value},
    values::phone,
};
use std::fmt;

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
        if let Some(key) = self.key() {
            write!(f, "{key}:")?;
        }
        match &self.test {
            Test::Text(Text { typed, quoted: true, .. }) => write_quoted(f, typed),
            Test::Text(Text { typed, .. }) => f.write_str(typed),
            test => join(f, &test.values(), ",", |f, value| write_value(f, value)),
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

impl EmailPattern {
    /// As typed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Glob(text) | Self::Whole(text) | Self::Part(text) => text,
        }
    }
}

impl Term {
    /// What stands before the colon, if anything does.
    pub fn key(&self) -> Option<String> {
        self.test.key()
    }

    /// What stands behind the colon, value by value, without quotes.
    pub fn values(&self) -> Vec<String> {
        self.test.values()
    }

    /// What it asks in words, for the chip that stands for it.
    pub fn label(&self) -> String {
        let (is, has) = if self.negated { ("is not", "does not have") } else { ("is", "has") };
        let not = if self.negated { "not " } else { "" };
        match &self.test {
            Test::Text(text) if self.negated => format!("Not “{}”", text.typed),
            Test::Text(text) => format!("“{}”", text.typed),
            Test::Name(words) => format!("Name {has} {}", any_quoted(words)),
            Test::Company(words) => format!("Company {has} {}", any_quoted(words)),
            Test::Email(patterns) => {
                let word = |pattern: &EmailPattern| match pattern {
                    EmailPattern::Part(part) => format!("with “{part}”"),
                    EmailPattern::Glob(glob) => format!("like {glob}"),
                    EmailPattern::Whole(email) => email.clone(),
                };
                format!("Email {is} {}", any(patterns.iter().map(word)))
            }
            Test::Phone(phones) => {
                let number = |digits: &String| {
                    if is_whole(digits) { phone::pretty(&format!("+{digits}")) } else { digits.clone() }
                };
                format!("Phone {has} {}", any(phones.iter().map(number)))
            }
            Test::Id(ids) => format!("ID {is} {}", any(ids.iter().map(ToString::to_string))),
            Test::Country(countries) => {
                format!("Country {is} {}", any(countries.iter().map(|country| country.name().to_owned())))
            }
            Test::Language(languages) => {
                format!("Language {is} {}", any(languages.iter().map(|language| language.name().to_owned())))
            }
            Test::Kind(kinds) => format!("Kind {is} {}", any(kinds.iter().map(|kind| kind.word().to_owned()))),
            Test::Status(statuses) => capital(&format!("{not}{}", any(statuses.iter().map(status_word)))),
            Test::Created(periods) => {
                format!("{} {}", capital(&format!("{not}created")), any(periods.iter().map(|period| period.label())))
            }
            Test::Metadata { key, values } => format!("{key} {is} {}", any_quoted(values)),
            Test::Has(things) => {
                let article = |thing: &Thing| if matches!(thing, Thing::Email | Thing::Address) { "an " } else { "a " };
                let name = |thing: &Thing| if *thing == Thing::Bank { "bank account" } else { thing.word() };
                let thing =
                    |thing: &Thing| format!("{}{}", if self.negated { "" } else { article(thing) }, name(thing));
                format!("Has {}{}", if self.negated { "no " } else { "" }, any(things.iter().map(thing)))
            }
            Test::Spent(amounts) => {
                format!("{} {}", capital(&format!("{not}spent")), any(amounts.iter().map(ToString::to_string)))
            }
            Test::Payments(counts) => format!("Payments {is} {}", any(counts.iter().map(ToString::to_string))),
            Test::LastPayment(periods) => {
                format!("Last payment {}{}", not, any(periods.iter().map(|period| period.label())))
            }
            Test::Last4(digits) => {
                format!(
                    "Method {} {}",
                    if self.negated { "does not end in" } else { "ends in" },
                    any(digits.iter().cloned())
                )
            }
            Test::Card(states) => format!("Card {is} {}", any(states.iter().map(|state| state.word().to_owned()))),
        }
    }
}

impl Test {
    /// What stands before the colon, if anything does.
    pub fn key(&self) -> Option<String> {
        let key = match self {
            Self::Text(_) => return None,
            Self::Metadata { key, .. } => return Some(format!("metadata.{key}")),
            Self::Name(_) => "name",
            Self::Company(_) => "company",
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
            Self::Id(_) => "id",
            Self::Country(_) => "country",
            Self::Language(_) => "lang",
            Self::Kind(_) => "kind",
            Self::Status(_) => "status",
            Self::Created(_) => "created",
            Self::Has(_) => "has",
            Self::Spent(_) => "spent",
            Self::Payments(_) => "payments",
            Self::LastPayment(_) => "last_payment",
            Self::Last4(_) => "last4",
            Self::Card(_) => "card",
        };
        Some(key.to_owned())
    }

    fn values(&self) -> Vec<String> {
        fn each<T: ToString>(values: &[T]) -> Vec<String> {
            values.iter().map(ToString::to_string).collect()
        }
        fn words<W: Word + PartialEq>(values: &[W]) -> Vec<String> {
            values.iter().map(|value| value.word().to_owned()).collect()
        }
        match self {
            Self::Text(text) => vec![text.typed.clone()],
            Self::Name(values) | Self::Company(values) | Self::Metadata { values, .. } => values.clone(),
            Self::Email(patterns) => patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect(),
            // With the +, so that a number of another country is not read as one of this.
            Self::Phone(phones) => {
                phones.iter().map(|digits| format!("{}{digits}", if is_whole(digits) { "+" } else { "" })).collect()
            }
            Self::Id(ids) => each(ids),
            Self::Country(countries) => each(countries),
            Self::Language(languages) => each(languages),
            Self::Kind(kinds) => words(kinds),
            Self::Status(statuses) => words(statuses),
            Self::Created(periods) | Self::LastPayment(periods) => each(periods),
            Self::Spent(amounts) | Self::Payments(amounts) => each(amounts),
            Self::Last4(digits) => digits.clone(),
            Self::Card(states) => words(states),
            Self::Has(things) => words(things),
        }
    }
}

fn status_word(status: &Status) -> String {
    status.word().to_owned()
}

fn any_quoted(values: &[String]) -> String {
    any(values.iter().map(|value| format!("“{value}”")))
}

/// "a, b or c"
fn any(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
