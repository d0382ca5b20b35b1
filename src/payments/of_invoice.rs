//! The payments of an invoice: each is one try to collect it, or what came in for it elsewhere.

use diesel::{PgConnection, prelude::*};

use super::{
    model::{Payment, Row},
    status::Status,
};
use crate::{
    error::Result,
    ids::{AccountId, InvoiceId, PaymentId},
    schema::payments,
};

/// Returns the payments of an invoice, oldest first, a hundred at most.
pub fn all(conn: &mut PgConnection, account: AccountId, invoice: InvoiceId) -> Result<Vec<Payment>> {
    let of_invoice = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::invoice_id.eq(invoice))
        .order(payments::id)
        .limit(100)
        .select(Row::as_select());
    of_invoice.load(conn)?.into_iter().map(Row::payment).collect()
}

/// Returns the charge of an invoice that is under way. There is one at most.
pub fn running(conn: &mut PgConnection, account: AccountId, invoice: InvoiceId) -> Result<Option<PaymentId>> {
    let running = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::invoice_id.eq(invoice))
        .filter(payments::status.eq(Status::Processing.as_str()))
        .select(payments::id);
    Ok(running.first(conn).optional()?)
}

/// Returns the charge that is under way of any of some invoices.
pub fn running_of(conn: &mut PgConnection, account: AccountId, invoices: &[InvoiceId]) -> Result<Option<PaymentId>> {
    let running = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::invoice_id.eq_any(invoices))
        .filter(payments::status.eq(Status::Processing.as_str()))
        .select(payments::id);
    Ok(running.first(conn).optional()?)
}

/// Returns the credential that was charged last for an invoice and failed; nothing when none was, or another outcome
/// came after it.
pub fn failed_credential(conn: &mut PgConnection, account: AccountId, invoice: InvoiceId) -> Result<Option<String>> {
    let last = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::invoice_id.eq(invoice))
        .order(payments::id.desc())
        .select((payments::status, payments::method_credential));
    let last: Option<(String, Option<String>)> = last.first(conn).optional()?;
    Ok(last.filter(|(status, _)| status == Status::Failed.as_str()).and_then(|(_, credential)| credential))
}
