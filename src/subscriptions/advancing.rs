//! What happens to a subscription by itself, as its one job: a period begins, its end has come, the time for the first
//! payment is over. The job only writes rows: invoice, payment, and the job that settles the payment.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use super::{held::Held, status::EndReason};
use crate::{
    customers::model as customers,
    error::{Error, Result},
    events::By,
    ids::{InvoiceId, SubscriptionId},
    invoices::{self, Collects, Invoice, Status, collecting},
    merchants,
    payments::{of_debt, tries::Try},
};

/// The number of overdue invoices at which a subscription whose bills are sent stands still.
pub const MOST_OVERDUE: i32 = 3;

/// The time after which one whose first payment is under way at the end of its time is looked at again.
const PAID_SOON: SignedDuration = SignedDuration::from_mins(15);

/// Does what is due for a subscription. Returns the time of the next thing; call it in the transaction of its job.
///
/// # Errors
/// When the database fails.
pub fn advance(conn: &mut PgConnection, by: &By, id: SubscriptionId) -> Result<Option<Timestamp>> {
    let mut held = match Held::open(conn, by, id) {
        Err(Error::NotFound) => return Ok(None),
        held => held?,
    };
    if held.subscription.pay_until.is_some_and(|until| until <= held.now) {
        held.never_paid(conn)?;
        if !held.subscription.is_ended() {
            return Ok(Some(held.now + PAID_SOON));
        }
    }
    held.bring_up_to_date(conn)?;
    held.end_in_time(conn)?;
    held.next_time()
}

impl Held<'_> {
    /// Ends one whose first invoice was not paid, and takes the invoice back; what was paid in part stays owed. One that is
    /// being paid right now waits for the outcome.
    pub(super) fn never_paid(&mut self, conn: &mut PgConnection) -> Result<()> {
        for open in invoices::model::open_of(conn, self.by.account, self.subscription.id)? {
            if of_debt::running(conn, self.by.account, open.id)?.is_some() {
                return Ok(());
            }
            if open.paid > 0 {
                continue;
            }
            let void = Invoice { status: Status::Void, next_try_at: None, ..open.clone() };
            invoices::model::store(conn, self.by, &open, void, invoices::kinds::VOIDED)?;
        }
        self.end(conn, EndReason::NeverPaid)
    }
}

/// Does what is due for an open invoice: tries to charge it again, or says that its day has passed. Returns the time of the
/// next look; call it in the transaction of its job.
///
/// # Errors
/// When the database fails.
pub fn collect(conn: &mut PgConnection, by: &By, id: InvoiceId) -> Result<Option<Timestamp>> {
    let invoice = match invoices::model::find(conn, by.account, id) {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let Some(subscription) = invoice.subscription_id else { return collect_by_hand(conn, by, &invoice) };
    let mut held = Held::open(conn, by, subscription)?;
    let invoice = invoices::model::find_for_update(conn, by.account, id)?;
    let next = match invoice.collects {
        _ if !invoice.is_open() => None,
        Collects::Invoice => held.overdue(conn, &invoice)?,
        Collects::Charge => held.collect_again(conn, &invoice)?,
    };
    held.schedule(conn)?;
    Ok(next)
}

impl Held<'_> {
    /// Tries an open invoice again, if it is its turn. What began today is billed first, so that the order of two jobs of
    /// one day does not show.
    fn collect_again(&mut self, conn: &mut PgConnection, invoice: &Invoice) -> Result<Option<Timestamp>> {
        self.bring_up_to_date(conn)?;
        let stands = self.subscription.given_up_on.is_some() || self.subscription.pay_until.is_some();
        if self.end_in_time(conn)? || stands || of_debt::running(conn, self.by.account, invoice.id)?.is_some() {
            return Ok(None);
        }
        if let Some(later) = invoice.next_try_at.filter(|at| *at > self.now) {
            return Ok(Some(later));
        }
        // One that waits behind another is tried when that is paid.
        if self.oldest_charged(conn)?.is_none_or(|oldest| oldest.id != invoice.id) {
            return Ok(None);
        }
        match collecting::begin_try(conn, self.by, invoice)? {
            Try::Begun(_) => Ok(None),
            Try::Failed(code) => self.failed(conn, invoice, code),
        }
    }

    /// Says that the day of a sent bill has passed, once.
    fn overdue(&mut self, conn: &mut PgConnection, invoice: &Invoice) -> Result<Option<Timestamp>> {
        let over = invoice.is_over_at(&self.zone)?;
        if over > self.now {
            return Ok(Some(over));
        }
        if !invoice.is_overdue {
            // One that somebody tried to charge in vain counts already.
            let counts = invoice.is_unpaid();
            let overdue = Invoice { is_overdue: true, ..invoice.clone() };
            let overdue = invoices::model::store(conn, self.by, invoice, overdue, invoices::kinds::OVERDUE)?;
            if !self.subscription.is_ended() && self.subscription.pay_until.is_none() {
                self.bring_up_to_date(conn)?;
                if !counts {
                    self.one_more_unpaid(conn, &overdue)?;
                }
                if self.subscription.unpaid >= MOST_OVERDUE && self.subscription.given_up_on.is_none() {
                    self.give_up(conn)?;
                }
            }
        }
        Ok(None)
    }
}

/// Tries an invoice that was made by hand again, or says that its day has passed. Nobody charges a deleted customer.
fn collect_by_hand(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<Option<Timestamp>> {
    let customer = customers::find_for_update(conn, by.account, invoice.customer_id)?;
    let invoice = invoices::model::find_for_update(conn, by.account, invoice.id)?;
    if !invoice.is_open() {
        return Ok(None);
    }
    let now = by.now();
    if invoice.collects == Collects::Invoice {
        let zone = merchants::time_zone(conn, by.account)?;
        let over = invoice.is_over_at(&zone)?;
        if over > now {
            return Ok(Some(over));
        }
        if !invoice.is_overdue {
            let overdue = Invoice { is_overdue: true, ..invoice.clone() };
            invoices::model::store(conn, by, &invoice, overdue, invoices::kinds::OVERDUE)?;
        }
        return Ok(None);
    }
    if customer.is_deleted() || of_debt::running(conn, by.account, invoice.id)?.is_some() {
        return Ok(None);
    }
    if let Some(later) = invoice.next_try_at.filter(|at| *at > now) {
        return Ok(Some(later));
    }
    match collecting::begin_try(conn, by, &invoice)? {
        Try::Begun(_) => Ok(None),
        Try::Failed(code) => Ok(collecting::note_failure(conn, by, &invoice, code, true)?.next_try_at),
    }
}
