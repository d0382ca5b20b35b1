//! The bills: what is sent to firms, and to a few others, who pay it by bank transfer: in time, late, or not yet.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    Demo, calendar,
    courses::{Bill, Course, End, at_night, by_day, calendar_of},
    dice::{Dice, Purpose},
    habits,
    lives::Life,
    subscription_rows::due_on,
};
use crate::{
    error::{Error, Result},
    ids::{InvoiceId, SubscriptionId},
    subscriptions::advancing::MOST_OVERDUE,
    values::{Interval, interval::Unit},
};

/// The number of customers among whom bills are sent to one at least, firm or not, so that even a small demo has all
/// standings.
const BLOCK: u32 = 60;

/// The days in which bills are to be paid.
const DAYS: [i32; 4] = [7, 14, 14, 30];

/// The standing of somebody to whom bills are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The last bill is not paid, and its day has passed.
    Overdue,
    /// The last bill is not paid, and there is time left.
    Open,
    /// All bills are paid.
    Settled,
    /// So many bills are overdue that nothing more is billed.
    StandsStill,
}

impl Standing {
    const ALL: [Self; 4] = [Self::Overdue, Self::Open, Self::Settled, Self::StandsStill];

    /// Returns the standing of somebody who subscribes, if bills are sent to them.
    fn of(dice: &mut Dice, demo: &Demo, number: u32, life: &Life) -> Option<Self> {
        let begin = number / BLOCK * BLOCK;
        let is_first = !(begin..number).any(|before| habits::is_monthly(demo, before));
        match dice.below(20) {
            _ if is_first => Some(Self::ALL[(number / BLOCK) as usize % Self::ALL.len()]),
            _ if life.record.kind != "organization" => None,
            0..12 => Some(Self::Settled),
            12..17 => Some(Self::Open),
            _ => Some(Self::Overdue),
        }
    }

    /// Returns how many days ago the first bill was sent that is not paid, or the last one where all are.
    fn age(self, dice: &mut Dice, days: i32, (shortest, longest): (i32, i32)) -> i32 {
        // Not to the last day: where a month is short, the bill is some days older.
        let within = days.min(shortest) - 4;
        match self {
            Self::Settled => 4 + dice.below(8) as i32,
            Self::Open => 1 + dice.below(within.unsigned_abs()) as i32,
            Self::Overdue => days + 2 + dice.below(8) as i32,
            Self::StandsStill => days + (MOST_OVERDUE - 1) * longest + 2 + dice.below(6) as i32,
        }
    }
}

/// What is sent of a subscription.
#[derive(Debug)]
pub struct Sent {
    id: SubscriptionId,
    started_at: Timestamp,
    first_on: Date,
    days: i32,
    bills: Vec<Bill>,
    end: End,
}

impl Sent {
    /// Puts it in the place of what is charged.
    pub fn put_on(self, course: Course) -> Course {
        let Self { id, started_at, first_on, days, bills, end } = self;
        Course { id, started_at, first_on, days_until_due: Some(days), bills, end, ..course }
    }
}

/// Returns what is sent to a customer who subscribes, from some months ago until now; nothing to one who is charged.
///
/// # Errors
/// When a day is beyond the calendar.
pub fn sent((demo, number): (&Demo, u32), life: &Life, interval: Interval, now: Timestamp) -> Result<Option<Sent>> {
    let mut dice = Dice::new(demo.seed, number, Purpose::Bills);
    let (came, today) = (life.created_at(), calendar::date(now));
    let Some(standing) = Standing::of(&mut dice, demo, number, life).filter(|_| life.buys_until(now) == now) else {
        return Ok(None);
    };
    let days = *dice.pick(&DAYS);
    let (shortest, longest) = steps(interval);
    let room = (today - calendar::date(came)).get_days();
    let mut place = |standing: Standing| (standing, standing.age(&mut dice, days, (shortest, longest)));
    // Who came lately cannot owe anything for long.
    let wished = [standing, Standing::Overdue, Standing::Open].map(&mut place);
    let fits = wished.into_iter().find(|(_, age)| *age <= room);
    let (standing, age) = fits.unwrap_or((Standing::Open, room));
    let before = (dice.below(5) as i32).min((room - age) / longest);
    let last = today.saturating_sub(age.days());
    let first_on = interval.after(last, last.day(), -i64::from(before));
    let first_on = first_on.ok_or_else(|| Error::internal("a day beyond the calendar"))?;
    let started_at = by_day(&mut dice, first_on, (came, now))?;
    let mut sent = Sent {
        id: SubscriptionId::from_uuid(dice.uuid(started_at)),
        started_at,
        first_on,
        days,
        bills: Vec::new(),
        end: End::None,
    };
    let paid = if standing == Standing::Settled { i32::MAX } else { before };
    sent.send(&mut dice, interval, paid, now)?;
    Ok(Some(sent))
}

impl Sent {
    /// Sends one bill after the other, of which so many are paid, until now, or until too many are overdue.
    fn send(&mut self, dice: &mut Dice, interval: Interval, paid: i32, now: Timestamp) -> Result<()> {
        let calendar = calendar_of(interval, self.first_on);
        let (mut overdue, mut stands_since) = (0, now);
        for no in 1.. {
            let (Some(from), Some(until)) = (calendar.begins(no.into()), calendar.begins(i64::from(no) + 1)) else {
                break;
            };
            let at = match no {
                1 => self.started_at + SignedDuration::from_millis(40),
                _ => at_night(dice, from)?,
            };
            if at >= stands_since {
                break;
            }
            let id = InvoiceId::from_uuid(dice.uuid(at));
            let over_on = due_on(calendar::date(at), Some(self.days))?.tomorrow().map_err(Error::internal)?;
            let over_at = at_night(dice, over_on)?;
            let paid_at = if no <= paid { self.paid_at(dice, at, now)? } else { None };
            let is_overdue = over_at < now && paid_at.is_none_or(|paid_at| over_at < paid_at);
            if is_overdue && paid_at.is_none() {
                overdue += 1;
            }
            if overdue == MOST_OVERDUE && self.end == End::None {
                (self.end, stands_since) = (End::StandsStill, over_at);
            }
            let (tries, overdue_at) = (Vec::new(), is_overdue.then_some(over_at));
            self.bills.push(Bill { id, no, from, until, at, tries, paid_at, overdue_at, is_awaited: over_at >= now });
        }
        Ok(())
    }

    /// Returns when a bill was paid that was sent at that time: in time mostly, else some days late; on the next day where
    /// that would still be to come.
    fn paid_at(&self, dice: &mut Dice, sent_at: Timestamp, now: Timestamp) -> Result<Option<Timestamp>> {
        let days = self.days.unsigned_abs();
        let after = if dice.chance(150) { days + 2 + dice.below(5) } else { 1 + dice.below(days - 1) };
        let day = |after: u32| calendar::date(sent_at).saturating_add(i64::from(after).days());
        let day = [day(after), day(1)].into_iter().find(|day| *day < calendar::date(now));
        day.map(|day| by_day(dice, day, (sent_at, now))).transpose()
    }
}

/// Returns the fewest and the most days from one period to the next.
fn steps(interval: Interval) -> (i32, i32) {
    let (shortest, longest) = match interval.unit() {
        Unit::Day => (1, 1),
        Unit::Week => (7, 7),
        Unit::Month => (28, 31),
        Unit::Year => (365, 366),
    };
    (shortest * interval.every(), longest * interval.every())
}
