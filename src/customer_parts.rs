//! The list of the features that keep something of a customer: what they say and do with it, and their keys in a search.
//! A new one is a line here.

use crate::{
    customers::{self, part::Part},
    payment_methods, payments,
    search::{self, Language},
};

/// Every part, in the order in which they are asked and shown.
pub static PARTS: &[&dyn Part] = &[customers::own::PART, payments::part::PART, payment_methods::part::PART];

/// How customers are found: each feature's keys, in the order in which help shows them, and what `has:` knows.
pub static LANGUAGE: Language = Language {
    keys: &[&search::KEYS, &payments::KEYS, &payment_methods::KEYS, &search::LAST_KEYS],
    things: &[&search::THINGS, &payment_methods::THINGS],
};

#[cfg(test)]
mod tests;
