//! The agreements: a demo customer's payment schedule from its making until now: which parts were charged, which charges
//! failed, what was skipped, and how it ended. About one in forty of those who buy has one, and nobody who subscribes.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    Demo, calendar,
    courses::{FAILURES, at_night, by_day},
    dice::{Dice, Purpose},
    habits::Habit,
    lives::{Actor, Life, between},
    prices::Prices,
    purses::PaidWith,
    wallets::{self, Method},
};
use crate::{
    customers::kinds,
    error::{Error, Result},
    ids::{PartId, PaymentId, ScheduleId},
    payments::tries::LADDER,
    schedules::planning::Plan,
    values::{Currency, Interval, interval::Unit},
};

/// The number of customers among whom one has a payment schedule, of those who buy and keep a payment method.
const BLOCK: u32 = 50;

/// What people pay in parts.
const GOODS: [&str; 10] = [
    "Solar panels and battery",
    "Wedding catering",
    "Sofa and two chairs",
    "Roof repair",
    "Fridge and cooker",
    "Sewing machine",
    "School fees of the year",
    "Coffee roaster",
    "Water tank, 5,000 litres",
    "Garden furniture",
];

/// A payment schedule with all that was charged.
#[derive(Debug)]
pub struct Agreement {
    pub id: ScheduleId,
    /// What it is for.
    pub description: &'static str,
    /// The currency, an ISO 4217 code.
    pub currency: &'static str,
    pub made_at: Timestamp,
    pub by: Actor,
    /// The method that is charged.
    pub with: PaidWith,
    /// True when it names the method; else that is the wallet's default.
    pub names_method: bool,
    /// Its parts in the order of their days.
    pub parts: Vec<Part>,
    /// When all that was left was skipped, and who did so.
    pub canceled: Option<(Timestamp, Actor)>,
}

/// A part of a payment schedule.
#[derive(Debug)]
pub struct Part {
    pub id: PartId,
    pub due_on: Date,
    /// In minor units.
    pub amount: i64,
    /// The charges for it, in order; only the last can have succeeded.
    pub charges: Vec<Charge>,
    /// When it was left out, and who did so.
    pub skipped: Option<(Timestamp, Actor)>,
}

/// A charge for a part.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
    pub at: Timestamp,
    /// Why it failed; nothing for one that succeeded.
    pub failure: Option<&'static str>,
    pub payment: PaymentId,
}

/// How a payment schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Some parts are paid.
    UnderWay,
    /// The last part failed, and is tried again.
    Retrying,
    /// All tries of a part failed.
    PastDue,
    Finished,
    Canceled,
    /// Some parts are paid, and one is skipped.
    Skipping,
    /// Nothing is due yet.
    Ahead,
}

impl Standing {
    const ALL: [Self; 7] =
        [Self::UnderWay, Self::Retrying, Self::PastDue, Self::Finished, Self::Canceled, Self::Skipping, Self::Ahead];

    /// Returns the standing of the payment schedule of a customer, if that is the one of their block who has one.
    fn of(demo: &Demo, number: u32) -> Option<Self> {
        let block = number / BLOCK;
        let is_the_one = may(demo, number) && !(block * BLOCK..number).any(|before| may(demo, before));
        is_the_one.then(|| Self::ALL[block as usize % Self::ALL.len()])
    }
}

/// Returns whether a customer buys now and then, and keeps a payment method.
fn may(demo: &Demo, number: u32) -> bool {
    let habit = Habit::of_customer(demo, number);
    let mut dice = Dice::new(demo.seed, number, Purpose::Wallet);
    matches!(habit, Habit::Sometimes(_)) && wallets::keeps_some(&mut dice, habit)
}

/// The days of a payment schedule.
#[derive(Clone, Copy, Debug)]
struct Shape {
    standing: Standing,
    count: i32,
    /// How many parts are due by now.
    behind: i32,
    /// How many days ago the last of those was due.
    age: i32,
}

impl Shape {
    /// Returns one that fits into so many days.
    fn of(dice: &mut Dice, standing: Standing, interval: Interval, room: i32) -> Self {
        let (shortest, longest) = if interval.unit() == Unit::Month { (28, 31) } else { (7, 7) };
        let [shortest, longest] = [shortest, longest].map(|days| days * interval.every());
        let count = 3 + dice.below(6) as i32;
        let some = 1 + dice.below(count.unsigned_abs() - 1) as i32;
        let mut age = |from: i32, below: i32| from + dice.below(below.unsigned_abs()) as i32;
        let (behind, age) = match standing {
            Standing::UnderWay => (some, age(0, shortest)),
            Standing::Skipping => (some.min(count - 2), age(0, shortest)),
            // Where a month is short, the part is up to three days older, and its tries go on for seven.
            Standing::Retrying => (some, age(0, 4)),
            Standing::PastDue => (some, age(8, 15)),
            Standing::Finished => (count, age(3, 100)),
            Standing::Canceled => (some, age(1, shortest - 1)),
            Standing::Ahead => (0, 0),
        };
        let fits = behind.min((room - age) / longest + 1);
        let count = if standing == Standing::Finished { fits } else { count };
        if room < age || fits < 1 || count < 2 {
            return Self { standing: Standing::Ahead, count: count.max(2), behind: 0, age: 0 };
        }
        Self { standing, count, behind: fits, age }
    }
}

impl Agreement {
    /// Makes the payment schedule of a customer who has one, the same for the same demo, number and time.
    ///
    /// # Errors
    /// When a day is beyond the calendar.
    pub fn of(
        (demo, number): (&Demo, u32),
        life: &Life,
        (methods, prices): (&[Method], &'static Prices),
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let limit = life.buys_until(now);
        // It is charged until now, so it is one that is still good.
        let good = methods.iter().find(|method| method.is_good(limit));
        let (Some(standing), Some(method)) = (Standing::of(demo, number), good) else { return Ok(None) };
        let from = method.created_at();
        if limit.duration_since(from) < SignedDuration::from_mins(1) {
            return Ok(None);
        }
        let mut dice = Dice::new(demo.seed, number, Purpose::Schedules);
        let (earliest, today) = (calendar::date(from), calendar::date(limit));
        let room = (today - earliest).get_days();
        let weeks = if room < 150 { 1 } else { i64::from(dice.below(4)) };
        let (unit, every) = if (1..3).contains(&weeks) { (Unit::Week, weeks) } else { (Unit::Month, 1) };
        let interval = Interval::new(unit, every).map_err(Error::internal)?;
        let shape = Shape::of(&mut dice, standing, interval, room);
        let (first_on, made_on) = days(&mut dice, shape, interval, (earliest, today))?;
        let made_at = by_day(&mut dice, made_on, (from, limit))?;
        let currency = Currency::parse(prices.code).map_err(Error::internal)?;
        let (count, each) = (i64::from(shape.count), prices.subscription(&mut dice));
        let plan = Plan::Equal { total: prices.rounded_up(each * count), count, first_on, interval };
        let planned = plan.parts(currency, made_on).map_err(|_| Error::internal("parts that are none"))?;
        let mut part = |(on, amount)| Part {
            id: PartId::from_uuid(dice.uuid(made_at)),
            due_on: on,
            amount,
            charges: Vec::new(),
            skipped: None,
        };
        let parts = planned.into_iter().map(|one| part((one.on, one.amount))).collect();
        let mut agreement = Self {
            id: ScheduleId::from_uuid(dice.uuid(made_at)),
            description: *dice.pick(&GOODS),
            currency: prices.code,
            made_at,
            by: if dice.chance(700) { Actor::Editor } else { Actor::Owner },
            with: PaidWith { method: Some(method.id), instrument: std::rc::Rc::clone(&method.instrument) },
            names_method: !method.is_default,
            parts,
            canceled: None,
        };
        agreement.charge(&mut dice, shape, limit)?;
        agreement.change(&mut dice, shape, life, (limit, now));
        Ok(Some(agreement))
    }

    /// Charges one part after the other, until the time, or until one is not paid.
    fn charge(&mut self, dice: &mut Dice, shape: Shape, limit: Timestamp) -> Result<()> {
        let made_on = calendar::date(self.made_at);
        for (part, no) in self.parts.iter_mut().zip(1..) {
            let is_at_once = part.due_on == made_on;
            let begins =
                if is_at_once { self.made_at + SignedDuration::from_millis(40) } else { at_night(dice, part.due_on)? };
            let first = begins + SignedDuration::from_millis(500 + i64::from(dice.below(4_000)));
            let fails = no == shape.behind && matches!(shape.standing, Standing::Retrying | Standing::PastDue);
            // That is over before the next part is due.
            let failed_once = dice.chance(80) && no < shape.behind && !is_at_once;
            let (failure, later) = (*dice.pick(&FAILURES), LADDER[usize::from(dice.chance(300))]);
            let at = |days: i32| first + SignedDuration::from_hours(24 * i64::from(days));
            let tries: Vec<(Timestamp, bool)> = match () {
                () if fails => std::iter::once(0).chain(LADDER).map(|days| (at(days), true)).collect(),
                () if failed_once => vec![(first, true), (at(later), false)],
                () => vec![(first, false)],
            };
            for (at, has_failed) in tries.into_iter().filter(|(at, _)| *at < limit) {
                let payment = PaymentId::from_uuid(dice.uuid(at));
                part.charges.push(Charge { at, failure: has_failed.then_some(failure), payment });
            }
            if !part.is_paid() {
                break;
            }
        }
        Ok(())
    }

    /// Skips a part, or cancels all that is left.
    fn change(&mut self, dice: &mut Dice, shape: Shape, life: &Life, (limit, now): (Timestamp, Timestamp)) {
        let since = self.charges().last().map_or(self.made_at, |(_, charge)| charge.at);
        let (at, staff) = (between(dice, since, limit), if dice.chance(350) { Actor::Owner } else { Actor::Editor });
        match shape.standing {
            Standing::Canceled => self.canceled = Some((at, staff)),
            Standing::Skipping => {
                let next = self.parts.iter_mut().find(|part| !part.is_paid());
                next.into_iter().for_each(|part| part.skipped = Some((at, staff)));
            }
            _ => {}
        }
        let deletion = life.steps.iter().find(|step| step.kind == kinds::DELETED).filter(|_| limit < now);
        let goes_on = self.canceled.is_none() && !self.parts.iter().all(|part| part.is_paid());
        if let Some(step) = deletion.filter(|_| goes_on) {
            self.canceled = Some((limit, step.by));
        }
    }

    /// Returns all charges in order, each with the place of its part.
    pub fn charges(&self) -> impl Iterator<Item = (usize, &Charge)> {
        let parts = self.parts.iter().enumerate();
        parts.flat_map(|(place, part)| part.charges.iter().map(move |charge| (place, charge)))
    }

    /// Returns what charges for a part are called.
    pub fn line(&self, place: usize) -> String {
        format!("{}, part {} of {}", self.description, place + 1, self.parts.len())
    }
}

impl Part {
    pub fn is_paid(&self) -> bool {
        self.charges.last().is_some_and(|last| last.failure.is_none())
    }
}

/// Returns the day of the first part, and the day on which the schedule was made: some days before, if it can be.
fn days(dice: &mut Dice, shape: Shape, interval: Interval, (earliest, today): (Date, Date)) -> Result<(Date, Date)> {
    if shape.behind == 0 {
        let made_on = today.saturating_sub(i64::from(dice.below(10)).days()).max(earliest);
        return Ok((today.saturating_add(i64::from(1 + dice.below(20)).days()), made_on));
    }
    let last = today.saturating_sub(shape.age.days());
    let first = interval.after(last, last.day(), -i64::from(shape.behind - 1));
    let first = first.ok_or_else(|| Error::internal("a day beyond the calendar"))?;
    Ok((first, first.saturating_sub(i64::from(dice.below(8)).days()).max(earliest)))
}
