//! What may take the place of the word that the caret is in, as far as the language itself tells: keys, and the values
//! that people name. Values that occur are brought by whoever reads the database.

use std::fmt;

use super::{
    Caret, Keyed, Keyword, Numbers, Own, Term, Test, Typing, Value, Values, Vocabulary, Written, caret::begins,
    key::Choice, tree::kind_of,
};
use crate::values::{CountryCode, Language, field::Field, text::begin_words};

/// Stretches of days that are often meant: the label, and the word for it.
pub const USUAL_DAYS: [(&str, &str); 9] = [
    ("Today", "today"),
    ("Yesterday", "yesterday"),
    ("This week", "this-week"),
    ("Last 7 days", "last-7d"),
    ("This month", "this-month"),
    ("Last month", "last-month"),
    ("Last 30 days", "last-30d"),
    ("Last 90 days", "last-90d"),
    ("This year", "this-year"),
];
/// Stretches of days to come that are often meant.
pub const USUAL_DAYS_TO_COME: [(&str, &str); 7] = [
    ("Today", "today"),
    ("Tomorrow", "tomorrow"),
    ("This week", "this-week"),
    ("Next 7 days", "next-7d"),
    ("This month", "this-month"),
    ("Next month", "next-month"),
    ("Next 30 days", "next-30d"),
];
/// The time of what did not happen.
pub const NEVER: (&str, &str) = ("Never", "never");
/// Amounts that are often meant.
pub const USUAL_AMOUNTS: [(&str, &str); 2] = [("Nothing", "0"), ("Anything", ">0")];
/// Numbers that are often meant.
pub const USUAL_COUNTS: [(&str, &str); 2] = [("None", "0"), ("Any", ">0")];

/// The fewest characters of a word by which a value is found whose key is not typed.
const FEWEST_OF_VALUE: usize = 3;

/// A text that may take the place of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The text: `country:` for a key, `KE` for a value, `country:KE` where no key is typed yet.
    pub text: String,
    /// The words that say what it means: "Country", "Kenya".
    pub says: String,
    /// The term that it makes, when nothing is to be typed behind it.
    pub term: Option<Term>,
}

/// The number of rows that a completion finds, as far as it was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    Exactly(i64),
    AtLeast(i64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Exactly(number) | Self::AtLeast(number)) = *self;
        let more = if matches!(self, Self::AtLeast(_)) { "+" } else { "" };
        match number {
            1_000.. => write!(f, "{},{:03}{more}", number / 1_000, number % 1_000),
            _ => write!(f, "{number}{more}"),
        }
    }
}

impl Caret {
    /// Returns the keys and values that the language knows for what is typed, in its order.
    pub fn completions(&self, words: &Vocabulary) -> Vec<Completion> {
        match &self.typing {
            Typing::Word(typed) => {
                let named = |key: &&&Keyword| begins(key.name, typed);
                let titled = |key: &&&Keyword| !named(key) && begin_words(typed, key.title);
                let keys = words.keywords.iter().filter(named).chain(words.keywords.iter().filter(titled));
                let keys = keys.map(|key| Completion::of_key(key));
                keys.chain(fields(words, typed)).chain(choices_of_any(words, typed)).collect()
            }
            Typing::Own { key, typed } if key.is_of_fields() => fields(words, typed),
            Typing::Own { .. } => Vec::new(),
            Typing::Value { key, own, typed, others } => {
                let kind = kind_of(key, own.as_ref());
                let offered = usual(key, kind, words).into_iter().filter(|one| !is_among(kind, others, &one.value));
                offered.filter(|one| one.is_meant(typed)).map(|one| one.completion(key, own.as_ref())).collect()
            }
        }
    }

    /// Returns whether only something offered can be meant: a value is typed that the language does not understand, or
    /// none where a few can be named. `values` are those that occur.
    pub fn needs_completion(&self, words: &Vocabulary, values: &[String]) -> bool {
        let Typing::Value { key, own, typed, .. } = &self.typing else { return false };
        let kind = kind_of(key, own.as_ref());
        let has_few = matches!(
            kind,
            Values::Choice(_) | Values::Things | Values::Country | Values::Language | Values::Currency | Values::Own
        );
        if typed.is_empty() {
            return has_few;
        }
        match (words.choices(kind), kind) {
            (Some(choices), _) => !choices.iter().any(|choice| choice.is_meant(typed)),
            (None, Values::Own) => !values.contains(typed),
            (None, Values::Customers) => false,
            (None, _) => value(kind, typed).is_none(),
        }
    }

    /// Returns those of the values that occur behind `key` that fit what is typed. `own` is the merchant's own key.
    pub fn occurring(&self, key: &'static Keyword, own: Option<&Own>, values: &[String]) -> Vec<Completion> {
        let kind = kind_of(key, own);
        let (typed, behind_key) = match &self.typing {
            Typing::Word(typed) if typed.chars().count() < FEWEST_OF_VALUE => return Vec::new(),
            Typing::Word(typed) => (typed, false),
            Typing::Own { .. } => return Vec::new(),
            Typing::Value { typed, .. } => (typed, true),
        };
        let others: &[String] = if let Typing::Value { others, .. } = &self.typing { others } else { &[] };
        let completion = |text: &String| {
            let value = value(kind, text).filter(|value| !is_among(kind, others, value))?;
            let name = name(&value);
            let fits = begins(text, typed) && behind_key || begin_words(typed, name.as_deref().unwrap_or(text));
            let keyed = Keyed { key, own: own.cloned(), values: vec![value] };
            fits.then(|| Completion::of_term(keyed, name.unwrap_or_default(), behind_key))
        };
        values.iter().filter_map(completion).collect()
    }

    /// Returns those of the merchant's own keys that fit what is typed, behind the key `key`.
    pub fn own_keys(&self, key: &'static Keyword, names: &[String]) -> Vec<Completion> {
        let typed = match &self.typing {
            Typing::Word(typed) | Typing::Own { typed, .. } => typed,
            Typing::Value { .. } => return Vec::new(),
        };
        let completion = |name: &String| Completion {
            text: format!("{}.{name}:", key.name),
            says: key.title.to_owned(),
            term: None,
        };
        names.iter().filter(|name| begins(name, typed)).map(completion).collect()
    }

    /// Returns `text` with a completion in the place of the word, and the byte behind it.
    pub fn completed(&self, text: &str, completion: &Completion) -> (String, usize) {
        let (before, behind) = (&text[..self.span.start], &text[self.span.end..]);
        // Behind a whole term the next word begins.
        let gap = if completion.term.is_some() && behind.is_empty() { " " } else { "" };
        let upto = format!("{before}{}{gap}", completion.text);
        let at = upto.len();
        (upto + behind, at)
    }
}

impl Term {
    /// Makes the term of one value as it is stored; nothing if the key has no such values.
    pub fn of_value(key: &'static Keyword, own: Option<&Own>, text: &str) -> Option<Self> {
        let values = vec![value(kind_of(key, own), text)?];
        Some(Self::of(Test::Keyed(Keyed { key, own: own.cloned(), values })))
    }
}

impl Completion {
    fn of_key(key: &'static Keyword) -> Self {
        Self {
            text: if key.is_own() { format!("{}.", key.name) } else { format!("{}:", key.name) },
            says: key.title.to_owned(),
            term: None,
        }
    }

    fn of_term(keyed: Keyed, says: String, behind_key: bool) -> Self {
        let term = Term::of(Test::Keyed(keyed));
        let value = term.values().pop().unwrap_or_default();
        let text = if behind_key { Written(&value).to_string() } else { term.to_string() };
        Self { text, says, term: Some(term) }
    }
}

/// A value that the language offers.
struct Usual {
    value: Value,
    label: &'static str,
    also: &'static [&'static str],
}

impl Usual {
    fn of(choice: &'static Choice) -> Self {
        Self { value: Value::Choice(choice), label: choice.label, also: choice.also }
    }

    fn is_meant(&self, typed: &str) -> bool {
        let words = || std::iter::once(self.label).chain(self.also.iter().copied());
        begins(&self.value.text(), typed) || words().any(|word| begin_words(typed, word))
    }

    fn completion(self, key: &'static Keyword, own: Option<&Own>) -> Completion {
        Completion::of_term(Keyed { key, own: own.cloned(), values: vec![self.value] }, self.label.to_owned(), true)
    }
}

/// Returns the merchant's own fields whose key or label begins so.
fn fields(words: &Vocabulary, typed: &str) -> Vec<Completion> {
    let Some(key) = words.keywords.iter().find(|key| key.is_of_fields()) else { return Vec::new() };
    let is_meant = |field: &&Field| begins(&field.key, typed) || begin_words(typed, &field.label);
    let completion = |field: &Field| Completion {
        text: format!("{}.{}:", key.name, field.key),
        says: field.label.clone(),
        term: None,
    };
    words.fields.iter().filter(is_meant).map(completion).collect()
}

fn usual(key: &Keyword, kind: Values, words: &Vocabulary) -> Vec<Usual> {
    if let Some(choices) = words.choices(kind) {
        return choices.into_iter().map(Usual::of).collect();
    }
    let read = |pairs: &[(&'static str, &'static str)]| {
        let usual =
            |(label, text): &(&'static str, &'static str)| Some(Usual { value: value(kind, text)?, label, also: &[] });
        pairs.iter().filter_map(usual).collect()
    };
    match kind {
        Values::Days if key.may_be_never => read(&[key.usual_days(), &[NEVER]].concat()),
        Values::Days => read(key.usual_days()),
        Values::Amounts => read(&USUAL_AMOUNTS),
        Values::Counts(_) => read(&USUAL_COUNTS),
        Values::Customers => vec![Usual { value: Value::Nobody, label: "Without a customer", also: &["nobody"] }],
        _ => Vec::new(),
    }
}

/// Returns the choices of all keys that a word without a key begins: "deleted" is a status.
fn choices_of_any(words: &Vocabulary, typed: &str) -> Vec<Completion> {
    if typed.chars().count() < FEWEST_OF_VALUE {
        return Vec::new();
    }
    let of_key = |key: &'static Keyword| {
        let choices = words.choices(key.values).unwrap_or_default().into_iter();
        choices.map(Usual::of).filter(|one| one.is_meant(typed)).map(move |one| {
            let label = one.label.to_owned();
            Completion::of_term(Keyed { key, own: None, values: vec![one.value] }, label, false)
        })
    };
    words.keywords.iter().flat_map(|key| of_key(key)).collect()
}

/// Returns whether a value is among these texts.
fn is_among(kind: Values, texts: &[String], wanted: &Value) -> bool {
    texts.iter().any(|text| *text == wanted.text() || value(kind, text).as_ref() == Some(wanted))
}

/// Reads a value as it is stored; nothing if there are no such values of the kind.
fn value(kind: Values, text: &str) -> Option<Value> {
    match kind {
        Values::Country => CountryCode::parse(text).ok().map(Value::Country),
        Values::Language => Language::parse(text).ok().map(Value::Language),
        Values::Currency => crate::values::Currency::parse(text).ok().map(Value::Currency),
        Values::Own | Values::Exact | Values::Words => Some(Value::Text(text.to_owned())),
        Values::Days if text == NEVER.1 => Some(Value::Never),
        Values::Days => super::Period::parse(text).ok().map(Value::Period),
        Values::Numbers => Numbers::parse(text).ok().map(Value::Numbers),
        // Nothing and anything are the same in every currency.
        Values::Amounts | Values::Counts(_) => super::Amounts::parse_counts(text).ok().map(Value::Amounts),
        _ => None,
    }
}

/// Returns the name of what has a code.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::Country(country) => Some(country.name().to_owned()),
        Value::Language(language) => Some(language.name().to_owned()),
        Value::Currency(currency) => Some(currency.name().to_owned()),
        _ => None,
    }
}
