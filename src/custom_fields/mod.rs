//! Custom fields: what a merchant keeps of its customers beyond what all merchants do. This room has the definitions;
//! their values are in the customers' records, and no change of a definition touches one.
//!
//! [`model`] is the table, [`changing`] has the verbs and records every change, [`revert`] takes one back. [`input`]
//! checks what is said of a field, with [`limits`]. [`effects`] says in numbers what a change will do. [`pages`] are for
//! people, [`api`] with [`object`] for programs.

pub mod api;
mod body;
pub mod changing;
pub mod effects;
pub mod input;
pub mod kinds;
pub mod limits;
pub mod model;
pub mod object;
pub mod pages;
pub mod revert;
pub mod told;

pub use revert::REVERTS;

use crate::routes::Route;

/// Returns the routes of the pages about fields.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/fields", pages::index).taking(&[]),
        Route::post("/settings/fields", pages::form::define),
        Route::get("/settings/fields/new", pages::form::new),
        Route::post("/settings/fields/preview", pages::preview::preview),
        Route::get("/settings/fields/{id}/edit", pages::form::edit),
        Route::post("/settings/fields/{id}", pages::form::save),
        Route::post("/settings/fields/{id}/position", pages::shift),
        Route::get("/settings/fields/{id}/archiving", pages::archiving),
        Route::post("/settings/fields/{id}/archiving", pages::archive),
        Route::post("/settings/fields/{id}/restoration", pages::restore),
    ]
}
