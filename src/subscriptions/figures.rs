//! What subscriptions come to a month, kept with each change, so that it is exact at once however many there are. An index
//! alone takes a third of a second for a million.

use diesel::{
    PgConnection, QueryableByName,
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};

use super::{model::Subscription, status::Status};
use crate::{error::Result, ids::AccountId, values::Currency};

/// What the subscriptions of a currency come to.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Figures {
    #[diesel(sql_type = Text)]
    pub currency: Currency,
    /// Those that count.
    #[diesel(sql_type = BigInt)]
    pub counted: i64,
    #[diesel(sql_type = BigInt)]
    pub counted_monthly: i64,
    /// Those in their trial.
    #[diesel(sql_type = BigInt)]
    pub trials: i64,
    #[diesel(sql_type = BigInt)]
    pub trials_monthly: i64,
}

impl Figures {
    /// What one subscription adds.
    fn of(one: &Subscription) -> Self {
        let trial = (one.status == Status::Trialing).then_some(one.monthly);
        let number = |sum: Option<i64>| (i64::from(sum.is_some()), sum.unwrap_or_default());
        let ((counted, counted_monthly), (trials, trials_monthly)) = (number(one.revenue()), number(trial));
        Self { currency: one.currency, counted, counted_monthly, trials, trials_monthly }
    }
}

/// Adds a new subscription to what is kept. Call it last in its transaction: see [`moved`].
pub(super) fn began(conn: &mut PgConnection, account: AccountId, new: &Subscription) -> Result<()> {
    add(conn, account, &Figures::of(new))
}

/// Adds a change of a subscription to what is kept. Numbers of invoices are taken before it, as everybody does: who adds to
/// the same row waits until the transaction ends.
pub(super) fn moved(conn: &mut PgConnection, account: AccountId, was: &Subscription, is: &Subscription) -> Result<()> {
    let (was, is) = (Figures::of(was), Figures::of(is));
    let by = Figures {
        counted: is.counted - was.counted,
        counted_monthly: is.counted_monthly - was.counted_monthly,
        trials: is.trials - was.trials,
        trials_monthly: is.trials_monthly - was.trials_monthly,
        ..is
    };
    add(conn, account, &by)
}

fn add(conn: &mut PgConnection, account: AccountId, by: &Figures) -> Result<()> {
    if [by.counted, by.counted_monthly, by.trials, by.trials_monthly] == [0; 4] {
        return Ok(());
    }
    // A row of its own for each of 16 connections, so that hardly two wait for each other.
    sql_query(
        "INSERT INTO subscription_figures AS kept \
           (account_id, currency, shard, counted, counted_monthly, trials, trials_monthly) \
         VALUES ($1, $2, pg_backend_pid() % 16, $3, $4, $5, $6) ON CONFLICT (account_id, currency, shard) DO UPDATE SET \
           counted = kept.counted + excluded.counted, counted_monthly = kept.counted_monthly + excluded.counted_monthly, \
           trials = kept.trials + excluded.trials, trials_monthly = kept.trials_monthly + excluded.trials_monthly",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Text, _>(by.currency.as_str())
    .bind::<BigInt, _>(by.counted)
    .bind::<BigInt, _>(by.counted_monthly)
    .bind::<BigInt, _>(by.trials)
    .bind::<BigInt, _>(by.trials_monthly)
    .execute(conn)?;
    Ok(())
}

/// Returns what is kept of an account, the currency with most subscriptions first.
///
/// # Errors
/// When the database fails.
pub fn read(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Figures>> {
    let kept = sql_query(
        "SELECT currency, sum(counted)::bigint AS counted, sum(counted_monthly)::bigint AS counted_monthly, \
           sum(trials)::bigint AS trials, sum(trials_monthly)::bigint AS trials_monthly FROM subscription_figures \
         WHERE account_id = $1 GROUP BY currency HAVING sum(counted) > 0 OR sum(trials) > 0 \
         ORDER BY sum(counted) DESC, sum(trials) DESC, currency",
    );
    Ok(kept.bind::<SqlUuid, _>(account).load(conn)?)
}

/// An account whose figures differ from what its subscriptions come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Drift {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
}

/// Adds the subscriptions of all accounts up anew, and returns where that differs from what is kept.
///
/// # Errors
/// When the database fails.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Drift>> {
    Ok(sql_query(
        "SELECT DISTINCT account_id FROM (SELECT account_id, currency, sum(counted) AS counted, \
             sum(counted_monthly) AS counted_monthly, sum(trials) AS trials, sum(trials_monthly) AS trials_monthly \
           FROM subscription_figures GROUP BY 1, 2) kept \
         FULL JOIN (SELECT account_id, currency, \
             count(*) FILTER (WHERE status <> 'trialing') AS counted, sum(monthly) FILTER (WHERE status <> 'trialing') AS monthly, \
             count(*) FILTER (WHERE status = 'trialing') AS trials, sum(monthly) FILTER (WHERE status = 'trialing') AS free \
           FROM subscriptions WHERE status = 'trialing' OR (status IN ('active', 'past_due') AND given_up_on IS NULL) \
           GROUP BY 1, 2) there USING (account_id, currency) \
         WHERE (coalesce(kept.counted, 0), coalesce(kept.counted_monthly, 0), coalesce(kept.trials, 0), \
             coalesce(kept.trials_monthly, 0)) \
           IS DISTINCT FROM (coalesce(there.counted, 0), coalesce(there.monthly, 0), coalesce(there.trials, 0), \
             coalesce(there.free, 0)) ORDER BY account_id",
    )
    .load(conn)?)
}

/// Adds the subscriptions of these accounts up anew. Who changes one meanwhile waits.
///
/// # Errors
/// When the database fails.
pub fn repair(conn: &mut PgConnection, drifts: &[Drift]) -> Result<()> {
    conn.transaction(|conn| {
        conn.batch_execute("LOCK TABLE subscriptions IN SHARE MODE")?;
        for drift in drifts {
            conn.batch_execute(&SUM_ALL.replace("{account}", &format!("'{}'", drift.account_id.uuid())))?;
        }
        Ok(())
    })
}

/// The SQL that adds all subscriptions of `{account}` up anew, after many were written at once.
pub const SUM_ALL: &str = "DELETE FROM subscription_figures WHERE account_id = {account}; \
    INSERT INTO subscription_figures (account_id, currency, shard, counted, counted_monthly, trials, trials_monthly) \
    SELECT account_id, currency, 0, count(*) FILTER (WHERE status <> 'trialing'), \
      coalesce(sum(monthly) FILTER (WHERE status <> 'trialing'), 0), count(*) FILTER (WHERE status = 'trialing'), \
      coalesce(sum(monthly) FILTER (WHERE status = 'trialing'), 0) FROM subscriptions \
    WHERE account_id = {account} AND (status = 'trialing' OR (status IN ('active', 'past_due') AND given_up_on IS NULL)) \
    GROUP BY account_id, currency";
