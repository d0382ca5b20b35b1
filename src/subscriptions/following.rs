//! What follows when a payment for an invoice is settled: the invoice is paid or tried again, and its subscription goes on,
//! is past due, recovers or ends.

use diesel::PgConnection;

use super::held::Held;
use crate::{
    customers::model as customers,
    error::Result,
    events::By,
    invoices::{self, Collects, Invoice, Status, collecting},
    jobs, merchants,
    payments::{self, debts::Debts, model::Payment, tries},
};

/// Invoices, as that for which payments are.
pub static DEBTS: &dyn Debts = &Invoices;

struct Invoices;

impl Debts for Invoices {
    fn hold(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        let Some(id) = payment.invoice else { return Ok(()) };
        let invoice = invoices::model::find(conn, by.account, id)?;
        match invoice.subscription_id {
            Some(subscription) => _ = Held::open(conn, by, subscription)?,
            None => _ = customers::find_for_update(conn, by.account, invoice.customer_id)?,
        }
        invoices::model::find_for_update(conn, by.account, id)?;
        Ok(())
    }

    fn follow(&self, conn: &mut PgConnection, by: &By, payment: &Payment) -> Result<()> {
        let Some(id) = payment.invoice else { return Ok(()) };
        let invoice = invoices::model::find_for_update(conn, by.account, id)?;
        match payment.status {
            payments::Status::Succeeded => paid(conn, by, &invoice, payment.money.minor),
            payments::Status::Failed if invoice.is_open() => {
                let code = payment.failure.as_deref().unwrap_or_default();
                failed(conn, by, &invoice, code)
            }
            payments::Status::Canceled if invoice.is_open() => called_off(conn, by, &invoice),
            _ => Ok(()),
        }
    }
}

/// Notes that money came in for a locked invoice, and what follows.
pub(super) fn paid(conn: &mut PgConnection, by: &By, invoice: &Invoice, amount: i64) -> Result<()> {
    let after = collecting::note_payment(conn, by, invoice, amount)?;
    if after.status != Status::Paid {
        return Ok(());
    }
    closed(conn, by, invoice, Status::Paid)
}

/// Does what follows for the subscription when its locked invoice is open no more; `was` is the invoice as it was before.
pub(super) fn closed(conn: &mut PgConnection, by: &By, was: &Invoice, now: Status) -> Result<()> {
    let Some(subscription) = was.subscription_id.filter(|_| was.is_open()) else { return Ok(()) };
    let mut held = Held::open(conn, by, subscription)?;
    held.closed(conn, was, now)?;
    held.schedule(conn)
}

/// Does what follows for the subscription when a locked, open invoice that was overdue has a later day now.
pub(super) fn unpaid_no_more(conn: &mut PgConnection, by: &By, was: &Invoice, is: &Invoice) -> Result<()> {
    let Some(subscription) = was.subscription_id.filter(|_| was.is_unpaid() && !is.is_unpaid()) else { return Ok(()) };
    let mut held = Held::open(conn, by, subscription)?;
    // One that waits for its first payment counts nothing as unpaid.
    if held.subscription.pay_until.is_none() {
        held.closed(conn, was, is.status)?;
        held.schedule(conn)?;
    }
    Ok(())
}

fn failed(conn: &mut PgConnection, by: &By, invoice: &Invoice, code: &str) -> Result<()> {
    let Some(subscription) = invoice.subscription_id else {
        let is_tried_again = invoice.collects == Collects::Charge && !is_deleted(conn, by, invoice)?;
        let after = collecting::note_failure(conn, by, invoice, code, is_tried_again)?;
        return match after.next_try_at {
            Some(at) => jobs::enqueue(conn, by, jobs::Kind::CollectInvoice, invoice.id.uuid(), at),
            None => Ok(()),
        };
    };
    let mut held = Held::open(conn, by, subscription)?;
    let next = held.failed(conn, invoice, code)?;
    held.try_again(conn, invoice, next)?;
    held.schedule(conn)
}

/// Has an invoice whose charge was called off tried again on the next day: that was no try that failed.
fn called_off(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<()> {
    let goes_on = match invoice.subscription_id {
        Some(subscription) => {
            let subscription = super::model::find(conn, by.account, subscription)?;
            !subscription.is_ended() && subscription.given_up_on.is_none() && subscription.pay_until.is_none()
        }
        None => true,
    };
    if invoice.collects != Collects::Charge || !goes_on || is_deleted(conn, by, invoice)? {
        return Ok(());
    }
    let tomorrow = tries::tomorrow(by.now(), &merchants::time_zone(conn, by.account)?)?;
    invoices::model::store_next_try(conn, by, invoice.id, tomorrow)?;
    jobs::enqueue(conn, by, jobs::Kind::CollectInvoice, invoice.id.uuid(), tomorrow)
}

fn is_deleted(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<bool> {
    Ok(customers::find(conn, by.account, invoice.customer_id)?.is_deleted())
}
