//! Starts a subscription: at once, with its first period billed now, or on a later day, until which it is free.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value;

use super::{
    figures,
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
    ids::{AccountId, CustomerId, MethodId, PriceId, SubscriptionId},
    invoices::{Collects, making::Period},
    reason::Reason,
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

/// The day of a new subscription that does not fit the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    FirstCharge,
    /// The day of the month.
    BillingDay,
    End,
}

impl NewSubscription {
    /// Checks that its days fit each other.
    ///
    /// # Errors
    /// The day that does not, with the reason.
    pub fn check(&self, today: Date) -> std::result::Result<(), (Misfit, Reason)> {
        let first = self.first_on;
        let refused = |misfit: Misfit, sentence: String| Err((misfit, Code::DateInvalid.says(sentence)));
        if first < today {
            let sentence =
                "The first charge cannot be in the past. What is owed for the past is an invoice of its own.";
            return refused(Misfit::FirstCharge, sentence.to_owned());
        }
        if let Some(day) = self.anchor_day.filter(|day| !is_anchor_day(first, *day)) {
            let sentence =
                format!("The first charge is on {first}, which is not the {day}. of its month. Choose another day.");
            return refused(Misfit::BillingDay, sentence);
        }
        match self.last() {
            None if self.until != Until::Forever => {
                refused(Misfit::End, "It would end after the year 9999.".to_owned())
            }
            Some(last) if last <= first => {
                let sentence = format!("It would end before its first charge on {first}. Choose a later end.");
                refused(Misfit::End, sentence)
            }
            _ => Ok(()),
        }
    }

    fn anchor_day(&self) -> i8 {
        self.anchor_day.unwrap_or(self.first_on.day())
    }

    /// Returns the first day on which it is not used any more, if it ends by itself before the end of the calendar.
    fn last(&self) -> Option<Date> {
        match self.until {
            Until::Forever => None,
            Until::Date(date) => Some(date),
            Until::Times(times) => self.interval.after(self.first_on, self.anchor_day(), times.into()),
        }
    }

    /// Returns it as a row of which nothing is billed yet.
    pub fn row(&self, account: AccountId, id: SubscriptionId, at: Timestamp) -> Subscription {
        Subscription {
            account_id: account,
            id,
            version: 1,
            customer_id: self.customer,
            name: self.name.clone(),
            price_id: self.price,
            amount: self.amount.minor,
            currency: self.amount.currency,
            interval_unit: self.interval.unit(),
            interval_count: self.interval.every(),
            monthly: self.interval.monthly(self.amount).minor,
            days_until_due: self.days_until_due,
            method_id: self.method,
            status: Status::Trialing,
            anchor_on: self.first_on,
            anchor_no: 1,
            anchor_day: self.anchor_day().into(),
            period_no: 0,
            period_from: None,
            period_until: None,
            next_on: Some(self.first_on),
            ends_on: self.last(),
            next_amount: None,
            next_price_id: None,
            unpaid: 0,
            given_up_on: None,
            pay_until: None,
            started_on: self.started_on.unwrap_or(self.first_on),
            ended_at: None,
            end_reason: None,
            metadata: self.metadata.clone(),
            updated_at: at,
        }
    }
}

/// Starts a subscription of a customer. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`] when it is deleted, or when the dates do not fit each
/// other.
pub fn create(conn: &mut PgConnection, by: &By, id: SubscriptionId, new: NewSubscription) -> Result<Subscription> {
    let customer = customers::find_for_update(conn, by.account, new.customer)?;
    customer.refuse_deleted()?;
    let mut held = Held::of(conn, by, customer, new.row(by.account, id, by.now()))?;
    new.check(held.today).map_err(|(_, reason)| Error::Conflict(reason))?;
    held.subscription.started_on = new.started_on.unwrap_or(held.today);
    let begins_now = new.first_on == held.today;
    let is_charged = held.subscription.collects() == Collects::Charge;
    if begins_now && is_charged {
        let until = new.interval.after(new.first_on, new.anchor_day(), 1).unwrap_or(new.first_on);
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
    let begun = held.subscription.clone();
    model::insert(conn, by, &begun, kinds::CREATED)?;
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
    figures::began(conn, by.account, &begun)?;
    held.schedule(conn)?;
    Ok(held.subscription)
}
