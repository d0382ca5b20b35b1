//! An event: one thing that happened, who did it, and what it changed. It is written in the transaction of the change
//! and never altered. The customer's activity, the version rule and later undo and webhooks all read this one stream.

pub mod fields;

use diesel::{PgConnection, prelude::*};
use serde_json::Value;
use uuid::Uuid;

pub use fields::Fields;

use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId, EventId, StaffId},
    schema::events,
};

/// The author of a change, and the account it is made in.
#[derive(Clone, Debug)]
pub struct By {
    /// The account.
    pub account: AccountId,
    /// The person; `None` is Clientele itself.
    pub staff: Option<StaffId>,
    /// The request.
    pub request: Option<Uuid>,
}

impl By {
    /// Returns Clientele itself as the author, for what no person did.
    pub fn system(account: AccountId) -> Self {
        Self { account, staff: None, request: None }
    }

    /// Returns `actor_kind` as stored.
    pub fn actor_kind(&self) -> &'static str {
        if self.staff.is_some() { "staff" } else { "system" }
    }
}

/// An event to be recorded.
pub struct NewEvent<'a> {
    /// The kind, like `customer.updated`: one of its feature's `kinds`.
    pub kind: &'static str,
    pub subject: Uuid,
    /// The customer whom it is also about, when the subject is none.
    pub customer: Option<CustomerId>,
    /// The subject's version afterwards.
    pub version: i32,
    /// The changed fields as they were.
    pub before: &'a Fields,
    /// The changed fields as they became.
    pub after: &'a Fields,
}

/// Writes an event. Call it in the transaction of the change.
pub fn record(conn: &mut PgConnection, by: &By, what: &NewEvent) -> Result<EventId> {
    let id = EventId::new();
    diesel::insert_into(events::table)
        .values((
            events::account_id.eq(by.account),
            events::id.eq(id),
            events::kind.eq(what.kind),
            events::subject_id.eq(what.subject),
            events::customer_id.eq(what.customer),
            events::version.eq(what.version),
            events::actor_kind.eq(by.actor_kind()),
            events::staff_id.eq(by.staff),
            events::request_id.eq(by.request),
            events::before.eq(json(what.before)?),
            events::after.eq(json(what.after)?),
        ))
        .execute(conn)?;
    Ok(id)
}

fn json(fields: &Fields) -> Result<Value> {
    serde_json::to_value(fields).map_err(Error::internal)
}

/// Defines the kinds of a feature's events: a constant for each, used where it is recorded and where it is told, and
/// `ALL`.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)+) => {
        $($(#[$doc])* pub const $name: &str = $kind;)+
        /// Every kind.
        pub const ALL: &[&str] = &[$($name),+];
    };
}
pub(crate) use kinds;
