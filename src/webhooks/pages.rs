//! The pages about webhook endpoints and what is sent to them, for admins and owners. They see all private data, so that
//! nothing of what is sent, or was answered, is masked for them.
//!
//! A secret is in the answer to the form that made it, and nowhere else.

pub mod acting;
pub mod delivery;
pub mod form;
pub mod list;
pub mod replacing;
pub mod show;

use actix_web::HttpResponse;
use askama::Template;
use uuid::Uuid;

use super::{
    ALL,
    deliveries::{Status, Try},
    kinds, path,
    secret::Secret,
};
use crate::{
    customers::identity,
    error::Result,
    ids::{CustomerId, EndpointId, InvoiceId, MethodId, PaymentId, PriceId, ScheduleId, SubscriptionId},
    invoices,
    outgoing::Why,
    payments::row,
    prices, schedules,
    shell::{Place, Shell, Toast, Tone, Visit},
    subscriptions,
};

/// The page that shows a secret, once.
#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct SecretPage {
    shell: Shell,
    path: String,
    url: String,
    secret: Secret,
    /// The sentence about the secret before, when it replaces one.
    old: Option<String>,
}

/// Answers a form that was sent again: what it did is done, and the secret is not shown a second time.
fn shown_once(visit: &Visit, path: &str) -> Result<HttpResponse> {
    let mut toast = Toast::new("The secret was shown once and cannot be shown again").toned(Tone::Bad);
    toast.detail = Some("The endpoint is there. If you have not copied its secret, replace it".to_owned());
    visit.done(toast, path)
}

/// Returns the colour and the word of a delivery's badge.
fn badge(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Waiting => ("info", "Waiting"),
        Status::Succeeded => ("ok", "Succeeded"),
        Status::Failed => ("bad", "Failed"),
        Status::Skipped => ("line", "Skipped"),
    }
}

/// Returns what came of a try: the status of the answer, or a sentence why there was none.
fn outcome(one: &Try) -> String {
    match (one.code, &one.failure) {
        (Some(code), _) => code.to_string(),
        (None, Some(word)) => Why::of(word).map_or_else(|| word.clone(), |why| why.to_string()),
        (None, None) => String::new(),
    }
}

/// Returns whether what was answered is what is wanted: any 2xx.
fn is_good(one: &Try) -> bool {
    one.code.is_some_and(|code| (200..300).contains(&code))
}

/// Returns the page of what an event is about, if there is one.
fn page_of(kind: &str, subject: Uuid) -> Option<String> {
    Some(match kind.split('.').next()? {
        "customer" => identity::path(CustomerId::from_uuid(subject)),
        "payment" => row::path(PaymentId::from_uuid(subject)),
        "payment_method" => format!("/payment_methods/{}", MethodId::from_uuid(subject)),
        "price" => prices::path(PriceId::from_uuid(subject)),
        "subscription" => subscriptions::path(SubscriptionId::from_uuid(subject)),
        "invoice" => invoices::path(InvoiceId::from_uuid(subject)),
        "schedule" | "part" => schedules::path(ScheduleId::from_uuid(subject)),
        "custom_field" => "/settings/fields".to_owned(),
        // What is removed has no page any more.
        "webhook_endpoint" if kind == kinds::REMOVED => ALL.to_owned(),
        "webhook_endpoint" => path(EndpointId::from_uuid(subject)),
        _ => return None,
    })
}
