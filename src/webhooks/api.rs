//! The calls about events.

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{object::EventObject, subjects};
use crate::{
    api::{
        answer::Reply,
        call::{Call, Caller},
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::{Kind, Parameter},
    },
    api_keys::permissions::{Permission, Resource::Events},
    customers::model as customers,
    db::Db,
    error::Error,
    events::outbox::means,
    history::{
        self, Event,
        stream::{self, NEWEST, OLDEST, Which},
    },
    ids::{AnyId, CustomerId, EventId},
    lists::api::CUSTOMER,
    paging::Cursor,
    values::nearest::nearest_of,
};

const THING: &str = "event";

/// The path of the list.
const ALL: &str = "/v1/events";

const TYPE: Parameter = Parameter::text(
    "type",
    "Only events of this type, or of all whose names begin alike: `customer.updated`, `customer.*`.",
)
.of(Kind::Filled);
const SUBJECT: Parameter =
    Parameter::text("subject", "The id of what they happened to, like `pay_…` or `sub_…`.").of(Kind::Filled);
const SORT: Parameter = Parameter::text(
    "sort",
    "`-created`, the newest first, or `created`, the oldest first; that order ends 10 seconds before now, so that nothing \
     slips in behind you.",
)
.of(Kind::OneOf(&["created", "-created"]));

const LISTING: &str = "To keep a copy of your own, read with `sort=created`, and go on with `after=` the id of the last \
    event that you have. In a test account whose clock is moved, the order is that of its time.";

/// Returns the calls about events.
pub fn routes() -> Vec<ApiRoute> {
    let read = Permission::read(Events);
    vec![
        ApiRoute::get(ALL, read, list)
            .taking(&[TYPE, SUBJECT, CUSTOMER, SORT, LIMIT, AFTER, BEFORE])
            .told("list_events", "List what happened", LISTING)
            .answering::<ListObject<EventObject>>(StatusCode::OK),
        ApiRoute::get("/v1/events/{id}", read, retrieve)
            .told("retrieve_event", "Read an event", "With its subject as it is now.")
            .answering::<EventObject>(StatusCode::OK),
    ]
}

/// Reads the types that are asked for.
fn kinds(asked: &Parameters) -> Result<Vec<&'static str>> {
    let Some(given) = asked.filled("type")? else { return Ok(subjects::kinds().collect()) };
    let found: Vec<&'static str> = subjects::kinds().filter(|kind| means(given, kind)).collect();
    if found.is_empty() {
        let near = nearest_of(given, subjects::kinds());
        let hint = near.map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
        return Err(asked.wrong("type", format!("There is no type “{given}”.{hint}")));
    }
    Ok(found)
}

/// Answers `GET /v1/events`.
async fn list(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let (kinds, limit) = (kinds(&asked)?, asked.limit()?);
        let order = if asked.word(&SORT)? == Some("created") { OLDEST } else { NEWEST };
        let of_id = |id: EventId| Cursor::new(order, None, id.uuid());
        let direction = asked.direction(order, Some(of_id))?;
        let subject = match asked.filled("subject")? {
            None => None,
            Some(text) => {
                let id = AnyId::find(text);
                Some(id.ok_or_else(|| asked.wrong("subject", "“subject” is the id of a thing, like pay_…."))?)
            }
        };
        let customer: Option<CustomerId> = asked.id(&CUSTOMER)?;
        if let Some(id) = customer {
            caller.found("customer", customers::check(conn, caller.key.account, id))?;
        }
        let which = Which {
            kinds: &kinds,
            is_of_some_kinds: asked.filled("type")?.is_some(),
            subject: subject.map(AnyId::uuid),
            customer,
            order,
        };
        let end = match order {
            OLDEST => stream::settled(conn, &caller.key.clock)?,
            _ => EventId::from_uuid(uuid::Uuid::max()),
        };
        let page = stream::page(conn, caller.key.account, &which, end, &direction, limit)?;
        let place = |event: &Event| event.place(order);
        let (next, previous) = (page.next_cursor(place), page.previous_cursor(place));
        let data = objects(conn, caller, page.items)?;
        Reply::new(StatusCode::OK, &ListObject::new(ALL, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/events/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id: EventId = caller.id(THING, &path)?;
        let events = history::with_ids(conn, caller.key.account, &[id.uuid()])?;
        let object = objects(conn, caller, events)?.pop();
        let object = caller.found(THING, object.ok_or(Error::NotFound))?;
        Reply::new(StatusCode::OK, &object, caller.request)
    });
    Ok(answer.await?.answer())
}

fn objects(conn: &mut diesel::PgConnection, caller: &Caller, events: Vec<Event>) -> Result<Vec<EventObject>> {
    let hidden = events.into_iter().map(|event| event.behind(caller.key.curtain())).collect();
    EventObject::of_all(conn, &caller.shown(), hidden).map_err(Refusal::House)
}
