//! What people do with an open invoice: charge it now, record what was paid elsewhere, take it back, write it off. Each
//! has its consequence for the subscription whose periods it bills.

use diesel::PgConnection;
use jiff::Timestamp;

use super::{by_hand::refuse_without_gateway, following, held::Held};
use crate::{
    codes::Code,
    customers::model as customers,
    error::{Error, Result},
    events::By,
    gateway::Verified,
    ids::{InvoiceId, PaymentId},
    invoices::{self, Collects, Invoice, Status},
    jobs, merchants,
    payments::{self, charging::Source, model::Recorded, of_debt},
    values::Money,
};

/// A payment for an invoice that was made elsewhere.
#[derive(Clone, Debug)]
pub struct PaidElsewhere {
    /// In the currency's smallest unit; nothing is all that is open.
    pub amount: Option<i64>,
    pub at: Timestamp,
    pub reference: Option<String>,
}

/// Begins to charge what is left of an invoice, now and from any source; the default is its own method, if it names one. A
/// token brings what the gateway knows of it. Who asks for it settles the payment soon. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when the invoice is closed, a charge is under way, or there is nothing that could be charged.
pub fn charge(
    conn: &mut PgConnection,
    by: &By,
    id: InvoiceId,
    payment: PaymentId,
    (source, verified): (Source, Option<Verified>),
) -> Result<()> {
    let invoice = locked(conn, by, id)?;
    invoices::model::refuse_closed(&invoice)?;
    refuse_under_way(conn, by, &invoice)?;
    refuse_without_gateway(conn, by)?;
    let source = if source == Source::Default { invoice.source() } else { source };
    invoices::collecting::begin(conn, by, &invoice, payment, (source, verified))?.map_err(Error::Conflict)
}

/// Locks an invoice: its customer and its subscription first, as everybody does. Returns it.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn locked(conn: &mut PgConnection, by: &By, id: InvoiceId) -> Result<Invoice> {
    let invoice = invoices::model::find(conn, by.account, id)?;
    match invoice.subscription_id {
        Some(subscription) => _ = Held::open(conn, by, subscription)?,
        None => _ = customers::find_for_update(conn, by.account, invoice.customer_id)?,
    }
    invoices::model::find_for_update(conn, by.account, id)
}

/// Refuses what cannot be done while a charge for the invoice is under way.
fn refuse_under_way(conn: &mut PgConnection, by: &By, invoice: &Invoice) -> Result<()> {
    match of_debt::running(conn, by.account, invoice.id)? {
        Some(_) => {
            let sentence = "A charge for this invoice is under way. Wait for it, or cancel it first.";
            Err(Error::Conflict(Code::ChargeUnderWay.says(sentence)))
        }
        None => Ok(()),
    }
}

/// Records a payment for an invoice that was made elsewhere. Call it in a transaction.
///
/// # Errors
/// [`Error::Conflict`] when the invoice is closed, a charge is under way, or it is more than what is open.
pub fn record(conn: &mut PgConnection, by: &By, id: InvoiceId, new: PaidElsewhere) -> Result<PaymentId> {
    let invoice = locked(conn, by, id)?;
    invoices::model::refuse_closed(&invoice)?;
    refuse_under_way(conn, by, &invoice)?;
    let left = invoice.left();
    let amount = new.amount.unwrap_or(left.minor);
    if !(1..=left.minor).contains(&amount) {
        let sentence = format!("At most {left} of this invoice is open.");
        return Err(Error::Conflict(Code::AmountInvalid.says(sentence)));
    }
    let payment = PaymentId::at(new.at);
    let recorded = Recorded {
        customer: Some(invoice.customer_id),
        money: Money::new(amount, invoice.currency),
        status: payments::Status::Succeeded,
        refunded: 0,
        at: new.at,
        description: Some(format!("Invoice {}", invoice.number)),
        reference: new.reference,
        method: None,
        invoice: Some(id),
    };
    payments::model::record(conn, by, payment, &recorded)?;
    following::paid(conn, by, &invoice, amount)?;
    Ok(payment)
}

/// Takes an invoice back that was a mistake: it keeps its number, and its periods can be billed by hand. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::Conflict`] when the invoice is closed, something of it was paid, or a charge is under way.
pub fn void(conn: &mut PgConnection, by: &By, id: InvoiceId) -> Result<Invoice> {
    let invoice = locked(conn, by, id)?;
    if invoice.status == Status::Void {
        return Ok(invoice);
    }
    invoices::model::refuse_closed(&invoice)?;
    refuse_under_way(conn, by, &invoice)?;
    if invoice.paid > 0 {
        let sentence = "Part of this invoice is paid. Write the rest off, or refund the payment.";
        return Err(Error::Conflict(Code::InvoicePaidInPart.says(sentence)));
    }
    let void = Invoice { status: Status::Void, next_try_at: None, ..invoice.clone() };
    let void = invoices::model::store(conn, by, &invoice, void, invoices::kinds::VOIDED)?;
    following::closed(conn, by, &invoice, Status::Void)?;
    Ok(void)
}

/// Writes an invoice off: nobody tries to collect it any more. Its money may come in all the same. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::Conflict`] when the invoice is closed.
pub fn write_off(conn: &mut PgConnection, by: &By, id: InvoiceId) -> Result<Invoice> {
    let invoice = locked(conn, by, id)?;
    if invoice.status == Status::Uncollectible {
        return Ok(invoice);
    }
    invoices::model::refuse_closed(&invoice)?;
    refuse_under_way(conn, by, &invoice)?;
    let written_off = Invoice { status: Status::Uncollectible, next_try_at: None, ..invoice.clone() };
    let written_off = invoices::model::store(conn, by, &invoice, written_off, invoices::kinds::WRITTEN_OFF)?;
    following::closed(conn, by, &invoice, Status::Uncollectible)?;
    Ok(written_off)
}

/// Takes back that an invoice was written off: it is open again. Nobody tries to charge it by itself. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::Conflict`] when the invoice is paid or void, or when it is of a subscription that goes on: that has gone on
/// without it.
pub fn reopen(conn: &mut PgConnection, by: &By, id: InvoiceId) -> Result<Invoice> {
    let invoice = locked(conn, by, id)?;
    if invoice.is_open() {
        return Ok(invoice);
    }
    invoices::model::refuse_closed(&invoice)?;
    if let Some(subscription) = invoice.subscription_id
        && !super::model::find(conn, by.account, subscription)?.is_ended()
    {
        let sentence = "Its subscription has gone on without this invoice. Charge it, or record its payment, as it is.";
        return Err(Error::Conflict(Code::InvoiceClosed.says(sentence)));
    }
    let open = Invoice { status: Status::Open, ..invoice.clone() };
    let open = invoices::model::store(conn, by, &invoice, open, invoices::kinds::REOPENED)?;
    if open.collects == Collects::Invoice && !open.is_overdue {
        let over = open.is_over_at(&merchants::time_zone(conn, by.account)?)?;
        jobs::enqueue(conn, by, jobs::Kind::CollectInvoice, id.uuid(), over)?;
    }
    Ok(open)
}
