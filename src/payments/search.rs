//! The search over payments: the language of the customers' box with the keys that payments have.

use jiff::{Timestamp, tz::TimeZone};

use super::Status;
use crate::{
    ids::{CustomerId, PaymentId},
    query::{
        Period, Problem,
        amounts::{Amounts, Range},
        nearest_of,
        scan::{Piece, Token, Value, scan},
    },
    values::{Currency, card::is_last4},
};

/// A search may be this long, in characters.
const LONGEST: usize = 2_000;
/// More conditions would find nothing and only cost.
const MOST_TERMS: usize = 30;
/// Between commas.
const MOST_VALUES: usize = 50;

/// A key: its name, what it finds, and a whole term.
pub const KEYS: [(&str, &str, &str); 8] = [
    ("status", "What became of it", "status:failed"),
    ("amount", "How much, in your currency unless another follows", "amount:>500"),
    ("currency", "In which currency", "currency:KES,USD"),
    ("created", "When it was made", "created:last-30d"),
    ("customer", "Whose: an ID, a name, an email; or none", "customer:none"),
    ("last4", "The last four digits of the card or bank account", "last4:4242"),
    ("reference", "Your own number for it, exactly", "reference:\"C 1\""),
    ("id", "The payment with this whole ID", "id:pay_01h2xcejqtf2nbrexx3vqjhp41"),
];

/// What a search asks for: payments of any of its branches. A branch without terms is every payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What stands between `OR`s; at least one.
    pub branches: Vec<Vec<Term>>,
}

impl Query {
    /// Whether nothing is asked for.
    pub fn is_everything(&self) -> bool {
        self.branches.iter().all(Vec::is_empty)
    }
}

/// One condition, or its opposite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether the payments that do not meet it are meant.
    pub negated: bool,
    /// What is asked of the payment.
    pub test: Test,
}

/// What is asked of a payment. Where there are several values, any of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Words without a key: a reference, the last four digits, or what finds a customer.
    Words(String),
    /// `status:`
    Status(Vec<Status>),
    /// `amount:`
    Amount(Vec<Range>),
    /// `currency:`
    Currency(Vec<Currency>),
    /// `created:`
    Created(Vec<Period>),
    /// `customer:`
    Customer(Vec<Whose>),
    /// `last4:`
    Last4(Vec<String>),
    /// `reference:`
    Reference(Vec<String>),
    /// `id:`
    Id(Vec<PaymentId>),
}

/// Whose payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's yet.
    Nobody,
    /// This customer's.
    Customer(CustomerId),
    /// Those of customers whom this finds.
    Found(String),
}

/// Reads what was typed. Amounts without a currency are of the one that `currency:` names, else of `usual`.
///
/// # Errors
/// A sentence that names the part that was not understood.
pub fn parse(text: &str, usual: Currency) -> Result<Query, Problem> {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        let message = format!("This search is too long. Use at most {LONGEST} characters.");
        return Err(Problem { message, span: end..text.len(), instead: None });
    }
    let (tokens, _) = scan(text);
    if let Some(token) = tokens.get(MOST_TERMS) {
        return problem(token, format!("Use at most {MOST_TERMS} words and conditions in all."));
    }
    let sides: Vec<&[Token<'_>]> = tokens.split(|token| token.piece == Piece::Or).collect();
    if sides.len() > 1 && sides.iter().any(|side| side.is_empty()) {
        let message = "“OR” stands between two searches, like status:failed OR status:canceled.".to_owned();
        return Err(Problem { message, span: 0..text.len(), instead: None });
    }
    let branches = sides.into_iter().map(|side| branch(side, usual)).collect::<Result<_, _>>()?;
    Ok(Query { branches })
}

fn branch(tokens: &[Token<'_>], usual: Currency) -> Result<Vec<Term>, Problem> {
    let usual = named_currency(tokens).unwrap_or(usual);
    let mut terms = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        match &token.piece {
            Piece::Keyed { negated, key, values } => {
                let test = Asked { token, key, values, usual }.test()?;
                terms.push(Term { negated: *negated, test });
            }
            Piece::Text { negated: true, .. } => {
                return problem(token, "A minus stands before a key here, like -status:failed.".to_owned());
            }
            Piece::Text { text, quoted, .. } => match whole_id(text) {
                Some(test) => terms.push(Term { negated: false, test }),
                None => words.push(if *quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() }),
            },
            Piece::Or => {}
        }
    }
    if !words.is_empty() {
        terms.push(Term { negated: false, test: Test::Words(words.join(" ")) });
    }
    Ok(terms)
}

/// The currency that a search names, when it names one.
fn named_currency(tokens: &[Token<'_>]) -> Option<Currency> {
    let named = |token: &Token<'_>| match &token.piece {
        Piece::Keyed { negated: false, key, values } if key.eq_ignore_ascii_case("currency") && values.len() == 1 => {
            Currency::parse(&values[0].text).ok()
        }
        _ => None,
    };
    tokens.iter().find_map(named)
}

fn whole_id(text: &str) -> Option<Test> {
    let payment = text.parse().ok().map(|id| Test::Id(vec![id]));
    payment.or_else(|| Some(Test::Customer(vec![Whose::Customer(text.parse().ok()?)])))
}

fn problem<T>(token: &Token<'_>, message: String) -> Result<T, Problem> {
    Err(Problem { message, span: token.span.clone(), instead: None })
}

/// A key with its values, to be read.
struct Asked<'a, 't> {
    token: &'a Token<'t>,
    key: &'a str,
    values: &'a [Value],
    usual: Currency,
}

impl Asked<'_, '_> {
    fn test(&self) -> Result<Test, Problem> {
        let Some((name, _, example)) = KEYS.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(self.key)) else {
            return self.unknown();
        };
        if self.values.iter().any(|value| value.text.is_empty()) {
            return problem(self.token, format!("“{}:” needs a value, like {example}.", self.key));
        }
        if self.values.len() > MOST_VALUES {
            return problem(self.token, format!("Use at most {MOST_VALUES} values with commas between them."));
        }
        match *name {
            "status" => self.each(|text| self.status(text)).map(Test::Status),
            "amount" => {
                self.each(|text| Amounts::parse(text).map(|amounts| amounts.range(self.usual))).map(Test::Amount)
            }
            "currency" => self.each(|text| Currency::parse(text).map_err(|err| err.to_string())).map(Test::Currency),
            "created" => self.each(Period::parse).map(Test::Created),
            "customer" => self.each(|text| Ok(whose(text))).map(Test::Customer),
            "last4" => self.each(last4).map(Test::Last4),
            "reference" => self.each(|text| Ok(text.to_owned())).map(Test::Reference),
            _ => self.each(|text| text.parse::<PaymentId>().map_err(|err| err.to_string())).map(Test::Id),
        }
    }

    fn each<T>(&self, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, Problem> {
        let read = |value: &Value| {
            let text: String = value.text.chars().take(60).collect();
            read(&value.text)
                .or_else(|reason| problem(self.token, format!("“{}:{text}” is not known. {reason}", self.key)))
        };
        self.values.iter().map(read).collect()
    }

    fn status(&self, text: &str) -> Result<Status, String> {
        let names = || Status::ALL.iter().map(|status| status.as_str());
        text.to_ascii_lowercase().parse().map_err(|_| match nearest_of(text, names()) {
            Some(near) => format!("Did you mean status:{near}?"),
            None => format!("Use {}.", names().map(|name| format!("status:{name}")).collect::<Vec<_>>().join(" or ")),
        })
    }

    fn unknown<T>(&self) -> Result<T, Problem> {
        let key: String = self.key.chars().take(60).collect();
        let names = KEYS.iter().map(|(name, _, _)| *name);
        let hint = match nearest_of(self.key, names.clone()) {
            Some(near) => format!("Did you mean {near}:?"),
            None => format!("The keys are {}.", names.collect::<Vec<_>>().join(", ")),
        };
        problem(self.token, format!("There is no search key “{key}” for payments. {hint}"))
    }
}

fn whose(text: &str) -> Whose {
    if text.eq_ignore_ascii_case("none") {
        return Whose::Nobody;
    }
    text.parse().map_or_else(|_| Whose::Found(text.to_owned()), Whose::Customer)
}

fn last4(text: &str) -> Result<String, String> {
    if is_last4(text) { Ok(text.to_ascii_uppercase()) } else { Err("Write four digits, like last4:4242.".to_owned()) }
}

/// The ids between which payments of these periods lie: first included, last not.
pub fn between(periods: &[Period], zone: &TimeZone, now: Timestamp) -> Vec<(Option<Timestamp>, Option<Timestamp>)> {
    periods.iter().map(|period| period.range(zone, now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kes() -> Currency {
        Currency::parse("KES").unwrap()
    }

    fn terms(text: &str) -> Vec<Test> {
        parse(text, kes()).unwrap().branches.remove(0).into_iter().map(|term| term.test).collect()
    }

    fn message(text: &str) -> String {
        parse(text, kes()).unwrap_err().message
    }

    #[test]
    fn keys_are_read() {
        assert_eq!(terms("status:failed,refunded"), [Test::Status(vec![Status::Failed, Status::Refunded])]);
        assert_eq!(terms("customer:none last4:4242").len(), 2);
        assert_eq!(terms("jane smith 4242"), [Test::Words("jane smith 4242".into())]);
        assert_eq!(parse("a OR status:failed", kes()).unwrap().branches.len(), 2);
        assert!(parse("", kes()).unwrap().is_everything());
        let id = PaymentId::new();
        assert_eq!(terms(&id.to_string()), [Test::Id(vec![id])]);
    }

    #[test]
    fn an_amount_is_of_the_currency_that_is_named() {
        let Test::Amount(amounts) = &terms("amount:>500 currency:USD")[0] else { panic!() };
        assert_eq!(amounts[0].currency.as_str(), "USD");
        let Test::Amount(amounts) = &terms("amount:>500")[0] else { panic!() };
        assert_eq!((amounts[0].currency, amounts[0].least), (kes(), 50_001));
    }

    #[test]
    fn what_is_not_understood_is_told_with_what_is() {
        assert_eq!(message("statu:failed"), "There is no search key “statu” for payments. Did you mean status:?");
        assert_eq!(message("status:faild"), "“status:faild” is not known. Did you mean status:failed?");
        assert!(message("amount:>x").starts_with("“amount:>x” is not known. Write the amount in digits"));
        assert!(message("last4:42").contains("four digits"));
        assert!(message("amount:").contains("needs a value"));
        assert!(message("-jane").contains("minus"));
        assert!(message("a OR").contains("OR"));
        assert!(message(&"x ".repeat(31)).contains("30 words"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "(\\PC|[a-z]+:|\"|-|OR ){0,40}") {
            let _ = parse(&text, kes());
        }
    }
}
