//! The statuses of a payment schedule and of its parts, and the only place that defines which may follow which.

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};

use crate::values::text_value;

/// The status of a payment schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Status {
    Active,
    /// The tries of a part are over: nothing more is charged until somebody decides.
    PastDue,
    /// Every part is paid or skipped.
    Finished,
    /// Somebody skipped all that was left, or its customer was deleted.
    Canceled,
}

impl Status {
    /// All statuses, in the order of screens.
    pub const ALL: [Self; 4] = [Self::Active, Self::PastDue, Self::Finished, Self::Canceled];

    /// Returns whether `next` may follow.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Active | Self::PastDue => self != next,
            // When what ended it is taken back.
            Self::Finished | Self::Canceled => matches!(next, Self::Active | Self::PastDue),
        }
    }

    /// Returns the name as stored and typed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::PastDue => "past_due",
            Self::Finished => "finished",
            Self::Canceled => "canceled",
        }
    }

    /// Returns the label on a screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::PastDue => "Past due",
            Self::Finished => "Finished",
            Self::Canceled => "Canceled",
        }
    }

    /// Returns the badge's colour: `ok`, `warn`, `bad`, `info`, or none.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Active => "info",
            Self::PastDue => "bad",
            Self::Finished => "ok",
            Self::Canceled => "",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence that names all of them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let known = Self::ALL.into_iter().find(|one| one.as_str() == text);
        known.ok_or("Use active, past_due, finished or canceled.")
    }
}

text_value!(Status, &'static str, stored: |text: String| Status::parse(&text));

/// The status of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum PartStatus {
    /// Nobody tried to charge it yet.
    Planned,
    /// A charge for it is under way.
    Processing,
    Paid,
    /// The last try failed.
    Failed,
    /// It is not charged, and not owed by this schedule any more.
    Skipped,
}

use PartStatus::{Failed, Paid, Planned, Processing, Skipped};

impl PartStatus {
    /// All statuses, in the order of screens.
    pub const ALL: [Self; 5] = [Planned, Processing, Paid, Failed, Skipped];

    /// Returns whether `next` may follow.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Planned => matches!(next, Processing | Failed | Skipped),
            // A charge that is called off was no try.
            Processing => matches!(next, Paid | Failed | Planned),
            // One that gets another day is planned anew.
            Failed => matches!(next, Processing | Planned | Skipped),
            // When that is taken back.
            Skipped => matches!(next, Planned | Failed),
            Paid => false,
        }
    }

    /// Returns whether it is still to be charged, and no charge is under way.
    pub fn is_open(self) -> bool {
        matches!(self, Planned | Failed)
    }

    /// Returns the name as stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            Planned => "planned",
            Processing => "processing",
            Paid => "paid",
            Failed => "failed",
            Skipped => "skipped",
        }
    }

    /// Returns the label on a screen.
    pub fn label(self) -> &'static str {
        match self {
            Planned => "Planned",
            Processing => "Processing",
            Paid => "Paid",
            Failed => "Failed",
            Skipped => "Skipped",
        }
    }

    /// Returns the badge's colour.
    pub fn tone(self) -> &'static str {
        match self {
            Planned | Skipped => "",
            Processing => "info",
            Paid => "ok",
            Failed => "bad",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or("This is no status of a part.")
    }
}

text_value!(PartStatus, &'static str, stored: |text: String| PartStatus::parse(&text));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_is_followed_by_these() {
        use Status::{Active, Canceled, Finished, PastDue};
        for (from, next) in [
            (Active, vec![PastDue, Finished, Canceled]),
            (PastDue, vec![Active, Finished, Canceled]),
            (Finished, vec![Active, PastDue]),
            (Canceled, vec![Active, PastDue]),
        ] {
            let may: Vec<_> = Status::ALL.into_iter().filter(|to| from.may_become(*to)).collect();
            assert_eq!(may, next, "{from}");
        }
        for (from, next) in [
            (Planned, vec![Processing, Failed, Skipped]),
            (Processing, vec![Planned, Paid, Failed]),
            (Paid, vec![]),
            (Failed, vec![Planned, Processing, Skipped]),
            (Skipped, vec![Planned, Failed]),
        ] {
            let may: Vec<_> = PartStatus::ALL.into_iter().filter(|to| from.may_become(*to)).collect();
            assert_eq!(may, next, "{from}");
        }
    }
}
