//! A demo: an invented merchant whose test account is filled with invented customers, the same ones for the same seed.
//!
//! [`world`] is what the text files beside it say of cultures and countries; [`people`], [`firms`], [`phones`],
//! [`places`] and [`notes`] throw [`dice`] to choose from it; [`lives`] puts together what a customer was, became and
//! is, at times from the [`calendar`]; [`copying`] brings it into the database.

mod calendar;
mod copying;
mod dice;
mod firms;
mod lives;
mod notes;
mod people;
mod phones;
mod places;
mod world;

use diesel::{PgConnection, connection::SimpleConnection, dsl::exists, prelude::*};
use jiff::Timestamp;

use crate::{
    customers::words,
    error::{Error, Result},
    ids::{AccountId, MerchantId, StaffId},
    merchants::{self, Mode, NewMerchant},
    schema::{customers, merchants as merchants_table, staff as staff_table},
    staff::{
        model::{self as staff, NewStaff, Role},
        password,
    },
    values::{CountryCode, Email},
};
use copying::Owners;

/// Who signs in to see it.
pub const EMAIL: &str = "demo@clientele.example";

/// The password of all its staff. Known to everybody, so the merchant holds nothing real.
pub const PASSWORD: &str = "clientele-demo";

/// The merchant's name.
pub const MERCHANT: &str = "Savanna Goods";

/// Everybody who signs in. The first two are those who did what staff did to the customers.
const STAFF: [(&str, &str, Role); 3] = [
    (EMAIL, "Amina Otieno", Role::Owner),
    ("peter@clientele.example", "Peter Kariuki", Role::Editor),
    ("lotte@clientele.example", "Lotte van den Berg", Role::Viewer),
];

/// Customers that are in memory together.
const BATCH: usize = 2_000;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Demo {
    /// How many customers.
    pub customers: u32,
    /// The same seed invents the same customers.
    pub seed: u64,
}

/// What was made.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// How many customers.
    pub customers: u32,
    /// Who can sign in now.
    pub email: &'static str,
    /// With what.
    pub password: &'static str,
}

/// Makes the merchant and its staff where they are missing, and fills its test account with customers as they are at
/// `now`, all in one transaction. `progress` hears now and then how many customers are made.
///
/// # Errors
/// [`Error::Conflict`] when the merchant has customers in its test account, or one of the emails is another
/// merchant's staff.
pub fn load(conn: &mut PgConnection, demo: &Demo, now: Timestamp, mut progress: impl FnMut(u32)) -> Result<Loaded> {
    conn.transaction(|conn| {
        conn.batch_execute("SET LOCAL statement_timeout = 0")?;
        let merchant = merchant(conn)?;
        let account = empty_account(conn, merchant)?;
        let [owner, editor, _] = everybody(conn, merchant)?;
        fill(conn, demo, now, &Owners { account, owner, editor }, &mut progress)?;
        words::learn_all(conn, account)?;
        // The planner knows nothing of new rows, and would search them all until the server looked by itself.
        conn.batch_execute("ANALYZE customers; ANALYZE words; ANALYZE addresses; ANALYZE events")?;
        Ok(Loaded { customers: demo.customers, email: EMAIL, password: PASSWORD })
    })
}

fn fill(
    conn: &mut PgConnection,
    demo: &Demo,
    now: Timestamp,
    owners: &Owners,
    progress: &mut impl FnMut(u32),
) -> Result<()> {
    for begin in (0..demo.customers).step_by(BATCH) {
        let end = demo.customers.min(begin.saturating_add(BATCH as u32));
        let lives: Vec<_> = (begin..end).map(|number| lives::life(demo, number, now)).collect();
        copying::copy(conn, owners, &lives)?;
        progress(end);
    }
    Ok(())
}

fn merchant(conn: &mut PgConnection) -> Result<MerchantId> {
    match merchants::named(conn, MERCHANT) {
        Err(Error::NotFound) => {}
        found => return found,
    }
    let default_country = CountryCode::parse(phones::HOME).map_err(Error::internal)?;
    let (name, time_zone, default_currency) = (MERCHANT.into(), "Africa/Nairobi".into(), "KES".into());
    merchants::add(conn, &NewMerchant { name, time_zone, default_country, default_currency })
}

/// The merchant's test account. The merchant's row stays locked, so that two demos at once do not both find it empty.
fn empty_account(conn: &mut PgConnection, merchant: MerchantId) -> Result<AccountId> {
    let of_merchant = merchants_table::table.find(merchant).select(merchants_table::id);
    of_merchant.for_no_key_update().first::<MerchantId>(conn)?;
    let account = merchants::account(conn, merchant, Mode::Test)?;
    let anybody = customers::table.filter(customers::account_id.eq(account));
    match diesel::select(exists(anybody)).get_result(conn)? {
        true => Err(Error::Conflict(
            format!("The demo merchant “{MERCHANT}” has customers already. Use them, or start with a new database.")
                .into(),
        )),
        false => Ok(account),
    }
}

fn everybody(conn: &mut PgConnection, merchant: MerchantId) -> Result<[StaffId; 3]> {
    let [first, second, third] = STAFF;
    Ok([somebody(conn, merchant, first)?, somebody(conn, merchant, second)?, somebody(conn, merchant, third)?])
}

/// One of the staff, as they are when they are there already.
fn somebody(conn: &mut PgConnection, merchant: MerchantId, (email, name, role): (&str, &str, Role)) -> Result<StaffId> {
    let there =
        staff_table::table.filter(staff_table::merchant_id.eq(merchant)).filter(staff_table::email_key.eq(email));
    if let Some(id) = there.select(staff_table::id).first(conn).optional()? {
        return Ok(id);
    }
    let email = Email::parse(email).map_err(Error::internal)?;
    let password_hash = password::hash(PASSWORD)?;
    staff::add(conn, &NewStaff { merchant, email, name: name.into(), role, password_hash, mode: Mode::Test })
}

#[cfg(test)]
mod tests;
