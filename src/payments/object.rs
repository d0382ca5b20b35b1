//! The objects `payment` and `refund` of the API. Each has one shape wherever it appears.

use diesel::PgConnection;
use serde::Serialize;

use super::{
    model::{PaidWith, Payment},
    refunds::{self, Refund, State},
};
use crate::{
    error::{Error, Result},
    gateway,
    ids::{AccountId, CustomerId, MethodId, PaymentId, RefundId},
    payment_methods::object::BillingObject,
    values::Money,
};

/// A payment.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentObject {
    pub id: PaymentId,
    pub object: &'static str,
    pub livemode: bool,
    pub version: i32,
    pub customer: Option<CustomerId>,
    /// Amounts are in the currency's smallest unit.
    pub amount: i64,
    pub currency: String,
    pub status: &'static str,
    pub amount_refunded: i64,
    /// What can still be refunded: neither refunded nor under way.
    pub amount_refundable: i64,
    /// True when it happened elsewhere, so that no gateway knows it.
    pub recorded: bool,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub payment_method: Option<MethodId>,
    pub paid_with: Option<PaidWithObject>,
    pub billing_address: Option<BillingObject>,
    pub failure: Option<FailureObject>,
    /// Whole seconds since 1970, as all times.
    pub created: i64,
    pub updated: i64,
}

/// The card or bank account that a payment was made with.
#[derive(Clone, Debug, Serialize)]
pub struct PaidWithObject {
    pub kind: &'static str,
    pub network: Option<String>,
    pub brand: String,
    pub last4: Option<String>,
}

/// Why a payment or refund failed.
#[derive(Clone, Debug, Serialize)]
pub struct FailureObject {
    pub code: String,
    pub message: String,
}

/// A refund of a payment.
#[derive(Clone, Debug, Serialize)]
pub struct RefundObject {
    pub id: RefundId,
    pub object: &'static str,
    pub livemode: bool,
    pub payment: PaymentId,
    pub customer: Option<CustomerId>,
    pub amount: i64,
    pub currency: String,
    pub status: &'static str,
    pub reason: Option<String>,
    pub failure: Option<FailureObject>,
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
            payment_method: payment.method,
            paid_with: payment.paid_with.as_ref().map(PaidWithObject::from),
            billing_address: payment.billing.as_ref().map(BillingObject::from),
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
