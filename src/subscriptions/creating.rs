//! Starts a subscription: at once, with its first period billed now, or on a later day, until which it is free.

use diesel::PgConnection;
use jiff::{SignedDuration, civil::Date};
use serde_json::Value;

use super::{
    held::Held,
    kinds,
    model::{self, Subscription},
    status::Status,
};
use crate::{
    codes::Code,
    customers::model as customers,
    error::{Error, Result},
    events::By,
    ids::{CustomerId, MethodId, PriceId, SubscriptionId},
    invoices::{Collects, making::Period},
    values::{Interval, Money, interval::is_anchor_day},
};

/// The time in which the first invoice of one that is incomplete can be paid.
pub const PAY_WITHIN: SignedDuration = SignedDuration::from_hours(23);

/// When a subscription begins that is charged from today on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// It is charged at once, and is incomplete until that succeeds.
    Charged,
    /// Nothing is charged; it is incomplete until its first invoice is paid in any way.
    Waiting,
}

/// A subscription to be started.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    pub customer: CustomerId,
    pub name: String,
    /// The price that the money is copied from.
    pub price: Option<PriceId>,
    pub amount: Money,
    pub interval: Interval,
    /// The days in which a bill that is sent is to be paid; nothing charges a payment method.
    pub days_until_due: Option<i32>,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method: Option<MethodId>,
    /// The day of the first charge: today or later.
    pub first_on: Date,
    /// The day of the month on which it is charged, where the month has it; nothing is the first charge's.
    pub anchor_day: Option<i8>,
    /// How it ends, if it is to end by itself.
    pub until: Until,
    /// The day on which it began, as people tell it; nothing is today.
    pub started_on: Option<Date>,
    pub beginning: Beginning,
    pub metadata: Value,
}

/// How long a subscription goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Until somebody ends it.
    Forever,
    /// After so many periods.
    Times(i32),
    /// On that day, which is not of it any more.
    Date(Date),
}

/// Starts a subscription of a customer. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`] when it is deleted, or when the dates do not fit each
/// other.
pub fn create(conn: &mut PgConnection, by: &By, id: SubscriptionId, new: NewSubscription) -> Result<Subscription> {
    let customer = customers::find_for_update(conn, by.account, new.customer)?;
    customer.refuse_deleted()?;
    let anchor_day = new.anchor_day.unwrap_or(new.first_on.day());
    if !is_anchor_day(new.first_on, anchor_day) {
        let sentence = "The first charge is not on that day of its month. Choose the one that fits the other.";
        return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
    }
    let last = match new.until {
        Until::Forever => None,
        Until::Date(date) => Some(date),
        Until::Times(times) => {
            let far = || Error::Conflict(Code::DateInvalid.says("It would end after the year 9999."));
            Some(new.interval.after(new.first_on, anchor_day, times.into()).ok_or_else(far)?)
        }
    };
    if last.is_some_and(|last| last <= new.first_on) {
        let sentence = "It would end before its first charge. Choose a later end.";
        return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
    }
    let subscription = Subscription {
        account_id: by.account,
        id,
        version: 1,
        customer_id: new.customer,
        name: new.name,
        price_id: new.price,
        amount: new.amount.minor,
        currency: new.amount.currency,
        interval_unit: new.interval.unit(),
        interval_count: new.interval.every(),
        monthly: new.interval.monthly(new.amount).minor,
        days_until_due: new.days_until_due,
        method_id: new.method,
        status: Status::Trialing,
        anchor_on: new.first_on,
        anchor_no: 1,
        anchor_day: anchor_day.into(),
        period_no: 0,
        period_from: None,
        period_until: None,
        next_on: Some(new.first_on),
        ends_on: last,
        next_amount: None,
        next_price_id: None,
        unpaid: 0,
        given_up_on: None,
        pay_until: None,
        started_on: new.started_on.unwrap_or(new.first_on),
        ended_at: None,
        end_reason: None,
        metadata: new.metadata,
        updated_at: by.now(),
    };
    let mut held = Held::of(conn, by, customer, subscription)?;
    if new.first_on < held.today {
        let sentence = "The first charge cannot be in the past. What is owed for the past is an invoice of its own.";
        return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
    }
    held.subscription.started_on = new.started_on.unwrap_or(held.today);
    let begins_now = new.first_on == held.today;
    let is_charged = held.subscription.collects() == Collects::Charge;
    if begins_now && is_charged {
        let until = new.interval.after(new.first_on, anchor_day, 1).unwrap_or(new.first_on);
        held.subscription = Subscription {
            status: Status::Incomplete,
            pay_until: Some(held.now + PAY_WITHIN),
            period_no: 1,
            period_from: Some(new.first_on),
            period_until: Some(until),
            next_on: None,
            ..held.subscription
        };
    }
    model::insert(conn, by, &held.subscription, kinds::CREATED)?;
    if begins_now && is_charged {
        let subscription = held.subscription.clone();
        let (Some(from), Some(until)) = (subscription.period_from, subscription.period_until) else {
            return Err(Error::internal("a period without days"));
        };
        let first = Period { no: 1, from, until };
        let invoice = held.invoice(conn, &[first], Collects::Charge, &subscription)?;
        if new.beginning == Beginning::Charged {
            held.try_collecting(conn, &invoice)?;
        }
    } else {
        held.bring_up_to_date(conn)?;
    }
    held.schedule(conn)?;
    Ok(held.subscription)
}
