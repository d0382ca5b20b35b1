//! What payment schedules will charge until a day, as they are now.

use std::collections::{BTreeMap, HashSet};

use diesel::{
    PgConnection, QueryableByName,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Date as SqlDate, Text, Uuid as SqlUuid},
};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::{
    error::Result,
    ids::{AccountId, ScheduleId},
    schema::payment_schedules,
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

/// Returns the first day after another on which a part is charged.
pub fn next_after(conn: &mut PgConnection, account: AccountId, day: Date) -> Result<Option<Date>> {
    let later = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(payment_schedules::next_on.gt(day.to_diesel()))
        .order(payment_schedules::next_on)
        .select(payment_schedules::next_on.assume_not_null());
    let first: Option<jiff_diesel::Date> = later.first(conn).optional()?;
    Ok(first.map(Into::into))
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

/// Counts what the schedules of an account charge until a day, that day included; one part more than `most` when there are
/// more.
///
/// # Errors
/// When the database fails.
pub fn until(conn: &mut PgConnection, account: AccountId, last: Date, most: usize) -> Result<Forecast> {
    let due: Vec<Due> = sql_query(
        "SELECT p.schedule_id, s.currency, p.amount FROM schedule_parts p \
         JOIN payment_schedules s ON s.account_id = p.account_id AND s.id = p.schedule_id AND s.status = 'active' \
         WHERE p.account_id = $1 AND p.status IN ('planned', 'failed') AND p.due_on <= $2 ORDER BY p.due_on, p.id LIMIT $3",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<SqlDate, _>(last.to_diesel())
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
