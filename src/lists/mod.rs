//! Lists of what an account has besides customers: payments, invoices, subscriptions. Each is a table whose key is the
//! account and an id, with a customer in most rows.
//!
//! The feature gives a [`Table`] as data (its keys, its orders, its words) and draws its rows ([`pages::Lists`]); from the
//! text in the box to the rows everything is here. [`parts`] are the conditions of a search, [`finding`] the way to its
//! rows, [`statement`] the SQL around them, [`pages`] the addresses of a list, [`api`] the calls of the same. [`keys`] are
//! what the keys of several lists ask.

pub mod api;
mod condition;
pub mod finding;
pub mod keys;
mod order;
pub mod pages;
mod parts;
mod scope;
mod statement;

pub use condition::{Bind, Condition};
pub use finding::{Asked, COUNT_CAP, Counted, Listed, count, count_up_to, currencies, page};
pub use order::{BY_CREATION, Column, Order, Sort, by_amount};
pub use pages::{Lists, State};
pub use parts::{Part, named_currency, of_choice, of_customer, of_id, parts};
pub use scope::Scope;
pub use statement::Statement;

use crate::{query, routes::IdPage, search, shell::Place};

/// The condition of a term, with its reach.
pub struct Meets {
    pub condition: Condition,
    pub reach: Reach,
}

/// The way to find the rows of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Along the index of the order by creation.
    InOrder,
    /// Through an index of the condition's own; the rows may be few.
    ByIndex,
    /// Through one customer.
    OneCustomer,
}

/// A key of the search over a list.
pub type Key = query::Key<Meets, Scope>;

/// The search language of a list.
pub type Language = query::Language<Meets, Scope>;

/// A list as data.
pub struct Table {
    /// The name of the table in the database.
    pub name: &'static str,
    pub language: &'static Language,
    /// The language in which words find customers.
    pub customers: &'static search::Language,
    /// The columns to which IDs of other things lead, by the IDs' beginnings; that of the rows themselves is `id`.
    pub ids: &'static [(&'static str, &'static str)],
    /// The conditions that a text without a key meets besides those of its customer, of which any will do.
    pub texts: fn(&str, &Scope) -> Vec<Condition>,
    /// The orders; the first is by creation, and usual with the newest first.
    pub orders: &'static [Order],
    pub words: Words,
}

impl Table {
    /// Returns the usual order: the newest first.
    pub fn newest(&self) -> Sort {
        Sort { order: &self.orders[0], descending: true }
    }

    /// Returns every order, both ways, the usual one first.
    pub fn sorts(&self) -> impl Iterator<Item = Sort> {
        self.orders.iter().flat_map(|order| [true, false].map(|descending| Sort { order, descending }))
    }
}

/// What the pages of a list say.
pub struct Words {
    /// The path of the list: `/payments`.
    pub path: &'static str,
    pub place: Place,
    /// "Payments"
    pub title: &'static str,
    /// "payment"
    pub one: &'static str,
    /// "payments"
    pub many: &'static str,
    /// What stands in the empty box.
    pub placeholder: &'static str,
    /// The name of the box.
    pub label: &'static str,
    /// What words without a key find, as two sentences: for who found nothing, and for the help.
    pub finds: &'static str,
    pub helps: &'static str,
    /// A filter that a search which took too long may need.
    pub narrower: &'static str,
    /// Searches that are one click away, the first of everything: the label, and the text in the box.
    pub tabs: &'static [(&'static str, &'static str)],
    /// The signs that are no keys, with examples of this list.
    pub signs: &'static [crate::search_box::Sign],
    /// The beginning of the IDs of the rows.
    pub prefix: &'static str,
    /// The pages that a pasted ID may open.
    pub opens: &'static [&'static IdPage],
}
