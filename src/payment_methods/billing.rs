//! The billing address of a payment method or of one charge: the parts of an address, kept as JSON beside its owner.
//!
//! A charge uses its own billing address, else the method's, else the customer's default one.

use serde_json::{Map, Value};

use crate::{
    input::{FieldErrors, FormFields},
    reason::Reason,
    values::{
        Address, CountryCode,
        address::{PARTS, part_label},
        text,
    },
};

/// The prefix of its fields in a form: `billing.city`.
pub const FIELD: &str = "billing.";

/// The longest text of a part, in characters.
const LONGEST: usize = 500;

/// Returns the address as stored: the filled parts by name. Returns `None` for a blank one.
pub fn to_json(address: &Address) -> Option<Value> {
    let parts = PARTS.iter().filter_map(|part| Some(((*part).to_owned(), Value::from(address.part(part)?))));
    Some(parts.collect::<Map<_, _>>()).filter(|parts| !parts.is_empty()).map(Value::Object)
}

/// Reads a stored address.
pub fn of_json(stored: &Value) -> Address {
    let mut address = Address { kind: "billing".to_owned(), ..Address::default() };
    for part in PARTS {
        address.set_part(part, stored.get(part).and_then(Value::as_str).map(str::to_owned));
    }
    address
}

/// Reads what was typed over what is stored; parts that were not sent stay. The outer `None` means that no part was
/// sent or one is wrong, the inner `None` that the address was emptied.
pub fn check(typed: &FormFields, stored: Option<&Address>, errors: &mut FieldErrors) -> Option<Option<Address>> {
    let mut address = stored.cloned().unwrap_or_default();
    address.kind = "billing".to_owned();
    let mut is_given = false;
    for part in PARTS {
        let field = format!("{FIELD}{part}");
        let Some(raw) = typed.first(&field) else { continue };
        is_given = true;
        let checked = checked_part(part, raw);
        if let Some(line) = errors.note(&field, part_label(part), checked) {
            address.set_part(part, line);
        }
    }
    is_given.then(|| Some(address).filter(|address| !address.is_blank()))
}

fn checked_part(part: &str, raw: &str) -> Result<Option<String>, Reason> {
    let line = text::free_line(raw, LONGEST)?;
    match line {
        Some(line) if part == "country" => {
            let code = CountryCode::parse(&line)?;
            Ok(Some(code.as_str().to_owned()))
        }
        line => Ok(line),
    }
}

/// Returns the fields that a form would send.
pub fn typed(address: Option<&Address>) -> FormFields {
    let text = |part: &str| address.and_then(|address| address.part(part)).unwrap_or_default().to_owned();
    FormFields(PARTS.map(|part| (format!("{FIELD}{part}"), text(part))).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(form: &str, stored: Option<&Address>) -> (Option<Option<Address>>, FieldErrors) {
        let mut errors = FieldErrors::default();
        (check(&FormFields::parse(form.as_bytes()).unwrap(), stored, &mut errors), errors)
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let stored = json!({"line1": "14 Riverside Drive", "country": "KE"});
        assert_eq!(to_json(&of_json(&stored)), Some(stored));
        assert_eq!(to_json(&Address::default()), None);
    }

    #[test]
    fn only_what_is_sent_changes_and_empty_clears() {
        let stored = of_json(&json!({"city": "Nairobi", "country": "KE"}));
        assert_eq!(checked("token=x", Some(&stored)).0, None);
        let moved = checked("billing.city=Kisumu", Some(&stored)).0.unwrap().unwrap();
        assert_eq!(to_json(&moved), Some(json!({"city": "Kisumu", "country": "KE"})));
        assert_eq!(checked("billing.city=&billing.country=", Some(&stored)).0, Some(None));
    }

    #[test]
    fn each_part_has_its_error() {
        let (_, errors) = checked("billing.line1=4242+4242+4242+4242&billing.country=Atlantis", None);
        assert!(errors.on("billing.line1").is_some() && errors.on("billing.country").is_some());
    }
}
