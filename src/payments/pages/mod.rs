//! The pages about payments: handlers and the data of their templates.

pub mod attach;
pub mod charge;
pub mod list;
pub mod of_customer;
pub mod record;
pub mod refund;
pub mod show;

use diesel::PgConnection;
use jiff::Timestamp;

use super::{model::Payment, row::Row};
use crate::{
    customers,
    error::Result,
    ids::CustomerId,
    lists,
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
        Ok(Self {
            rows: rows(conn, reader, &page.items)?,
            previous: page.previous_cursor(&place).map(|cursor| list("before", cursor)),
            next: page.next_cursor(&place).map(|cursor| list("after", cursor)),
        })
    }

    /// Returns whether there are more payments than those of this page.
    pub fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

/// Makes the rows of payments as `reader` sees them.
fn rows(conn: &mut PgConnection, reader: &SignedIn, payments: &[Payment]) -> Result<Vec<Row>> {
    let titles = lists::pages::titles(conn, reader, payments.iter().filter_map(|payment| payment.customer))?;
    let (now, zone) = (reader.now(), &reader.settings.time_zone);
    let row = |payment: &Payment| Row::new(&payment.clone().behind(reader.curtain()), &titles, zone, now);
    Ok(payments.iter().map(row).collect())
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
