//! Staff: the people of a merchant who sign in, each with a role.

pub mod common;
pub mod gate;
pub mod guard;
pub mod kinds;
pub mod model;
pub mod pages;
pub mod password;
mod refusal;
pub mod session;
pub mod throttle;

use crate::routes::Route;

/// Returns the routes of sign-in, sign-out, the account's mode, and the person's own settings.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/login", pages::sign_in_form),
        Route::post("/login", pages::sign_in),
        Route::post("/logout", pages::sign_out),
        Route::post("/mode", pages::switch_mode),
        Route::get("/profile", pages::profile).taking(&[]),
        Route::post("/profile/password", pages::change_password),
        Route::post("/profile/keyboard", pages::choose_keyboard),
        Route::post("/profile/sign-outs", pages::sign_out_everywhere),
    ]
}
