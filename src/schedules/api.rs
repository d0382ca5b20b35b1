//! The calls about payment schedules.

mod doing;
mod making;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;

use super::{
    Held,
    body::{NEW_SCHEDULE, PART_CHANGE, SCHEDULE_CHANGE},
    model::{self, Schedule},
    object::ScheduleObject,
    pages::list::Schedules,
    search::LANGUAGE,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller, DRY_RUN},
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
    ids::ScheduleId,
    lists::api::{self as lists, CUSTOMER, Calls, chosen},
    query::Term,
};

const THING: &str = "payment schedule";

/// The path of the list.
const ALL: &str = "/v1/payment_schedules";

const Q: Parameter = lists::q(
    "A search in the dashboard’s language: `status:past_due`, `part:failed`, `amount:>500`, `next:<2026-12-01`, `a OR b`.",
);
const SORT: Parameter = lists::sort(&["-created", "created", "next", "-next", "-amount", "amount"]);
const STATUS: Parameter = Parameter::text("status", "Only those of this status.")
    .of(Kind::OneOf(&["active", "past_due", "finished", "canceled"]));

const MAKING: &str = "Each part is charged on its day, and none before an earlier one is paid or skipped; one that fails is \
    tried again 1, 3, 5 and 7 days later. What is due today is charged at once: `201` once that is done, and the part tells \
    what came of it; `202` while it is under way. Send an `Idempotency-Key`, so that nobody is charged twice.";
const CHANGING: &str = "Where the payment method changes, a part that failed is charged now, unless `collect` is `false`; the \
    answer tells what came of it.";
const CHANGING_A_PART: &str = "Another day or another amount of a part that is planned or failed. The total changes with the \
    amount. With today as its day it is charged at once, and the answer tells what came of it.";
const SKIPPING: &str = "It is not charged, and the total falls by it. A part that waited behind it has its turn.";
const PAYING_OFF: &str = "All that is left is skipped, and one part of its sum, due today, takes its place and is charged at \
    once. That part, the last one, tells what came of it.";

/// The reasons why nothing can be charged.
const UNCHARGEABLE: &[Code] = &[
    Code::NotFound,
    Code::CustomerDeleted,
    Code::NoGateway,
    Code::NoPaymentMethod,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
];

/// The reasons why nothing is changed.
const NOT_CHANGED: &[Code] = &[
    Code::ScheduleEnded,
    Code::CustomerDeleted,
    Code::NoPaymentMethod,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
];

/// The reasons why what is left is not charged now.
const NOT_PAID_OFF: &[Code] = &[
    Code::ScheduleEnded,
    Code::ChargeUnderWay,
    Code::CustomerDeleted,
    Code::NoPaymentMethod,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
];

/// Returns the calls about payment schedules.
pub fn routes() -> Vec<ApiRoute> {
    let one = "/v1/payment_schedules/{id}";
    let (read, write) = (Permission::read(Resource::Schedules), Permission::write(Resource::Schedules));
    vec![
        ApiRoute::get(ALL, read, lists::list::<Schedules>)
            .taking(&[CUSTOMER, STATUS, Q, SORT, LIMIT, AFTER, BEFORE])
            .told("list_payment_schedules", "List and search payment schedules", "Those that have ended too.")
            .answering::<ListObject<ScheduleObject>>(StatusCode::OK),
        ApiRoute::get("/v1/payment_schedules/count", read, lists::count::<Schedules>)
            .taking(&[CUSTOMER, STATUS, Q])
            .told("count_payment_schedules", "Count payment schedules", "Stops at 1,000.")
            .answering::<CountObject>(StatusCode::OK),
        ApiRoute::post(ALL, write, making::create)
            .taking(&[DRY_RUN])
            .told("create_payment_schedule", "Make a payment schedule", MAKING)
            .reading(&NEW_SCHEDULE)
            .answering::<ScheduleObject>(StatusCode::CREATED)
            .answering::<ScheduleObject>(StatusCode::ACCEPTED)
            .refusing(UNCHARGEABLE)
            .versioned()
            .located(),
        ApiRoute::get("/v1/customers/{id}/payment_schedules", read, lists::list_of::<Schedules>)
            .taking(&[STATUS, Q, SORT, LIMIT, AFTER, BEFORE])
            .told(
                "list_customer_payment_schedules",
                "List a customer’s payment schedules",
                "As the list of all, with the customer given.",
            )
            .answering::<ListObject<ScheduleObject>>(StatusCode::OK),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_payment_schedule", "Read a payment schedule", "With its parts; one that has ended too.")
            .answering::<ScheduleObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, doing::update)
            .taking(&[DRY_RUN])
            .told("update_payment_schedule", "Change a payment schedule", CHANGING)
            .reading(&SCHEDULE_CHANGE)
            .answering::<ScheduleObject>(StatusCode::OK)
            .refusing(NOT_CHANGED)
            .comparing(),
        ApiRoute::delete(one, write, cancel)
            .taking(&[DRY_RUN])
            .told(
                "cancel_payment_schedule",
                "Cancel a payment schedule",
                "All that is left is skipped. What is paid stays paid.",
            )
            .answering::<ScheduleObject>(StatusCode::OK)
            .refusing(&[Code::ScheduleEnded, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::update("/v1/payment_schedules/{id}/parts/{number}", write, doing::change_part)
            .taking(&[DRY_RUN])
            .told("update_schedule_part", "Change a part", CHANGING_A_PART)
            .reading(&PART_CHANGE)
            .answering::<ScheduleObject>(StatusCode::OK)
            .refusing(&[Code::ScheduleEnded, Code::PartClosed, Code::ChargeUnderWay, Code::AmountInvalid])
            .comparing(),
        ApiRoute::post("/v1/payment_schedules/{id}/parts/{number}/skipping", write, doing::skip)
            .taking(&[DRY_RUN])
            .told("skip_schedule_part", "Skip a part", SKIPPING)
            .answering::<ScheduleObject>(StatusCode::OK)
            .refusing(&[Code::ScheduleEnded, Code::PartClosed, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::post("/v1/payment_schedules/{id}/payoff", write, doing::pay_off)
            .taking(&[DRY_RUN])
            .told("pay_off_payment_schedule", "Charge all that is left now", PAYING_OFF)
            .answering::<ScheduleObject>(StatusCode::OK)
            .refusing(NOT_PAID_OFF)
            .comparing(),
    ]
}

fn found<T>(caller: &Caller, result: error::Result<T>) -> Result<T> {
    caller.found(THING, result)
}

fn path_of(id: ScheduleId) -> String {
    format!("{ALL}/{id}")
}

fn reply(conn: &mut PgConnection, caller: &Caller, one: &Schedule) -> Result<Reply> {
    let object = ScheduleObject::of(conn, (caller.key.account, caller.livemode()), one)?;
    Ok(Reply::new(StatusCode::OK, &object, caller.request)?.of_version(one.version))
}

impl Calls for Schedules {
    type Id = ScheduleId;
    type Object = ScheduleObject;
    const PATH: &'static str = ALL;

    fn narrowed(_: &mut PgConnection, _: &Caller, asked: &Parameters) -> Result<Vec<Term>> {
        Ok(chosen(&LANGUAGE, asked, &STATUS)?.into_iter().collect())
    }

    fn objects(conn: &mut PgConnection, caller: &Caller, rows: &[Schedule]) -> Result<Vec<ScheduleObject>> {
        Ok(ScheduleObject::of_all(conn, (caller.key.account, caller.livemode()), rows)?)
    }
}

/// Answers `GET /v1/payment_schedules/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let one = found(caller, model::find(conn, caller.key.account, caller.id(THING, &path)?))?;
        reply(conn, caller, &one)
    });
    Ok(answer.await?.answer())
}

/// Answers `DELETE /v1/payment_schedules/{id}`.
async fn cancel(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let work = move |conn: &mut PgConnection, caller: &Caller| {
        typed::nothing(&sent?)?;
        let by = caller.by();
        let mut held = found(caller, Held::open(conn, &by, caller.id(THING, &path)?))?;
        version::check(meant.as_ref(), held.schedule.version)?;
        held.cancel(conn)?;
        reply(conn, caller, &held.schedule)
    };
    call.write(&db, &raw, work).await
}
