//! The body that changes a subscription.

use jiff::civil::Date;
use serde_json::Value;

use super::{metadata, price};
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::Result,
        typed::{date, method},
        version,
    },
    codes::Code,
    ids::MethodId,
    subscriptions::model::Subscription,
    values::{Metadata, money::LARGEST},
};

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 25] = [
    "id",
    "object",
    "livemode",
    "customer",
    "status",
    "name",
    "currency",
    "interval",
    "interval_count",
    "monthly",
    "collects",
    "days_until_due",
    "period",
    "current_period_start",
    "current_period_end",
    "next_charge",
    "started_on",
    NEXT_AMOUNT,
    "unpaid_invoices",
    "gave_up_on",
    "pay_until",
    "latest_invoice",
    "ended_at",
    "end_reason",
    "created",
];

/// The member that tells what waits for the next period.
const NEXT_AMOUNT: &str = "next_amount";

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// How an end is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    WithPeriod,
    On(Date),
    /// It goes on.
    Never,
}

/// A change, as far as it differs from what is stored.
#[derive(Clone, Debug)]
pub struct ChangeBody {
    /// What each period is to cost from the next one on; what it costs now takes a change that waits back.
    pub amount: Option<i64>,
    /// The id or key of the price by which it is to be charged.
    pub price: Option<String>,
    /// The method to charge; nothing is the wallet's default.
    pub method: Option<Option<MethodId>>,
    /// Whether it is said that what is unpaid is charged now, or not.
    pub collect: Option<bool>,
    pub ending: Option<Ending>,
    pub next_charge_on: Option<Date>,
    pub metadata: Option<Metadata>,
    pub version: Option<i32>,
}

impl ChangeBody {
    /// Returns the names of what it changes, each with the fields of events that tell a change of it.
    pub fn names(&self) -> Vec<(&'static str, &'static [&'static str])> {
        let ends = if matches!(self.ending, Some(Ending::On(_))) { "ends_on" } else { "cancel_at_period_end" };
        let all: [(bool, &str, &'static [&'static str]); 6] = [
            (self.amount.is_some(), "amount", &["amount", "next_amount"]),
            (self.price.is_some(), "price", &["price", "next_price"]),
            (self.method.is_some(), "payment_method", &["method"]),
            (self.ending.is_some(), ends, &["ends_on", "end_reason"]),
            (self.next_charge_on.is_some(), "next_charge_on", &["next_on"]),
            (self.metadata.is_some(), "metadata", &["metadata"]),
        ];
        all.into_iter().filter(|(is_given, ..)| *is_given).map(|(_, name, fields)| (name, fields)).collect()
    }
}

/// Reads the body that changes a subscription, after a look that it leaves the rest of `object` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn read(sent: &Object, stored: &Subscription, object: &Value) -> Result<ChangeBody> {
    let faults = Faults::default();
    let members = Members::of(sent, &faults);
    // The whole object sent back has what waits beside what it costs now, so it takes nothing back.
    let is_whole = sent.iter().any(|(name, _)| name == NEXT_AMOUNT);
    let takes_back = stored.next_amount.is_some() && !is_whole;
    let amount = changed_amount(&members, &faults).filter(|amount| *amount != stored.amount || takes_back);
    let price = price(&members, &faults);
    if price == Given::Null && stored.price_id.is_some() && amount.is_none() {
        faults.add("price", Code::Required, "Send the other “price”, or the “amount” that it costs without one.");
    }
    let own = stored.price_id.map(|id| id.to_string());
    let price = price.value().filter(|price| Some(price) != own.as_ref() || (takes_back && amount.is_none()));
    if price.is_some() && amount.is_some() {
        faults.add("amount", Code::GivenTwice, "The price says it. Leave “amount” or “price” out.");
    }
    let method = match method(&members, &faults) {
        Given::Absent => None,
        Given::Null => Some(None),
        Given::Value(id) => Some(Some(id)),
    };
    let method = method.filter(|method| *method != stored.method_id);
    let collect = members.flag("collect").value();
    let ending = ending(&members, &faults, object, stored);
    let next_charge_on = match date(&members, &faults, "next_charge_on") {
        Given::Null => {
            faults.add("next_charge_on", Code::Required, "Send the day of the next charge, like 2026-11-28.");
            None
        }
        given => given.value(),
    };
    let kept: Metadata = serde_json::from_value(stored.metadata.clone()).unwrap_or_default();
    let metadata = match members.object("metadata", &[]) {
        Given::Absent => None,
        Given::Null => Some(Metadata::default()),
        Given::Value(values) => Some(metadata(&values, &faults, kept.clone())),
    };
    let version = version::named(&members);
    members.read_only(&READ_ONLY, object);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    let metadata = metadata.filter(|metadata| *metadata != kept);
    Ok(ChangeBody { amount, price, method, collect, ending, next_charge_on, metadata, version })
}

fn changed_amount(members: &Members<'_>, faults: &Faults) -> Option<i64> {
    match members.minor("amount") {
        Given::Absent => None,
        Given::Value(amount) if (1..=LARGEST).contains(&amount) => Some(amount),
        Given::Null | Given::Value(_) => {
            let message = format!("“amount” is from 1 to {LARGEST}, in the currency’s smallest unit.");
            faults.add("amount", Code::AmountInvalid, message);
            None
        }
    }
}

fn ending(members: &Members<'_>, faults: &Faults, object: &Value, stored: &Subscription) -> Option<Ending> {
    let is_ending = object["cancel_at_period_end"] == true;
    let of_flag = match members.flag("cancel_at_period_end") {
        Given::Value(true) if !is_ending => Some(Ending::WithPeriod),
        Given::Value(false) | Given::Null if is_ending => Some(Ending::Never),
        _ => None,
    };
    let of_day = match date(members, faults, "ends_on") {
        Given::Value(day) if Some(day) != stored.ends_on => Some(Ending::On(day)),
        Given::Null if stored.ends_on.is_some() => Some(Ending::Never),
        _ => None,
    };
    if let (Some(one), Some(other)) = (of_flag, of_day)
        && one != other
    {
        let message = "“cancel_at_period_end” and “ends_on” say different things. Send one of them.";
        faults.add("ends_on", Code::GivenTwice, message);
    }
    of_flag.or(of_day)
}
