//! The customers whose default card has expired, in the order of the expiry, the latest first, and how many expire soon. An
//! index has them in that order, so that a page or a capped count of them costs the same among millions.

use diesel::{PgConnection, dsl::exists, prelude::*};
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::{
    codes::Code,
    error::{Error, Result},
    ids::{AccountId, CustomerId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    schema::{customers, payment_methods},
};

/// The order of the list, for its cursors.
const BY_EXPIRY: SortTag = SortTag::new(b'e');

/// A customer whose default card has expired.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Expired {
    pub customer: CustomerId,
    #[diesel(deserialize_as = jiff_diesel::Date)]
    expires_on: Date,
}

impl Expired {
    /// Returns the cursor that stands at it.
    pub fn cursor(&self) -> Cursor {
        Cursor::new(BY_EXPIRY, Some(self.expires_on.to_string()), self.customer.uuid())
    }
}

#[diesel::dsl::auto_type]
fn default_cards(account: AccountId) -> _ {
    let live = customers::table
        .filter(customers::account_id.eq(payment_methods::account_id))
        .filter(customers::id.eq(payment_methods::customer_id))
        .filter(customers::deleted_at.is_null());
    payment_methods::table
        .filter(payment_methods::account_id.eq(account))
        .filter(payment_methods::is_default)
        .filter(exists(live))
}

/// Reads a page of them: the first, or that behind `after`.
///
/// # Errors
/// [`Error::BadRequest`] when `after` is no place in this list.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    today: Date,
    after: Option<&str>,
    limit: Limit,
) -> Result<Page<Expired>> {
    let mut found = default_cards(account)
        .filter(payment_methods::expires_on.lt(today.to_diesel()))
        .order((payment_methods::expires_on.desc(), payment_methods::customer_id.desc()))
        .select((payment_methods::customer_id, payment_methods::expires_on.assume_not_null()))
        .limit(limit.fetch())
        .into_boxed();
    let mut direction = Direction::First;
    if let Some(after) = after {
        let cursor = Cursor::parse(after, BY_EXPIRY).map_err(|err| Error::BadRequest(err.into()))?;
        let day = cursor.key().and_then(|day| day.parse::<Date>().ok()).map(|day| day.to_diesel());
        let broken = || Error::BadRequest(Code::InvalidParameter.says("This place is not in the list."));
        let day = day.ok_or_else(broken)?;
        let is_earlier = payment_methods::expires_on.lt(day);
        let is_behind = payment_methods::expires_on
            .eq(day)
            .and(payment_methods::customer_id.lt(CustomerId::from_uuid(cursor.id())));
        // The index begins at the first condition.
        found = found.filter(payment_methods::expires_on.le(day)).filter(is_earlier.or(is_behind).assume_not_null());
        direction = Direction::After(cursor);
    }
    Ok(Page::from_rows(found.load(conn)?, limit, &direction))
}

/// Counts them, up to `most`.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, account: AccountId, today: Date, most: i64) -> Result<i64> {
    let found = default_cards(account).filter(payment_methods::expires_on.lt(today.to_diesel()));
    Ok(found.select(payment_methods::customer_id).limit(most).load::<CustomerId>(conn)?.len() as i64)
}

/// Counts those whose default card expires within these days, both included, up to `most`.
///
/// # Errors
/// When the database fails.
pub fn count_within(
    conn: &mut PgConnection,
    account: AccountId,
    (first, last): (Date, Date),
    most: i64,
) -> Result<i64> {
    let days = payment_methods::expires_on.between(first.to_diesel(), last.to_diesel());
    let found = default_cards(account).filter(days).select(payment_methods::customer_id).limit(most);
    Ok(found.load::<CustomerId>(conn)?.len() as i64)
}
