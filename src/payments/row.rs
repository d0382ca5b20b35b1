//! A payment as a list shows it.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Status,
    model::{PaidWith, Payment},
};
use crate::{
    gateway::Kind,
    ids::{CustomerId, PaymentId},
    values::{Money, card, when::When},
};

/// The path of a payment's page.
pub fn path(id: PaymentId) -> String {
    format!("/payments/{id}")
}

/// The search for payments of `q`.
pub fn search(q: &str) -> String {
    format!("/payments?q={}", percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC))
}

/// A row as drawn.
pub struct Row {
    pub href: String,
    /// Its element's id.
    pub id: String,
    /// What it was for, else its reference, else its id.
    pub title: String,
    /// CustomerRef it is.
    pub customer: Option<String>,
    /// What became of it.
    pub status: Status,
    /// What it was paid with.
    pub method: Option<Method>,
    /// When it was made.
    pub at: When,
    pub money: Money,
}

impl Row {
    /// `payment` as a row, among customers that are called so.
    pub fn new(payment: &Payment, titles: &HashMap<CustomerId, String>, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            href: path(payment.id),
            id: format!("payment-{}", payment.id),
            title: title(payment),
            customer: payment.customer.and_then(|id| titles.get(&id).cloned()),
            status: payment.status,
            method: payment.paid_with.as_ref().map(Method::new),
            at: When::new(payment.created_at, zone, now),
            money: payment.money,
        }
    }
}

/// What to call a payment.
pub fn title(payment: &Payment) -> String {
    let words = payment.description.clone().or_else(|| payment.reference.clone());
    words.unwrap_or_else(|| payment.id.to_string())
}

/// What a payment was paid with, as drawn.
pub struct Method {
    /// The brand in a few letters; nothing for a bank account, which has a picture.
    pub mark: Option<&'static str>,
    /// The brand's or bank's name.
    pub name: String,
    /// The number's last four, if known.
    pub last4: Option<String>,
}

impl Method {
    /// What `paid_with` looks like.
    pub fn new(paid_with: &PaidWith) -> Self {
        let mark = (paid_with.kind == Kind::Card).then(|| card::mark(&paid_with.brand));
        Self { mark, name: paid_with.brand.clone(), last4: paid_with.last4.clone() }
    }
}
