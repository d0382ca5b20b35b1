//! The body that starts a subscription.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    metadata, price,
    shapes::{BEHAVIORS, COLLECTS, MOST_DAYS_UNTIL_DUE, MOST_TIMES},
};
use crate::{
    api::{
        json::{Json, Object},
        reading::{Faults, Given, Members},
        refusal::Result,
        typed::{customer, date, is_near, method, note, text, whole, word},
    },
    codes::Code,
    error::Error,
    invoices::Collects,
    prices::{
        body::{amount, currency, interval},
        input::{self, checked_days},
    },
    subscriptions::{
        creating::Until,
        starting::{Behavior, First, What, Wish},
    },
    values::{Metadata, Money},
};

/// The members that say what a price says.
const OWN: [&str; 5] = ["amount", "currency", "interval", "interval_count", "name"];

fn behavior_of(word: Option<&str>) -> Behavior {
    match word {
        Some("default_incomplete") => Behavior::Wait,
        Some("error_if_incomplete") => Behavior::Insist,
        _ => Behavior::Try,
    }
}

/// Returns what a body that was read says of the first charge.
pub fn behavior(object: &Object) -> Behavior {
    let faults = Faults::default();
    behavior_of(word(&Members::of(object, &faults), &faults, "payment_behavior", BEHAVIORS))
}

/// Reads the body that starts a subscription, and the member that says when the first charge is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn read(object: &Object, zone: &TimeZone) -> Result<(Wish, &'static str)> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let customer = customer(&members, &faults);
    let what = what(&members, &faults);
    let behavior = behavior_of(word(&members, &faults, "payment_behavior", BEHAVIORS));
    let method = method(&members, &faults).value();
    let is_billed = word(&members, &faults, "collects", COLLECTS) == Some("invoice");
    let collects = if is_billed { Collects::Invoice } else { Collects::Charge };
    let days_until_due = whole(&members, &faults, "days_until_due", 0, MOST_DAYS_UNTIL_DUE);
    if days_until_due.is_some() && !is_billed {
        let message = "A charge is due at once. Leave “days_until_due” out, or send “collects”: “invoice”.";
        faults.add("collects", Code::Required, message);
    }
    let (first, first_named) = first(&members, &faults, zone);
    let billing_day = whole(&members, &faults, "billing_day", 1, 31);
    let until = until(&members, &faults);
    let started_on = date(&members, &faults, "started_on").value();
    let metadata = match members.object("metadata", &[]) {
        Given::Value(values) => metadata(&values, &faults, Metadata::default()),
        Given::Null | Given::Absent => Metadata::default(),
    };
    let allow_duplicate = members.flag("allow_duplicate").value().unwrap_or_default();
    members.finish();
    faults.refuse()?;
    let nothing = || Error::internal("a subscription without a fault and without a part");
    let wish = Wish {
        customer: customer.ok_or_else(nothing)?,
        what: what.ok_or_else(nothing)?,
        behavior,
        // What would be over in the same moment is not begun.
        must_be_chargeable: behavior == Behavior::Insist,
        method,
        collects,
        days_until_due: days_until_due.map(i32::try_from).transpose().map_err(Error::internal)?,
        first,
        billing_day: billing_day.map(i8::try_from).transpose().map_err(Error::internal)?,
        until,
        started_on,
        metadata,
        allow_duplicate,
    };
    Ok((wish, first_named))
}

/// Reads what is charged: a price, or money and a name of its own.
fn what(members: &Members<'_>, faults: &Faults) -> Option<What> {
    let is_given = |name: &str| members.each().any(|(given, json)| given == name && !is_empty(json));
    let price = price(members, faults).value();
    let own = OWN.into_iter().filter(|name| is_given(name));
    if price.is_some() || faults.has("price") {
        members.expect_known(&OWN);
        for name in own {
            let message = format!("The price says it. Leave “{name}” or “price” out.");
            faults.add(name, Code::GivenTwice, message);
        }
        return price.map(What::Price);
    }
    if own.count() == 0 {
        members.expect_known(&OWN);
        let message = "Send the “price”, or “amount”, “currency”, “interval” and “name”.";
        faults.add("price", Code::Required, message);
        return None;
    }
    let (amount, currency) = (amount(members, faults), currency(members, faults));
    let interval = interval(members, faults);
    let name = match text(members, "name") {
        Given::Value(raw) => note(faults, "name", input::name(raw)),
        _ if faults.has("name") => None,
        _ => note(faults, "name", input::name("")),
    };
    Some(What::Own { name: name?, amount: Money::new(amount?, currency?), interval: interval? })
}

/// Reads when the first charge is, and the member that says it.
fn first(members: &Members<'_>, faults: &Faults, zone: &TimeZone) -> (First, &'static str) {
    let on = date(members, faults, "first_charge_on").value().map(First::On);
    let days = match members.whole("trial_days") {
        Given::Value(days) => note(faults, "trial_days", checked_days(days)).map(First::After),
        _ => None,
    };
    let end = members.whole("trial_end").value().and_then(|end| {
        let day = Timestamp::from_second(end).ok().map(|end| end.to_zoned(zone.clone()).date()).filter(is_near);
        if day.is_none() {
            faults.add("trial_end", Code::DateInvalid, "“trial_end” is a time to come, in whole seconds since 1970.");
        }
        day.map(First::On)
    });
    let mut given = [(on, "first_charge_on"), (days, "trial_days"), (end, "trial_end")]
        .into_iter()
        .filter_map(|(first, name)| Some((first?, name)));
    let first = given.next();
    for (_, name) in given {
        let message = "“first_charge_on”, “trial_days” and “trial_end” say the same. Send one of them.";
        faults.add(name, Code::GivenTwice, message);
    }
    first.unwrap_or((First::Open, "first_charge_on"))
}

fn until(members: &Members<'_>, faults: &Faults) -> Until {
    let times = whole(members, faults, "times", 1, MOST_TIMES).and_then(|times| i32::try_from(times).ok());
    let end = date(members, faults, "ends_on").value();
    match (times, end) {
        (Some(_), Some(_)) => {
            faults.add("ends_on", Code::GivenTwice, "“times” and “ends_on” say the same. Send one of them.");
            Until::Forever
        }
        (Some(times), None) => Until::Times(times),
        (None, Some(end)) => Until::Date(end),
        (None, None) => Until::Forever,
    }
}

fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}
