//! What happens to a note: it is written, edited against the version that was seen, pinned in place of another, removed
//! and restored.
//!
//! Every change locks the customer's row first, so that no two notes are pinned, and a delete of the customer comes
//! before or after a change of its notes, never in between.

use diesel::PgConnection;
use serde_json::{Value, json};

use super::{
    kinds,
    model::{self, BEGINNING, Note, TEXT},
};
use crate::{
    codes::Code,
    customers::model::{self as customers, UNDO_WINDOW},
    error::{Error, Result},
    events::{By, Fields},
    history,
    idempotency::{self, OneTimeKey},
    ids::{CustomerId, NoteId},
    jobs::{self, Kind},
};

/// The result of an edit.
#[derive(Debug)]
pub enum Edited {
    /// The text is stored, or was so already.
    Done(Box<Note>),
    /// Somebody else changed the text to another one meanwhile; nothing is stored. Holds the note as it is now.
    Clash(Box<Note>),
}

/// Returns a note to be changed, with its customer's row locked.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn find_for_update(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<Note> {
    let customer = model::find(conn, by.account, id)?.customer;
    customers::find_for_update(conn, by.account, customer)?.refuse_deleted()?;
    // Between the two it may have changed or been destroyed.
    model::find(conn, by.account, id)
}

/// Writes a note about a customer. Of two sends of one form the second finds what the first has made. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn write(
    conn: &mut PgConnection,
    by: &By,
    customer: CustomerId,
    text: &str,
    key: Option<&OneTimeKey>,
) -> Result<Note> {
    customers::lock_live(conn, by.account, customer)?;
    let id = NoteId::at(by.now());
    if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
        return model::find(conn, by.account, NoteId::from_uuid(made));
    }
    model::insert(conn, by, id, customer, text)?;
    model::find(conn, by.account, id)
}

/// Stores a text over the version that was shown. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the note was removed, the customer is deleted, or the version is from
/// the future.
pub fn edit(conn: &mut PgConnection, by: &By, id: NoteId, version: i32, text: &str) -> Result<Edited> {
    let mut note = find_for_update(conn, by, id)?;
    note.refuse_removed()?;
    if version > note.version || version < 1 {
        let sentence = "This form names a version of the note that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let since = history::after_version(conn, by.account, id.uuid(), version)?;
    let seen = since.iter().find_map(|event| event.before.get(TEXT).and_then(Value::as_str));
    if text == note.text || seen.is_some_and(|seen| seen == text) {
        return Ok(Edited::Done(Box::new(note)));
    }
    if seen.is_some_and(|seen| seen != note.text) {
        return Ok(Edited::Clash(Box::new(note)));
    }
    set_text(conn, by, &mut note, text)?;
    Ok(Edited::Done(Box::new(note)))
}

/// Stores a text of a note that is locked.
pub(super) fn set_text(conn: &mut PgConnection, by: &By, note: &mut Note, text: &str) -> Result<()> {
    let of = |text: &str| Fields::from([(TEXT.to_owned(), json!(text))]);
    let change = (of(&note.text), of(text));
    text.clone_into(&mut note.text);
    note.edited_at = Some(by.now());
    model::update(conn, by, note, kinds::EDITED, change)
}

/// Pins a note in place of the one that was pinned, if one was. Returns it with the id of that one. Call it in a
/// transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the note was removed or the customer is deleted.
pub fn pin(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<(Note, Option<NoteId>)> {
    let mut note = find_for_update(conn, by, id)?;
    note.refuse_removed()?;
    if note.is_pinned {
        return Ok((note, None));
    }
    let former = model::pinned(conn, by.account, note.customer)?.map(|former| former.id);
    model::clear_pinned(conn, by, note.customer)?;
    note.is_pinned = true;
    let change = pinned_change(&note, (former, Some(id)));
    model::update(conn, by, &mut note, kinds::PINNED, change)?;
    Ok((note, former))
}

/// Unpins a note. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the note was removed or the customer is deleted.
pub fn unpin(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<Note> {
    let mut note = find_for_update(conn, by, id)?;
    note.refuse_removed()?;
    if note.is_pinned {
        note.is_pinned = false;
        let change = pinned_change(&note, (Some(id), None));
        model::update(conn, by, &mut note, kinds::UNPINNED, change)?;
    }
    Ok(note)
}

/// Returns which note was pinned and which is, of which one event tells.
fn pinned_change(note: &Note, (was, is): (Option<NoteId>, Option<NoteId>)) -> (Fields, Fields) {
    let of = |pinned: Option<NoteId>| {
        Fields::from([("pinned".to_owned(), json!(pinned)), (BEGINNING.to_owned(), json!(note.beginning()))])
    };
    (of(was), of(is))
}

/// Removes a note, to be destroyed after 30 days. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when the customer is deleted.
pub fn remove(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<Note> {
    let mut note = find_for_update(conn, by, id)?;
    if note.is_removed() {
        return Ok(note);
    }
    let now = by.now();
    note.removed_at = Some(now);
    let change = presence_change(&note);
    model::update(conn, by, &mut note, kinds::REMOVED, change)?;
    jobs::model::enqueue(conn, by, Kind::DestroyNote, id.uuid(), now + UNDO_WINDOW)?;
    Ok(note)
}

/// Restores a removed note within 30 days. It is pinned again if it was and no other is. Call it in a transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] when it is too late, or when the customer is deleted.
pub fn restore(conn: &mut PgConnection, by: &By, id: NoteId) -> Result<Note> {
    let mut note = find_for_update(conn, by, id)?;
    let Some(until) = note.restorable_until() else { return Ok(note) };
    if until < by.now() {
        return Err(too_late());
    }
    note.is_pinned = note.is_pinned && model::pinned(conn, by.account, note.customer)?.is_none();
    note.removed_at = None;
    let (after, before) = presence_change(&note);
    model::update(conn, by, &mut note, kinds::RESTORED, (before, after))?;
    jobs::model::cancel(conn, by.account, Kind::DestroyNote, id.uuid())?;
    Ok(note)
}

/// Returns the refusal to restore what was removed long ago.
pub(super) fn too_late() -> Error {
    let sentence = "It was removed more than 30 days ago and cannot be restored. Write it again instead.";
    Error::Conflict(Code::TooLateToRestore.says(sentence))
}

/// Returns the text there and not there any more.
fn presence_change(note: &Note) -> (Fields, Fields) {
    (Fields::from([(TEXT.to_owned(), json!(note.text))]), Fields::from([(TEXT.to_owned(), Value::Null)]))
}
