//! The objects `webhook_endpoint` and `webhook_delivery` of the API.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    deliveries::{Delivery, Status, Try},
    model::{Disabled, Endpoint},
};
use crate::{
    api::object::{open, time},
    customers,
    ids::{EndpointId, EventId},
    outgoing::Why,
};

/// Where a system of the merchant’s is told what happens.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "WebhookEndpoint")]
pub struct EndpointObject {
    /// Names the endpoint for good.
    pub id: EndpointId,
    /// Names the kind of object.
    #[schemars(extend("const" = "webhook_endpoint"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The address that events are sent to.
    #[schemars(example = &"https://shop.example.com/hooks")]
    pub url: String,
    /// The types of events that are sent, whole or as beginnings; `*` is all.
    #[schemars(extend("examples" = [["customer.*", "payment.*"]]))]
    pub types: Vec<String>,
    /// What it is for, in your words.
    #[schemars(example = &"The warehouse")]
    pub description: Option<String>,
    /// Whether events are sent to it.
    #[schemars(example = true)]
    pub enabled: bool,
    /// Why nothing is sent to it.
    #[schemars(transform = open(&Disabled::ALL.map(Disabled::as_str)))]
    pub disabled_reason: Option<&'static str>,
    /// The first failure after the last success, when nothing arrives there now. After three days it is disabled.
    pub failing_since: Option<i64>,
    /// Until when the secret before the current one signs too.
    pub old_secret_signs_until: Option<i64>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
}

impl EndpointObject {
    /// Makes the object of an endpoint.
    pub fn new(one: &Endpoint, livemode: bool) -> Self {
        Self {
            id: one.id,
            object: "webhook_endpoint",
            livemode,
            version: one.version,
            url: one.wish.url.clone(),
            types: one.wish.types.clone(),
            description: one.wish.description.clone(),
            enabled: one.is_enabled(),
            disabled_reason: one.disabled.map(Disabled::as_str),
            failing_since: one.failing_since.map(Timestamp::as_second),
            old_secret_signs_until: one.secrets.old.as_ref().map(|(_, until)| until.as_second()),
            created: one.created_at.as_second(),
            updated: one.updated_at.as_second(),
        }
    }
}

/// An endpoint with its secret, which is told once.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "WebhookEndpointWithSecret")]
pub struct SecretObject {
    #[serde(flatten)]
    pub endpoint: EndpointObject,
    /// What events are signed with, as Standard Webhooks says. It is told this once: when the answer is given again by
    /// `Idempotency-Key` it is null.
    #[schemars(example = &"whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")]
    pub secret: Option<String>,
}

/// An event that is sent to an endpoint, or was.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "WebhookDelivery")]
pub struct DeliveryObject {
    /// Names the kind of object.
    #[schemars(extend("const" = "webhook_delivery"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// The endpoint.
    pub endpoint: EndpointId,
    /// The event.
    pub event: EventId,
    /// The type of the event.
    #[serde(rename = "type")]
    #[schemars(example = customers::kinds::UPDATED)]
    pub kind: String,
    /// What became of it. `skipped` is what was not sent because the endpoint was disabled.
    #[schemars(transform = open(&Status::ALL.map(Status::as_str)), example = &"succeeded")]
    pub status: &'static str,
    /// When it is sent next.
    pub next_try: Option<i64>,
    /// Each try, the first first.
    pub tries: Vec<TryObject>,
    /// When it was asked for, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
}

/// What came of a try.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "WebhookTry")]
pub struct TryObject {
    /// When it was made.
    #[schemars(transform = time)]
    pub at: i64,
    /// How long it took, in milliseconds.
    #[schemars(example = 212)]
    pub duration_ms: i32,
    /// The status of the answer.
    #[schemars(example = 200)]
    pub status_code: Option<i16>,
    /// Why there was no answer, as one word.
    #[schemars(transform = open(&Why::ALL.map(Why::as_str)))]
    pub failure: Option<String>,
    /// The first kilobyte of the answer.
    #[schemars(example = &"ok")]
    pub answer: String,
    /// Whether somebody asked for it, so that it counts neither for nor against the endpoint.
    #[schemars(example = false)]
    pub by_hand: bool,
}

impl DeliveryObject {
    /// Makes the object of a delivery.
    pub fn new(one: Delivery, endpoint: EndpointId, livemode: bool) -> Self {
        let object = |one: Try| TryObject {
            at: one.at.as_second(),
            duration_ms: one.took_ms,
            status_code: one.code,
            failure: one.failure,
            answer: one.answer,
            by_hand: one.is_extra,
        };
        Self {
            object: "webhook_delivery",
            livemode,
            endpoint,
            event: one.event,
            kind: one.kind,
            status: one.status.as_str(),
            next_try: one.due_at.map(Timestamp::as_second),
            tries: one.tries.into_iter().map(object).collect(),
            created: one.created_at.as_second(),
        }
    }
}
