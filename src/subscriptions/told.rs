//! The events of subscriptions and invoices as sentences of the customer's activity.

use serde_json::Value;

use super::kinds;
use crate::{
    customers::part::{Told, Tone},
    history::Event,
    ids::{InvoiceId, SubscriptionId},
    invoices::{self, kinds as of_invoices},
    payments::tries,
    values::{Currency, Money},
};

/// Tells an event of a subscription or of an invoice.
pub(super) fn in_activity(event: &Event) -> Option<Told> {
    let of_invoice = || {
        let href = invoices::path(InvoiceId::from_uuid(event.subject));
        of_invoice(event).map(|told| Told { href: Some(href), ..told })
    };
    let href = super::path(SubscriptionId::from_uuid(event.subject));
    of_subscription(event).map(|told| Told { href: Some(href), ..told }).or_else(of_invoice)
}

fn of_subscription(event: &Event) -> Option<Told> {
    let name = || text(event, "name").unwrap_or_else(|| "a subscription".to_owned());
    let it = |icon, tone, did: String| Told { tone, who: None, ..Told::new(event, icon, did) };
    let they = |icon, did: String| Told::new(event, icon, did);
    Some(match event.kind.as_str() {
        kinds::CREATED => Told { detail: amount(event, "amount"), ..they("plus", format!("started {}", name())) },
        kinds::ACTIVATED => it("check", Tone::Ok, format!("{} has begun", name())),
        kinds::RENEWED => it("repeat", Tone::Plain, format!("{} was billed again", name())),
        kinds::CHANGED => Told { detail: agreed(event), ..they("pencil", format!("changed {}", name())) },
        kinds::CHARGE_MOVED => {
            let day = text(event, "next_on");
            Told { detail: day, ..they("clock", format!("moved the next charge of {}", name())) }
        }
        kinds::ENDING => {
            let day = text(event, "ends_on").map(|day| format!("on {day}"));
            Told { detail: day, ..they("clock", format!("lets {} end", name())) }
        }
        kinds::KEPT => they("undo", format!("lets {} go on", name())),
        kinds::RESTORED => they("undo", format!("took back that {} is canceled", name())),
        kinds::PAST_DUE => it("alert", Tone::Bad, format!("{} is past due", name())),
        kinds::RECOVERED => it("check", Tone::Ok, format!("{} is paid again", name())),
        kinds::GAVE_UP => it("blocked", Tone::Bad, format!("{} stands still: its last try failed", name())),
        kinds::CANCELED => {
            let why = match text(event, "end_reason").as_deref() {
                Some("period_end") => "its last period is over",
                Some("unpaid") => "it was not paid",
                Some("never_paid") => "its first invoice was not paid",
                Some("customer_deleted") => "its customer was deleted",
                _ => return Some(Told { tone: Tone::Bad, ..they("x", format!("canceled {}", name())) }),
            };
            it("x", Tone::Bad, format!("{} has ended: {why}", name()))
        }
        _ => return None,
    })
}

fn of_invoice(event: &Event) -> Option<Told> {
    let number = text(event, "number").unwrap_or_else(|| "of a newer version".to_owned());
    let it = |icon, tone, did: String| {
        let detail = amount(event, "total");
        Told { tone, who: None, detail, ..Told::new(event, icon, did) }
    };
    let they = |icon, did: String| Told { detail: amount(event, "total"), ..Told::new(event, icon, did) };
    Some(match event.kind.as_str() {
        of_invoices::CREATED => they("invoice", format!("made invoice {number}")),
        of_invoices::TRY_FAILED => {
            let why = text(event, "failure").map(|code| tries::reason(&code).to_owned());
            Told { detail: why, ..it("x", Tone::Bad, format!("Invoice {number} could not be collected")) }
        }
        of_invoices::PAID => it("check", Tone::Ok, format!("Invoice {number} is paid")),
        of_invoices::RECORDED => they("plus", format!("recorded a part of invoice {number}")),
        of_invoices::CHANGED => {
            let day = text(event, "due_on").map(|day| format!("to be paid by {day}"));
            Told { detail: day, ..they("pencil", format!("changed invoice {number}")) }
        }
        of_invoices::REOPENED => they("undo", format!("took back that invoice {number} is written off")),
        of_invoices::OVERDUE => it("alert", Tone::Bad, format!("Invoice {number} is overdue")),
        of_invoices::VOIDED => they("blocked", format!("voided invoice {number}")),
        of_invoices::WRITTEN_OFF => they("blocked", format!("wrote off invoice {number}")),
        _ => return None,
    })
}

/// Returns what was agreed from the next period on.
fn agreed(event: &Event) -> Option<String> {
    amount(event, "next_amount").map(|amount| format!("{amount} from the next period on"))
}

fn text(event: &Event, name: &str) -> Option<String> {
    event.after.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Returns an amount, if the event names its currency.
fn amount(event: &Event, name: &str) -> Option<String> {
    let currency: Currency = text(event, "currency")?.parse().ok()?;
    Some(Money::new(event.after.get(name)?.as_i64()?, currency).to_string())
}
