//! The one verb about settings. Every change is one transaction with its event, which stands in the live account: there is
//! one log of a merchant, whichever account the person was in.

use diesel::PgConnection;

use super::{
    content::{Content, NAMES, version},
    kinds,
};
use crate::{
    codes::Code,
    error::{Error, Result},
    events::{
        self, By, Fields, NewEvent,
        fields::{difference, value},
    },
    history,
    ids::{AccountId, EventId, MerchantId},
    merchants::{self, Merchant},
    values::Mode,
};

/// A merchant's row as settings see it, with both of its accounts.
#[derive(Clone, Debug)]
pub struct Stored {
    row: Merchant,
    /// What can be changed.
    pub content: Content,
    /// The number of the last change.
    pub version: i32,
    /// The account whose log has the changes.
    pub live: AccountId,
    pub test: AccountId,
}

impl Stored {
    fn of(conn: &mut PgConnection, row: Merchant) -> Result<Self> {
        let live = merchants::account(conn, row.id, Mode::Live)?;
        let test = merchants::account(conn, row.id, Mode::Test)?;
        Ok(Self { content: Content::of(&row)?, version: version(&row), row, live, test })
    }
}

/// Returns the settings of a merchant.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, id: MerchantId) -> Result<Stored> {
    let row = merchants::find(conn, id)?;
    Stored::of(conn, row)
}

/// Works like [`find`]; others who would change them wait until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find_for_update(conn: &mut PgConnection, id: MerchantId) -> Result<Stored> {
    let row = merchants::find_for_update(conn, id)?;
    Stored::of(conn, row)
}

/// A change over what others changed since the version that it started from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The stored content with the change.
    pub content: Content,
    /// The names of what both sides changed to different values.
    pub clashes: Vec<&'static str>,
}

/// Merges `given`, by [`NAMES`], with what was changed since `from`. What is given as it was in that version is no
/// change.
///
/// # Errors
/// [`Error::Conflict`] when the version is from the future.
pub fn merge(conn: &mut PgConnection, stored: &Stored, from: i32, given: &Fields) -> Result<Merge> {
    if !(1..=stored.version).contains(&from) {
        let sentence = "This form names a version of the settings that does not exist. Open it again.";
        return Err(Error::Conflict(Code::VersionMismatch.says(sentence)));
    }
    let mut next = stored.content.fields();
    let mut base = next.clone();
    for event in history::after_version(conn, stored.live, stored.row.id.uuid(), from)?.into_iter().rev() {
        base.extend(event.before);
    }
    let mut clashes = Vec::new();
    for name in NAMES {
        let Some(wanted) = given.get(name) else { continue };
        let (was, is) = (value(&base, name), value(&next, name));
        if *wanted == was || *wanted == is {
            continue;
        }
        if was != is {
            clashes.push(name);
        }
        next.insert(name.to_owned(), wanted.clone());
    }
    Ok(Merge { content: Content::of_fields(&next)?, clashes })
}

/// Stores a content that was merged with the locked settings, and returns its event; nothing when nothing changes. Call
/// it in the transaction of [`find_for_update`].
///
/// # Errors
/// [`Error::Conflict`] when another merchant has the name.
pub fn store(conn: &mut PgConnection, by: &By, stored: &Stored, content: &Content) -> Result<Option<EventId>> {
    let (before, after) = difference(&stored.content.fields(), &content.fields());
    if after.is_empty() {
        return Ok(None);
    }
    let next = content.over(&stored.row);
    merchants::store(conn, &next)?;
    let by = by.in_live(stored.live);
    let (subject, version) = (next.id.uuid(), version(&next));
    let what = NewEvent { kind: kinds::CHANGED, subject, customer: None, version, before: &before, after: &after };
    Ok(Some(events::record(conn, &by, &what)?))
}
