//! A view is a named, saved query over customers, with its order and its columns.
//!
//! A person keeps views for themselves or shares them with everybody in the account. [`model`] is the table and records
//! every change, [`defaults`] says with which a person starts, [`input`] checks what was typed, [`pages`] has the forms and the page that manages views. The list of
//! customers shows them as tabs and opens them by `?view=`.

pub mod defaults;
pub mod input;
pub mod kinds;
pub mod model;
pub mod pages;
pub mod revert;
pub mod told;

use crate::{
    ids::ViewId,
    routes::{IdPage, Route},
};

/// The list that a view shows.
pub static PAGE: IdPage = IdPage {
    prefix: ViewId::PREFIX,
    word: "view",
    opens: "Open the view",
    // Its address says nothing of what it asks for.
    path: |conn, (account, staff), id| model::href(conn, account, staff, ViewId::from_uuid(id)),
};

/// Returns the routes to list, create, edit, order, choose as default, delete and restore views.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/views", pages::index).taking(&[]),
        Route::post("/views", pages::create),
        Route::get("/views/new", pages::new),
        Route::get("/views/default", pages::begin),
        Route::get("/views/counts", pages::counts),
        Route::get("/views/{id}", pages::open),
        Route::post("/views/{id}", pages::save),
        Route::get("/views/{id}/edit", pages::edit),
        Route::post("/views/{id}/position", pages::shift),
        Route::post("/views/{id}/default", pages::choose_default),
        Route::post("/views/{id}/deletion", pages::delete),
        Route::post("/views/{id}/restoration", pages::restore),
    ]
}
