//! A price is an amount with how often it is charged. It is found by its id or by the merchant's own key. Its money
//! never changes: who wants to charge more makes another, and archives this one.
//!
//! [`model`] is the table, [`writing`] has the verbs and records every change, [`revert`] takes one back. [`input`]
//! checks what is said of a price. [`pages`] are for people, [`api`] with [`object`] for programs.

pub mod api;
pub mod body;
pub mod input;
pub mod kinds;
pub mod model;
pub mod object;
pub mod pages;
pub mod revert;
pub mod told;
pub mod writing;

pub use revert::REVERTS;

use crate::{
    ids::PriceId,
    routes::{IdPage, Route},
};

/// The path of the list.
pub const LIST: &str = "/prices";

/// The page of a price.
pub static PAGE: IdPage = IdPage {
    prefix: PriceId::PREFIX,
    word: "price",
    opens: "Open the price",
    path: |conn, (account, _), id| Ok(path(model::find(conn, account, PriceId::from_uuid(id))?.id)),
};

/// Returns the path of the page of a price, the beginning of all paths of its changes.
pub fn path(id: PriceId) -> String {
    format!("{LIST}/{id}")
}

/// Returns the routes of the pages about prices.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/prices", pages::list::index).taking(&["state", "after", "before"]),
        Route::post("/prices", pages::form::create),
        Route::get("/prices/new", pages::form::new),
        Route::get("/prices/monthly", pages::form::monthly),
        Route::get("/prices/{id}", pages::show::show).taking(&[]),
        Route::post("/prices/{id}", pages::show::rename),
        Route::post("/prices/{id}/archiving", pages::show::archive),
        Route::post("/prices/{id}/restoration", pages::show::unarchive),
    ]
}
