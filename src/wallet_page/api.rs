//! The calls about a customer's wallet.

mod body;
mod record;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use self::body::{METHOD_CHANGE, NEW_METHOD};
use super::source;
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        object::time,
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::Parameter,
        version,
    },
    api_keys::permissions::{Permission, Resource::Wallet},
    codes::Code,
    customer_parts::USES,
    customers::model as customers,
    db::Db,
    error::Error,
    events::Fields,
    ids::{CustomerId, MethodId},
    input::FieldErrors,
    paging::{Cursor, Direction, Page, SortTag},
    payment_methods::{
        editing::{self, Edited},
        input::{Adding, Source},
        model::{self, Method},
        object::{MethodObject, members},
        uses::{self, Charged},
        wallet::{self, Added, New, Rules},
    },
    reason::Reason,
};

/// The order of a wallet: as the methods were added.
const BY_CREATION: SortTag = SortTag::new(b'c');

/// The two ids in the path of a method.
type Path = web::Path<(String, String)>;

const ADDING: &str = "By a gateway’s token, or by an earlier payment of this customer that succeeded; in a live account, which \
    has no gateway yet, as a record that is never charged. The first one becomes the default. What is past due of \
    subscriptions and payment schedules that charge it is charged at once, unless `collect` is false.";
const CHANGING: &str = "Changes only what is sent. `default: true` makes it the default; the former one stays usable. The \
    default is not given up: make another one the default instead. When it becomes the default or expires on another day, what \
    is past due of subscriptions and payment schedules that charge it is charged at once, unless `collect` is false.";
const REMOVAL: &str = "No other one becomes the default. One that living subscriptions or payment schedules charge stays, unless \
    `replacement` names the one that they charge instead; that one becomes the default if the removed one is.";

/// What a removal can be asked.
const REMOVING: &[Parameter] = &[
    Parameter::text("replacement", "The id of the payment method that is charged instead."),
    Parameter::flag("collect", "Charges at once with the replacement what is past due; true when it is not given."),
];

/// Returns the calls about a wallet.
pub fn routes() -> Vec<ApiRoute> {
    let (all, one) = ("/v1/customers/{id}/wallet", "/v1/customers/{id}/wallet/{method}");
    vec![
        ApiRoute::get(all, Permission::read(Wallet), list)
            .taking(&[LIMIT, AFTER, BEFORE])
            .told("list_payment_methods", "List a customer’s payment methods", "In the order in which they were added.")
            .answering::<ListObject<MethodObject>>(StatusCode::OK),
        ApiRoute::post(all, Permission::write(Wallet), add)
            .told("add_payment_method", "Add a payment method", ADDING)
            .reading(&NEW_METHOD)
            .answering::<MethodObject>(StatusCode::CREATED)
            .refusing(&[
                Code::WalletFull,
                Code::AlreadyInWallet,
                Code::CardExpired,
                Code::TokenUsed,
                Code::CustomerDeleted,
                Code::NoGateway,
            ])
            .versioned()
            .located(),
        ApiRoute::get(one, Permission::read(Wallet), retrieve)
            .told("retrieve_payment_method", "Read a payment method", "A removed one too, until it is destroyed.")
            .answering::<MethodObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, Permission::write(Wallet), update)
            .told("update_payment_method", "Change a payment method", CHANGING)
            .reading(&METHOD_CHANGE)
            .answering::<MethodObject>(StatusCode::OK)
            .refusing(&[Code::MethodRemoved, Code::CustomerDeleted])
            .comparing(),
        ApiRoute::delete(one, Permission::write(Wallet), remove)
            .taking(REMOVING)
            .told("remove_payment_method", "Remove a payment method", REMOVAL)
            .answering::<Removed>(StatusCode::OK)
            .refusing(&[
                Code::MethodInUse,
                Code::MethodRemoved,
                Code::MethodOfAnother,
                Code::CardExpired,
                Code::CustomerDeleted,
            ])
            .comparing(),
        ApiRoute::post("/v1/customers/{id}/wallet/{method}/restoration", Permission::write(Wallet), restore)
            .told("restore_payment_method", "Restore a payment method", "Within 30 days after it was removed.")
            .answering::<MethodObject>(StatusCode::OK)
            .refusing(&[Code::TooLateToRestore, Code::WalletFull, Code::AlreadyInWallet, Code::CustomerDeleted])
            .comparing(),
    ]
}

/// Reads the method that a path names: one of that customer, removed or not.
fn method(conn: &mut PgConnection, caller: &Caller, path: &(String, String)) -> Result<Method> {
    let customer = caller.id("customer", &path.0)?;
    caller.found("customer", customers::check(conn, caller.key.account, customer))?;
    method_of(conn, caller, customer, &path.1)
}

/// Works like [`method`], for a change: its customer is locked.
fn locked(conn: &mut PgConnection, caller: &Caller, path: &(String, String)) -> Result<Method> {
    let customer = caller.id("customer", &path.0)?;
    caller.found("customer", customers::find_for_update(conn, caller.key.account, customer))?;
    method_of(conn, caller, customer, &path.1)
}

fn method_of(conn: &mut PgConnection, caller: &Caller, customer: CustomerId, path: &str) -> Result<Method> {
    const THING: &str = "payment method of this customer";
    let id: MethodId = caller.id(THING, path)?;
    let found = caller.found(THING, model::find(conn, caller.key.account, id))?;
    if found.customer == customer { Ok(found) } else { Err(caller.no(THING)) }
}

fn reply(status: StatusCode, caller: &Caller, method: &Method) -> Result<Reply> {
    let object = MethodObject::new(method, caller.livemode());
    Ok(Reply::new(status, &object, caller.request)?.of_version(method.version))
}

fn rules(caller: &Caller) -> Rules {
    Rules::new(&caller.key.settings, caller.now())
}

/// Answers `GET /v1/customers/{id}/wallet`.
async fn list(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let limit = asked.limit()?;
        let of_id = |id: MethodId| Cursor::new(BY_CREATION, None, id.uuid());
        let direction = asked.direction(BY_CREATION, Some(of_id))?;
        let customer = caller.id("customer", &path)?;
        caller.found("customer", customers::check(conn, caller.key.account, customer))?;
        let mut methods = model::of_customer(conn, caller.key.account, customer)?;
        // A wallet is small: what is asked for is chosen of all.
        match &direction {
            Direction::First => {}
            Direction::After(place) => methods.retain(|method| method.id.uuid() > place.id()),
            Direction::Before(place) => {
                methods.retain(|method| method.id.uuid() < place.id());
                methods.reverse();
            }
        }
        let page = Page::from_rows(methods, limit, &direction);
        let (next, previous) =
            (page.next_cursor(|method| of_id(method.id)), page.previous_cursor(|method| of_id(method.id)));
        let data = page.items.iter().map(|method| MethodObject::new(method, caller.livemode())).collect();
        let url = format!("/v1/customers/{customer}/wallet");
        Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/customers/{id}/wallet/{method}`.
async fn retrieve(call: Call, path: Path, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer =
        call.read(&db, move |conn, caller| reply(StatusCode::OK, caller, &method(conn, caller, &path)?)).await?;
    Ok(answer.answer())
}

/// Answers `POST /v1/customers/{id}/wallet`. The gateway is asked outside of the transaction; its answer counts only for
/// a call that is not answered again.
async fn add(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let caller = call.caller(&db).await?;
    let now = caller.now();
    let body = match body::adding(&sent, now) {
        Ok(body) => body,
        Err(why) => return call.refuse(&db, why).await,
    };
    let Adding { source, billing, consent } = body.adding;
    let field = if let Source::Recorded(_) = source { "token" } else { source.field() };
    let customer = caller.id("customer", &path)?;
    let known = source::instrument(&db, (caller.key.account, caller.key.mode), customer, source, now).await?;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        caller.found("customer", customers::check(conn, caller.key.account, customer))?;
        let new = known.map_err(|reason| unknown(field, reason))?;
        let method = stored(
            conn,
            caller,
            customer,
            (New { billing, consent, is_default: body.is_default, ..new }, body.collect),
        )?;
        let location = format!("/v1/customers/{customer}/wallet/{}", method.id);
        Ok(reply(StatusCode::CREATED, caller, &method)?.at(location))
    };
    call.write(&db, &raw, change).await
}

/// Returns the refusal of a source that gives no card or bank account.
fn unknown(field: &str, reason: Reason) -> Refusal {
    match reason.code {
        Code::NoGateway => Error::Conflict(reason).into(),
        _ => Refusal::fields(Code::InvalidFields, FieldErrors::of(field, "", reason).into_vec()),
    }
}

fn stored(
    conn: &mut PgConnection,
    caller: &Caller,
    customer: CustomerId,
    (new, collect): (New, bool),
) -> Result<Method> {
    match wallet::add(conn, &caller.by(), customer, new, rules(caller), None)? {
        Added::Before(method) => Ok(*method),
        Added::Done(method) => {
            if collect {
                uses::collect(conn, &caller.by(), customer, Charged::of(&method), USES)?;
            }
            Ok(*method)
        }
        Added::Refused(refusal) => Err(Error::Conflict(refusal.into()).into()),
    }
}

/// Answers `PATCH`, `PUT` and `POST /v1/customers/{id}/wallet/{method}`.
async fn update(call: Call, path: Path, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let sent = sent?;
        let body = body::update(&sent)?;
        let method = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), method.version)?;
        let change = body.change(&sent, &method, caller.livemode(), (caller.now(), &caller.key.settings.time_zone))?;
        let edited = edited(conn, caller, method.clone(), body.version, &change)?;
        let after = match body.makes_default() {
            true => wallet::make_default(conn, &caller.by(), edited.id)?,
            false => edited,
        };
        if body.collects() {
            uses::collect(conn, &caller.by(), after.customer, Charged::anew(&method, &after), USES)?;
        }
        reply(StatusCode::OK, caller, &after)
    };
    call.write(&db, &raw, change).await
}

/// Stores changed fields of a method, merged with what others changed since the version that is named.
fn edited(
    conn: &mut PgConnection,
    caller: &Caller,
    method: Method,
    version: Option<i32>,
    change: &Fields,
) -> Result<Method> {
    let version = version::check_named(version, method.version)?;
    match editing::edit(conn, &caller.by(), method.id, version, change)? {
        Edited::Done(method) => Ok(*method),
        Edited::Clash(current, fields) => Err(clashed(&current, &fields, change)),
    }
}

fn clashed(current: &Method, fields: &[&str], change: &Fields) -> Refusal {
    let (mut conflicts, stored) = (Vec::new(), current.fields());
    for field in fields {
        let of = |fields: &Fields| members(field, fields.get(*field).unwrap_or(&Value::Null));
        for ((name, yours), (_, theirs)) in of(change).into_iter().zip(of(&stored)) {
            if yours != theirs {
                conflicts.push(json!({"field": name, "yours": yours, "theirs": theirs}));
            }
        }
    }
    let message = "Somebody changed the same fields meanwhile. Nothing is saved.";
    Refusal::new(Code::VersionMismatch, message).with("current_version", current.version).with("conflicts", conflicts)
}

/// What a removal did.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "PaymentMethodDeleteResult")]
struct Removed {
    /// Names the kind of object.
    #[schemars(extend("const" = "delete_result"))]
    object: &'static str,
    /// The payment method.
    id: MethodId,
    /// Always true.
    #[schemars(example = true)]
    deleted: bool,
    /// Whether it was the default, so that the wallet has none now.
    was_default: bool,
    /// The end of the time in which it can be restored.
    #[schemars(transform = time)]
    restorable_until: Option<i64>,
}

/// Answers `DELETE /v1/customers/{id}/wallet/{method}`.
async fn remove(call: Call, path: Path, asked: Parameters, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let method = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), method.version)?;
        let malformed = |_| asked.wrong("replacement", "“replacement” is the id of a payment method, like pm_01h….");
        let replacement = asked.filled("replacement")?.map(str::parse::<MethodId>).transpose().map_err(malformed)?;
        let collect = asked.given("collect").is_none() || asked.flag("collect")?;
        let removed = uses::remove(conn, &caller.by(), method.id, (replacement, collect), USES)?;
        let (method, was_default) = (removed.method, removed.was_default);
        let restorable_until = method.restorable_until().map(Timestamp::as_second);
        let removed = Removed { object: "delete_result", id: method.id, deleted: true, was_default, restorable_until };
        Ok(Reply::new(StatusCode::OK, &removed, caller.request)?.of_version(method.version))
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/customers/{id}/wallet/{method}/restoration`.
async fn restore(call: Call, path: Path, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let method = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), method.version)?;
        let method = wallet::restore(conn, &caller.by(), method.id, rules(caller))?;
        reply(StatusCode::OK, caller, &method)
    };
    call.write(&db, &raw, change).await
}
