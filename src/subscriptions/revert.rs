//! Taking changes of subscriptions back. Money never is: what a period was billed for in between stands against it.

mod of_invoices;

use diesel::PgConnection;
use jiff::civil::Date;
use serde_json::Value;

pub use of_invoices::INVOICES;

use super::{
    ending::{Unpaid, VOIDED},
    held::Held,
    kinds, path,
    status::EndReason,
};
use crate::{
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    error::{Error, Result},
    events::{By, Fields, fields::value, telling::plain},
    history::{
        self, Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing, changed_since},
    },
    ids::{EventId, MethodId, PriceId, SubscriptionId},
    payment_methods::revert::refuse_removed,
    reason::Reason,
    values::{Currency, Metadata, Money, field::Fields as CustomFields},
    who::Role,
};

/// Changes of subscriptions can be taken back, also that one was canceled.
pub static SUBSCRIPTIONS: &dyn Reverts = &Subscriptions;

struct Subscriptions;

impl Reverts for Subscriptions {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::CHANGED, kinds::CHARGE_MOVED, kinds::ENDING, kinds::KEPT, kinds::CANCELED, kinds::RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Resource::Subscriptions))
    }

    fn closed(&self, event: &Event) -> Option<Reason> {
        let is_end = event.kind == kinds::CANCELED;
        let says = match () {
            () if is_end && text(&event.after, "end_reason") != Some(EndReason::ByStaff.as_str()) => {
                "It ended by itself. Start another one."
            }
            () if is_end && event.after.contains_key(VOIDED) => {
                "Its invoices were taken back with it. Start another one."
            }
            () if is_end && (is_about(event, "unpaid") || is_about(event, "given_up_on")) => {
                "Something of it was unpaid, and its tries have ended. Start another one."
            }
            () => return None,
        };
        Some(Code::NotUndoable.says(says))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::CHANGED if AMOUNTS.iter().any(|name| is_about(event, name)) => {
                &[kinds::ACTIVATED, kinds::RENEWED, kinds::ENDING, kinds::CANCELED]
            }
            kinds::CHANGED => &[],
            kinds::CHARGE_MOVED => {
                &[kinds::CHARGE_MOVED, kinds::ACTIVATED, kinds::RENEWED, kinds::ENDING, kinds::CANCELED]
            }
            _ => &[kinds::ENDING, kinds::KEPT, kinds::CANCELED, kinds::RESTORED],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::CHARGE_MOVED => "The next charge is on its former day",
            kinds::ENDING if day(&event.before, "ends_on").is_some() => "It ends on its former day",
            kinds::ENDING | kinds::CANCELED => "The subscription goes on",
            kinds::KEPT => "The subscription ends, after all",
            kinds::RESTORED => "The subscription is canceled",
            _ => "The subscription is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        path(SubscriptionId::from_uuid(event.subject))
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let mut held = Held::open(conn, &undoing.by, SubscriptionId::from_uuid(event.subject))?;
        match event.kind.as_str() {
            kinds::CHANGED => return change_back(conn, &mut held, event),
            kinds::CHARGE_MOVED => {
                let billing_day = value(&event.before, "billing_day").as_i64().and_then(|day| i16::try_from(day).ok());
                let to = day(&event.before, "next_on").ok_or(Error::NotFound)?;
                held.move_next_charge(conn, to, billing_day)?;
            }
            kinds::ENDING => match day(&event.before, "ends_on") {
                Some(former) => held.end_on(conn, former)?,
                None => {
                    held.keep(conn)?;
                    agree_again(conn, &mut held, event)?;
                }
            },
            kinds::KEPT => held.end_on(conn, day(&event.before, "ends_on").ok_or(Error::NotFound)?)?,
            kinds::CANCELED => held.restore(conn, event)?,
            _ => held.cancel(conn, Unpaid::Keep)?,
        }
        Ok(Reverted::Done)
    }
}

/// Returns the last event of a subscription in the request of `by`, if it can be taken back.
pub(super) fn offered(conn: &mut PgConnection, by: &By, id: SubscriptionId) -> Result<Option<EventId>> {
    let last = history::of_request(conn, by, id.uuid())?;
    let can =
        |event: &Event| SUBSCRIPTIONS.kinds().contains(&event.kind.as_str()) && SUBSCRIPTIONS.closed(event).is_none();
    Ok(last.filter(can).map(|event| event.id))
}

/// What an event keeps of what a subscription costs.
const AMOUNTS: [&str; 4] = ["amount", "price", "next_amount", "next_price"];

/// What else of a subscription is changed by hand.
const OTHERS: [&str; 2] = ["method", "metadata"];

/// Gives what an event changed its former values.
fn change_back(conn: &mut PgConnection, held: &mut Held, event: &Event) -> Result<Reverted> {
    let current = held.subscription.fields();
    let names: Vec<&str> = AMOUNTS.into_iter().chain(OTHERS).filter(|name| is_about(event, name)).collect();
    let since = changed_since(event, &current, names.iter().copied());
    if !since.is_empty() {
        let (label, account) = (|name: &str| label(name).to_owned(), held.by.account);
        let currency = held.subscription.currency;
        let shown = |name: &str, value: &Value| shown(currency, name, value);
        return Ok(Reverted::Changed(Since::of(conn, account, (event, &current), &since, (label, shown))?));
    }
    if AMOUNTS.iter().any(|name| names.contains(name)) {
        agree_again(conn, held, event)?;
    }
    if names.contains(&"method") {
        let method = text(&event.before, "method").and_then(|id| id.parse::<MethodId>().ok());
        refuse_removed(conn, held.by.account, method)?;
        held.change_method(conn, method, false)?;
    }
    if names.contains(&"metadata") {
        held.change_metadata(conn, &metadata(&event.before))?;
    }
    Ok(Reverted::Done)
}

/// Agrees again on what each period cost before an event, from the next one on.
fn agree_again(conn: &mut PgConnection, held: &mut Held, event: &Event) -> Result<()> {
    if !AMOUNTS.iter().any(|name| is_about(event, name)) {
        return Ok(());
    }
    let former = |name: &str| if is_about(event, name) { Some(value(&event.before, name)) } else { None };
    let price = |value: &Value| value.as_str().and_then(|id| id.parse::<PriceId>().ok());
    let is = &held.subscription;
    let costs = (
        former("amount").map_or(is.amount, |amount| amount.as_i64().unwrap_or(is.amount)),
        former("price").map_or(is.price_id, |id| price(&id)),
    );
    let agreed = (
        former("next_amount").map_or(is.next_amount, |amount| amount.as_i64()),
        former("next_price").map_or(is.next_price_id, |id| price(&id)),
    );
    let (amount, price) = match agreed {
        (Some(amount), price) => (amount, price),
        (None, _) => costs,
    };
    held.change_amount(conn, amount, price)
}

/// Returns whether an event changed that.
fn is_about(event: &Event, name: &str) -> bool {
    value(&event.before, name) != value(&event.after, name)
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields.get(name).and_then(Value::as_str)
}

fn day(fields: &Fields, name: &str) -> Option<Date> {
    text(fields, name).and_then(|day| day.parse().ok())
}

fn metadata(fields: &Fields) -> Metadata {
    let stored = value(fields, "metadata");
    let pairs = stored.as_object().into_iter().flatten();
    Metadata::parse(pairs.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))).unwrap_or_default()
}

fn label(name: &str) -> &'static str {
    match name {
        "amount" => "Amount",
        "next_amount" => "Amount from the next period on",
        "price" => "Price",
        "next_price" => "Price from the next period on",
        "method" => "Payment method",
        _ => "Metadata",
    }
}

/// Returns what events keep of a subscription as people read it.
fn shown(currency: Currency, name: &str, value: &Value) -> Option<String> {
    match (name, value.as_i64()) {
        ("amount" | "next_amount", Some(minor)) => Some(Money::new(minor, currency).to_string()),
        _ => plain(value),
    }
}
