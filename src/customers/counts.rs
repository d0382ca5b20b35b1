//! How many customers an account has: kept with each change, so that it is exact at once however many there are.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};
use jiff_diesel::ToDiesel;

use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
};

/// The customers of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// Those that are not deleted.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    #[diesel(sql_type = BigInt)]
    pub deleted: i64,
}

impl Counts {
    /// What a new customer changes.
    pub const CREATED: Self = Self { active: 1, deleted: 0 };
    /// What a delete changes.
    pub const DELETED: Self = Self { active: -1, deleted: 1 };
    /// What a restore changes.
    pub const RESTORED: Self = Self { active: 1, deleted: -1 };

    /// Adds to what is kept, what becomes of a customer of that id. Call it at the end of the change's transaction: who
    /// adds to the same row waits until that ends.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add(self, conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<()> {
        // One row a transaction, whatever it changes, so that no two wait for each other; and one of the hour.
        sql_query(
            "WITH hours AS (INSERT INTO customer_hours AS kept (account_id, hour, shard, active) \
               VALUES ($1, date_trunc('hour', $4, 'UTC'), pg_backend_pid() % 4, $2) ON CONFLICT (account_id, hour, shard) \
               DO UPDATE SET active = kept.active + excluded.active) \
             INSERT INTO customer_counts AS kept (account_id, shard, active, deleted) \
             VALUES ($1, pg_backend_pid() % 16, $2, $3) ON CONFLICT (account_id, shard) \
             DO UPDATE SET active = kept.active + excluded.active, deleted = kept.deleted + excluded.deleted",
        )
        .bind::<SqlUuid, _>(account)
        .bind::<BigInt, _>(self.active)
        .bind::<BigInt, _>(self.deleted)
        .bind::<Timestamptz, _>(id.created_at().to_diesel())
        .execute(conn)?;
        Ok(())
    }

    /// Reads what is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub fn of(conn: &mut PgConnection, account: AccountId) -> Result<Self> {
        Ok(sql_query(
            "SELECT coalesce(sum(active), 0)::bigint AS active, coalesce(sum(deleted), 0)::bigint AS deleted \
             FROM customer_counts WHERE account_id = $1",
        )
        .bind::<SqlUuid, _>(account)
        .get_result(conn)?)
    }
}

/// An account whose numbers differ from what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Drift {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
    #[diesel(sql_type = BigInt)]
    pub kept: i64,
    #[diesel(sql_type = BigInt)]
    pub counted: i64,
}

/// Counts the customers of all accounts anew, and returns where that differs from what is kept.
///
/// # Errors
/// When the database fails.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Drift>> {
    Ok(sql_query(
        "SELECT account_id, coalesce(kept.active, 0)::bigint AS kept, coalesce(there.active, 0) AS counted FROM \
           (SELECT account_id, sum(active) AS active, sum(deleted) AS deleted FROM customer_counts GROUP BY 1) kept \
           FULL JOIN (SELECT account_id, count(*) FILTER (WHERE deleted_at IS NULL) AS active, \
             count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted FROM customers GROUP BY 1) there \
           USING (account_id) \
         WHERE coalesce(kept.active, 0) <> coalesce(there.active, 0) \
            OR coalesce(kept.deleted, 0) <> coalesce(there.deleted, 0) ORDER BY account_id",
    )
    .load(conn)?)
}

/// Counts the customers of these accounts anew. Who creates or deletes meanwhile waits.
///
/// # Errors
/// When the database fails.
pub fn repair(conn: &mut PgConnection, drifts: &[Drift]) -> Result<()> {
    conn.transaction(|conn| {
        conn.batch_execute("LOCK TABLE customers IN SHARE MODE")?;
        for drift in drifts {
            conn.batch_execute(&COUNT_ALL.replace("{account}", &format!("'{}'", drift.account_id.uuid())))?;
        }
        Ok(())
    })
}

/// The SQL that counts all customers of `{account}` anew, after many were written at once.
pub const COUNT_ALL: &str = "DELETE FROM customer_counts WHERE account_id = {account}; \
    INSERT INTO customer_counts (account_id, shard, active, deleted) \
    SELECT account_id, 0, count(*) FILTER (WHERE deleted_at IS NULL), count(*) FILTER (WHERE deleted_at IS NOT NULL) \
    FROM customers WHERE account_id = {account} GROUP BY account_id";
