//! A purse: what a demo customer pays with, and everything they paid, from the day they came until now.

use std::{collections::BTreeMap, rc::Rc};

use jiff::{SignedDuration, Timestamp};

use super::{
    Demo,
    dice::{Dice, Purpose},
    habits::{Buy, Habit},
    lives::{Actor, Life, between},
    prices::{Prices, currencies},
    receipts,
    wallets::{self, Method},
};
use crate::{
    gateway::{Instrument, Kind},
    ids::{CustomerId, EventId, MethodId, PaymentId, RefundId},
};

/// All of a customer's money.
#[derive(Debug)]
pub struct Purse {
    /// In the order in which they were added.
    pub methods: Vec<Method>,
    /// In the order in which they were made; now and then with one that nobody knows to be theirs.
    pub payments: Vec<Payment>,
}

/// What was paid with at a gateway.
#[derive(Clone, Debug)]
pub struct PaidWith {
    /// Of the wallet, if it is in there.
    pub method: Option<MethodId>,
    /// What it is.
    pub instrument: Rc<Instrument>,
}

/// A payment with all that happened.
#[derive(Debug)]
pub struct Payment {
    /// Its time is when.
    pub id: PaymentId,
    /// Whose it is, if that is known.
    pub customer: Option<CustomerId>,
    /// In minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: &'static str,
    /// Nothing for one that happened elsewhere and was recorded.
    pub with: Option<PaidWith>,
    /// What was bought.
    pub description: Option<String>,
    /// The merchant's own number for it, unique.
    pub reference: Option<String>,
    /// What became of it at first.
    pub outcome: Outcome,
    /// What was given back, in order.
    pub refunds: Vec<Refund>,
    /// That it was made.
    pub event: EventId,
    pub by: Actor,
}

/// What becomes of an order to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved.
    Succeeded,
    /// It did not, for this reason (see [`crate::gateway::reason`]).
    Failed(&'static str),
    /// It was called off.
    Canceled,
}

/// Money given back.
#[derive(Debug)]
pub struct Refund {
    /// Its time is when.
    pub id: RefundId,
    /// In minor units.
    pub amount: i64,
    pub reason: &'static str,
    /// That it was given back.
    pub event: EventId,
}

impl Payment {
    /// When it was made.
    pub fn created_at(&self) -> Timestamp {
        self.id.created_at()
    }

    /// When something happened to it last.
    pub fn updated_at(&self) -> Timestamp {
        self.refunds.last().map_or(self.created_at(), |refund| refund.id.created_at())
    }

    /// How much of it was given back, by its first refunds.
    pub fn refunded_by(&self, refunds: usize) -> i64 {
        self.refunds.iter().take(refunds).map(|refund| refund.amount).sum()
    }

    /// How much of it was given back.
    pub fn refunded(&self) -> i64 {
        self.refunded_by(self.refunds.len())
    }

    /// What it is now.
    pub fn status(&self) -> &'static str {
        self.status_after(self.refunds.len())
    }

    /// What it was after its first refunds.
    pub fn status_after(&self, refunds: usize) -> &'static str {
        match (self.outcome, self.refunded_by(refunds)) {
            (Outcome::Failed(_), _) => "failed",
            (Outcome::Canceled, _) => "canceled",
            (Outcome::Succeeded, 0) => "succeeded",
            (Outcome::Succeeded, refunded) if refunded < self.amount => "partially_refunded",
            (Outcome::Succeeded, _) => "refunded",
        }
    }

    /// One for each thing that happened to it.
    pub fn version(&self) -> usize {
        1 + self.refunds.len()
    }
}

/// What a customer's payments in a currency come to: those that ever succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    pub payments: i64,
    /// At their full amount, in minor units.
    pub volume: i64,
    /// How many refunds.
    pub refunds: i64,
    /// What those come to, in minor units.
    pub refunded: i64,
    /// The newest of the payments.
    pub last_payment_at: Timestamp,
}

impl Purse {
    /// The customer's own, the same for the same demo, number and time.
    pub fn of(demo: &Demo, number: u32, life: &Life, now: Timestamp) -> Self {
        let mut dice = Dice::new(demo.seed, number, Purpose::Payments);
        let (first, second) = currencies(&mut dice, life.country);
        let habit = Habit::of(&mut dice, demo, number);
        let methods = wallets::wallet(Dice::new(demo.seed, number, Purpose::Wallet), habit, life, now);
        let buys = habit.buys(&mut dice, life, now);
        let mut paying = Paying { dice, number, life, now, methods: &methods, unsaved: None };
        let subscription = first.subscription(&mut paying.dice);
        let mut payments: Vec<Payment> = Vec::with_capacity(buys.len() + 1);
        for buy in buys {
            let prices = second.filter(|_| paying.dice.chance(300)).unwrap_or(first);
            let (prices, amount) = match buy.is_subscription {
                true => (first, subscription),
                false => (prices, prices.amount(&mut paying.dice)),
            };
            payments.push(paying.pay(payments.len(), buy, prices, amount));
        }
        payments.extend(paying.somebody_pays());
        Self { methods, payments }
    }

    /// What the customer's payments come to, by currency.
    pub fn figures(&self) -> BTreeMap<&'static str, Figure> {
        let mut figures: BTreeMap<&'static str, Figure> = BTreeMap::new();
        for payment in &self.payments {
            if payment.customer.is_none() || payment.outcome != Outcome::Succeeded {
                continue;
            }
            let figure = figures.entry(payment.currency).or_default();
            figure.payments += 1;
            figure.volume += payment.amount;
            figure.refunds += payment.refunds.len() as i64;
            figure.refunded += payment.refunded();
            figure.last_payment_at = figure.last_payment_at.max(payment.created_at());
        }
        figures
    }
}

/// The place of the payment that nobody knows to be somebody's: after all of theirs.
const UNATTACHED: usize = receipts::MOST - 1;

/// Somebody at the counter, so to speak.
struct Paying<'a> {
    dice: Dice,
    number: u32,
    life: &'a Life,
    now: Timestamp,
    methods: &'a [Method],
    /// The card they use without keeping it.
    unsaved: Option<Rc<Instrument>>,
}

impl Paying<'_> {
    fn pay(&mut self, nth: usize, buy: Buy, prices: &'static Prices, amount: i64) -> Payment {
        let at = buy.at;
        let recorded = if self.life.country.code == "KE" { 220 } else { 70 };
        let with = if !buy.is_subscription && self.dice.chance(recorded) { None } else { Some(self.paid_with(at)) };
        let outcome = self.outcome(with.as_ref());
        let refunds =
            if with.is_some() && outcome == Outcome::Succeeded { self.refunds(at, amount) } else { Vec::new() };
        let dice = &mut self.dice;
        let (id, event) = (PaymentId::from_uuid(dice.uuid(at)), EventId::from_uuid(dice.uuid(at)));
        let by = match dice.below(10) {
            _ if buy.is_subscription => Actor::System,
            0 => Actor::Owner,
            1 | 2 => Actor::Editor,
            _ if with.is_none() => Actor::Editor,
            _ => Actor::System,
        };
        let place = (self.number, nth);
        let reference = match &with {
            None => Some(receipts::elsewhere(dice, self.life.country, place, at)),
            Some(_) => dice.chance(600).then(|| receipts::order(place)),
        };
        let description = receipts::description(dice, &buy, self.number);
        let (customer, currency) = (Some(self.life.id), prices.code);
        Payment { id, customer, amount, currency, with, description, reference, outcome, refunds, event, by }
    }

    /// One in ten has paid once so that nobody knows it was them.
    fn somebody_pays(&mut self) -> Option<Payment> {
        let (came, until) = (self.life.created_at(), self.life.buys_until(self.now));
        if !self.dice.chance(100) || until <= came {
            return None;
        }
        let at = between(&mut self.dice, came, until);
        let prices = Prices::of("KES");
        let amount = prices.amount(&mut self.dice);
        let payment = self.pay(UNATTACHED, Buy::once(at), prices, amount);
        // A method of their wallet would tell whose it is.
        let with = payment.with.filter(|with| with.method.is_none());
        let is_recorded = with.is_none();
        // The number of an order would tell too.
        let place = (self.number, UNATTACHED);
        let reference = is_recorded.then(|| receipts::elsewhere(&mut self.dice, self.life.country, place, at));
        let outcome = if is_recorded { Outcome::Succeeded } else { payment.outcome };
        let refunds = if is_recorded { Vec::new() } else { payment.refunds };
        Some(Payment { customer: None, with, reference, outcome, refunds, ..payment })
    }

    /// Mostly a method of their wallet that is good then, its default before others; else a card they do not keep.
    fn paid_with(&mut self, at: Timestamp) -> PaidWith {
        let good: Vec<&Method> = self.methods.iter().filter(|method| method.is_good(at)).collect();
        let is_kept = self.dice.chance(930);
        let chosen = match self.dice.below(10) {
            0..7 => good.first().copied(),
            other => good.get(other as usize % good.len().max(1)).copied(),
        };
        if let Some(method) = chosen.filter(|_| is_kept) {
            return PaidWith { method: Some(method.id), instrument: Rc::clone(&method.instrument) };
        }
        let unsaved = self
            .unsaved
            .get_or_insert_with(|| Rc::new(wallets::instrument(&mut self.dice, self.life, self.now, self.now)));
        PaidWith { method: None, instrument: Rc::clone(unsaved) }
    }

    fn outcome(&mut self, with: Option<&PaidWith>) -> Outcome {
        let Some(with) = with else { return Outcome::Succeeded };
        match self.dice.below(1000) {
            0..46 if with.instrument.kind == Kind::BankAccount => Outcome::Failed("account_closed"),
            0..46 => Outcome::Failed(self.dice.pick::<&str>(&FAILURES)),
            46..56 => Outcome::Canceled,
            _ => Outcome::Succeeded,
        }
    }

    /// What is given back within a month: nothing for most, all at once for half of the others, a part or two for the rest.
    fn refunds(&mut self, at: Timestamp, amount: i64) -> Vec<Refund> {
        let until = self.life.buys_until(self.now).min(at + SignedDuration::from_hours(30 * 24));
        if !self.dice.chance(25) || until.duration_since(at) < SignedDuration::from_mins(10) {
            return Vec::new();
        }
        let part = (amount * i64::from(10 + self.dice.below(60)) / 100).max(1);
        let parts = match self.dice.below(10) {
            0..5 => vec![amount],
            5..9 if part < amount => vec![part],
            _ if part < amount => vec![part, amount - part],
            _ => vec![amount],
        };
        let mut refunds = Vec::new();
        let mut from = at;
        for amount in parts {
            let at = between(&mut self.dice, from, until);
            let (id, event) = (RefundId::from_uuid(self.dice.uuid(at)), EventId::from_uuid(self.dice.uuid(at)));
            refunds.push(Refund { id, amount, reason: self.dice.pick::<&str>(&receipts::REASONS), event });
            from = at;
        }
        refunds
    }
}

/// Why cards fail, likelier reasons more often.
const FAILURES: [&str; 14] = [
    "insufficient_funds",
    "insufficient_funds",
    "insufficient_funds",
    "insufficient_funds",
    "card_declined",
    "card_declined",
    "card_declined",
    "expired_card",
    "authentication_required",
    "authentication_required",
    "incorrect_cvc",
    "processing_error",
    "lost_card",
    "stolen_card",
];
