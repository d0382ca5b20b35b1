//! What the calls of the document share: refusals, headers, and what every answer has.

use serde_json::{Map, Value, json};

use crate::{api::shape::reference, api_keys::permissions::Resource, codes::Code};

/// The codes that every call has, or every one of its kind, under the names of their answers in the document.
const SHARED: &[(&str, &[Code])] = &[
    ("KeyRefused", &[Code::KeyMissing, Code::KeyMalformed, Code::KeyUnknown, Code::KeyRevoked, Code::KeyExpired]),
    ("PermissionMissing", &[Code::PermissionMissing]),
    ("NotFound", &[Code::NotFound]),
    ("NotAcceptable", &[Code::NotAcceptable]),
    ("BodyTooSlow", &[Code::BodyTooSlow]),
    ("BodyTooLarge", &[Code::BodyTooLarge]),
    ("UnsupportedMediaType", &[Code::UnsupportedMediaType]),
    ("InProgressOrMasked", &[Code::IdempotencyInProgress, Code::Masked, Code::ClockMoving]),
    ("VersionMismatch", &[Code::VersionMismatch]),
    ("IdempotencyKeyReused", &[Code::IdempotencyKeyReused]),
    ("TooManyRequests", &[Code::TooManyRequests]),
    ("Internal", &[Code::Internal]),
    ("Unavailable", &[Code::Unavailable]),
];

/// Refers to headers by their names.
pub fn headers(names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}))).collect()
}

/// Returns the answer of refusals, which is shared where every call of a kind has the same.
pub fn refusal(codes: &[Code]) -> Value {
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

/// Returns the refusals that calls share, by their names.
pub fn refusals() -> Map<String, Value> {
    SHARED.iter().map(|(name, codes)| ((*name).to_owned(), refusal_of(codes))).collect()
}

/// Describes what every answer has besides.
pub fn answered() -> Value {
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

/// Describes what is sent to webhook endpoints.
pub fn receiving() -> Value {
    let header = |name: &str, meaning: &str, example: &str| {
        let schema = json!({"type": "string", "examples": [example]});
        json!({"name": name, "in": "header", "required": true, "description": meaning, "schema": schema})
    };
    json!({
        "operationId": "receive_event",
        "tags": [Resource::Webhooks.label()],
        "summary": "Receive an event",
        "description": "What Clientele sends to a webhook endpoint, as Standard Webhooks says. Verify the bytes as they came, \
            keep them, answer, and work on them afterwards.",
        "security": [],
        "parameters": [
            header("webhook-id", "The event’s id, the same at every try.", "evt_01h2xcejqtf2nbrexx3vqjhp41"),
            header("webhook-timestamp", "The time of this try, in whole seconds since 1970.", "1795888800"),
            header(
                "webhook-signature",
                "`v1,` and base64 of HMAC-SHA-256 over id, timestamp and body, with full stops between; two with a space \
                    between while the secret is being replaced.",
                "v1,gNmgjlnu9T3btyr0Olog/DZqb2+YsQkGZh8dJKltnTw=",
            ),
        ],
        "requestBody": {"required": true, "content": {"application/json": {"schema": reference("Event")}}},
        "responses": {"2XX": {"description": "It was received. Anything else, or none within 15 seconds: it is sent again."}},
    })
}

/// Describes the headers that calls take.
pub fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Names this request, so that it is done once however often it is sent: for seven days the \
                first answer comes again. Best a random UUID.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        },
        "IfMatch": {
            "name": "If-Match",
            "in": "header",
            "description": "The `ETag` of an answer: changes nothing if somebody else did meanwhile.",
            "schema": {
                "type": "string",
                "pattern": r#"^(\*|(W/)?"[0-9]{1,9}"(, *(W/)?"[0-9]{1,9}")*)$"#,
                "examples": ["\"7\""],
            },
        },
    })
}

/// Describes the headers that answers have.
pub fn answered_headers() -> Value {
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
