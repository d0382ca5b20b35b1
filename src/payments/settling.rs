//! Settling asks the gateway for the outcome of a charge or a refund, and writes it down.
//!
//! The request that began one settles it at once. A job does so when that was cut short, or when the gateway needs more
//! time. Both may happen together: the gateway takes both as one order, and the first to lock the payment's row writes
//! the outcome. Who comes too late to send an order again only looks for it (see [`sending`]).

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use super::{
    debts::{Debts, Owed},
    model::{self, Payment},
    refunds::{self, State},
    status::Status,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::By,
    gateway::{self, Gateway, Outcome, Sandbox, sending},
    ids::{PaymentId, RefundId},
    jobs::{
        self,
        model::{Claimed, finish, postpone},
    },
    merchants,
    reason::Reason,
};

/// The time that the request of a charge or refund has to settle it, before a worker does.
pub const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// Returns the gateway's order for a payment; `None` when the payment does not wait for a gateway.
fn order(conn: &mut PgConnection, payment: &Payment, by: &By) -> Result<Option<gateway::Charge>> {
    if payment.status != Status::Processing || payment.is_recorded {
        return Ok(None);
    }
    let credential = model::credential(conn, by.account, payment.id)?;
    let credential = credential.ok_or_else(|| Error::internal("a charge without credential"))?;
    let (account, asked_at) = (by.account, payment.created_at);
    Ok(Some(gateway::Charge { account, payment: payment.id, asked_at, money: payment.money, credential }))
}

async fn order_of(db: &Db, by: &By, id: PaymentId) -> Result<Option<gateway::Charge>> {
    let by = by.clone();
    db.read(move |conn| {
        let payment = model::find(conn, by.account, id)?;
        order(conn, &payment, &by)
    })
    .await
}

/// Charges a payment that is processing, and writes the outcome.
///
/// # Errors
/// When the gateway or the database does not answer; then the job settles the payment.
pub async fn settle_payment_with(
    db: &Db,
    gateway: &impl Gateway,
    debts: Owed,
    by: By,
    id: PaymentId,
    now: Timestamp,
) -> Result<()> {
    let Some(order) = order_of(db, &by, id).await? else { return Ok(()) };
    let outcome = sending::charge(gateway, &order, now).await?;
    db.write(move |conn| {
        in_request(conn, &by, jobs::Kind::SettlePayment, id.uuid(), &outcome, |conn| {
            apply(conn, debts, &by, id, &outcome)
        })
    })
    .await
}

/// Asks the gateway for the charge that `under_way` finds, while somebody waits for it, and returns what became of it. A
/// worker does so later if the answer is lost.
pub async fn settle_begun(
    db: &Db,
    gateway: &impl Gateway,
    debts: Owed,
    by: By,
    under_way: impl Fn(&mut PgConnection) -> Result<Option<PaymentId>> + Send + 'static,
) -> Option<Payment> {
    let settled = async {
        let (account, now) = (by.account, by.now());
        let Some(payment) = db.read(under_way).await? else { return Ok(None) };
        settle_payment_with(db, gateway, debts, by, payment, now).await?;
        db.read(move |conn| model::find(conn, account, payment).map(Some)).await
    };
    settled.await.unwrap_or_else(|err: Error| {
        tracing::warn!(error = %err, "a charge is left to the worker");
        None
    })
}

/// Cancels a payment that is processing. The payment may turn out to be settled already.
///
/// # Errors
/// The same as [`settle_payment_with`].
pub async fn cancel_with(
    db: &Db,
    gateway: &impl Gateway,
    debts: Owed,
    by: By,
    id: PaymentId,
    now: Timestamp,
) -> Result<()> {
    let Some(order) = order_of(db, &by, id).await? else { return Ok(()) };
    let outcome = sending::cancel(gateway, &order, now).await?;
    db.write(move |conn| {
        in_request(conn, &by, jobs::Kind::SettlePayment, id.uuid(), &outcome, |conn| {
            apply(conn, debts, &by, id, &outcome)
        })
    })
    .await
}

/// Cancels payments that are under way, through the gateway those that are `at_gateway`. A payment that turns out to be
/// settled stays so.
///
/// # Errors
/// The same as [`settle_payment_with`].
pub async fn cancel_all(
    db: &Db,
    gateway: Option<&impl Gateway>,
    debts: Owed,
    by: By,
    running: Vec<(PaymentId, bool)>,
    now: Timestamp,
) -> Result<()> {
    for (id, at_gateway) in running {
        let by = by.clone();
        match gateway {
            _ if !at_gateway => db.write(move |conn| note(conn, &by, id, Status::Canceled)).await?,
            Some(gateway) => cancel_with(db, gateway, debts, by, id, now).await?,
            None => {}
        }
    }
    Ok(())
}

/// Orders a refund that is processing, and writes the outcome.
///
/// # Errors
/// The same as [`settle_payment_with`].
pub async fn settle_refund_with(db: &Db, gateway: &impl Gateway, by: By, id: RefundId, now: Timestamp) -> Result<()> {
    let Some(order) = refund_order_of(db, &by, id).await? else { return Ok(()) };
    let outcome = sending::refund(gateway, &order, now).await?;
    db.write(move |conn| {
        in_request(conn, &by, jobs::Kind::SettleRefund, id.uuid(), &outcome, |conn| {
            refunds::settle(conn, &by, id, &outcome)
        })
    })
    .await
}

async fn refund_order_of(db: &Db, by: &By, id: RefundId) -> Result<Option<gateway::Refund>> {
    let account = by.account;
    db.read(move |conn| {
        let refund = refunds::find(conn, account, id)?;
        if refund.state != State::Processing {
            return Ok(None);
        }
        let credential = model::credential(conn, account, refund.payment)?;
        let credential = credential.ok_or_else(|| Error::internal("a refund without credential"))?;
        let (asked_at, payment, money) = (id.created_at(), refund.payment, refund.money);
        Ok(Some(gateway::Refund { account, refund: id, asked_at, payment, money, credential }))
    })
    .await
}

/// Writes the outcome and updates its job: deletes the job, or moves it to the time when the gateway will know.
fn in_request(
    conn: &mut PgConnection,
    by: &By,
    kind: jobs::Kind,
    subject: uuid::Uuid,
    outcome: &Outcome,
    apply: impl FnOnce(&mut PgConnection) -> Result<()>,
) -> Result<()> {
    apply(conn)?;
    match outcome {
        Outcome::Pending(until) => jobs::enqueue(conn, by, kind, subject, *until),
        _ => jobs::cancel(conn, by.account, kind, subject),
    }
}

/// Writes the outcome of a charge, and what follows for the debt that it is for. A payment that is settled stays as it is;
/// where the gateway contradicts it, the log says so.
///
/// Locks are taken in one order everywhere: customer, subscription, invoice, payment. So what the payment is for is read
/// without a lock and locked first; it never changes hands.
fn apply(conn: &mut PgConnection, debts: &dyn Debts, by: &By, id: PaymentId, outcome: &Outcome) -> Result<()> {
    let payment = model::find(conn, by.account, id)?;
    if payment.is_for_debt() {
        debts.hold(conn, by, &payment)?;
    }
    let payment = model::find_for_update(conn, by.account, id)?;
    if payment.status != Status::Processing {
        if *outcome == Outcome::Succeeded && !payment.status.is_paid() {
            let status = payment.status.as_str();
            tracing::error!(payment = %id, status, "the gateway charged a payment that is settled otherwise");
        }
        return Ok(());
    }
    let settled = match outcome {
        Outcome::Pending(_) => return Ok(()),
        Outcome::Succeeded => model::settle(conn, by, &payment, Status::Succeeded, None)?,
        Outcome::Failed(code) => model::settle(conn, by, &payment, Status::Failed, Some(code))?,
        Outcome::Canceled => model::settle(conn, by, &payment, Status::Canceled, None)?,
    };
    if settled.is_for_debt() { debts.follow(conn, by, &settled) } else { Ok(()) }
}

/// Writes the outcome of a payment that happened elsewhere, as a person states it.
///
/// # Errors
/// [`Error::Conflict`] when a gateway decides the outcome, or the status may not follow.
pub fn note(conn: &mut PgConnection, by: &By, id: PaymentId, next: Status) -> Result<()> {
    let payment = model::find_for_update(conn, by.account, id)?;
    if !payment.is_recorded {
        let sentence = "The gateway decides what becomes of this payment.";
        return Err(Error::Conflict(Code::OutcomeOfGateway.says(sentence)));
    }
    if !matches!(next, Status::Succeeded | Status::Failed | Status::Canceled) {
        return Err(Error::Conflict(no_outcome()));
    }
    // The same said twice is said once.
    if payment.status == next { Ok(()) } else { model::settle(conn, by, &payment, next, None).map(drop) }
}

/// Returns the reason why another status cannot be set as an outcome.
pub fn no_outcome() -> Reason {
    Code::NotOneOf.says("Choose what became of the payment: succeeded, failed or canceled.")
}

/// Returns the reason why a payment that happened elsewhere cannot be canceled.
pub fn not_cancelable() -> Reason {
    Code::NotCancelable.says("No gateway knows this payment. Set its outcome instead.")
}

/// Runs the job that settles a charge.
///
/// # Errors
/// When the gateway or the database does not answer; the job is tried again.
pub async fn settle_payment(db: &Db, sandbox: &Sandbox, debts: Owed, by: By, job: &Claimed) -> Result<()> {
    let id = PaymentId::from_uuid(job.subject_id);
    let gateway = gateway_of(db, sandbox, job).await?;
    let outcome = match order_of(db, &by, id).await? {
        Some(order) => Some(sending::charge(gateway, &order, by.now()).await?),
        None => None,
    };
    let job = job.clone();
    db.write(move |conn| {
        if let Some(outcome) = &outcome {
            apply(conn, debts, &by, id, outcome)?;
        }
        end(conn, &by, &job, outcome.as_ref())
    })
    .await
}

/// Runs the job that settles a refund.
///
/// # Errors
/// The same as [`settle_payment`].
pub async fn settle_refund(db: &Db, sandbox: &Sandbox, by: By, job: &Claimed) -> Result<()> {
    let id = RefundId::from_uuid(job.subject_id);
    let gateway = gateway_of(db, sandbox, job).await?;
    let outcome = match refund_order_of(db, &by, id).await? {
        Some(order) => Some(sending::refund(gateway, &order, by.now()).await?),
        None => None,
    };
    let job = job.clone();
    db.write(move |conn| {
        if let Some(outcome) = &outcome {
            refunds::settle(conn, &by, id, outcome)?;
        }
        end(conn, &by, &job, outcome.as_ref())
    })
    .await
}

async fn gateway_of<'s>(db: &Db, sandbox: &'s Sandbox, job: &Claimed) -> Result<&'s Sandbox> {
    let account = job.account_id;
    let mode = db.read(move |conn| merchants::mode(conn, account)).await?;
    gateway::of(mode, sandbox).ok_or_else(|| Error::internal("an order in an account without gateway"))
}

fn end(conn: &mut PgConnection, by: &By, job: &Claimed, outcome: Option<&Outcome>) -> Result<()> {
    match outcome {
        Some(Outcome::Pending(until)) => postpone(conn, job, &by.clock, *until),
        _ => finish(conn, job),
    }
}
