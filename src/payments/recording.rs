//! Records a payment that happened elsewhere.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    kinds,
    model::{Row, find_for_update, insert},
    refunds,
    status::Status,
};
use crate::{
    customers,
    error::{Error, Result},
    events::By,
    gateway::Instrument,
    ids::{AccountId, CustomerId, InvoiceId, MethodId, PaymentId, RefundId},
    payment_methods::{charging, model as methods},
    values::Money,
};

/// A payment that happened elsewhere.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The customer who paid; can be attached later.
    pub customer: Option<CustomerId>,
    pub money: Money,
    pub status: Status,
    /// The refunded amount in minor units: all of it when the status is refunded, part of it when partially, else zero.
    pub refunded: i64,
    /// The time of the payment.
    pub at: Timestamp,
    pub description: Option<String>,
    /// The merchant's own number for the payment.
    pub reference: Option<String>,
    /// The method of the customer's wallet that it was paid with, if known.
    pub method: Option<MethodId>,
    /// The invoice that it is for; whoever records it notes that on the invoice.
    pub invoice: Option<InvoiceId>,
}

/// Records a payment that happened elsewhere. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when another payment has the reference, the customer is deleted, or the method is not in the
/// customer's wallet.
pub fn record(conn: &mut PgConnection, by: &By, id: PaymentId, new: &Recorded) -> Result<()> {
    if let Some(customer) = new.customer {
        customers::model::lock_live(conn, by.account, customer)?;
    }
    let status = if new.refunded > 0 { Status::Succeeded } else { new.status };
    let row = Row::new(by, id, new.customer, new.money, status);
    let row = match new.method {
        Some(method) => row.with(in_wallet(conn, by.account, new.customer, method)?, Some(method)),
        None => row,
    };
    let row = Row {
        is_recorded: true,
        description: new.description.clone(),
        reference: new.reference.clone(),
        invoice_id: new.invoice,
        // No gateway was asked.
        method_credential: None,
        ..row
    };
    insert(conn, by, row, kinds::RECORDED)?;
    if new.refunded > 0 {
        let payment = find_for_update(conn, by.account, id)?;
        refunds::note(conn, by, RefundId::at(by.now()), &payment, new.refunded, None)?;
    }
    Ok(())
}

/// Returns the card or bank account of a method in the wallet of a payment's customer.
fn in_wallet(
    conn: &mut PgConnection,
    account: AccountId,
    customer: Option<CustomerId>,
    method: MethodId,
) -> Result<Instrument> {
    let wallet = match customer {
        Some(customer) => methods::of_customer(conn, account, customer)?,
        None => Vec::new(),
    };
    let found = wallet.into_iter().find(|one| one.id == method);
    found.map(|one| one.instrument).ok_or_else(|| Error::Conflict(charging::foreign()))
}
