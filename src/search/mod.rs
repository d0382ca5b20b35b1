//! A search finds customers: the tree of the query becomes conditions on the customers table, and those become a page
//! of a list.
//!
//! [`listing`] reads a page. [`statements`] holds its SQL, with [`by_figure`] for the orders by a figure in another
//! table and [`by_deletion`] for that by the time of the deletion, and [`finding`] chooses between the statements. [`keys`] are the keys about the record; features bring their
//! own, made of [`Check`] and [`Beside`], and the caller gives all of them in the [`Scope`]. [`own_columns`] are the
//! columns and orders about the record; features bring their own, and the caller has all of them in a [`Catalogue`]. [`own_fields`] are
//! the merchant's own fields.

mod beside;
mod by_deletion;
mod by_figure;
mod check;
mod column;
pub mod columns;
mod filter;
mod finding;
mod keys;
pub mod listing;
mod needs;
pub mod occurring;
mod order;
mod own_columns;
mod own_fields;
mod references;
pub mod scope;
mod statements;
mod status;
pub mod suggest;

pub use beside::{Beside, Bind, Candidates};
pub use by_figure::{Figure, Measure};
pub use check::{Check, unhidden};
pub use column::{Amount, Cells, Column, Content, Fill, Reading, WithDeleted};
pub use columns::Catalogue;
pub use filter::Filter;
pub use keys::{KEYS, LAST_KEYS, THINGS};
pub use needs::{Need, needs};
pub use order::{OneWay, Order, SortKey};
pub use own_columns::{BY_CREATION, BY_DELETION, BY_EMAIL, BY_NAME, COLUMNS};
pub use own_fields::BY_FIELD;
pub use references::of_reference;
pub use scope::Scope;
pub use status::{Status, allows, is_everything, is_of_deleted};

/// A key of a customers' search.
pub type Key = crate::query::Key<Check, Scope>;
/// A thing that `has:` knows of customers.
pub type Thing = crate::query::Thing<Check, Scope>;
/// The keys and things of a customers' search.
pub type Language = crate::query::Language<Check, Scope>;
