//! The OpenAPI document, drawn from the list of routes. What all calls share, or all calls of a kind, is added here.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{
    HttpResponse,
    http::{Method, StatusCode},
    web,
};
use serde_json::{Map, Value, json};

use super::{
    present,
    refusal::Result,
    route::ApiRoute,
    shape::{self, SCHEMAS, Shape, reference, sample_of},
    told::{Kind, Parameter, Told},
};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    ids::{self, AddressId, CustomerId, EventId, MethodId, PaymentId, RefundId},
};

/// The path of the document.
pub const PATH: &str = "/v1/openapi.json";

/// Returns the route of the document, which needs no key.
pub fn routes() -> Vec<ApiRoute> {
    vec![ApiRoute::get(PATH, None, show)]
}

/// The document, made when it is asked for first.
pub type Described = &'static LazyLock<Document>;

/// All that can be told of the calls.
#[derive(Debug)]
pub struct Document {
    pub operations: Vec<Operation>,
    /// What is sent.
    pub shapes: Vec<&'static Shape>,
    /// All schemas by their names.
    pub schemas: Map<String, Value>,
    text: String,
}

/// A call with what it shares with others.
#[derive(Debug)]
pub struct Operation {
    pub methods: &'static [Method],
    pub path: &'static str,
    pub need: Option<Permission>,
    pub parameters: &'static [Parameter],
    pub told: Told,
    /// The successes, each with the name of its schema.
    pub answers: Vec<(StatusCode, String)>,
    /// The codes of its refusals, by status.
    pub codes: BTreeMap<u16, Vec<Code>>,
}

/// The codes that every call has, or every one of its kind, under the names of their answers in the document.
const SHARED: &[(&str, &[Code])] = &[
    ("KeyRefused", &[Code::KeyMissing, Code::KeyMalformed, Code::KeyUnknown, Code::KeyRevoked, Code::KeyExpired]),
    ("PermissionMissing", &[Code::PermissionMissing]),
    ("NotFound", &[Code::NotFound]),
    ("BodyTooSlow", &[Code::BodyTooSlow]),
    ("BodyTooLarge", &[Code::BodyTooLarge]),
    ("UnsupportedMediaType", &[Code::UnsupportedMediaType]),
    ("IdempotencyInProgress", &[Code::IdempotencyInProgress]),
    ("VersionMismatch", &[Code::VersionMismatch]),
    ("IdempotencyKeyReused", &[Code::IdempotencyKeyReused]),
    ("TooManyRequests", &[Code::TooManyRequests]),
    ("Internal", &[Code::Internal]),
    ("Unavailable", &[Code::Unavailable]),
];

/// What ids stand behind a word in a path.
const IDS: &[(&str, &str, &str)] = &[
    ("customers", CustomerId::PREFIX, "The id of a customer."),
    ("addresses", AddressId::PREFIX, "The id of an address of the customer."),
    ("wallet", MethodId::PREFIX, "The id of a payment method of the customer."),
    ("payments", PaymentId::PREFIX, "The id of a payment."),
    ("refunds", RefundId::PREFIX, "The id of a refund."),
    ("events", EventId::PREFIX, "The id of an event."),
];

/// Answers `GET /v1/openapi.json`.
async fn show(document: web::Data<Described>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().content_type("application/json").body(document.text.as_str()))
}

impl Operation {
    fn of(route: ApiRoute, generator: &mut schemars::SchemaGenerator) -> Self {
        let ApiRoute { methods, path, need, parameters, told, .. } = route;
        let answers = told.answers.iter().map(|one| (one.status, name_of(&(one.schema)(generator)))).collect();
        let mut operation = Self { methods, path, need, parameters, told, answers, codes: BTreeMap::new() };
        operation.codes = operation.all_codes();
        operation
    }

    /// Returns whether it changes something: then it reads a body, and is done once for an `Idempotency-Key`.
    pub fn is_change(&self) -> bool {
        !self.methods.contains(&Method::GET)
    }

    /// Returns the names in its path.
    pub fn path_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Returns the kind of thing that it is about, as a heading.
    pub fn tag(&self) -> &'static str {
        self.need.map_or("Keys", |need| need.resource.label())
    }

    /// Returns what a key must be allowed, like `customers:write`.
    pub fn permission(&self) -> String {
        self.need.map_or_else(|| "any key".to_owned(), |need| need.to_string())
    }

    fn all_codes(&self) -> BTreeMap<u16, Vec<Code>> {
        let mut codes = vec![Code::UnknownParameter, Code::InvalidParameter];
        codes.extend(self.parameters.iter().flat_map(|one| one.codes));
        if self.is_change() {
            codes.extend([Code::InvalidJson, Code::NotAnObject, Code::DuplicateKey, Code::InvalidFields]);
            codes.extend([Code::BodyTooSlow, Code::BodyTooLarge, Code::UnsupportedMediaType]);
            codes.extend([Code::IdempotencyInProgress, Code::IdempotencyKeyReused]);
        }
        codes.extend(self.told.is_compared.then_some(Code::VersionMismatch));
        codes.extend(self.need.map(|_| Code::PermissionMissing));
        codes.extend(self.path_names().next().map(|_| Code::NotFound));
        codes.extend([Code::KeyMissing, Code::KeyMalformed, Code::KeyUnknown, Code::KeyRevoked, Code::KeyExpired]);
        codes.extend([Code::TooManyRequests, Code::Internal, Code::Unavailable]);
        codes.extend(self.told.codes);
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in codes {
            let of_status = by_status.entry(code.status().as_u16()).or_default();
            if !of_status.contains(&code) {
                of_status.push(code);
            }
        }
        by_status
    }

    /// Returns its name in generated clients. The methods beside the first are other names of the same.
    fn id(&self, method: &Method) -> String {
        match self.methods.first() {
            Some(first) if first != method => format!("{}_by_{}", self.told.id, method.as_str().to_lowercase()),
            _ => self.told.id.to_owned(),
        }
    }

    fn describe(&self, method: &Method) -> Value {
        let id = self.id(method);
        let mut operation = json!({
            "operationId": id,
            "summary": self.told.summary,
            "description": self.told.text,
            "tags": [self.tag()],
            "parameters": self.describe_parameters(),
            "responses": self.describe_answers(),
            "x-permission": self.permission(),
        });
        if id != self.told.id {
            operation["x-alias-of"] = self.told.id.into();
        }
        if let Some(shape) = self.told.body {
            let content = json!({"schema": reference(shape.name), "example": shape.sample()});
            operation["requestBody"] = json!({"required": true, "content": {"application/json": content}});
        }
        operation
    }

    fn describe_parameters(&self) -> Vec<Value> {
        let in_path = self.path_names().map(|name| in_path(self.path, name));
        let shared = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
        let once = self.is_change().then(|| shared("IdempotencyKey"));
        let meant = self.told.is_compared.then(|| shared("IfMatch"));
        in_path.chain(self.parameters.iter().map(behind_path)).chain(once).chain(meant).collect()
    }

    fn describe_answers(&self) -> Value {
        let successes = self.answers.iter().map(|(status, name)| {
            let content = json!({"schema": reference(&format!("{name}Answer"))});
            let headers = headers(&self.headers(*status));
            let answer = json!({
                "description": meaning(*status),
                "headers": headers,
                "content": {"application/json": content},
            });
            (status.as_str().to_owned(), answer)
        });
        let refusals = self.codes.iter().map(|(status, codes)| (status.to_string(), refusal(codes)));
        successes.chain(refusals).collect()
    }

    /// Returns the headers of a success.
    pub fn headers(&self, status: StatusCode) -> Vec<&'static str> {
        let mut headers = vec!["Request-Id", "RateLimit-Policy", "RateLimit"];
        headers.extend(self.told.is_versioned.then_some("ETag"));
        headers.extend((self.told.is_located && status == StatusCode::CREATED).then_some("Location"));
        headers.extend(self.is_change().then_some("Idempotent-Replayed"));
        headers
    }
}

fn name_of(schema: &schemars::Schema) -> String {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(SCHEMAS));
    name.unwrap_or_default().to_owned()
}

/// Returns the kind of id that a name in a path stands for: prefix and meaning.
pub fn id_in_path(path: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let (before, _) = path.split_once(&format!("/{{{name}}}"))?;
    let word = before.rsplit('/').next()?;
    IDS.iter().find(|(known, ..)| *known == word).map(|(_, prefix, meaning)| (*prefix, *meaning))
}

fn in_path(path: &str, name: &str) -> Value {
    let (prefix, meaning) = id_in_path(path, name).unwrap_or_default();
    json!({"name": name, "in": "path", "required": true, "description": meaning, "schema": ids::schema(prefix)})
}

/// Describes a parameter behind the `?`.
pub fn behind_path(one: &Parameter) -> Value {
    let schema = match one.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Kind::OneOf(words) => json!({"type": "string", "enum": words}),
    };
    json!({"name": one.name, "in": "query", "required": false, "description": one.meaning, "schema": schema})
}

fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::CREATED => "It is made.",
        StatusCode::ACCEPTED => "It is under way.",
        _ => "It is done.",
    }
}

fn headers(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))).collect()
}

/// Returns the answer of refusals, which is shared where every call of a kind has the same.
fn refusal(codes: &[Code]) -> Value {
    match SHARED.iter().find(|(_, shared)| *shared == codes) {
        Some((name, _)) => json!({"$ref": format!("#/components/responses/{name}")}),
        None => refusal_of(codes),
    }
}

fn refusal_of(codes: &[Code]) -> Value {
    let lines: Vec<String> = codes.iter().map(|code| format!("- `{code}`: {}", code.meaning())).collect();
    let waits = codes.iter().any(|code| matches!(code.status().as_u16(), 429 | 503));
    let mut names = vec!["Request-Id"];
    names.extend((waits || codes.contains(&Code::IdempotencyInProgress)).then_some("Retry-After"));
    json!({
        "description": lines.join("\n"),
        "headers": headers(&names),
        "content": {"application/json": {"schema": reference("ErrorAnswer")}},
        "x-codes": codes,
    })
}

impl Document {
    /// Draws the document from all routes.
    pub fn of(routes: Vec<ApiRoute>) -> Self {
        let mut generator = shape::generator();
        generator.subschema_for::<present::Answer<'_>>();
        let operations: Vec<Operation> = routes.into_iter().map(|one| Operation::of(one, &mut generator)).collect();
        let mut shapes: Vec<&'static Shape> = Vec::new();
        for shape in operations.iter().filter_map(|one| one.told.body).flat_map(Shape::with_inner) {
            if !shapes.iter().any(|known| known.name == shape.name) {
                shapes.push(shape);
            }
        }
        let mut schemas = generator.take_definitions(true);
        schemas.extend(shapes.iter().map(|one| (one.name.to_owned(), one.schema())));
        schemas.insert("Answered".to_owned(), answered());
        for (_, name) in operations.iter().flat_map(|one| &one.answers) {
            let whole = json!({"allOf": [reference(name), reference("Answered")]});
            let example = sample_of(&whole, &schemas);
            schemas.insert(format!("{name}Answer"), json!({"allOf": whole["allOf"], "examples": [example]}));
        }
        let mut document = Self { operations, shapes, schemas, text: String::new() };
        document.text = format!("{:#}\n", document.json());
        document
    }

    /// Returns the text of the document.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the kinds of things that there are calls about, in the order of the calls.
    pub fn tags(&self) -> Vec<&'static str> {
        let mut tags: Vec<&'static str> = Vec::new();
        for tag in self.operations.iter().map(Operation::tag) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    fn json(&self) -> Value {
        let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for operation in &self.operations {
            let of_path = paths.entry(operation.path).or_default();
            for method in operation.methods {
                of_path.insert(method.as_str().to_lowercase(), operation.describe(method));
            }
        }
        let refusals: Map<String, Value> =
            SHARED.iter().map(|(name, codes)| ((*name).to_owned(), refusal_of(codes))).collect();
        let tags: Vec<Value> =
            self.tags().into_iter().map(|tag| json!({"name": tag, "description": about(tag)})).collect();
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Clientele API", "version": "1", "summary": SUMMARY, "description": DESCRIPTION},
            "servers": [{"url": "/", "description": "The Clientele that this document comes from."}],
            "security": [{"bearer": []}, {"apiKey": []}],
            "tags": tags,
            "paths": paths,
            "components": {
                "schemas": self.schemas,
                "responses": refusals,
                "parameters": shared_parameters(),
                "headers": shared_headers(),
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer KEY`"},
                    "apiKey": {
                        "type": "apiKey",
                        "in": "header",
                        "name": "Authorization",
                        "description": "The same key as `Authorization: ApiKey KEY`.",
                    },
                },
            },
        })
    }
}

const SUMMARY: &str = "Everything the dashboard does with customers, by key.";
const DESCRIPTION: &str = "A key decides merchant and account. Every field of an answer is always there, `null` when it is \
    empty. Lists of words in answers may grow: treat an unknown word as “other”. Nothing that is sent is ignored: an \
    unknown field or parameter is refused with the nearest known one. `/docs/api` tells people the same, and what all calls have in common.";

/// Returns what a kind of thing is.
pub fn about(tag: &str) -> &'static str {
    let of = |resource: Resource| resource.label() == tag;
    match () {
        () if of(Resource::Customers) => "Customers with their addresses, and what they paid in numbers.",
        () if of(Resource::Wallet) => "The cards and bank accounts of a customer, one of them the default.",
        () if of(Resource::Payments) => "Payments, and what they come to.",
        () if of(Resource::Refunds) => "Refunds of payments.",
        () if of(Resource::Events) => "What happened.",
        () if of(Resource::Tokens) => "Tokens for trying things out, in test accounts.",
        () => "The key that asks.",
    }
}

fn answered() -> Value {
    json!({
        "type": "object",
        "description": "What every answer has besides.",
        "properties": {"request_id": {
            "type": "string",
            "format": "uuid",
            "description": "Names the request, as the header `Request-Id` does. Quote it when you ask for help.",
            "examples": ["0199a3c0-7a5e-7c1d-9f2b-5d0e8a4c6b31"],
        }},
        "required": ["request_id"],
    })
}

fn shared_parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Names this request, so that it is done once however often it is sent: for seven days the \
                first answer comes again. Best a random UUID.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        "IfMatch": {
            "name": "If-Match",
            "in": "header",
            "description": "The `ETag` of an answer: changes nothing if somebody else did meanwhile.",
            "schema": {"type": "string", "examples": ["\"7\""]},
        },
    })
}

fn shared_headers() -> Value {
    let header = |meaning: &str, example: &str| json!({"description": meaning, "schema": {"type": "string", "examples": [example]}});
    json!({
        "Request-Id": header("Names the request.", "0199a3c0-7a5e-7c1d-9f2b-5d0e8a4c6b31"),
        "RateLimit-Policy": header("The limits of a key.", "\"default\";q=200;w=2, \"search\";q=40;w=2"),
        "RateLimit": header("What is left of the nearer limit.", "\"default\";r=187;t=1"),
        "Retry-After": header("How many seconds to wait before the next try.", "1"),
        "ETag": header("The version, for `If-Match`.", "\"7\""),
        "Location": header("The path of what was made.", "/v1/customers/cust_01h2xcejqtf2nbrexx3vqjhp41"),
        "Idempotent-Replayed": header("`true` when it is the answer of an earlier request with the same key.", "true"),
    })
}
