//! The payments that need a person: those that failed today.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;

use super::{Status, row};
use crate::{
    attention::{Attends, Counted, MOST, Need},
    error::{Error, Result},
    ids::PaymentId,
    schema::payments,
    who::SignedIn,
};

/// Payments as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Payments;

struct Payments;

impl Attends for Payments {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        let today = now.to_zoned(who.settings.time_zone.clone());
        let start = today.start_of_day().map_err(Error::internal)?.timestamp();
        let failed = payments::table
            .filter(payments::account_id.eq(who.account))
            .filter(payments::status.eq(Status::Failed.as_str()))
            .filter(payments::id.ge(PaymentId::first_at(start)));
        let ids: Vec<PaymentId> = failed.select(payments::id).limit(MOST + 1).load(conn)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let count = Counted(ids.len() as i64);
        Ok(vec![Need {
            icon: "alert",
            is_urgent: true,
            text: format!("{} failed today", count.of("payment", "payments")),
            href: row::search("status:failed created:today"),
        }])
    }
}
