//! A condition on the columns of a row as SQL, with the values that it binds.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{Array, BigInt, Date as SqlDate, Text, Timestamptz, Uuid as SqlUuid},
};
use jiff::{Timestamp, civil::Date};
use jiff_diesel::ToDiesel;
use uuid::Uuid;

/// A condition on a row; it is NULL when the row lacks the value.
#[derive(Clone, Debug)]
pub struct Condition(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Sql(&'static str),
    Bind(Bind),
}

/// A value of a condition.
#[derive(Clone, Debug)]
pub enum Bind {
    /// `text`
    Text(String),
    /// `text[]`
    Texts(Vec<String>),
    /// `uuid`
    Id(Uuid),
    /// `uuid[]`
    Ids(Vec<Uuid>),
    /// `bigint`
    Number(i64),
    /// `date`
    Day(jiff_diesel::Date),
    /// `timestamptz`
    Time(jiff_diesel::Timestamp),
}

impl Bind {
    /// Makes the value of a day.
    pub fn day(day: Date) -> Self {
        Self::Day(day.to_diesel())
    }

    /// Makes the value of a moment.
    pub fn time(time: Timestamp) -> Self {
        Self::Time(time.to_diesel())
    }

    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Text(text) => out.push_bind_param::<Text, _>(text),
            Self::Texts(texts) => out.push_bind_param::<Array<Text>, _>(texts),
            Self::Id(id) => out.push_bind_param::<SqlUuid, _>(id),
            Self::Ids(ids) => out.push_bind_param::<Array<SqlUuid>, _>(ids),
            Self::Number(number) => out.push_bind_param::<BigInt, _>(number),
            Self::Day(day) => out.push_bind_param::<SqlDate, _>(day),
            Self::Time(time) => out.push_bind_param::<Timestamptz, _>(time),
        }
    }
}

impl Condition {
    /// Makes a condition of SQL.
    pub fn sql(sql: &'static str) -> Self {
        Self(vec![Piece::Sql(sql)])
    }

    /// Adds SQL.
    #[must_use]
    pub fn then(mut self, sql: &'static str) -> Self {
        self.0.push(Piece::Sql(sql));
        self
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, value: Bind) -> Self {
        self.0.push(Piece::Bind(value));
        self
    }

    /// Makes the condition that a column has this value.
    pub fn is(column: &'static str, value: Bind) -> Self {
        Self::sql(column).then(" = ").with(value)
    }

    /// Makes the condition that a column has one of these values.
    pub fn any_of(column: &'static str, values: Bind) -> Self {
        Self::sql(column).then(" = ANY(").with(values).then(")")
    }

    /// Makes the condition that a column is in a range, each end of which may be open: from the first on and below the
    /// second.
    pub fn from_below(column: &'static str, (from, below): (Option<Bind>, Option<Bind>)) -> Self {
        Self::range(column, [(from, " >= "), (below, " < ")])
    }

    /// Makes the condition that a column is in a range, each end of which may be open and is part of it.
    pub fn from_to(column: &'static str, (from, to): (Option<Bind>, Option<Bind>)) -> Self {
        Self::range(column, [(from, " >= "), (to, " <= ")])
    }

    fn range(column: &'static str, ends: [(Option<Bind>, &'static str); 2]) -> Self {
        let end = |(end, than): (Option<Bind>, &'static str)| Some(Self::sql(column).then(than).with(end?));
        let mut ends = ends.into_iter().filter_map(end).peekable();
        // What is not known of a row is in no range.
        if ends.peek().is_none() { Self::sql(column).then(" IS NOT NULL") } else { Self::all(ends) }
    }

    /// Makes a condition that every row meets, or none.
    pub fn always(it_is: bool) -> Self {
        Self::sql(if it_is { "true" } else { "false" })
    }

    /// Joins conditions with OR.
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(conditions, " OR ").unwrap_or_else(|| Self::always(false))
    }

    /// Joins conditions with AND.
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Self {
        Self::joined(conditions, " AND ").unwrap_or_else(|| Self::always(true))
    }

    fn joined(conditions: impl IntoIterator<Item = Self>, word: &'static str) -> Option<Self> {
        let mut joined: Vec<Piece> = Vec::new();
        let mut count = 0;
        for Self(pieces) in conditions {
            joined.push(Piece::Sql(if count == 0 { "(" } else { word }));
            joined.extend(pieces);
            count += 1;
        }
        joined.push(Piece::Sql(")"));
        (count > 0).then_some(Self(joined))
    }

    /// Makes the opposite. What is not known of a row is not what was asked for either.
    #[must_use]
    pub fn negated(self) -> Self {
        let mut pieces = vec![Piece::Sql("NOT coalesce(")];
        pieces.extend(self.0);
        pieces.push(Piece::Sql(", false)"));
        Self(pieces)
    }

    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for piece in &self.0 {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Bind(value) => value.push(out)?,
            }
        }
        Ok(())
    }
}
