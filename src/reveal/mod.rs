//! Revealing: somebody who sees customers masked has what is private of one of them shown, for a while. The event of it is
//! the permission: it says who, whom and when, and the audit log tells it.

pub mod kinds;
mod pages;
pub mod part;

use diesel::{PgConnection, dsl::exists, prelude::*, select};
use jiff::SignedDuration;

use crate::{
    codes::Code,
    error::{Error, Result},
    events::{self, Fields, NewEvent},
    ids::{CustomerId, EventId},
    routes::Route,
    schema::events as table,
    who::SignedIn,
};

/// How long what was revealed is shown.
pub const SHOWN: SignedDuration = SignedDuration::from_mins(10);

/// How long a form that was opened in that time can be sent: as long as a session lives unused.
const FORM: SignedDuration = SignedDuration::from_hours(12);

/// [`opener`] or [`sender`].
pub type Uses = fn(&mut PgConnection, &SignedIn, CustomerId) -> Result<SignedIn>;

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/customers/{id}/reveal", pages::reveal)]
}

/// Returns a person as the reader of one customer's pages: who had it revealed within the last minutes sees everything.
pub fn reader(conn: &mut PgConnection, who: &SignedIn, customer: CustomerId) -> Result<SignedIn> {
    Ok(if is_revealed(conn, who, customer, SHOWN)? { who.clone().revealed() } else { who.clone() })
}

/// Returns a person as one who opens a form about a customer.
///
/// # Errors
/// [`Error::Conflict`] when it is masked for them: a masked value must not be taken for the value.
pub fn opener(conn: &mut PgConnection, who: &SignedIn, customer: CustomerId) -> Result<SignedIn> {
    let reader = reader(conn, who, customer)?;
    refuse_masked(&reader)?;
    Ok(reader)
}

/// Returns a person as one who sends a form about a customer, perhaps a while after they opened it: then it is shown again
/// with what they sent, and with nothing else.
///
/// # Errors
/// The same.
pub fn sender(conn: &mut PgConnection, who: &SignedIn, customer: CustomerId) -> Result<SignedIn> {
    let reader = reader(conn, who, customer)?;
    if !is_revealed(conn, who, customer, FORM)? {
        refuse_masked(&reader)?;
    }
    Ok(reader)
}

/// Refuses an edit of what is private by who sees it masked.
///
/// # Errors
/// [`Error::Conflict`] with the way to see it.
pub fn refuse_masked(who: &SignedIn) -> Result<()> {
    let sentence = "What you would edit is masked for you. Open the customer, press “Show”, and edit then.";
    if who.curtain().is_drawn() { Err(Error::Conflict(Code::Masked.says(sentence))) } else { Ok(()) }
}

fn is_revealed(conn: &mut PgConnection, who: &SignedIn, customer: CustomerId, time: SignedDuration) -> Result<bool> {
    if !who.may_reveal() {
        return Ok(false);
    }
    let since = EventId::first_at(who.now() - time);
    let revealed = table::table
        .filter(table::account_id.eq(who.account))
        .filter(table::subject_id.eq(customer.uuid()))
        .filter(table::id.ge(since))
        .filter(table::kind.eq(kinds::REVEALED))
        .filter(table::staff_id.eq(who.staff));
    Ok(select(exists(revealed)).get_result(conn)?)
}

/// Records that a customer is revealed to somebody; returns false for who sees everything anyway. Call it in a transaction.
///
/// # Errors
/// [`Error::Forbidden`] for who may not.
fn record(conn: &mut PgConnection, who: &SignedIn, customer: CustomerId) -> Result<bool> {
    if !who.curtain().is_drawn() {
        return Ok(false);
    }
    if !who.may_reveal() {
        return Err(Error::Forbidden);
    }
    let (kind, none) = (kinds::REVEALED, Fields::new());
    let what = NewEvent { kind, subject: customer.uuid(), customer: None, version: 0, before: &none, after: &none };
    events::record(conn, &who.by(), &what)?;
    Ok(true)
}
