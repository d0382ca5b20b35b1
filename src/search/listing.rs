//! A list of customers: one page of a search in an order, by keyset, at the same cost at any depth.
//!
//! [`statements`] are what PostgreSQL is asked, with [`figured`] for the orders by what was paid; [`finding`] decides which
//! of them; here the branches of a search come together.

use super::{
    Filter, Status, allows,
    figured::Figure,
    finding::{Found, find},
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

use diesel::{
    PgConnection, RunQueryDsl, pg::Pg, prelude::Queryable, query_builder::AstPass, result::QueryResult, sql_types::Text,
};
use jiff::Timestamp;

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
    /// What all payments in the account's currency come to; nothing is the least.
    Volume,
    /// When the last payment was made; never is the earliest.
    LastPayment,
}

/// What a list is sorted by before the id.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key {
    /// A column of `customers`.
    Stored(&'static str),
    /// In a table beside it.
    Figure(Figure),
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

    /// All orders, in the order in which they are offered.
    pub fn all() -> [Self; 10] {
        let both = |column, descending| Self { column, descending };
        [
            Self::NEWEST,
            both(Column::Created, false),
            both(Column::Name, false),
            both(Column::Name, true),
            both(Column::Email, false),
            both(Column::Email, true),
            both(Column::Volume, true),
            both(Column::Volume, false),
            both(Column::LastPayment, true),
            both(Column::LastPayment, false),
        ]
    }

    /// As people call it.
    pub fn words(self) -> &'static str {
        match (self.column, self.descending) {
            (Column::Created, true) => "newest first",
            (Column::Created, false) => "oldest first",
            (Column::Name, false) => "by name",
            (Column::Name, true) => "by name, reversed",
            (Column::Email, false) => "by email",
            (Column::Email, true) => "by email, reversed",
            (Column::Volume, true) => "largest volume first",
            (Column::Volume, false) => "smallest volume first",
            (Column::LastPayment, true) => "latest payment first",
            (Column::LastPayment, false) => "longest without a payment first",
        }
    }

    /// Reads `name` or `-name`.
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let column = Column::ALL.into_iter().find(|column| column.as_str() == name)?;
        Some(Self { column, descending })
    }

    /// Whether a cursor of this order is at a place that can be there.
    pub fn has_place(self, cursor: &Cursor) -> bool {
        match self.column.key() {
            Some(Key::Figure(figure)) => cursor.key().is_some_and(|key| figure.is_key(key)),
            _ => true,
        }
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
            (Column::Volume, true) => b'v',
            (Column::Volume, false) => b'w',
            (Column::LastPayment, true) => b'p',
            (Column::LastPayment, false) => b'q',
        })
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.column.as_str())
    }
}

impl Column {
    const ALL: [Self; 5] = [Self::Created, Self::Name, Self::Email, Self::Volume, Self::LastPayment];

    /// As in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Email => "email",
            Self::Volume => "volume",
            Self::LastPayment => "last_payment",
        }
    }

    /// Whether it is read the greatest or newest first.
    pub fn begins_with_greatest(self) -> bool {
        matches!(self, Self::Created | Self::Volume | Self::LastPayment)
    }

    /// The key besides the id, when there is one.
    pub(super) fn key(self) -> Option<Key> {
        match self {
            Self::Created => None,
            Self::Name => Some(Key::Stored("name_key")),
            Self::Email => Some(Key::Stored("email_key")),
            Self::Volume => Some(Key::Figure(Figure::Volume)),
            Self::LastPayment => Some(Key::Figure(Figure::LastPayment)),
        }
    }

    pub(super) fn is_figure(self) -> bool {
        matches!(self.key(), Some(Key::Figure(_)))
    }
}

impl Key {
    /// What it is called in a walk.
    pub(super) fn walked(self) -> &'static str {
        match self {
            Self::Stored(column) => column,
            Self::Figure(_) => "figure_key",
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
    /// The extra columns that were asked for, in that order.
    pub extra: Vec<Option<String>>,
}

/// A column that is read only when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtraColumn {
    /// See the record.
    Company,
    /// Two letters, of the default billing address.
    Country,
    /// ISO 639-1.
    Language,
    /// Person or organization.
    Kind,
    /// When the customer was changed last, as ISO 8601.
    Updated,
    /// The merchant's own id.
    Reference,
    /// The value of a metadata key.
    Metadata(String),
}

impl ExtraColumn {
    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Company => out.push_sql("company"),
            Self::Country => out.push_sql("country"),
            Self::Language => out.push_sql("language"),
            Self::Kind => out.push_sql("kind"),
            // As JSON a time has one form, whatever the connection's settings.
            Self::Updated => out.push_sql("to_jsonb(updated_at) #>> '{}'"),
            Self::Reference => out.push_sql("reference"),
            Self::Metadata(key) => {
                out.push_sql("metadata ->> ");
                out.push_bind_param::<Text, _>(key)?;
            }
        }
        Ok(())
    }
}

impl Row {
    /// The cursor that stands at this row.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        Cursor::new(sort.tag(), sort.column.key().map(|_| self.sort_key.clone()), self.id.uuid())
    }
}

/// A page, and whether it is all that there is to say.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The rows.
    pub page: Page<Row>,
    /// Whether time ran out before all customers were looked at.
    pub is_stopped: bool,
}

/// How many customers a search finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At most one more than [`COUNT_CAP`].
    pub customers: i64,
    /// Whether time ran out, so that there may be more.
    pub is_stopped: bool,
}

/// "1,000+" where there are more, and a plus too where there may be.
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

/// The page of a search that `direction` leads to.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    sort: Sort,
    direction: &Direction,
    limit: Limit,
    extras: &[ExtraColumn],
) -> Result<Listed> {
    let start = match direction {
        Direction::First => None,
        Direction::After(cursor) | Direction::Before(cursor) => Some((cursor.key().map(str::to_owned), cursor.id())),
    };
    let descending = sort.descending != direction.is_backward();
    let wanted = limit.fetch();
    let Found { mut rows, is_stopped } = in_branches(scope, query, |filter, until| {
        let common = Common::new(scope, filter, sort, descending, start.clone());
        find(conn, common, (wanted, scope.effort, until), |conn, common, way, limit| {
            Ok(Rows { common, extras, way, limit }.load::<Row>(conn)?)
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

/// How many customers a search finds, counted up to one more than [`COUNT_CAP`].
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Count> {
    let Found { rows, is_stopped } = in_branches(scope, query, |filter, until| {
        let common = Common::new(scope, filter, Sort::NEWEST, true, None);
        find(conn, common, (COUNT_CAP + 1, scope.effort, until), |conn, common, way, limit| {
            Ok(Ids { common, way, limit }.load::<CustomerId>(conn)?)
        })
    })?;
    let customers = rows.into_iter().collect::<HashSet<_>>().len() as i64;
    Ok(Count { customers: customers.min(COUNT_CAP + 1), is_stopped })
}

/// Everything that the branches find, each among the deleted customers, the others, or both.
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
