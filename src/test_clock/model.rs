//! Where the clock of a test account is, and the two things that people and programs do with it: sending it to a time, and
//! stopping it on the way. While it moves, nobody else changes anything in the account (`staff::gate`, `api::call`).

use diesel::{PgConnection, prelude::*};
use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::{ahead, kinds};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::AccountId,
    jobs::{self, Kind, of_account},
    merchants,
    reason::Reason,
    schema::accounts,
    values::Mode,
};

/// The time from the wish to the first step. No change of the database lives longer, so by then nothing is under way that
/// was begun before.
pub const FIRST_STEP: SignedDuration = SignedDuration::from_secs(6);

/// The most years of a move.
const MOST_YEARS: i32 = 2;

/// The most charges of a move.
pub const MOST_CHARGES: usize = 20_000;

/// The clock of an account.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub struct AccountClock {
    mode: String,
    ahead_ms: Option<i64>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    clock_from_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    clock_to_at: Option<Timestamp>,
    clock_state: Option<String>,
}

/// A move of the clock, by the account's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub from: Timestamp,
    pub to: Timestamp,
    pub state: State,
}

/// How far a move has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It goes on.
    Moving,
    /// It ends with the step that it is at.
    Stopping,
    /// It has ended.
    Over,
}

impl AccountClock {
    /// Returns how much it is put forward.
    pub fn ahead(&self) -> SignedDuration {
        SignedDuration::from_millis(self.ahead_ms.unwrap_or_default())
    }

    /// Returns the last move; nothing when it was never moved.
    pub fn last_move(&self) -> Option<Move> {
        let state = match self.clock_state.as_deref() {
            Some("stopping") => State::Stopping,
            Some(_) => State::Moving,
            None => State::Over,
        };
        Some(Move { from: self.clock_from_at?, to: self.clock_to_at?, state })
    }

    /// Returns the move that goes on; nothing while it stays.
    pub fn moving(&self) -> Option<Move> {
        self.last_move().filter(|one| one.state != State::Over)
    }
}

/// Returns the clock of an account.
///
/// # Errors
/// [`Error::NotFound`] when there is none, and for a live account, whose time is everybody's.
pub fn find(conn: &mut PgConnection, account: AccountId) -> Result<AccountClock> {
    of_test(accounts::table.find(account).select(AccountClock::as_select()).first(conn)?)
}

/// Works like [`find`]; others who would move it wait until the transaction ends.
pub(super) fn find_for_update(conn: &mut PgConnection, account: AccountId) -> Result<AccountClock> {
    // What refers to the account goes on meanwhile.
    let row = accounts::table.find(account).select(AccountClock::as_select());
    of_test(row.for_no_key_update().first(conn)?)
}

fn of_test(clock: AccountClock) -> Result<AccountClock> {
    if clock.mode == Mode::Test.as_str() { Ok(clock) } else { Err(Error::NotFound) }
}

/// Returns the last time to which a clock can be sent at once.
pub fn latest(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let latest = now.to_zoned(zone.clone()).checked_add(Span::new().years(MOST_YEARS));
    latest.map_or(Timestamp::MAX, |latest| latest.timestamp())
}

/// Refuses a time to which a clock cannot be sent, by the account's time.
///
/// # Errors
/// The reason.
pub fn check(to: Timestamp, now: Timestamp, zone: &TimeZone) -> Result<(), Reason> {
    if to <= now {
        let sentence = "The time of the account is later than that already, and never goes back. Choose a later one.";
        return Err(Code::DateInvalid.says(sentence));
    }
    if to > latest(now, zone) {
        return Err(Code::OutOfRange.says("A move goes 2 years at most. Go there in several."));
    }
    Ok(())
}

/// Sends the clock to a time of the account.
///
/// # Errors
/// [`Error::NotFound`] for a live account; [`Error::Conflict`] when it is on its way already, when it cannot go there
/// (see [`check`]), and when more would be charged than [`MOST_CHARGES`].
pub fn send(conn: &mut PgConnection, by: &By, to: Timestamp) -> Result<()> {
    let clock = find_for_update(conn, by.account)?;
    if clock.moving().is_some() {
        return Err(Error::Conflict(merchants::clock_moving()));
    }
    // Whoever asks may have read the clock before its last move ended.
    let from = by.clock.put_forward(clock.ahead()).now();
    let zone = merchants::time_zone(conn, by.account)?;
    check(to, from, &zone).map_err(Error::Conflict)?;
    of_account::adopt(conn, by.account, clock.ahead())?;
    if ahead::until(conn, by.account, (from, to), &zone)?.is_too_much() {
        return Err(Error::Conflict(too_many()));
    }
    store(conn, by.account, &Move { from, to, state: State::Moving })?;
    let by = By { clock: by.clock.put_forward(clock.ahead()), ..by.clone() };
    jobs::enqueue(conn, &by, Kind::MoveClock, by.account.uuid(), from + FIRST_STEP)?;
    record(conn, &by, kinds::MOVED, from, to)
}

/// Returns the reason why a move is too long for all that would be charged on the way.
pub fn too_many() -> Reason {
    Code::TooManyCharges.says("More than 20,000 charges would be made on the way. Go a shorter way first.")
}

/// Stops the clock after the step that it is at. Returns whether it was on its way.
///
/// # Errors
/// [`Error::NotFound`] for a live account.
pub fn stop(conn: &mut PgConnection, by: &By) -> Result<bool> {
    let clock = find_for_update(conn, by.account)?;
    let Some(one) = clock.moving() else { return Ok(false) };
    if one.state == State::Stopping {
        return Ok(true);
    }
    let by = By { clock: by.clock.put_forward(clock.ahead()), ..by.clone() };
    store(conn, by.account, &Move { state: State::Stopping, ..one })?;
    // A worker that is at it finds that it has to look again.
    jobs::enqueue(conn, &by, Kind::MoveClock, by.account.uuid(), by.now())?;
    record(conn, &by, kinds::STOPPED, one.from, one.to)?;
    Ok(true)
}

/// Stores a move as it became.
pub(super) fn store(conn: &mut PgConnection, account: AccountId, one: &Move) -> Result<()> {
    let state = match one.state {
        State::Moving => Some("moving"),
        State::Stopping => Some("stopping"),
        State::Over => None,
    };
    let columns = (
        accounts::clock_from_at.eq(one.from.to_diesel()),
        accounts::clock_to_at.eq(one.to.to_diesel()),
        accounts::clock_state.eq(state),
    );
    diesel::update(accounts::table.find(account)).set(columns).execute(conn)?;
    Ok(())
}

/// Puts the clock forward by so much, in place of what it was put forward before.
pub(super) fn put_forward(conn: &mut PgConnection, account: AccountId, ahead: SignedDuration) -> Result<()> {
    let ahead = i64::try_from(ahead.as_millis()).map_err(Error::internal)?;
    diesel::update(accounts::table.find(account)).set(accounts::ahead_ms.eq(ahead)).execute(conn)?;
    Ok(())
}

fn record(conn: &mut PgConnection, by: &By, kind: &'static str, from: Timestamp, to: Timestamp) -> Result<()> {
    let before = Fields::from([("time".to_owned(), json!(from))]);
    let after = Fields::from([("time".to_owned(), json!(to))]);
    let subject = by.account.uuid();
    events::record(conn, by, &NewEvent { kind, subject, customer: None, version: 1, before: &before, after: &after })?;
    Ok(())
}
