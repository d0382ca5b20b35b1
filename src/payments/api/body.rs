//! The bodies about payments and refunds: typed steps that end in the same checked values as the forms.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    api::{
        address,
        json::{Json, Object},
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        shape::{Field, Kind, Shape},
        version,
    },
    codes::Code,
    customers::record::ADDRESS,
    error::Error,
    ids::{CustomerId, MethodId},
    input::{FieldErrors, FormFields},
    merchants::Settings,
    payment_methods::input::LONGEST_TOKEN,
    payments::{
        Status,
        charging::{NewCharge, Source},
        input::{self, BILLING, TOKEN},
        model::Recorded,
        settling,
    },
    reason::Reason,
    values::{Currency, Money, money::LARGEST},
};

/// The members of the object that cannot be written.
const READ_ONLY: [&str; 18] = [
    "id",
    "object",
    "livemode",
    "amount",
    "currency",
    "status",
    "amount_refunded",
    "amount_refundable",
    "recorded",
    "description",
    "reference",
    "invoice",
    "part",
    "payment_method",
    "paid_with",
    "billing_address",
    "failure",
    "created",
];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// A payment to be made, as it is sent.
pub const NEW_PAYMENT: Shape = Shape {
    name: "NewPayment",
    meaning: "A charge, or with `recorded` a payment that happened elsewhere. Without `payment_method` and `token` the \
        customer’s default method is charged.",
    fields: &[&[PAYER], PAYING],
};

/// A payment of the customer that a path names, as it is sent.
pub const NEW_CUSTOMER_PAYMENT: Shape = Shape { name: "NewCustomerPayment", fields: &[PAYING], ..NEW_PAYMENT };

const PAYER: Field = Field::new(
    "customer",
    Kind::Id(CustomerId::PREFIX),
    "The customer who pays. A recorded payment may have none yet.",
)
.like("cust_01h2xcejqtf2nbrexx3vqjhp41");

const PAYING: &[Field] = &[
    Field::new("amount", Kind::Whole(1, LARGEST), "How much, in the currency’s smallest unit: 2500 is 25.00 USD.")
        .required()
        .like_number(2500),
    Field::new("currency", Kind::Text(3), "The currency as ISO 4217, in any case.").required().like("USD"),
    Field::new(
        "payment_method",
        Kind::Id(MethodId::PREFIX),
        "The method of the customer’s wallet to charge, or that a recorded payment was made with.",
    ),
    Field::new("token", Kind::Text(LONGEST_TOKEN), "The token of a card or bank account to charge once.")
        .like("tok_visa"),
    Field::new("description", Kind::Text(500), "What it is for.").like("Premium subscription"),
    Field::new("reference", Kind::Text(500), "Your own id of it, which no other payment has."),
    Field::new(
        "billing_address",
        Kind::Object(&address::SHAPE),
        "The address that this charge is billed to; without one it is the method’s, else the customer’s. Also taken as \
         `address`.",
    ),
    Field::new("recorded", Kind::Flag, "`true` if it happened elsewhere. Then no gateway is asked."),
    Field::new(
        "status",
        Kind::OneOf(&["processing", "succeeded", "partially_refunded", "refunded", "failed", "canceled"]),
        "Of a recorded payment: what became of it. `succeeded` if it is not given.",
    ),
    Field::new("amount_refunded", Kind::Whole(0, LARGEST), "Of a recorded payment: what was refunded of it."),
    Field::new("paid_at", Kind::Time, "Of a recorded payment: when it was paid, in whole seconds since 1970."),
    Field::new("paid_on", Kind::Text(10), "Of a recorded payment: the day on which it was paid, like 2026-03-31."),
];

/// What changes of a payment, as it is sent.
pub const PAYMENT_CHANGE: Shape = Shape {
    name: "PaymentChange",
    meaning: "What changes of a payment. The read-only fields of what was read may stand beside these as they are.",
    fields: &[&[
        Field::new("customer", Kind::Id(CustomerId::PREFIX), "The customer who paid, while it has none.")
            .like("cust_01h2xcejqtf2nbrexx3vqjhp41"),
        Field::new("version", Kind::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// The outcome of a recorded payment, as it is sent.
pub const OUTCOME: Shape = Shape {
    name: "PaymentOutcome",
    meaning: "What became of a recorded payment.",
    fields: &[&[Field::new("status", Kind::OneOf(&["succeeded", "failed", "canceled"]), "What became of it.")
        .required()
        .like("succeeded")]],
};

/// A refund to be made, as it is sent.
pub const NEW_REFUND: Shape = Shape {
    name: "NewRefund",
    meaning: "A refund. Without an amount it is all that is left.",
    fields: &[&[
        Field::new("amount", Kind::Whole(1, LARGEST), "How much, in the smallest unit of the payment’s currency.")
            .like_number(500),
        Field::new("reason", Kind::Text(500), "The reason in your words.").like("late"),
    ]],
};

/// What can become of a payment that happened elsewhere.
const OUTCOMES: [Status; 3] = [Status::Succeeded, Status::Failed, Status::Canceled];

/// Returns whether a body tells of a payment that happened elsewhere.
pub fn is_recorded(object: &Object) -> bool {
    object.iter().any(|(name, json)| name == "recorded" && matches!(json, Json::Bool(true)))
}

/// What a form would send, in the making.
struct Typed<'a> {
    members: Members<'a>,
    faults: &'a Faults,
    fields: FormFields,
    /// The path under which the billing address was sent.
    billing: String,
    /// The fields of the form that could not be filled, so that nothing said of them counts.
    unfilled: &'static [&'static str],
}

impl<'a> Typed<'a> {
    fn of(object: &'a Object, faults: &'a Faults) -> Self {
        Self {
            members: Members::of(object, faults),
            faults,
            fields: FormFields::default(),
            billing: String::new(),
            unfilled: &[],
        }
    }

    fn put(&mut self, field: &str, text: impl Into<String>) {
        self.fields.0.push((field.to_owned(), text.into()));
    }

    /// Takes a text that is not empty, under its name in the form.
    fn text(&mut self, name: &'static str, field: &str) -> &'a str {
        let text = self.members.text(name, &[]).value().unwrap_or_default().trim();
        if !text.is_empty() {
            self.put(field, text);
        }
        text
    }

    fn money(&mut self) -> Option<Money> {
        let amount = amount(&self.members, self.faults);
        if amount.is_none() && !self.faults.has("amount") {
            let message = "Send the “amount”, in the currency’s smallest unit: 2500 is 25.00 USD.";
            self.faults.add("amount", Code::Required, message);
        }
        let (Some(amount), Some(currency)) = (amount, self.currency()) else {
            self.unfilled = &["amount", "currency", "refunded"];
            return None;
        };
        let money = Money::new(amount, currency);
        self.put("amount", money.plain());
        self.put("currency", money.currency.as_str());
        Some(money)
    }

    fn currency(&self) -> Option<Currency> {
        match self.members.text("currency", &[]).value().filter(|text| !text.trim().is_empty()) {
            Some(text) => note(self.faults, "currency", Currency::parse_offered(text)),
            None if self.faults.has("currency") => None,
            None => {
                self.faults.add("currency", Code::Required, "Send the “currency” of the amount, like USD.");
                None
            }
        }
    }

    fn billing(&mut self) {
        if let Given::Value(address) = self.members.object("billing_address", &["address"]) {
            for (part, text) in address::parts(&address) {
                self.put(&format!("{ADDRESS}{BILLING}.{part}"), text);
            }
            address.finish();
            self.billing = address.path("");
        }
    }

    /// Takes what a form's check says, under the paths that were sent.
    fn checked<T>(self, check: impl FnOnce(&FormFields) -> std::result::Result<T, FieldErrors>) -> Option<T> {
        self.members.finish();
        let of_billing = format!("{ADDRESS}{BILLING}.");
        let as_sent = |field: &str| match (field, field.strip_prefix(&of_billing)) {
            (_, Some(part)) => format!("{}{part}", self.billing),
            ("refunded", None) => "amount_refunded".to_owned(),
            ("date", None) => "paid_on".to_owned(),
            ("method", None) => "payment_method".to_owned(),
            (field, None) => field.to_owned(),
        };
        let checked = check(&self.fields).map_err(|mut errors| {
            errors.retain(|field| !self.unfilled.contains(&field) && !self.faults.has(&as_sent(field)));
            self.faults.extend(errors, as_sent);
        });
        checked.ok()
    }
}

fn note<T>(faults: &Faults, name: &str, result: std::result::Result<T, impl Into<Reason>>) -> Option<T> {
    let mut errors = FieldErrors::default();
    let value = errors.note(name, "", result);
    faults.extend(errors, str::to_owned);
    value
}

/// Reads an amount in minor units.
fn amount(members: &Members<'_>, faults: &Faults) -> Option<i64> {
    minor(members, "amount", 1, faults)
}

fn minor(members: &Members<'_>, name: &'static str, least: i64, faults: &Faults) -> Option<i64> {
    let amount = members.minor(name).value()?;
    if (least..=LARGEST).contains(&amount) {
        return Some(amount);
    }
    faults.add(name, Code::AmountInvalid, format!("“{name}” is from {least} to {LARGEST}."));
    None
}

/// Reads the body of a charge, of the customer `of` if the path names one.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn charge(object: &Object, of: Option<CustomerId>, settings: &Settings) -> Result<NewCharge> {
    let faults = Faults::default();
    let mut typed = Typed::of(object, &faults);
    typed.members.flag("recorded");
    typed.money();
    let customer = customer(&typed.members, of, &faults);
    if customer.is_none() && !faults.has("customer") {
        faults.add("customer", Code::Required, "Send the “customer” to charge, like cust_01h….");
    }
    typed.source();
    typed.nothing_recorded();
    typed.text("description", "description");
    typed.text("reference", "reference");
    typed.billing();
    let checked = typed.checked(|fields| input::charge(fields, settings));
    faults.refuse()?;
    let nothing = || Error::internal("a charge that is neither checked nor refused");
    let (customer, checked) = customer.zip(checked).ok_or_else(nothing)?;
    let input::ChargeInput { money, source, description, reference, billing } = checked;
    Ok(NewCharge { customer, money, source, description, reference, billing, debt: None })
}

impl Typed<'_> {
    /// Refuses what is told of a payment that happened elsewhere alone: this is none.
    fn nothing_recorded(&self) {
        let text = |name| self.members.text(name, &[]).value().map(str::trim).filter(|text| !text.is_empty());
        let status = text("status").map(|text| note(self.faults, "status", text.parse::<Status>()));
        let day = text("paid_on").map(|text| note(self.faults, "paid_on", input::day(text)));
        let given = [
            ("status", status.is_some()),
            ("paid_on", day.is_some()),
            ("paid_at", self.members.whole("paid_at").value().is_some()),
            ("amount_refunded", self.members.minor("amount_refunded").value().is_some()),
        ];
        if let Some((name, _)) = given.iter().find(|(_, is_given)| *is_given) {
            let message =
                format!("“{name}” is told of a payment that happened elsewhere: send “recorded”: true with it.");
            self.faults.add("recorded", Code::Required, message);
        }
    }

    /// Reads what is charged: a method of the wallet or a token; without either it is the default method.
    fn source(&mut self) {
        let given = |name| self.members.text(name, &[]).value().map(str::trim).filter(|text| !text.is_empty());
        match (given("payment_method"), given("token")) {
            (Some(_), Some(_)) => {
                self.faults.add("token", Code::GivenTwice, "Send “payment_method” or “token”, not both.");
            }
            (Some(id), None) => match id.parse::<MethodId>() {
                Ok(id) => self.put("method", id.to_string()),
                Err(err) => self.faults.add("payment_method", Code::IdMalformed, err.to_string()),
            },
            (None, Some(token)) => {
                // Said too, so that what is no token after all is not taken for none.
                self.put("method", TOKEN);
                self.put(TOKEN, token);
            }
            (None, None) => {}
        }
    }
}

fn customer(members: &Members<'_>, of: Option<CustomerId>, faults: &Faults) -> Option<CustomerId> {
    let Some(text) = members.text("customer", &[]).value().map(str::trim).filter(|text| !text.is_empty()) else {
        return of;
    };
    let customer = note(faults, "customer", text.parse::<CustomerId>())?;
    if of.is_some_and(|of| of != customer) {
        faults.add("customer", Code::GivenTwice, "The path names another customer. Leave this field out.");
    }
    Some(customer)
}

/// Reads the body that tells of a payment which happened elsewhere, of the customer `of` if the path names one.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn recorded(object: &Object, of: Option<CustomerId>, settings: &Settings, now: Timestamp) -> Result<Recorded> {
    let faults = Faults::default();
    let mut typed = Typed::of(object, &faults);
    typed.members.flag("recorded");
    let money = typed.money();
    let customer = customer(&typed.members, of, &faults);
    let status = typed.text("status", "status");
    match minor(&typed.members, "amount_refunded", 0, &faults).zip(money) {
        Some((0, _)) if status.contains("refunded") => {
            faults.add("amount_refunded", Code::AmountInvalid, "Something of a refunded payment was refunded.");
        }
        Some((refunded, money)) if refunded > 0 => {
            typed.put("refunded", Money::new(refunded, money.currency).plain());
        }
        _ => {}
    }
    let at = typed.paid_at(now);
    typed.text("description", "description");
    typed.text("reference", "reference");
    typed.text("payment_method", "method");
    let checked = typed.checked(|fields| input::recorded(fields, settings, now));
    faults.refuse()?;
    let checked = checked.ok_or_else(|| Error::internal("a payment that is neither checked nor refused"))?;
    Ok(Recorded { customer, at: at.unwrap_or(checked.at), ..checked })
}

impl Typed<'_> {
    /// Reads when it was paid: a time, or a day, which the form's check reads.
    fn paid_at(&mut self, now: Timestamp) -> Option<Timestamp> {
        self.text("paid_on", "date");
        let at = self.members.whole("paid_at").value()?;
        if self.fields.filled("date").is_some() {
            self.faults.add("paid_on", Code::GivenTwice, "Send “paid_at” or “paid_on”, not both.");
        }
        // The clock there may be a little ahead of the one here.
        let soon = now + SignedDuration::from_mins(1);
        let passed = Timestamp::from_second(at).ok().filter(|at| (input::EARLIEST..=soon).contains(at));
        if passed.is_none() {
            let message = "“paid_at” is a time from 1971 on that has passed, in whole seconds since 1970.";
            self.faults.add("paid_at", Code::DateInvalid, message);
        }
        passed.map(|at| at.min(now))
    }
}

/// What an update of a payment says.
pub struct PaymentBody {
    pub customer: Given<CustomerId>,
    pub version: Option<i32>,
}

/// Reads the body that updates a payment, as far as it can be checked without the payment.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn update(object: &Object) -> Result<PaymentBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let customer = match members.text("customer", &[]) {
        Given::Absent => Given::Absent,
        Given::Value(text) if !text.trim().is_empty() => {
            note(&faults, "customer", text.trim().parse()).map_or(Given::Absent, Given::Value)
        }
        Given::Null | Given::Value(_) => Given::Null,
    };
    let version = version::named(&members);
    members.expect_known(&READ_ONLY);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(PaymentBody { customer, version })
}

/// Makes sure that what cannot be written was sent as it is in `stored`.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn check_read_only(object: &Object, stored: &Value) -> Result<()> {
    let faults = Faults::default();
    Members::of(object, &faults).read_only(&READ_ONLY, stored);
    faults.refuse()
}

/// Returns the refusal to take a payment from its customer.
pub fn stays() -> Refusal {
    let reason = Code::ReadOnlyField.says("A payment stays with its customer. Leave this field out.");
    Refusal::fields(Code::InvalidFields, FieldErrors::of("customer", "", reason).into_vec())
}

/// Reads what became of a recorded payment.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn outcome(object: &Object) -> Result<Status> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let text = members.text("status", &[]).value().map(str::trim).filter(|text| !text.is_empty());
    members.finish();
    let status = text.and_then(|text| text.parse().ok()).filter(|status| OUTCOMES.contains(status));
    if status.is_none() && !faults.has("status") {
        let no = settling::no_outcome();
        let reason = if text.is_none() { Code::Required.says(no.sentence) } else { no };
        faults.extend(FieldErrors::of("status", "", reason), str::to_owned);
    }
    faults.refuse()?;
    status.ok_or_else(|| Error::internal("an outcome that is neither read nor refused").into())
}

/// Reads what is charged, of a body that says nothing else: a method of the wallet, a token, or without either the default.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn source(object: &Object) -> Result<Source> {
    let faults = Faults::default();
    let mut typed = Typed::of(object, &faults);
    typed.source();
    let checked = typed.checked(|fields| {
        let mut errors = FieldErrors::default();
        let source = input::source(fields, &mut errors);
        source.filter(|_| errors.is_empty()).ok_or(errors)
    });
    faults.refuse()?;
    checked.ok_or_else(|| Error::internal("a source that is neither checked nor refused").into())
}

/// A refund as it is asked for.
pub struct RefundBody {
    /// The amount in minor units; without one it is all that is left.
    pub amount: Option<i64>,
    pub reason: Option<String>,
}

/// Reads the body of a refund. It may be empty.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn refund(object: &Object) -> Result<RefundBody> {
    let faults = Faults::default();
    let mut typed = Typed::of(object, &faults);
    let amount = amount(&typed.members, &faults);
    typed.text("reason", "reason");
    let reason = typed.checked(|fields| {
        let mut errors = FieldErrors::default();
        let reason = input::line(fields, "reason", "Reason", &mut errors);
        if errors.is_empty() { Ok(reason) } else { Err(errors) }
    });
    faults.refuse()?;
    Ok(RefundBody { amount, reason: reason.flatten() })
}
