//! What happened by itself since the last move began: in numbers, and the latest of it as sentences with links.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use crate::{
    audit::entry,
    customers::{identity, model::titles, part::Told},
    error::Result,
    history,
    ids::{CustomerId, EventId},
    invoices, payments, schedules, subscriptions,
    test_clock::model::{Move, State},
    values::{money::grouped, when::When},
    who::SignedIn,
};

/// The most events that are shown.
const MOST: i64 = 20;

/// The most events of a kind that are counted.
const MOST_COUNTED: i64 = 25_000;

/// The kinds that are counted, each with its word for one and for many.
const COUNTED: [(&str, &str, &str); 10] = [
    (
        subscriptions::kinds::ACTIVATED,
        "subscription billed for the first time",
        "subscriptions billed for the first time",
    ),
    (subscriptions::kinds::RENEWED, "renewal", "renewals"),
    (payments::kinds::SUCCEEDED, "payment succeeded", "payments succeeded"),
    (payments::kinds::FAILED, "payment failed", "payments failed"),
    (subscriptions::kinds::PAST_DUE, "subscription became past due", "subscriptions became past due"),
    (subscriptions::kinds::GAVE_UP, "subscription stands still", "subscriptions stand still"),
    (subscriptions::kinds::CANCELED, "subscription ended", "subscriptions ended"),
    (schedules::kinds::PAST_DUE, "payment schedule became past due", "payment schedules became past due"),
    (schedules::kinds::FINISHED, "payment schedule finished", "payment schedules finished"),
    (invoices::kinds::OVERDUE, "invoice became overdue", "invoices became overdue"),
];

/// What happened.
#[derive(Default)]
pub struct Happened {
    /// The numbers, in words.
    pub counts: Vec<String>,
    /// The latest events, newest first.
    pub entries: Vec<Entry>,
}

/// One event.
pub struct Entry {
    pub told: Told,
    /// The customer whom it is about: title and path.
    pub whose: Option<(String, String)>,
    pub when: When,
}

impl Happened {
    /// Reads what Clientele did in the account since a move began; after its end until then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn read(conn: &mut PgConnection, who: &SignedIn, one: &Move, now: Timestamp) -> Result<Self> {
        let end = if one.state == State::Over { one.to } else { now };
        let within = (EventId::first_at(one.from), EventId::first_at(end + SignedDuration::from_mins(1)));
        let mut counts = Vec::new();
        for (kind, single, many) in COUNTED {
            let count = history::count_by_itself(conn, who.account, kind, within, MOST_COUNTED)?;
            let more = if count == MOST_COUNTED { " or more" } else { "" };
            if count > 0 {
                let word = if count == 1 { single } else { many };
                counts.push(format!("{}{more} {word}", grouped(count.unsigned_abs())));
            }
        }
        let events = history::by_itself(conn, who.account, within, MOST)?;
        let ids: Vec<CustomerId> = events.iter().filter_map(|event| event.customer).collect();
        let titles = titles(conn, who.account, &ids, who.curtain())?;
        let told = |event: history::Event| {
            let whose = event.customer.and_then(|id| Some((titles.get(&id)?.clone(), identity::path(id))));
            let when = When::new(event.id.created_at(), &who.settings.time_zone, now);
            Entry { told: entry::told(&event.behind(who.curtain())), whose, when }
        };
        Ok(Self { counts, entries: events.into_iter().map(told).collect() })
    }
}
