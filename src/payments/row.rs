//! A payment as a list shows it.

use std::collections::HashMap;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    Status,
    model::{PaidWith, Payment},
};
use crate::{
    customers::identity,
    ids::{CustomerId, PaymentId},
    values::{
        Money,
        when::{self, When},
    },
};

/// Returns the path of a payment's page.
pub fn path(id: PaymentId) -> String {
    format!("/payments/{id}")
}

/// Returns the path of the list of payments with the search `q`.
pub fn search(q: &str) -> String {
    format!("/payments?q={}", percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC))
}

/// A row of the list.
pub struct Row {
    pub href: String,
    /// The id of its element.
    pub id: String,
    /// The payment's description, else its reference, else its amount and day.
    pub title: String,
    /// The customer who paid, if known: the name, and the page.
    pub customer: Option<(String, String)>,
    pub status: Status,
    /// The card or bank account.
    pub method: Option<Method>,
    pub at: When,
    pub money: Money,
}

impl Row {
    /// Makes the row of `payment`; `titles` are the names of customers.
    pub fn new(payment: &Payment, titles: &HashMap<CustomerId, String>, zone: &TimeZone, now: Timestamp) -> Self {
        Self {
            href: path(payment.id),
            id: format!("payment-{}", payment.id),
            title: title(payment, zone),
            customer: payment.customer.and_then(|id| Some((titles.get(&id)?.clone(), identity::path(id)))),
            status: payment.status,
            method: payment.paid_with.as_ref().map(Method::new),
            at: When::new(payment.created_at, zone, now),
            money: payment.money,
        }
    }
}

/// Returns the title of a payment: its description, else its reference, else its amount and its day in `zone`.
pub fn title(payment: &Payment, zone: &TimeZone) -> String {
    let words = payment.description.clone().or_else(|| payment.reference.clone());
    words.unwrap_or_else(|| format!("{} on {}", payment.money, when::date(payment.created_at, zone)))
}

/// The card or bank account of a payment, as drawn.
pub struct Method {
    /// The brand in a few letters; `None` for a bank account, which has an icon.
    pub mark: Option<&'static str>,
    /// The name of the brand or bank.
    pub name: String,
    /// The last four digits of the number, if known.
    pub last4: Option<String>,
}

impl Method {
    /// Returns the name with the end of the number, like "Visa 4242".
    pub fn title(&self) -> String {
        [Some(self.name.as_str()), self.last4.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Makes the drawn form of `paid_with`.
    pub fn new(paid_with: &PaidWith) -> Self {
        Self {
            mark: paid_with.kind.mark(&paid_with.brand),
            name: paid_with.brand.clone(),
            last4: paid_with.last4.clone(),
        }
    }
}
