//! The tables of payment schedules and their parts: finders, and storing one with the event of its change.

use std::collections::HashMap;

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::status::{PartStatus, Status};
use crate::{
    error::Result,
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, MethodId, PartId, ScheduleId},
    schema::{payment_schedules, schedule_parts},
    values::{Currency, Money, curtain::Curtain},
};

/// A payment schedule.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(
    table_name = payment_schedules, check_for_backend(Pg), primary_key(account_id, id), treat_none_as_null = true
)]
pub struct Schedule {
    pub account_id: AccountId,
    /// The id, whose time is that of its creation.
    pub id: ScheduleId,
    /// The version, which each change increases, also of its parts; a save names the one it started from.
    pub version: i32,
    pub customer_id: CustomerId,
    /// What it is for.
    pub description: String,
    pub currency: Currency,
    /// What all parts come to that are not skipped, in the currency's smallest unit.
    pub total: i64,
    /// What came in.
    pub paid: i64,
    /// The method to charge; nothing is the wallet's default of that day.
    pub method_id: Option<MethodId>,
    pub status: Status,
    /// The day of the next charge; nothing when there is none to come by itself.
    #[diesel(serialize_as = jiff_diesel::NullableDate, deserialize_as = jiff_diesel::NullableDate)]
    pub next_on: Option<Date>,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub ended_at: Option<Timestamp>,
    #[diesel(serialize_as = jiff_diesel::Timestamp, deserialize_as = jiff_diesel::Timestamp)]
    pub updated_at: Timestamp,
}

impl Schedule {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { description: curtain.text(&self.description), ..self }
    }

    pub fn total(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    pub fn paid(&self) -> Money {
        Money::new(self.paid, self.currency)
    }

    /// Returns what is not paid yet.
    pub fn left(&self) -> Money {
        Money::new(self.total - self.paid, self.currency)
    }

    pub fn is_ended(&self) -> bool {
        self.ended_at.is_some()
    }

    /// Returns it in words: "Roof, KES 6,666.00 left".
    pub fn words(&self) -> String {
        format!("{}, {} left", self.description, self.left())
    }
}

/// A part of a payment schedule.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = schedule_parts, check_for_backend(Pg), primary_key(account_id, id), treat_none_as_null = true)]
pub struct Part {
    pub account_id: AccountId,
    pub id: PartId,
    pub schedule_id: ScheduleId,
    /// Its number, from 1.
    pub position: i16,
    #[diesel(serialize_as = jiff_diesel::Date, deserialize_as = jiff_diesel::Date)]
    pub due_on: Date,
    /// In the smallest unit of the schedule's currency.
    pub amount: i64,
    pub status: PartStatus,
    /// How often charging it failed.
    pub tries: i32,
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub first_failed_at: Option<Timestamp>,
    /// It is not tried before then. A part that failed without one is not tried any more.
    #[diesel(serialize_as = jiff_diesel::NullableTimestamp, deserialize_as = jiff_diesel::NullableTimestamp)]
    pub next_try_at: Option<Timestamp>,
    /// Why the last try failed, as a code.
    pub failure: Option<String>,
}

/// Finds a payment schedule of an account.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: ScheduleId) -> Result<Schedule> {
    Ok(payment_schedules::table.find((account, id)).select(Schedule::as_select()).first(conn)?)
}

/// Works like [`find`]; others who would change it or its parts wait until the transaction ends. Lock its customer before.
pub(super) fn find_for_update(conn: &mut PgConnection, account: AccountId, id: ScheduleId) -> Result<Schedule> {
    Ok(payment_schedules::table.find((account, id)).select(Schedule::as_select()).for_update().first(conn)?)
}

/// Returns the schedule that a part is of.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when there is no such part.
pub fn schedule_of(conn: &mut PgConnection, account: AccountId, part: PartId) -> Result<ScheduleId> {
    Ok(schedule_parts::table.find((account, part)).select(schedule_parts::schedule_id).first(conn)?)
}

/// Returns the parts of a schedule by their numbers.
pub fn parts(conn: &mut PgConnection, account: AccountId, id: ScheduleId) -> Result<Vec<Part>> {
    Ok(parts_of(conn, account, &[id])?.remove(&id).unwrap_or_default())
}

/// Returns the parts of several schedules by their numbers.
pub fn parts_of(
    conn: &mut PgConnection,
    account: AccountId,
    ids: &[ScheduleId],
) -> Result<HashMap<ScheduleId, Vec<Part>>> {
    let of_schedules = schedule_parts::table
        .filter(schedule_parts::account_id.eq(account))
        .filter(schedule_parts::schedule_id.eq_any(ids))
        .order((schedule_parts::schedule_id, schedule_parts::position))
        .select(Part::as_select());
    let mut parts: HashMap<ScheduleId, Vec<Part>> = HashMap::new();
    for part in of_schedules.load(conn)? {
        parts.entry(part.schedule_id).or_default().push(part);
    }
    Ok(parts)
}

/// Returns the schedules of a customer that have not ended, the newest first.
pub fn living_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Schedule>> {
    let living = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(payment_schedules::customer_id.eq(customer))
        .filter(payment_schedules::ended_at.is_null())
        .order(payment_schedules::id.desc())
        .select(Schedule::as_select());
    Ok(living.load(conn)?)
}

/// Returns all schedules of a customer, oldest first.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Schedule>> {
    let of_customer = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(payment_schedules::customer_id.eq(customer))
        .order(payment_schedules::id)
        .select(Schedule::as_select());
    Ok(of_customer.load(conn)?)
}

/// Counts the schedules of a customer.
pub fn count(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<i64> {
    let of_customer = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(payment_schedules::customer_id.eq(customer));
    Ok(of_customer.count().get_result(conn)?)
}

/// Overwrites what may be personal in a customer's schedules.
pub(super) fn erase(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<()> {
    let of_customer = payment_schedules::table
        .filter(payment_schedules::account_id.eq(account))
        .filter(payment_schedules::customer_id.eq(customer));
    diesel::update(of_customer).set(payment_schedules::description.eq("Erased")).execute(conn)?;
    Ok(())
}

/// Writes a new schedule with its parts and its event.
pub(super) fn insert(
    conn: &mut PgConnection,
    by: &By,
    new: &Schedule,
    parts: &[Part],
    kind: &'static str,
) -> Result<()> {
    diesel::insert_into(payment_schedules::table).values(new.clone()).execute(conn)?;
    diesel::insert_into(schedule_parts::table).values(parts.to_vec()).execute(conn)?;
    let mut after = Fields::from([("total".to_owned(), json!(new.total)), ("parts".to_owned(), json!(parts.len()))]);
    after.extend(new.method_id.map(|id| ("method".to_owned(), json!(id))));
    record(conn, by, new, kind, (&Fields::new(), after))
}

/// Writes a part that its schedule gets later.
pub(super) fn insert_part(conn: &mut PgConnection, part: &Part) -> Result<()> {
    diesel::insert_into(schedule_parts::table).values(part.clone()).execute(conn)?;
    Ok(())
}

/// Stores a part as it became, whose schedule is locked.
pub(super) fn store_part(conn: &mut PgConnection, was: &Part, next: &Part) -> Result<()> {
    debug_assert!(was.status == next.status || was.status.may_become(next.status), "{} → {}", was.status, next.status);
    diesel::update(schedule_parts::table.find((next.account_id, next.id))).set(next.clone()).execute(conn)?;
    Ok(())
}

/// Stores the day of the next charge of a locked schedule, where the event of a payment tells it.
pub(super) fn store_next(conn: &mut PgConnection, of: &Schedule) -> Result<()> {
    let row = payment_schedules::table.find((of.account_id, of.id));
    diesel::update(row).set(payment_schedules::next_on.eq(of.next_on.map(|day| day.to_diesel()))).execute(conn)?;
    Ok(())
}

/// Stores a locked schedule as it became, with the event of it; returns it with its new version.
pub(super) fn store(
    conn: &mut PgConnection,
    by: &By,
    was: &Schedule,
    next: Schedule,
    (kind, before, after): (&'static str, Fields, Fields),
) -> Result<Schedule> {
    debug_assert!(was.status == next.status || was.status.may_become(next.status), "{} → {}", was.status, next.status);
    let next = Schedule { version: was.version + 1, updated_at: by.now(), ..next };
    diesel::update(payment_schedules::table.find((by.account, next.id))).set(next.clone()).execute(conn)?;
    record(conn, by, &next, kind, (&before, after))?;
    Ok(next)
}

/// Returns whether an account ever had a payment schedule.
///
/// # Errors
/// When the database fails.
pub fn is_there(conn: &mut PgConnection, account: AccountId) -> Result<bool> {
    let any = payment_schedules::table.filter(payment_schedules::account_id.eq(account));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

fn record(
    conn: &mut PgConnection,
    by: &By,
    schedule: &Schedule,
    kind: &'static str,
    (before, mut after): (&Fields, Fields),
) -> Result<()> {
    // The event names what it is about, so that a customer's activity needs no other table.
    after.entry("description".to_owned()).or_insert_with(|| json!(schedule.description));
    after.entry("currency".to_owned()).or_insert_with(|| json!(schedule.currency));
    let what = NewEvent {
        kind,
        subject: schedule.id.uuid(),
        customer: Some(schedule.customer_id),
        version: schedule.version,
        before,
        after: &after,
    };
    events::record(conn, by, &what)?;
    Ok(())
}
