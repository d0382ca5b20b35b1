//! A payment method is a card or bank account that a customer keeps; together they are the customer's wallet.

pub mod model;
pub mod tokens;
