//! The merchant's settings: what holds for its business in both of its accounts. Admins and owners change them on a page
//! that says what a change will do, in numbers, before it is saved; operators by a command.
//!
//! [`content`] is what can be changed, [`input`] checks what is typed, [`effects`] says what a change does, [`changing`]
//! makes it, [`revert`] takes it back. [`invoicing`] is the same for what holds for invoices. The row itself is `merchants`'.

pub mod changing;
pub mod content;
pub mod effects;
pub mod input;
pub mod invoicing;
pub mod kinds;
pub mod pages;
pub mod revert;
pub mod told;

pub use revert::REVERTS;

use crate::routes::Route;

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings", pages::show).taking(&[]),
        Route::post("/settings", pages::save).confirmed(),
        Route::get("/settings/invoicing", invoicing::pages::show).taking(&[]),
        Route::post("/settings/invoicing", invoicing::pages::save).confirmed(),
    ]
}
