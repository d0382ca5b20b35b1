//! History: past events, read with the names of those who caused them: people, and keys of the API.

pub mod reverting;

use diesel::{
    PgConnection,
    prelude::*,
    sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    events::Fields,
    ids::{AccountId, CustomerId, EventId},
    schema::{api_keys, events, staff},
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
    /// The subject's version afterwards.
    pub version: i32,
    /// The changed fields as they were.
    pub before: Fields,
    /// The changed fields as they became.
    pub after: Fields,
    /// The name of the person, or of the key as in "Web shop (API key)"; nothing when Clientele did it.
    pub by: Option<String>,
}

type Row = (EventId, String, i32, Value, Value, Option<String>, Option<String>);

#[diesel::dsl::auto_type]
fn is_key() -> _ {
    events::account_id.eq(api_keys::account_id).and(events::key_id.eq(api_keys::id.nullable()))
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        events::id,
        events::kind,
        events::version,
        events::before,
        events::after,
        staff::name.nullable(),
        api_keys::name.nullable(),
    )
}

/// Returns the events of a subject, newest first, older than `before`.
pub fn of_subject(
    conn: &mut PgConnection,
    account: AccountId,
    subject: Uuid,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .left_join(staff::table.on(events::staff_id.eq(staff::id.nullable())))
        .left_join(api_keys::table.on(is_key()))
        .filter(events::account_id.eq(account))
        .filter(events::subject_id.eq(subject))
        .filter(events::id.lt(before.unwrap_or(EventId::from_uuid(Uuid::max()))))
        .order(events::id.desc())
        .limit(limit)
        .select(columns())
        .load(conn)?;
    rows.into_iter().map(|row| event(subject, row)).collect()
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct OfCustomer {
    #[diesel(sql_type = SqlUuid)]
    id: EventId,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    subject_id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Jsonb)]
    before: Value,
    #[diesel(sql_type = Jsonb)]
    after: Value,
    #[diesel(sql_type = Nullable<Text>)]
    staff: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
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
    let statement =
        "SELECT e.id, e.kind, e.subject_id, e.version, e.before, e.after, s.name AS staff, k.name AS key FROM (
          (SELECT * FROM events WHERE account_id = $1 AND subject_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4)
          UNION ALL
          (SELECT * FROM events WHERE account_id = $1 AND customer_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4)
        ) e LEFT JOIN staff s ON s.id = e.staff_id
        LEFT JOIN api_keys k ON k.account_id = e.account_id AND k.id = e.key_id
        ORDER BY e.id DESC LIMIT $4";
    let rows: Vec<OfCustomer> = diesel::sql_query(statement)
        .bind::<SqlUuid, _>(account)
        .bind::<SqlUuid, _>(customer)
        .bind::<SqlUuid, _>(before.unwrap_or(EventId::from_uuid(Uuid::max())))
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    let of_row = |row: OfCustomer| {
        let OfCustomer { id, kind, subject_id, version, before, after, staff, key } = row;
        event(subject_id, (id, kind, version, before, after, staff, key))
    };
    rows.into_iter().map(of_row).collect()
}

/// Returns the events that changed a subject after `version`, oldest first.
pub fn after_version(conn: &mut PgConnection, account: AccountId, subject: Uuid, version: i32) -> Result<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .left_join(staff::table.on(events::staff_id.eq(staff::id.nullable())))
        .left_join(api_keys::table.on(is_key()))
        .filter(events::account_id.eq(account))
        .filter(events::subject_id.eq(subject))
        .filter(events::version.gt(version))
        .order(events::version)
        .select(columns())
        .load(conn)?;
    rows.into_iter().map(|row| event(subject, row)).collect()
}

fn event(subject: Uuid, (id, kind, version, before, after, staff, key): Row) -> Result<Event> {
    let by = staff.or_else(|| key.map(|name| format!("{name} (API key)")));
    let fields = |value| serde_json::from_value(value).map_err(Error::internal);
    Ok(Event { id, kind, subject, version, before: fields(before)?, after: fields(after)?, by })
}
