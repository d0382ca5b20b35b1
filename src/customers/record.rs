//! A record: the values of a customer's fields, how two records compare, and how one becomes another.
//!
//! [`Record::fields`] takes it apart into named values. The names are those of the form, of events and of the search
//! language (`email`, `metadata.tier`, `address.addr_…`). Comparing, merging two people's edits and undo all work on
//! those.

use super::addresses::{self, Addresses};
use crate::{
    events::Fields,
    ids::AddressId,
    values::{
        Address, address,
        curtain::Curtain,
        field::{self, Fields as CustomFields},
        phone,
    },
};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The prefix of a metadata key.
pub const METADATA: &str = "metadata.";
/// The prefix of the key of one of the merchant's own fields.
pub use field::PREFIX as FIELD;
/// The prefix of an address's id.
pub const ADDRESS: &str = "address.";

/// A phone as stored: for machines and as the person wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonePair {
    /// The number in E.164.
    pub e164: String,
    /// The text as typed.
    pub typed: String,
}

/// The values of a customer's fields. Every text in it was checked when it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// `person` or `organization`.
    pub kind: String,
    /// The name that lists show and sort by.
    pub name: Option<String>,
    /// The name for receipts.
    pub first_name: Option<String>,
    /// The name for receipts.
    pub last_name: Option<String>,
    /// The company where they work.
    pub company: Option<String>,
    /// The text as typed.
    pub email: Option<String>,
    /// The phone in both forms.
    pub phone: Option<PhonePair>,
    /// The language by ISO 639-1.
    pub language: Option<String>,
    pub description: Option<String>,
    /// The merchant's own id.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    pub metadata: BTreeMap<String, String>,
    /// The values of the merchant's own fields, by key; of archived ones too.
    pub custom: BTreeMap<String, Value>,
    /// The addresses by id.
    pub addresses: Addresses,
}

/// The texts of a record: field name and label.
pub const TEXT_FIELDS: [(&str, &str); 8] = [
    ("name", "Name"),
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("company", "Company"),
    ("email", "Email"),
    ("language", "Language"),
    ("description", "Description"),
    ("reference", "Your reference"),
];

impl Record {
    /// Returns a person without anything filled.
    pub fn blank() -> Self {
        Self { kind: "person".to_owned(), ..Self::default() }
    }

    /// Hides what is private in it. What is left is for people to read, never to be stored.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        let hidden = |text: Option<String>| text.map(|text| curtain.text(&text));
        let phone =
            |phone: PhonePair| PhonePair { e164: curtain.phone(&phone.e164), typed: curtain.phone(&phone.e164) };
        match curtain {
            Curtain::Open => self,
            Curtain::Drawn => Self {
                kind: self.kind,
                name: hidden(self.name),
                first_name: hidden(self.first_name),
                last_name: hidden(self.last_name),
                company: hidden(self.company),
                email: self.email.map(|email| curtain.email(&email)),
                phone: self.phone.map(phone),
                language: self.language,
                description: hidden(self.description),
                reference: self.reference.map(|reference| curtain.emails(&reference)),
                metadata: self.metadata.into_iter().map(|(key, value)| (key, curtain.text(&value))).collect(),
                custom: self.custom.into_iter().map(|(key, value)| (key, curtain.json("", &value))).collect(),
                addresses: self.addresses.into_iter().map(|(id, one)| (id, curtain.address(&one))).collect(),
            },
        }
    }

    /// Returns a text by its name in [`TEXT_FIELDS`].
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = match name {
            "name" => &self.name,
            "first_name" => &self.first_name,
            "last_name" => &self.last_name,
            "company" => &self.company,
            "email" => &self.email,
            "language" => &self.language,
            "description" => &self.description,
            "reference" => &self.reference,
            _ => &None,
        };
        text.as_deref()
    }

    fn set_text(&mut self, name: &str, text: Option<String>) {
        match name {
            "name" => self.name = text,
            "first_name" => self.first_name = text,
            "last_name" => self.last_name = text,
            "company" => self.company = text,
            "email" => self.email = text,
            "language" => self.language = text,
            "description" => self.description = text,
            "reference" => self.reference = text,
            _ => {}
        }
    }

    /// Returns the country that lists show: that of the default billing address.
    pub fn country(&self) -> Option<&str> {
        let mut billing = self.addresses.values().filter(|address| address.kind == "billing" && address.is_default);
        billing.next().and_then(|address| address.country.as_deref())
    }

    /// Returns all values that are filled, by name.
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::from([("kind".to_owned(), json!(self.kind))]);
        for (name, _) in TEXT_FIELDS {
            if let Some(text) = self.text(name) {
                fields.insert(name.to_owned(), json!(text));
            }
        }
        if let Some(phone) = &self.phone {
            fields.insert("phone".to_owned(), json!(phone));
        }
        fields.extend(self.metadata.iter().map(|(key, value)| (format!("{METADATA}{key}"), json!(value))));
        fields.extend(self.custom.iter().map(|(key, value)| (format!("{FIELD}{key}"), value.clone())));
        fields.extend(self.addresses.iter().map(|(id, address)| (format!("{ADDRESS}{id}"), json!(address))));
        fields
    }

    /// Returns this record with `change` applied; `null` clears, and the parts of an address that are not named stay.
    pub fn with(&self, change: &Fields) -> Self {
        self.with_whole(&completed(change, &self.fields()))
    }

    /// Works like [`Record::with`], for a change with its addresses whole. Values that depend on other fields are derived
    /// anew: a name from first and last name, one default address of each kind.
    pub fn with_whole(&self, change: &Fields) -> Self {
        let mut record = self.clone();
        for (name, value) in change {
            record.set(name, value);
        }
        if record.name.is_none() {
            let parts =
                [&record.first_name, &record.last_name].into_iter().filter_map(Option::as_deref).collect::<Vec<_>>();
            record.name = (!parts.is_empty()).then(|| parts.join(" "));
        }
        addresses::settle_defaults(&mut record.addresses, &self.addresses);
        record
    }

    fn set(&mut self, name: &str, value: &Value) {
        let text = value.as_str().map(str::to_owned);
        if let Some(key) = name.strip_prefix(METADATA) {
            match text {
                Some(text) => self.metadata.insert(key.to_owned(), text),
                None => self.metadata.remove(key),
            };
        } else if let Some(key) = name.strip_prefix(FIELD) {
            match value {
                Value::Null => self.custom.remove(key),
                value => self.custom.insert(key.to_owned(), value.clone()),
            };
        } else if let Some(Ok(id)) = name.strip_prefix(ADDRESS).map(str::parse::<AddressId>) {
            match serde_json::from_value::<Address>(value.clone()) {
                Ok(address) => self.addresses.insert(id, address),
                Err(_) => self.addresses.remove(&id),
            };
        } else if name == "phone" {
            self.phone = serde_json::from_value(value.clone()).ok();
        } else if name == "kind" {
            self.kind = text.unwrap_or_else(|| "person".to_owned());
        } else {
            self.set_text(name, text);
        }
    }
}

/// Returns a change with its addresses whole: the parts that were not given are as in `stored`, and an address that has
/// no part left is removed.
pub fn completed(change: &Fields, stored: &Fields) -> Fields {
    let complete = |(name, given): (&String, &Value)| {
        let value = match given {
            Value::Object(given) if name.starts_with(ADDRESS) => completed_address(given, stored.get(name)),
            other => other.clone(),
        };
        (name.clone(), value)
    };
    change.iter().map(complete).collect()
}

fn completed_address(given: &Map<String, Value>, stored: Option<&Value>) -> Value {
    let fresh = || Map::from_iter([("kind".to_owned(), json!("billing")), ("is_default".to_owned(), json!(false))]);
    let mut whole = stored.and_then(Value::as_object).cloned().unwrap_or_else(fresh);
    whole.extend(given.clone());
    whole.retain(|_, value| !value.is_null());
    let is_blank = !address::PARTS.iter().any(|part| whole.contains_key(*part));
    if is_blank { Value::Null } else { Value::Object(whole) }
}

/// Returns whether two values of a field are the same to the person who typed them. A phone left as it was is the same
/// phone, even when the merchant's default country, in which it is read, has changed since.
pub fn is_same(name: &str, one: &Value, other: &Value) -> bool {
    let typed = |value: &Value| value.get("typed").cloned();
    one == other || (name == "phone" && one.is_object() && typed(one) == typed(other))
}

/// Returns the label of a field, where `custom` are the merchant's own. One of those that is archived has its key.
pub fn label_among(name: &str, custom: &CustomFields) -> String {
    match name.strip_prefix(FIELD) {
        Some(key) => custom.find(key).map_or(key, |field| &field.label).to_owned(),
        None => label(name),
    }
}

/// Returns the label of a field; of one of the merchant's own its whole name, for [`label_among`] to say.
pub fn label(name: &str) -> String {
    let text = TEXT_FIELDS.iter().find(|(text, _)| *text == name).map(|(_, label)| (*label).to_owned());
    text.unwrap_or_else(|| match name {
        "kind" => "Kind".to_owned(),
        "phone" => "Phone".to_owned(),
        _ if name.starts_with(ADDRESS) => "Address".to_owned(),
        _ => name.strip_prefix(METADATA).map_or(name, |key| key).to_owned(),
    })
}

/// Returns a field's value as people read it; nothing when it is empty.
pub fn shown(name: &str, value: &Value) -> Option<String> {
    if name.starts_with(ADDRESS) {
        let address: Address = serde_json::from_value(value.clone()).ok()?;
        let default = if address.is_default { ", default" } else { "" };
        return Some(format!("{} ({}{default})", address.lines().join(", "), address.kind));
    }
    if name.starts_with(FIELD) {
        return field::value::shown(value);
    }
    let text = match name {
        "phone" => phone::pretty(value.get("e164")?.as_str()?),
        "language" => language_name(value.as_str()?),
        _ => value.as_str()?.to_owned(),
    };
    Some(text)
}

/// Returns the English name of a stored language.
pub fn language_name(code: &str) -> String {
    code.parse::<crate::values::language::Language>().map_or(code.to_owned(), |language| language.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::fields::difference;

    fn full() -> Record {
        Record {
            name: Some("Wanjiru Kamau".into()),
            email: Some("wanjiru@example.com".into()),
            phone: Some(PhonePair { e164: "+254712345678".into(), typed: "0712 345 678".into() }),
            metadata: BTreeMap::from([("crm.id".into(), "7".into())]),
            custom: BTreeMap::from([("tiers".into(), json!(["Gold", "Silver"])), ("score".into(), json!(1.5))]),
            addresses: Addresses::from([(
                AddressId::from_uuid(uuid::Uuid::from_u128(7)),
                Address { kind: "billing".into(), is_default: true, country: Some("KE".into()), ..Default::default() },
            )]),
            ..Record::blank()
        }
    }

    #[test]
    fn a_record_is_its_fields() {
        assert_eq!(Record::blank().with(&full().fields()), full().with(&Fields::new()));
        assert_eq!(full().country(), Some("KE"));
    }

    #[test]
    fn the_difference_turns_one_record_into_the_other_and_back() {
        let (old, new) = (
            full(),
            full().with(&Fields::from([
                ("name".into(), json!("W. Kamau")),
                ("email".into(), Value::Null),
                ("metadata.crm.id".into(), Value::Null),
                ("metadata.tier".into(), json!("gold")),
                ("field.score".into(), Value::Null),
                ("field.tiers".into(), json!(["Gold"])),
            ])),
        );
        let (before, after) = difference(&old.fields(), &new.fields());
        assert_eq!(before.len(), 6);
        assert_eq!(old.with(&after), new);
        assert_eq!(new.with(&before), old);
    }

    #[test]
    fn a_name_follows_from_first_and_last_name() {
        let parts = Fields::from([("first_name".into(), json!("Ada")), ("last_name".into(), json!("Lovelace"))]);
        assert_eq!(Record::blank().with(&parts).name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(full().with(&parts).name.as_deref(), Some("Wanjiru Kamau"), "a given name stays");
    }
}
