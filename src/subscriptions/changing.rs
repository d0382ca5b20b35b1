//! Changes of a subscription. Each begins with a period, never within one: nothing is charged or given back for days.

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::json;

use super::{held::Held, kinds, model::Subscription, status::Status};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::Fields,
    ids::{MethodId, PriceId},
    invoices::collecting,
    payments::{of_debt, tries::Try},
    values::Metadata,
};

impl Held<'_> {
    /// Refuses to change one that has ended.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn refuse_ended(&self) -> Result<()> {
        match self.subscription.is_ended() {
            true => Err(Error::Conflict(Code::AlreadyCanceled.says("This subscription has ended. Start another one."))),
            false => Ok(()),
        }
    }

    /// Changes what each period costs, from the next one on; at once while nothing is billed yet.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, is about to, or waits for its first payment.
    pub fn change_amount(&mut self, conn: &mut PgConnection, amount: i64, price: Option<PriceId>) -> Result<()> {
        self.refuse_ended()?;
        // What has begun by now costs what was agreed when it did.
        self.bring_up_to_date(conn)?;
        let was = self.subscription.clone();
        if was.status == Status::Incomplete {
            let sentence = "It waits for its first payment. Cancel it and start another one with the other amount.";
            return Err(Error::Conflict(Code::NotActive.says(sentence)));
        }
        if let Some(end) = was.ends_on {
            let end = end.strftime("%-d %b %Y");
            let sentence =
                format!("It ends on {end}, and costs until then what was agreed. Start another one from that day on.");
            return Err(Error::Conflict(Code::EndsAlready.says(sentence)));
        }
        let is_as_it_is = amount == was.amount && price == was.price_id;
        let next = match (was.period_no, is_as_it_is) {
            (0, _) => was.clone().costing(amount, price)?,
            // Back to what it costs: nothing waits any more.
            (_, true) => Subscription { next_amount: None, next_price_id: None, ..was.clone() },
            (_, false) => Subscription { next_amount: Some(amount), next_price_id: price, ..was.clone() },
        };
        if next != was {
            self.store(conn, next, kinds::CHANGED, Fields::new())?;
        }
        self.schedule(conn)
    }

    /// Changes the method that is charged: that one, or the wallet's default of each day. Where something is open and
    /// `collect` says so, it is charged now. Returns whether a charge has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended.
    pub fn change_method(&mut self, conn: &mut PgConnection, method: Option<MethodId>, collect: bool) -> Result<bool> {
        self.refuse_ended()?;
        self.bring_up_to_date(conn)?;
        if self.subscription.method_id != method {
            let next = Subscription { method_id: method, ..self.subscription.clone() };
            self.store(conn, next, kinds::CHANGED, Fields::new())?;
            crate::invoices::model::store_method(conn, self.by.account, self.subscription.id, method)?;
        }
        let begun = collect && self.collect_now(conn)?;
        self.schedule(conn)?;
        Ok(begun)
    }

    /// Changes the merchant's own values, also of one that has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_metadata(&mut self, conn: &mut PgConnection, metadata: &Metadata) -> Result<()> {
        let next = Subscription { metadata: json!(metadata), ..self.subscription.clone() };
        if next != self.subscription {
            self.store(conn, next, kinds::CHANGED, Fields::new())?;
        }
        Ok(())
    }

    /// Charges the oldest open invoice now, if one is unpaid and no charge for it is under way; also when it stands still.
    /// Returns whether a charge has begun; nothing to charge with is a try that failed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn collect_now(&mut self, conn: &mut PgConnection) -> Result<bool> {
        let is_due = self.subscription.unpaid > 0 || self.subscription.pay_until.is_some();
        let Some(open) = self.oldest_charged(conn)?.filter(|_| is_due) else { return Ok(false) };
        if of_debt::running(conn, self.by.account, open.id)?.is_some() {
            return Ok(false);
        }
        let begun = collecting::begin_asked(conn, self.by, &open)?;
        self.tried(conn, &open, &begun)?;
        Ok(matches!(begun, Try::Begun(_)))
    }

    /// Moves the next charge to another day, from which all later ones are counted, on the same day of a month or on
    /// `billing_day`.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it has ended, none is to come, or the day is in the past.
    pub fn move_next_charge(&mut self, conn: &mut PgConnection, to: Date, billing_day: Option<i16>) -> Result<()> {
        self.refuse_ended()?;
        self.bring_up_to_date(conn)?;
        if self.subscription.next_on.is_none() || self.subscription.ends_on.is_some() {
            return Err(Error::Conflict(Code::NotActive.says("No charge of it is to come that could be moved.")));
        }
        if to < self.today {
            return Err(Error::Conflict(Code::DateInvalid.says("The next charge cannot be in the past.")));
        }
        let was = self.subscription.clone();
        let next = Subscription {
            anchor_on: to,
            anchor_no: was.period_no + 1,
            anchor_day: billing_day.unwrap_or_else(|| to.day().into()),
            next_on: Some(to),
            ..was.clone()
        };
        if next != was {
            self.store(conn, next, kinds::CHARGE_MOVED, Fields::new())?;
        }
        self.bring_up_to_date(conn)?;
        self.schedule(conn)
    }
}
