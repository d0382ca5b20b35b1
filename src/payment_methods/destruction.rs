//! The destruction of payment methods: a removed method is deleted for good at the end of its undo window.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;

use super::kinds;
use crate::{
    customers::model::{self as customers, UNDO_WINDOW},
    error::Result,
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, MethodId},
    schema::payment_methods,
};

/// Destroys a method if it is removed and its undo window is over, with its event. When the window is not over yet,
/// returns its end. Call it in a transaction.
pub fn destroy(conn: &mut PgConnection, by: &By, method: MethodId) -> Result<Option<Timestamp>> {
    let account = by.account;
    // The customer's row first, as everybody who changes a wallet does.
    let whose = payment_methods::table.find((account, method)).select(payment_methods::customer_id);
    let Some(whose) = whose.first::<CustomerId>(conn).optional()? else { return Ok(None) };
    customers::find_for_update(conn, account, whose)?;
    let removed = payment_methods::table.find((account, method)).filter(payment_methods::removed_at.is_not_null());
    let removed = removed.select((payment_methods::customer_id, payment_methods::version, payment_methods::removed_at));
    type Row = (CustomerId, i32, jiff_diesel::NullableTimestamp);
    let Some((customer, version, removed_at)) = removed.for_update().first::<Row>(conn).optional()? else {
        return Ok(None);
    };
    let over = Option::<Timestamp>::from(removed_at).map(|at| at + UNDO_WINDOW);
    if let Some(over) = over.filter(|over| *over > by.now()) {
        return Ok(Some(over));
    }
    diesel::delete(payment_methods::table.find((account, method))).execute(conn)?;
    let nothing = Fields::new();
    let what = NewEvent {
        kind: kinds::DESTROYED,
        subject: method.uuid(),
        customer: Some(customer),
        // One of its own, so that who keeps a copy by versions heeds it.
        version: version + 1,
        before: &nothing,
        after: &nothing,
    };
    events::record(conn, by, &what)?;
    Ok(None)
}

/// Destroys all methods of a customer, removed or not; returns their number. The customer's own event tells of it. Call
/// it in a transaction that holds the customer's lock.
pub fn destroy_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<usize> {
    let theirs = payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::customer_id.eq(customer));
    Ok(diesel::delete(theirs).execute(conn)?)
}
