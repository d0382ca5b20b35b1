//! The bodies about invoices: typed steps that end in the same checked values as the forms.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    api::{
        json::Object,
        reading::{Faults, Given, Members},
        refusal::Result,
        shape::{Field, Kind, Shape},
        version,
    },
    codes::Code,
    error::Error,
    events::Fields,
    ids::{CustomerId, InvoiceId, MethodId},
    input::FieldErrors,
    invoices::{
        Collects,
        making::{Due, MOST, NewLine},
    },
    payment_methods::input::LONGEST_TOKEN,
    payments::input as payments,
    reason::Reason,
    subscriptions::by_hand::NewByHand,
    values::{Currency, Money, text},
};

/// The most lines of an invoice, units in a line, days in which it is to be paid, and characters of a text.
pub const MOST_LINES: usize = 100;
pub const MOST_UNITS: i64 = 1_000_000;
pub const MOST_DAYS: i64 = 365;
pub const LONGEST: usize = 500;

/// The members of the object that a change cannot write.
const READ_ONLY: [&str; 23] = [
    "id",
    "object",
    "livemode",
    "number",
    "customer",
    "subscription",
    "replaces",
    "status",
    "overdue",
    "total",
    "paid",
    "amount_due",
    "currency",
    "collects",
    "payment_method",
    "issued_on",
    "bill_to",
    "lines",
    "tries",
    "next_try",
    "failure",
    "closed_at",
    "created",
];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

const MEMO: Field = Field::new("memo", Kind::Text(LONGEST), "A text that is printed on it.");
const REFERENCE: Field = Field::new("reference", Kind::Text(LONGEST), "Your own number for it.");
const DUE_ON: Field =
    Field::new("due_on", Kind::Text(10), "The last day on which it is paid in time, today or later, like 2026-12-12.");

/// What an invoice is for, as it is sent.
const LINE: Shape = Shape {
    name: "NewInvoiceLine",
    meaning: "What an invoice is for.",
    fields: &[&[
        Field::new("description", Kind::Text(LONGEST), "What it is, in words.").required().like("Setting up"),
        Field::new("quantity", Kind::Whole(1, MOST_UNITS), "How many of it; 1 when it is not given.").like_number(2),
        Field::new(
            "unit_amount",
            Kind::Whole(-MOST, MOST),
            "What one costs, in the currency’s smallest unit; less than nothing is a discount.",
        )
        .required()
        .like_number(4900),
    ]],
};

/// An invoice to be made, as it is sent.
pub const NEW_INVOICE: Shape = Shape {
    name: "NewInvoice",
    meaning: "An invoice to be made. Making it gives it its number; only its memo, its reference and its day can change \
        later.",
    fields: &[&[
        Field::new("customer", Kind::Id(CustomerId::PREFIX), "The customer who owes it.")
            .required()
            .like("cust_01h2xcejqtf2nbrexx3vqjhp41"),
        Field::new("lines", Kind::List(&LINE), "What it is for, in order: 1 to 100 lines, which come to 1 or more.")
            .required()
            .like_inner(),
        Field::new("currency", Kind::Text(3), "The currency as ISO 4217, in any case.").required().like("KES"),
        Field::new(
            "collects",
            Kind::OneOf(&["charge", "invoice"]),
            "`charge` charges a payment method at once, and again on later days if that fails; with `invoice`, which it \
             is when it is not given, it is sent, and its money comes in.",
        ),
        Field::new(
            "payment_method",
            Kind::Id(MethodId::PREFIX),
            "The payment method to charge; without it the wallet’s default of each day.",
        ),
        DUE_ON,
        Field::new(
            "days_until_due",
            Kind::Whole(0, MOST_DAYS),
            "The same, in days from today. Without either it is 14 days; what is charged is due at once.",
        )
        .like_number(30),
        MEMO.like("Thank you for your order."),
        REFERENCE,
        Field::new("replaces", Kind::Id(InvoiceId::PREFIX), "The void invoice of the customer that it corrects."),
    ]],
};

/// A change of an invoice, as it is sent.
pub const INVOICE_CHANGE: Shape = Shape {
    name: "InvoiceChange",
    meaning: "A change of an invoice: only what is sent changes. The read-only fields of what was read may stand beside \
        these as they are.",
    fields: &[&[
        MEMO.like("Thank you."),
        REFERENCE.like("PO 1207"),
        DUE_ON,
        Field::new("version", Kind::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// A charge for an invoice, as it is sent.
pub const INVOICE_CHARGE: Shape = Shape {
    name: "InvoiceCharge",
    meaning: "What is charged for an invoice. Without either it is the invoice’s own payment method, else the wallet’s default.",
    fields: &[&[
        Field::new("payment_method", Kind::Id(MethodId::PREFIX), "The method of the customer’s wallet to charge."),
        Field::new("token", Kind::Text(LONGEST_TOKEN), "The token of a card or bank account to charge once.")
            .like("tok_visa"),
    ]],
};

/// A payment for an invoice that happened elsewhere, as it is sent.
pub const INVOICE_PAYMENT: Shape = Shape {
    name: "InvoicePayment",
    meaning: "A payment for an invoice that happened elsewhere.",
    fields: &[&[
        Field::new(
            "amount",
            Kind::Whole(1, MOST),
            "How much came in, in the currency’s smallest unit; all that is open when it is not given.",
        )
        .like_number(1),
        Field::new(
            "paid_on",
            Kind::Text(10),
            "The day on which it was paid, like 2026-03-31; today when it is not given.",
        ),
        Field::new("reference", Kind::Text(LONGEST), "Your own id of the payment, which no other payment has.")
            .like("Bank 0117"),
    ]],
};

/// Reads the body that makes an invoice.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn new_invoice(object: &Object, id: InvoiceId) -> Result<NewByHand> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let customer: Option<CustomerId> = named(&members, &faults, "customer");
    if customer.is_none() && !faults.has("customer") {
        faults.add("customer", Code::Required, "Send the “customer” who owes it, like cust_01h….");
    }
    let currency = currency(&members, &faults);
    let lines = lines(&members, &faults, currency);
    let collects = collects(&members, &faults);
    let method = named(&members, &faults, "payment_method");
    if method.is_some() && collects == Collects::Invoice {
        let message = "A payment method is charged: send “collects”: “charge” with it.";
        faults.add("collects", Code::Required, message);
    }
    let due = due(&members, &faults, collects);
    let (memo, reference) = (memo(&members, &faults), reference(&members, &faults));
    let replaces = named(&members, &faults, "replaces");
    members.finish();
    faults.refuse()?;
    let nothing = || Error::internal("an invoice without a fault and without a part");
    let ((customer, currency), lines) = customer.zip(currency).zip(lines).ok_or_else(nothing)?;
    let (memo, reference) = (memo.flatten(), reference.flatten());
    Ok(NewByHand { id, customer, currency, lines, collects, method, due, memo, reference, replaces })
}

fn currency(members: &Members<'_>, faults: &Faults) -> Option<Currency> {
    match members.text("currency", &[]) {
        Given::Value(code) if !code.trim().is_empty() => note(faults, "currency", Currency::parse_offered(code)),
        _ if faults.has("currency") => None,
        _ => {
            faults.add("currency", Code::Required, "Send the “currency” of the amounts, like USD.");
            None
        }
    }
}

fn collects(members: &Members<'_>, faults: &Faults) -> Collects {
    let given = members.text("collects", &[]).value().map(str::trim).filter(|word| !word.is_empty());
    let read = |word: &str| Collects::parse(word).map_err(|sentence| Code::NotOneOf.says(sentence));
    given.and_then(|word| note(faults, "collects", read(word))).unwrap_or(Collects::Invoice)
}

fn due(members: &Members<'_>, faults: &Faults, collects: Collects) -> Option<Due> {
    let day = filled(members, "due_on").and_then(|day| note(faults, "due_on", payments::day(day)));
    let days = members.whole("days_until_due").value().and_then(|days| {
        let days = i32::try_from(days).ok().filter(|days| (0..=MOST_DAYS).contains(&i64::from(*days)));
        if days.is_none() {
            let message = format!("An invoice is to be paid within 0 to {MOST_DAYS} days.");
            faults.add("days_until_due", Code::OutOfRange, message);
        }
        days
    });
    if collects == Collects::Charge && (day.is_some() || days.is_some_and(|days| days > 0)) {
        let name = if day.is_some() { "due_on" } else { "days_until_due" };
        faults.add(name, Code::OutOfRange, "An invoice that is charged is due at once. Leave this field out.");
    }
    match (day, days) {
        (Some(_), Some(_)) => {
            faults.add("days_until_due", Code::GivenTwice, "Send “due_on” or “days_until_due”, not both.");
            None
        }
        (Some(day), None) => Some(Due::On(day)),
        (None, Some(days)) => Some(Due::In(days)),
        (None, None) => None,
    }
}

fn lines(members: &Members<'_>, faults: &Faults, currency: Option<Currency>) -> Option<Vec<NewLine>> {
    let Given::Value(sent) = members.objects("lines") else {
        if !faults.has("lines") {
            faults.add("lines", Code::Required, "Send the “lines”: what it is for.");
        }
        return None;
    };
    if sent.is_empty() {
        if !faults.has("lines.0") {
            faults.add("lines", Code::Required, "Send one line at least: what it is for.");
        }
        return None;
    }
    if sent.len() > MOST_LINES {
        faults.add("lines", Code::TooMany, format!("An invoice has {MOST_LINES} lines at most."));
        return None;
    }
    let lines: Vec<Option<NewLine>> = sent.iter().map(|one| line(one, faults)).collect();
    let lines = lines.into_iter().collect::<Option<Vec<NewLine>>>()?;
    if let Err(reason) = total(&lines, currency) {
        faults.extend(FieldErrors::of("lines", "", reason), str::to_owned);
    }
    Some(lines)
}

/// Returns what the lines of an invoice come to.
///
/// # Errors
/// A sentence, when that is less than 1 or more than an invoice may come to.
pub fn total(lines: &[NewLine], currency: Option<Currency>) -> std::result::Result<i64, Reason> {
    let sum = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount()?));
    match sum {
        Some(total) if (1..=MOST).contains(&total) => Ok(total),
        Some(total) if total < 1 => {
            Err(Code::AmountInvalid.says("All lines together have to come to more than nothing."))
        }
        _ => {
            let most = currency.map_or(MOST.to_string(), |currency| Money::new(MOST, currency).to_string());
            Err(Code::AmountInvalid.says(format!("An invoice comes to {most} at most.")))
        }
    }
}

fn line(members: &Members<'_>, faults: &Faults) -> Option<NewLine> {
    let path = |name: &str| members.path(name);
    let description = match members.text("description", &[]) {
        Given::Value(raw) if !raw.trim().is_empty() => note(faults, &path("description"), described(raw)),
        _ if faults.has(&path("description")) => None,
        _ => note(faults, &path("description"), described("")),
    };
    let quantity = match members.whole("quantity") {
        Given::Value(quantity) if (1..=MOST_UNITS).contains(&quantity) => i32::try_from(quantity).ok(),
        Given::Value(_) => {
            faults.add(path("quantity"), Code::OutOfRange, format!("A line has from 1 to {MOST_UNITS} of a thing."));
            None
        }
        _ if faults.has(&path("quantity")) => None,
        _ => Some(1),
    };
    let unit_amount = match members.minor("unit_amount") {
        Given::Value(amount) if (-MOST..=MOST).contains(&amount) => Some(amount),
        Given::Value(_) => {
            let message = format!("“unit_amount” is from -{MOST} to {MOST}.");
            faults.add(path("unit_amount"), Code::AmountInvalid, message);
            None
        }
        _ if faults.has(&path("unit_amount")) => None,
        _ => {
            let message = "Send the “unit_amount”, in the currency’s smallest unit: 2500 is 25.00 USD.";
            faults.add(path("unit_amount"), Code::Required, message);
            None
        }
    };
    members.finish();
    Some(NewLine { description: description?, quantity: quantity?, unit_amount: unit_amount?, period: None })
}

/// Checks what a line is for.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn described(raw: &str) -> std::result::Result<String, Reason> {
    text::free_line(raw, LONGEST)?.ok_or_else(|| Code::Required.says("Say what it is for."))
}

/// A change as far as it can be read without the invoice.
pub struct InvoiceBody {
    /// What was sent of [`crate::subscriptions::by_hand::CHANGEABLE`].
    pub given: Fields,
    pub version: Option<i32>,
}

/// Reads the body that changes an invoice, after a look that it leaves the rest of `stored` as it is.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn change(object: &Object, stored: &Value) -> Result<InvoiceBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (memo, reference) = (memo(&members, &faults), reference(&members, &faults));
    let due_on: Option<Date> = match members.text("due_on", &[]) {
        Given::Absent => None,
        Given::Value(raw) if !raw.trim().is_empty() => note(&faults, "due_on", payments::day(raw.trim())),
        _ => {
            faults.add("due_on", Code::Required, "An invoice has a day. Leave it out, or send another one.");
            None
        }
    };
    let version = version::named(&members);
    members.read_only(&READ_ONLY, stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    let mut given = Fields::new();
    given.extend(memo.map(|memo| ("memo".to_owned(), json!(memo))));
    given.extend(reference.map(|reference| ("reference".to_owned(), json!(reference))));
    given.extend(due_on.map(|day| ("due_on".to_owned(), json!(day))));
    Ok(InvoiceBody { given, version })
}

/// A payment for an invoice as it is told.
pub struct PaymentBody {
    /// In the currency's smallest unit; nothing is all that is open.
    pub amount: Option<i64>,
    pub at: Timestamp,
    pub reference: Option<String>,
}

/// Reads the body that records a payment, at `now` in `zone`. It may be empty.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn payment(object: &Object, zone: &TimeZone, now: Timestamp) -> Result<PaymentBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let amount = members.minor("amount").value();
    if amount.is_some_and(|amount| !(1..=MOST).contains(&amount)) {
        faults.add("amount", Code::AmountInvalid, format!("“amount” is from 1 to {MOST}."));
    }
    let at = note(&faults, "paid_on", payments::moment(filled(&members, "paid_on"), zone, now));
    let reference = reference(&members, &faults).flatten();
    members.finish();
    faults.refuse()?;
    let at = at.ok_or_else(|| Error::internal("a day that is neither read nor refused"))?;
    Ok(PaymentBody { amount, at, reference })
}

/// Reads the memo; nothing where it was not sent, or is none.
fn memo(members: &Members<'_>, faults: &Faults) -> Option<Option<String>> {
    words(members, faults, "memo", text::free_lines)
}

fn reference(members: &Members<'_>, faults: &Faults) -> Option<Option<String>> {
    words(members, faults, "reference", text::free_line)
}

type Cleaned = std::result::Result<Option<String>, text::TextError>;

fn words(
    members: &Members<'_>,
    faults: &Faults,
    name: &'static str,
    clean: fn(&str, usize) -> Cleaned,
) -> Option<Option<String>> {
    match members.text(name, &[]) {
        Given::Absent => None,
        Given::Null => Some(None),
        Given::Value(raw) => note(faults, name, clean(raw, LONGEST)),
    }
}

fn filled<'a>(members: &Members<'a>, name: &'static str) -> Option<&'a str> {
    members.text(name, &[]).value().map(str::trim).filter(|text| !text.is_empty())
}

/// Reads an id.
fn named<I: std::str::FromStr<Err: Into<Reason>>>(
    members: &Members<'_>,
    faults: &Faults,
    name: &'static str,
) -> Option<I> {
    filled(members, name).and_then(|id| note(faults, name, id.parse()))
}

fn note<T>(faults: &Faults, name: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(name, "", result);
    faults.extend(errors, str::to_owned);
    value
}
