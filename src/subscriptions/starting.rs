//! What somebody wants started, on a page or by a program, as far as it can be read without the customer and the price;
//! and what comes of it, or what stands in the way.

use diesel::PgConnection;
use jiff::{Span, civil::Date};
use serde_json::to_value;

use super::{
    creating::{Beginning, Misfit, NewSubscription, Until},
    model,
};
use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId, MethodId, SubscriptionId},
    invoices::Collects,
    merchants,
    payment_methods::charging::for_charge,
    prices::model::Price,
    reason::Reason,
    values::{Interval, Metadata, Money},
};

/// What is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// What the price says that has this id or key.
    Price(String),
    Own {
        name: String,
        amount: Money,
        interval: Interval,
    },
}

/// When the first charge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Today, or when the price says.
    Open,
    /// So many days from today.
    After(i32),
    On(Date),
}

/// What becomes of a subscription whose first charge is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behavior {
    /// It is charged at once; when that fails, it waits for its first payment.
    Try,
    /// Nothing is charged: it waits for its first payment.
    Wait,
    /// It is charged at once; when that fails, it is over.
    Insist,
}

/// A subscription that somebody wants started.
#[derive(Clone, Debug)]
pub struct Wish {
    pub customer: CustomerId,
    pub what: What,
    pub behavior: Behavior,
    /// Whether what is charged today must have a method that can be.
    pub must_be_chargeable: bool,
    pub method: Option<MethodId>,
    pub collects: Collects,
    /// The days in which a bill that is sent is to be paid; nothing is the merchant's usual.
    pub days_until_due: Option<i32>,
    pub first: First,
    pub billing_day: Option<i8>,
    pub until: Until,
    pub started_on: Option<Date>,
    pub metadata: Metadata,
    /// Whether it may be the second of the customer by its price.
    pub allow_duplicate: bool,
}

/// What stands in the way of a wish.
#[derive(Debug)]
pub enum Refused {
    /// The customer has this one by the same price.
    Duplicate(SubscriptionId),
    /// Its days do not fit each other.
    Misfit(Misfit, Reason),
    /// Nothing can be charged for it.
    Unchargeable(Reason),
}

impl Wish {
    /// Returns what is agreed by it, for a customer who is locked; `price` is the one that it names.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the price is archived.
    pub fn agreed(
        self,
        conn: &mut PgConnection,
        account: AccountId,
        price: Option<Price>,
        today: Date,
    ) -> Result<std::result::Result<NewSubscription, Refused>> {
        if let Some(price) = &price {
            price.refuse_archived()?;
            if !self.allow_duplicate
                && let Some(other) = model::living_by(conn, account, self.customer, price.id)?
            {
                return Ok(Err(Refused::Duplicate(other)));
            }
        }
        let must_be_chargeable = self.must_be_chargeable;
        let new = self.terms(conn, account, price, today)?;
        if let Err((misfit, reason)) = new.check(today) {
            return Ok(Err(Refused::Misfit(misfit, reason)));
        }
        // Who names a method is told at once that it is none.
        let is_charged = new.first_on == today && new.days_until_due.is_none();
        if (new.method.is_some() || (is_charged && must_be_chargeable))
            && let Err(reason) = for_charge(conn, account, new.customer, new.method, today)?
        {
            return Ok(Err(Refused::Unchargeable(reason)));
        }
        Ok(Ok(new))
    }

    /// Returns what it comes to, with what the price says or its own money, however little its days fit.
    ///
    /// # Errors
    /// When a price is named and none is given.
    pub fn terms(
        self,
        conn: &mut PgConnection,
        account: AccountId,
        price: Option<Price>,
        today: Date,
    ) -> Result<NewSubscription> {
        let free = price.as_ref().map_or(0, |price| price.terms.trial_days);
        let id = price.as_ref().map(|price| price.id);
        let (name, amount, interval) = match (self.what, price) {
            (What::Own { name, amount, interval }, _) => (name, amount, interval),
            (What::Price(_), Some(price)) => (price.naming.name, price.terms.amount, price.terms.interval),
            (What::Price(_), None) => return Err(Error::internal("a price that was not found")),
        };
        let days_until_due = match self.collects {
            Collects::Charge => None,
            Collects::Invoice if self.days_until_due.is_some() => self.days_until_due,
            Collects::Invoice => Some(merchants::invoicing(conn, account)?.days_until_due),
        };
        let first_on = match self.first {
            First::On(day) => Ok(day),
            First::After(days) => today.checked_add(Span::new().days(days)),
            First::Open => today.checked_add(Span::new().days(free)),
        };
        Ok(NewSubscription {
            customer: self.customer,
            name,
            price: id,
            amount,
            interval,
            days_until_due,
            method: self.method,
            first_on: first_on.map_err(Error::internal)?,
            anchor_day: self.billing_day,
            until: self.until,
            started_on: self.started_on,
            beginning: match self.behavior {
                Behavior::Wait => Beginning::Waiting,
                Behavior::Try | Behavior::Insist => Beginning::Charged,
            },
            metadata: to_value(self.metadata).map_err(Error::internal)?,
        })
    }
}
