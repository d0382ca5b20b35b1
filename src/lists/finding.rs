//! The way to the rows of a search: one page of them, or their number. It pages by keyset, so any page costs the same.

use std::time::{Duration, Instant};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, Selectable,
    connection::SimpleConnection,
    dsl::sql,
    pg::Pg,
    query_dsl::LoadQuery,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{Condition, Part, Reach, Scope, Sort, Statement, Table, named_currency, parts};
use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId},
    paging::{Direction, Limit, Page},
    query::{Branch, Query},
    search::{
        listing::{self as customers_listing, Sort as CustomersSort},
        scope::Scope as CustomersScope,
    },
    values::Currency,
};
/// The largest exact count; a list shows "1,000+" beyond it.
pub const COUNT_CAP: i64 = 1_000;

/// The longest time that a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most candidates that are fetched and sorted; with more it is faster to walk the list.
const FEW: i64 = 5_000;

/// The most customers that a word may find.
const MOST_CUSTOMERS: usize = 100;

/// A page of a search that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub scope: &'a Scope,
    pub query: &'a Query,
    pub sort: Sort,
    pub direction: &'a Direction,
    pub limit: Limit,
}

/// The result of listing a search.
#[derive(Debug)]
pub enum Listed<T> {
    Page(Page<T>),
    /// These words find too many customers.
    TooManyCustomers(String),
    /// The search took too long and was stopped.
    Stopped,
}

impl<T> Listed<T> {
    /// Makes something else of each row.
    ///
    /// # Errors
    /// The first that `make` returns.
    pub fn try_map<U>(self, make: impl FnMut(T) -> Result<U>) -> Result<Listed<U>> {
        Ok(match self {
            Self::Page(Page { items, has_previous, has_next }) => {
                let items = items.into_iter().map(make).collect::<Result<_>>()?;
                Listed::Page(Page { items, has_previous, has_next })
            }
            Self::TooManyCustomers(words) => Listed::TooManyCustomers(words),
            Self::Stopped => Listed::Stopped,
        })
    }
}

/// Returns one page of a search, as rows of the table.
///
/// # Errors
/// [`Error::BadRequest`] when the place in it was changed on the way, and whatever the database says.
pub fn page<R>(conn: &mut PgConnection, table: &Table, asked: &Asked<'_>) -> Result<Listed<R>>
where
    R: Selectable<Pg>,
    Statement<R::SelectExpression>: LoadQuery<'static, PgConnection, R>,
{
    let Asked { scope, query, sort, direction, limit } = *asked;
    let start = match direction {
        Direction::First => None,
        Direction::After(place) | Direction::Before(place) => Some((sort.values(place)?, place.id())),
    };
    let rows = search(conn, table, scope, query, sort, PATIENCE, |conn, known| {
        let statement = Statement {
            sort: Some((sort, sort.is_read_downwards(direction), start.clone())),
            limit: limit.fetch(),
            ..known.statement(table, scope, R::construct_selection())
        };
        Ok(statement.load::<R>(conn)?)
    })?;
    Ok(match rows {
        Searched::Rows(rows) => Listed::Page(Page::from_rows(rows, limit, direction)),
        Searched::TooManyCustomers(words) => Listed::TooManyCustomers(words),
        Searched::Stopped => Listed::Stopped,
    })
}

/// The result of counting a search.
#[derive(Debug)]
pub enum Counted {
    /// So many rows, up to one more than [`COUNT_CAP`].
    Rows(i64),
    /// These words find too many customers.
    TooManyCustomers(String),
    /// The search took too long and was stopped.
    Stopped,
}

impl Counted {
    /// Returns the number, if it is known.
    pub fn known(self) -> Option<i64> {
        if let Self::Rows(count) = self { Some(count) } else { None }
    }
}

/// Counts the rows that a search finds.
pub fn count(conn: &mut PgConnection, table: &Table, scope: &Scope, query: &Query) -> Result<Counted> {
    count_up_to(conn, table, scope, query, COUNT_CAP + 1, PATIENCE)
}

/// Counts the rows that a search finds, up to `most` and within `patience`.
pub fn count_up_to(
    conn: &mut PgConnection,
    table: &Table,
    scope: &Scope,
    query: &Query,
    most: i64,
    patience: Duration,
) -> Result<Counted> {
    let counted = search(conn, table, scope, query, table.newest(), patience, |conn, known| {
        let ids = Statement { limit: most, ..known.statement(table, scope, sql::<SqlUuid>("id")) };
        Ok(vec![i64::try_from(ids.load::<Uuid>(conn)?.len()).map_err(Error::internal)?])
    })?;
    Ok(match counted {
        Searched::Rows(counts) => Counted::Rows(counts.into_iter().sum()),
        Searched::TooManyCustomers(words) => Counted::TooManyCustomers(words),
        Searched::Stopped => Counted::Stopped,
    })
}

#[derive(QueryableByName)]
struct Used {
    #[diesel(sql_type = Text)]
    currency: String,
}

/// Returns the currencies of an account's rows, by jumps from one to the next in their index.
///
/// # Errors
/// When the database fails.
pub fn currencies(conn: &mut PgConnection, table: &Table, account: AccountId) -> Result<Vec<Currency>> {
    let name = table.name;
    let used: Vec<Used> = diesel::sql_query(format!(
        "WITH RECURSIVE used AS (\
           (SELECT currency FROM {name} WHERE account_id = $1 ORDER BY currency LIMIT 1) \
           UNION ALL SELECT (SELECT p.currency FROM {name} p WHERE p.account_id = $1 AND p.currency > used.currency \
             ORDER BY p.currency LIMIT 1) FROM used WHERE used.currency IS NOT NULL) \
         SELECT currency FROM used WHERE currency IS NOT NULL",
    ))
    .bind::<SqlUuid, _>(account)
    .load(conn)?;
    Ok(used.iter().filter_map(|used| Currency::parse(&used.currency).ok()).collect())
}

/// The result of running a search.
enum Searched<T> {
    Rows(Vec<T>),
    TooManyCustomers(String),
    Stopped,
}

/// A search whose customers are found, with its candidates when they are few.
struct Known<'q> {
    branches: Vec<(Scope, Vec<Part<'q>>)>,
    few: Option<Vec<Uuid>>,
}

impl Known<'_> {
    /// Returns the statement for the rows of the search, without an order.
    fn statement<S>(&self, table: &Table, scope: &Scope, select: S) -> Statement<S> {
        let condition = |part: &Part<'_>, scope: &Scope| part.meets(table, scope).condition;
        let conditions = match &self.branches[..] {
            [(scope, parts)] => parts.iter().map(|part| condition(part, scope)).collect(),
            branches => {
                let all = |(scope, parts): &(Scope, Vec<Part<'_>>)| {
                    Condition::all(parts.iter().map(|part| condition(part, scope)))
                };
                vec![Condition::any(branches.iter().map(all))]
            }
        };
        let is_common = matches!(&self.branches[..], [(scope, parts)]
            if parts.iter().all(|part| is_of_one_customer(part, table, scope)));
        let (table, account, few) = (table.name, scope.account, self.few.clone());
        Statement { select, table, account, few, conditions, sort: None, limit: 0, is_common }
    }
}

fn search<T>(
    conn: &mut PgConnection,
    table: &Table,
    scope: &Scope,
    query: &Query,
    sort: Sort,
    patience: Duration,
    run: impl FnOnce(&mut PgConnection, &Known<'_>) -> Result<Vec<T>>,
) -> Result<Searched<T>> {
    let mut branches: Vec<(Scope, Vec<Part<'_>>)> =
        query.branches.iter().map(|branch| of_branch(table, scope, branch)).collect();
    match find_customers(conn, table, scope, &mut branches, patience)? {
        Matches::Found => {}
        Matches::TooMany(words) => return Ok(Searched::TooManyCustomers(words)),
        Matches::Stopped => return Ok(Searched::Stopped),
    }
    let is_plain = branches.iter().all(|(_, parts)| parts.is_empty());
    let searched = conn.transaction(|conn| {
        let mut known = Known { branches, few: None };
        if !is_plain {
            conn.batch_execute(&format!("SET LOCAL statement_timeout = {}", patience.as_millis().max(1)))?;
            known.few = candidates(conn, table, &known, sort)?;
        }
        run(conn, &known)
    });
    match searched {
        Ok(rows) => Ok(Searched::Rows(rows)),
        Err(Error::TookTooLong) if !is_plain => Ok(Searched::Stopped),
        Err(err) => Err(err),
    }
}

/// Returns a branch's conditions, and the scope that holds the currency of its amounts.
fn of_branch<'q>(table: &Table, scope: &Scope, branch: &'q Branch) -> (Scope, Vec<Part<'q>>) {
    let currency = named_currency(branch).unwrap_or(scope.currency);
    (Scope { currency, ..scope.clone() }, parts(table, branch))
}
/// The result of looking for the customers of all words of a search.
enum Matches {
    Found,
    TooMany(String),
    Stopped,
}

/// Looks for the customers that the words of a search find. One time limit holds for all words together.
fn find_customers(
    conn: &mut PgConnection,
    table: &Table,
    scope: &Scope,
    branches: &mut [(Scope, Vec<Part<'_>>)],
    patience: Duration,
) -> Result<Matches> {
    let until = Instant::now() + patience;
    for (found, parts) in branches {
        for words in parts.iter().flat_map(Part::words) {
            match customers_of(conn, table, scope, words, until)? {
                Matched::Few(ids) => _ = found.found.insert(words.to_owned(), ids),
                Matched::TooMany => return Ok(Matches::TooMany(words.to_owned())),
                Matched::Stopped => return Ok(Matches::Stopped),
            }
        }
    }
    Ok(Matches::Found)
}

/// The customers that words find.
enum Matched {
    Few(Vec<CustomerId>),
    TooMany,
    Stopped,
}

/// Returns the customers that `words` find, with deleted ones.
fn customers_of(conn: &mut PgConnection, table: &Table, scope: &Scope, words: &str, until: Instant) -> Result<Matched> {
    let mut ids = Vec::new();
    for text in [words.to_owned(), format!("{words} status:deleted")] {
        // What is no search for customers finds none.
        let Ok(query) = table.customers.parse(&text, scope.home.clone()) else { continue };
        let patience = until.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Ok(Matched::Stopped);
        }
        let usual = CustomersScope::at(scope.now, table.customers, scope.account, scope.zone.clone(), scope.currency)
            .behind(scope.home.curtain);
        let of_customers = CustomersScope { patience, ..usual };
        let limit = Limit::MOST;
        let (sort, first) = (CustomersSort::NEWEST, Direction::First);
        let listed = customers_listing::page(conn, &of_customers, &query, sort, &first, limit, &[])?;
        if listed.page.has_next {
            return Ok(Matched::TooMany);
        }
        if listed.is_stopped {
            return Ok(Matched::Stopped);
        }
        ids.extend(listed.page.items.iter().map(|row| row.id));
    }
    Ok(if ids.len() <= MOST_CUSTOMERS { Matched::Few(ids) } else { Matched::TooMany })
}

/// Returns the ids of all rows that meet one of the conditions, if an index shows that they are few.
fn candidates(conn: &mut PgConnection, table: &Table, known: &Known<'_>, sort: Sort) -> Result<Option<Vec<Uuid>>> {
    let [(scope, parts)] = &known.branches[..] else { return Ok(None) };
    // What one customer has is little enough as it is.
    if parts.iter().any(|part| is_of_one_customer(part, table, scope)) {
        return Ok(None);
    }
    // In another order than that of creation, what comes in that order has to be sorted too; but what has an index is looked
    // at first, since the other may read all rows before it finds few.
    let (in_order, by_index): (Vec<_>, Vec<_>) = parts
        .iter()
        .filter(|part| !part.is_negated())
        .map(|part| part.meets(table, scope))
        .partition(|meets| meets.reach == Reach::InOrder);
    for meets in by_index.into_iter().chain(in_order.into_iter().filter(|_| !sort.is_by_id())) {
        let conditions = vec![meets.condition];
        let ids = Statement { conditions, limit: FEW + 1, ..known.statement(table, scope, sql::<SqlUuid>("id")) };
        let ids: Vec<Uuid> = ids.load(conn)?;
        if i64::try_from(ids.len()).is_ok_and(|count| count <= FEW) {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

/// Returns whether the condition is the one of a customer's own list.
fn is_of_one_customer(part: &Part<'_>, table: &Table, scope: &Scope) -> bool {
    !part.is_negated() && part.meets(table, scope).reach == Reach::OneCustomer
}
