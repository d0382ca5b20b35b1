//! The payments for a debt: each is one try to collect it, or what came in for it elsewhere.

use std::collections::HashMap;

use diesel::{
    PgConnection,
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable},
};

use super::{
    debts::Debt,
    model::{Payment, Row},
    status::Status,
};
use crate::{
    error::Result,
    ids::{AccountId, InvoiceId, PartId, PaymentId},
    schema::payments,
};

/// The condition that a payment is for a debt.
type IsFor = Box<dyn BoxableExpression<payments::table, Pg, SqlType = Nullable<Bool>>>;

fn is_for(debt: impl Into<Debt>) -> IsFor {
    match debt.into() {
        Debt::Invoice(id) => Box::new(payments::invoice_id.eq(id)),
        Debt::Part(id) => Box::new(payments::part_id.eq(id)),
    }
}

/// Returns the payments for a debt, oldest first, a hundred at most.
pub fn all(conn: &mut PgConnection, account: AccountId, debt: impl Into<Debt>) -> Result<Vec<Payment>> {
    let of_debt = payments::table
        .filter(payments::account_id.eq(account))
        .filter(is_for(debt))
        .order(payments::id)
        .limit(100)
        .select(Row::as_select());
    of_debt.load(conn)?.into_iter().map(Row::payment).collect()
}

/// Returns the charge for a debt that is under way. There is one at most.
pub fn running(conn: &mut PgConnection, account: AccountId, debt: impl Into<Debt>) -> Result<Option<PaymentId>> {
    let running = payments::table
        .filter(payments::account_id.eq(account))
        .filter(is_for(debt))
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

/// Returns the newest payment of each of these parts that has one.
pub fn newest_of_parts(
    conn: &mut PgConnection,
    account: AccountId,
    parts: &[PartId],
) -> Result<HashMap<PartId, PaymentId>> {
    let newest = payments::table
        .filter(payments::account_id.eq(account))
        .filter(payments::part_id.eq_any(parts))
        .distinct_on(payments::part_id)
        .order((payments::part_id, payments::id.desc()))
        .select((payments::part_id.assume_not_null(), payments::id));
    Ok(newest.load::<(PartId, PaymentId)>(conn)?.into_iter().collect())
}

/// Returns the credential that was charged last for a debt and failed; nothing when none was, or another outcome came
/// after it.
pub fn failed_credential(conn: &mut PgConnection, account: AccountId, debt: impl Into<Debt>) -> Result<Option<String>> {
    let last = payments::table
        .filter(payments::account_id.eq(account))
        .filter(is_for(debt))
        .order(payments::id.desc())
        .select((payments::status, payments::method_credential));
    let last: Option<(String, Option<String>)> = last.first(conn).optional()?;
    Ok(last.filter(|(status, _)| status == Status::Failed.as_str()).and_then(|(_, credential)| credential))
}
