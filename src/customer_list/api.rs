//! The calls that list and count customers.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;

use crate::{
    api::{
        answer::Reply,
        call::{Call, Caller},
        lists::{AFTER, BEFORE, CountObject, LIMIT, ListObject, Parameters, damaged, stopped},
        refusal::Result,
        route::ApiRoute,
        told::{Kind, Parameter},
    },
    api_keys::permissions::{Permission, Resource::Customers},
    codes::Code,
    customer_parts::{COLUMNS, LANGUAGE, object::CustomerObject},
    customers::model,
    db::Db,
    ids::CustomerId,
    paging::{Cursor, Direction},
    query::Query,
    search::{
        self,
        listing::{self, COUNT_CAP, Sort},
        scope::Scope,
    },
    values::text,
};

const Q: Parameter = Parameter::text(
    "q",
    "A search in the dashboard’s language: `jane smith`, `email:*@acme.com`, `created:last-30d`, `spent:>100EUR`, \
     `-has:phone`, `a OR b`.",
)
.refusing(&[Code::QueryNotUnderstood]);
const REFERENCE: Parameter = Parameter::text("reference", "Your own id of the customer, whole.").of(Kind::Filled);
const SORT: Parameter = Parameter::text(
    "sort",
    "The order; `-` turns it around. `field.KEY` is by a custom field. The newest come first when it is not given.",
)
.of(Kind::OneOfOr(
    "^-?field\\.[a-z][a-z0-9_]{0,39}$",
    &[
        "-created",
        "created",
        "name",
        "-name",
        "email",
        "-email",
        "-volume",
        "volume",
        "-last_payment",
        "last_payment",
        "-deleted",
        "deleted",
    ],
));

/// Returns the calls about all customers.
pub fn routes() -> Vec<ApiRoute> {
    vec![
        ApiRoute::get("/v1/customers", Permission::read(Customers), list)
            .taking(&[Q, REFERENCE, SORT, LIMIT, AFTER, BEFORE])
            .told("list_customers", "List and search customers", "Deleted ones only with `q=status:deleted`.")
            .answering::<ListObject<CustomerObject>>(StatusCode::OK),
        ApiRoute::get("/v1/customers/count", Permission::read(Customers), count)
            .taking(&[Q, REFERENCE])
            .told("count_customers", "Count customers", "Stops at 1,000.")
            .answering::<CountObject>(StatusCode::OK),
    ]
}

/// The search that the parameters ask for: `q`, and the whole reference.
fn query(asked: &Parameters, caller: &Caller) -> Result<Query> {
    let mut query = asked.query(|q| LANGUAGE.parse(q, caller.key.home()))?;
    if let Some(given) = asked.filled("reference")? {
        let line = text::line(given, 500).map_err(|err| asked.wrong("reference", err.to_string()))?;
        if let Some(term) = line.as_deref().and_then(search::of_reference) {
            query = query.adding(term);
        }
    }
    Ok(query)
}

fn scope(caller: &Caller) -> Scope {
    let settings = &caller.key.settings;
    let (zone, currency) = (settings.time_zone.clone(), settings.default_currency);
    Scope::at(caller.now(), &LANGUAGE, caller.key.account, zone, currency).behind(caller.key.curtain())
}

/// Answers `GET /v1/customers`.
async fn list(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let is_plain = asked.given("q").is_none() && asked.given("sort").is_none();
    let answer = move |conn: &mut PgConnection, caller: &Caller| page(conn, caller, &asked);
    let reply = if is_plain { call.read(&db, answer).await? } else { call.search(&db, answer).await? };
    Ok(reply.answer())
}

fn page(conn: &mut PgConnection, caller: &Caller, asked: &Parameters) -> Result<Reply> {
    let sort = match asked.given("sort") {
        None => Sort::NEWEST,
        Some(text) => {
            let sort = COLUMNS.sort_among(text, &caller.key.home());
            sort.map_err(|reason| asked.wrong("sort", reason.to_string()))?
        }
    };
    let (query, limit) = (query(asked, caller)?, asked.limit()?);
    let is_by_creation = sort == Sort::NEWEST || sort == Sort::NEWEST.reversed();
    let of_id = |id: CustomerId| Cursor::new(sort.tag(), None, id.uuid());
    let direction = asked.direction(sort.tag(), is_by_creation.then_some(of_id))?;
    if let Direction::After(cursor) | Direction::Before(cursor) = &direction
        && !sort.has_place(cursor)
    {
        return Err(damaged());
    }
    let listed = listing::page(conn, &scope(caller), &query, sort, &direction, limit, &[])?;
    if listed.is_stopped {
        return Err(stopped());
    }
    let place = |row: &listing::Row| row.cursor(sort);
    let (next, previous) = (listed.page.next_cursor(place), listed.page.previous_cursor(place));
    let ids: Vec<CustomerId> = listed.page.items.iter().map(|row| row.id).collect();
    let customers = model::find_all(conn, caller.key.account, &ids)?;
    let data = CustomerObject::of_all(conn, caller.shown(), customers)?;
    Reply::new(StatusCode::OK, &ListObject::new("/v1/customers", data, next, previous), caller.request)
}

/// Answers `GET /v1/customers/count`.
async fn count(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.search(&db, move |conn, caller| {
        let found = listing::count(conn, &scope(caller), &query(&asked, caller)?)?;
        let (count, capped) = (found.customers.min(COUNT_CAP), found.customers > COUNT_CAP || found.is_stopped);
        Reply::new(StatusCode::OK, &CountObject::new(count, capped), caller.request)
    });
    Ok(answer.await?.answer())
}
