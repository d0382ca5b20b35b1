//! When a key was last used, and from where.

use std::net::IpAddr;

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::{
    error::Result,
    ids::{AccountId, ApiKeyId},
};

/// A use of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The key's account.
    pub account: AccountId,
    pub key: ApiKeyId,
    pub at: Timestamp,
    /// The address of who used it.
    pub from: IpAddr,
}

/// Notes the last use of each key, unless a later one is noted already. Each key comes once.
pub fn note(conn: &mut PgConnection, uses: &[Use]) -> Result<usize> {
    if uses.is_empty() {
        return Ok(0);
    }
    // Locked in one order, so that two servers that note the same keys wait for each other, and not in a circle.
    let statement = "WITH used AS (
          SELECT * FROM unnest($1, $2, $3, $4) AS u (account_id, id, used_at, used_from)
        ), due AS (
          SELECT k.account_id, k.id, u.used_at, u.used_from FROM api_keys k JOIN used u USING (account_id, id)
          WHERE k.last_used_at IS NULL OR k.last_used_at < u.used_at
          ORDER BY k.account_id, k.id FOR NO KEY UPDATE OF k
        )
        UPDATE api_keys k SET last_used_at = due.used_at, last_used_from = due.used_from
        FROM due WHERE k.account_id = due.account_id AND k.id = due.id";
    let noted = diesel::sql_query(statement)
        .bind::<Array<SqlUuid>, _>(uses.iter().map(|one| one.account.uuid()).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(uses.iter().map(|one| one.key.uuid()).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(uses.iter().map(|one| one.at.to_diesel()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(uses.iter().map(|one| one.from.to_string()).collect::<Vec<_>>())
        .execute(conn)?;
    Ok(noted)
}
