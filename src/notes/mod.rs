//! A note is a text that the merchant's people and systems keep about a customer, for each other; one of a customer's
//! notes may be pinned.
//!
//! [`model`] is the table; [`writing`] has the rules of writing, editing, pinning, removing and restoring; [`input`]
//! checks typed text; [`revert`] takes changes back. [`panel`] draws notes wherever they are; [`pages`], [`edit`] and
//! [`past`] are their pages; [`object`] is a note as the API shows it, and [`api`] has the calls.

pub mod api;
pub mod destruction;
pub mod edit;
pub mod input;
pub mod keeper;
mod keys;
pub mod kinds;
pub mod model;
pub mod object;
pub mod pages;
mod panel;
pub mod part;
pub mod past;
pub mod revert;
pub mod writing;

pub use keys::{KEYS, THINGS};

use crate::{
    customers::identity,
    ids::{CustomerId, NoteId},
    routes::{IdPage, Route},
};

/// The page of a note: those of its customer, from it on.
pub static PAGE: IdPage = IdPage {
    prefix: NoteId::PREFIX,
    word: "note",
    opens: "Open the customer’s notes",
    path: |conn, (account, _), id| {
        let note = model::find(conn, account, NoteId::from_uuid(id))?;
        Ok(match note.is_removed() {
            true => past::path(note.id),
            false => format!("{}#{}", pages::path_from(note.customer, note.id), note.id),
        })
    },
};

/// Returns the path of a customer's notes.
pub fn notes_path(customer: CustomerId) -> String {
    format!("{}/notes", identity::path(customer))
}

/// Returns the path of a note, the beginning of all paths of its actions.
pub fn path(id: NoteId) -> String {
    format!("/notes/{id}")
}

/// Returns the routes of notes and of their changes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}/notes", pages::index).taking(&["before"]),
        Route::post("/customers/{id}/notes", pages::write),
        Route::post("/notes/{id}", edit::save),
        Route::get("/notes/{id}/edit", edit::edit),
        Route::get("/notes/{id}/history", past::show),
        Route::post("/notes/{id}/pin", pages::pin),
        Route::post("/notes/{id}/deletion", pages::remove),
        Route::post("/notes/{id}/restoration", pages::restore),
    ]
}
