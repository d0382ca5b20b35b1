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
    ids::{CustomerId, EventId},
    values::field::Fields,
    who::SignedIn,
};

/// The number of entries on a page.
pub const PAGE: usize = 20;

/// Some of the activity, newest first.
#[derive(Clone, Debug)]
pub struct Activity {
    /// At most [`PAGE`] entries.
    pub entries: Vec<Entry>,
    /// The event before which the earlier entries begin, if there are any.
    pub earlier: Option<EventId>,
}

/// An event with its sentence.
#[derive(Clone, Debug)]
pub struct Entry {
    pub event: Event,
    pub told: Told,
}

impl Activity {
    /// Returns it with the merchant's own fields by their labels, and those that are archived by their keys.
    #[must_use]
    fn labelled(mut self, fields: &Fields) -> Self {
        for change in self.entries.iter_mut().flat_map(|entry| &mut entry.told.changes) {
            if change.label.starts_with(FIELD) {
                change.label = label_among(&change.label, fields);
            }
        }
        self
    }
}

/// Returns the activity of a customer before an event, or the newest, as `reader` sees it.
pub fn of(conn: &mut PgConnection, reader: &SignedIn, id: CustomerId, before: Option<EventId>) -> Result<Activity> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut events = history::of_customer(conn, reader.account, id, before, limit)?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let earlier = events.last().filter(|_| has_more).map(|event| event.id);
    let entry = |event: Event| {
        let event = event.behind(reader.curtain());
        Entry { told: told(&event), event }
    };
    let activity = Activity { entries: events.into_iter().map(entry).collect(), earlier };
    Ok(activity.labelled(&reader.settings.fields))
}

/// Tells an event as a sentence. One that takes another back says so.
pub fn told(event: &Event) -> Told {
    with_undo(PARTS.iter().find_map(|part| part.tell(event)).unwrap_or_else(|| Told::unknown(event)), event)
}

/// Adds to a sentence that the event took another back, if it did.
pub fn with_undo(mut told: Told, event: &Event) -> Told {
    if event.undoes.is_some() {
        let detail = told.detail.take().map_or_else(String::new, |detail| format!("{detail}, "));
        told = Told { icon: "undo", detail: Some(format!("{detail}to undo an earlier change")), ..told };
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::events::Fields;

    fn event(kind: &str) -> Event {
        let after = json!({"amount": 2500, "currency": "KES", "status": "succeeded", "brand": "Visa", "last4": "4242"});
        Event::test(kind, Fields::new(), serde_json::from_value(after).unwrap())
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
        for (kind, href) in [("invoice.sent", false), ("customer.merged", false), ("payment.disputed", true)] {
            let told = told(&event(kind));
            assert_eq!((told.did.as_str(), told.href.is_some()), ("did something newer than this version knows", href));
            assert_eq!(told.who.as_deref(), Some("Clientele"));
        }
    }
}
