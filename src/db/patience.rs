//! Queries that may take too long, where the rest of a page can do without them.

use std::time::Duration;

use diesel::{Connection, PgConnection, connection::SimpleConnection};

use crate::error::{Error, Result};

/// Runs a query of which each statement has so much time; nothing when one took longer.
///
/// # Errors
/// Whatever else the query returns.
pub fn in_time<T>(
    conn: &mut PgConnection,
    patience: Duration,
    query: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<Option<T>> {
    Ok(each_in_time(conn, patience, [query])?.pop().flatten())
}

/// Runs queries one after the other, each as [`in_time`] does.
///
/// # Errors
/// Whatever else a query returns.
pub fn each_in_time<T, Q>(
    conn: &mut PgConnection,
    patience: Duration,
    queries: impl IntoIterator<Item = Q>,
) -> Result<Vec<Option<T>>>
where
    Q: FnOnce(&mut PgConnection) -> Result<T>,
{
    conn.transaction(|conn| {
        conn.batch_execute(&format!("SET LOCAL statement_timeout = {}", patience.as_millis()))?;
        let read = |query: Q| match conn.transaction(query) {
            Ok(read) => Ok(Some(read)),
            Err(Error::TookTooLong) => Ok(None),
            Err(err) => Err(err),
        };
        queries.into_iter().map(read).collect()
    })
}
