//! The page that tells people of the API, drawn from the same lists as the program itself and the OpenAPI document:
//! calls, shapes and codes.

use std::fmt::Write as _;

use actix_web::{HttpResponse, http::Method, web};
use askama::Template;
use serde_json::Value;

use super::{
    object::{fields_of, sample_of},
    openapi::{
        self, Described, Document,
        operation::{self, Operation},
    },
    shape::{Field, SCHEMAS, Sample, Shape},
};
use crate::{
    codes::Code,
    config::PublicUrl,
    error::Result,
    gateway::sandbox::{SAMPLES, Sample as Token},
    html,
    routes::Route,
};

/// Returns the routes of the documents, which anybody may read.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/docs/api", show)]
}

/// The most words of an open list that are named where it stands.
const MOST_WORDS: usize = 8;

/// The calls about one kind of thing.
struct Section {
    /// The name in the address: `payment_methods`.
    anchor: String,
    title: &'static str,
    about: &'static str,
    calls: Vec<Call>,
}

/// A call as it is told.
struct Call {
    id: &'static str,
    summary: &'static str,
    text: &'static str,
    /// Like `PATCH, PUT, POST`.
    methods: String,
    path: &'static str,
    permission: String,
    parameters: Vec<Row>,
    body: Vec<Row>,
    answers: Vec<Success>,
    /// Whether changes compare with the answer's version.
    is_versioned: bool,
    /// The codes of its own refusals.
    codes: Vec<Code>,
    curl: String,
}

/// What a call answers when it is done.
struct Success {
    status: u16,
    /// The object, alone or in a list.
    object: String,
    is_list: bool,
}

/// A field or parameter.
struct Row {
    name: String,
    /// What it may be, in words.
    kind: String,
    /// The object that it is or holds.
    object: Option<String>,
    is_nullable: bool,
    is_required: bool,
    meaning: String,
}

/// An object that is answered, or stands in a body.
struct Object {
    name: String,
    meaning: String,
    rows: Vec<Row>,
    sample: String,
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    host: String,
    /// A day's calls, which the tests make as they stand here.
    day: &'static str,
    /// Receivers of events, and a reader, which the tests run as they stand here.
    node: &'static str,
    python: &'static str,
    copy: &'static str,
    document: &'static str,
    sections: Vec<Section>,
    /// What is answered.
    objects: Vec<Object>,
    /// What stands in bodies.
    parts: Vec<Object>,
    tokens: &'static [Token],
    codes: Vec<Code>,
}

/// Answers `GET /docs/api`.
async fn show(document: web::Data<Described>, url: web::Data<PublicUrl>) -> Result<HttpResponse> {
    let document: &Document = &document;
    html::html(DocsPage {
        host: url.origin.clone(),
        day: include_str!("../../docs/day.sh"),
        node: include_str!("../../docs/receivers/receiver.mjs"),
        python: include_str!("../../docs/receivers/receiver.py"),
        copy: include_str!("../../docs/receivers/copy.sh"),
        document: openapi::PATH,
        sections: document.tags().into_iter().map(|tag| section(document, tag, &url.origin)).collect(),
        objects: objects(document),
        parts: parts(document),
        tokens: &SAMPLES,
        codes: Code::ALL.iter().copied().filter(|code| !code.is_of_pages()).collect(),
    })
}

fn section(document: &Document, tag: &'static str, host: &str) -> Section {
    let calls = document.operations.iter().filter(|one| one.tag() == tag).map(|one| call(one, host)).collect();
    Section { anchor: tag.to_lowercase().replace(' ', "_"), title: tag, about: openapi::about(tag), calls }
}

fn call(operation: &Operation, host: &str) -> Call {
    let Operation { told, path, .. } = operation;
    Call {
        id: told.id,
        summary: told.summary,
        text: told.text,
        methods: operation.methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", "),
        path,
        permission: operation.permission(),
        parameters: operation.parameters.iter().map(|one| parameter(&operation::behind_path(one))).collect(),
        body: told.body.map(rows_of_shape).unwrap_or_default(),
        answers: operation.answers.iter().map(|(status, name)| success(status.as_u16(), name)).collect(),
        is_versioned: told.is_versioned,
        codes: told.codes.to_vec(),
        curl: curl(operation, host),
    }
}

fn success(status: u16, name: &str) -> Success {
    let of_list = name.strip_suffix("List");
    Success { status, object: of_list.unwrap_or(name).to_owned(), is_list: of_list.is_some() }
}

/// Returns a command that makes the call, with the example of its body.
fn curl(operation: &Operation, host: &str) -> String {
    let mut path = operation.path.to_owned();
    for name in operation.path_names() {
        let example = match operation::id_in_path(operation.path, name) {
            Some((prefix, _)) => format!("{prefix}_01h2xcejqtf2nbrexx3vqjhp41"),
            None => "1".to_owned(),
        };
        path = path.replace(&format!("{{{name}}}"), &example);
    }
    let method = operation.methods.first().map_or("GET", Method::as_str);
    let method = if method == "GET" { String::new() } else { format!("-X {method} ") };
    let mut command = format!("curl {method}{host}{path} \\\n  -H \"Authorization: Bearer $KEY\"");
    if let Some(shape) = operation.told.body {
        let body = serde_json::to_string_pretty(&shape.sample()).unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = write!(command, " -H \"Content-Type: application/json\" \\\n  -d '{body}'");
    }
    command
}

fn parameter(described: &Value) -> Row {
    let text = |name: &str| described[name].as_str().unwrap_or_default().to_owned();
    row(&text("name"), &described["schema"], false, text("description"))
}

fn rows_of_shape(shape: &Shape) -> Vec<Row> {
    let schema = shape.schema();
    let row = |field: &Field| {
        let row = row(field.name, &schema["properties"][field.name], field.is_required, field.meaning.to_owned());
        // What is sent may be null wherever it need not be given; the rules say so once.
        Row { is_nullable: false, ..row }
    };
    shape.all().map(row).collect()
}

fn row(name: &str, schema: &Value, is_required: bool, meaning: String) -> Row {
    Row {
        name: name.to_owned(),
        kind: kind(schema),
        object: object_of(schema).map(str::to_owned),
        is_nullable: is_nullable(schema),
        is_required,
        meaning,
    }
}

/// Returns the objects that answers are made of, that of errors last.
fn objects(document: &Document) -> Vec<Object> {
    let is_sent = |name: &str| document.shapes.iter().any(|shape| shape.name == name);
    // A list and the whole of an answer are told once for all.
    let is_whole = |name: &str| name.ends_with("Answer") || name.ends_with("List") || name == "Answered";
    let names = document.schemas.iter().filter(|(name, _)| !is_sent(name) && !is_whole(name));
    names.map(|(name, schema)| object(document, name, schema)).collect()
}

fn object(document: &Document, name: &str, schema: &Value) -> Object {
    let meaning = |schema: &Value| schema["description"].as_str().unwrap_or_default().to_owned();
    let rows = fields_of(schema).into_iter().map(|(name, one)| row(name, one, false, meaning(one))).collect();
    let sample = match name {
        "Error" | "FieldError" => String::new(),
        _ => pretty(&sample_of(schema, &document.schemas)),
    };
    Object { name: name.to_owned(), meaning: meaning(schema), rows, sample }
}

/// Returns the objects that stand within bodies.
fn parts(document: &Document) -> Vec<Object> {
    let is_inner = |shape: &&&Shape| document.shapes.iter().any(|one| one.all().any(|field| field.holds(shape)));
    let object = |shape: &&Shape| Object {
        name: shape.name.to_owned(),
        meaning: shape.meaning.to_owned(),
        rows: rows_of_shape(shape),
        sample: String::new(),
    };
    document.shapes.iter().filter(is_inner).map(object).collect()
}

fn pretty(sample: &Sample) -> String {
    serde_json::to_string_pretty(sample).unwrap_or_default()
}

/// Returns the object that a value is or holds.
fn object_of(schema: &Value) -> Option<&str> {
    let named = schema["$ref"].as_str().and_then(|path| path.strip_prefix(SCHEMAS));
    let first = || schema["anyOf"].get(0).and_then(object_of);
    let items = || schema.get("items").and_then(object_of);
    named.or_else(first).or_else(items)
}

/// Returns in words what a value may be; an object is named beside it.
fn kind(schema: &Value) -> String {
    if let Some(word) = schema["const"].as_str() {
        return format!("“{word}”");
    }
    match schema["anyOf"].get(0) {
        Some(first) => kind_of_one(first, true),
        None => kind_of_one(schema, false),
    }
}

fn is_nullable(schema: &Value) -> bool {
    let is_null = |one: &Value| one["type"] == "null" || one["type"].get(1).is_some_and(|one| one == "null");
    is_null(schema) || schema["anyOf"].as_array().is_some_and(|any| any.iter().any(is_null))
}

fn kind_of_one(schema: &Value, is_open: bool) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        let more = if is_open { ", …" } else { "" };
        return if words.len() > MOST_WORDS && is_open {
            "word".to_owned()
        } else {
            format!("{}{more}", words.join(", "))
        };
    }
    let bounds = match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) if most < i64::from(i32::MAX) => format!(", {least} to {most}"),
        _ => String::new(),
    };
    let type_name = schema["type"].as_str().or_else(|| schema["type"].get(0)?.as_str());
    match type_name {
        Some("string") => match schema["maxLength"].as_u64() {
            Some(most) => format!("text up to {most}"),
            None if schema.get("pattern").is_some() => "id".to_owned(),
            None => "text".to_owned(),
        },
        Some("integer") => format!("whole number{bounds}"),
        Some("boolean") => "true or false".to_owned(),
        Some("array") if object_of(&schema["items"]).is_some() => "list of".to_owned(),
        Some("array") => format!("list of {}s", kind(&schema["items"])),
        Some("object") if schema.get("additionalProperties").is_some_and(Value::is_object) => "texts by key".to_owned(),
        Some("object") => "object".to_owned(),
        _ if object_of(schema).is_some() => String::new(),
        _ => "anything".to_owned(),
    }
}
