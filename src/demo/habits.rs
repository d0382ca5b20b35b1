//! A habit: how often a demo customer buys, and when.

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::{
    Demo, calendar,
    dice::{Dice, Purpose},
    lives::{Life, between},
};

/// How often somebody buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// They never did: a quarter of all.
    Never,
    /// So many times, whenever they like.
    Sometimes(u32),
    /// Every month, for so many months.
    Monthly(u32),
    /// Every day, for a year and more: so many times.
    Regular(u32),
}

/// Something is bought.
#[derive(Clone, Copy, Debug)]
pub struct Buy {
    pub at: Timestamp,
    /// Whether it is the month's part of a subscription.
    pub is_subscription: bool,
}

impl Buy {
    /// Something is bought for itself.
    pub fn once(at: Timestamp) -> Self {
        Self { at, is_subscription: false }
    }
}

/// One in so many is a regular.
const REGULARS: u32 = 3_000;

/// Regulars buy so many times a day at most.
const A_DAY: i64 = 5;

/// Whether somebody is a regular: one in 3,000, among those who have been here for a year or more. The place differs
/// with the seed, but is such that 10,000 customers have two.
pub fn is_regular(demo: &Demo, number: u32) -> bool {
    let place = 200 + Dice::new(demo.seed, 0, Purpose::Payments).below(1_200);
    number % REGULARS == place && u64::from(number) * 10 < u64::from(demo.customers) * 6
}

impl Habit {
    /// The habit of a customer.
    pub fn of(dice: &mut Dice, demo: &Demo, number: u32) -> Self {
        if is_regular(demo, number) {
            return Self::Regular(1_000 + dice.below(4_001));
        }
        match dice.below(1000) {
            0..250 => Self::Never,
            250..870 => Self::Sometimes(1 + dice.below(12).min(dice.below(12))),
            870..965 => Self::Monthly(2 + dice.below(28)),
            _ => Self::Sometimes(10 + dice.below(30)),
        }
    }

    /// What somebody of that habit bought, in order.
    pub fn buys(self, dice: &mut Dice, life: &Life, now: Timestamp) -> Vec<Buy> {
        let (came, until) = (life.created_at(), life.buys_until(now));
        let days = until.duration_since(came).as_hours() / 24;
        match self {
            Self::Never => Vec::new(),
            _ if until.duration_since(came) < SignedDuration::from_secs(30) => Vec::new(),
            Self::Monthly(months) => monthly(dice, (came, until), months),
            Self::Sometimes(count) => whenever(dice, (came, until), now, i64::from(count).min(1 + days)),
            Self::Regular(count) => whenever(dice, (came, until), now, i64::from(count).min(1 + A_DAY * days)),
        }
    }
}

/// The first at once, for most who come do so to buy; the others when people buy.
fn whenever(dice: &mut Dice, (came, until): (Timestamp, Timestamp), now: Timestamp, count: i64) -> Vec<Buy> {
    let soon = until.min(came + SignedDuration::from_hours(1));
    let mut times: Vec<Timestamp> = vec![between(dice, came, soon)];
    times.extend((1..count).map(|_| some_time(dice, (came, until), now)));
    times.sort_unstable();
    times.into_iter().map(Buy::once).collect()
}

/// A time in the busy months rather than in others, and by day.
fn some_time(dice: &mut Dice, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Timestamp {
    let mut at = between(dice, from, to);
    for _ in 0..5 {
        if dice.fraction() < calendar::season(at) {
            break;
        }
        at = between(dice, from, to);
    }
    calendar::awake(at, (from, to), now)
}

/// On the same day of each month.
fn monthly(dice: &mut Dice, (came, until): (Timestamp, Timestamp), months: u32) -> Vec<Buy> {
    let soon = until.min(came + SignedDuration::from_hours(1));
    let first = between(dice, came, soon);
    let zoned = first.to_zoned(TimeZone::UTC);
    let times = (0..i64::from(months)).map_while(|month| zoned.checked_add(month.months()).ok());
    let times = times.map(|time| time.timestamp()).take_while(|at| *at < until);
    times.map(|at| Buy { at, is_subscription: true }).collect()
}
