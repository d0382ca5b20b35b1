//! A payment schedule that is locked, with all that its changes need to know.

use diesel::PgConnection;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    kinds,
    model::{self, Part, Schedule},
    status::{PartStatus, Status},
};
use crate::{
    customers::model as customers,
    error::{Error, Result},
    events::{By, Fields},
    ids::{PartId, ScheduleId},
    jobs, merchants,
    payments::{
        debts::Debt,
        tries::{self, Demand, Try},
    },
    values::{Money, interval::begins},
};

/// A payment schedule that is locked together with its customer until the transaction ends.
pub struct Held<'b> {
    pub by: &'b By,
    pub schedule: Schedule,
    /// Its parts by their numbers.
    pub parts: Vec<Part>,
    pub(super) zone: TimeZone,
    pub now: Timestamp,
    /// The merchant's date.
    pub today: Date,
}

impl<'b> Held<'b> {
    /// Locks a schedule: its customer first, as everybody does.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn open(conn: &mut PgConnection, by: &'b By, id: ScheduleId) -> Result<Self> {
        let customer = model::find(conn, by.account, id)?.customer_id;
        customers::find_for_update(conn, by.account, customer)?;
        let schedule = model::find_for_update(conn, by.account, id)?;
        let parts = model::parts(conn, by.account, id)?;
        Self::of(conn, by, schedule, parts)
    }

    /// Works like [`Held::open`] for the schedule that a part is of.
    pub(super) fn open_of(conn: &mut PgConnection, by: &'b By, part: PartId) -> Result<Self> {
        let id = model::schedule_of(conn, by.account, part)?;
        Self::open(conn, by, id)
    }

    /// Makes one of a new schedule of a customer who is locked.
    pub(super) fn of(conn: &mut PgConnection, by: &'b By, schedule: Schedule, parts: Vec<Part>) -> Result<Self> {
        let (zone, now) = (merchants::time_zone(conn, by.account)?, by.now());
        let today = now.to_zoned(zone.clone()).date();
        Ok(Self { by, schedule, parts, zone, now, today })
    }

    /// Returns the part with that number.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn part(&self, no: i16) -> Result<&Part> {
        self.parts.iter().find(|part| part.position == no).ok_or(Error::NotFound)
    }

    /// Returns the part whose turn it is: no other is charged before it is paid or skipped.
    pub fn head(&self) -> Option<&Part> {
        head(&self.parts)
    }

    /// Returns the part that is being charged, if one is.
    pub fn running(&self) -> Option<PartId> {
        self.parts.iter().find(|part| part.status == PartStatus::Processing).map(|part| part.id)
    }

    /// Returns what is left of it that nobody has begun to charge.
    pub fn open_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.status.is_open())
    }

    /// Returns what a part comes to.
    pub fn money(&self, part: &Part) -> Money {
        Money::new(part.amount, self.schedule.currency)
    }

    /// Stores a part as it became.
    pub(super) fn put(&mut self, conn: &mut PgConnection, next: Part) -> Result<()> {
        if let Some(part) = self.parts.iter_mut().find(|part| part.id == next.id) {
            model::store_part(conn, part, &next)?;
            *part = next;
        }
        Ok(())
    }

    /// Stores the schedule as its parts make it, with the event of what changed, and then its status if that is another.
    pub(super) fn note(
        &mut self,
        conn: &mut PgConnection,
        kind: &'static str,
        (before, after): (Fields, Fields),
    ) -> Result<()> {
        let next = self.by_its_parts(self.schedule.clone())?;
        self.schedule = model::store(conn, self.by, &self.schedule, next, (kind, before, after))?;
        if let Some((next, kind, after)) = self.schedule.as_its_parts_stand(&self.parts, (self.now, &self.zone))? {
            // It follows from the change, which alone takes another back.
            let by = By { undoes: None, ..self.by.clone() };
            self.schedule = model::store(conn, &by, &self.schedule, next, (kind, Fields::new(), after))?;
        }
        Ok(())
    }

    /// Returns a schedule with the sums and the day that the parts make.
    fn by_its_parts(&self, schedule: Schedule) -> Result<Schedule> {
        schedule.by_its_parts(&self.parts, &self.zone)
    }

    /// Charges the part whose turn it is, if its day has come. Returns whether a charge has begun.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bring_up_to_date(&mut self, conn: &mut PgConnection) -> Result<bool> {
        if self.schedule.status != Status::Active {
            return Ok(false);
        }
        match self.next_time()? {
            Some(at) if at <= self.now => self.try_head(conn, tries::begin_try),
            _ => Ok(false),
        }
    }

    /// Returns whether the part whose turn it is has failed.
    pub fn is_failing(&self) -> bool {
        self.head().is_some_and(|head| head.status == PartStatus::Failed)
    }

    /// Charges the part that failed now, also when its tries are over. Returns whether a charge has begun; nothing to
    /// charge with is a try that failed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn collect_now(&mut self, conn: &mut PgConnection) -> Result<bool> {
        if !self.is_failing() || self.schedule.is_ended() {
            return Ok(false);
        }
        self.try_head(conn, tries::begin_asked)
    }

    /// Begins to charge the part whose turn it is.
    fn try_head(
        &mut self,
        conn: &mut PgConnection,
        begin: fn(&mut PgConnection, &By, Demand) -> Result<Try>,
    ) -> Result<bool> {
        let Some(part) = self.head().cloned() else { return Ok(false) };
        let demand = Demand {
            debt: Debt::Part(part.id),
            customer: self.schedule.customer_id,
            money: self.money(&part),
            method: self.schedule.method_id,
            description: format!("{}, part {} of {}", self.schedule.description, part.position, self.parts.len()),
            failure: part.failure.clone(),
        };
        match begin(conn, self.by, demand)? {
            Try::Begun(_) => {
                self.put(conn, Part { status: PartStatus::Processing, next_try_at: None, ..part })?;
                self.put_next(conn)?;
                Ok(true)
            }
            Try::Failed(code) => {
                self.failed(conn, part, code)?;
                Ok(false)
            }
        }
    }

    /// Stores the day of the next charge, where the event of a payment tells the rest.
    pub(super) fn put_next(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.schedule = self.by_its_parts(self.schedule.clone())?;
        model::store_next(conn, &self.schedule)
    }

    /// Notes that a try of a part failed. It is tried again on later days; after the last the schedule is past due.
    pub(super) fn failed(&mut self, conn: &mut PgConnection, part: Part, code: &str) -> Result<()> {
        let first = part.first_failed_at.unwrap_or(self.now);
        let next_try_at = tries::next_step(first, self.now, &self.zone)?;
        let failed = Part {
            status: PartStatus::Failed,
            tries: part.tries + 1,
            first_failed_at: Some(first),
            next_try_at,
            failure: Some(code.to_owned()),
            ..part
        };
        let mut after = about(&failed);
        after.insert("failure".to_owned(), json!(code));
        after.extend(waiting_for(&failed));
        self.put(conn, failed)?;
        self.note(conn, kinds::PART_FAILED, (Fields::new(), after))
    }

    /// Returns when the next thing happens to it by itself.
    ///
    /// # Errors
    /// When a day is at an end of the calendar.
    pub fn next_time(&self) -> Result<Option<Timestamp>> {
        next_time(&self.parts, &self.zone)
    }

    /// Has the next thing happen to it in time. Call it last, and not in the job that does it.
    pub fn schedule_next(&self, conn: &mut PgConnection) -> Result<()> {
        let (kind, subject) = (jobs::Kind::AdvanceSchedule, self.schedule.id.uuid());
        match self.next_time()? {
            Some(at) if self.schedule.status == Status::Active => jobs::enqueue(conn, self.by, kind, subject, at),
            _ => jobs::cancel(conn, self.by.account, kind, subject),
        }
    }
}

impl Schedule {
    /// Returns it with the sums and the day that its parts make.
    ///
    /// # Errors
    /// When a day is at an end of the calendar.
    pub fn by_its_parts(self, parts: &[Part], zone: &TimeZone) -> Result<Self> {
        let sum = |is: fn(PartStatus) -> bool| {
            parts.iter().filter(|part| is(part.status)).map(|part| part.amount).sum::<i64>()
        };
        let next = if self.status == Status::Active { next_time(parts, zone)? } else { None };
        Ok(Self {
            total: sum(|status| status != PartStatus::Skipped),
            paid: sum(|status| status == PartStatus::Paid),
            next_on: next.map(|at| at.to_zoned(zone.clone()).date()),
            ..self
        })
    }

    /// Returns the status that its parts make, unless it has ended.
    pub(super) fn status_by(&self, parts: &[Part]) -> Status {
        if self.is_ended() {
            return self.status;
        }
        match head(parts) {
            None => Status::Finished,
            Some(head) => match head.status {
                PartStatus::Failed if head.next_try_at.is_none() => Status::PastDue,
                // Until the outcome is known.
                PartStatus::Processing => self.status,
                _ => Status::Active,
            },
        }
    }

    /// Returns it with the status that its parts make, if that is another, with the kind of the event of it and what that
    /// says.
    ///
    /// # Errors
    /// When a day is at an end of the calendar.
    pub fn as_its_parts_stand(
        &self,
        parts: &[Part],
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<Option<(Self, &'static str, Fields)>> {
        let status = self.status_by(parts);
        if status == self.status {
            return Ok(None);
        }
        let (kind, ended_at) = match status {
            Status::PastDue => (kinds::PAST_DUE, None),
            Status::Active => (kinds::RECOVERED, None),
            Status::Finished => (kinds::FINISHED, Some(now)),
            Status::Canceled => (kinds::CANCELED, Some(now)),
        };
        let next = Self { status, ended_at, ..self.clone() }.by_its_parts(parts, zone)?;
        let after = Fields::from([("paid".to_owned(), json!(next.paid)), ("total".to_owned(), json!(next.total))]);
        Ok(Some((next, kind, after)))
    }
}

/// Returns what an event says of the part that it is about.
pub fn about(part: &Part) -> Fields {
    let fields: [(&str, Value); 2] = [("part", json!(part.position)), ("amount", json!(part.amount))];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}

/// What the event of a cancellation calls the parts that were left.
pub const OPEN: &str = "open";

/// What events call the time of a part's next try.
pub const NEXT_TRY: &str = "next_try_at";

/// Returns what events say of a part's next try: when that is.
pub fn waiting_for(part: &Part) -> Fields {
    part.next_try_at.map(|at| (NEXT_TRY.to_owned(), json!(at))).into_iter().collect()
}

/// Returns what the event of a cancellation says that was left: each part with its number and the time of its next try.
pub fn left(open: &[Part]) -> Fields {
    let one = |part: &Part| {
        let mut fields = waiting_for(part);
        fields.insert("part".to_owned(), json!(part.position));
        fields
    };
    Fields::from([(OPEN.to_owned(), json!(open.iter().map(one).collect::<Vec<_>>()))])
}

/// Returns when the part whose turn it is gets charged by itself.
///
/// # Errors
/// When a day is at an end of the calendar.
pub fn next_time(parts: &[Part], zone: &TimeZone) -> Result<Option<Timestamp>> {
    let Some(head) = head(parts) else { return Ok(None) };
    match head.status {
        PartStatus::Planned => {
            let day = begins(head.due_on, zone).map_err(Error::internal)?;
            Ok(Some(head.next_try_at.map_or(day, |at| at.max(day))))
        }
        PartStatus::Failed => Ok(head.next_try_at),
        _ => Ok(None),
    }
}

/// Returns the parts that are charged one after the other by now, as soon as the first of them can be.
pub fn waiting(parts: &[Part], today: Date) -> impl Iterator<Item = &Part> {
    let is_due = move |part: &&Part| part.status == PartStatus::Failed || part.due_on <= today;
    parts.iter().filter(|part| part.status.is_open()).filter(is_due)
}

/// Returns the part whose turn it is: one that is being charged, else one that failed, else the first by day.
pub fn head(parts: &[Part]) -> Option<&Part> {
    let turn = |part: &&Part| {
        let state = match part.status {
            PartStatus::Processing => 0,
            PartStatus::Failed => 1,
            _ => 2,
        };
        (state, part.due_on, part.position)
    };
    let is_left = |part: &&Part| part.status == PartStatus::Processing || part.status.is_open();
    parts.iter().filter(is_left).min_by_key(turn)
}
