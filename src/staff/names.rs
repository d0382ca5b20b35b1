//! The names of everybody who ever worked for a merchant, for what tells what they did.

use diesel::{PgConnection, prelude::*};

use crate::{
    error::Result,
    ids::{MerchantId, StaffId},
    schema::staff,
};

/// Returns everybody's id, name and email, those who are gone too, whose email is empty.
pub fn of(conn: &mut PgConnection, merchant: MerchantId) -> Result<Vec<(StaffId, String, String)>> {
    let everybody = staff::table.filter(staff::merchant_id.eq(merchant)).order(staff::name);
    Ok(everybody.select((staff::id, staff::name, staff::email)).load(conn)?)
}
