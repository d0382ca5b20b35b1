//! The pages about subscriptions.

pub mod list;
