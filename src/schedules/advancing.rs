//! What happens to a payment schedule by itself, as its one job: the part whose turn it is gets charged. The job only
//! writes rows: a payment, and the job that settles it.

use diesel::PgConnection;
use jiff::Timestamp;

use super::held::Held;
use crate::{
    error::{Error, Result},
    events::By,
    ids::ScheduleId,
};

/// Does what is due for a schedule. Returns the time of the next thing; call it in the transaction of its job.
///
/// # Errors
/// When the database fails.
pub fn advance(conn: &mut PgConnection, by: &By, id: ScheduleId) -> Result<Option<Timestamp>> {
    let mut held = match Held::open(conn, by, id) {
        Err(Error::NotFound) => return Ok(None),
        held => held?,
    };
    held.bring_up_to_date(conn)?;
    if held.schedule.status == super::Status::Active { held.next_time() } else { Ok(None) }
}
