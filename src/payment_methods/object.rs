//! The object `payment_method` of the API. It has one shape wherever it appears.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::Value;

use super::{
    billing,
    model::{Consent, Method},
};
use crate::{
    ids::{CustomerId, MethodId},
    values::Address,
};

/// A card or bank account of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct MethodObject {
    pub id: MethodId,
    pub object: &'static str,
    pub livemode: bool,
    pub version: i32,
    pub customer: CustomerId,
    pub kind: &'static str,
    /// The word for a card's network; a bank account has none.
    pub network: Option<String>,
    /// The card's brand or the bank's name.
    pub brand: String,
    /// The number but for its last four digits, which stay with the gateway.
    pub account_number: String,
    pub last4: String,
    /// The month on a card; a bank account has none.
    pub exp_month: Option<i8>,
    pub exp_year: Option<i16>,
    pub default: bool,
    pub billing_address: Option<BillingObject>,
    pub consent: Option<ConsentObject>,
    /// Whole seconds since 1970, as all times.
    pub created: i64,
    pub updated: i64,
    pub removed_at: Option<i64>,
    pub restorable_until: Option<i64>,
}

/// The billing address of a payment method or of one charge.
#[derive(Clone, Debug, Serialize)]
pub struct BillingObject {
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
}

/// How and when the customer agreed to be charged.
#[derive(Clone, Debug, Serialize)]
pub struct ConsentObject {
    pub source: String,
    pub at: Option<i64>,
}

impl From<&Address> for BillingObject {
    fn from(address: &Address) -> Self {
        let Address { line1, line2, city, region, postal_code, country, .. } = address.clone();
        Self { line1, line2, city, region, postal_code, country }
    }
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
            billing_address: method.billing.as_ref().map(BillingObject::from),
            consent: method.consent.as_ref().map(ConsentObject::from),
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
            let address = (!stored.is_null()).then(|| BillingObject::from(&billing::of_json(stored)));
            vec![("billing_address", serde_json::to_value(address).unwrap_or_default())]
        }
        _ => Vec::new(),
    }
}
