//! A payment schedule is what a customer agreed to pay on days to come, in parts. Parts of one sum are instalments.
//!
//! [`model`] is the tables and [`status`] their words; [`planning`] makes the parts of a sum. [`held`] is a schedule
//! that is locked, with what its changes have in common: charging the part whose turn it is, and what follows.
//! [`creating`] and [`changing`] are what people do with one, [`advancing`] what happens by itself, [`following`] what
//! follows when a payment is settled, [`restoring`] and [`revert`] how changes are taken back, and [`settling`] asks
//! the gateway for what began. [`methods`] is what they mean for a wallet. [`input`] reads forms. [`search`] are the
//! keys and orders of the list, [`of_payments`] the key of payments, and [`forecast`] is what they will charge until a
//! day. [`pages`] are for people, [`api`] with [`object`] is for programs. [`checking`] finds what contradicts itself.
//!
//! Locks are taken in one order: customer, schedule, payment, figures, jobs. A part changes only while its schedule is
//! locked.

pub mod advancing;
pub mod api;
pub mod attention;
mod body;
pub mod changing;
pub mod checking;
pub mod creating;
pub mod following;
pub mod forecast;
pub mod held;
pub mod input;
pub mod keeper;
pub mod kinds;
pub mod methods;
pub mod model;
pub mod object;
pub mod of_payments;
pub mod pages;
pub mod part;
pub mod planning;
mod restoring;
pub mod revert;
pub mod search;
pub mod settling;
pub mod status;
mod told;

use crate::{
    ids::{PartId, ScheduleId},
    routes::{IdPage, Route},
};

pub use following::DEBTS;
pub use held::Held;
pub use model::{Part, Schedule};
pub use status::{PartStatus, Status};

/// The page of a payment schedule, and that of one of its parts, which is the same.
pub static PAGES: [IdPage; 2] = [
    IdPage {
        prefix: ScheduleId::PREFIX,
        word: "payment schedule",
        opens: "Open the payment schedule",
        path: |conn, (account, _), id| Ok(path(model::find(conn, account, ScheduleId::from_uuid(id))?.id)),
    },
    IdPage {
        prefix: PartId::PREFIX,
        word: "part of a payment schedule",
        opens: "Open its payment schedule",
        path: |conn, (account, _), id| Ok(path(model::schedule_of(conn, account, PartId::from_uuid(id))?)),
    },
];

/// Returns the path of a schedule's page.
pub fn path(id: ScheduleId) -> String {
    format!("/schedules/{id}")
}

/// Returns the routes of the pages about payment schedules.
pub fn routes() -> Vec<Route> {
    use pages::{act, create, list, of_customer, show};
    let mut routes = list::routes();
    routes.extend([
        Route::get("/customers/{id}/schedules", of_customer::schedules).taking(&["after", "before"]),
        Route::post("/customers/{id}/schedules", create::make),
        Route::get("/customers/{id}/schedules/new", create::new),
        Route::get("/customers/{id}/schedules/preview", create::preview),
        Route::get("/schedules/{id}", show::show).taking(&[]),
        Route::get("/schedules/{id}/method", act::method).taking(&[]),
        Route::post("/schedules/{id}/method", act::change_method),
        Route::get("/schedules/{id}/collection", act::collection).taking(&[]),
        Route::post("/schedules/{id}/collection", act::collect),
        Route::get("/schedules/{id}/payoff", act::payoff).taking(&[]),
        Route::post("/schedules/{id}/payoff", act::pay_off),
        Route::get("/schedules/{id}/cancellation", act::cancellation).taking(&[]),
        Route::post("/schedules/{id}/cancellation", act::cancel),
        Route::get("/schedules/{id}/parts/{no}", act::part).taking(&[]),
        Route::post("/schedules/{id}/parts/{no}", act::change_part),
        Route::get("/schedules/{id}/parts/{no}/skipping", act::skipping).taking(&[]),
        Route::post("/schedules/{id}/parts/{no}/skipping", act::skip),
        Route::get("/schedule_parts/{id}", show::of_part).taking(&[]),
    ]);
    routes
}
