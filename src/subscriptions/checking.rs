//! Finds what contradicts itself among subscriptions and invoices. There should be nothing.

use diesel::PgConnection;

use crate::{
    db::checking::{self, Contradiction},
    error::Result,
};

/// Returns all that contradicts itself, in every account, a thousand at most. It reads all subscriptions and invoices.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Contradiction>> {
    checking::find(conn, concat!(include_str!("check.sql"), " LIMIT 1000"))
}
