//! Staff: the people of a merchant who sign in, each with a role.

pub mod browser;
pub mod common;
pub mod confirmation;
pub mod gate;
pub mod guard;
pub mod kinds;
pub mod model;
pub mod names;
pub mod notices;
pub mod pages;
pub mod password;
mod refusal;
mod required;
pub mod second_step;
pub mod session;
pub mod sessions;
pub mod start;
pub mod throttle;
pub mod told;

use crate::routes::Route;

/// Returns the routes of sign-in, sign-out, and the account's mode.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/login", pages::sign_in_form),
        Route::post("/login", pages::sign_in),
        Route::post("/logout", pages::sign_out),
        Route::post("/mode", pages::switch_mode),
        Route::post("/profile/notices", notices::dismissed),
    ]
}
