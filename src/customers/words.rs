//! The words of an account: everything that a part of a word can mean, kept as exactly as the customers themselves.

use diesel::{PgConnection, RunQueryDsl, sql_query, sql_types::Uuid as SqlUuid};

use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
};

/// The fields that have words.
pub const INDEXED_FIELDS: [&str; 3] = ["name", "email", "company"];

/// Adds the words of a customer just written. Call it in the same transaction.
pub fn index(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
    // In order, so that two who learn the same new words wait for each other in one direction only.
    sql_query(
        "INSERT INTO words (account_id, word) SELECT DISTINCT account_id, word FROM customers, \
         unnest(search_words(search)) AS word WHERE account_id = $1 AND id = $2 ORDER BY word ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlUuid, _>(id)
    .execute(conn)?;
    Ok(())
}

/// The SQL that adds the words of all customers of `{account}`, after many were written at once. With much memory they
/// are not sorted.
pub const INDEX_ALL: &str = "SET LOCAL work_mem = '256MB'; \
    INSERT INTO words (account_id, word) SELECT DISTINCT account_id, word FROM customers, \
    unnest(search_words(search)) AS word WHERE account_id = {account} ORDER BY word ON CONFLICT DO NOTHING; \
    ANALYZE words";
