//! Looking for what contradicts itself in the database. There should be nothing.

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
    /// What it is about.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// What is wrong, in words.
    #[diesel(sql_type = Text)]
    pub says: String,
}

/// Returns what a statement finds, which begins with the account, what it is about, and what is wrong.
///
/// # Errors
/// When the database fails.
pub fn find(conn: &mut PgConnection, statement: &str) -> Result<Vec<Contradiction>> {
    Ok(diesel::sql_query(statement).load(conn)?)
}
