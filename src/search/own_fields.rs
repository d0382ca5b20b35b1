//! The merchant's own fields in searches and lists: what a term asks of them, their columns, and the order by one. Values
//! are compared in `custom_values`, where each stands in a form that sorts like it: see `custom_values_of` in the
//! migrations.

use jiff::civil::Date;

use serde_json::Value as Json;

use super::{
    Beside, Bind, Check, Scope,
    by_figure::{Figure, Measure},
    column::{Amount, Column, Content, Fill},
    listing::Sort,
    order::{OneWay, Order, SortKey},
};
use crate::{
    query::{Keyed, Numbers, Own, Value, amounts},
    values::field::{
        Field, FieldKey, Kind,
        value::{MICRO, money_of},
    },
};

const TABLE: &str = "custom_values";

/// The order by a field, whose key the sort has; who has no value is the least.
pub static BY_FIELD: Order = Order {
    name: "field",
    rising: OneWay::new(b'k', "by a custom field, the least first"),
    falling: OneWay::new(b'l', "by a custom field, the greatest first"),
    begins_with_greatest: true,
    key: SortKey::Figure(Figure {
        table: TABLE,
        column: "value",
        measure: Measure::Text,
        in_currency: false,
        of_field: true,
    }),
};

/// The column of a field, whose key whoever chooses it gives.
pub(super) const COLUMN: Column = Column::text("field", "Custom field", Fill::Field);

/// Returns the order that the heading of a field's column leads to; nothing for a kind without one. Texts begin with the
/// least.
pub fn usual_sort(field: &Field) -> Option<Sort> {
    let own = FieldKey::parse(&field.key).filter(|_| field.kind.has_order())?;
    Some(Sort { by: &BY_FIELD, own: Some(own), descending: field.kind != Kind::Text })
}

/// Returns the content of a cell, from the value as `->>` writes it.
pub(super) fn content(field: &Field, text: String) -> Option<Content> {
    let json = || serde_json::from_str::<Json>(&text).ok();
    Some(match field.kind {
        Kind::Text | Kind::Choice | Kind::Email | Kind::Url => Content::Foreign(text),
        Kind::Choices => Content::Foreign(field.shown(&json()?)),
        Kind::Number | Kind::Integer => Content::Digits(text),
        Kind::Boolean => Content::Text(field.shown(&json()?)),
        Kind::Date => Content::Text(field.shown(&Json::String(text))),
        Kind::Money => Content::Amount(Amount { money: money_of(&json()?)?, others: Vec::new() }),
    })
}

/// What is added to a number, so that all of them are positive: 10^12 in millionths.
const NUMBER_SHIFT: i128 = 1_000_000_000_000 * MICRO as i128;
/// What is added to an amount.
const AMOUNT_SHIFT: i128 = 1_000_000_000_000_000_000;
/// The largest amount that still has as many digits as the others.
const LARGEST_AMOUNT: i64 = 8_000_000_000_000_000_000;

/// Returns the conditions of a term, of which any will do.
pub fn checks(term: &Keyed, scope: &Scope) -> Vec<Check> {
    let Some(key) = term.own.as_ref().map(Own::key) else { return Vec::new() };
    let texts: Vec<String> = term.values.iter().filter_map(text).collect();
    let same = (!texts.is_empty()).then(|| {
        let beside = of_field(key, scope);
        beside.and("p.value = ANY(ARRAY(SELECT left(fold(one), 500) FROM unnest(", Bind::Texts(texts), ") AS one))")
    });
    let ranges = term.values.iter().filter_map(|value| range(value, scope));
    let between = ranges.map(|(least, most)| {
        let beside = of_field(key, scope);
        beside.and("p.value >= ", Bind::Text(least), "").and("p.value <= ", Bind::Text(most), "")
    });
    same.into_iter().chain(between).map(|beside| Check::beside(beside.found_by_index().looked_up_alone())).collect()
}

fn of_field(key: &str, scope: &Scope) -> Beside {
    Beside::new(scope.account, TABLE).and("p.key = ", Bind::Text(key.to_owned()), "")
}

/// Returns the text of a value that is compared as a whole, in any case and with or without accents.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Choice(choice) => Some(if choice.word == "yes" { "true" } else { "false" }.to_owned()),
        _ => None,
    }
}

/// Returns the first and the last of the values that a range means, as they are compared.
fn range(value: &Value, scope: &Scope) -> Option<(String, String)> {
    match value {
        Value::Numbers(numbers) => Some(of_numbers(numbers)),
        Value::Amounts(amounts) => Some(of_amounts(&amounts.range(scope.currency))),
        Value::Period(period) => Some(of_days(period.dates(&scope.zone, scope.now))),
        _ => None,
    }
}

fn of_numbers(numbers: &Numbers) -> (String, String) {
    let (least, most) = numbers.ends();
    let written = |micros: i128| format!("{:013}.{:06}", micros / i128::from(MICRO), micros % i128::from(MICRO));
    let shifted = |end: Option<i64>, open: i128| written((end.map_or(open, i128::from) + NUMBER_SHIFT).max(0));
    (shifted(least, -NUMBER_SHIFT), shifted(most, NUMBER_SHIFT))
}

fn of_amounts(range: &amounts::Range) -> (String, String) {
    let code = range.currency.as_str();
    let written = |minor: i64| format!("{code}{:019}", i128::from(minor.min(LARGEST_AMOUNT)) + AMOUNT_SHIFT);
    (written(range.least), written(range.most))
}

fn of_days((first, last): (Option<Date>, Option<Date>)) -> (String, String) {
    let text = |day: Option<Date>, open: &str| day.map_or(open.to_owned(), |day| day.to_string());
    (text(first, "0000"), text(last, "9999-12-31"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_sort_like_what_they_mean() {
        let of = |text: &str| of_numbers(&Numbers::parse(text).unwrap());
        assert_eq!(of("-1.5").0, "0999999999998.500000");
        assert_eq!(of("5"), ("1000000000005.000000".to_owned(), "1000000000005.000000".to_owned()));
        assert_eq!(of(">5").1, "2000000000000.000000");
        assert_eq!(of("<5").0, "0000000000000.000000");
        let range = |least, most| amounts::Range { least, most, currency: "KES".parse().unwrap() };
        assert_eq!(of_amounts(&range(0, 12)).0, "KES1000000000000000000");
        assert_eq!(of_amounts(&range(0, i64::MAX)).1.len(), 22);
    }
}
