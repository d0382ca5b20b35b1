//! What a payment may be for: a debt, which the rooms above keep. Payments know only that it has to be locked before them,
//! and that something follows when they are settled.

use diesel::PgConnection;

use super::model::Payment;
use crate::{
    error::{Error, Result},
    events::By,
    ids::{InvoiceId, PartId},
};

/// Something that a customer owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debt {
    Invoice(InvoiceId),
    /// A part of a payment schedule.
    Part(PartId),
}

impl Debt {
    /// Returns the invoice, if it is one.
    pub fn invoice(self) -> Option<InvoiceId> {
        if let Self::Invoice(id) = self { Some(id) } else { None }
    }

    /// Returns the part, if it is one.
    pub fn part(self) -> Option<PartId> {
        if let Self::Part(id) = self { Some(id) } else { None }
    }
}

impl From<InvoiceId> for Debt {
    fn from(id: InvoiceId) -> Self {
        Self::Invoice(id)
    }
}

impl From<PartId> for Debt {
    fn from(id: PartId) -> Self {
        Self::Part(id)
    }
}

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

/// The debts of several rooms. Each knows the payments for its own, and leaves others alone.
pub struct Each(pub &'static [Owed]);

impl Debts for Each {
    fn hold(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        self.0.iter().try_for_each(|debts| debts.hold(conn, by, payment))
    }

    fn follow(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        self.0.iter().try_for_each(|debts| debts.follow(conn, by, payment))
    }
}

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
