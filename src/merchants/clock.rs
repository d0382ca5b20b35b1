//! An account's clock, as its row has it: how much it is put forward, and where it goes. `test_clock` moves it.

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Timestamp};

use crate::{clock::Clock, codes::Code, error::Result, ids::AccountId, reason::Reason, schema::accounts};

/// The columns of an account's row that say where its clock is.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub struct ClockRow {
    ahead_ms: Option<i64>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    clock_to_at: Option<Timestamp>,
    clock_state: Option<String>,
}

impl ClockRow {
    /// Returns how much the clock is put forward.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead_ms.unwrap_or_default())
    }

    /// Returns the clock, on a machine that goes by `machine`.
    pub fn on(&self, machine: &Clock) -> Clock {
        machine.put_forward(self.ahead()).moving_to(self.clock_to_at.filter(|_| self.clock_state.is_some()))
    }
}

/// Returns the clock of an account on a machine that goes by `machine`.
///
/// # Errors
/// [`Error::NotFound`](crate::error::Error::NotFound) when there is none.
pub fn clock(conn: &mut PgConnection, account: AccountId, machine: &Clock) -> Result<Clock> {
    let row: ClockRow = accounts::table.find(account).select(ClockRow::as_select()).first(conn)?;
    Ok(row.on(machine))
}

/// Returns the reason why nothing is changed in an account whose clock moves.
pub fn clock_moving() -> Reason {
    Code::ClockMoving.says("The time of this test account is moving. Wait until it has arrived, or stop it.")
}
