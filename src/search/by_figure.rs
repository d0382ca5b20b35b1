//! Orders by a figure in a table beside `customers`. The customers who have a row there come first, along its index,
//! then those who have none, along their ids. When the smallest come first, it is the other way round.
//!
//! A figure's key is a text that sorts like the figure. It is empty where there is no figure.

use diesel::{
    pg::Pg,
    query_builder::AstPass,
    result::QueryResult,
    sql_types::{BigInt, Text, Uuid as SqlUuid},
};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Status, statements::Common};

/// A number of a customer in a table beside `customers`, as a list is sorted by it. The table's key leads to the row of
/// a customer, and an index along the figure to all of an account, in a currency if there is one for each.
#[derive(Debug)]
pub struct Figure {
    /// The table, which has the columns `account_id` and `customer_id`.
    pub table: &'static str,
    /// The column of the figure.
    pub column: &'static str,
    /// The kind of value in the column.
    pub measure: Measure,
    /// True when there is a row for each `currency`.
    pub in_currency: bool,
    /// True when there is a row for each `key` of the merchant's own fields.
    pub of_field: bool,
}

/// The kind of value that a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A `bigint` that is not negative.
    Number,
    /// A `timestamptz`.
    Moment,
    /// A `text` that is compared by its bytes.
    Text,
}

/// The two parts of a list in the order of a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    With,
    Without,
}

/// The format of a moment's key: microseconds in UTC with all digits, so that the texts sort like the times.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S.%6fZ";

impl Measure {
    /// Returns the type as which a key is read back.
    pub(super) fn cast(self) -> &'static str {
        match self {
            Self::Number => "::bigint",
            Self::Moment => "::timestamptz",
            Self::Text => "",
        }
    }

    /// Returns the SQL before and after the column in its key.
    pub(super) fn key(self) -> (&'static str, &'static str) {
        match self {
            Self::Number => ("lpad(", "::text, 19, '0') COLLATE \"C\""),
            Self::Text => ("", " COLLATE \"C\""),
            Self::Moment => ("to_char(", " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') COLLATE \"C\""),
        }
    }

    /// Returns whether PostgreSQL can read a text back as a key.
    pub fn is_key(self, text: &str) -> bool {
        match self {
            _ if text.is_empty() => true,
            Self::Text => true,
            Self::Number => {
                text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok()
            }
            Self::Moment => {
                text.parse::<Timestamp>().is_ok_and(|at| at.strftime(MOMENT).to_string() == text && text.len() == 27)
            }
        }
    }
}

impl Figure {
    fn push_column(&self, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql("p.");
        out.push_sql(self.column);
    }

    /// Writes the column as a key.
    fn push_column_key(&self, out: &mut AstPass<'_, '_, Pg>) {
        let (before, behind) = self.measure.key();
        out.push_sql(before);
        self.push_column(out);
        out.push_sql(behind);
    }

    /// Writes `FROM …` the rows `p` of the account.
    fn push_table<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(" FROM ");
        out.push_sql(self.table);
        out.push_sql(" p WHERE p.account_id = ");
        out.push_bind_param::<SqlUuid, _>(&common.account)
    }

    /// Writes `FROM …` the figures of the account.
    fn push_rows<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.push_table(common, out)?;
        if self.in_currency {
            out.push_sql(" AND p.currency = ");
            out.push_bind_param::<Text, _>(&common.currency)?;
        }
        if self.of_field {
            out.push_sql(" AND p.key = ");
            out.push_bind_param::<Text, _>(&common.field)?;
        }
        Ok(())
    }

    /// Writes `FROM …` the figure of a row of `customers`, if there is one. Currency and key are fenced, so that only the
    /// primary key leads there: an index along the figure would be read from end to end for each customer.
    fn push_one<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.push_table(common, out)?;
        if self.in_currency {
            out.push_sql(" AND (p.currency = ");
            out.push_bind_param::<Text, _>(&common.currency)?;
            out.push_sql(") IS TRUE");
        }
        if self.of_field {
            out.push_sql(" AND (p.key = ");
            out.push_bind_param::<Text, _>(&common.field)?;
            out.push_sql(") IS TRUE");
        }
        out.push_sql(" AND p.customer_id = customers.id");
        Ok(())
    }

    /// Writes the key of a row of `customers`.
    pub fn push_key<'b>(&self, common: &'b Common, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("coalesce((SELECT ");
        self.push_column_key(out);
        self.push_one(common, out)?;
        out.push_sql("), '') COLLATE \"C\"");
        Ok(())
    }

    /// Writes the select of `place_id` and `figure_key` of the first `most` customers of the list.
    pub fn push_places<'b>(&self, common: &'b Common, most: &'b i64, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if common.filter.status() == Status::Deleted {
            return self.push_deleted(common, most, out);
        }
        let mut parts = [Part::With, Part::Without];
        if !common.descending {
            parts.reverse();
        }
        let start = common.start.as_ref().map(|(key, id)| (key.as_deref().unwrap_or_default(), id));
        let of = |key: &str| if key.is_empty() { Part::Without } else { Part::With };
        let is_behind = start.is_some_and(|(key, _)| of(key) == parts[1]);
        let start_of = |part| start.filter(|(key, _)| of(key) == part);
        let first = parts[usize::from(is_behind)];
        out.push_sql("WITH first AS MATERIALIZED (");
        self.push_part(common, first, start_of(first), most, out)?;
        out.push_sql(") SELECT * FROM first");
        if !is_behind {
            out.push_sql(" UNION ALL (");
            self.push_part(common, parts[1], None, most, out)?;
            // Nothing of it is looked at where the first part has enough.
            out.push_sql(" - (SELECT count(*) FROM first))");
        }
        Ok(())
    }

    /// Writes one part of the list. It is fenced, because the planner does not know how few rows of the index are read,
    /// each with a look at its customer or its figure.
    fn push_part<'b>(
        &self,
        common: &'b Common,
        part: Part,
        start: Option<(&'b str, &'b Uuid)>,
        most: &'b i64,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        match part {
            Part::With => self.push_with(common, start, out),
            Part::Without => self.push_without(common, start, out),
        }?;
        self.push_order(common, part, out);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(most)
    }

    fn push_with<'b>(
        &self,
        common: &'b Common,
        start: Option<(&'b str, &'b Uuid)>,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql("SELECT p.customer_id AS place_id, ");
        self.push_column_key(out);
        out.push_sql(" AS figure_key FROM (SELECT p.customer_id, ");
        self.push_column(out);
        self.push_rows(common, out)?;
        if let Some((key, id)) = start {
            out.push_sql(" AND (");
            self.push_column(out);
            out.push_sql(if common.descending { ", p.customer_id) < (" } else { ", p.customer_id) > (" });
            out.push_bind_param::<Text, _>(key)?;
            out.push_sql(self.measure.cast());
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(id)?;
            out.push_sql(")");
        }
        self.push_order(common, Part::With, out);
        out.push_sql(" OFFSET 0) p CROSS JOIN LATERAL (SELECT FROM customers c WHERE c.account_id = ");
        out.push_bind_param::<SqlUuid, _>(&common.account)?;
        out.push_sql(" AND c.id = p.customer_id AND num_nonnulls(c.deleted_at) = 0 OFFSET 0) c");
        Ok(())
    }

    fn push_without<'b>(
        &self,
        common: &'b Common,
        start: Option<(&'b str, &'b Uuid)>,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql("SELECT id AS place_id, '' AS figure_key FROM customers WHERE account_id = ");
        out.push_bind_param::<SqlUuid, _>(&common.account)?;
        out.push_sql(" AND deleted_at IS NULL");
        if let Some((_, id)) = start {
            out.push_sql(if common.descending { " AND id < " } else { " AND id > " });
            out.push_bind_param::<SqlUuid, _>(id)?;
        }
        // As NOT EXISTS it could become a join that reads all figures first.
        out.push_sql(" AND (SELECT true");
        self.push_one(common, out)?;
        out.push_sql(") IS NULL");
        Ok(())
    }

    /// Writes the list of deleted customers. They are few beside the figures, so all of them are sorted.
    fn push_deleted<'b>(&self, common: &'b Common, most: &'b i64, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT * FROM (SELECT id AS place_id, ");
        self.push_key(common, out)?;
        out.push_sql(" AS figure_key FROM customers WHERE account_id = ");
        out.push_bind_param::<SqlUuid, _>(&common.account)?;
        out.push_sql(" AND deleted_at IS NOT NULL OFFSET 0) deleted WHERE true");
        if let Some((key, id)) = &common.start {
            out.push_sql(" AND (figure_key, place_id)");
            out.push_sql(if common.descending { " < (" } else { " > (" });
            out.push_bind_param::<Text, _>(key.as_deref().unwrap_or_default())?;
            out.push_sql(", ");
            out.push_bind_param::<SqlUuid, _>(id)?;
            out.push_sql(")");
        }
        out.push_sql(" ORDER BY figure_key");
        out.push_sql(if common.descending { " DESC, place_id DESC LIMIT " } else { ", place_id LIMIT " });
        out.push_bind_param::<BigInt, _>(most)
    }

    fn push_order(&self, common: &Common, part: Part, out: &mut AstPass<'_, '_, Pg>) {
        let way = if common.descending { " DESC" } else { "" };
        out.push_sql(" ORDER BY ");
        if part == Part::With {
            self.push_column(out);
            out.push_sql(way);
            out.push_sql(", p.customer_id");
        } else {
            out.push_sql("id");
        }
        out.push_sql(way);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_postgresql_can_read_is_a_key() {
        let now = Timestamp::from_microsecond(1_767_225_600_000_001).unwrap().strftime(MOMENT).to_string();
        for key in ["", "2026-01-01T00:00:00.000000Z", &now] {
            assert!(Measure::Moment.is_key(key), "{key}");
        }
        for key in ["", "0000000000000000000", "0000000000000004200", "9223372036854775807"] {
            assert!(Measure::Number.is_key(key), "{key}");
        }
        for broken in ["4200", "-000000000000000001", "9223372036854775808", "00000000000000042x0", &now] {
            assert!(!Measure::Number.is_key(broken), "{broken}");
        }
        let far = "-009999-01-01T00:00:00.000000Z";
        for broken in ["now", "infinity", "2026-01-01", "2026-13-01T00:00:00.000000Z", "2026-01-01T00:00:00Z", far] {
            assert!(!Measure::Moment.is_key(broken), "{broken}");
        }
    }
}
