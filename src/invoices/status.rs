//! The status of an invoice, and how it is collected.

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};

use crate::values::text_value;

/// The status of an invoice. That its day has passed is none: an open invoice may be overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Status {
    /// Something of it is not paid.
    Open,
    Paid,
    /// It was a mistake. It keeps its number, and its periods can be billed by hand.
    Void,
    /// Nobody tries to collect it any more.
    Uncollectible,
}

use Status::{Open, Paid, Uncollectible, Void};

impl Status {
    /// All statuses, in the order of screens.
    pub const ALL: [Self; 4] = [Open, Paid, Uncollectible, Void];

    /// Returns whether `next` may follow.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Open => matches!(next, Paid | Void | Uncollectible),
            // Its money may come in after all, and what was written off may be taken back.
            Uncollectible => matches!(next, Paid | Void | Open),
            Paid | Void => false,
        }
    }

    /// Returns the name as stored and typed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Open => "open",
            Paid => "paid",
            Void => "void",
            Uncollectible => "uncollectible",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence that names all of them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or("Use open, paid, void or uncollectible.")
    }
}

text_value!(Status, &'static str, stored: |text: String| Status::parse(&text));

/// How the money of an invoice or of a subscription comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Collects {
    /// A payment method is charged, and tried again on other days.
    Charge,
    /// The bill is sent, and whoever owes it pays by its day.
    Invoice,
}

impl Collects {
    /// Returns the name as stored and typed.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Invoice => "invoice",
        }
    }

    /// Reads the stored name.
    ///
    /// # Errors
    /// A sentence that names both.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let known = [Self::Charge, Self::Invoice].into_iter().find(|one| one.as_str() == text);
        known.ok_or("Use charge or invoice.")
    }
}

text_value!(Collects, &'static str, stored: |text: String| Collects::parse(&text));
