//! A demo: an invented merchant whose test account is filled with invented customers, the same ones for the same seed.
//!
//! [`world`] has the cultures and countries of the text files beside it. [`people`], [`firms`], [`phones`], [`places`]
//! and [`notes`] choose from it with random numbers of [`dice`]. [`lives`] makes a customer's past and present, at
//! times from the [`calendar`]. [`purses`] makes the payments, at [`prices`] of the customer's country, by [`habits`],
//! with the methods of [`wallets`], for
//! [`receipts`]. [`courses`] makes the subscriptions to the [`plans`], of which some send [`bills`], and
//! [`subscription_rows`] with [`bill_rows`] their rows; [`agreements`] makes the payment schedules, and [`schedule_rows`]
//! theirs: both tell [`stories`]. [`fields`] are those of the merchant's own. [`batches`] makes rows, [`copying`] copies
//! them into the database, and [`bulk`] does so for millions.

mod agreements;
mod batches;
mod bill_rows;
mod bills;
mod bulk;
mod calendar;
mod copying;
mod courses;
mod dice;
mod fields;
mod firms;
mod habits;
mod lives;
mod notes;
mod payment_rows;
mod people;
mod phones;
mod places;
mod plans;
mod prices;
mod progress;
mod purses;
mod receipts;
mod remarks;
mod schedule_rows;
mod stories;
mod subscription_rows;
mod wallets;
mod world;

use diesel::{PgConnection, connection::SimpleConnection, dsl::exists, prelude::*};
use jiff::Timestamp;

use crate::{
    customers::{counts, hours as customer_hours, seen, words},
    db::Db,
    error::{Error, Result},
    ids::{AccountId, MerchantId, StaffId},
    invoices::numbering,
    merchants::{self, NewMerchant},
    payments::hours as payment_hours,
    schema::{customers, merchants as merchants_table, staff as staff_table},
    staff::{
        model::{self as staff, NewStaff},
        password,
    },
    subscriptions::{days as subscription_days, figures as subscription_figures},
    values::{CountryCode, Currency, Email, Mode},
    who::Role,
};
use copying::Owners;
pub use progress::{Progress, Teller};

/// The number of connections that [`load`] uses at once.
pub const CONNECTIONS: u32 = bulk::BUILDERS as u32 + 1;

/// The email that signs in to see the demo.
pub const EMAIL: &str = "demo@clientele.example";

/// The password of all its staff. It is public, so the merchant holds nothing real.
pub const PASSWORD: &str = "clientele-demo";

pub const MERCHANT: &str = "Savanna Goods";

/// The staff. The first two are the authors of the staff's changes to customers.
const STAFF: [(&str, &str, Role); 3] = [
    (EMAIL, "Amina Otieno", Role::Owner),
    ("peter@clientele.example", "Peter Kariuki", Role::Editor),
    ("lotte@clientele.example", "Lotte van den Berg", Role::Viewer),
];

/// The most customers that are loaded with their indexes; more are loaded in bulk.
pub const BULK: u32 = 200_000;

/// The tables that are filled, those that take longest first. Without `jobs`, which others share.
const TABLES: [&str; 15] = [
    "payments",
    "events",
    "customers",
    "invoices",
    "invoice_lines",
    "subscriptions",
    "payment_methods",
    "payment_figures",
    "addresses",
    "doubts",
    "payment_totals",
    "refunds",
    "notes",
    "schedule_parts",
    "payment_schedules",
];

/// The statements that run once the customers are copied.
const AFTER: &[After] = &[
    After { name: "words", sql: words::INDEX_ALL },
    After { name: "seen_values", sql: seen::KEEP_ALL },
    After { name: "customer_counts", sql: counts::COUNT_ALL },
    After { name: "customer_hours", sql: customer_hours::COUNT_ALL },
    After { name: "payment_hours", sql: payment_hours::SUM_ALL },
    After { name: "custom_values", sql: fields::KEEP_ALL },
    After { name: "notes", sql: remarks::INDEX_ALL },
    After { name: "invoice_series", sql: numbering::COUNT_ALL },
    After { name: "subscription_figures", sql: subscription_figures::SUM_ALL },
    After { name: "subscription_days", sql: subscription_days::SUM_ALL },
];

/// The request for a demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demo {
    /// The number of customers.
    pub customers: u32,
    /// The seed; the same one invents the same customers.
    pub seed: u64,
}

/// The result of a load.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// The number of customers.
    pub customers: u32,
    /// The email that can sign in now.
    pub email: &'static str,
    pub password: &'static str,
}

/// A statement to run after the customers are copied.
#[derive(Clone, Copy, Debug)]
pub struct After<'a> {
    /// The name of what it fills, for the progress shown.
    pub name: &'a str,
    /// The SQL, in which `{account}` stands for the account's id in quotes. The tables may have rows of other accounts
    /// too.
    pub sql: &'a str,
}

impl After<'_> {
    fn sql_for(&self, account: AccountId) -> String {
        self.sql.replace("{account}", &format!("'{}'", account.uuid()))
    }
}

/// The way a demo is loaded; tests choose another one.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// The most customers that are not loaded in bulk.
    pub bulk: u32,
    /// The statements that run afterwards.
    pub after: &'a [After<'a>],
}

impl Default for Way<'_> {
    fn default() -> Self {
        Self { bulk: BULK, after: AFTER }
    }
}

/// Creates the merchant and its staff where they are missing, and fills its test account with customers and payments as
/// they are at `now`. Few are loaded in one transaction. Many are loaded in bulk, which drops the indexes meanwhile and
/// may be stopped at any moment and called again. Needs [`CONNECTIONS`]. Calls `report` with the progress; an error
/// from it stops the load.
///
/// # Errors
/// [`Error::Command`] when the merchant has customers in its test account, one of the emails is another merchant's
/// staff, another load was begun and not finished, or many are asked for in a database that has other customers.
pub fn load(
    db: &Db,
    demo: &Demo,
    now: Timestamp,
    way: &Way,
    mut report: impl FnMut(&Progress) -> Result<()>,
) -> Result<Loaded> {
    match db.directly(bulk::unfinished)? {
        Some(begun) if begun == *demo => bulk::go_on(db, &mut report)?,
        Some(begun) => return Err(bulk::refusal(&begun)),
        None if demo.customers > way.bulk => {
            db.directly(|conn| bulk::begin(conn, demo, now, way.after))?;
            bulk::go_on(db, &mut report)?;
        }
        None => db.directly(|conn| load_at_once(conn, demo, now, way.after, &mut report))?,
    }
    Ok(Loaded { customers: demo.customers, email: EMAIL, password: PASSWORD })
}

/// Returns the load in bulk that was begun and not finished, if there is one. [`load`] continues it when asked for the
/// same.
pub fn unfinished(db: &Db) -> Result<Option<Demo>> {
    db.directly(bulk::unfinished)
}

fn load_at_once(
    conn: &mut PgConnection,
    demo: &Demo,
    now: Timestamp,
    after: &[After],
    report: &mut impl FnMut(&Progress) -> Result<()>,
) -> Result<()> {
    conn.transaction(|conn| {
        // Between two batches the transaction waits for the next; that must not end it.
        conn.batch_execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")?;
        let owners = owners(conn)?;
        fields::define(conn, demo, &owners)?;
        batches::each(demo, now, &owners, 0, |batch| {
            copying::copy(conn, batch)?;
            report(&Progress::Customers { made: batch.end, of: demo.customers })
        })?;
        for after in after {
            conn.batch_execute(&after.sql_for(owners.account))?;
        }
        // The planner knows nothing of new rows, and would search them all until the server looked by itself.
        conn.batch_execute(&format!("ANALYZE {}", TABLES.join(", ")))?;
        Ok(())
    })
}

/// Creates the merchant and its staff where they are missing.
fn owners(conn: &mut PgConnection) -> Result<Owners> {
    let merchant = merchant(conn)?;
    let account = empty_account(conn, merchant)?;
    let [owner, editor, _] = everybody(conn, merchant)?;
    Ok(Owners { account, owner, editor })
}

fn merchant(conn: &mut PgConnection) -> Result<MerchantId> {
    match merchants::named(conn, MERCHANT) {
        Err(Error::NotFound) => {}
        found => return found,
    }
    let default_country = CountryCode::parse(phones::HOME).map_err(Error::internal)?;
    let (name, time_zone, default_currency) =
        (MERCHANT.into(), "Africa/Nairobi".into(), Currency::parse("KES").map_err(Error::internal)?);
    merchants::add(conn, &NewMerchant { name, time_zone, default_country, default_currency })
}

/// Returns the merchant's empty test account. The merchant's row stays locked, so that two demos at once do not both
/// find the account empty.
fn empty_account(conn: &mut PgConnection, merchant: MerchantId) -> Result<AccountId> {
    let of_merchant = merchants_table::table.find(merchant).select(merchants_table::id);
    of_merchant.for_no_key_update().first::<MerchantId>(conn)?;
    let account = merchants::account(conn, merchant, Mode::Test)?;
    let anybody = customers::table.filter(customers::account_id.eq(account));
    match diesel::select(exists(anybody)).get_result(conn)? {
        true => Err(Error::Command(
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

/// Creates one of the staff, or returns the one who exists already, unchanged.
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
