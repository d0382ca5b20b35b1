//! A charge asks a gateway for a customer's money. The payment is first written as processing, then the charge is
//! ordered outside of any transaction, then the payment is settled. A crash in between leaves a payment that a worker
//! resolves, and never charges twice.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    debts::{Debt, NoDebts},
    kinds,
    model::{self, Row},
    settling,
    status::Status,
};
use crate::{
    codes::Code,
    customers,
    db::Db,
    error::{Error, Result},
    events::By,
    gateway::{self, Gateway, Verified},
    idempotency::{self, OneTimeKey},
    ids::{AccountId, CustomerId, MethodId, PaymentId},
    jobs, merchants,
    payment_methods::{self, charging::Chosen, wallet},
    reason::Reason,
    values::{Address, Money, expiry},
};

/// The source of a charge's money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The default method of the wallet.
    Default,
    /// The method of the wallet with this id.
    Method(MethodId),
    /// The card or bank account behind this token, used once and not kept.
    Token(String),
}

/// A charge to be made.
#[derive(Clone, Debug)]
pub struct NewCharge {
    pub customer: CustomerId,
    pub money: Money,
    pub source: Source,
    pub description: Option<String>,
    /// The merchant's own number for the payment.
    pub reference: Option<String>,
    /// The charge's own billing address, which goes before the method's and the customer's.
    pub billing: Option<Address>,
    /// The debt that it is for, if it is for one.
    pub debt: Option<Debt>,
}

/// Charges a customer and returns the payment's id. The payment may have failed, or still be processing.
///
/// # Errors
/// [`Error::Conflict`] when there is nothing that could be charged, with a sentence.
pub async fn charge(
    db: &Db,
    gateway: &impl Gateway,
    by: By,
    new: NewCharge,
    key: Option<OneTimeKey>,
    now: Timestamp,
) -> Result<PaymentId> {
    let verified = verified(gateway, by.account, &new.source, now).await?;
    let (author, id) = (by.clone(), PaymentId::at(by.now()));
    let made_before = db.write(move |conn| {
        let made = idempotency::take(conn, author.account, key.as_ref(), id.uuid())?;
        if made.is_none() {
            begin(conn, &author, id, new, verified, now)?;
        }
        Ok(made)
    });
    match made_before.await? {
        Some(made) => Ok(PaymentId::from_uuid(made)),
        None => {
            settle(db, gateway, by, id, now).await;
            Ok(id)
        }
    }
}

/// Asks the gateway for a charge that has begun. A worker does so later if the answer is lost.
pub async fn settle(db: &Db, gateway: &impl Gateway, by: By, id: PaymentId, now: Timestamp) {
    if let Err(err) = settling::settle_payment_with(db, gateway, &NoDebts, by, id, now).await {
        tracing::warn!(payment = %id, error = %err, "a charge is left to the worker");
    }
}

/// Returns what the gateway knows of a charge's token, if that is its source.
///
/// # Errors
/// [`Error::Conflict`] when it does not know the token.
pub async fn verified(
    gateway: &impl Gateway,
    account: AccountId,
    source: &Source,
    now: Timestamp,
) -> Result<Option<Verified>> {
    let Source::Token(token) = source else { return Ok(None) };
    let verified = gateway.verify(account, token, now).await?;
    verified.map(Some).ok_or_else(|| Error::Conflict(gateway::unknown_token()))
}

/// Writes a charge as a payment under way, with the job that settles it if nobody else does. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when there is nothing that could be charged; [`Error::NotFound`] without the customer.
pub fn begin(
    conn: &mut PgConnection,
    by: &By,
    id: PaymentId,
    new: NewCharge,
    verified: Option<Verified>,
    now: Timestamp,
) -> Result<()> {
    attempt(conn, by, id, new, verified, now)?.map_err(Error::Conflict)
}

/// Works like [`begin`], but tells the reason why there is nothing that could be charged: nothing is written then.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`] when it is deleted, or the reference is taken.
pub fn attempt(
    conn: &mut PgConnection,
    by: &By,
    id: PaymentId,
    new: NewCharge,
    verified: Option<Verified>,
    now: Timestamp,
) -> Result<std::result::Result<(), Reason>> {
    let row = Row::new(by, id, Some(new.customer), new.money, Status::Processing);
    let (row, of_method) = match paid_with(conn, by, row, &new, verified, now)? {
        Ok(known) => known,
        Err(reason) => return Ok(Err(reason)),
    };
    let billing = match new.billing.or(of_method) {
        Some(billing) => Some(billing),
        None => customers::addresses::default_billing(conn, by.account, new.customer)?,
    };
    let billing = billing.as_ref().and_then(payment_methods::billing::to_json);
    let (invoice_id, part_id) = (new.debt.and_then(Debt::invoice), new.debt.and_then(Debt::part));
    let row = Row { description: new.description, reference: new.reference, billing, invoice_id, part_id, ..row };
    model::insert(conn, by, row, kinds::BEGUN)?;
    jobs::enqueue(conn, by, jobs::Kind::SettlePayment, id.uuid(), now + settling::GRACE)?;
    Ok(Ok(()))
}

/// Returns the row with its method, and the method's own billing address; or why it cannot be charged.
fn paid_with(
    conn: &mut PgConnection,
    by: &By,
    row: Row,
    new: &NewCharge,
    verified: Option<Verified>,
    now: Timestamp,
) -> Result<std::result::Result<(Row, Option<Address>), Reason>> {
    if let (Source::Token(token), Some(verified)) = (&new.source, verified) {
        customers::model::lock_live(conn, by.account, new.customer)?;
        if verified.is_single_use && !wallet::use_token(conn, by.account, token)? {
            let sentence = "This token was used already. Each token works once; make a new one.";
            return Ok(Err(Code::TokenUsed.says(sentence)));
        }
        return Ok(Ok((row.with(verified.instrument, None), None)));
    }
    if let Source::Token(_) = new.source {
        return Err(Error::internal("a token that was not verified"));
    }
    let named = if let Source::Method(id) = new.source { Some(id) } else { None };
    let today = expiry::today(now, &merchants::time_zone(conn, by.account)?);
    // Locks the customer's row; a weaker lock before it would make two charges at once wait for each other.
    let chosen = payment_methods::charging::for_charge(conn, by.account, new.customer, named, today)?;
    Ok(chosen.map(|Chosen { method, billing }| (row.with(method.instrument, Some(method.id)), billing)))
}
