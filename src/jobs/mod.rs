//! A job is something to be done later, or after the transaction that asks for it: a row written in that transaction,
//! taken by a worker, and gone when it is done.

pub mod model;

pub use model::{Kind, cancel, enqueue};
