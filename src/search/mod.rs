//! A search finds customers: the tree of the query becomes conditions on the customers table, and those a page of a list.
//!
//! [`listing`] is that page; [`statements`] what PostgreSQL is asked, with [`figured`] for the orders by what was paid;
//! [`finding`] decides which of them. [`keys`] are the keys about the record; features bring theirs, made of [`Check`] and
//! [`Beside`], and whoever searches gives all of them in the [`Scope`].

mod beside;
mod check;
pub mod columns;
mod figured;
mod filter;
mod finding;
mod keys;
pub mod listing;
mod needs;
pub mod scope;
mod statements;
mod status;
pub mod suggest;

pub use beside::{Beside, Bind, Candidates};
pub use check::Check;
pub use filter::Filter;
pub use keys::{KEYS, LAST_KEYS, THINGS};
pub use needs::{Need, needs};
pub use scope::Scope;
pub use status::{Status, allows, is_everything, is_of_deleted};

/// A key of a customers' search.
pub type Key = crate::query::Key<Check, Scope>;
/// A thing that `has:` knows of customers.
pub type Thing = crate::query::Thing<Check, Scope>;
/// The keys and things of a customers' search.
pub type Language = crate::query::Language<Check, Scope>;
