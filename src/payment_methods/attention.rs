//! The default cards that expire this month: the next charge by them may be declined.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{DEFAULT_EXPIRING, expired};
use crate::{
    attention::{Attends, Counted, MOST, Need},
    error::Result,
    values::expiry,
    who::SignedIn,
};

/// Payment methods as a feature that needs people.
pub static ATTENDS: &dyn Attends = &PaymentMethods;

struct PaymentMethods;

impl Attends for PaymentMethods {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        let days = expiry::this_month(expiry::today(now, &who.settings.time_zone));
        let count = expired::count_within(conn, who.account, days, MOST + 1)?;
        let text = Counted(count).of("customer’s default card expires", "customers’ default cards expire");
        let need = Need {
            icon: "card",
            is_urgent: false,
            text: format!("{text} this month"),
            href: format!("/customers?q=card%3A{DEFAULT_EXPIRING}"),
        };
        Ok(if count == 0 { Vec::new() } else { vec![need] })
    }
}
