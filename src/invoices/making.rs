//! Makes an invoice: its number, its lines, its day.

use diesel::PgConnection;
use jiff::{Span, civil::Date};
use serde_json::{Value, json};

use super::{
    model::{self, Invoice, Line},
    numbering,
    status::{Collects, Status},
};
use crate::{
    customers::{model::Customer, record::Record},
    error::{Error, Result},
    events::By,
    ids::{InvoiceId, MethodId, SubscriptionId},
    merchants::Invoicing,
    payment_methods::billing,
    values::Currency,
};

/// The most that an invoice may come to, in its currency's smallest unit.
pub const MOST: i64 = 1_000_000_000_000;

/// A period of a subscription, as a line bills it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub no: i32,
    pub from: Date,
    /// The day on which the next one begins.
    pub until: Date,
}

/// A line to be billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    pub description: String,
    pub quantity: i32,
    /// In the currency's smallest unit; less than nothing is a discount.
    pub unit_amount: i64,
    /// The period of the invoice's subscription that it bills.
    pub period: Option<Period>,
}

impl NewLine {
    /// Returns the amount, if it is one that can be.
    pub fn amount(&self) -> Option<i64> {
        self.unit_amount.checked_mul(self.quantity.into()).filter(|amount| amount.abs() <= MOST)
    }
}

/// An invoice to be made.
#[derive(Clone, Debug)]
pub struct NewInvoice {
    pub id: InvoiceId,
    pub subscription: Option<SubscriptionId>,
    pub replaces: Option<InvoiceId>,
    pub currency: Currency,
    pub lines: Vec<NewLine>,
    pub collects: Collects,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method: Option<MethodId>,
    pub due: Due,
    pub memo: Option<String>,
    pub reference: Option<String>,
}

/// The last day on which an invoice is paid in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// So many days after its own day.
    In(i32),
    /// That day, or its own if that is later.
    On(Date),
}

/// Makes an invoice of a locked customer on the merchant's date `today`. It takes the number, so call it after every
/// decision: see [`numbering::take`].
///
/// # Errors
/// An internal one when the lines come to nothing or to more than [`MOST`]: who asks for it checks that.
pub fn make(
    conn: &mut PgConnection,
    by: &By,
    customer: &Customer,
    new: NewInvoice,
    (today, invoicing): (Date, &Invoicing),
) -> Result<Invoice> {
    let impossible = || Error::internal("an invoice that comes to nothing, or to too much");
    let amounts = new.lines.iter().map(NewLine::amount).collect::<Option<Vec<_>>>().ok_or_else(impossible)?;
    let total = amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or_else(impossible)?;
    if !(1..=MOST).contains(&total) {
        return Err(impossible());
    }
    let now = by.now();
    let number = numbering::take(conn, by.account, today, invoicing)?;
    let due_on = match new.due {
        Due::In(days) => number.issued_on.checked_add(Span::new().days(days)).map_err(Error::internal)?,
        Due::On(date) => date.max(number.issued_on),
    };
    let lines = new.lines.into_iter().zip(amounts).zip(1..).map(|((line, amount), position)| Line {
        account_id: by.account,
        invoice_id: new.id,
        position,
        description: line.description,
        quantity: line.quantity,
        unit_amount: line.unit_amount,
        amount,
        subscription_id: line.period.and(new.subscription),
        period_no: line.period.map(|period| period.no),
        period_from: line.period.map(|period| period.from),
        period_until: line.period.map(|period| period.until),
        is_void: false,
    });
    let invoice = Invoice {
        account_id: by.account,
        id: new.id,
        version: 1,
        number: number.text,
        series_year: number.year,
        series_no: number.no,
        customer_id: customer.id,
        subscription_id: new.subscription,
        replaces_id: new.replaces,
        status: Status::Open,
        currency: new.currency,
        total,
        paid: 0,
        collects: new.collects,
        method_id: new.method,
        issued_on: number.issued_on,
        due_on,
        bill_to: addressee(customer),
        memo: new.memo,
        reference: new.reference,
        tries: 0,
        first_failed_at: None,
        next_try_at: None,
        failure: None,
        is_overdue: false,
        created_at: now,
        updated_at: now,
        closed_at: None,
    };
    model::insert(conn, by, &invoice, lines.collect())?;
    Ok(invoice)
}

/// Returns who an invoice of a customer is addressed to, as they are now: the billing address is the default one, else
/// any.
pub fn addressee(customer: &Customer) -> Value {
    addressee_of(&customer.record)
}

/// Works like [`addressee`] for a record.
pub fn addressee_of(record: &Record) -> Value {
    let of_billing = record.addresses.values().filter(|address| address.kind == "billing");
    let address = of_billing.max_by_key(|address| address.is_default).and_then(billing::to_json);
    let parts = [
        ("name", json!(record.name)),
        ("company", json!(record.company)),
        ("email", json!(record.email)),
        ("address", address.unwrap_or_default()),
    ];
    parts.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}
