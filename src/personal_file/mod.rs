//! A person's file: everything that is held about a customer, by part, for who asks to see it. As a page to print, as
//! JSON to hand over.

pub mod api;
pub mod pages;

use diesel::PgConnection;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    customer_parts::KEEPERS,
    customers::{
        keeping::Held,
        model::{self, Customer},
    },
    error::Result,
    ids::{AccountId, CustomerId},
    routes::Route,
};

/// Returns the routes: the page, and the JSON.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{id}/file", pages::show).taking(&[]),
        Route::get("/customers/{id}/file/download", pages::download).taking(&[]),
    ]
}

/// A person's file.
#[derive(Clone, Debug)]
pub struct PersonalFile {
    pub customer: Customer,
    /// What each feature holds, also where it is nothing.
    pub held: Vec<Held>,
    /// The time at which it was compiled.
    pub compiled_at: Timestamp,
}

impl PersonalFile {
    /// Compiles the file of a customer, deleted or not.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`].
    pub fn of(conn: &mut PgConnection, account: AccountId, id: CustomerId, now: Timestamp) -> Result<Self> {
        let customer = model::find_or_say_where(conn, account, id)?;
        let mut held = Vec::new();
        for keeper in KEEPERS {
            held.extend(keeper.held(conn, account, &customer)?);
        }
        Ok(Self { customer, held, compiled_at: now })
    }

    /// Returns what is held by the words for programs.
    pub fn parts(&self) -> Map<String, Value> {
        self.held.iter().map(|held| (held.name.to_owned(), json!(held.things))).collect()
    }
}
