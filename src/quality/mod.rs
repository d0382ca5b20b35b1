//! Quality: the customers whose record needs another look, by what is in doubt, each with its mend. A mend is an edit
//! like another and can be taken back; a doubt that is none can be dismissed.
//!
//! What is in doubt is found by searches, `quality:phone` and `card:default-expired`, so lists and the API have them too.

pub mod attention;
mod cards;
pub mod findings;
pub mod pages;
mod row;

use crate::routes::Route;

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/quality", pages::index),
        Route::get("/quality/{finding}", pages::show).taking(&["after"]),
        Route::get("/quality/{finding}/{id}", pages::discard),
        Route::post("/quality/{finding}/{id}", pages::mend),
        Route::post("/quality/{finding}/{id}/dismissal", pages::dismiss),
    ]
}
