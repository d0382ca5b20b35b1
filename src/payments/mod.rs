//! A payment is money asked from or paid by a customer: an amount in a currency, and a status.

pub mod amounts;
pub mod charging;
pub mod figures;
pub mod listing;
pub mod model;
pub mod refunds;
pub mod search;
pub mod settling;
pub mod status;

pub use status::Status;
