//! A list of customers: one page of a search in an order, by keyset, at the same cost at any depth.
//!
//! [`statements`] holds the SQL, and [`finding`] chooses between the statements. This module puts the branches of a
//! search together: for a page, for a count, and for the place of one customer.

use super::{
    Filter, Status, allows,
    columns::Chosen,
    finding::{Found, find},
    is_everything,
    order::{OneWay, Order},
    own_columns::{BY_CREATION, BY_EMAIL},
    references,
    scope::Scope,
    statements::{AccessPath, Common, Ids, Place, Rows},
};
use crate::{
    customers::counts::Counts,
    error::Result,
    ids::CustomerId,
    paging::{Cursor, Direction, Limit, Page, SortTag},
    query::{Branch, Home, Query},
    values::{
        curtain::Curtain,
        field::{Field, FieldKey},
        money::grouped,
    },
};
use std::{collections::HashSet, fmt, time::Instant};

use diesel::{PgConnection, RunQueryDsl, prelude::Queryable};
use jiff::Timestamp;

/// The limit of a count; above it a list shows "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// The order of a list: the key and the direction. Ties are ordered by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The key that is sorted by.
    pub by: &'static Order,
    /// The merchant's own field, for the order by one.
    pub own: Option<FieldKey>,
    /// True when the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// The order with the newest first.
    pub const NEWEST: Self = Self { by: &BY_CREATION, own: None, descending: true };

    /// Returns whether it is no order by a field, or that by one of `home`'s which has one, and tells nothing that is
    /// hidden there.
    pub fn is_among(self, home: &Home) -> bool {
        let is_shown = |field: &Field| !home.curtain.is_drawn() || !field.kind.is_free_text();
        match self.own {
            None => !(home.curtain.is_drawn() && *self.by == BY_EMAIL),
            Some(own) => home.fields.find(own.as_str()).is_some_and(|field| field.kind.has_order() && is_shown(field)),
        }
    }

    /// Returns the order in the other direction.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { descending: !self.descending, ..self }
    }

    /// Returns the order's name in words.
    pub fn words(self) -> &'static str {
        self.way().words
    }

    /// Returns whether a cursor of this order is at a place that can be there.
    pub fn has_place(self, cursor: &Cursor) -> bool {
        let Some(measure) = self.by.key.measure() else { return true };
        cursor.key().and_then(|key| self.sort_key(key)).is_some_and(|key| measure.is_key(key))
    }

    /// Returns the key of a cursor. That of a place in the order by a field begins with the field's, since all of these
    /// orders share a tag.
    fn cursor_key(self, sort_key: &str) -> String {
        self.own.map_or_else(|| sort_key.to_owned(), |own| format!("{}:{sort_key}", own.as_str()))
    }

    /// Returns the sort key that a cursor has; nothing if it is one of another field.
    fn sort_key(self, key: &str) -> Option<&str> {
        match self.own {
            None => Some(key),
            Some(own) => key.strip_prefix(own.as_str())?.strip_prefix(':'),
        }
    }

    /// Returns the place that a cursor of this order is at.
    fn place(self, cursor: &Cursor) -> Place {
        (cursor.key().and_then(|key| self.sort_key(key)).map(str::to_owned), cursor.id())
    }

    /// Returns the tag that a cursor of this order carries.
    pub fn tag(self) -> SortTag {
        self.way().tag
    }

    fn way(self) -> &'static OneWay {
        if self.descending { &self.by.falling } else { &self.by.rising }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.name)?;
        self.own.map_or(Ok(()), |own| write!(f, ".{}", own.as_str()))
    }
}

#[derive(Clone, Debug, Queryable)]
pub struct Row {
    pub id: CustomerId,
    /// `person` or `organization`.
    pub kind: String,
    pub name: Option<String>,
    pub email: Option<String>,
    /// The phone in E.164.
    pub phone: Option<String>,
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub created_at: Timestamp,
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    pub deleted_at: Option<Timestamp>,
    /// The text it was sorted by; empty in the order of creation.
    pub sort_key: String,
    /// The values read for the chosen columns that need more than the row, in their order.
    pub extra: Vec<Option<String>>,
}

impl Row {
    /// Hides what is private in it. The columns hide what they read besides.
    fn behind(self, curtain: Curtain) -> Self {
        Self {
            name: self.name.map(|name| curtain.text(&name)),
            email: self.email.map(|email| curtain.email(&email)),
            phone: self.phone.map(|phone| curtain.phone(&phone)),
            ..self
        }
    }

    /// Returns the cursor that stands at this row.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        Cursor::new(sort.tag(), (!sort.by.is_by_id()).then(|| sort.cursor_key(&self.sort_key)), self.id.uuid())
    }
}

/// A page, and whether the search was complete.
#[derive(Clone, Debug)]
pub struct Listed {
    pub page: Page<Row>,
    /// True when time ran out before all customers were looked at.
    pub is_stopped: bool,
}

/// The number of customers that a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number found, at most one more than [`COUNT_CAP`] unless it is exact.
    pub customers: i64,
    /// True when it is the number of all, however many.
    pub is_exact: bool,
    /// True when time ran out, so that there may be more.
    pub is_stopped: bool,
}

/// Writes "1,000+" where there are more, and a plus too where there may be.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customers, is_exact, is_stopped } = *self;
        let shown = if is_exact { customers } else { customers.min(COUNT_CAP) };
        f.write_str(&grouped(shown.unsigned_abs()))?;
        f.write_str(if shown < customers || is_stopped { "+" } else { "" })
    }
}

/// Reads the page of a search that `direction` leads to, with what `columns` need of its rows.
pub fn page(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    sort: Sort,
    direction: &Direction,
    limit: Limit,
    columns: &[Chosen],
) -> Result<Listed> {
    let query = references::with(conn, scope, query)?;
    let Found { rows, is_stopped } = rows(conn, scope, &query, sort, direction, limit.fetch(), columns)?;
    Ok(Listed { page: Page::from_rows(rows, limit, direction), is_stopped })
}

/// Reads the first `wanted` rows of a search that `direction` leads to, those ahead of a place in reverse order.
fn rows(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    sort: Sort,
    direction: &Direction,
    wanted: i64,
    columns: &[Chosen],
) -> Result<Found<Row>> {
    let start = match direction {
        Direction::First => None,
        Direction::After(cursor) | Direction::Before(cursor) => Some(sort.place(cursor)),
    };
    let descending = sort.descending != direction.is_backward();
    let Found { mut rows, is_stopped } = in_branches(scope, query, |filter, until| {
        let common = Common::new(scope, filter, sort, descending, start.clone());
        find(conn, common, (wanted, scope.effort, until), |conn, common, way, limit| {
            Ok(Rows { common, columns, way, limit }.load::<Row>(conn)?)
        })
    })?;
    // Each branch brings its first rows, so the first of all are among them.
    rows.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    if descending {
        rows.reverse();
    }
    rows.dedup_by_key(|row| row.id);
    rows.truncate(wanted as usize);
    Ok(Found { rows: rows.into_iter().map(|row| row.behind(scope.curtain)).collect(), is_stopped })
}

/// Counts the customers that a search finds, up to one more than [`COUNT_CAP`]. The number of all, deleted or not, is
/// kept and exact.
pub fn count(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Count> {
    match count_of_all(conn, scope, query)? {
        Some(all) => Ok(all),
        None => count_up_to(conn, scope, query, COUNT_CAP + 1),
    }
}

/// Returns the kept number, if the search asks for nothing but the status.
fn count_of_all(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Option<Count>> {
    let [branch] = &query.branches[..] else { return Ok(None) };
    if !is_everything(query) {
        return Ok(None);
    }
    let counts = Counts::of(conn, scope.account)?;
    let of = |status, number| if allows(branch, status) { number } else { 0 };
    let customers = of(Status::Active, counts.active) + of(Status::Deleted, counts.deleted);
    Ok(Some(Count { customers, is_exact: true, is_stopped: false }))
}

/// Counts the customers that a search finds, up to `most`.
pub fn count_up_to(conn: &mut PgConnection, scope: &Scope, query: &Query, most: i64) -> Result<Count> {
    let query = references::with(conn, scope, query)?;
    counted(conn, scope, &query, (Sort::NEWEST, true), None, most)
}

/// Counts the customers that a search finds behind a place of an order, in its direction of reading, up to `most`.
fn counted(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    (sort, descending): (Sort, bool),
    start: Option<Place>,
    most: i64,
) -> Result<Count> {
    let Found { rows, is_stopped } = in_branches(scope, query, |filter, until| {
        let common = Common::new(scope, filter, sort, descending, start.clone());
        find(conn, common, (most, scope.effort, until), |conn, common, way, limit| {
            Ok(Ids { common, way, limit }.load::<CustomerId>(conn)?)
        })
    })?;
    let customers = rows.into_iter().collect::<HashSet<_>>().len() as i64;
    Ok(Count { customers: customers.min(most), is_exact: false, is_stopped })
}

/// The customers beside a place of a list, where there are any and they were found in time.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    pub previous: Option<Row>,
    pub next: Option<Row>,
}

/// Finds the customers beside a place of a list, whether or not the search finds who stands there.
pub fn neighbours(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    sort: Sort,
    at: &Cursor,
) -> Result<Neighbours> {
    let query = references::with(conn, scope, query)?;
    let mut first = |direction| -> Result<Option<Row>> {
        let found = rows(conn, scope, &query, sort, &direction, 1, &[])?;
        // What came up before time ran out need not be the nearest.
        Ok(found.rows.into_iter().next().filter(|_| !found.is_stopped))
    };
    let previous = first(Direction::Before(at.clone()))?;
    Ok(Neighbours { previous, next: first(Direction::After(at.clone()))? })
}

/// Returns the place of a customer of this status in an order, if there is such a customer.
pub fn cursor_of(
    conn: &mut PgConnection,
    scope: &Scope,
    sort: Sort,
    (id, status): (CustomerId, Status),
) -> Result<Option<Cursor>> {
    if sort.by.is_by_id() {
        return Ok(Some(Cursor::new(sort.tag(), None, id.uuid())));
    }
    let mut filter = Filter::new(scope, &Branch::default(), status);
    filter.among(vec![id.uuid()]);
    let (common, way) = (Common::new(scope, filter, sort, sort.descending, None), AccessPath::Few(1));
    let rows = Rows { common: &common, columns: &[], way: &way, limit: 1 }.load::<Row>(conn)?;
    Ok(rows.first().map(|row| row.cursor(sort)))
}

/// A customer's number in a list, and that of all in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// The customer's number, from one to [`COUNT_CAP`].
    pub number: i64,
    pub all: Count,
}

/// Writes "3 of 26".
impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", Count { customers: self.number, is_exact: true, is_stopped: false }, self.all)
    }
}

/// Returns a customer's number in a list; nothing where the search does not find that customer, where the number is
/// above [`COUNT_CAP`], or where time ran out.
pub fn rank(conn: &mut PgConnection, scope: &Scope, query: &Query, sort: Sort, id: CustomerId) -> Result<Option<Rank>> {
    let query = references::with(conn, scope, query)?;
    let itself = in_branches(scope, &query, |mut filter, until| {
        filter.among(vec![id.uuid()]);
        let common = Common::new(scope, filter, sort, sort.descending, None);
        find(conn, common, (1, scope.effort, until), |conn, common, way, limit| {
            Ok(Rows { common, columns: &[], way, limit }.load::<Row>(conn)?)
        })
    })?;
    let Some(row) = itself.rows.first() else { return Ok(None) };
    let here = sort.place(&row.cursor(sort));
    let ahead = counted(conn, scope, &query, (sort, !sort.descending), Some(here), COUNT_CAP)?;
    if ahead.is_stopped || ahead.customers >= COUNT_CAP {
        return Ok(None);
    }
    let all = match count_of_all(conn, scope, &query)? {
        Some(all) => all,
        None => counted(conn, scope, &query, (Sort::NEWEST, true), None, COUNT_CAP + 1)?,
    };
    let number = ahead.customers + 1;
    // Somebody may have come or gone between the two counts.
    Ok((!all.is_stopped && number <= all.customers).then_some(Rank { number, all }))
}

/// Returns everything that the branches find, each among the deleted customers, the others, or both.
fn in_branches<T>(
    scope: &Scope,
    query: &Query,
    mut each: impl FnMut(Filter, Instant) -> Result<Found<T>>,
) -> Result<Found<T>> {
    let mut all = Found { rows: Vec::new(), is_stopped: false };
    let until = Instant::now() + scope.patience;
    for branch in &query.branches {
        for status in [Status::Active, Status::Deleted].into_iter().filter(|status| allows(branch, *status)) {
            let filter = Filter::new(scope, branch, status);
            if Instant::now() >= until {
                all.is_stopped = true;
                break;
            }
            let found = each(filter, until)?;
            all.rows.extend(found.rows);
            all.is_stopped |= found.is_stopped;
        }
    }
    Ok(all)
}
