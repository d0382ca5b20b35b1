//! Amounts as they are typed in a search: `500`, `>500`, `>=100EUR`, `10..20USD`, `10-20USD`.
//!
//! An amount without a currency is in the one that the caller gives. It is refused where it can be read in two ways, as
//! a form refuses it.

use std::fmt;

use crate::values::{
    Currency,
    money::{Ambiguous, MoneyError, Number, grouped},
};

/// The factor by which numbers are kept, as ten-thousandths: no currency has more than four digits.
const SCALE: i64 = 10_000;

/// The amounts that a term asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    bounds: Bounds,
    /// The currency; the account's own when none was typed.
    currency: Option<Currency>,
}

/// The bounds of numbers, of amounts in ten-thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
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
    /// Reads amounts of money, where `usual` is the currency of those without one.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(typed: &str, usual: Currency) -> Result<Self, String> {
        let typed = typed.trim();
        let letters = typed.len() - typed.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        // Letters without a digit before them are no currency but no number either.
        let letters = if typed.contains(|c: char| c.is_ascii_digit()) { letters } else { 0 };
        let (numbers, code) = typed.split_at(typed.len() - letters);
        let currency = match code {
            "" => None,
            code => Some(Currency::parse(code).map_err(|err| err.to_string())?),
        };
        let bounds = Bounds::parse(numbers, code, |text| scaled(text, currency.unwrap_or(usual)))?;
        Ok(Self { bounds, currency })
    }

    /// Reads whole numbers of something that is not money.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse_counts(typed: &str) -> Result<Self, String> {
        let bounds = Bounds::parse(typed.trim(), "", |text| match Number::parse(text) {
            Some(number) if !text.contains('.') => in_scale(&number),
            _ => Err("Write a whole number.".to_owned()),
        })?;
        Ok(Self { bounds, currency: None })
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

    /// Returns amounts of money in words, where `usual` is the currency when none was typed: "over KES 500".
    pub fn money_label(&self, usual: Currency) -> String {
        let currency = self.currency.unwrap_or(usual);
        self.bounds.label(|number| format!("{currency} {}", shown(number)))
    }

    /// Returns whole numbers in words: "2 to 4".
    pub fn count_label(&self) -> String {
        self.bounds.label(shown)
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

impl Bounds {
    /// Reads one number behind a sign, or two with dots or a dash between them; `code` is the currency behind them.
    pub(super) fn parse(typed: &str, code: &str, number: impl Fn(&str) -> Result<i64, String>) -> Result<Self, String> {
        // The longer signs first.
        type Make = fn(i64) -> Bounds;
        let signs: [(&str, Make); 4] =
            [(">=", Bounds::AtLeast), ("<=", Bounds::AtMost), (">", Bounds::Above), ("<", Bounds::Below)];
        let signed = signs.iter().find_map(|(sign, make)| Some((typed.strip_prefix(sign)?, make)));
        match (signed, typed.split_once("..").or_else(|| between(typed))) {
            (Some((text, make)), _) => number(text).map(make),
            (None, None) => number(typed).map(Bounds::Exactly),
            (None, Some((one, other))) => {
                let (least, most) = (number(one)?, number(other)?);
                if most < least {
                    return Err(format!("It ends before it starts. Write {other}..{one}{code}."));
                }
                Ok(Bounds::Between(least, most))
            }
        }
    }

    pub(super) fn label(self, number: impl Fn(i64) -> String) -> String {
        match self {
            Self::Exactly(at) => number(at),
            Self::Above(at) => format!("over {}", number(at)),
            Self::AtLeast(at) => format!("from {} on", number(at)),
            Self::Below(at) => format!("under {}", number(at)),
            Self::AtMost(at) => format!("up to {}", number(at)),
            Self::Between(least, most) => format!("{} to {}", number(least), number(most)),
        }
    }

    /// Writes the bounds, each end by `number`.
    pub(super) fn write(self, f: &mut fmt::Formatter<'_>, number: impl Fn(i64) -> String) -> fmt::Result {
        match self {
            Self::Exactly(at) => f.write_str(&number(at)),
            Self::Above(at) => write!(f, ">{}", number(at)),
            Self::AtLeast(at) => write!(f, ">={}", number(at)),
            Self::Below(at) => write!(f, "<{}", number(at)),
            Self::AtMost(at) => write!(f, "<={}", number(at)),
            Self::Between(least, most) => write!(f, "{}..{}", number(least), number(most)),
        }
    }
}

/// Cuts a text at the dash between two numbers. One before the first number is its minus.
fn between(typed: &str) -> Option<(&str, &str)> {
    typed.split_once(['-', '–', '—']).filter(|(one, _)| one.ends_with(|c: char| c.is_ascii_digit()))
}

/// Reads an amount as ten-thousandths. More decimals than the currency has are an amount between two that can be paid.
fn scaled(text: &str, currency: Currency) -> Result<i64, String> {
    if let Some(ambiguous) = Ambiguous::find(text, currency) {
        return Err(ambiguous.to_string());
    }
    let number = Number::parse(text).filter(|number| !number.whole.is_empty());
    let number = number.ok_or_else(|| NO_NUMBER.to_owned())?;
    // Three digits behind a dot look like a group of a larger amount.
    if number.decimals.len() == 3 && currency.digits() < 3 {
        return Err(MoneyError::TooPrecise(currency).to_string());
    }
    in_scale(&number)
}

const NO_NUMBER: &str = "Write the amount in digits, like >500, 10..20 or >100EUR.";

/// Returns a number as ten-thousandths.
fn in_scale(Number { whole, decimals }: &Number<'_>) -> Result<i64, String> {
    if decimals.len() > 4 {
        return Err(NO_NUMBER.to_owned());
    }
    let number: i64 = format!("{whole}{decimals:0<4}").parse().map_err(|_| NO_NUMBER.to_owned())?;
    if number > i64::MAX / SCALE { Err("The amount is too large to search for.".to_owned()) } else { Ok(number) }
}

/// Writes ten-thousandths without trailing zeros, but for one that keeps three decimals from looking like a group where
/// the currency has not three.
fn written(number: i64, currency: Option<Currency>) -> String {
    let text = format!("{}.{:04}", number / SCALE, number % SCALE);
    let is_like_group = number % 10 == 0 && number % 100 != 0 && currency.is_none_or(|own| own.digits() != 3);
    if is_like_group { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// Returns ten-thousandths as people write them, with groups.
fn shown(number: i64) -> String {
    let plain = written(number, None);
    let (whole, decimals) = plain.split_once('.').map_or((plain.as_str(), ""), |(whole, decimals)| (whole, decimals));
    let whole = grouped(whole.parse().unwrap_or_default());
    if decimals.is_empty() { whole } else { format!("{whole}.{decimals:0<2}") }
}

impl fmt::Display for Amounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bounds.write(f, |number| written(number, self.currency))?;
        self.currency.map_or(Ok(()), |currency| write!(f, "{currency}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes() -> Currency {
        Currency::parse("KES").unwrap()
    }

    fn read(text: &str) -> Option<(i64, i64, String, String)> {
        let amounts = Amounts::parse(text, kes()).ok()?;
        let range = amounts.range(kes());
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
            ("1,000..2,500.50KES", 100_000, 250_050, "KES", "1000..2500.5KES"),
            (">=1,00,000INR", 10_000_000, most, "INR", ">=100000INR"),
            ("10..20.5USD", 1_000, 2_050, "USD", "10..20.5USD"),
            ("100-200", 10_000, 20_000, "KES", "100..200"),
            ("1,000–2,500.50EUR", 100_000, 250_050, "EUR", "1000..2500.5EUR"),
            ("0.5—7JPY", 1, 7, "JPY", "0.5..7JPY"),
            ("0", 0, 0, "KES", "0"),
            // Halves of what is whole.
            (">1.5JPY", 2, most, "JPY", ">1.5JPY"),
            ("<1.5JPY", 0, 1, "JPY", "<1.5JPY"),
            ("1.5JPY", 2, 1, "JPY", "1.5JPY"),
            ("<=0.125KWD", 0, 125, "KWD", "<=0.125KWD"),
        ] {
            assert_eq!(read(text), Some((least, most, currency.to_owned(), written.to_owned())), "{text}");
        }
        for bad in [
            "",
            ">",
            "abc",
            "5XYZ",
            "20..10",
            "1..",
            "-5",
            "1-",
            "20-10",
            "1-2-3",
            ">1-2",
            "1--2",
            "5 ZZ",
            ">>5",
            "1.23456",
            "99999999999999999999",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_amount_that_can_be_read_in_two_ways_is_refused() {
        let kwd = Currency::parse("KWD").unwrap();
        let sentence = |text: &str, usual| Amounts::parse(text, usual).unwrap_err();
        let both = "“2.000” can be read as KES 2.00 or KES 2,000.00. Write 2 or 2,000.";
        assert_eq!(sentence(">2.000", kes()), both);
        assert_eq!(sentence("1..2.000KES", kwd), both);
        assert_eq!(sentence("1.234", kes()), "KES has 2 digits after the dot.");
        assert!(sentence("2,000", kwd).ends_with("Write 2 or 2000."));
        assert!(sentence("0,250EUR", kes()).ends_with("Write 0.25 or 250."));
        assert_eq!(Amounts::parse("2.125", kwd).unwrap().range(kwd).least, 2_125);
        assert!(Amounts::parse_counts("1.000").is_err() && Amounts::parse_counts("5KES").is_err());
        assert_eq!(Amounts::parse_counts("2-4").unwrap().whole(), (2, 4));
        assert_eq!(Amounts::parse_counts(">1,000").unwrap().whole(), (1_001, i64::MAX));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same(sign in "(>=|<=|>|<|)", number in 0_i64..1_000_000_000_000, code in "(|KES|JPY|KWD)") {
            let currency = Currency::parse(&code).ok();
            let amounts = Amounts::parse(&format!("{sign}{}{code}", written(number, currency)), kes()).unwrap();
            for usual in [kes(), Currency::parse("KWD").unwrap()] {
                proptest::prop_assert_eq!(Amounts::parse(&amounts.to_string(), usual), Ok(amounts.clone()));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = Amounts::parse(&text, kes()).map(|amounts| amounts.range(Currency::parse("KWD").unwrap()));
        }
    }
}
