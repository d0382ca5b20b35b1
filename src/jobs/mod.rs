//! A job is work to be done later, or after the transaction that asks for it: a row written in that transaction, taken
//! by a worker, and deleted when it is done.
//!
//! [`model`] is the queue, [`lag`] says how late it is, and [`of_account`] is what waits in one account by its own time.
//! None knows a feature: `work` assigns each kind of job to its feature.

pub mod lag;
pub mod model;
pub mod of_account;

pub use model::{Claimed, Kind, cancel, enqueue};
