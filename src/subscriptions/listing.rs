//! The list of subscriptions, newest first, and those of a customer that stand in the way of another one.

use diesel::{PgConnection, prelude::*};

use super::{model::Subscription, status::Status};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId, PriceId, SubscriptionId},
    paging::{Direction, Limit, Page},
    schema::subscriptions,
};

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub status: Option<Status>,
    /// The price that the money was copied from.
    pub price: Option<PriceId>,
}

/// Returns a page of an account's subscriptions, the newest first.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    filter: Filter,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Subscription>> {
    let mut rows = subscriptions::table.into_boxed().filter(subscriptions::account_id.eq(account));
    if let Some(customer) = filter.customer {
        rows = rows.filter(subscriptions::customer_id.eq(customer));
    }
    if let Some(status) = filter.status {
        rows = rows.filter(subscriptions::status.eq(status));
    }
    if let Some(price) = filter.price {
        rows = rows.filter(subscriptions::price_id.eq(price));
    }
    rows = match direction {
        Direction::First => rows.order(subscriptions::id.desc()),
        Direction::After(place) => rows.filter(subscriptions::id.lt(place.id())).order(subscriptions::id.desc()),
        Direction::Before(place) => rows.filter(subscriptions::id.gt(place.id())).order(subscriptions::id.asc()),
    };
    let rows = rows.select(Subscription::as_select()).limit(limit.fetch()).load(conn)?;
    Ok(Page::from_rows(rows, limit, direction))
}

/// Returns the newest subscription of a customer that has not ended and is charged by a price, now or from its next period
/// on. With the customer locked, there is none but those.
pub fn living(
    conn: &mut PgConnection,
    account: AccountId,
    customer: CustomerId,
    price: PriceId,
) -> Result<Option<SubscriptionId>> {
    let by_price = subscriptions::price_id.eq(price).or(subscriptions::next_price_id.eq(price));
    let living = subscriptions::table
        .filter(subscriptions::account_id.eq(account))
        .filter(subscriptions::customer_id.eq(customer))
        .filter(subscriptions::ended_at.is_null())
        .filter(by_price)
        .order(subscriptions::id.desc())
        .select(subscriptions::id);
    Ok(living.first(conn).optional()?)
}
