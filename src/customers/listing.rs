//! A list of customers: one page of a search in an order, by keyset, at the same cost at any depth.

use diesel::{
    PgConnection, RunQueryDsl,
    pg::Pg,
    prelude::Queryable,
    query_builder::{AstPass, Query as SqlQuery, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::Timestamp;

use super::search::{Filter, Matching, Query, Term};
use crate::{
    error::Result,
    ids::{AccountId, CustomerId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
};

/// The newest rows that a search walks through before it turns to the index of words: common words are among them.
const WALK: i64 = 10_000;

/// Counts stop here; a list shows "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// When the customer was created, which is the id's time.
    Created,
    /// The name without case and accents.
    Name,
    /// The email without case.
    Email,
}

/// A list's order. Ties are ordered by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// Newest first.
    pub const NEWEST: Self = Self { column: Column::Created, descending: true };

    /// Reads `name` or `-name`.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let columns = [Column::Created, Column::Name, Column::Email];
        let column = columns.into_iter().find(|column| column.as_str() == name)?;
        Some(Self { column, descending })
    }

    /// The tag that a cursor of this order carries.
    pub fn tag(self) -> SortTag {
        SortTag::new(match (self.column, self.descending) {
            (Column::Created, true) => b'c',
            (Column::Created, false) => b'o',
            (Column::Name, true) => b'm',
            (Column::Name, false) => b'n',
            (Column::Email, true) => b'f',
            (Column::Email, false) => b'e',
        })
    }
}

impl std::fmt::Display for Sort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column.as_str())
    }
}

impl Column {
    /// As in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Email => "email",
        }
    }

    /// The stored key besides the id, when there is one.
    fn key(self) -> Option<&'static str> {
        match self {
            Self::Created => None,
            Self::Name => Some("name_key"),
            Self::Email => Some("email_key"),
        }
    }
}

/// A row of the list.
#[derive(Clone, Debug, Queryable)]
pub struct Row {
    /// Its id.
    pub id: CustomerId,
    /// Person or organization.
    pub kind: String,
    /// See the record.
    pub name: Option<String>,
    /// See the record.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// When.
    #[diesel(deserialize_as = jiff_diesel::Timestamp)]
    pub created_at: Timestamp,
    /// When, if so.
    #[diesel(deserialize_as = jiff_diesel::NullableTimestamp)]
    pub deleted_at: Option<Timestamp>,
    /// What it was sorted by; empty when by creation.
    pub sort_key: String,
}

impl Row {
    /// The cursor that stands at this row.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        Cursor::new(sort.tag(), sort.column.key().map(|_| self.sort_key.clone()), self.id.uuid())
    }
}

/// The page of `query` that `direction` leads to.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    account: AccountId,
    query: &Query,
    sort: Sort,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<Row>> {
    let mut rows = Vec::new();
    for &matching in ways(query) {
        let filter = Filter::new(account, query, matching);
        rows = Listing::new(filter, sort, direction, limit.fetch()).load(conn)?;
        if !rows.is_empty() {
            break;
        }
    }
    Ok(Page::from_rows(rows, limit, direction))
}

/// How many customers `query` finds, counted up to one more than [`COUNT_CAP`].
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, account: AccountId, query: &Query) -> Result<i64> {
    let mut counted = 0;
    for &matching in ways(query) {
        let filter = Filter::new(account, query, matching);
        counted = Counting { filter, cap: COUNT_CAP + 1 }.get_result(conn)?;
        if counted > 0 {
            break;
        }
    }
    Ok(counted)
}

/// An email is looked for at the start of the stored ones, and only when there is none, anywhere in them.
fn ways(query: &Query) -> &'static [Matching] {
    let has_email = query.terms.iter().any(|term| matches!(term, Term::Email(_)));
    if has_email { &[Matching::EmailStart, Matching::EmailAnywhere] } else { &[Matching::EmailStart] }
}

/// The statement of a page.
struct Listing {
    filter: Filter,
    sort: Sort,
    /// The row to start behind, in the direction of reading.
    start: Option<(Option<String>, uuid::Uuid)>,
    backwards: bool,
    rows: i64,
}

impl Listing {
    fn new(filter: Filter, sort: Sort, direction: &Direction, rows: i64) -> Self {
        let at = |cursor: &Cursor| Some((cursor.key().map(str::to_owned), cursor.id()));
        let start = match direction {
            Direction::First => None,
            Direction::After(cursor) | Direction::Before(cursor) => at(cursor),
        };
        let backwards = direction.is_backward();
        Self { filter, sort, start, backwards, rows }
    }

    fn is_descending(&self) -> bool {
        self.sort.descending != self.backwards
    }

    fn push_columns(&self, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql("id, kind, name, email, phone, created_at, deleted_at, ");
        out.push_sql(self.sort.column.key().unwrap_or("''"));
        out.push_sql(" AS sort_key");
    }

    fn push_rest<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FROM customers WHERE ");
        self.filter.push_scope(out)?;
        if let Some((key, id)) = &self.start {
            let than = if self.is_descending() { " < (" } else { " > (" };
            match (self.sort.column.key(), key) {
                (Some(column), Some(key)) => {
                    out.push_sql(" AND (");
                    out.push_sql(column);
                    out.push_sql(", id)");
                    out.push_sql(than);
                    out.push_bind_param::<Text, _>(key)?;
                    out.push_sql(", ");
                }
                _ => {
                    out.push_sql(" AND (id)");
                    out.push_sql(than);
                }
            }
            out.push_bind_param::<SqlUuid, _>(id)?;
            out.push_sql(")");
        }
        Ok(())
    }

    fn push_order(&self, out: &mut AstPass<'_, '_, Pg>, by_alias: bool) {
        let way = if self.is_descending() { " DESC" } else { "" };
        out.push_sql(" ORDER BY ");
        if let Some(column) = self.sort.column.key() {
            out.push_sql(if by_alias { "sort_key" } else { column });
            out.push_sql(way);
            out.push_sql(", ");
        }
        out.push_sql("id");
        out.push_sql(way);
    }

    fn push_limit<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.rows)
    }

    /// Straight along the index of the order.
    fn push_walk<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        self.push_columns(out);
        self.push_rest(out)?;
        self.push_order(out, false);
        self.push_limit(out)
    }

    /// Through the index of words: everything that matches, then sorted. MATERIALIZED is the fence: without it the
    /// planner may walk the whole list in order instead.
    fn push_indexed<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, unless_walked: bool) -> QueryResult<()> {
        out.push_sql("g AS MATERIALIZED (SELECT ");
        self.push_columns(out);
        self.push_rest(out)?;
        self.filter.push_conditions(out)?;
        if unless_walked {
            out.push_sql(" AND (SELECT count(*) FROM w) < ");
            out.push_bind_param::<BigInt, _>(&self.rows)?;
        }
        out.push_sql(") ");
        Ok(())
    }

    /// First a walk along a bounded piece of the order, which fills a page for a common word; only when it does
    /// not, the index of words.
    fn push_walk_then_indexed<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH w AS MATERIALIZED (SELECT * FROM (SELECT ");
        self.push_columns(out);
        out.push_sql(", search");
        self.push_rest(out)?;
        self.push_order(out, false);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&WALK)?;
        out.push_sql(") x WHERE true");
        self.filter.push_conditions(out)?;
        self.push_limit(out)?;
        out.push_sql("), ");
        self.push_indexed(out, true)?;
        out.push_sql(
            "SELECT id, kind, name, email, phone, created_at, deleted_at, sort_key FROM (SELECT id, kind, name, email, \
                      phone, created_at, deleted_at, sort_key FROM w WHERE (SELECT count(*) FROM w) >= ",
        );
        out.push_bind_param::<BigInt, _>(&self.rows)?;
        out.push_sql(" UNION ALL SELECT * FROM g) found");
        self.push_order(out, true);
        self.push_limit(out)
    }
}

impl QueryFragment<Pg> for Listing {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.filter.is_selective() {
            return self.push_walk(&mut out);
        }
        if self.filter.has_own_index() {
            out.push_sql("WITH ");
            self.push_indexed(&mut out, false)?;
            out.push_sql("SELECT * FROM g");
            self.push_order(&mut out, true);
            return self.push_limit(&mut out);
        }
        self.push_walk_then_indexed(&mut out)
    }
}

impl QueryId for Listing {
    type QueryId = ();
    // The text differs by search and order; Diesel then caches the prepared statement under its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl SqlQuery for Listing {
    type SqlType =
        (SqlUuid, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Timestamptz, Nullable<Timestamptz>, Text);
}

impl RunQueryDsl<PgConnection> for Listing {}

/// The statement of a capped count.
struct Counting {
    filter: Filter,
    cap: i64,
}

impl QueryFragment<Pg> for Counting {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (SELECT 1 FROM customers WHERE ");
        self.filter.push_scope(&mut out)?;
        self.filter.push_conditions(&mut out)?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.cap)?;
        out.push_sql(") counted");
        Ok(())
    }
}

impl QueryId for Counting {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl SqlQuery for Counting {
    type SqlType = BigInt;
}

impl RunQueryDsl<PgConnection> for Counting {}
