//! Taking changes of notes back.

use diesel::PgConnection;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    kinds,
    model::{self, Note, TEXT},
    writing,
};
use crate::{
    api_keys::permissions::{Permission, Resource::Customers},
    customers::identity,
    error::{Error, Result},
    events::By,
    history::{
        self, Event,
        reverting::{Asker, Reverted, Reverts, Since, Undoing},
    },
    ids::NoteId,
    values::field::Fields as CustomFields,
    who::Role,
};

/// Notes as a feature whose changes can be taken back.
pub static REVERTS: &dyn Reverts = &Notes;

struct Notes;

impl Reverts for Notes {
    fn kinds(&self) -> &'static [&'static str] {
        &[kinds::WRITTEN, kinds::EDITED, kinds::PINNED, kinds::UNPINNED, kinds::REMOVED, kinds::RESTORED]
    }

    fn allows(&self, asker: &Asker, _: &Event) -> bool {
        asker.may(Role::Editor, Permission::write(Customers))
    }

    fn decided_again(&self, event: &Event) -> &'static [&'static str] {
        match event.kind.as_str() {
            kinds::WRITTEN | kinds::REMOVED | kinds::RESTORED => &[kinds::REMOVED, kinds::RESTORED],
            _ => &[],
        }
    }

    fn says(&self, event: &Event, _: &CustomFields) -> String {
        match event.kind.as_str() {
            kinds::WRITTEN | kinds::RESTORED => "The note is removed",
            kinds::REMOVED => "The note is back",
            kinds::EDITED => "The note is as before",
            _ => "What is pinned is as before",
        }
        .to_owned()
    }

    fn path(&self, event: &Event) -> String {
        event.customer.map_or_else(|| super::path(NoteId::from_uuid(event.subject)), identity::path)
    }

    fn revert(&self, conn: &mut PgConnection, undoing: &Undoing, event: &Event) -> Result<Reverted> {
        let by = &undoing.by;
        let note = match writing::find_for_update(conn, by, NoteId::from_uuid(event.subject)) {
            Err(Error::NotFound) => return Err(writing::too_late()),
            note => note?,
        };
        match event.kind.as_str() {
            kinds::WRITTEN | kinds::RESTORED => remove(conn, by, event, &note),
            kinds::REMOVED => restore(conn, by, &note),
            kinds::EDITED => put_back(conn, by, event, note),
            _ => repin(conn, by, event, &note),
        }
    }
}

fn text<'e>(fields: &'e crate::events::Fields, name: &str) -> Option<&'e str> {
    fields.get(name).and_then(Value::as_str)
}

/// Removes a note that is as it was when it was written or restored.
fn remove(conn: &mut PgConnection, by: &By, event: &Event, note: &Note) -> Result<Reverted> {
    if !note.is_removed() && text(&event.after, TEXT).is_some_and(|after| after != note.text) {
        return changed_text(conn, by, event, note, None);
    }
    writing::remove(conn, by, note.id)?;
    Ok(Reverted::Done)
}

/// Restores a note, unless another was pinned in its place.
fn restore(conn: &mut PgConnection, by: &By, note: &Note) -> Result<Reverted> {
    if note.is_removed()
        && note.is_pinned
        && let Some(current) = model::pinned(conn, by.account, note.customer)?
    {
        return changed_pin(conn, by, Some(note), Some(&current));
    }
    writing::restore(conn, by, note.id)?;
    Ok(Reverted::Done)
}

/// Puts the text back that an edit changed.
fn put_back(conn: &mut PgConnection, by: &By, event: &Event, mut note: Note) -> Result<Reverted> {
    note.refuse_removed()?;
    let was = text(&event.before, TEXT).unwrap_or_default();
    if note.text == was {
        return Ok(Reverted::Done);
    }
    if text(&event.after, TEXT) != Some(&note.text) {
        return changed_text(conn, by, event, &note, Some(was));
    }
    writing::set_text(conn, by, &mut note, was)?;
    Ok(Reverted::Done)
}

/// Pins what was pinned before the event, or nothing.
fn repin(conn: &mut PgConnection, by: &By, event: &Event, note: &Note) -> Result<Reverted> {
    let id = |fields| text(fields, "pinned").and_then(|id| id.parse::<NoteId>().ok());
    let (was, became) = (id(&event.before), id(&event.after));
    let current = model::pinned(conn, by.account, note.customer)?;
    let is = current.as_ref().map(|current| current.id);
    if is == was {
        return Ok(Reverted::Done);
    }
    let wanted = match was.map(|was| model::find(conn, by.account, was)).transpose() {
        Err(Error::NotFound) => return Err(writing::too_late()),
        wanted => wanted?,
    };
    if is != became {
        return changed_pin(conn, by, wanted.as_ref(), current.as_ref());
    }
    match (wanted, is) {
        (Some(wanted), _) => writing::pin(conn, by, wanted.id).map(|_| ())?,
        (None, Some(is)) => writing::unpin(conn, by, is).map(|_| ())?,
        (None, None) => {}
    }
    Ok(Reverted::Done)
}

/// Says that the text was changed since the event.
fn changed_text(
    conn: &mut PgConnection,
    by: &By,
    event: &Event,
    note: &Note,
    wanted: Option<&str>,
) -> Result<Reverted> {
    let since = history::after_version(conn, by.account, note.id.uuid(), event.version)?;
    let last = since.into_iter().rev().find(|one| one.kind == kinds::EDITED);
    Ok(Reverted::Changed(vec![Since {
        label: "Note".to_owned(),
        wanted: wanted.map(str::to_owned),
        current: Some(note.text.clone()),
        changed: last.map(when),
    }]))
}

/// Says that another note was pinned since the event, or none is any more.
fn changed_pin(conn: &mut PgConnection, by: &By, wanted: Option<&Note>, current: Option<&Note>) -> Result<Reverted> {
    let last = match current {
        Some(current) => history::of_subject(conn, by.account, current.id.uuid(), None, 100)?
            .into_iter()
            .find(|one| one.kind == kinds::PINNED),
        None => None,
    };
    // Whole: what is cut could not be hidden any more.
    let called = |note: Option<&Note>| note.map(|note| note.text.clone());
    Ok(Reverted::Changed(vec![Since {
        label: "Pinned note".to_owned(),
        wanted: called(wanted),
        current: called(current),
        changed: last.map(when),
    }]))
}

fn when(event: Event) -> (Option<String>, Timestamp) {
    (event.by, event.id.created_at())
}
