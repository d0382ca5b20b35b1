//! What follows when a payment for a part is settled: the part is paid or tried again, and the next one has its turn.

use diesel::PgConnection;
use serde_json::json;

use super::{
    held::{Held, about},
    kinds,
    model::Part,
    status::{PartStatus, Status},
};
use crate::{
    error::{Error, Result},
    events::{By, Fields},
    payments::{
        self,
        debts::{Debts, Owed},
        model::Payment,
        tries,
    },
};

/// Parts, as that for which payments are.
pub static DEBTS: Owed = &Parts;

struct Parts;

impl Debts for Parts {
    fn hold(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        if let Some(part) = payment.part {
            Held::open_of(conn, by, part)?;
        }
        Ok(())
    }

    fn follow(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        let Some(id) = payment.part else { return Ok(()) };
        let mut held = Held::open_of(conn, by, id)?;
        let part = held.parts.iter().find(|part| part.id == id).cloned().ok_or(Error::NotFound)?;
        match payment.status {
            payments::Status::Succeeded => held.paid(conn, part, payment)?,
            payments::Status::Failed => {
                held.failed(conn, part, payment.failure.as_deref().unwrap_or_default())?;
            }
            payments::Status::Canceled => held.called_off(conn, part)?,
            _ => {}
        }
        held.bring_up_to_date(conn)?;
        held.schedule_next(conn)
    }
}

impl Held<'_> {
    fn paid(&mut self, conn: &mut PgConnection, part: Part, payment: &Payment) -> Result<()> {
        let mut after = about(&part);
        after.insert("payment".to_owned(), json!(payment.id));
        self.put(conn, Part { status: PartStatus::Paid, failure: None, ..part })?;
        self.note(conn, kinds::PART_PAID, (Fields::new(), after))
    }

    /// Has a part whose charge was called off tried again on the next day: that was no try that failed. One whose tries
    /// were over waits for somebody's decision as before.
    fn called_off(&mut self, conn: &mut PgConnection, part: Part) -> Result<()> {
        let status = if part.tries > 0 { PartStatus::Failed } else { PartStatus::Planned };
        let next_try_at = match self.schedule.status {
            Status::Active => Some(tries::tomorrow(self.now, &self.zone)?),
            _ => None,
        };
        self.put(conn, Part { status, next_try_at, ..part })?;
        self.put_next(conn)
    }
}
