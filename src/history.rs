//! History: past events, read with the names of those who caused them: people, and keys of the API.

pub mod reverting;
pub mod stream;

use std::collections::BTreeSet;

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    events::{By, Fields},
    ids::{AccountId, ApiKeyId, CustomerId, EventId, StaffId},
    schema::events,
    values::curtain::Curtain,
};

/// An event with the name of who caused it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id, which holds the time of the event.
    pub id: EventId,
    /// The kind, like `customer.updated`.
    pub kind: String,
    /// The subject that it happened to.
    pub subject: Uuid,
    /// The customer whom it is also about, when the subject is none.
    pub customer: Option<CustomerId>,
    /// The subject's version afterwards.
    pub version: i32,
    /// The changed fields as they were.
    pub before: Fields,
    /// The changed fields as they became.
    pub after: Fields,
    /// The name of the person, or of the key as in "Web shop (API key)"; nothing when Clientele did it.
    pub by: Option<String>,
    /// Who caused it, for programs.
    pub actor: Author,
    /// The request that caused it.
    pub request: Option<Uuid>,
    /// The event that it took back.
    pub undoes: Option<EventId>,
    /// True when a later event took it back, and was not taken back itself.
    pub is_undone: bool,
}

/// Who caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// `staff`, `key` or `system`.
    pub kind: String,
    /// The public id of the person or of the key.
    pub id: Option<String>,
    /// The name of the person or of the key.
    pub name: Option<String>,
}

impl Event {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        let hidden = |fields: Fields| -> Fields {
            fields.into_iter().map(|(name, value)| (name.clone(), curtain.json(&name, &value))).collect()
        };
        Self { before: hidden(self.before), after: hidden(self.after), ..self }
    }
}

/// The columns of [`Row`], of events `e` beside who caused them.
const COLUMNS: &str = "e.id, e.kind, e.subject_id, e.customer_id, e.version, e.before, e.after, e.undoes,
    e.actor_kind, e.staff_id, e.key_id, e.request_id, EXISTS (SELECT FROM events u WHERE u.account_id = e.account_id AND u.undoes = e.id
      AND NOT EXISTS (SELECT FROM events r WHERE r.account_id = u.account_id AND r.undoes = u.id)) AS is_undone,
    s.name AS staff, k.name AS key";

/// The tables of who causes events.
const CAUSES: &str = "LEFT JOIN staff s ON s.id = e.staff_id
    LEFT JOIN api_keys k ON k.account_id = e.account_id AND k.id = e.key_id";

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: EventId,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    customer_id: Option<CustomerId>,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Jsonb)]
    before: Value,
    #[diesel(sql_type = Jsonb)]
    after: Value,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    undoes: Option<EventId>,
    #[diesel(sql_type = Bool)]
    is_undone: bool,
    #[diesel(sql_type = Text)]
    actor_kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    staff_id: Option<StaffId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    key_id: Option<ApiKeyId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    request_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    staff: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
}

impl Row {
    fn event(self) -> Result<Event> {
        let fields = |value| serde_json::from_value(value).map_err(Error::internal);
        let id = self.staff_id.map(|id| id.to_string()).or_else(|| self.key_id.map(|id| id.to_string()));
        let actor = Author { kind: self.actor_kind, id, name: self.staff.clone().or_else(|| self.key.clone()) };
        Ok(Event {
            id: self.id,
            kind: self.kind,
            subject: self.subject_id,
            customer: self.customer_id,
            version: self.version,
            before: fields(self.before)?,
            after: fields(self.after)?,
            by: self.staff.or_else(|| self.key.map(|name| format!("{name} (API key)"))),
            actor,
            request: self.request_id,
            undoes: self.undoes,
            is_undone: self.is_undone,
        })
    }
}

/// Returns an event, locked until the transaction ends, so that two who take it back come one after the other.
///
/// # Errors
/// [`Error::NotFound`] when the account has none of that id.
pub fn find_for_update(conn: &mut PgConnection, account: AccountId, id: EventId) -> Result<Event> {
    // Not the row itself: an erasure, which writes it, holds the customer by then, whom an undo locks after this.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))";
    diesel::sql_query(lock).bind::<SqlUuid, _>(id).execute(conn)?;
    // A statement of its own, which sees what was written while it waited.
    let statement = format!("SELECT {COLUMNS} FROM events e {CAUSES} WHERE e.account_id = $1 AND e.id = $2");
    let row: Row = diesel::sql_query(statement).bind::<SqlUuid, _>(account).bind::<SqlUuid, _>(id).get_result(conn)?;
    row.event()
}

/// Returns the events of these ids, newest first.
pub fn with_ids(conn: &mut PgConnection, account: AccountId, ids: &[Uuid]) -> Result<Vec<Event>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES} WHERE e.account_id = $1 AND e.id = ANY($2) ORDER BY e.id DESC"
    );
    let rows: Vec<Row> =
        diesel::sql_query(statement).bind::<SqlUuid, _>(account).bind::<Array<SqlUuid>, _>(ids).load(conn)?;
    rows.into_iter().map(Row::event).collect()
}

/// Returns what Clientele itself did in an account from one event until before another, newest first.
pub fn by_itself(
    conn: &mut PgConnection,
    account: AccountId,
    (from, below): (EventId, EventId),
    limit: i64,
) -> Result<Vec<Event>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES} WHERE e.account_id = $1 AND e.id >= $2 AND e.id < $3
        AND e.actor_kind = 'system' ORDER BY e.id DESC LIMIT $4"
    );
    let rows: Vec<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(from)
        .bind::<SqlUuid, _>(below)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(Row::event).collect()
}

/// Counts the events of a kind that Clientele itself caused from one event until before another, up to `most`.
pub fn count_by_itself(
    conn: &mut PgConnection,
    account: AccountId,
    kind: &str,
    (from, below): (EventId, EventId),
    most: i64,
) -> Result<i64> {
    let of_kind = events::table
        .filter(events::account_id.eq(account))
        .filter(events::kind.eq(kind))
        .filter(events::id.ge(from))
        .filter(events::id.lt(below))
        .filter(events::actor_kind.eq("system"));
    Ok(of_kind.select(events::id).limit(most).load::<EventId>(conn)?.len() as i64)
}

/// Returns the newest event by which `by` took another back in this request.
pub fn last_undoing(conn: &mut PgConnection, by: &By, undone: EventId) -> Result<Option<Event>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES} WHERE e.account_id = $1 AND e.undoes = $2
        AND e.request_id IS NOT DISTINCT FROM $3 ORDER BY e.id DESC LIMIT 1"
    );
    let row: Option<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(by.account)
        .bind::<SqlUuid, _>(undone)
        .bind::<Nullable<SqlUuid>, _>(by.request)
        .get_result(conn)
        .optional()?;
    row.map(Row::event).transpose()
}

/// Returns the last event of a subject that was caused in the request of `by`, if there is one.
pub fn of_request(conn: &mut PgConnection, by: &By, subject: Uuid) -> Result<Option<Event>> {
    let Some(request) = by.request else { return Ok(None) };
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES}
        WHERE e.account_id = $1 AND e.subject_id = $2 AND e.request_id = $3 ORDER BY e.id DESC LIMIT 1"
    );
    let row: Option<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(by.account)
        .bind::<SqlUuid, _>(subject)
        .bind::<SqlUuid, _>(request)
        .get_result(conn)
        .optional()?;
    row.map(Row::event).transpose()
}

/// Returns the requests in which something happened to these, as subject or as customer.
pub fn requests(conn: &mut PgConnection, account: AccountId, about: &[Uuid]) -> Result<Vec<Uuid>> {
    // Each half along its own index.
    let of_account = events::table.filter(events::account_id.eq(account)).filter(events::request_id.is_not_null());
    let subjects = of_account.filter(events::subject_id.eq_any(about)).select(events::request_id);
    let customers = of_account.filter(events::customer_id.eq_any(about)).select(events::request_id);
    let (subjects, customers): (Vec<Option<Uuid>>, Vec<Option<Uuid>>) = (subjects.load(conn)?, customers.load(conn)?);
    let requests: BTreeSet<Uuid> = subjects.into_iter().chain(customers).flatten().collect();
    Ok(requests.into_iter().collect())
}

/// Returns the events of a subject, newest first, older than `before`.
pub fn of_subject(
    conn: &mut PgConnection,
    account: AccountId,
    subject: Uuid,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Event>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES}
        WHERE e.account_id = $1 AND e.subject_id = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT $4"
    );
    let rows: Vec<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(subject)
        .bind::<SqlUuid, _>(before.unwrap_or(EventId::from_uuid(Uuid::max())))
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(Row::event).collect()
}

/// The most of a person's own events that are looked through for the customers whom they worked on.
const LOOKED_THROUGH: i64 = 200;

/// A customer whom somebody worked on, and when they last did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    pub customer: CustomerId,
    pub at: Timestamp,
}

/// Returns the customers whom a person changed last, or something of theirs, the latest first. `about_customers` names the
/// kinds of events whose subject is a customer.
pub fn worked_on(
    conn: &mut PgConnection,
    (account, staff): (AccountId, StaffId),
    about_customers: &[&str],
    most: i64,
) -> Result<Vec<Worked>> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = SqlUuid)]
        customer: CustomerId,
        #[diesel(sql_type = SqlUuid)]
        event: EventId,
    }
    let statement = "SELECT customer, (array_agg(id ORDER BY id DESC))[1] AS event FROM (
          SELECT coalesce(customer_id, CASE WHEN kind = ANY($3) THEN subject_id END) AS customer, id
          FROM events WHERE account_id = $1 AND staff_id = $2 ORDER BY id DESC LIMIT $4) mine
        WHERE customer IS NOT NULL GROUP BY customer ORDER BY event DESC LIMIT $5";
    let rows: Vec<Last> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(staff)
        .bind::<Array<Text>, _>(about_customers)
        .bind::<BigInt, _>(LOOKED_THROUGH)
        .bind::<BigInt, _>(most)
        .load(conn)?;
    Ok(rows.into_iter().map(|Last { customer, event }| Worked { customer, at: event.created_at() }).collect())
}

/// Returns the events of a customer and of what belongs to them, newest first, older than `before`.
pub fn of_customer(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Event>> {
    // Each half along its own index: together they would be sorted whole.
    let statement = format!(
        "SELECT {COLUMNS} FROM (
          (SELECT * FROM events WHERE account_id = $1 AND subject_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4)
          UNION ALL
          (SELECT * FROM events WHERE account_id = $1 AND customer_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4)
        ) e {CAUSES} ORDER BY e.id DESC LIMIT $4"
    );
    let rows: Vec<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(customer)
        .bind::<SqlUuid, _>(before.unwrap_or(EventId::from_uuid(Uuid::max())))
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    rows.into_iter().map(Row::event).collect()
}

/// Returns the events that changed a subject after `version`, oldest first.
pub fn after_version(conn: &mut PgConnection, account: AccountId, subject: Uuid, version: i32) -> Result<Vec<Event>> {
    let statement = format!(
        "SELECT {COLUMNS} FROM events e {CAUSES}
        WHERE e.account_id = $1 AND e.subject_id = $2 AND e.version > $3 ORDER BY e.version, e.id"
    );
    let rows: Vec<Row> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(subject)
        .bind::<Integer, _>(version)
        .load(conn)?;
    rows.into_iter().map(Row::event).collect()
}

#[cfg(test)]
impl Event {
    /// Makes an event that Clientele caused, for a test.
    pub fn test(kind: &str, before: Fields, after: Fields) -> Self {
        let (id, kind, subject) = (EventId::new(), kind.to_owned(), Uuid::from_u128(7));
        let (customer, by, undoes, is_undone) = (None, None, None, false);
        let (actor, request) = (Author::default(), None);
        Self { id, kind, subject, customer, version: 1, before, after, by, actor, request, undoes, is_undone }
    }
}
