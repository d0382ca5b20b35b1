//! The audit log: all that happened in an account, by whom, newest first, for admins and owners. Searched in the language of
//! every list, with keys of its own, and exported as it is filtered.
//!
//! [`search`] has the keys and what they find; [`reading`] reads a page, at the same cost at any depth; [`entry`] tells an
//! event; [`export`] writes JSON and CSV. What concerns the merchant, its people and their safety stands in the live
//! account.

pub mod entry;
pub mod export;
pub mod pages;
pub mod reading;
pub mod search;
pub mod state;

use crate::{
    api_keys, custom_fields, events::telling::Tells, jobs_page, prices, routes::Route, second_factor, security,
    settings, sign_in_policy, staff, team, test_clock, views, webhooks,
};

/// The features that tell events which are about no customer. Those about customers are told by the parts.
pub static TELLERS: &[&dyn Tells] = &[
    views::told::TELLS,
    custom_fields::told::TELLS,
    prices::told::TELLS,
    settings::told::TELLS,
    settings::invoicing::told::TELLS,
    api_keys::told::TELLS,
    staff::told::TELLS,
    team::told::TELLS,
    second_factor::told::TELLS,
    sign_in_policy::told::TELLS,
    security::TELLS,
    test_clock::told::TELLS,
    jobs_page::told::TELLS,
    webhooks::told::TELLS,
];

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings/audit", pages::index)
            .taking(&["q", "limit", "after", "filter", "place", "how", "value", "from", "to"]),
        Route::get("/settings/audit/help", pages::help),
        Route::get("/settings/audit/completions", pages::completions::show),
        Route::get("/settings/audit/filters", pages::filters),
        Route::get("/settings/audit/filters/{key}", pages::filter),
        Route::get("/settings/audit/export", pages::exporting),
        Route::post("/settings/audit/export", pages::export),
    ]
}
