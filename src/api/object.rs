//! The JSON Schema of objects that are answered, derived from the structs that are written, and examples of them.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use super::shape::{SCHEMAS, Sample};

/// Makes the generator of what is answered: every field that is always written is required.
pub fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings.transforms = vec![Box::new(RecursiveTransform(tidy))];
    });
    settings.into_generator()
}

/// Writes a meaning as one line, and takes away formats that only Rust has.
fn tidy(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| !["int32", "int64", "uuid"].contains(&format))
    {
        schema.remove("format");
    }
}

/// Makes a text in an answer one of `words`, to which others may come.
pub fn open(words: &[&str]) -> impl Fn(&mut Schema) {
    let known = json!({"type": "string", "enum": words});
    move |schema| {
        let was = schema.remove("type");
        let mut any = vec![known.clone(), json!({"type": "string"})];
        if was.is_some_and(|was| was.is_array()) {
            any.push(json!({"type": "null"}));
        }
        schema.insert("anyOf".to_owned(), any.into());
    }
}

/// Makes the values of an object words of an open list.
pub fn open_values(words: &[&str]) -> impl Fn(&mut Schema) {
    let known = json!({"anyOf": [{"type": "string", "enum": words}, {"type": "string"}]});
    move |schema| _ = schema.insert("additionalProperties".to_owned(), known.clone())
}

/// Says that a value is whole seconds since 1970, and shows one.
pub fn time(schema: &mut Schema) {
    schema.insert("examples".to_owned(), json!([1_640_995_200]));
}

/// Returns an example of what a schema describes, which `schemas` has by their names.
pub fn sample_of(schema: &Value, schemas: &Map<String, Value>) -> Sample {
    if let Some(example) = schema["examples"].get(0).or_else(|| schema.get("const")) {
        return Sample::Value(example.clone());
    }
    let referred = schema["$ref"].as_str().and_then(|name| schemas.get(name.strip_prefix(SCHEMAS)?));
    if let Some(referred) = referred {
        return sample_of(referred, schemas);
    }
    if let Some(first) = schema["anyOf"].get(0) {
        let is_nullable = schema["anyOf"].as_array().is_some_and(|any| any.iter().any(|one| one["type"] == "null"));
        return if is_nullable { Sample::Value(Value::Null) } else { sample_of(first, schemas) };
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let members = parts.iter().flat_map(|part| match sample_of(part, schemas) {
            Sample::Object(members) => members,
            _ => Vec::new(),
        });
        return Sample::Object(members.collect());
    }
    match schema["type"].as_str() {
        Some("object") => Sample::Object(
            fields_of(schema).into_iter().map(|(name, one)| (name.to_owned(), sample_of(one, schemas))).collect(),
        ),
        Some("array") => Sample::List(vec![sample_of(&schema["items"], schemas)]),
        Some("string") => Sample::Value(schema["enum"].get(0).cloned().unwrap_or_else(|| "…".into())),
        Some("boolean") => Sample::Value(false.into()),
        Some("integer") => Sample::Value(1.into()),
        _ => Sample::Value(Value::Null),
    }
}

/// Returns the fields of an object in the order in which they are written.
pub fn fields_of(schema: &Value) -> Vec<(&str, &Value)> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let first = required.iter().filter_map(|name| Some((*name, properties.get(*name)?)));
    let others = properties.iter().map(|(name, one)| (name.as_str(), one)).filter(|(name, _)| !required.contains(name));
    first.chain(others).collect()
}
