//! What payment schedules will charge until a day, as they are now.

use std::collections::{BTreeMap, HashSet};

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date as SqlDate, Text, Timestamptz, Uuid as SqlUuid},
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
