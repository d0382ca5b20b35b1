//! The events of a payment as sentences: in its customer's activity, among events of other subjects, and on its own
//! page, where the payment is "it".

use serde_json::Value;

use super::{Status, kinds, row};
use crate::{
    codes::Code,
    customers::part::{Told, Tone},
    gateway,
    history::Event,
    ids::PaymentId,
    values::{Currency, Money},
};

/// Tells an event in the customer's activity, with a link to the payment.
pub fn in_activity(event: &Event) -> Told {
    let told = with_amount(event).unwrap_or_else(|| Told::unknown(event));
    let detail = why(event).or_else(|| text(event, "reason")).or_else(|| text(event, "paid_with"));
    Told { detail, href: Some(row::path(PaymentId::from_uuid(event.subject))), ..told }
}

/// Tells an event in a sentence with the amount; `None` when the event does not name it.
fn with_amount(event: &Event) -> Option<Told> {
    let amount = amount(event)?;
    let somebody = |icon, did: String| Told::new(event, icon, did);
    let payment = |icon, tone, did: String| Told { tone, who: None, ..Told::new(event, icon, did) };
    Some(match event.kind.as_str() {
        kinds::BEGUN => somebody("card", charged(&amount)),
        kinds::RECORDED => {
            let status = text(event, "status")?.parse::<Status>().ok()?.label().to_lowercase();
            somebody("plus", format!("recorded a payment of {amount}, {status}"))
        }
        kinds::SUCCEEDED => payment("check", Tone::Ok, format!("Payment of {amount} succeeded")),
        kinds::FAILED => payment("x", Tone::Bad, format!("Payment of {amount} failed")),
        kinds::CANCELED => Told { tone: Tone::Bad, ..somebody("x", format!("canceled a payment of {amount}")) },
        kinds::REFUNDED => somebody("undo", refunded(&amount)),
        kinds::REFUND_FAILED => somebody("alert", could_not_refund(&amount)),
        kinds::ATTACHED => somebody("card", format!("attached a payment of {amount}")),
        _ => return None,
    })
}

/// Tells an event on the payment's own page.
pub fn on_its_page(event: &Event) -> Told {
    let amount = amount(event).unwrap_or_default();
    // What a gateway answered is not the deed of who asked it. A payment that happened elsewhere has no method here.
    let is_answered = text(event, "paid_with").is_some();
    let paid =
        if is_answered { format!("confirmed it: {amount} was paid") } else { format!("set it as paid: {amount}") };
    let failed = match text(event, "failure") {
        _ if !is_answered => "set it as failed",
        Some(code) if code == Code::NeverArrived.as_str() => "never got it",
        _ => "declined it",
    };
    let (icon, tone, did, detail) = match event.kind.as_str() {
        kinds::BEGUN => ("card", Tone::Plain, charged(&amount), text(event, "paid_with")),
        kinds::RECORDED => ("plus", Tone::Plain, format!("recorded a payment of {amount}"), None),
        kinds::SUCCEEDED => ("check", Tone::Ok, paid, None),
        kinds::FAILED => ("x", Tone::Bad, failed.to_owned(), why(event)),
        kinds::CANCELED => ("blocked", Tone::Plain, "canceled it".to_owned(), None),
        kinds::ATTACHED => ("user", Tone::Plain, "attached it to a customer".to_owned(), None),
        kinds::REFUNDED => ("undo", Tone::Plain, refunded(&amount), text(event, "reason")),
        kinds::REFUND_FAILED => ("x", Tone::Bad, could_not_refund(&amount), why(event)),
        _ => return Told::unknown(event),
    };
    let told = Told { tone, detail, ..Told::new(event, icon, did) };
    match event.kind.as_str() {
        kinds::SUCCEEDED | kinds::FAILED if is_answered => Told { who: Some(GATEWAY.to_owned()), ..told },
        kinds::REFUND_FAILED => Told { who: Some(GATEWAY.to_owned()), ..told },
        _ => told,
    }
}

/// The name of who answers charges and refunds.
const GATEWAY: &str = "The gateway";

fn charged(amount: &str) -> String {
    format!("charged {amount}")
}

fn refunded(amount: &str) -> String {
    format!("refunded {amount}")
}

fn could_not_refund(amount: &str) -> String {
    format!("could not refund {amount}")
}

fn text(event: &Event, name: &str) -> Option<String> {
    event.after.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Reads the amount from the stored minor units and currency.
fn amount(event: &Event) -> Option<String> {
    let currency = Currency::parse(event.after.get("currency")?.as_str()?).ok()?;
    Some(Money::new(event.after.get("amount")?.as_i64()?, currency).to_string())
}

/// Returns the reason of a failure, as a sentence for staff.
fn why(event: &Event) -> Option<String> {
    text(event, "failure").map(|code| gateway::reason(&code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Fields;
    use serde_json::json;

    fn event(kind: &str, after: Value) -> Event {
        let by = Some("Edgar".to_owned());
        Event { by, ..Event::test(kind, Fields::new(), serde_json::from_value(after).unwrap()) }
    }

    fn said(told: Told) -> String {
        [told.who, Some(told.did), told.detail].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_customers_activity_names_the_payment_and_its_own_page_says_it() {
        let full = json!({"amount": 2500, "currency": "KES", "status": "succeeded", "paid_with": "Visa •••• 4242"});
        for (kind, in_activity, on_page) in [
            (kinds::BEGUN, "Edgar charged KES 25.00 Visa •••• 4242", "Edgar charged KES 25.00 Visa •••• 4242"),
            (
                kinds::RECORDED,
                "Edgar recorded a payment of KES 25.00, succeeded Visa •••• 4242",
                "Edgar recorded a payment of KES 25.00",
            ),
            (
                kinds::SUCCEEDED,
                "Payment of KES 25.00 succeeded Visa •••• 4242",
                "The gateway confirmed it: KES 25.00 was paid",
            ),
            (kinds::CANCELED, "Edgar canceled a payment of KES 25.00 Visa •••• 4242", "Edgar canceled it"),
        ] {
            let event = event(kind, full.clone());
            assert_eq!(said(super::in_activity(&event)), in_activity);
            assert_eq!(said(on_its_page(&event)), on_page);
        }
    }

    #[test]
    fn why_it_failed_comes_before_what_it_was_paid_with() {
        let after = json!({"amount": 1, "currency": "KES", "failure": "expired_card", "paid_with": "Visa •••• 4242"});
        let event = event(kinds::FAILED, after);
        assert_eq!(said(in_activity(&event)), "Payment of KES 0.01 failed The card has expired");
        assert_eq!(said(on_its_page(&event)), "The gateway declined it The card has expired");
        let by_hand = |kind| said(on_its_page(&self::event(kind, json!({"amount": 700, "currency": "KES"}))));
        assert_eq!(by_hand(kinds::SUCCEEDED), "Edgar set it as paid: KES 7.00");
        assert_eq!(by_hand(kinds::FAILED), "Edgar set it as failed");
    }

    #[test]
    fn an_event_without_its_amount_still_leads_to_the_payment() {
        let told = in_activity(&event(kinds::REFUNDED, json!({"refunded": 1})));
        assert_eq!(told, Told { href: told.href.clone(), ..Told::unknown(&event("", json!({}))) });
        assert!(told.href.is_some_and(|href| href.starts_with("/payments/pay_")));
    }
}
