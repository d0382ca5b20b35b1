//! The list of invoices, the newest first.

use diesel::{PgConnection, prelude::*};

use super::{model::Invoice, status::Status};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId, InvoiceId, SubscriptionId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    schema::invoices,
};

/// The order of the list: newest first.
pub const BY_CREATION: SortTag = SortTag::new(b'c');

/// What a list looks for as a status: one, or those open ones whose day has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Is(Status),
    Overdue,
}

impl Standing {
    /// All words of it, in the order of screens.
    pub const WORDS: &[&str] = &["open", "overdue", "paid", "void", "uncollectible"];

    /// Reads one of the words.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "overdue" { Some(Self::Overdue) } else { Status::parse(word).ok().map(Self::Is) }
    }
}

/// Which invoices a list shows; nothing means any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub subscription: Option<SubscriptionId>,
    pub standing: Option<Standing>,
}

/// Returns the place of an invoice in the list.
pub fn place(id: InvoiceId) -> Cursor {
    Cursor::new(BY_CREATION, None, id.uuid())
}

/// Returns a page of an account's invoices, the newest first.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    filter: &Filter,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Invoice>> {
    let mut rows = invoices::table.into_boxed().filter(invoices::account_id.eq(account));
    if let Some(customer) = filter.customer {
        rows = rows.filter(invoices::customer_id.eq(customer));
    }
    if let Some(subscription) = filter.subscription {
        rows = rows.filter(invoices::subscription_id.eq(subscription));
    }
    rows = match filter.standing {
        None => rows,
        Some(Standing::Is(status)) => rows.filter(invoices::status.eq(status)),
        Some(Standing::Overdue) => rows.filter(invoices::status.eq(Status::Open)).filter(invoices::is_overdue),
    };
    rows = match direction {
        Direction::First => rows.order(invoices::id.desc()),
        Direction::After(place) => rows.filter(invoices::id.lt(place.id())).order(invoices::id.desc()),
        Direction::Before(place) => rows.filter(invoices::id.gt(place.id())).order(invoices::id.asc()),
    };
    let rows = rows.select(Invoice::as_select()).limit(limit.fetch()).load(conn)?;
    Ok(Page::from_rows(rows, limit, direction))
}
