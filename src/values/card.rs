//! A card number is 13 to 19 digits with a card brand's prefix and length and a Luhn check digit; it must never be kept
//! as text.

use super::digits::digit_value;

/// A brand's prefixes (a range of equal length in digits) and the lengths its numbers have.
struct Brand {
    name: &'static str,
    first: u32,
    last: u32,
    prefix_digits: u32,
    lengths: &'static [usize],
}

const fn brand(name: &'static str, first: u32, last: u32, lengths: &'static [usize]) -> Brand {
    Brand { name, first, last, prefix_digits: first.ilog10() + 1, lengths }
}

/// Returns the names of the brands, each once.
pub fn brands() -> impl Iterator<Item = &'static str> {
    BRANDS.chunk_by(|one, next| one.name == next.name).map(|same| same[0].name)
}

const FROM_14: &[usize] = &[14, 15, 16, 17, 18, 19];
const FROM_16: &[usize] = &[16, 17, 18, 19];

/// Prefixes as in ISO/IEC 7812 issuer ranges, see <https://en.wikipedia.org/wiki/Payment_card_number>.
///
/// Maestro issues anywhere in 50, 56–58 and 6, from 12 digits: one in ten order, barcode or account numbers there would
/// pass. Only its prefixes in wide use are taken, and from 16 digits.
const BRANDS: &[Brand] = &[
    brand("Visa", 4, 4, &[13, 16, 19]),
    brand("Mastercard", 51, 55, &[16]),
    brand("Mastercard", 2221, 2720, &[16]),
    brand("American Express", 34, 34, &[15]),
    brand("American Express", 37, 37, &[15]),
    brand("Discover", 6011, 6011, FROM_16),
    brand("Discover", 644, 649, FROM_16),
    brand("Discover", 65, 65, FROM_16),
    brand("Diners Club", 300, 305, FROM_14),
    brand("Diners Club", 309, 309, FROM_14),
    brand("Diners Club", 36, 36, FROM_14),
    brand("Diners Club", 38, 39, FROM_14),
    brand("JCB", 3528, 3589, FROM_16),
    brand("UnionPay", 62, 62, FROM_16),
    brand("UnionPay", 81, 81, FROM_16),
    brand("Verve", 506099, 506198, &[16, 18, 19]),
    brand("Maestro", 5018, 5018, FROM_16),
    brand("Maestro", 5020, 5020, FROM_16),
    brand("Maestro", 5038, 5038, FROM_16),
    brand("Maestro", 5893, 5893, FROM_16),
    brand("Maestro", 6304, 6304, FROM_16),
    brand("Maestro", 6759, 6763, FROM_16),
];

const MAX_DIGITS: usize = 19;

/// Returns whether the text holds what looks like a card number; see the module. Spaces and dashes may stand between
/// the digits; other digits may not touch it. One in ten numbers that only look alike passes the check digit, so the
/// answer can be wrong that way.
pub fn holds_card_number(text: &str) -> bool {
    let mut run = Run::default();
    let mut previous = ' ';
    for c in text.chars() {
        match digit_value(c) {
            Some(digit) => run.push(digit, previous),
            None if is_separator(c) => run.end_group(),
            None if run.is_card() => return true,
            None => run = Run::default(),
        }
        previous = c;
    }
    run.is_card()
}

/// Digits with nothing but spaces and dashes between them, in groups.
#[derive(Default)]
struct Run {
    digits: Vec<u8>,
    /// The places in `digits` where each group begins.
    starts: Vec<usize>,
    in_group: bool,
    /// True when a “+” stands before it. Then it is read as a phone number first, as `+49 151…` can have Visa's old
    /// prefix and length.
    is_phone: bool,
}

impl Run {
    fn push(&mut self, digit: u8, previous: char) {
        if self.digits.is_empty() {
            self.is_phone = matches!(previous, '+' | '＋');
        }
        if !self.in_group {
            self.starts.push(self.digits.len());
            self.in_group = true;
        }
        self.digits.push(digit);
    }

    fn end_group(&mut self) {
        self.in_group = false;
    }

    fn is_card(&self) -> bool {
        let whole = !self.is_phone && is_card(&self.digits);
        let first = usize::from(self.is_phone);
        whole || (first..self.starts.len()).any(|group| self.has_card_from(group))
    }

    /// Returns whether a card begins at a group, beside other numbers: `12 4242 4242 4242 4242`. Cards are printed in
    /// groups of four or more, and only the last may be shorter; without that rule a list of phone numbers (`415 555
    /// 2671 212 …`) would have parts that pass.
    fn has_card_from(&self, first: usize) -> bool {
        let start = self.starts[first];
        let starts = self.starts.iter().copied().skip(first);
        let ends = self.starts.iter().copied().skip(first + 1).chain([self.digits.len()]);
        for (group_start, end) in starts.zip(ends) {
            let group = end - group_start;
            if group >= 3 && is_card(&self.digits[start..end]) {
                return true;
            }
            if group < 4 || end - start > MAX_DIGITS {
                return false;
            }
        }
        false
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−')
}

fn is_card(digits: &[u8]) -> bool {
    (13..=MAX_DIGITS).contains(&digits.len()) && has_brand(digits) && passes_luhn(digits)
}

/// Returns the brand of a whole card number, in digits alone; nothing when it is not one.
pub fn brand_of(number: &str) -> Option<&'static str> {
    let digits: Option<Vec<u8>> = number.chars().map(digit_value).collect();
    let digits = digits.filter(|digits| is_card(digits))?;
    brand_of_digits(&digits).map(|brand| brand.name)
}

fn has_brand(digits: &[u8]) -> bool {
    brand_of_digits(digits).is_some()
}

fn brand_of_digits(digits: &[u8]) -> Option<&'static Brand> {
    BRANDS.iter().find(|brand| {
        let prefix =
            digits.iter().take(brand.prefix_digits as usize).fold(0, |number, digit| number * 10 + u32::from(*digit));
        (brand.first..=brand.last).contains(&prefix) && brand.lengths.contains(&digits.len())
    })
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit @ 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Returns whether a text is the end of a card or bank account: four digits, or letters of an account's number.
pub fn is_last4(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns a brand in a few letters: brand marks are text, no logos.
pub fn mark(brand: &str) -> &'static str {
    match brand {
        "Visa" => "VISA",
        "Mastercard" => "MC",
        "American Express" => "AMEX",
        "Discover" => "DISC",
        "Diners Club" => "DC",
        "JCB" => "JCB",
        "UnionPay" => "UP",
        "Verve" => "VERVE",
        "Maestro" => "MAES",
        _ => "CARD",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_card_numbers() {
        for text in [
            "4242424242424242",
            "4000 0566 5566 5556",
            "5555-5555-5555-4444",
            "2223003122003222",
            "5105105105105100",
            "378282246310005",
            "3714 496353 98431",
            "6011111111111117",
            "6011 0009 9013 9424",
            "30569309025904",
            "36227206271667",
            "3566002020360505",
            "6200000000000005",
            "6759649826438453",
            "5060990580000217499",
            "4222222222222",
            "card: 4242424242424242, exp 12/30",
            "my card is 4242 4242 4242 4242 12/30 123",
            "room 12 4242 4242 4242 4242",
            "4242\u{a0}4242 – 4242 4242",
            "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
            "42-42-42-42-42-42-42-42",
            "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
            "４２４２４２４２４２４２４２４２",
            "x4242424242424242x",
            "0712 345 678, 4242424242424242",
            "+254712345678 4242424242424242",
        ] {
            assert!(holds_card_number(text), "{text:?}");
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for text in [
            "",
            "4242424242424241",         // check digit
            "424242424242424242424242", // glued to other digits
            "1234567812345670",         // Luhn, no brand
            "0000000000000000",         // Luhn, no brand
            "9999999999999995",         // Luhn, no brand
            "378282246310005 378282246310005".split_at(14).0,
            "ORD-2026-000123-4242", // order number
            "20260131120000123",    // time
            "1706695200000",        // milliseconds
            "490154203237518",      // IMEI: always passes Luhn
            "356938035643809",      // IMEI
            "868932036356090",      // IMEI
            "8991101200003204510",  // SIM card
            "+4915112345675",       // phone: Visa's prefix, length and check digit
            "+254 712 345 678",
            "＋4915112345675",
            "0712 345 678 0722 000 000",
            "415 555 2671 212 555 1234",
            "4006381333931",               // barcode
            "DE89 3704 0044 0532 0130 00", // IBAN
            "GB29 NWBK 6016 1331 9268 19", // IBAN
            "4242/4242/4242/4242",
            "0188bac7-4afa-78aa-bc3b-bd1eef28d881",
            "cust_01h2xcejqtf2nbrexx3vqjhp41",
        ] {
            assert!(!holds_card_number(text), "{text:?}");
        }
    }

    #[test]
    fn a_13_digit_number_of_visa_counts_as_a_card() {
        // Barcodes of German goods begin alike, and one in ten has the check digit: the price of keeping no card.
        assert!(holds_card_number("4222222222222"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>(), digits in "[0-9 +x-]{0,60}") {
            let _ = (holds_card_number(&text), holds_card_number(&digits));
        }

        #[test]
        fn groups_make_no_difference(cuts in proptest::collection::vec(proptest::bool::ANY, 15)) {
            let mut text = String::from("4");
            for (digit, cut) in "242424242424242".chars().zip(cuts) {
                if cut { text.push(' ') }
                text.push(digit);
            }
            prop_assert!(holds_card_number(&text));
        }
    }
}
