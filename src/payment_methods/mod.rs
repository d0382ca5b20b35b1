//! A payment method is a card or bank account that a customer keeps; together they are the customer's wallet.

pub mod destruction;
pub mod expiry;
pub mod model;
pub mod tokens;

/// Whether a text is the end of a card or bank account: four digits, or letters of an account's number.
pub fn is_last4(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
