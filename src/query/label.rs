//! The words of a term, for the chip that stands for it.

use super::{Keyed, Own, Says, Term, Test, Value, Values};
use crate::values::Currency;

impl Term {
    /// Returns the whole text of its chip, where `own` is the currency of amounts without one.
    pub fn label(&self, own: Currency) -> String {
        match &self.test {
            Test::Text(text) if self.negated => format!("Not “{}”", text.typed),
            Test::Text(text) => format!("“{}”", text.typed),
            Test::Keyed(keyed) => keyed.label(self.negated, own),
        }
    }

    /// Returns the text of its chip in two parts: the subject, and the rest.
    pub fn labels(&self, own: Currency) -> (String, String) {
        let label = self.label(own);
        let words = self.keyed().map_or(1, Keyed::words_of_subject);
        let end = label.match_indices(' ').nth(words - 1).map_or(label.len(), |(at, _)| at);
        (label[..end].to_owned(), label[end..].trim_start().to_owned())
    }
}

impl Keyed {
    fn label(&self, negated: bool, own: Currency) -> String {
        let currency = matches!(self.kind(), Values::Amounts).then_some(own);
        if let (Values::Counts(things), [Value::Amounts(none)]) = (self.key.values, &self.values[..])
            && none.whole() == (0, 0)
        {
            return if negated { format!("Some {things}") } else { format!("No {things}") };
        }
        let subject = self.own.as_ref().map_or(self.key.subject, Own::label);
        let values = any(self.values.iter().map(|value| value.label(currency)));
        let not = if negated { "not " } else { "" };
        match (self.says(), negated) {
            (Says::Is, _) => format!("{subject} is {not}{values}"),
            (Says::Has, false) => format!("{subject} has {values}"),
            (Says::Has, true) => format!("{subject} does not have {values}"),
            (Says::EndsIn, false) => format!("{subject} ends in {values}"),
            (Says::EndsIn, true) => format!("{subject} does not end in {values}"),
            // Not never.
            (Says::Plainly, true) if self.values == [Value::Never] => format!("{subject} at any time"),
            (Says::Plainly, _) => format!("{subject} {not}{values}"),
            (Says::AsVerb, false) => format!("{subject} {values}"),
            (Says::AsVerb, true) => format!("Not {} {values}", subject.to_lowercase()),
            (Says::Alone, _) => capital(&format!("{not}{values}")),
            (Says::Owns, false) => format!("{subject} {values}"),
            (Says::Owns, true) => {
                let plain = |value: &Value| {
                    let label = value.label(currency);
                    label.split_once(' ').map_or(label.clone(), |(_article, thing)| thing.to_owned())
                };
                format!("{subject} no {}", any(self.values.iter().map(plain)))
            }
        }
    }

    fn words_of_subject(&self) -> usize {
        match self.says() {
            Says::AsVerb | Says::Alone => 1,
            _ => self.own.as_ref().map_or(self.key.subject, Own::label).split(' ').count(),
        }
    }

    /// Returns the way its chip goes on. Ranges of a field of the merchant's own follow its label.
    fn says(&self) -> Says {
        match self.kind() {
            Values::Days | Values::Amounts | Values::Numbers if self.key.is_of_fields() => Says::Plainly,
            _ => self.key.says,
        }
    }
}

/// Joins words as "a, b or c".
fn any(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
