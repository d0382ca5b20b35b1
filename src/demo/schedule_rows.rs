//! The rows of agreements for PostgreSQL's `COPY`: payment schedules with their parts, jobs, and all events. Each goes through
//! what happened to it, one thing after the other, as the verbs of schedules would have written it.

use jiff::Timestamp;
use serde_json::json;

use super::{
    agreements::{Agreement, Charge},
    copying::Rows,
    courses::zone,
    lives::{Actor, Life},
    stories::Story,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    jobs::Kind,
    payments::tries,
    schedules::{
        Part, PartStatus, Schedule, Status,
        held::{about, left, next_time, waiting_for},
        kinds,
    },
    values::Currency,
};

/// The rows of the tables about payment schedules.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ScheduleRows {
    pub schedules: Rows,
    pub parts: Rows,
}

impl ScheduleRows {
    /// Adds an agreement of a customer.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn add(&mut self, story: Story, life: &Life, agreement: &Agreement) -> Result<()> {
        let (is, parts) = begun(&story, life, agreement)?;
        let mut telling = Telling { story, is, parts };
        telling.tell(agreement)?;
        let Telling { is, parts, .. } = telling;
        self.schedule_row(&is);
        parts.iter().for_each(|part| self.part_row(part));
        Ok(())
    }

    fn schedule_row(&mut self, is: &Schedule) {
        let rows = &mut self.schedules;
        rows.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(is.version).plain(is.customer_id.uuid());
        rows.text(Some(&is.description)).plain(is.currency).plain(is.total).plain(is.paid);
        rows.uuid(is.method_id.map(|id| id.uuid())).plain(is.status.as_str()).date(is.next_on);
        rows.time(is.ended_at).time(Some(is.updated_at)).end();
    }

    fn part_row(&mut self, is: &Part) {
        let rows = &mut self.parts;
        rows.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(is.schedule_id.uuid()).plain(is.position);
        rows.date(Some(is.due_on)).plain(is.amount).plain(is.status.as_str()).plain(is.tries);
        rows.time(is.first_failed_at).time(is.next_try_at).text(is.failure.as_deref()).end();
    }
}

/// Returns a payment schedule and its parts as they were made.
fn begun(story: &Story, life: &Life, agreement: &Agreement) -> Result<(Schedule, Vec<Part>)> {
    let account_id = story.owners().account;
    let part = |(place, part): (usize, &super::agreements::Part)| {
        Ok(Part {
            account_id,
            id: part.id,
            schedule_id: agreement.id,
            position: i16::try_from(place + 1).map_err(Error::internal)?,
            due_on: part.due_on,
            amount: part.amount,
            status: PartStatus::Planned,
            tries: 0,
            first_failed_at: None,
            next_try_at: None,
            failure: None,
        })
    };
    let parts: Vec<Part> = agreement.parts.iter().enumerate().map(part).collect::<Result<_>>()?;
    let schedule = Schedule {
        account_id,
        id: agreement.id,
        version: 1,
        customer_id: life.id,
        description: agreement.description.to_owned(),
        currency: Currency::parse(agreement.currency).map_err(Error::internal)?,
        total: 0,
        paid: 0,
        method_id: agreement.with.method.filter(|_| agreement.names_method),
        status: Status::Active,
        next_on: None,
        ended_at: None,
        updated_at: agreement.made_at,
    };
    Ok((schedule.by_its_parts(&parts, &zone())?, parts))
}

/// What happens to a payment schedule.
#[derive(Clone, Copy)]
enum Happening {
    /// The part at that place is charged.
    Charged(usize, Charge),
    Skipped(usize, Actor),
    Canceled(Actor),
}

/// An agreement that is being told.
struct Telling<'s> {
    story: Story<'s>,
    is: Schedule,
    parts: Vec<Part>,
}

impl Telling<'_> {
    fn tell(&mut self, agreement: &Agreement) -> Result<()> {
        let count = self.parts.len();
        let mut after = Fields::from([("total".to_owned(), json!(self.is.total)), ("parts".to_owned(), json!(count))]);
        after.extend(self.is.method_id.map(|id| ("method".to_owned(), json!(id))));
        self.event((kinds::CREATED, agreement.by), &Fields::new(), after, agreement.made_at)?;
        let charges = agreement.charges().map(|(place, charge)| (charge.at, Happening::Charged(place, *charge)));
        let mut all: Vec<(Timestamp, Happening)> = charges.collect();
        let skipped = agreement.parts.iter().enumerate().filter_map(|(place, part)| Some((place, part.skipped?)));
        all.extend(skipped.map(|(place, (at, by))| (at, Happening::Skipped(place, by))));
        all.extend(agreement.canceled.map(|(at, by)| (at, Happening::Canceled(by))));
        all.sort_by_key(|(at, _)| *at);
        for (at, happening) in all {
            match happening {
                Happening::Charged(place, charge) => self.charged(place, charge)?,
                Happening::Skipped(place, by) => {
                    let changed = (waiting_for(&self.parts[place]), about(&self.parts[place]));
                    self.skip(place);
                    self.note((kinds::PART_SKIPPED, by), changed, at)?;
                }
                Happening::Canceled(by) => self.cancel(at, by)?,
            }
        }
        match next_time(&self.parts, &zone())? {
            Some(at) if self.is.status == Status::Active => {
                self.story.job(Kind::AdvanceSchedule, self.is.id.uuid(), at);
            }
            _ => {}
        }
        Ok(())
    }

    fn charged(&mut self, place: usize, charge: Charge) -> Result<()> {
        let by = Actor::System;
        let was = self.parts[place].clone();
        let mut after = about(&was);
        let Some(failure) = charge.failure else {
            after.insert("payment".to_owned(), json!(charge.payment));
            self.parts[place] = Part { status: PartStatus::Paid, next_try_at: None, failure: None, ..was };
            return self.note((kinds::PART_PAID, by), (Fields::new(), after), charge.at);
        };
        let first = was.first_failed_at.unwrap_or(charge.at);
        let next_try_at = tries::next_step(first, charge.at, &zone())?;
        after.insert("failure".to_owned(), json!(failure));
        self.parts[place] = Part {
            status: PartStatus::Failed,
            tries: was.tries + 1,
            first_failed_at: Some(first),
            next_try_at,
            failure: Some(failure.to_owned()),
            ..was
        };
        after.extend(waiting_for(&self.parts[place]));
        self.note((kinds::PART_FAILED, by), (Fields::new(), after), charge.at)
    }

    fn skip(&mut self, place: usize) {
        let part = &mut self.parts[place];
        (part.status, part.next_try_at) = (PartStatus::Skipped, None);
    }

    fn cancel(&mut self, at: Timestamp, by: Actor) -> Result<()> {
        let open: Vec<Part> = self.parts.iter().filter(|part| part.status.is_open()).cloned().collect();
        let sum: i64 = open.iter().map(|part| part.amount).sum();
        let after = Fields::from([("skipped".to_owned(), json!(open.len())), ("amount".to_owned(), json!(sum))]);
        for place in 0..self.parts.len() {
            if self.parts[place].status.is_open() {
                self.skip(place);
            }
        }
        let next = Schedule { status: Status::Canceled, ended_at: Some(at), ..self.is.clone() };
        let next = next.by_its_parts(&self.parts, &zone())?;
        self.store((next, kinds::CANCELED), (left(&open), after), (at, by))
    }

    /// Stores the schedule as its parts make it, with the event of what changed, and then its status if that is another.
    fn note(&mut self, (kind, by): (&'static str, Actor), changed: (Fields, Fields), at: Timestamp) -> Result<()> {
        let next = self.is.clone().by_its_parts(&self.parts, &zone())?;
        self.store((next, kind), changed, (at, by))?;
        match self.is.as_its_parts_stand(&self.parts, (at, &zone()))? {
            Some((next, kind, after)) => self.store((next, kind), (Fields::new(), after), (at, by)),
            None => Ok(()),
        }
    }

    fn store(
        &mut self,
        (next, kind): (Schedule, &'static str),
        (before, after): (Fields, Fields),
        (at, by): (Timestamp, Actor),
    ) -> Result<()> {
        self.is = Schedule { version: self.is.version + 1, updated_at: at, ..next };
        self.event((kind, by), &before, after, at)
    }

    fn event(&mut self, by: (&'static str, Actor), before: &Fields, mut after: Fields, at: Timestamp) -> Result<()> {
        after.entry("description".to_owned()).or_insert_with(|| json!(self.is.description));
        after.entry("currency".to_owned()).or_insert_with(|| json!(self.is.currency));
        self.story.event(by, (self.is.id.uuid(), self.is.version), (before, &after), at)
    }
}
