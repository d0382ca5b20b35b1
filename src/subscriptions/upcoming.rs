//! The charges of a subscription that are to come, from its calendar.

use jiff::civil::Date;

use super::model::Subscription;
use crate::{error::Result, values::Money};

/// A charge to come, or a bill to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// The number of its period.
    pub no: i32,
    /// The day of the charge, on which the period begins.
    pub on: Date,
    /// The day on which the period after it begins.
    pub until: Date,
    pub amount: Money,
}

impl Subscription {
    /// Returns the next charges, `most` at most. There are none while it waits for its first payment, stands still, or is to
    /// end before the next one.
    ///
    /// # Errors
    /// When what is stored is no calendar.
    pub fn upcoming(&self, most: usize) -> Result<Vec<Upcoming>> {
        self.upcoming_until(Date::MAX, most)
    }

    /// Works like [`Subscription::upcoming`], for charges until a day, that day included.
    pub fn upcoming_until(&self, last: Date, most: usize) -> Result<Vec<Upcoming>> {
        if self.next_on.is_none() {
            return Ok(Vec::new());
        }
        let calendar = self.calendar()?;
        let amount = Money::new(self.next_amount.unwrap_or(self.amount), self.currency);
        let charge = |no: i32| {
            let (on, until) = (calendar.begins(no.into())?, calendar.begins(i64::from(no) + 1)?);
            let is_billed = on <= last && self.ends_on.is_none_or(|end| on < end);
            Some(Upcoming { no, on, until, amount }).filter(|_| is_billed)
        };
        Ok((self.period_no + 1..).map_while(charge).take(most).collect())
    }
}
