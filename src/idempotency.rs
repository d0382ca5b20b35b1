//! A form's one-time key: a form sent twice makes one thing.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{error::Result, ids::AccountId, schema::idempotency_keys};

/// Takes `key` for `subject`, or tells what it made before. A second transaction with the same key waits for the
/// first. Without a key everything is new.
///
/// # Errors
/// When the database fails.
pub fn take(conn: &mut PgConnection, account: AccountId, key: Option<Uuid>, subject: Uuid) -> Result<Option<Uuid>> {
    let Some(key) = key else { return Ok(None) };
    let taken = diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::account_id.eq(account),
            idempotency_keys::key.eq(key),
            idempotency_keys::subject_id.eq(subject),
            idempotency_keys::created_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if taken == 1 { Ok(None) } else { made_with(conn, account, Some(key)) }
}

/// What `key` made, if it was used.
///
/// # Errors
/// When the database fails.
pub fn made_with(conn: &mut PgConnection, account: AccountId, key: Option<Uuid>) -> Result<Option<Uuid>> {
    let Some(key) = key else { return Ok(None) };
    let made = idempotency_keys::table.find((account, key)).select(idempotency_keys::subject_id);
    Ok(made.first(conn).optional()?)
}

/// Forgets keys older than a day.
///
/// # Errors
/// When the database fails.
pub fn forget_old(conn: &mut PgConnection) -> Result<usize> {
    let limit = Timestamp::now() - SignedDuration::from_hours(24);
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(limit.to_diesel()));
    Ok(diesel::delete(old).execute(conn)?)
}
