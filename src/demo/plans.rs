//! The plans: what demo customers subscribe to, with the merchant's prices of it.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    Demo,
    copying::{NewEvent, Owners, Rows, event_row},
    dice::{Dice, Purpose},
    lives::Actor,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    ids::{EventId, PriceId},
    prices::{
        kinds,
        model::{Naming, Price, Terms},
    },
    values::{Currency, Interval, Money, interval::Unit},
};

/// A plan.
#[derive(Debug)]
pub struct Plan {
    pub name: &'static str,
    unit: Unit,
    every: i64,
    /// The merchant's prices of it: the currency, its key, and the amount in the smallest unit.
    prices: [(&'static str, &'static str, i64); 2],
}

const fn plan(name: &'static str, unit: Unit, every: i64, prices: [(&'static str, &'static str, i64); 2]) -> Plan {
    Plan { name, unit, every, prices }
}

/// All plans.
pub const PLANS: [Plan; 5] = [
    plan("Coffee club", Unit::Month, 1, [("KES", "coffee_club", 145_000), ("USD", "coffee_club_usd", 1_400)]),
    plan("Vegetable box", Unit::Week, 2, [("KES", "vegetable_box", 190_000), ("USD", "vegetable_box_usd", 1_900)]),
    plan("Pro plan", Unit::Year, 1, [("KES", "pro_yearly", 4_990_000), ("USD", "pro_yearly_usd", 39_000)]),
    plan("Water delivery", Unit::Month, 1, [("KES", "water", 240_000), ("USD", "water_usd", 2_200)]),
    plan("Tea of the month", Unit::Month, 3, [("KES", "tea_quarterly", 330_000), ("USD", "tea_quarterly_usd", 3_100)]),
];

impl Plan {
    /// Returns the plan that a customer has.
    pub fn of(number: u32) -> &'static Self {
        &PLANS[number as usize % PLANS.len()]
    }

    /// Returns how often it is charged.
    ///
    /// # Errors
    /// Never for the plans above.
    pub fn interval(&self) -> Result<Interval> {
        Interval::new(self.unit, self.every).map_err(Error::internal)
    }

    /// Returns its price in a currency, with the amount, if the merchant has one.
    pub fn price(&self, demo: &Demo, currency: &str, now: Timestamp) -> Option<(PriceId, i64)> {
        let (_, key, amount) = self.prices.iter().find(|(code, _, _)| *code == currency)?;
        Some((PriceId::from_uuid(dice_of(demo, key).uuid(made_at(now))), *amount))
    }
}

/// Returns the dice of a price, by its key.
fn dice_of(demo: &Demo, key: &str) -> Dice {
    let number = key.bytes().fold(0_u32, |number, byte| number.wrapping_mul(31).wrapping_add(byte.into()));
    Dice::new(demo.seed, number, Purpose::Prices)
}

/// Returns the time at which the prices were made: before the first customer came.
fn made_at(now: Timestamp) -> Timestamp {
    let years_ago = now.to_zoned(TimeZone::UTC).saturating_sub(5.years());
    years_ago.timestamp()
}

/// Returns the rows of `prices`, and adds their events.
///
/// # Errors
/// When fields are not valid JSON.
pub fn price_rows(demo: &Demo, owners: &Owners, now: Timestamp, events: &mut Rows) -> Result<Rows> {
    let (mut rows, at) = (Rows::default(), made_at(now));
    for plan in &PLANS {
        for (code, key, amount) in plan.prices {
            let mut dice = dice_of(demo, key);
            let currency = Currency::parse(code).map_err(Error::internal)?;
            let price = Price {
                id: PriceId::from_uuid(dice.uuid(at)),
                version: 1,
                naming: Naming { name: plan.name.to_owned(), key: Some(key.to_owned()) },
                terms: Terms { amount: Money::new(amount, currency), interval: plan.interval()?, trial_days: 0 },
                created_at: at,
                updated_at: at,
                archived_at: None,
            };
            rows.plain(owners.account.uuid()).plain(price.id.uuid()).plain(price.version);
            rows.text(Some(&price.naming.name)).text(price.naming.key.as_deref());
            rows.plain(amount).plain(code).plain(plan.unit.as_str()).plain(plan.every).plain(price.terms.trial_days);
            rows.time(Some(at)).time(Some(at)).time(None).end();
            let what = NewEvent {
                id: EventId::from_uuid(dice.uuid(at)),
                kind: kinds::CREATED,
                subject: price.id.uuid(),
                version: 1,
                by: Actor::Owner,
                customer: None,
            };
            event_row(events, owners, &what, (&Fields::new(), &price.fields()))?;
        }
    }
    Ok(rows)
}
