//! A list of customers: one page of a search in an order, by keyset, at the same cost at any depth.
//!
//! [`statements`] holds the SQL, with [`by_figure`] for the orders by a figure in another table. [`finding`] chooses
//! between the statements. This module puts the branches of a search together.

use super::{
    Filter, Status, allows,
    columns::Chosen,
    finding::{Found, find},
    order::{OneWay, Order},
    own_columns::BY_CREATION,
    references,
    scope::Scope,
    statements::{Common, Ids, Rows},
};
use crate::{
    error::Result,
    ids::CustomerId,
    paging::{Cursor, Direction, Limit, Page, SortTag},
    query::Query,
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
    /// True when the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// The order with the newest first.
    pub const NEWEST: Self = Self { by: &BY_CREATION, descending: true };

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
        cursor.key().is_some_and(|key| measure.is_key(key))
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
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.name)
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
    /// Returns the cursor that stands at this row.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        Cursor::new(sort.tag(), (!sort.by.is_by_id()).then(|| self.sort_key.clone()), self.id.uuid())
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
    /// The number found, at most one more than [`COUNT_CAP`].
    pub customers: i64,
    /// True when time ran out, so that there may be more.
    pub is_stopped: bool,
}

/// Writes "1,000+" where there are more, and a plus too where there may be.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { customers, is_stopped } = *self;
        let shown = customers.min(COUNT_CAP);
        if shown >= 1_000 {
            write!(f, "{},{:03}", shown / 1_000, shown % 1_000)?
        } else {
            write!(f, "{shown}")?
        }
        f.write_str(if customers > COUNT_CAP || is_stopped { "+" } else { "" })
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
    let start = match direction {
        Direction::First => None,
        Direction::After(cursor) | Direction::Before(cursor) => Some((cursor.key().map(str::to_owned), cursor.id())),
    };
    let descending = sort.descending != direction.is_backward();
    let wanted = limit.fetch();
    let query = references::with(conn, scope, query)?;
    let Found { mut rows, is_stopped } = in_branches(scope, &query, |filter, until| {
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
    Ok(Listed { page: Page::from_rows(rows, limit, direction), is_stopped })
}

/// Counts the customers that a search finds, up to one more than [`COUNT_CAP`].
pub fn count(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Count> {
    count_up_to(conn, scope, query, COUNT_CAP + 1)
}

/// Counts the customers that a search finds, up to `most`.
pub fn count_up_to(conn: &mut PgConnection, scope: &Scope, query: &Query, most: i64) -> Result<Count> {
    let query = references::with(conn, scope, query)?;
    let Found { rows, is_stopped } = in_branches(scope, &query, |filter, until| {
        let common = Common::new(scope, filter, Sort::NEWEST, true, None);
        find(conn, common, (most, scope.effort, until), |conn, common, way, limit| {
            Ok(Ids { common, way, limit }.load::<CustomerId>(conn)?)
        })
    })?;
    let customers = rows.into_iter().collect::<HashSet<_>>().len() as i64;
    Ok(Count { customers: customers.min(most), is_stopped })
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
