//! A payment method is a card or bank account that a customer keeps; together they are the customer's wallet.
//!
//! [`model`] is the table; [`wallet`] the rules of adding, choosing the default, removing and restoring; [`editing`] the
//! version rule for two people at once; [`charging`] which method a charge uses; [`earlier`] what earlier payments were paid
//! with; [`expiry`], [`billing`] and [`input`] are the text as typed.

pub mod billing;
pub mod charging;
pub mod destruction;
pub mod earlier;
pub mod editing;
pub mod input;
pub mod model;
pub mod pages;
pub mod wallet;

use crate::routes::Route;

/// The wallet, and what changes it.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}/payment_methods", pages::panel::show),
        Route::post("/customers/{id}/payment_methods", pages::add::add),
        Route::get("/customers/{id}/payment_methods/new", pages::add::new),
        Route::get("/payment_methods/{id}", pages::panel::open),
        Route::post("/payment_methods/{id}", pages::edit::save),
        Route::get("/payment_methods/{id}/edit", pages::edit::edit),
        Route::post("/payment_methods/{id}/default", pages::panel::make_default),
        Route::get("/payment_methods/{id}/deletion", pages::removal::plan),
        Route::post("/payment_methods/{id}/deletion", pages::removal::remove),
        Route::post("/payment_methods/{id}/restoration", pages::removal::restore),
    ]
}
