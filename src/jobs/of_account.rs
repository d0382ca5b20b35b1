//! The jobs of a test account, by the account's own time: what the move of its clock goes by. The job that moves the
//! clock is none of them, nor are those that are stuck, which wait for a person.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, BigInt, Text, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::model::Kind;
use crate::{error::Result, ids::AccountId, schema::jobs};

/// A job that waits, by the account's time.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The kind as stored; a newer version may have made it.
    pub kind: String,
    subject: Uuid,
    /// When it is due in the account.
    pub due: Timestamp,
    /// When it is tried, by the machine's time.
    pub tried_at: Timestamp,
    /// The reason of the last failure, if it failed.
    pub error: Option<String>,
}

impl Waiting {
    /// Returns the public id of its subject, if the kind is known.
    pub fn subject(&self) -> Option<String> {
        Kind::parse(&self.kind).map(|kind| kind.subject(self.subject))
    }
}

/// Notes when jobs are due in the account's time that an older version asked for, or asked for again.
pub fn adopt(conn: &mut PgConnection, account: AccountId, ahead: SignedDuration) -> Result<()> {
    // Along the unique key, which begins with the kind.
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::MoveClock).map(Kind::as_str);
    let adopted = diesel::sql_query(
        "UPDATE jobs SET account_due_at = due_at + $3 * interval '1 millisecond' \
         WHERE kind = ANY($2) AND account_id = $1 AND account_due_at IS NULL",
    );
    adopted
        .bind::<SqlUuid, _>(account)
        .bind::<Array<Text>, _>(kinds.collect::<Vec<_>>())
        .bind::<BigInt, _>(i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX))
        .execute(conn)?;
    Ok(())
}

/// Returns the job that moves the clock of the account, if it failed.
pub fn failed_step(conn: &mut PgConnection, account: AccountId, ahead: SignedDuration) -> Result<Option<Waiting>> {
    type Row = (Uuid, jiff_diesel::Timestamp, Option<String>);
    let kind = Kind::MoveClock.as_str();
    let failed: Option<Row> = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::kind.eq(kind))
        .filter(jobs::error.is_not_null())
        .select((jobs::subject_id, jobs::due_at, jobs::error))
        .first(conn)
        .optional()?;
    Ok(failed.map(|(subject, tried_at, error)| {
        let tried_at = Timestamp::from(tried_at);
        let due = tried_at.checked_add(ahead).unwrap_or(Timestamp::MAX);
        Waiting { kind: kind.to_owned(), subject, due, tried_at, error }
    }))
}

/// Returns the job that is due first in the account's time, whether or not somebody has it in hand.
pub fn earliest(conn: &mut PgConnection, account: AccountId) -> Result<Option<Waiting>> {
    type Row = (String, Uuid, jiff_diesel::NullableTimestamp, jiff_diesel::Timestamp, Option<String>);
    let first: Option<Row> = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::account_due_at.is_not_null())
        .filter(jobs::stuck_at.is_null())
        .order(jobs::account_due_at)
        .select((jobs::kind, jobs::subject_id, jobs::account_due_at, jobs::due_at, jobs::error))
        .first(conn)
        .optional()?;
    Ok(first.and_then(|(kind, subject, due, tried_at, error)| {
        let due = due.to_jiff()?;
        Some(Waiting { kind, subject, due, tried_at: tried_at.into(), error })
    }))
}

/// Makes everything due now that is due in the account until then. What failed keeps the time of its next attempt.
pub fn hasten(conn: &mut PgConnection, account: AccountId, until: Timestamp, now: Timestamp) -> Result<()> {
    let late = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::account_due_at.le(until.to_diesel()))
        .filter(jobs::stuck_at.is_null())
        .filter(jobs::error.is_null())
        .filter(jobs::due_at.gt(now.to_diesel()));
    diesel::update(late).set(jobs::due_at.eq(now.to_diesel())).execute(conn)?;
    Ok(())
}

/// Computes anew when up to `most` jobs are due by the machine's time, in an account that is so much ahead. Returns how
/// many it changed: fewer than `most` when all are right.
pub fn set_right(conn: &mut PgConnection, account: AccountId, ahead: SignedDuration, most: i64) -> Result<usize> {
    let statement = "\
        UPDATE jobs SET due_at = account_due_at - $2 * interval '1 millisecond' WHERE id IN ( \
            SELECT id FROM jobs WHERE account_id = $1 AND account_due_at IS NOT NULL AND stuck_at IS NULL AND error IS NULL \
            AND due_at > account_due_at - $2 * interval '1 millisecond' ORDER BY account_due_at LIMIT $3)";
    let changed = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<BigInt, _>(i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX))
        .bind::<BigInt, _>(most)
        .execute(conn)?;
    Ok(changed)
}

/// Returns when a job of a kind is due next in the account after a time.
pub fn next(conn: &mut PgConnection, account: AccountId, kind: Kind, after: Timestamp) -> Result<Option<Timestamp>> {
    let of_kind = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::account_due_at.gt(after.to_diesel()))
        .filter(jobs::stuck_at.is_null());
    let next: jiff_diesel::NullableTimestamp =
        of_kind.select(diesel::dsl::min(jobs::account_due_at)).get_result(conn)?;
    Ok(next.to_jiff())
}

/// Counts the jobs of a kind that are due in the account after `from` until `until`.
pub fn count(
    conn: &mut PgConnection,
    account: AccountId,
    kind: Kind,
    (from, until): (Timestamp, Timestamp),
) -> Result<i64> {
    let of_kind = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::account_due_at.gt(from.to_diesel()))
        .filter(jobs::account_due_at.le(until.to_diesel()))
        .filter(jobs::stuck_at.is_null());
    Ok(of_kind.count().get_result(conn)?)
}
