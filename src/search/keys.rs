//! The words that may stand before a colon, for help and for messages.

use crate::query::nearest_of;
/// A key of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// As typed before the colon.
    pub name: &'static str,
    /// What it finds, in one line.
    pub explanation: &'static str,
    /// A whole term.
    pub example: &'static str,
}

const fn key(name: &'static str, explanation: &'static str, example: &'static str) -> Key {
    Key { name, explanation, example }
}

/// Every key, in the order help shows them. `metadata` is followed by a dot and a key of the merchant's own.
pub const KEYS: [Key; 17] = [
    key("name", "A word or phrase in the name", "name:jane"),
    key("email", "The whole email, one with * for any part, or a word in it", "email:*@acme.com"),
    key("phone", "The phone, or digits of it", "phone:5678"),
    key("company", "A word or phrase in the company", "company:acme"),
    key("country", "The country of the billing address, by its code or name", "country:KE,UG"),
    key("lang", "The language, by its code or name", "lang:en"),
    key("kind", "person or organization", "kind:organization"),
    key("status", "active or deleted", "status:deleted"),
    key("created", "When the customer was created", "created:last-30d"),
    key("spent", "What all payments come to, in your currency unless another follows", "spent:>100EUR"),
    key("payments", "How many payments succeeded", "payments:0"),
    key("last_payment", "When the last payment was made", "last_payment:<2026-06-01"),
    key("card", "A card is expiring soon, or expired", "card:expiring"),
    key("last4", "The last four digits of a card or bank account in the wallet", "last4:4242"),
    key("has", "Who has an email, phone, address, card or bank account", "has:phone"),
    key("metadata", "A value of your own, exactly as it is stored", "metadata.tier:gold"),
    key("id", "The customer with this whole ID", "id:cust_01h2xcejqtf2nbrexx3vqjhp41"),
];

/// The key of that name, in any case.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name))
}

/// The key somebody may have meant by `typed`.
pub fn nearest(typed: &str) -> Option<&'static Key> {
    let names = KEYS.iter().map(|key| key.name);
    nearest_of(typed, names).and_then(find)
}
