//! A save against the version it started from.
//!
//! Nothing is overwritten unseen. Fields that only one side changed are merged; a field that both changed is a clash,
//! for a person to choose. The value of a field at the older version is read back from the events since.

use super::{
    lookalikes::{Lookalike, Lookalikes, Sought},
    model::{self, Customer},
    record::{Record, completed, is_same},
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{
        By, Fields,
        fields::{difference, value},
    },
    history::{self, Event},
    idempotency::{self, OneTimeKey},
    ids::CustomerId,
    input::FieldErrors,
    merchants::Settings,
};
use std::collections::BTreeSet;

use diesel::PgConnection;
use serde_json::Value;

/// A save that somebody wants.
pub struct Save<'a> {
    pub id: CustomerId,
    /// The version their form showed.
    pub version: i32,
    /// The fields they gave; `null` clears.
    pub change: &'a Fields,
    /// The merchant's decisions about what a customer must have.
    pub settings: &'a Settings,
    /// True when the change is meant even if somebody deleted the customer meanwhile.
    pub even_deleted: bool,
    /// The customers who may have the same email or phone: they were shown, and it is meant all the same.
    pub agreed: &'a BTreeSet<CustomerId>,
    /// The form's one-time key.
    pub key: Option<&'a OneTimeKey>,
}

/// The outcome of a save.
#[derive(Debug)]
pub enum Saved {
    /// It is stored, now or when the same form was sent before, together with what others changed meanwhile.
    /// A deleted customer who has the new email or phone is named, the newest.
    Done(Option<Lookalike>),
    /// Nothing stands against it, but the customer is deleted and has to be restored first.
    Waits(Box<Waiting>),
    /// Somebody deleted the customer meanwhile; nothing is stored.
    Deleted,
    /// Other customers have the new email or phone, and nobody agreed to that; nothing is stored.
    Doubtful(Lookalikes),
    /// A rule for the whole record is broken; nothing is stored.
    Invalid(FieldErrors),
    /// Somebody else changed the same fields; nothing is stored.
    Clash(Box<Clash>),
}

/// A save that has passed every check, of a customer who is still deleted.
#[derive(Debug)]
pub struct Waiting {
    record: Record,
    deleted: Option<Lookalike>,
}

impl Waiting {
    /// Stores the save in the customer, who was `restored` in the same transaction.
    pub fn store(self, conn: &mut PgConnection, by: &By, restored: &Customer) -> Result<Saved> {
        model::write(conn, by, restored, &self.record)?;
        Ok(Saved::Done(self.deleted))
    }
}

/// Fields that two people changed differently.
#[derive(Debug)]
pub struct Clash {
    /// The customer as stored.
    pub current: Customer,
    /// The event that changed a clashing field last.
    pub last: Option<Event>,
    /// The name, my value and their value of each clashing field.
    pub fields: Vec<(String, Value, Value)>,
    /// The fields that only I changed, addresses whole.
    pub mine: Fields,
}

/// Stores a change, or says why not. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the version is from the future.
pub fn save(conn: &mut PgConnection, by: &By, save: &Save) -> Result<Saved> {
    let current = model::find_for_update(conn, by.account, save.id)?;
    // The row's lock is held, so of two sends of one form the second finds what the first has done.
    if idempotency::made_with(conn, by.account, save.key)?.is_some() {
        return Ok(Saved::Done(None));
    }
    if current.is_deleted() && !save.even_deleted {
        return Ok(Saved::Deleted);
    }
    if save.version > current.version || save.version < 1 {
        let sentence = "This form names a version of the customer that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let events = history::after_version(conn, by.account, save.id.uuid(), save.version)?;
    let Three { mine, clashes } = three_ways(&current.record.fields(), &events, save.change);
    if !clashes.is_empty() {
        let changed_it = |event: &Event| clashes.iter().any(|(name, ..)| event.after.contains_key(name));
        let last = events.into_iter().rev().find(changed_it);
        return Ok(Saved::Clash(Box::new(Clash { current, last, fields: clashes, mine })));
    }
    let record = current.record.with_whole(&mine);
    let errors = model::broken_rules(&record, &current.record, save.settings, &mine);
    if !errors.is_empty() {
        return Ok(Saved::Invalid(errors));
    }
    let found = Lookalikes::find(conn, by.account, Sought::changed(&current.record, &record))?;
    if !found.live.iter().all(|one| save.agreed.contains(&one.id)) {
        return Ok(Saved::Doubtful(found));
    }
    let deleted = found.deleted.into_iter().next();
    idempotency::take(conn, by.account, save.key, save.id.uuid())?;
    if current.is_deleted() {
        return Ok(Saved::Waits(Box::new(Waiting { record, deleted })));
    }
    model::write(conn, by, &current, &record)?;
    Ok(Saved::Done(deleted))
}

struct Three {
    mine: Fields,
    clashes: Vec<(String, Value, Value)>,
}

/// Compares three states: the values I gave, those when I began, and the current ones.
fn three_ways(current: &Fields, since: &[Event], given: &Fields) -> Three {
    let base = as_it_was(current, since);
    let (_, theirs) = difference(&base, current);
    let (mut mine, mut clashes) = (Fields::new(), Vec::new());
    for (name, wanted) in &completed(given, &base) {
        let i_changed_it = !is_same(name, wanted, &value(&base, name));
        match theirs.get(name) {
            _ if !i_changed_it => {}
            Some(stored) if stored != wanted => clashes.push((name.clone(), wanted.clone(), stored.clone())),
            _ => _ = mine.insert(name.clone(), wanted.clone()),
        }
    }
    Three { mine, clashes }
}

/// Returns the fields as they were before `since`, which is in the order it happened.
fn as_it_was(current: &Fields, since: &[Event]) -> Fields {
    let mut fields = current.clone();
    for event in since.iter().rev() {
        fields.extend(event.before.clone());
    }
    fields.retain(|_, value| !value.is_null());
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::customers::kinds;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect()
    }

    fn event(before: &[(&str, &str)], after: &[(&str, &str)]) -> Event {
        Event::test(kinds::UPDATED, fields(before), fields(after))
    }

    #[test]
    fn fields_changed_on_one_side_only_are_merged() {
        let current = fields(&[("name", "New"), ("email", "old@x.example")]);
        let since = [event(&[("name", "Old")], &[("name", "New")])];
        let given = fields(&[("name", "Old"), ("email", "mine@x.example")]);
        let three = three_ways(&current, &since, &given);
        assert!(three.clashes.is_empty());
        assert_eq!(three.mine, fields(&[("email", "mine@x.example")]));
    }

    #[test]
    fn a_field_changed_on_both_sides_clashes_unless_to_the_same() {
        let current = fields(&[("name", "Theirs")]);
        let since =
            [event(&[("name", "Old")], &[("name", "Between")]), event(&[("name", "Between")], &[("name", "Theirs")])];
        let clash = three_ways(&current, &since, &fields(&[("name", "Mine")]));
        assert_eq!(clash.clashes, [("name".to_owned(), json!("Mine"), json!("Theirs"))]);
        let same = three_ways(&current, &since, &fields(&[("name", "Theirs")]));
        assert!(same.clashes.is_empty());
    }

    #[test]
    fn clearing_a_field_is_a_change_like_another() {
        let current = fields(&[("name", "A"), ("company", "Acme")]);
        let three = three_ways(&current, &[], &Fields::from([("company".into(), Value::Null)]));
        assert_eq!(three.mine, Fields::from([("company".into(), Value::Null)]));
    }
}
