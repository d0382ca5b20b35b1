//! A field of the merchant's own, as every request knows it: what its values are, and how they are asked for. The
//! feature `custom_fields` defines fields; a record has their values.

pub mod value;

use std::sync::Arc;

use serde::Deserialize;

/// The most fields of an account that are not archived.
pub const MOST_FIELDS: usize = 50;

/// The beginning of the name of a field's values in a form, in events and in searches, before its key.
pub const PREFIX: &str = "field.";

/// The most characters of a key.
const LONGEST_KEY: usize = 40;

/// A field's key. It is kept in place, so that what names a field stays as cheap to copy as a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FieldKey {
    bytes: [u8; LONGEST_KEY],
    length: usize,
}

impl FieldKey {
    /// Reads a key: 1 to 40 of `a-z`, `0-9` and `_`, beginning with a letter.
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let mut bytes = [0; LONGEST_KEY];
        bytes.get_mut(..text.len()).filter(|_| is_key)?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: text.len() })
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl std::fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind of a field's values. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text.
    Text,
    /// A number with at most six digits after the point.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// An amount with its currency.
    Money,
    /// One of a few words.
    Choice,
    /// Any of a few words.
    Choices,
    Email,
    /// An address that begins with `https://` or `http://`.
    Url,
}

impl Kind {
    /// All of them, as they are offered.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Number,
        Self::Integer,
        Self::Boolean,
        Self::Date,
        Self::Money,
        Self::Choice,
        Self::Choices,
        Self::Email,
        Self::Url,
    ];

    /// Returns the word as stored, sent and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Money => "money",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Email => "email",
            Self::Url => "url",
        }
    }

    /// Returns the words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Integer => "Whole number",
            Self::Boolean => "Yes or no",
            Self::Date => "Date",
            Self::Money => "Amount of money",
            Self::Choice => "One choice",
            Self::Choices => "Several choices",
            Self::Email => "Email",
            Self::Url => "Web address",
        }
    }

    /// Returns whether its values stand in an order that a list can be sorted by.
    pub fn has_order(self) -> bool {
        matches!(self, Self::Text | Self::Number | Self::Integer | Self::Date | Self::Money)
    }

    /// Returns whether a value may be any text, with whatever is private in it.
    pub fn is_free_text(self) -> bool {
        matches!(self, Self::Text | Self::Email | Self::Url)
    }

    /// Returns whether its values are aligned at their end, so that digits are below each other.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer | Self::Date | Self::Money)
    }

    /// Returns whether its values are chosen from a list.
    pub fn has_choices(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kind = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        kind.ok_or_else(|| format!("Use one of {}.", Self::ALL.map(Self::as_str).join(", ")))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A field, without its identity and history.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Field {
    /// The name in searches, the API and events: 1 to 40 of `a-z`, `0-9` and `_`, beginning with a letter. It never
    /// changes.
    pub key: String,
    /// The name that people read, of 1 to 60 characters.
    pub label: String,
    /// A line of help below the input, of at most 200 characters.
    pub help: Option<String>,
    pub kind: Kind,
    /// The choices that are offered, in their order; a record may still have one that no longer is.
    pub choices: Vec<String>,
    /// The least value, written as values are; of a text the fewest characters.
    pub least: Option<String>,
    /// The greatest value, written as values are; of a text the most characters.
    pub most: Option<String>,
    /// True when a customer must have a value.
    pub is_required: bool,
    /// True when the list of customers shows it to who chose no columns.
    pub is_listed: bool,
    /// True when it is asked for when a customer is created. Required fields always are.
    pub in_form: bool,
}

/// The fields of an account that are not archived, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Arc<[Field]>);

impl Field {
    /// Returns the name of its values in a form, in events and in searches: `field.vat`.
    pub fn name(&self) -> String {
        format!("{PREFIX}{}", self.key)
    }
}

impl Fields {
    /// Returns the field of that key.
    pub fn find(&self, key: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.key == key)
    }
}

impl std::ops::Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.0
    }
}

impl FromIterator<Field> for Fields {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}
