//! The team: a merchant's people as admins and owners see them, invited, given roles, disabled and removed.

pub mod invitations;
pub mod joining;
pub mod kinds;
pub mod model;
pub mod pages;
pub mod revert;
pub mod roles;
pub mod told;

mod inviting;
mod member;

use crate::routes::Route;

/// The path of the page that lists the team.
const TEAM: &str = "/settings/team";

/// Returns the routes of the pages about the team.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get(TEAM, pages::index).taking(&[]),
        Route::get("/settings/team/invitations", inviting::new).taking(&[]).confirmed(),
        Route::post("/settings/team/invitations", inviting::invite).confirmed(),
        Route::post("/settings/team/invitations/{invitation}/link", inviting::renew).confirmed(),
        Route::post("/settings/team/invitations/{invitation}/withdrawal", inviting::withdraw).confirmed(),
        Route::get("/settings/team/handover", member::handover_form).taking(&[]).confirmed(),
        Route::post("/settings/team/handover", member::hand_over).confirmed(),
        Route::get("/settings/team/{member}", member::show).taking(&[]),
        Route::post("/settings/team/{member}/role", member::set_role).confirmed(),
        Route::post("/settings/team/{member}/state", member::set_state).confirmed(),
        Route::post("/settings/team/{member}/sign-outs", member::sign_out).confirmed(),
        Route::get("/settings/team/{member}/removal", member::removal).taking(&[]).confirmed(),
        Route::post("/settings/team/{member}/removal", member::remove).confirmed(),
        Route::get("/invitations/{token}", joining::form).taking(&[]),
        Route::post("/invitations/{token}", joining::join),
    ]
}
