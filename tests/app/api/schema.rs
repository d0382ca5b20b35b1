//! Whether JSON is as the document describes it, in the judgement of a validator of JSON Schema that is not ours. It is
//! asked for more than the document promises: that a value has no member that is not described.

use std::collections::{BTreeMap, BTreeSet};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

/// Where the validator knows the document; nothing is fetched from there.
const DOCUMENT: &str = "https://clientele.test/openapi.json";

/// What a reference of the document means.
pub fn referred<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let path = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
    document.pointer(path).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// The schemas of a document, by the references to them.
pub struct Described {
    schemas: Schemas,
    of: BTreeMap<String, SchemaIndex>,
}

impl Described {
    /// Reads the schemas of a document; each is to be one of JSON Schema.
    pub fn of(document: &Value) -> Self {
        let (mut compiler, mut schemas, mut of) = (Compiler::new(), Schemas::new(), BTreeMap::new());
        compiler.add_resource(DOCUMENT, closed(document.clone())).unwrap();
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            let reference = format!("#/components/schemas/{name}");
            let schema = compiler.compile(&format!("{DOCUMENT}{reference}"), &mut schemas);
            of.insert(reference, schema.unwrap_or_else(|err| panic!("{name}: {err:#}")));
        }
        Self { schemas, of }
    }

    /// Says where a value is not what the schema of that reference describes, nothing when it is.
    pub fn faults(&self, reference: &str, value: &Value) -> Option<String> {
        let schema = *self.of.get(reference).unwrap_or_else(|| panic!("“{reference}” leads to no schema"));
        self.schemas.validate(value, schema).err().map(|err| format!("{err}\n{value}"))
    }
}

/// A document whose objects have no members but those that are described. What an `allOf` puts together stays open, since
/// each of its parts describes some.
fn closed(mut document: Value) -> Value {
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    let parts: BTreeSet<String> =
        schemas.values().flat_map(|schema| schema["allOf"].as_array()).flatten().map(referred_name).collect();
    for (name, schema) in schemas {
        close(schema);
        if parts.contains(name) {
            schema.as_object_mut().unwrap().remove("unevaluatedProperties");
        }
    }
    document
}

fn referred_name(part: &Value) -> String {
    part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).expect("a reference").to_owned()
}

fn close(schema: &mut Value) {
    let Some(words) = schema.as_object_mut() else { return };
    for (word, meant) in words.iter_mut() {
        match (&**word, meant) {
            ("properties", Value::Object(members)) => members.values_mut().for_each(close),
            ("anyOf", Value::Array(any)) => any.iter_mut().for_each(close),
            ("items" | "additionalProperties", inner) => close(inner),
            _ => {}
        }
    }
    words.insert("unevaluatedProperties".to_owned(), json!(false));
}

#[test]
fn what_is_not_as_described_is_found() {
    let inner = "#/components/schemas/Inner";
    let described = Described::of(&json!({"components": {"schemas": {
        "Inner": {"type": "object", "properties": {"x": {"type": "integer", "maximum": 5}}, "required": ["x"]},
        "Besides": {"type": "object", "properties": {"id": {"type": "string", "pattern": "^a+$"}}, "required": ["id"]},
        "Thing": {"type": "object", "properties": {
            "one": {"anyOf": [{"$ref": inner}, {"type": "null"}]},
            "many": {"type": "array", "items": {"$ref": inner}},
            "texts": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
        }, "required": ["one"]},
        "Whole": {"allOf": [{"$ref": "#/components/schemas/Thing"}, {"$ref": "#/components/schemas/Besides"}]},
    }}}));
    for (value, wrong) in [
        (json!({"one": null, "id": "aa", "many": [{"x": 1}], "texts": {"k": "v", "l": null}}), None),
        (json!({"one": {"x": 5}, "id": "a"}), None),
        (json!({"id": "a"}), Some("'one'")),
        (json!({"one": null, "id": "b"}), Some("/id")),
        (json!({"one": {"x": 6}, "id": "a"}), Some("/one/x")),
        (json!({"one": {"x": 1, "y": 1}, "id": "a"}), Some("/one/y")),
        (json!({"one": null, "id": "a", "z": 1}), Some("'/z'")),
        (json!({"one": null, "id": "a", "many": [{"x": 1}, {}]}), Some("/many/1")),
        (json!({"one": null, "id": "a", "many": [{"x": 1, "why": 2}]}), Some("/many/0/why")),
        (json!({"one": null, "id": "a", "texts": {"k": 7}}), Some("/texts/k")),
    ] {
        let found = described.faults("#/components/schemas/Whole", &value);
        match wrong {
            None => assert_eq!(found, None),
            Some(place) => assert!(found.as_ref().is_some_and(|text| text.contains(place)), "{place}: {found:?}"),
        }
    }
}
