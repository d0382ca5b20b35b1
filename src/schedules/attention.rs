//! The payment schedules that need a person: those of which a part could not be collected, which charge nothing more by
//! themselves.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;

use super::status::Status;
use crate::{
    attention::{Attends, Counted, MOST, Need},
    error::Result,
    ids::ScheduleId,
    schema::payment_schedules,
    search_box::address,
    who::SignedIn,
};

/// Payment schedules as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Schedules;

struct Schedules;

impl Attends for Schedules {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, _: Timestamp) -> Result<Vec<Need>> {
        let late = payment_schedules::table
            .filter(payment_schedules::account_id.eq(who.account))
            .filter(payment_schedules::status.eq(Status::PastDue))
            .select(payment_schedules::id)
            .limit(MOST + 1);
        let count = Counted(late.load::<ScheduleId>(conn)?.len() as i64);
        if count.0 == 0 {
            return Ok(Vec::new());
        }
        let text = count.of("payment schedule is past due", "payment schedules are past due");
        let href = address("/schedules", &[("q", "status:past_due".to_owned())]);
        Ok(vec![Need { icon: "calendar", is_urgent: true, text, href }])
    }
}
