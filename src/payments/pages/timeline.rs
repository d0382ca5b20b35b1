//! What happened to a payment, as sentences.

use serde_json::Value;

use super::event_money;
use crate::{gateway, history::Event, ids::EventId};

/// One entry.
pub struct Entry {
    /// The event's id, whose time is when.
    pub id: EventId,
    /// The icon's name.
    pub icon: &'static str,
    /// Its colour: `ok`, `bad` or none.
    pub tone: &'static str,
    /// The person, or Clientele itself.
    pub who: String,
    /// What they did.
    pub did: String,
    /// What else there is to say.
    pub detail: Option<String>,
}

impl Entry {
    /// The entry of an event.
    pub fn new(event: Event) -> Self {
        let text = |name: &str| event.after.get(name).and_then(Value::as_str).map(str::to_owned);
        let amount = event_money(&event.after, "amount").map(|money| money.to_string()).unwrap_or_default();
        let why = text("failure").map(|code| gateway::reason(&code).to_owned());
        let (icon, tone, did, detail) = match event.kind.as_str() {
            "payment.begun" => ("card", "", format!("asked for {amount}"), text("paid_with")),
            "payment.recorded" => ("plus", "", format!("recorded a payment of {amount}"), None),
            "payment.succeeded" => ("check", "ok", format!("settled it: {amount} was paid"), None),
            "payment.failed" => ("x", "bad", "settled it: it failed".to_owned(), why),
            "payment.canceled" => ("blocked", "", "canceled it".to_owned(), None),
            "payment.attached" => ("user", "", "attached it to a customer".to_owned(), None),
            "payment.refunded" => ("undo", "", format!("refunded {amount}"), text("reason")),
            "payment.refund_failed" => ("x", "bad", format!("could not refund {amount}"), why),
            _ => ("activity", "", "did something newer than this version knows".to_owned(), None),
        };
        let who = event.by.unwrap_or_else(|| "Clientele".to_owned());
        Self { id: event.id, icon, tone, who, did, detail }
    }
}
