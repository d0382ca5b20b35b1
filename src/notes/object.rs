//! The object `note` of the API. It has one shape wherever it appears.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::model::Note;
use crate::{
    api::object::time,
    ids::{CustomerId, NoteId},
};

/// A note about a customer.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "Note")]
pub struct NoteObject {
    /// Names the note for good.
    pub id: NoteId,
    /// Names the kind of object.
    #[schemars(extend("const" = "note"))]
    pub object: &'static str,
    /// Whether it is in the live account.
    pub livemode: bool,
    /// Counts the changes, from 1 on. `If-Match` and `version` compare with it.
    pub version: i32,
    /// The customer whom it is about.
    pub customer: CustomerId,
    /// The text, with its line breaks.
    #[schemars(example = &"Deliver to the gate; the guard signs.")]
    pub text: String,
    /// Whether it is the one that is pinned.
    pub pinned: bool,
    /// The name of the person who wrote it, or of the API key.
    #[schemars(example = &"Web shop (API key)")]
    pub author: Option<String>,
    /// When it was written, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    pub created: i64,
    /// When it was changed last.
    #[schemars(transform = time)]
    pub updated: i64,
    /// When its text was changed last, if it was.
    pub edited: Option<i64>,
    /// When it was removed.
    pub removed_at: Option<i64>,
    /// The end of the time in which it can be restored, once removed.
    pub restorable_until: Option<i64>,
}

impl NoteObject {
    /// Makes the object of a note.
    pub fn new(note: &Note, livemode: bool) -> Self {
        Self {
            id: note.id,
            object: "note",
            livemode,
            version: note.version,
            customer: note.customer,
            text: note.text.clone(),
            pinned: note.is_pinned && !note.is_removed(),
            author: note.author.clone(),
            created: note.created_at.as_second(),
            updated: note.updated_at.as_second(),
            edited: note.edited_at.map(Timestamp::as_second),
            removed_at: note.removed_at.map(Timestamp::as_second),
            restorable_until: note.restorable_until().map(Timestamp::as_second),
        }
    }
}
