//! What the keys of several lists ask.

use uuid::Uuid;

use super::{Bind, Condition, Meets, Reach, Scope, parts::of_customers};
use crate::{
    ids::AccountId,
    query::{Keyed, Value},
    values::Currency,
};

/// Returns the only condition of a term.
pub fn one(condition: Condition, reach: Reach) -> Vec<Meets> {
    vec![Meets { condition, reach }]
}

/// Asks for one of the words that are stored in a column; `common` are those that many rows have.
pub fn choices(term: &Keyed, column: &'static str, common: &[&str]) -> Vec<Meets> {
    let words: Vec<&'static str> = term.choices().map(|choice| choice.word).collect();
    // Those of one word come in the list's order from their index.
    let is_rare = words.len() > 1 && !words.iter().any(|word| common.contains(word));
    let condition = match words[..] {
        [one] => Condition::is(column, Bind::Text(one.to_owned())),
        _ => Condition::any_of(column, Bind::Texts(words.into_iter().map(str::to_owned).collect())),
    };
    one(condition, if is_rare { Reach::ByIndex } else { Reach::InOrder })
}

/// Asks for amounts in a column, each in its currency.
pub fn amounts(term: &Keyed, scope: &Scope, column: &'static str) -> Vec<Meets> {
    let within = |value: &Value| {
        let Value::Amounts(amounts) = value else { return None };
        let range = amounts.range(scope.currency);
        let currency = Condition::is("currency", Bind::Text(range.currency.to_string()));
        let ends = (Some(Bind::Number(range.least)), Some(Bind::Number(range.most)));
        Some(Condition::all([currency, Condition::from_to(column, ends)]))
    };
    one(Condition::any(term.values.iter().filter_map(within)), Reach::ByIndex)
}

/// Asks for currencies.
pub fn currencies(term: &Keyed) -> Vec<Meets> {
    let currency = |value: &Value| if let Value::Currency(currency) = value { Some(*currency) } else { None };
    let currencies: Vec<Currency> = term.values.iter().filter_map(currency).collect();
    let texts = currencies.iter().map(ToString::to_string).collect();
    one(Condition::any_of("currency", Bind::Texts(texts)), Reach::ByIndex)
}

/// Asks for the time of creation, which the id tells.
pub fn created(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let within = |value: &Value| {
        let Value::Period(period) = value else { return None };
        let (from, below) = period.range(&scope.zone, scope.now);
        // The bits of an id of that time are the same in every kind of id.
        let first = |time| Bind::Id(AccountId::first_at(time).uuid());
        let ends = (Some(from.map_or(Bind::Id(Uuid::nil()), first)), Some(below.map_or(Bind::Id(Uuid::max()), first)));
        Some(Condition::from_below("id", ends))
    };
    one(Condition::any(term.values.iter().filter_map(within)), Reach::InOrder)
}

/// Asks for days or moments, by `within`; `never` is the condition that there is none.
pub fn periods(
    term: &Keyed,
    within: impl Fn(&crate::query::Period) -> Condition,
    never: &'static str,
    reach: Reach,
) -> Vec<Meets> {
    let asked = |value: &Value| match value {
        Value::Period(period) => Some(within(period)),
        Value::Never => Some(Condition::sql(never)),
        _ => None,
    };
    one(Condition::any(term.values.iter().filter_map(asked)), reach)
}

/// Asks for customers: an ID, or those whom words found. Where a row need not have one, `none` asks for those without.
pub fn customers(term: &Keyed, scope: &Scope, without: Option<&'static str>) -> Vec<Meets> {
    let nobody = || without.map_or_else(|| Condition::always(false), Condition::sql);
    match term.values[..] {
        [Value::Customer(id)] => return one(Condition::is("customer_id", Bind::Id(id.uuid())), Reach::OneCustomer),
        [Value::Nobody] => return one(nobody(), Reach::InOrder),
        _ => {}
    }
    let customers = |value: &Value| match value {
        Value::Customer(id) => vec![*id],
        Value::Text(words) => scope.found.get(words).cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    let theirs = of_customers(&term.values.iter().flat_map(customers).collect::<Vec<_>>());
    let condition = match term.values.contains(&Value::Nobody) {
        true => Condition::any([nobody(), theirs]),
        false => theirs,
    };
    one(condition, Reach::ByIndex)
}

/// Asks for whole texts in a column.
pub fn texts(term: &Keyed, column: &'static str) -> Vec<Meets> {
    one(Condition::any_of(column, Bind::Texts(term.texts())), Reach::ByIndex)
}

/// Asks for whole IDs in a column; `none` asks for rows without one.
pub fn ids(term: &Keyed, column: &'static str, without: Option<&'static str>) -> Vec<Meets> {
    let id = |value: &Value| if let Value::Id(id) = value { Some(id.uuid()) } else { None };
    let ids: Vec<Uuid> = term.values.iter().filter_map(id).collect();
    let known = (!ids.is_empty()).then(|| Condition::any_of(column, Bind::Ids(ids)));
    let none = without.filter(|_| term.values.contains(&Value::Nobody)).map(Condition::sql);
    let reach = if none.is_some() { Reach::InOrder } else { Reach::ByIndex };
    one(Condition::any(known.into_iter().chain(none)), reach)
}
