//! A subscription that is locked, with all that its changes need to know.

use diesel::PgConnection;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{
    kinds,
    model::{self, Subscription},
    status::{EndReason, Status},
};
use crate::{
    customers::model::{self as customers, Customer},
    error::{Error, Result},
    events::{By, Fields},
    ids::{InvoiceId, SubscriptionId},
    invoices::{
        self, Collects, Invoice, collecting,
        making::{self, Due, MOST, NewInvoice, NewLine, Period},
    },
    jobs,
    merchants::{self, AfterTries, Invoicing},
    payments::{of_debt, tries::Try},
    values::interval::begins,
};

/// The most periods that are charged together by themselves. More of them, after an outage, are a bill that somebody
/// looks at first.
const MOST_AT_ONCE: usize = 3;

/// A subscription that is locked together with its customer until the transaction ends.
pub struct Held<'b> {
    pub by: &'b By,
    pub customer: Customer,
    pub subscription: Subscription,
    pub(super) zone: TimeZone,
    pub now: Timestamp,
    /// The merchant's date.
    pub today: Date,
    pub(super) invoicing: Invoicing,
}

impl<'b> Held<'b> {
    /// Locks a subscription: its customer first, as everybody does.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub fn open(conn: &mut PgConnection, by: &'b By, id: SubscriptionId) -> Result<Self> {
        let customer = model::find(conn, by.account, id)?.customer_id;
        let customer = customers::find_for_update(conn, by.account, customer)?;
        let subscription = model::find_for_update(conn, by.account, id)?;
        Self::of(conn, by, customer, subscription)
    }

    /// Makes one of a new subscription of a customer who is locked.
    pub(super) fn of(
        conn: &mut PgConnection,
        by: &'b By,
        customer: Customer,
        subscription: Subscription,
    ) -> Result<Self> {
        let (zone, now) = (merchants::time_zone(conn, by.account)?, by.now());
        let (today, invoicing) = (now.to_zoned(zone.clone()).date(), merchants::invoicing(conn, by.account)?);
        Ok(Self { by, customer, subscription, zone, now, today, invoicing })
    }

    /// Stores the subscription as it became, with the event of it.
    pub(super) fn store(
        &mut self,
        conn: &mut PgConnection,
        next: Subscription,
        kind: &'static str,
        besides: Fields,
    ) -> Result<()> {
        self.subscription = model::store(conn, self.by, &self.subscription, next, (kind, besides))?;
        Ok(())
    }

    /// Bills every period that has begun and is not billed: those that are due together are the lines of one invoice. It
    /// is charged at once, unless an older one is still open, which goes first. Does nothing with one that stands still,
    /// waits for its first payment or has ended.
    pub fn bring_up_to_date(&mut self, conn: &mut PgConnection) -> Result<()> {
        loop {
            let due = self.due()?;
            if due.is_empty() {
                return Ok(());
            }
            self.bill(conn, &due)?;
        }
    }

    /// Returns the periods to be billed together: no more than an invoice can come to.
    fn due(&self) -> Result<Vec<Period>> {
        let subscription = &self.subscription;
        let stands = subscription.given_up_on.is_some() || subscription.pay_until.is_some();
        if stands || subscription.is_ended() {
            return Ok(Vec::new());
        }
        let calendar = subscription.calendar()?;
        let amount = subscription.next_amount.unwrap_or(subscription.amount).max(1);
        let most = usize::try_from(MOST / amount).unwrap_or(usize::MAX).clamp(1, 1_000);
        let mut due = Vec::new();
        for no in subscription.period_no + 1.. {
            let (from, until) = (calendar.begins(no.into()), calendar.begins(i64::from(no) + 1));
            let (Some(from), Some(until)) = (from, until) else { break };
            let is_over = subscription.ends_on.is_some_and(|end| from >= end);
            if from > self.today || is_over || due.len() == most {
                break;
            }
            due.push(Period { no, from, until });
        }
        Ok(due)
    }

    /// Bills periods in one invoice.
    fn bill(&mut self, conn: &mut PgConnection, due: &[Period]) -> Result<()> {
        let was = &self.subscription;
        let (Some(first), Some(last)) = (due.first(), due.last()) else { return Ok(()) };
        let next = match was.next_amount {
            Some(amount) => {
                let agreed = was.clone().costing(amount, was.next_price_id)?;
                Subscription { next_amount: None, next_price_id: None, ..agreed }
            }
            None => was.clone(),
        };
        let next = Subscription {
            period_no: last.no,
            period_from: Some(last.from),
            period_until: Some(last.until),
            status: if was.status == Status::Trialing { Status::Active } else { was.status },
            ..next
        };
        let next = Subscription { next_on: next.next_begin()?, ..next };
        let is_over = was.ends_on.is_some_and(|end| end <= self.today);
        let is_charged = was.collects() == Collects::Charge && due.len() <= MOST_AT_ONCE;
        let collects = if is_charged { Collects::Charge } else { Collects::Invoice };
        let is_next_in_chain = is_charged && !is_over && self.oldest_charged(conn)?.is_none();
        let kind = if first.no == 1 { kinds::ACTIVATED } else { kinds::RENEWED };
        let invoice = self.invoice(conn, due, collects, &next)?;
        let besides =
            Fields::from([("invoice".to_owned(), json!(invoice.id)), ("periods".to_owned(), json!(due.len()))]);
        self.store(conn, next, kind, besides)?;
        match collects {
            Collects::Invoice => self.await_payment(conn, &invoice),
            Collects::Charge if is_next_in_chain => self.try_collecting(conn, &invoice),
            Collects::Charge => Ok(()),
        }
    }

    /// Makes the invoice of periods, for the amount of `next`.
    pub(super) fn invoice(
        &self,
        conn: &mut PgConnection,
        due: &[Period],
        collects: Collects,
        next: &Subscription,
    ) -> Result<Invoice> {
        let line = |period: &Period| NewLine {
            description: format!("{}, {}", next.name, collecting::days(period.from, period.until)),
            quantity: 1,
            unit_amount: next.amount,
            period: Some(*period),
        };
        let days_until_due = match collects {
            Collects::Invoice => next.days_until_due.unwrap_or(self.invoicing.days_until_due),
            Collects::Charge => 0,
        };
        let new = NewInvoice {
            id: InvoiceId::at(self.now),
            subscription: Some(next.id),
            replaces: None,
            currency: next.currency,
            lines: due.iter().map(line).collect(),
            collects,
            method: next.method_id,
            due: Due::In(days_until_due),
            memo: None,
            reference: None,
        };
        making::make(conn, self.by, &self.customer, new, (self.today, &self.invoicing))
    }

    /// Returns the oldest open invoice that is charged: it goes before the newer ones.
    pub fn oldest_charged(&self, conn: &mut PgConnection) -> Result<Option<Invoice>> {
        let open = invoices::model::open_of(conn, self.by.account, self.subscription.id)?;
        Ok(open.into_iter().find(|invoice| invoice.collects == Collects::Charge))
    }

    /// Has a sent bill looked at when its day is over.
    pub(super) fn await_payment(&self, conn: &mut PgConnection, invoice: &Invoice) -> Result<()> {
        let over = invoice.is_over_at(&self.zone)?;
        jobs::enqueue(conn, self.by, jobs::Kind::CollectInvoice, invoice.id.uuid(), over)
    }

    /// Begins to charge an open invoice, which is locked or was just made.
    pub fn try_collecting(&mut self, conn: &mut PgConnection, invoice: &Invoice) -> Result<()> {
        let begun = collecting::begin_try(conn, self.by, invoice)?;
        self.tried(conn, invoice, &begun)
    }

    /// Does what follows from how a try began.
    pub(super) fn tried(&mut self, conn: &mut PgConnection, invoice: &Invoice, begun: &Try) -> Result<()> {
        match begun {
            Try::Begun(_) => Ok(()),
            Try::Failed(code) => {
                let next = self.failed(conn, invoice, code)?;
                self.try_again(conn, invoice, next)
            }
        }
    }

    /// Has an invoice tried again at a time, if there is one.
    pub(super) fn try_again(&self, conn: &mut PgConnection, invoice: &Invoice, at: Option<Timestamp>) -> Result<()> {
        let Some(at) = at else { return Ok(()) };
        jobs::enqueue(conn, self.by, jobs::Kind::CollectInvoice, invoice.id.uuid(), at)
    }

    /// Notes that a try of an open invoice failed, and what follows for the subscription. Returns the time of the next
    /// try.
    pub(super) fn failed(
        &mut self,
        conn: &mut PgConnection,
        invoice: &Invoice,
        code: &str,
    ) -> Result<Option<Timestamp>> {
        let subscription = &self.subscription;
        // One that waits for its first payment is tried by people alone; one that stands still waits for a decision.
        let is_incomplete = subscription.pay_until.is_some();
        let is_tried_again = invoice.collects == Collects::Charge
            && !(is_incomplete || subscription.given_up_on.is_some() || subscription.is_ended());
        let after = collecting::note_failure(conn, self.by, invoice, code, is_tried_again)?;
        if !invoice.is_unpaid() && !is_incomplete && !self.subscription.is_ended() {
            self.one_more_unpaid(conn, &after)?;
        }
        if is_tried_again && after.next_try_at.is_none() {
            self.tries_ended(conn)?;
        }
        Ok(after.next_try_at)
    }

    /// Counts an invoice that has just failed or become overdue.
    pub(super) fn one_more_unpaid(&mut self, conn: &mut PgConnection, invoice: &Invoice) -> Result<()> {
        let was = &self.subscription;
        let next = Subscription { unpaid: was.unpaid + 1, status: Status::PastDue, ..was.clone() };
        if was.status == Status::PastDue {
            model::store_unpaid(conn, self.by, next.id, next.unpaid)?;
            self.subscription = next;
            return Ok(());
        }
        self.store(conn, next, kinds::PAST_DUE, Fields::from([("invoice".to_owned(), json!(invoice.id))]))
    }

    /// Does what the merchant wants when the last try has failed. What began today is billed first, whichever job came
    /// first.
    fn tries_ended(&mut self, conn: &mut PgConnection) -> Result<()> {
        self.bring_up_to_date(conn)?;
        match self.invoicing.after_tries {
            AfterTries::Cancel => self.end(conn, EndReason::Unpaid),
            AfterTries::Keep => self.give_up(conn),
        }
    }

    /// Lets it stand still until somebody decides.
    pub(super) fn give_up(&mut self, conn: &mut PgConnection) -> Result<()> {
        let next = Subscription { given_up_on: Some(self.today), next_on: None, ..self.subscription.clone() };
        self.store(conn, next, kinds::GAVE_UP, Fields::new())
    }

    /// Ends it. Its open invoices stay owed, and nobody tries to collect them any more by itself.
    pub(super) fn end(&mut self, conn: &mut PgConnection, reason: EndReason) -> Result<()> {
        self.end_with(conn, reason, Fields::new())
    }

    /// Works like [`Self::end`]; the event of it says something besides.
    pub(super) fn end_with(&mut self, conn: &mut PgConnection, reason: EndReason, besides: Fields) -> Result<()> {
        let next = Subscription {
            status: Status::Canceled,
            ended_at: Some(self.now),
            end_reason: Some(reason),
            next_on: None,
            next_amount: None,
            next_price_id: None,
            unpaid: 0,
            given_up_on: None,
            pay_until: None,
            ..self.subscription.clone()
        };
        self.store(conn, next, kinds::CANCELED, besides)?;
        invoices::model::stop_trying(conn, self.by.account, self.subscription.id)
    }

    /// Ends it if its last day is over. Returns whether it has ended, now or before.
    pub(super) fn end_in_time(&mut self, conn: &mut PgConnection) -> Result<bool> {
        if !self.subscription.is_ended() && self.subscription.ends_on.is_some_and(|end| end <= self.today) {
            self.end(conn, EndReason::PeriodEnd)?;
        }
        Ok(self.subscription.is_ended())
    }

    /// Does what follows when an invoice of it is open no more, but paid, void or written off. `was` is the invoice as it was
    /// before.
    pub fn closed(&mut self, conn: &mut PgConnection, was: &Invoice, now: invoices::Status) -> Result<()> {
        if self.subscription.is_ended() {
            return Ok(());
        }
        if self.subscription.pay_until.is_some() {
            return match now {
                invoices::Status::Paid => self.begin(conn),
                _ => self.end(conn, EndReason::NeverPaid),
            };
        }
        let unpaid = self.subscription.unpaid - i32::from(was.is_unpaid());
        let open = self.oldest_charged(conn)?;
        let stands_still = self.subscription.given_up_on.is_some();
        if unpaid == 0 && (self.subscription.status == Status::PastDue || (stands_still && open.is_none())) {
            self.recover(conn, stands_still && open.is_none())?;
        } else if unpaid != self.subscription.unpaid {
            model::store_unpaid(conn, self.by, self.subscription.id, unpaid)?;
            self.subscription.unpaid = unpaid;
        }
        // What waited behind it has its turn. What is older has days of its own, and what is sent holds nothing up.
        let waited = |open: &Invoice| was.collects == Collects::Charge && was.id < open.id;
        match open.filter(waited) {
            Some(open) if of_debt::running(conn, self.by.account, open.id)?.is_none() => {
                self.try_collecting(conn, &open)
            }
            _ => Ok(()),
        }
    }

    /// Begins one whose first invoice is paid.
    fn begin(&mut self, conn: &mut PgConnection) -> Result<()> {
        let next = Subscription { status: Status::Active, pay_until: None, ..self.subscription.clone() };
        let next = Subscription { next_on: next.next_begin()?, ..next };
        self.store(conn, next, kinds::ACTIVATED, Fields::new())
    }

    /// Lets one go on of which nothing is unpaid any more. If it stood still, the next period is the first that begins
    /// today or later: those in between are never billed.
    fn recover(&mut self, conn: &mut PgConnection, goes_on: bool) -> Result<()> {
        let next = Subscription { status: Status::Active, unpaid: 0, ..self.subscription.clone() };
        let next = if goes_on { self.passing_over(Subscription { given_up_on: None, ..next })? } else { next };
        self.store(conn, next, kinds::RECOVERED, Fields::new())
    }

    /// Passes over the periods that began before today, without billing them.
    fn passing_over(&self, next: Subscription) -> Result<Subscription> {
        let calendar = next.calendar()?;
        let mut passed = next;
        while let (Some(from), Some(until)) =
            (calendar.begins(i64::from(passed.period_no) + 1), calendar.begins(i64::from(passed.period_no) + 2))
        {
            if from >= self.today {
                break;
            }
            let period_no = passed.period_no + 1;
            passed = Subscription { period_no, period_from: Some(from), period_until: Some(until), ..passed };
        }
        Ok(Subscription { next_on: passed.next_begin()?, ..passed })
    }

    /// Returns when the next thing happens to it by itself.
    ///
    /// # Errors
    /// When a day is at an end of the calendar.
    pub fn next_time(&self) -> Result<Option<Timestamp>> {
        let subscription = &self.subscription;
        if subscription.is_ended() {
            return Ok(None);
        }
        if let Some(until) = subscription.pay_until {
            return Ok(Some(until));
        }
        let next = subscription.next_on.into_iter().chain(subscription.ends_on).min();
        next.map(|day| begins(day, &self.zone).map_err(Error::internal)).transpose()
    }

    /// Has the next thing happen to it in time. Call it last, and not in the job that does it.
    pub fn schedule(&self, conn: &mut PgConnection) -> Result<()> {
        let (kind, subject) = (jobs::Kind::AdvanceSubscription, self.subscription.id.uuid());
        match self.next_time()? {
            Some(at) => jobs::enqueue(conn, self.by, kind, subject, at),
            None => jobs::cancel(conn, self.by.account, kind, subject),
        }
    }
}
