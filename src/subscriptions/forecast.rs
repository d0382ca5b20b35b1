//! What subscriptions will charge until a day, as they are now.

use std::collections::BTreeMap;

use diesel::{PgConnection, prelude::*};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::{model::Subscription, status::Status};
use crate::{error::Result, ids::AccountId, schema::subscriptions, values::Money};

/// What they will charge and bill.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// How many charges and bills; one more than was asked for when there are more, and then the rest is not whole.
    pub charges: usize,
    /// Of how many subscriptions.
    pub subscriptions: usize,
    /// What they come to in each currency.
    pub sums: Vec<Money>,
    /// How many of the subscriptions are free until their first charge.
    pub trials: usize,
    /// How many subscriptions end, as agreed.
    pub endings: usize,
}

/// Returns the first day after another on which a subscription of an account is charged or billed.
pub fn next_after(conn: &mut PgConnection, account: AccountId, day: Date) -> Result<Option<Date>> {
    let later = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::next_on.gt(day.to_diesel()));
    let first: Option<jiff_diesel::Date> = later.select(diesel::dsl::min(subscriptions::next_on)).get_result(conn)?;
    Ok(first.map(Into::into))
}

/// Counts what the subscriptions of an account charge until a day, that day included.
///
/// # Errors
/// When the database fails, or what is stored is no calendar.
pub fn until(conn: &mut PgConnection, account: AccountId, last: Date, most: usize) -> Result<Forecast> {
    let due: Vec<Subscription> = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::next_on.le(last.to_diesel()))
        .order((subscriptions::next_on, subscriptions::id))
        .limit(i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1))
        .select(Subscription::as_select())
        .load(conn)?;
    let (mut forecast, mut sums) = (Forecast::default(), BTreeMap::new());
    for one in &due {
        let left = (most + 1).saturating_sub(forecast.charges);
        let coming = one.upcoming_until(last, left)?;
        let Some(first) = coming.first() else { continue };
        let (sum, count) = (sums.entry(first.amount.currency).or_insert(0_i64), coming.len());
        *sum = sum.saturating_add(first.amount.minor.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX)));
        forecast.charges += count;
        forecast.subscriptions += 1;
        forecast.trials += usize::from(one.status == Status::Trialing);
        if forecast.charges > most {
            break;
        }
    }
    forecast.sums = sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect();
    let ending: i64 = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::ended_at.is_null())
        .filter(subscriptions::ends_on.le(last.to_diesel()))
        .count()
        .get_result(conn)?;
    forecast.endings = usize::try_from(ending).unwrap_or_default();
    Ok(forecast)
}
