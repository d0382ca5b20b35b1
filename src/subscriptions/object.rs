//! The object `subscription` of the API. It has one shape wherever it appears.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::model::Subscription;
use crate::{
    api::object::{open, time},
    ids::{CustomerId, InvoiceId, MethodId, PriceId, SubscriptionId},
};

/// What a customer is charged for again and again.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Subscription")]
pub struct SubscriptionObject {
    /// Names the subscription for good.
    pub id: SubscriptionId,
    /// Names the kind of object.
    #[schemars(extend("const" = "subscription"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The customer who is charged.
    pub customer: CustomerId,
    /// What became of it.
    #[schemars(
        transform = open(&["trialing", "incomplete", "active", "past_due", "canceled"]),
        example = &"active"
    )]
    pub status: &'static str,
    /// The price that its money was copied from; null for an amount of its own.
    pub price: Option<PriceId>,
    /// The name that people read.
    #[schemars(example = &"Pro, monthly")]
    pub name: String,
    /// What each period costs, in the currency’s smallest unit.
    #[schemars(example = 4900)]
    pub amount: i64,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    pub currency: String,
    /// The unit of the interval.
    #[schemars(transform = open(&["day", "week", "month", "year"]), example = &"month")]
    pub interval: &'static str,
    /// How many of these lie between two charges.
    #[schemars(example = 1)]
    pub interval_count: i32,
    /// What it comes to a month, rounded half up: a month is a twelfth of 365 days.
    #[schemars(example = 4900)]
    pub monthly: i64,
    /// How its money comes in: a payment method is charged, or a bill is sent.
    #[schemars(transform = open(&["charge", "invoice"]), example = &"charge")]
    pub collects: &'static str,
    /// The days in which a bill that is sent is to be paid.
    pub days_until_due: Option<i32>,
    /// The payment method that is charged; null is the wallet’s default of each day.
    pub payment_method: Option<MethodId>,
    /// The number of the period it is in; 0 before the first.
    #[schemars(example = 1)]
    pub period: i32,
    /// The first day of that period.
    pub current_period_start: Option<String>,
    /// The day on which the next one begins.
    pub current_period_end: Option<String>,
    /// The day of the next charge; null when there is none to come.
    pub next_charge: Option<String>,
    /// The day on which it began.
    #[schemars(example = &"2026-11-28")]
    pub started_on: String,
    /// Whether it ends with its period.
    pub cancel_at_period_end: bool,
    /// The first day on which it is not used any more.
    pub ends_on: Option<String>,
    /// What each period costs from the next one on, if that was changed.
    pub next_amount: Option<i64>,
    /// The number of its open invoices that failed or are overdue.
    #[schemars(example = 0)]
    pub unpaid_invoices: i32,
    /// The day on which tries ended: it stands still since, until somebody decides.
    pub gave_up_on: Option<String>,
    /// The end of the time in which the first invoice of one that is incomplete can be paid.
    pub pay_until: Option<i64>,
    /// Its newest invoice.
    pub latest_invoice: Option<InvoiceId>,
    /// Values of your own.
    #[schemars(with = "BTreeMap<String, String>")]
    pub metadata: Value,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// Why it ended.
    #[schemars(transform = open(&["by_staff", "period_end", "unpaid", "never_paid", "customer_deleted"]))]
    pub end_reason: Option<&'static str>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
}

impl SubscriptionObject {
    /// Makes the object of a subscription with its newest invoice.
    pub fn new(subscription: &Subscription, latest_invoice: Option<InvoiceId>, livemode: bool) -> Self {
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        Self {
            id: subscription.id,
            object: "subscription",
            livemode,
            version: subscription.version,
            customer: subscription.customer_id,
            status: subscription.status.as_str(),
            price: subscription.price_id,
            name: subscription.name.clone(),
            amount: subscription.amount,
            currency: subscription.currency.to_string(),
            interval: subscription.interval_unit.as_str(),
            interval_count: subscription.interval_count,
            monthly: subscription.monthly,
            collects: subscription.collects().as_str(),
            days_until_due: subscription.days_until_due,
            payment_method: subscription.method_id,
            period: subscription.period_no,
            current_period_start: day(subscription.period_from),
            current_period_end: day(subscription.period_until),
            next_charge: day(subscription.next_on),
            started_on: subscription.started_on.to_string(),
            cancel_at_period_end: subscription.ends_on.is_some() && subscription.next_on.is_none(),
            ends_on: day(subscription.ends_on),
            next_amount: subscription.next_amount,
            unpaid_invoices: subscription.unpaid,
            gave_up_on: day(subscription.given_up_on),
            pay_until: subscription.pay_until.map(Timestamp::as_second),
            latest_invoice,
            metadata: subscription.metadata.clone(),
            ended_at: subscription.ended_at.map(Timestamp::as_second),
            end_reason: subscription.end_reason.as_ref().map(super::status::EndReason::as_str),
            created: subscription.id.created_at().as_second(),
            updated: subscription.updated_at.as_second(),
        }
    }
}
