//! The purses: a demo customer's payment methods and payments, from the day they came until now.

use std::{collections::BTreeMap, rc::Rc};

use jiff::{SignedDuration, Timestamp};

use super::{
    Demo,
    agreements::{Agreement, Charge},
    courses::{Bill, Course, Try},
    dice::{Dice, Purpose},
    habits::Habit,
    lives::{Actor, Life, between},
    prices::{Prices, currencies},
    receipts, subscription_rows,
    wallets::{self, Method},
};
use crate::{
    error::Result,
    gateway::{Instrument, Kind},
    ids::{CustomerId, EventId, MethodId, PaymentId, RefundId},
    payments::debts::Debt,
};

/// All payment methods and payments of a customer.
#[derive(Debug)]
pub struct Purse {
    /// The methods, in the order they were added.
    pub methods: Vec<Method>,
    /// The payments, in the order they were made; sometimes with one that is not attached to the customer.
    pub payments: Vec<Payment>,
    /// What the customer subscribes to.
    pub course: Option<Course>,
    /// What the customer pays in parts.
    pub agreement: Option<Agreement>,
}

/// The card or bank account of a payment through a gateway.
#[derive(Clone, Debug)]
pub struct PaidWith {
    /// The method of the wallet, if it is in there.
    pub method: Option<MethodId>,
    pub instrument: Rc<Instrument>,
}

/// A payment with all events.
#[derive(Debug)]
pub struct Payment {
    /// The payment's id, which contains the time it was made.
    pub id: PaymentId,
    /// The customer who paid, if known.
    pub customer: Option<CustomerId>,
    /// The amount, in minor units.
    pub amount: i64,
    /// The currency, an ISO 4217 code.
    pub currency: &'static str,
    /// The card or bank account; `None` for a payment that happened elsewhere and was recorded.
    pub with: Option<PaidWith>,
    /// The goods bought.
    pub description: Option<String>,
    /// The merchant's own number for the payment, unique.
    pub reference: Option<String>,
    /// The outcome of the charge, before any refund.
    pub outcome: Outcome,
    /// The refunds, in order.
    pub refunds: Vec<Refund>,
    /// The id of the event of its creation.
    pub event: EventId,
    pub by: Actor,
    /// What it is for, if that is owed.
    pub debt: Option<Debt>,
}

/// The outcome of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The money moved.
    Succeeded,
    /// The money did not move, for this reason (see [`crate::gateway::reason`]).
    Failed(&'static str),
    /// The charge was canceled.
    Canceled,
}

#[derive(Debug)]
pub struct Refund {
    /// The refund's id, which contains its time.
    pub id: RefundId,
    /// The amount, in minor units.
    pub amount: i64,
    pub reason: &'static str,
    /// The id of the event of the refund.
    pub event: EventId,
}

impl Payment {
    /// Returns the time the payment was made.
    pub fn created_at(&self) -> Timestamp {
        self.id.created_at()
    }

    /// Returns the time of the payment's last event.
    pub fn updated_at(&self) -> Timestamp {
        self.refunds.last().map_or(self.created_at(), |refund| refund.id.created_at())
    }

    /// Returns the amount given back by its first `refunds` refunds.
    pub fn refunded_by(&self, refunds: usize) -> i64 {
        self.refunds.iter().take(refunds).map(|refund| refund.amount).sum()
    }

    /// Returns the refunded amount.
    pub fn refunded(&self) -> i64 {
        self.refunded_by(self.refunds.len())
    }

    /// Returns the current status.
    pub fn status(&self) -> &'static str {
        self.status_after(self.refunds.len())
    }

    /// Returns the status after its first `refunds` refunds.
    pub fn status_after(&self, refunds: usize) -> &'static str {
        match (self.outcome, self.refunded_by(refunds)) {
            (Outcome::Failed(_), _) => "failed",
            (Outcome::Canceled, _) => "canceled",
            (Outcome::Succeeded, 0) => "succeeded",
            (Outcome::Succeeded, refunded) if refunded < self.amount => "partially_refunded",
            (Outcome::Succeeded, _) => "refunded",
        }
    }

    /// Returns the version: one for each event.
    pub fn version(&self) -> usize {
        1 + self.refunds.len()
    }
}

/// The totals of a customer's payments in a currency, of those that ever succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    pub payments: i64,
    /// The sum of the payments' full amounts, in minor units.
    pub volume: i64,
    /// The number of refunds.
    pub refunds: i64,
    /// The sum of the refunds, in minor units.
    pub refunded: i64,
    /// The time of the newest payment.
    pub last_payment_at: Timestamp,
}

impl Purse {
    /// Makes the purse of a customer, the same for the same demo, number and time.
    ///
    /// # Errors
    /// When a day is beyond the calendar.
    pub fn of(demo: &Demo, number: u32, life: &Life, now: Timestamp) -> Result<Self> {
        let mut dice = Dice::new(demo.seed, number, Purpose::Payments);
        let (first, second) = currencies(&mut dice, life.country);
        let habit = Habit::of(&mut dice, demo, number);
        let methods = wallets::wallet(Dice::new(demo.seed, number, Purpose::Wallet), habit, life, now);
        let buys = habit.buys(&mut dice, life, now);
        let mut paying = Paying { dice, number, life, now, methods: &methods, unsaved: None };
        let course = Course::of(demo, number, life, now)?;
        let mut payments: Vec<Payment> = Vec::with_capacity(buys.len() + 1);
        for at in buys {
            let prices = second.filter(|_| paying.dice.chance(300)).unwrap_or(first);
            let amount = prices.amount(&mut paying.dice);
            payments.push(paying.pay(payments.len(), at, prices, amount));
        }
        payments.extend(course.iter().flat_map(|course| paying.charges(course)));
        payments.extend(course.iter().flat_map(|course| paying.transfers(course)));
        let agreement = Agreement::of((demo, number), life, (&methods, first), now)?;
        if let Some(agreement) = &agreement {
            let mut dice = Dice::new(demo.seed, number, Purpose::PartCharges);
            payments.extend(part_charges(&mut dice, life, agreement));
            payments.sort_by_key(Payment::created_at);
        }
        payments.extend(paying.somebody_pays());
        Ok(Self { methods, payments, course, agreement })
    }

    /// Names the transfers for bills by the numbers of those.
    pub fn name_transfers(&mut self, numbers: &[(i16, i64)]) {
        let Some(course) = self.course.as_ref().filter(|course| course.days_until_due.is_some()) else { return };
        for payment in &mut self.payments {
            let bill = |bill: &Bill| payment.debt == Some(bill.id.into());
            let number = course.bills.iter().position(bill).and_then(|place| numbers.get(place));
            if let Some(number) = number {
                payment.description = Some(format!("Invoice {}", subscription_rows::written(*number)));
            }
        }
    }

    /// Returns the totals of the customer's payments, by currency.
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

/// The number of the payment that is not attached to the customer: after all attached ones.
const UNATTACHED: usize = receipts::MOST - 1;

/// A customer whose payments are being made.
struct Paying<'a> {
    dice: Dice,
    number: u32,
    life: &'a Life,
    now: Timestamp,
    methods: &'a [Method],
    /// The card that the customer uses without keeping it.
    unsaved: Option<Rc<Instrument>>,
}

impl Paying<'_> {
    /// Makes the charges of a subscription.
    fn charges(&mut self, course: &Course) -> Vec<Payment> {
        let tries = course.bills.iter().flat_map(|bill| bill.tries.iter().map(move |tried| (bill, tried)));
        let charge = |(bill, tried): (&Bill, &Try)| {
            let at = tried.at;
            let with = Some(self.paid_with(at));
            let outcome = tried.failure.map_or(Outcome::Succeeded, Outcome::Failed);
            let refunds = if outcome == Outcome::Succeeded { self.refunds(at, course.amount) } else { Vec::new() };
            let dice = &mut self.dice;
            Payment {
                id: PaymentId::from_uuid(dice.uuid(at)),
                customer: Some(self.life.id),
                amount: course.amount,
                currency: course.currency,
                with,
                description: Some(subscription_rows::line(course.name, bill.from, bill.until)),
                reference: None,
                outcome,
                refunds,
                event: EventId::from_uuid(dice.uuid(at)),
                by: Actor::System,
                debt: Some(bill.id.into()),
            }
        };
        tries.map(charge).collect()
    }

    /// Makes the transfers for the bills of a subscription that were sent, in the order of time. They are named later.
    fn transfers(&mut self, course: &Course) -> Vec<Payment> {
        let transfer = |(nth, bill): (usize, &Bill)| {
            let at = bill.paid_at?;
            Some(Payment {
                id: PaymentId::from_uuid(self.dice.uuid(at)),
                customer: Some(self.life.id),
                amount: course.amount,
                currency: course.currency,
                with: None,
                description: None,
                reference: Some(receipts::transfer((self.number, nth), at)),
                outcome: Outcome::Succeeded,
                refunds: Vec::new(),
                event: EventId::from_uuid(self.dice.uuid(at)),
                by: Actor::Editor,
                debt: Some(bill.id.into()),
            })
        };
        let mut transfers: Vec<Payment> = course.bills.iter().enumerate().filter_map(transfer).collect();
        transfers.sort_by_key(Payment::created_at);
        transfers
    }

    fn pay(&mut self, nth: usize, at: Timestamp, prices: &'static Prices, amount: i64) -> Payment {
        let recorded = if self.life.country.code == "KE" { 220 } else { 70 };
        let with = if self.dice.chance(recorded) { None } else { Some(self.paid_with(at)) };
        let outcome = self.outcome(with.as_ref());
        let refunds =
            if with.is_some() && outcome == Outcome::Succeeded { self.refunds(at, amount) } else { Vec::new() };
        let dice = &mut self.dice;
        let (id, event) = (PaymentId::from_uuid(dice.uuid(at)), EventId::from_uuid(dice.uuid(at)));
        let by = match dice.below(10) {
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
        let description = receipts::description(dice, at);
        let (customer, currency) = (Some(self.life.id), prices.code);
        let debt = None;
        Payment { id, customer, amount, currency, with, description, reference, outcome, refunds, event, by, debt }
    }

    /// Makes a payment without customer, for one in ten customers.
    fn somebody_pays(&mut self) -> Option<Payment> {
        let (came, until) = (self.life.created_at(), self.life.buys_until(self.now));
        if !self.dice.chance(100) || until <= came {
            return None;
        }
        let at = between(&mut self.dice, came, until);
        let prices = Prices::of("KES");
        let amount = prices.amount(&mut self.dice);
        let payment = self.pay(UNATTACHED, at, prices, amount);
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

    /// Returns mostly a method of the wallet that is valid then, the default more often than others; else a card that
    /// is not kept.
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

    /// Returns the refunds within a month: none for most payments, all at once for half of the others, a part or two
    /// for the rest.
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

/// Makes the charges for the parts of a payment schedule.
fn part_charges(dice: &mut Dice, life: &Life, agreement: &Agreement) -> Vec<Payment> {
    let charge = |(place, charge): (usize, &Charge)| Payment {
        id: charge.payment,
        customer: Some(life.id),
        amount: agreement.parts[place].amount,
        currency: agreement.currency,
        with: Some(agreement.with.clone()),
        description: Some(agreement.line(place)),
        reference: None,
        outcome: charge.failure.map_or(Outcome::Succeeded, Outcome::Failed),
        refunds: Vec::new(),
        event: EventId::from_uuid(dice.uuid(charge.at)),
        by: Actor::System,
        debt: Some(agreement.parts[place].id.into()),
    };
    agreement.charges().map(charge).collect()
}

/// The reasons of failed cards, the likelier ones repeated.
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
