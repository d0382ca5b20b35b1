//! The wallets: cards and bank accounts of demo customers. The sandbox knows their credentials; no number exists.

use std::rc::Rc;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{
    calendar,
    dice::Dice,
    habits::Habit,
    lives::{Actor, Life, between},
};
use crate::{
    gateway::{Instrument, Kind, sandbox::credential},
    ids::{EventId, MethodId},
};

/// A method in a wallet.
#[derive(Debug)]
pub struct Method {
    /// The method's id, which contains the time it was added.
    pub id: MethodId,
    pub instrument: Rc<Instrument>,
    /// True when charges that name no method use it: the first method.
    pub is_default: bool,
    /// The form of the customer's consent at that time.
    pub consent: Option<&'static str>,
    /// The id of the event of its addition.
    pub event: EventId,
    pub by: Actor,
}

impl Method {
    /// Returns the time it was added.
    pub fn created_at(&self) -> Timestamp {
        self.id.created_at()
    }

    /// Returns whether it could be charged at a time: it was there, and had not expired.
    pub fn is_good(&self, at: Timestamp) -> bool {
        let expires_on = self.instrument.expires_on;
        self.created_at() < at && expires_on.is_none_or(|last| calendar::date(at) <= last)
    }
}

/// The card brands of single countries, beside those that are everywhere.
const LOCAL_BRANDS: [(&str, &str); 6] =
    [("NG", "Verve"), ("CN", "UnionPay"), ("JP", "JCB"), ("US", "Discover"), ("IN", "Diners Club"), ("DE", "Maestro")];

const BRANDS: [&str; 10] = [
    "Visa",
    "Visa",
    "Visa",
    "Visa",
    "Visa",
    "Mastercard",
    "Mastercard",
    "Mastercard",
    "Mastercard",
    "American Express",
];

/// The invented banks, at home and elsewhere.
const BANKS: [&[&str]; 2] = [
    &["Mlima Bank", "Jambo Co-operative Bank", "Ziwa Trust Bank", "Pwani Savings Bank"],
    &["First Harbour Bank", "Meridian Bank", "Old Town Savings Bank", "Northern Union Bank"],
];

const CONSENTS: [&str; 4] = ["Ticked at the checkout", "Signed form", "Agreed by phone", "Signed at the counter"];

/// The outcomes of charges other than success, each with its share in a thousand.
const OUTCOMES: [(u32, &str); 4] =
    [(12, "insufficient_funds"), (8, "card_declined"), (5, "authentication_required"), (5, "refund_fails")];

/// Returns the wallet of a customer: empty for two in five, who buy less than others; three methods at most.
pub fn wallet(mut dice: Dice, habit: Habit, life: &Life, now: Timestamp) -> Vec<Method> {
    let (came, until) = (life.created_at(), life.buys_until(now));
    let has_some = keeps_some(&mut dice, habit);
    let count = match dice.below(1000) {
        _ if !has_some => 0,
        0..650 => 1,
        650..880 => 2,
        _ => 3,
    };
    let soon = until.min(came + SignedDuration::from_mins(50));
    let mut times: Vec<Timestamp> =
        (0..count).map(|nth| between(&mut dice, came, if nth == 0 { soon } else { until })).collect();
    times.sort_unstable();
    let mut methods = Vec::with_capacity(times.len());
    for at in times {
        let instrument = instrument(&mut dice, life, at, now);
        methods.push(method(&mut dice, instrument, methods.is_empty(), at));
    }
    methods
}

/// Returns whether somebody with that habit keeps a method: the first number of the dice of a wallet.
pub fn keeps_some(dice: &mut Dice, habit: Habit) -> bool {
    dice.chance(match habit {
        Habit::Never => 200,
        Habit::Sometimes(_) => 690,
        Habit::Monthly(_) | Habit::Regular(_) => 1000,
    })
}

fn method(dice: &mut Dice, instrument: Instrument, is_default: bool, at: Timestamp) -> Method {
    Method {
        id: MethodId::from_uuid(dice.uuid(at)),
        instrument: Rc::new(instrument),
        is_default,
        consent: dice.chance(300).then(|| *dice.pick(&CONSENTS)),
        event: EventId::from_uuid(dice.uuid(at)),
        by: if dice.chance(800) { Actor::System } else { Actor::Editor },
    }
}

/// Returns a card, or sometimes a bank account, that can have been added at that time.
pub fn instrument(dice: &mut Dice, life: &Life, at: Timestamp, now: Timestamp) -> Instrument {
    let country = life.country.code.as_str();
    let is_card = dice.chance(900);
    let brand = if is_card { brand(dice, country) } else { *dice.pick(BANKS[usize::from(country != "KE")]) };
    let outcome = if is_card { outcome(dice) } else { "succeeded" };
    Instrument {
        kind: if is_card { Kind::Card } else { Kind::BankAccount },
        brand: brand.to_owned(),
        last4: dice.fill("####"),
        expires_on: is_card.then(|| expiry(dice, at, now)),
        fingerprint: format!("demo {}", dice.uuid(at).simple()),
        credential: credential(outcome),
    }
}

fn brand(dice: &mut Dice, country: &str) -> &'static str {
    let local = LOCAL_BRANDS.iter().find(|(of, _)| *of == country).map(|(_, brand)| *brand);
    match local.filter(|_| dice.chance(350)) {
        Some(brand) => brand,
        None => dice.pick::<&str>(&BRANDS),
    }
}

fn outcome(dice: &mut Dice) -> &'static str {
    let mut throw = dice.below(1000);
    for (often, outcome) in OUTCOMES {
        if throw < often {
            return outcome;
        }
        throw -= often;
    }
    "succeeded"
}

/// Returns a card's last day: past for one in eight, within three months for some, else years ahead. Nobody adds an
/// expired card, so a new one is valid for a while.
fn expiry(dice: &mut Dice, at: Timestamp, now: Timestamp) -> Date {
    let months = match dice.below(1000) {
        0..125 => -1 - i64::from(dice.below(14)),
        125..200 => i64::from(dice.below(3)),
        _ => 3 + i64::from(dice.below(52)),
    };
    let last_day = |months: i64| calendar::date(now).first_of_month().saturating_add(months.months()).last_of_month();
    let given = calendar::date(at);
    if given < last_day(months) { last_day(months) } else { last_day(months + 18) }
}
