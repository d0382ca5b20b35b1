//! The pages about payments: handlers, and what their templates show.

pub mod attach;
pub mod charge;
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
    ids::{AccountId, CustomerId},
    input::FieldErrors,
    merchants::Settings,
    paging::{Cursor, Page},
    values::Currency,
};

/// The rows of a page and the ways on from it.
#[derive(Default)]
pub struct Rows {
    /// In order.
    pub rows: Vec<Row>,
    /// The page before.
    pub previous: Option<String>,
    /// The page behind.
    pub next: Option<String>,
}

impl Rows {
    /// The rows of a page, with links that `list` makes of a place in it.
    fn read(
        conn: &mut PgConnection,
        account: AccountId,
        page: Page<Payment>,
        settings: &Settings,
        place: impl Fn(&Payment) -> Cursor,
        list: impl Fn(&'static str, Cursor) -> String,
    ) -> Result<Self> {
        let mut customers: Vec<CustomerId> = page.items.iter().filter_map(|payment| payment.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        let titles = match customers.is_empty() {
            true => std::collections::HashMap::new(),
            false => customers::model::titles(conn, account, &customers)?,
        };
        let now = Timestamp::now();
        let row = |payment: &Payment| Row::new(payment, &titles, &settings.time_zone, now);
        Ok(Self {
            rows: page.items.iter().map(row).collect(),
            previous: page.previous_cursor(&place).map(|cursor| list("before", cursor)),
            next: page.next_cursor(&place).map(|cursor| list("after", cursor)),
        })
    }

    /// Whether counting would tell more.
    pub fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }

    /// How many there are in all, as far as this page tells: "1 payment", "25+ payments".
    pub fn known_count(&self) -> String {
        let count = self.rows.len();
        match (count, self.is_part()) {
            (1, false) => "1 payment".to_owned(),
            (count, false) => format!("{count} payments"),
            (count, true) => format!("{count}+ payments"),
        }
    }
}

/// Why a form is shown, and what is wrong with it.
struct Why {
    status: StatusCode,
    errors: FieldErrors,
    /// What contradicts what is stored.
    conflict: Option<String>,
}

impl Why {
    /// It is opened, or gone on with.
    fn opened() -> Self {
        Self { status: StatusCode::OK, errors: FieldErrors::default(), conflict: None }
    }

    /// What was typed has errors.
    fn invalid(errors: FieldErrors) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, errors, conflict: None }
    }

    /// What was typed contradicts what is stored.
    fn conflict(sentence: impl Into<String>) -> Self {
        Self { status: StatusCode::CONFLICT, conflict: Some(sentence.into()), ..Self::opened() }
    }
}

/// A customer as a payment's page names it.
pub struct CustomerRef {
    pub id: CustomerId,
    /// What it is called.
    pub title: String,
    pub path: String,
    /// Whether it is deleted.
    pub is_deleted: bool,
}

impl CustomerRef {
    fn new(customer: &customers::model::Customer) -> Self {
        let is_deleted = customer.is_deleted();
        Self { id: customer.id, title: customer.title(), path: format!("/customers/{}", customer.id), is_deleted }
    }

    /// The customer of that id.
    fn find(conn: &mut PgConnection, account: AccountId, id: CustomerId) -> Result<Self> {
        Ok(Self::new(&customers::model::find_or_say_where(conn, account, id)?))
    }
}

/// A currency to choose.
pub struct Choice {
    /// "KES"
    pub code: String,
    /// "Kenyan Shilling"
    pub name: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// Every currency, with the one of that code chosen.
fn currencies(chosen: &str) -> Vec<Choice> {
    let choice = |currency: Currency| Choice {
        code: currency.to_string(),
        name: currency.name().to_owned(),
        is_chosen: currency.as_str().eq_ignore_ascii_case(chosen.trim()),
    };
    Currency::all().into_iter().map(choice).collect()
}

/// "1,000+ payments"; where counting took too long, that there are many.
fn count_words(count: Option<i64>) -> String {
    match count {
        Some(1) => "1 payment".to_owned(),
        count => format!("{} payments", number(count)),
    }
}

/// "312", "1,000+"; where counting took too long, "many".
fn number(count: Option<i64>) -> String {
    match count {
        None => "many".to_owned(),
        Some(count) if count > super::listing::COUNT_CAP => "1,000+".to_owned(),
        Some(count) => crate::values::money::grouped(count.unsigned_abs()),
    }
}
