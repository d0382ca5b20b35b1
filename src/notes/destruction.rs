//! The destruction of notes: a removed note is deleted for good at the end of its undo window.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;

use super::{kinds, model};
use crate::{
    customers::model as customers,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, NoteId},
    schema::notes,
};

/// Destroys a note if it is removed and its undo window is over, with its event. When the window is not over yet,
/// returns its end. Call it in a transaction.
pub fn destroy(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<Option<Timestamp>> {
    let account = by.account;
    // The customer's row first, as everybody who changes notes does.
    let whose = notes::table.find((account, id)).select(notes::customer_id);
    let Some(whose) = whose.first::<CustomerId>(conn).optional()? else { return Ok(None) };
    customers::find_for_update(conn, account, whose)?;
    let note = match model::find(conn, account, id) {
        Err(Error::NotFound) => return Ok(None),
        note => note?,
    };
    match note.restorable_until() {
        None => return Ok(None),
        Some(over) if over > by.now() => return Ok(Some(over)),
        Some(_) => {}
    }
    diesel::delete(notes::table.find((account, id))).execute(conn)?;
    events::scrub(conn, account, &[id.uuid()], kinds::ALL, &[])?;
    let nothing = Fields::new();
    let (kind, subject, customer) = (kinds::DESTROYED, id.uuid(), Some(whose));
    // A version of its own, so that who keeps a copy by versions heeds it.
    let version = note.version + 1;
    let what = NewEvent { kind, subject, customer, version, before: &nothing, after: &nothing };
    events::record(conn, by, &what)?;
    Ok(None)
}

/// Destroys all notes of a customer, removed or not; returns their number. The customer's own event tells of it. Call it
/// in a transaction that holds the customer's lock.
pub fn destroy_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<usize> {
    let theirs = notes::table.filter(notes::account_id.eq(account)).filter(notes::customer_id.eq(customer));
    let destroyed = diesel::delete(theirs).execute(conn)?;
    events::scrub(conn, account, &[customer.uuid()], kinds::ALL, &[])?;
    Ok(destroyed)
}
