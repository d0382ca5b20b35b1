//! The page of jobs that were given up, for admins: what each was to do, for whom, since when and why it failed, and a
//! button that has it tried again. It stands above the features, to whose pages it leads.
//!
//! [`stuck`] reads them and has one tried again, [`words`] says in plain words what a job does and why it failed.

pub mod attention;
pub mod kinds;
mod pages;
mod stuck;
pub mod told;
mod words;

use crate::routes::Route;

/// The path of the page.
const PAGE: &str = "/settings/jobs";

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/settings/jobs", pages::index).taking(&[]), Route::post("/settings/jobs/{id}/retry", pages::retry)]
}
