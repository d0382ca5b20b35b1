//! The things that events are about, with the objects in which programs read them. A feature whose events are told is an
//! entry here, and a word in [`crate::events::outbox`].

use diesel::PgConnection;
use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{endpoint_object::EndpointObject, kinds, model};
use crate::{
    api::caller::Shown,
    custom_fields::{self, object::FieldObject},
    customer_parts::object::CustomerObject,
    customers,
    error::{Error, Result},
    ids::{
        CustomerId, EndpointId, FieldId, InvoiceId, MethodId, NoteId, PaymentId, PriceId, ScheduleId, SubscriptionId,
    },
    invoices::{self, object::InvoiceObject},
    notes::{self, object::NoteObject},
    payment_methods::{self, object::MethodObject},
    payments::{self, object::PaymentObject},
    prices::{self, object::PriceObject},
    reveal,
    schedules::{self, object::ScheduleObject},
    subscriptions::{self, object::SubscriptionObject},
};

/// A kind of thing that events are about.
pub struct Subject {
    /// The kinds of the events about it, by feature.
    kinds: &'static [&'static [&'static str]],
    /// Tells what it looks like.
    schema: fn(&mut SchemaGenerator) -> Schema,
    /// Writes its public id.
    id: fn(Uuid) -> String,
    /// Reads it as it is now.
    object: fn(&mut PgConnection, &Shown<'_>, Uuid) -> Result<Value>,
}

/// Every one of them, in the order of the documents.
pub static SUBJECTS: &[Subject] = &[
    Subject {
        kinds: &[customers::kinds::ALL, reveal::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<CustomerObject>,
        id: |id| CustomerId::from_uuid(id).to_string(),
        object: |conn, shown, id| told(&CustomerObject::find(conn, *shown, CustomerId::from_uuid(id))?),
    },
    Subject {
        kinds: &[notes::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<NoteObject>,
        id: |id| NoteId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let note = notes::model::find(conn, shown.account, NoteId::from_uuid(id))?;
            told(&NoteObject::new(&note, shown.livemode))
        },
    },
    Subject {
        kinds: &[payment_methods::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<MethodObject>,
        id: |id| MethodId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let method = payment_methods::model::find(conn, shown.account, MethodId::from_uuid(id))?;
            told(&MethodObject::new(&method, shown.livemode))
        },
    },
    Subject {
        kinds: &[payments::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<PaymentObject>,
        id: |id| PaymentId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let payment = payments::model::find(conn, shown.account, PaymentId::from_uuid(id))?;
            told(&PaymentObject::of(conn, (shown.account, shown.livemode), payment)?)
        },
    },
    Subject {
        kinds: &[prices::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<PriceObject>,
        id: |id| PriceId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let price = prices::model::find(conn, shown.account, PriceId::from_uuid(id))?;
            told(&PriceObject::new(&price, shown.livemode))
        },
    },
    Subject {
        kinds: &[subscriptions::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<SubscriptionObject>,
        id: |id| SubscriptionId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let one = subscriptions::model::find(conn, shown.account, SubscriptionId::from_uuid(id))?;
            let latest = invoices::model::latest_of(conn, shown.account, one.id)?.map(|invoice| invoice.id);
            told(&SubscriptionObject::new(&one, latest, shown.livemode))
        },
    },
    Subject {
        kinds: &[invoices::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<InvoiceObject>,
        id: |id| InvoiceId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let invoice = invoices::model::find(conn, shown.account, InvoiceId::from_uuid(id))?;
            told(&InvoiceObject::of_all(conn, (shown.account, shown.livemode), &[invoice])?.first())
        },
    },
    Subject {
        kinds: &[schedules::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<ScheduleObject>,
        id: |id| ScheduleId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let schedule = schedules::model::find(conn, shown.account, ScheduleId::from_uuid(id))?;
            told(&ScheduleObject::of(conn, (shown.account, shown.livemode), &schedule)?)
        },
    },
    Subject {
        kinds: &[custom_fields::kinds::ALL],
        schema: SchemaGenerator::subschema_for::<FieldObject>,
        id: |id| FieldId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let field = custom_fields::model::find(conn, shown.account, FieldId::from_uuid(id))?;
            told(&FieldObject::new(&field, shown.livemode))
        },
    },
    Subject {
        kinds: &[kinds::ALL],
        schema: SchemaGenerator::subschema_for::<EndpointObject>,
        id: |id| EndpointId::from_uuid(id).to_string(),
        object: |conn, shown, id| {
            let endpoint = model::find(conn, shown.account, EndpointId::from_uuid(id))?;
            told(&EndpointObject::new(&endpoint, shown.livemode))
        },
    },
];

/// Returns the kinds of all events that are told.
pub fn kinds() -> impl Iterator<Item = &'static str> + Clone {
    SUBJECTS.iter().flat_map(Subject::kinds)
}

/// Tells what any of them looks like; null is none.
pub fn schema(generator: &mut SchemaGenerator) -> Schema {
    let null = Schema::try_from(json!({"type": "null"})).unwrap_or_default();
    let any: Vec<Schema> = SUBJECTS.iter().map(|subject| (subject.schema)(generator)).chain([null]).collect();
    let mut schema = Schema::default();
    schema.insert("anyOf".to_owned(), json!(any));
    schema
}

/// Returns what events of a kind are about, if they are told.
pub fn of(kind: &str) -> Option<&'static Subject> {
    SUBJECTS.iter().find(|subject| subject.kinds().any(|one| one == kind))
}

impl Subject {
    fn kinds(&'static self) -> impl Iterator<Item = &'static str> + Clone {
        self.kinds.iter().copied().flatten().copied()
    }

    /// Writes the public id of one.
    pub fn id(&self, id: Uuid) -> String {
        (self.id)(id)
    }

    /// Reads one as it is now; nothing when it is not there any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn object(&self, conn: &mut PgConnection, shown: &Shown<'_>, id: Uuid) -> Result<Option<Value>> {
        match (self.object)(conn, shown, id) {
            Ok(object) => Ok(Some(object)),
            Err(Error::NotFound) => Ok(None),
            Err(err) => Err(err),
        }
    }
}

fn told(object: &impl Serialize) -> Result<Value> {
    serde_json::to_value(object).map_err(Error::internal)
}
