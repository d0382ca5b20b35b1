//! The methods of a wallet to choose from in a form.

use jiff::civil::Date;

use super::model::Method;
use crate::ids::MethodId;

/// A method of the wallet to choose.
pub struct Choosable {
    pub id: MethodId,
    pub title: String,
    pub is_default: bool,
    pub is_expired: bool,
    pub is_chosen: bool,
}

/// Returns the methods to choose from, with the one of that word marked.
pub fn choosable(wallet: &[Method], chosen: &str, today: Date) -> Vec<Choosable> {
    let choosable = |method: &Method| Choosable {
        id: method.id,
        title: method.title(),
        is_default: method.is_default,
        is_expired: method.is_expired(today),
        is_chosen: method.id.to_string() == chosen,
    };
    wallet.iter().map(choosable).collect()
}
