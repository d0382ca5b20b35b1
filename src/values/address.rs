//! An address: where a bill or a parcel goes, part by part.

use serde::{Deserialize, Serialize};

use super::country::CountryCode;

/// The kinds of an address, with their labels.
pub const KINDS: [(&str, &str); 2] = [("billing", "Billing"), ("shipping", "Shipping")];

/// The parts of an address, in the order they are written.
pub const PARTS: [&str; 6] = ["line1", "line2", "city", "region", "postal_code", "country"];

/// An address without its id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// `billing` or `shipping`.
    pub kind: String,
    /// True when it is used when none is named.
    pub is_default: bool,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// Flat, building, floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, county, province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// ISO 3166 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Address {
    /// Returns a part by its name in [`PARTS`].
    pub fn part(&self, name: &str) -> Option<&str> {
        let part = match name {
            "line1" => &self.line1,
            "line2" => &self.line2,
            "city" => &self.city,
            "region" => &self.region,
            "postal_code" => &self.postal_code,
            "country" => &self.country,
            _ => &None,
        };
        part.as_deref()
    }

    /// Sets a part by its name in [`PARTS`].
    pub fn set_part(&mut self, name: &str, text: Option<String>) {
        match name {
            "line1" => self.line1 = text,
            "line2" => self.line2 = text,
            "city" => self.city = text,
            "region" => self.region = text,
            "postal_code" => self.postal_code = text,
            "country" => self.country = text,
            _ => {}
        }
    }

    /// Returns whether no part is filled.
    pub fn is_blank(&self) -> bool {
        PARTS.iter().all(|part| self.part(part).is_none())
    }

    /// Returns the lines of the address as written on an envelope.
    pub fn lines(&self) -> Vec<String> {
        let joined =
            |parts: &[&Option<String>]| parts.iter().filter_map(|part| part.as_deref()).collect::<Vec<_>>().join(" ");
        let country =
            self.country.as_deref().map(|code| code.parse().map_or(code, |code: CountryCode| code.name()).to_owned());
        let lines = [
            joined(&[&self.line1]),
            joined(&[&self.line2]),
            joined(&[&self.postal_code, &self.city]),
            joined(&[&self.region]),
            country.unwrap_or_default(),
        ];
        lines.into_iter().filter(|line| !line.is_empty()).collect()
    }
}

/// Returns the label of a part of an address.
pub fn part_label(part: &str) -> &'static str {
    match part {
        "line1" => "Address",
        "line2" => "Flat, building, floor",
        "city" => "City",
        "region" => "State or region",
        "postal_code" => "Postal code",
        _ => "Country",
    }
}
