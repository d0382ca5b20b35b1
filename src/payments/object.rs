//! The objects `payment` and `refund` of the API. Each has one shape wherever it appears.

use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    model::{PaidWith, Payment},
    refunds::{self, Refund, State},
};
use crate::{
    api::{
        address::PartsObject,
        object::{open, time},
    },
    error::{Error, Result},
    gateway,
    ids::{AccountId, CustomerId, InvoiceId, MethodId, PartId, PaymentId, RefundId},
    values::Money,
};

/// The words for what may become of a payment.
const STATUSES: &[&str] = &["processing", "succeeded", "partially_refunded", "refunded", "failed", "canceled"];

/// A payment: a charge, or one that happened elsewhere.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Payment")]
pub struct PaymentObject {
    /// Names the payment for good.
    pub id: PaymentId,
    /// Names the kind of object.
    #[schemars(extend("const" = "payment"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The customer who paid, if known.
    pub customer: Option<CustomerId>,
    /// The amount in the currency’s smallest unit, as all amounts.
    #[schemars(example = 2500)]
    pub amount: i64,
    /// The currency as ISO 4217.
    #[schemars(example = &"USD")]
    pub currency: String,
    /// What became of it.
    #[schemars(transform = open(STATUSES), example = &"succeeded")]
    pub status: &'static str,
    /// What was refunded of it.
    #[schemars(example = 0)]
    pub amount_refunded: i64,
    /// What can still be refunded: neither refunded nor under way.
    #[schemars(example = 2500)]
    pub amount_refundable: i64,
    /// Whether it happened elsewhere, so that no gateway knows it.
    #[schemars(example = false)]
    pub recorded: bool,
    /// What it was for.
    #[schemars(example = &"Premium subscription")]
    pub description: Option<String>,
    /// Your own id of it, which no other payment has.
    #[schemars(example = &"INV-2026-0117")]
    pub reference: Option<String>,
    /// The invoice that it is for, if it is for one.
    pub invoice: Option<InvoiceId>,
    /// The part of a payment schedule that it is for, if it is for one.
    pub part: Option<PartId>,
    /// The method of the wallet that was charged.
    pub payment_method: Option<MethodId>,
    /// The card or bank account that it was made with, if known.
    pub paid_with: Option<PaidWithObject>,
    /// The address that it was billed to.
    pub billing_address: Option<PartsObject>,
    /// Why it failed, if it did.
    pub failure: Option<FailureObject>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
}

/// The card or bank account that a payment was made with.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "PaidWith")]
pub struct PaidWithObject {
    /// Whether it is a card or a bank account.
    #[schemars(transform = open(&["card", "bank_account"]), example = &"card")]
    pub kind: &'static str,
    /// The word for a card’s network; a bank account has none.
    #[schemars(transform = open(&["visa", "mastercard", "american_express"]), example = &"visa")]
    pub network: Option<String>,
    /// The card’s brand or the bank’s name.
    #[schemars(example = &"Visa")]
    pub brand: String,
    /// The last four digits of the number, if known.
    #[schemars(example = &"4242")]
    pub last4: Option<String>,
}

/// Why a payment or refund failed.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Failure")]
pub struct FailureObject {
    /// The gateway’s reason as one word. Those that are known stand among the codes of errors, with the status 402.
    #[schemars(example = &"insufficient_funds")]
    pub code: String,
    /// The reason for people. It may change.
    #[schemars(example = &"There is not enough money on the card")]
    pub message: String,
}

/// A refund of a payment.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Refund")]
pub struct RefundObject {
    /// Names the refund for good.
    pub id: RefundId,
    /// Names the kind of object.
    #[schemars(extend("const" = "refund"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// The payment that it gives back of.
    pub payment: PaymentId,
    /// The customer who gets it, if known.
    pub customer: Option<CustomerId>,
    /// How much, in the currency’s smallest unit.
    #[schemars(example = 500)]
    pub amount: i64,
    /// The payment’s currency.
    #[schemars(example = &"USD")]
    pub currency: String,
    /// What became of it.
    #[schemars(transform = open(&["processing", "succeeded", "failed"]), example = &"succeeded")]
    pub status: &'static str,
    /// The reason in your words.
    #[schemars(example = &"late")]
    pub reason: Option<String>,
    /// Why it failed, if it did.
    pub failure: Option<FailureObject>,
    /// When it was asked for.
    #[schemars(transform = time)]
    pub created: i64,
}

impl From<&PaidWith> for PaidWithObject {
    fn from(PaidWith { kind, brand, last4 }: &PaidWith) -> Self {
        let network = gateway::network(*kind, brand);
        Self { kind: kind.as_str(), network, brand: brand.clone(), last4: last4.clone() }
    }
}

impl FailureObject {
    fn new(code: &str) -> Self {
        Self { code: code.to_owned(), message: gateway::reason(code).to_owned() }
    }
}

impl PaymentObject {
    /// Makes the objects of payments, in as many statements for one as for a hundred. The order stays.
    pub fn of_all(
        conn: &mut PgConnection,
        (account, livemode): (AccountId, bool),
        payments: &[Payment],
    ) -> Result<Vec<Self>> {
        let paid: Vec<PaymentId> =
            payments.iter().filter(|payment| payment.status.is_paid()).map(|payment| payment.id).collect();
        let under_way = if paid.is_empty() { Default::default() } else { refunds::under_way(conn, account, &paid)? };
        let left = |payment: &Payment| refunds::left(payment, under_way.get(&payment.id).copied().unwrap_or_default());
        Ok(payments.iter().map(|payment| Self::new(payment, livemode, left(payment))).collect())
    }

    /// Works like [`PaymentObject::of_all`] for one.
    pub fn of(conn: &mut PgConnection, account: (AccountId, bool), payment: Payment) -> Result<Self> {
        Self::of_all(conn, account, &[payment])?.pop().ok_or(Error::NotFound)
    }

    fn new(payment: &Payment, livemode: bool, left: Money) -> Self {
        Self {
            id: payment.id,
            object: "payment",
            livemode,
            version: payment.version,
            customer: payment.customer,
            amount: payment.money.minor,
            currency: payment.money.currency.to_string(),
            status: payment.status.as_str(),
            amount_refunded: payment.refunded.minor,
            amount_refundable: left.minor,
            recorded: payment.is_recorded,
            description: payment.description.clone(),
            reference: payment.reference.clone(),
            invoice: payment.invoice,
            part: payment.part,
            payment_method: payment.method,
            paid_with: payment.paid_with.as_ref().map(PaidWithObject::from),
            billing_address: payment.billing.as_ref().map(PartsObject::from),
            failure: payment.failure.as_deref().map(FailureObject::new),
            created: payment.created_at.as_second(),
            updated: payment.updated_at.as_second(),
        }
    }
}

impl RefundObject {
    /// Makes the object of a refund.
    pub fn new(refund: &Refund, livemode: bool) -> Self {
        Self {
            id: refund.id,
            object: "refund",
            livemode,
            payment: refund.payment,
            customer: refund.customer,
            amount: refund.money.minor,
            currency: refund.money.currency.to_string(),
            status: refund.state.as_str(),
            reason: refund.reason.clone(),
            failure: match &refund.state {
                State::Failed(code) => Some(FailureObject::new(code)),
                State::Processing | State::Succeeded => None,
            },
            created: refund.id.created_at().as_second(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::Status;

    #[test]
    fn every_status_is_told() {
        assert!(Status::ALL.iter().all(|status| STATUSES.contains(&status.as_str())));
    }
}
