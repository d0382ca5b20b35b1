//! The shapes of what is sent and answered, as JSON Schema. What is answered is derived from the struct that is written;
//! what is sent is a table beside the code that reads it, since that reads member by member.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::ids;

/// Where the document keeps its schemas.
pub const SCHEMAS: &str = "#/components/schemas/";

/// A body that is sent, or an object in one. It takes its fields and no others.
#[derive(Debug)]
pub struct Shape {
    /// The name in the document: `NewCustomer`.
    pub name: &'static str,
    pub meaning: &'static str,
    /// The fields, in groups so that two shapes can share some.
    pub fields: &'static [&'static [Field]],
}

/// A field of a shape.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub meaning: &'static str,
    pub is_required: bool,
    /// A value as an example shows it, if the example has the field.
    example: Option<Example>,
}

/// What a field takes. Where it is not required, `null` says that nothing is given.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text of so many characters at most.
    Text(usize),
    /// An id with this prefix.
    Id(&'static str),
    /// The number of a card or an account.
    Digits,
    /// One of these words.
    OneOf(&'static [&'static str]),
    Flag,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// Whole seconds since 1970.
    Time,
    /// Texts under keys of any name, each of so many characters at most.
    Texts(usize),
    Object(&'static Shape),
    List(&'static Shape),
}

#[derive(Clone, Copy, Debug)]
enum Example {
    Text(&'static str),
    Whole(i64),
    Flag(bool),
    /// Made of the examples within.
    Inner,
    Pair(&'static str, &'static str),
}

impl Field {
    /// Makes a field of a kind.
    pub const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, meaning, is_required: false, example: None }
    }

    /// Must be given.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Stands in the example with this text.
    #[must_use]
    pub const fn like(self, text: &'static str) -> Self {
        Self { example: Some(Example::Text(text)), ..self }
    }

    /// Stands in the example with this number.
    #[must_use]
    pub const fn like_number(self, number: i64) -> Self {
        Self { example: Some(Example::Whole(number)), ..self }
    }

    /// Stands in the example, as true or false.
    #[must_use]
    pub const fn like_flag(self, flag: bool) -> Self {
        Self { example: Some(Example::Flag(flag)), ..self }
    }

    /// Stands in the example with what its own fields have there.
    #[must_use]
    pub const fn like_inner(self) -> Self {
        Self { example: Some(Example::Inner), ..self }
    }

    /// Stands in the example with this key and text.
    #[must_use]
    pub const fn like_pair(self, key: &'static str, text: &'static str) -> Self {
        Self { example: Some(Example::Pair(key, text)), ..self }
    }

    /// Returns whether it is `shape`, or a list of it.
    pub fn holds(&self, shape: &Shape) -> bool {
        matches!(self.kind, Kind::Object(one) | Kind::List(one) if one.name == shape.name)
    }

    fn schema(&self) -> Value {
        let one = match self.kind {
            Kind::Text(most) => json!({"type": "string", "maxLength": most}),
            Kind::Id(prefix) => ids::schema(prefix).to_value(),
            Kind::Digits => json!({"type": "string"}),
            Kind::OneOf(words) => json!({"type": "string", "enum": words}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Kind::Time => json!({"type": "integer", "format": "int64"}),
            Kind::Texts(most) => {
                json!({"type": "object", "additionalProperties": {"type": ["string", "null"], "maxLength": most}})
            }
            Kind::Object(shape) => reference(shape.name),
            Kind::List(shape) => json!({"type": "array", "items": reference(shape.name)}),
        };
        let mut schema = if self.is_required { one } else { or_null(one) };
        schema["description"] = self.meaning.into();
        schema
    }

    fn sample(&self) -> Option<Sample> {
        Some(match (self.example?, self.kind) {
            (Example::Text(text), _) => Sample::Value(text.into()),
            (Example::Whole(number), _) => Sample::Value(number.into()),
            (Example::Flag(flag), _) => Sample::Value(flag.into()),
            (Example::Pair(key, text), _) => Sample::Object(vec![(key.to_owned(), Sample::Value(text.into()))]),
            (Example::Inner, Kind::Object(shape)) => shape.sample(),
            (Example::Inner, Kind::List(shape)) => Sample::List(vec![shape.sample()]),
            (Example::Inner, _) => return None,
        })
    }
}

impl Shape {
    /// Returns all fields.
    pub fn all(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().flatten()
    }

    /// Returns the shapes within it, and itself.
    pub fn with_inner(&'static self) -> Vec<&'static Self> {
        let inner = self.all().filter_map(|field| match field.kind {
            Kind::Object(shape) | Kind::List(shape) => Some(shape),
            _ => None,
        });
        inner.flat_map(Self::with_inner).chain([self]).collect()
    }

    /// Returns its JSON Schema.
    pub fn schema(&self) -> Value {
        let properties: Map<String, Value> = self.all().map(|one| (one.name.to_owned(), one.schema())).collect();
        let required: Vec<&str> = self.all().filter(|one| one.is_required).map(|one| one.name).collect();
        let mut schema = json!({
            "type": "object",
            "description": self.meaning,
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        schema
    }

    /// Returns the example of a body, with the fields that have one.
    pub fn sample(&self) -> Sample {
        Sample::Object(self.all().filter_map(|one| Some((one.name.to_owned(), one.sample()?))).collect())
    }
}

/// An example in JSON. Its members keep their order, which is that of the documents.
#[derive(Clone, Debug, PartialEq)]
pub enum Sample {
    Value(Value),
    List(Vec<Sample>),
    Object(Vec<(String, Sample)>),
}

impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, one)| (name, one))),
        }
    }
}

/// Returns the schema that refers to one of the document's.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("{SCHEMAS}{name}")})
}

fn or_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut one) if one.contains_key("type") => {
            if let Some(Value::Array(words)) = one.get_mut("enum") {
                words.push(Value::Null);
            }
            if let Some(kind) = one.get_mut("type") {
                *kind = json!([kind, "null"]);
            }
            Value::Object(one)
        }
        other => json!({"anyOf": [other, {"type": "null"}]}),
    }
}

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
