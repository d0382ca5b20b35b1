//! The list of payment schedules, newest first.

use diesel::{PgConnection, prelude::*};

use super::{model::Schedule, status::Status};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
    paging::{Direction, Limit, Page},
    schema::payment_schedules,
};

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub customer: Option<CustomerId>,
    pub status: Option<Status>,
}

/// Returns whether an account ever had a payment schedule.
pub fn is_there(conn: &mut PgConnection, account: AccountId) -> Result<bool> {
    let any = payment_schedules::table.filter(payment_schedules::account_id.eq(account));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(conn)?)
}

/// Returns a page of an account's payment schedules, the newest first.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    filter: Filter,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Schedule>> {
    let mut rows = payment_schedules::table.into_boxed().filter(payment_schedules::account_id.eq(account));
    if let Some(customer) = filter.customer {
        rows = rows.filter(payment_schedules::customer_id.eq(customer));
    }
    if let Some(status) = filter.status {
        rows = rows.filter(payment_schedules::status.eq(status));
    }
    let id = payment_schedules::id;
    rows = match direction {
        Direction::First => rows.order(id.desc()),
        Direction::After(place) => rows.filter(id.lt(place.id())).order(id.desc()),
        Direction::Before(place) => rows.filter(id.gt(place.id())).order(id.asc()),
    };
    let rows = rows.select(Schedule::as_select()).limit(limit.fetch()).load(conn)?;
    Ok(Page::from_rows(rows, limit, direction))
}
