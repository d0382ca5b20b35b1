//! Money is a whole number of a currency's smallest unit, never a fraction; a currency has its own number of digits
//! (JPY 0, KES 2, KWD 3), as ISO 4217 says.

use std::fmt;

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use iso_currency::{Currency as Iso, IntoEnumIterator};

use crate::{codes::Code, reason::Reason};

/// The largest amount of one payment, in minor units; sums of millions of them still fit 64 bits.
pub const LARGEST: i64 = 1_000_000_000_000;

/// A currency of ISO 4217 that has minor units; gold and test codes have none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow, PartialOrd, Ord)]
#[diesel(sql_type = Text)]
pub struct Currency {
    iso: Iso,
    /// The number of digits after the dot.
    digits: u32,
}

/// The reason why a text is no currency for what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrencyError {
    /// It is no currency's code.
    Unknown,
    /// It is the code of a unit that nobody pays in, or not any more.
    NotOffered(Currency),
}

impl fmt::Display for CurrencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Use a currency’s three letters, such as KES or EUR."),
            Self::NotOffered(currency) => {
                write!(f, "Nobody pays in {currency} ({}), or not any more. Choose a currency in use.", currency.name())
            }
        }
    }
}

impl std::error::Error for CurrencyError {}

impl From<CurrencyError> for Reason {
    fn from(err: CurrencyError) -> Self {
        Code::CurrencyUnknown.says(err.to_string())
    }
}

impl Currency {
    /// Reads a code in either case, also of a currency that is not offered any more: payments may be stored in it.
    ///
    /// # Errors
    /// When ISO 4217 knows no such money.
    pub fn parse(raw: &str) -> Result<Self, CurrencyError> {
        let iso = Iso::from_code(&raw.trim().to_ascii_uppercase()).ok_or(CurrencyError::Unknown)?;
        let digits = iso.exponent().map(u32::from).ok_or(CurrencyError::Unknown)?;
        Ok(Self { iso, digits })
    }

    /// Reads the code of a currency for something new.
    ///
    /// # Errors
    /// When ISO 4217 knows no such money, or it is not offered.
    pub fn parse_offered(raw: &str) -> Result<Self, CurrencyError> {
        let currency = Self::parse(raw)?;
        if currency.is_offered() { Ok(currency) } else { Err(CurrencyError::NotOffered(currency)) }
    }

    /// Returns whether new payments may be in it: not in funds, nor in what another currency has superseded.
    pub fn is_offered(self) -> bool {
        // Venezuela's two codes are both in use, though the list calls this one superseded.
        let is_in_use = self.iso.is_superseded().is_none() || self.iso == Iso::VES;
        is_in_use && !self.iso.is_fund() && !self.iso.is_special()
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

    /// Returns the minor units of an amount in digits.
    fn minor(self, whole: &str, decimals: &str) -> Result<i64, MoneyError> {
        // Zeros beyond the currency's digits say nothing.
        let kept = decimals.trim_end_matches('0');
        let digits = self.digits as usize;
        if kept.len() > digits {
            return Err(MoneyError::TooPrecise(self));
        }
        format!("{whole}{kept:0<digits$}").parse().map_err(|_| MoneyError::TooLarge(self))
    }

    /// Returns every currency that is offered, by code.
    pub fn offered() -> Vec<Self> {
        let mut offered: Vec<Self> = Iso::iter().filter_map(|iso| Self::parse_offered(iso.code()).ok()).collect();
        offered.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        offered
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// It is no number as amounts are written.
    NotANumber(Currency),
    /// It can be read as two amounts.
    Ambiguous(Ambiguous),
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
            Self::Ambiguous(ambiguous) => write!(f, "{ambiguous}"),
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

impl From<MoneyError> for Reason {
    fn from(err: MoneyError) -> Self {
        Code::AmountInvalid.says(err.to_string())
    }
}

impl Money {
    /// Makes an amount of so many minor units of a currency.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads an amount above zero as people write it: digits, groups set apart by a comma, a space or an apostrophe, a
    /// dot before decimals. A comma before decimals is refused, and so is what can be read in two ways.
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
        let text = raw.trim();
        if text.starts_with('-') {
            return Err(MoneyError::NotPositive);
        }
        if let Some(ambiguous) = Ambiguous::find(text, currency) {
            return Err(MoneyError::Ambiguous(ambiguous));
        }
        let Number { whole, decimals } = Number::parse(text).ok_or(MoneyError::NotANumber(currency))?;
        let minor = currency.minor(&whole, decimals)?;
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

    /// Returns the number as briefly as it can be written in one meaning: "1,000", "1.50", "1000" where a comma before
    /// three digits could be a dot.
    fn short(&self) -> String {
        let unit = self.currency.unit();
        if self.minor % unit != 0 {
            return self.number();
        }
        let whole = (self.minor / unit).unsigned_abs();
        if self.currency.digits == 3 { whole.to_string() } else { grouped(whole) }
    }

    /// Returns the number in ten-thousandths, by which amounts of several currencies stand in an order.
    pub fn scaled(&self) -> i128 {
        i128::from(self.minor) * 10_i128.pow(4_u32.saturating_sub(self.currency.digits))
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

/// A text that is one amount where a dot or comma stands before decimals, and another where it sets groups apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    text: String,
    with_decimals: Money,
    in_groups: Money,
}

impl Ambiguous {
    /// Reads a text in both ways; `None` when only one of them makes sense in the currency.
    pub fn find(text: &str, currency: Currency) -> Option<Self> {
        let by_comma = !text.contains('.');
        let mark = if by_comma { ',' } else { '.' };
        let (whole, rest) = text.split_once(mark).filter(|(_, rest)| rest.len() == 3)?;
        let is_told_by_currency = currency.digits == 3 && !by_comma;
        let is_told_by_groups = by_comma && currency.digits != 3 && whole != "0";
        let whole = if by_comma { whole.to_owned() } else { ungrouped(whole)? };
        if is_told_by_currency || is_told_by_groups || !is_digits(&whole) || !is_digits(rest) {
            return None;
        }
        let with_decimals = Money::new(currency.minor(&whole, rest).ok()?, currency);
        let in_groups = Money::new(currency.minor(&format!("{whole}{rest}"), "").ok()?, currency);
        Some(Self { text: text.to_owned(), with_decimals, in_groups })
    }
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, with_decimals, in_groups } = self;
        let (one, other) = (with_decimals.short(), in_groups.short());
        write!(f, "“{text}” can be read as {with_decimals} or {in_groups}. Write {one} or {other}.")
    }
}

/// A number as people write it, without its groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number<'t> {
    /// The digits before the dot; they may be none when some follow it.
    pub whole: String,
    /// The digits after the dot.
    pub decimals: &'t str,
}

impl<'t> Number<'t> {
    /// Reads digits in groups or without, and others behind a dot.
    pub fn parse(text: &'t str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let whole = ungrouped(whole)?;
        let is_number = is_digits(&whole) && is_digits(decimals) && (!whole.is_empty() || !decimals.is_empty());
        is_number.then_some(Self { whole, decimals })
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the digits of a number written in groups, as 1,234,567 or in India 12,34,567, or as it is without groups.
fn ungrouped(whole: &str) -> Option<String> {
    let is_mark = |c: &char| matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’');
    let Some(mark) = whole.chars().find(is_mark) else { return Some(whole.to_owned()) };
    let groups: Vec<&str> = whole.split(mark).collect();
    let ([first, between @ .., last], false) = (&groups[..], whole.starts_with('0')) else { return None };
    let in_threes = (1..=3).contains(&first.len()) && between.iter().all(|group| group.len() == 3);
    let in_twos = (1..=2).contains(&first.len()) && between.iter().all(|group| group.len() == 2);
    (last.len() == 3 && (in_threes || in_twos)).then(|| groups.concat())
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
            assert_eq!(Currency::parse(code), Err(CurrencyError::Unknown), "{code}");
        }
    }

    #[test]
    fn what_nobody_pays_in_is_read_but_not_offered() {
        let offered = Currency::offered();
        assert!(offered.len() > 140);
        for code in ["KES", "VES", "SLE", "XOF"] {
            assert!(Currency::parse_offered(code).is_ok_and(|currency| offered.contains(&currency)), "{code}");
        }
        for code in ["CLF", "USN", "HRK", "bgn", "SLL", "ZWL", "UYI", "XAD"] {
            let currency = currency(code);
            assert_eq!(Currency::parse_offered(code), Err(CurrencyError::NotOffered(currency)), "{code}");
            assert!(!offered.contains(&currency), "{code}");
        }
        assert_eq!(Currency::parse_offered("XYZ"), Err(CurrencyError::Unknown));
        let sentence = CurrencyError::NotOffered(currency("HRK")).to_string();
        assert_eq!(sentence, "Nobody pays in HRK (Croatian kuna), or not any more. Choose a currency in use.");
    }

    #[test]
    fn an_amount_is_read_as_written_and_never_guessed() {
        assert_eq!(minor("1234.5", "KES"), Ok(123_450));
        assert_eq!(minor("1,234,567.50", "USD"), Ok(123_456_750));
        assert_eq!(minor("1 234", "JPY"), Ok(1_234));
        assert_eq!(minor("1'234.125", "KWD"), Ok(1_234_125));
        assert_eq!(minor(".5", "EUR"), Ok(50));
        assert_eq!(minor("5.", "EUR"), Ok(500));
        assert_eq!(minor("310000.00", "UGX"), Ok(310_000), "zeros beyond the digits say nothing");
        assert_eq!(minor("7500.0000", "EUR"), Ok(750_000));
        assert_eq!(minor("1,00,000", "INR"), Ok(10_000_000));
        assert_eq!(minor("12,34,567.50", "INR"), Ok(123_456_750));
        assert_eq!(minor("1.234", "KWD"), Ok(1_234));
        assert_eq!(minor("1,234.500", "KWD"), Ok(1_234_500));
        assert_eq!(minor("1,234,567", "KWD"), Ok(1_234_567_000));
        assert_eq!(minor("7,500", "JPY"), Ok(7_500));
        assert_eq!(minor("1.5", "JPY"), Err(MoneyError::TooPrecise(currency("JPY"))));
        assert_eq!(minor("0.001", "KES"), Err(MoneyError::TooPrecise(currency("KES"))));
        for text in ["", ".", "12,34", "1,50", "1234,567", "1e3", "0x10", "٣", "1.2.3", "KES 5", "+5", "5-"]
            .into_iter()
            .chain(["1,2,3", "1,0,000", "100,00,000", "01,234", "0,250,000", "1 234,500", "1,234'567", "1,234 567"])
        {
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
    fn what_can_be_read_in_two_ways_is_refused_with_both() {
        for (text, code, one, other) in [
            ("1.000", "KES", "KES 1.00 or KES 1,000.00", "1 or 1,000"),
            ("150.000", "IDR", "IDR 150.00 or IDR 150,000.00", "150 or 150,000"),
            ("5.500", "EUR", "EUR 5.50 or EUR 5,500.00", "5.50 or 5,500"),
            ("2.000", "JPY", "JPY 2 or JPY 2,000", "2 or 2,000"),
            ("1,250.500", "USD", "USD 1,250.50 or USD 1,250,500.00", "1,250.50 or 1,250,500"),
            ("0,250", "EUR", "EUR 0.25 or EUR 250.00", "0.25 or 250"),
            ("1,234", "KWD", "KWD 1.234 or KWD 1,234.000", "1.234 or 1234"),
            ("40,000", "TND", "TND 40.000 or TND 40,000.000", "40 or 40000"),
        ] {
            let sentence = minor(text, code).unwrap_err().to_string();
            assert_eq!(sentence, format!("“{text}” can be read as {one}. Write {other}."), "{text} {code}");
        }
        // Only one of the readings is money here.
        assert_eq!(minor("1.234", "KES"), Err(MoneyError::TooPrecise(currency("KES"))));
        assert_eq!(minor("0,255", "EUR"), Err(MoneyError::NotANumber(currency("EUR"))));
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
            let all = Currency::offered();
            let money = Money::new(minor, all[at % all.len()]);
            proptest::prop_assert_eq!(Money::parse(&money.number(), money.currency), Ok(money));
            proptest::prop_assert_eq!(Money::parse(&money.plain(), money.currency), Ok(money));
            proptest::prop_assert_eq!(Money::parse(&money.short(), money.currency), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = Money::parse(&text, currency("KWD"));
            let _ = Currency::parse(&text);
        }
    }
}
