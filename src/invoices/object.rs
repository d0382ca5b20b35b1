//! The object `invoice` of the API. It has one shape wherever it appears.

use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::model::{self, Invoice, Line};
use crate::{
    api::{
        address::PartsObject,
        object::{open, time},
    },
    error::Result,
    ids::{AccountId, CustomerId, InvoiceId, MethodId, SubscriptionId},
    payment_methods::billing,
};

/// A bill with a number, addressed to a customer.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Invoice")]
pub struct InvoiceObject {
    /// Names the invoice for good.
    pub id: InvoiceId,
    /// Names the kind of object.
    #[schemars(extend("const" = "invoice"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The number as printed. It never changes, and none is left out.
    #[schemars(example = &"SG-2026-0412")]
    pub number: String,
    /// The customer who owes it.
    pub customer: CustomerId,
    /// The subscription whose periods it bills; null when it was made by hand.
    pub subscription: Option<SubscriptionId>,
    /// The voided invoice that it corrects.
    pub replaces: Option<InvoiceId>,
    /// What became of it.
    #[schemars(transform = open(&["open", "paid", "uncollectible", "void"]), example = &"open")]
    pub status: &'static str,
    /// Whether it is open and its day has passed.
    pub overdue: bool,
    /// All of it, in the currency’s smallest unit.
    #[schemars(example = 4900)]
    pub total: i64,
    /// What of it came in.
    #[schemars(example = 0)]
    pub paid: i64,
    /// What of it is left.
    #[schemars(example = 4900)]
    pub amount_due: i64,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    pub currency: String,
    /// How its money comes in: a payment method is charged, or it is sent.
    #[schemars(transform = open(&["charge", "invoice"]), example = &"charge")]
    pub collects: &'static str,
    /// The payment method that is charged; null is the wallet’s default of that day.
    pub payment_method: Option<MethodId>,
    /// The day it was made, as all days.
    #[schemars(example = &"2026-11-28")]
    pub issued_on: String,
    /// The last day on which it is paid in time.
    #[schemars(example = &"2026-12-12")]
    pub due_on: String,
    /// Who it is addressed to, as they were then.
    pub bill_to: BillToObject,
    /// What it is for, in order.
    pub lines: Vec<LineObject>,
    /// A text that is printed on it.
    pub memo: Option<String>,
    /// Your own number for it.
    pub reference: Option<String>,
    /// How often collecting it failed.
    #[schemars(example = 0)]
    pub tries: i32,
    /// When it is tried again.
    pub next_try: Option<i64>,
    /// Why the last try failed, as a code.
    pub failure: Option<String>,
    /// When it was paid, voided or written off.
    pub closed_at: Option<i64>,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
}

/// Who an invoice is addressed to, as they were when it was made. All is null once the customer is erased.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "BillTo")]
pub struct BillToObject {
    /// Full name.
    #[schemars(example = &"Jane Doe")]
    pub name: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The email address.
    #[schemars(example = &"jane@example.com")]
    pub email: Option<String>,
    /// The billing address.
    pub address: Option<PartsObject>,
}

/// What an invoice is for.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "InvoiceLine")]
pub struct LineObject {
    /// What it is, in words.
    #[schemars(example = &"Pro, 12 Nov – 11 Dec 2026")]
    pub description: String,
    /// How many of it.
    #[schemars(example = 1)]
    pub quantity: i32,
    /// What one costs, in the currency’s smallest unit; less than nothing is a discount.
    #[schemars(example = 4900)]
    pub unit_amount: i64,
    /// What all of them cost.
    #[schemars(example = 4900)]
    pub amount: i64,
    /// The number of the period that it bills.
    pub period: Option<i32>,
    /// The first day of that period.
    pub period_start: Option<String>,
    /// The day on which the next one begins.
    pub period_end: Option<String>,
}

impl BillToObject {
    /// Reads who an invoice is addressed to.
    pub fn of(stored: &Value) -> Self {
        let text = |name: &str| stored.get(name).and_then(Value::as_str).map(str::to_owned);
        let address = stored.get("address").filter(|address| !address.is_null());
        let address = address.map(|address| PartsObject::from(&billing::of_json(address)));
        Self { name: text("name"), company: text("company"), email: text("email"), address }
    }
}

impl InvoiceObject {
    /// Makes the objects of invoices, in as many statements for one as for a hundred. The order stays.
    pub fn of_all(
        conn: &mut PgConnection,
        (account, livemode): (AccountId, bool),
        invoices: &[Invoice],
    ) -> Result<Vec<Self>> {
        let ids: Vec<InvoiceId> = invoices.iter().map(|invoice| invoice.id).collect();
        let lines = if ids.is_empty() { Vec::new() } else { model::lines_of(conn, account, &ids)? };
        let of = |invoice: &Invoice| -> Vec<Line> {
            lines.iter().filter(|line| line.invoice_id == invoice.id).cloned().collect()
        };
        Ok(invoices.iter().map(|invoice| Self::new(invoice, &of(invoice), livemode)).collect())
    }

    /// Makes the object of an invoice with its lines.
    pub fn new(invoice: &Invoice, lines: &[Line], livemode: bool) -> Self {
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        let line = |line: &Line| LineObject {
            description: line.description.clone(),
            quantity: line.quantity,
            unit_amount: line.unit_amount,
            amount: line.amount,
            period: line.period_no,
            period_start: day(line.period_from),
            period_end: day(line.period_until),
        };
        Self {
            id: invoice.id,
            object: "invoice",
            livemode,
            version: invoice.version,
            number: invoice.number.clone(),
            customer: invoice.customer_id,
            subscription: invoice.subscription_id,
            replaces: invoice.replaces_id,
            status: invoice.status.as_str(),
            overdue: invoice.is_open() && invoice.is_overdue,
            total: invoice.total,
            paid: invoice.paid,
            amount_due: invoice.left().minor,
            currency: invoice.currency.to_string(),
            collects: invoice.collects.as_str(),
            payment_method: invoice.method_id,
            issued_on: invoice.issued_on.to_string(),
            due_on: invoice.due_on.to_string(),
            bill_to: BillToObject::of(&invoice.bill_to),
            lines: lines.iter().map(line).collect(),
            memo: invoice.memo.clone(),
            reference: invoice.reference.clone(),
            tries: invoice.tries,
            next_try: invoice.next_try_at.map(Timestamp::as_second),
            failure: invoice.failure.clone(),
            closed_at: invoice.closed_at.map(Timestamp::as_second),
            created: invoice.created_at.as_second(),
            updated: invoice.updated_at.as_second(),
        }
    }
}
