//! The text typed about a customer, and the only way from it to a checked change.
//!
//! A form sends `name`, `email`, …; `metadata.KEY` for keys that exist, pairs of `metadata_key` and `metadata_value`
//! for new ones; `field.KEY` for the merchant's own fields, with `field.KEY.currency` beside an amount; `address.ID.PART`
//! for addresses, where a new one's ID is any word. A field that is not sent stays as it is; one that is sent empty is
//! cleared.

use super::record::{ADDRESS, FIELD, METADATA, PhonePair, TEXT_FIELDS};
use crate::{
    codes::Code,
    events::Fields,
    ids::AddressId,
    input::{FieldErrors, FormFields},
    merchants::Settings,
    reason::Reason,
    values::{
        Address, CountryCode, Email, Language, Metadata, Phone,
        address::{self, part_label},
        field::value as field_value,
        metadata::MetadataError,
        text,
    },
};
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The most addresses of a customer; more are refused.
pub const MOST_ADDRESSES: usize = 50;

/// What follows the name of an amount's field where its currency is sent.
pub const CURRENCY: &str = ".currency";

/// Checks all that was typed.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check(typed: &FormFields, settings: &Settings) -> Result<Fields, FieldErrors> {
    let mut checking = Checking { change: Fields::new(), errors: FieldErrors::default() };
    for (name, label) in TEXT_FIELDS {
        if let Some(raw) = typed.first(name) {
            checking.text(name, label, raw);
        }
    }
    if let Some(raw) = typed.first("kind") {
        checking.kind(raw);
    }
    if let Some(raw) = typed.first("phone") {
        checking.phone(raw, settings.default_country);
    }
    checking.metadata(typed);
    checking.custom(typed, settings);
    checking.addresses(typed);
    if checking.errors.is_empty() { Ok(checking.change) } else { Err(checking.errors) }
}

struct Checking {
    change: Fields,
    errors: FieldErrors,
}

impl Checking {
    fn set(&mut self, name: &str, value: Option<impl Into<Value>>) {
        self.change.insert(name.to_owned(), value.map_or(Value::Null, Into::into));
    }

    fn text(&mut self, name: &str, label: &str, raw: &str) {
        let longest = match name {
            "name" | "first_name" | "last_name" => 200,
            "email" => 254,
            _ => 500,
        };
        let Some(line) = self.errors.note(name, label, text::free_line(raw, longest)) else { return };
        let checked = match (name, line) {
            ("email", Some(line)) => Email::parse(&line).map(|email| Some(email.to_string())).map_err(Reason::from),
            ("language", Some(line)) => {
                Language::parse(&line).map(|language| Some(language.as_str().to_owned())).map_err(Reason::from)
            }
            (_, line) => Ok(line),
        };
        if let Some(value) = self.errors.note(name, label, checked) {
            self.set(name, value);
        }
    }

    fn kind(&mut self, raw: &str) {
        match raw {
            "person" | "organization" => self.set("kind", Some(raw)),
            _ => self.errors.add("kind", "Kind", Code::NotOneOf.says("Choose person or organization.")),
        }
    }

    fn phone(&mut self, raw: &str, country: CountryCode) {
        if raw.trim().is_empty() {
            return self.set("phone", None::<Value>);
        }
        if let Some(phone) = self.errors.note("phone", "Phone", Phone::parse(raw, country)) {
            let pair = PhonePair { e164: phone.e164().to_owned(), typed: phone.typed().to_owned() };
            self.set("phone", Some(json!(pair)));
        }
    }

    fn metadata(&mut self, typed: &FormFields) {
        for (key, raw) in typed.under(METADATA) {
            self.pair(&format!("{METADATA}{key}"), key, raw);
        }
        let (keys, values) = (typed.every("metadata_key"), typed.every("metadata_value"));
        for (n, (key, raw)) in keys.into_iter().zip(values).enumerate() {
            let key = key.trim();
            match (key.is_empty(), raw.trim().is_empty()) {
                (true, true) => {}
                (true, false) => {
                    let reason = Code::Required.says("Give this value a key.");
                    self.errors.add(format!("metadata_key_{n}"), "Metadata key", reason);
                }
                (false, true) => {
                    let reason = Code::Required.says("Give this key a value.");
                    self.errors.add(format!("metadata_value_{n}"), key, reason);
                }
                (false, false) if self.change.contains_key(&format!("{METADATA}{key}")) => {
                    let reason = Code::GivenTwice.says("This key is there already.");
                    self.errors.add(format!("metadata_key_{n}"), key, reason);
                }
                (false, false) => self.pair(&format!("metadata_key_{n}"), key, raw),
            }
        }
        let filled = self.change.iter().filter(|(name, value)| name.starts_with(METADATA) && !value.is_null()).count();
        if filled > Metadata::MAX_KEYS {
            let sentence = format!("Keep at most {} keys.", Metadata::MAX_KEYS);
            self.errors.add("metadata", "Metadata", Code::TooMany.says(sentence));
        }
    }

    fn pair(&mut self, field: &str, key: &str, raw: &str) {
        if let Some(value) = self.errors.note(field, key, checked_pair(key, raw)) {
            self.set(&format!("{METADATA}{key}"), value);
        }
    }

    /// Reads the merchant's own fields.
    fn custom(&mut self, typed: &FormFields, settings: &Settings) {
        for (key, text) in typed.under(FIELD).filter(|(key, text)| !key.contains('.') && !text.trim().is_empty()) {
            if settings.fields.find(key).is_none() {
                let shown: String = text.chars().take(60).collect();
                let sentence =
                    format!("This field was archived meanwhile, so “{shown}” is not saved. Save without it.");
                self.errors.add(format!("{FIELD}{key}"), key, Code::UnknownField.says(sentence));
            }
        }
        for field in settings.fields.iter() {
            let name = field.name();
            let texts = typed.every(&name);
            if texts.is_empty() {
                continue;
            }
            let given = field_value::Typed { texts, currency: typed.first(&format!("{name}{CURRENCY}")) };
            let read = field.read(&given, settings.default_currency);
            if let Some(value) = self.errors.note(&name, &field.label, read) {
                self.set(&name, value);
            }
        }
    }

    fn addresses(&mut self, typed: &FormFields) {
        let references: BTreeSet<&str> =
            typed.under(ADDRESS).filter_map(|(name, _)| Some(name.split_once('.')?.0)).collect();
        if references.len() > MOST_ADDRESSES {
            let sentence = format!("Keep at most {MOST_ADDRESSES} addresses.");
            return self.errors.add("addresses", "Addresses", Code::TooMany.says(sentence));
        }
        for reference in references {
            self.address(reference, typed);
        }
    }

    /// Reads only the parts that were sent; [`record::completed`] adds the others from what is stored.
    fn address(&mut self, reference: &str, typed: &FormFields) {
        let field = |part: &str| format!("{ADDRESS}{reference}.{part}");
        let stored = reference.parse::<AddressId>().ok();
        let name = format!("{ADDRESS}{}", stored.unwrap_or_else(AddressId::new));
        if typed.first(&field("remove")).is_some() {
            return if stored.is_some() {
                self.set(&name, None::<Value>)
            };
        }
        let mut given = Map::new();
        match typed.first(&field("kind")) {
            Some(kind) if address::KINDS.iter().any(|(known, _)| *known == kind) => {
                given.insert("kind".to_owned(), json!(kind));
            }
            Some(_) => self.errors.add(field("kind"), "Use", Code::NotOneOf.says("Choose billing or shipping.")),
            None => {}
        }
        let boxes = typed.every(&field("is_default"));
        if !boxes.is_empty() {
            given.insert("is_default".to_owned(), json!(boxes.iter().any(|text| !text.is_empty())));
        }
        for part in address::PARTS {
            if let Some(raw) = typed.first(&field(part)) {
                given.insert(part.to_owned(), json!(self.part(&field(part), part, raw)));
            }
        }
        let is_blank = address::PARTS.iter().all(|part| given.get(*part).is_none_or(Value::is_null));
        if stored.is_some() || !is_blank {
            self.set(&name, Some(Value::Object(given)));
        }
    }

    fn part(&mut self, field: &str, part: &str, raw: &str) -> Option<String> {
        let label = part_label(part);
        let line = self.errors.note(field, label, text::free_line(raw, 500))??;
        if part != "country" {
            return Some(line);
        }
        let code = self.errors.note(field, label, CountryCode::parse(&line))?;
        Some(code.as_str().to_owned())
    }
}

/// Checks the key and value of a pair by the rules of metadata; returns nothing when the value is empty.
fn checked_pair(key: &str, raw: &str) -> Result<Option<String>, MetadataError> {
    let mut one = Metadata::default();
    one.set(key, raw)?;
    Ok(one.value(key).map(str::to_owned))
}

/// Removes a field from the change where a person chose the other person's value in a clash.
pub fn without_theirs(mut change: Fields, typed: &FormFields) -> Fields {
    change.retain(|name, _| typed.first(&format!("choice.{name}")) != Some("theirs"));
    change
}

/// Returns what was typed without the fields where a person chose the other person's value in a clash.
pub fn typed_without_theirs(typed: FormFields) -> FormFields {
    let is_theirs = |name: &str| typed.first(&format!("choice.{name}")) == Some("theirs");
    // An address is one field of a record and several of a form.
    let address = |name: &str| Some(format!("{ADDRESS}{}", name.strip_prefix(ADDRESS)?.split_once('.')?.0));
    // So is an amount of a field of the merchant's own.
    let amount = |name: &str| name.strip_suffix(CURRENCY).is_some_and(is_theirs);
    let is_mine =
        |name: &str| !is_theirs(name) && !amount(name) && !address(name).is_some_and(|whole| is_theirs(&whole));
    FormFields(typed.0.iter().filter(|(name, _)| is_mine(name)).cloned().collect())
}

/// Returns fields as a form would send them, so that a stored record or a half-made change can fill a form.
pub fn typed(fields: &Fields) -> FormFields {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        if name.starts_with(ADDRESS) {
            push_address(&mut pairs, name, value);
        } else if name.starts_with(FIELD) {
            let (texts, currency) = field_value::typed(value);
            pairs.extend(texts.into_iter().map(|text| (name.clone(), text)));
            pairs.extend(currency.map(|code| (format!("{name}{CURRENCY}"), code)));
        } else {
            let text = value.get("typed").unwrap_or(value).as_str().unwrap_or_default();
            pairs.push((name.clone(), text.to_owned()));
        }
    }
    FormFields(pairs)
}

fn push_address(pairs: &mut Vec<(String, String)>, name: &str, value: &Value) {
    let Ok(address) = serde_json::from_value::<Address>(value.clone()) else {
        return pairs.push((format!("{name}.remove"), "on".to_owned()));
    };
    pairs.push((format!("{name}.kind"), address.kind.clone()));
    pairs.push((format!("{name}.is_default"), if address.is_default { "on" } else { "" }.to_owned()));
    for part in address::PARTS {
        pairs.push((format!("{name}.{part}"), address.part(part).unwrap_or_default().to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::customers::record::{Record, completed};

    fn settings() -> Settings {
        let required_fields = vec!["name".to_owned(), "email".to_owned()];
        Settings {
            time_zone: TimeZone::UTC,
            default_country: "KE".parse().unwrap(),
            default_currency: "KES".parse().unwrap(),
            required_fields,
            wallet_size: 4,
            security: Default::default(),
            fields: Default::default(),
        }
    }

    fn checked(form: &str) -> Result<Fields, FieldErrors> {
        check(&FormFields::parse(form.as_bytes()).unwrap(), &settings())
    }

    #[test]
    fn only_what_is_given_changes_and_empty_clears() {
        assert_eq!(
            checked("name=+Ada++L+&company=").unwrap(),
            Fields::from([("name".into(), json!("Ada L")), ("company".into(), Value::Null),])
        );
        assert!(checked("").unwrap().is_empty());
    }

    #[test]
    fn all_errors_come_at_once_under_their_fields() {
        let form = "name=4242+4242+4242+4242&email=nope&phone=12x&kind=dog&language=qq&metadata_key=a+b&metadata_value=1&address.n1.country=ZZ&address.n1.city=x";
        let errors = checked(form).unwrap_err();
        let fields: Vec<_> = errors.all().iter().map(|error| error.field.as_str()).collect();
        for field in ["name", "email", "phone", "kind", "language", "metadata_key_0", "address.n1.country"] {
            assert!(fields.contains(&field), "{field} in {fields:?}");
        }
    }

    #[test]
    fn phones_are_read_in_the_merchants_country_and_kept_as_typed() {
        let change = checked("phone=0712+345+678").unwrap();
        assert_eq!(change["phone"], json!({"e164": "+254712345678", "typed": "0712 345 678"}));
    }

    #[test]
    fn metadata_is_set_cleared_and_added_by_key() {
        let change =
            checked("metadata.tier=gold&metadata.old=&metadata_key=new&metadata_value=1&metadata_key=&metadata_value=")
                .unwrap();
        assert_eq!(
            change,
            Fields::from([
                ("metadata.tier".into(), json!("gold")),
                ("metadata.old".into(), Value::Null),
                ("metadata.new".into(), json!("1")),
            ])
        );
        assert!(checked("metadata_key=&metadata_value=x").is_err());
        assert!(checked("metadata.a=1&metadata_key=a&metadata_value=2").is_err(), "twice the same key");
    }

    #[test]
    fn a_blank_address_is_none_and_a_stored_one_left_blank_is_removed() {
        assert!(checked("address.n1.kind=billing&address.n1.city=").unwrap().is_empty());
        let name = format!("address.{}", AddressId::new());
        let stored = Fields::from([(name.clone(), json!({"kind": "billing", "is_default": true, "city": "Oslo"}))]);
        let change = checked(&format!("{name}.kind=billing&{name}.city=")).unwrap();
        assert_eq!(completed(&change, &stored), Fields::from([(name, Value::Null)]));
    }

    #[test]
    fn the_parts_of_an_address_that_are_not_sent_stay() {
        let name = format!("address.{}", AddressId::new());
        let stored = Fields::from([(name.clone(), json!({"kind": "shipping", "is_default": true, "city": "Oslo"}))]);
        let change = checked(&format!("{name}.line1=Street+1")).unwrap();
        let whole = json!({"kind": "shipping", "is_default": true, "city": "Oslo", "line1": "Street 1"});
        assert_eq!(completed(&change, &stored), Fields::from([(name, whole)]));
    }

    #[test]
    fn a_record_typed_again_is_the_same_record() {
        let form = "kind=organization&name=Acme&email=a%40acme.example&phone=%2B254712345678&metadata.k=v&address.n1.kind=shipping&address.n1.city=Oslo&address.n1.country=no";
        let record = Record::blank().with(&completed(&checked(form).unwrap(), &Fields::new()));
        let again = completed(&check(&typed(&record.fields()), &settings()).unwrap(), &Fields::new());
        assert_eq!(record.with(&again), record);
        assert_eq!(Record::blank().with(&again), record);
    }
}
