//! The presenter of the scope: everything is answered in JSON, faults of ours and unknown paths included.

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::{
    answer::Reply,
    call::Masked,
    limits::{Left, Limits},
    object::open,
    refusal::{Refusal, Result, Said},
    shape::reference,
};
use crate::{
    codes::{Code, Place},
    config::PublicUrl,
    db::PAUSE,
    defences,
    error::Error,
    input::FieldError,
    logging::{self, LeftOut},
    reason::{Detail, Reason},
    values::curtain::Curtain,
};

/// Why a call is not done.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ErrorAnswer")]
pub struct Answer<'a> {
    /// The reason.
    error: Told<'a>,
    /// Names this request. Quote it when you ask for help.
    request_id: Uuid,
}

#[derive(Serialize)]
struct Failed<'a> {
    error: Told<'a>,
}

/// A reason. Some codes bring members of their own.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Error", transform = add_besides)]
struct Told<'a> {
    /// The family of the code, for a program that does not know the code.
    #[schemars(transform = open(&families()))]
    r#type: &'static str,
    /// The reason as one word, to act on.
    #[schemars(with = "&str", transform = open(&words(Place::Request)))]
    code: Code,
    /// The reason for people. It may change.
    message: &'a str,
    /// The `param` of the first of the fields.
    param: Option<&'a str>,
    /// The fields or parameters that need a change, all at once.
    #[schemars(with = "Vec<Field<'_>>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<Field<'a>>>,
    #[schemars(skip)]
    #[serde(flatten)]
    besides: &'a Map<String, Value>,
    /// Where the code is explained.
    #[schemars(example = &"/docs/api#invalid_fields")]
    doc_url: String,
}

/// A field or parameter that needs a change.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "FieldError")]
struct Field<'a> {
    /// Its name, or its path: `billing_address.country`.
    param: &'a str,
    /// The reason as one word, to act on.
    #[schemars(with = "&str", transform = open(&words(Place::Field)))]
    code: Code,
    /// The reason for people. It may change.
    message: &'a str,
    /// What was probably meant.
    did_you_mean: Option<&'a str>,
}

fn words(place: Place) -> Vec<&'static str> {
    let of_parameters = [Code::UnknownParameter, Code::InvalidParameter];
    let is_there = |code: &&Code| code.place() == place || (place == Place::Field && of_parameters.contains(code));
    Code::ALL.iter().filter(|code| !code.is_of_pages()).filter(is_there).map(|code| code.as_str()).collect()
}

fn families() -> Vec<&'static str> {
    let mut families: Vec<&str> = Code::ALL.iter().map(|code| code.family().as_str()).collect();
    families.sort_unstable();
    families.dedup();
    families
}

fn described(mut schema: Value, meaning: &str) -> Value {
    schema["description"] = meaning.into();
    schema
}

/// Adds the members that only some codes bring.
fn add_besides(error: &mut Schema) {
    let besides = json!({
        "did_you_mean": {"type": ["string", "null"], "description": "What was probably meant."},
        "permission": {"type": "string", "description": "The permission that the key lacks."},
        "candidates": {
            "type": "array",
            "items": reference("Customer"),
            "description": "The customers who have this email or phone, live ones first.",
        },
        "plan": described(reference("DeletePlan"), "What a delete would do now."),
        "current_version": {"type": "integer", "description": "The version that there is."},
        "conflicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "The name of the field."},
                    "yours": {"description": "What was sent."},
                    "theirs": {"description": "What somebody else changed it to meanwhile."},
                },
                "required": ["field", "yours", "theirs"],
            },
            "description": "The fields that somebody else changed too.",
        },
        "changed": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "The label of the field."},
                    "wanted": {"type": ["string", "null"], "description": "What it would be again."},
                    "current": {"type": ["string", "null"], "description": "What it is now."},
                },
                "required": ["field", "wanted", "current"],
            },
            "description": "The fields that were changed since.",
        },
        "restorable_until": {"type": "integer", "description": "The end of the time in which all can be restored."},
        "payment_method": {"type": "string", "description": "The id of the payment method that it is about."},
        "custom_field": {"type": "string", "description": "The id of the custom field that has the key."},
        "price": {"type": "string", "description": "The id of the price that it is about."},
        "subscription": {"type": "string", "description": "The id of the subscription that it is about."},
        "wallet_size": {"type": "integer", "description": "How many payment methods a wallet holds."},
        "subscriptions": {"type": "array", "items": {"type": "string"}, "description": "The ids of the subscriptions in the way."},
        "payment_schedules": {
            "type": "array",
            "items": {"type": "string"},
            "description": "The ids of the payment schedules in the way.",
        },
        "payment": described(reference("Payment"), "The payment that was made and failed."),
        "refund": described(reference("Refund"), "The refund that was made and failed."),
        "remaining": {"type": "integer", "description": "How much is left of the payment."},
        "span": {
            "type": "array",
            "items": {"type": "integer"},
            "description": "The place of what was not understood: the first character, and that behind the last.",
        },
        "line": {"type": "integer", "description": "The line from which on the body is no JSON."},
        "column": {"type": "integer", "description": "The column from which on the body is no JSON."},
    });
    if let (Some(properties), Value::Object(besides)) = (error.get_mut("properties"), besides)
        && let Some(properties) = properties.as_object_mut()
    {
        properties.extend(besides);
    }
}

impl<'a> Field<'a> {
    fn of(fault: &'a FieldError) -> Self {
        let FieldError { field, code, message, did_you_mean, .. } = fault;
        Self { param: field, code: *code, message, did_you_mean: did_you_mean.as_deref() }
    }
}

/// Turns every error into its JSON, and writes the headers of the API on every answer.
///
/// # Errors
/// With the answer already inside, when the service failed before it had one.
pub async fn present<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let https = req.app_data::<web::Data<PublicUrl>>().is_some_and(|url| url.https);
    let id = req.extensions().get::<RequestId>().map_or_else(Uuid::now_v7, |id| **id);
    match next.call(req).await {
        Ok(answer) => {
            let left = left_of(answer.request());
            let mut answer = match answer.response().error().map(|err| explain(err, id)) {
                Some(told) => answer.into_response(told),
                None => answer.map_into_boxed_body(),
            };
            if let Some(curtain) = curtain_of(answer.request()) {
                answer = answer.map_body(|_, body| masked(body, curtain));
            }
            add_headers(answer.headers_mut(), left);
            defences::add_headers(answer.headers_mut(), &id.to_string(), https);
            Ok(answer)
        }
        Err(err) => {
            let mut told = explain(&err, id);
            add_headers(told.headers_mut(), None);
            defences::add_headers(told.headers_mut(), &id.to_string(), https);
            Err(actix_web::error::InternalError::from_response(err, told).into())
        }
    }
}

/// Returns the curtain that private data is behind for the key of a call, if it is drawn.
fn curtain_of(req: &HttpRequest) -> Option<Curtain> {
    req.extensions().get::<Masked>().map(Masked::curtain).filter(|curtain| curtain.is_drawn())
}

/// Hides private data in a body, whatever was answered: what somebody adds to an answer is hidden from the start. What is
/// no JSON is not told at all.
fn masked(body: BoxBody, curtain: Curtain) -> BoxBody {
    let whole = body.try_into_bytes().ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let hidden = |whole: Value| {
        let mut hidden = curtain.json("", &whole);
        // Places in lists mean nothing to people, and must come back as they are.
        for name in ["next_cursor", "previous_cursor"] {
            if let (Some(hidden), Some(place)) = (hidden.get_mut(name), whole.get(name)) {
                *hidden = place.clone();
            }
        }
        hidden.to_string()
    };
    BoxBody::new(whole.map(hidden).unwrap_or_default())
}

fn left_of(req: &HttpRequest) -> Option<(Left, String)> {
    let left = req.extensions().get::<Left>().copied()?;
    Some((left, req.app_data::<web::Data<Limits>>()?.policy()))
}

fn add_headers(headers: &mut HeaderMap, left: Option<(Left, String)>) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut set = |name: &'static str, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if let Some((left, policy)) = left {
        set("ratelimit-policy", policy);
        set("ratelimit", left.header());
    }
}

fn explain(err: &actix_web::Error, id: Uuid) -> HttpResponse {
    let said = match err.as_error::<Refusal>() {
        Some(Refusal::Said(said)) => return answer(said, id),
        Some(Refusal::House(err)) => of_house(err),
        None => err.as_error::<Error>().map_or_else(|| of_status(err.as_response_error().status_code()), of_house),
    };
    if said.code.status().is_server_error()
        && let Some(LeftOut(left_out)) = logging::admit("error")
    {
        tracing::error!(error = %err, status = said.code.status().as_u16(), left_out, "request failed");
    }
    answer(&said, id)
}

/// Returns what the API says where the house refuses.
fn of_house(err: &Error) -> Said {
    let refusal = match err {
        Error::NotFound | Error::InOtherAccount(_) => Refusal::new(Code::NotFound, "There is no such thing here."),
        Error::TooMany(wait) | Error::Searching(wait) => {
            Refusal::new(Code::TooManyRequests, "Other calls of this key are still at work.").after(*wait)
        }
        Error::BadRequest(reason) | Error::Conflict(reason) => of_reason(reason),
        _ if err.status() == StatusCode::SERVICE_UNAVAILABLE => Refusal::new(
            Code::Unavailable,
            "The database is away or too slow. Send the same request with the same Idempotency-Key again.",
        )
        .after(PAUSE),
        _ => Refusal::new(Code::Internal, "This is our fault. It is noted under the request_id."),
    };
    refusal.into_said()
}

fn of_reason(reason: &Reason) -> Refusal {
    let refusal = Refusal::new(reason.code, reason.sentence.clone());
    match &reason.detail {
        None => refusal,
        Some(Detail::DidYouMean(meant)) => refusal.with("did_you_mean", meant.as_str()),
        Some(Detail::NotUnderstood { instead, .. }) => refusal.with("did_you_mean", instead.clone()),
        Some(Detail::Remaining(amount)) => refusal.with("remaining", *amount),
        Some(Detail::WalletSize(size)) => refusal.with("wallet_size", *size),
        Some(Detail::PaymentMethod(id)) => refusal.with("payment_method", id.to_string()),
        Some(Detail::Price(id)) => refusal.with("price", id.to_string()),
        Some(Detail::InUse { subscriptions, schedules }) => refusal
            .with("subscriptions", serde_json::json!(subscriptions))
            .with("payment_schedules", serde_json::json!(schedules)),
        Some(Detail::RestorableUntil(until)) => refusal.with("restorable_until", until.as_second()),
    }
}

/// Returns what the API says of an error outside of a handler.
fn of_status(status: StatusCode) -> Said {
    let refusal = match status {
        StatusCode::NOT_FOUND => Refusal::new(Code::NotFound, "There is no such thing here."),
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(Code::BodyTooLarge, "The body is larger than 256 KiB."),
        status if status.is_client_error() => Refusal::new(Code::InvalidJson, "The request cannot be understood."),
        _ => Refusal::new(Code::Internal, "This is our fault. It is noted under the request_id."),
    };
    refusal.into_said()
}

/// Returns a refusal as the answer of something that was done all the same, and is kept with it.
///
/// # Errors
/// When it is none of the API's own, or no JSON: faults of ours.
pub fn reply(refusal: Refusal, request: Uuid) -> Result<Reply> {
    let Refusal::Said(said) = refusal else { return Err(refusal) };
    let error = told(&said);
    Reply::new(said.code.status(), &Failed { error }, request)
}

fn told(said: &Said) -> Told<'_> {
    let code = said.code;
    let fields: Vec<Field> = said.fields.iter().map(Field::of).collect();
    Told {
        r#type: code.family().as_str(),
        code,
        message: &said.message,
        param: fields.first().map(|field| field.param),
        fields: (!fields.is_empty()).then_some(fields),
        besides: &said.besides,
        doc_url: format!("/docs/api#{}", code.as_str()),
    }
}

fn answer(said: &Said, request_id: Uuid) -> HttpResponse {
    let code = said.code;
    let mut answer = HttpResponse::build(code.status());
    if let Some(wait) = said.wait {
        answer.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
    }
    if let Some(allow) = &said.allow {
        answer.insert_header((header::ALLOW, allow.as_str()));
    }
    if code.status() == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"Clientele\""));
    }
    answer.json(Answer { error: told(said), request_id })
}
