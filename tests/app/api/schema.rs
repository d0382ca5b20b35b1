//! Compares JSON with a schema of the document. It knows the words of JSON Schema that the document uses and fails on
//! others; and it is stricter: an answer has no member that is not described.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Map, Value};

/// What in `value` is other than `schema` says, whose references are of `document`.
pub fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Checker { document }.site(schema, value, "", &mut faults);
    faults
}

/// What a reference of the document means.
pub fn referred<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let path = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
    document.pointer(path).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

struct Checker<'a> {
    document: &'a Value,
}

impl Checker<'_> {
    /// A value in its place: alone it is what its schema says, and nothing besides.
    fn site(&self, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
        self.check(schema, value, path, faults);
        let mut known = BTreeSet::new();
        let is_open = self.collect(schema, &mut known);
        if let (Value::Object(members), false) = (value, is_open) {
            let strange = members.keys().filter(|name| !known.contains(name.as_str()));
            faults.extend(strange.map(|name| format!("{path}/{name} is not described")));
        }
    }

    /// Collects the members of an object; true when there may be any.
    fn collect<'b>(&'b self, schema: &'b Value, known: &mut BTreeSet<&'b str>) -> bool {
        let Some(schema) = schema.as_object() else { return true };
        known
            .extend(schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| &**name));
        let mut is_open =
            schema.contains_key("anyOf") || schema.get("additionalProperties").is_some_and(Value::is_object);
        is_open |= !["properties", "$ref", "allOf"].iter().any(|word| schema.contains_key(*word));
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            is_open |= self.collect(referred(self.document, reference), known);
        }
        let parts = schema.get("allOf").and_then(Value::as_array);
        parts.into_iter().flatten().fold(is_open, |is_open, part| self.collect(part, known) | is_open)
    }

    fn check(&self, schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
        let Some(words) = schema.as_object() else { return assert_eq!(*schema, Value::Bool(true)) };
        for (word, meant) in words {
            let is_right = match word.as_str() {
                "description" | "examples" | "example" | "format" | "title" => true,
                "$ref" => {
                    self.check(referred(self.document, meant.as_str().unwrap()), value, path, faults);
                    true
                }
                "allOf" => {
                    meant.as_array().unwrap().iter().for_each(|part| self.check(part, value, path, faults));
                    true
                }
                "anyOf" => meant.as_array().unwrap().iter().any(|one| {
                    let mut found = Vec::new();
                    self.site(one, value, path, &mut found);
                    found.is_empty()
                }),
                "type" => is_of_type(meant, value),
                "const" => value == meant,
                "enum" => meant.as_array().unwrap().contains(value),
                "pattern" => {
                    value.as_str().is_none_or(|text| Regex::new(meant.as_str().unwrap()).unwrap().is_match(text))
                }
                "minimum" => value.as_i64().is_none_or(|number| number >= meant.as_i64().unwrap()),
                "maximum" => value.as_i64().is_none_or(|number| number <= meant.as_i64().unwrap()),
                "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= meant.as_u64().unwrap()),
                "maxLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 <= meant.as_u64().unwrap()),
                "required" => {
                    let has = |name: &Value| value.get(name.as_str().unwrap()).is_some();
                    !value.is_object() || meant.as_array().unwrap().iter().all(has)
                }
                "properties" => {
                    self.members(meant.as_object().unwrap(), value, path, faults);
                    true
                }
                "additionalProperties" => self.others(words, meant, value, path, faults),
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.site(meant, item, &format!("{path}/{n}"), faults);
                    }
                    true
                }
                other => panic!("{path}: the checker does not know “{other}”"),
            };
            if !is_right {
                faults.push(format!("{path} is {value}, against {word}: {meant:.200}"));
            }
        }
    }

    fn members(&self, properties: &Map<String, Value>, value: &Value, path: &str, faults: &mut Vec<String>) {
        for (name, schema) in properties {
            if let Some(member) = value.get(name) {
                self.site(schema, member, &format!("{path}/{name}"), faults);
            }
        }
    }

    fn others(
        &self,
        words: &Map<String, Value>,
        meant: &Value,
        value: &Value,
        path: &str,
        faults: &mut Vec<String>,
    ) -> bool {
        let is_other = |name: &str| words.get("properties").is_none_or(|known| known.get(name).is_none());
        let others = value.as_object().into_iter().flatten().filter(|(name, _)| is_other(name));
        if *meant == Value::Bool(false) {
            return others.count() == 0;
        }
        others.for_each(|(name, one)| self.site(meant, one, &format!("{path}/{name}"), faults));
        true
    }
}

fn is_of_type(meant: &Value, value: &Value) -> bool {
    let is = |word: &Value| match word.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the checker does not know the type “{other}”"),
    };
    meant.as_array().map_or_else(|| is(meant), |any| any.iter().any(is))
}

#[test]
fn what_is_not_as_described_is_found() {
    let document = serde_json::json!({"components": {"schemas": {
        "Inner": {"type": "object", "properties": {"x": {"type": "integer", "maximum": 5}}, "required": ["x"]},
        "Besides": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^a+$"}}, "required": ["id"]},
    }}});
    let inner = "#/components/schemas/Inner";
    let schema = serde_json::json!({"allOf": [
        {"type": "object", "properties": {
            "one": {"anyOf": [{"$ref": inner}, {"type": "null"}]},
            "many": {"type": "array", "items": {"$ref": inner}},
            "texts": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        }, "required": ["one"]},
        {"$ref": "#/components/schemas/Besides"},
    ]});
    for (value, count) in [
        (r#"{"one": null, "id": "aa", "many": [{"x": 1}], "texts": {"k": "v", "l": null}}"#, 0),
        (r#"{"one": {"x": 5}, "id": "a"}"#, 0),
        (r#"{"id": "a"}"#, 1),
        (r#"{"one": null, "id": "b"}"#, 1),
        (r#"{"one": {"x": 6}, "id": "a"}"#, 1),
        (r#"{"one": {"x": 1, "y": 1}, "id": "a"}"#, 1),
        (r#"{"one": null, "id": "a", "z": 1}"#, 1),
        (r#"{"one": null, "id": "a", "many": [{"x": "1"}, {}, {"x": 1, "y": 2}]}"#, 3),
        (r#"{"one": null, "id": "a", "texts": {"k": 7}}"#, 1),
    ] {
        let found = faults(&document, &schema, &serde_json::from_str(value).unwrap());
        assert_eq!(found.len(), count, "{value}: {found:?}");
    }
}
