//! What payment schedules will charge until a day, as they are now.

use std::collections::{BTreeMap, HashSet};

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date as SqlDate, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;

use crate::{
    error::Result,
    ids::{AccountId, ScheduleId},
    jobs::{Kind, of_account},
    values::{Currency, Money},
};

/// What they will charge.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// How many parts.
    pub parts: usize,
    /// Of how many schedules.
    pub schedules: usize,
    /// What they come to in each currency.
    pub sums: Vec<Money>,
}

/// Returns the time after another at which a part is charged next in a test account: the begin of its day, or when it is
/// tried again.
pub fn next_after(conn: &mut PgConnection, account: AccountId, now: Timestamp) -> Result<Option<Timestamp>> {
    of_account::next(conn, account, Kind::AdvanceSchedule, now)
}

/// What they will charge within some days, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coming {
    pub days: i32,
    pub schedules: i64,
    /// More than the schedules where several parts of one are due.
    pub parts: i64,
    pub amount: Money,
}

#[derive(QueryableByName)]
struct ComingRow {
    #[diesel(sql_type = Integer)]
    days: i32,
    #[diesel(sql_type = Text)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    schedules: i64,
    #[diesel(sql_type = BigInt)]
    parts: i64,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// Sums what the schedules of an account charge within so many days from a day on, those days included: of those whose next
/// charge is within them, the parts that are due by then and neither paid nor skipped. What waits behind a part that failed
/// follows as soon as that is paid.
///
/// # Errors
/// When the database fails.
pub fn within(
    conn: &mut PgConnection,
    account: AccountId,
    today: Date,
    [soon, later]: [i32; 2],
) -> Result<Vec<Coming>> {
    let rows: Vec<ComingRow> = sql_query(
        "WITH due AS MATERIALIZED (SELECT id, currency, next_on FROM payment_schedules \
           WHERE account_id = $1 AND next_on BETWEEN $2 AND $2 + $4::integer) \
         SELECT w.days, s.currency, count(DISTINCT s.id) AS schedules, count(*) AS parts, \
           least(sum(p.amount), 9223372036854775807)::bigint AS amount FROM due s \
         JOIN schedule_parts p ON p.account_id = $1 AND p.schedule_id = s.id AND p.status IN ('planned', 'failed') \
         JOIN unnest(ARRAY[$3::integer, $4::integer]) AS w (days) ON s.next_on <= $2 + w.days AND p.due_on <= $2 + w.days \
         GROUP BY w.days, s.currency ORDER BY w.days, s.currency",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlDate, _>(today.to_diesel())
    .bind::<Integer, _>(soon)
    .bind::<Integer, _>(later)
    .load(conn)?;
    let coming = |row: ComingRow| Coming {
        days: row.days,
        schedules: row.schedules,
        parts: row.parts,
        amount: Money::new(row.amount, row.currency),
    };
    Ok(rows.into_iter().map(coming).collect())
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    schedule_id: ScheduleId,
    #[diesel(sql_type = Text)]
    currency: Currency,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// Counts what the schedules of an account charge until a time, whose day is given too; one part more than `most` when there
/// are more. A part that failed, and what waits behind it, is charged when it is tried again.
///
/// # Errors
/// When the database fails.
pub fn until(
    conn: &mut PgConnection,
    account: AccountId,
    (to, last): (Timestamp, Date),
    most: usize,
) -> Result<Forecast> {
    let due: Vec<Due> = sql_query(
        "SELECT p.schedule_id, s.currency, p.amount FROM schedule_parts p \
         JOIN payment_schedules s ON s.account_id = p.account_id AND s.id = p.schedule_id AND s.status = 'active' \
         WHERE p.account_id = $1 AND p.status IN ('planned', 'failed') AND p.due_on <= $2 \
           AND NOT EXISTS (SELECT FROM schedule_parts f WHERE f.account_id = p.account_id AND f.schedule_id = p.schedule_id \
             AND f.status = 'failed' AND f.next_try_at > $3) \
         ORDER BY p.due_on, p.id LIMIT $4",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlDate, _>(last.to_diesel())
    .bind::<Timestamptz, _>(to.to_diesel())
    .bind::<BigInt, _>(i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1))
    .load(conn)?;
    let schedules: HashSet<ScheduleId> = due.iter().map(|part| part.schedule_id).collect();
    let mut sums: BTreeMap<String, Money> = BTreeMap::new();
    for part in &due {
        let sum = sums.entry(part.currency.to_string()).or_insert(Money::new(0, part.currency));
        *sum = Money::new(sum.minor.saturating_add(part.amount), part.currency);
    }
    Ok(Forecast { parts: due.len(), schedules: schedules.len(), sums: sums.into_values().collect() })
}
