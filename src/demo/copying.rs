//! The rows for PostgreSQL's `COPY`, which is many times faster than `INSERT`.

use std::{fmt::Write as _, io::Write};

use diesel::{
    PgConnection, QueryResult, Table,
    pg::{CopyFormat, CopyTarget},
    prelude::*,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use uuid::Uuid;

use super::{
    batches::Batch,
    lives::{Actor, Life},
    payment_rows::PaymentRows,
    schedule_rows::ScheduleRows,
    subscription_rows::SubscriptionRows,
};
use crate::{
    customers::{doubts::Doubt, model::UNDO_WINDOW},
    error::{Error, Result},
    ids::{AccountId, AddressId, CustomerId, EventId, StaffId},
    jobs,
    schema::{
        addresses, customers, doubts, events, invoice_lines, invoices, jobs as jobs_table, notes, payment_figures,
        payment_methods, payment_schedules, payment_totals, payments, prices, refunds, schedule_parts, subscriptions,
    },
    values::Address,
};

/// The account and the staff of the demo's customers.
#[derive(Clone, Copy, Debug)]
pub struct Owners {
    pub account: AccountId,
    /// The person who is [`Actor::Owner`].
    pub owner: StaffId,
    /// The person who is [`Actor::Editor`].
    pub editor: StaffId,
}

impl Owners {
    /// Returns the person who an actor is; nothing for a system.
    pub fn staff(&self, by: Actor) -> Option<StaffId> {
        match by {
            Actor::System => None,
            Actor::Owner => Some(self.owner),
            Actor::Editor => Some(self.editor),
        }
    }
}

/// Copies a batch, each table's rows after those they point at.
pub fn copy(conn: &mut PgConnection, batch: &Batch) -> Result<()> {
    copy_customers(conn, &batch.customers)?;
    copy_rows(conn, addresses::table, addresses::all_columns, &batch.addresses)?;
    copy_rows(conn, doubts::table, doubts::all_columns, &batch.doubts)?;
    copy_rows(conn, jobs_table::table, jobs_table::all_columns, &batch.jobs)?;
    copy_rows(conn, notes::table, notes::all_columns, &batch.notes)?;
    let PaymentRows { methods, payments, refunds, figures, totals } = &batch.payments;
    copy_rows(conn, payment_methods::table, payment_methods::all_columns, methods)?;
    copy_rows(conn, prices::table, prices::all_columns, &batch.prices)?;
    let SubscriptionRows { subscriptions: rows, invoices: bills, lines } = &batch.subscriptions;
    copy_rows(conn, subscriptions::table, subscriptions::all_columns, rows)?;
    copy_rows(conn, invoices::table, invoices::all_columns, bills)?;
    copy_rows(conn, invoice_lines::table, invoice_lines::all_columns, lines)?;
    let ScheduleRows { schedules, parts } = &batch.schedules;
    copy_rows(conn, payment_schedules::table, payment_schedules::all_columns, schedules)?;
    copy_rows(conn, schedule_parts::table, schedule_parts::all_columns, parts)?;
    copy_rows(conn, payments::table, payments::all_columns, payments)?;
    copy_rows(conn, refunds::table, refunds::all_columns, refunds)?;
    copy_rows(conn, payment_figures::table, payment_figures::all_columns, figures)?;
    copy_rows(conn, payment_totals::table, payment_totals::all_columns, totals)?;
    copy_rows(conn, events::table, events::all_columns, &batch.events)
}

fn copy_rows<T, C>(conn: &mut PgConnection, table: T, columns: C, rows: &Rows) -> Result<()>
where
    T: Table,
    C: CopyTarget<Table = T>,
{
    let write = |out: &mut dyn Write| -> QueryResult<()> {
        out.write_all(rows.0.as_bytes()).map_err(|err| diesel::result::Error::SerializationError(Box::new(err)))
    };
    diesel::copy_from(table).from_raw_data(columns, write).with_format(CopyFormat::Text).execute(conn)?;
    Ok(())
}

/// Copies the columns that [`customer_rows`] fills; PostgreSQL makes the rest.
fn copy_customers(conn: &mut PgConnection, rows: &Rows) -> Result<()> {
    use customers::*;
    let columns = (
        account_id,
        id,
        version,
        kind,
        name,
        first_name,
        last_name,
        company,
        email,
        phone,
        phone_typed,
        language,
        country,
        description,
        reference,
        metadata,
        created_at,
        updated_at,
        deleted_at,
        custom,
    );
    copy_rows(conn, table, columns, rows)
}

/// Returns the rows of `customers`.
///
/// # Errors
/// When metadata is not valid JSON.
pub fn customer_rows(owners: &Owners, lives: &[Life]) -> Result<Rows> {
    let mut rows = Rows::default();
    for life in lives {
        let record = &life.record;
        rows.plain(owners.account.uuid()).plain(life.id.uuid()).plain(life.steps.len()).plain(&record.kind);
        for text in [&record.name, &record.first_name, &record.last_name, &record.company, &record.email] {
            rows.text(text.as_deref());
        }
        let phone = record.phone.as_ref();
        rows.text(phone.map(|phone| phone.e164.as_str())).text(phone.map(|phone| phone.typed.as_str()));
        rows.text(record.language.as_deref()).text(record.country());
        rows.text(record.description.as_deref()).text(record.reference.as_deref()).json(&record.metadata)?;
        rows.time(Some(life.created_at())).time(Some(life.updated_at())).time(life.deleted_at);
        match &life.custom {
            Some(custom) => rows.json(custom)?.end(),
            None => rows.text(None).end(),
        }
    }
    Ok(rows)
}

/// Returns the rows of `addresses`.
pub fn address_rows(owners: &Owners, lives: &[Life]) -> Rows {
    let mut rows = Rows::default();
    for life in lives {
        for (id, address) in &life.record.addresses {
            address_row(&mut rows, owners, life, (*id, address));
        }
    }
    rows
}

fn address_row(rows: &mut Rows, owners: &Owners, life: &Life, (id, address): (AddressId, &Address)) {
    rows.plain(owners.account.uuid()).plain(id.uuid()).plain(life.id.uuid());
    rows.plain(&address.kind).plain(address.is_default);
    for part in crate::values::address::PARTS {
        rows.text(address.part(part));
    }
    rows.end();
}

/// Returns the rows of `doubts`.
pub fn doubt_rows(owners: &Owners, lives: &[Life]) -> Rows {
    let mut rows = Rows::default();
    for life in lives.iter().filter(|life| life.deleted_at.is_none()) {
        for doubt in Doubt::ALL.into_iter().filter(|doubt| doubt.of(&life.record).is_some()) {
            rows.plain(owners.account.uuid()).plain(life.id.uuid()).plain(doubt.as_str()).plain(false).end();
        }
    }
    rows
}

/// Returns the rows of `events`.
///
/// # Errors
/// When fields are not valid JSON.
pub fn event_rows(owners: &Owners, lives: &[Life]) -> Result<Rows> {
    let mut rows = Rows::default();
    for life in lives {
        for (version, step) in (1..).zip(&life.steps) {
            let what = NewEvent {
                id: step.id,
                kind: step.kind,
                subject: life.id.uuid(),
                version,
                by: step.by,
                customer: None,
            };
            event_row(&mut rows, owners, &what, (&step.before, &step.after))?;
        }
    }
    Ok(rows)
}

/// An event to be written.
pub struct NewEvent {
    /// The event's id, which contains its time.
    pub id: EventId,
    /// The kind, like `customer.updated`.
    pub kind: &'static str,
    pub subject: Uuid,
    /// The subject's version after the event.
    pub version: usize,
    pub by: Actor,
    /// The customer whom the event is also about, when its subject is not a customer.
    pub customer: Option<CustomerId>,
}

/// Adds a row of `events`, with the changed fields before and after.
///
/// # Errors
/// When fields are not valid JSON.
pub fn event_row(
    rows: &mut Rows,
    owners: &Owners,
    what: &NewEvent,
    (before, after): (&impl Serialize, &impl Serialize),
) -> Result<()> {
    let staff = owners.staff(what.by);
    rows.plain(owners.account.uuid()).plain(what.id.uuid()).plain(what.kind).plain(what.subject).plain(what.version);
    rows.plain(if staff.is_some() { "staff" } else { "system" }).uuid(staff.map(StaffId::uuid));
    rows.text(None).text(None); // no request, no batch
    rows.json(before)?.json(after)?.uuid(what.customer.map(CustomerId::uuid));
    rows.uuid(None).uuid(None).end(); // no key, and it takes nothing back
    Ok(())
}

/// Returns the rows of `jobs`: one for each deleted customer whose data is destroyed at the end of the undo window.
pub fn job_rows(owners: &Owners, lives: &[Life]) -> Rows {
    let mut rows = Rows::default();
    for life in lives {
        let (Some(job), Some(deleted_at)) = (life.destruction, life.deleted_at) else { continue };
        rows.plain(job.uuid()).plain(owners.account.uuid()).plain(jobs::Kind::DestroyDeleted.as_str());
        rows.plain(life.id.uuid()).time(Some(deleted_at + UNDO_WINDOW)).plain(0);
        rows.uuid(None).time(None).text(None).time(None); // nobody has it, and nothing went wrong
        // No clock of the account counts for it yet: its first move does that.
        rows.time(Some(deleted_at)).time(None).end();
    }
    rows
}

/// Rows in COPY's text format.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows(String);

impl Rows {
    /// Adds a value that needs no escape.
    pub fn plain(&mut self, value: impl std::fmt::Display) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{value}\t");
        self
    }

    /// Adds a text, or NULL.
    pub fn text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            None => self.0.push_str("\\N"),
            Some(text) if text.bytes().any(|byte| b"\\\t\n\r".contains(&byte)) => self.escaped(text),
            Some(text) => self.0.push_str(text),
        }
        self.0.push('\t');
        self
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\\' => self.0.push_str("\\\\"),
                '\t' => self.0.push_str("\\t"),
                '\n' => self.0.push_str("\\n"),
                '\r' => self.0.push_str("\\r"),
                other => self.0.push(other),
            }
        }
    }

    /// Adds a UUID, or NULL.
    pub fn uuid(&mut self, uuid: Option<Uuid>) -> &mut Self {
        uuid.map(|uuid| _ = self.plain(uuid)).unwrap_or_else(|| _ = self.text(None));
        self
    }

    /// Adds a time, or NULL.
    pub fn time(&mut self, time: Option<Timestamp>) -> &mut Self {
        self.text(time.map(|time| time.to_string()).as_deref())
    }

    /// Adds a day, or NULL.
    pub fn date(&mut self, date: Option<Date>) -> &mut Self {
        self.text(date.map(|date| date.to_string()).as_deref())
    }

    /// Adds a value as JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<&mut Self> {
        let json = serde_json::to_string(value).map_err(Error::internal)?;
        Ok(self.text(Some(&json)))
    }

    /// Ends a row: replaces the last tab by a line break.
    pub fn end(&mut self) {
        self.0.pop();
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_escaped_as_copy_reads_them() {
        let mut rows = Rows::default();
        rows.text(Some("a\\b\tc\nd\re")).text(None).text(Some("")).plain(7);
        rows.json(&serde_json::json!({"say": "\"hi\"\n"})).unwrap().end();
        assert_eq!(rows.0, "a\\\\b\\tc\\nd\\re\t\\N\t\t7\t{\"say\":\"\\\\\"hi\\\\\"\\\\n\"}\n");
    }
}
