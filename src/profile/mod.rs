//! A person's own account: their name, password and sessions, and how they want their pages.

mod pages;
mod password;
mod preferences;
mod sessions;

pub use pages::checked_name;
pub use password::check_new as checked_password;

use crate::routes::Route;

/// The path of the page.
const PAGE: &str = "/profile";

/// Returns the routes of a person's own account.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(PAGE, pages::show).taking(&[]),
        Route::post(PAGE, pages::rename),
        Route::post("/profile/password", password::change).confirmed(),
        Route::post("/profile/preferences", preferences::choose),
        Route::post("/profile/sign-outs", sessions::sign_out).confirmed(),
    ]
}
