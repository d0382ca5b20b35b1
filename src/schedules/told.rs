//! The events of payment schedules as sentences of the customer's activity.

use jiff::civil::Date;
use serde_json::Value;

use super::kinds;
use crate::{
    customers::part::{Told, Tone},
    history::Event,
    ids::ScheduleId,
    payments::tries,
    values::{Currency, Money},
};

/// Tells an event of a payment schedule or of one of its parts.
pub(super) fn in_activity(event: &Event) -> Option<Told> {
    let href = super::path(ScheduleId::from_uuid(event.subject));
    told(event).map(|told| Told { href: Some(href), ..told })
}

fn told(event: &Event) -> Option<Told> {
    let what = text(event, "description").unwrap_or_else(|| "what was agreed".to_owned());
    let part = event.after.get("part").and_then(Value::as_i64).unwrap_or_default();
    let it = |icon, tone, did: String, detail| Told { tone, who: None, detail, ..Told::new(event, icon, did) };
    let they = |icon, did: String, detail| Told { detail, ..Told::new(event, icon, did) };
    let sum = || amount(event, "amount");
    Some(match event.kind.as_str() {
        kinds::CREATED => {
            let parts = event.after.get("parts").and_then(Value::as_i64).unwrap_or_default();
            let total = amount(event, "total").map(|total| match parts {
                1 => format!("{total} on one day"),
                parts => format!("{total} in {parts} parts"),
            });
            they("calendar", format!("made a payment schedule for {what}"), total)
        }
        kinds::CHANGED if event.after.contains_key("method") => {
            they("pencil", format!("changed what is charged for {what}"), None)
        }
        kinds::CHANGED => they("pencil", format!("changed what the payment schedule for {what} is called"), None),
        kinds::PAST_DUE => it("alert", Tone::Bad, format!("The payment schedule for {what} is past due"), None),
        kinds::RECOVERED => it("check", Tone::Ok, format!("The payment schedule for {what} goes on"), None),
        kinds::PAID_OFF => they("card", format!("had all that is left of {what} charged at once"), sum()),
        kinds::FINISHED => {
            let paid = amount(event, "paid").map(|paid| format!("{paid} paid"));
            it("check", Tone::Ok, format!("The payment schedule for {what} is finished"), paid)
        }
        kinds::CANCELED => {
            let left = sum().map(|sum| format!("{sum} is not charged"));
            Told { tone: Tone::Bad, ..they("x", format!("canceled the payment schedule for {what}"), left) }
        }
        kinds::RESTORED => {
            let left = sum().map(|sum| format!("{sum} is charged, after all"));
            they("undo", format!("took back that the payment schedule for {what} is canceled"), left)
        }
        kinds::PART_PAID => it("check", Tone::Ok, format!("Part {part} of {what} is paid"), sum()),
        kinds::PART_FAILED => {
            let why = text(event, "failure").map(|code| tries::reason(&code).to_owned());
            it("x", Tone::Bad, format!("Part {part} of {what} could not be charged"), why)
        }
        kinds::PART_SKIPPED => they("blocked", format!("skipped part {part} of {what}"), sum()),
        kinds::PART_RESTORED => they("undo", format!("took back that part {part} of {what} is skipped"), sum()),
        kinds::PART_MOVED => {
            let day = text(event, "due_on").and_then(|day| day.parse::<Date>().ok());
            let day = day.map(|day| format!("on {}", day.strftime("%-d %b %Y")));
            let changed = event.before.contains_key("amount").then(sum).flatten();
            let now = changed.into_iter().chain(day).collect::<Vec<_>>().join(" ");
            they("pencil", format!("changed part {part} of {what}"), Some(now))
        }
        _ => return None,
    })
}

fn text(event: &Event, name: &str) -> Option<String> {
    event.after.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// Returns an amount, if the event names its currency.
fn amount(event: &Event, name: &str) -> Option<String> {
    let currency: Currency = text(event, "currency")?.parse().ok()?;
    Some(Money::new(event.after.get(name)?.as_i64()?, currency).to_string())
}
