//! The events about webhook endpoints in words.

use serde_json::Value;

use super::kinds;
use crate::events::telling::{Happened, Tells, Words, plain};

/// Webhook endpoints as a feature that tells its events.
pub static TELLS: &dyn Tells = &Endpoints;

struct Endpoints;

impl Tells for Endpoints {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, happened: &Happened) -> Option<Words> {
        let (icon, did) = match happened.kind {
            kinds::CREATED => ("plus", "made a webhook endpoint"),
            kinds::UPDATED => ("pencil", "changed a webhook endpoint"),
            kinds::ENABLED => ("check", "enabled a webhook endpoint"),
            kinds::DISABLED => ("block", "disabled a webhook endpoint"),
            kinds::SECRET_REPLACED => ("key", "replaced the secret of a webhook endpoint"),
            kinds::REMOVED => ("trash", "removed a webhook endpoint"),
            kinds::RESTORED => ("undo", "brought a webhook endpoint back"),
            kinds::TEST => ("activity", "sent a test event to a webhook endpoint"),
            _ => return None,
        };
        let words = Words::new(icon, did);
        match happened.kind {
            kinds::CREATED => Some(words.with_detail(happened.text("url"))),
            kinds::UPDATED | kinds::DISABLED => {
                Some(words.with_changes(happened, |name| label(name).to_owned(), shown))
            }
            _ => Some(words),
        }
    }
}

/// Returns the label of what events keep of an endpoint.
pub fn label(name: &str) -> &'static str {
    match name {
        "url" => "Address",
        "types" => "Events",
        "description" => "Description",
        "old_signs_until" => "The secret before signs until",
        "removed_at" => "Removed",
        _ => "Why",
    }
}

/// Returns what events keep of an endpoint as people read it.
pub fn shown(name: &str, value: &Value) -> Option<String> {
    match (name, value.as_str()) {
        ("disabled_reason", Some(word)) => {
            let reason = super::model::Disabled::ALL.into_iter().find(|reason| reason.as_str() == word);
            Some(reason.map_or(word, |reason| reason.words()).to_owned())
        }
        _ => plain(value),
    }
}
