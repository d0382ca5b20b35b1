//! The record's own part of a person's file and of an erasure: the row is emptied, and with it what was kept beside it.

use std::collections::BTreeSet;

use diesel::{
    PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use jiff_diesel::ToDiesel;
use serde_json::{Value, json};

use super::{
    addresses,
    counts::Counts,
    custom_values, doubts,
    keeping::{Held, Keeper},
    kinds,
    model::{self, Customer},
    part::{Effect, Tone},
    record::{METADATA, Record},
};
use crate::{
    error::Result,
    events::{self, By, Fields, NewEvent},
    history,
    ids::AccountId,
    schema::customers,
};

/// The name of an erased customer.
pub const NAME: &str = "Erased customer";

/// The record as a keeper.
pub static KEEPER: &dyn Keeper = &Own;

struct Own;

impl Keeper for Own {
    fn held(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Vec<Held>> {
        let mut record = customer.record.fields();
        record.insert("id".to_owned(), json!(customer.id));
        record.insert("created".to_owned(), json!(customer.created_at.to_string()));
        record.insert("updated".to_owned(), json!(customer.updated_at.to_string()));
        record.extend(customer.deleted_at.map(|at| ("deleted".to_owned(), json!(at.to_string()))));
        let events = history::of_customer(conn, account, customer.id, None, i64::MAX)?;
        let told = |event: history::Event| {
            json!({
                "id": event.id, "at": event.id.created_at().to_string(), "kind": event.kind, "by": event.by,
                "before": event.before, "after": event.after,
            })
        };
        Ok(vec![
            Held { name: "record", title: "Record", things: vec![json!(record)] },
            Held { name: "activity", title: "Activity", things: events.into_iter().map(told).collect() },
        ])
    }

    fn erasure(&self, _: &mut PgConnection, _: AccountId, customer: &Customer) -> Result<Vec<Effect>> {
        let count = customer.record.addresses.len();
        let mut effects = vec![
            Effect::new(
                Tone::Bad,
                "user",
                "The record is emptied:",
                "names, company, email, phone, language, description, your reference, metadata and your own fields.",
            ),
            Effect::new(
                Tone::Bad,
                "activity",
                "The activity says only who did what kind of thing, and when,",
                "without any value from before or after.",
            ),
        ];
        if count > 0 {
            let says = if count == 1 {
                "1 address is destroyed".to_owned()
            } else {
                format!("{count} addresses are destroyed")
            };
            effects.push(Effect::new(Tone::Bad, "pin", says, "for good.").counting("addresses", count));
        }
        Ok(effects)
    }

    fn erase(&self, conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<()> {
        addresses::destroy(conn, account, customer.id)?;
        events::scrub(conn, account, &[customer.id.uuid()], kinds::ALL, &[])
    }
}

/// The values that the fields of a customer ever had, from the record and its events: what was kept beside them once may
/// still be there.
pub struct Traces(Vec<(String, String)>);

impl Traces {
    /// Reads them. Call it before the events are emptied.
    pub fn of(conn: &mut PgConnection, account: AccountId, customer: &Customer) -> Result<Self> {
        let events = history::of_subject(conn, account, customer.id.uuid(), None, i64::MAX)?;
        let past = events.into_iter().flat_map(|event| [event.before, event.after]);
        let all: BTreeSet<(String, String)> = past.chain([customer.record.fields()]).flat_map(texts).collect();
        Ok(Self(all.into_iter().collect()))
    }

    /// Returns the values of a field, each once.
    pub fn values<'t>(&'t self, field: &'t str) -> impl Iterator<Item = &'t str> {
        self.0.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// Returns the first lines of all addresses.
    pub fn streets(&self) -> Vec<&str> {
        self.values(STREET).collect()
    }

    /// Returns the values of metadata with their keys.
    fn metadata(&self) -> (Vec<&str>, Vec<&str>) {
        self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(METADATA)?, value.as_str()))).unzip()
    }
}

/// The name under which the first lines of addresses are.
const STREET: &str = "street";

/// Returns the texts of fields by name; a phone has two, of an address it is the first line.
fn texts(fields: Fields) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let of = |(name, value): (String, Value)| {
        let both = ["typed", "e164"].into_iter().filter_map(|form| text(value.get(form)?));
        let street = value.get("line1").and_then(text).map(|line| (STREET.to_owned(), line));
        let all = text(&value).into_iter().chain(both).map(|text| (name.clone(), text)).chain(street);
        all.collect::<Vec<_>>()
    };
    fields.into_iter().flat_map(of).collect()
}

/// Empties the row of a locked customer whose things are erased, with the event that says so and counts them. One that is
/// not deleted yet is.
pub fn empty(conn: &mut PgConnection, by: &By, customer: &Customer, traces: &Traces, counts: &Fields) -> Result<()> {
    let (now, version) = (by.now(), customer.version + 1);
    let blank = Record { name: Some(NAME.to_owned()), kind: customer.record.kind.clone(), ..Record::blank() };
    model::overwrite(conn, by.account, customer.id, &blank)?;
    custom_values::keep(conn, by.account, customer.id)?;
    doubts::forget(conn, by.account, customer.id)?;
    diesel::update(customers::table.find((by.account, customer.id)))
        .set((
            customers::version.eq(version),
            customers::updated_at.eq(now.to_diesel()),
            customers::deleted_at.eq(customer.deleted_at.unwrap_or(now).to_diesel()),
            customers::erased_at.eq(now.to_diesel()),
        ))
        .execute(conn)?;
    forget_words(conn, by.account, traces)?;
    forget_values(conn, by.account, traces)?;
    let (subject, nothing) = (customer.id.uuid(), Fields::new());
    let what = NewEvent { kind: kinds::ERASED, subject, customer: None, version, before: &nothing, after: counts };
    events::record(conn, by, &what)?;
    if customer.is_deleted() { Ok(()) } else { Counts::DELETED.add(conn, by.account, customer.id) }
}

/// Removes those of a customer's words from the account's that nobody has any more.
fn forget_words(conn: &mut PgConnection, account: AccountId, traces: &Traces) -> Result<()> {
    let texts = |field| traces.values(field).collect::<Vec<_>>();
    sql_query(
        "WITH theirs AS MATERIALIZED (SELECT DISTINCT word FROM ( \
             SELECT customer_search(name, NULL, NULL) AS search FROM unnest($2::text[]) AS name \
             UNION ALL SELECT customer_search(NULL, email, NULL) FROM unnest($3::text[]) AS email \
             UNION ALL SELECT customer_search(NULL, NULL, company) FROM unnest($4::text[]) AS company) AS texts, \
           unnest(search_words(search)) AS word) \
         DELETE FROM words w USING theirs t WHERE w.account_id = $1 AND w.word = t.word AND NOT EXISTS ( \
           SELECT FROM customers \
           WHERE account_id = $1 AND search_keys(account_id, id, deleted_at, search, phone, country, language, kind, \
             metadata) && ARRAY[search_key($1, 0, w.word), search_key($1, 1, w.word)] \
           AND w.word = ANY(search_words(search)))",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<Text>, _>(texts("name"))
    .bind::<Array<Text>, _>(texts("email"))
    .bind::<Array<Text>, _>(texts("company"))
    .execute(conn)?;
    Ok(())
}

/// Removes those values of metadata from the offered ones that nobody has any more. The index of words has them for each
/// span of time apart.
fn forget_values(conn: &mut PgConnection, account: AccountId, traces: &Traces) -> Result<()> {
    let (keys, values) = traces.metadata();
    if keys.is_empty() {
        return Ok(());
    }
    sql_query(
        "WITH spans AS MATERIALIZED (SELECT 2 + 2 * span + deleted AS scope FROM generate_series( \
             (SELECT search_span(id) FROM customers WHERE account_id = $1 ORDER BY id LIMIT 1), \
             (SELECT search_span(id) FROM customers WHERE account_id = $1 ORDER BY id DESC LIMIT 1)) AS span, \
           generate_series(0, 1) AS deleted) \
         DELETE FROM seen_values s USING unnest($2::text[], $3::text[]) AS p(key, value) \
         WHERE s.account_id = $1 AND s.key = 'metadata.' || p.key AND s.value = p.value \
         AND NOT EXISTS (SELECT FROM customers WHERE account_id = $1 AND search_keys(account_id, id, deleted_at, search, \
             phone, country, language, kind, metadata) && (SELECT array_agg(search_key($1, scope, \
               'metadata.' || p.key || ':' || p.value)) FROM spans) AND metadata ->> p.key = p.value)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Array<Text>, _>(keys)
    .bind::<Array<Text>, _>(values)
    .execute(conn)?;
    Ok(())
}
