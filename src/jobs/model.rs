//! The jobs table: asking for a job, taking one, and what becomes of it.
//!
//! What a job does to the database and the end of the job are one transaction, so that it is done once however many workers there
//! are and whenever one of them dies. A claim is only a promise to the others for a while; who finishes a job must still
//! have it.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Timestamptz, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    ids::{AccountId, JobId},
    schema::jobs,
};

/// So long the others leave a job to the worker that took it.
pub const CLAIM: SignedDuration = SignedDuration::from_secs(60);

/// After so many attempts a job is stuck and waits for a person.
pub const MOST_ATTEMPTS: i32 = 12;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ask the gateway what became of a charge. About a payment.
    SettlePayment,
    /// Ask the gateway what became of a refund. About a refund.
    SettleRefund,
    /// Destroy what a customer's delete leaves when it cannot be taken back any more. About a customer.
    DestroyDeleted,
    /// Destroy a payment method that was removed. About a payment method.
    DestroyMethod,
}

impl Kind {
    const ALL: [Self; 4] = [Self::SettlePayment, Self::SettleRefund, Self::DestroyDeleted, Self::DestroyMethod];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SettlePayment => "settle_payment",
            Self::SettleRefund => "settle_refund",
            Self::DestroyDeleted => "destroy_deleted",
            Self::DestroyMethod => "destroy_method",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Asks for a job, done at `due` or soon after. A job of that kind for that subject that waits already is moved there, as
/// if it were new. Call it in the transaction of the change.
///
/// # Errors
/// When the database fails.
pub fn enqueue(conn: &mut PgConnection, account: AccountId, kind: Kind, subject: Uuid, due: Timestamp) -> Result<()> {
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(JobId::new()),
            jobs::account_id.eq(account),
            jobs::kind.eq(kind.as_str()),
            jobs::subject_id.eq(subject),
            jobs::due_at.eq(due.to_diesel()),
            jobs::attempts.eq(0),
            jobs::created_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict((jobs::kind, jobs::account_id, jobs::subject_id))
        .do_update()
        .set((
            jobs::due_at.eq(due.to_diesel()),
            jobs::attempts.eq(0),
            jobs::claim_id.eq(None::<Uuid>),
            jobs::claimed_until.eq(None::<jiff_diesel::Timestamp>),
            jobs::error.eq(None::<String>),
            jobs::stuck_at.eq(None::<jiff_diesel::Timestamp>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes a job back, or does nothing when there is none. Call it in the transaction of the change.
///
/// # Errors
/// When the database fails.
pub fn cancel(conn: &mut PgConnection, account: AccountId, kind: Kind, subject: Uuid) -> Result<()> {
    let job = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::subject_id.eq(subject));
    diesel::delete(job).execute(conn)?;
    Ok(())
}

/// A job that this worker has for a while.
#[derive(Clone, Debug, QueryableByName)]
#[diesel(table_name = jobs, check_for_backend(diesel::pg::Pg))]
pub struct Claimed {
    id: JobId,
    /// In which account.
    pub account_id: AccountId,
    kind: String,
    /// What it is about.
    pub subject_id: Uuid,
    /// So often it was begun, this time included.
    pub attempts: i32,
    claim_id: Option<Uuid>,
}

impl Claimed {
    /// What is to be done; nothing when a newer version asked for it.
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    /// The kind as stored, for the log.
    pub fn kind_name(&self) -> &str {
        &self.kind
    }
}

/// Takes the job that is due longest. A claim is over when its time is, or when it ends later than one made now would:
/// then the clock was put back.
///
/// # Errors
/// When the database fails.
pub fn claim(conn: &mut PgConnection, now: Timestamp) -> Result<Option<Claimed>> {
    // The guard stands outside the subquery too: on a sharded PostgreSQL the row may have changed between the two.
    let statement = "\
        UPDATE jobs SET claim_id = $1, claimed_until = $3, attempts = attempts + 1 \
        WHERE id = (SELECT id FROM jobs WHERE due_at <= $2 AND stuck_at IS NULL \
            AND (claimed_until IS NULL OR claimed_until <= $2 OR claimed_until > $3) \
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
        AND (claimed_until IS NULL OR claimed_until <= $2 OR claimed_until > $3) \
        RETURNING id, account_id, kind, subject_id, attempts, claim_id";
    let claimed = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Timestamptz, _>(now.to_diesel())
        .bind::<Timestamptz, _>((now + CLAIM).to_diesel())
        .get_result(conn);
    Ok(claimed.optional()?)
}

/// Ends a job. Call it in the transaction of what the job did.
///
/// # Errors
/// [`Error::Conflict`] when another worker has it by now: what was done must not be committed.
pub fn finish(conn: &mut PgConnection, job: &Claimed) -> Result<()> {
    let own = jobs::table.find(job.id).filter(jobs::claim_id.eq(job.claim_id));
    still_own(diesel::delete(own).execute(conn)?)
}

/// Puts a job off, as if it were new. Call it in the transaction of what the job found out.
///
/// # Errors
/// As [`finish`].
pub fn postpone(conn: &mut PgConnection, job: &Claimed, due: Timestamp) -> Result<()> {
    let own = jobs::table.find(job.id).filter(jobs::claim_id.eq(job.claim_id));
    let waits = (
        jobs::due_at.eq(due.to_diesel()),
        jobs::attempts.eq(0),
        jobs::claim_id.eq(None::<Uuid>),
        jobs::claimed_until.eq(None::<jiff_diesel::Timestamp>),
        jobs::error.eq(None::<String>),
    );
    still_own(diesel::update(own).set(waits).execute(conn)?)
}

/// Notes why a job failed. It is tried again after 1, 2, 4 … minutes, an hour at most, and is stuck after
/// [`MOST_ATTEMPTS`]. Says whether it is stuck.
///
/// # Errors
/// As [`finish`].
pub fn fail(conn: &mut PgConnection, job: &Claimed, error: &str, now: Timestamp) -> Result<bool> {
    let minutes = 1_i64 << (job.attempts - 1).clamp(0, 6);
    let is_stuck = job.attempts >= MOST_ATTEMPTS;
    let own = jobs::table.find(job.id).filter(jobs::claim_id.eq(job.claim_id));
    let waits = (
        jobs::due_at.eq((now + SignedDuration::from_mins(minutes.min(60))).to_diesel()),
        jobs::claim_id.eq(None::<Uuid>),
        jobs::claimed_until.eq(None::<jiff_diesel::Timestamp>),
        jobs::error.eq(error),
        jobs::stuck_at.eq(is_stuck.then(|| now.to_diesel())),
    );
    still_own(diesel::update(own).set(waits).execute(conn)?)?;
    Ok(is_stuck)
}

fn still_own(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Conflict("another worker has this job by now".into())) }
}
