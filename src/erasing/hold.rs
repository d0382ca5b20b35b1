//! A hold: the mark that a customer must not be erased, with its reason, such as a lawsuit or the law on invoices.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::json;

use crate::{
    customers::{
        kinds,
        model::{self, Customer},
    },
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId},
    schema::{erasure_holds, staff},
};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// A mark that forbids an erasure.
#[derive(Clone, Debug)]
pub struct Hold {
    pub reason: String,
    /// The name of who placed it.
    pub by: String,
    pub placed_at: Timestamp,
}

/// Returns the hold of a customer, if there is one.
pub fn of(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Option<Hold>> {
    let row: Option<(String, String, jiff_diesel::Timestamp)> = erasure_holds::table
        .inner_join(staff::table.on(staff::id.eq(erasure_holds::staff_id)))
        .filter(erasure_holds::account_id.eq(account))
        .filter(erasure_holds::customer_id.eq(id))
        .select((erasure_holds::reason, staff::name, erasure_holds::placed_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(reason, by, placed_at)| Hold { reason, by, placed_at: placed_at.to_jiff() }))
}

/// Places a hold, with its event. One that is there gets the new reason. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for who is no person.
pub fn place(conn: &mut PgConnection, by: &By, id: CustomerId, reason: &str) -> Result<()> {
    let customer = model::find_for_update(conn, by.account, id)?;
    let staff = by.actor.staff().ok_or(Error::Forbidden)?;
    let was = of(conn, by.account, id)?;
    let values = (
        erasure_holds::reason.eq(reason),
        erasure_holds::staff_id.eq(staff),
        erasure_holds::placed_at.eq(by.now().to_diesel()),
    );
    diesel::insert_into(erasure_holds::table)
        .values((erasure_holds::account_id.eq(by.account), erasure_holds::customer_id.eq(id), values))
        .on_conflict((erasure_holds::account_id, erasure_holds::customer_id))
        .do_update()
        .set(values)
        .execute(conn)?;
    let told = |reason: &str| Fields::from([("reason".to_owned(), json!(reason))]);
    let before = was.map(|was| told(&was.reason)).unwrap_or_default();
    record(conn, by, &customer, kinds::HOLD_PLACED, (&before, &told(reason)))
}

/// Lifts a hold, with its event. Without one nothing happens. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`].
pub fn lift(conn: &mut PgConnection, by: &By, id: CustomerId) -> Result<()> {
    let customer = model::find_for_update(conn, by.account, id)?;
    let hold = erasure_holds::table.find((by.account, id));
    if diesel::delete(hold).execute(conn)? == 0 {
        return Ok(());
    }
    record(conn, by, &customer, kinds::HOLD_LIFTED, (&Fields::new(), &Fields::new()))
}

/// Records an event that leaves the record, and so its version, as it is.
fn record(
    conn: &mut PgConnection,
    by: &By,
    customer: &Customer,
    kind: &'static str,
    (before, after): (&Fields, &Fields),
) -> Result<()> {
    let (subject, version) = (customer.id.uuid(), customer.version);
    events::record(conn, by, &NewEvent { kind, subject, customer: None, version, before, after })?;
    Ok(())
}
