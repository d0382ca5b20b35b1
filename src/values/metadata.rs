//! Metadata is a customer's (or another record's) own small set of key and value texts, which the merchant's systems
//! read and write.

use std::{collections::BTreeMap, fmt};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Jsonb,
};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::text::{self, TextError};
use crate::{codes::Code, reason::Reason};

/// At most 50 keys with a value each, in the order of the keys; see [`Metadata::set`] for what they may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = Jsonb)]
pub struct Metadata(BTreeMap<String, String>);

/// The error of one pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataError {
    /// The key, as given.
    pub key: String,
    /// The problem with the key or its value.
    pub problem: MetadataProblem,
}

/// The problem in a [`MetadataError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetadataProblem {
    /// The key is not 1 to 40 of the characters allowed.
    Key,
    /// There are 50 keys already.
    TooMany,
    /// The value is not a text that can be kept.
    Value(TextError),
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = shown(&self.key);
        match self.problem {
            MetadataProblem::Key if key.is_empty() => {
                f.write_str("Give each value a key of 1 to 40 letters, digits, “_”, “.” or “-”.")
            }
            MetadataProblem::Key => {
                write!(f, "“{key}” cannot be a key. Use 1 to 40 letters without accents, digits, “_”, “.” or “-”.")
            }
            MetadataProblem::TooMany => {
                write!(f, "There are already {} keys. Remove one before you add “{key}”.", Metadata::MAX_KEYS)
            }
            MetadataProblem::Value(error) => {
                write!(f, "The value of “{key}” cannot be kept. {error}")
            }
        }
    }
}

impl std::error::Error for MetadataError {}

impl From<MetadataError> for Reason {
    fn from(err: MetadataError) -> Self {
        let code = match err.problem {
            MetadataProblem::Key => Code::MetadataKeyInvalid,
            MetadataProblem::TooMany => Code::TooMany,
            MetadataProblem::Value(value) => Self::from(value).code,
        };
        code.says(err.to_string())
    }
}

impl Metadata {
    /// The most keys.
    pub const MAX_KEYS: usize = 50;
    /// The most characters of a key.
    pub const MAX_KEY_CHARS: usize = 40;
    /// The most characters of a value, after cleaning.
    pub const MAX_VALUE_CHARS: usize = 500;

    /// Reads pairs as typed, in their order; one without a value counts as not given. Returns all errors at once.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<MetadataError>> {
        let mut metadata = Self::default();
        let set = |(key, value)| metadata.set(key, value).err();
        let errors: Vec<_> = pairs.into_iter().filter_map(set).collect();
        if errors.is_empty() { Ok(metadata) } else { Err(errors) }
    }

    /// Sets a key (1 to 40 of `A–Z a–z 0–9 _ . -`) to a value, cleaned as a line of at most 500 characters without card
    /// numbers. An empty value removes the key.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), MetadataError> {
        let error = |problem| MetadataError { key: key.to_owned(), problem };
        if !is_key(key) {
            return Err(error(MetadataProblem::Key));
        }
        let value =
            text::free_line(value, Self::MAX_VALUE_CHARS).map_err(|problem| error(MetadataProblem::Value(problem)))?;
        let Some(value) = value else {
            self.0.remove(key);
            return Ok(());
        };
        if !self.0.contains_key(key) && self.0.len() >= Self::MAX_KEYS {
            return Err(error(MetadataProblem::TooMany));
        }
        self.0.insert(key.to_owned(), value);
        Ok(())
    }

    /// Returns the value of a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Returns the pairs, in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pairs = BTreeMap::<String, String>::deserialize(deserializer)?;
        Self::parse(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
            .map_err(|errors| de::Error::custom(&errors[0]))
    }
}

impl ToSql<Jsonb, Pg> for Metadata {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let json = serde_json::to_value(self)?;
        ToSql::<Jsonb, Pg>::to_sql(&json, &mut out.reborrow())
    }
}

/// Reads without checks: a stored text was checked when it came in, perhaps by older rules.
impl FromSql<Jsonb, Pg> for Metadata {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let json = <serde_json::Value as FromSql<Jsonb, Pg>>::from_sql(bytes)?;
        Ok(Self(serde_json::from_value(json)?))
    }
}

/// Returns whether a text can be a key, here and in `metadata.KEY:value` in a search.
pub fn is_key(key: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    (1..=Metadata::MAX_KEY_CHARS).contains(&key.len()) && key.bytes().all(allowed)
}

/// Returns a key as an error names it: whatever was sent, kept short and visible.
fn shown(key: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let start: String = key.chars().take(Metadata::MAX_KEY_CHARS).map(visible).collect();
    if key.chars().count() > Metadata::MAX_KEY_CHARS { start + "…" } else { start }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> Metadata {
        let mut metadata = Metadata::default();
        for n in 0..Metadata::MAX_KEYS {
            metadata.set(&format!("key{n}"), "x").unwrap();
        }
        metadata
    }

    #[test]
    fn keeps_cleaned_values_in_the_order_of_the_keys() {
        let metadata = Metadata::parse([("plan", " gold \n plus "), ("A.b-c_1", "é"), ("none", " ")]).unwrap();
        assert_eq!(metadata.iter().collect::<Vec<_>>(), [("A.b-c_1", "é"), ("plan", "gold plus")]);
        assert_eq!((metadata.value("plan"), metadata.value("none")), (Some("gold plus"), None));
    }

    #[test]
    fn an_empty_value_removes_the_key() {
        let mut metadata = full();
        metadata.set("key0", "").unwrap();
        metadata.set("unknown", "").unwrap();
        assert_eq!(metadata.len(), 49);
        metadata.set("new", "x").unwrap();
        assert_eq!(metadata.len(), 50);
    }

    #[test]
    fn refuses_and_names_the_key() {
        let long = "k".repeat(41);
        for (key, value, sentence) in [
            ("", "x", "Give each value a key of 1 to 40 letters, digits, “_”, “.” or “-”."),
            ("a b", "x", "“a b” cannot be a key. Use 1 to 40 letters without accents, digits, “_”, “.” or “-”."),
            ("clé", "x", "“clé” cannot be a key. Use 1 to 40 letters without accents, digits, “_”, “.” or “-”."),
            ("51st", "x", "There are already 50 keys. Remove one before you add “51st”."),
            (
                "key1",
                "4242 4242 4242 4242",
                "The value of “key1” cannot be kept. There is what looks like a card number in it. Remove it; a card belongs under payment methods.",
            ),
        ] {
            assert_eq!(full().set(key, value).unwrap_err().to_string(), sentence);
        }
        assert_eq!(full().set(&long, "x").unwrap_err().problem, MetadataProblem::Key);
        assert!(full().set(&"k".repeat(10_000), "x").unwrap_err().to_string().len() < 300);
        let too_long = TextError::TooLong { max: 500, has: 501 };
        assert_eq!(full().set("key1", &"v".repeat(501)).unwrap_err().problem, MetadataProblem::Value(too_long));
        assert_eq!(Metadata::parse([("a b", "x"), ("c", "\0"), ("d", "x")]).unwrap_err().len(), 2);
    }

    #[test]
    fn a_refused_change_changes_nothing() {
        let mut metadata = full();
        assert!(metadata.set("key1", "4242424242424242").is_err());
        assert_eq!(metadata, full());
    }

    #[test]
    fn is_an_object_of_texts_in_json() {
        let metadata = Metadata::parse([("b", "2"), ("a", "1")]).unwrap();
        let json = serde_json::to_string(&metadata).unwrap();
        assert_eq!(json, r#"{"a":"1","b":"2"}"#);
        assert_eq!(serde_json::from_str::<Metadata>(&json).unwrap(), metadata);
        assert!(serde_json::from_str::<Metadata>(r#"{"a":1}"#).is_err());
        let error = serde_json::from_str::<Metadata>(r#"{"a b":"1"}"#).unwrap_err();
        assert!(error.to_string().contains("“a b”"));
    }

    proptest! {
        #[test]
        fn any_pair_is_answered(key in any::<String>(), value in any::<String>()) {
            if let Err(error) = Metadata::default().set(&key, &value) {
                prop_assert!(!error.to_string().chars().any(char::is_control));
            }
        }
    }
}
