//! The OpenAPI document, drawn from the list of routes. What calls share is added in [`operation`], as [`shared`] has it.

pub mod operation;
mod shared;

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use self::operation::Operation;
use super::{
    object::{self, sample_of},
    present,
    refusal::Result,
    route::ApiRoute,
    shape::{Shape, reference},
};
use crate::api_keys::permissions::Resource;

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

/// Answers `GET /v1/openapi.json`.
async fn show(document: web::Data<Described>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().content_type("application/json").body(document.text.as_str()))
}

impl Document {
    /// Draws the document from all routes.
    pub fn of(routes: Vec<ApiRoute>) -> Self {
        let mut generator = object::generator();
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
        schemas.insert("Answered".to_owned(), shared::answered());
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
        let tags: Vec<Value> =
            self.tags().into_iter().map(|tag| json!({"name": tag, "description": about(tag)})).collect();
        json!({
            "openapi": "3.1.0",
            "info": {"title": "Clientele API", "version": "1", "summary": SUMMARY, "description": DESCRIPTION},
            "servers": [{"url": "/", "description": "The Clientele that this document comes from."}],
            "security": [{"bearer": []}, {"apiKey": []}],
            "tags": tags,
            "paths": paths,
            "webhooks": {"event": {"post": shared::receiving()}},
            "components": {
                "schemas": self.schemas,
                "responses": shared::refusals(),
                "parameters": shared::parameters(),
                "headers": shared::answered_headers(),
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
        () if of(Resource::CustomFields) => "The fields that the merchant has defined for its customers.",
        () if of(Resource::Events) => "What happened.",
        () if of(Resource::Webhooks) => "Where what happens is told, as it happens.",
        () if of(Resource::Tokens) => "Tokens for trying things out, in test accounts.",
        () => "The key that asks.",
    }
}
