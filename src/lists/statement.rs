//! The statement of a list: what is selected of the rows that meet the conditions, from a place in an order on.

use diesel::{
    Expression,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Bind, Condition, Sort};
use crate::ids::AccountId;

/// A place in an order: the values of its columns, and the id.
pub(super) type Start = (Vec<Bind>, Uuid);

/// A `SELECT` of `select` from a list's table.
#[derive(Clone, Debug)]
pub struct Statement<S> {
    pub(super) select: S,
    pub(super) table: &'static str,
    pub(super) account: AccountId,
    /// The only rows that may be among them, if they are known.
    pub(super) few: Option<Vec<Uuid>>,
    /// The conditions, all of which are met.
    pub(super) conditions: Vec<Condition>,
    /// The order, with whether it is read downwards, and the place behind which it begins.
    pub(super) sort: Option<(Sort, bool, Option<Start>)>,
    pub(super) limit: i64,
    /// True when it is asked so often that it is worth keeping prepared.
    pub(super) is_common: bool,
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for Statement<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // What people type makes more statements than are worth keeping prepared.
        if !self.is_common {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql("SELECT ");
        self.select.walk_ast(out.reborrow())?;
        out.push_sql(" FROM ");
        out.push_sql(self.table);
        out.push_sql(" WHERE account_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        if let Some(few) = &self.few {
            out.push_sql(" AND id = ANY(");
            out.push_bind_param::<Array<SqlUuid>, _>(few)?;
            out.push_sql(")");
        }
        for condition in &self.conditions {
            out.push_sql(" AND ");
            condition.push(&mut out)?;
        }
        if let Some((sort, downwards, start)) = &self.sort {
            if let Some((values, id)) = start {
                push_behind(*sort, *downwards, (values, id), &mut out)?;
            }
            out.push_sql(" ORDER BY ");
            for column in sort.order.columns {
                out.push_sql(column.sql());
                out.push_sql(if *downwards { " DESC, " } else { ", " });
            }
            out.push_sql(if *downwards { "id DESC" } else { "id" });
        }
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// Writes the condition that a row comes behind a place.
fn push_behind<'b>(
    sort: Sort,
    downwards: bool,
    (values, id): (&'b [Bind], &'b Uuid),
    out: &mut AstPass<'_, 'b, Pg>,
) -> QueryResult<()> {
    out.push_sql(" AND (");
    for column in sort.order.columns {
        out.push_sql(column.sql());
        out.push_sql(", ");
    }
    out.push_sql(if downwards { "id) < (" } else { "id) > (" });
    for value in values {
        value.push(out)?;
        out.push_sql(", ");
    }
    out.push_bind_param::<SqlUuid, _>(id)?;
    out.push_sql(")");
    Ok(())
}

impl<S> QueryId for Statement<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S: Expression> Query for Statement<S> {
    type SqlType = S::SqlType;
}

impl<S, C> diesel::RunQueryDsl<C> for Statement<S> {}
