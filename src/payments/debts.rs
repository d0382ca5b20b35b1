//! What a payment may be for: a debt, which the rooms above keep. Payments know only that it has to be locked before them,
//! and that something follows when they are settled.

use diesel::PgConnection;

use super::model::Payment;
use crate::{
    error::{Error, Result},
    events::By,
};

/// The debts that payments are for. Whoever settles a payment passes them in, as the gateway is.
pub trait Debts: Send + Sync {
    /// Locks what a payment is for, before the payment itself is locked: the customer, then what the customer owes.
    ///
    /// # Errors
    /// When the database fails.
    fn hold(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()>;

    /// Writes what follows from the outcome of a payment, in the transaction that writes the outcome.
    ///
    /// # Errors
    /// When the database fails; then the outcome is not written either.
    fn follow(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()>;
}

/// The debts as the app's data has them.
pub type Owed = &'static dyn Debts;

/// No debts: for a charge that has just begun, and is for none.
pub struct NoDebts;

impl Debts for NoDebts {
    fn hold(&self, _: &mut PgConnection, _: &By, _: &Payment) -> Result<()> {
        Err(Error::internal("a payment for a debt is settled without it"))
    }

    fn follow(&self, _: &mut PgConnection, _: &By, _: &Payment) -> Result<()> {
        Err(Error::internal("a payment for a debt is settled without it"))
    }
}
