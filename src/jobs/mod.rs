//! A job is something to be done later, or after the transaction that asks for it: a row written in that transaction,
//! taken by a worker, and gone when it is done.
//!
//! [`model`] is the queue. It knows no feature: who does what kind of job stands in `work`.

pub mod model;

pub use model::{Claimed, Kind, cancel, enqueue};
