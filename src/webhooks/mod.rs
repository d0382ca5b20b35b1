//! What happens is told to the merchant's systems: `/v1/events`, and webhooks.
//!
//! [`subjects`] is the list of what events are about, with the objects in which programs read them; [`object`] is an event
//! in the same way. [`model`] and [`writing`] are the endpoints and the verbs about them. The [outbox](crate::events::outbox)
//! says with each change which events are to be sent to which of them; [`sending`] sends them, by the rules of
//! [`deliveries`], signed by a [`secret`]. [`pages`] are for admins and owners.

pub mod api;
pub mod attention;
pub mod deliveries;
pub mod endpoint_api;
pub mod endpoint_body;
pub mod endpoint_object;
pub mod input;
pub mod kinds;
pub mod merging;
pub mod model;
pub mod object;
pub mod pages;
pub mod resending;
pub mod revert;
pub mod secret;
pub mod sending;
pub mod subjects;
pub mod told;
pub mod words;
pub mod writing;

use crate::{ids::EndpointId, routes::Route};

/// The path of the list of endpoints.
pub const ALL: &str = "/settings/webhooks";

/// Returns the path of an endpoint's page.
pub fn path(id: EndpointId) -> String {
    format!("{ALL}/{id}")
}

/// Returns the routes of the pages about endpoints. Where events are sent to, and by what they are known to be ours, is
/// only decided by who has just proved that it is them.
pub fn routes() -> Vec<Route> {
    use pages::{acting, delivery, form, list, replacing, show};
    vec![
        Route::get("/settings/webhooks", list::index).taking(&[]),
        Route::post("/settings/webhooks", form::create).confirmed(),
        Route::get("/settings/webhooks/new", form::new).confirmed(),
        Route::get("/settings/webhooks/{id}", show::show).taking(&["status", "after", "before"]),
        Route::post("/settings/webhooks/{id}", form::save).confirmed(),
        Route::get("/settings/webhooks/{id}/edit", form::edit).confirmed(),
        Route::get("/settings/webhooks/{id}/secret", replacing::show).confirmed(),
        Route::post("/settings/webhooks/{id}/secret", replacing::replace).confirmed(),
        Route::post("/settings/webhooks/{id}/enabling", acting::enable),
        Route::post("/settings/webhooks/{id}/disabling", acting::disable),
        Route::post("/settings/webhooks/{id}/removal", acting::remove),
        Route::post("/settings/webhooks/{id}/test", acting::test),
        Route::get("/settings/webhooks/{id}/deliveries/{event}", delivery::show).taking(&[]),
        Route::post("/settings/webhooks/{id}/deliveries/{event}/attempts", acting::send_again),
    ]
}
