//! A value behind a key: how it is read, written back and shown in a chip.

use super::{Amounts, Numbers, Period, key::Choice};
use crate::{
    ids::{AnyId, CustomerId},
    values::{CountryCode, Currency, Language, Phone, phone},
};

/// A value that was read behind a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words, or a text as it is stored.
    Text(String),
    /// One of a few words.
    Choice(&'static Choice),
    Country(CountryCode),
    Language(Language),
    Currency(Currency),
    Period(Period),
    /// No time at all: it did not happen.
    Never,
    /// Amounts or numbers.
    Amounts(Amounts),
    Numbers(Numbers),
    /// An email, or what is known of it.
    Email(EmailPattern),
    /// Digits in a row in a phone, those of the whole number when it was one.
    Phone(String),
    /// The end of a card or bank account, in capitals.
    Last4(String),
    Customer(CustomerId),
    /// The ID of something else.
    Id(AnyId),
    /// Nobody, or nothing: what has no customer, or no ID of that kind.
    Nobody,
}

/// The condition on an email; case does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailPattern {
    /// The whole email, where `*` stands for anything.
    Glob(String),
    /// The whole email.
    Whole(String),
    /// Any part of it.
    Part(String),
}

impl EmailPattern {
    /// Makes the pattern of a text, by its signs.
    pub fn of(text: String) -> Self {
        match (text.contains('*'), text.contains('@')) {
            (true, _) => Self::Glob(text),
            (false, true) => Self::Whole(text),
            (false, false) => Self::Part(text),
        }
    }

    /// Returns whether it asks for what follows the “@” alone.
    pub fn is_of_domain(&self) -> bool {
        matches!(self, Self::Glob(glob) if glob.strip_prefix("*@").is_some_and(|domain| !domain.contains('@')))
    }

    /// Returns the text as typed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Glob(text) | Self::Whole(text) | Self::Part(text) => text,
        }
    }
}

impl Value {
    /// Returns the value as typed, without quotes.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Last4(text) => text.clone(),
            Self::Choice(choice) => choice.word.to_owned(),
            Self::Country(country) => country.to_string(),
            Self::Language(language) => language.to_string(),
            Self::Currency(currency) => currency.to_string(),
            Self::Period(period) => period.to_string(),
            Self::Never => "never".to_owned(),
            Self::Amounts(amounts) => amounts.to_string(),
            Self::Numbers(numbers) => numbers.to_string(),
            Self::Email(pattern) => pattern.as_str().to_owned(),
            // With the +, so that a number of another country is not read as one of this.
            Self::Phone(digits) => format!("{}{digits}", if is_whole(digits) { "+" } else { "" }),
            Self::Customer(id) => id.to_string(),
            Self::Id(id) => id.to_string(),
            Self::Nobody => "none".to_owned(),
        }
    }

    /// Returns the text, if it is words or a text as it is stored.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the text in a chip, where `own` is the currency of amounts without one; `None` for what is no money.
    pub(super) fn label(&self, own: Option<Currency>) -> String {
        match self {
            Self::Text(text) => format!("“{text}”"),
            Self::Choice(choice) => choice.says.to_owned(),
            Self::Country(country) => country.name().to_owned(),
            Self::Language(language) => language.name().to_owned(),
            Self::Period(period) => period.label(),
            Self::Amounts(amounts) => own.map_or_else(|| amounts.count_label(), |own| amounts.money_label(own)),
            Self::Numbers(numbers) => numbers.label(),
            Self::Email(EmailPattern::Part(part)) => format!("with “{part}”"),
            Self::Email(EmailPattern::Glob(glob)) => format!("like {glob}"),
            Self::Phone(digits) if is_whole(digits) => phone::pretty(&format!("+{digits}")),
            Self::Phone(digits) => digits.clone(),
            other => other.text(),
        }
    }
}

/// Returns whether these are the digits of a whole number with its country code.
pub fn is_whole(digits: &str) -> bool {
    let anywhere = CountryCode::all().next();
    let read = anywhere.and_then(|country| Phone::search_digits(&format!("+{digits}"), country));
    read.is_some_and(|read| read == digits)
}
