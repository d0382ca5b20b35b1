//! The jobs of an account that were given up.

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::kinds;
use crate::{
    customers::identity,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, InvoiceId, JobId, MethodId, PaymentId, ScheduleId, SubscriptionId},
    invoices,
    jobs::{Kind, model},
    payments::row,
    schedules, subscriptions, wallet_page,
};

/// A job that was given up.
#[derive(Clone, Debug, QueryableByName)]
pub struct Stuck {
    #[diesel(sql_type = SqlUuid)]
    pub id: JobId,
    /// The kind as stored; a newer version may have made it.
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Why the last attempt failed, as the worker noted it.
    #[diesel(sql_type = Text)]
    pub error: String,
    #[diesel(sql_type = Timestamptz, deserialize_as = jiff_diesel::Timestamp)]
    pub since: Timestamp,
    /// The payment of a refund.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    payment_id: Option<Uuid>,
    /// Whom it is about, if anybody.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub customer_id: Option<CustomerId>,
}

impl Stuck {
    /// Returns its kind, if this version knows it.
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    /// Returns the name of its kind.
    pub fn name(&self) -> String {
        self.kind.replace('_', " ")
    }

    /// Returns the public id of what it is about.
    pub fn about(&self) -> String {
        self.kind().map_or_else(|| self.subject_id.to_string(), |kind| kind.subject(self.subject_id))
    }

    /// Returns the page of what it is about, if that has one.
    pub fn href(&self) -> Option<String> {
        let id = self.subject_id;
        match self.kind()? {
            Kind::SettlePayment => Some(row::path(PaymentId::from_uuid(id))),
            Kind::SettleRefund => self.payment_id.map(|id| row::path(PaymentId::from_uuid(id))),
            Kind::AdvanceSubscription => Some(subscriptions::path(SubscriptionId::from_uuid(id))),
            Kind::CollectInvoice => Some(invoices::path(InvoiceId::from_uuid(id))),
            Kind::AdvanceSchedule => Some(schedules::path(ScheduleId::from_uuid(id))),
            Kind::DestroyDeleted => Some(identity::path(CustomerId::from_uuid(id))),
            // It is about all customers from one on.
            Kind::FindDoubts => None,
            Kind::DestroyMethod => Some(wallet_page::path(MethodId::from_uuid(id))),
            // What is removed has no page any more.
            Kind::DestroyNote => None,
            Kind::MoveClock => Some("/test-clock".to_owned()),
        }
    }
}

/// Returns those of an account, the longest first, `most` at most.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut PgConnection, account: AccountId, most: i64) -> Result<Vec<Stuck>> {
    let statement = "\
        SELECT j.id, j.kind, j.subject_id, j.attempts, coalesce(j.error, '') AS error, j.stuck_at AS since, \
          r.payment_id, coalesce(p.customer_id, q.customer_id, s.customer_id, h.customer_id, i.customer_id, m.customer_id, n.customer_id, \
            CASE WHEN j.kind = 'destroy_deleted' THEN j.subject_id END) AS customer_id \
        FROM (SELECT * FROM jobs WHERE account_id = $1 AND stuck_at IS NOT NULL ORDER BY stuck_at, id LIMIT $2) j \
        LEFT JOIN payments p ON j.kind = 'settle_payment' AND p.account_id = $1 AND p.id = j.subject_id \
        LEFT JOIN refunds r ON j.kind = 'settle_refund' AND r.account_id = $1 AND r.id = j.subject_id \
        LEFT JOIN payments q ON q.account_id = $1 AND q.id = r.payment_id \
        LEFT JOIN subscriptions s ON j.kind = 'advance_subscription' AND s.account_id = $1 AND s.id = j.subject_id \
        LEFT JOIN payment_schedules h ON j.kind = 'advance_schedule' AND h.account_id = $1 AND h.id = j.subject_id \
        LEFT JOIN invoices i ON j.kind = 'collect_invoice' AND i.account_id = $1 AND i.id = j.subject_id \
        LEFT JOIN payment_methods m ON j.kind = 'destroy_method' AND m.account_id = $1 AND m.id = j.subject_id \
        LEFT JOIN notes n ON j.kind = 'destroy_note' AND n.account_id = $1 AND n.id = j.subject_id \
        ORDER BY j.stuck_at, j.id";
    Ok(sql_query(statement).bind::<SqlUuid, _>(account).bind::<BigInt, _>(most).load(conn)?)
}

/// Counts those of an account, up to `most`.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, account: AccountId, most: i64) -> Result<i64> {
    use crate::schema::jobs;
    let stuck = jobs::table.filter(jobs::account_id.eq(account)).filter(jobs::stuck_at.is_not_null());
    Ok(stuck.select(jobs::id).limit(most).load::<JobId>(conn)?.len() as i64)
}

/// Has one tried again now, with the event of it. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when none of that id is stuck in the account: somebody else was faster.
pub fn retry(conn: &mut PgConnection, by: &By, id: JobId) -> Result<()> {
    let (kind, subject) = model::retry_of(conn, by.account, id)?;
    let about = Kind::parse(&kind).map(|kind| kind.subject(subject));
    let after = Fields::from([("job".to_owned(), json!(kind)), ("about".to_owned(), json!(about))]);
    let before = Fields::new();
    let what = NewEvent { kind: kinds::RETRIED, subject, customer: None, version: 1, before: &before, after: &after };
    events::record(conn, by, &what)?;
    Ok(())
}

/// Returns whether a retry found nothing.
pub fn is_gone(err: &Error) -> bool {
    matches!(err, Error::NotFound)
}
