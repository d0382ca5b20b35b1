//! The values that an account's customers have, kept to be offered while somebody types a search: countries, languages,
//! keys of metadata and their values. A key has the first 200 only, since a value may be as good as unique.

use diesel::{PgConnection, RunQueryDsl, sql_query, sql_types::Uuid as SqlUuid};

use super::record::{ADDRESS, METADATA};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
};

/// Returns whether a value of that field is kept. The country is in an address.
pub fn is_kept(field: &str) -> bool {
    field == "language" || field.starts_with(METADATA) || field.starts_with(ADDRESS)
}

/// Keeps the values of a customer just written. Call it in the same transaction.
pub fn keep(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    // In order, so that two who have the same new values wait for each other in one direction only.
    sql_query(
        "INSERT INTO seen_values (account_id, key, value) \
           SELECT c.account_id, seen.key, seen.value FROM customers c, seen_values_of(country, language, metadata) seen \
           WHERE c.account_id = $1 AND c.id = $2 AND NOT EXISTS (SELECT FROM seen_values known \
             WHERE known.account_id = c.account_id AND known.key = seen.key AND known.value = seen.value) \
           AND (SELECT count(*) FROM (SELECT FROM seen_values known \
             WHERE known.account_id = c.account_id AND known.key = seen.key LIMIT 200) few) < 200 \
         ORDER BY key, value ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    Ok(())
}

/// The SQL that keeps the values of all customers of `{account}`, after many were written at once: of each key the
/// values that most have.
pub const KEEP_ALL: &str = "INSERT INTO seen_values (account_id, key, value) \
    SELECT account_id, key, value FROM (\
      SELECT account_id, key, value, row_number() OVER (PARTITION BY key ORDER BY count(*) DESC, value) AS place \
      FROM customers, seen_values_of(country, language, metadata) WHERE account_id = {account} \
      GROUP BY account_id, key, value) AS counted \
    WHERE place <= 200 ORDER BY key, value ON CONFLICT DO NOTHING; \
    ANALYZE seen_values";
