//! Amounts as they are typed in a search: `500`, `>500`, `>=100EUR`, `10..20USD`.
//!
//! An amount without a currency is in the one that the caller gives.

use std::fmt;

use crate::values::{Currency, money};

/// The factor by which numbers are kept, as ten-thousandths: no currency has more than four digits.
const SCALE: i64 = 10_000;

/// The amounts that a term asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    bounds: Bounds,
    /// The currency; the account's own when none was typed.
    currency: Option<Currency>,
}

/// The bounds, in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bounds {
    Exactly(i64),
    Above(i64),
    AtLeast(i64),
    Below(i64),
    AtMost(i64),
    Between(i64, i64),
}

/// Amounts in one currency between two bounds, both included, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least amount.
    pub least: i64,
    /// The greatest amount.
    pub most: i64,
    pub currency: Currency,
}

impl Amounts {
    /// Reads what was typed.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        let letters = typed.len() - typed.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        // Letters without a digit before them are no currency but no number either.
        let letters = if typed.contains(|c: char| c.is_ascii_digit()) { letters } else { 0 };
        let (numbers, code) = typed.split_at(typed.len() - letters);
        let currency = match code {
            "" => None,
            code => Some(Currency::parse(code).map_err(|err| err.to_string())?),
        };
        // The longer signs first.
        type Make = fn(i64) -> Bounds;
        let signs: [(&str, Make); 4] =
            [(">=", Bounds::AtLeast), ("<=", Bounds::AtMost), (">", Bounds::Above), ("<", Bounds::Below)];
        let signed = signs.iter().find_map(|(sign, make)| Some((numbers.strip_prefix(sign)?, make)));
        let bounds = match (signed, numbers.split_once("..")) {
            (Some((number, make)), _) => make(scaled(number)?),
            (None, None) => Bounds::Exactly(scaled(numbers)?),
            (None, Some((one, other))) => {
                let (least, most) = (scaled(one)?, scaled(other)?);
                if most < least {
                    return Err(format!("It ends before it starts. Write {other}..{one}{code}."));
                }
                Bounds::Between(least, most)
            }
        };
        Ok(Self { bounds, currency })
    }

    /// Returns the currency that was typed.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Returns the range that is meant, where `usual` is the currency when none was typed.
    pub fn range(&self, usual: Currency) -> Range {
        let currency = self.currency.unwrap_or(usual);
        let unit = SCALE / 10_i64.pow(currency.digits().min(4));
        let (floor, ceiling) = (|number: i64| number / unit, |number: i64| (number + unit - 1) / unit);
        let (least, most) = match self.bounds {
            Bounds::Exactly(at) => (ceiling(at), floor(at)),
            Bounds::Above(at) => (floor(at) + 1, i64::MAX),
            Bounds::AtLeast(at) => (ceiling(at), i64::MAX),
            Bounds::Below(at) => (0, ceiling(at) - 1),
            Bounds::AtMost(at) => (0, floor(at)),
            Bounds::Between(least, most) => (ceiling(least), floor(most)),
        };
        Range { least, most, currency }
    }

    /// Returns whether it is about whole numbers of something that is not money.
    pub fn is_whole(&self) -> bool {
        let ends = match self.bounds {
            Bounds::Exactly(at) | Bounds::Above(at) | Bounds::AtLeast(at) | Bounds::Below(at) | Bounds::AtMost(at) => {
                [at, 0]
            }
            Bounds::Between(least, most) => [least, most],
        };
        self.currency.is_none() && ends.iter().all(|end| end % SCALE == 0)
    }

    /// Returns the bounds, both included, of whole numbers of something that is not money.
    pub fn whole(&self) -> (i64, i64) {
        match self.bounds {
            Bounds::Exactly(at) => (at / SCALE, at / SCALE),
            Bounds::Above(at) => (at / SCALE + 1, i64::MAX),
            Bounds::AtLeast(at) => (at / SCALE, i64::MAX),
            Bounds::Below(at) => (0, at / SCALE - 1),
            Bounds::AtMost(at) => (0, at / SCALE),
            Bounds::Between(least, most) => (least / SCALE, most / SCALE),
        }
    }
}

fn scaled(text: &str) -> Result<i64, String> {
    let no_number = || "Write the amount in digits, like >500, 10..20 or >100EUR.".to_owned();
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let whole = money::ungrouped(whole).ok_or_else(no_number)?;
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(&whole) || !is_number(decimals) || decimals.len() > 4 {
        return Err(no_number());
    }
    let number: i64 = format!("{whole}{decimals:0<4}").parse().map_err(|_| no_number())?;
    if number > i64::MAX / SCALE { Err("The amount is too large to search for.".to_owned()) } else { Ok(number) }
}

/// A number of ten-thousandths, written without trailing zeros.
struct Number(i64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / SCALE, self.0 % SCALE);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Display for Amounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bounds {
            Bounds::Exactly(at) => write!(f, "{}", Number(at)),
            Bounds::Above(at) => write!(f, ">{}", Number(at)),
            Bounds::AtLeast(at) => write!(f, ">={}", Number(at)),
            Bounds::Below(at) => write!(f, "<{}", Number(at)),
            Bounds::AtMost(at) => write!(f, "<={}", Number(at)),
            Bounds::Between(least, most) => write!(f, "{}..{}", Number(least), Number(most)),
        }?;
        self.currency.map_or(Ok(()), |currency| write!(f, "{currency}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, i64, String, String)> {
        let amounts = Amounts::parse(text).ok()?;
        let range = amounts.range(Currency::parse("KES").unwrap());
        Some((range.least, range.most, range.currency.to_string(), amounts.to_string()))
    }

    #[test]
    fn a_range_is_read_in_its_currencys_digits() {
        let most = i64::MAX;
        for (text, least, most, currency, written) in [
            ("500", 50_000, 50_000, "KES", "500"),
            (">500", 50_001, most, "KES", ">500"),
            (">=100.50eur", 10_050, most, "EUR", ">=100.5EUR"),
            ("<1,000JPY", 0, 999, "JPY", "<1000JPY"),
            ("10..20.5USD", 1_000, 2_050, "USD", "10..20.5USD"),
            ("0", 0, 0, "KES", "0"),
            // Halves of what is whole.
            (">1.5JPY", 2, most, "JPY", ">1.5JPY"),
            ("<1.5JPY", 0, 1, "JPY", "<1.5JPY"),
            ("1.5JPY", 2, 1, "JPY", "1.5JPY"),
            ("<=0.125KWD", 0, 125, "KWD", "<=0.125KWD"),
        ] {
            assert_eq!(read(text), Some((least, most, currency.to_owned(), written.to_owned())), "{text}");
        }
        for bad in ["", ">", "abc", "5XYZ", "20..10", "1..", "-5", "5 ZZ", ">>5", "1.23456", "99999999999999999999"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(sign in "(>=|<=|>|<|)", number in 0_i64..1_000_000_000_000, code in "(|KES|JPY|KWD)") {
            let amounts = Amounts::parse(&format!("{sign}{}{code}", Number(number))).unwrap();
            proptest::prop_assert_eq!(Amounts::parse(&amounts.to_string()), Ok(amounts));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = Amounts::parse(&text).map(|amounts| amounts.range(Currency::parse("KWD").unwrap()));
        }
    }
}
