//! The calls about webhook endpoints and their deliveries.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;

use super::{
    deliveries::{self, Delivery, NEWEST, Status},
    endpoint_body::{self, ENDPOINT_CHANGE, NEW_ENDPOINT, NEW_SECRET, Place},
    endpoint_object::{DeliveryObject, EndpointObject, SecretObject},
    merging::{self, Saved},
    model::{self, Disabled, Endpoint, Wish},
    resending,
    secret::Secret,
    writing,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::{Kind, Parameter},
        version,
    },
    api_keys::permissions::{Permission, Resource::Webhooks},
    codes::Code,
    db::Db,
    error::Error,
    events::fields::value,
    ids::{EndpointId, EventId},
    outgoing::Networks,
    paging::{Cursor, Page},
    sealing::Seals,
};

const THING: &str = "webhook endpoint";

/// The path of the list.
const ALL: &str = "/v1/webhook_endpoints";

const STATUS: Parameter = Parameter::text("status", "Only deliveries of which this became.").of(Kind::OneOf(&[
    "waiting",
    "succeeded",
    "failed",
    "skipped",
]));

const CREATING: &str = "Its secret is told this once. Every event is signed by it as Standard Webhooks says, and sent again \
    for three days until it is received: answer with any 2xx within 15 seconds. A key that is told private data masked may \
    not make one, since events are sent as they are.";
const CHANGING: &str = "What waits to be sent goes to the new address. While it is disabled events are noted and not sent; \
    they can be sent by hand.";
const REPLACING: &str = "Until the secret before ends, both sign, the newest first.";
const TESTING: &str = "Sends a `webhook_endpoint.test`, also to one that is disabled. It counts neither for nor against the \
    endpoint, and is not tried again.";
const RESENDING: &str = "One more try now, of any event of the last 30 days, also to one that is disabled. It counts neither \
    for nor against the endpoint.";

/// Returns the calls.
pub fn routes() -> Vec<ApiRoute> {
    let one = "/v1/webhook_endpoints/{id}";
    let (read, write) = (Permission::read(Webhooks), Permission::write(Webhooks));
    vec![
        ApiRoute::get(ALL, read, list)
            .told("list_webhook_endpoints", "List the webhook endpoints", "The newest first. There are 16 at most.")
            .answering::<ListObject<EndpointObject>>(StatusCode::OK),
        ApiRoute::post(ALL, write, create)
            .told("create_webhook_endpoint", "Make a webhook endpoint", CREATING)
            .reading(&NEW_ENDPOINT)
            .answering::<SecretObject>(StatusCode::CREATED)
            .refusing(&[Code::TooManyEndpoints])
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_webhook_endpoint", "Read a webhook endpoint", "Its secret is told no more.")
            .answering::<EndpointObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .told("update_webhook_endpoint", "Change a webhook endpoint", CHANGING)
            .reading(&ENDPOINT_CHANGE)
            .answering::<EndpointObject>(StatusCode::OK)
            .comparing(),
        ApiRoute::delete(one, write, remove)
            .told("remove_webhook_endpoint", "Remove a webhook endpoint", "It can be undone for 30 days.")
            .answering::<EndpointObject>(StatusCode::OK)
            .comparing(),
        ApiRoute::post("/v1/webhook_endpoints/{id}/secret", write, replace_secret)
            .told("replace_webhook_secret", "Replace the secret", REPLACING)
            .reading(&NEW_SECRET)
            .answering::<SecretObject>(StatusCode::OK)
            .refusing(&[Code::RotationUnderWay])
            .versioned(),
        ApiRoute::post("/v1/webhook_endpoints/{id}/test", write, test)
            .while_moving()
            .told("test_webhook_endpoint", "Send a test event", TESTING)
            .answering::<DeliveryObject>(StatusCode::ACCEPTED),
        ApiRoute::get("/v1/webhook_endpoints/{id}/deliveries", read, log)
            .taking(&[STATUS, LIMIT, AFTER, BEFORE])
            .told("list_webhook_deliveries", "List what was sent", "The newest event first, for 30 days.")
            .answering::<ListObject<DeliveryObject>>(StatusCode::OK),
        ApiRoute::post("/v1/webhook_endpoints/{id}/deliveries/{event}/attempts", write, resend)
            .while_moving()
            .told("resend_webhook_event", "Send an event again", RESENDING)
            .answering::<DeliveryObject>(StatusCode::ACCEPTED)
            .refusing(&[Code::EventTooOld]),
    ]
}

fn reply(status: StatusCode, caller: &Caller, one: &Endpoint) -> Result<Reply> {
    let object = EndpointObject::new(one, caller.livemode());
    Ok(Reply::new(status, &object, caller.request)?.of_version(one.version))
}

/// Tells an endpoint with its secret, once.
fn reply_once(status: StatusCode, caller: &Caller, one: &Endpoint, secret: &Secret) -> Result<Reply> {
    let endpoint = EndpointObject::new(one, caller.livemode());
    let told = SecretObject { endpoint: endpoint.clone(), secret: Some(secret.reveal()) };
    let kept = SecretObject { endpoint, secret: None };
    Ok(Reply::new(status, &told, caller.request)?.keeping(&kept, caller.request)?.of_version(one.version))
}

/// Refuses a key that is told private data masked: what it cannot read it must not have sent elsewhere.
fn refuse_masked(caller: &Caller) -> Result<()> {
    if !caller.key.is_masked {
        return Ok(());
    }
    let message =
        "This key is told private data masked, so it may not decide where events are sent, which have it all.";
    Err(Refusal::new(Code::PermissionMissing, message))
}

fn place<'a>(caller: &Caller, networks: &'a Networks) -> Place<'a> {
    Place { is_test: !caller.livemode(), networks }
}

/// Answers `GET /v1/webhook_endpoints`.
async fn list(call: Call, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let all = model::all(conn, caller.key.account)?;
        let data = all.iter().map(|one| EndpointObject::new(one, caller.livemode())).collect();
        Reply::new(StatusCode::OK, &ListObject::new(ALL, data, None, None), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/webhook_endpoints/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id = caller.id(THING, &path)?;
        reply(StatusCode::OK, caller, &caller.found(THING, model::find(conn, caller.key.account, id))?)
    });
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/webhook_endpoints`.
async fn create(
    call: Call,
    sent: Body,
    db: web::Data<Db>,
    seals: web::Data<Seals>,
    networks: web::Data<Networks>,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        refuse_masked(caller)?;
        let wish = endpoint_body::new_endpoint(&sent?, place(caller, &networks))?;
        let (id, secret) = (EndpointId::at(caller.now()), Secret::new()?);
        let made = writing::create(conn, &caller.by(), id, wish, (&secret, &seals))?;
        Ok(reply_once(StatusCode::CREATED, caller, &made, &secret)?.at(format!("{ALL}/{id}")))
    };
    call.write(&db, &raw, change).await
}

/// Answers `PATCH`, `PUT` and `POST /v1/webhook_endpoints/{id}`.
async fn update(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    networks: web::Data<Networks>,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        refuse_masked(caller)?;
        let (sent, id) = (sent?, caller.id(THING, &path)?);
        let current = caller.found(THING, writing::find_for_update(conn, caller.key.account, id))?;
        version::check(meant.as_ref(), current.version)?;
        let stored = serde_json::to_value(EndpointObject::new(&current, caller.livemode())).map_err(Error::internal)?;
        let body = endpoint_body::change(&sent, &stored, place(caller, &networks))?;
        let version = version::check_named(body.version, current.version)?;
        let (by, wish) = (caller.by(), body.wish(&current.wish));
        let mut one = match merging::save(conn, &by, id, version, &wish)? {
            Saved::Done(one) => *one,
            Saved::Clash(current, _, names) => return Err(clashed(&current, &names, &wish)),
        };
        match body.enabled {
            Some(true) => one = writing::enable(conn, &by, id)?,
            Some(false) => one = writing::disable(conn, &by, id, Disabled::ByHand)?,
            None => {}
        }
        reply(StatusCode::OK, caller, &one)
    };
    call.write(&db, &raw, change).await
}

fn clashed(current: &Endpoint, names: &[&str], wish: &Wish) -> Refusal {
    let (stored, given) = (current.wish.fields(), wish.fields());
    version::clashed(current.version, names.iter().map(|name| (*name, value(&given, name), value(&stored, name))))
}

/// Answers `DELETE /v1/webhook_endpoints/{id}`.
async fn remove(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (raw, meant) = (sent.raw.clone(), call.if_match.clone());
    let sent = sent.none();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent?;
        let id = caller.id(THING, &path)?;
        let current = caller.found(THING, writing::find_for_update(conn, caller.key.account, id))?;
        version::check(meant.as_ref(), current.version)?;
        reply(StatusCode::OK, caller, &writing::remove(conn, &caller.by(), id)?)
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/webhook_endpoints/{id}/secret`.
async fn replace_secret(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    seals: web::Data<Seals>,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        refuse_masked(caller)?;
        let (overlap, id) = (endpoint_body::new_secret(&sent?)?, caller.id(THING, &path)?);
        let secret = Secret::new()?;
        let replaced = writing::replace_secret(conn, &caller.by(), id, (&secret, &seals), overlap);
        reply_once(StatusCode::OK, caller, &caller.found(THING, replaced)?, &secret)
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/webhook_endpoints/{id}/test`.
async fn test(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    let sent = sent.none();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent?;
        let id = caller.id(THING, &path)?;
        let event = caller.found(THING, writing::test(conn, &caller.by(), id))?;
        accepted(conn, caller, id, event)
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/webhook_endpoints/{id}/deliveries/{event}/attempts`.
async fn resend(call: Call, path: web::Path<(String, String)>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    let sent = sent.none();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent?;
        let id = caller.id(THING, &path.0)?;
        caller.found(THING, model::find(conn, caller.key.account, id))?;
        let event: EventId = caller.id("event", &path.1)?;
        caller.found("event", resending::send_again(conn, &caller.by(), id, event))?;
        accepted(conn, caller, id, event)
    };
    call.write(&db, &raw, change).await
}

fn accepted(conn: &mut PgConnection, caller: &Caller, id: EndpointId, event: EventId) -> Result<Reply> {
    let delivery = deliveries::find(conn, caller.key.account, id, event)?;
    let object = DeliveryObject::new(delivery, id, caller.livemode());
    Reply::new(StatusCode::ACCEPTED, &object, caller.request)
}

/// Answers `GET /v1/webhook_endpoints/{id}/deliveries`.
async fn log(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let (limit, status) = (asked.limit()?, asked.word(&STATUS)?.and_then(Status::parse));
        let of_id = |id: EventId| Cursor::new(NEWEST, None, id.uuid());
        let direction = asked.direction(NEWEST, Some(of_id))?;
        let id: EndpointId = caller.id(THING, &path)?;
        caller.found(THING, model::find(conn, caller.key.account, id))?;
        let page: Page<Delivery> = deliveries::page(conn, caller.key.account, id, status, &direction, limit)?;
        let (next, previous) = (page.next_cursor(Delivery::place), page.previous_cursor(Delivery::place));
        let data = page.items.into_iter().map(|one| DeliveryObject::new(one, id, caller.livemode())).collect();
        let url = format!("{ALL}/{id}/deliveries");
        Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}
