//! What can be decided about invoices, as events and pages have it.

use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    events::{Fields, fields::value},
    merchants::{AfterTries, Decided, Seller},
};

/// Returns it as events keep it.
pub fn fields(decided: &Decided) -> Fields {
    let Seller { name, address, tax_number } = &decided.seller;
    let fields = [
        ("invoice_prefix", json!(decided.prefix)),
        ("invoices_restart", json!(decided.restarts)),
        ("days_until_due", json!(decided.days_until_due)),
        ("after_tries", json!(decided.after_tries.as_str())),
        ("seller_name", json!(name)),
        ("seller_address", json!(address)),
        ("tax_number", json!(tax_number)),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Returns it from what [`fields`] made.
///
/// # Errors
/// When a word means nothing to this version.
pub fn of_fields(fields: &Fields) -> Result<Decided> {
    fn read<T: serde::de::DeserializeOwned>(fields: &Fields, name: &str) -> Result<T> {
        serde_json::from_value(value(fields, name)).map_err(Error::internal)
    }
    let after_tries: String = read(fields, "after_tries")?;
    Ok(Decided {
        prefix: read(fields, "invoice_prefix")?,
        restarts: read(fields, "invoices_restart")?,
        days_until_due: read(fields, "days_until_due")?,
        after_tries: AfterTries::parse(&after_tries).ok_or_else(|| Error::internal("what tries end with"))?,
        seller: Seller {
            name: read(fields, "seller_name")?,
            address: read(fields, "seller_address")?,
            tax_number: read(fields, "tax_number")?,
        },
    })
}

/// Returns the label of a decision.
pub fn label(name: &str) -> &'static str {
    match name {
        "invoice_prefix" => "Numbers begin with",
        "invoices_restart" => "Numbers restart every year",
        "next_number" => "Next number",
        "days_until_due" => "Days to pay in",
        "after_tries" => "When all tries have failed",
        "seller_name" => "Legal name",
        "seller_address" => "Address",
        _ => "Tax number",
    }
}

/// Returns a value as people read it.
pub fn shown(name: &str, value: &Value) -> Option<String> {
    match (name, value) {
        ("invoice_prefix", Value::Null) => Some("The initials of the name".to_owned()),
        (_, Value::Null) => None,
        ("invoices_restart", Value::Bool(is)) => Some(if *is { "Yes" } else { "No" }.to_owned()),
        ("after_tries", Value::String(word)) if word == "cancel" => Some("The subscription is canceled".to_owned()),
        ("after_tries", Value::String(_)) => Some("The subscription stands still".to_owned()),
        (_, Value::String(text)) => Some(text.clone()),
        (_, other) => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_events_keep_is_the_content_again() {
        let decided = Decided {
            prefix: Some("SG".to_owned()),
            restarts: false,
            days_until_due: 30,
            after_tries: AfterTries::Cancel,
            seller: Seller { name: None, address: Some("Moi Avenue\nNairobi".to_owned()), tax_number: None },
        };
        assert_eq!(of_fields(&fields(&decided)).unwrap(), decided);
        assert_eq!(shown("after_tries", &json!("keep")).unwrap(), "The subscription stands still");
    }
}
