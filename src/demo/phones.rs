//! The phone numbers of demo customers: in E.164, and as somebody in the shop could have typed them.

use super::{
    dice::Dice,
    world::{Country, PhonePattern},
};
use crate::customers::record::PhonePair;

/// The country of the demo merchant, the only one whose numbers it can read without a calling code.
pub const HOME: &str = "KE";

/// Returns a phone number in a country.
pub fn phone(dice: &mut Dice, country: &Country) -> PhonePair {
    let PhonePattern { trunk, number } = dice.pick(&country.phones);
    let (code, number) = (&country.calling_code, dice.fill(number));
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let e164 = format!("+{code}{digits}");
    let typed = match dice.below(20) {
        0..10 if country.code == HOME => format!("{trunk}{number}"),
        10..15 if country.code == HOME => format!("{trunk}{digits}"),
        15..17 if country.code == HOME => format!("{trunk}{}", number.replace(' ', "-")),
        0..2 => format!("00{code} {number}"),
        2..4 if trunk == "0" => format!("+{code} (0){number}"),
        4..8 => e164.clone(),
        _ => format!("+{code} {number}"),
    };
    PhonePair { e164, typed }
}
