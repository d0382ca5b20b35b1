//! What payment schedules will charge until a day, as they are now.

use diesel::{
    PgConnection,
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::status::{PartStatus, Status};
use crate::{
    error::Result,
    ids::AccountId,
    schema::{payment_schedules, schedule_parts},
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
    // As the index has it.
    let next_on = "coalesce(next_on, '9999-12-31'::date)";
    let later = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(
            sql::<diesel::sql_types::Bool>(&format!("{next_on} > "))
                .bind::<diesel::sql_types::Date, _>(day.to_diesel()),
        )
        .select(sql::<Nullable<diesel::sql_types::Date>>("min(next_on)"));
    let first: Option<jiff_diesel::Date> = later.get_result(conn)?;
    Ok(first.map(Into::into))
}

/// Counts what the schedules of an account charge until a day, that day included.
///
/// # Errors
/// When the database fails.
pub fn until(conn: &mut PgConnection, account: AccountId, last: Date) -> Result<Forecast> {
    let is_of = schedule_parts::account_id
        .eq(payment_schedules::account_id)
        .and(schedule_parts::schedule_id.eq(payment_schedules::id));
    let due = schedule_parts::table
        .inner_join(payment_schedules::table.on(is_of))
        .filter(schedule_parts::account_id.eq(account))
        .filter(schedule_parts::status.eq_any([PartStatus::Planned, PartStatus::Failed]))
        .filter(schedule_parts::due_on.le(last.to_diesel()))
        .filter(payment_schedules::status.eq(Status::Active))
        .group_by(payment_schedules::currency)
        .order(payment_schedules::currency)
        .select((
            payment_schedules::currency,
            sql::<BigInt>("count(*)"),
            sql::<BigInt>("count(DISTINCT schedule_parts.schedule_id)"),
            sql::<BigInt>("least(sum(schedule_parts.amount), 9223372036854775807)::bigint"),
        ));
    let mut forecast = Forecast::default();
    for (currency, parts, schedules, sum) in due.load::<(Currency, i64, i64, i64)>(conn)? {
        forecast.parts += usize::try_from(parts).unwrap_or(usize::MAX);
        forecast.schedules += usize::try_from(schedules).unwrap_or(usize::MAX);
        forecast.sums.push(Money::new(sum, currency));
    }
    Ok(forecast)
}
