//! An invoice is a bill with a number, addressed to a customer. A subscription's period makes one, or somebody by hand.
//!
//! [`model`] is the tables and [`listing`] their list; [`making`] makes one and [`numbering`] gives it its number; [`collecting`] tries to get its
//! money. What follows for a subscription when one is paid, or is not, is known above: see `subscriptions::following`.

pub mod collecting;
pub mod kinds;
pub mod listing;
pub mod making;
pub mod model;
pub mod numbering;
pub mod object;
pub mod status;

pub use model::Invoice;
pub use status::{Collects, Status};
