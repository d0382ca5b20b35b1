//! Invoices for people and programs: their pages, the making of one by hand, and what is done with an open one, with its
//! consequences for the subscription that it bills.
//!
//! [`pages`] are for people, [`api`] for programs; what a body says is read in `body`, what a form says in `input`.

pub mod api;
mod body;
mod input;
pub mod pages;

use crate::{
    ids::InvoiceId,
    invoices::{model, path},
    lists,
    routes::{IdPage, Route},
};

/// The page of an invoice.
pub static PAGE: IdPage = IdPage {
    prefix: InvoiceId::PREFIX,
    word: "invoice",
    opens: "Open the invoice",
    path: |conn, (account, _), id| Ok(path(model::find(conn, account, InvoiceId::from_uuid(id))?.id)),
};

/// Returns the routes of the pages about invoices.
pub fn routes() -> Vec<Route> {
    let mut routes = lists::pages::routes::<pages::list::Invoices>([
        "/invoices",
        "/invoices/count",
        "/invoices/completions",
        "/invoices/help",
        "/invoices/filters",
        "/invoices/filters/{key}",
    ]);
    routes.extend([
        Route::get("/customers/{id}/invoices", pages::of_customer::invoices).taking(&["after", "before"]),
        Route::post("/customers/{id}/invoices", pages::making::make),
        Route::get("/customers/{id}/invoices/new", pages::making::new).taking(&["replaces"]),
        Route::get("/invoices/{id}", pages::show::show).taking(&[]),
        Route::post("/invoices/{id}", pages::amending::save),
        Route::get("/invoices/{id}/edit", pages::amending::edit).taking(&[]),
        Route::get("/invoices/{id}/print", pages::print::print).taking(&[]),
        Route::get("/invoices/{id}/charge", pages::act::charging).taking(&[]),
        Route::post("/invoices/{id}/charge", pages::act::charge),
        Route::get("/invoices/{id}/payment", pages::act::recording).taking(&[]),
        Route::post("/invoices/{id}/payment", pages::act::record),
        Route::get("/invoices/{id}/voiding", pages::act::voiding).taking(&[]),
        Route::post("/invoices/{id}/voiding", pages::act::void),
        Route::get("/invoices/{id}/write_off", pages::act::writing_off).taking(&[]),
        Route::post("/invoices/{id}/write_off", pages::act::write_off),
        Route::post("/invoices/{id}/reopening", pages::act::reopen),
    ]);
    routes
}
