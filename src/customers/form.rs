//! The form of a customer: the text as typed or stored, with the errors, in the shape that the templates draw.

use std::collections::BTreeSet;

use super::{
    input::MOST_ADDRESSES,
    lookalikes::AGREED,
    record::{ADDRESS, FIELD, METADATA},
};
use crate::{
    form::Form,
    input::FormFields,
    values::{
        address::{KINDS, PARTS, part_label},
        country::CountryCode,
        language::Language,
    },
};

/// Returns what was sent, filled up with what is stored. A box that is not ticked is not sent either, so a box stays
/// unticked where any field of its address was sent.
pub fn over_stored(sent: FormFields, stored: FormFields) -> FormFields {
    let group = |name: &str| name.rsplit_once('.').map(|(group, _)| group.to_owned());
    let groups: BTreeSet<String> = sent.0.iter().filter_map(|(name, _)| group(name)).collect();
    let is_box = |name: &str| {
        name.starts_with(ADDRESS)
            && name.ends_with(".is_default")
            && group(name).is_some_and(|own| groups.contains(&own))
    };
    let stored = stored.0.into_iter().filter(|(name, _)| !is_box(name)).collect();
    sent.over(FormFields(stored))
}

/// A metadata key with its value; a new one has its key still to be typed.
pub struct MetadataRow {
    /// Its number among the rows, for ids.
    pub n: String,
    pub key: String,
    pub value: String,
    /// The error of the key, for a new one.
    pub key_error: Option<String>,
    /// The error of the value.
    pub error: Option<String>,
}

/// An address in the form.
pub struct AddressRow {
    /// Its id, or a word for a new one.
    pub reference: String,
    /// `billing` or `shipping`.
    pub kind: String,
    /// True when it is chosen as default.
    pub is_default: bool,
    /// True when it is marked to be removed.
    pub removed: bool,
    /// True when it is stored already.
    pub stored: bool,
    pub parts: Vec<Part>,
}

/// One text of an address.
pub struct Part {
    /// `line1` and so on.
    pub part: &'static str,
    /// The field's name and id.
    pub field: String,
    /// The label.
    pub label: &'static str,
    /// The text as typed.
    pub value: String,
    /// The error.
    pub error: Option<String>,
}

impl Form {
    /// Returns whether the part of the form that starts folded holds anything.
    pub fn has_more(&self) -> bool {
        let core = ["name", "email", "phone", "version", "key", "as", "account", "kind", AGREED, "restore", "for"];
        let is_core = |name: &str| core.contains(&name) || name.starts_with(FIELD);
        let filled = self.typed.0.iter().any(|(name, text)| {
            !is_core(name) && !text.is_empty() && !name.ends_with(".kind") && !name.ends_with(".is_default")
        });
        filled || self.errors.all().iter().any(|error| error.field == "kind" || !is_core(&error.field))
    }

    /// Returns the metadata keys that are stored.
    pub fn metadata(&self) -> Vec<MetadataRow> {
        let row = |(key, value): (&str, &str)| MetadataRow {
            n: key.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
            key_error: None,
            error: self.error(&format!("{METADATA}{key}")).map(str::to_owned),
        };
        self.typed.under(METADATA).map(row).collect()
    }

    /// Returns the new metadata keys as typed, and an empty row when one more was asked for.
    pub fn new_metadata(&self) -> Vec<MetadataRow> {
        let (keys, values) = (self.typed.every("metadata_key"), self.typed.every("metadata_value"));
        let wanted = keys.len() + usize::from(self.typed.first("add") == Some("metadata"));
        let text = |texts: &[&str], n: usize| texts.get(n).copied().unwrap_or_default().to_owned();
        let error = |name: &str, n: usize| self.error(&format!("{name}_{n}")).map(str::to_owned);
        let row = |n: usize| MetadataRow {
            n: n.to_string(),
            key: text(&keys, n),
            value: text(&values, n),
            key_error: error("metadata_key", n),
            error: error("metadata_value", n),
        };
        (0..wanted).map(row).collect()
    }

    /// Returns the addresses, stored ones first, and an empty one when one more was asked for.
    pub fn addresses(&self) -> Vec<AddressRow> {
        let mut references: Vec<&str> = Vec::new();
        for (name, _) in self.typed.under(ADDRESS) {
            let reference = name.split('.').next().unwrap_or(name);
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
        let mut rows: Vec<AddressRow> =
            references.iter().take(MOST_ADDRESSES).map(|reference| self.address(reference)).collect();
        if self.typed.first("add") == Some("address") {
            rows.push(self.address(&format!("new{}", rows.len() + 1)));
        }
        rows
    }

    /// Returns the address of the form with that reference.
    pub fn address(&self, reference: &str) -> AddressRow {
        let field = |part: &str| format!("{ADDRESS}{reference}.{part}");
        let part = |part: &'static str| Part {
            part,
            label: part_label(part),
            value: if part == "country" { self.country(&field(part)) } else { self.text(&field(part)).to_owned() },
            error: self.error(&field(part)).map(str::to_owned),
            field: field(part),
        };
        AddressRow {
            reference: reference.to_owned(),
            kind: self.text(&field("kind")).to_owned(),
            is_default: self.typed.every(&field("is_default")).iter().any(|text| !text.is_empty()),
            removed: self.typed.first(&field("remove")).is_some(),
            stored: reference.starts_with("addr_"),
            parts: PARTS.into_iter().map(part).collect(),
        }
    }

    /// Returns the code of a country whose code or name was typed, for the list to choose it; else what was typed.
    fn country(&self, field: &str) -> String {
        let typed = self.text(field);
        CountryCode::parse(typed).map_or_else(|_| typed.to_owned(), |country| country.to_string())
    }

    /// Returns an empty address, for the script to copy.
    pub fn blank_address(&self) -> AddressRow {
        Self::default().address("__n__")
    }

    /// Returns the kinds of addresses.
    pub fn address_kinds(&self) -> [(&'static str, &'static str); 2] {
        KINDS
    }

    /// Returns the code and name of every country.
    pub fn countries(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        CountryCode::all().map(|country| (country.as_str(), country.name()))
    }

    /// Returns the code and name of every language.
    pub fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        Language::all().map(|language| (language.as_str(), language.name()))
    }
}

impl MetadataRow {
    /// Returns an empty row, for the script to copy.
    pub fn blank() -> Self {
        Self { n: "__n__".to_owned(), key: String::new(), value: String::new(), key_error: None, error: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_stays_unticked_where_its_address_was_sent() {
        let pairs = |text: &str| FormFields::parse(text.as_bytes()).unwrap();
        let stored = pairs("name=Nia&address.a.city=Voi&address.a.is_default=on&address.b.is_default=on");
        let merged = over_stored(pairs("address.a.city=Lamu"), stored);
        assert_eq!(merged, pairs("address.a.city=Lamu&name=Nia&address.b.is_default=on"));
    }
}
