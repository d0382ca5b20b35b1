//! A refund gives part or all of a payment back. Its amount counts against the payment from the moment it is asked for,
//! so that two refunds at once never give back more than was paid.

use std::collections::HashMap;

use diesel::{PgConnection, dsl::sql, prelude::*, sql_types::BigInt};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::{
    figures, kinds,
    model::{self, Payment},
    settling,
    status::Status,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::{By, Fields},
    gateway::{Gateway, Outcome},
    idempotency::{self, OneTimeKey},
    ids::{AccountId, CustomerId, PaymentId, RefundId},
    jobs,
    paging::{Cursor, Direction, Limit, Page},
    reason::{Detail, Reason},
    schema::{payments, refunds},
    values::{Currency, Money},
};

/// The state of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Asked for; the outcome is not known yet.
    Processing,
    /// The money is given back.
    Succeeded,
    /// The refund failed for this reason.
    Failed(String),
}

impl State {
    /// Returns the name as stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed(_) => "failed",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Refund {
    /// The refund's id, which contains the time it was asked for.
    pub id: RefundId,
    /// The refunded payment.
    pub payment: PaymentId,
    /// The customer who gets it, if known.
    pub customer: Option<CustomerId>,
    pub money: Money,
    pub state: State,
    /// The reason, in the merchant's words.
    pub reason: Option<String>,
}

type Row = (RefundId, PaymentId, Option<CustomerId>, i64, String, Option<String>, Option<String>, Currency);

fn refund((id, payment, customer, amount, status, reason, failure, currency): Row) -> Refund {
    let state = match status.as_str() {
        "succeeded" => State::Succeeded,
        "failed" => State::Failed(failure.unwrap_or_default()),
        _ => State::Processing,
    };
    Refund { id, payment, customer, money: Money::new(amount, currency), state, reason }
}

/// Selects refunds with their payment's currency. The joined payment is of the same account, so rows of other accounts
/// are never read.
macro_rules! rows {
    ($account:expr) => {
        refunds::table
            .inner_join(
                payments::table
                    .on(payments::account_id.eq(refunds::account_id).and(payments::id.eq(refunds::payment_id))),
            )
            .filter(refunds::account_id.eq($account))
            .select((
                refunds::id,
                refunds::payment_id,
                payments::customer_id,
                refunds::amount,
                refunds::status,
                refunds::reason,
                refunds::failure,
                payments::currency,
            ))
    };
}

/// Returns a refund of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: RefundId) -> Result<Refund> {
    Ok(refund(rows!(account).filter(refunds::id.eq(id)).first(conn)?))
}

/// Returns the refunds of a payment, newest first.
pub fn of_payment(conn: &mut PgConnection, account: AccountId, payment: PaymentId) -> Result<Vec<Refund>> {
    let of_payment = rows!(account).filter(refunds::payment_id.eq(payment)).order(refunds::id.desc());
    Ok(of_payment.limit(100).load::<Row>(conn)?.into_iter().map(refund).collect())
}

/// Returns a page of the refunds of a payment, newest first.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    payment: PaymentId,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Refund>> {
    let of_payment = rows!(account).filter(refunds::payment_id.eq(payment)).limit(limit.fetch());
    let place = |cursor: &Cursor| RefundId::from_uuid(cursor.id());
    let rows: Vec<Row> = match direction {
        Direction::First => of_payment.order(refunds::id.desc()).load(conn)?,
        Direction::After(cursor) => {
            of_payment.filter(refunds::id.lt(place(cursor))).order(refunds::id.desc()).load(conn)?
        }
        Direction::Before(cursor) => of_payment.filter(refunds::id.gt(place(cursor))).order(refunds::id).load(conn)?,
    };
    Ok(Page::from_rows(rows.into_iter().map(refund).collect(), limit, direction))
}

/// Returns the amount that can still be refunded: neither refunded already nor under way.
pub fn remaining(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<Money> {
    let under_way = under_way(conn, account, &[payment.id])?;
    Ok(left(payment, under_way.get(&payment.id).copied().unwrap_or_default()))
}

/// Returns the amount that can still be refunded, while so much is under way.
pub fn left(payment: &Payment, under_way: i64) -> Money {
    let left = payment.money.minor - payment.refunded.minor - under_way;
    Money::new(if payment.status.is_paid() { left.max(0) } else { 0 }, payment.money.currency)
}

/// Returns the amounts of refunds under way, by payment.
pub fn under_way(
    conn: &mut PgConnection,
    account: AccountId,
    payments: &[PaymentId],
) -> Result<HashMap<PaymentId, i64>> {
    let under_way = refunds::table
        .filter(refunds::account_id.eq(account))
        .filter(refunds::payment_id.eq_any(payments))
        .filter(refunds::status.eq("processing"))
        .group_by(refunds::payment_id)
        // PostgreSQL sums to numeric, which holds more than a payment can.
        .select((refunds::payment_id, sql::<BigInt>("sum(amount)::bigint")));
    Ok(under_way.load::<(PaymentId, i64)>(conn)?.into_iter().collect())
}

/// A refund to be made.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// The payment to refund.
    pub payment: PaymentId,
    /// The amount, in minor units of the payment's currency; without one it is all that is left.
    pub amount: Option<i64>,
    /// The reason, in the merchant's words.
    pub reason: Option<String>,
}

/// Refunds a payment: writes the refund, then orders it, then settles it. When the answer to the order is lost, a job
/// asks for it. A payment that happened elsewhere was refunded elsewhere too, so its refund is only noted.
///
/// # Errors
/// [`Error::Conflict`] when that much cannot be refunded.
pub async fn make(
    db: &Db,
    gateway: Option<&impl Gateway>,
    by: By,
    new: NewRefund,
    key: Option<OneTimeKey>,
    now: Timestamp,
) -> Result<RefundId> {
    let (author, id) = (by.clone(), RefundId::at(by.now()));
    let made_before = db.write(move |conn| {
        let made = idempotency::take(conn, author.account, key.as_ref(), id.uuid())?;
        if made.is_none() {
            let payment = model::find_for_update(conn, author.account, new.payment)?;
            begin(conn, &author, id, &payment, &new, now)?;
        }
        Ok(made)
    });
    match made_before.await? {
        Some(made) => Ok(RefundId::from_uuid(made)),
        None => {
            settle_begun(db, gateway, by, id, now).await;
            Ok(id)
        }
    }
}

/// Asks the gateway for a refund that has begun, unless it needs none. A worker does so later if the answer is lost.
pub async fn settle_begun(db: &Db, gateway: Option<&impl Gateway>, by: By, id: RefundId, now: Timestamp) {
    let Some(gateway) = gateway else { return };
    if let Err(err) = settling::settle_refund_with(db, gateway, by, id, now).await {
        tracing::warn!(refund = %id, error = %err, "a refund is left to the worker");
    }
}

/// Writes a refund of a locked payment as under way, with the job that settles it if nobody else does, or as done if it
/// happened elsewhere.
///
/// # Errors
/// [`Error::Conflict`] when that much cannot be refunded.
pub fn begin(
    conn: &mut PgConnection,
    by: &By,
    id: RefundId,
    payment: &Payment,
    new: &NewRefund,
    now: Timestamp,
) -> Result<()> {
    let left = remaining(conn, by.account, payment)?;
    let amount = new.amount.unwrap_or(left.minor);
    if amount <= 0 || amount > left.minor {
        return Err(Error::Conflict(too_much(payment, left)));
    }
    if payment.is_recorded {
        return note(conn, by, id, payment, amount, new.reason.as_deref());
    }
    insert(conn, by, id, payment, amount, "processing", new.reason.as_deref())?;
    jobs::enqueue(conn, by, jobs::Kind::SettleRefund, id.uuid(), now + settling::GRACE)
}

fn too_much(payment: &Payment, left: Money) -> Reason {
    let reason = match payment.status {
        Status::Refunded => Code::NotRefundable.says("All of this payment is refunded already."),
        status if !status.is_paid() => {
            let status = status.label().to_lowercase();
            Code::NotRefundable.says(format!("A payment that is {status} cannot be refunded."))
        }
        _ if left.minor == 0 => Code::NotRefundable.says("The rest of this payment is being refunded already."),
        _ => Code::RefundTooLarge.says(format!("At most {left} can still be refunded.")),
    };
    reason.with(Detail::Remaining(left.minor))
}

fn insert(
    conn: &mut PgConnection,
    by: &By,
    id: RefundId,
    payment: &Payment,
    amount: i64,
    status: &str,
    reason: Option<&str>,
) -> Result<()> {
    let at = id.created_at().to_diesel();
    diesel::insert_into(refunds::table)
        .values((
            refunds::account_id.eq(by.account),
            refunds::id.eq(id),
            refunds::payment_id.eq(payment.id),
            refunds::amount.eq(amount),
            refunds::status.eq(status),
            refunds::reason.eq(reason),
            refunds::created_at.eq(at),
            refunds::updated_at.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes a refund of a locked payment that happened elsewhere.
pub(super) fn note(
    conn: &mut PgConnection,
    by: &By,
    id: RefundId,
    payment: &Payment,
    amount: i64,
    reason: Option<&str>,
) -> Result<()> {
    insert(conn, by, id, payment, amount, "succeeded", reason)?;
    give_back(conn, by, payment, id, amount, reason)
}

/// Writes the outcome of a refund whose payment is locked. A refund that is settled stays as it is; where the gateway
/// contradicts it, the log says so.
pub(super) fn settle(conn: &mut PgConnection, by: &By, id: RefundId, outcome: &Outcome) -> Result<()> {
    let refund = find(conn, by.account, id)?;
    let payment = model::find_for_update(conn, by.account, refund.payment)?;
    let (status, failure) = match outcome {
        Outcome::Pending(_) => return Ok(()),
        Outcome::Succeeded => ("succeeded", None),
        Outcome::Failed(code) => ("failed", Some(code.clone())),
        Outcome::Canceled => ("failed", Some("canceled".to_owned())),
    };
    let open = refunds::table.find((by.account, id)).filter(refunds::status.eq("processing"));
    let written = diesel::update(open)
        .set((
            refunds::status.eq(status),
            refunds::failure.eq(failure.as_deref()),
            refunds::updated_at.eq(by.now().to_diesel()),
        ))
        .execute(conn)?;
    match (written, failure) {
        (0, None) if matches!(refund.state, State::Failed(_)) => {
            tracing::error!(refund = %id, "the gateway made a refund that is noted as failed");
            Ok(())
        }
        (0, _) => Ok(()),
        (_, None) => give_back(conn, by, &payment, id, refund.money.minor, refund.reason.as_deref()),
        (_, Some(code)) => refuse(conn, by, &payment, &refund, &code),
    }
}

fn give_back(
    conn: &mut PgConnection,
    by: &By,
    payment: &Payment,
    id: RefundId,
    amount: i64,
    reason: Option<&str>,
) -> Result<()> {
    let refunded = payment.refunded.minor + amount;
    let next = if refunded == payment.money.minor { Status::Refunded } else { Status::PartiallyRefunded };
    if !payment.status.may_become(next) {
        return Err(Error::Conflict(too_much(payment, Money::new(0, payment.money.currency))));
    }
    diesel::update(payments::table.find((by.account, payment.id)))
        .set((
            payments::status.eq(next.as_str()),
            payments::refunded.eq(refunded),
            payments::version.eq(payment.version + 1),
            payments::updated_at.eq(by.now().to_diesel()),
        ))
        .execute(conn)?;
    figures::add_refunds(conn, by.account, payment, 1, amount)?;
    let now = Payment { version: payment.version + 1, ..payment.clone() };
    let before = Fields::from([
        ("status".to_owned(), json!(payment.status.as_str())),
        ("refunded".to_owned(), json!(payment.refunded.minor)),
    ]);
    let mut after = Fields::from([
        ("status".to_owned(), json!(next.as_str())),
        ("refunded".to_owned(), json!(refunded)),
        ("refund".to_owned(), json!(id)),
        ("amount".to_owned(), json!(amount)),
    ]);
    after.extend(reason.map(|reason| ("reason".to_owned(), json!(reason))));
    model::record_event(conn, by, &now, kinds::REFUNDED, before, after)
}

fn refuse(conn: &mut PgConnection, by: &By, payment: &Payment, refund: &Refund, code: &str) -> Result<()> {
    diesel::update(payments::table.find((by.account, payment.id)))
        .set((payments::version.eq(payment.version + 1), payments::updated_at.eq(by.now().to_diesel())))
        .execute(conn)?;
    let now = Payment { version: payment.version + 1, ..payment.clone() };
    let after = Fields::from([
        ("refund".to_owned(), json!(refund.id)),
        ("amount".to_owned(), json!(refund.money.minor)),
        ("failure".to_owned(), json!(code)),
    ]);
    model::record_event(conn, by, &now, kinds::REFUND_FAILED, Fields::new(), after)
}

/// Adds a payment's refunds to the figures of the customer it was just attached to.
pub(super) fn add_to_figures(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<()> {
    let count: i64 = refunds::table
        .filter(refunds::account_id.eq(account))
        .filter(refunds::payment_id.eq(payment.id))
        .filter(refunds::status.eq("succeeded"))
        .count()
        .get_result(conn)?;
    if count == 0 { Ok(()) } else { figures::add_refunds(conn, account, payment, count, payment.refunded.minor) }
}
