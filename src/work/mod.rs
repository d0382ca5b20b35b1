//! The worker that takes jobs from the queue, and the only place that assigns each kind of job to its feature.

pub mod worker;

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{
    customers::doubts,
    db::Db,
    deletion,
    error::Result,
    gateway::Sandbox,
    ids::{CustomerId, MethodId, NoteId},
    jobs::{Claimed, Kind, model},
    notes,
    payment_methods::destruction,
    payments::settling,
};

pub use worker::Worker;

/// Does a job. Its changes to the database and its end (or its delay) are one transaction.
///
/// # Errors
/// The error of the job; then nothing is changed, and the job stays as it was. [`crate::error::Error::JobTaken`] when
/// another worker has the job by now.
pub async fn perform(db: &Db, sandbox: &Sandbox, job: &Claimed, now: Timestamp) -> Result<()> {
    let (account, subject) = (job.account_id, job.subject_id);
    match job.kind {
        Kind::SettlePayment => settling::settle_payment(db, sandbox, job, now).await,
        Kind::SettleRefund => settling::settle_refund(db, sandbox, job, now).await,
        Kind::DestroyDeleted => {
            let customer = CustomerId::from_uuid(subject);
            change(db, job, move |conn| deletion::destroy(conn, account, customer, now)).await
        }
        Kind::DestroyMethod => {
            let method = MethodId::from_uuid(subject);
            change(db, job, move |conn| destruction::destroy(conn, account, method, now)).await
        }
        Kind::DestroyNote => {
            let note = NoteId::from_uuid(subject);
            change(db, job, move |conn| notes::destruction::destroy(conn, account, note, now)).await
        }
        Kind::FindDoubts => {
            let after = CustomerId::from_uuid(subject);
            let find = move |conn: &mut PgConnection| {
                if let Some(last) = doubts::find(conn, account, after)? {
                    model::enqueue(conn, account, Kind::FindDoubts, last.uuid(), now)?;
                }
                Ok(None)
            };
            change(db, job, find).await
        }
    }
}

/// Does a job that only changes the database. The change returns the time of the next attempt, if it was too early.
async fn change<F>(db: &Db, job: &Claimed, change: F) -> Result<()>
where
    F: FnOnce(&mut PgConnection) -> Result<Option<Timestamp>> + Send + 'static,
{
    let job = job.clone();
    let done = move |conn: &mut PgConnection| match change(conn)? {
        None => model::finish(conn, &job),
        Some(due) => model::postpone(conn, &job, due),
    };
    db.write(done).await
}
