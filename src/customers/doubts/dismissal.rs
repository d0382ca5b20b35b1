//! A person's word that what looked doubtful is right, until the value is another one.

use diesel::{PgConnection, prelude::*};
use serde_json::{Value, json};

use super::Doubt;
use crate::{
    api_keys::permissions::{Permission, Resource},
    customers::{identity, kinds, model},
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    history::{
        Event,
        reverting::{Asker, Reverted, Reverts, Undoing},
    },
    ids::CustomerId,
    schema::doubts,
    values::field::Fields as CustomFields,
    who::Role,
};

/// The name of the doubt in events.
const DOUBT: &str = "doubt";

/// Says that a doubt is none, with the event; where there is none, nothing happens. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn dismiss(conn: &mut PgConnection, by: &By, id: CustomerId, doubt: Doubt) -> Result<()> {
    mark(conn, by, id, doubt, true)
}

fn mark(conn: &mut PgConnection, by: &By, id: CustomerId, doubt: Doubt, is_dismissed: bool) -> Result<()> {
    let customer = model::find_for_update(conn, by.account, id)?;
    customer.refuse_deleted()?;
    let kept = doubts::table.find((by.account, id, doubt.as_str())).filter(doubts::is_dismissed.ne(is_dismissed));
    if diesel::update(kept).set(doubts::is_dismissed.eq(is_dismissed)).execute(conn)? == 0 {
        return Ok(());
    }
    let kind = if is_dismissed { kinds::DOUBT_DISMISSED } else { kinds::DOUBT_RAISED };
    // The record, and so its version, stays as it is.
    let (subject, version) = (id.uuid(), customer.version);
    let (before, after) = (&Fields::new(), &Fields::from([(DOUBT.to_owned(), json!(doubt.as_str()))]));
    events::record(conn, by, &NewEvent { kind, subject, customer: None, version, before, after })?;
    Ok(())
}

/// Returns the doubt that an event is about.
pub fn told_of(event: &Event) -> Option<Doubt> {
    event.after.get(DOUBT).and_then(Value::as_str).and_then(Doubt::parse)
}

/// Dismissals as a feature whose changes can be taken back.
pub static REVERTS: &dyn Reverts = &Dismissals;

struct Dismissals;

impl Reverts for Dismissals {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::DOUBT_DISMISSED, kinds::DOUBT_RAISED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Customers))
    }

    fn decided_again(&self, _: &Event) -> &'static [&'static str] {
        &[]
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        let is_dismissed = event.kind == kinds::DOUBT_DISMISSED;
        if is_dismissed { "It is in doubt again" } else { "It is taken as right again" }.to_owned()
    }

    fn path(&self, event: &Event) -> String {
        identity::path(CustomerId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let doubt = told_of(event).ok_or_else(|| Error::internal("a dismissal of nothing"))?;
        let id = CustomerId::from_uuid(event.subject);
        mark(conn, &undoing.by, id, doubt, event.kind == kinds::DOUBT_RAISED)?;
        Ok(Reverted::Done)
    }
}
