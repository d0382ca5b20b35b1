//! The rows of courses for PostgreSQL's `COPY`: subscriptions, invoices with their lines, jobs, and all events. Each course
//! goes through what happened to it, one thing after the other, as the verbs of subscriptions would have written it.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{
    calendar,
    copying::{NewEvent, Owners, Rows, event_row},
    courses::{Bill, Course, End},
    dice::Dice,
    lives::{Actor, Life},
};
use crate::{
    error::{Error, Result},
    events::{Fields, fields::difference},
    ids::{EventId, JobId},
    invoices::{self, Collects, Invoice, collecting::days, making, numbering},
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

/// What the rows of a course are written to.
pub struct Target<'t> {
    pub owners: &'t Owners,
    pub rows: &'t mut SubscriptionRows,
    pub jobs: &'t mut Rows,
    pub events: &'t mut Rows,
}

impl Target<'_> {
    /// Adds a course, whose bills have these numbers.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn add(&mut self, dice: Dice, life: &Life, course: &Course, numbers: &[(i16, i64)]) -> Result<()> {
        let mut telling = Telling { target: self, dice, life, last: Timestamp::MIN };
        telling.tell(course, numbers)
    }
}

/// A course that is being told.
struct Telling<'a, 't> {
    target: &'a mut Target<'t>,
    dice: Dice,
    life: &'a Life,
    /// The time of the last event, so that none has the same.
    last: Timestamp,
}

impl Telling<'_, '_> {
    fn tell(&mut self, course: &Course, numbers: &[(i16, i64)]) -> Result<()> {
        let mut is = self.begun(course)?;
        self.of_subscription((kinds::CREATED, course.by), &Fields::new(), is.fields(), &is, course.started_at)?;
        for (bill, number) in course.bills.iter().zip(numbers) {
            is = self.bill(course, bill, *number, is)?;
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

    /// Returns it as it began: in its trial, or waiting for its first payment.
    fn begun(&self, course: &Course) -> Result<Subscription> {
        let has_trial = course.first_on > calendar::date(course.started_at);
        let currency = Currency::parse(course.currency).map_err(Error::internal)?;
        let first = Subscription {
            account_id: self.target.owners.account,
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
            days_until_due: None,
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
        let Some(bill) = course.bills.first().filter(|_| !has_trial) else { return Ok(first) };
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
        let mut invoice = self.invoice(course, bill, number, &was);
        self.of_invoice(
            (invoices::kinds::CREATED, Actor::System),
            &Fields::new(),
            invoice.fields(),
            &invoice,
            bill.at,
        )?;
        let mut is = was;
        if is.pay_until.is_none() {
            let next = Subscription {
                period_no: bill.no,
                period_from: Some(bill.from),
                period_until: Some(bill.until),
                status: if is.status == Status::Trialing { Status::Active } else { is.status },
                ..is.clone()
            };
            let next = Subscription { next_on: next.next_begin()?, ..next };
            let kind = if bill.no == 1 { kinds::ACTIVATED } else { kinds::RENEWED };
            let besides = [("invoice".to_owned(), json!(bill.id)), ("periods".to_owned(), json!(1))];
            is = self.store(is, next, kind, Fields::from(besides), (bill.at, Actor::System))?;
        }
        for (nth, tried) in bill.tries.iter().enumerate() {
            let Some(failure) = tried.failure else {
                let paid = Invoice {
                    status: invoices::Status::Paid,
                    paid: invoice.total,
                    next_try_at: None,
                    closed_at: Some(tried.at),
                    ..invoice.clone()
                };
                invoice = self.store_invoice(invoice, paid, invoices::kinds::PAID, tried.at)?;
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
            invoice = self.store_invoice(invoice, failed, invoices::kinds::TRY_FAILED, tried.at)?;
            if nth == 0 {
                let next = Subscription { unpaid: 1, status: Status::PastDue, ..is.clone() };
                let besides = Fields::from([("invoice".to_owned(), json!(bill.id))]);
                is = self.store(is, next, kinds::PAST_DUE, besides, (tried.at, Actor::System))?;
            }
            if next_try_at.is_none() {
                let given_up_on = Some(calendar::date(tried.at));
                let next = Subscription { given_up_on, next_on: None, ..is.clone() };
                is = self.store(is, next, kinds::GAVE_UP, Fields::new(), (tried.at, Actor::System))?;
            }
        }
        let is_ended =
            matches!(course.end, End::Ended { .. }) && course.bills.last().is_some_and(|last| last.id == bill.id);
        if is_ended {
            // Nobody tries any more.
            invoice.next_try_at = None;
        }
        if let Some(at) = invoice.next_try_at {
            self.job(Kind::CollectInvoice, invoice.id.uuid(), at);
        }
        self.invoice_rows(course, bill, &invoice)?;
        Ok(is)
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

    fn invoice(&self, course: &Course, bill: &Bill, (year, no): (i16, i64), of: &Subscription) -> Invoice {
        let day = calendar::date(bill.at);
        Invoice {
            account_id: of.account_id,
            id: bill.id,
            version: 1,
            number: numbering::written(PREFIX, year, no),
            series_year: year,
            series_no: no,
            customer_id: of.customer_id,
            subscription_id: Some(of.id),
            replaces_id: None,
            status: invoices::Status::Open,
            currency: of.currency,
            total: course.amount,
            paid: 0,
            collects: Collects::Charge,
            method_id: None,
            issued_on: day,
            due_on: day,
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
        }
    }

    /// Stores a subscription as it became, with the event of it.
    fn store(
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

    fn store_invoice(&mut self, was: Invoice, next: Invoice, kind: &'static str, at: Timestamp) -> Result<Invoice> {
        let next = Invoice { version: was.version + 1, updated_at: at, ..next };
        let (before, after) = difference(&was.fields(), &next.fields());
        self.of_invoice((kind, Actor::System), &before, after, &next, at)?;
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
        self.event((kind, by), (of.id.uuid(), of.version), (before, &after), at)
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
        self.event((kind, by), (of.id.uuid(), of.version), (before, &after), at)
    }

    /// Writes an event, a moment after the one before.
    fn event(
        &mut self,
        (kind, by): (&'static str, Actor),
        (subject, version): (uuid::Uuid, i32),
        (before, after): (&Fields, &Fields),
        at: Timestamp,
    ) -> Result<()> {
        let at = at.max(self.last.saturating_add(SignedDuration::from_micros(1)).map_err(Error::internal)?);
        self.last = at;
        let what = NewEvent {
            id: EventId::from_uuid(self.dice.uuid(at)),
            kind,
            subject,
            version: usize::try_from(version).map_err(Error::internal)?,
            by,
            customer: Some(self.life.id),
        };
        event_row(self.target.events, self.target.owners, &what, (before, after))
    }

    /// Asks for the job of what happens to it next.
    fn plan(&mut self, is: &Subscription) -> Result<()> {
        if let Some(until) = is.pay_until {
            self.job(Kind::AdvanceSubscription, is.id.uuid(), until);
            return Ok(());
        }
        let next = is.next_on.into_iter().chain(is.ends_on).min().filter(|_| !is.is_ended());
        if let Some(day) = next {
            let at = begins(day, &TimeZone::fixed(jiff::tz::offset(3))).map_err(Error::internal)?;
            self.job(Kind::AdvanceSubscription, is.id.uuid(), at);
        }
        Ok(())
    }

    fn job(&mut self, kind: Kind, subject: uuid::Uuid, due: Timestamp) {
        let at = self.last;
        let id = JobId::from_uuid(self.dice.uuid(at));
        let rows = &mut *self.target.jobs;
        rows.plain(id.uuid()).plain(self.target.owners.account.uuid()).plain(kind.as_str()).plain(subject);
        rows.time(Some(due)).plain(0).uuid(None).time(None).text(None).time(None); // nobody has it, nothing went wrong
        // No clock of the account counts for it yet: its first move does that.
        rows.time(Some(at)).time(None).end();
    }

    fn subscription_row(&mut self, is: &Subscription) -> Result<()> {
        let rows = &mut self.target.rows.subscriptions;
        rows.plain(is.account_id.uuid()).plain(is.id.uuid()).plain(is.version).plain(is.customer_id.uuid());
        rows.text(Some(&is.name)).uuid(is.price_id.map(|id| id.uuid())).plain(is.amount).plain(is.currency);
        rows.plain(is.interval_unit.as_str()).plain(is.interval_count).plain(is.monthly).text(None).uuid(None);
        rows.plain(is.status.as_str()).date(Some(is.anchor_on)).plain(is.anchor_no).plain(is.anchor_day);
        rows.plain(is.period_no).date(is.period_from).date(is.period_until).date(is.next_on).date(is.ends_on);
        rows.text(None).uuid(None).plain(is.unpaid).date(is.given_up_on).time(is.pay_until).date(Some(is.started_on));
        rows.time(is.ended_at).text(is.end_reason.map(|reason| reason.as_str().to_owned()).as_deref());
        rows.json(&is.metadata)?.time(Some(is.updated_at)).end();
        Ok(())
    }

    fn invoice_rows(&mut self, course: &Course, bill: &Bill, is: &Invoice) -> Result<()> {
        let SubscriptionRows { invoices: rows, lines, .. } = &mut *self.target.rows;
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

/// Returns what a period is called, on its bill and on the charges for it.
pub fn line(name: &str, from: Date, until: Date) -> String {
    format!("{name}, {}", days(from, until))
}
