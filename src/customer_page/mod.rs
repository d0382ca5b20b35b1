//! The page of one customer, and creating, editing, deleting and restoring.

pub mod api;
pub mod create;
pub mod deletion;
pub mod edit;
pub mod email;
mod fields;
pub mod neighbours;
mod own_values;
pub mod phone;
pub mod question;
pub mod section;
pub mod show;

use crate::routes::Route;

/// Returns the routes to create, show, edit, delete and restore.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/customers", create::create),
        Route::get("/customers/new", create::new),
        Route::get("/customers/email", email::show),
        Route::get("/customers/phone", phone::show),
        Route::get("/customers/{id}", show::show).taking(&["from"]),
        Route::post("/customers/{id}", edit::save),
        Route::get("/customers/{id}/edit", edit::edit),
        Route::get("/customers/{id}/activity", show::activity),
        Route::get("/customers/{id}/place", neighbours::place),
        Route::get("/customers/{id}/deletion", deletion::plan),
        Route::post("/customers/{id}/deletion", deletion::delete),
        Route::post("/customers/{id}/restoration", deletion::restore),
    ]
}
