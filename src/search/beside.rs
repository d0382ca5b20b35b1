//! Conditions on the rows of another table that belong to a customer. The table's key leads to them; where few
//! customers meet a condition, an index names them.
//!
//! The feature that owns the table gives the table and the conditions as data. This module makes the statement around
//! them.

use diesel::{
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::ids::AccountId;

/// A condition on the rows `p` of a table that belong to a customer.
#[derive(Clone, Debug)]
pub struct Beside {
    account: Uuid,
    table: &'static str,
    conditions: Vec<Condition>,
    figure: Option<Figure>,
    few: bool,
    alone: bool,
}

/// A number of a row that lies between two bounds, both included. A customer without a row has zero.
#[derive(Clone, Debug)]
struct Figure {
    column: &'static str,
    least: i64,
    most: i64,
}

/// A piece of SQL around a value that it binds, like `p.last4 = ANY(` … `)`.
#[derive(Clone, Debug)]
struct Condition {
    before: &'static str,
    bind: Bind,
    behind: &'static str,
}

#[derive(Clone, Debug)]
pub enum Bind {
    /// No value: the condition says all of it.
    Nothing,
    /// `text`
    Text(String),
    /// `text[]`
    Texts(Vec<String>),
    /// `date`
    Date(jiff_diesel::Date),
    /// `timestamptz`
    Time(jiff_diesel::Timestamp),
}

impl Beside {
    /// Makes the condition that the customer has a row in `table`.
    pub fn new(account: AccountId, table: &'static str) -> Self {
        Self { account: account.uuid(), table, conditions: Vec::new(), figure: None, few: false, alone: false }
    }

    /// Adds the condition that the row meets `before` value `behind`, which name the columns of `p`.
    #[must_use]
    pub fn and(mut self, before: &'static str, bind: Bind, behind: &'static str) -> Self {
        self.conditions.push(Condition { before, bind, behind });
        self
    }

    /// Adds a condition on the columns of `p` that has no value.
    #[must_use]
    pub fn when(self, condition: &'static str) -> Self {
        self.and(condition, Bind::Nothing, "")
    }

    /// Adds the condition that a number of the row lies between two bounds, both included. A customer without a row has
    /// zero. The other conditions choose the row. An index must lead to the customers who have more than zero.
    #[must_use]
    pub fn between(self, column: &'static str, (least, most): (i64, i64)) -> Self {
        Self { figure: Some(Figure { column, least, most }), few: least > 0, ..self }
    }

    /// Returns whether an index leads to the customers who meet it, and they may be few.
    #[must_use]
    pub fn found_by_index(self) -> Self {
        Self { few: true, ..self }
    }

    /// Looks for the rows of each customer alone, by the table's key. Otherwise, where many rows may meet the conditions,
    /// the planner may read all of these first, to join them.
    #[must_use]
    pub fn looked_up_alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(super) fn has_index(&self) -> bool {
        self.few
    }

    /// Writes the condition on the columns of `customers`.
    pub(super) fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.figure {
            Some(figure) => {
                out.push_sql("coalesce((SELECT ");
                out.push_sql(figure.column);
                out.push_sql(" ");
                self.push_table(out)?;
                out.push_sql(" AND p.customer_id = customers.id");
                self.push_conditions(out)?;
                out.push_sql("), 0)");
                figure.push_between(out)
            }
            None if self.alone => {
                out.push_sql("(SELECT true ");
                self.push_rows(out)?;
                out.push_sql(" AND p.customer_id = customers.id LIMIT 1)");
                Ok(())
            }
            None => {
                out.push_sql("EXISTS (SELECT ");
                self.push_rows(out)?;
                out.push_sql(" AND p.customer_id = customers.id)");
                Ok(())
            }
        }
    }

    /// Writes `FROM …` the rows `p` that meet it.
    fn push_rows<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.push_table(out)?;
        self.push_conditions(out)?;
        match &self.figure {
            Some(figure) => {
                out.push_sql(" AND p.");
                out.push_sql(figure.column);
                figure.push_between(out)
            }
            None => Ok(()),
        }
    }

    fn push_table<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("FROM ");
        out.push_sql(self.table);
        out.push_sql(" p WHERE p.account_id = ");
        out.push_bind_param::<SqlUuid, _>(&self.account)
    }

    fn push_conditions<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for Condition { before, bind, behind } in &self.conditions {
            out.push_sql(" AND ");
            out.push_sql(before);
            match bind {
                Bind::Nothing => Ok(()),
                Bind::Text(text) => out.push_bind_param::<Text, _>(text),
                Bind::Texts(texts) => out.push_bind_param::<Array<Text>, _>(texts),
                Bind::Date(date) => out.push_bind_param::<Date, _>(date),
                Bind::Time(time) => out.push_bind_param::<Timestamptz, _>(time),
            }?;
            out.push_sql(behind);
        }
        Ok(())
    }
}

impl Figure {
    fn push_between<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" BETWEEN ");
        out.push_bind_param::<BigInt, _>(&self.least)?;
        out.push_sql(" AND ");
        out.push_bind_param::<BigInt, _>(&self.most)
    }
}

/// The customers who meet any of a few conditions. Some may appear more than once, and deleted ones are among them.
pub struct Candidates<'p> {
    /// The conditions, of which a customer meets at least one.
    pub any: Vec<&'p Beside>,
    /// The most customers to return.
    pub limit: i64,
}

impl QueryFragment<Pg> for Candidates<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        for (n, beside) in self.any.iter().enumerate() {
            out.push_sql(if n == 0 { "(SELECT p.customer_id " } else { " UNION ALL (SELECT p.customer_id " });
            beside.push_rows(&mut out)?;
            out.push_sql(" LIMIT ");
            out.push_bind_param::<BigInt, _>(&self.limit)?;
            out.push_sql(")");
        }
        Ok(())
    }
}

impl QueryId for Candidates<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl diesel::query_builder::Query for Candidates<'_> {
    type SqlType = SqlUuid;
}

impl<C> diesel::RunQueryDsl<C> for Candidates<'_> {}
