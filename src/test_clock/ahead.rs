//! What will happen until a time of the account, in numbers: those that can be counted as they are now. Tries of what will
//! fail come on top.

use diesel::PgConnection;
use jiff::{Timestamp, tz::TimeZone};

use super::model::MOST_CHARGES;
use crate::{
    error::Result,
    ids::AccountId,
    jobs::{Kind, of_account},
    payment_methods::expired,
    schedules, subscriptions,
    values::{Money, expiry},
};

/// The most cards that are counted.
const MOST_CARDS: i64 = 10_000;

/// What will happen.
#[derive(Clone, Debug, Default)]
pub struct Ahead {
    /// How many charges and bills of subscriptions; one more than [`MOST_CHARGES`] when there are more.
    pub charges: usize,
    /// Of how many subscriptions.
    pub subscriptions: usize,
    /// What they come to in each currency.
    pub sums: Vec<Money>,
    /// How many subscriptions are free until then.
    pub trials: usize,
    /// How many subscriptions end, as agreed.
    pub endings: usize,
    /// How many parts of payment schedules are charged, of how many schedules, and what they come to in each currency.
    pub parts: usize,
    pub schedules: usize,
    pub part_sums: Vec<Money>,
    /// How many unpaid invoices are tried again, or have their day pass.
    pub invoices: i64,
    /// How many default cards will have expired that have not yet; [`MOST_CARDS`] when there are more.
    pub cards: i64,
    /// How many deleted customers can no longer be restored whole then.
    pub customers: i64,
}

impl Ahead {
    /// Returns whether more is charged than a move may.
    pub fn is_too_much(&self) -> bool {
        self.charges.saturating_add(self.parts) > MOST_CHARGES
    }
}

/// Counts what will happen in the account between two times of it.
///
/// # Errors
/// When the database fails.
pub fn until(
    conn: &mut PgConnection,
    account: AccountId,
    (from, to): (Timestamp, Timestamp),
    zone: &TimeZone,
) -> Result<Ahead> {
    let (today, then) = (expiry::today(from, zone), expiry::today(to, zone));
    let forecast = subscriptions::forecast::until(conn, account, then, MOST_CHARGES)?;
    let planned = schedules::forecast::until(conn, account, (to, then), MOST_CHARGES)?;
    let count = |conn: &mut PgConnection, kind| of_account::count(conn, account, kind, (from, to));
    Ok(Ahead {
        charges: forecast.charges,
        subscriptions: forecast.subscriptions,
        sums: forecast.sums,
        trials: forecast.trials,
        endings: forecast.endings,
        parts: planned.parts,
        schedules: planned.schedules,
        part_sums: planned.sums,
        invoices: count(conn, Kind::CollectInvoice)?,
        cards: match then.yesterday() {
            Ok(last) if last >= today => expired::count_within(conn, account, (today, last), MOST_CARDS)?,
            _ => 0,
        },
        customers: count(conn, Kind::DestroyDeleted)?,
    })
}
