//! The object `event` of the API: what happened, by whom, what it changed, and what it happened to.

use std::collections::{BTreeMap, HashMap};

use diesel::PgConnection;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::subjects;
use crate::{
    api::{
        caller::Shown,
        object::{open, time},
    },
    customers,
    error::Result,
    events::fields::value,
    history::{Author, Event},
    ids::{CustomerId, EventId},
};

/// Something that happened.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Event")]
pub struct EventObject {
    /// Names the event for good.
    pub id: EventId,
    /// Names the kind of object.
    #[schemars(extend("const" = "event"))]
    pub object: &'static str,
    /// Whether it happened in the live account.
    pub livemode: bool,
    /// What happened.
    #[serde(rename = "type")]
    #[schemars(transform = types, example = customers::kinds::UPDATED)]
    pub kind: String,
    /// When it happened, as ISO 8601 with milliseconds.
    #[schemars(example = &"2026-11-28T18:00:00.123Z")]
    pub timestamp: String,
    /// The same in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// The subject’s version afterwards. Of two events about one subject the later one has the higher.
    pub version: i32,
    /// The id of what it happened to.
    #[schemars(example = &"cust_01h2xcejqtf2nbrexx3vqjhp41")]
    pub subject: String,
    /// The customer whom it is about.
    pub customer: Option<CustomerId>,
    /// Who did it.
    pub actor: ActorObject,
    /// The `Request-Id` of the call that did it, or of the page’s.
    pub request: Option<Uuid>,
    /// The event that it took back.
    pub undoes: Option<EventId>,
    /// What it happened to, and what changed.
    pub data: EventData,
}

/// Who did something.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Actor")]
pub struct ActorObject {
    /// A person of the merchant’s, one of its keys, or Clientele itself.
    #[schemars(transform = open(&["staff", "key", "system"]), example = &"key")]
    pub kind: String,
    /// The id of the person or of the key.
    #[schemars(example = &"key_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: Option<String>,
    /// The name of the person or of the key, as it is now.
    #[schemars(example = &"Web shop")]
    pub name: Option<String>,
}

/// What an event is about.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "EventData")]
pub struct EventData {
    /// What it happened to, in its one shape: as it is when the event is read, at least as new as the event. Null when it
    /// is not there any more.
    #[schemars(schema_with = "subjects::schema")]
    pub object: Option<Value>,
    /// Whether the object is only told by its `id`, `object` and `version`, because all of it is too large to be sent.
    #[schemars(example = false)]
    pub truncated: bool,
    /// What the event changed. Names are those of the object, or of a part of it like `address.addr_….city`.
    pub changes: BTreeMap<String, ChangeObject>,
}

/// A field that an event changed.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Change")]
pub struct ChangeObject {
    /// The value as it was; null when there was none.
    #[schemars(transform = any)]
    pub before: Value,
    /// The value as it became; null when there is none any more.
    #[schemars(transform = any)]
    pub after: Value,
}

/// Says that it is a value of any kind, an object with members of any name too.
fn any(schema: &mut Schema) {
    schema.insert("type".to_owned(), json!(["object", "array", "string", "number", "boolean", "null"]));
    schema.insert("items".to_owned(), json!({}));
    schema.insert("additionalProperties".to_owned(), json!(true));
}

/// The types that there are, to which others may come.
fn types(schema: &mut Schema) {
    open(&subjects::kinds().collect::<Vec<_>>())(schema);
}

impl EventData {
    /// Leaves the object out, but for what names it, and long values of changes.
    pub fn leave_out(&mut self) {
        const LONGEST: usize = 1_000;
        self.truncated = true;
        if let Some(Value::Object(members)) = &mut self.object {
            members.retain(|name, _| ["id", "object", "version"].contains(&name.as_str()));
        }
        for change in self.changes.values_mut() {
            for value in [&mut change.before, &mut change.after] {
                if value.to_string().len() > LONGEST {
                    *value = Value::Null;
                }
            }
        }
    }
}

impl EventObject {
    /// Makes the objects of events, those that are about one thing with one reading of it. The order stays.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of_all(conn: &mut PgConnection, shown: &Shown<'_>, events: Vec<Event>) -> Result<Vec<Self>> {
        let mut read: HashMap<Uuid, Option<Value>> = HashMap::new();
        let mut made = Vec::with_capacity(events.len());
        for event in events {
            let Some(subject) = subjects::of(&event.kind) else { continue };
            let object = match read.get(&event.subject) {
                Some(object) => object.clone(),
                None => {
                    let object = subject.object(conn, shown, event.subject)?;
                    read.insert(event.subject, object.clone());
                    object
                }
            };
            made.push(Self::new(event, subject, object, shown.livemode));
        }
        Ok(made)
    }

    fn new(event: Event, subject: &subjects::Subject, object: Option<Value>, livemode: bool) -> Self {
        let Event { id, kind, version, before, after, undoes, request, .. } = event;
        let changed = |name: &String| {
            let change = ChangeObject { before: value(&before, name), after: value(&after, name) };
            (name.clone(), change)
        };
        let changes = before.keys().chain(after.keys()).map(changed).collect();
        let own = || kind.starts_with("customer.").then(|| CustomerId::from_uuid(event.subject));
        let Author { kind: actor, id: actor_id, name } = event.actor;
        Self {
            id,
            object: "event",
            livemode,
            timestamp: format!("{:.3}", id.created_at()),
            created: id.created_at().as_second(),
            version,
            subject: subject.id(event.subject),
            customer: event.customer.or_else(own),
            actor: ActorObject { kind: actor, id: actor_id, name },
            request,
            undoes,
            data: EventData { object, truncated: false, changes },
            kind,
        }
    }
}
