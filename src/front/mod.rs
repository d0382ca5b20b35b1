//! The front page: what needs a person today, what the last weeks brought, what one worked on, and one's views.

mod pages;
mod weeks;

use crate::{
    api_keys::attention as api_keys, attention::Attends, invoices::attention as invoices, jobs_page::attention as jobs,
    payment_methods::attention as payment_methods, payments::attention as payments, quality::attention as quality,
    routes::Route, schedules::attention as schedules, subscriptions::attention as subscriptions,
    webhooks::attention as webhooks,
};

/// THE LIST of features that may have something for a person to do, in the order in which they are shown.
static FEATURES: &[&dyn Attends] = &[
    payments::ATTENDS,
    subscriptions::ATTENDS,
    schedules::ATTENDS,
    invoices::ATTENDS,
    payment_methods::ATTENDS,
    jobs::ATTENDS,
    webhooks::ATTENDS,
    api_keys::ATTENDS,
    quality::ATTENDS,
];

/// Returns the routes.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/", pages::show).taking(&["currency"])]
}
