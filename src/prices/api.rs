//! The calls about prices.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;

use super::{
    body::{self, NEW_PRICE, PRICE_CHANGE, PriceBody},
    model::{self, BY_CREATION, Price, Which},
    object::PriceObject,
    writing::{self, Renamed},
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller, DRY_RUN},
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::Parameter,
        version,
    },
    api_keys::permissions::{Permission, Resource::Prices},
    codes::Code,
    db::Db,
    error::Error,
    events::{Fields, fields::value},
    ids::PriceId,
    paging::Cursor,
};

const THING: &str = "price";

/// The path of the list.
const ALL: &str = "/v1/prices";

const ARCHIVED: Parameter = Parameter::flag("archived", "The archived prices instead of the others.");

const CREATING: &str = "Its money and its interval never change: to charge more, make another and archive this one. A \
    key is used once in an account, also by an archived price.";
const CHANGING: &str = "Its name, its key, and whether it is archived. An archived price is offered no more; what was \
    agreed by it stays as it is.";

/// Returns the calls about prices.
pub fn routes() -> Vec<ApiRoute> {
    let one = "/v1/prices/{id}";
    let (read, write) = (Permission::read(Prices), Permission::write(Prices));
    vec![
        ApiRoute::get(ALL, read, list)
            .taking(&[ARCHIVED, LIMIT, AFTER, BEFORE])
            .told("list_prices", "List the prices", "The newest first, without those that are archived.")
            .answering::<ListObject<PriceObject>>(StatusCode::OK),
        ApiRoute::post(ALL, write, create)
            .taking(&[DRY_RUN])
            .told("create_price", "Make a price", CREATING)
            .reading(&NEW_PRICE)
            .answering::<PriceObject>(StatusCode::CREATED)
            .refusing(&[Code::PriceKeyTaken])
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told(
                "retrieve_price",
                "Read a price",
                "By its id or by your own key of it. An archived one too, which says so.",
            )
            .answering::<PriceObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .taking(&[DRY_RUN])
            .told("update_price", "Change a price", CHANGING)
            .reading(&PRICE_CHANGE)
            .answering::<PriceObject>(StatusCode::OK)
            .refusing(&[Code::PriceKeyTaken])
            .comparing(),
    ]
}

/// Reads the price that a path names, by its id or its key.
fn price(conn: &mut PgConnection, caller: &Caller, path: &str) -> Result<Price> {
    caller.found(THING, model::named(conn, caller.key.account, path))
}

fn reply(status: StatusCode, caller: &Caller, price: &Price) -> Result<Reply> {
    let object = PriceObject::new(price, caller.livemode());
    Ok(Reply::new(status, &object, caller.request)?.of_version(price.version))
}

/// Answers `GET /v1/prices`.
async fn list(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let limit = asked.limit()?;
        let of_id = |id: PriceId| Cursor::new(BY_CREATION, None, id.uuid());
        let direction = asked.direction(BY_CREATION, Some(of_id))?;
        let which = if asked.flag("archived")? { Which::Archived } else { Which::Active };
        let page = model::page(conn, caller.key.account, which, &direction, limit)?;
        let (next, previous) = (page.next_cursor(Price::place), page.previous_cursor(Price::place));
        let data = page.items.iter().map(|price| PriceObject::new(price, caller.livemode())).collect();
        Reply::new(StatusCode::OK, &ListObject::new(ALL, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/prices/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| reply(StatusCode::OK, caller, &price(conn, caller, &path)?));
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/prices`.
async fn create(call: Call, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let now = caller.now();
        let new = body::new_price(&sent?)?;
        let made = writing::create(conn, &caller.by(), now, PriceId::at(now), new)?;
        Ok(reply(StatusCode::CREATED, caller, &made)?.at(format!("{ALL}/{}", made.id)))
    };
    call.write(&db, &raw, change).await
}

/// Answers `PATCH`, `PUT` and `POST /v1/prices/{id}`.
async fn update(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (sent, now) = (sent?, caller.now());
        let id = price(conn, caller, &path)?.id;
        let current = caller.found(THING, writing::find_for_update(conn, caller.key.account, id))?;
        version::check(meant.as_ref(), current.version)?;
        let stored = serde_json::to_value(PriceObject::new(&current, caller.livemode())).map_err(Error::internal)?;
        let PriceBody { given, archived, version } = body::change(&sent, &stored)?;
        let (by, version) = (caller.by(), version::check_named(version, current.version)?);
        let mut one = match writing::rename(conn, &by, now, id, version, &given)? {
            Renamed::Done(one) => *one,
            Renamed::Clash(current, _, names) => return Err(clashed(&current, &names, &given)),
        };
        match archived {
            Some(true) => one = writing::archive(conn, &by, now, id)?,
            Some(false) => one = writing::unarchive(conn, &by, now, id)?,
            None => {}
        }
        reply(StatusCode::OK, caller, &one)
    };
    call.write(&db, &raw, change).await
}

fn clashed(current: &Price, names: &[&str], given: &Fields) -> Refusal {
    let stored = current.naming.fields();
    version::clashed(current.version, names.iter().map(|name| (*name, value(given, name), value(&stored, name))))
}
