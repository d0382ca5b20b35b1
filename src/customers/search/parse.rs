//! From the text in the box to the tree.

use super::{Query, Term};
use crate::{ids::CustomerId, values::country::CountryCode, values::phone::Phone};

/// More would find nothing and only cost.
const MOST_WORDS: usize = 10;
const LONGEST: usize = 500;
/// Fewer digits than this are a word like any other.
const FEWEST_DIGITS: usize = 4;

/// Why a search was not understood, as a sentence for under the box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(pub String);

/// Reads what was typed. Phones are read as people in `country` write them.
///
/// # Errors
/// A sentence that names the part that was not understood.
pub fn parse(text: &str, country: CountryCode) -> Result<Query, Problem> {
    if text.chars().count() > LONGEST {
        return Err(Problem(format!("This search is too long. Use at most {LONGEST} characters.")));
    }
    let mut query = Query::default();
    let mut rest = Vec::new();
    for token in tokens(text) {
        match key_of(&token) {
            Some((key, value)) => apply(&mut query, key, value)?,
            None => rest.push(token),
        }
    }
    query.terms = terms(&rest, country)?;
    Ok(query)
}

#[derive(Debug, PartialEq)]
struct Token {
    text: String,
    quoted: bool,
}

/// Cuts at white space; a quote keeps it, and one left open lasts to the end. Control characters part words too.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (n, part) in text.split('"').enumerate() {
        let quoted = n % 2 == 1;
        let words: Vec<&str> =
            part.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
        if quoted && !words.is_empty() {
            tokens.push(Token { text: words.join(" "), quoted });
        } else {
            tokens.extend(words.into_iter().map(|word| Token { text: word.to_owned(), quoted }));
        }
    }
    tokens
}

fn key_of(token: &Token) -> Option<(&str, &str)> {
    let (key, value) = token.text.split_once(':')?;
    let is_key = !key.is_empty() && key.starts_with(|c: char| c.is_ascii_alphabetic());
    (!token.quoted && is_key).then_some((key, value))
}

fn apply(query: &mut Query, key: &str, value: &str) -> Result<(), Problem> {
    match (key, value) {
        ("status", "deleted") => query.deleted = true,
        ("status", _) => return Err(Problem(format!("“status:{value}” is not known. Use status:deleted."))),
        _ => {
            return Err(Problem(format!(
                "There is no search key “{key}”. Did you mean status:deleted? To search for the text itself, quote it: \"{key}:{value}\"."
            )));
        }
    }
    Ok(())
}

fn terms(tokens: &[Token], country: CountryCode) -> Result<Vec<Term>, Problem> {
    let unquoted = tokens.iter().all(|token| !token.quoted);
    let whole = tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    if unquoted && let Some(term) = shape(&whole, country) {
        return Ok(vec![term]);
    }
    if tokens.len() > MOST_WORDS {
        return Err(Problem(format!("Use at most {MOST_WORDS} words.")));
    }
    // Punctuation beside words is searched for like them. Alone it has no place in the index of words and would read
    // the whole account.
    if !tokens.is_empty() && !whole.chars().any(char::is_alphanumeric) {
        return Err(Problem(format!("“{whole}” has nothing to search for. Use letters or digits.")));
    }
    tokens.iter().map(|token| term(token, country)).collect()
}

fn term(token: &Token, country: CountryCode) -> Result<Term, Problem> {
    let text = &token.text;
    if !token.quoted {
        if text == "OR" {
            return Err(Problem(
                "“OR” does not combine searches. To search for the word, quote it: \"OR\".".to_owned(),
            ));
        }
        if text.starts_with('-') && text.chars().any(char::is_alphabetic) {
            return Err(Problem(format!(
                "A minus sign does not exclude words. To search for the text itself, quote it: \"{text}\"."
            )));
        }
        if let Some(digits) = digits(text, country) {
            return Ok(Term::Digits(digits));
        }
    }
    Ok(Term::Word(text.clone()))
}

/// What the whole text is, when it is one thing.
fn shape(text: &str, country: CountryCode) -> Option<Term> {
    if let Ok(id) = text.parse::<CustomerId>() {
        return Some(Term::Id(id));
    }
    if let Some(digits) = digits(text, country) {
        return Some(Term::Digits(digits));
    }
    let is_email = !text.contains(' ') && text.find('@').is_some_and(|at| at > 0);
    is_email.then(|| Term::Email(text.to_owned()))
}

/// The digits of what reads as a phone in `country`; else the digits as a piece of one, leading zeros dropped.
fn digits(text: &str, country: CountryCode) -> Option<String> {
    let is_phone_like = text.chars().all(|c| c.is_ascii_digit() || "+-.()/ ".contains(c));
    let count = text.chars().filter(char::is_ascii_digit).count();
    if !is_phone_like || count < FEWEST_DIGITS {
        return None;
    }
    if let Some(whole) = Phone::search_digits(text, country) {
        return Some(whole);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let piece = digits.trim_start_matches('0');
    // Fewer than three have no place in the index of words.
    (piece.len() >= 3).then(|| piece.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kenya() -> CountryCode {
        "KE".parse().unwrap()
    }

    fn parsed(text: &str) -> Query {
        parse(text, kenya()).unwrap()
    }

    fn word(text: &str) -> Term {
        Term::Word(text.to_owned())
    }

    #[test]
    fn words_and_phrases() {
        assert_eq!(parsed("  jane   smith ").terms, [word("jane"), word("smith")]);
        assert_eq!(parsed("\"jane  smith\" x").terms, [word("jane smith"), word("x")]);
        assert_eq!(parsed("\"jane sm").terms, [word("jane sm")], "a quote left open lasts to the end");
        assert_eq!(parsed("a\0b").terms, [word("a"), word("b")]);
        assert!(parsed(" \"\" ").is_everything());
    }

    #[test]
    fn phones_in_any_punctuation_ids_and_emails_have_their_shape() {
        assert_eq!(parsed("0712 345 678").terms, [Term::Digits("254712345678".into())]);
        assert_eq!(parsed("+254-712-345678").terms, [Term::Digits("254712345678".into())]);
        assert_eq!(parsed("0034 5").terms, [Term::Digits("345".into())]);
        assert_eq!(parsed("0044").terms, [word("0044")], "too few digits are left for a piece of a phone");
        assert_eq!(parsed("jane 5678").terms, [word("jane"), Term::Digits("5678".into())]);
        assert_eq!(parsed("123").terms, [word("123")]);
        assert_eq!(parsed("jane@acme").terms, [Term::Email("jane@acme".into())]);
        assert_eq!(parsed("@acme.com").terms, [word("@acme.com")]);
        let id = CustomerId::new();
        assert_eq!(parsed(&id.to_string()).terms, [Term::Id(id)]);
    }

    #[test]
    fn deleted_customers_have_a_key_and_other_keys_do_not_exist() {
        let query = parsed("jane status:deleted");
        assert!(query.deleted);
        assert_eq!(query.terms, [word("jane")]);
        assert!(parse("status:gone", kenya()).unwrap_err().0.contains("status:deleted"));
        assert!(parse("foo:bar", kenya()).unwrap_err().0.contains("“foo”"));
        assert_eq!(parsed("\"foo:bar\"").terms, [word("foo:bar")]);
        assert_eq!(parsed("10:30").terms, [word("10:30")]);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        assert!(parse("a OR b", kenya()).is_err());
        assert!(parse("-jane", kenya()).is_err());
        assert!(parse("--- %", kenya()).unwrap_err().0.contains("“--- %”"));
        assert_eq!(parsed("ann & sons").terms.len(), 3);
        assert!(parse(&"a ".repeat(20), kenya()).is_err());
        assert!(parse(&"a".repeat(501), kenya()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,600}") {
            let _ = parse(&text, kenya());
        }
    }
}
