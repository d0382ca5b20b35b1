//! The receipts: descriptions and reference numbers of demo payments.

use jiff::Timestamp;

use super::{calendar, dice::Dice, world::Country};

/// The limit of one customer's payments, so that each has a number of its own.
pub const MOST: usize = 1 << 13;

/// The reasons of refunds.
pub const REASONS: [&str; 6] = [
    "Returned unused",
    "Damaged in transit",
    "Ordered twice",
    "Out of stock",
    "Price difference",
    "Delivered too late",
];

const GOODS: [&str; 16] = [
    "Coffee beans, 2 kg",
    "Gift basket",
    "Kitchen lamp",
    "Kikoi, set of four",
    "Sisal baskets",
    "Tea, 1 kg",
    "Office order",
    "Delivery and assembly",
    "Deposit for a catering order",
    "Solar lantern",
    "Garden furniture",
    "Maua ya harusi",
    "Spare parts",
    "Workshop, two seats",
    "Honey, 6 jars",
    "Curtains, made to measure",
];

/// The goods that sell mainly in some months.
const SEASONAL: [(i8, &str); 6] = [
    (1, "School supplies"),
    (2, "Valentine’s flowers"),
    (5, "School supplies"),
    (9, "School supplies"),
    (11, "Christmas hamper"),
    (12, "Christmas hamper"),
];

/// Returns the goods bought at a time.
pub fn description(dice: &mut Dice, at: Timestamp) -> Option<String> {
    let date = calendar::date(at);
    let seasonal = SEASONAL.iter().find(|(month, _)| *month == date.month()).filter(|_| dice.chance(300));
    let goods = seasonal.map_or_else(|| *dice.pick(&GOODS), |(_, goods)| *goods);
    dice.chance(800).then(|| goods.to_owned())
}

/// Returns the number of an order, made of the customer's number and the payment's number.
pub fn order((number, nth): (u32, usize)) -> String {
    format!("SG-{}-{:02}", 20_000 + u64::from(number), nth + 1)
}

/// Returns the receipt of a payment that happened elsewhere: by phone, at a bank, or on paper.
pub fn elsewhere(dice: &mut Dice, country: &Country, place: (u32, usize), at: Timestamp) -> String {
    let by_phone = match country.code.as_str() {
        "KE" | "TZ" => Some("M-PESA"),
        "UG" | "RW" | "GH" => Some("MoMo"),
        _ => None,
    };
    let way = by_phone.filter(|_| dice.chance(850));
    let way = way.unwrap_or_else(|| *dice.pick(&["Bank transfer", "Bank transfer", "Cash receipt"]));
    format!("{way} {}", code(place, at))
}

/// Returns the receipt of a bill that was paid to the merchant's bank account.
pub fn transfer(place: (u32, usize), at: Timestamp) -> String {
    format!("Bank transfer {}", code(place, at))
}

/// Returns ten letters and digits as mobile money companies write them: one for the year, and nine that no other
/// payment has.
fn code((number, nth): (u32, usize), at: Timestamp) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKLMNPQRSTVWXY";
    const BITS: u64 = (1 << 45) - 1;
    // Multiplying by an odd number and folding can both be undone, so different payments stay different.
    let mut mixed = (u64::from(number) << 13 | nth as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) & BITS;
    mixed ^= mixed >> 23;
    mixed = mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) & BITS;
    let year = b'A' + (calendar::date(at).year() - 2006).rem_euclid(26) as u8;
    let places = (0..9).map(|place| char::from(ALPHABET[(mixed >> (5 * place) & 31) as usize]));
    std::iter::once(char::from(year)).chain(places).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_payments_have_the_same_code() {
        let at: Timestamp = "2026-11-21T09:30:00Z".parse().unwrap();
        let codes: HashSet<_> =
            (0..400).flat_map(|number| (0..200).chain([MOST - 1]).map(move |nth| code((number, nth), at))).collect();
        assert_eq!(codes.len(), 400 * 201);
        assert!(codes.iter().all(|code| code.len() == 10 && code.starts_with('U')));
    }
}
