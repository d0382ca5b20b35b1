//! A customer's activity: its events as sentences, with the author and the values before and after. Each feature tells
//! its own events.

use diesel::PgConnection;

use crate::{
    customer_parts::PARTS,
    customers::{
        part::Told,
        record::{FIELD, label_among},
    },
    error::Result,
    history::{self, Event},
    ids::{AccountId, CustomerId, EventId},
    values::field::Fields,
};

/// The number of entries on a page.
pub const PAGE: usize = 20;

/// Some of the activity, newest first.
#[derive(Clone, Debug)]
pub struct Activity {
    /// At most [`PAGE`] sentences, each with its event's id, which contains the time.
    pub entries: Vec<(EventId, Told)>,
    /// The event before which the earlier entries begin, if there are any.
    pub earlier: Option<EventId>,
}

impl Activity {
    /// Returns it with the merchant's own fields by their labels, and those that are archived by their keys.
    #[must_use]
    pub fn labelled(mut self, fields: &Fields) -> Self {
        for change in self.entries.iter_mut().flat_map(|(_, told)| &mut told.changes) {
            if change.label.starts_with(FIELD) {
                change.label = label_among(&change.label, fields);
            }
        }
        self
    }
}

/// Returns the activity of a customer before an event, or the newest.
pub fn of(conn: &mut PgConnection, account: AccountId, id: CustomerId, before: Option<EventId>) -> Result<Activity> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut events = history::of_customer(conn, account, id, before, limit)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let earlier = events.last().filter(|_| has_more).map(|event| event.id);
    Ok(Activity { entries: events.iter().map(|event| (event.id, told(event))).collect(), earlier })
}

fn told(event: &Event) -> Told {
    PARTS.iter().find_map(|part| part.tell(event)).unwrap_or_else(|| Told::unknown(event))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::events::Fields;

    fn event(kind: &str) -> Event {
        let after = json!({"amount": 2500, "currency": "KES", "status": "succeeded", "brand": "Visa", "last4": "4242"});
        let (id, kind, subject) = (EventId::new(), kind.to_owned(), uuid::Uuid::from_u128(7));
        let after: Fields = serde_json::from_value(after).unwrap();
        Event { id, kind, subject, version: 1, before: Fields::new(), after, by: None }
    }

    #[test]
    fn every_kind_of_event_is_told_by_one_part() {
        for event in PARTS.iter().flat_map(|part| part.kinds()).map(|kind| event(kind)) {
            assert_eq!(PARTS.iter().filter(|part| part.tell(&event).is_some()).count(), 1, "{}", event.kind);
            assert_ne!(told(&event).did, Told::unknown(&event).did, "{}", event.kind);
        }
    }

    #[test]
    fn what_a_later_version_wrote_is_told_too() {
        for (kind, href) in [("note.written", false), ("customer.merged", false), ("payment.disputed", true)] {
            let told = told(&event(kind));
            assert_eq!((told.did.as_str(), told.href.is_some()), ("did something newer than this version knows", href));
            assert_eq!(told.who.as_deref(), Some("Clientele"));
        }
    }
}
