//! A delete: planned in numbers, done only as planned, and taken back; at the end of its undo window, final.
//!
//! One planner serves the page that asks and the deed. When the world changed between the two, nothing is done and
//! the new plan is shown.

use diesel::PgConnection;
use jiff::Timestamp;

use crate::{
    customers::{
        addresses,
        model::{self, Customer, UNDO_WINDOW},
    },
    error::{Error, Result},
    events::{self, By, Fields, Happened},
    ids::{AccountId, CustomerId},
    jobs,
    payment_methods::{destruction, model as payment_methods},
    payments::model::{self as payments, Payment},
};

/// What a delete will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// To whom.
    pub customer: Customer,
    /// So many addresses are destroyed when the undo window ends.
    pub addresses: usize,
    /// So many payment methods cannot be charged from now on, and are destroyed when the undo window ends.
    pub methods: usize,
    /// So many payments are kept.
    pub payments: i64,
    /// Payments under way, which block it, newest first.
    pub running: Vec<Payment>,
    /// So long it can be taken back with everything, if done now.
    pub restorable_until: Timestamp,
}

impl Plan {
    fn of(conn: &mut PgConnection, account: AccountId, customer: Customer) -> Result<Self> {
        let id = customer.id;
        Ok(Self {
            addresses: customer.record.addresses.len(),
            methods: payment_methods::of_customer(conn, account, id)?.len(),
            payments: payments::count(conn, account, id)?,
            running: payments::running(conn, account, id)?,
            restorable_until: Timestamp::now() + UNDO_WINDOW,
            customer,
        })
    }

    /// Whether something must end first.
    pub fn is_blocked(&self) -> bool {
        !self.running.is_empty()
    }

    /// The numbers as one text, for the form to carry.
    pub fn digest(&self) -> String {
        let running: Vec<String> = self.running.iter().map(|payment| payment.id.to_string()).collect();
        let Self { addresses, methods, payments, .. } = self;
        format!("addresses={addresses} methods={methods} payments={payments} running={}", running.join(","))
    }
}

/// What became of a delete.
#[derive(Debug)]
pub enum Deletion {
    /// It is done, or was done before.
    Done(Box<Customer>),
    /// The plan is not what it was; nothing is done.
    Replanned(Box<Plan>),
    /// A payment is under way; nothing is done.
    Blocked(Box<Plan>),
}

/// What deleting a customer would do.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn plan(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Plan> {
    let customer = model::linked(conn, account, id)?;
    Plan::of(conn, account, customer)
}

/// Deletes a customer if the plan is still `agreed`; without one, whatever the plan. Call it in a transaction.
///
/// # Errors
/// [`crate::error::Error::NotFound`].
pub fn delete(conn: &mut PgConnection, by: &By, id: CustomerId, agreed: Option<&str>) -> Result<Deletion> {
    let customer = model::locked(conn, by.account, id)?;
    if customer.is_deleted() {
        return Ok(Deletion::Done(Box::new(customer)));
    }
    let plan = Plan::of(conn, by.account, customer)?;
    if plan.is_blocked() {
        return Ok(Deletion::Blocked(Box::new(plan)));
    }
    if agreed.is_some_and(|agreed| agreed != plan.digest()) {
        return Ok(Deletion::Replanned(Box::new(plan)));
    }
    let now = Timestamp::now();
    model::mark_deleted(conn, by, &plan.customer, Some(now))?;
    jobs::enqueue(conn, by.account, jobs::Kind::DestroyDeleted, id.uuid(), now + UNDO_WINDOW)?;
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
        destroy_details(conn, by.account, &customer)?;
    }
    model::mark_deleted(conn, by, &customer, None)?;
    jobs::cancel(conn, by.account, jobs::Kind::DestroyDeleted, id.uuid())?;
    model::find(conn, by.account, id)
}

/// Destroys what a customer's delete leaves, if the customer is deleted and the undo window over. When it is not yet over,
/// says when it will be. Call it in a transaction.
///
/// # Errors
/// When the database fails.
pub fn destroy(
    conn: &mut PgConnection,
    account: AccountId,
    id: CustomerId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let customer = match model::locked(conn, account, id) {
        Err(Error::NotFound | Error::InOtherAccount(_)) => return Ok(None),
        found => found?,
    };
    match customer.restorable_until() {
        Some(over) if over > now => return Ok(Some(over)),
        Some(_) => destroy_details(conn, account, &customer)?,
        None => {}
    }
    Ok(None)
}

/// Destroys the addresses and payment methods of a locked customer, with an event that tells how many if there were any.
/// Clientele does it, whoever comes by first.
fn destroy_details(conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
    let addresses = addresses::destroy(conn, account, customer.id)?;
    let methods = destruction::destroy_of(conn, account, customer.id)?;
    if addresses + methods == 0 {
        return Ok(());
    }
    let (before, after) = (
        Fields::new(),
        Fields::from([("addresses".to_owned(), addresses.into()), ("payment_methods".to_owned(), methods.into())]),
    );
    let what = Happened {
        kind: "customer.details_destroyed",
        subject: customer.id.uuid(),
        customer: None,
        version: customer.version,
        before: &before,
        after: &after,
    };
    events::record(conn, &By::system(account), &what)?;
    Ok(())
}
