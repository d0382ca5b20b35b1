//! A subscription's status and the reason of its end, and the only place that defines which status may follow which.

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};

use crate::values::text_value;

/// The status of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Status {
    /// Its first charge is still to come.
    Trialing,
    /// Its first invoice has to be paid before it begins.
    Incomplete,
    Active,
    /// An invoice of it failed or is overdue.
    PastDue,
    /// It has ended. Whoever canceled it may take that back while its period lasts.
    Canceled,
}

use Status::{Active, Canceled, Incomplete, PastDue, Trialing};

impl Status {
    /// All statuses, in the order of screens.
    pub const ALL: [Self; 5] = [Trialing, Incomplete, Active, PastDue, Canceled];

    /// Returns whether `next` may follow.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Incomplete | PastDue => matches!(next, Active | Canceled),
            // The charge that ends a trial may fail at once.
            Trialing | Active => matches!(next, Active | PastDue | Canceled) && self != next,
            Canceled => matches!(next, Trialing | Active),
        }
    }

    /// Returns the name as stored and typed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Trialing => "trialing",
            Incomplete => "incomplete",
            Active => "active",
            PastDue => "past_due",
            Canceled => "canceled",
        }
    }

    /// Returns the label on a screen.
    pub fn label(self) -> &'static str {
        match self {
            Trialing => "Trial",
            Incomplete => "Waiting for the first payment",
            Active => "Active",
            PastDue => "Past due",
            Canceled => "Canceled",
        }
    }

    /// Returns the badge's colour: `ok`, `warn`, `bad`, `info`, or none.
    pub fn tone(self) -> &'static str {
        match self {
            Trialing | Incomplete => "info",
            Active => "ok",
            PastDue => "bad",
            Canceled => "",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence that names all of them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let known = Self::ALL.into_iter().find(|one| one.as_str() == text);
        known.ok_or("Use trialing, incomplete, active, past_due or canceled.")
    }
}

text_value!(Status, &'static str, stored: |text: String| Status::parse(&text));

/// Why a subscription has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum EndReason {
    /// Somebody canceled it.
    ByStaff,
    /// Its last period is over, as it was agreed.
    PeriodEnd,
    /// The last try failed, and the merchant wants it canceled then.
    Unpaid,
    /// Its first invoice was not paid in time.
    NeverPaid,
    /// Its customer was deleted.
    CustomerDeleted,
}

impl EndReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [Self::ByStaff, Self::PeriodEnd, Self::Unpaid, Self::NeverPaid, Self::CustomerDeleted];

    /// Returns the name as stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ByStaff => "by_staff",
            Self::PeriodEnd => "period_end",
            Self::Unpaid => "unpaid",
            Self::NeverPaid => "never_paid",
            Self::CustomerDeleted => "customer_deleted",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or("This is no reason of an end.")
    }
}

text_value!(EndReason, &'static str, stored: |text: String| EndReason::parse(&text));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_is_followed_by_these() {
        for (from, next) in [
            (Trialing, vec![Active, PastDue, Canceled]),
            (Incomplete, vec![Active, Canceled]),
            (Active, vec![PastDue, Canceled]),
            (PastDue, vec![Active, Canceled]),
            (Canceled, vec![Trialing, Active]),
        ] {
            let may: Vec<_> = Status::ALL.into_iter().filter(|to| from.may_become(*to)).collect();
            assert_eq!(may, next, "{from}");
        }
    }
}
