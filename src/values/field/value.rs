//! The values of a field: how one is read from what was typed, which of them a field takes, and how one is shown.
//!
//! As JSON a text, an email, a web address and a choice are a string, a date is one as `2026-03-31`, several choices are
//! strings in the order of the field's, a number is a number, yes or no is `true` or `false`, and money is
//! `{"amount": 2500, "currency": "KES"}` in the smallest unit.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Field, Kind};
use crate::{
    codes::Code,
    reason::{Detail, Reason},
    values::{
        Currency, Email, Money,
        money::{self, MoneyError, Number},
        nearest::nearest_of,
        text,
    },
};

/// The most characters of a text.
pub const LONGEST_TEXT: usize = 500;
/// The most choices of one value.
const MOST_CHOICES: usize = 100;
/// The most digits before the point of a number, so that its absolute value is below 10^12.
const MOST_WHOLE: usize = 12;
/// The most digits behind the point.
const MOST_DECIMALS: usize = 6;
/// The most digits in all, which every program that reads JSON keeps.
const MOST_DIGITS: usize = 15;

/// What was typed for a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed<'t> {
    /// The texts. Several choices have many.
    pub texts: Vec<&'t str>,
    /// The currency's code beside an amount, if one was given.
    pub currency: Option<&'t str>,
}

impl Typed<'_> {
    fn text(&self) -> &str {
        self.texts.first().copied().unwrap_or_default()
    }
}

impl Field {
    /// Reads a value, where `usual` is the currency of an amount without one; nothing when it was left empty. Whether
    /// the field takes it is another question: see [`Field::check`].
    ///
    /// # Errors
    /// The reason why it is no value of the kind.
    pub fn read(&self, typed: &Typed<'_>, usual: Currency) -> Result<Option<Value>, Reason> {
        if self.kind == Kind::Choices {
            return self.read_choices(&typed.texts);
        }
        let Some(line) = text::free_line(typed.text(), LONGEST_TEXT)? else { return Ok(None) };
        let value = match self.kind {
            Kind::Text | Kind::Choice | Kind::Choices => Ok(line.into()),
            Kind::Number => read_number(&line),
            Kind::Integer => read_number(&line).and_then(whole),
            Kind::Boolean => read_boolean(&line),
            Kind::Date => read_date(&line),
            Kind::Money => read_money(&line, typed.currency, usual),
            Kind::Email => Ok(Email::parse(&line)?.to_string().into()),
            Kind::Url => read_url(&line),
        };
        value.map(Some)
    }

    fn read_choices(&self, texts: &[&str]) -> Result<Option<Value>, Reason> {
        let mut chosen: Vec<String> = Vec::new();
        for raw in texts {
            match text::free_line(raw, LONGEST_TEXT)? {
                Some(choice) if !chosen.contains(&choice) => chosen.push(choice),
                _ => {}
            }
        }
        if chosen.len() > MOST_CHOICES {
            return Err(Code::TooMany.says(format!("Choose at most {MOST_CHOICES}.")));
        }
        chosen.sort_by_key(|choice| self.place(choice));
        Ok((!chosen.is_empty()).then(|| chosen.into()))
    }

    /// Returns the place of a choice; one that is not offered comes behind the others.
    fn place(&self, choice: &str) -> usize {
        self.choices.iter().position(|known| known == choice).unwrap_or(usize::MAX)
    }

    /// Returns whether a choice can be chosen.
    pub fn offers(&self, choice: &str) -> bool {
        self.choices.iter().any(|known| known == choice)
    }

    /// Returns a choice as the field spells it, where only case or accents differ; any other text as it is.
    pub fn spelled<'a>(&'a self, choice: &'a str) -> &'a str {
        let typed = text::unaccented(choice);
        self.choices.iter().find(|known| text::unaccented(known) == typed).map_or(choice, String::as_str)
    }

    /// Makes sure that the field takes a value of its kind. A choice that is not offered any more stays where the record
    /// had it `before`.
    ///
    /// # Errors
    /// The limit that it breaks, or the choices there are.
    pub fn check(&self, value: &Value, before: Option<&Value>) -> Result<(), Reason> {
        if self.kind.has_choices() {
            let kept = before.map(choices_of).unwrap_or_default();
            let unknown = choices_of(value).into_iter().find(|one| !self.offers(one) && !kept.contains(one));
            return unknown.map_or(Ok(()), |choice| Err(self.not_offered(choice)));
        }
        if let Some(least) = self.least.as_deref().filter(|least| self.is_below(value, least)) {
            return Err(Code::OutOfRange.says(match self.kind {
                Kind::Text => format!("Use at least {least} characters."),
                Kind::Date => format!("Choose a day from {least} on."),
                _ => format!("Enter {least} or more."),
            }));
        }
        if let Some(most) = self.most.as_deref().filter(|most| self.is_above(value, most)) {
            return Err(Code::OutOfRange.says(match self.kind {
                Kind::Text => format!("Use at most {most} characters."),
                Kind::Date => format!("Choose a day up to {most}."),
                _ => format!("Enter {most} or less."),
            }));
        }
        Ok(())
    }

    fn not_offered(&self, choice: &str) -> Reason {
        let near = nearest_of(choice, self.choices.iter().map(String::as_str)).map(str::to_owned);
        let hint = near.as_ref().map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
        let shown: String = choice.chars().take(60).collect();
        let choices = self.choices.join(", ");
        let sentence = format!("“{shown}” cannot be chosen.{hint} Choose from: {choices}.");
        Code::NotOneOf.says(sentence).with(near.map(Detail::DidYouMean))
    }

    fn is_below(&self, value: &Value, limit: &str) -> bool {
        self.compared(value, limit).is_some_and(std::cmp::Ordering::is_lt)
    }

    fn is_above(&self, value: &Value, limit: &str) -> bool {
        self.compared(value, limit).is_some_and(std::cmp::Ordering::is_gt)
    }

    /// Compares a value with a limit; nothing for a kind without limits.
    fn compared(&self, value: &Value, limit: &str) -> Option<std::cmp::Ordering> {
        match self.kind {
            Kind::Text => Some(value.as_str()?.chars().count().cmp(&limit.parse().ok()?)),
            Kind::Number | Kind::Integer => value.as_f64()?.partial_cmp(&read_number(limit).ok()?.as_f64()?),
            Kind::Date => Some(value.as_str()?.parse::<Date>().ok()?.cmp(&limit.parse().ok()?)),
            _ => None,
        }
    }

    /// Returns a value as people read it.
    pub fn shown(&self, value: &Value) -> String {
        match (self.kind, value.as_str().map(str::parse::<Date>)) {
            (Kind::Date, Some(Ok(date))) => date.strftime("%-d %b %Y").to_string(),
            _ => shown(value).unwrap_or_default(),
        }
    }
}

/// Returns the choices of a value: one, or several.
pub fn choices_of(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Returns the amount that a value is, if it is one.
pub fn money_of(value: &Value) -> Option<Money> {
    Some(Money::new(value.get("amount")?.as_i64()?, Currency::parse(value.get("currency")?.as_str()?).ok()?))
}

/// Returns a value of any kind as people read it; nothing where there is none.
pub fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(is_so) => Some(if *is_so { "Yes" } else { "No" }.to_owned()),
        Value::Object(_) => Some(money_of(value)?.to_string()),
        Value::Array(_) => Some(choices_of(value).join(", ")),
        Value::Number(number) => Some(number_text(number)),
        Value::String(text) => Some(text.clone()),
    }
}

/// Returns a value as a form sends it: its texts, and the currency of an amount.
pub fn typed(value: &Value) -> (Vec<String>, Option<String>) {
    if let Some(money) = money_of(value) {
        return (vec![money.plain()], Some(money.currency.as_str().to_owned()));
    }
    let texts = match value {
        Value::Bool(is_so) => vec![if *is_so { "yes" } else { "no" }.to_owned()],
        Value::Array(_) => choices_of(value).into_iter().map(str::to_owned).collect(),
        other => vec![shown(other).unwrap_or_default()],
    };
    (texts, None)
}

/// Writes a number without an exponent.
pub fn number_text(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => format!("{float}"),
        _ => number.to_string(),
    }
}

/// The millionths of one: numbers have no more than six decimals.
pub const MICRO: i64 = 1_000_000;

/// Reads a number as millionths.
///
/// # Errors
/// The same as where one is typed into a form.
pub fn micros(text: &str) -> Result<i64, Reason> {
    let (sign, whole, decimals) = digits(text.trim())?;
    let micros: i64 = format!("{whole}{decimals:0<6}").parse().unwrap_or_default();
    Ok(if sign.is_empty() { micros } else { -micros })
}

fn read_number(line: &str) -> Result<Value, Reason> {
    let (sign, whole, decimals) = digits(line)?;
    let read = match decimals.as_str() {
        "" => format!("{sign}{whole}").parse::<i64>().ok().map(Value::from),
        _ => format!("{sign}{whole}.{decimals}").parse::<f64>().ok().map(Value::from),
    };
    read.ok_or_else(|| Code::NumberInvalid.says(NO_NUMBER))
}

const NO_NUMBER: &str = "Write a number in digits, with a point before decimals, like 1250.5.";

/// Returns the sign of a number, its digits before the point, and those behind it without trailing zeros.
fn digits(line: &str) -> Result<(&'static str, String, String), Reason> {
    let (sign, digits) = line.strip_prefix(['-', '−']).map_or(("", line), |digits| ("-", digits.trim_start()));
    let number = Number::parse(digits).ok_or_else(|| Code::NumberInvalid.says(NO_NUMBER))?;
    let (whole, decimals) = (number.whole.trim_start_matches('0'), number.decimals.trim_end_matches('0'));
    if whole.len() > MOST_WHOLE || decimals.len() > MOST_DECIMALS || whole.len() + decimals.len() > MOST_DIGITS {
        let sentence = format!(
            "Use at most {MOST_WHOLE} digits before the point, {MOST_DECIMALS} behind it and {MOST_DIGITS} in all."
        );
        return Err(Code::NumberInvalid.says(sentence));
    }
    Ok((sign, format!("0{whole}"), decimals.to_owned()))
}

fn whole(number: Value) -> Result<Value, Reason> {
    if number.is_i64() { Ok(number) } else { Err(Code::NumberInvalid.says("Write a whole number, like 12.")) }
}

fn read_boolean(line: &str) -> Result<Value, Reason> {
    match line.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true.into()),
        "no" | "false" => Ok(false.into()),
        _ => Err(Code::NotOneOf.says("Choose yes or no.")),
    }
}

fn read_date(line: &str) -> Result<Value, Reason> {
    let date = line.parse::<Date>().ok().filter(|date| date.to_string() == line && date.year() > 0);
    let sentence = "Write the day as year, month and day, like 2026-03-31.";
    date.map(|_| line.into()).ok_or_else(|| Code::DateInvalid.says(sentence))
}

fn read_money(line: &str, currency: Option<&str>, usual: Currency) -> Result<Value, Reason> {
    let given = currency.map(str::trim).filter(|code| !code.is_empty());
    let currency = given.map(Currency::parse_offered).transpose()?.unwrap_or(usual);
    let money = Money::parse_any(line, currency).map_err(|err| match err {
        MoneyError::NotPositive => Code::AmountInvalid.says("Enter an amount of zero or more."),
        other => other.into(),
    })?;
    if money.minor > money::LARGEST {
        return Err(MoneyError::TooLarge(currency).into());
    }
    Ok(json!({"amount": money.minor, "currency": currency.as_str()}))
}

fn read_url(line: &str) -> Result<Value, Reason> {
    let wrong = || Code::UrlInvalid.says("Write the whole address, like https://example.com/page.");
    let scheme = |name: &str| line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).is_some();
    let rest = ["https://", "http://"].into_iter().find(|name| scheme(name)).map(|name| &line[name.len()..]);
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).ok_or_else(wrong)?;
    let is_host = host.contains(char::is_alphanumeric) && !host.contains('@');
    if is_host && !line.contains(char::is_whitespace) { Ok(line.into()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests;
