//! The values of the merchant's own fields, as a customer's page shows them.

use serde_json::Value;

use crate::{
    customers::record::Record,
    values::{
        email,
        field::{Field, Fields, Kind, value},
    },
};

/// A field with the customer's value.
pub struct OwnValue {
    pub label: String,
    /// The texts: several choices have many. Each says whether it can still be chosen.
    pub texts: Vec<(String, bool)>,
    /// The address that it leads to.
    pub href: Option<String>,
    /// True for a text that people take elsewhere.
    pub is_copied: bool,
}

impl OwnValue {
    /// Returns the values of a record, in the order of the fields; those of archived fields are hidden. What is masked leads
    /// nowhere.
    pub fn all(record: &Record, fields: &Fields, is_masked: bool) -> Vec<Self> {
        let value = |field: &Field| Some(Self::new(field, record.custom.get(&field.key)?, is_masked));
        fields.iter().filter_map(value).collect()
    }

    fn new(field: &Field, stored: &Value, is_masked: bool) -> Self {
        let texts = if field.kind.has_choices() {
            value::choices_of(stored).into_iter().map(|one| (one.to_owned(), field.offers(one))).collect()
        } else {
            vec![(field.shown(stored), true)]
        };
        let href = match (field.kind, stored.as_str().filter(|_| !is_masked)) {
            (Kind::Email, Some(text)) => Some(email::link(text)),
            (Kind::Url, Some(text)) => Some(text.to_owned()),
            _ => None,
        };
        let is_copied = !is_masked && matches!(field.kind, Kind::Text | Kind::Email | Kind::Url);
        Self { label: field.label.clone(), texts, href, is_copied }
    }

    /// Returns the text to copy.
    pub fn copied(&self) -> &str {
        self.texts.first().map_or("", |(text, _)| text)
    }

    /// Returns whether it leads to a site of others.
    pub fn is_elsewhere(&self) -> bool {
        self.href.as_ref().is_some_and(|href| !href.starts_with("mailto:"))
    }
}
