//! The values of the merchant's own fields in a body: from JSON of the field's kind to the text that a form would send,
//! so that one rule reads both.

use crate::{
    api::{json::Json, reading::Members},
    customers::input::CURRENCY,
    values::{
        Currency, Money,
        field::{Field, Fields, Kind, value::number_text},
    },
};

/// Reads the members that are values of fields, as a form's names and texts. What is of another kind or of no field is a
/// fault.
pub fn read(members: &Members<'_>, fields: &Fields) -> Vec<(String, String)> {
    let mut typed = Vec::new();
    for (key, json) in members.each() {
        let Some(field) = fields.find(key) else {
            members.unknown(key, fields.iter().map(|field| field.key.as_str()));
            continue;
        };
        match texts(field, json) {
            Some(texts) => typed.extend(texts),
            None => members.wrong(key, json, expected(field.kind)),
        }
    }
    typed
}

/// Returns what JSON of a field's kind has to be.
fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Choice | Kind::Email | Kind::Url => "a text",
        Kind::Number | Kind::Integer => "a number",
        Kind::Boolean => "true or false",
        Kind::Date => "a day as a text, like 2026-03-31,",
        Kind::Choices => "a list of texts",
        Kind::Money => "an object like {\"amount\": 2500, \"currency\": \"KES\"}, in the currency’s smallest unit,",
    }
}

/// Returns a value as a form sends it, if it is JSON of the field's kind.
fn texts(field: &Field, json: &Json) -> Option<Vec<(String, String)>> {
    let name = field.name();
    let one = |text: String| Some(vec![(name.clone(), text)]);
    match (field.kind, json) {
        (_, Json::Null) => one(String::new()),
        (_, Json::Text(text)) if text.is_empty() => one(String::new()),
        (Kind::Number | Kind::Integer, Json::Number(number)) => one(number_text(number)),
        (Kind::Boolean, Json::Bool(is_so)) => one(if *is_so { "yes" } else { "no" }.to_owned()),
        (Kind::Choices, Json::List(items)) => {
            let text =
                |item: &Json| if let Json::Text(text) = item { Some((name.clone(), text.clone())) } else { None };
            let texts = items.iter().map(text).collect::<Option<Vec<_>>>()?;
            if texts.is_empty() { one(String::new()) } else { Some(texts) }
        }
        (Kind::Money, Json::Object(members)) => money(&name, members),
        (Kind::Boolean | Kind::Choices | Kind::Money, _) => None,
        (_, Json::Text(text)) => one(text.clone()),
        _ => None,
    }
}

fn money(name: &str, members: &[(String, Json)]) -> Option<Vec<(String, String)>> {
    let member = |wanted: &str| members.iter().find(|(key, _)| key == wanted).map(|(_, json)| json);
    let (Some(Json::Number(amount)), Some(Json::Text(code)), 2) = (member("amount"), member("currency"), members.len())
    else {
        return None;
    };
    let minor = amount.as_i64()?;
    // A code that is none is told by the rule that reads it, whatever the amount.
    let text = Currency::parse(code).map_or(minor.to_string(), |currency| Money::new(minor, currency).plain());
    Some(vec![(name.to_owned(), text), (format!("{name}{CURRENCY}"), code.clone())])
}
