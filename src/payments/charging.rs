//! A charge asks a gateway for a customer's money. The payment is first written as processing, then the charge is
//! ordered outside of any transaction, then the payment is settled. A crash in between leaves a payment that a worker
//! resolves, and never charges twice.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{
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
    ids::{CustomerId, MethodId, PaymentId},
    jobs, merchants,
    payment_methods::{self, wallet},
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
    /// The charge's own billing address, which goes before the method's and the customer's.
    pub billing: Option<Address>,
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
    let verified = match &new.source {
        Source::Token(token) => Some(verified(gateway, &by, token, now).await?),
        _ => None,
    };
    let author = by.clone();
    let begun = db.write(move |conn| begin(conn, &author, new, verified, key.as_ref(), now)).await?;
    let id = match begun {
        Begun::Before(id) => return Ok(id),
        Begun::Now(id) => id,
    };
    if let Err(err) = settling::settle_payment_with(db, gateway, by, id, now).await {
        tracing::warn!(payment = %id, error = %err, "a charge is left to the worker");
    }
    Ok(id)
}

async fn verified(gateway: &impl Gateway, by: &By, token: &str, now: Timestamp) -> Result<Verified> {
    let verified = gateway.verify(by.account, token, now).await?;
    verified.ok_or_else(|| Error::Conflict(gateway::unknown_token()))
}

/// The beginning of a charge: made by this request, or by an earlier one with the same form.
enum Begun {
    Before(PaymentId),
    Now(PaymentId),
}

fn begin(
    conn: &mut PgConnection,
    by: &By,
    new: NewCharge,
    verified: Option<Verified>,
    key: Option<&OneTimeKey>,
    now: Timestamp,
) -> Result<Begun> {
    let id = PaymentId::new();
    if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
        return Ok(Begun::Before(PaymentId::from_uuid(made)));
    }
    let row = Row::new(by.account, id, Some(new.customer), new.money, Status::Processing);
    let (row, of_method) = paid_with(conn, by, row, &new, verified, now)?;
    let billing = match new.billing.or(of_method) {
        Some(billing) => Some(billing),
        None => customers::addresses::default_billing(conn, by.account, new.customer)?,
    };
    let billing = billing.as_ref().and_then(payment_methods::billing::to_json);
    model::insert(conn, by, Row { description: new.description, billing, ..row }, kinds::BEGUN)?;
    jobs::enqueue(conn, by.account, jobs::Kind::SettlePayment, id.uuid(), now + settling::GRACE)?;
    Ok(Begun::Now(id))
}

/// Returns the row with its method, and the method's own billing address.
fn paid_with(
    conn: &mut PgConnection,
    by: &By,
    row: Row,
    new: &NewCharge,
    verified: Option<Verified>,
    now: Timestamp,
) -> Result<(Row, Option<Address>)> {
    if let (Source::Token(token), Some(verified)) = (&new.source, verified) {
        customers::model::lock_live(conn, by.account, new.customer)?;
        if verified.is_single_use && !wallet::use_token(conn, by.account, token)? {
            let sentence = "This token was used already. Each token works once; make a new one.";
            return Err(Error::Conflict(Code::TokenUsed.says(sentence)));
        }
        return Ok((row.with(verified.instrument, None), None));
    }
    let named = if let Source::Method(id) = new.source { Some(id) } else { None };
    let today = expiry::today(now, &merchants::time_zone(conn, by.account)?);
    // Locks the customer's row; a weaker lock before it would make two charges at once wait for each other.
    let chosen = payment_methods::charging::for_charge(conn, by.account, new.customer, named, today)?;
    Ok((row.with(chosen.method.instrument, Some(chosen.method.id)), chosen.billing))
}
