//! A subscription charges a customer again and again, or bills them again and again and waits.
//!
//! [`model`] is the table and [`status`] its words. [`held`] is one that is locked, with what its changes have in
//! common: billing what is due, trying to collect it, counting what failed. [`creating`], [`changing`] and [`ending`]
//! are what people do with one, [`closing`] what they do with its invoices, [`advancing`] what happens by itself, and
//! [`following`] what follows when a payment is settled. [`methods`] is what they mean for a wallet. [`by_hand`] makes
//! invoices that no period makes, and changes invoices. [`starting`] is what somebody wants started, read by [`input`]
//! from a form, and [`settling`] asks the gateway for what began. [`search`] are the keys and orders of the list,
//! [`upcoming`] the charges to come, and [`forecast`] those of all until a day. [`pages`] are for people, [`api`] with
//! [`object`] is for programs. [`revenue`] is what they come to a month, by the sums that [`figures`] and [`days`]
//! keep, [`attention`] what of them needs a person. [`checking`] finds what contradicts itself. [`revert`] takes changes
//! back.
//!
//! Locks are taken in one order: customer, subscription, invoice, payment, figures of payments, numbers, jobs. For what
//! [`figures`] keeps nobody waits.

pub mod advancing;
pub mod api;
pub mod attention;
mod body;
pub mod by_hand;
pub mod changing;
pub mod checking;
pub mod closing;
pub mod creating;
pub mod days;
pub mod ending;
pub mod figures;
pub mod following;
pub mod forecast;
pub mod held;
pub mod input;
pub mod keeper;
pub mod keys;
pub mod kinds;
pub mod methods;
pub mod model;
pub mod object;
pub mod pages;
pub mod part;
pub mod revenue;
pub mod revert;
pub mod search;
pub mod settling;
pub mod starting;
pub mod status;
mod told;
pub mod upcoming;

use crate::{
    ids::SubscriptionId,
    routes::{IdPage, Route},
};

pub use following::DEBTS;
pub use held::Held;
pub use model::Subscription;
pub use status::Status;

/// The page of a subscription.
pub static PAGE: IdPage = IdPage {
    prefix: SubscriptionId::PREFIX,
    word: "subscription",
    opens: "Open the subscription",
    path: |conn, (account, _), id| Ok(path(model::find(conn, account, SubscriptionId::from_uuid(id))?.id)),
};

/// Returns the path of a subscription's page.
pub fn path(id: SubscriptionId) -> String {
    format!("/subscriptions/{id}")
}

/// Returns the routes of the pages about subscriptions.
pub fn routes() -> Vec<Route> {
    use pages::{amount, cancellation, list, method, next_charge, of_customer, show, start};
    let mut routes = list::routes();
    routes.extend([
        Route::get("/customers/{id}/subscriptions", of_customer::subscriptions).taking(&["after", "before"]),
        Route::post("/customers/{id}/subscriptions", start::start),
        Route::get("/customers/{id}/subscriptions/new", start::new),
        Route::get("/customers/{id}/subscriptions/preview", start::preview),
        Route::get("/subscriptions/{id}", show::show).taking(&[]),
        Route::get("/subscriptions/{id}/amount", amount::amount).taking(&["amount", "price"]),
        Route::post("/subscriptions/{id}/amount", amount::change_amount),
        Route::get("/subscriptions/{id}/method", method::method).taking(&[]),
        Route::post("/subscriptions/{id}/method", method::change_method),
        Route::get("/subscriptions/{id}/next_charge", next_charge::next_charge).taking(&[]),
        Route::post("/subscriptions/{id}/next_charge", next_charge::move_next_charge),
        Route::get("/subscriptions/{id}/cancellation", cancellation::cancellation).taking(&[]),
        Route::post("/subscriptions/{id}/cancellation", cancellation::cancel),
        Route::post("/subscriptions/{id}/keeping", cancellation::keep),
    ]);
    routes
}
