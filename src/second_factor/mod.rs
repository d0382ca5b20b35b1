//! The second factor: what a person proves beside the password, and proving again that it is them.

mod confirmation;
pub mod kinds;
pub mod model;
mod pages;
mod passkey_pages;
mod passkey_sign_in;
mod passkeys;
mod proof;
pub mod recovery;
pub mod relying_party;
pub mod reset;
mod step;
pub mod told;
pub mod totp;

use crate::routes::Route;

/// Returns the routes of the pages.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/login/second_factor", step::form).taking(&["next"]),
        Route::post("/login/second_factor", step::prove),
        Route::post("/login/passkey", passkey_sign_in::sign_in),
        Route::post("/login/passkey/challenge", passkey_sign_in::challenge),
        Route::get("/confirmation", confirmation::form).taking(&["next"]),
        Route::post("/confirmation", confirmation::confirm),
        Route::post("/confirmation/challenge", passkey_sign_in::confirming),
        Route::get("/profile/second_factor", pages::index).taking(&["next"]),
        Route::get("/profile/second_factor/app", pages::app).taking(&["next"]).confirmed(),
        Route::post("/profile/second_factor/app", pages::set_up).confirmed(),
        Route::get("/profile/second_factor/app/removal", pages::removal).confirmed(),
        Route::post("/profile/second_factor/app/removal", pages::remove).confirmed(),
        Route::get("/profile/second_factor/codes", pages::new_codes).confirmed(),
        Route::post("/profile/second_factor/codes", pages::replace_codes).confirmed(),
        Route::post("/profile/second_factor/passkeys/new", passkey_pages::add).confirmed(),
        Route::get("/profile/second_factor/passkeys/new", passkey_pages::new).taking(&["next"]).confirmed(),
        Route::post("/profile/second_factor/passkeys/challenge", passkey_pages::challenge).confirmed(),
        Route::get("/profile/second_factor/passkeys/removal", passkey_pages::removal).taking(&["passkey"]).confirmed(),
        Route::post("/profile/second_factor/passkeys/removal", passkey_pages::remove).confirmed(),
        Route::get("/settings/team/{member}/second_factor", reset::page).confirmed(),
        Route::post("/settings/team/{member}/second_factor", reset::take_away).confirmed(),
    ]
}
