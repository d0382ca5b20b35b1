//! The passkeys of people: the rows, and what can be done with them.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use uuid::Uuid;
use webauthn_rs::prelude::Passkey;

use super::{
    kinds,
    model::{Own, after_removal, codes_of_first},
    recovery::RecoveryCode,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    ids::StaffId,
    schema::passkeys,
    staff::{
        model::{keep_second_factor, second_factor_of},
        sessions::end_all,
    },
    who::SecondFactor,
};

/// The most passkeys of a person.
pub const MOST: usize = 20;

/// A passkey in a person's list.
pub struct Kept {
    pub id: Uuid,
    /// What they call it.
    pub name: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// The key itself, its counter and flags.
    pub passkey: Passkey,
}

type Row = (Uuid, String, jiff_diesel::Timestamp, Option<jiff_diesel::Timestamp>, serde_json::Value);

fn read((id, name, created_at, last_used_at, passkey): Row) -> Result<Kept> {
    let passkey = serde_json::from_value(passkey).map_err(Error::internal)?;
    let (created_at, last_used_at) = (created_at.to_jiff(), last_used_at.map(jiff_diesel::Timestamp::to_jiff));
    Ok(Kept { id, name, created_at, last_used_at, passkey })
}

const COLUMNS: (passkeys::id, passkeys::name, passkeys::created_at, passkeys::last_used_at, passkeys::passkey) =
    (passkeys::id, passkeys::name, passkeys::created_at, passkeys::last_used_at, passkeys::passkey);

/// Returns the passkeys of a person, the oldest first.
pub fn list(conn: &mut PgConnection, staff: StaffId) -> Result<Vec<Kept>> {
    let rows: Vec<Row> =
        passkeys::table.filter(passkeys::staff_id.eq(staff)).order(passkeys::id).select(COLUMNS).load(conn)?;
    rows.into_iter().map(read).collect()
}

/// Returns a passkey of a person by the name that devices have for it, locked until the transaction ends.
pub fn named(conn: &mut PgConnection, staff: StaffId, credential: &[u8]) -> Result<Option<Kept>> {
    let of_person = passkeys::table.filter(passkeys::staff_id.eq(staff));
    let row = of_person.filter(passkeys::credential_id.eq(credential)).select(COLUMNS).for_update();
    row.first::<Row>(conn).optional()?.map(read).transpose()
}

/// Keeps a new passkey; with a person's first second factor makes recovery codes, which it returns. Their sessions end.
/// Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when it is kept already.
pub fn add(conn: &mut PgConnection, own: &Own, name: &str, passkey: &Passkey) -> Result<Option<Vec<RecoveryCode>>> {
    let factor = second_factor_of(conn, own.staff)?;
    let credential: &[u8] = passkey.cred_id().as_ref();
    let added = diesel::insert_into(passkeys::table)
        .values((
            passkeys::staff_id.eq(own.staff),
            passkeys::id.eq(Uuid::now_v7()),
            passkeys::credential_id.eq(credential),
            passkeys::name.eq(name),
            passkeys::passkey.eq(serde_json::to_value(passkey).map_err(Error::internal)?),
            passkeys::created_at.eq(Timestamp::now().to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if added == 0 {
        return Err(Error::NotFound);
    }
    keep_second_factor(conn, own.staff, SecondFactor { passkeys: true, ..factor })?;
    own.record(conn, kinds::PASSKEY_ADDED, &Fields::from([("name".to_owned(), name.into())]))?;
    let codes = codes_of_first(conn, own)?;
    end_all(conn, own.staff)?;
    Ok(codes)
}

/// Notes that a passkey was used, with its counter. Call it in a transaction.
pub fn used(conn: &mut PgConnection, staff: StaffId, id: Uuid, passkey: &Passkey) -> Result<()> {
    let values = (
        passkeys::passkey.eq(serde_json::to_value(passkey).map_err(Error::internal)?),
        passkeys::last_used_at.eq(Timestamp::now().to_diesel()),
    );
    diesel::update(passkeys::table.find((staff, id))).set(values).execute(conn)?;
    Ok(())
}

/// Removes a passkey of a person; their sessions end. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] when they have none of that id.
pub fn remove(conn: &mut PgConnection, own: &Own, id: Uuid) -> Result<()> {
    let factor = second_factor_of(conn, own.staff)?;
    let name: String =
        diesel::delete(passkeys::table.find((own.staff, id))).returning(passkeys::name).get_result(conn)?;
    let left: i64 = passkeys::table.filter(passkeys::staff_id.eq(own.staff)).count().get_result(conn)?;
    keep_second_factor(conn, own.staff, SecondFactor { passkeys: left > 0, ..factor })?;
    own.record(conn, kinds::PASSKEY_REMOVED, &Fields::from([("name".to_owned(), name.into())]))?;
    after_removal(conn, own)
}

/// Removes all passkeys of a person.
pub fn remove_all(conn: &mut PgConnection, staff: StaffId) -> Result<()> {
    diesel::delete(passkeys::table.filter(passkeys::staff_id.eq(staff))).execute(conn)?;
    Ok(())
}
