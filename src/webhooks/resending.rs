//! Sending an event again because somebody asked for it.

use diesel::PgConnection;

use super::{
    deliveries::{self, KEPT},
    subjects,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{
        By, Fields, NewEvent,
        outbox::{self, Ask},
    },
    history,
    ids::{EndpointId, EventId},
};

/// Has an event sent to an endpoint once more, now, whether it was sent before or not.
///
/// # Errors
/// [`Error::NotFound`] when there is no event of that id that is told; [`Error::Conflict`] when it is too old.
pub fn send_again(conn: &mut PgConnection, by: &By, endpoint: EndpointId, event: EventId) -> Result<()> {
    let found = history::with_ids(conn, by.account, &[event.uuid()])?.pop().ok_or(Error::NotFound)?;
    let kind = subjects::kinds().find(|kind| *kind == found.kind).ok_or(Error::NotFound)?;
    if by.now().duration_since(event.created_at()) > KEPT {
        return Err(Error::Conflict(
            Code::EventTooOld.says("This event is older than 30 days and is not sent any more."),
        ));
    }
    let now = by.clock.of_machine().now();
    if deliveries::send_again(conn, by.account, (endpoint, event), now)? {
        return Ok(());
    }
    let nothing = Fields::new();
    let what = NewEvent {
        kind,
        subject: found.subject,
        customer: found.customer,
        version: found.version,
        before: &nothing,
        after: &nothing,
    };
    outbox::ask(conn, by, event, &what, &[endpoint], Ask::Extra)
}
