//! The outbox: the events that the merchant's systems want to be told, each to be sent to those that want it. It is
//! written in the transaction of the change, so that nothing is lost, whatever happens next.
//!
//! What is sent, and how, is the matter of [`crate::webhooks`].

use diesel::{PgConnection, prelude::*};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use super::{By, NewEvent};
use crate::{
    error::Result,
    ids::{AccountId, EndpointId, EventId},
    schema::{webhook_deliveries, webhook_endpoints, webhook_messages, webhook_tries},
};

/// The first words of the kinds that are told. The merchant's own people, keys and safety are none of a system's business.
const TOLD: [&str; 11] = [
    "customer",
    "custom_field",
    "invoice",
    "note",
    "part",
    "payment",
    "payment_method",
    "price",
    "schedule",
    "subscription",
    "webhook_endpoint",
];

/// Returns whether events of a kind are told.
pub fn is_told(kind: &str) -> bool {
    kind.split_once('.').is_some_and(|(first, _)| TOLD.contains(&first))
}

/// Returns whether a pattern, like `customer.updated`, `customer.*` or `*`, means a kind.
pub fn means(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(start) => start.ends_with('.') && kind.starts_with(start),
        None => pattern == kind,
    }
}

/// Asks for an event to be sent to every endpoint of the account that wants it. For one that is disabled it is noted, so
/// that it can be sent later.
pub(super) fn put(conn: &mut PgConnection, by: &By, id: EventId, what: &NewEvent) -> Result<()> {
    if !is_told(what.kind) {
        return Ok(());
    }
    let endpoints = webhook_endpoints::table
        .filter(webhook_endpoints::account_id.eq(by.account))
        .filter(webhook_endpoints::removed_at.is_null())
        .select((webhook_endpoints::id, webhook_endpoints::types, webhook_endpoints::is_enabled));
    let endpoints: Vec<(EndpointId, Vec<Option<String>>, bool)> = endpoints.load(conn)?;
    let wants = |types: &[Option<String>]| types.iter().flatten().any(|pattern| means(pattern, what.kind));
    let wanting = endpoints.iter().filter(|(_, types, _)| wants(types));
    let (on, off): (Vec<_>, Vec<_>) = wanting.partition(|(_, _, is_enabled)| *is_enabled);
    let ids = |of: Vec<&(EndpointId, _, _)>| of.into_iter().map(|(id, _, _)| *id).collect::<Vec<_>>();
    ask(conn, by, id, what, &ids(on), Ask::InTurn)?;
    ask(conn, by, id, what, &ids(off), Ask::Never)
}

/// When an event is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// In its turn, and again until it is received.
    InTurn,
    /// Once, at once, because somebody asked for it.
    Extra,
    /// Not by itself: the endpoint is disabled.
    Never,
}

/// Asks for an event to be sent to these endpoints.
pub fn ask(
    conn: &mut PgConnection,
    by: &By,
    id: EventId,
    what: &NewEvent,
    endpoints: &[EndpointId],
    when: Ask,
) -> Result<()> {
    if endpoints.is_empty() {
        return Ok(());
    }
    let now = by.clock.of_machine().now().to_diesel();
    let rows: Vec<_> = endpoints
        .iter()
        .map(|endpoint| {
            (
                webhook_deliveries::account_id.eq(by.account),
                webhook_deliveries::endpoint_id.eq(endpoint),
                webhook_deliveries::event_id.eq(id),
                webhook_deliveries::kind.eq(what.kind),
                webhook_deliveries::subject_id.eq(what.subject),
                webhook_deliveries::version.eq(what.version),
                webhook_deliveries::status.eq(if when == Ask::Never { "skipped" } else { "waiting" }),
                webhook_deliveries::tries.eq(0),
                webhook_deliveries::is_begun.eq(false),
                webhook_deliveries::due_at.eq((when != Ask::Never).then_some(now)),
                webhook_deliveries::is_extra.eq(when == Ask::Extra),
                webhook_deliveries::created_at.eq(now),
            )
        })
        .collect();
    diesel::insert_into(webhook_deliveries::table).values(rows).execute(conn)?;
    Ok(())
}

/// Takes what was sent of these, and what was answered, out of what is kept. What is still to be sent is written anew.
pub(super) fn scrub(conn: &mut PgConnection, account: AccountId, about: &[Uuid]) -> Result<()> {
    let of_account = webhook_messages::table.filter(webhook_messages::account_id.eq(account));
    let events = of_account
        .filter(webhook_messages::subject_id.eq_any(about).or(webhook_messages::customer_id.eq_any(about)))
        .select(webhook_messages::event_id)
        .load::<EventId>(conn)?;
    if events.is_empty() {
        return Ok(());
    }
    diesel::delete(of_account.filter(webhook_messages::event_id.eq_any(&events))).execute(conn)?;
    let endpoints = webhook_endpoints::table
        .filter(webhook_endpoints::account_id.eq(account))
        .select(webhook_endpoints::id)
        .load::<EndpointId>(conn)?;
    let tries = webhook_tries::table
        .filter(webhook_tries::account_id.eq(account))
        .filter(webhook_tries::endpoint_id.eq_any(endpoints))
        .filter(webhook_tries::event_id.eq_any(&events));
    diesel::update(tries).set(webhook_tries::answer.eq("")).execute(conn)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_a_kind_whole_or_by_its_beginning() {
        for (pattern, kind, expected) in [
            ("*", "door.opened", true),
            ("door.*", "door.opened", true),
            ("door.opened", "door.opened", true),
            ("door.*", "doors.opened", false),
            ("doo*", "door.opened", false),
            ("door.open", "door.opened", false),
            ("door.*", "door_bell.rung", false),
            ("", "door.opened", false),
        ] {
            assert_eq!(means(pattern, kind), expected, "{pattern} {kind}");
        }
    }

    #[test]
    fn the_merchants_own_people_are_not_told_of() {
        assert!(is_told("customer.x") && is_told("part.x"));
        assert!(!is_told("security.x") && !is_told("team.x") && !is_told("customer"));
    }
}
