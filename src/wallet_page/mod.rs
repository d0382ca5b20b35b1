//! The pages about payment methods: the wallet of a customer, and the forms that change it. [`api`] has the calls.

pub mod add;
pub mod api;
pub mod default;
pub mod edit;
pub mod panel;
pub mod removal;
mod source;

pub use crate::payment_methods::wallet_path;
use crate::{
    form::Form,
    ids::MethodId,
    routes::Route,
    values::address::{PARTS, part_label},
};

/// Returns the path of a method, the beginning of all paths of its actions.
pub fn path(id: MethodId) -> String {
    format!("/payment_methods/{id}")
}

/// One part of a billing address in a form.
struct Part {
    name: &'static str,
    field: String,
    label: &'static str,
}

impl Form {
    fn billing(&self) -> [Part; 6] {
        PARTS.map(|name| Part {
            name,
            field: format!("{}{name}", crate::payment_methods::billing::FIELD),
            label: part_label(name),
        })
    }

    /// Returns whether any part of the address is filled or wrong, so that it is shown unfolded.
    fn has_billing(&self) -> bool {
        self.billing().iter().any(|part| !self.text(&part.field).is_empty() || self.error(&part.field).is_some())
    }

    fn has_consent(&self) -> bool {
        ["consent_source", "consent_on"].iter().any(|name| !self.text(name).is_empty() || self.error(name).is_some())
    }
}

/// Returns the routes of the wallet and of its changes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}/payment_methods", panel::show),
        Route::post("/customers/{id}/payment_methods", add::add),
        Route::get("/customers/{id}/payment_methods/new", add::new),
        Route::get("/payment_methods/{id}", panel::open),
        Route::post("/payment_methods/{id}", edit::save),
        Route::get("/payment_methods/{id}/edit", edit::edit),
        Route::get("/payment_methods/{id}/default", default::ask),
        Route::post("/payment_methods/{id}/default", default::make),
        Route::get("/payment_methods/{id}/deletion", removal::plan),
        Route::post("/payment_methods/{id}/deletion", removal::remove),
        Route::post("/payment_methods/{id}/restoration", removal::restore),
    ]
}
