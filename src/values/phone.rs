//! A phone is a number people can be called at: in E.164 for machines, and as it was typed.
//!
//! Numbers are read with Google's numbering plans. Two crates carry them; measured in release builds on two cores with
//! 62 texts of 32 countries, memory as resident above the empty process:
//!
//! | | `phonenumber` 0.3.10 | `rlibphonenumber` 2.2.15 | the same with `lite` |
//! |---|---|---|---|
//! | clean build; crates, with those for building | 34 s; 39, 41 | 58 s; 42, 81 | 31 s; 39, 82 |
//! | binary of the measurement | 4.8 MB | 3.4 MB | 1.1 MB |
//! | first use | 71 ms | 14 ms | 3.4 ms |
//! | memory after first use, those texts, every country | 6, 19, 25 MB | 8, 58, 338 MB | 5, 7, 14 MB |
//! | read a number | 3.3 µs | 0.6 µs | 9.3 µs |
//! | group an E.164 number | 0.6 to 2.1 µs | 1.5 µs | 10 µs; 2.5 µs without reading it first, as here |
//! | numbering plans | 9.0.33 | 9.0.42 | 9.0.42 |
//!
//! Both read the same, but `phonenumber` takes no Arabic or full-width digits, and offers no check of possible lengths.
//! `lite` it is, since the server is to rest below 60 MB in all: it compiles the same patterns with regex-lite, which
//! keeps far less for each. Here a number is read in 16 µs, cleaning and E.164 included.

use super::{
    CountryCode,
    digits::digit_value,
    invisible::is_invisible,
    text::{self, TextError},
};
use crate::{codes::Code, reason::Reason};
use std::{cell::RefCell, collections::HashMap, fmt};

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, Region, ValidationError,
};

/// A number of a possible length for a country that exists. It is not checked whether it is in service, since new
/// ranges open every month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    e164: String,
    typed: String,
}

/// The reason why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneError {
    /// Nothing but white space.
    Empty,
    /// A letter or sign that numbers do not have; extensions are not kept.
    Character(char),
    /// No country has the code after the “+”.
    UnknownCode,
    /// The default country has no numbers of its own, and no other is named.
    CodeMissing,
    /// Shorter than any number of the country with this calling code.
    TooShort(i32),
    /// Longer than any number of the country with this calling code.
    TooLong(i32),
    /// Of a length between the possible ones.
    Length(i32),
    /// Complete only for callers in the same town.
    AreaMissing,
    /// Not to be read as one number for another reason.
    Unreadable,
    /// Text that cannot be kept at all.
    Text(TextError),
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HINT: &str = "Check the digits, or start with “+” and the country code.";
        match self {
            Self::Empty => f.write_str("Enter a phone number."),
            Self::Character(c) => write!(
                f,
                "There is {} “{c}” in this number. Use digits, with or without the country code.",
                article(*c)
            ),
            Self::UnknownCode => f.write_str("No country has this code. Check the digits after the “+”."),
            Self::CodeMissing => f.write_str("Start with “+” and the country code."),
            Self::TooShort(code) => write!(f, "This number is too short for +{code}. {HINT}"),
            Self::TooLong(code) => write!(f, "This number is too long for +{code}. {HINT}"),
            Self::Length(code) => write!(f, "No number of +{code} has this many digits. {HINT}"),
            Self::AreaMissing => f.write_str("The area code is missing. Add it before the number."),
            Self::Unreadable => f.write_str("Enter one phone number, such as +254 712 345 678."),
            Self::Text(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PhoneError {}

impl From<PhoneError> for Reason {
    fn from(err: PhoneError) -> Self {
        match err {
            PhoneError::Empty => Code::Required.says(err.to_string()),
            PhoneError::Text(err) => err.into(),
            err => Code::PhoneUnreadable.says(err.to_string()),
        }
    }
}

impl Phone {
    /// The longest text read as a number, in characters.
    pub const MAX_CHARS: usize = 60;

    /// Reads a number as people write it: with spaces, dots, dashes, brackets and slashes, in the default country's own
    /// form, or with “+”, “00” or that country's way to call abroad before a country code. What has a “+”, a calling code
    /// that exists and 7 to 15 digits is taken as it is, even where no such number can be; see [`is_callable`].
    pub fn parse(raw: &str, default_country: CountryCode) -> Result<Self, PhoneError> {
        let typed = typed(raw)?;
        let e164 = match read(&typed, default_country) {
            Ok(number) => number.format_as(PhoneNumberFormat::E164).into_owned(),
            Err(error) => as_it_is(&typed).ok_or(error)?,
        };
        Ok(Self { e164, typed })
    }

    /// Returns the number as `+254712345678`.
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// Returns the country whose number it is, where its plan tells.
    pub fn country(&self) -> Option<CountryCode> {
        let of_number = number_of(&self.e164)?.get_region_code()?;
        CountryCode::all().find(|country| region(*country) == Some(of_number))
    }

    /// Returns the number as it was typed, white space cleaned.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Returns the digits to search for when a term reads as a whole number, such as `254712345678` for `0712 345 678`
    /// in Kenya.
    ///
    /// `None` for what is better searched as a fragment: what is no valid number (yet, while it is typed), and fewer
    /// than 9 digits without any prefix, which are more likely the end of a longer number.
    pub fn search_digits(raw: &str, default_country: CountryCode) -> Option<String> {
        let typed = typed(raw).ok()?;
        let digits = digits(&typed);
        let is_whole = typed.starts_with(['+', '＋']) || digits.starts_with('0') || digits.len() >= 9;
        if !is_whole {
            return None;
        }
        let number = read(&typed, default_country).ok().filter(|number| number.is_valid())?;
        let e164 = number.format_as(PhoneNumberFormat::E164);
        e164.strip_prefix('+').map(str::to_owned)
    }
}

/// The number, grouped for the eye.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&pretty(&self.e164))
    }
}

/// Returns an E.164 number grouped as its country does, with long groups cut: `+254 712 345 678`. Anything else comes
/// back as it is.
pub fn pretty(e164: &str) -> String {
    GROUPED.with_borrow_mut(|grouped| match kind(e164) {
        Some(kind) if grouped.contains_key(&kind) => filled(&grouped[&kind], e164),
        Some(kind) => {
            let pretty = grouped_by_plan(e164);
            if grouped.len() >= MOST_KINDS {
                grouped.clear();
            }
            grouped.insert(kind, pretty.clone());
            pretty
        }
        None => grouped_by_plan(e164),
    })
}

thread_local! {
    /// A grouped number of each kind that was shown before. The plans' patterns take twenty times as long, and most of
    /// the time of a whole page of customers.
    static GROUPED: RefCell<HashMap<u64, String>> = RefCell::default();
}

/// The most kinds that are remembered, at about 100 bytes each.
const MOST_KINDS: usize = 4_096;
/// The fewest digits of a kind, the country's code included.
const MIN_KIND: usize = 11;

/// Returns what numbers that are grouped alike have in common: their length, and all but their last four digits, which
/// no plan looks at in a number of some length. Returns `None` for shorter ones, and for what is no number.
fn kind(e164: &str) -> Option<u64> {
    let digits = e164.strip_prefix('+').filter(|digits| (MIN_KIND..=15).contains(&digits.len()))?;
    let is_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|_| is_digits)?;
    Some(number / 10_000 * 16 + digits.len() as u64)
}

/// Returns a number grouped as another of its kind is.
fn filled(grouped: &str, e164: &str) -> String {
    let mut digits = e164.bytes().skip(1).map(char::from);
    grouped.chars().map(|c| if c.is_ascii_digit() { digits.next().unwrap_or(c) } else { c }).collect()
}

fn grouped_by_plan(e164: &str) -> String {
    match number_of(e164) {
        Some(number) => cut_long_groups(&number.format_as(PhoneNumberFormat::International)),
        None => e164.to_owned(),
    }
}

/// Cuts long groups. Many countries' plans end in six to eight digits (`+254 712 345678`); three or four are easier to
/// read.
fn cut_long_groups(grouped: &str) -> String {
    let mut cut = String::with_capacity(grouped.len() + 3);
    for group in grouped.split_inclusive([' ', '-']) {
        let digits = group.bytes().filter(u8::is_ascii_digit).count();
        let pieces = if digits > 5 { digits.div_ceil(4) } else { 1 };
        let ends: Vec<usize> = (1..pieces).map(|piece| digits * piece / pieces).collect();
        for (place, c) in group.chars().enumerate() {
            if ends.contains(&place) {
                cut.push(' ');
            }
            cut.push(c);
        }
    }
    cut
}

fn typed(raw: &str) -> Result<String, PhoneError> {
    // Address books put invisible direction marks around the numbers that are copied from them.
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).collect();
    let line = text::line(&visible, Phone::MAX_CHARS).map_err(PhoneError::Text)?.ok_or(PhoneError::Empty)?;
    let typed = as_number(&line).to_owned();
    match typed.chars().find(|c| !is_written_in_numbers(*c)) {
        Some(other) => Err(PhoneError::Character(other)),
        None => Ok(typed),
    }
}

/// Returns a number without what other programs put around it: a link's `tel:`, the apostrophe that keeps a spreadsheet
/// from counting with it, and the `.0` of a spreadsheet that did.
fn as_number(line: &str) -> &str {
    let is_link = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("tel:"));
    let line = if is_link { line[4..].trim_start() } else { line };
    let line = line.strip_prefix(['\'', '’', '‘', '`']).map_or(line, str::trim_start);
    match line.split_once('.') {
        Some((whole, "0" | "00")) if is_plain_number(whole) => whole,
        _ => line,
    }
}

/// Returns whether a text is a number as machines write it, and long enough to be whole.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether numbers are written with this character.
pub fn is_written_in_numbers(c: char) -> bool {
    digit_value(c).is_some()
        || matches!(c, '+' | '＋' | ' ' | '(' | ')' | '.' | '-' | '/' | '\u{2010}'..='\u{2015}' | '−')
}

/// Returns the digits of a text, in ASCII.
pub fn digits(typed: &str) -> String {
    let digit = |c| char::from_digit(digit_value(c)?.into(), 10);
    typed.chars().filter_map(digit).collect()
}

fn read(typed: &str, default_country: CountryCode) -> Result<PhoneNumber, PhoneError> {
    let reading = read_as_written(typed, default_country);
    let is_abroad = |number: &PhoneNumber| Some(number.country_code) != calling_code(default_country);
    // “00” is dialled in most countries, and written even where it is not (Kenya, the United States).
    match digits(typed).strip_prefix("00") {
        Some(rest) if !reading.as_ref().is_ok_and(is_abroad) => {
            read_as_written(&format!("+{rest}"), default_country).or(reading)
        }
        _ => reading,
    }
}

/// Returns the number that a text with a “+” writes out, whatever its country's plan says.
fn as_it_is(typed: &str) -> Option<String> {
    let rest = typed.strip_prefix(['+', '＋'])?;
    let digits = digits(rest);
    let is_one = (7..=15).contains(&digits.len()) && !rest.contains(['+', '＋', '/']);
    (is_one && split_calling_code(&digits).is_some()).then(|| format!("+{digits}"))
}

/// Returns whether a number in E.164 can exist, by the numbering plan of its country.
pub fn is_callable(e164: &str) -> bool {
    number_of(e164).is_some_and(|number| check_length(&number).is_ok())
}

fn read_as_written(typed: &str, default_country: CountryCode) -> Result<PhoneNumber, PhoneError> {
    let number = PHONE_NUMBER_UTIL.parse(typed, region(default_country)).map_err(|error| match error {
        ParseError::InvalidCountryCode if typed.starts_with(['+', '＋']) => PhoneError::UnknownCode,
        ParseError::InvalidCountryCode => PhoneError::CodeMissing,
        _ => PhoneError::Unreadable,
    })?;
    match number.national_number {
        0 => Err(PhoneError::Unreadable),
        _ => check_length(&number).map(|()| number),
    }
}

fn check_length(number: &PhoneNumber) -> Result<(), PhoneError> {
    let code = number.country_code;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => Ok(()),
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err(PhoneError::AreaMissing),
        Err(ValidationError::TooShort) => Err(PhoneError::TooShort(code)),
        Err(ValidationError::TooLong) => Err(PhoneError::TooLong(code)),
        Err(ValidationError::InvalidLength) => Err(PhoneError::Length(code)),
        Err(ValidationError::InvalidCountryCode) => Err(PhoneError::UnknownCode),
    }
}

fn region(country: CountryCode) -> Option<Region> {
    Region::from_code(country.as_str()).ok()
}

fn calling_code(country: CountryCode) -> Option<i32> {
    PHONE_NUMBER_UTIL.get_country_code_for_region(region(country)?)
}

/// Takes an E.164 number apart without the patterns that reading needs, which would take most of the time of showing
/// it.
fn number_of(e164: &str) -> Option<PhoneNumber> {
    let is_digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = e164.strip_prefix('+').filter(is_digits)?;
    let (country_code, national) = split_calling_code(digits)?;
    let zeros = national.bytes().take_while(|byte| *byte == b'0').count().min(national.len().saturating_sub(1));
    Some(PhoneNumber {
        country_code,
        national_number: national.parse().ok()?,
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
        ..PhoneNumber::default()
    })
}

/// Splits off the calling code. No calling code is the beginning of another, so the first that exists is the one.
fn split_calling_code(digits: &str) -> Option<(i32, &str)> {
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code = code.parse().ok().filter(|_| !code.starts_with('0'))?;
        PHONE_NUMBER_UTIL.get_region_for_country_code(code).map(|_| (code, national))
    })
}

/// Returns “a” or “an”, by the name of the letter.
fn article(c: char) -> &'static str {
    let vowel_first = "aefhilmnorsx".contains(c.to_ascii_lowercase());
    if vowel_first { "an" } else { "a" }
}

#[cfg(test)]
mod tests;
