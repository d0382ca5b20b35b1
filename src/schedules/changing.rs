//! What people do with a payment schedule: another day or amount of a part, leaving one out, all that is left at once, the
//! method that is charged, its end.

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::json;

use super::{
    held::{Held, about, left, waiting_for},
    kinds,
    model::{self, Part, Schedule},
    status::{PartStatus, Status},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::Fields,
    ids::{MethodId, PartId},
    payment_methods::charging::for_charge,
    values::{Money, money::LARGEST},
};

impl Held<'_> {
    /// Refuses to change one that has ended.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn refuse_ended(&self) -> Result<()> {
        let sentence = match self.schedule.status {
            Status::Active | Status::PastDue => return Ok(()),
            Status::Finished => "This payment schedule is finished: every part is paid or skipped. Make another one.",
            Status::Canceled => "This payment schedule is canceled. Make another one.",
        };
        Err(Error::Conflict(Code::ScheduleEnded.says(sentence)))
    }

    /// Returns a part that can still be changed.
    fn changeable(&self, no: i16) -> Result<Part> {
        let part = self.part(no)?;
        let sentence = match part.status {
            PartStatus::Planned | PartStatus::Failed => return Ok(part.clone()),
            PartStatus::Processing => return Err(Error::Conflict(under_way())),
            PartStatus::Paid => "This part is paid, so it stays as it is.",
            PartStatus::Skipped => "This part was skipped, so it stays as it is.",
        };
        Err(Error::Conflict(Code::PartClosed.says(sentence)))
    }

    /// Gives a part another day or another amount. One that failed and gets a day is planned anew, with all its tries; one
    /// that is due today is charged at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the part; [`Error::Conflict`] when it is paid, skipped or being charged, the day has
    /// passed, or all parts come to too much.
    pub fn change_part(
        &mut self,
        conn: &mut PgConnection,
        no: i16,
        (due_on, amount): (Option<Date>, Option<i64>),
    ) -> Result<()> {
        self.alter(conn, no, (due_on, amount))?;
        self.bring_up_to_date(conn)?;
        self.schedule_next(conn)
    }

    /// Works like [`Held::change_part`], but nothing is charged with it.
    pub(super) fn alter(
        &mut self,
        conn: &mut PgConnection,
        no: i16,
        (due_on, amount): (Option<Date>, Option<i64>),
    ) -> Result<()> {
        self.refuse_ended()?;
        let was = self.changeable(no)?;
        let (is_failed, is_same) = (was.status == PartStatus::Failed, amount.is_none_or(|amount| amount == was.amount));
        if is_failed && is_same && due_on == Some(was.due_on) && was.due_on == self.today {
            let sentence = "It is due today already, and charging it failed. Charge it now, or choose a later day.";
            return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
        }
        let due_on = due_on.filter(|day| *day != was.due_on);
        let amount = amount.filter(|amount| *amount != was.amount);
        if due_on.is_some_and(|day| day < self.today) {
            let sentence = "This day has passed. Choose today or a later one.";
            return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
        }
        let more = amount.unwrap_or(was.amount) - was.amount;
        if self.schedule.total + more > LARGEST {
            let most = Money::new(LARGEST, self.schedule.currency);
            let sentence = format!("All parts together come to {most} at most.");
            return Err(Error::Conflict(Code::AmountInvalid.says(sentence)));
        }
        let (mut next, mut before, mut after) = (was.clone(), Fields::new(), about(&was));
        if let Some(amount) = amount {
            next.amount = amount;
            before.insert("amount".to_owned(), json!(was.amount));
            after.insert("amount".to_owned(), json!(amount));
        }
        if let Some(day) = due_on {
            let planned = Part {
                status: PartStatus::Planned,
                tries: 0,
                first_failed_at: None,
                next_try_at: None,
                failure: None,
                ..next
            };
            next = Part { due_on: day, ..planned };
            before.insert("due_on".to_owned(), json!(was.due_on));
            after.insert("due_on".to_owned(), json!(day));
            if is_failed {
                before.insert("status".to_owned(), json!(was.status.as_str()));
                after.insert("status".to_owned(), json!(next.status.as_str()));
            }
        }
        if next == was {
            return Ok(());
        }
        self.put(conn, next)?;
        self.note(conn, kinds::PART_MOVED, (before, after))
    }

    /// Leaves a part out: it is not charged, and the total falls by it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without the part; [`Error::Conflict`] when it is paid, skipped or being charged.
    pub fn skip(&mut self, conn: &mut PgConnection, no: i16) -> Result<()> {
        self.leave_out(conn, no)?;
        self.bring_up_to_date(conn)?;
        self.schedule_next(conn)
    }

    /// Works like [`Held::skip`], but nothing is charged with it.
    pub(super) fn leave_out(&mut self, conn: &mut PgConnection, no: i16) -> Result<()> {
        self.refuse_ended()?;
        let part = self.changeable(no)?;
        let (before, about) = (waiting_for(&part), about(&part));
        self.put(conn, skipped(part))?;
        self.note(conn, kinds::PART_SKIPPED, (before, about))
    }

    /// Charges all that is left at once: its parts are skipped, and one of their sum, due today, takes their place.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, a part is being charged, or nothing can be charged.
    pub fn pay_off(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.refuse_ended()?;
        self.refuse_under_way()?;
        let (customer, method) = (self.schedule.customer_id, self.schedule.method_id);
        for_charge(conn, self.by.account, customer, method, self.today)?.map_err(Error::Conflict)?;
        let open: Vec<Part> = self.open_parts().cloned().collect();
        let rest = Part {
            account_id: self.by.account,
            id: PartId::at(self.now),
            schedule_id: self.schedule.id,
            position: self.parts.iter().map(|part| part.position).max().unwrap_or_default() + 1,
            due_on: self.today,
            amount: open.iter().map(|part| part.amount).sum(),
            status: PartStatus::Planned,
            tries: 0,
            first_failed_at: None,
            next_try_at: None,
            failure: None,
        };
        let mut after = about(&rest);
        after.insert("skipped".to_owned(), json!(open.len()));
        model::insert_part(conn, &rest)?;
        for part in open {
            self.put(conn, skipped(part))?;
        }
        self.parts.push(rest);
        self.note(conn, kinds::PAID_OFF, (Fields::new(), after))?;
        self.bring_up_to_date(conn)?;
        self.schedule_next(conn)
    }

    /// Changes what it is for.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended.
    pub fn describe(&mut self, conn: &mut PgConnection, description: String) -> Result<()> {
        self.refuse_ended()?;
        let was = self.schedule.description.clone();
        if was == description {
            return Ok(());
        }
        self.schedule.description.clone_from(&description);
        let of = |text: &str| Fields::from([("description".to_owned(), json!(text))]);
        self.note(conn, kinds::CHANGED, (of(&was), of(&description)))
    }

    /// Changes the method that is charged: that one, or the wallet's default of each day. Where a part failed and `collect`
    /// says so, it is charged now. Returns whether a charge has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended.
    pub fn change_method(&mut self, conn: &mut PgConnection, method: Option<MethodId>, collect: bool) -> Result<bool> {
        self.refuse_ended()?;
        let was = self.schedule.method_id;
        if was != method {
            self.schedule.method_id = method;
            let of = |method: Option<MethodId>| Fields::from([("method".to_owned(), json!(method))]);
            self.note(conn, kinds::CHANGED, (of(was), of(method)))?;
        }
        let begun = collect && self.collect_now(conn)?;
        self.schedule_next(conn)?;
        Ok(begun)
    }

    /// Ends it: all that is left is skipped.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, or a part is being charged.
    pub fn cancel(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.refuse_ended()?;
        self.refuse_under_way()?;
        let open: Vec<Part> = self.open_parts().cloned().collect();
        let sum: i64 = open.iter().map(|part| part.amount).sum();
        let after = Fields::from([("skipped".to_owned(), json!(open.len())), ("amount".to_owned(), json!(sum))]);
        let before = left(&open);
        for part in open {
            self.put(conn, skipped(part))?;
        }
        let total = self.schedule.paid;
        let next = Schedule {
            status: Status::Canceled,
            total,
            next_on: None,
            ended_at: Some(self.now),
            ..self.schedule.clone()
        };
        self.schedule = model::store(conn, self.by, &self.schedule, next, (kinds::CANCELED, before, after))?;
        self.schedule_next(conn)
    }

    fn refuse_under_way(&self) -> Result<()> {
        let is_under_way = self.parts.iter().any(|part| part.status == PartStatus::Processing);
        if is_under_way { Err(Error::Conflict(under_way())) } else { Ok(()) }
    }
}

fn skipped(part: Part) -> Part {
    Part { status: PartStatus::Skipped, next_try_at: None, ..part }
}

fn under_way() -> crate::reason::Reason {
    Code::ChargeUnderWay.says("A charge for a part is under way. Wait for it, or cancel its payment first.")
}
