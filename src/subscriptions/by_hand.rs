//! Invoices that somebody makes by hand, and what can be changed of an invoice once it is made.

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{closing::locked, following};
use crate::{
    codes::Code,
    customers::model::{self as customers, Customer},
    error::{Error, Result},
    events::{By, Fields, fields::value},
    gateway, history,
    ids::{CustomerId, InvoiceId, MethodId, PaymentId},
    invoices::{
        self, Collects, Invoice, Status, collecting,
        making::{self, Due, NewInvoice, NewLine},
    },
    jobs, merchants,
    payment_methods::charging::for_charge,
    values::Currency,
};

/// What may be changed of an invoice, by its name in bodies and forms.
pub const CHANGEABLE: [&str; 3] = ["memo", "reference", "due_on"];

/// An invoice to be made by hand.
#[derive(Clone, Debug)]
pub struct NewByHand {
    pub id: InvoiceId,
    pub customer: CustomerId,
    pub currency: Currency,
    /// Those that come to 1 or more and to no more than [`making::MOST`], without periods.
    pub lines: Vec<NewLine>,
    pub collects: Collects,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method: Option<MethodId>,
    /// Nothing is at once where it is charged, else what the merchant gives their customers.
    pub due: Option<Due>,
    pub memo: Option<String>,
    pub reference: Option<String>,
    /// The void invoice that it corrects.
    pub replaces: Option<InvoiceId>,
}

/// Makes an invoice of a customer. One that is charged has a payment under way, which who asks for it settles soon; one
/// that is sent is looked at when its day is over. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`] without the customer; [`Error::Conflict`] when it is deleted, nothing can be charged, the day has
/// passed, or what it replaces is not a void invoice of that customer.
pub fn make(conn: &mut PgConnection, by: &By, new: NewByHand) -> Result<Invoice> {
    let customer = customers::find_for_update(conn, by.account, new.customer)?;
    customer.refuse_deleted()?;
    refuse_replacing(conn, by, &customer, new.replaces)?;
    let (zone, invoicing) = (merchants::time_zone(conn, by.account)?, merchants::invoicing(conn, by.account)?);
    let today = by.now().to_zoned(zone.clone()).date();
    if new.collects == Collects::Charge {
        refuse_without_gateway(conn, by)?;
        for_charge(conn, by.account, customer.id, new.method, today)?.map_err(Error::Conflict)?;
    }
    if let Some(Due::On(day)) = new.due {
        refuse_past(day, today)?;
    }
    let usual = if new.collects == Collects::Charge { 0 } else { invoicing.days_until_due };
    let made = NewInvoice {
        id: new.id,
        subscription: None,
        replaces: new.replaces,
        currency: new.currency,
        lines: new.lines,
        collects: new.collects,
        method: new.method,
        due: new.due.unwrap_or(Due::In(usual)),
        memo: new.memo,
        reference: new.reference,
    };
    let invoice = making::make(conn, by, &customer, made, (today, &invoicing))?;
    match new.collects {
        Collects::Invoice => {
            let over = invoice.is_over_at(&zone)?;
            jobs::enqueue(conn, by, jobs::Kind::CollectInvoice, invoice.id.uuid(), over)?;
        }
        Collects::Charge => {
            let (payment, source) = (PaymentId::at(by.now()), invoice.source());
            collecting::begin(conn, by, &invoice, payment, (source, None))?.map_err(Error::Conflict)?;
        }
    }
    Ok(invoice)
}

fn refuse_replacing(conn: &mut PgConnection, by: &By, customer: &Customer, replaces: Option<InvoiceId>) -> Result<()> {
    let Some(id) = replaces else { return Ok(()) };
    let sentence = match invoices::model::find(conn, by.account, id) {
        Ok(old) if old.customer_id != customer.id => "The invoice that this one replaces is another customer’s.",
        Ok(old) if old.status != Status::Void => "Only a void invoice is replaced. Void that one first.",
        Ok(_) => return Ok(()),
        Err(Error::NotFound) => "There is no such invoice that this one could replace.",
        Err(err) => return Err(err),
    };
    Err(Error::Conflict(Code::InvoiceNotVoid.says(sentence)))
}

/// Refuses to charge in an account that has no gateway.
pub(super) fn refuse_without_gateway(conn: &mut PgConnection, by: &By) -> Result<()> {
    let mode = merchants::mode(conn, by.account)?;
    if gateway::has(mode) { Ok(()) } else { Err(Error::Conflict(gateway::none())) }
}

fn refuse_past(day: Date, today: Date) -> Result<()> {
    match day < today {
        true => {
            let sentence = "This day is over already. Choose today or a later one.";
            Err(Error::Conflict(Code::DateInvalid.says(sentence)))
        }
        false => Ok(()),
    }
}

/// The result of a change.
#[derive(Debug)]
pub enum Amended {
    /// It is stored, merged with what others changed meanwhile.
    Done(Box<Invoice>),
    /// Another person changed the same to something else; nothing is stored. Holds the current invoice, and what clashes.
    Clash(Box<Invoice>, Vec<&'static str>),
}

/// Changes what can be of an invoice, by the names of [`CHANGEABLE`], merged with what was changed since `version`. What is
/// given as it was in that version is no change. One whose day is later now may not be overdue any more, and its
/// subscription recovers. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when the version is from the future, or when it gets another day and is closed, is charged, or
/// that day has passed.
pub fn amend(conn: &mut PgConnection, by: &By, id: InvoiceId, version: i32, given: &Fields) -> Result<Amended> {
    let current = locked(conn, by, id)?;
    if !(1..=current.version).contains(&version) {
        let sentence = "This form names a version of the invoice that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let stored = changeable(&current);
    let mut base = stored.clone();
    for event in history::after_version(conn, by.account, id.uuid(), version)?.into_iter().rev() {
        base.extend(event.before);
    }
    let (mut next, mut clashes) = (current.clone(), Vec::new());
    for name in CHANGEABLE {
        let Some(wanted) = given.get(name) else { continue };
        let (was, is) = (value(&base, name), value(&stored, name));
        if *wanted == was || *wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        match (name, wanted.as_str().map(str::to_owned)) {
            ("memo", text) => next.memo = text,
            ("reference", text) => next.reference = text,
            (_, day) => next.due_on = day.unwrap_or_default().parse().map_err(Error::internal)?,
        }
    }
    if !clashes.is_empty() {
        return Ok(Amended::Clash(Box::new(current), clashes));
    }
    if next == current {
        return Ok(Amended::Done(Box::new(current)));
    }
    if next.due_on == current.due_on {
        return Ok(Amended::Done(Box::new(invoices::model::store(
            conn,
            by,
            &current,
            next,
            invoices::kinds::CHANGED,
        )?)));
    }
    due_later(conn, by, &current, next).map(|stored| Amended::Done(Box::new(stored)))
}

/// Stores an invoice that is to be paid by another day, and does what follows.
fn due_later(conn: &mut PgConnection, by: &By, current: &Invoice, next: Invoice) -> Result<Invoice> {
    invoices::model::refuse_closed(current)?;
    if current.collects == Collects::Charge {
        let sentence = "This invoice is charged, and tried again on days of its own. Its day stays as it is.";
        return Err(Error::Conflict(Code::DateInvalid.says(sentence)));
    }
    let zone = merchants::time_zone(conn, by.account)?;
    refuse_past(next.due_on, by.now().to_zoned(zone.clone()).date().max(current.issued_on))?;
    let next = Invoice { is_overdue: false, ..next };
    let stored = invoices::model::store(conn, by, current, next, invoices::kinds::CHANGED)?;
    if stored.is_open() {
        let over = stored.is_over_at(&zone)?;
        jobs::enqueue(conn, by, jobs::Kind::CollectInvoice, stored.id.uuid(), over)?;
        following::unpaid_no_more(conn, by, current, &stored)?;
    }
    Ok(stored)
}

/// Returns what can be changed of an invoice, as its events have it.
pub fn changeable(invoice: &Invoice) -> Fields {
    let fields: [(&str, Value); 3] =
        [("memo", json!(invoice.memo)), ("reference", json!(invoice.reference)), ("due_on", json!(invoice.due_on))];
    fields.map(|(name, value)| (name.to_owned(), value)).into()
}
