//! An invoice is a bill with a number, addressed to a customer. A subscription's period makes one, or somebody by hand.
//!
//! [`attention`] is what of them needs a person, [`model`] is the tables, [`search`] the keys and orders of their list;
//! [`making`] makes one and [`numbering`] gives it its number; [`collecting`] tries to get its money. What follows for
//! a subscription when one is paid, or is not, is known above: see `subscriptions::following`.

pub mod attention;
pub mod collecting;
pub mod kinds;
pub mod making;
pub mod model;
pub mod numbering;
pub mod object;
pub mod of_payments;
pub mod search;
pub mod status;

pub use model::Invoice;
pub use status::{Collects, Status};

use crate::ids::InvoiceId;

/// Returns the path of the page of an invoice, the beginning of all paths of its actions.
pub fn path(id: InvoiceId) -> String {
    format!("/invoices/{id}")
}
