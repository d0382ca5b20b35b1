//! A delete: planned in numbers, done only as planned, and taken back.
//!
//! One planner serves the page that asks and the deed. When the world changed between the two, nothing is done and
//! the new plan is shown.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    addresses,
    model::{self, Customer, UNDO_WINDOW},
};
use crate::{
    error::Result,
    events::By,
    ids::{AccountId, CustomerId},
};

/// What a delete will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// To whom.
    pub customer: Customer,
    /// So many addresses are destroyed when the undo window ends.
    pub addresses: usize,
    /// So long it can be taken back with everything, if done now.
    pub restorable_until: Timestamp,
}

impl Plan {
    fn of(customer: Customer) -> Self {
        let addresses = customer.record.addresses.len();
        Self { customer, addresses, restorable_until: Timestamp::now() + UNDO_WINDOW }
    }

    /// The numbers as one text, for the form to carry.
    pub fn digest(&self) -> String {
        format!("addresses={}", self.addresses)
    }
}

/// What became of a delete.
#[derive(Debug)]
pub enum Deletion {
    /// It is done, or was done before.
    Done(Box<Customer>),
    /// The plan is not what it was; nothing is done.
    Replanned(Box<Plan>),
}

/// What deleting a customer would do.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn plan(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Plan> {
    Ok(Plan::of(model::linked(conn, account, id)?))
}

/// Deletes a customer if the plan is still `agreed`; without one, whatever the plan. Call it in a transaction.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn delete(conn: &mut PgConnection, by: &By, id: CustomerId, agreed: Option<&str>) -> Result<Deletion> {
    let plan = Plan::of(model::locked(conn, by.account, id)?);
    if plan.customer.is_deleted() {
        return Ok(Deletion::Done(Box::new(plan.customer)));
    }
    if agreed.is_some_and(|agreed| agreed != plan.digest()) {
        return Ok(Deletion::Replanned(Box::new(plan)));
    }
    model::mark_deleted(conn, by, &plan.customer, Some(Timestamp::now()))?;
    Ok(Deletion::Done(Box::new(model::find(conn, by.account, id)?)))
}

/// Takes a delete back: with everything within the undo window, the customer alone after it. Call it in a transaction.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn restore(conn: &mut PgConnection, by: &By, id: CustomerId) -> Result<Customer> {
    let customer = model::locked(conn, by.account, id)?;
    if !customer.is_deleted() {
        return Ok(customer);
    }
    if model::is_over(customer.deleted_at) {
        addresses::destroy(conn, by.account, id)?;
    }
    model::mark_deleted(conn, by, &customer, None)?;
    model::find(conn, by.account, id)
}
