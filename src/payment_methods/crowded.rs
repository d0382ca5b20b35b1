//! The customers whose wallets hold more methods than the merchant would allow.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Uuid as SqlUuid},
};

use crate::{customers::custom_counts::Count, error::Result, ids::AccountId};

/// The most methods that are looked at, those of the newest customers: no index knows how many somebody has.
const LOOKED_AT: i64 = 100_000;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    found: i64,
    #[diesel(sql_type = BigInt)]
    looked_at: i64,
}

/// Counts the customers who have more than `size` methods.
pub fn count(conn: &mut PgConnection, account: AccountId, size: i32) -> Result<Count> {
    let statement = "SELECT count(*) FILTER (WHERE methods > $2) AS found, coalesce(sum(methods), 0)::bigint AS looked_at \
        FROM (SELECT count(*) AS methods FROM ( \
          SELECT customer_id FROM payment_methods WHERE account_id = $1 AND removed_at IS NULL \
          ORDER BY account_id DESC, customer_id DESC LIMIT $3) few GROUP BY customer_id) wallets";
    let query = sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<BigInt, _>(i64::from(size))
        .bind::<BigInt, _>(LOOKED_AT);
    let Found { found, looked_at } = query.get_result(conn)?;
    Ok(Count { number: found, is_capped: looked_at >= LOOKED_AT || Count::of_found(found).is_capped })
}
