//! The words that name a person, as patterns for PostgreSQL: what is found by them elsewhere is about that person.

use std::collections::BTreeSet;

use crate::customers::{erasure::Traces, model::Customer, record::FIELD};

/// Returns a pattern for each text that names the customer, or did: names in any order of their words, emails, phones in
/// any punctuation, references, streets, the values of `own` fields that hold texts, and the id. Patterns and what they
/// are compared with are folded, so that case and accents do not matter.
pub fn patterns(customer: &Customer, traces: &Traces, own: &[String]) -> Vec<String> {
    let record = &customer.record;
    let both = [record.first_name.as_deref(), record.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let mut patterns = BTreeSet::from([alone(&customer.id.to_string())]);
    patterns.extend(traces.values("name").chain([both.join(" ").as_str()]).filter_map(of_name));
    patterns.extend(traces.values("phone").filter_map(of_phone));
    let fields = ["email", "reference"].into_iter().map(str::to_owned);
    let own = own.iter().map(|key| format!("{FIELD}{key}"));
    for field in fields.chain(own) {
        patterns.extend(traces.values(&field).filter(|text| text.chars().count() >= FEWEST).map(alone));
    }
    let streets = traces.streets();
    patterns.extend(streets.iter().filter(|text| text.chars().count() >= FEWEST).map(|text| alone(text)));
    patterns.into_iter().collect()
}

/// The fewest characters of a text that names somebody.
const FEWEST: usize = 4;

/// The digits at the end of a phone that are the same however its beginning is written.
const LAST_DIGITS: usize = 9;

/// Makes the pattern of a text that stands alone.
fn alone(text: &str) -> String {
    format!("(^|[^[:alnum:]]){}($|[^[:alnum:]])", escaped(text))
}

/// Makes the pattern of all words of a name; a single short one in Latin letters names nobody.
fn of_name(name: &str) -> Option<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words[..] {
        [] => None,
        [word] => {
            let fewest = if word.is_ascii() { FEWEST - 1 } else { 2 };
            (word.chars().count() >= fewest).then(|| alone(word))
        }
        _ => {
            Some(words.iter().map(|word| format!("(?=.*{})", alone(word))).fold("^".to_owned(), |all, one| all + &one))
        }
    }
}

/// Makes the pattern of the last digits of a phone, with anything but letters and digits between them.
fn of_phone(phone: &str) -> Option<String> {
    let digits: Vec<String> = phone.chars().filter(char::is_ascii_digit).map(String::from).collect();
    let last = &digits[digits.len().saturating_sub(LAST_DIGITS)..];
    (last.len() >= 6).then(|| last.join("[^[:alnum:]]*"))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_alphanumeric() && !c.is_whitespace() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_for_themselves() {
        assert_eq!(escaped("J. O’Neil (jr)+x@y"), "J\\. O\\’Neil \\(jr\\)\\+x\\@y");
    }

    #[test]
    fn a_name_is_its_words_and_a_phone_its_last_digits() {
        assert_eq!(of_name("Al"), None);
        assert_eq!(of_name("王伟"), Some(alone("王伟")));
        assert_eq!(of_name("A B").as_deref().map(|pattern| pattern.matches("(?=").count()), Some(2));
        assert_eq!(of_phone("+254712345099"), of_phone("0712 345 099"));
        assert_eq!(of_phone("12345"), None);
    }
}
