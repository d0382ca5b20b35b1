//! The pages about invoices: handlers and the data of their templates.

pub mod act;
pub mod amending;
pub mod list;
pub mod making;
pub mod of_customer;
pub mod print;
pub mod show;

use diesel::PgConnection;
use jiff::civil::Date;

use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::Result,
    gateway::{self, Sandbox},
    ids::{InvoiceId, PaymentId},
    invoices::{
        Collects, Invoice,
        model::{self, Line},
        object::BillToObject,
        path,
    },
    payments::{debts::Owed, of_debt, settling},
    reveal,
    shell::Visit,
    subscriptions::{self, Subscription},
    values::Money,
    who::SignedIn,
};

/// An invoice as pages show it to who asks.
pub struct View {
    pub invoice: Invoice,
    /// The beginning of all its paths.
    pub path: String,
    pub lines: Vec<Line>,
    pub bill_to: BillToObject,
    /// The customer's name, as it is now.
    pub customer: String,
    pub customer_path: String,
    pub is_deleted: bool,
    /// The subscription whose periods it bills.
    pub subscription: Option<Subscription>,
    /// The invoice of that subscription that is charged when this one is open no more.
    pub waiting: Option<Invoice>,
    /// The charge that is under way.
    pub running: Option<PaymentId>,
}

impl View {
    /// Reads it for a person, with the person as the reader of that customer.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is none.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, id: InvoiceId) -> Result<(Self, SignedIn)> {
        let account = who.account;
        let invoice = model::find(conn, account, id)?;
        let who = reveal::reader(conn, who, invoice.customer_id)?;
        let curtain = who.curtain();
        let lines = model::lines(conn, account, id)?;
        let customer = customers::find(conn, account, invoice.customer_id)?.behind(curtain);
        let invoice = invoice.behind(curtain);
        let view = Self {
            path: path(id),
            lines: lines.into_iter().map(|line| line.behind(curtain)).collect(),
            bill_to: BillToObject::of(&invoice.bill_to),
            customer: customer.title(),
            customer_path: identity::path(customer.id),
            is_deleted: customer.is_deleted(),
            subscription: match invoice.subscription_id {
                Some(subscription) => Some(subscriptions::model::find(conn, account, subscription)?.behind(curtain)),
                None => None,
            },
            waiting: waiting(conn, &invoice)?,
            running: of_debt::running(conn, account, id)?,
            invoice,
        };
        Ok((view, who))
    }

    /// Returns the lines of the address that it is addressed to.
    pub fn address(&self) -> Vec<String> {
        let Some(address) = self.invoice.bill_to.get("address").filter(|address| !address.is_null()) else {
            return Vec::new();
        };
        crate::payment_methods::billing::of_json(address).lines()
    }

    /// Returns what one of a line costs.
    pub fn each(&self, line: &Line) -> Money {
        Money::new(line.unit_amount, self.invoice.currency)
    }

    /// Returns what all of a line costs.
    pub fn amount(&self, line: &Line) -> Money {
        Money::new(line.amount, self.invoice.currency)
    }

    /// Returns what came in.
    pub fn paid(&self) -> Money {
        Money::new(self.invoice.paid, self.invoice.currency)
    }

    /// Returns the day it was made.
    pub fn issued(&self) -> String {
        day(self.invoice.issued_on)
    }

    /// Returns the last day on which it is paid in time.
    pub fn due(&self) -> String {
        self.invoice.due()
    }
}

/// Returns the invoice that waits behind one which is charged in turn, if it is the first of them.
fn waiting(conn: &mut PgConnection, invoice: &Invoice) -> Result<Option<Invoice>> {
    let Some(subscription) = invoice.subscription_id.filter(|_| invoice.is_open()) else { return Ok(None) };
    let open = model::open_of(conn, invoice.account_id, subscription)?;
    let mut charged = open.into_iter().filter(|one| one.collects == Collects::Charge);
    let is_first = charged.next().is_some_and(|first| first.id == invoice.id);
    Ok(charged.next().filter(|_| is_first))
}

/// Asks the gateway for a charge for an invoice that has begun. A worker does so later if the answer is lost.
async fn settle(visit: &Visit, payment: PaymentId, db: &Db, sandbox: &Sandbox, debts: Owed) {
    let Some(gateway) = gateway::of(visit.who.mode, sandbox) else { return };
    let settled = settling::settle_payment_with(db, gateway, debts, visit.who.by(), payment, visit.who.now()).await;
    if let Err(err) = settled {
        tracing::warn!(payment = %payment, error = %err, "the charge for an invoice is left to the worker");
    }
}

/// Writes a day: "12 Dec 2026".
fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}
