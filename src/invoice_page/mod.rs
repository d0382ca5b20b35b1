//! Invoices for people and programs: their lists, the making of one by hand, and what is done with an open one, with its
//! consequences for the subscription that it bills. [`api`] has the calls.

pub mod api;
mod body;
