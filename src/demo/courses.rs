//! The courses: a demo customer's subscription from its start until now: what was billed when, which charges failed, and
//! how it ended. Those who buy every month have one, about a tenth of all; to some of them [`bills`] are sent.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Demo, bills, calendar,
    dice::{Dice, Purpose},
    habits::{self, Habit},
    lives::{Actor, Life, between, life},
    plans::Plan,
    prices::currencies,
};
use crate::{
    customers::kinds,
    error::{Error, Result},
    ids::{InvoiceId, PriceId, SubscriptionId},
    payments::tries::LADDER,
    subscriptions::status::EndReason,
    values::{
        Interval,
        interval::{Calendar, begins},
    },
};

/// The days of a free trial.
const TRIAL: i32 = 30;

/// The reasons for which a charge fails that is tried again.
pub const FAILURES: [&str; 3] = ["insufficient_funds", "card_declined", "processing_error"];

/// A subscription with all that was billed.
#[derive(Debug)]
pub struct Course {
    pub id: SubscriptionId,
    pub name: &'static str,
    /// The merchant's price, if there is one in that currency.
    pub price: Option<PriceId>,
    /// What each period costs, in minor units.
    pub amount: i64,
    /// The currency, an ISO 4217 code.
    pub currency: &'static str,
    pub interval: Interval,
    pub started_at: Timestamp,
    pub by: Actor,
    /// The day of the first charge.
    pub first_on: Date,
    /// The days in which a bill that is sent is to be paid; nothing where a payment method is charged.
    pub days_until_due: Option<i32>,
    /// What was billed, in order.
    pub bills: Vec<Bill>,
    pub end: End,
}

/// A period that was billed.
#[derive(Debug)]
pub struct Bill {
    pub id: InvoiceId,
    /// The number of the period, from 1.
    pub no: i32,
    pub from: Date,
    /// The day on which the next period begins.
    pub until: Date,
    pub at: Timestamp,
    /// The charges for it, in order; only the last can have succeeded. One that is sent has none.
    pub tries: Vec<Try>,
    /// When it was paid, if it was sent.
    pub paid_at: Option<Timestamp>,
    /// When its day had passed, if it was sent and not paid by then.
    pub overdue_at: Option<Timestamp>,
    /// True until its day has passed, if it was sent.
    pub is_awaited: bool,
}

/// A charge for a bill.
#[derive(Clone, Copy, Debug)]
pub struct Try {
    pub at: Timestamp,
    /// Why it failed; nothing for one that succeeded.
    pub failure: Option<&'static str>,
}

/// What becomes of a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    None,
    /// It stands still: the last bill's tries are over.
    StandsStill,
    /// Since this time it is to end with its period.
    Ending(Timestamp, Actor),
    /// It has ended; with its period where it was to end since the first time.
    Ended { wanted: Option<Timestamp>, at: Timestamp, reason: EndReason, by: Actor },
}

impl Bill {
    pub fn is_paid(&self) -> bool {
        self.paid_at.is_some() || self.tries.last().is_some_and(|last| last.failure.is_none())
    }

    /// Returns the time of the last thing that happened to it.
    fn last_at(&self) -> Timestamp {
        self.tries.last().map_or(self.at, |last| last.at)
    }
}

impl Course {
    /// Makes the course of a customer who has one, the same for the same demo, number and time.
    ///
    /// # Errors
    /// When a day is beyond the calendar.
    pub fn of(demo: &Demo, number: u32, life: &Life, now: Timestamp) -> Result<Option<Self>> {
        let mut paying = Dice::new(demo.seed, number, Purpose::Payments);
        let (prices, _) = currencies(&mut paying, life.country);
        let Habit::Monthly(months) = Habit::of(&mut paying, demo, number) else { return Ok(None) };
        let (came, limit) = (life.created_at(), life.buys_until(now));
        if limit.duration_since(came) < SignedDuration::from_secs(30) {
            return Ok(None);
        }
        let mut dice = Dice::new(demo.seed, number, Purpose::Subscriptions);
        let plan = Plan::of(number);
        let own_amount = prices.subscription(&mut dice);
        let price = plan.price(demo, prices.code, now);
        let started_at = between(&mut dice, came, limit.min(came + SignedDuration::from_hours(1)));
        let is_new = now.duration_since(came) < SignedDuration::from_hours(i64::from(TRIAL) * 24);
        let has_trial = dice.chance(if is_new { 700 } else { 250 });
        let today = calendar::date(started_at);
        let first_on = if has_trial { today.saturating_add(TRIAL.days()) } else { today };
        let mut course = Self {
            id: SubscriptionId::from_uuid(dice.uuid(started_at)),
            name: plan.name,
            price: price.map(|(id, _)| id),
            amount: price.map_or(own_amount, |(_, amount)| amount),
            currency: prices.code,
            interval: plan.interval()?,
            started_at,
            by: if dice.chance(500) { Actor::Editor } else { Actor::System },
            first_on,
            days_until_due: None,
            bills: Vec::new(),
            end: End::None,
        };
        if let Some(sent) = bills::sent((demo, number), life, course.interval, now)? {
            return Ok(Some(sent.put_on(course)));
        }
        let last_on = first_on.saturating_add(i64::from(months).months());
        course.run(&mut dice, last_on, (limit, now))?;
        course.end(&mut dice, last_on, life, (limit, now))?;
        Ok(Some(course))
    }

    fn has_trial(&self) -> bool {
        self.first_on > calendar::date(self.started_at)
    }

    /// Returns the days on which its periods begin.
    fn calendar(&self) -> Calendar {
        calendar_of(self.interval, self.first_on)
    }

    /// Bills one period after the other, until the day, or until all tries of one fail.
    fn run(&mut self, dice: &mut Dice, last_on: Date, (limit, now): (Timestamp, Timestamp)) -> Result<()> {
        let calendar = self.calendar();
        for no in 1.. {
            let (Some(from), Some(until)) = (calendar.begins(no.into()), calendar.begins(i64::from(no) + 1)) else {
                break;
            };
            let at = match no {
                1 if !self.has_trial() => self.started_at + SignedDuration::from_millis(40),
                _ => at_night(dice, from)?,
            };
            if from >= last_on || at >= limit {
                break;
            }
            let id = InvoiceId::from_uuid(dice.uuid(at));
            let is_first = no == 1 && !self.has_trial();
            let tries = tries(dice, at, is_first, now);
            let is_over = tries.len() > LADDER.len() && tries.iter().all(|one| one.failure.is_some());
            let tries: Vec<Try> = tries.into_iter().filter(|one| one.at < limit).collect();
            let stands_still = is_over && tries.len() > LADDER.len();
            let (paid_at, overdue_at, is_awaited) = (None, None, false);
            self.bills.push(Bill { id, no, from, until, at, tries, paid_at, overdue_at, is_awaited });
            if stands_still {
                self.end = End::StandsStill;
                break;
            }
        }
        Ok(())
    }

    fn end(&mut self, dice: &mut Dice, last_on: Date, life: &Life, (limit, now): (Timestamp, Timestamp)) -> Result<()> {
        let deletion = life.steps.iter().find(|step| step.kind == kinds::DELETED);
        let last = self.bills.last();
        let (since, ends_on) = last.map_or((self.started_at, self.first_on), |bill| (bill.last_at(), bill.until));
        let is_unpaid = last.is_some_and(|bill| !bill.is_paid());
        let is_to_end = ends_on >= last_on && last.is_some() && !is_unpaid && self.end == End::None;
        let staff = if dice.chance(350) { Actor::Owner } else { Actor::Editor };
        let over_at = at_night(dice, ends_on)?;
        let wanted = between(dice, since, limit.min(over_at));
        let is_with_period = dice.chance(500);
        if is_to_end && over_at < limit {
            let (wanted, at, reason, by) = match is_with_period {
                true => (Some(wanted), over_at, EndReason::PeriodEnd, Actor::System),
                false => (None, wanted, EndReason::ByStaff, staff),
            };
            self.end = End::Ended { wanted, at, reason, by };
        } else if let Some(step) = deletion.filter(|_| limit < now) {
            self.end = End::Ended { wanted: None, at: limit, reason: EndReason::CustomerDeleted, by: step.by };
        } else if is_to_end {
            self.end = End::Ending(wanted, staff);
        }
        Ok(())
    }
}

/// Returns the days on which periods begin, of which the first is that one.
pub fn calendar_of(interval: Interval, first_on: Date) -> Calendar {
    Calendar { interval, anchor: first_on, anchor_no: 1, anchor_day: first_on.day() }
}

/// The merchant's time zone, which has no summer time.
pub fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(3))
}

/// Returns a moment soon after a day has begun, when what is due on it is done.
///
/// # Errors
/// When the day is beyond the calendar.
pub fn at_night(dice: &mut Dice, day: Date) -> Result<Timestamp> {
    let begin = begins(day, &zone()).map_err(Error::internal)?;
    Ok(begin + SignedDuration::from_millis(2_000 + i64::from(dice.below(240_000))))
}

/// Returns a moment of a day at which people work, if that is between two others, else any between them on that day.
///
/// # Errors
/// When the day is beyond the calendar.
pub fn by_day(dice: &mut Dice, day: Date, (from, to): (Timestamp, Timestamp)) -> Result<Timestamp> {
    let begin = begins(day, &zone()).map_err(Error::internal)?;
    let at = begin + SignedDuration::from_millis(8 * 3_600_000 + i64::from(dice.below(9 * 3_600_000)));
    let any = between(dice, from.max(begin), to.min(begin + SignedDuration::from_hours(24)));
    Ok(if from < at && at < to { at } else { any })
}

/// Returns the charges of a bill. Few fail the first time, more of those of the last days, so that there is something to look
/// at; of these most succeed on a later day, and few never do.
fn tries(dice: &mut Dice, at: Timestamp, is_first: bool, now: Timestamp) -> Vec<Try> {
    let is_lately = now.duration_since(at) < SignedDuration::from_hours(6 * 24);
    let fails = dice.chance(if is_lately { 200 } else { 30 }) && !is_first;
    let failure = *dice.pick(&FAILURES);
    let step = dice.below(LADDER.len() as u32) as usize;
    let never = dice.chance(if is_lately { 500 } else { 70 });
    let seconds = SignedDuration::from_millis(500 + i64::from(dice.below(4_000)));
    let at = at + seconds;
    if !fails {
        return vec![Try { at, failure: None }];
    }
    let later = LADDER.iter().map(|days| at + SignedDuration::from_hours(24 * i64::from(*days)));
    let all = std::iter::once(at).chain(later);
    let last = if never { LADDER.len() } else { step + 1 };
    let tried = |(nth, at)| Try { at, failure: (never || nth < last).then_some(failure) };
    all.enumerate().map(tried).take(last + 1).filter(|one| one.at < now).collect()
}

/// The numbers of all invoices, in the order in which they were made: by the customer's number, for each of their bills the
/// year and the place in it.
#[derive(Debug, Default)]
pub struct Numbers(HashMap<u32, Vec<(i16, i64)>>);

impl Numbers {
    /// Counts the invoices of a demo.
    ///
    /// # Errors
    /// When a day is beyond the calendar.
    pub fn of(demo: &Demo, now: Timestamp) -> Result<Self> {
        let mut bills: Vec<(Timestamp, u32)> = Vec::new();
        for number in (0..demo.customers).filter(|number| habits::is_monthly(demo, *number)) {
            if let Some(course) = Course::of(demo, number, &life(demo, number, now), now)? {
                bills.extend(course.bills.iter().map(|bill| (bill.at, number)));
            }
        }
        bills.sort_unstable();
        let mut last: HashMap<i16, i64> = HashMap::new();
        let mut numbers: HashMap<u32, Vec<(i16, i64)>> = HashMap::new();
        for (at, number) in bills {
            let year = calendar::date(at).year();
            let no = last.entry(year).or_default();
            *no += 1;
            numbers.entry(number).or_default().push((year, *no));
        }
        Ok(Self(numbers))
    }

    /// Returns those of a customer's bills, in order.
    pub fn of_customer(&self, number: u32) -> &[(i16, i64)] {
        self.0.get(&number).map_or(&[], Vec::as_slice)
    }
}
