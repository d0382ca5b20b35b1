//! The currencies to choose from beside an amount; `form/_money.html` draws both.

use crate::values::Currency;

/// A currency to choose.
pub struct Choice {
    /// The code, like "KES".
    pub code: String,
    /// The text shown, like "KES · Kenyan Shilling".
    pub label: String,
    /// The number of digits after the dot.
    pub digits: u32,
    pub is_chosen: bool,
}

/// Returns every currency that is offered, with the one of code `chosen` marked.
pub fn currencies(chosen: &str) -> Vec<Choice> {
    let choice = |currency: Currency| Choice {
        code: currency.to_string(),
        label: format!("{currency} · {}", currency.name()),
        digits: currency.digits(),
        is_chosen: currency.as_str().eq_ignore_ascii_case(chosen.trim()),
    };
    let mut choices: Vec<Choice> = Currency::offered().into_iter().map(choice).collect();
    // Without it the browser would choose the first of all.
    if !choices.iter().any(|choice| choice.is_chosen) {
        choices.insert(0, Choice { code: String::new(), label: "Choose".to_owned(), digits: 2, is_chosen: true });
    }
    choices
}
