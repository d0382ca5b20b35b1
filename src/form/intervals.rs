//! The units to choose from beside the count of an interval; `form/_every.html` draws both.

use super::Form;
use crate::values::interval::Unit;

/// A unit to choose.
pub struct Choice {
    /// The unit as it is sent.
    pub value: &'static str,
    /// The words of a form: "months".
    pub label: &'static str,
    pub is_chosen: bool,
}

/// Returns every unit, with the one that a form has marked; months until somebody chooses.
pub fn units(form: &Form) -> impl Iterator<Item = Choice> {
    let chosen = Unit::parse(form.typed.first("interval").unwrap_or("month")).ok();
    Unit::ALL.into_iter().map(move |unit| Choice {
        value: unit.as_str(),
        label: match unit {
            Unit::Day => "days",
            Unit::Week => "weeks",
            Unit::Month => "months",
            Unit::Year => "years",
        },
        is_chosen: chosen == Some(unit),
    })
}

/// Returns the count; one until somebody typed another.
pub fn count(form: &Form) -> &str {
    if form.has("interval_count") { form.text("interval_count") } else { "1" }
}
