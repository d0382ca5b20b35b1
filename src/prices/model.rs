//! The table of prices: finders, the list, and the fields of a price as events keep them.

use diesel::{PgConnection, pg::Pg, prelude::*};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    codes::Code,
    error::{Error, Result},
    events::Fields,
    ids::{AccountId, PriceId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    reason::Detail,
    schema::prices,
    values::{Currency, Interval, Money, interval::Unit},
};

/// The order of the list: newest first.
pub const BY_CREATION: SortTag = SortTag::new(b'c');

/// What a price is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The name, of 1 to 100 characters.
    pub name: String,
    /// The merchant's own handle, which no other price of the account has.
    pub key: Option<String>,
}

impl Naming {
    /// Returns it as events keep it.
    pub fn fields(&self) -> Fields {
        [("name", json!(self.name)), ("key", json!(self.key))].map(|(name, value)| (name.to_owned(), value)).into()
    }
}

/// What is charged by a price. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The amount of each time.
    pub amount: Money,
    pub interval: Interval,
    /// The days that are free before the first charge.
    pub trial_days: i32,
}

impl Terms {
    /// Returns what it comes to a month.
    pub fn monthly(&self) -> Money {
        self.interval.monthly(self.amount)
    }

    /// Returns it in words: "KES 4,900.00 every month".
    pub fn words(&self) -> String {
        format!("{} {}", self.amount, self.interval.words())
    }

    /// Returns what is free before the first charge, in words: "14 days free".
    pub fn trial(&self) -> String {
        if self.trial_days == 1 { "1 day free".to_owned() } else { format!("{} days free", self.trial_days) }
    }
}

/// A price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub id: PriceId,
    /// The version, which each change increases; a save names the one it started from.
    pub version: i32,
    pub naming: Naming,
    pub terms: Terms,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
}

impl Price {
    pub fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }

    /// Refuses to agree on one that is archived.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn refuse_archived(&self) -> Result<()> {
        if !self.is_archived() {
            return Ok(());
        }
        let sentence =
            format!("The price “{}” is archived. Choose another one, or bring it back first.", self.naming.name);
        Err(Error::Conflict(Code::PriceArchived.says(sentence).with(Detail::Price(self.id))))
    }

    /// Returns its place in the list.
    pub fn place(&self) -> Cursor {
        Cursor::new(BY_CREATION, None, self.id.uuid())
    }

    /// Returns all of it, as the event of its creation keeps it.
    pub fn fields(&self) -> Fields {
        let Terms { amount, interval, trial_days } = self.terms;
        let mut fields = self.naming.fields();
        fields.extend(
            [
                ("amount", json!(amount.minor)),
                ("currency", json!(amount.currency)),
                ("interval", json!(interval.unit())),
                ("interval_count", json!(interval.every())),
                ("trial_days", json!(trial_days)),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        fields
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = prices, check_for_backend(Pg))]
struct Row {
    id: PriceId,
    version: i32,
    name: String,
    key: Option<String>,
    amount: i64,
    currency: Currency,
    interval_unit: Unit,
    interval_count: i32,
    trial_days: i32,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    updated_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    archived_at: Option<Timestamp>,
}

impl TryFrom<Row> for Price {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let interval = Interval::new(row.interval_unit, row.interval_count.into()).map_err(Error::internal)?;
        Ok(Self {
            id: row.id,
            version: row.version,
            naming: Naming { name: row.name, key: row.key },
            terms: Terms { amount: Money::new(row.amount, row.currency), interval, trial_days: row.trial_days },
            created_at: row.created_at,
            updated_at: row.updated_at,
            archived_at: row.archived_at,
        })
    }
}

/// Finds a price of an account, archived or not.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn find(conn: &mut PgConnection, account: AccountId, id: PriceId) -> Result<Price> {
    prices::table.find((account, id)).select(Row::as_select()).first(conn)?.try_into()
}

/// Finds the price of an account that has that key, archived or not.
pub fn with_key(conn: &mut PgConnection, account: AccountId, key: &str) -> Result<Option<Price>> {
    let of_key = prices::table.filter(prices::account_id.eq(account)).filter(prices::key.eq(key));
    of_key.select(Row::as_select()).first(conn).optional()?.map(Price::try_from).transpose()
}

/// Finds a price of an account by what stands for it: its id, or else its key.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub fn named(conn: &mut PgConnection, account: AccountId, text: &str) -> Result<Price> {
    match text.parse() {
        Ok(id) => find(conn, account, id),
        Err(_) => with_key(conn, account, text)?.ok_or(Error::NotFound),
    }
}

/// The prices that a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that are not archived.
    Active,
    Archived,
    All,
}

impl Which {
    /// All of them, as tabs list them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Archived, Self::All];

    /// Returns the word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::All => "all",
        }
    }

    /// Returns the one of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.as_str() == word)
    }
}

/// The most prices that a form offers.
const MOST_OFFERED: i64 = 1_000;

/// Returns the active prices, the newest first, as many as a form can offer.
pub fn offered(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Price>> {
    let active = prices::table
        .filter(prices::account_id.eq(account))
        .filter(prices::archived_at.is_null())
        .order(prices::id.desc())
        .limit(MOST_OFFERED)
        .select(Row::as_select());
    active.load::<Row>(conn)?.into_iter().map(Price::try_from).collect()
}

/// Returns a page of an account's prices, the newest first.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    which: Which,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Price>> {
    let mut rows = prices::table.into_boxed().filter(prices::account_id.eq(account));
    rows = match which {
        Which::Active => rows.filter(prices::archived_at.is_null()),
        Which::Archived => rows.filter(prices::archived_at.is_not_null()),
        Which::All => rows,
    };
    rows = match direction {
        Direction::First => rows.order(prices::id.desc()),
        Direction::After(place) => rows.filter(prices::id.lt(place.id())).order(prices::id.desc()),
        Direction::Before(place) => rows.filter(prices::id.gt(place.id())).order(prices::id.asc()),
    };
    let rows: Vec<Row> = rows.select(Row::as_select()).limit(limit.fetch()).load(conn)?;
    let prices: Vec<Price> = rows.into_iter().map(Price::try_from).collect::<Result<_>>()?;
    Ok(Page::from_rows(prices, limit, direction))
}
