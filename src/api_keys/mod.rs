//! API keys: the secrets with which a merchant's own systems ask, each for one account.

pub mod attention;
pub mod input;
pub mod kinds;
pub mod model;
pub mod pages;
pub mod permissions;
pub mod secret;
pub mod told;
pub mod uses;

pub use permissions::{Access, Permission, Permissions, Resource};
pub use secret::Secret;

use crate::routes::Route;

/// Returns the routes of the pages about keys.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/api_keys", pages::index),
        Route::post("/settings/api_keys", pages::create).confirmed(),
        Route::get("/settings/api_keys/new", pages::new).confirmed(),
        Route::get("/settings/api_keys/{id}/rotation", pages::rotation).confirmed(),
        Route::post("/settings/api_keys/{id}/rotation", pages::rotate).confirmed(),
        Route::get("/settings/api_keys/{id}/revocation", pages::revocation).confirmed(),
        Route::post("/settings/api_keys/{id}/revocation", pages::revoke).confirmed(),
    ]
}
