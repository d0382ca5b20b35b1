//! The habits: how often and when a demo customer buys.

use jiff::{SignedDuration, Timestamp};

use super::{
    Demo, calendar,
    dice::{Dice, Purpose},
    lives::{Life, between},
};

/// The frequency of a customer's purchases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Never; a quarter of all customers.
    Never,
    /// This many times, at any time.
    Sometimes(u32),
    /// Every month, for this many months.
    Monthly(u32),
    /// Every day for a year or more, this many times in all.
    Regular(u32),
}

/// The number of customers among whom one is a regular.
const REGULARS: u32 = 3_000;

/// The most purchases of a regular in a day.
const A_DAY: i64 = 5;

/// Returns whether a customer is a regular: one in 3,000, among those who came a year ago or earlier. The place differs
/// with the seed, but is chosen so that 10,000 customers have two.
pub fn is_regular(demo: &Demo, number: u32) -> bool {
    let place = 200 + Dice::new(demo.seed, 0, Purpose::Payments).below(1_200);
    number % REGULARS == place && u64::from(number) * 10 < u64::from(demo.customers) * 6
}

/// Returns whether a customer buys every month, without making all of their life.
pub fn is_monthly(demo: &Demo, number: u32) -> bool {
    matches!(Habit::of_customer(demo, number), Habit::Monthly(_))
}

impl Habit {
    /// Returns the habit of a customer, without making all of their life.
    pub fn of_customer(demo: &Demo, number: u32) -> Self {
        let mut dice = Dice::new(demo.seed, number, Purpose::Payments);
        // The first throw is for the currency.
        dice.below(1000);
        Self::of(&mut dice, demo, number)
    }

    /// Returns the habit of a customer, whose currency the dice have chosen.
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

    /// Returns the times at which a customer with that habit buys, in order.
    pub fn buys(self, dice: &mut Dice, life: &Life, now: Timestamp) -> Vec<Timestamp> {
        let (came, until) = (life.created_at(), life.buys_until(now));
        let days = until.duration_since(came).as_hours() / 24;
        match self {
            // Who buys every month has a subscription, which is charged.
            Self::Never | Self::Monthly(_) => Vec::new(),
            _ if until.duration_since(came) < SignedDuration::from_secs(30) => Vec::new(),
            Self::Sometimes(count) => whenever(dice, (came, until), now, i64::from(count).min(1 + days)),
            Self::Regular(count) => whenever(dice, (came, until), now, i64::from(count).min(1 + A_DAY * days)),
        }
    }
}

/// Returns purchases at any time: the first one at the arrival, since most come to buy, the others when people buy.
fn whenever(dice: &mut Dice, (came, until): (Timestamp, Timestamp), now: Timestamp, count: i64) -> Vec<Timestamp> {
    let soon = until.min(came + SignedDuration::from_hours(1));
    let mut times: Vec<Timestamp> = vec![between(dice, came, soon)];
    times.extend((1..count).map(|_| some_time(dice, (came, until), now)));
    times.sort_unstable();
    times
}

/// Returns a time by day, more likely in the busy months.
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
