//! The key that finds payments by the payment schedule whose parts they are for.

use crate::{
    ids::ScheduleId,
    lists::{Bind, Condition, Key, Meets, Reach, Scope, keys},
    query::{Keyed, Keyword, Value, Values},
};

/// The key of the payment schedule that a payment is for.
pub static KEYS: [Key; 1] = [Key {
    word: Keyword::new(
        "schedule",
        "Payment schedule",
        "Whose part it paid, or was to pay: an ID, or none",
        "schedule:sch_01h2xcejqtf2nbrexx3vqjhp41",
        Values::Id(ScheduleId::PREFIX, "payment schedule"),
    )
    .or_none(),
    asks: of_schedules,
}];

/// Asks for parts of schedules; `none` asks for payments of none.
fn of_schedules(term: &Keyed, scope: &Scope) -> Vec<Meets> {
    let id = |value: &Value| if let Value::Id(id) = value { Some(id.uuid()) } else { None };
    let ids: Vec<_> = term.values.iter().filter_map(id).collect();
    let known = (!ids.is_empty()).then(|| {
        Condition::sql("part_id = ANY(ARRAY(SELECT p.id FROM schedule_parts p WHERE p.account_id = ")
            .with(Bind::Id(scope.account.uuid()))
            .then(" AND p.schedule_id = ANY(")
            .with(Bind::Ids(ids))
            .then(")))")
    });
    let none = term.values.contains(&Value::Nobody).then(|| Condition::sql("part_id IS NULL"));
    let reach = if none.is_some() { Reach::InOrder } else { Reach::ByIndex };
    keys::one(Condition::any(known.into_iter().chain(none)), reach)
}
