//! Ends a subscription: with its period, now, or not after all. What was billed stays owed unless its invoices are taken
//! back.

use diesel::PgConnection;
use jiff::civil::Date;

use super::{
    held::Held,
    kinds,
    model::Subscription,
    status::{EndReason, Status},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::Fields,
    invoices::{self, Invoice},
    payments::of_debt,
};

/// What becomes of the open invoices of a subscription that is canceled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpaid {
    /// They stay owed. Nobody tries to collect them by itself.
    Keep,
    /// They are taken back.
    Void,
}

impl Held<'_> {
    /// Lets it end with the period it is in; one that has not begun ends on the day of its first charge. An amount that
    /// waits is dropped.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, something of it is unpaid, or it waits for its first payment.
    pub fn end_with_period(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.refuse_ended()?;
        self.bring_up_to_date(conn)?;
        self.refuse_unpaid()?;
        let was = self.subscription.clone();
        let Some(end) = was.next_on else {
            // It ends by itself already.
            return self.schedule(conn);
        };
        let next = Subscription { ends_on: Some(end), next_on: None, next_amount: None, next_price_id: None, ..was };
        self.store(conn, next, kinds::ENDING, Fields::new())?;
        self.end_in_time(conn)?;
        self.schedule(conn)
    }

    /// Lets it end on a later day, the first on which it is not used any more. Periods that begin before are still billed. An
    /// amount that waits is dropped.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, something of it is unpaid, it waits for its first payment, or the day is today
    /// or has passed.
    pub fn end_on(&mut self, conn: &mut PgConnection, day: Date) -> Result<()> {
        self.refuse_ended()?;
        self.bring_up_to_date(conn)?;
        if self.end_in_time(conn)? {
            return self.refuse_ended();
        }
        self.refuse_unpaid()?;
        if day <= self.today {
            let sentence = "It can end tomorrow at the earliest. Choose a later day, or cancel it now.";
            return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
        }
        let was = self.subscription.clone();
        let next = Subscription { ends_on: Some(day), next_amount: None, next_price_id: None, ..was.clone() };
        let next = Subscription { next_on: next.next_begin()?, ..next };
        if next != was {
            self.store(conn, next, kinds::ENDING, Fields::new())?;
        }
        self.schedule(conn)
    }

    fn refuse_unpaid(&self) -> Result<()> {
        let is = &self.subscription;
        if is.status == Status::Incomplete || is.unpaid > 0 || is.given_up_on.is_some() {
            let sentence = "Something of it is unpaid. Cancel it now, or collect what is open first.";
            return Err(Error::Conflict(Code::NotActive.says(sentence)));
        }
        Ok(())
    }

    /// Lets one go on that was to end.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended.
    pub fn keep(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.refuse_ended()?;
        if self.end_in_time(conn)? {
            return self.refuse_ended();
        }
        if self.subscription.ends_on.is_some() {
            let next = Subscription { ends_on: None, ..self.subscription.clone() };
            let next_on = if next.given_up_on.is_none() { next.next_begin()? } else { None };
            self.store(conn, Subscription { next_on, ..next }, kinds::KEPT, Fields::new())?;
        }
        self.bring_up_to_date(conn)?;
        self.schedule(conn)
    }

    /// Ends it together with its customer, who is deleted. One that waits for its first payment loses its invoice; what is
    /// open otherwise stays owed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_with_customer(&mut self, conn: &mut PgConnection) -> Result<()> {
        if self.subscription.pay_until.is_some() {
            self.never_paid(conn)?;
        }
        if !self.subscription.is_ended() {
            self.end(conn, EndReason::CustomerDeleted)?;
        }
        self.schedule(conn)
    }

    /// Ends it now. One that waits for its first payment loses its invoice too.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, or when a charge is under way and its invoice would be taken back.
    pub fn cancel(&mut self, conn: &mut PgConnection, unpaid: Unpaid) -> Result<()> {
        self.refuse_ended()?;
        self.bring_up_to_date(conn)?;
        let is_incomplete = self.subscription.status == Status::Incomplete;
        if is_incomplete || unpaid == Unpaid::Void {
            for open in invoices::model::open_of(conn, self.by.account, self.subscription.id)? {
                if of_debt::running(conn, self.by.account, open.id)?.is_some() {
                    let sentence =
                        "A charge for it is under way. Wait for it or cancel it, then cancel the subscription.";
                    return Err(Error::Conflict(Code::ChargeUnderWay.says(sentence)));
                }
                // What was paid in part stays owed.
                if open.paid == 0 {
                    let void = Invoice { status: invoices::Status::Void, next_try_at: None, ..open.clone() };
                    invoices::model::store(conn, self.by, &open, void, invoices::kinds::VOIDED)?;
                }
            }
        }
        self.end(conn, if is_incomplete { EndReason::NeverPaid } else { EndReason::ByStaff })?;
        self.schedule(conn)
    }
}
