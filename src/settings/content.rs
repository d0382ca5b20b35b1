//! The content of a merchant's settings: what can be changed, as pages, commands and events have it.

use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    events::{Fields, fields::value},
    merchants::Merchant,
    values::{CountryCode, Currency},
};

/// The names of all settings, in the order of the page, as events and the API have them.
pub const NAMES: [&str; 6] =
    ["name", "time_zone", "default_country", "default_currency", "required_fields", "wallet_size"];

/// All that can be changed of a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The name, unique among merchants.
    pub name: String,
    /// The time zone's IANA name.
    pub time_zone: String,
    pub country: CountryCode,
    pub currency: Currency,
    /// The fields of the record that a customer must have.
    pub required: Vec<String>,
    /// The most payment methods of a customer.
    pub wallet_size: i32,
}

impl Content {
    /// Returns that of a row.
    ///
    /// # Errors
    /// When a word in the row means nothing to this version.
    pub fn of(merchant: &Merchant) -> Result<Self> {
        Ok(Self {
            name: merchant.name.clone(),
            time_zone: merchant.time_zone.clone(),
            country: merchant.default_country.parse().map_err(Error::internal)?,
            currency: merchant.default_currency.parse().map_err(Error::internal)?,
            required: merchant.required_fields.iter().flatten().cloned().collect(),
            wallet_size: merchant.wallet_size,
        })
    }

    /// Returns the row with this content, as its next version.
    pub fn over(&self, merchant: &Merchant) -> Merchant {
        Merchant {
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            default_country: self.country.as_str().to_owned(),
            default_currency: self.currency.to_string(),
            required_fields: self.required.iter().cloned().map(Some).collect(),
            wallet_size: self.wallet_size,
            version: Some(version(merchant) + 1),
            ..merchant.clone()
        }
    }

    /// Returns it as events keep it.
    pub fn fields(&self) -> Fields {
        let values = [
            json!(self.name),
            json!(self.time_zone),
            json!(self.country.as_str()),
            json!(self.currency.to_string()),
            json!(self.required),
            json!(self.wallet_size),
        ];
        NAMES.into_iter().map(str::to_owned).zip(values).collect()
    }

    /// Returns it from what [`Content::fields`] made.
    ///
    /// # Errors
    /// When a word means nothing to this version.
    pub fn of_fields(fields: &Fields) -> Result<Self> {
        fn read<T: serde::de::DeserializeOwned>(fields: &Fields, name: &str) -> Result<T> {
            serde_json::from_value(value(fields, name)).map_err(Error::internal)
        }
        Ok(Self {
            name: read(fields, "name")?,
            time_zone: read(fields, "time_zone")?,
            country: read::<String>(fields, "default_country")?.parse().map_err(Error::internal)?,
            currency: read::<String>(fields, "default_currency")?.parse().map_err(Error::internal)?,
            required: read(fields, "required_fields")?,
            wallet_size: read(fields, "wallet_size")?,
        })
    }
}

/// Returns the version of a row.
pub fn version(merchant: &Merchant) -> i32 {
    merchant.version.unwrap_or(1)
}

/// Returns the label of a setting.
pub fn label(name: &str) -> &'static str {
    match name {
        "name" => "Name",
        "time_zone" => "Time zone",
        "default_country" => "Country",
        "default_currency" => "Currency",
        "required_fields" => "Required of a customer",
        _ => "Payment methods of a customer",
    }
}

/// Returns a setting's value as people read it.
pub fn shown(name: &str, value: &Value) -> Option<String> {
    let text = value.as_str();
    match (name, value) {
        (_, Value::Null) => None,
        ("default_country", _) => {
            let country = CountryCode::parse(text?).ok();
            Some(country.map_or_else(|| text.unwrap_or_default().to_owned(), |country| country.name().to_owned()))
        }
        ("default_currency", _) => {
            let currency = Currency::parse(text?).ok();
            Some(currency.map_or_else(|| text.unwrap_or_default().to_owned(), called))
        }
        ("required_fields", Value::Array(names)) => {
            Some(required(&names.iter().filter_map(Value::as_str).collect::<Vec<_>>()))
        }
        ("wallet_size", _) => Some(format!("At most {value}")),
        (_, Value::String(text)) => Some(text.clone()),
        (_, other) => Some(other.to_string()),
    }
}

/// Returns a currency as lists offer it: "KES, Kenyan Shilling".
pub fn called(currency: Currency) -> String {
    format!("{currency}, {}", currency.name())
}

/// Returns required fields in words: "Name and email".
fn required(names: &[&str]) -> String {
    match names {
        [] => "A name, an email or a phone, whichever".to_owned(),
        [rest @ .., last] => {
            let words = if rest.is_empty() { (*last).to_owned() } else { format!("{} and {last}", rest.join(", ")) };
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_events_keep_is_the_content_again() {
        let content = Content {
            name: "Acme".to_owned(),
            time_zone: "Africa/Nairobi".to_owned(),
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            required: vec!["phone".to_owned()],
            wallet_size: 4,
        };
        assert_eq!(Content::of_fields(&content.fields()).unwrap(), content);
        assert_eq!(content.fields().len(), NAMES.len());
    }

    #[test]
    fn values_are_told_in_words() {
        let told = |name: &str, value: Value| shown(name, &value).unwrap();
        assert_eq!(told("default_country", json!("KE")), "Kenya");
        assert_eq!(told("default_currency", json!("KES")), "KES, Kenyan shilling");
        assert_eq!(told("required_fields", json!(["name", "email"])), "Name and email");
        assert_eq!(told("required_fields", json!([])), "A name, an email or a phone, whichever");
        assert_eq!(told("wallet_size", json!(4)), "At most 4");
    }
}
