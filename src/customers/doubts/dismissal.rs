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
        reverting::{Asker, Reverted, Reverts, Since, Undoing},
    },
    ids::CustomerId,
    schema::doubts,
    values::field::Fields as CustomFields,
    who::Role,
};

/// The names of the doubt and of its value in events.
const DOUBT: &str = "doubt";
const VALUE: &str = "value";

/// The outcome of a dismissal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dismissed {
    /// It is said, now or before.
    Done,
    /// The value in doubt is another one by now, or there is none; nothing is done.
    Other(Option<String>),
}

/// Says that what is in doubt, the value that somebody `saw` as [`Doubt::of`] has it, is right, with the event. Call it in
/// a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn dismiss(conn: &mut PgConnection, by: &By, id: CustomerId, doubt: Doubt, saw: &str) -> Result<Dismissed> {
    mark(conn, by, id, (doubt, saw), true)
}

fn mark(
    conn: &mut PgConnection,
    by: &By,
    id: CustomerId,
    (doubt, saw): (Doubt, &str),
    is_dismissed: bool,
) -> Result<Dismissed> {
    let customer = model::find_for_update(conn, by.account, id)?;
    customer.refuse_deleted()?;
    let is = doubt.of(&customer.record);
    if is.as_deref() != Some(saw) {
        return Ok(Dismissed::Other(is));
    }
    let kept = doubts::table.find((by.account, id, doubt.as_str())).filter(doubts::is_dismissed.ne(is_dismissed));
    if diesel::update(kept).set(doubts::is_dismissed.eq(is_dismissed)).execute(conn)? == 0 {
        return Ok(Dismissed::Done);
    }
    let kind = if is_dismissed { kinds::DOUBT_DISMISSED } else { kinds::DOUBT_RAISED };
    // The record, and so its version, stays as it is.
    let (subject, version) = (id.uuid(), customer.version);
    let told = [(DOUBT.to_owned(), json!(doubt.as_str())), (VALUE.to_owned(), json!(saw))];
    let (before, after) = (&Fields::new(), &Fields::from(told));
    events::record(conn, by, &NewEvent { kind, subject, customer: None, version, before, after })?;
    Ok(Dismissed::Done)
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
        let saw = event.after.get(VALUE).and_then(Value::as_str).unwrap_or_default();
        let (id, is_raised) = (CustomerId::from_uuid(event.subject), event.kind == kinds::DOUBT_RAISED);
        let filled = |value: String| Some(value).filter(|value| !value.is_empty());
        match mark(conn, &undoing.by, id, (doubt, saw), is_raised)? {
            Dismissed::Done => Ok(Reverted::Done),
            Dismissed::Other(current) => Ok(Reverted::Changed(vec![Since {
                label: "What was in doubt".to_owned(),
                wanted: filled(saw.to_owned()),
                current: current.and_then(filled),
                changed: None,
            }])),
        }
    }
}
