//! What a merchant decides about its invoices: how they are numbered, when they are to be paid, what becomes of a
//! subscription that is not, and who they are from. Admins and owners change it; a change is one transaction with its
//! event, which stands in the live account.

pub mod content;
pub mod input;
pub mod kinds;
pub mod pages;
pub mod revert;
pub mod told;

use diesel::PgConnection;
use serde_json::json;

use crate::{
    error::Result,
    events::{self, By, Fields, NewEvent, fields::difference},
    ids::{AccountId, EventId, MerchantId},
    invoices::numbering,
    merchants::{self, Decided},
    values::{Mode, expiry},
};

/// Returns the number that the next invoice of the live account gets: its place, and as it is written.
///
/// # Errors
/// When the database fails.
pub fn next_number(conn: &mut PgConnection, by: &By, merchant: MerchantId) -> Result<(i64, String)> {
    let live = merchants::account(conn, merchant, Mode::Live)?;
    let today = expiry::today(by.in_live(live).now(), &merchants::time_zone(conn, live)?);
    let invoicing = merchants::invoicing(conn, live)?;
    numbering::next(conn, live, today, &invoicing)
}

/// Stores what was decided, over what is locked by [`merchants::decided_for_update`], and returns its event; nothing when
/// nothing changes. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub fn store(
    conn: &mut PgConnection,
    by: &By,
    merchant: MerchantId,
    (old, new): (&Decided, &Decided),
) -> Result<Option<EventId>> {
    let (before, after) = difference(&content::fields(old), &content::fields(new));
    if after.is_empty() {
        return Ok(None);
    }
    merchants::set_invoicing(conn, merchant, new)?;
    let live = merchants::account(conn, merchant, Mode::Live)?;
    record(conn, by, (merchant, live), kinds::INVOICING_CHANGED, (&before, &after)).map(Some)
}

/// Raises the number that the next invoice of the live account gets, with its event. A number that has been reached already
/// changes nothing. Call it after [`store`], in the same transaction.
///
/// # Errors
/// When the database fails.
pub fn raise(conn: &mut PgConnection, by: &By, merchant: MerchantId, to: i64) -> Result<Option<EventId>> {
    let live = merchants::account(conn, merchant, Mode::Live)?;
    let today = expiry::today(by.in_live(live).now(), &merchants::time_zone(conn, live)?);
    let invoicing = merchants::invoicing(conn, live)?;
    let Some(was) = numbering::raise(conn, live, today, &invoicing, to)? else { return Ok(None) };
    let field = |no: i64| Fields::from([("next_number".to_owned(), json!(no))]);
    record(conn, by, (merchant, live), kinds::NEXT_NUMBER_RAISED, (&field(was), &field(to))).map(Some)
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    (merchant, live): (MerchantId, AccountId),
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<EventId> {
    let what = NewEvent { kind, subject: merchant.uuid(), customer: None, version: 0, before, after };
    events::record(conn, &by.in_live(live), &what)
}
