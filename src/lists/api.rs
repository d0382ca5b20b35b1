//! A list for programs: the calls that list and count what the pages of the same list show, in its language and its orders.

use std::str::FromStr;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Asked, COUNT_CAP, Counted, Language, Listed, Lists, Scope, Sort, Table, count as count_rows, of_choice, of_customer,
};
use crate::{
    api::{
        answer::Reply,
        call::{Call, Caller},
        lists::{AFTER, BEFORE, CountObject, LIMIT, ListObject, Parameters, damaged, stopped},
        refusal::{Refusal, Result},
        told::{Kind, Parameter},
    },
    codes::Code,
    customers,
    db::Db,
    error::Error,
    ids::{AnyId, CustomerId},
    paging::Direction,
    query::{Query, Term},
};

/// The customer whose rows are listed.
pub const CUSTOMER: Parameter = Parameter::text("customer", "The id of a customer: only what is theirs.")
    .of(Kind::Id(CustomerId::PREFIX))
    .refusing(&[Code::NotFound]);

/// Makes the parameter of a search; `meaning` has examples.
pub const fn q(meaning: &'static str) -> Parameter {
    Parameter::text("q", meaning).refusing(&[Code::QueryNotUnderstood])
}

/// Makes the parameter of the orders with these names.
pub const fn sort(names: &'static [&'static str]) -> Parameter {
    Parameter::text("sort", "The order; `-` turns it around. The newest come first when it is not given.")
        .of(Kind::OneOf(names))
}

/// Reads a parameter that asks for a word of the key of the same name.
///
/// # Errors
/// `invalid_parameter`.
pub fn chosen(language: &Language, asked: &Parameters, one: &Parameter) -> Result<Option<Term>> {
    let Some(word) = asked.word(one)? else { return Ok(None) };
    let term = of_choice(language, one.name, word).ok_or_else(|| Error::internal("a word that no search knows"))?;
    Ok(Some(term))
}

/// A list whose rows programs read too.
pub trait Calls: Lists {
    /// The id of a row.
    type Id: FromStr + Into<AnyId>;

    /// A row as programs read it.
    type Object: JsonSchema + Serialize;

    /// The path of the list: `/v1/payments`.
    const PATH: &'static str;

    /// Reads the parameters that narrow it besides `q` and `customer`.
    ///
    /// # Errors
    /// The refusal of a parameter.
    fn narrowed(_: &mut PgConnection, _: &Caller, _: &Parameters) -> Result<Vec<Term>> {
        Ok(Vec::new())
    }

    /// Makes the objects of rows.
    ///
    /// # Errors
    /// When the database fails.
    fn objects(conn: &mut PgConnection, caller: &Caller, rows: &[Self::Row]) -> Result<Vec<Self::Object>>;
}

/// Answers the call that lists all rows, or those of the customer in the parameters.
///
/// # Errors
/// What the key may not, and what is wrong with the parameters.
pub async fn list<L: Calls>(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    answered::<L>(call, asked, None, &db).await
}

/// Answers the call that lists the rows of the customer whom the path names.
///
/// # Errors
/// What the key may not, and what is wrong with the parameters.
pub async fn list_of<L: Calls>(
    call: Call,
    path: web::Path<String>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    answered::<L>(call, asked, Some(path.into_inner()), &db).await
}

async fn answered<L: Calls>(call: Call, asked: Parameters, path: Option<String>, db: &Db) -> Result<HttpResponse> {
    let is_plain = asked.has_only(&[CUSTOMER, LIMIT, AFTER, BEFORE]);
    let answer = move |conn: &mut PgConnection, caller: &Caller| match &path {
        None => page::<L>(conn, caller, &asked, L::PATH.to_owned(), asked.id(&CUSTOMER)?),
        Some(path) => {
            let customer: CustomerId = caller.id("customer", path)?;
            let url = L::PATH.replacen("/v1", &format!("/v1/customers/{customer}"), 1);
            page::<L>(conn, caller, &asked, url, Some(customer))
        }
    };
    let reply = if is_plain { call.read(db, answer).await? } else { call.search(db, answer).await? };
    Ok(reply.answer())
}

fn page<L: Calls>(
    conn: &mut PgConnection,
    caller: &Caller,
    asked: &Parameters,
    url: String,
    customer: Option<CustomerId>,
) -> Result<Reply> {
    let (sort, limit) = (order(L::table(), asked)?, asked.limit()?);
    let direction = direction::<L>(asked, sort)?;
    let (query, scope) = (query::<L>(conn, caller, asked, customer)?, scope(caller));
    let page = match L::read(conn, &Asked { scope: &scope, query: &query, sort, direction: &direction, limit })? {
        Listed::Page(page) => page,
        Listed::Stopped => return Err(stopped()),
        Listed::TooManyCustomers(words) => return Err(too_many(asked, &words)),
    };
    let place = |row: &L::Row| L::place(sort, row);
    let (next, previous) = (page.next_cursor(place), page.previous_cursor(place));
    let data = L::objects(conn, caller, &page.items)?;
    Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
}

/// Answers the call that counts them.
///
/// # Errors
/// What the key may not, and what is wrong with the parameters.
pub async fn count<L: Calls>(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.search(&db, move |conn, caller| {
        let query = query::<L>(conn, caller, &asked, asked.id(&CUSTOMER)?)?;
        let found = match count_rows(conn, L::table(), &scope(caller), &query)? {
            Counted::Rows(count) => count,
            Counted::Stopped => return Err(stopped()),
            Counted::TooManyCustomers(words) => return Err(too_many(&asked, &words)),
        };
        Reply::new(StatusCode::OK, &CountObject::new(found.min(COUNT_CAP), found > COUNT_CAP), caller.request)
    });
    Ok(answer.await?.answer())
}

fn scope(caller: &Caller) -> Scope {
    Scope::of(caller.key.account, caller.now(), &caller.key.settings, caller.key.curtain())
}

fn order(table: &Table, asked: &Parameters) -> Result<Sort> {
    let Some(text) = asked.given("sort") else { return Ok(table.newest()) };
    Sort::parse(text, table.orders).ok_or_else(|| {
        let names = table.sorts().map(Sort::name);
        asked.wrong("sort", format!("“sort” is one of {}.", names.collect::<Vec<_>>().join(", ")))
    })
}

/// Reads the place in the list. In the order of creation any id is one.
fn direction<L: Calls>(asked: &Parameters, sort: Sort) -> Result<Direction> {
    let of_id = |id: L::Id| sort.place(id.into().uuid(), &[]);
    let direction = asked.direction(sort.tag(), sort.is_by_id().then_some(of_id))?;
    match &direction {
        Direction::After(place) | Direction::Before(place) if !sort.has_place(place) => Err(damaged()),
        _ => Ok(direction),
    }
}

/// Reads the search that the parameters ask for: `q`, among the rows of one customer or of all, narrowed as the list has it.
fn query<L: Calls>(
    conn: &mut PgConnection,
    caller: &Caller,
    asked: &Parameters,
    customer: Option<CustomerId>,
) -> Result<Query> {
    let mut query = asked.query(|q| L::table().language.parse(q, caller.key.home()))?;
    if let Some(customer) = customer {
        caller.found("customer", customers::model::check(conn, caller.key.account, customer))?;
        query = query.narrowed(of_customer(customer));
    }
    Ok(L::narrowed(conn, caller, asked)?.into_iter().fold(query, |query, term| query.narrowed(term)))
}

fn too_many(asked: &Parameters, words: &str) -> Refusal {
    let message = format!("Too many customers match “{words}”. Write more of the name, or send “customer”.");
    asked.wrong("q", message)
}
