//! The part that subscriptions and invoices add to a customer: their events.

use diesel::PgConnection;

use super::{kinds, told};
use crate::{
    customers::{
        identity,
        model::Customer,
        part::{Panel, Part, Told},
    },
    error::Result,
    history::Event,
    invoices::kinds as of_invoices,
    who::SignedIn,
};

/// Subscriptions as a part of the customer.
pub static SUBSCRIPTIONS: &dyn Part = &Subscriptions;

/// Invoices as a part of the customer.
pub static INVOICES: &dyn Part = &Invoices;

struct Subscriptions;

impl Part for Subscriptions {
    fn kinds(&self) -> &'static [&'static str] {
        kinds::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        kinds::ALL.contains(&event.kind.as_str()).then(|| told::in_activity(event)).flatten()
    }
}

struct Invoices;

impl Part for Invoices {
    fn kinds(&self) -> &'static [&'static str] {
        of_invoices::ALL
    }

    fn tell(&self, event: &Event) -> Option<Told> {
        of_invoices::ALL.contains(&event.kind.as_str()).then(|| told::in_activity(event)).flatten()
    }

    fn panels(&self, _: &mut PgConnection, _: &SignedIn, customer: &Customer) -> Result<Vec<Panel>> {
        Ok(vec![Panel::later("invoices", "Invoices", format!("{}/invoices", identity::path(customer.id)))])
    }
}
