//! The object `price` of the API. It has one shape wherever it appears.

use schemars::JsonSchema;
use serde::Serialize;

use super::model::Price;
use crate::{
    api::object::{open, time},
    ids::PriceId,
};

/// An amount with how often it is charged.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Price")]
pub struct PriceObject {
    /// Names the price for good.
    pub id: PriceId,
    /// Names the kind of object.
    #[schemars(extend("const" = "price"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The name that people read.
    #[schemars(example = &"Pro, monthly")]
    pub name: String,
    /// Your own handle of it, taken wherever its id is.
    pub key: Option<String>,
    /// How much each time, in the currency’s smallest unit. It never changes.
    #[schemars(example = 4900)]
    pub amount: i64,
    /// The currency as ISO 4217. It never changes.
    #[schemars(example = &"KES")]
    pub currency: String,
    /// The unit of the interval. It never changes.
    #[schemars(transform = open(&["day", "week", "month", "year"]), example = &"month")]
    pub interval: &'static str,
    /// How many of these lie between two charges. It never changes.
    #[schemars(example = 1)]
    pub interval_count: i32,
    /// What it comes to a month, rounded half up: a month is a twelfth of 365 days.
    #[schemars(example = 4900)]
    pub monthly: i64,
    /// The free days before the first charge. It never changes.
    #[schemars(example = 14)]
    pub trial_days: i32,
    /// When it was made, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
    /// Whether it is archived: offered no more.
    pub archived: bool,
}

impl PriceObject {
    /// Makes the object of a price.
    pub fn new(price: &Price, livemode: bool) -> Self {
        let terms = &price.terms;
        Self {
            id: price.id,
            object: "price",
            livemode,
            version: price.version,
            name: price.naming.name.clone(),
            key: price.naming.key.clone(),
            amount: terms.amount.minor,
            currency: terms.amount.currency.to_string(),
            interval: terms.interval.unit().as_str(),
            interval_count: terms.interval.every(),
            monthly: terms.monthly().minor,
            trial_days: terms.trial_days,
            created: price.created_at.as_second(),
            updated: price.updated_at.as_second(),
            archived: price.is_archived(),
        }
    }
}
