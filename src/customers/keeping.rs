//! What a feature keeps about a person: told in the person's file, and overwritten when the person is erased. A feature
//! implements [`Keeper`] in its own folder; `customer_parts` is the list of them.

use diesel::PgConnection;
use serde_json::Value;

use super::{model::Customer, part::Effect};
use crate::{error::Result, ids::AccountId};

/// A feature that keeps personal data of a customer.
pub trait Keeper: Sync {
    /// Tells everything that it keeps of a customer, deleted or not.
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>>;

    /// Lists what an erasure does to it, as lines of the plan.
    fn erasure(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Effect>>;

    /// Overwrites or destroys all of it that is personal, also in its events. What counts money stays. The customer's
    /// row is locked; its record is as it was.
    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()>;
}

/// Things of one kind that are kept of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The word for programs: `payments`.
    pub name: &'static str,
    /// The heading for people.
    pub title: &'static str,
    /// The things, each an object as the API tells it.
    pub things: Vec<Value>,
}
