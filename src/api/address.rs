//! The parts of an address in a body, wherever it stands: of a customer, a payment method or a charge.

use super::reading::{Given, Members};
use crate::values::address::PARTS;

/// Reads the parts that were given, by their names in a form; an empty text clears one.
pub fn parts(members: &Members<'_>) -> Vec<(&'static str, String)> {
    let text = |part: &'static str| match members.text(part, also(part)) {
        Given::Absent => None,
        Given::Null => Some((part, String::new())),
        Given::Value(text) => Some((part, text.to_owned())),
    };
    PARTS.into_iter().filter_map(text).collect()
}

/// Returns the other names under which a part is taken.
fn also(part: &str) -> &'static [&'static str] {
    match part {
        "line1" => &["address1"],
        "line2" => &["address2"],
        "region" => &["state"],
        "postal_code" => &["zip"],
        _ => &[],
    }
}
