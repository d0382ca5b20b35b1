//! The object `payment_method` of the API. It has one shape wherever it appears.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{
    billing,
    model::{Consent, Method},
};
use crate::{
    api::{
        address::PartsObject,
        object::{open, time},
    },
    ids::{CustomerId, MethodId},
};

/// A card or bank account of a customer.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "PaymentMethod")]
pub struct MethodObject {
    /// Names the payment method for good.
    pub id: MethodId,
    /// Names the kind of object.
    #[schemars(extend("const" = "payment_method"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The customer whose wallet it is in.
    pub customer: CustomerId,
    /// Whether it is a card or a bank account.
    #[schemars(transform = open(&["card", "bank_account"]))]
    pub kind: &'static str,
    /// The word for a card's network; a bank account has none.
    #[schemars(transform = open(&["visa", "mastercard", "american_express"]), example = &"visa")]
    pub network: Option<String>,
    /// The card's brand or the bank's name.
    #[schemars(example = &"Visa")]
    pub brand: String,
    /// The number but for its last four digits, which stay with the gateway.
    #[schemars(example = &"************1111")]
    pub account_number: String,
    /// The last four digits of the number.
    #[schemars(example = &"1111")]
    pub last4: String,
    /// The month on a card; a bank account has none.
    #[schemars(range(min = 1, max = 12), example = 12)]
    pub exp_month: Option<i8>,
    /// The year on a card; a bank account has none.
    #[schemars(range(min = 1, max = 9999), example = 2028)]
    pub exp_year: Option<i16>,
    /// Whether it is charged when no other is named.
    #[schemars(example = true)]
    pub default: bool,
    /// The address that charges are billed to, before that of the customer.
    pub billing_address: Option<PartsObject>,
    /// How the customer agreed.
    pub consent: Option<ConsentObject>,
    /// Whether it is a record: no gateway knows it, so it is never charged.
    pub recorded: bool,
    /// The provider’s own reference for a record.
    pub reference: Option<String>,
    /// When it was added, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
    /// When it was removed from the wallet.
    pub removed_at: Option<i64>,
    /// The end of the time in which it can be restored, once removed.
    pub restorable_until: Option<i64>,
}

/// How and when the customer agreed to be charged.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Consent")]
pub struct ConsentObject {
    /// Where it is kept, or how it was given.
    #[schemars(example = &"Signed form")]
    pub source: String,
    /// When the customer agreed.
    #[schemars(transform = time)]
    pub at: Option<i64>,
}

impl From<&Consent> for ConsentObject {
    fn from(consent: &Consent) -> Self {
        Self { source: consent.source.clone(), at: consent.at.map(Timestamp::as_second) }
    }
}

impl MethodObject {
    /// Makes the object of a method.
    pub fn new(method: &Method, livemode: bool) -> Self {
        let instrument = &method.instrument;
        Self {
            id: method.id,
            object: "payment_method",
            livemode,
            version: method.version,
            customer: method.customer,
            kind: instrument.kind.as_str(),
            network: instrument.network(),
            brand: instrument.brand.clone(),
            account_number: format!("************{}", instrument.last4),
            last4: instrument.last4.clone(),
            exp_month: instrument.expires_on.map(Date::month),
            exp_year: instrument.expires_on.map(Date::year),
            default: method.is_default,
            billing_address: method.billing.as_ref().map(PartsObject::from),
            consent: method.consent.as_ref().map(ConsentObject::from),
            recorded: method.recorded.is_some(),
            reference: method.reference().map(str::to_owned),
            created: method.created_at.as_second(),
            updated: method.updated_at.as_second(),
            removed_at: method.removed_at.map(Timestamp::as_second),
            restorable_until: method.restorable_until().map(Timestamp::as_second),
        }
    }
}

/// Returns what a stored field of a method is in the object: an expiry is two members there.
pub fn members(field: &str, stored: &Value) -> Vec<(&'static str, Value)> {
    match field {
        "expires_on" => {
            let last: Option<Date> = serde_json::from_value(stored.clone()).unwrap_or_default();
            vec![("exp_month", last.map(Date::month).into()), ("exp_year", last.map(Date::year).into())]
        }
        "billing" => {
            let address = (!stored.is_null()).then(|| PartsObject::from(&billing::of_json(stored)));
            vec![("billing_address", serde_json::to_value(address).unwrap_or_default())]
        }
        _ => Vec::new(),
    }
}
