//! A typed code as a proof: tried as often as the throttle lets, taken once, and told.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::model::{self, Own, Taken};
use crate::{
    db::Db,
    error::Result,
    form::Sent,
    logging::{SecurityEvent, Whom},
    sealing::Seals,
    staff::{
        pages::{ONE_TIME_CODE, spoken},
        throttle::Throttle,
    },
};

/// What a code is checked with.
#[derive(Clone, Copy)]
pub struct Checks<'a> {
    pub db: &'a Db,
    pub seals: &'a Seals,
    pub throttle: &'a Throttle,
}

/// A code that was not taken.
pub enum Refused {
    /// It is wrong, was used, or is too old.
    Wrong,
    /// There were too many.
    Wait(Duration),
}

impl Refused {
    /// Returns the sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Wrong => "This code is not right, was used already, or is too old. Wait for the next one.".to_owned(),
            Self::Wait(wait) => format!("Too many tries. Wait {} and try again.", spoken(*wait)),
        }
    }
}

impl Checks<'_> {
    /// Takes the code that was sent. Returns how many recovery codes are left, if it was one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(self, own: &Own, sent: &Sent, whom: Whom) -> Result<Result<Option<usize>, Refused>> {
        if let Err(wait) = self.throttle.admit_code(own.staff, Instant::now()) {
            SecurityEvent::SecondFactorLimited.tell(whom);
            return Ok(Err(Refused::Wait(wait)));
        }
        let typed: String = sent.typed.first(ONE_TIME_CODE).unwrap_or_default().chars().take(100).collect();
        let (taker, seals) = (own.clone(), self.seals.clone());
        let taken = self.db.write(move |conn| model::take_code(conn, &seals, &taker, &typed, Timestamp::now())).await?;
        if taken == Taken::Wrong {
            SecurityEvent::SecondFactorFailed.tell(whom);
            return Ok(Err(Refused::Wrong));
        }
        self.throttle.code_succeeded(own.staff);
        Ok(Ok(match taken {
            Taken::Recovery(left) => {
                SecurityEvent::RecoveryCodeUsed.tell(whom);
                Some(left)
            }
            _ => None,
        }))
    }
}

/// Returns the notice for who used a recovery code.
pub fn told(left: usize) -> String {
    match left {
        0 => "You used your last recovery code. Make new ones on this page".to_owned(),
        1 => "You used a recovery code. One is left".to_owned(),
        left => format!("You used a recovery code. {left} are left"),
    }
}
