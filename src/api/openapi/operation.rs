//! A call as the document has it: what its route tells, and what it shares with the others of its kind.

use std::collections::BTreeMap;

use actix_web::http::{Method, StatusCode};
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use super::shared;
use crate::{
    api::{
        route::ApiRoute,
        shape::{SCHEMAS, reference},
        told::{Kind, Parameter, Told},
    },
    api_keys::permissions::Permission,
    codes::Code,
    ids::{
        self, AddressId, CustomerId, EndpointId, EventId, FieldId, InvoiceId, MethodId, NoteId, PaymentId, PriceId,
        RefundId, ScheduleId, SubscriptionId,
    },
};

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

/// What ids stand behind a word in a path.
const IDS: &[(&str, &str, &str)] = &[
    ("customers", CustomerId::PREFIX, "The id of a customer."),
    ("addresses", AddressId::PREFIX, "The id of an address of the customer."),
    ("wallet", MethodId::PREFIX, "The id of a payment method of the customer."),
    ("notes", NoteId::PREFIX, "The id of a note."),
    ("custom_fields", FieldId::PREFIX, "The id of a custom field."),
    ("prices", PriceId::PREFIX, "The id of a price, or your own key of it."),
    ("subscriptions", SubscriptionId::PREFIX, "The id of a subscription."),
    ("payment_schedules", ScheduleId::PREFIX, "The id of a payment schedule."),
    ("invoices", InvoiceId::PREFIX, "The id of an invoice."),
    ("payments", PaymentId::PREFIX, "The id of a payment."),
    ("refunds", RefundId::PREFIX, "The id of a refund."),
    ("events", EventId::PREFIX, "The id of an event."),
    ("webhook_endpoints", EndpointId::PREFIX, "The id of a webhook endpoint."),
    ("deliveries", EventId::PREFIX, "The id of an event."),
];

/// The pattern of a merchant's own key of a price, which an id has too.
const KEY: &str = "^[a-z0-9_-]{1,60}$";

/// The name in a path that is a number and no id.
const NUMBER: &str = "number";

impl Operation {
    /// Makes it of its route; the schemas of its answers are made by `generator`.
    pub fn of(route: ApiRoute, generator: &mut SchemaGenerator) -> Self {
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
            codes.extend([Code::IdempotencyInProgress, Code::IdempotencyKeyReused, Code::Masked, Code::ClockMoving]);
        }
        codes.extend(self.told.is_compared.then_some(Code::VersionMismatch));
        codes.extend(self.need.map(|_| Code::PermissionMissing));
        codes.extend(self.path_names().next().map(|_| Code::NotFound));
        codes.extend([Code::KeyMissing, Code::KeyMalformed, Code::KeyUnknown, Code::KeyRevoked, Code::KeyExpired]);
        codes.extend([Code::NotAcceptable, Code::TooManyRequests, Code::Internal, Code::Unavailable]);
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

    /// Describes it, for one of its methods.
    pub fn describe(&self, method: &Method) -> Value {
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
            let headers = shared::headers(&self.headers());
            let answer = json!({
                "description": meaning(*status),
                "headers": headers,
                "content": {"application/json": content},
            });
            (status.as_str().to_owned(), answer)
        });
        let refusals = self.codes.iter().map(|(status, codes)| (status.to_string(), shared::refusal(codes)));
        successes.chain(refusals).collect()
    }

    /// Returns the headers of a success.
    pub fn headers(&self) -> Vec<&'static str> {
        let mut headers = vec!["Request-Id", "RateLimit-Policy", "RateLimit"];
        headers.extend(self.told.is_versioned.then_some("ETag"));
        headers.extend(self.told.is_located.then_some("Location"));
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
    if name == NUMBER {
        let schema = json!({"type": "integer", "minimum": 1, "maximum": i16::MAX});
        return json!({"name": name, "in": "path", "required": true, "description": "The number of the part.", "schema": schema});
    }
    let (prefix, meaning) = id_in_path(path, name).unwrap_or_default();
    let mut schema = ids::schema(prefix).to_value();
    if prefix == PriceId::PREFIX {
        schema["pattern"] = KEY.into();
    }
    json!({"name": name, "in": "path", "required": true, "description": meaning, "schema": schema})
}

/// Describes a parameter behind the `?`.
pub fn behind_path(one: &Parameter) -> Value {
    let schema = match one.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Filled => json!({"type": "string", "pattern": r"\S"}),
        Kind::Id(prefix) => ids::schema(prefix).to_value(),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Kind::OneOf(words) => {
            let names: Vec<String> = words.iter().map(|word| constant(word)).collect();
            json!({"type": "string", "enum": words, "x-enum-varnames": names})
        }
        // A pattern with all of them, since generated clients take a text more easily than one of two types. An empty text
        // is as good as none.
        Kind::OneOfOr(pattern, words) => {
            json!({"type": "string", "pattern": format!("^({})?$|{pattern}", words.join("|"))})
        }
    };
    json!({"name": one.name, "in": "query", "required": false, "description": one.meaning, "schema": schema})
}

/// Returns the name of a word in generated clients: `CREATED_DESCENDING` for `-created`.
fn constant(word: &str) -> String {
    match word.strip_prefix('-') {
        Some(word) => format!("{}_DESCENDING", word.to_uppercase()),
        None => word.to_uppercase(),
    }
}

fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::CREATED => "It is made.",
        StatusCode::ACCEPTED => "It is under way.",
        _ => "It is done.",
    }
}
