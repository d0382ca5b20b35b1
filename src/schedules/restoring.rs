//! What was left out of a payment schedule comes back as it was: a part that somebody skipped, and all that a cancellation
//! skipped.

use diesel::PgConnection;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    held::{Held, NEXT_TRY, OPEN, about, waiting},
    kinds,
    model::{self, Part, Schedule},
    status::{PartStatus, Status},
};
use crate::{
    codes::Code,
    customers::model as customers,
    error::{Error, Result},
    events::{Fields, fields::value},
    history::{self, Event},
    ids::PartId,
    payment_methods::revert::refuse_removed,
    values::{Money, money::LARGEST},
};

impl Held<'_> {
    /// Brings a part back that an event skipped: planned for its day, or failed with the time of its next try. A schedule
    /// that was finished by that goes on.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not skipped any more, or the schedule has ended otherwise.
    pub(super) fn bring_back(&mut self, conn: &mut PgConnection, no: i16, skipped: &Event) -> Result<()> {
        let (part, is) = (self.part(no)?.clone(), &self.schedule);
        // The event that it is finished follows that of the skip.
        let is_last = is.status == Status::Finished && is.version == skipped.version + 1;
        let says = match () {
            () if is.status == Status::Canceled => "The payment schedule is canceled by now. Take that back first.",
            () if is.is_ended() && !is_last => "The payment schedule is finished by now. Make another one.",
            () if part.status != PartStatus::Skipped => "This part is not skipped any more.",
            () if self.is_paid_off_since(conn, no, skipped)? => "It was paid off together with the others since.",
            () => "",
        };
        if !says.is_empty() {
            return Err(not_undoable(says));
        }
        if is.total + part.amount > LARGEST {
            let sentence = format!("All parts together come to {} at most.", Money::new(LARGEST, is.currency));
            return Err(Error::Conflict(Code::AmountInvalid.says(sentence)));
        }
        let about = about(&part);
        self.put_back(conn, part, next_try(&skipped.before))?;
        self.go_on(conn, kinds::PART_RESTORED, (Fields::new(), about))
    }

    /// Lets one go on that somebody canceled: what was left of it then is open again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not canceled any more, its customer is deleted, or its method was removed.
    pub(super) fn restore(&mut self, conn: &mut PgConnection, canceled: &Event) -> Result<()> {
        if self.schedule.status != Status::Canceled {
            return Err(not_undoable("It goes on already."));
        }
        let mut sum = 0;
        for left in value(&canceled.before, OPEN).as_array().into_iter().flatten() {
            let left: Fields = serde_json::from_value(left.clone()).map_err(Error::internal)?;
            let no = part_no(&left).ok_or(Error::NotFound)?;
            let part = self.part(no)?.clone();
            sum += part.amount;
            self.put_back(conn, part, next_try(&left))?;
        }
        let after = Fields::from([("amount".to_owned(), json!(sum))]);
        self.go_on(conn, kinds::RESTORED, (Fields::new(), after))
    }

    /// Returns whether a part that came back after an event was then part of the sum by which all was paid off.
    fn is_paid_off_since(&self, conn: &mut PgConnection, no: i16, skipped: &Event) -> Result<bool> {
        let mut is_open = false;
        for event in history::after_version(conn, self.by.account, skipped.subject, skipped.version)? {
            let is_of_part = part_no(&event.after) == Some(no);
            match event.kind.as_str() {
                kinds::PART_RESTORED if is_of_part => is_open = true,
                kinds::PART_SKIPPED if is_of_part => is_open = false,
                kinds::PAID_OFF if is_open => return Ok(true),
                _ => {}
            }
        }
        Ok(false)
    }

    /// Makes a part open again that was skipped; it failed before if it was tried.
    fn put_back(&mut self, conn: &mut PgConnection, part: Part, next_try_at: Option<Timestamp>) -> Result<()> {
        let status = if part.tries > 0 { PartStatus::Failed } else { PartStatus::Planned };
        let is_busy = |part: &Part| matches!(part.status, PartStatus::Failed | PartStatus::Processing);
        if status == PartStatus::Failed && self.parts.iter().any(is_busy) {
            return Err(not_undoable("It had failed, and by now another part is being charged or has failed."));
        }
        self.put(conn, Part { status, next_try_at, ..part })
    }

    /// Stores that it goes on with its parts as they are, in one event.
    fn go_on(
        &mut self,
        conn: &mut PgConnection,
        kind: &'static str,
        (mut before, mut after): (Fields, Fields),
    ) -> Result<()> {
        let was = self.schedule.clone();
        customers::find(conn, was.account_id, was.customer_id)?.refuse_deleted()?;
        if was.is_ended() {
            refuse_removed(conn, was.account_id, was.method_id)?;
            self.schedule = Schedule { status: Status::Active, ended_at: None, ..was.clone() };
        }
        let status = self.schedule.status_by(&self.parts);
        let next = Schedule { status, ..self.schedule.clone() }.by_its_parts(&self.parts, &self.zone)?;
        if next.status != was.status {
            before.insert("status".to_owned(), json!(was.status.as_str()));
            after.insert("status".to_owned(), json!(next.status.as_str()));
        }
        self.schedule = model::store(conn, self.by, &was, next, (kind, before, after))?;
        Ok(())
    }

    /// Returns the parts that are charged one after the other by now without anybody's doing, with what each comes to.
    pub(super) fn charged_now(&self) -> Result<Vec<(PartId, i64)>> {
        let now = match self.running() {
            // They follow as soon as it is paid.
            Some(_) => true,
            None => self.schedule.status == Status::Active && self.next_time()?.is_some_and(|at| at <= self.now),
        };
        let is_tried = |part: &&Part| part.next_try_at.is_none_or(|at| at <= self.now);
        let waiting = waiting(&self.parts, self.today).filter(is_tried).map(|part| (part.id, part.amount));
        Ok(if now { waiting.collect() } else { Vec::new() })
    }
}

/// Returns the number of the part that an event is about.
pub(super) fn part_no(fields: &Fields) -> Option<i16> {
    value(fields, "part").as_i64().and_then(|no| i16::try_from(no).ok())
}

/// Returns when a part was to be tried again, as an event has it.
fn next_try(fields: &Fields) -> Option<Timestamp> {
    fields.get(NEXT_TRY).and_then(Value::as_str).and_then(|at| at.parse().ok())
}

pub(super) fn not_undoable(sentence: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::Conflict(Code::NotUndoable.says(sentence))
}
