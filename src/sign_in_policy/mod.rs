//! Security as the merchant's setting: whether staff must have a second factor, how many sessions one may have, and who
//! sees customers in full.

pub mod kinds;
mod model;
mod pages;
pub mod revert;
pub mod told;

use crate::routes::Route;

/// Returns the routes of the pages.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/security", pages::index).taking(&[]),
        Route::post("/settings/security", pages::save).confirmed(),
    ]
}
