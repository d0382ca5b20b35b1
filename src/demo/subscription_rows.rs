//! The rows of courses for PostgreSQL's `COPY`: subscriptions, invoices with their lines, jobs, and all events. Each course
//! goes through what happened to it, one thing after the other, as the verbs of subscriptions would have written it.

use jiff::{SignedDuration, Span, Timestamp, civil::Date};
use serde_json::json;

use super::{
    calendar,
    copying::Rows,
    courses::{Bill, Course, End, zone},
    lives::{Actor, Life},
    stories::Story,
};
use crate::{
    error::{Error, Result},
    events::{Fields, fields::difference},
    invoices::{self, Invoice, collecting::days, making, numbering},
    jobs::Kind,
    payments::tries::LADDER,
    subscriptions::{Status, Subscription, creating::PAY_WITHIN, kinds, model::moved, status::EndReason},
    values::{Currency, Money, interval::begins},
};

/// The beginning of the numbers of a test account's invoices.
const PREFIX: &str = "TEST";

/// The rows of the tables about subscriptions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SubscriptionRows {
    pub subscriptions: Rows,
    pub invoices: Rows,
    pub lines: Rows,
}

impl SubscriptionRows {
    /// Adds a course, whose bills have these numbers.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn add(&mut self, story: Story, life: &Life, course: &Course, numbers: &[(i16, i64)]) -> Result<()> {
        Telling { rows: self, story, life }.tell(course, numbers)
    }
}

/// A course that is being told.
pub struct Telling<'a> {
    rows: &'a mut SubscriptionRows,
    pub story: Story<'a>,
    life: &'a Life,
}

impl Telling<'_> {
    fn tell(&mut self, course: &Course, numbers: &[(i16, i64)]) -> Result<()> {
        let mut is = self.begun(course)?;
        self.of_subscription((kinds::CREATED, course.by), &Fields::new(), is.fields(), &is, course.started_at)?;
        if course.days_until_due.is_some() {
            is = self.send(course, numbers, is)?;
        } else {
            for (bill, number) in course.bills.iter().zip(numbers) {
                is = self.bill(course, bill, *number, is)?;
            }
        }
        match course.end {
            End::None | End::StandsStill => {}
            End::Ending(at, by) => is = self.ending(is, at, by)?,
            End::Ended { wanted, at, reason, by } => {
                if let Some(wanted) = wanted {
                    is = self.ending(is, wanted, Actor::Editor)?;
                }
                is = self.ended(is, at, reason, by)?;
            }
        }
        self.plan(&is)?;
        self.subscription_row(&is)
    }

    /// Returns it as it began: in its trial, waiting for its first payment, or for its first bill.
    fn begun(&self, course: &Course) -> Result<Subscription> {
        let has_trial = course.first_on > calendar::date(course.started_at);
        let currency = Currency::parse(course.currency).map_err(Error::internal)?;
        let first = Subscription {
            account_id: self.story.owners().account,
            id: course.id,
            version: 1,
            customer_id: self.life.id,
            name: course.name.to_owned(),
            price_id: course.price,
            amount: course.amount,
            currency,
            interval_unit: course.interval.unit(),
            interval_count: course.interval.every(),
            monthly: course.interval.monthly(Money::new(course.amount, currency)).minor,
            days_until_due: course.days_until_due,
            method_id: None,
            status: Status::Trialing,
            anchor_on: course.first_on,
            anchor_no: 1,
            anchor_day: course.first_on.day().into(),
            period_no: 0,
            period_from: None,
            period_until: None,
            next_on: Some(course.first_on),
            ends_on: None,
            next_amount: None,
            next_price_id: None,
            unpaid: 0,
            given_up_on: None,
            pay_until: None,
            started_on: calendar::date(course.started_at),
            ended_at: None,
            end_reason: None,
            metadata: json!({}),
            updated_at: course.started_at,
        };
        let is_charged_now = !has_trial && course.days_until_due.is_none();
        let Some(bill) = course.bills.first().filter(|_| is_charged_now) else { return Ok(first) };
        let pay_until = course.started_at + PAY_WITHIN;
        let (period_from, period_until) = (Some(bill.from), Some(bill.until));
        let status = Status::Incomplete;
        let next_on = None;
        Ok(Subscription {
            status,
            pay_until: Some(pay_until),
            period_no: 1,
            period_from,
            period_until,
            next_on,
            ..first
        })
    }

    /// Bills a period, and tries to collect it.
    fn bill(&mut self, course: &Course, bill: &Bill, number: (i16, i64), was: Subscription) -> Result<Subscription> {
        let (mut invoice, mut is) = self.begin_period(course, bill, number, was)?;
        for (nth, tried) in bill.tries.iter().enumerate() {
            let Some(failure) = tried.failure else {
                let paid = Invoice {
                    status: invoices::Status::Paid,
                    paid: invoice.total,
                    next_try_at: None,
                    closed_at: Some(tried.at),
                    ..invoice.clone()
                };
                invoice = self.store_invoice(invoice, paid, invoices::kinds::PAID, (tried.at, Actor::System))?;
                is = self.paid(is, tried.at)?;
                continue;
            };
            let first = invoice.first_failed_at.unwrap_or(tried.at);
            let next_try_at = LADDER.get(nth).map(|days| first + SignedDuration::from_hours(24 * i64::from(*days)));
            let failed = Invoice {
                tries: invoice.tries + 1,
                first_failed_at: Some(first),
                next_try_at,
                failure: Some(failure.to_owned()),
                ..invoice.clone()
            };
            invoice = self.store_invoice(invoice, failed, invoices::kinds::TRY_FAILED, (tried.at, Actor::System))?;
            if nth == 0 {
                let next = Subscription { unpaid: 1, status: Status::PastDue, ..is.clone() };
                let besides = Fields::from([("invoice".to_owned(), json!(bill.id))]);
                is = self.store(is, next, kinds::PAST_DUE, besides, (tried.at, Actor::System))?;
            }
            if next_try_at.is_none() {
                is = self.give_up(is, tried.at)?;
            }
        }
        let is_ended =
            matches!(course.end, End::Ended { .. }) && course.bills.last().is_some_and(|last| last.id == bill.id);
        if is_ended {
            // Nobody tries any more.
            invoice.next_try_at = None;
        }
        if let Some(at) = invoice.next_try_at {
            self.story.job(Kind::CollectInvoice, invoice.id.uuid(), at);
        }
        self.invoice_rows(course, bill, &invoice)?;
        Ok(is)
    }

    /// Makes the invoice of a period, with which that begins.
    pub fn begin_period(
        &mut self,
        course: &Course,
        bill: &Bill,
        number: (i16, i64),
        was: Subscription,
    ) -> Result<(Invoice, Subscription)> {
        let invoice = self.invoice(course, bill, number, &was)?;
        let by = (invoices::kinds::CREATED, Actor::System);
        self.of_invoice(by, &Fields::new(), invoice.fields(), &invoice, bill.at)?;
        if was.pay_until.is_some() {
            return Ok((invoice, was));
        }
        let next = Subscription {
            period_no: bill.no,
            period_from: Some(bill.from),
            period_until: Some(bill.until),
            status: if was.status == Status::Trialing { Status::Active } else { was.status },
            ..was.clone()
        };
        let next = Subscription { next_on: next.next_begin()?, ..next };
        let kind = if bill.no == 1 { kinds::ACTIVATED } else { kinds::RENEWED };
        let besides = [("invoice".to_owned(), json!(bill.id)), ("periods".to_owned(), json!(1))];
        let is = self.store(was, next, kind, Fields::from(besides), (bill.at, Actor::System))?;
        Ok((invoice, is))
    }

    /// Does what follows when a bill is paid.
    fn paid(&mut self, was: Subscription, at: Timestamp) -> Result<Subscription> {
        let next = match was.status {
            Status::Incomplete => {
                let next = Subscription { status: Status::Active, pay_until: None, ..was.clone() };
                Subscription { next_on: next.next_begin()?, ..next }
            }
            Status::PastDue => Subscription { status: Status::Active, unpaid: 0, ..was.clone() },
            _ => return Ok(was),
        };
        let kind = if was.status == Status::Incomplete { kinds::ACTIVATED } else { kinds::RECOVERED };
        self.store(was, next, kind, Fields::new(), (at, Actor::System))
    }

    /// Lets it stand still.
    pub fn give_up(&mut self, was: Subscription, at: Timestamp) -> Result<Subscription> {
        let next = Subscription { given_up_on: Some(calendar::date(at)), next_on: None, ..was.clone() };
        self.store(was, next, kinds::GAVE_UP, Fields::new(), (at, Actor::System))
    }

    fn ending(&mut self, was: Subscription, at: Timestamp, by: Actor) -> Result<Subscription> {
        let next = Subscription { ends_on: was.next_on, next_on: None, ..was.clone() };
        self.store(was, next, kinds::ENDING, Fields::new(), (at, by))
    }

    fn ended(&mut self, was: Subscription, at: Timestamp, reason: EndReason, by: Actor) -> Result<Subscription> {
        let next = Subscription {
            status: Status::Canceled,
            ended_at: Some(at),
            end_reason: Some(reason),
            next_on: None,
            unpaid: 0,
            given_up_on: None,
            pay_until: None,
            ..was.clone()
        };
        self.store(was, next, kinds::CANCELED, Fields::new(), (at, by))
    }

    fn invoice(&self, course: &Course, bill: &Bill, (year, no): (i16, i64), of: &Subscription) -> Result<Invoice> {
        let day = calendar::date(bill.at);
        Ok(Invoice {
            account_id: of.account_id,
            id: bill.id,
            version: 1,
            number: written((year, no)),
            series_year: year,
            series_no: no,
            customer_id: of.customer_id,
            subscription_id: Some(of.id),
            replaces_id: None,
            status: invoices::Status::Open,
            currency: of.currency,
            total: course.amount,
            paid: 0,
            collects: of.collects(),
            method_id: None,
            issued_on: day,
            due_on: due_on(day, of.days_until_due)?,
            bill_to: making::addressee_of(&self.life.record),
            memo: None,
            reference: None,
            tries: 0,
            first_failed_at: None,
            next_try_at: None,
            failure: None,
            is_overdue: false,
            created_at: bill.at,
            updated_at: bill.at,
            closed_at: None,
        })
    }

    /// Stores a subscription as it became, with the event of it.
    pub fn store(
        &mut self,
        was: Subscription,
        next: Subscription,
        kind: &'static str,
        besides: Fields,
        (at, by): (Timestamp, Actor),
    ) -> Result<Subscription> {
        let next = Subscription { version: was.version + 1, updated_at: at, ..next };
        let (before, mut after) = difference(&was.fields(), &next.fields());
        after.extend(besides);
        after.extend(moved(&was, &next));
        self.of_subscription((kind, by), &before, after, &next, at)?;
        Ok(next)
    }

    pub fn store_invoice(
        &mut self,
        was: Invoice,
        next: Invoice,
        kind: &'static str,
        (at, by): (Timestamp, Actor),
    ) -> Result<Invoice> {
        let next = Invoice { version: was.version + 1, updated_at: at, ..next };
        let (before, after) = difference(&was.fields(), &next.fields());
        self.of_invoice((kind, by), &before, after, &next, at)?;
        Ok(next)
    }

    fn of_subscription(
        &mut self,
        (kind, by): (&'static str, Actor),
        before: &Fields,
        mut after: Fields,
        of: &Subscription,
        at: Timestamp,
    ) -> Result<()> {
        after.entry("name".to_owned()).or_insert_with(|| json!(of.name));
        self.story.event((kind, by), (of.id.uuid(), of.version), (before, &after), at)
    }

    fn of_invoice(
        &mut self,
        (kind, by): (&'static str, Actor),
        before: &Fields,
        mut after: Fields,
        of: &Invoice,
        at: Timestamp,
    ) -> Result<()> {
        let told = [("number", json!(of.number)), ("total", json!(of.total)), ("currency", json!(of.currency))];
        for (name, value) in told {
            after.entry(name.to_owned()).or_insert(value);
        }
        self.story.event((kind, by), (of.id.uuid(), of.version), (before, &after), at)
    }

    /// Asks for the job of what happens to it next.
    fn plan(&mut self, is: &Subscription) -> Result<()> {
        if let Some(until) = is.pay_until {
            self.story.job(Kind::AdvanceSubscription, is.id.uuid(), until);
            return Ok(());
        }
        let next = is.next_on.into_iter().chain(is.ends_on).min().filter(|_| !is.is_ended());
        if let Some(day) = next {
            let at = begins(day, &zone()).map_err(Error::internal)?;
            self.story.job(Kind::AdvanceSubscription, is.id.uuid(), at);
        }
        Ok(())
    }

    fn subscription_row(&mut self, is: &Subscription) -> Result<()> {
        let rows = &mut self.rows.subscriptions;
        rows.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(is.version).plain(is.customer_id.uuid());
        rows.text(Some(&is.name)).uuid(is.price_id.map(|id| id.uuid())).plain(is.amount).plain(is.currency);
        rows.plain(is.interval_unit.as_str()).plain(is.interval_count).plain(is.monthly);
        rows.text(is.days_until_due.map(|days| days.to_string()).as_deref()).uuid(None);
        rows.plain(is.status.as_str()).date(Some(is.anchor_on)).plain(is.anchor_no).plain(is.anchor_day);
        rows.plain(is.period_no).date(is.period_from).date(is.period_until).date(is.next_on).date(is.ends_on);
        rows.text(None).uuid(None).plain(is.unpaid).date(is.given_up_on).time(is.pay_until).date(Some(is.started_on));
        rows.time(is.ended_at).text(is.end_reason.map(|reason| reason.as_str().to_owned()).as_deref());
        rows.json(&is.metadata)?.time(Some(is.updated_at)).end();
        Ok(())
    }

    pub fn invoice_rows(&mut self, course: &Course, bill: &Bill, is: &Invoice) -> Result<()> {
        let SubscriptionRows { invoices: rows, lines, .. } = &mut *self.rows;
        rows.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(is.version).text(Some(&is.number));
        rows.plain(is.series_year).plain(is.series_no).plain(is.customer_id.uuid());
        rows.uuid(is.subscription_id.map(|id| id.uuid())).uuid(None).plain(is.status.as_str()).plain(is.currency);
        rows.plain(is.total).plain(is.paid).plain(is.collects.as_str()).uuid(None);
        rows.date(Some(is.issued_on)).date(Some(is.due_on)).json(&is.bill_to)?.text(None).text(None);
        rows.plain(is.tries).time(is.first_failed_at).time(is.next_try_at).text(is.failure.as_deref());
        rows.plain(is.is_overdue).time(Some(is.created_at)).time(Some(is.updated_at)).time(is.closed_at).end();
        lines.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(1).text(Some(&line(
            course.name,
            bill.from,
            bill.until,
        )));
        lines.plain(1).plain(is.total).plain(is.total).uuid(is.subscription_id.map(|id| id.uuid()));
        lines.plain(bill.no).date(Some(bill.from)).date(Some(bill.until)).plain(false).end();
        Ok(())
    }
}

/// Returns the last day on which what was billed on a day is paid in time.
pub fn due_on(day: Date, days: Option<i32>) -> Result<Date> {
    day.checked_add(Span::new().days(days.unwrap_or_default())).map_err(Error::internal)
}

/// Returns an invoice's number as printed.
pub fn written((year, no): (i16, i64)) -> String {
    numbering::written(PREFIX, year, no)
}

/// Returns what a period is called, on its bill and on the charges for it.
pub fn line(name: &str, from: Date, until: Date) -> String {
    format!("{name}, {}", days(from, until))
}
