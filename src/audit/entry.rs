//! An event as an entry of the log: the sentence that its feature has for it, and what it is about.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use super::TELLERS;
use crate::{
    activity,
    customer_parts::PARTS,
    customers::{
        identity,
        model::titles,
        part::Told,
        record::{FIELD, label_among},
    },
    error::Result,
    events::telling::Happened,
    history::Event,
    ids::{AccountId, ApiKeyId, CustomerId, StaffId},
    values::{curtain::Curtain, field::Fields},
};

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Entry {
    pub event: Event,
    pub told: Told,
    /// Whom or what it is about.
    pub about: Option<About>,
}

/// Whom or what an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The name.
    pub name: String,
    /// The path of its page.
    pub href: Option<String>,
}

/// The names of people and keys, by their ids.
pub type Names = HashMap<Uuid, String>;

/// Makes the names of people and keys.
pub fn names(people: &[(StaffId, String, String)], keys: &[(ApiKeyId, String)]) -> Names {
    let people = people.iter().map(|(id, name, _)| (id.uuid(), name.clone()));
    people.chain(keys.iter().map(|(id, name)| (id.uuid(), name.clone()))).collect()
}

/// Tells events, with the names of whom they are about.
pub fn of(
    conn: &mut PgConnection,
    account: AccountId,
    events: Vec<Event>,
    names: &Names,
    fields: &Fields,
) -> Result<Vec<Entry>> {
    let mut ids: Vec<CustomerId> = events.iter().filter_map(customer).collect();
    ids.sort_unstable();
    ids.dedup();
    let titles = if ids.is_empty() { HashMap::new() } else { titles(conn, account, &ids, Curtain::Open)? };
    let entry = |event: Event| {
        let mut told = told(&event);
        for change in &mut told.changes {
            if change.label.starts_with(FIELD) {
                change.label = label_among(&change.label, fields);
            }
        }
        let about = match customer(&event) {
            Some(id) => titles.get(&id).map(|title| About { name: title.clone(), href: Some(identity::path(id)) }),
            None => names.get(&event.subject).map(|name| About { name: name.clone(), href: None }),
        };
        // Who signed in is named once.
        let about = about.filter(|about| told.who.as_ref() != Some(&about.name));
        Entry { told, about, event }
    };
    Ok(events.into_iter().map(entry).collect())
}

/// Returns the customer whom an event is about.
fn customer(event: &Event) -> Option<CustomerId> {
    let own = || event.kind.starts_with("customer.").then(|| CustomerId::from_uuid(event.subject));
    event.customer.or_else(own)
}

/// Tells an event: by a part of the customer, by another feature, or, when neither knows it, by its kind.
pub fn told(event: &Event) -> Told {
    if PARTS.iter().any(|part| part.tell(event).is_some()) {
        return activity::told(event);
    }
    let Event { kind, subject, before, after, .. } = event;
    let happened = Happened { kind, subject: *subject, before, after };
    let told = match TELLERS.iter().find_map(|teller| teller.tell(&happened)) {
        Some(words) => Told { detail: words.detail, changes: words.changes, ..Told::new(event, words.icon, words.did) },
        None => Told::new(event, "activity", format!("did: {}", kind.replace(['.', '_'], " "))),
    };
    activity::with_undo(told, event)
}

/// Returns every kind that this version can tell.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    let parts = PARTS.iter().flat_map(|part| part.kinds().iter().copied());
    parts.chain(TELLERS.iter().flat_map(|teller| teller.kinds().iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_told_by_one_feature() {
        for kind in TELLERS.iter().flat_map(|teller| teller.kinds()) {
            let event = Event::test(kind, Default::default(), Default::default());
            let Event { kind, subject, before, after, .. } = &event;
            let happened = Happened { kind, subject: *subject, before, after };
            let tellers = TELLERS.iter().filter(|teller| teller.tell(&happened).is_some()).count();
            let parts = PARTS.iter().filter(|part| part.tell(&event).is_some()).count();
            assert_eq!((tellers, parts), (1, 0), "{kind}");
        }
    }

    #[test]
    fn what_nobody_tells_is_told_by_its_kind() {
        let event = Event::test("robot.was_fed", Default::default(), Default::default());
        assert_eq!(told(&event).did, "did: robot was fed");
    }
}
