//! The bodies about a payment method: typed steps that end in the same checked values as the forms.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::record;
use crate::{
    api::{
        address,
        json::Object,
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        shape::{Field, Kind as Takes, Shape},
        version,
    },
    codes::Code,
    error::Error,
    events::Fields,
    gateway::Kind,
    ids::PaymentId,
    input::{FieldErrors, FormFields},
    payment_methods::{
        billing,
        input::{self, Adding, LONGEST_CONSENT, LONGEST_TOKEN, Source},
        model::{Consent, Method},
        object::MethodObject,
    },
    values::{Address, address::PARTS, card, text},
};

/// The members of the object that cannot be written.
const READ_ONLY: [&str; 15] = [
    "id",
    "object",
    "livemode",
    "customer",
    "kind",
    "network",
    "brand",
    "account_number",
    "last4",
    "consent",
    "recorded",
    "reference",
    "created",
    "removed_at",
    "restorable_until",
];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// A payment method to be added, as it is sent.
pub const NEW_METHOD: Shape = Shape {
    name: "NewPaymentMethod",
    meaning: "A payment method to be added: by `token`, by `payment` or, in an account without a gateway, by `record`; one \
        of them.",
    fields: &[&[
        Field::new("token", Takes::Text(LONGEST_TOKEN), "The gateway’s token of a card or bank account.")
            .like("tok_visa"),
        Field::new(
            "payment",
            Takes::Id(PaymentId::PREFIX),
            "The id of an earlier payment of this customer that succeeded. Also taken as `transactionId` and \
             `transaction_id`.",
        ),
        Field::new("record", Takes::Object(&record::SHAPE), "What is written down of it, without a gateway."),
        Field::new("default", Takes::Flag, "Whether it becomes the default.").like_flag(true),
        BILLING,
        Field::new("consent", Takes::Object(&NEW_CONSENT), "How the customer agreed.").like_inner(),
        COLLECT,
    ]],
};

/// What changes of a payment method, as it is sent.
pub const METHOD_CHANGE: Shape = Shape {
    name: "PaymentMethodChange",
    meaning: "What changes of a payment method. What is not sent stays. The read-only fields of what was read may stand \
        beside these as they are.",
    fields: &[&[
        Field::new("default", Takes::Flag, "`true` makes it the default."),
        Field::new("exp_month", Takes::Whole(1, 12), "The month in which a card expires.").like_number(11),
        Field::new("exp_year", Takes::Whole(1, 9999), "The year in which a card expires.").like_number(2041),
        BILLING,
        COLLECT,
        Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

const COLLECT: Field = Field::new(
    "collect",
    Takes::Flag,
    "Whether what is past due of subscriptions and payment schedules that charge it is charged at once; true when it is not given.",
);

const BILLING: Field = Field::new(
    "billing_address",
    Takes::Object(&address::SHAPE),
    "The address that charges are billed to. Also taken as `address`.",
)
.like_inner();

const NEW_CONSENT: Shape = Shape {
    name: "NewConsent",
    meaning: "How and when the customer agreed to be charged.",
    fields: &[&[
        Field::new("source", Takes::Text(LONGEST_CONSENT), "Where it is kept, or how it was given.")
            .required()
            .like("Signed form"),
        Field::new("at", Takes::Time, "When; now if it is not given. In whole seconds since 1970."),
    ]],
};

/// A method to be added, and whether it becomes the default.
pub struct NewMethod {
    pub adding: Adding,
    pub is_default: bool,
    /// True when what is past due is charged at once.
    pub collect: bool,
}

/// A billing address as it was sent: its parts by the names of the form, and the path that they were sent under.
#[derive(Default)]
struct Billing {
    typed: Vec<(String, String)>,
    path: String,
}

/// What an update says, as far as it can be checked without the method.
pub struct MethodBody {
    month: Given<i64>,
    year: Given<i64>,
    billing: Billing,
    is_default: Given<bool>,
    collect: Given<bool>,
    pub version: Option<i32>,
}

/// Reads the body that adds a method.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn adding(object: &Object, now: Timestamp) -> Result<NewMethod> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let source = source(&members, &faults, now);
    let billing = Billing::read(&members).checked(None, &faults).flatten();
    let is_default = members.flag("default").value().unwrap_or_default();
    let collect = members.flag("collect").value().unwrap_or(true);
    let consent = members.object("consent", &[]).value().and_then(|members| consent(&members, &faults, now));
    members.finish();
    match (source, faults.into_vec()) {
        (Some(source), faults) if faults.is_empty() => {
            Ok(NewMethod { adding: Adding { source, billing, consent }, is_default, collect })
        }
        (_, faults) => Err(Refusal::fields(Code::InvalidFields, faults)),
    }
}

fn source(members: &Members<'_>, faults: &Faults, now: Timestamp) -> Option<Source> {
    let given = |given: Given<&'_ str>| given.value().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let token = given(members.text("token", &[]));
    let payment = given(members.text("payment", &["transactionId", "transaction_id"]));
    if let Some(inner) = members.object("record", &[]).value() {
        if token.is_some() || payment.is_some() {
            faults.add("record", Code::GivenTwice, "Send “record” alone, without “token” and “payment”.");
        }
        return record::read(&inner, faults, now).map(Source::Recorded);
    }
    match (token, payment) {
        (Some(_), Some(_)) => {
            faults.add("payment", Code::GivenTwice, "Send “token” or “payment”, not both.");
            None
        }
        (Some(token), None) => of_token(&token, faults),
        (None, Some(payment)) => match payment.parse() {
            Ok(payment) => Some(Source::Payment(payment)),
            Err(_) => {
                faults.add("payment", Code::IdMalformed, "“payment” is the id of a payment, like pay_01h….");
                None
            }
        },
        (None, None) => {
            faults.add("token", Code::Required, "Send the “token” of a card or bank account, or an earlier “payment”.");
            None
        }
    }
}

fn of_token(token: &str, faults: &Faults) -> Option<Source> {
    if card::holds_card_number(token) {
        let message = "This is a card number; it was not kept. Send the token that the gateway gave for the card.";
        faults.add("token", Code::CardNumberInText, message);
        return None;
    }
    let mut errors = FieldErrors::default();
    let line = errors.note("token", "Token", text::line(token, LONGEST_TOKEN)).flatten();
    faults.extend(errors, str::to_owned);
    line.map(Source::Token)
}

/// Reads how and when the customer agreed; the time is now when none is given.
fn consent(members: &Members<'_>, faults: &Faults, now: Timestamp) -> Option<Consent> {
    let mut errors = FieldErrors::default();
    let (source, at) = (members.text("source", &[]).value(), members.whole("at").value());
    members.finish();
    let source = errors.note("consent.source", "", text::free_line(source.unwrap_or_default(), LONGEST_CONSENT));
    if source == Some(None) {
        errors.add("consent.source", "", Code::Required.says("Say how the customer agreed, like “Signed form”."));
    }
    let passed = |second| Timestamp::from_second(second).ok().filter(|at| *at <= now);
    let wrong = || Code::DateInvalid.says("“consent.at” is a time that has passed, in whole seconds since 1970.");
    let at = errors.note("consent.at", "", at.map_or(Ok(now), |second| passed(second).ok_or_else(wrong)));
    faults.extend(errors, str::to_owned);
    Some(Consent { source: source??, at: Some(at?) })
}

/// Reads the body that updates a method, as far as it can be checked without the method.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
pub fn update(object: &Object) -> Result<MethodBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let body = MethodBody {
        month: within(members.whole("exp_month"), 12, "exp_month", &faults),
        year: within(members.whole("exp_year"), 9999, "exp_year", &faults),
        billing: Billing::read(&members),
        is_default: members.flag("default"),
        collect: members.flag("collect"),
        version: version::named(&members),
    };
    members.expect_known(&READ_ONLY);
    members.expect_known(&MOVING);
    members.finish();
    body.billing.checked(None, &faults);
    faults.refuse()?;
    Ok(body)
}

fn within(given: Given<i64>, most: i64, name: &str, faults: &Faults) -> Given<i64> {
    if let Given::Value(number) = given
        && !(1..=most).contains(&number)
    {
        faults.add(name, Code::DateInvalid, format!("“{name}” is a number from 1 to {most}."));
        return Given::Absent;
    }
    given
}

impl Billing {
    fn read(members: &Members<'_>) -> Self {
        let field = |(part, text): (&str, String)| (format!("{}{part}", billing::FIELD), text);
        match members.object("billing_address", &["address"]) {
            Given::Absent => Self::default(),
            Given::Null => Self { typed: PARTS.map(|part| field((part, String::new()))).into(), ..Self::default() },
            Given::Value(members) => {
                let typed = address::parts(&members).into_iter().map(field).collect();
                members.finish();
                Self { typed, path: members.path("") }
            }
        }
    }

    /// Checks it over the stored one.
    fn checked(&self, stored: Option<&Address>, faults: &Faults) -> Option<Option<Address>> {
        let mut errors = FieldErrors::default();
        let checked = billing::check(&FormFields(self.typed.clone()), stored, &mut errors);
        faults.extend(errors, |field| self.as_sent(field).unwrap_or_default());
        checked
    }

    /// Returns the path under which a part was sent.
    fn as_sent(&self, field: &str) -> Option<String> {
        Some(format!("{}{}", self.path, field.strip_prefix(billing::FIELD)?))
    }
}

impl MethodBody {
    /// Returns whether the method is to become the default.
    pub fn makes_default(&self) -> bool {
        self.is_default == Given::Value(true)
    }

    /// Returns whether what is past due is charged at once.
    pub fn collects(&self) -> bool {
        self.collect != Given::Value(false)
    }

    /// Returns the fields of `method` that change, after a look that `sent` leaves the others as they are.
    ///
    /// # Errors
    /// `invalid_fields`, with every fault at once.
    pub fn change(
        &self,
        sent: &Object,
        method: &Method,
        livemode: bool,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<Fields> {
        let faults = Faults::default();
        let stored = serde_json::to_value(MethodObject::new(method, livemode)).map_err(Error::internal)?;
        Members::of(sent, &faults).read_only(&READ_ONLY, &stored);
        self.check_default(method, &faults);
        let mut typed = FormFields(self.billing.typed.clone());
        if method.instrument.kind == Kind::Card {
            typed.0.extend(self.expires(method, &faults).map(|text| ("expires".to_owned(), text)));
        } else {
            Members::of(sent, &faults).read_only(&["exp_month", "exp_year"], &Value::Null);
        }
        let change = input::check_edit(&typed, method, now, zone).unwrap_or_else(|errors| {
            faults.extend(errors, |field| self.as_sent(field));
            Fields::new()
        });
        faults.refuse()?;
        Ok(change)
    }

    /// Refuses to leave the wallet without its default; `false` given back for another method changes nothing.
    fn check_default(&self, method: &Method, faults: &Faults) {
        if method.is_default && matches!(self.is_default, Given::Value(false) | Given::Null) {
            let message = "A default is not given up. Make another payment method the default instead.";
            faults.add("default", Code::NotOneOf, message);
        }
    }

    /// Returns the expiry as on a card, with the half that was not sent as it is stored.
    fn expires(&self, method: &Method, faults: &Faults) -> Option<String> {
        let last = method.instrument.expires_on;
        let half = |given: &Given<i64>, name: &str, stored: Option<i64>| match given {
            Given::Absent => stored,
            Given::Value(number) => Some(*number),
            Given::Null => {
                faults.add(name, Code::Required, "A card has a month and a year in which it expires.");
                None
            }
        };
        let month = half(&self.month, "exp_month", last.map(|last| last.month().into()));
        let year = half(&self.year, "exp_year", last.map(|last| last.year().into()));
        Some(format!("{:02}/{:04}", month?, year?))
    }

    /// Returns the path under which a field of the form was sent.
    fn as_sent(&self, field: &str) -> String {
        match self.billing.as_sent(field) {
            Some(path) => path,
            None if matches!(self.month, Given::Value(_)) => "exp_month".to_owned(),
            None => "exp_year".to_owned(),
        }
    }
}
