//! The clock: it gives the time and is passed in, so that a test can set it.
//!
//! An account has its own time: that of the machine, put forward by as much as staff moved the clock of their test
//! account (`test_clock`). Whatever happens in an account, or is shown of it, goes by the account's clock. The machine's stays with
//! what guards the house: sessions, throttles, one-time keys, secrets, claims of jobs.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};

/// Tells the time; cloning shares it.
#[derive(Clone)]
pub struct Clock {
    tell: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ahead: SignedDuration,
    moving_to: Option<Timestamp>,
}

impl Clock {
    /// Returns the machine's own clock.
    pub fn system() -> Self {
        Self::telling(Timestamp::now)
    }

    /// Returns a clock that gives the time of `tell`.
    pub fn telling(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { tell: Arc::new(tell), ahead: SignedDuration::ZERO, moving_to: None }
    }

    /// Returns this clock put forward by so much, in place of what it was put forward before.
    #[must_use]
    pub fn put_forward(&self, ahead: SignedDuration) -> Self {
        Self { ahead, ..self.clone() }
    }

    /// Says that it is on its way to a time; nothing where it stays as it is.
    #[must_use]
    pub fn moving_to(&self, time: Option<Timestamp>) -> Self {
        Self { moving_to: time, ..self.clone() }
    }

    /// Returns the time to which it is on its way, if it is.
    pub fn way_to(&self) -> Option<Timestamp> {
        self.moving_to
    }

    /// Returns the machine's clock, on which it stands.
    #[must_use]
    pub fn of_machine(&self) -> Self {
        Self { ahead: SignedDuration::ZERO, moving_to: None, ..self.clone() }
    }

    /// Returns how much it is put forward.
    pub fn ahead(&self) -> SignedDuration {
        self.ahead
    }

    /// Returns the time; that of the end of all time where it was put forward beyond.
    pub fn now(&self) -> Timestamp {
        (self.tell)().checked_add(self.ahead).unwrap_or(Timestamp::MAX)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("ahead", &self.ahead).finish_non_exhaustive()
    }
}
