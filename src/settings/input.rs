//! What is typed of settings, on the page and in the command: it becomes a checked content, or errors by their fields.

use super::content::{Content, label};
use crate::{
    codes::Code,
    customers::custom_counts::Required,
    input::{FieldErrors, FormFields},
    merchants::{self, LARGEST_WALLET},
    reason::Reason,
    values::{CountryCode, Currency, nearest::nearest_of},
};

/// Checks what was typed over a stored content. What was not typed stays.
///
/// # Errors
/// All errors at once, under the names of their fields.
pub fn check(typed: &FormFields, stored: &Content) -> Result<Content, FieldErrors> {
    let (mut next, mut errors) = (stored.clone(), FieldErrors::default());
    if let Some(text) = typed.first("name") {
        next.name = errors.note("name", label("name"), merchants::read_name(text)).unwrap_or_default();
    }
    if let Some(text) = typed.first("time_zone") {
        let zone = errors.note("time_zone", label("time_zone"), merchants::read_time_zone(text));
        next.time_zone = zone.unwrap_or_default();
    }
    if let Some(text) = typed.first("default_country") {
        let country = errors.note("default_country", label("default_country"), CountryCode::parse(text));
        next.country = country.unwrap_or(stored.country);
    }
    if let Some(text) = typed.first("default_currency") {
        let currency = errors.note("default_currency", label("default_currency"), read_currency(text, stored));
        next.currency = currency.unwrap_or(stored.currency);
    }
    let required = typed.every("required_fields");
    if !required.is_empty() {
        let named = errors.note("required_fields", label("required_fields"), read_required(&required, stored));
        next.required = named.unwrap_or_default();
    }
    if let Some(text) = typed.first("wallet_size") {
        let size = errors.note("wallet_size", label("wallet_size"), read_size(text));
        next.wallet_size = size.unwrap_or(stored.wallet_size);
    }
    if errors.is_empty() { Ok(next) } else { Err(errors) }
}

/// Reads a currency by its code, or as lists offer it. The stored one stays even where it is not offered any more.
fn read_currency(typed: &str, stored: &Content) -> Result<Currency, Reason> {
    let code = typed.split(',').next().unwrap_or_default().trim();
    if code.eq_ignore_ascii_case(stored.currency.as_str()) {
        return Ok(stored.currency);
    }
    Ok(Currency::parse_offered(code)?)
}

/// Reads the names of required fields. Each box that is not ticked sends nothing, and an empty text goes before all.
fn read_required(typed: &[&str], stored: &Content) -> Result<Vec<String>, Reason> {
    let names = Required::ALL.map(Required::as_str);
    let typed: Vec<&str> = typed.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    if let Some(unknown) = typed.iter().find(|name| !names.contains(name)) {
        let near = nearest_of(unknown, names.into_iter()).map_or_else(String::new, |near| format!(" Is {near} meant?"));
        return Err(Code::NotOneOf.says(format!("A name, an email and a phone can be required.{near}")));
    }
    let chosen = names.into_iter().filter(|name| typed.contains(name)).map(str::to_owned);
    // What is required beyond those stays so.
    let others = stored.required.iter().filter(|name| !names.contains(&name.as_str())).cloned();
    Ok(chosen.chain(others).collect())
}

fn read_size(typed: &str) -> Result<i32, Reason> {
    let sentence = format!("Enter a whole number from 1 to {LARGEST_WALLET}.");
    let size = typed.trim().parse().ok().filter(|size| (1..=LARGEST_WALLET).contains(size));
    size.ok_or_else(|| Code::NotOneOf.says(sentence))
}

/// Returns a content as the form sends it.
pub fn typed(content: &Content) -> FormFields {
    let mut pairs = vec![
        ("name", content.name.clone()),
        ("time_zone", content.time_zone.clone()),
        ("default_country", content.country.as_str().to_owned()),
        ("default_currency", content.currency.to_string()),
        ("required_fields", String::new()),
    ];
    pairs.extend(content.required.iter().map(|name| ("required_fields", name.clone())));
    pairs.push(("wallet_size", content.wallet_size.to_string()));
    FormFields(pairs.into_iter().map(|(name, text)| (name.to_owned(), text)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Content {
        Content {
            name: "Acme".to_owned(),
            time_zone: "UTC".to_owned(),
            country: "KE".parse().unwrap(),
            currency: "KES".parse().unwrap(),
            required: vec!["name".to_owned(), "email".to_owned()],
            wallet_size: 4,
        }
    }

    fn checked(form: &str) -> Result<Content, FieldErrors> {
        check(&FormFields::parse(form.as_bytes()).unwrap(), &stored())
    }

    #[test]
    fn what_is_not_typed_stays_and_a_content_typed_again_is_the_same() {
        assert_eq!(checked("version=1"), Ok(stored()));
        assert_eq!(check(&typed(&stored()), &Content { required: Vec::new(), ..stored() }), Ok(stored()));
    }

    #[test]
    fn each_setting_is_read_as_people_write_it() {
        let form = "name=+Savanna++Goods&time_zone=africa%2Fnairobi&default_country=uganda&default_currency=ugx%2C+Uganda+Shilling&\
                    required_fields=&required_fields=phone&wallet_size=+20";
        let next = checked(form).unwrap();
        assert_eq!((next.name.as_str(), next.time_zone.as_str()), ("Savanna Goods", "Africa/Nairobi"));
        assert_eq!((next.country.as_str(), next.currency.as_str()), ("UG", "UGX"));
        assert_eq!((next.required, next.wallet_size), (vec!["phone".to_owned()], 20));
        assert_eq!(checked("required_fields=").unwrap().required, [""; 0]);
        assert_eq!(checked("time_zone=America%2FNew+York").unwrap().time_zone, "America/New_York");
    }

    #[test]
    fn all_errors_come_at_once_under_their_fields() {
        let form =
            "name=+&time_zone=Nairobi&default_country=Kenia&default_currency=KS&required_fields=fax&wallet_size=21";
        let errors = checked(form).unwrap_err();
        let fields: Vec<_> = errors.all().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, super::super::content::NAMES);
        assert!(errors.on("time_zone").unwrap().contains("Did you mean Africa/Nairobi?"), "{errors:?}");
        for size in ["0", "-1", "4.5", "", "x"] {
            assert!(checked(&format!("wallet_size={size}")).is_err(), "{size}");
        }
    }

    #[test]
    fn what_is_required_beyond_the_boxes_stays() {
        let stored = Content { required: vec!["company".to_owned()], ..stored() };
        let typed = FormFields::parse(b"required_fields=&required_fields=email").unwrap();
        assert_eq!(check(&typed, &stored).unwrap().required, ["email", "company"]);
    }
}
