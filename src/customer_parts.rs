//! The list of what features keep of a customer: their keys in a search.

use crate::{
    payment_methods, payments,
    search::{self, Language},
};

/// How customers are found: each feature's keys, in the order in which help shows them, and what `has:` knows.
pub static LANGUAGE: Language = Language {
    keys: &[&search::KEYS, &payments::KEYS, &payment_methods::KEYS, &search::LAST_KEYS],
    things: &[&search::THINGS, &payment_methods::THINGS],
};

#[cfg(test)]
mod tests;
