//! Taking back a change of the record: the fields of one event get the values that they had before it.

use diesel::PgConnection;
use serde_json::{Map, Value};

use super::{
    identity, kinds,
    model::{self, deleted},
    record::{ADDRESS, label_among, shown},
    saving::{self, Save, Saved},
};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    error::{Error, Result},
    events::Fields,
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::CustomerId,
    values::{address, field::Fields as CustomFields},
    who::Role,
};

/// The record as a feature whose changes can be taken back.
pub static REVERTS: &dyn Reverts = &Edits;

struct Edits;

impl Reverts for Edits {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::UPDATED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Customers))
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, event: &Event, fields: &CustomFields) -> String {
        let are = if changed(event, fields).len() == 1 { "is" } else { "are" };
        format!("{} {are} as before", named(event, fields))
    }

    fn path(&self, event: &Event) -> String {
        identity::path(CustomerId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, CustomerId::from_uuid(event.subject));
        let customer = model::find_for_update(conn, by.account, id)?;
        customer.refuse_deleted()?;
        let current = customer.record.fields();
        let since = changed_since(event, &current, event.after.keys());
        if !since.is_empty() {
            let label = |name: &str| label_among(name, &undoing.asker.settings().fields);
            let told = Since::of(conn, by.account, (event, &current), &since, (label, shown))?;
            return Ok(Reverted::Changed(told));
        }
        let change = &inverse(event);
        let (settings, agreed) = (undoing.asker.settings(), undoing.agreed);
        let (version, even_deleted, key) = (customer.version, false, None);
        match saving::save(conn, by, &Save { id, version, change, settings, even_deleted, agreed, key })? {
            Saved::Done(_) => Ok(Reverted::Done),
            Saved::Doubtful(found) => Ok(Reverted::Doubtful(found.live.iter().map(|one| one.id).collect())),
            Saved::Invalid(errors) => {
                let broken = errors.all().iter().map(|error| error.message.clone()).collect::<Vec<_>>().join(" ");
                Err(Error::Conflict(Code::NotUndoable.says(format!("It would break a rule of today. {broken}"))))
            }
            // The row is locked, and the version is that of the row.
            Saved::Deleted | Saved::Waits(_) | Saved::Clash(_) => Err(deleted(customer.restorable_until())),
        }
    }
}

/// Returns the labels of the fields that an event changed, each once; of the merchant's own the labels among `fields`.
pub fn changed(event: &Event, fields: &CustomFields) -> Vec<String> {
    let mut labels: Vec<String> = event.after.keys().map(|name| label_among(name, fields)).collect();
    labels.dedup();
    labels
}

/// Returns them in words: "Phone", "Name and phone", "5 fields".
pub fn named(event: &Event, fields: &CustomFields) -> String {
    match &changed(event, fields)[..] {
        [one] => one.clone(),
        [one, other] => format!("{one} and {}", other.to_lowercase()),
        all => format!("{} fields", all.len()),
    }
}

/// Returns the change that gives the fields of an event back what they had before it. An address is given whole, since
/// the parts that a change does not name stay.
fn inverse(event: &Event) -> Fields {
    let whole = |(name, before): (&String, &Value)| {
        let value = match before {
            Value::Object(parts) if name.starts_with(ADDRESS) => {
                let mut whole: Map<String, Value> =
                    address::PARTS.iter().map(|part| ((*part).to_owned(), Value::Null)).collect();
                whole.extend(parts.clone());
                Value::Object(whole)
            }
            other => other.clone(),
        };
        (name.clone(), value)
    };
    event.before.iter().map(whole).collect()
}
