//! Ends a subscription: with its period, now, or not after all. What was billed stays owed unless its invoices are taken
//! back.

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::json;

use super::{
    held::Held,
    kinds,
    model::Subscription,
    status::{EndReason, Status},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{Fields, fields::value},
    history::Event,
    invoices::{self, Collects, Invoice},
    payment_methods::revert::refuse_removed,
    payments::of_debt,
};

/// What the event of a cancellation calls the invoices that were taken back with it.
pub(super) const VOIDED: &str = "invoices_voided";

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
        let mut voided = Vec::new();
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
                    voided.push(invoices::model::store(conn, self.by, &open, void, invoices::kinds::VOIDED)?.id);
                }
            }
        }
        let besides = if voided.is_empty() { None } else { Some((VOIDED.to_owned(), json!(voided))) };
        let reason = if is_incomplete { EndReason::NeverPaid } else { EndReason::ByStaff };
        self.end_with(conn, reason, besides.into_iter().collect())?;
        self.schedule(conn)
    }

    /// Lets one go on that somebody canceled, as it was before that: within its period, and with nothing unpaid.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was not canceled, its period is over, something of it is unpaid, its payment method was
    /// removed, or its customer is deleted.
    pub(super) fn restore(&mut self, conn: &mut PgConnection, canceled: &Event) -> Result<()> {
        self.customer.refuse_deleted()?;
        let was = self.subscription.clone();
        let before = |name: &str| value(&canceled.before, name);
        let status = before("status").as_str().and_then(|status| Status::parse(status).ok());
        let Some(status) = status.filter(|status| was.status.may_become(*status)) else {
            return Err(Error::Conflict(Code::NotUndoable.says("It goes on already.")));
        };
        let next = Subscription {
            status,
            ended_at: None,
            end_reason: None,
            next_amount: before("next_amount").as_i64(),
            next_price_id: before("next_price").as_str().and_then(|id| id.parse().ok()),
            ..was
        };
        let next = Subscription { next_on: next.next_begin()?, ..next };
        if next.next_on.into_iter().chain(next.ends_on).min().is_none_or(|next| next <= self.today) {
            return Err(Error::Conflict(Code::NotUndoable.says("Its period is over by now. Start another one.")));
        }
        refuse_removed(conn, self.by.account, next.method_id)?;
        for open in invoices::model::open_of(conn, self.by.account, next.id)? {
            let waits = open.collects == Collects::Invoice && !open.is_unpaid();
            if !waits && of_debt::running(conn, self.by.account, open.id)?.is_none() {
                let sentence = "Something of it is unpaid, and its tries have ended. Start another one.";
                return Err(Error::Conflict(Code::NotUndoable.says(sentence)));
            }
        }
        self.store(conn, next, kinds::RESTORED, Fields::new())?;
        self.schedule(conn)
    }
}
