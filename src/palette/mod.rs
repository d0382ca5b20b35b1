//! The palette: one box that leads to every page, customer and view, opened by Ctrl K or ⌘ K on every page.
//!
//! [`model`] finds customers by the same search as the list, and views and pages by the words of their names; [`pages`]
//! answers the dialog in the frame as somebody types, and is a plain page of links without script.

pub mod model;
pub mod pages;

use crate::{
    customers, invoice_page, notes, payment_methods, payments, prices,
    routes::{IdPage, Route},
    schedules, subscriptions, views,
};

/// The pages that a pasted ID may open.
pub static ID_PAGES: &[&IdPage] = &[
    &customers::identity::PAGE,
    &payments::PAGES[0],
    &payments::PAGES[1],
    &payment_methods::PAGE,
    &notes::PAGE,
    &prices::PAGE,
    &subscriptions::PAGE,
    &schedules::PAGES[0],
    &schedules::PAGES[1],
    &invoice_page::PAGE,
    &views::PAGE,
];

/// Returns the routes, which only read.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/palette", pages::index).taking(&["q", "recent"])]
}
