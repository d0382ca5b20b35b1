//! What subscriptions charge next, kept for each day with each change, so that what is to come is added up from a few rows.
//! An index alone takes an eighth of a second for 300,000 charges.
//!
//! How a subscription goes on from its next charge is two numbers: the days until the charge after it, and how many charges
//! there are within [`AHEAD`] days. So all that are charged next on a day, in a currency, are few rows, whatever their
//! intervals, days of the month and ends.

use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Date as SqlDate, Integer, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::{
    figures::{Drift, slot, slot_of},
    model::Subscription,
};
use crate::{
    error::Result,
    ids::AccountId,
    values::{Currency, interval::Unit},
};

/// The days after a charge for which it is kept how often it comes again. The SQL has them as 30, and as 31 for what comes
/// later.
pub const AHEAD: i32 = 30;

/// Adds up the rows `s` of `$from` with the columns of [`Due`], `times` each, in a shard. Of a month, the charge after the
/// next is on the same day of the month after, or on its last.
macro_rules! added_up {
    ($shard:literal, $from:expr) => {
        concat!(
            "SELECT s.account_id, s.next_on, s.currency, e.every, \
               least(30, s.ends_on - 1 - s.next_on) / e.every + 1 AS charges, ",
            $shard,
            " AS shard, sum(s.times)::bigint AS subscriptions, sum(s.times * s.amount)::bigint AS amount FROM ",
            $from,
            " AS s CROSS JOIN LATERAL (SELECT least(31, CASE \
                 WHEN s.interval_unit = 'day' THEN s.interval_count \
                 WHEN s.interval_unit = 'week' THEN s.interval_count * 7 \
                 WHEN s.interval_unit = 'month' AND s.interval_count = 1 THEN least( \
                   (date_trunc('month', s.next_on::timestamp) + interval '1 month')::date + s.anchor_day - 1, \
                   (date_trunc('month', s.next_on::timestamp) + interval '2 months')::date - 1) - s.next_on \
                 ELSE 31 END) AS every) AS e \
             WHERE s.next_on < coalesce(s.ends_on, 'infinity') GROUP BY 1, 2, 3, 4, 5, 6",
        )
    };
}

/// The columns of all subscriptions that say what they charge, or of those with a condition.
macro_rules! dues {
    ($condition:literal) => {
        concat!(
            "(SELECT account_id, next_on, ends_on, currency, interval_unit, interval_count, anchor_day, \
               coalesce(next_amount, amount) AS amount, 1 AS times FROM subscriptions",
            $condition,
            ")"
        )
    };
}

/// What of a subscription says what it will charge.
#[derive(Clone, Copy, PartialEq)]
struct Due {
    next_on: Option<Date>,
    ends_on: Option<Date>,
    currency: Currency,
    unit: Unit,
    every: i32,
    anchor_day: i16,
    /// What each charge comes to.
    amount: i64,
}

impl Due {
    fn of(one: &Subscription) -> Self {
        Self {
            next_on: one.next_on,
            ends_on: one.ends_on,
            currency: one.currency,
            unit: one.interval_unit,
            every: one.interval_count,
            anchor_day: one.anchor_day,
            amount: one.next_amount.unwrap_or(one.amount),
        }
    }
}

/// Adds what a subscription is now to what is kept, and takes away what it was.
pub(super) fn moved(
    conn: &mut PgConnection,
    account: AccountId,
    was: Option<&Subscription>,
    is: &Subscription,
) -> Result<()> {
    let (was, is) = (was.map(Due::of), Due::of(is));
    if was == Some(is) {
        return Ok(());
    }
    let changes = was.map(|was| (was, -1)).into_iter().chain([(is, 1)]);
    let changes: Vec<(Due, i64)> = changes.filter(|(due, _)| due.next_on.is_some()).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let dues = || changes.iter().map(|(due, _)| due);
    let added = concat!(
        slot!(),
        "INSERT INTO subscription_days AS kept \
           (account_id, next_on, currency, every, charges, shard, subscriptions, amount) SELECT * FROM (",
        added_up!(
            "s.shard",
            "(SELECT $1 AS account_id, slot.shard, due.* FROM slot CROSS JOIN unnest($3, $4, $5, $6, $7, $8, $9, $10) \
               AS due (next_on, ends_on, currency, interval_unit, interval_count, anchor_day, amount, times))"
        ),
        ") AS by WHERE subscriptions <> 0 OR amount <> 0 \
         ON CONFLICT (account_id, next_on, currency, every, charges, shard) DO UPDATE SET \
           subscriptions = kept.subscriptions + excluded.subscriptions, amount = kept.amount + excluded.amount",
    );
    sql_query(added)
        .bind::<SqlUuid, _>(account)
        .bind::<Integer, _>(slot_of(account))
        .bind::<Array<Nullable<SqlDate>>, _>(
            dues().map(|due| due.next_on.map(|day| day.to_diesel())).collect::<Vec<_>>(),
        )
        .bind::<Array<Nullable<SqlDate>>, _>(
            dues().map(|due| due.ends_on.map(|day| day.to_diesel())).collect::<Vec<_>>(),
        )
        .bind::<Array<Text>, _>(dues().map(|due| due.currency.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(dues().map(|due| due.unit.as_str()).collect::<Vec<_>>())
        .bind::<Array<Integer>, _>(dues().map(|due| due.every).collect::<Vec<_>>())
        .bind::<Array<SmallInt>, _>(dues().map(|due| due.anchor_day).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(dues().map(|due| due.amount).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(changes.iter().map(|(_, times)| *times).collect::<Vec<_>>())
        .execute(conn)?;
    Ok(())
}

/// Adds the subscriptions of all accounts up anew, and returns where that differs from what is kept.
pub(super) fn check(conn: &mut PgConnection) -> Result<Vec<Drift>> {
    Ok(sql_query(concat!(
        "SELECT DISTINCT account_id FROM (SELECT account_id, next_on, currency, every, charges, \
             sum(subscriptions) AS subscriptions, sum(amount) AS amount FROM subscription_days GROUP BY 1, 2, 3, 4, 5) kept \
         FULL JOIN (",
        added_up!("0", dues!("")),
        ") there USING (account_id, next_on, currency, every, charges) \
         WHERE (coalesce(kept.subscriptions, 0), coalesce(kept.amount, 0)) \
           IS DISTINCT FROM (coalesce(there.subscriptions, 0), coalesce(there.amount, 0)) ORDER BY account_id",
    ))
    .load(conn)?)
}

/// The SQL that adds all subscriptions of `{account}` up anew, after many were written at once.
pub const SUM_ALL: &str = concat!(
    "DELETE FROM subscription_days WHERE account_id = {account}; \
     INSERT INTO subscription_days (account_id, next_on, currency, every, charges, shard, subscriptions, amount) ",
    added_up!("0", dues!(" WHERE account_id = {account}"))
);

/// Forgets the rows of days on which nothing is charged any more; returns their number. It waits for nobody, and passes over
/// what somebody is changing.
///
/// # Errors
/// When the database fails.
pub fn forget_over(conn: &mut PgConnection) -> Result<usize> {
    // Rows that come to nothing together may go whatever is added beside them, so each is looked at again once it is locked.
    Ok(sql_query(
        "WITH over AS MATERIALIZED (SELECT account_id, next_on, currency, every, charges FROM subscription_days \
           GROUP BY 1, 2, 3, 4, 5 HAVING sum(subscriptions) = 0 AND sum(amount) = 0), \
         locked AS MATERIALIZED (SELECT d.* FROM over JOIN subscription_days d \
           USING (account_id, next_on, currency, every, charges) FOR UPDATE OF d SKIP LOCKED), \
         gone AS MATERIALIZED (SELECT account_id, next_on, currency, every, charges FROM locked \
           GROUP BY 1, 2, 3, 4, 5 HAVING sum(subscriptions) = 0 AND sum(amount) = 0) \
         DELETE FROM subscription_days d USING locked JOIN gone USING (account_id, next_on, currency, every, charges) \
         WHERE (d.account_id, d.next_on, d.currency, d.every, d.charges, d.shard) = \
           (locked.account_id, locked.next_on, locked.currency, locked.every, locked.charges, locked.shard)",
    )
    .execute(conn)?)
}
