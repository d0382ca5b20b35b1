//! A subscription charges a customer again and again, or bills them again and again and waits.
//!
//! [`model`] is the table and [`status`] its words. [`held`] is one that is locked, with what its changes have in common:
//! billing what is due, trying to collect it, counting what failed. [`creating`], [`changing`] and [`ending`] are what
//! people do with one, [`closing`] what they do with its invoices, [`advancing`] what happens by itself, and [`following`]
//! what follows when a payment is settled. [`methods`] is what they mean for a wallet. [`by_hand`] makes invoices that no
//! period makes, and changes invoices. [`listing`] are the pages of a list, [`upcoming`] the charges to come. [`api`] with
//! [`object`] is for programs. [`checking`] finds what contradicts itself.
//!
//! Locks are taken in one order: customer, subscription, invoice, payment, figures, numbers, jobs.

pub mod advancing;
pub mod api;
mod body;
pub mod by_hand;
pub mod changing;
pub mod checking;
pub mod closing;
pub mod creating;
pub mod ending;
pub mod following;
pub mod held;
pub mod keeper;
pub mod kinds;
pub mod listing;
pub mod methods;
pub mod model;
pub mod object;
pub mod part;
pub mod status;
mod told;
pub mod upcoming;

pub use following::DEBTS;
pub use held::Held;
pub use model::Subscription;
pub use status::Status;
