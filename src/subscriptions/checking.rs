//! Finds what contradicts itself among subscriptions and invoices. There should be nothing.

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{error::Result, ids::AccountId};

/// Something that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Contradiction {
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
    /// What it is about: a subscription, an invoice, or the account.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What is wrong, in words.
    #[diesel(sql_type = Text)]
    pub says: String,
}

/// Returns all that contradicts itself, in every account, a thousand at most. It reads all subscriptions and invoices.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Contradiction>> {
    Ok(diesel::sql_query(concat!(include_str!("check.sql"), " LIMIT 1000")).load(conn)?)
}
