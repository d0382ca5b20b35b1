//! From typed text to a checked one: the only way to a note, for forms and for the API.

use super::model::LONGEST;
use crate::{
    codes::Code,
    input::{FieldErrors, FormFields},
    reason::Reason,
    values::text,
};

/// The field of the form that writes a note.
pub const NEW: &str = "note";
/// The field of the form that edits one: both forms may stand on one page.
pub const EDITED: &str = "text";

/// Checks the text of a note.
///
/// # Errors
/// The reason why it cannot be kept.
pub fn text(raw: &str) -> Result<String, Reason> {
    text::free_lines(raw, LONGEST)?.ok_or_else(|| Code::Required.says("Write something first: this note is empty."))
}

/// Checks the text in a field of a form.
///
/// # Errors
/// The error of that field.
pub fn check(typed: &FormFields, field: &str) -> Result<String, FieldErrors> {
    text(typed.first(field).unwrap_or_default()).map_err(|reason| FieldErrors::of(field, "Note", reason))
}
