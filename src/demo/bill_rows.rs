//! The rows of bills that are sent: each begins, is paid or not, and its day passes, in the order of time.

use jiff::Timestamp;
use serde_json::json;

use super::{
    courses::{Course, zone},
    lives::Actor,
    subscription_rows::Telling,
};
use crate::{
    error::{Error, Result},
    events::Fields,
    invoices::{self, Invoice},
    jobs::Kind,
    subscriptions::{Status, Subscription, advancing::MOST_OVERDUE, kinds},
};

/// What happens to a bill.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Begins,
    Overdue,
    Paid,
}

impl Telling<'_> {
    /// Tells all bills of a course, which have these numbers; returns the subscription as it became.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn send(&mut self, course: &Course, numbers: &[(i16, i64)], begun: Subscription) -> Result<Subscription> {
        let mut all: Vec<(Timestamp, Happening, usize)> = Vec::new();
        for (place, bill) in course.bills.iter().enumerate() {
            all.push((bill.at, Happening::Begins, place));
            all.extend(bill.overdue_at.map(|at| (at, Happening::Overdue, place)));
            all.extend(bill.paid_at.map(|at| (at, Happening::Paid, place)));
        }
        all.sort_unstable();
        let (mut is, mut made): (_, Vec<Invoice>) = (begun, Vec::new());
        for (at, happening, place) in all {
            if happening == Happening::Begins {
                let (invoice, next) = self.begin_period(course, &course.bills[place], numbers[place], is)?;
                made.push(invoice);
                is = next;
                continue;
            }
            let was = made.get(place).cloned().ok_or_else(|| Error::internal("a bill before it was made"))?;
            (made[place], is) = match happening {
                Happening::Overdue => self.overdue(was, is, at)?,
                _ => self.transferred(was, is, at)?,
            };
        }
        for (bill, invoice) in course.bills.iter().zip(&made) {
            if bill.is_awaited {
                self.story.job(Kind::CollectInvoice, invoice.id.uuid(), invoice.is_over_at(&zone())?);
            }
            self.invoice_rows(course, bill, invoice)?;
        }
        Ok(is)
    }

    /// Says that the day of a bill has passed.
    fn overdue(&mut self, was: Invoice, of: Subscription, at: Timestamp) -> Result<(Invoice, Subscription)> {
        let by = (at, Actor::System);
        let next = Invoice { is_overdue: true, ..was.clone() };
        let invoice = self.store_invoice(was, next, invoices::kinds::OVERDUE, by)?;
        let next = Subscription { unpaid: of.unpaid + 1, status: Status::PastDue, ..of.clone() };
        let is = match of.status {
            Status::PastDue => next,
            _ => {
                let besides = Fields::from([("invoice".to_owned(), json!(invoice.id))]);
                self.store(of, next, kinds::PAST_DUE, besides, by)?
            }
        };
        if is.unpaid >= MOST_OVERDUE && is.given_up_on.is_none() {
            return Ok((invoice, self.give_up(is, at)?));
        }
        Ok((invoice, is))
    }

    /// Notes that somebody recorded a transfer of all of a bill.
    fn transferred(&mut self, was: Invoice, of: Subscription, at: Timestamp) -> Result<(Invoice, Subscription)> {
        let by = (at, Actor::Editor);
        let unpaid = of.unpaid - i32::from(was.is_unpaid());
        let next = Invoice { status: invoices::Status::Paid, paid: was.total, closed_at: Some(at), ..was.clone() };
        let invoice = self.store_invoice(was, next, invoices::kinds::PAID, by)?;
        if unpaid > 0 || of.status != Status::PastDue {
            return Ok((invoice, Subscription { unpaid, ..of }));
        }
        let next = Subscription { status: Status::Active, unpaid, ..of.clone() };
        Ok((invoice, self.store(of, next, kinds::RECOVERED, Fields::new(), by)?))
    }
}
