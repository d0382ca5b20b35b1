//! The lives: demo customers from the day they came until now, with all their events.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Demo, calendar,
    dice::{Dice, Purpose},
    fields, firms, notes,
    people::{self, Who},
    phones, places,
    world::Country,
};
use crate::{
    customers::{
        kinds,
        record::{ADDRESS, METADATA, Record},
    },
    events::{Fields, fields::difference},
    ids::{AddressId, CustomerId, EventId, JobId},
};

/// The time before now in which deletes happen; it is longer than the undo window.
const DELETES: SignedDuration = SignedDuration::from_hours(45 * 24);

/// The age that a customer must have for changes; younger ones have had none.
const SETTLED: SignedDuration = SignedDuration::from_hours(36);

/// The author of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An import, or the merchant's own systems.
    System,
    /// The first of the staff.
    Owner,
    /// The second of the staff.
    Editor,
}

/// One event of a life.
#[derive(Debug)]
pub struct Step {
    /// The event's id, which contains its time.
    pub id: EventId,
    /// The kind, like `customer.updated`.
    pub kind: &'static str,
    pub by: Actor,
    /// The changed fields before the event.
    pub before: Fields,
    /// The changed fields after the event.
    pub after: Fields,
}

/// A customer with all events.
#[derive(Debug)]
pub struct Life {
    /// The customer's id, which contains the time of arrival.
    pub id: CustomerId,
    /// The current fields.
    pub record: Record,
    /// The events, in order; the version counts them.
    pub steps: Vec<Step>,
    /// The time of the delete, if the customer is deleted.
    pub deleted_at: Option<Timestamp>,
    /// The job that destroys the remaining data, if the customer is deleted.
    pub destruction: Option<JobId>,
    /// The country of residence.
    pub country: &'static Country,
    /// The values of the merchant's own fields, if there are any.
    pub custom: Option<Value>,
}

impl Life {
    /// Returns the time the customer came.
    pub fn created_at(&self) -> Timestamp {
        self.id.created_at()
    }

    /// Returns the time of the last event.
    pub fn updated_at(&self) -> Timestamp {
        self.steps.last().map_or(self.created_at(), |step| step.id.created_at())
    }

    /// Returns the end of the time to buy: the delete, even if it was undone, else now.
    pub fn buys_until(&self, now: Timestamp) -> Timestamp {
        let deleted = self.steps.iter().find(|step| step.kind == kinds::DELETED);
        deleted.map_or(now, |step| step.id.created_at())
    }
}

/// Returns the life of a customer up to now: the same for the same demo, number and time.
pub fn life(demo: &Demo, number: u32, now: Timestamp) -> Life {
    let came = calendar::arrival(demo.seed, number, demo.customers, now);
    let who = people::who(demo, number);
    let mut dice = Dice::new(demo.seed, number, Purpose::Life);
    let id = CustomerId::from_uuid(dice.uuid(came));
    let is_imported = calendar::is_imported(number, demo.customers);
    let mut record = first_record(&mut dice, &who, number, is_imported, came);
    let end = deletion(&mut dice, came, now);
    let changes = times(&mut dice, came, end.map_or(now, |end| end.deleted));
    let right_name = if changes.is_empty() { None } else { mistype(&mut dice, &mut record) };
    if is_imported {
        blemish(&mut Dice::new(demo.seed, number, Purpose::Blemishes), &mut record);
    }
    let country = who.country;
    let life = Life { id, record, steps: Vec::new(), deleted_at: None, destruction: None, country, custom: None };
    let mut living = Living { dice, who, life };
    living.come(came, is_imported);
    for (at, right_name) in changes.into_iter().zip([right_name, None, None]) {
        let change = match right_name {
            Some(name) => Fields::from([("name".to_owned(), json!(name))]),
            None => living.some_change(at),
        };
        living.change(at, change);
    }
    living.end(end);
    Life { custom: fields::values(demo, number, &living.life, now), ..living.life }
}

/// Mistypes one name in five in a hurry, where the script has capitals; returns the right name.
fn mistype(dice: &mut Dice, record: &mut Record) -> Option<String> {
    let name = record.name.clone()?;
    let hurried = name.to_lowercase();
    if !dice.chance(200) || name == hurried {
        return None;
    }
    record.name = Some(hurried);
    Some(name)
}

/// Leaves in a few imported records what old systems leave: a name in capitals, a phone without its last digits, or no way
/// to reach them.
fn blemish(dice: &mut Dice, record: &mut Record) {
    if dice.chance(12) {
        record.name = record.name.as_deref().map(str::to_uppercase);
    }
    if dice.chance(6)
        && let Some(phone) = &mut record.phone
    {
        phone.e164.truncate(8);
        phone.typed = phone.e164.clone();
    }
    if dice.chance(6) && record.name.is_some() {
        (record.email, record.phone) = (None, None);
    }
}

fn first_record(dice: &mut Dice, who: &Who, number: u32, is_imported: bool, came: Timestamp) -> Record {
    let has_phone = dice.chance(750) || who.email.is_none();
    let mut record = Record {
        kind: if who.is_organization { "organization" } else { "person" }.to_owned(),
        name: Some(who.name.clone()),
        first_name: who.first_name.clone(),
        last_name: who.last_name.clone(),
        company: who.firm.as_ref().filter(|_| !who.is_organization).map(|firm| firm.name.clone()),
        email: who.email.clone(),
        phone: has_phone.then(|| phones::phone(dice, who.country)),
        language: who.language.clone(),
        description: dice.chance(100).then(|| notes::description(dice)),
        reference: notes::reference(dice, number),
        metadata: notes::metadata(dice, is_imported),
        ..Record::blank()
    };
    if dice.chance(450) {
        let kinds: &[&str] = if dice.chance(333) { &["billing", "shipping"] } else { &["billing"] };
        for (place, kind) in (0..).zip(kinds) {
            let id = AddressId::from_uuid(dice.uuid(came + SignedDuration::from_millis(place)));
            record.addresses.insert(id, places::address(dice, who.country, kind));
        }
    }
    record
}

/// The delete of a customer, and the restoration if there was one.
#[derive(Clone, Copy)]
struct End {
    deleted: Timestamp,
    restored: Option<Timestamp>,
}

/// Deletes three in two hundred customers, and restores one in six of those.
fn deletion(dice: &mut Dice, came: Timestamp, now: Timestamp) -> Option<End> {
    let may = dice.chance(15) && now.duration_since(came) > DELETES + SETTLED;
    let deleted = between(dice, now - DELETES, now);
    let restored = between(dice, deleted, now);
    let is_restored = dice.chance(166);
    may.then_some(End { deleted, restored: is_restored.then_some(restored) })
}

/// Returns the times of changes: none for most, up to three.
fn times(dice: &mut Dice, came: Timestamp, end: Timestamp) -> Vec<Timestamp> {
    if !dice.chance(85) || end.duration_since(came) < SETTLED {
        return Vec::new();
    }
    let count = 1 + dice.below(3).min(dice.below(3));
    let mut times: Vec<Timestamp> = (0..count).map(|_| between(dice, came, end)).collect();
    times.sort_unstable();
    times.dedup_by_key(|time| time.as_second());
    times
}

/// Returns a time between two others, never equal to either.
pub fn between(dice: &mut Dice, from: Timestamp, to: Timestamp) -> Timestamp {
    let span = to.duration_since(from).as_millis_f64();
    let millis = span * (0.01 + 0.98 * dice.fraction());
    from + SignedDuration::from_micros((millis * 1000.0) as i64)
}

/// A life that is still being made.
struct Living {
    dice: Dice,
    who: Who,
    life: Life,
}

impl Living {
    fn come(&mut self, at: Timestamp, is_imported: bool) {
        let by = if is_imported || self.dice.chance(550) { Actor::System } else { self.staff() };
        self.step(kinds::CREATED, at, by, (Fields::new(), self.life.record.fields()));
    }

    fn staff(&mut self) -> Actor {
        if self.dice.chance(350) { Actor::Owner } else { Actor::Editor }
    }

    fn step(&mut self, kind: &'static str, at: Timestamp, by: Actor, (before, after): (Fields, Fields)) {
        let id = EventId::from_uuid(self.dice.uuid(at));
        self.life.steps.push(Step { id, kind, by, before, after });
    }

    /// Changes fields as a member of the staff would; does nothing when no field differs.
    fn change(&mut self, at: Timestamp, change: Fields) {
        let record = self.life.record.with(&change);
        let changed = difference(&self.life.record.fields(), &record.fields());
        if !changed.1.is_empty() {
            let by = self.staff();
            self.life.record = record;
            self.step(kinds::UPDATED, at, by, changed);
        }
    }

    fn some_change(&mut self, at: Timestamp) -> Fields {
        let Self { dice, who, life } = self;
        match dice.below(8) {
            0 | 1 => Fields::from([("phone".to_owned(), json!(phones::phone(dice, who.country)))]),
            2 | 3 => Fields::from([(format!("{METADATA}tier"), json!(notes::tier(dice)))]),
            4 if life.record.email.is_some() => Fields::from([("email".to_owned(), json!(people::email(dice, who)))]),
            5 => Fields::from([("description".to_owned(), json!(notes::description(dice)))]),
            6 => self.move_house(at),
            7 if life.record.last_name.is_some() && !who.is_organization => self.marry(),
            _ => self.change_firm(),
        }
    }

    /// Returns a new job, or an organisation's new reference.
    fn change_firm(&mut self) -> Fields {
        let Self { dice, who, life } = self;
        let family = who.other_family(dice);
        match (&life.record.company, who.is_organization) {
            (_, true) => Fields::from([("reference".to_owned(), json!(dice.fill("V-%####")))]),
            (Some(_), _) if dice.chance(300) => Fields::from([("company".to_owned(), Value::Null)]),
            _ => Fields::from([("company".to_owned(), json!(firms::firm(dice, who.country, family).name))]),
        }
    }

    /// Returns another last name, as after a wedding.
    fn marry(&mut self) -> Fields {
        let family = self.who.other_family(&mut self.dice).native.clone();
        let Record { name: Some(name), last_name: Some(last_name), .. } = &self.life.record else {
            return Fields::new();
        };
        let name = name.replacen(last_name.as_str(), &family, 1);
        Fields::from([("last_name".to_owned(), json!(family)), ("name".to_owned(), json!(name))])
    }

    /// Returns another default billing address, in place of the old one.
    fn move_house(&mut self, at: Timestamp) -> Fields {
        let Self { dice, who, life } = self;
        let mut old = life.record.addresses.iter().filter(|(_, old)| old.kind == "billing" && old.is_default);
        let id = old.next().map_or_else(|| AddressId::from_uuid(dice.uuid(at)), |(id, _)| *id);
        Fields::from([(format!("{ADDRESS}{id}"), json!(places::address(dice, who.country, "billing")))])
    }

    fn end(&mut self, end: Option<End>) {
        let Some(End { deleted, restored }) = end else { return };
        let by = self.staff();
        self.step(kinds::DELETED, deleted, by, Default::default());
        if let Some(at) = restored {
            let by = self.staff();
            return self.step(kinds::RESTORED, at, by, Default::default());
        }
        self.life.deleted_at = Some(self.life.updated_at());
        self.life.destruction = Some(JobId::from_uuid(self.dice.uuid(deleted)));
    }
}
