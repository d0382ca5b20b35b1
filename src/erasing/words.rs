//! The words that name a person, as patterns for PostgreSQL: what is found by them elsewhere is about that person.

use std::collections::BTreeSet;

use crate::customers::{erasure::Traces, model::Customer};

/// The fewest characters of a text that names somebody.
const FEWEST: usize = 3;

/// Returns a pattern for each text that names the customer, or did: names, emails, phones, references and the id. It fits
/// where the text stands alone, in any case.
pub fn patterns(customer: &Customer, traces: &Traces) -> Vec<String> {
    let record = &customer.record;
    let both = [record.first_name.as_deref(), record.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let mut texts = BTreeSet::from([customer.id.to_string(), both.join(" ")]);
    for field in ["name", "email", "phone", "reference"] {
        texts.extend(traces.values(field).map(|text| text.trim_start_matches('+').to_owned()));
    }
    texts.retain(|text| text.chars().count() >= FEWEST);
    texts.into_iter().map(|text| format!("(^|[^[:alnum:]]){}($|[^[:alnum:]])", escaped(&text))).collect()
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
}
