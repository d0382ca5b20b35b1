//! How many customers were created in each hour: kept with each change by [`super::counts`], so that those of a week are
//! known at once however many there are.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
    values::weeks::Week,
};

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    active: i64,
}

/// Returns how many customers who are not deleted were created in each of the weeks.
///
/// # Errors
/// When the database fails.
pub fn by_week(conn: &mut PgConnection, account: AccountId, weeks: &[Week]) -> Result<Vec<i64>> {
    let ids = |of: fn(&Week) -> Timestamp| weeks.iter().map(|week| CustomerId::first_at(of(week))).collect::<Vec<_>>();
    let hours = |of: fn(&Week) -> Timestamp| weeks.iter().map(|week| of(week).to_diesel()).collect::<Vec<_>>();
    // Whole hours are kept; what is before and behind them, in zones of half hours, is counted.
    let sums: Vec<Sum> = sql_query(
        "SELECT ((SELECT coalesce(sum(h.active), 0) FROM customer_hours h
             WHERE h.account_id = $1 AND h.hour >= w.first_hour AND h.hour < w.last_hour)
           + (SELECT count(*) FROM customers c
             WHERE c.account_id = $1 AND c.deleted_at IS NULL AND c.id >= w.start_id AND c.id < w.first_id)
           + (SELECT count(*) FROM customers c
             WHERE c.account_id = $1 AND c.deleted_at IS NULL AND c.id >= w.last_id AND c.id < w.end_id))::bigint AS active
         FROM unnest($2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[]) WITH ORDINALITY
           AS w(first_hour, last_hour, start_id, first_id, last_id, end_id, n) ORDER BY n",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<Timestamptz>, _>(hours(Week::first_hour))
    .bind::<Array<Timestamptz>, _>(hours(Week::last_hour))
    .bind::<Array<SqlUuid>, _>(ids(|week| week.start))
    .bind::<Array<SqlUuid>, _>(ids(Week::first_hour))
    .bind::<Array<SqlUuid>, _>(ids(Week::last_hour))
    .bind::<Array<SqlUuid>, _>(ids(|week| week.end))
    .load(conn)?;
    Ok(sums.into_iter().map(|sum| sum.active).collect())
}

/// Returns the number of hours, of all accounts, for which another number is kept than there are customers.
///
/// # Errors
/// When the database fails.
pub fn check(conn: &mut PgConnection) -> Result<i64> {
    let differ: Sum = sql_query(
        "SELECT count(*) AS active FROM
           (SELECT account_id, hour, sum(active) AS active FROM customer_hours GROUP BY 1, 2) kept
           FULL JOIN (SELECT account_id, date_trunc('hour', created_at, 'UTC') AS hour, count(*) AS active
             FROM customers WHERE deleted_at IS NULL GROUP BY 1, 2) there USING (account_id, hour)
         WHERE coalesce(kept.active, 0) <> coalesce(there.active, 0)",
    )
    .get_result(conn)?;
    Ok(differ.active)
}

/// The SQL that counts the customers of `{account}` by hour anew, after many were written at once.
pub const COUNT_ALL: &str = "DELETE FROM customer_hours WHERE account_id = {account}; \
    INSERT INTO customer_hours (account_id, hour, shard, active) \
    SELECT account_id, date_trunc('hour', created_at, 'UTC'), 0, count(*) \
    FROM customers WHERE account_id = {account} AND deleted_at IS NULL GROUP BY 1, 2";
