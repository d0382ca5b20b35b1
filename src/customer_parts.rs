//! The list of the features that keep something of a customer: their parts, their keys in a search, and their columns
//! in a list. A new feature is a line here.

use crate::{
    customers::{self, keeping::Keeper, part::Part},
    invoices,
    lists::{self, Table},
    notes,
    payment_methods::{self, uses},
    payments::{
        self,
        debts::{self, Owed},
    },
    reveal, schedules,
    search::{self, Catalogue, Language},
    subscriptions,
};

/// Every part, in the order in which they are asked and shown.
pub static PARTS: &[&dyn Part] = &[
    customers::own::PART,
    notes::part::PART,
    subscriptions::part::SUBSCRIPTIONS,
    &payments::part::Payments { debts: DEBTS },
    subscriptions::part::INVOICES,
    schedules::part::PART,
    payment_methods::part::PART,
    reveal::part::PART,
];

/// Every feature that keeps personal data, in the order in which a person's file tells it.
pub static KEEPERS: &[&dyn Keeper] = &[
    customers::erasure::KEEPER,
    notes::keeper::KEEPER,
    payment_methods::keeper::KEEPER,
    subscriptions::keeper::KEEPER,
    schedules::keeper::KEEPER,
    payments::keeper::KEEPER,
];

/// What payments are for: whoever settles one passes it in.
pub static DEBTS: Owed = &debts::Each(&[subscriptions::DEBTS, schedules::DEBTS]);

/// What needs payment methods: whoever changes a wallet passes it in.
pub static USES: &dyn uses::Uses = &uses::Each(&[subscriptions::methods::USES, schedules::methods::USES]);

/// The language in which customers are searched: each feature's keys, in the order in which help shows them, and what
/// `has:` knows.
pub static LANGUAGE: Language = Language {
    keys: &[
        &search::KEYS,
        &payments::KEYS,
        &subscriptions::keys::KEYS,
        &payment_methods::KEYS,
        &notes::KEYS,
        &search::LAST_KEYS,
    ],
    things: &[&search::THINGS, &payment_methods::THINGS, &notes::THINGS],
};

/// The search over payments, with the keys of what they are for: whoever lists payments has it.
pub struct PaymentSearch;

impl payments::Searches for PaymentSearch {
    fn table() -> &'static Table {
        &PAYMENTS
    }
}

static PAYMENTS: Table = payments::listing::table(&PAYMENT_LANGUAGE);

/// The language in which payments are searched.
static PAYMENT_LANGUAGE: lists::Language = lists::Language {
    keys: &[&payments::search::KEYS, &invoices::of_payments::KEYS, &schedules::of_payments::KEYS],
    things: &[],
};

/// The columns and orders of a list of customers: each feature's columns, in the order in which they are offered.
pub static COLUMNS: Catalogue = Catalogue { columns: &[&search::COLUMNS, &payments::COLUMNS] };

pub mod object;
#[cfg(test)]
mod tests;
