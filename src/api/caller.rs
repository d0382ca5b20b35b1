//! Who makes a call, for the features that answer it.

use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use super::refusal::{Refusal, Result};
use crate::{
    api_keys::model::Found,
    codes::Code,
    error::{self, Error},
    events::By,
    ids::AccountId,
    merchants::clock_moving,
    values::{Mode, field::Fields},
};

/// Who asks: a key that may, in a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The key, with its account and its merchant's decisions.
    pub key: Found,
    pub request: Uuid,
    /// Whether nothing new may begin, because the account's clock moves: see [`Caller::refuse_while_moving`].
    pub(crate) is_held: bool,
}

/// What decides how the things of an account are written.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    pub account: AccountId,
    /// Whether it is a live account.
    pub livemode: bool,
    /// The merchant's own fields; those that are archived are not among them.
    pub fields: &'a Fields,
}

impl Caller {
    /// Returns how the things of its account are written.
    pub fn shown(&self) -> Shown<'_> {
        Shown { account: self.key.account, livemode: self.livemode(), fields: &self.key.settings.fields }
    }

    /// Returns the key as the author of a change.
    pub fn by(&self) -> By {
        self.key.by(self.request)
    }

    /// Returns the time in the account.
    pub fn now(&self) -> Timestamp {
        self.key.clock.now()
    }

    /// Refuses to begin something new in an account whose clock moves. What has an `Idempotency-Key` comes this far, since
    /// what began with it before is still answered.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn refuse_while_moving(&self) -> Result<()> {
        if self.is_held { Err(Error::Conflict(clock_moving()).into()) } else { Ok(()) }
    }

    /// Returns whether the account is a live one.
    pub fn livemode(&self) -> bool {
        self.key.mode == Mode::Live
    }

    /// Reads an id that stands in a path.
    ///
    /// # Errors
    /// [`Caller::no`], as for an id of nobody.
    pub fn id<I: FromStr>(&self, thing: &str, path: &str) -> Result<I> {
        path.parse().map_err(|_| self.no(thing))
    }

    /// Returns the refusal of an id that names nothing here: the same text whether it is of nobody, of another merchant
    /// or of the other account.
    pub fn no(&self, thing: &str) -> Refusal {
        let message = format!(
            "No {thing} has this id in your {} account. Check the id, and whether the key is of the right mode.",
            self.key.mode.as_str()
        );
        Refusal::new(Code::NotFound, message)
    }

    /// Turns "not found" into that refusal.
    pub fn found<T>(&self, thing: &str, result: error::Result<T>) -> Result<T> {
        match result {
            Err(Error::NotFound | Error::InOtherAccount(_)) => Err(self.no(thing)),
            other => other.map_err(Refusal::House),
        }
    }
}
