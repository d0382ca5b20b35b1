//! An event: one thing that happened, who did it, and what it changed. It is written in the transaction of the change
//! and never altered, but for what an erasure or a destruction takes out of it. The customer's activity, the version rule, undo and later
//! webhooks all read this one stream.

pub mod fields;
pub mod outbox;
pub mod telling;

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

pub use fields::Fields;
use outbox::Ask;

use crate::{
    clock::Clock,
    error::{Error, Result},
    ids::{AccountId, ApiKeyId, CustomerId, EndpointId, EventId, StaffId},
    schema::events,
};

/// The author of a change, and the account it is made in.
#[derive(Clone, Debug)]
pub struct By {
    /// The account.
    pub account: AccountId,
    /// The account's clock, by which everything happens in it.
    pub clock: Clock,
    /// Who acts.
    pub actor: Actor,
    /// The request.
    pub request: Option<Uuid>,
    /// The event that is taken back.
    pub undoes: Option<EventId>,
}

impl By {
    /// Makes the author of a change in an account that goes by this clock.
    pub fn new(account: AccountId, clock: Clock, actor: Actor, request: Option<Uuid>) -> Self {
        Self { account, clock, actor, request, undoes: None }
    }

    /// Returns Clientele itself as the author, for what no person did.
    pub fn system(account: AccountId, clock: Clock) -> Self {
        Self::new(account, clock, Actor::System, None)
    }

    /// Returns the same author in the merchant's live account, where what concerns the merchant as a whole is kept, by
    /// the machine's time.
    #[must_use]
    pub fn in_live(&self, account: AccountId) -> Self {
        Self { account, clock: self.clock.of_machine(), ..self.clone() }
    }

    /// Returns the time in the account.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    Staff(StaffId),
    /// A merchant's own system, by its key.
    Key(ApiKeyId),
    /// Clientele itself.
    System,
}

impl Actor {
    /// Returns `actor_kind` as stored.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::Key(_) => "key",
            Self::System => "system",
        }
    }

    /// Returns the person, if it is one.
    pub fn staff(self) -> Option<StaffId> {
        if let Self::Staff(id) = self { Some(id) } else { None }
    }

    /// Returns the key, if it is one.
    pub fn key(self) -> Option<ApiKeyId> {
        if let Self::Key(id) = self { Some(id) } else { None }
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

/// Writes an event, and has it told to whom it concerns. Call it in the transaction of the change.
pub fn record(conn: &mut PgConnection, by: &By, what: &NewEvent) -> Result<EventId> {
    let id = write(conn, by, what)?;
    outbox::put(conn, by, id, what)?;
    Ok(id)
}

/// Works like [`record`], and has it told to this endpoint alone.
pub fn record_for(conn: &mut PgConnection, by: &By, what: &NewEvent, endpoint: EndpointId) -> Result<EventId> {
    let id = write(conn, by, what)?;
    outbox::ask(conn, by, id, what, &[endpoint], Ask::Extra)?;
    Ok(id)
}

fn write(conn: &mut PgConnection, by: &By, what: &NewEvent) -> Result<EventId> {
    let id = EventId::at(by.now());
    diesel::insert_into(events::table)
        .values((
            events::account_id.eq(by.account),
            events::id.eq(id),
            events::kind.eq(what.kind),
            events::subject_id.eq(what.subject),
            events::customer_id.eq(what.customer),
            events::version.eq(what.version),
            events::actor_kind.eq(by.actor.kind()),
            events::staff_id.eq(by.actor.staff()),
            events::key_id.eq(by.actor.key()),
            events::request_id.eq(by.request),
            events::before.eq(json(what.before)?),
            events::after.eq(json(what.after)?),
            events::undoes.eq(by.undoes),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Takes all values out of events of these kinds whose subject or customer is one of `about`, but for those of the fields
/// in `kept`. Only an erasure does so, and the destruction of what the events quote.
pub fn scrub(conn: &mut PgConnection, account: AccountId, about: &[Uuid], kinds: &[&str], kept: &[&str]) -> Result<()> {
    let of = |values| {
        format!(
            "(SELECT coalesce(jsonb_object_agg(p.key, p.value), '{{}}') FROM jsonb_each({values}) p WHERE p.key = ANY($4))"
        )
    };
    // Each half along its own index.
    for whose in ["subject_id", "customer_id"] {
        let (before, after) = (of("before"), of("after"));
        diesel::sql_query(format!(
            "UPDATE events SET before = {before}, after = {after} WHERE account_id = $1 AND {whose} = ANY($2) AND kind = ANY($3)"
        ))
        .bind::<SqlUuid, _>(account)
        .bind::<Array<SqlUuid>, _>(about)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Array<Text>, _>(kept)
        .execute(conn)?;
    }
    outbox::scrub(conn, account, about)
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
