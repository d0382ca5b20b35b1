//! Finds what contradicts itself among payment schedules. There should be nothing.

use diesel::PgConnection;

use crate::{
    db::checking::{self, Contradiction},
    error::Result,
};

/// Returns all that contradicts itself, in every account, a thousand at most. It reads all payment schedules.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Contradiction>> {
    checking::find(conn, concat!(include_str!("check.sql"), " LIMIT 1000"))
}
