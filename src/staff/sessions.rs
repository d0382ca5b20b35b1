//! All sessions of a person: listed, ended, and kept to as many as they may have.

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{BigInt, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::{
    error::{Error, Result},
    ids::{MerchantId, StaffId},
    schema::{sessions, staff},
};

/// A session as its person sees it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Listed {
    /// The hash of its key, which opens nothing.
    #[diesel(column_name = key_hash)]
    pub hash: Vec<u8>,
    /// The last use, to the minute; nothing for a session from before it was noted.
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    pub used_at: Option<Timestamp>,
    /// The address that it was last used from.
    pub address: Option<String>,
    /// Its browser and system in words.
    pub browser: Option<String>,
    /// The content of the session; see [`super::session`].
    pub state: serde_json::Value,
}

/// Returns the sessions of a person that have not ended, the one used last first.
pub fn list(conn: &mut PgConnection, id: StaffId, now: Timestamp) -> Result<Vec<Listed>> {
    let theirs = sessions::table.filter(sessions::staff_id.eq(id)).filter(sessions::expires_at.gt(now.to_diesel()));
    let ordered = theirs.order((sessions::used_at.desc().nulls_last(), sessions::expires_at.desc()));
    Ok(ordered.select(Listed::as_select()).load(conn)?)
}

/// Ends one session of a person. Returns whether there was one.
pub fn end(conn: &mut PgConnection, id: StaffId, hash: &[u8]) -> Result<bool> {
    let theirs = sessions::table.find(hash).filter(sessions::staff_id.eq(id));
    Ok(diesel::delete(theirs).execute(conn)? == 1)
}

/// Ends all sessions of a person but the one that asks. Call it in a transaction.
///
/// # Errors
/// [`Error::SignInFirst`] when the one that asks has ended meanwhile: who was signed out signs nobody else out.
pub fn end_others(conn: &mut PgConnection, id: StaffId, current: &[u8]) -> Result<()> {
    let theirs = sessions::table.filter(sessions::staff_id.eq(id));
    let asking = theirs.filter(sessions::key_hash.eq(current)).select(sessions::key_hash).for_update();
    asking.first::<Vec<u8>>(conn).optional()?.ok_or(Error::SignInFirst)?;
    diesel::delete(theirs.filter(sessions::key_hash.ne(current))).execute(conn)?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn end_all(conn: &mut PgConnection, id: StaffId) -> Result<()> {
    diesel::delete(sessions::table.filter(sessions::staff_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Notes that a person signs in, and ends those sessions of theirs beyond the `most` that were used last. Call it in the
/// transaction that makes one.
pub fn keep_to(conn: &mut PgConnection, id: StaffId, most: usize, now: Timestamp) -> Result<()> {
    // Two who sign in at once do not see each other's session: they come one after the other.
    diesel::update(staff::table.find(id)).set(staff::seen_at.eq(now.to_diesel())).execute(conn)?;
    diesel::sql_query(
        "DELETE FROM sessions WHERE key_hash IN (SELECT key_hash FROM sessions WHERE staff_id = $1 AND expires_at > $3
         ORDER BY used_at DESC NULLS LAST, expires_at DESC OFFSET $2)",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(i64::try_from(most).unwrap_or(i64::MAX))
    .bind::<Timestamptz, _>(now.to_diesel())
    .execute(conn)?;
    Ok(())
}

/// Returns how many of a merchant's people have more than so many sessions.
pub fn with_more(conn: &mut PgConnection, merchant: MerchantId, most: usize, now: Timestamp) -> Result<usize> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let people: Vec<Option<StaffId>> = sessions::table
        .inner_join(staff::table)
        .filter(staff::merchant_id.eq(merchant))
        .filter(sessions::expires_at.gt(now.to_diesel()))
        .group_by(sessions::staff_id)
        .having(diesel::dsl::count_star().gt(most))
        .select(sessions::staff_id)
        .load(conn)?;
    Ok(people.len())
}
