//! Taking back a delete, and a restore.

use diesel::PgConnection;

use super::{Deletion, delete, restore};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    customers::{identity, kinds},
    error::{Error, Result},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Undoing},
    },
    ids::CustomerId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Deletes as a feature whose changes can be taken back.
pub static REVERTS: &dyn Reverts = &Deletes;

struct Deletes;

impl Reverts for Deletes {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::DELETED, kinds::RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Customers))
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[kinds::DELETED, kinds::RESTORED]
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        let is = if event.kind == kinds::DELETED { "restored" } else { "deleted again" };
        format!("The customer is {is}")
    }

    fn path(&self, event: &Event) -> String {
        identity::path(CustomerId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let (by, id) = (&undoing.by, CustomerId::from_uuid(event.subject));
        if event.kind == kinds::DELETED {
            restore(conn, by, id)?;
            return Ok(Reverted::Done);
        }
        match delete(conn, by, id, None)? {
            Deletion::Done(_) => Ok(Reverted::Done),
            Deletion::Replanned(plan) | Deletion::Blocked(plan) => {
                let sentence = format!("The customer cannot be deleted again: {} must end first.", plan.called());
                Err(Error::Conflict(Code::DeletionBlocked.says(sentence)))
            }
        }
    }
}
