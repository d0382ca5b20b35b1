//! The pages about payments: handlers and the data of their templates.

pub mod attach;
pub mod charge;
pub mod completions;
pub mod filters;
pub mod list;
pub mod of_customer;
pub mod record;
pub mod refund;
pub mod show;
pub mod state;

use actix_web::http::StatusCode;
use diesel::PgConnection;
use jiff::Timestamp;

use super::{model::Payment, row::Row};
use crate::{
    customers,
    error::Result,
    ids::CustomerId,
    input::FieldErrors,
    paging::{Cursor, Page},
    who::SignedIn,
};

/// The rows of a page, with the links to the pages beside it.
#[derive(Default)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// The link to the page before.
    pub previous: Option<String>,
    /// The link to the page after.
    pub next: Option<String>,
}

impl Rows {
    /// Makes the rows of a page as `reader` sees them; `list` makes the link to a place in the list.
    fn read(
        conn: &mut PgConnection,
        reader: &SignedIn,
        page: Page<Payment>,
        place: impl Fn(&Payment) -> Cursor,
        list: impl Fn(&'static str, Cursor) -> String,
    ) -> Result<Self> {
        let mut customers: Vec<CustomerId> = page.items.iter().filter_map(|payment| payment.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        let titles = match customers.is_empty() {
            true => std::collections::HashMap::new(),
            false => customers::model::titles(conn, reader.account, &customers, reader.curtain())?,
        };
        let now = reader.now();
        let zone = &reader.settings.time_zone;
        let row = |payment: &Payment| Row::new(&payment.clone().behind(reader.curtain()), &titles, zone, now);
        Ok(Self {
            rows: page.items.iter().map(row).collect(),
            previous: page.previous_cursor(&place).map(|cursor| list("before", cursor)),
            next: page.next_cursor(&place).map(|cursor| list("after", cursor)),
        })
    }

    /// Returns whether there are more payments than those of this page.
    pub fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }

    /// Returns the count as far as this page shows it: "1 payment", "25+ payments".
    pub fn known_count(&self) -> String {
        let count = self.rows.len();
        match (count, self.is_part()) {
            (1, false) => "1 payment".to_owned(),
            (count, false) => format!("{count} payments"),
            (count, true) => format!("{count}+ payments"),
        }
    }
}

/// The status and the errors that a form is shown with.
struct Why {
    status: StatusCode,
    errors: FieldErrors,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl Why {
    /// Shows the form without errors: newly opened, or in a step between.
    fn opened() -> Self {
        Self { status: StatusCode::OK, errors: FieldErrors::default(), conflict: None }
    }

    /// Shows the form with errors in its fields.
    fn invalid(errors: FieldErrors) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, conflict: None }
    }

    /// Shows the form with a conflict between what was typed and what is stored.
    fn conflict(sentence: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, conflict: Some(sentence.into()), ..Self::opened() }
    }
}

/// A customer as a payment's page names it.
pub struct CustomerRef {
    pub id: CustomerId,
    /// The name shown.
    pub title: String,
    pub path: String,
    pub is_deleted: bool,
    restorable_until: Option<Timestamp>,
}

impl CustomerRef {
    fn new(customer: &customers::model::Customer) -> Self {
        let is_deleted = customer.is_deleted();
        let path = format!("/customers/{}", customer.id);
        let restorable_until = customer.restorable_until();
        Self { id: customer.id, title: customer.title(), path, is_deleted, restorable_until }
    }

    /// Refuses to use a deleted customer in anything new.
    fn refuse_deleted(&self) -> Result<()> {
        if self.is_deleted { Err(customers::model::deleted(self.restorable_until)) } else { Ok(()) }
    }

    /// Returns the customer with that id, as `reader` sees it.
    fn find(conn: &mut PgConnection, reader: &SignedIn, id: CustomerId) -> Result<Self> {
        let customer = customers::model::find_or_say_where(conn, reader.account, id)?;
        Ok(Self::new(&customer.behind(reader.curtain())))
    }
}

/// Writes a count like "1,000+ payments"; "many" when counting took too long.
fn count_words(count: Option<i64>) -> String {
    match count {
        Some(1) => "1 payment".to_owned(),
        count => format!("{} payments", number(count)),
    }
}

/// Writes a number like "312" or "1,000+"; "many" when counting took too long.
fn number(count: Option<i64>) -> String {
    match count {
        None => "many".to_owned(),
        Some(count) if count > super::listing::COUNT_CAP => "1,000+".to_owned(),
        Some(count) => crate::values::money::grouped(count.unsigned_abs()),
    }
}
