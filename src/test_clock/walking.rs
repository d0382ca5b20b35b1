//! A step of the clock on its way. A step is one transaction: a worker that dies leaves a clock between two steps, and
//! another goes on.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use super::model::{self, Move, State};
use crate::{error::Result, events::By, jobs::of_account};

/// The most jobs that are set right in a step.
const MOST: i64 = 5_000;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It went on.
    On,
    /// Others do what is due in the account.
    Waits,
    /// Something that is due in the account failed, and is tried again later.
    Holds,
    /// The move is over.
    Arrived,
}

/// Goes a step: to what is due next in the account, or to the end of the move. Until all that is due is done, the clock
/// stays; what is stuck is passed over. It is only called for an account whose clock was sent somewhere.
///
/// # Errors
/// When the database fails.
pub fn step(conn: &mut PgConnection, by: &By) -> Result<Step> {
    let clock = model::find_for_update(conn, by.account)?;
    let Some(one) = clock.moving() else { return Ok(Step::Arrived) };
    let machine = by.clock.of_machine().now();
    let now = by.clock.put_forward(clock.ahead()).now();
    if one.state == State::Stopping {
        return arrive(conn, by, &Move { to: now.clamp(one.from, one.to), ..one }, clock.ahead());
    }
    let first = of_account::earliest(conn, by.account)?;
    if let Some(first) = first.as_ref().filter(|first| first.due <= now) {
        // A job that others asked for on the way has its time from where the clock was then.
        of_account::hasten(conn, by.account, now, machine)?;
        return Ok(if first.error.is_some() { Step::Holds } else { Step::Waits });
    }
    if now >= one.to {
        return arrive(conn, by, &one, clock.ahead());
    }
    let next = first.map_or(one.to, |first| first.due.min(one.to));
    model::put_forward(conn, by.account, until(machine, next))?;
    of_account::hasten(conn, by.account, next, machine)?;
    Ok(Step::On)
}

/// Ends a move: every other job of the account is due when it is in the account's time. With very many this takes several
/// steps.
fn arrive(conn: &mut PgConnection, by: &By, one: &Move, ahead: SignedDuration) -> Result<Step> {
    let changed = of_account::set_right(conn, by.account, ahead, MOST)?;
    if i64::try_from(changed).is_ok_and(|changed| changed >= MOST) {
        return Ok(Step::On);
    }
    model::store(conn, by.account, &Move { state: State::Over, ..*one })?;
    Ok(Step::Arrived)
}

/// Returns how much a clock is to be put forward to be at a time, in whole milliseconds and no less.
fn until(machine: Timestamp, time: Timestamp) -> SignedDuration {
    let nanos = time.duration_since(machine).as_nanos();
    let millis = nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) > 0);
    SignedDuration::from_millis(i64::try_from(millis.max(0)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_never_put_forward_too_little_and_never_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let machine = at("2026-11-30T12:00:00Z");
        for (time, millis) in
            [("2026-11-30T12:00:01Z", 1_000), ("2026-11-30T12:00:00.0000001Z", 1), ("2026-11-30T11:00:00Z", 0)]
        {
            assert_eq!(until(machine, at(time)), SignedDuration::from_millis(millis), "{time}");
        }
    }
}
