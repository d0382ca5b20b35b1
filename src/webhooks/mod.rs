//! What happens is told to the merchant's systems: `/v1/events`, and webhooks.
//!
//! [`subjects`] is the list of what events are about, with the objects in which programs read them; [`object`] is an event
//! in the same way. [`model`] and [`writing`] are the endpoints and the verbs about them. The [outbox](crate::events::outbox)
//! says with each change which events are to be sent to which of them; [`sending`] sends them, by the rules of
//! [`deliveries`], signed by a [`secret`].

pub mod api;
pub mod deliveries;
pub mod endpoint_api;
pub mod endpoint_body;
pub mod endpoint_object;
pub mod input;
pub mod kinds;
pub mod model;
pub mod object;
pub mod resending;
pub mod revert;
pub mod secret;
pub mod sending;
pub mod subjects;
pub mod told;
pub mod writing;

use crate::ids::EndpointId;

/// The path of the list of endpoints.
pub const ALL: &str = "/settings/webhooks";

/// Returns the path of an endpoint's page.
pub fn path(id: EndpointId) -> String {
    format!("{ALL}/{id}")
}
