//! The addresses of demo customers, written as their country writes them.

use super::{dice::Dice, world::Country};
use crate::values::Address;

/// Returns an address in a country.
pub fn address(dice: &mut Dice, country: &Country, kind: &str) -> Address {
    let city = dice.pick(&country.cities);
    let has_unit = !country.units.is_empty() && dice.chance(250);
    Address {
        kind: kind.to_owned(),
        is_default: true,
        line1: Some(line(dice, country, &country.lines, 180)),
        line2: has_unit.then(|| line(dice, country, &country.units, 40)),
        city: Some(city.name.clone()),
        region: filled(&city.region),
        postal_code: filled(&dice.fill(&city.postal_code)),
        country: Some(country.code.clone()),
    }
}

/// Fills one of the patterns with house numbers up to `numbers`.
fn line(dice: &mut Dice, country: &Country, patterns: &[String], numbers: u32) -> String {
    let pattern = dice.pick(patterns);
    let line = dice.fill(pattern).replace("{n}", &(dice.below(numbers) + 1).to_string());
    match country.streets.as_slice() {
        [] => line,
        streets => line.replace("{s}", dice.pick::<String>(streets)),
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
