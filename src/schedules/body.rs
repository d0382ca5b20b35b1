//! The bodies about a payment schedule, read member by member to typed steps, with every fault at once.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    input,
    planning::{FEWEST_PARTS, MOST_PARTS, Misfit, Plan, Planned},
};
use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        shape::{Field, Kind as Takes, Shape},
        typed, version,
    },
    codes::Code,
    error::Error,
    ids::{CustomerId, MethodId},
    input::FieldErrors,
    prices::body::{MOST_UNITS, UNITS, currency, interval},
    values::{Currency, Interval, interval::Unit, money::LARGEST},
};

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 12] = [
    "id",
    "object",
    "livemode",
    "customer",
    "currency",
    "total",
    "paid",
    "status",
    "next_charge",
    "parts",
    "ended_at",
    "created",
];

/// Those of a part.
const READ_ONLY_OF_PART: [&str; 7] = ["id", "number", "status", "payment", "tries", "next_try", "failure"];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// The members that say how a sum is parted.
const EQUAL: [&str; 5] = ["total", "count", "first_on", "interval", "interval_count"];

const DESCRIPTION: Field =
    Field::new("description", Takes::Text(input::LONGEST), "What it is for, as people read it, also on each payment.");
const METHOD: Field = Field::new(
    "payment_method",
    Takes::Id(MethodId::PREFIX),
    "The payment method of the customer’s wallet to charge; `null` is the wallet’s default of each day.",
);
const VERSION: Field =
    Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1);

/// A part, as it is sent.
const PART: Shape = Shape {
    name: "NewSchedulePart",
    meaning: "A sum on a day.",
    fields: &[&[
        Field::new("due_on", Takes::Text(10), "The day on which it is charged, today or later, like `2026-11-28`.")
            .required(),
        Field::new("amount", Takes::Whole(1, LARGEST), "How much, in the currency’s smallest unit.").required(),
    ]],
};

/// A payment schedule to be made, as it is sent.
pub const NEW_SCHEDULE: Shape = Shape {
    name: "NewPaymentSchedule",
    meaning: "A payment schedule to be made: with its `parts`, or with a `total` in `count` equal parts, the remainder on the \
        first.",
    fields: &[&[
        Field::new("customer", Takes::Id(CustomerId::PREFIX), "The customer to charge.")
            .required()
            .like("cust_01h2xcejqtf2nbrexx3vqjhp41"),
        DESCRIPTION.required().like("New roof"),
        Field::new("currency", Takes::Text(3), "The currency as ISO 4217, in any case.").required().like("KES"),
        Field::new("parts", Takes::List(&PART), "The sums with their days, in any order: 1 to 60."),
        Field::new("total", Takes::Whole(1, LARGEST), "What all parts come to, in the currency’s smallest unit.")
            .like_number(10_000),
        Field::new("count", Takes::Whole(FEWEST_PARTS, MOST_PARTS), "In how many equal parts.").like_number(3),
        Field::new(
            "first_on",
            Takes::Text(10),
            "The day of the first part, from which the others are counted; today when it is not given.",
        ),
        Field::new(
            "interval",
            Takes::OneOf(UNITS),
            "The unit of the time between two parts; `month` when it is not given.",
        ),
        Field::new(
            "interval_count",
            Takes::Whole(1, MOST_UNITS),
            "How many of these, 3 years at most; 1 when it is not given.",
        ),
        METHOD,
    ]],
};

/// A change of a payment schedule, as it is sent.
pub const SCHEDULE_CHANGE: Shape = Shape {
    name: "PaymentScheduleChange",
    meaning: "A change of a payment schedule: only what is sent changes. The read-only fields of what was read may stand \
        beside these as they are.",
    fields: &[&[
        DESCRIPTION.like("New roof and gutters"),
        METHOD,
        Field::new(
            "collect",
            Takes::Flag,
            "Whether a part that failed is charged now. `true` where the payment method changes and nothing else is sent.",
        ),
        VERSION,
    ]],
};

/// A change of a part, as it is sent.
pub const PART_CHANGE: Shape = Shape {
    name: "SchedulePartChange",
    meaning: "A change of a part: only what is sent changes. The read-only fields of what was read may stand beside these as \
        they are.",
    fields: &[&[
        Field::new(
            "due_on",
            Takes::Text(10),
            "The day on which it is charged, today or later. One that failed is planned anew, with all its tries.",
        ),
        Field::new("amount", Takes::Whole(1, LARGEST), "How much, in the smallest unit of the schedule’s currency.")
            .like_number(3_000),
        Field::new(
            "version",
            Takes::Whole(1, i32::MAX as i64),
            "The version of the schedule that this is a change of.",
        )
        .like_number(1),
    ]],
};

/// A payment schedule as it is sent, as far as it can be read without the merchant's date.
#[derive(Clone, Debug)]
pub struct NewBody {
    pub customer: CustomerId,
    pub description: String,
    pub currency: Currency,
    pub plan: Plan,
    pub method: Option<MethodId>,
}

/// Reads the body that makes a payment schedule.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn new_schedule(object: &Object, today: Date) -> Result<NewBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let customer = typed::customer(&members, &faults);
    let description = match typed::text(&members, "description") {
        Given::Value(raw) => typed::note(&faults, "description", input::description(raw)),
        _ if faults.has("description") => None,
        _ => typed::note(&faults, "description", input::description("")),
    };
    let currency = currency(&members, &faults);
    let plan = plan(&members, &faults, today);
    let method = typed::method(&members, &faults).value();
    members.finish();
    faults.refuse()?;
    let nothing = || Error::internal("a payment schedule without a fault and without a part");
    let (Some(customer), Some(description), Some(currency), Some(plan)) = (customer, description, currency, plan)
    else {
        return Err(nothing().into());
    };
    Ok(NewBody { customer, description, currency, plan, method })
}

fn plan(members: &Members<'_>, faults: &Faults, today: Date) -> Option<Plan> {
    let is_given = |name: &str| members.each().any(|(given, _)| given == name);
    if is_given("parts") {
        members.expect_known(&EQUAL);
        for name in EQUAL.into_iter().filter(|name| is_given(name)) {
            faults.add(name, Code::GivenTwice, format!("The parts say it. Leave “{name}” or “parts” out."));
        }
        return parts(members, faults);
    }
    if !EQUAL.into_iter().any(is_given) {
        members.expect_known(&EQUAL);
        faults.add("parts", Code::Required, "Send the “parts”, or a “total” and the “count” of its parts.");
        return None;
    }
    let missing = |name: &str, message: &str| {
        if !faults.has(name) {
            faults.add(name, Code::Required, message);
        }
    };
    let total = typed::amount(members, faults, "total", LARGEST).value();
    if total.is_none() {
        missing("total", "Send the “total”, in the currency’s smallest unit: 10000 is 100.00 USD.");
    }
    let count = typed::whole(members, faults, "count", FEWEST_PARTS, MOST_PARTS);
    if count.is_none() {
        missing("count", "Send the “count” of its parts.");
    }
    let first_on = typed::date(members, faults, "first_on").value().unwrap_or(today);
    let interval = match is_given("interval") || is_given("interval_count") {
        true => interval(members, faults),
        false => {
            members.expect_known(&["interval", "interval_count"]);
            typed::note(faults, "interval", Interval::new(Unit::Month, 1))
        }
    };
    Some(Plan::Equal { total: total?, count: count?, first_on, interval: interval? })
}

fn parts(members: &Members<'_>, faults: &Faults) -> Option<Plan> {
    let Given::Value(sent) = members.objects("parts") else {
        if !faults.has("parts") {
            faults.add("parts", Code::Required, "Send the “parts”: sums with their days.");
        }
        return None;
    };
    if sent.is_empty() {
        if !faults.has("parts.0") {
            faults.add("parts", Code::Required, "Send one part at least.");
        }
        return None;
    }
    if i64::try_from(sent.len()).is_ok_and(|count| count > MOST_PARTS) {
        faults.add("parts", Code::TooMany, format!("A payment schedule has {MOST_PARTS} parts at most."));
        return None;
    }
    let parts: Vec<Option<Planned>> = sent.iter().map(|one| part(one, faults)).collect();
    Some(Plan::Parts(parts.into_iter().collect::<Option<_>>()?))
}

fn part(members: &Members<'_>, faults: &Faults) -> Option<Planned> {
    let missing = |name: &str, message: &str| {
        if !faults.has(&members.path(name)) {
            faults.add(members.path(name), Code::Required, message);
        }
    };
    let on = typed::date(members, faults, "due_on").value();
    if on.is_none() {
        missing("due_on", "Send the day, like 2026-11-28.");
    }
    let amount = typed::amount(members, faults, "amount", LARGEST).value();
    if amount.is_none() {
        missing("amount", "Send the “amount”, in the currency’s smallest unit: 2500 is 25.00 USD.");
    }
    members.finish();
    Some(Planned { on: on?, amount: amount? })
}

/// Places what is wrong with a plan at the member that said it.
pub fn misfit(plan: &Plan, misfit: Misfit) -> Refusal {
    let (name, reason) = match (plan, misfit) {
        (Plan::Parts(_), Misfit::Past(place, reason)) => (format!("parts.{place}.due_on"), reason),
        (Plan::Parts(_), Misfit::Whole(reason)) => ("parts".to_owned(), reason),
        (Plan::Equal { .. }, Misfit::Past(_, reason)) => ("first_on".to_owned(), reason),
        (Plan::Equal { .. }, Misfit::Whole(reason)) if reason.code == Code::DateInvalid => {
            ("first_on".to_owned(), reason)
        }
        (Plan::Equal { .. }, Misfit::Whole(reason)) => ("total".to_owned(), reason),
    };
    Refusal::fields(Code::InvalidFields, FieldErrors::of(&name, "", reason).into_vec())
}

/// A change, as far as it differs from what is stored.
#[derive(Clone, Debug)]
pub struct ChangeBody {
    pub description: Option<String>,
    /// The method to charge; nothing is the wallet's default.
    pub method: Option<Option<MethodId>>,
    /// Whether it is said that a part that failed is charged now, or not.
    pub collect: Option<bool>,
    pub version: Option<i32>,
}

/// Reads the body that changes a payment schedule, after a look that it leaves the rest of `stored` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn change(sent: &Object, stored: &Value) -> Result<ChangeBody> {
    let faults = Faults::default();
    let members = Members::of(sent, &faults);
    let description = match typed::text(&members, "description") {
        Given::Absent => None,
        Given::Null => typed::note(&faults, "description", input::description("")),
        Given::Value(raw) => typed::note(&faults, "description", input::description(raw)),
    };
    let method = match typed::method(&members, &faults) {
        Given::Absent => None,
        Given::Null => Some(None),
        Given::Value(id) => Some(Some(id)),
    };
    let collect = members.flag("collect").value();
    let version = version::named(&members);
    members.read_only(&READ_ONLY, stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    let description = description.filter(|text| stored["description"] != text.as_str());
    let method = method.filter(|method| stored["payment_method"] != serde_json::json!(method));
    Ok(ChangeBody { description, method, collect, version })
}

/// A change of a part.
#[derive(Clone, Debug)]
pub struct PartBody {
    pub due_on: Option<Date>,
    pub amount: Option<i64>,
    pub version: Option<i32>,
}

/// Reads the body that changes a part, after a look that it leaves the rest of `stored` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn part_change(sent: &Object, stored: &Value) -> Result<PartBody> {
    let faults = Faults::default();
    let members = Members::of(sent, &faults);
    let due_on = typed::date(&members, &faults, "due_on");
    if due_on == Given::Null {
        faults.add("due_on", Code::Required, "A part has a day. Leave it out, or send another one.");
    }
    let amount = typed::amount(&members, &faults, "amount", LARGEST);
    if amount == Given::Null {
        faults.add("amount", Code::Required, "A part has an amount. Leave it out, or send another one.");
    }
    let version = version::named(&members);
    members.read_only(&READ_ONLY_OF_PART, stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(PartBody { due_on: due_on.value(), amount: amount.value(), version })
}
