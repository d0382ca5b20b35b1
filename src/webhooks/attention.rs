//! The endpoints that need an admin: where nothing arrives, and where nothing is sent any more although nobody decided so.

use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};

use super::{
    model::{self, Disabled, Endpoint},
    path,
    words::host,
};
use crate::{
    attention::{Attends, Need},
    error::Result,
    values::when::When,
    who::SignedIn,
};

/// The time for which nothing arrives before somebody is told.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// The time for which it is told that an endpoint is disabled.
const TOLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Webhook endpoints as a feature that needs people.
pub static ATTENDS: &dyn Attends = &Endpoints;

struct Endpoints;

impl Attends for Endpoints {
    fn needs(&self, conn: &mut PgConnection, who: &SignedIn, now: Timestamp) -> Result<Vec<Need>> {
        if !who.may_manage_keys() {
            return Ok(Vec::new());
        }
        let need = |one: &Endpoint| {
            let text = text(one, who, now)?;
            Some(Need { icon: "webhook", is_urgent: false, text, href: path(one.id) })
        };
        Ok(model::all(conn, who.account)?.iter().filter_map(need).collect())
    }
}

/// Returns what is told of an endpoint at `now`, a time of the account; nothing when it needs nobody.
fn text(one: &Endpoint, who: &SignedIn, now: Timestamp) -> Option<String> {
    // The world outside, and so what fails there, goes by the machine's time.
    let machine = who.clock.of_machine().now();
    let host = host(&one.wish.url);
    match (one.disabled, one.failing_since) {
        (Some(Disabled::ByHand), _) => None,
        (Some(reason), _) => (now.duration_since(one.updated_at) <= TOLD)
            .then(|| format!("The webhook endpoint at {host} is disabled {}", reason.words())),
        (None, Some(since)) if machine.duration_since(since) > PATIENCE => {
            let since = When::new(since, &who.settings.time_zone, machine).full;
            Some(format!("Webhooks to {host} fail since {since}"))
        }
        _ => None,
    }
}
