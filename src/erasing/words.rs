//! The words that name a person, as patterns for PostgreSQL: what is found by them elsewhere is about that person.

use crate::customers::model::Customer;

/// The fewest characters of a text that names somebody.
const FEWEST: usize = 3;

/// Returns a pattern for each text that names the customer: the name, the email, the phone, the reference and the id. It
/// fits where the text stands alone, in any case.
pub fn patterns(customer: &Customer) -> Vec<String> {
    let record = &customer.record;
    let both = [record.first_name.as_deref(), record.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let phone = record.phone.as_ref();
    let texts = [
        Some(customer.id.to_string()),
        record.name.clone(),
        Some(both.join(" ")),
        record.email.clone(),
        record.reference.clone(),
        phone.map(|phone| phone.typed.clone()),
        phone.map(|phone| phone.e164.trim_start_matches('+').to_owned()),
    ];
    let names = texts.into_iter().flatten().filter(|text| text.chars().count() >= FEWEST);
    names.map(|text| format!("(^|[^[:alnum:]]){}($|[^[:alnum:]])", escaped(&text))).collect()
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
