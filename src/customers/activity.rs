//! A customer's activity: its events as sentences, who changed what, before and after.

use diesel::PgConnection;
use serde_json::Value;

use super::record::{label, shown};
use crate::{
    error::Result,
    events::{self, Event},
    ids::{AccountId, CustomerId, EventId},
};

/// How many entries a page shows.
pub const PAGE: usize = 20;

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The event's id, whose time is when.
    pub id: EventId,
    /// The icon's name.
    pub icon: &'static str,
    /// The person, or Clientele itself.
    pub who: String,
    /// What they did.
    pub did: &'static str,
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
    let mut events = events::of_subject(conn, account, id.uuid(), before, limit)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let earlier = events.last().filter(|_| has_more).map(|event| event.id);
    Ok(Activity { entries: events.into_iter().map(entry).collect(), earlier })
}

fn entry(event: Event) -> Entry {
    let (icon, did) = match event.kind.as_str() {
        "customer.created" => ("plus", "created the customer"),
        "customer.updated" => ("pencil", "changed the customer"),
        "customer.deleted" => ("trash", "deleted the customer"),
        "customer.restored" => ("undo", "restored the customer"),
        _ => ("activity", "did something newer than this version knows"),
    };
    let changes = if event.kind == "customer.updated" { changes(&event) } else { Vec::new() };
    Entry { id: event.id, icon, who: event.by.unwrap_or_else(|| "Clientele".to_owned()), did, changes }
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
