//! The payments table: finds a payment, changes its status, attaches it to a customer.
//!
//! Every change of a payment locks its row first, then writes the figures of its customer.

use diesel::{PgConnection, prelude::*};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{figures, hours, kinds, refunds, status::Status};
use crate::{
    codes::Code,
    customers,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    gateway::{Instrument, Kind},
    ids::{AccountId, CustomerId, InvoiceId, MethodId, PartId, PaymentId},
    merchants,
    payment_methods::billing,
    schema::payments,
    values::{Address, Money, curtain::Curtain},
};

pub use super::recording::{Recorded, record};

#[derive(Clone, Debug)]
pub struct Payment {
    /// The payment's id, which contains the time it was made.
    pub id: PaymentId,
    /// The version, which each change increases.
    pub version: i32,
    /// The customer who paid, if known.
    pub customer: Option<CustomerId>,
    pub money: Money,
    pub status: Status,
    /// The refunded amount.
    pub refunded: Money,
    /// True when the payment happened elsewhere, so that no gateway knows it.
    pub is_recorded: bool,
    pub description: Option<String>,
    /// The merchant's own number for the payment, unique in the account.
    pub reference: Option<String>,
    /// The method of the wallet that was charged.
    pub method: Option<MethodId>,
    /// The card or bank account, as far as known.
    pub paid_with: Option<PaidWith>,
    pub billing: Option<Address>,
    /// The reason of a failure, as the gateway's code.
    pub failure: Option<String>,
    /// The invoice that it is for, if it is for one.
    pub invoice: Option<InvoiceId>,
    /// The part of a payment schedule that it is for, if it is for one.
    pub part: Option<PartId>,
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

impl Payment {
    /// Returns whether it is for something that the customer owes.
    pub fn is_for_debt(&self) -> bool {
        self.invoice.is_some() || self.part.is_some()
    }

    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self {
            description: self.description.map(|text| curtain.text(&text)),
            reference: self.reference.map(|reference| curtain.emails(&reference)),
            billing: self.billing.map(|billing| curtain.address(&billing)),
            paid_with: self.paid_with.map(|with| PaidWith { brand: curtain.text(&with.brand), ..with }),
            ..self
        }
    }
}

/// The card or bank account that a payment was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidWith {
    pub kind: Kind,
    /// The card's brand or the bank's name.
    pub brand: String,
    /// The last four digits of the number, if known.
    pub last4: Option<String>,
}

/// The row of a payment.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = payments, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    pub account_id: AccountId,
    pub id: PaymentId,
    pub version: i32,
    pub customer_id: Option<CustomerId>,
    pub amount: i64,
    pub currency: crate::values::Currency,
    pub status: String,
    pub refunded: i64,
    pub is_recorded: bool,
    pub description: Option<String>,
    pub reference: Option<String>,
    pub method_id: Option<MethodId>,
    pub method_kind: Option<String>,
    pub method_brand: Option<String>,
    pub method_last4: Option<String>,
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub method_expires_on: Option<Date>,
    pub method_fingerprint: Option<String>,
    pub method_credential: Option<String>,
    pub billing: Option<Value>,
    pub failure: Option<String>,
    pub invoice_id: Option<InvoiceId>,
    pub part_id: Option<PartId>,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub created_at: Timestamp,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub updated_at: Timestamp,
}

impl Row {
    /// Makes the row of a new payment without method, created at the time in its id.
    pub fn new(by: &By, id: PaymentId, customer: Option<CustomerId>, money: Money, status: Status) -> Self {
        Self {
            account_id: by.account,
            id,
            version: 1,
            customer_id: customer,
            amount: money.minor,
            currency: money.currency,
            status: status.to_string(),
            refunded: 0,
            is_recorded: false,
            description: None,
            reference: None,
            method_id: None,
            method_kind: None,
            method_brand: None,
            method_last4: None,
            method_expires_on: None,
            method_fingerprint: None,
            method_credential: None,
            billing: None,
            failure: None,
            invoice_id: None,
            part_id: None,
            created_at: id.created_at(),
            updated_at: by.now(),
        }
    }

    /// Sets the card or bank account, and the method if it is in the wallet.
    pub fn with(self, instrument: Instrument, method: Option<MethodId>) -> Self {
        Self {
            method_id: method,
            method_kind: Some(instrument.kind.as_str().to_owned()),
            method_brand: Some(instrument.brand),
            method_last4: Some(instrument.last4),
            method_expires_on: instrument.expires_on,
            method_fingerprint: Some(instrument.fingerprint),
            method_credential: Some(instrument.credential),
            ..self
        }
    }

    /// Returns the fields for the payment's first event.
    pub fn fields(&self) -> Fields {
        let money = Money::new(self.amount, self.currency);
        let given = [
            ("amount", Some(json!(money.minor))),
            ("currency", Some(json!(money.currency))),
            ("status", Some(json!(self.status))),
            ("customer", self.customer_id.map(|id| json!(id))),
            ("description", self.description.as_ref().map(|text| json!(text))),
            ("reference", self.reference.as_ref().map(|text| json!(text))),
            ("method", self.method_id.map(|id| json!(id))),
            ("invoice", self.invoice_id.map(|id| json!(id))),
            ("part", self.part_id.map(|id| json!(id))),
            ("paid_with", paid_with_words(self.method_brand.as_deref(), self.method_last4.as_deref())),
        ];
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    pub fn payment(self) -> Result<Payment> {
        let kind = self.method_kind.as_deref().and_then(Kind::parse);
        let brand = self.method_brand;
        Ok(Payment {
            id: self.id,
            version: self.version,
            customer: self.customer_id,
            money: Money::new(self.amount, self.currency),
            status: self.status.parse().map_err(Error::internal)?,
            refunded: Money::new(self.refunded, self.currency),
            is_recorded: self.is_recorded,
            description: self.description,
            reference: self.reference,
            method: self.method_id,
            paid_with: kind.map(|kind| PaidWith { kind, brand: brand.unwrap_or_default(), last4: self.method_last4 }),
            billing: self.billing.as_ref().map(billing::of_json),
            failure: self.failure,
            invoice: self.invoice_id,
            part: self.part_id,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Returns what an event says of the card or bank account, like "Visa •••• 4242".
pub fn paid_with_words(brand: Option<&str>, last4: Option<&str>) -> Option<Value> {
    let words: Vec<&str> = [brand, last4].into_iter().flatten().collect();
    (!words.is_empty()).then(|| json!(words.join(" •••• ")))
}

/// Returns a payment of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::InOtherAccount`] when it is in the merchant's other account.
pub fn find(conn: &mut PgConnection, account: AccountId, id: PaymentId) -> Result<Payment> {
    let row = payments::table.find((account, id)).select(Row::as_select()).first(conn).optional()?;
    found(conn, account, id, row)
}

/// Returns a payment like [`find`], locked until the transaction ends.
///
/// # Errors
/// The same as [`find`].
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: PaymentId) -> Result<Payment> {
    let row = payments::table.find((account, id)).select(Row::as_select()).for_update().first(conn).optional()?;
    found(conn, account, id, row)
}

fn found(conn: &mut PgConnection, account: AccountId, id: PaymentId, row: Option<Row>) -> Result<Payment> {
    if let Some(row) = row {
        return row.payment();
    }
    let (other, mode) = merchants::other_account(conn, account)?;
    let there = payments::table.find((other, id)).select(payments::version).first::<i32>(conn).optional()?;
    Err(if there.is_some() { Error::InOtherAccount(mode) } else { Error::NotFound })
}

/// Returns the gateway's credential of a payment's method; `None` when no gateway was asked.
pub fn credential(conn: &mut PgConnection, account: AccountId, id: PaymentId) -> Result<Option<String>> {
    Ok(payments::table.find((account, id)).select(payments::method_credential).first(conn)?)
}

/// Writes a new payment with its event, and into the figures if it is paid.
///
/// # Errors
/// [`Error::Conflict`] when another payment has the reference.
pub(super) fn insert(conn: &mut PgConnection, by: &By, row: Row, kind: &'static str) -> Result<()> {
    let (after, id, reference) = (row.fields(), row.id, row.reference.clone());
    let written = diesel::insert_into(payments::table).values(row).on_conflict_do_nothing().execute(conn)?;
    if written == 0 {
        return Err(match reference {
            Some(reference) => {
                let sentence = format!("Another payment has the reference “{reference}”.");
                Error::Conflict(Code::ReferenceTaken.says(sentence))
            }
            None => Error::internal("a new payment has the id of another"),
        });
    }
    let payment = find(conn, by.account, id)?;
    if payment.status.is_paid() {
        figures::add(conn, by.account, &payment)?;
        hours::add(conn, by.account, &payment)?;
    }
    record_event(conn, by, &payment, kind, Fields::new(), after)
}

/// Changes the status of a locked payment to `next`, with the event and the figures that follow. Returns it as it became.
///
/// # Errors
/// [`Error::Conflict`] when that status may not follow.
pub(super) fn settle(
    conn: &mut PgConnection,
    by: &By,
    payment: &Payment,
    next: Status,
    failure: Option<&str>,
) -> Result<Payment> {
    if !payment.status.may_become(next) {
        let (was, next) = (payment.status.label().to_lowercase(), next.label().to_lowercase());
        let sentence = format!("A payment that is {was} cannot become {next}.");
        return Err(Error::Conflict(Code::OutcomeFinal.says(sentence)));
    }
    diesel::update(payments::table.find((by.account, payment.id)))
        .set((
            payments::status.eq(next.as_str()),
            payments::failure.eq(failure),
            payments::version.eq(payment.version + 1),
            payments::updated_at.eq(by.now().to_diesel()),
        ))
        .execute(conn)?;
    let failed = failure.map(str::to_owned);
    let settled = Payment { status: next, failure: failed, version: payment.version + 1, ..payment.clone() };
    if next == Status::Succeeded {
        figures::add(conn, by.account, &settled)?;
        hours::add(conn, by.account, &settled)?;
    }
    let mut after = Fields::from([("status".to_owned(), json!(next.as_str()))]);
    after.extend(failure.map(|code| ("failure".to_owned(), json!(code))));
    let before = Fields::from([("status".to_owned(), json!(payment.status.as_str()))]);
    let kind = match next {
        Status::Failed => kinds::FAILED,
        Status::Canceled => kinds::CANCELED,
        _ => kinds::SUCCEEDED,
    };
    record_event(conn, by, &settled, kind, before, after)?;
    Ok(settled)
}

/// Attaches a payment without customer to a customer, with its figures. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when the payment has a customer, or the customer is deleted; [`Error::NotFound`].
pub fn attach(conn: &mut PgConnection, by: &By, id: PaymentId, customer: CustomerId) -> Result<Payment> {
    customers::model::lock_live(conn, by.account, customer)?;
    let payment = find_for_update(conn, by.account, id)?;
    match payment.customer {
        Some(has) if has == customer => return Ok(payment),
        Some(_) => {
            let sentence = "This payment belongs to a customer already.";
            return Err(Error::Conflict(Code::AlreadyAttached.says(sentence)));
        }
        None => {}
    }
    diesel::update(payments::table.find((by.account, id)))
        .set((
            payments::customer_id.eq(customer),
            payments::version.eq(payment.version + 1),
            payments::updated_at.eq(by.now().to_diesel()),
        ))
        .execute(conn)?;
    let payment = Payment { customer: Some(customer), version: payment.version + 1, ..payment };
    if payment.status.is_paid() {
        figures::add(conn, by.account, &payment)?;
    }
    refunds::add_to_figures(conn, by.account, &payment)?;
    let after = Fields::from([
        ("customer".to_owned(), json!(customer)),
        ("amount".to_owned(), json!(payment.money.minor)),
        ("currency".to_owned(), json!(payment.money.currency)),
    ]);
    record_event(conn, by, &payment, kinds::ATTACHED, Fields::new(), after)?;
    Ok(payment)
}

/// Writes an event of a payment. The event names the amount, so that a customer's activity needs no other table.
pub(super) fn record_event(
    conn: &mut PgConnection,
    by: &By,
    payment: &Payment,
    kind: &'static str,
    before: Fields,
    mut after: Fields,
) -> Result<()> {
    after.entry("amount".to_owned()).or_insert_with(|| json!(payment.money.minor));
    after.entry("currency".to_owned()).or_insert_with(|| json!(payment.money.currency));
    if let Some(PaidWith { brand, last4, .. }) = &payment.paid_with {
        let words = paid_with_words(Some(brand), last4.as_deref());
        after.extend(words.map(|words| ("paid_with".to_owned(), words)));
    }
    let what = NewEvent {
        kind,
        subject: payment.id.uuid(),
        customer: payment.customer,
        version: payment.version,
        before: &before,
        after: &after,
    };
    events::record(conn, by, &what)?;
    Ok(())
}

/// Returns the payments of a customer that are under way, newest first, a hundred at most. They block a delete.
pub fn running(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Payment>> {
    let running = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .filter(payments::status.eq(Status::Processing.as_str()))
        .order(payments::id.desc())
        .limit(100)
        .select(Row::as_select());
    running.load(conn)?.into_iter().map(Row::payment).collect()
}

/// Returns the newest payments of a customer besides one of them, at most so many.
pub fn others(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    but: PaymentId,
    limit: i64,
) -> Result<Vec<Payment>> {
    let others = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .filter(payments::id.ne(but))
        .order(payments::id.desc())
        .limit(limit)
        .select(Row::as_select());
    others.load(conn)?.into_iter().map(Row::payment).collect()
}

/// Returns all payments of a customer, oldest first.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Payment>> {
    let theirs = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::customer_id.eq(customer))
        .order(payments::id)
        .select(Row::as_select());
    theirs.load(conn)?.into_iter().map(Row::payment).collect()
}

/// Counts the payments of a customer, with any status.
pub fn count(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<i64> {
    let of_customer =
        payments::table.filter(payments::account_id.eq(account)).filter(payments::customer_id.eq(customer));
    Ok(of_customer.count().get_result(conn)?)
}
