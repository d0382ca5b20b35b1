//! The parts of an address, sent and answered, wherever it stands: of a customer, a payment method or a charge.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    reading::{Given, Members},
    shape::{Field, Kind, Shape},
};
use crate::values::{Address, address::PARTS};

/// The parts, as they are sent.
pub const FIELDS: &[Field] = &[
    Field::new("line1", Kind::Text(500), "Street and house. Also taken as `address1`.").like("123 Main St"),
    Field::new("line2", Kind::Text(500), "What more the street needs. Also taken as `address2`."),
    Field::new("city", Kind::Text(500), "City or town.").like("Austin"),
    Field::new("region", Kind::Text(500), "State, county or region. Also taken as `state`.").like("TX"),
    Field::new("postal_code", Kind::Text(500), "Postal code. Also taken as `zip`.").like("78701"),
    Field::new("country", Kind::Text(500), "Country, as a name or as ISO 3166-1 in two letters.").like("US"),
];

/// An address that stands in a body, of whom or what that is about.
pub const SHAPE: Shape = Shape {
    name: "AddressParts",
    meaning: "The parts of an address. Those that are given are merged into the stored one.",
    fields: &[FIELDS],
};

/// Reads the parts that were given, by their names in a form; an empty text clears one.
pub fn parts(members: &Members<'_>) -> Vec<(&'static str, String)> {
    let text = |part: &'static str| match members.text(part, also(part)) {
        Given::Absent => None,
        Given::Null => Some((part, String::new())),
        Given::Value(text) => Some((part, text.to_owned())),
    };
    PARTS.into_iter().filter_map(text).collect()
}

/// Returns the other names under which a part is taken.
fn also(part: &str) -> &'static [&'static str] {
    match part {
        "line1" => &["address1"],
        "line2" => &["address2"],
        "region" => &["state"],
        "postal_code" => &["zip"],
        _ => &[],
    }
}

// An address of a customer has these parts too.
/// The billing address of a payment method or of one charge.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "BillingAddress")]
pub struct PartsObject {
    /// Street and house.
    #[schemars(example = &"123 Main St")]
    pub line1: Option<String>,
    /// What more the street needs.
    pub line2: Option<String>,
    /// City or town.
    #[schemars(example = &"Austin")]
    pub city: Option<String>,
    /// State, county or region.
    #[schemars(example = &"TX")]
    pub region: Option<String>,
    /// Postal code.
    #[schemars(example = &"78701")]
    pub postal_code: Option<String>,
    /// Country, as ISO 3166-1 in two letters.
    #[schemars(example = &"US")]
    pub country: Option<String>,
}

impl From<&Address> for PartsObject {
    fn from(address: &Address) -> Self {
        let Address { line1, line2, city, region, postal_code, country, .. } = address.clone();
        Self { line1, line2, city, region, postal_code, country }
    }
}
