//! A payment method is a card or bank account that a customer keeps; together they are the customer's wallet.
//!
//! [`model`] is the table; [`wallet`] has the rules of adding, choosing the default, removing and restoring;
//! [`editing`] merges edits of two people at once; [`charging`] chooses the method of a charge, and [`choosing`] lets
//! people choose one; [`billing`] and [`input`] check typed text; [`recorded`] has those of which no gateway told; [`uses`]
//! is what keeps one in its wallet, and what a wallet that changes lets be collected; [`object`] is a method as the API
//! shows it.

pub mod attention;
pub mod billing;
pub mod charging;
pub mod choosing;
pub mod crowded;
pub mod destruction;
pub mod editing;
pub mod expired;
pub mod input;
pub mod keeper;
mod keys;
pub mod kinds;
pub mod model;
pub mod object;
pub mod part;
pub mod recorded;
pub mod revert;
pub mod uses;
pub mod wallet;

pub use keys::{DEFAULT_EXPIRED, DEFAULT_EXPIRING, KEYS, THINGS};

use crate::{
    customers::identity,
    ids::{CustomerId, MethodId},
    routes::IdPage,
};

/// The page of a payment method: the wallet that it is in.
pub static PAGE: IdPage = IdPage {
    prefix: MethodId::PREFIX,
    word: "payment method",
    opens: "Open its wallet",
    path: |conn, (account, _), id| Ok(wallet_path(model::find(conn, account, MethodId::from_uuid(id))?.customer)),
};

/// Returns the path of a customer's wallet.
pub fn wallet_path(customer: CustomerId) -> String {
    format!("{}/payment_methods", identity::path(customer))
}
