//! The shapes of what is sent: tables beside the code that reads it, since that reads member by member. Each gives its
//! JSON Schema and an example.

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
    /// So many texts at most in a list, each of so many characters at most.
    Words(usize, usize),
    /// Values of several kinds under keys of any name.
    Values,
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
            Kind::Words(count, most) => {
                json!({"type": "array", "maxItems": count, "items": {"type": "string", "maxLength": most}})
            }
            Kind::Values => json!({"type": "object", "additionalProperties": true}),
            Kind::Object(shape) => reference(shape.name),
            Kind::List(shape) => json!({"type": "array", "items": reference(shape.name)}),
        };
        let mut schema = if self.is_required { one } else { or_null(one) };
        schema["description"] = self.meaning.into();
        schema
    }

    fn sample(&self) -> Option<Sample> {
        Some(match (self.example?, self.kind) {
            (Example::Text(text), Kind::Words(..)) => Sample::List(vec![Sample::Value(text.into())]),
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
