//! A payment's status, and the only place that defines which status may follow which.

use std::{fmt, str::FromStr};

use crate::{codes::Code, reason::Reason};

/// The status of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Asked for; the outcome is not known yet.
    Processing,
    Succeeded,
    /// Not paid, and never will be by this payment.
    Failed,
    /// Canceled before it was paid.
    Canceled,
    /// Paid, and part of it refunded.
    PartiallyRefunded,
    /// Paid, and all of it refunded.
    Refunded,
}

use Status::{Canceled, Failed, PartiallyRefunded, Processing, Refunded, Succeeded};

impl Status {
    /// All statuses, in the order of screens.
    pub const ALL: [Self; 6] = [Processing, Succeeded, PartiallyRefunded, Refunded, Failed, Canceled];

    /// The statuses of payments that ever succeeded, which figures count.
    pub const PAID: [Self; 3] = [Succeeded, PartiallyRefunded, Refunded];

    /// Returns whether `next` may follow. No status follows itself, except when another part is refunded.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Processing => matches!(next, Succeeded | Failed | Canceled),
            Succeeded | PartiallyRefunded => matches!(next, PartiallyRefunded | Refunded),
            Failed | Canceled | Refunded => false,
        }
    }

    /// Returns whether the payment was ever paid.
    pub fn is_paid(self) -> bool {
        Self::PAID.contains(&self)
    }

    /// Returns the name as stored and typed.
    pub fn as_str(self) -> &'static str {
        match self {
            Processing => "processing",
            Succeeded => "succeeded",
            Failed => "failed",
            Canceled => "canceled",
            PartiallyRefunded => "partially_refunded",
            Refunded => "refunded",
        }
    }

    /// Returns the label on a screen.
    pub fn label(self) -> &'static str {
        match self {
            Processing => "Processing",
            Succeeded => "Succeeded",
            Failed => "Failed",
            Canceled => "Canceled",
            PartiallyRefunded => "Partially refunded",
            Refunded => "Refunded",
        }
    }

    /// Returns the badge's colour: `ok`, `warn`, `bad`, `info`, or none.
    pub fn tone(self) -> &'static str {
        match self {
            Processing => "info",
            Succeeded => "ok",
            Failed => "bad",
            PartiallyRefunded => "warn",
            Canceled | Refunded => "",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for an unknown status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusError;

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Choose one of the statuses.")
    }
}

impl std::error::Error for StatusError {}

impl From<StatusError> for Reason {
    fn from(err: StatusError) -> Self {
        Code::NotOneOf.says(err.to_string())
    }
}

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(StatusError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_moves_only_forward() {
        let moves: Vec<String> = Status::ALL
            .iter()
            .flat_map(|from| Status::ALL.iter().map(move |to| (from, to)))
            .filter(|(from, to)| from.may_become(**to))
            .map(|(from, to)| format!("{from} {to}"))
            .collect();
        let allowed = [
            "processing succeeded",
            "processing failed",
            "processing canceled",
            "succeeded partially_refunded",
            "succeeded refunded",
            "partially_refunded partially_refunded",
            "partially_refunded refunded",
        ];
        assert_eq!(moves, allowed);
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
    }

    #[test]
    fn what_was_paid_stays_paid() {
        for from in Status::PAID {
            assert!(Status::ALL.iter().all(|to| !from.may_become(*to) || to.is_paid()));
        }
    }
}
