//! A list of payments: one page of a search, newest or oldest first, by keyset, at the same cost at any depth.

use super::{
    model::{Payment, Row},
    search::{self, Query, Term, Test, Whose},
};
use crate::{
    error::{Error, Result},
    ids::{AccountId, CustomerId, PaymentId},
    paging::{Cursor, Direction, Limit, Page, SortTag},
    schema::payments,
    search::{
        self as customers_search,
        listing::{self as customers_listing, Sort as CustomersSort},
        scope::Scope as CustomersScope,
    },
    values::{CountryCode, Currency},
};
use std::time::{Duration, Instant};

use diesel::{
    BoolExpressionMethods, BoxableExpression, PgConnection,
    dsl::{not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Nullable},
};
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

/// Counts stop here; a list shows "1,000+".
pub const COUNT_CAP: i64 = 1_000;

/// How long a search may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// So few candidates are sorted; more are met sooner by walking the list.
const FEW: i64 = 5_000;

/// A word may mean so many customers.
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
    /// As in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "-created",
            Self::Oldest => "created",
        }
    }

    /// The one of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Newest, Self::Oldest].into_iter().find(|order| order.as_str() == text)
    }

    /// In its cursors.
    pub fn tag(self) -> SortTag {
        match self {
            Self::Newest => SortTag::new(b'n'),
            Self::Oldest => SortTag::new(b'o'),
        }
    }

    /// The place of a payment in it.
    pub fn place(self, payment: &Payment) -> Cursor {
        Cursor::new(self.tag(), None, payment.id.uuid())
    }
}

/// Whose payments are listed, and when.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Theirs.
    pub account: AccountId,
    /// Where days begin.
    pub zone: TimeZone,
    /// What `today` is counted from.
    pub now: Timestamp,
    /// How phones in a customer's search are read.
    pub country: CountryCode,
    /// How amounts in it are.
    pub currency: Currency,
}

/// What came of a search.
#[derive(Debug)]
pub enum Listed {
    /// The page.
    Page(Page<Payment>),
    /// Words that mean too many customers.
    TooManyCustomers(String),
    /// It took too long and was stopped.
    Stopped,
}

diesel::define_sql_function! {
    /// PostgreSQL's own.
    fn coalesce(met: Nullable<Bool>, otherwise: Bool) -> Bool;
}

type Condition = Box<dyn BoxableExpression<payments::table, Pg, SqlType = Nullable<Bool>>>;

/// One page of a search.
///
/// # Errors
/// When the database fails.
pub fn page(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    order: Order,
    direction: &Direction,
    limit: Limit,
) -> Result<Listed> {
    let rows = search(conn, scope, query, |conn, known| {
        let is_descending = (order == Order::Newest) != direction.is_backward();
        let place = match direction {
            Direction::First => None,
            Direction::After(cursor) | Direction::Before(cursor) => Some(PaymentId::from_uuid(cursor.id())),
        };
        let mut rows = matching(scope, known)?.select(Row::as_select()).limit(limit.fetch());
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

/// How many payments a search finds, up to one more than [`COUNT_CAP`]; nothing when it took too long.
///
/// # Errors
/// When the database fails.
pub fn count(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Option<i64>> {
    let counted = search(conn, scope, query, |conn, known| {
        let ids = matching(scope, known)?.select(payments::id).limit(COUNT_CAP + 1);
        Ok(vec![ids.load::<PaymentId>(conn)?.len()])
    })?;
    let Searched::Rows(counts) = counted else { return Ok(None) };
    Ok(counts.first().and_then(|count| i64::try_from(*count).ok()))
}

/// What a search came to.
enum Searched<T> {
    Rows(Vec<T>),
    TooManyCustomers(String),
    Stopped,
}

/// A search with its customers found, and its candidates when they are few.
struct Known {
    branches: Vec<Vec<Found>>,
    few: Option<Vec<PaymentId>>,
}

/// A condition whose customers are known.
struct Found {
    negated: bool,
    test: Test,
    customers: Vec<CustomerId>,
}

fn search<T>(
    conn: &mut PgConnection,
    scope: &Scope,
    query: &Query,
    run: impl FnOnce(&mut PgConnection, &Known) -> Result<Vec<T>>,
) -> Result<Searched<T>> {
    let branches = match found(conn, scope, query)? {
        Whom::Found(branches) => branches,
        Whom::TooMany(words) => return Ok(Searched::TooManyCustomers(words)),
        Whom::Stopped => return Ok(Searched::Stopped),
    };
    let is_plain = branches.iter().flatten().count() == 0;
    let searched = conn.transaction(|conn| {
        let mut known = Known { branches, few: None };
        if !is_plain {
            let patience = format!("SET LOCAL statement_timeout = {}", PATIENCE.as_millis());
            diesel::sql_query(patience).execute(conn)?;
            known.few = candidates(conn, scope, &known)?;
        }
        run(conn, &known)
    });
    match searched {
        Ok(rows) => Ok(Searched::Rows(rows)),
        Err(Error::Unavailable(reason)) if !is_plain && reason.contains("statement timeout") => Ok(Searched::Stopped),
        Err(err) => Err(err),
    }
}

/// Whom the words of a search mean.
enum Whom {
    Found(Vec<Vec<Found>>),
    TooMany(String),
    Stopped,
}

/// The customers whom the words of a search mean, looked for in one span of patience for all words together.
fn found(conn: &mut PgConnection, scope: &Scope, query: &Query) -> Result<Whom> {
    let until = Instant::now() + PATIENCE;
    let mut branches = Vec::new();
    for terms in &query.branches {
        let mut branch = Vec::new();
        for Term { negated, test } in terms {
            let mut customers = Vec::new();
            for words in words_of(test) {
                match customers_of(conn, scope, words, until)? {
                    Theirs::Few(found) => customers.extend(found),
                    Theirs::TooMany => return Ok(Whom::TooMany(words.to_owned())),
                    Theirs::Stopped => return Ok(Whom::Stopped),
                }
            }
            branch.push(Found { negated: *negated, test: test.clone(), customers });
        }
        branches.push(branch);
    }
    Ok(Whom::Found(branches))
}

fn words_of(test: &Test) -> Vec<&str> {
    match test {
        Test::Words(words) => vec![words],
        Test::Customer(whose) => whose
            .iter()
            .filter_map(|one| if let Whose::Found(words) = one { Some(words.as_str()) } else { None })
            .collect(),
        _ => Vec::new(),
    }
}

/// The customers whom words find.
enum Theirs {
    Few(Vec<CustomerId>),
    TooMany,
    Stopped,
}

/// The customers whom `words` find, deleted ones too.
fn customers_of(conn: &mut PgConnection, scope: &Scope, words: &str, until: Instant) -> Result<Theirs> {
    let mut ids = Vec::new();
    for text in [words.to_owned(), format!("{words} status:deleted")] {
        // What is no search for customers finds none.
        let Ok(query) = customers_search::parse(&text, scope.country) else { continue };
        let patience = until.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Ok(Theirs::Stopped);
        }
        let usual = CustomersScope::now(scope.account, scope.zone.clone(), scope.currency);
        let of_customers = CustomersScope { patience, ..usual };
        let limit = Limit::MOST;
        let (sort, first) = (CustomersSort::NEWEST, Direction::First);
        let listed = customers_listing::page(conn, &of_customers, &query, sort, &first, limit, &[])?;
        if listed.page.has_next {
            return Ok(Theirs::TooMany);
        }
        if listed.is_stopped {
            return Ok(Theirs::Stopped);
        }
        ids.extend(listed.page.items.iter().map(|row| row.id));
    }
    Ok(if ids.len() <= MOST_CUSTOMERS { Theirs::Few(ids) } else { Theirs::TooMany })
}

/// The ids of all payments that one of the conditions leaves, if an index says that they are few.
fn candidates(conn: &mut PgConnection, scope: &Scope, known: &Known) -> Result<Option<Vec<PaymentId>>> {
    let [terms] = known.branches.as_slice() else { return Ok(None) };
    // One customer's payments are few enough as they are.
    if terms.iter().any(Found::is_common) {
        return Ok(None);
    }
    for term in terms.iter().filter(|term| !term.negated && has_index(&term.test)) {
        let ids = payments::table
            .filter(payments::account_id.eq(scope.account))
            .filter(condition(scope, term))
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

/// Whether an index finds the payments of a condition, so that few of them are found fast. Those of one customer or one
/// status come in the list's order from their index anyway.
fn has_index(test: &Test) -> bool {
    match test {
        Test::Amount(_) | Test::Currency(_) | Test::Last4(_) | Test::Reference(_) | Test::Id(_) | Test::Words(_) => {
            true
        }
        Test::Customer(whose) => whose.len() > 1 || matches!(whose.first(), Some(Whose::Found(_))),
        Test::Status(statuses) => statuses.len() > 1 && !statuses.contains(&super::Status::Succeeded),
        Test::Created(_) => false,
    }
}

type Matching<'a> = payments::BoxedQuery<'a, Pg>;

/// The payments of a search.
fn matching<'a>(scope: &Scope, known: &Known) -> Result<Matching<'a>> {
    let mut rows = payments::table.into_boxed().filter(payments::account_id.eq(scope.account));
    if let Some(few) = &known.few {
        rows = rows.filter(payments::id.eq_any(few.clone()));
    }
    match known.branches.as_slice() {
        [terms] => {
            for term in terms {
                rows = rows.filter(condition(scope, term));
            }
        }
        branches => {
            let all = |terms: &Vec<Found>| {
                terms.iter().map(|term| condition(scope, term)).fold(always(true), |all, one| Box::new(all.and(one)))
            };
            let any = branches.iter().map(all).fold(always(false), |any, one: Condition| Box::new(any.or(one)));
            rows = rows.filter(any);
        }
    }
    // What people type makes more statements than are worth keeping prepared.
    let is_common = matches!(known.branches.as_slice(), [terms] if terms.iter().all(|term| term.is_common()));
    Ok(if is_common { rows } else { rows.filter(sql::<Bool>("true")) })
}

impl Found {
    /// Whether it is the one condition of a customer's own list.
    fn is_common(&self) -> bool {
        !self.negated && matches!(&self.test, Test::Customer(whose) if matches!(whose.as_slice(), [Whose::Customer(_)]))
    }
}

fn always(it_is: bool) -> Condition {
    Box::new(sql::<Nullable<Bool>>(if it_is { "true" } else { "false" }))
}

fn condition(scope: &Scope, term: &Found) -> Condition {
    let meets = met(scope, term);
    // What is not known of a payment is not what was asked for either.
    if term.negated { Box::new(not(coalesce(meets, false)).nullable()) } else { meets }
}

fn met(scope: &Scope, term: &Found) -> Condition {
    match &term.test {
        Test::Status(statuses) => match statuses.as_slice() {
            [one] => Box::new(payments::status.eq(one.as_str()).nullable()),
            many => {
                let names: Vec<&'static str> = many.iter().map(|status| status.as_str()).collect();
                Box::new(payments::status.eq_any(names).nullable())
            }
        },
        Test::Currency(currencies) => Box::new(payments::currency.eq_any(currencies.clone()).nullable()),
        Test::Id(ids) => Box::new(payments::id.eq_any(ids.clone()).nullable()),
        Test::Last4(digits) => Box::new(payments::method_last4.eq_any(digits.clone())),
        Test::Reference(texts) => Box::new(payments::reference.eq_any(texts.clone())),
        Test::Amount(amounts) => any(amounts.iter().map(|range| {
            let within = payments::amount.between(range.least, range.most);
            Box::new(payments::currency.eq(range.currency).and(within).nullable()) as Condition
        })),
        Test::Created(periods) => {
            any(search::between(periods, &scope.zone, scope.now).into_iter().map(|(from, until)| {
                let first = from.map_or(Uuid::nil(), |at| PaymentId::first_at(at).uuid());
                let behind = until.map_or(Uuid::max(), |at| PaymentId::first_at(at).uuid());
                let (first, behind) = (PaymentId::from_uuid(first), PaymentId::from_uuid(behind));
                Box::new(payments::id.ge(first).and(payments::id.lt(behind)).nullable()) as Condition
            }))
        }
        Test::Customer(whose) => of_customers(whose, &term.customers),
        Test::Words(words) => {
            let text = words.trim_matches('"').to_owned();
            let theirs = payments::customer_id.eq_any(term.customers.clone());
            let same = payments::reference.eq(text.clone());
            let digits = payments::method_last4.eq(text.to_ascii_uppercase());
            Box::new(theirs.or(same).or(digits))
        }
    }
}

fn of_customers(whose: &[Whose], found: &[CustomerId]) -> Condition {
    match whose {
        [Whose::Customer(one)] => return Box::new(payments::customer_id.eq(*one)),
        [Whose::Nobody] => return Box::new(payments::customer_id.is_null().nullable()),
        _ => {}
    }
    let named = whose.iter().filter_map(|one| if let Whose::Customer(id) = one { Some(*id) } else { None });
    let ids: Vec<CustomerId> = named.chain(found.iter().copied()).collect();
    if whose.contains(&Whose::Nobody) {
        return Box::new(payments::customer_id.is_null().or(payments::customer_id.eq_any(ids)));
    }
    Box::new(payments::customer_id.eq_any(ids))
}

fn any(conditions: impl Iterator<Item = Condition>) -> Condition {
    conditions.reduce(|any, one| Box::new(any.or(one))).unwrap_or_else(|| always(false))
}
