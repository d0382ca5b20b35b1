//! Telling an event in words, for the log of all that happened. A feature implements [`Tells`] in its own folder for its
//! events that are about no customer; `audit` has the list of them.

use serde_json::Value;
use uuid::Uuid;

use super::{Fields, fields::value};

/// A feature that can tell its events.
pub trait Tells: Sync {
    /// Names the kinds of its events, all of which it can tell.
    fn kinds(&self) -> &'static [&'static str];

    /// Tells one of them.
    fn tell(&self, happened: &Happened) -> Option<Words>;
}

/// An event as far as words need it.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'a> {
    pub kind: &'a str,
    pub subject: Uuid,
    /// The changed fields as they were.
    pub before: &'a Fields,
    /// The changed fields as they became.
    pub after: &'a Fields,
}

/// An event in words that follow the name of who caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The icon's name.
    pub icon: &'static str,
    /// The words that say what they did: "made the API key".
    pub did: String,
    /// A fainter word about it.
    pub detail: Option<String>,
    /// The changes, field by field.
    pub changes: Vec<Change>,
}

/// One field's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The label of the field.
    pub label: String,
    /// The value before, if it was filled.
    pub before: Option<String>,
    /// The value after, if it is filled.
    pub after: Option<String>,
}

impl Words {
    /// Makes them without anything beside.
    pub fn new(icon: &'static str, did: impl Into<String>) -> Self {
        Self { icon, did: did.into(), detail: None, changes: Vec::new() }
    }

    /// Adds a fainter word.
    #[must_use]
    pub fn with_detail(self, detail: Option<String>) -> Self {
        Self { detail, ..self }
    }

    /// Adds every field that the event changed, by its label and as people read it.
    #[must_use]
    pub fn with_changes(
        self,
        happened: &Happened,
        label: impl Fn(&str) -> String,
        shown: impl Fn(&str, &Value) -> Option<String>,
    ) -> Self {
        let change = |name: &String| Change {
            label: label(name),
            before: shown(name, &value(happened.before, name)),
            after: shown(name, &value(happened.after, name)),
        };
        Self { changes: happened.after.keys().map(change).collect(), ..self }
    }
}

impl Happened<'_> {
    /// Returns a text of the fields as they became, else as they were.
    pub fn text(&self, name: &str) -> Option<String> {
        let text = |fields: &Fields| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        text(self.after).or_else(|| text(self.before))
    }
}

/// Returns a plain value as people read it.
pub fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(is) => Some(if *is { "Yes" } else { "No" }.to_owned()),
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Array(words) => {
            let words: Vec<String> = words.iter().filter_map(plain).collect();
            Some(words.join(", ")).filter(|text| !text.is_empty())
        }
        other => Some(other.to_string()),
    }
}
