//! What subscriptions come to a month, kept with each change, so that it is exact at once however many there are. An index
//! alone takes a third of a second for a million. What they charge on the days to come is kept with it, by [`days`].
//!
//! Sums that everybody adds to would make everybody wait for each other until their changes are committed, and one who adds
//! to two of them could wait in a circle. So each transaction has a slot of its account for itself, and adds to the rows of
//! its own slot, which are summed when they are read: nobody waits, whatever else a change locks before or after it.

use diesel::{
    PgConnection, QueryableByName,
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Integer, Text, Uuid as SqlUuid},
};

use super::{days, model::Subscription, status::Status};
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

/// Takes a slot of an account, whose number is `$2`, until the transaction ends: the first that nobody has. Beyond 64 at once
/// hardly two have the same.
macro_rules! slot {
    () => {
        "WITH slot AS MATERIALIZED (SELECT coalesce((SELECT n FROM generate_series(0, 63) AS n \
           WHERE pg_try_advisory_xact_lock($2, n) LIMIT 1), 64 + pg_backend_pid() % 32000) AS shard) "
    };
}
pub(super) use slot;

/// Returns the number by which slots of an account are taken. Accounts that have the same one leave each other slots enough.
pub(super) fn slot_of(account: AccountId) -> i32 {
    let [.., a, b, c, d] = *account.uuid().as_bytes();
    i32::from_be_bytes([a, b, c, d])
}

/// Adds a new subscription to what is kept.
pub(super) fn began(conn: &mut PgConnection, account: AccountId, new: &Subscription) -> Result<()> {
    add(conn, account, &Figures::of(new))?;
    days::moved(conn, account, None, new)
}

/// Adds a change of a subscription to what is kept.
pub(super) fn moved(conn: &mut PgConnection, account: AccountId, was: &Subscription, is: &Subscription) -> Result<()> {
    let (before, after) = (Figures::of(was), Figures::of(is));
    let by = Figures {
        counted: after.counted - before.counted,
        counted_monthly: after.counted_monthly - before.counted_monthly,
        trials: after.trials - before.trials,
        trials_monthly: after.trials_monthly - before.trials_monthly,
        ..after
    };
    add(conn, account, &by)?;
    days::moved(conn, account, Some(was), is)
}

fn add(conn: &mut PgConnection, account: AccountId, by: &Figures) -> Result<()> {
    if [by.counted, by.counted_monthly, by.trials, by.trials_monthly] == [0; 4] {
        return Ok(());
    }
    sql_query(concat!(
        slot!(),
        "INSERT INTO subscription_figures AS kept \
           (account_id, currency, shard, counted, counted_monthly, trials, trials_monthly) \
         SELECT $1, $3, shard, $4, $5, $6, $7 FROM slot ON CONFLICT (account_id, currency, shard) DO UPDATE SET \
           counted = kept.counted + excluded.counted, counted_monthly = kept.counted_monthly + excluded.counted_monthly, \
           trials = kept.trials + excluded.trials, trials_monthly = kept.trials_monthly + excluded.trials_monthly",
    ))
    .bind::<SqlUuid, _>(account)
    .bind::<Integer, _>(slot_of(account))
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
    let mut drifts: Vec<Drift> = sql_query(
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
    .load(conn)?;
    for drift in days::check(conn)? {
        if !drifts.contains(&drift) {
            drifts.push(drift);
        }
    }
    Ok(drifts)
}

/// Adds the subscriptions of these accounts up anew. Who changes one meanwhile waits.
///
/// # Errors
/// When the database fails.
pub fn repair(conn: &mut PgConnection, drifts: &[Drift]) -> Result<()> {
    conn.transaction(|conn| {
        conn.batch_execute("LOCK TABLE subscriptions IN SHARE MODE")?;
        for drift in drifts {
            let account = format!("'{}'", drift.account_id.uuid());
            for sql in [SUM_ALL, days::SUM_ALL] {
                conn.batch_execute(&sql.replace("{account}", &account))?;
            }
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
