//! A customer's activity: its events as sentences, who changed what, before and after.

use crate::{
    customers::record::{label, shown},
    error::Result,
    events, gateway,
    history::{self, Event},
    ids::{AccountId, CustomerId, EventId, PaymentId},
    payments::Status,
    values::{Currency, Money},
};
use std::borrow::Cow;

use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

/// How many entries a page shows.
pub const PAGE: usize = 20;

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event's id, whose time is when.
    pub id: EventId,
    /// The icon's name.
    pub icon: &'static str,
    /// The person, or Clientele itself; nothing where the sentence is about the thing.
    pub who: Option<String>,
    /// What they did.
    pub did: Cow<'static, str>,
    /// A fainter word about it: what was paid with, why it failed.
    pub detail: Option<String>,
    /// The page of what it happened to, when that is not the customer.
    pub href: Option<String>,
    /// Field by field.
    pub changes: Vec<Change>,
}

/// One field's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What people call the field.
    pub label: String,
    /// As it was, if it was filled.
    pub before: Option<String>,
    /// As it became, if it is filled.
    pub after: Option<String>,
}

/// Some of the activity, newest first.
#[derive(Clone, Debug)]
pub struct Activity {
    /// At most [`PAGE`] entries.
    pub entries: Vec<Entry>,
    /// Where the earlier ones begin, if there are any.
    pub earlier: Option<EventId>,
}

/// What happened to a customer before an event, or at all.
///
/// # Errors
/// When the database fails.
pub fn of(conn: &mut PgConnection, account: AccountId, id: CustomerId, before: Option<EventId>) -> Result<Activity> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut events = history::of_customer(conn, account, id, before, limit)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let earlier = events.last().filter(|_| has_more).map(|(_, event)| event.id);
    Ok(Activity { entries: events.into_iter().map(|(subject, event)| entry(subject, event)).collect(), earlier })
}

fn entry(subject: Uuid, event: Event) -> Entry {
    let (icon, did): (_, Cow<'static, str>) = match event.kind.as_str() {
        "customer.created" => ("plus", "created the customer".into()),
        "customer.updated" => ("pencil", "changed the customer".into()),
        "customer.deleted" => ("trash", "deleted the customer".into()),
        "customer.restored" => ("undo", "restored the customer".into()),
        "customer.details_destroyed" => {
            ("trash", "destroyed the addresses and payment methods, 30 days after the delete".into())
        }
        kind => told_of(kind, &event).unwrap_or(("activity", "did something newer than this version knows".into())),
    };
    let changes = if event.kind == "customer.updated" { changes(&event) } else { Vec::new() };
    let href = event.kind.starts_with("payment.").then(|| format!("/payments/{}", PaymentId::from_uuid(subject)));
    let detail = detail(&event);
    let is_of_thing = matches!(event.kind.as_str(), "payment.succeeded" | "payment.failed");
    let who = (!is_of_thing).then(|| event.by.unwrap_or_else(|| "Clientele".to_owned()));
    Entry { id: event.id, icon, who, did, detail, href, changes }
}

/// What happened to a payment or a payment method.
fn told_of(kind: &str, event: &Event) -> Option<(&'static str, Cow<'static, str>)> {
    let text = |name: &str| event.after.get(name).and_then(Value::as_str);
    let money = || {
        let currency = text("currency")?.parse::<Currency>().ok()?;
        Some(Money::new(event.after.get("amount")?.as_i64()?, currency).to_string())
    };
    let of = |verb: &str| money().map(|money| format!("{verb} {money}").into());
    let method = |verb: &'static str| Some(verb.into());
    let (icon, did): (_, Option<Cow<'static, str>>) = match kind {
        "payment.begun" => ("card", of("asked for")),
        "payment.recorded" => {
            let status = text("status")?.parse::<Status>().ok()?.label().to_lowercase();
            ("plus", money().map(|money| format!("recorded a payment of {money}, {status}").into()))
        }
        "payment.succeeded" => ("check", money().map(|money| format!("Payment of {money} succeeded").into())),
        "payment.failed" => ("x", money().map(|money| format!("Payment of {money} failed").into())),
        "payment.canceled" => ("x", of("called off a payment of")),
        "payment.refunded" => ("undo", of("refunded")),
        "payment.refund_failed" => ("alert", of("could not refund")),
        "payment.attached" => ("card", of("attached a payment of")),
        "payment_method.added" => ("card", method("added a payment method")),
        "payment_method.made_default" => ("card", method("made a payment method the default")),
        "payment_method.updated" => ("pencil", method("changed a payment method")),
        "payment_method.removed" => ("trash", method("removed a payment method")),
        "payment_method.restored" => ("undo", method("restored a payment method")),
        "payment_method.destroyed" => ("trash", method("destroyed a removed payment method")),
        _ => return None,
    };
    Some((icon, did?))
}

/// What was paid with, or why it failed.
fn detail(event: &Event) -> Option<String> {
    let text = |name: &str| event.after.get(name).or_else(|| event.before.get(name)).and_then(Value::as_str);
    if let Some(code) = text("failure") {
        return Some(gateway::reason(code).to_owned());
    }
    let method = || Some(format!("{} •••• {}", text("brand")?, text("last4")?));
    text("reason").or_else(|| text("paid_with")).map(str::to_owned).or_else(method)
}

fn changes(event: &Event) -> Vec<Change> {
    let value = |fields: &events::Fields, name: &str| shown(name, fields.get(name).unwrap_or(&Value::Null));
    let change = |name: &String| Change {
        label: label(name),
        before: value(&event.before, name),
        after: value(&event.after, name),
    };
    event.after.keys().map(change).collect()
}
