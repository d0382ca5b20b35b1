//! A key: the word that may stand before a colon, the kind of its values, and the conditions that it asks.
//!
//! A key is data. Parsing, printing, chips, filter forms and help read it; none of them knows a key by its name.

use super::{
    Home, Keyed, Own, Problem, Query, Written,
    completion::{USUAL_DAYS, USUAL_DAYS_TO_COME},
    parse,
};
use crate::values::field::{Field, Fields, Kind};

/// The words of a key that people read and type.
#[derive(Debug)]
pub struct Keyword {
    /// The name, typed before the colon.
    pub name: &'static str,
    /// The filter's title, as on its button.
    pub title: &'static str,
    /// The beginning of its chip.
    pub subject: &'static str,
    /// The way its chip goes on.
    pub says: Says,
    /// An explanation of what it finds, in one line.
    pub explanation: &'static str,
    /// An example of a whole term.
    pub example: &'static str,
    /// The kind of its values.
    pub values: Values,
    /// The place of its filter among those that are offered; without one, only a chip opens its form.
    pub offered: Option<u8>,
    /// True when several terms of it can each be wanted, so that one more never takes the place of another.
    pub repeats: bool,
    /// True when `never` is one of its times.
    pub may_be_never: bool,
    /// True when `none` is one of its IDs.
    pub may_be_none: bool,
    /// True when its times are to come.
    pub is_to_come: bool,
}

/// The way a chip goes on after its subject.
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

/// The kind of values behind a colon.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Words or phrases with at least a letter or digit.
    Words,
    /// Any text, as it is stored.
    Exact,
    /// Any text, behind a key of the merchant's own: `metadata.KEY:`.
    Own,
    /// Values of one of the merchant's own fields, behind its key, as the field's kind has them: `field.KEY:`.
    Fields,
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
    /// Numbers, which may be negative and have decimals.
    Numbers,
    /// Emails: whole, with `*`, or a part.
    Email,
    /// Phones, or digits of them.
    Phone,
    /// The last four of a card or bank account.
    Last4,
    /// A customer's ID.
    CustomerId,
    /// IDs of one kind: their beginning, and what they are of.
    Id(&'static str, &'static str),
    /// Customers: `none`, an ID, or what finds them.
    Customers,
}

/// A word that a value may be.
#[derive(Debug)]
pub struct Choice {
    /// The word as typed and stored.
    pub word: &'static str,
    /// The label on a box to tick.
    pub label: &'static str,
    /// The text in a chip.
    pub says: &'static str,
    /// Other words that people type for it.
    pub also: &'static [&'static str],
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
    /// Makes a key whose chip begins with its title, and whose filter is not offered.
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
        let repeats = matches!(values, Values::Things | Values::Own | Values::Fields);
        Self {
            name,
            title,
            subject: title,
            says,
            explanation,
            example,
            values,
            offered: None,
            repeats,
            may_be_never: false,
            may_be_none: false,
            is_to_come: false,
        }
    }

    /// Offers its filter, at this place among the others.
    #[must_use]
    pub const fn offered(self, place: u8) -> Self {
        Self { offered: Some(place), ..self }
    }

    /// Also takes `never`, for what may not have happened.
    #[must_use]
    pub const fn or_never(self) -> Self {
        Self { may_be_never: true, ..self }
    }

    /// Offers times to come, for what is planned.
    #[must_use]
    pub const fn to_come(self) -> Self {
        Self { is_to_come: true, ..self }
    }

    /// Also takes `none`, for what need not have one.
    #[must_use]
    pub const fn or_none(self) -> Self {
        Self { may_be_none: true, ..self }
    }

    /// Makes its chip read otherwise than its kind of values says.
    #[must_use]
    pub const fn read_as(self, subject: &'static str, says: Says) -> Self {
        Self { subject, says, ..self }
    }

    /// Returns the text before the colon, for help: `metadata.KEY:`.
    pub fn sign(&self) -> String {
        if self.is_own() { format!("{}.KEY:", self.name) } else { format!("{}:", self.name) }
    }

    /// Returns the stretches of days that are often meant.
    pub fn usual_days(&self) -> &'static [(&'static str, &'static str)] {
        if self.is_to_come { &USUAL_DAYS_TO_COME } else { &USUAL_DAYS }
    }

    /// Returns whether its values are words, which are found by any part of them.
    pub fn has_words(&self) -> bool {
        matches!(self.values, Values::Words | Values::Customers)
    }

    /// Returns whether a key of the merchant's own follows, behind a dot.
    pub fn is_own(&self) -> bool {
        matches!(self.values, Values::Own | Values::Fields)
    }

    /// Returns whether the merchant's own fields follow.
    pub fn is_of_fields(&self) -> bool {
        matches!(self.values, Values::Fields)
    }
}

static YES_OR_NO: [Choice; 2] = [Choice::new("yes", "Yes").also(&["true"]), Choice::new("no", "No").also(&["false"])];

impl Values {
    /// Returns the values of a field of the merchant's own.
    pub fn of_field(field: &Field) -> Self {
        match field.kind {
            Kind::Text | Kind::Choice | Kind::Choices | Kind::Email | Kind::Url => Self::Exact,
            Kind::Number | Kind::Integer => Self::Numbers,
            Kind::Boolean => Self::Choice(&YES_OR_NO),
            Kind::Date => Self::Days,
            Kind::Money => Self::Amounts,
        }
    }
}

/// Returns an example of a term of a field of the merchant's own, behind its key.
pub fn example_of(key: &Keyword, field: &Field) -> String {
    let value = match field.kind {
        Kind::Text => "example".to_owned(),
        Kind::Email => "name@example.com".to_owned(),
        Kind::Url => "\"https://example.com\"".to_owned(),
        Kind::Number | Kind::Integer => ">5".to_owned(),
        Kind::Boolean => "yes".to_owned(),
        Kind::Date => "this-month".to_owned(),
        Kind::Money => ">100".to_owned(),
        Kind::Choice | Kind::Choices => Written(field.choices.first().map_or("example", String::as_str)).to_string(),
    };
    format!("{}.{}:{value}", key.name, field.key)
}

impl Choice {
    /// Makes a choice whose chip has the word as it is typed.
    pub const fn new(word: &'static str, label: &'static str) -> Self {
        Self { word, label, says: word, also: &[] }
    }

    /// Makes its chip have other words than those typed.
    #[must_use]
    pub const fn saying(self, says: &'static str) -> Self {
        Self { says, ..self }
    }

    /// Takes other words for it too.
    #[must_use]
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// Returns whether a text means it, in any case.
    pub fn is_meant(&self, text: &str) -> bool {
        [self.word].iter().chain(self.also).any(|word| word.eq_ignore_ascii_case(text))
    }
}

/// A key with the conditions that it asks. `C` is a condition; `S` is the scope: who asks, and when.
pub struct Key<C: 'static, S: 'static> {
    /// The words that people read and type.
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
    /// The keys, feature by feature.
    pub keys: &'static [&'static [Key<C, S>]],
    /// The things that `has:` knows, feature by feature.
    pub things: &'static [&'static [Thing<C, S>]],
}

/// The words of a language that reading needs.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub keywords: Vec<&'static Keyword>,
    /// The things that `has:` knows.
    pub things: Vec<&'static Choice>,
    /// The merchant's own fields.
    pub fields: Fields,
    /// The keys that find nothing yet: that of the merchant's own fields, while there are none.
    pub unused: Vec<&'static Keyword>,
}

impl<C, S> Language<C, S> {
    /// Reads what was typed by people of `home`.
    ///
    /// # Errors
    /// A sentence that names the part that was not understood.
    pub fn parse(&self, text: &str, home: Home) -> Result<Query, Problem> {
        let words = self.vocabulary_of(&home.fields);
        parse(text, home, &words)
    }

    /// Returns the words of the language, without the conditions, where the merchant has no fields of its own.
    pub fn vocabulary(&self) -> Vocabulary {
        self.vocabulary_of(&Fields::default())
    }

    /// Returns the words of the language for a merchant with these fields, without the conditions.
    pub fn vocabulary_of(&self, fields: &Fields) -> Vocabulary {
        let is_used = |key: &&Keyword| !key.is_of_fields() || !fields.is_empty();
        let (keywords, unused) = self.all().map(|key| &key.word).partition(is_used);
        let things = self.things.iter().copied().flatten().map(|thing| &thing.choice).collect();
        Vocabulary { keywords, things, fields: fields.clone(), unused }
    }

    /// Returns the conditions of a term of this language, of which any will do.
    pub fn ask(&self, term: &Keyed, scope: &S) -> Vec<C> {
        self.all().find(|key| key.word == *term.key).map(|key| (key.asks)(term, scope)).unwrap_or_default()
    }

    /// Returns the conditions of a term of `has:`.
    pub fn ask_things(&self, term: &Keyed, scope: &S) -> Vec<C> {
        let thing = |word: &str| self.things.iter().copied().flatten().find(|thing| thing.choice.word == word);
        term.choices().filter_map(|choice| Some((thing(choice.word)?.asks)(scope))).collect()
    }

    fn all(&self) -> impl Iterator<Item = &'static Key<C, S>> {
        self.keys.iter().copied().flatten()
    }
}

impl Vocabulary {
    /// Returns the key of a filter, with the merchant's field where it is one of those: `country`, `field.vat`.
    pub fn filter(&self, name: &str) -> Option<(&'static Keyword, Option<Own>)> {
        let (stem, own) = name.split_once('.').map_or((name, None), |(stem, own)| (stem, Some(own)));
        let key = self.keywords.iter().copied().find(|key| key.name == stem && key.is_of_fields() == own.is_some())?;
        match own {
            None => Some((key, None)),
            Some(own) => Some((key, Some(Own::Field(Box::new(self.fields.find(own)?.clone()))))),
        }
    }

    /// Returns the merchant's own fields, each with the key that comes before its own.
    pub fn own_fields(&self) -> impl Iterator<Item = (&'static Keyword, Own)> {
        let key = self.keywords.iter().copied().find(|key| key.is_of_fields());
        self.fields.iter().filter_map(move |field| Some((key?, Own::Field(Box::new(field.clone())))))
    }

    /// Returns the key of that name, in any case.
    pub fn find(&self, name: &str) -> Option<&'static Keyword> {
        self.keywords.iter().copied().find(|key| key.name.eq_ignore_ascii_case(name))
    }

    /// Returns the words that values of a kind may be, if there are only a few.
    pub fn choices(&self, values: Values) -> Option<Vec<&'static Choice>> {
        match values {
            Values::Choice(choices) => Some(choices.iter().collect()),
            Values::Things => Some(self.things.clone()),
            _ => None,
        }
    }

    /// Returns the keys whose filters are offered, in their order.
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
