//! The rows of purses for PostgreSQL's `COPY`: methods, payments, refunds, figures, and their events.

use serde::Serialize;

use super::{
    copying::{NewEvent, Owners, Rows, event_row},
    lives::{Actor, Life},
    purses::{Figure, Outcome, Payment, Purse, Refund},
    wallets::Method,
};
use crate::{
    error::Result,
    gateway::Instrument,
    ids::{CustomerId, InvoiceId, PartId, RefundId},
    payment_methods, payments,
    payments::{debts::Debt, model::paid_with_words},
};

/// The rows of the tables about payments.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PaymentRows {
    pub methods: Rows,
    pub payments: Rows,
    pub refunds: Rows,
    /// The rows of `payment_figures`.
    pub figures: Rows,
    /// The rows of `payment_totals`.
    pub totals: Rows,
}

impl PaymentRows {
    /// Adds a customer's purse, and its events to `events`.
    ///
    /// # Errors
    /// When fields are not valid JSON.
    pub fn add(&mut self, owners: &Owners, life: &Life, purse: &Purse, events: &mut Rows) -> Result<()> {
        for method in &purse.methods {
            method_row(&mut self.methods, owners, life.id, method);
            method_event(events, owners, life.id, method)?;
        }
        for payment in &purse.payments {
            payment_row(&mut self.payments, owners, payment);
            payment_event(events, owners, payment)?;
            for (before, refund) in payment.refunds.iter().enumerate() {
                refund_row(&mut self.refunds, owners, payment, refund);
                refund_event(events, owners, payment, before)?;
            }
        }
        self.add_figures(owners, life.id, purse);
        Ok(())
    }

    fn add_figures(&mut self, owners: &Owners, customer: CustomerId, purse: &Purse) {
        let figures = purse.figures();
        for (currency, figure) in &figures {
            let Figure { payments, volume, refunds, refunded, last_payment_at } = figure;
            self.figures.plain(owners.account.uuid()).plain(customer.uuid()).plain(currency);
            self.figures.plain(payments).plain(volume).plain(refunds).plain(refunded);
            self.figures.time(Some(*last_payment_at)).end();
        }
        let last_payment_at = figures.values().map(|figure| figure.last_payment_at).max();
        if last_payment_at.is_some() {
            let payments: i64 = figures.values().map(|figure| figure.payments).sum();
            self.totals.plain(owners.account.uuid()).plain(customer.uuid()).plain(payments);
            self.totals.time(last_payment_at).end();
        }
    }
}

fn method_row(rows: &mut Rows, owners: &Owners, customer: CustomerId, method: &Method) {
    let Instrument { kind, brand, last4, expires_on, fingerprint, credential } = &*method.instrument;
    let added = Some(method.created_at());
    rows.plain(owners.account.uuid()).plain(method.id.uuid()).plain(1).plain(customer.uuid());
    rows.plain(kind.as_str()).text(Some(brand)).text(Some(last4)).date(*expires_on);
    rows.text(Some(fingerprint)).text(Some(credential)).text(None).plain(method.is_default); // no address of its own
    rows.text(method.consent).time(added.filter(|_| method.consent.is_some()));
    rows.time(added).time(added).time(None).text(None).end(); // a gateway knows it, so no reference
}

#[derive(Serialize)]
struct Added<'a> {
    brand: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<jiff::civil::Date>,
    is_default: bool,
    kind: &'a str,
    last4: &'a str,
}

fn method_event(rows: &mut Rows, owners: &Owners, customer: CustomerId, method: &Method) -> Result<()> {
    let Instrument { kind, brand, last4, expires_on, .. } = &*method.instrument;
    let added = Added {
        brand,
        consent_source: method.consent,
        expires_on: *expires_on,
        is_default: method.is_default,
        kind: kind.as_str(),
        last4,
    };
    let what = NewEvent {
        id: method.event,
        kind: payment_methods::kinds::ADDED,
        subject: method.id.uuid(),
        version: 1,
        by: method.by,
        customer: Some(customer),
    };
    event_row(rows, owners, &what, (&Nothing {}, &added))
}

fn payment_row(rows: &mut Rows, owners: &Owners, payment: &Payment) {
    let Payment { id, customer, amount, currency, with, description, reference, outcome, .. } = payment;
    rows.plain(owners.account.uuid()).plain(id.uuid()).plain(payment.version());
    rows.uuid(customer.map(CustomerId::uuid)).plain(amount).plain(currency);
    rows.plain(payment.status()).plain(payment.refunded()).plain(with.is_none());
    rows.text(description.as_deref()).text(reference.as_deref());
    rows.uuid(with.as_ref().and_then(|with| with.method).map(|method| method.uuid()));
    let instrument = with.as_ref().map(|with| &*with.instrument);
    let text = |of: fn(&Instrument) -> &str| instrument.map(of);
    rows.text(text(|of| of.kind.as_str())).text(text(|of| &of.brand)).text(text(|of| &of.last4));
    rows.date(instrument.and_then(|of| of.expires_on));
    rows.text(text(|of| &of.fingerprint)).text(text(|of| &of.credential)).text(None); // no address of its own
    rows.text(failure(*outcome)).time(Some(payment.created_at())).time(Some(payment.updated_at()));
    rows.uuid(payment.debt.and_then(Debt::invoice).map(InvoiceId::uuid));
    rows.uuid(payment.debt.and_then(Debt::part).map(PartId::uuid)).end();
}

fn failure(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Failed(reason) => Some(reason),
        Outcome::Succeeded | Outcome::Canceled => None,
    }
}

fn refund_row(rows: &mut Rows, owners: &Owners, payment: &Payment, refund: &Refund) {
    let at = Some(refund.id.created_at());
    rows.plain(owners.account.uuid()).plain(refund.id.uuid()).plain(payment.id.uuid()).plain(refund.amount);
    rows.plain("succeeded").text(Some(refund.reason)).text(None).time(at).time(at).end();
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Paid<'a> {
    amount: i64,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_with: Option<serde_json::Value>,
    status: &'a str,
}

fn payment_event(rows: &mut Rows, owners: &Owners, payment: &Payment) -> Result<()> {
    let kind = match payment.outcome {
        _ if payment.with.is_none() => payments::kinds::RECORDED,
        Outcome::Succeeded => payments::kinds::SUCCEEDED,
        Outcome::Failed(_) => payments::kinds::FAILED,
        Outcome::Canceled => payments::kinds::CANCELED,
    };
    let (amount, currency, failure) = (payment.amount, payment.currency, failure(payment.outcome));
    let paid = Paid { amount, currency, failure, paid_with: paid_with(payment), status: payment.status_after(0) };
    let (id, subject) = (payment.event, payment.id.uuid());
    let what = NewEvent { id, kind, subject, version: 1, by: payment.by, customer: payment.customer };
    event_row(rows, owners, &what, (&Nothing {}, &paid))
}

fn paid_with(payment: &Payment) -> Option<serde_json::Value> {
    let instrument = &payment.with.as_ref()?.instrument;
    paid_with_words(Some(&instrument.brand), Some(&instrument.last4))
}

/// The fields that a refund changes.
#[derive(Serialize)]
struct Refunded<'a> {
    refunded: i64,
    status: &'a str,
}

/// The fields of a refund's event.
#[derive(Serialize)]
struct Given<'a> {
    amount: i64,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_with: Option<serde_json::Value>,
    reason: &'a str,
    refund: RefundId,
    #[serde(flatten)]
    changed: Refunded<'a>,
}

/// Adds the event of the refund that follows `before` others.
fn refund_event(rows: &mut Rows, owners: &Owners, payment: &Payment, before: usize) -> Result<()> {
    let changed = |refunds| Refunded { refunded: payment.refunded_by(refunds), status: payment.status_after(refunds) };
    let (refund, currency) = (&payment.refunds[before], payment.currency);
    let given = Given {
        amount: refund.amount,
        currency,
        paid_with: paid_with(payment),
        reason: refund.reason,
        refund: refund.id,
        changed: changed(before + 1),
    };
    let what = NewEvent {
        id: refund.event,
        kind: payments::kinds::REFUNDED,
        subject: payment.id.uuid(),
        version: before + 2,
        by: Actor::Owner, // who alone of the demo's staff may
        customer: payment.customer,
    };
    event_row(rows, owners, &what, (&changed(before), &given))
}
