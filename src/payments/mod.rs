//! A payment is money asked from or paid by a customer: an amount in a currency, and a status.

pub mod api;
pub mod attention;
pub mod charging;
mod columns;
pub mod debts;
pub mod figures;
pub mod hours;
pub mod input;
pub mod keeper;
mod keys;
pub mod kinds;
pub mod likely;
pub mod listing;
pub mod model;
pub mod object;
pub mod of_debt;
pub mod pages;
pub mod panel;
pub mod part;
pub mod recording;
pub mod refunds;
pub mod row;
pub mod search;
pub mod settling;
pub mod status;
pub mod told;
pub mod tries;
pub mod used_before;

pub use columns::{BY_LAST_PAYMENT, BY_VOLUME, COLUMNS};
pub use keys::{CUSTOMERS, KEYS};
pub use listing::TABLE;
pub use pages::list::Searches;
pub use status::Status;

use crate::{
    ids::{PaymentId, RefundId},
    lists,
    routes::{IdPage, Route},
};

/// The pages of payments, and of refunds, which their payments show.
pub static PAGES: [IdPage; 2] = [
    IdPage {
        prefix: PaymentId::PREFIX,
        word: "payment",
        opens: "Open the payment",
        path: |conn, (account, _), id| Ok(row::path(model::find(conn, account, PaymentId::from_uuid(id))?.id)),
    },
    IdPage {
        prefix: RefundId::PREFIX,
        word: "refund",
        opens: "Open its payment",
        path: |conn, (account, _), id| Ok(row::path(refunds::find(conn, account, RefundId::from_uuid(id))?.payment)),
    },
];

/// Returns the routes to search as `S` does, list, record, charge, show, refund, cancel and attach payments, and to show a customer's
/// figures.
pub fn routes<S: Searches>() -> Vec<Route> {
    let mut routes = lists::pages::routes::<pages::list::Payments<S>>([
        "/payments",
        "/payments/count",
        "/payments/completions",
        "/payments/help",
        "/payments/filters",
        "/payments/filters/{key}",
    ]);
    routes.extend([
        Route::post("/payments", pages::record::record),
        Route::get("/payments/new", pages::record::new),
        Route::get("/payments/{id}", pages::show::show).taking(&[]),
        Route::get("/payments/{id}/refunds/new", pages::refund::new),
        Route::post("/payments/{id}/refunds", pages::refund::refund),
        Route::post("/payments/{id}/cancellation", pages::show::cancel),
        Route::post("/payments/{id}/outcome", pages::show::outcome),
        Route::get("/payments/{id}/customer", pages::attach::new),
        Route::post("/payments/{id}/customer", pages::attach::attach),
        Route::get("/customers/{id}/payments", pages::of_customer::payments).taking(&["after", "before"]),
        Route::get("/customers/{id}/figures", pages::of_customer::figures),
        Route::get("/customers/{id}/charges/new", pages::charge::new),
        Route::post("/customers/{id}/charges", pages::charge::charge),
    ]);
    routes
}
