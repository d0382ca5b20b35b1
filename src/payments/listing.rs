//! The list of payments: one page of a search, newest or oldest first. It pages by keyset, so any page costs the same.

use super::{
    CUSTOMERS,
    model::{Payment, Row},
    search::{self, Part, Reach, Scope},
};
use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId, PaymentId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    query::{Branch, Query},
    schema::payments,
    search::{
        listing::{self as customers_listing, Sort as CustomersSort},
        scope::Scope as CustomersScope,
    },
    values::Currency,
};
use std::time::{Duration, Instant};

use diesel::{BoolExpressionMethods, PgConnection, dsl::sql, pg::Pg, prelude::*, sql_types::Bool};

/// The largest exact count; a list shows "1,000+" beyond it.
pub const COUNT_CAP: i64 = 1_000;

/// The longest time that a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most candidates that are fetched and sorted; with more it is faster to walk the list.
const FEW: i64 = 5_000;

/// The most customers that a word may find.
const MOST_CUSTOMERS: usize = 100;

/// The order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

impl Order {
    /// Returns the name of the order in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-created",
            Self::Oldest => "created",
        }
    }

    /// Returns the order with that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Newest, Self::Oldest].into_iter().find(|order| order.as_str() == text)
    }

    /// Returns the tag of the order in cursors.
    pub fn tag(self) -> SortTag {
        match self {
            Self::Newest => SortTag::new(b'n'),
            Self::Oldest => SortTag::new(b'o'),
        }
    }

    /// Returns the cursor of a payment in this order.
    pub fn place(self, payment: &Payment) -> Cursor {
        Cursor::new(self.tag(), None, payment.id.uuid())
    }
}

/// The result of listing a search.
#[derive(Debug)]
pub enum Listed {
    Page(Page<Payment>),
    /// These words find too many customers.
    TooManyCustomers(String),
    /// The search took too long and was stopped.
    Stopped,
}

/// Returns one page of a search.
pub fn page(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    order: Order,
    direction: &Direction,
    limit: Limit,
) -> Result<Listed> {
    let rows = search(conn, scope, query, PATIENCE, |conn, known| {
        let is_descending = (order == Order::Newest) != direction.is_backward();
        let place = match direction {
            Direction::First => None,
            Direction::After(cursor) | Direction::Before(cursor) => Some(PaymentId::from_uuid(cursor.id())),
        };
        let mut rows = matching(scope, known).select(Row::as_select()).limit(limit.fetch());
        rows = match (place, is_descending) {
            (None, _) => rows,
            (Some(place), true) => rows.filter(payments::id.lt(place)),
            (Some(place), false) => rows.filter(payments::id.gt(place)),
        };
        let rows = if is_descending { rows.order(payments::id.desc()) } else { rows.order(payments::id.asc()) };
        Ok(rows.load::<Row>(conn)?)
    })?;
    let rows = match rows {
        Searched::Rows(rows) => rows,
        Searched::TooManyCustomers(words) => return Ok(Listed::TooManyCustomers(words)),
        Searched::Stopped => return Ok(Listed::Stopped),
    };
    let payments: Vec<Payment> = rows.into_iter().map(Row::payment).collect::<Result<_>>()?;
    Ok(Listed::Page(Page::from_rows(payments, limit, direction)))
}

/// The result of counting a search.
#[derive(Debug)]
pub enum Counted {
    /// So many payments, up to one more than [`COUNT_CAP`].
    Payments(i64),
    /// These words find too many customers.
    TooManyCustomers(String),
    /// The search took too long and was stopped.
    Stopped,
}

impl Counted {
    /// Returns the number, if it is known.
    pub fn known(self) -> Option<i64> {
        if let Self::Payments(count) = self { Some(count) } else { None }
    }
}

/// Counts the payments that a search finds.
pub fn count(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Counted> {
    count_up_to(conn, scope, query, COUNT_CAP + 1, PATIENCE)
}

/// Counts the payments that a search finds, up to `most` and within `patience`.
pub fn count_up_to(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    most: i64,
    patience: Duration,
) -> Result<Counted> {
    let counted = search(conn, scope, query, patience, |conn, known| {
        let ids = matching(scope, known).select(payments::id).limit(most);
        Ok(vec![i64::try_from(ids.load::<PaymentId>(conn)?.len()).map_err(Error::internal)?])
    })?;
    Ok(match counted {
        Searched::Rows(counts) => Counted::Payments(counts.into_iter().sum()),
        Searched::TooManyCustomers(words) => Counted::TooManyCustomers(words),
        Searched::Stopped => Counted::Stopped,
    })
}

#[derive(QueryableByName)]
struct Used {
    #[diesel(sql_type = diesel::sql_types::Text)]
    currency: String,
}

/// Returns the currencies of an account's payments, by jumps from one to the next in their index.
pub fn currencies(conn: &mut PgConnection, account: AccountId) -> Result<Vec<Currency>> {
    let used: Vec<Used> = diesel::sql_query(
        "WITH RECURSIVE used AS (\
           (SELECT currency FROM payments WHERE account_id = $1 ORDER BY currency LIMIT 1) \
           UNION ALL SELECT (SELECT p.currency FROM payments p WHERE p.account_id = $1 AND p.currency > used.currency \
             ORDER BY p.currency LIMIT 1) FROM used WHERE used.currency IS NOT NULL) \
         SELECT currency FROM used WHERE currency IS NOT NULL",
    )
    .bind::<diesel::sql_types::Uuid, _>(account)
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
    few: Option<Vec<PaymentId>>,
}

fn search<T>(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    patience: Duration,
    run: impl FnOnce(&mut PgConnection, &Known<'_>) -> Result<Vec<T>>,
) -> Result<Searched<T>> {
    let mut branches: Vec<(Scope, Vec<Part<'_>>)> =
        query.branches.iter().map(|branch| of_branch(scope, branch)).collect();
    match find_customers(conn, scope, &mut branches, patience)? {
        Matches::Found => {}
        Matches::TooMany(words) => return Ok(Searched::TooManyCustomers(words)),
        Matches::Stopped => return Ok(Searched::Stopped),
    }
    let is_plain = branches.iter().all(|(_, parts)| parts.is_empty());
    let searched = conn.transaction(|conn| {
        let mut known = Known { branches, few: None };
        if !is_plain {
            let patience = format!("SET LOCAL statement_timeout = {}", patience.as_millis().max(1));
            diesel::sql_query(patience).execute(conn)?;
            known.few = candidates(conn, &known)?;
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
fn of_branch<'q>(scope: &Scope, branch: &'q Branch) -> (Scope, Vec<Part<'q>>) {
    let currency = search::named_currency(branch).unwrap_or(scope.currency);
    (Scope { currency, ..scope.clone() }, search::parts(branch))
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
    scope: &Scope,
    branches: &mut [(Scope, Vec<Part<'_>>)],
    patience: Duration,
) -> Result<Matches> {
    let until = Instant::now() + patience;
    for (found, parts) in branches {
        for words in parts.iter().flat_map(Part::words) {
            match customers_of(conn, scope, words, until)? {
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
fn customers_of(conn: &mut PgConnection, scope: &Scope, words: &str, until: Instant) -> Result<Matched> {
    let mut ids = Vec::new();
    for text in [words.to_owned(), format!("{words} status:deleted")] {
        // What is no search for customers finds none.
        let Ok(query) = CUSTOMERS.parse(&text, scope.home.clone()) else { continue };
        let patience = until.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Ok(Matched::Stopped);
        }
        let usual = CustomersScope::at(scope.now, &CUSTOMERS, scope.account, scope.zone.clone(), scope.currency)
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

/// Returns the ids of all payments that meet one of the conditions, if an index shows that they are few.
fn candidates(conn: &mut PgConnection, known: &Known<'_>) -> Result<Option<Vec<PaymentId>>> {
    let [(scope, parts)] = &known.branches[..] else { return Ok(None) };
    // One customer's payments are few enough as they are.
    if parts.iter().any(|part| is_common(part, scope)) {
        return Ok(None);
    }
    for part in parts.iter().filter(|part| !part.is_negated() && part.reach(scope) != Reach::InOrder) {
        let ids = payments::table
            .filter(payments::account_id.eq(scope.account))
            .filter(part.condition(scope))
            .filter(sql::<Bool>("true"))
            .select(payments::id)
            .limit(FEW + 1)
            .load::<PaymentId>(conn)?;
        if i64::try_from(ids.len()).is_ok_and(|count| count <= FEW) {
            return Ok(Some(ids));
        }
    }
    Ok(None)
}

type Matching<'a> = payments::BoxedQuery<'a, Pg>;

/// Returns the query for the payments of a search.
fn matching<'a>(scope: &Scope, known: &Known<'_>) -> Matching<'a> {
    let mut rows = payments::table.into_boxed().filter(payments::account_id.eq(scope.account));
    if let Some(few) = &known.few {
        rows = rows.filter(payments::id.eq_any(few.clone()));
    }
    match &known.branches[..] {
        [(scope, parts)] => {
            for part in parts {
                rows = rows.filter(part.condition(scope));
            }
        }
        branches => {
            let all = |(scope, parts): &(Scope, Vec<Part<'_>>)| {
                let conditions = parts.iter().map(|part| part.condition(scope));
                conditions.fold(search::always(true), |all, one| Box::new(all.and(one)))
            };
            let any = branches.iter().map(all).fold(search::always(false), |any, one| Box::new(any.or(one)));
            rows = rows.filter(any);
        }
    }
    // What people type makes more statements than are worth keeping prepared.
    let is_common = matches!(&known.branches[..], [(scope, parts)] if parts.iter().all(|part| is_common(part, scope)));
    if is_common { rows } else { rows.filter(sql::<Bool>("true")) }
}

/// Returns whether the condition is the one of a customer's own list.
fn is_common(part: &Part<'_>, scope: &Scope) -> bool {
    !part.is_negated() && part.reach(scope) == Reach::OneCustomer
}
