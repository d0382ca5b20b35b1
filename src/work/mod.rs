//! The worker that takes jobs from the queue, and the only place that assigns each kind of job to its feature.

pub mod worker;

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::Clock,
    customer_parts,
    customers::doubts,
    db::Db,
    deletion,
    error::Result,
    events::By,
    gateway::Sandbox,
    ids::{CustomerId, InvoiceId, MethodId, NoteId, ScheduleId, SubscriptionId},
    jobs::{Claimed, Kind, model},
    merchants, notes,
    payment_methods::destruction,
    payments::settling,
    schedules,
    subscriptions::advancing,
    test_clock::walking::{self, Step},
};

pub use worker::Worker;

/// Does a job on a machine that goes by that clock. Its changes to the database and its end (or its delay) are one transaction.
///
/// # Errors
/// The error of the job; then nothing is changed, and the job stays as it was. [`crate::error::Error::JobTaken`] when
/// another worker has the job by now.
pub async fn perform(db: &Db, sandbox: &Sandbox, job: &Claimed, machine: &Clock) -> Result<()> {
    let (account, subject, machine) = (job.account_id, job.subject_id, machine.clone());
    let clock = db.read(move |conn| merchants::clock(conn, account, &machine)).await?;
    let by = By::system(account, clock);
    match job.kind {
        Kind::SettlePayment => settling::settle_payment(db, sandbox, customer_parts::DEBTS, by, job).await,
        Kind::SettleRefund => settling::settle_refund(db, sandbox, by, job).await,
        Kind::AdvanceSubscription => {
            let id = SubscriptionId::from_uuid(subject);
            change(db, by, job, move |conn, by| advancing::advance(conn, by, id)).await
        }
        Kind::CollectInvoice => {
            let id = InvoiceId::from_uuid(subject);
            change(db, by, job, move |conn, by| advancing::collect(conn, by, id)).await
        }
        Kind::AdvanceSchedule => {
            let id = ScheduleId::from_uuid(subject);
            change(db, by, job, move |conn, by| schedules::advancing::advance(conn, by, id)).await
        }
        Kind::DestroyDeleted => {
            let customer = CustomerId::from_uuid(subject);
            change(db, by, job, move |conn, by| deletion::destroy(conn, by, customer)).await
        }
        Kind::DestroyMethod => {
            let method = MethodId::from_uuid(subject);
            change(db, by, job, move |conn, by| destruction::destroy(conn, by, method)).await
        }
        Kind::DestroyNote => {
            let note = NoteId::from_uuid(subject);
            change(db, by, job, move |conn, by| notes::destruction::destroy(conn, by, note)).await
        }
        Kind::FindDoubts => {
            let after = CustomerId::from_uuid(subject);
            let find = move |conn: &mut PgConnection, by: &By| {
                if let Some(last) = doubts::find(conn, account, after)? {
                    model::enqueue(conn, by, Kind::FindDoubts, last.uuid(), by.now())?;
                }
                Ok(None)
            };
            change(db, by, job, find).await
        }
        Kind::MoveClock => move_clock(db, by, job).await,
    }
}

/// Moves the clock of an account on by a step.
async fn move_clock(db: &Db, by: By, job: &Claimed) -> Result<()> {
    /// The pause while others do what is due in the account. Jobs of less urgent kinds have their turn in it.
    const PAUSE: SignedDuration = SignedDuration::from_millis(40);
    let job = job.clone();
    let step = move |conn: &mut PgConnection| match walking::step(conn, &by)? {
        Step::Arrived => model::finish(conn, &job),
        Step::On => model::postpone(conn, &job, &by.clock, by.now()),
        Step::Waits => model::postpone(conn, &job, &by.clock, by.now() + PAUSE),
        Step::Holds => model::postpone(conn, &job, &by.clock, by.now() + SignedDuration::from_secs(1)),
    };
    db.write(step).await
}

/// Does a job that only changes the database. The change returns the time of the next attempt in the account, if it was too
/// early.
async fn change<F>(db: &Db, by: By, job: &Claimed, change: F) -> Result<()>
where
    F: FnOnce(&mut PgConnection, &By) -> Result<Option<Timestamp>> + Send + 'static,
{
    let job = job.clone();
    let done = move |conn: &mut PgConnection| match change(conn, &by)? {
        None => model::finish(conn, &job),
        Some(due) => model::postpone(conn, &job, &by.clock, due),
    };
    db.write(done).await
}
