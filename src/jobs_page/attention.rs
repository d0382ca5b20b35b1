//! The jobs that need an admin: those that were given up, and those that nobody does.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{PAGE, stuck};
use crate::{
    attention::{Attends, Counted, MOST, Need},
    error::Result,
    jobs::lag,
    who::SignedIn,
};

/// Jobs as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Jobs;

struct Jobs;

impl Attends for Jobs {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, _: Timestamp) -> Result<Vec<Need>> {
        if !who.may_change_settings() {
            return Ok(Vec::new());
        }
        let mut needs = Vec::new();
        let mut need = |text: String| needs.push(Need { icon: "alert", is_urgent: true, text, href: PAGE.to_owned() });
        let stuck = Counted(stuck::count(conn, who.account, MOST + 1)?);
        if stuck.0 > 0 {
            need(stuck.of("job is stuck and waits for you", "jobs are stuck and wait for you"));
        }
        if let Some(late) = lag::very_late(&lag::read(conn)?) {
            need(format!("Jobs are late, the oldest by {late}"));
        }
        Ok(needs)
    }
}
