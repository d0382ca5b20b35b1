//! The calls about subscriptions.

mod changing;
mod starting;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Held, body,
    body::shapes::{CANCELLATION, NEW_SUBSCRIPTION, SUBSCRIPTION_CHANGE},
    ending::Unpaid,
    model::{self, Subscription},
    object::SubscriptionObject,
    pages::list::Subscriptions,
    search::LANGUAGE,
    upcoming::Upcoming,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller, DRY_RUN},
        json::Object,
        lists::{AFTER, BEFORE, CountObject, LIMIT, ListObject, Parameters},
        refusal::Result,
        route::ApiRoute,
        told::{Kind, Parameter},
        typed, version,
    },
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    db::Db,
    error,
    ids::SubscriptionId,
    invoices,
    lists::{
        api::{self as lists, CUSTOMER, Calls, chosen},
        of_id,
    },
    paging::Limit,
    prices,
    query::Term,
};

const THING: &str = "subscription";

/// The path of the list.
const ALL: &str = "/v1/subscriptions";

const Q: Parameter = lists::q(
    "A search in the dashboard’s language: `status:past_due`, `amount:>500`, `every:month`, `next:<2026-12-01`, \
     `method:none`, `revenue:new`, `a OR b`.",
);
const SORT: Parameter = lists::sort(&["-created", "created", "next", "-next", "-amount", "amount"]);
const STATUS: Parameter = Parameter::text("status", "Only those of this status.").of(Kind::OneOf(&[
    "trialing",
    "incomplete",
    "active",
    "past_due",
    "canceled",
]));
const PRICE: Parameter =
    Parameter::text("price", "The id of a price, or your own key of it: only those charged by it.")
        .of(Kind::Filled)
        .refusing(&[Code::NotFound]);
const NEXT: Parameter =
    Parameter::text("limit", "How many charges come; 5 when it is not given.").of(Kind::Whole(1, 100));

const STARTING: &str = "It is charged at once, unless its first charge is on a later day, bills are sent, or \
    `payment_behavior` says otherwise. `201` once it is made: its `status` tells whether it is paid. `202` while its first \
    charge is under way. With `error_if_incomplete`, `402` if that was declined: then it is canceled and its invoice is \
    void, and only the failed payment is left. Send an `Idempotency-Key`, so that nobody is charged twice.";
const CHANGING: &str = "What it costs changes with the next period, and nothing is given back for days. Where the payment \
    method changes, what is unpaid is charged now, unless `collect` is `false`; the answer tells what came of it.";
const ENDING: &str = "With its period, unless `now` is said: then nothing more is charged, and nothing is given back for \
    days. It ends with its period only if nothing of it is unpaid.";

/// The reasons why nothing is charged now.
const NOT_STARTED: &[Code] = &[
    Code::NotFound,
    Code::PossibleDuplicate,
    Code::CustomerDeleted,
    Code::PriceArchived,
    Code::NoGateway,
    Code::NoPaymentMethod,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
    Code::CardDeclined,
    Code::InsufficientFunds,
    Code::ExpiredCard,
    Code::LostCard,
    Code::StolenCard,
    Code::IncorrectCvc,
    Code::AuthenticationRequired,
    Code::ProcessingError,
    Code::AccountClosed,
    Code::NeverArrived,
    Code::PaymentCanceled,
];

/// The reasons why nothing is changed.
const NOT_CHANGED: &[Code] = &[
    Code::AlreadyCanceled,
    Code::EndsAlready,
    Code::NotActive,
    Code::PriceArchived,
    Code::CustomerDeleted,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
];

/// Returns the calls about subscriptions.
pub fn routes() -> Vec<ApiRoute> {
    let (one, cancellation) = ("/v1/subscriptions/{id}", "/v1/subscriptions/{id}/cancellation");
    let (read, write) = (Permission::read(Resource::Subscriptions), Permission::write(Resource::Subscriptions));
    vec![
        ApiRoute::get(ALL, read, lists::list::<Subscriptions>)
            .taking(&[CUSTOMER, STATUS, PRICE, Q, SORT, LIMIT, AFTER, BEFORE])
            .told("list_subscriptions", "List and search subscriptions", "Those that have ended too.")
            .answering::<ListObject<SubscriptionObject>>(StatusCode::OK),
        ApiRoute::get("/v1/subscriptions/count", read, lists::count::<Subscriptions>)
            .taking(&[CUSTOMER, STATUS, PRICE, Q])
            .told("count_subscriptions", "Count subscriptions", "Stops at 1,000.")
            .answering::<CountObject>(StatusCode::OK),
        ApiRoute::post(ALL, write, starting::create)
            .taking(&[DRY_RUN])
            .told("create_subscription", "Start a subscription", STARTING)
            .reading(&NEW_SUBSCRIPTION)
            .answering::<SubscriptionObject>(StatusCode::CREATED)
            .answering::<SubscriptionObject>(StatusCode::ACCEPTED)
            .refusing(NOT_STARTED)
            .versioned()
            .located(),
        ApiRoute::get("/v1/customers/{id}/subscriptions", read, lists::list_of::<Subscriptions>)
            .taking(&[STATUS, PRICE, Q, SORT, LIMIT, AFTER, BEFORE])
            .told(
                "list_customer_subscriptions",
                "List a customer’s subscriptions",
                "As the list of all, with the customer given.",
            )
            .answering::<ListObject<SubscriptionObject>>(StatusCode::OK),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_subscription", "Read a subscription", "One that has ended too.")
            .answering::<SubscriptionObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, changing::update)
            .taking(&[DRY_RUN])
            .told("update_subscription", "Change a subscription", CHANGING)
            .reading(&SUBSCRIPTION_CHANGE)
            .answering::<SubscriptionObject>(StatusCode::OK)
            .refusing(NOT_CHANGED)
            .comparing(),
        ApiRoute::delete(one, write, end)
            .taking(&[DRY_RUN])
            .told("end_subscription", "End a subscription now", "What is unpaid of it stays owed.")
            .answering::<SubscriptionObject>(StatusCode::OK)
            .refusing(&[Code::AlreadyCanceled, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::post(cancellation, write, cancel)
            .taking(&[DRY_RUN])
            .told("cancel_subscription", "Cancel a subscription", ENDING)
            .reading(&CANCELLATION)
            .answering::<SubscriptionObject>(StatusCode::OK)
            .refusing(&[Code::AlreadyCanceled, Code::NotActive, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::delete(cancellation, write, keep)
            .taking(&[DRY_RUN])
            .told("keep_subscription", "Keep a subscription that was to end", "It goes on, without an end.")
            .answering::<SubscriptionObject>(StatusCode::OK)
            .refusing(&[Code::AlreadyCanceled])
            .comparing(),
        ApiRoute::get("/v1/subscriptions/{id}/upcoming_charges", read, upcoming)
            .taking(&[NEXT])
            .told(
                "list_upcoming_charges",
                "List the charges to come",
                "The soonest first, with what each will cost, until it ends. There are none while it waits for its first \
                 payment or stands still. Where bills are sent these are their days.",
            )
            .answering::<ListObject<UpcomingCharge>>(StatusCode::OK),
    ]
}

fn found<T>(caller: &Caller, result: error::Result<T>) -> Result<T> {
    caller.found(THING, result)
}

fn path_of(id: SubscriptionId) -> String {
    format!("{ALL}/{id}")
}

fn object(conn: &mut PgConnection, caller: &Caller, one: &Subscription) -> Result<SubscriptionObject> {
    let latest = invoices::model::latest_of(conn, caller.key.account, one.id)?.map(|invoice| invoice.id);
    Ok(SubscriptionObject::new(one, latest, caller.livemode()))
}

fn reply(conn: &mut PgConnection, caller: &Caller, one: &Subscription) -> Result<Reply> {
    let object = object(conn, caller, one)?;
    Ok(Reply::new(StatusCode::OK, &object, caller.request)?.of_version(one.version))
}

impl Calls for Subscriptions {
    type Id = SubscriptionId;
    type Object = SubscriptionObject;
    const PATH: &'static str = ALL;

    fn narrowed(conn: &mut PgConnection, caller: &Caller, asked: &Parameters) -> Result<Vec<Term>> {
        let status = chosen(&LANGUAGE, asked, &STATUS)?;
        let price = match asked.filled("price")? {
            Some(price) => Some(caller.found("price", prices::model::named(conn, caller.key.account, price))?.id),
            None => None,
        };
        Ok(status.into_iter().chain(price.map(of_id)).collect())
    }

    fn objects(conn: &mut PgConnection, caller: &Caller, rows: &[Subscription]) -> Result<Vec<SubscriptionObject>> {
        let ids: Vec<SubscriptionId> = rows.iter().map(|one| one.id).collect();
        let latest = invoices::model::latest_of_all(conn, caller.key.account, &ids)?;
        let object = |one| SubscriptionObject::new(one, latest.get(&one.id).copied(), caller.livemode());
        Ok(rows.iter().map(object).collect())
    }
}

/// Answers `GET /v1/subscriptions/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let one = found(caller, model::find(conn, caller.key.account, caller.id(THING, &path)?))?;
        reply(conn, caller, &one)
    });
    Ok(answer.await?.answer())
}

/// A charge to come.
#[derive(JsonSchema, Serialize)]
struct UpcomingCharge {
    /// Names the kind of object.
    #[schemars(extend("const" = "upcoming_charge"))]
    object: &'static str,
    /// The subscription.
    subscription: SubscriptionId,
    /// The number of its period.
    #[schemars(example = 2)]
    period: i32,
    /// The day of the charge, or of the bill. The period begins on it.
    #[schemars(example = &"2026-12-28")]
    date: String,
    /// The day on which the period after it begins.
    #[schemars(example = &"2027-01-28")]
    period_end: String,
    /// How much, in the currency’s smallest unit.
    #[schemars(example = 4900)]
    amount: i64,
    /// The currency as ISO 4217.
    #[schemars(example = &"KES")]
    currency: String,
}

impl UpcomingCharge {
    fn new(subscription: SubscriptionId, Upcoming { no, on, until, amount }: Upcoming) -> Self {
        Self {
            object: "upcoming_charge",
            subscription,
            period: no,
            date: on.to_string(),
            period_end: until.to_string(),
            amount: amount.minor,
            currency: amount.currency.to_string(),
        }
    }
}

/// Answers `GET /v1/subscriptions/{id}/upcoming_charges`.
async fn upcoming(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let most = if asked.given("limit").is_some() { asked.limit()? } else { Limit::FEW };
        let one = found(caller, model::find(conn, caller.key.account, caller.id(THING, &path)?))?;
        let data = one.upcoming(most.rows())?.into_iter().map(|charge| UpcomingCharge::new(one.id, charge)).collect();
        let url = format!("{}/upcoming_charges", path_of(one.id));
        Reply::new(StatusCode::OK, &ListObject::new(url, data, None, None), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/subscriptions/{id}/cancellation`.
async fn cancel(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    changed(call, path, sent, &db, body::cancellation, |conn, held, now| match now {
        Some(unpaid) => held.cancel(conn, unpaid),
        None => held.end_with_period(conn),
    })
    .await
}

/// Answers `DELETE /v1/subscriptions/{id}/cancellation`.
async fn keep(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    changed(call, path, sent, &db, typed::nothing, |conn, held, ()| held.keep(conn)).await
}

/// Answers `DELETE /v1/subscriptions/{id}`.
async fn end(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    changed(call, path, sent, &db, typed::nothing, |conn, held, ()| held.cancel(conn, Unpaid::Keep)).await
}

/// Does something with the subscription that a path names, as the body says.
async fn changed<T>(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: &Db,
    read: impl FnOnce(&Object) -> Result<T> + Send + 'static,
    change: impl FnOnce(&mut PgConnection, &mut Held<'_>, T) -> error::Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let work = move |conn: &mut PgConnection, caller: &Caller| {
        let (wanted, by) = (read(&sent?)?, caller.by());
        let mut held = found(caller, Held::open(conn, &by, caller.id(THING, &path)?))?;
        version::check(meant.as_ref(), held.subscription.version)?;
        change(conn, &mut held, wanted)?;
        reply(conn, caller, &held.subscription)
    };
    call.write(db, &raw, work).await
}
