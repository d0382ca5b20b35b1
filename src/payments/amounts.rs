//! A range of amounts in one currency, as it is typed in a search: `500`, `>500`, `>=100EUR`, `10..20USD`.

use std::fmt;

use crate::values::{Currency, Money};

/// Amounts between two bounds, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Nothing below this, in minor units.
    pub least: Option<i64>,
    /// Nothing above this, in minor units.
    pub most: Option<i64>,
    /// Of what.
    pub currency: Currency,
    /// As it is written back.
    text: String,
}

impl Amounts {
    /// Reads what was typed. An amount without a currency behind it is one of `usual`.
    ///
    /// # Errors
    /// The sentence that says what is wrong with it.
    pub fn parse(typed: &str, usual: Currency) -> Result<Self, String> {
        let typed = typed.trim();
        let letters = typed.len() - typed.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        // Letters without a digit before them are no currency but no number either.
        let letters = if typed.contains(|c: char| c.is_ascii_digit()) { letters } else { 0 };
        let (numbers, code) = typed.split_at(typed.len() - letters);
        let currency = if code.is_empty() { Ok(usual) } else { Currency::parse(code).map_err(|err| err.to_string()) }?;
        let minor = |text: &str| {
            let money = Money::parse_any(text, currency).map_err(|err| err.to_string());
            money.map(|money| (money.minor, money.plain()))
        };
        // The longer signs first.
        let signs = [">=", "<=", ">", "<"];
        let signed = signs.iter().find_map(|sign| Some((*sign, numbers.strip_prefix(sign)?)));
        let (least, most, text) = match (signed, numbers.split_once("..")) {
            (None, None) => minor(numbers).map(|(at, text)| (Some(at), Some(at), text))?,
            (None, Some((one, other))) => {
                let ((least, one), (most, other)) = (minor(one)?, minor(other)?);
                if most < least {
                    return Err(format!("It ends before it starts. Write {other}..{one}{code}."));
                }
                (Some(least), Some(most), format!("{one}..{other}"))
            }
            (Some((sign, number)), _) => {
                let (at, text) = minor(number)?;
                let (least, most) = match sign {
                    ">=" => (Some(at), None),
                    "<=" => (None, Some(at)),
                    ">" => (Some(at.saturating_add(1)), None),
                    _ => (None, Some(at.saturating_sub(1))),
                };
                (least, most, format!("{sign}{text}"))
            }
        };
        let code = if code.is_empty() { "" } else { currency.as_str() };
        Ok(Self { least, most, currency, text: format!("{text}{code}") })
    }

    /// Whether an amount lies in it.
    pub fn holds(&self, money: Money) -> bool {
        let above = self.least.is_none_or(|least| money.minor >= least);
        money.currency == self.currency && above && self.most.is_none_or(|most| money.minor <= most)
    }
}

impl fmt::Display for Amounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<i64>, Option<i64>, String, String), String> {
        let kes = Currency::parse("KES").unwrap();
        let amounts = Amounts::parse(text, kes)?;
        Ok((amounts.least, amounts.most, amounts.currency.to_string(), amounts.to_string()))
    }

    #[test]
    fn a_range_is_read_in_its_currencys_digits() {
        let of = |least, most, currency: &str, text: &str| Ok((least, most, currency.to_owned(), text.to_owned()));
        assert_eq!(read("500"), of(Some(50_000), Some(50_000), "KES", "500.00"));
        assert_eq!(read(">500"), of(Some(50_001), None, "KES", ">500.00"));
        assert_eq!(read(">=100eur"), of(Some(10_000), None, "EUR", ">=100.00EUR"));
        assert_eq!(read("<1,000JPY"), of(None, Some(999), "JPY", "<1000JPY"));
        assert_eq!(read("10..20.5USD"), of(Some(1_000), Some(2_050), "USD", "10.00..20.50USD"));
        assert_eq!(read("0"), of(Some(0), Some(0), "KES", "0.00"));
        for bad in ["", ">", "abc", "5XYZ", "20..10", "1..", "-5", "5 ZZ", ">>5", "1.234"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for text in ["500", ">=1.5KWD", "<1,000JPY", "10..20EUR"] {
            let (least, most, currency, written) = read(text).unwrap();
            assert_eq!(read(&written), Ok((least, most, currency, written.clone())));
        }
    }
}
