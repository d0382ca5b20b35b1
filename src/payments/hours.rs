//! What succeeded payments of each hour come to: kept with each change, so that the volume of a week is known at once however
//! many there are. Those without a customer count too.

use std::collections::BTreeMap;

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use super::model::Payment;
use crate::{
    error::Result,
    ids::{AccountId, PaymentId},
    values::{Currency, weeks::Week},
};

/// Adds a payment that succeeded to what is kept.
pub(super) fn add(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<()> {
    sql_query(
        "INSERT INTO payment_hours AS kept (account_id, hour, currency, shard, payments, volume)
         VALUES ($1, date_trunc('hour', $2, 'UTC'), $3, pg_backend_pid() % 4, 1, $4)
         ON CONFLICT (account_id, hour, currency, shard)
         DO UPDATE SET payments = kept.payments + excluded.payments, volume = kept.volume + excluded.volume",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(payment.created_at.to_diesel())
    .bind::<Text, _>(payment.money.currency)
    .bind::<BigInt, _>(payment.money.minor)
    .execute(conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    payments: i64,
    #[diesel(sql_type = BigInt)]
    volume: i64,
}

/// The payments of some weeks in one currency that ever succeeded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volumes {
    /// How many, in all of the weeks.
    pub payments: i64,
    /// The sum of each week, in minor units.
    pub weeks: Vec<i64>,
}

/// Returns what was paid in each of the weeks, by currency.
///
/// # Errors
/// When the database fails, or knows a currency that there is not.
pub fn by_week(conn: &mut PgConnection, account: AccountId, weeks: &[Week]) -> Result<BTreeMap<Currency, Volumes>> {
    let ids = |of: fn(&Week) -> Timestamp| weeks.iter().map(|week| PaymentId::first_at(of(week))).collect::<Vec<_>>();
    let hours = |of: fn(&Week) -> Timestamp| weeks.iter().map(|week| of(week).to_diesel()).collect::<Vec<_>>();
    // Whole hours are kept; what is before and behind them, in zones of half hours, is summed.
    let sums: Vec<Sum> = sql_query(
        "SELECT w.n, a.currency, sum(a.payments)::bigint AS payments, sum(a.volume)::bigint AS volume
         FROM unnest($2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[]) WITH ORDINALITY
           AS w(first_hour, last_hour, start_id, first_id, last_id, end_id, n), LATERAL (
           SELECT h.currency, sum(h.payments) AS payments, sum(h.volume) AS volume FROM payment_hours h
             WHERE h.account_id = $1 AND h.hour >= w.first_hour AND h.hour < w.last_hour GROUP BY 1
           UNION ALL SELECT p.currency, 1, p.amount FROM payments p
             WHERE p.account_id = $1 AND p.id >= w.start_id AND p.id < w.first_id
               AND p.status IN ('succeeded', 'partially_refunded', 'refunded')
           UNION ALL SELECT p.currency, 1, p.amount FROM payments p
             WHERE p.account_id = $1 AND p.id >= w.last_id AND p.id < w.end_id
               AND p.status IN ('succeeded', 'partially_refunded', 'refunded')) a
         GROUP BY 1, 2",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<Timestamptz>, _>(hours(Week::first_hour))
    .bind::<Array<Timestamptz>, _>(hours(Week::last_hour))
    .bind::<Array<SqlUuid>, _>(ids(|week| week.start))
    .bind::<Array<SqlUuid>, _>(ids(Week::first_hour))
    .bind::<Array<SqlUuid>, _>(ids(Week::last_hour))
    .bind::<Array<SqlUuid>, _>(ids(|week| week.end))
    .load(conn)?;
    let mut all = BTreeMap::<Currency, Volumes>::new();
    for Sum { n, currency, payments, volume } in sums {
        let currency: Currency = currency.parse().map_err(crate::error::Error::internal)?;
        let of = all.entry(currency).or_insert_with(|| Volumes { payments: 0, weeks: vec![0; weeks.len()] });
        of.payments += payments;
        if let Some(week) = usize::try_from(n - 1).ok().and_then(|at| of.weeks.get_mut(at)) {
            *week = volume;
        }
    }
    Ok(all)
}

#[derive(QueryableByName)]
struct Differing {
    #[diesel(sql_type = BigInt)]
    hours: i64,
}

/// Returns the number of hours and currencies, of all accounts, for which something else is kept than was paid.
///
/// # Errors
/// When the database fails.
pub fn check(conn: &mut PgConnection) -> Result<i64> {
    let differing: Differing = sql_query(
        "SELECT count(*) AS hours FROM
           (SELECT account_id, hour, currency, sum(payments) AS payments, sum(volume) AS volume
             FROM payment_hours GROUP BY 1, 2, 3) kept
           FULL JOIN (SELECT account_id, date_trunc('hour', created_at, 'UTC') AS hour, currency,
             count(*) AS payments, sum(amount) AS volume FROM payments
             WHERE status IN ('succeeded', 'partially_refunded', 'refunded') GROUP BY 1, 2, 3) there
           USING (account_id, hour, currency)
         WHERE coalesce(kept.payments, 0) <> coalesce(there.payments, 0)
            OR coalesce(kept.volume, 0) <> coalesce(there.volume, 0)",
    )
    .get_result(conn)?;
    Ok(differing.hours)
}

/// The SQL that sums the payments of `{account}` by hour anew, after many were written at once.
pub const SUM_ALL: &str = "DELETE FROM payment_hours WHERE account_id = {account}; \
    INSERT INTO payment_hours (account_id, hour, currency, shard, payments, volume) \
    SELECT account_id, date_trunc('hour', created_at, 'UTC'), currency, 0, count(*), sum(amount) FROM payments \
    WHERE account_id = {account} AND status IN ('succeeded', 'partially_refunded', 'refunded') GROUP BY 1, 2, 3";
