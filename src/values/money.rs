//! Money is a whole number of a currency's smallest unit, never a fraction; a currency has its own number of digits
//! (JPY 0, KES 2, KWD 3), as ISO 4217 says.

use std::fmt;

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use iso_currency::{Currency as Iso, IntoEnumIterator};

/// The largest amount of one payment, in minor units; sums of millions of them still fit 64 bits.
pub const LARGEST: i64 = 1_000_000_000_000;

/// A currency of ISO 4217 that has minor units; gold and test codes have none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Currency {
    iso: Iso,
    /// The number of digits after the dot.
    digits: u32,
}

/// The text is no currency's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrencyError;

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Use a currency’s three letters, such as KES or EUR.")
    }
}

impl std::error::Error for CurrencyError {}

impl Currency {
    /// Reads a code in either case.
    ///
    /// # Errors
    /// When ISO 4217 knows no such money.
    pub fn parse(raw: &str) -> Result<Self, CurrencyError> {
        let iso = Iso::from_code(&raw.trim().to_ascii_uppercase()).ok_or(CurrencyError)?;
        let digits = iso.exponent().map(u32::from).ok_or(CurrencyError)?;
        Ok(Self { iso, digits })
    }

    /// Returns the code, in upper case.
    pub fn as_str(&self) -> &str {
        self.iso.code()
    }

    /// Returns the English name.
    pub fn name(&self) -> &str {
        self.iso.name()
    }

    /// Returns the number of digits after the dot.
    pub fn digits(self) -> u32 {
        self.digits
    }

    /// Returns the number of minor units in one.
    fn unit(self) -> i64 {
        10_i64.pow(self.digits)
    }

    /// Returns every currency in use, by code.
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = Iso::iter()
            .filter(|iso| iso.is_superseded().is_none() && !iso.is_fund() && !iso.is_special())
            .filter_map(|iso| Self::parse(iso.code()).ok())
            .collect();
        all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        all
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

text_value!(Currency, CurrencyError, stored: |text: String| Currency::parse(&text));

/// An amount in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount in minor units; never a fraction.
    pub minor: i64,
    pub currency: Currency,
}

/// The reason why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// It is no number as amounts are written.
    NotANumber(Currency),
    /// It has more digits after the dot than the currency.
    TooPrecise(Currency),
    /// It is nothing, or less.
    NotPositive,
    /// It is more than [`LARGEST`].
    TooLarge(Currency),
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(currency) => {
                let example = Money { minor: 1234 * currency.unit() + currency.unit() / 2, currency: *currency };
                write!(f, "Write the amount in digits, with a dot before decimals, like {}.", example.number())
            }
            Self::TooPrecise(currency) if currency.digits == 0 => write!(f, "{currency} has no decimals."),
            Self::TooPrecise(currency) => write!(f, "{currency} has {} digits after the dot.", currency.digits),
            Self::NotPositive => f.write_str("Enter an amount above zero."),
            Self::TooLarge(currency) => {
                write!(f, "The largest amount is {}.", Money { minor: LARGEST, currency: *currency })
            }
        }
    }
}

impl std::error::Error for MoneyError {}

impl Money {
    /// Makes an amount of so many minor units of a currency.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads an amount above zero as people write it: digits, groups of three set apart by a comma, a space or an
    /// apostrophe, a dot before decimals. A comma before decimals is refused, not guessed at.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(raw: &str, currency: Currency) -> Result<Self, MoneyError> {
        match Self::parse_any(raw, currency)?.minor {
            0 => Err(MoneyError::NotPositive),
            minor if minor > LARGEST => Err(MoneyError::TooLarge(currency)),
            minor => Ok(Self { minor, currency }),
        }
    }

    /// Works like [`Money::parse`], for bounds: zero, and sums larger than one payment, are allowed too.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse_any(raw: &str, currency: Currency) -> Result<Self, MoneyError> {
        let not_a_number = MoneyError::NotANumber(currency);
        let text = raw.trim();
        if text.starts_with('-') {
            return Err(MoneyError::NotPositive);
        }
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let whole = ungrouped(whole).ok_or(not_a_number)?;
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(&whole) || !is_number(decimals) || (whole.is_empty() && decimals.is_empty()) {
            return Err(not_a_number);
        }
        // Zeros beyond the currency's digits say nothing.
        let kept = decimals.trim_end_matches('0');
        let digits = currency.digits as usize;
        if kept.len() > digits {
            return Err(MoneyError::TooPrecise(currency));
        }
        let minor = format!("{whole}{kept:0<digits$}").parse::<i64>();
        let minor = minor.map_err(|_| MoneyError::TooLarge(currency))?;
        Ok(Self { minor, currency })
    }

    /// Returns the number with the currency's digits and groups of three, without the currency: "18,450.00".
    pub fn number(&self) -> String {
        let (whole, rest) =
            (self.minor.unsigned_abs() / self.currency.unit().unsigned_abs(), self.minor % self.currency.unit());
        let sign = if self.minor < 0 { "−" } else { "" };
        match self.currency.digits as usize {
            0 => format!("{sign}{}", grouped(whole)),
            digits => format!("{sign}{}.{:0digits$}", grouped(whole), rest.unsigned_abs()),
        }
    }

    /// Returns the number as a form takes it back: "18450.00".
    pub fn plain(&self) -> String {
        self.number().replace(',', "")
    }

    /// Returns zeros that stand, unseen, where other currencies have decimals, so that the units of a column line up.
    pub fn pad(&self) -> &'static str {
        match self.currency.digits {
            0 => ".00",
            1 => "0",
            _ => "",
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.number())
    }
}

/// Returns the digits of a number written in groups of three, or as it is without groups.
pub fn ungrouped(whole: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let fits =
        groups.len() == 1 || (groups[1..].iter().all(|group| group.len() == 3) && (1..=3).contains(&groups[0].len()));
    fits.then(|| groups.concat())
}

/// Writes 1234567 as "1,234,567".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    fn minor(text: &str, code: &str) -> Result<i64, MoneyError> {
        Money::parse(text, currency(code)).map(|money| money.minor)
    }

    #[test]
    fn a_currency_has_its_own_digits() {
        for (code, digits) in [("JPY", 0), ("kes", 2), (" KWD ", 3), ("UGX", 0), ("EUR", 2)] {
            assert_eq!(currency(code).digits(), digits, "{code}");
        }
        for code in ["", "KE", "KESS", "XAU", "XXX", "ÄÖÜ", "K\0S", "12"] {
            assert_eq!(Currency::parse(code), Err(CurrencyError), "{code}");
        }
        let all = Currency::all();
        assert!(all.len() > 140 && all.iter().any(|one| one.as_str() == "KES"));
    }

    #[test]
    fn an_amount_is_read_as_written_and_never_guessed() {
        assert_eq!(minor("1234.5", "KES"), Ok(123_450));
        assert_eq!(minor("1,234,567.50", "USD"), Ok(123_456_750));
        assert_eq!(minor("1 234", "JPY"), Ok(1_234));
        assert_eq!(minor("1'234.125", "KWD"), Ok(1_234_125));
        assert_eq!(minor(".5", "EUR"), Ok(50));
        assert_eq!(minor("5.", "EUR"), Ok(500));
        assert_eq!(minor("5.500", "EUR"), Ok(550), "zeros beyond the digits say nothing");
        assert_eq!(minor("310000.00", "UGX"), Ok(310_000));
        assert_eq!(minor("1.5", "JPY"), Err(MoneyError::TooPrecise(currency("JPY"))));
        assert_eq!(minor("0.001", "KES"), Err(MoneyError::TooPrecise(currency("KES"))));
        for text in ["", ".", "12,34", "1,50", "1234,567", "1e3", "0x10", "٣", "1.2.3", "KES 5", "+5", "5-"] {
            assert_eq!(minor(text, "KES"), Err(MoneyError::NotANumber(currency("KES"))), "{text}");
        }
        for text in ["0", "0.00", "-5"] {
            assert_eq!(minor(text, "KES"), Err(MoneyError::NotPositive), "{text}");
        }
        for text in ["10000000000.01", "99999999999999999999999999"] {
            assert_eq!(minor(text, "KES"), Err(MoneyError::TooLarge(currency("KES"))), "{text}");
        }
    }

    #[test]
    fn money_is_written_with_its_currencys_digits() {
        let written = |minor, code| Money::new(minor, currency(code)).to_string();
        assert_eq!(written(1_845_000, "KES"), "KES 18,450.00");
        assert_eq!(written(5, "KES"), "KES 0.05");
        assert_eq!(written(310_000, "UGX"), "UGX 310,000");
        assert_eq!(written(1_500, "KWD"), "KWD 1.500");
        assert_eq!(written(i64::MIN, "JPY"), "JPY −9,223,372,036,854,775,808");
        assert_eq!(Money::new(1_845_000, currency("KES")).plain(), "18450.00");
        let sentence = MoneyError::NotANumber(currency("KES")).to_string();
        assert_eq!(sentence, "Write the amount in digits, with a dot before decimals, like 1,234.50.");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in 1..=LARGEST, at in 0_usize..150) {
            let all = Currency::all();
            let money = Money::new(minor, all[at % all.len()]);
            proptest::prop_assert_eq!(Money::parse(&money.number(), money.currency), Ok(money));
            proptest::prop_assert_eq!(Money::parse(&money.plain(), money.currency), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = Money::parse(&text, currency("KWD"));
            let _ = Currency::parse(&text);
        }
    }
}
