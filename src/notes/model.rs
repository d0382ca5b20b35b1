//! The notes table: finds notes, and writes a note with its event.

use diesel::{PgConnection, prelude::*};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;
use serde_json::json;

use super::kinds;
use crate::{
    codes::Code,
    customers::model::UNDO_WINDOW,
    error::{Error, Result},
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, NoteId},
    merchants,
    paging::{Cursor, Direction, Limit, Page, SortTag},
    schema::{api_keys, notes, staff},
    values::{curtain::Curtain, text},
};

/// The most characters of a note.
pub const LONGEST: usize = 5_000;

/// The most notes that are counted.
const MOST_COUNTED: i64 = 1_000;

/// The name of the text in an event.
pub const TEXT: &str = "text";
/// The name in an event of the beginning of a text that did not change.
pub const BEGINNING: &str = "beginning";

/// The order of a customer's notes: the newest first.
pub const BY_CREATION: SortTag = SortTag::new(b'c');

/// A note about a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub id: NoteId,
    /// The version, which each change of it increases; a save names the one it started from.
    pub version: i32,
    pub customer: CustomerId,
    pub text: String,
    /// True when it is pinned; of a removed one, when it is to be pinned again once restored.
    pub is_pinned: bool,
    /// The name of the person who wrote it, or of the key as in "Web shop (API key)".
    pub author: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The time when its text was changed last, if it was.
    pub edited_at: Option<Timestamp>,
    pub removed_at: Option<Timestamp>,
}

impl Note {
    /// Hides what is private in it.
    #[must_use]
    pub fn behind(self, curtain: Curtain) -> Self {
        Self { text: curtain.text(&self.text), ..self }
    }

    /// Returns whether it was removed and can be restored.
    pub fn is_removed(&self) -> bool {
        self.removed_at.is_some()
    }

    /// Returns the end of the time in which a removed one can be restored.
    pub fn restorable_until(&self) -> Option<Timestamp> {
        self.removed_at.map(|at| at + UNDO_WINDOW)
    }

    /// Returns the beginning of its text, by which people know it again.
    pub fn beginning(&self) -> String {
        beginning(&self.text)
    }

    /// Returns its place in the list of a customer's notes.
    pub fn place(&self) -> Cursor {
        Cursor::new(BY_CREATION, None, self.id.uuid())
    }

    /// Refuses to change a note that was removed.
    ///
    /// # Errors
    /// [`Error::Conflict`] whose sentence says how to go on.
    pub fn refuse_removed(&self) -> Result<()> {
        match self.is_removed() {
            true => Err(Error::Conflict(Code::NoteRemoved.says("This note was removed. Restore it first."))),
            false => Ok(()),
        }
    }
}

/// Returns the beginning of a note's text, as one line.
pub fn beginning(note: &str) -> String {
    text::beginning(note, 80)
}

#[derive(Queryable)]
#[diesel(check_for_backend(diesel::pg::Pg))]
struct Row {
    id: NoteId,
    version: i32,
    customer: CustomerId,
    text: String,
    is_pinned: bool,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    edited_at: Option<Timestamp>,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    removed_at: Option<Timestamp>,
    person: Option<String>,
    key: Option<String>,
}

impl From<Row> for Note {
    fn from(row: Row) -> Self {
        let Row { id, version, customer, text, is_pinned, created_at, updated_at, edited_at, removed_at, .. } = row;
        let author = row.person.or_else(|| row.key.map(|name| format!("{name} (API key)")));
        Self { id, version, customer, text, is_pinned, author, created_at, updated_at, edited_at, removed_at }
    }
}

#[diesel::dsl::auto_type]
fn is_key() -> _ {
    notes::account_id.eq(api_keys::account_id).and(notes::key_id.eq(api_keys::id.nullable()))
}

#[diesel::dsl::auto_type]
fn with_author() -> _ {
    notes::table
        .left_join(staff::table.on(notes::staff_id.eq(staff::id.nullable())))
        .left_join(api_keys::table.on(is_key()))
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        notes::id,
        notes::version,
        notes::customer_id,
        notes::text,
        notes::is_pinned,
        notes::created_at,
        notes::updated_at,
        notes::edited_at,
        notes::removed_at,
        staff::name.nullable(),
        api_keys::name.nullable(),
    )
}

/// Returns a note of an account, removed or not, until it is destroyed.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::InOtherAccount`] when it is in the merchant's other account.
pub fn find(conn: &mut PgConnection, account: AccountId, id: NoteId) -> Result<Note> {
    let of_id = with_author().filter(notes::account_id.eq(account)).filter(notes::id.eq(id));
    match of_id.select(columns()).first::<Row>(conn).optional()? {
        Some(row) => Ok(row.into()),
        None => Err(missing(conn, account, id)?),
    }
}

/// Returns the error for a note that is not found.
fn missing(conn: &mut PgConnection, account: AccountId, id: NoteId) -> Result<Error> {
    let (other, mode) = merchants::other_account(conn, account)?;
    let there = notes::table.find((other, id)).select(notes::version).first::<i32>(conn);
    Ok(if there.optional()?.is_some() { Error::InOtherAccount(mode) } else { Error::NotFound })
}

/// Returns a page of a customer's notes, the newest first, without those that were removed.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Note>> {
    let theirs = with_author()
        .filter(notes::account_id.eq(account))
        .filter(notes::customer_id.eq(customer))
        .filter(notes::removed_at.is_null())
        .limit(limit.fetch())
        .select(columns());
    let rows: Vec<Row> = match direction {
        Direction::First => theirs.order(notes::id.desc()).load(conn)?,
        Direction::After(place) => theirs.filter(notes::id.lt(place.id())).order(notes::id.desc()).load(conn)?,
        Direction::Before(place) => theirs.filter(notes::id.gt(place.id())).order(notes::id).load(conn)?,
    };
    Ok(Page::from_rows(rows.into_iter().map(Note::from).collect(), limit, direction))
}

/// Returns all notes of a customer, the oldest first, with those that were removed and are not destroyed yet.
pub fn all_of(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Vec<Note>> {
    let theirs = with_author().filter(notes::account_id.eq(account)).filter(notes::customer_id.eq(customer));
    let rows: Vec<Row> = theirs.order(notes::id).select(columns()).load(conn)?;
    Ok(rows.into_iter().map(Note::from).collect())
}

/// Returns the pinned note of a customer, if there is one.
pub fn pinned(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<Option<Note>> {
    let theirs = with_author()
        .filter(notes::account_id.eq(account))
        .filter(notes::customer_id.eq(customer))
        .filter(notes::is_pinned)
        .filter(notes::removed_at.is_null());
    Ok(theirs.select(columns()).first::<Row>(conn).optional()?.map(Note::from))
}

/// Returns the number of a customer's notes, and whether there may be more.
pub fn count(conn: &mut PgConnection, account: AccountId, customer: CustomerId) -> Result<(usize, bool)> {
    let theirs: Vec<NoteId> = notes::table
        .filter(notes::account_id.eq(account))
        .filter(notes::customer_id.eq(customer))
        .filter(notes::removed_at.is_null())
        .limit(MOST_COUNTED)
        .select(notes::id)
        .load(conn)?;
    Ok((theirs.len(), theirs.len() as i64 == MOST_COUNTED))
}

diesel::define_sql_function! {
    /// Returns the text of a note as a search compares it.
    fn note_search(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Inserts a note of whoever acts, with its event.
pub(super) fn insert(conn: &mut PgConnection, by: &By, id: NoteId, customer: CustomerId, text: &str) -> Result<()> {
    diesel::insert_into(notes::table)
        .values((
            notes::account_id.eq(by.account),
            notes::id.eq(id),
            notes::version.eq(1),
            notes::customer_id.eq(customer),
            notes::text.eq(text),
            notes::search.eq(note_search(text)),
            notes::is_pinned.eq(false),
            notes::staff_id.eq(by.actor.staff()),
            notes::key_id.eq(by.actor.key()),
            notes::created_at.eq(id.created_at().to_diesel()),
            notes::updated_at.eq(id.created_at().to_diesel()),
        ))
        .execute(conn)?;
    let (before, after) = (Fields::new(), Fields::from([(TEXT.to_owned(), json!(text))]));
    let (kind, subject, customer) = (kinds::WRITTEN, id.uuid(), Some(customer));
    events::record(conn, by, &NewEvent { kind, subject, customer, version: 1, before: &before, after: &after })?;
    Ok(())
}

/// Writes what can change of a note as its next version, with its event. The customer's row must be locked.
pub(super) fn update(
    conn: &mut PgConnection,
    by: &By,
    note: &mut Note,
    kind: &'static str,
    (before, after): (Fields, Fields),
) -> Result<()> {
    note.version += 1;
    note.updated_at = by.now();
    diesel::update(notes::table.find((by.account, note.id)))
        .set((
            notes::version.eq(note.version),
            notes::text.eq(&note.text),
            notes::search.eq(note_search(&note.text)),
            notes::is_pinned.eq(note.is_pinned),
            notes::updated_at.eq(note.updated_at.to_diesel()),
            notes::edited_at.eq(note.edited_at.map(|at| at.to_diesel())),
            notes::removed_at.eq(note.removed_at.map(|at| at.to_diesel())),
        ))
        .execute(conn)?;
    let (subject, customer, version) = (note.id.uuid(), Some(note.customer), note.version);
    events::record(conn, by, &NewEvent { kind, subject, customer, version, before: &before, after: &after })?;
    Ok(())
}

/// Unpins whatever note of a customer is pinned. It writes no event of its own: the event of the note that takes its
/// place tells it.
pub(super) fn clear_pinned(conn: &mut PgConnection, by: &By, customer: CustomerId) -> Result<()> {
    let pinned = notes::table
        .filter(notes::account_id.eq(by.account))
        .filter(notes::customer_id.eq(customer))
        .filter(notes::is_pinned)
        .filter(notes::removed_at.is_null());
    let changed = (notes::is_pinned.eq(false), notes::updated_at.eq(by.now().to_diesel()));
    diesel::update(pinned).set(changed).execute(conn)?;
    Ok(())
}
