//! The picture and the path that stand for a customer wherever it is named.

use super::model;
use crate::{ids::CustomerId, routes::IdPage, values::text::initials};

/// A customer's round picture: initials on a colour that follows from the id.
pub struct Avatar {
    /// One or two letters.
    pub initials: String,
    /// The number of the colour, 1 to 8.
    pub colour: u8,
    /// True for organizations, which are drawn square.
    pub is_square: bool,
}

impl Avatar {
    /// Makes the picture of a customer.
    pub fn new(id: CustomerId, title: &str, kind: &str) -> Self {
        let sum = id.uuid().as_bytes().iter().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte));
        Self { initials: initials(title), colour: sum % 8 + 1, is_square: kind == "organization" }
    }
}

/// Returns the path of a customer's page.
pub fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// The page of a customer.
pub static PAGE: IdPage = IdPage {
    prefix: CustomerId::PREFIX,
    word: "customer",
    opens: "Open the customer",
    path: |conn, (account, _), id| Ok(path(model::find(conn, account, CustomerId::from_uuid(id))?.id)),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (title, expected) in [
            ("Wanjiru Kamau", "WK"),
            ("lotte van den berg", "LB"),
            ("李明", "李"),
            ("jane@x.example", "J"),
            ("(?)", ""),
            ("ßa", "SS"),
        ] {
            assert_eq!(initials(title), expected);
        }
    }
}
