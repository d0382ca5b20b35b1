//! The jobs table: asking for a job, taking one, and ending it.
//!
//! A job's changes to the database and its end are one transaction, so that it is done once, however many workers there
//! are and whenever one of them dies. A claim only keeps other workers away for a while; a worker that finishes a job
//! must still hold its claim.

use diesel::{
    PgConnection,
    deserialize::{self, FromSql, FromSqlRow},
    dsl::case_when,
    pg::{Pg, PgValue},
    prelude::*,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::{
    clock::Clock,
    error::{Error, Result},
    events::By,
    ids::{AccountId, CustomerId, InvoiceId, JobId, MethodId, NoteId, PaymentId, RefundId, ScheduleId, SubscriptionId},
    schema::jobs,
};

/// The time for which other workers leave a job to the worker that took it.
pub const CLAIM: SignedDuration = SignedDuration::from_secs(60);

/// The number of attempts after which a job is stuck and waits for a person.
pub const MOST_ATTEMPTS: i32 = 12;

/// The kind of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromSqlRow)]
pub enum Kind {
    /// Ask the gateway for the outcome of a charge. The subject is a payment.
    SettlePayment,
    /// Ask the gateway for the outcome of a refund. The subject is a refund.
    SettleRefund,
    /// Do what is due for a subscription: bill a period, end it. The subject is a subscription.
    AdvanceSubscription,
    /// Try an invoice again, or say that its day has passed. The subject is an invoice.
    CollectInvoice,
    /// Charge the part of a payment schedule whose turn it is. The subject is a schedule.
    AdvanceSchedule,
    /// Move the clock of a test account on by a step. The subject is the account.
    MoveClock,
    /// Destroy what remains of a deleted customer at the end of the undo window. The subject is a customer.
    DestroyDeleted,
    /// Destroy a removed payment method. The subject is a payment method.
    DestroyMethod,
    /// Destroy a removed note. The subject is a note.
    DestroyNote,
    /// Look for what of the records needs another look, from the customer on who is the subject.
    FindDoubts,
}

impl Kind {
    /// All kinds, the most urgent first: people wait for money, what is begun is settled before more begins, and nobody
    /// waits for a destruction. Somebody watches a clock that moves; it lets what is due in its account go before.
    pub const ALL: [Self; 10] = [
        Self::SettlePayment,
        Self::SettleRefund,
        Self::AdvanceSubscription,
        Self::CollectInvoice,
        Self::AdvanceSchedule,
        Self::MoveClock,
        Self::DestroyDeleted,
        Self::DestroyMethod,
        Self::DestroyNote,
        Self::FindDoubts,
    ];

    /// Returns the name as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SettlePayment => "settle_payment",
            Self::SettleRefund => "settle_refund",
            Self::AdvanceSubscription => "advance_subscription",
            Self::CollectInvoice => "collect_invoice",
            Self::AdvanceSchedule => "advance_schedule",
            Self::DestroyDeleted => "destroy_deleted",
            Self::DestroyMethod => "destroy_method",
            Self::DestroyNote => "destroy_note",
            Self::FindDoubts => "find_doubts",
            Self::MoveClock => "move_clock",
        }
    }

    /// Returns the kind with that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Returns whether a job of this kind orders money to be moved, or bills it, or moves a clock by which that is done. What
    /// is due when decides that, so that only who has the right time may do it.
    pub fn moves_money(self) -> bool {
        matches!(
            self,
            Self::SettlePayment
                | Self::SettleRefund
                | Self::AdvanceSubscription
                | Self::CollectInvoice
                | Self::AdvanceSchedule
                | Self::MoveClock
        )
    }

    /// Returns the public id of the subject of a job of this kind.
    pub fn subject(self, id: Uuid) -> String {
        match self {
            Self::SettlePayment => PaymentId::from_uuid(id).to_string(),
            Self::SettleRefund => RefundId::from_uuid(id).to_string(),
            Self::AdvanceSubscription => SubscriptionId::from_uuid(id).to_string(),
            Self::CollectInvoice => InvoiceId::from_uuid(id).to_string(),
            Self::AdvanceSchedule => ScheduleId::from_uuid(id).to_string(),
            Self::DestroyDeleted | Self::FindDoubts => CustomerId::from_uuid(id).to_string(),
            Self::DestroyMethod => MethodId::from_uuid(id).to_string(),
            Self::DestroyNote => NoteId::from_uuid(id).to_string(),
            Self::MoveClock => AccountId::from_uuid(id).to_string(),
        }
    }
}

impl FromSql<Text, Pg> for Kind {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Self::parse(&<String as FromSql<Text, Pg>>::from_sql(bytes)?)
            .ok_or_else(|| "a newer version made this kind of job".into())
    }
}

/// Asks for a job, done at `due` in the account's time or soon after. A waiting job of the same kind and subject is moved
/// there, as if it were new. Call it in the transaction of the change.
pub fn enqueue(conn: &mut PgConnection, by: &By, kind: Kind, subject: Uuid, due: Timestamp) -> Result<()> {
    // What moves a clock does not wait for it.
    let account_due = (kind != Kind::MoveClock).then_some(due);
    let statement = "\
        INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at, account_due_at) \
        VALUES ($1, $2, $3, $4, $5, 0, $6, (SELECT $7 FROM accounts WHERE id = $2 AND mode = 'test')) \
        ON CONFLICT (kind, account_id, subject_id) DO UPDATE SET due_at = excluded.due_at, \
            account_due_at = excluded.account_due_at, attempts = 0, claim_id = NULL, claimed_until = NULL, error = NULL, \
            stuck_at = NULL";
    diesel::sql_query(statement)
        .bind::<SqlUuid, _>(JobId::new())
        .bind::<SqlUuid, _>(by.account)
        .bind::<Text, _>(kind.as_str())
        .bind::<SqlUuid, _>(subject)
        .bind::<Timestamptz, _>(machine_time(&by.clock, due).to_diesel())
        .bind::<Timestamptz, _>(Timestamp::now().to_diesel())
        .bind::<Nullable<Timestamptz>, _>(account_due.map(|due| due.to_diesel()))
        .execute(conn)?;
    Ok(())
}

/// Deletes a job, or does nothing when there is none. Call it in the transaction of the change.
pub fn cancel(conn: &mut PgConnection, account: AccountId, kind: Kind, subject: Uuid) -> Result<()> {
    let job = jobs::table
        .filter(jobs::account_id.eq(account))
        .filter(jobs::kind.eq(kind.as_str()))
        .filter(jobs::subject_id.eq(subject));
    diesel::delete(job).execute(conn)?;
    Ok(())
}

/// A job that this worker has claimed for a while.
#[derive(Clone, Debug, QueryableByName)]
#[diesel(table_name = jobs, check_for_backend(diesel::pg::Pg))]
pub struct Claimed {
    pub id: JobId,
    pub account_id: AccountId,
    pub kind: Kind,
    pub subject_id: Uuid,
    /// The number of attempts, with this one.
    pub attempts: i32,
    claim_id: Option<Uuid>,
}

/// Takes the most urgent job; of one kind, the one that is due longest. Leaves kinds of a newer version to that
/// version's workers.
pub fn claim(conn: &mut PgConnection, now: Timestamp) -> Result<Option<Claimed>> {
    claim_among(conn, now, now, |_| true)
}

/// Works like [`claim`], and leaves kinds that are not wanted alone. What is due is due by the worker's clock, by which
/// it is done. Claims go by `database`, the time that all workers share: by clocks that are apart, each would take the
/// other's claims for over and none would get anything done.
pub fn claim_among(
    conn: &mut PgConnection,
    now: Timestamp,
    database: Timestamp,
    is_wanted: impl Fn(Kind) -> bool,
) -> Result<Option<Claimed>> {
    for kind in Kind::ALL.into_iter().filter(|kind| is_wanted(*kind)) {
        if let Some(job) = claim_of(conn, kind, (now, database))? {
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// Returns when the next step of a moving clock is due, if none is due now.
pub fn next_step(conn: &mut PgConnection, now: Timestamp) -> Result<Option<Timestamp>> {
    let steps = jobs::table
        .filter(jobs::kind.eq(Kind::MoveClock.as_str()))
        .filter(jobs::due_at.gt(now.to_diesel()))
        .filter(jobs::stuck_at.is_null());
    let next: Option<jiff_diesel::Timestamp> = steps.order(jobs::due_at).select(jobs::due_at).first(conn).optional()?;
    Ok(next.map(Into::into))
}

/// Returns the time by the database's clock, which is the same for all workers.
pub fn database_time(conn: &mut PgConnection) -> Result<Timestamp> {
    let time = diesel::dsl::sql::<Timestamptz>("clock_timestamp()");
    Ok(diesel::select(time).get_result::<jiff_diesel::Timestamp>(conn)?.into())
}

/// Takes a job of a kind. A claim is over when its time has passed, or when it ends much later than one made now would:
/// then the clock was set back. It may end a little later than that, since this worker may have waited for the database
/// after it read the clock.
fn claim_of(conn: &mut PgConnection, kind: Kind, (now, database): (Timestamp, Timestamp)) -> Result<Option<Claimed>> {
    // The guard stands outside the subquery too: on a sharded PostgreSQL the row may have changed between the two.
    let statement = "\
        UPDATE jobs SET claim_id = $1, claimed_until = $3, attempts = attempts + 1 \
        WHERE id = (SELECT id FROM jobs WHERE kind = $5 AND due_at <= $6 AND stuck_at IS NULL \
            AND (claimed_until IS NULL OR claimed_until <= $2 OR claimed_until > $4) \
            ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
        AND (claimed_until IS NULL OR claimed_until <= $2 OR claimed_until > $4) \
        RETURNING id, account_id, kind, subject_id, attempts, claim_id";
    let claimed = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(Uuid::now_v7())
        .bind::<Timestamptz, _>(database.to_diesel())
        .bind::<Timestamptz, _>((database + CLAIM).to_diesel())
        .bind::<Timestamptz, _>((database + CLAIM * 2).to_diesel())
        .bind::<Text, _>(kind.as_str())
        .bind::<Timestamptz, _>(now.to_diesel())
        .get_result(conn);
    Ok(claimed.optional()?)
}

/// Ends a job. Call it last in the transaction of the job's changes: code that asks for a job locks its subject first,
/// and the other order would deadlock.
///
/// # Errors
/// [`Error::JobTaken`] when another worker has the job by now: the changes must not be committed.
pub fn finish(conn: &mut PgConnection, job: &Claimed) -> Result<()> {
    let own = jobs::table.find(job.id).filter(jobs::claim_id.eq(job.claim_id));
    still_own(diesel::delete(own).execute(conn)?)
}

/// Postpones a job until `due` in the account's time, as if it were new. Call it in the transaction of the job's changes.
///
/// # Errors
/// The same as [`finish`].
pub fn postpone(conn: &mut PgConnection, job: &Claimed, clock: &Clock, due: Timestamp) -> Result<()> {
    let own = jobs::table.find(job.id).filter(jobs::claim_id.eq(job.claim_id));
    let account_due = due.to_diesel().into_sql::<Timestamptz>().nullable();
    let waits = (
        jobs::due_at.eq(machine_time(clock, due).to_diesel()),
        // Nothing stays nothing: the account is a live one.
        jobs::account_due_at.eq(case_when(jobs::account_due_at.is_not_null(), account_due)),
        jobs::attempts.eq(0),
        jobs::claim_id.eq(None::<Uuid>),
        jobs::claimed_until.eq(None::<jiff_diesel::Timestamp>),
        jobs::error.eq(None::<String>),
    );
    still_own(diesel::update(own).set(waits).execute(conn)?)
}

/// Notes the reason of a failure. The job is tried again after 1, 2, 4 … minutes, an hour at most, and is stuck after
/// [`MOST_ATTEMPTS`]. Returns whether it is stuck.
///
/// # Errors
/// The same as [`finish`].
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

/// A job that was given up.
#[derive(Clone, Debug)]
pub struct Stuck {
    pub id: JobId,
    /// The kind as stored; a newer version may have made it.
    pub kind: String,
    /// The public id of its subject, if the kind is known.
    pub subject: String,
    /// The number of attempts.
    pub attempts: i32,
    /// The reason of the last failure.
    pub error: String,
    /// The time it was given up.
    pub since: Timestamp,
}

/// Returns the jobs that were given up, the longest first.
pub fn stuck(conn: &mut PgConnection) -> Result<Vec<Stuck>> {
    type Row = (JobId, String, Uuid, i32, Option<String>, jiff_diesel::NullableTimestamp);
    let rows: Vec<Row> = jobs::table
        .filter(jobs::stuck_at.is_not_null())
        .order((jobs::stuck_at, jobs::id))
        .select((jobs::id, jobs::kind, jobs::subject_id, jobs::attempts, jobs::error, jobs::stuck_at))
        .load(conn)?;
    let stuck = |(id, kind, subject, attempts, error, since): Row| Stuck {
        id,
        subject: Kind::parse(&kind).map_or_else(|| subject.to_string(), |kind| kind.subject(subject)),
        kind,
        attempts,
        error: error.unwrap_or_default(),
        since: Option::from(since).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(stuck).collect())
}

/// Makes a job that was given up due now. The job keeps its error until it has another or is done.
///
/// # Errors
/// [`Error::NotFound`] when no job of that id is stuck.
pub fn retry(conn: &mut PgConnection, id: JobId, now: Timestamp) -> Result<()> {
    let back =
        (jobs::due_at.eq(now.to_diesel()), jobs::attempts.eq(0), jobs::stuck_at.eq(None::<jiff_diesel::Timestamp>));
    let job = jobs::table.find(id).filter(jobs::stuck_at.is_not_null());
    let rows = diesel::update(job).set(back).execute(conn)?;
    if rows == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Works like [`retry`] for a job of an account, now; returns its kind as stored and its subject.
///
/// # Errors
/// [`Error::NotFound`] when no job of that id is stuck in the account.
pub fn retry_of(conn: &mut PgConnection, account: AccountId, id: JobId) -> Result<(String, Uuid)> {
    let of_account = jobs::table.find(id).filter(jobs::account_id.eq(account));
    let what = of_account.select((jobs::kind, jobs::subject_id)).first(conn)?;
    retry(conn, id, Timestamp::now())?;
    Ok(what)
}

/// Returns when it is `due` by the machine's clock, which the queue goes by.
fn machine_time(account: &Clock, due: Timestamp) -> Timestamp {
    due.checked_sub(account.ahead()).unwrap_or(Timestamp::MIN)
}

fn still_own(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::JobTaken) }
}
