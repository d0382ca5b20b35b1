//! A customer: the person or organisation that buys from the merchant.
//!
//! [`record`] is what a customer's fields hold and how two states of them compare; [`model`] keeps it in the table
//! and records every change; [`saving`] is the version rule for two people editing at once; [`deletion`] plans and
//! does the delete and takes it back; [`search`] and [`listing`] find; [`columns`] is what a list
//! shows of each; [`input`] and [`form`] are the text as typed.

pub mod activity;
pub mod addresses;
pub mod columns;
pub mod deletion;
pub mod form;
pub mod input;
pub mod listing;
pub mod lookalikes;
pub mod model;
pub mod pages;
pub mod record;
pub mod saving;
pub mod search;
pub mod words;

use crate::routes::Route;

/// List, create, show, edit, delete and restore.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers", pages::list::index),
        Route::post("/customers", pages::create::create),
        Route::get("/customers/new", pages::create::new),
        Route::get("/customers/count", pages::list::count),
        Route::get("/customers/help", pages::hints::show),
        Route::get("/customers/filters/{key}", pages::filter_form::show),
        Route::get("/customers/{id}", pages::show::show),
        Route::post("/customers/{id}", pages::edit::save),
        Route::get("/customers/{id}/edit", pages::edit::edit),
        Route::get("/customers/{id}/activity", pages::show::activity),
        Route::get("/customers/{id}/deletion", pages::deletion::plan),
        Route::post("/customers/{id}/deletion", pages::deletion::delete),
        Route::post("/customers/{id}/restoration", pages::deletion::restore),
    ]
}
