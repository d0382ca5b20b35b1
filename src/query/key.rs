//! A key: the word that may stand before a colon, what its values are, and what is asked by it.
//!
//! A key is data. Parsing, printing, chips, filter forms and help read it; none of them knows a key by its name.

use super::{Keyed, Problem, Query, parse};
use crate::values::CountryCode;

/// What people read and type of a key.
#[derive(Debug)]
pub struct Keyword {
    /// What is typed before the colon.
    pub name: &'static str,
    /// The filter's title, as on its button.
    pub title: &'static str,
    /// How its chip begins.
    pub subject: &'static str,
    /// How its chip goes on.
    pub says: Says,
    /// What it finds, in one line.
    pub explanation: &'static str,
    /// A whole term.
    pub example: &'static str,
    /// What its values are.
    pub values: Values,
    /// Where its filter stands among those that are offered; without one, only a chip opens its form.
    pub offered: Option<u8>,
    /// Whether several terms of it can each be wanted, so that one more never takes the place of another.
    pub repeats: bool,
}

/// How a chip goes on after its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// "Country is Kenya", "Country is not Kenya".
    Is,
    /// "Name has “jane”", "Name does not have “jane”".
    Has,
    /// "Method ends in 4242".
    EndsIn,
    /// "Last payment in 2026", "Last payment not in 2026".
    Plainly,
    /// "Created in 2026", "Not created in 2026".
    AsVerb,
    /// "Deleted", "Not deleted": the value alone.
    Alone,
    /// "Has a card", "Has no card".
    Owns,
}

/// What stands behind a colon.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Words or phrases with at least a letter or digit.
    Words,
    /// Any text, as it is stored.
    Exact,
    /// Any text, behind a key of the merchant's own: `metadata.KEY:`.
    Own,
    /// One of a few words.
    Choice(&'static [Choice]),
    /// One of the things that the features bring: see [`Thing`].
    Things,
    /// Countries, by code or name.
    Country,
    /// Languages, by code or name.
    Language,
    /// Currencies, by code.
    Currency,
    /// Stretches of days.
    Days,
    /// Amounts of money.
    Amounts,
    /// Whole numbers of the things named so.
    Counts(&'static str),
    /// Emails: whole, with `*`, or a part.
    Email,
    /// Phones, or digits of them.
    Phone,
    /// The last four of a card or bank account.
    Last4,
    /// A customer's ID.
    CustomerId,
    /// A payment's ID.
    PaymentId,
    /// Customers: `none`, an ID, or what finds them.
    Customers,
}

/// A word that a value may be.
#[derive(Debug)]
pub struct Choice {
    /// As typed and stored.
    pub word: &'static str,
    /// On a box to tick.
    pub label: &'static str,
    /// In a chip.
    pub says: &'static str,
}

impl PartialEq for Keyword {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Keyword {}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

impl Eq for Choice {}

impl Keyword {
    /// A key whose chip begins with its title, and whose filter is not offered.
    pub const fn new(
        name: &'static str,
        title: &'static str,
        explanation: &'static str,
        example: &'static str,
        values: Values,
    ) -> Self {
        let says = match values {
            Values::Words | Values::Phone => Says::Has,
            Values::Things => Says::Owns,
            Values::Days | Values::Amounts => Says::AsVerb,
            Values::Last4 => Says::EndsIn,
            _ => Says::Is,
        };
        let repeats = matches!(values, Values::Things | Values::Own);
        Self { name, title, subject: title, says, explanation, example, values, offered: None, repeats }
    }

    /// Its filter is offered, at this place among the others.
    #[must_use]
    pub const fn offered(self, place: u8) -> Self {
        Self { offered: Some(place), ..self }
    }

    /// Its chip reads otherwise than its kind of values says.
    #[must_use]
    pub const fn read_as(self, subject: &'static str, says: Says) -> Self {
        Self { subject, says, ..self }
    }

    /// What stands before the colon, for help: `metadata.KEY:`.
    pub fn sign(&self) -> String {
        if self.is_own() { format!("{}.KEY:", self.name) } else { format!("{}:", self.name) }
    }

    /// Whether a key of the merchant's own follows, behind a dot.
    pub fn is_own(&self) -> bool {
        matches!(self.values, Values::Own)
    }
}

impl Choice {
    /// A word that reads as it is typed.
    pub const fn new(word: &'static str, label: &'static str) -> Self {
        Self { word, label, says: word }
    }
}

/// A key with what it asks: `C` is a condition, `S` what is known of who asks and when.
pub struct Key<C: 'static, S: 'static> {
    /// What people read and type of it.
    pub word: Keyword,
    /// The conditions of a term, of which any will do. Without any, the term is no condition of its own.
    pub asks: fn(&Keyed, &S) -> Vec<C>,
}

/// A thing that a customer can have, for `has:`.
pub struct Thing<C: 'static, S: 'static> {
    /// The word, with its article in a chip: "an email".
    pub choice: Choice,
    /// The condition that the customer has it.
    pub asks: fn(&S) -> C,
}

/// The keys of one box, in the order in which help shows them.
pub struct Language<C: 'static, S: 'static> {
    /// Feature by feature.
    pub keys: &'static [&'static [Key<C, S>]],
    /// What `has:` knows, feature by feature.
    pub things: &'static [&'static [Thing<C, S>]],
}

/// What reading needs to know of a language.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub keywords: Vec<&'static Keyword>,
    /// What `has:` knows.
    pub things: Vec<&'static Choice>,
}

impl<C, S> Language<C, S> {
    /// Reads what was typed. Phones are read as people in `country` write them.
    ///
    /// # Errors
    /// A sentence that names the part that was not understood.
    pub fn parse(&self, text: &str, country: CountryCode) -> Result<Query, Problem> {
        parse(text, country, &self.vocabulary())
    }

    /// Its words, apart from what they ask.
    pub fn vocabulary(&self) -> Vocabulary {
        Vocabulary {
            keywords: self.all().map(|key| &key.word).collect(),
            things: self.things.iter().copied().flatten().map(|thing| &thing.choice).collect(),
        }
    }

    /// The conditions of a term of this language, of which any will do.
    pub fn ask(&self, term: &Keyed, scope: &S) -> Vec<C> {
        self.all().find(|key| key.word == *term.key).map(|key| (key.asks)(term, scope)).unwrap_or_default()
    }

    /// The conditions of a term of `has:`.
    pub fn ask_things(&self, term: &Keyed, scope: &S) -> Vec<C> {
        let thing = |word: &str| self.things.iter().copied().flatten().find(|thing| thing.choice.word == word);
        term.choices().filter_map(|choice| Some((thing(choice.word)?.asks)(scope))).collect()
    }

    fn all(&self) -> impl Iterator<Item = &'static Key<C, S>> {
        self.keys.iter().copied().flatten()
    }
}

impl Vocabulary {
    /// The key of that name, in any case.
    pub fn find(&self, name: &str) -> Option<&'static Keyword> {
        self.keywords.iter().copied().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// The words that a key's values may be, if they are a few.
    pub fn choices(&self, key: &Keyword) -> Option<Vec<&'static Choice>> {
        match key.values {
            Values::Choice(choices) => Some(choices.iter().collect()),
            Values::Things => Some(self.things.clone()),
            _ => None,
        }
    }

    /// The keys whose filters are offered, in their order.
    pub fn offered(&self) -> Vec<&'static Keyword> {
        let mut offered: Vec<_> = self.keywords.iter().copied().filter(|key| key.offered.is_some()).collect();
        offered.sort_by_key(|key| key.offered);
        offered
    }
}

impl<C, S> std::fmt::Debug for Language<C, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.all().map(|key| key.word.name)).finish()
    }
}
