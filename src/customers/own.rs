//! The part that the record itself brings to a customer's pages, in the same way as the features: its addresses and its
//! own events.

use diesel::PgConnection;
use serde_json::Value;

use super::{
    addresses,
    doubts::{Doubt, dismissal},
    kinds,
    model::Customer,
    part::{Change, Effect, Part, Told, Tone, in_words},
    record::{label, shown},
};
use crate::{
    error::Result,
    events::Fields,
    history::Event,
    ids::{AccountId, CustomerId},
};

/// The record as a part of the customer.
pub static PART: &dyn Part = &Record;

struct Record;

impl Part for Record {
    fn effects(&self, _: &mut PgConnection, _: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let says = match customer.record.addresses.len() {
            0 => return Ok(Vec::new()),
            1 => "1 address is destroyed".to_owned(),
            count => format!("{count} addresses are destroyed"),
        };
        let count = customer.record.addresses.len();
        Ok(vec![Effect::new(Tone::Bad, "pin", says, "when the 30 days end.").counting("addresses", count)])
    }

    fn destroys(&self) -> Option<&'static str> {
        Some("addresses")
    }

    fn destroy(&self, conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<usize> {
        addresses::destroy(conn, account, id)
    }

    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        let destroyed = || in_words(event.after.keys().map(String::as_str));
        let (icon, did) = match event.kind.as_str() {
            kinds::CREATED => ("plus", "created the customer".to_owned()),
            kinds::UPDATED => ("pencil", "changed the customer".to_owned()),
            kinds::DELETED => ("trash", "deleted the customer".to_owned()),
            kinds::RESTORED => ("undo", "restored the customer".to_owned()),
            kinds::DETAILS_DESTROYED => ("trash", format!("destroyed the {}, 30 days after the delete", destroyed())),
            kinds::ERASED => ("trash", "erased all personal data".to_owned()),
            kinds::HOLD_PLACED => ("lock", "marked the customer as not to be erased".to_owned()),
            kinds::HOLD_LIFTED => ("lock", "lifted the mark not to erase the customer".to_owned()),
            kinds::DOUBT_DISMISSED => ("ok", format!("said that {} is right", doubtful(event))),
            kinds::DOUBT_RAISED => ("undo", format!("had doubts about {} again", doubtful(event))),
            _ => return None,
        };
        let changes = if event.kind == kinds::UPDATED { changes(event) } else { Vec::new() };
        let detail = event.after.get("reason").and_then(Value::as_str).map(str::to_owned);
        Some(Told { changes, detail, ..Told::new(event, icon, did) })
    }
}

/// Returns what an event is in doubt about.
fn doubtful(event: &Event) -> &'static str {
    match dismissal::told_of(event) {
        Some(Doubt::Phone) => "the phone that cannot be called",
        Some(Doubt::Domain) => "the email’s domain",
        Some(Doubt::Capitals) => "the name in capitals",
        Some(Doubt::Contact) => "a record without email and phone",
        Some(Doubt::Country) => "a record without a country",
        None => "the record",
    }
}

fn changes(event: &Event) -> Vec<Change> {
    let value = |fields: &Fields, name: &str| shown(name, fields.get(name).unwrap_or(&Value::Null));
    let change = |name: &String| Change {
        label: label(name),
        before: value(&event.before, name),
        after: value(&event.after, name),
    };
    event.after.keys().map(change).collect()
}
