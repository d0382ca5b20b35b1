//! The statements of a list. Each is fenced, so that the planner cannot choose a way that suits other searches: it
//! plans once for all of them, and does not know whether a word is common or rare.

use diesel::{
    PgConnection, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query as SqlQuery, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Filter, by_deletion, columns::Chosen, listing::Sort, order::SortKey, scope::Scope};
use crate::{ids::AccountId, values::Currency};

/// The place in its order where a statement begins: behind the row with this sort key and id.
pub type Place = (Option<String>, Uuid);

/// The parts that all statements of one list share.
#[derive(Clone, Debug)]
pub struct Common {
    pub account: AccountId,
    /// The currency of its figures.
    pub currency: Currency,
    /// The key of the merchant's own field that it is sorted by, if it is.
    pub field: String,
    /// The conditions, including whether the customers are deleted.
    pub filter: Filter,
    pub sort: Sort,
    /// True when the greatest comes first, with the direction of reading considered.
    pub descending: bool,
    /// The place where it begins.
    pub start: Option<Place>,
    /// The first id and the one after the last, for the times that the search allows.
    pub ids: (Option<Uuid>, Option<Uuid>),
}

/// The number of entries that are looked up at once; for each row found PostgreSQL looks at all of them.
const TOGETHER: usize = 100;

/// Entries of the index of words, any of which will do, as scopes and words of the same length.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    /// The scopes of the entries; see `search_keys` in the migrations.
    pub scopes: Vec<i64>,
    /// The words, and other facts of the index.
    pub words: Vec<String>,
}

impl Entries {
    /// Adds every word in every scope.
    pub fn add(&mut self, words: &[String], scopes: impl Iterator<Item = i64> + Clone) {
        for word in words {
            for scope in scopes.clone() {
                self.scopes.push(scope);
                self.words.push(word.clone());
            }
        }
    }
}

/// A way to the rows.
#[derive(Clone, Debug)]
pub enum AccessPath {
    /// Along the index of the order; at most so many rows are looked at, if a number is given.
    Walk(Option<i64>),
    /// Through the index of words. Nothing is sorted or returned when there are more than `most`.
    Entries {
        /// The needs, all of which must be met.
        needs: Vec<Entries>,
        /// The most rows that are worth sorting.
        most: Option<i64>,
    },
    /// By something that few share: an id, an email, a time. Nothing is returned when more than this share it.
    Few(i64),
}

impl Common {
    /// Makes the statements of a search in an order, behind a place.
    pub fn new(scope: &Scope, filter: Filter, sort: Sort, descending: bool, start: Option<Place>) -> Self {
        let filter = filter.in_order(sort.by, scope.curtain);
        let ids = filter.ids();
        let field = sort.own.map(|own| own.as_str().to_owned()).unwrap_or_default();
        Self { account: scope.account, currency: scope.currency, field, filter, sort, descending, start, ids }
    }

    fn push_scope<'b>(&'b self, way: &AccessPath, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let is_fenced = matches!(way, AccessPath::Entries { .. });
        out.push_sql(" FROM customers WHERE ");
        out.push_sql(if is_fenced { "(account_id = " } else { "account_id = " });
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        // No index may be used for it: the one of words has the account inside its entries.
        out.push_sql(if is_fenced { ") IS TRUE" } else { "" });
        self.filter.push_status(is_fenced, out);
        // In another order they would be looked for row by row, beyond the end of a walk.
        if !matches!(way, AccessPath::Walk(_)) || self.sort.by.is_by_id() {
            for (than, id) in [(" >= ", &self.ids.0), (" < ", &self.ids.1)] {
                let Some(id) = id else { continue };
                out.push_sql(if is_fenced { " AND (id" } else { " AND id" });
                out.push_sql(than);
                out.push_bind_param::<SqlUuid, _>(id)?;
                out.push_sql(if is_fenced { ") IS TRUE" } else { "" });
            }
        }
        let Some((key, id)) = &self.start else { return Ok(()) };
        out.push_sql(if is_fenced { " AND (" } else { " AND " });
        self.push_behind(key.as_deref(), id, out)?;
        out.push_sql(if is_fenced { ") IS TRUE" } else { "" });
        Ok(())
    }

    /// Writes the condition that a row comes behind the one with this key and id.
    fn push_behind<'b>(&'b self, key: Option<&'b str>, id: &'b Uuid, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if matches!(self.sort.by.key, SortKey::Deletion) {
            return by_deletion::push_behind(self, (key.unwrap_or_default(), id), out);
        }
        let than = if self.descending { " < (" } else { " > (" };
        out.push_sql("(");
        match key {
            Some(key) if !self.sort.by.is_by_id() => {
                self.sort.by.key.push(self, out)?;
                out.push_sql(", id)");
                out.push_sql(than);
                out.push_bind_param::<Text, _>(key)?;
                out.push_sql(", ");
            }
            _ => {
                out.push_sql("id)");
                out.push_sql(than);
            }
        }
        out.push_bind_param::<SqlUuid, _>(id)?;
        out.push_sql(")");
        Ok(())
    }

    fn push_order(&self, out: &mut AstPass<'_, '_, Pg>) {
        let way = if self.descending { " DESC" } else { "" };
        out.push_sql(" ORDER BY ");
        if let Some(column) = self.sort.by.key.walked(self) {
            out.push_sql(column);
            out.push_sql(way);
            out.push_sql(", ");
        }
        out.push_sql("id");
        out.push_sql(way);
    }

    fn push_needs<'b>(&'b self, needs: &'b [Entries], out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Of several needs only one look at the index finds what they have in common.
        let most = if needs.len() == 1 { TOGETHER } else { usize::MAX };
        for entries in needs {
            out.push_sql(" AND (");
            for (n, (scopes, words)) in entries.scopes.chunks(most).zip(entries.words.chunks(most)).enumerate() {
                if n > 0 {
                    out.push_sql(" OR ");
                    out.unsafe_to_cache_prepared();
                }
                self.push_entries(scopes, words, out)?;
            }
            out.push_sql(if entries.scopes.is_empty() { "false)" } else { ")" });
        }
        Ok(())
    }

    fn push_entries<'b>(
        &'b self,
        scopes: &'b [i64],
        words: &'b [String],
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql(
            "search_keys(account_id, id, deleted_at, search, phone, country, language, kind, metadata) && \
             (SELECT array_agg(search_key(",
        );
        out.push_bind_param::<SqlUuid, _>(&self.account)?;
        out.push_sql(", scope, word)) FROM unnest(");
        out.push_bind_param::<Array<BigInt>, _>(scopes)?;
        out.push_sql("::bigint[], ");
        out.push_bind_param::<Array<Text>, _>(words)?;
        out.push_sql("::text[]) AS entry(scope, word))");
        Ok(())
    }

    /// Writes a `SELECT` of `selected` from the rows that `way` leads to and that meet the conditions, without an
    /// order.
    fn push_found<'b>(
        &'b self,
        selected: Selected<'b>,
        way: &'b AccessPath,
        out: &mut AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql("SELECT ");
        selected.push(self, way, out)?;
        match (way, self.sort.by.figure()) {
            (AccessPath::Walk(Some(most)), Some(figure)) => {
                out.push_sql(" FROM (");
                figure.push_places(self, most, out)?;
                out.push_sql(") place CROSS JOIN LATERAL (SELECT * FROM customers c WHERE c.account_id = ");
                out.push_bind_param::<SqlUuid, _>(&self.account)?;
                out.push_sql(" AND c.id = place_id OFFSET 0) customers WHERE true");
            }
            (AccessPath::Walk(None) | AccessPath::Few(_), _) => self.push_scope(way, out)?,
            (AccessPath::Walk(Some(most)), _) => {
                out.push_sql(" FROM (SELECT *");
                self.push_scope(way, out)?;
                self.push_order(out);
                out.push_sql(" LIMIT ");
                out.push_bind_param::<BigInt, _>(most)?;
                out.push_sql(") customers WHERE true");
            }
            (AccessPath::Entries { needs, .. }, _) => {
                self.push_scope(way, out)?;
                self.push_needs(needs, out)?;
            }
        }
        self.filter.push_conditions(out)
    }
}

/// The selected columns.
#[derive(Clone, Copy, Debug)]
enum Selected<'a> {
    Row(&'a [Chosen]),
    Id,
}

impl<'a> Selected<'a> {
    fn push<'b>(self, common: &'b Common, way: &AccessPath, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()>
    where
        'a: 'b,
    {
        let Self::Row(columns) = self else {
            out.push_sql("id");
            return Ok(());
        };
        out.push_sql("id, kind, name, email, phone, created_at, deleted_at, ");
        match (&common.sort.by.key, way) {
            (SortKey::Figure(_), AccessPath::Walk(_)) => out.push_sql("figure_key"),
            (key, _) => key.push(common, out)?,
        }
        out.push_sql(" AS sort_key, ARRAY[");
        for (n, extra) in columns.iter().filter(|chosen| chosen.is_extra()).enumerate() {
            // Every choice of columns is another text; kept as prepared statements, rare ones would fill the memory.
            out.unsafe_to_cache_prepared();
            out.push_sql(if n == 0 { "" } else { ", " });
            extra.push(out)?;
        }
        out.push_sql("]::text[] AS extra");
        Ok(())
    }
}

/// The rows of a list, in its order.
pub struct Rows<'a> {
    pub common: &'a Common,
    /// The columns that are shown.
    pub columns: &'a [Chosen],
    /// The way to them.
    pub way: &'a AccessPath,
    pub limit: i64,
}

impl QueryFragment<Pg> for Rows<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let selected = Selected::Row(self.columns);
        if let AccessPath::Walk(_) = self.way {
            self.common.push_found(selected, self.way, &mut out)?;
            self.common.push_order(&mut out);
            out.push_sql(" LIMIT ");
            return out.push_bind_param::<BigInt, _>(&self.limit);
        }
        out.push_sql("WITH found AS MATERIALIZED (");
        self.common.push_found(selected, self.way, &mut out)?;
        let most = match self.way {
            AccessPath::Entries { most, .. } => most.as_ref(),
            AccessPath::Few(most) | AccessPath::Walk(Some(most)) => Some(most),
            AccessPath::Walk(None) => None,
        };
        if let Some(most) = most {
            out.push_sql(" LIMIT 1 + ");
            out.push_bind_param::<BigInt, _>(most)?;
        }
        out.push_sql(") SELECT * FROM found");
        if let Some(most) = most {
            out.push_sql(" WHERE (SELECT count(*) FROM found) <= ");
            out.push_bind_param::<BigInt, _>(most)?;
        }
        out.push_sql(" ORDER BY sort_key");
        let way = if self.common.descending { " DESC" } else { "" };
        out.push_sql(way);
        out.push_sql(", id");
        out.push_sql(way);
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// The ids of a list, in no order.
pub struct Ids<'a> {
    pub common: &'a Common,
    /// The way to them.
    pub way: &'a AccessPath,
    /// The most ids to return.
    pub limit: i64,
}

impl QueryFragment<Pg> for Ids<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.common.push_found(Selected::Id, self.way, &mut out)?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

/// The last row of a walk, if the list is that long: its sort key and id.
pub struct End<'a> {
    pub common: &'a Common,
    /// The number of rows of the walk.
    pub rows: i64,
}

impl QueryFragment<Pg> for End<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let by = self.common.sort.by;
        out.push_sql("SELECT ");
        if let Some(figure) = by.figure() {
            out.push_sql("figure_key, place_id AS id FROM (");
            figure.push_places(self.common, &self.rows, &mut out)?;
            out.push_sql(") place");
        } else {
            match by.is_by_id() {
                true => out.push_sql("NULL::text"),
                false => by.key.push(self.common, &mut out)?,
            }
            out.push_sql(", id");
            self.common.push_scope(&AccessPath::Walk(None), &mut out)?;
        }
        self.common.push_order(&mut out);
        out.push_sql(" OFFSET ");
        out.push_bind_param::<BigInt, _>(&self.rows)?;
        out.push_sql(" - 1 LIMIT 1");
        Ok(())
    }
}

macro_rules! statements {
    ($($name:ident: $sql:ty;)*) => {$(
        impl QueryId for $name<'_> {
            type QueryId = ();
            // The text differs by search and order; Diesel then caches the prepared statement under its text.
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl SqlQuery for $name<'_> {
            type SqlType = $sql;
        }

        impl RunQueryDsl<PgConnection> for $name<'_> {}
    )*};
}

statements! {
    Rows: (SqlUuid, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Timestamptz, Nullable<Timestamptz>, Text, Array<Nullable<Text>>);
    Ids: SqlUuid;
    End: (Nullable<Text>, SqlUuid);
}
