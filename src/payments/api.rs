//! The calls about payments and refunds.

pub mod body;
pub mod charging;
mod refunding;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Searches, Status,
    model::{self, Payment},
    object::PaymentObject,
    pages::list::Payments,
    settling,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        lists::{AFTER, BEFORE, CountObject, LIMIT, ListObject},
        reading::Given,
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::Parameter,
        version,
    },
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    customers,
    db::Db,
    error::Error,
    gateway::{self, Sandbox},
    ids::{CustomerId, PaymentId},
    lists::api::{self as lists, CUSTOMER, Calls},
};

const Q: Parameter = lists::q(
    "A search in the dashboard’s language: `status:failed`, `amount:>500`, `last4:4242`, `created:last-30d`, \
     `customer:none`, `invoice:SG-2026-0412`, `schedule:none`, `a OR b`.",
);
const SORT: Parameter = lists::sort(&["-created", "created"]);

const MAKING: &str = "Charges the customer’s default payment method, the one that is named, or a token. `201` only if it is \
    paid, `202` while it is under way, `402` if it was declined or never arrived; in all three the payment is made. With \
    `recorded` it is told instead what happened elsewhere, and no gateway is asked. Send an `Idempotency-Key`, so that nobody is charged twice.";
const CANCELING: &str = "While it is `processing`. It may turn out to be paid already. A canceled one stays as it is.";
const OUTCOME: &str = "Of a recorded payment that is `processing`: no gateway tells it.";

/// The reasons why nothing is charged, and those of gateways.
const NOT_CHARGED: &[Code] = &[
    Code::NotFound,
    Code::NoPaymentMethod,
    Code::NoGateway,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
    Code::TokenUsed,
    Code::CustomerDeleted,
    Code::ReferenceTaken,
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

/// Returns the calls about payments and refunds.
pub fn routes<S: Searches>() -> Vec<ApiRoute> {
    let (read, write) = (Permission::read(Resource::Payments), Permission::write(Resource::Payments));
    let (of_customer, one) = ("/v1/customers/{id}/payments", "/v1/payments/{id}");
    let mut routes = vec![
        ApiRoute::get("/v1/payments", read, lists::list::<Payments<S>>)
            .taking(&[CUSTOMER, Q, SORT, LIMIT, AFTER, BEFORE])
            .told("list_payments", "List and search payments", "Of all customers, and of none.")
            .answering::<ListObject<PaymentObject>>(StatusCode::OK),
        ApiRoute::post("/v1/payments", write, create)
            .told("create_payment", "Charge a customer, or record a payment", MAKING)
            .reading(&body::NEW_PAYMENT)
            .answering::<PaymentObject>(StatusCode::CREATED)
            .answering::<PaymentObject>(StatusCode::ACCEPTED)
            .refusing(NOT_CHARGED)
            .versioned()
            .located(),
        ApiRoute::get("/v1/payments/count", read, lists::count::<Payments<S>>)
            .taking(&[CUSTOMER, Q])
            .told("count_payments", "Count payments", "Stops at 1,000.")
            .answering::<CountObject>(StatusCode::OK),
        ApiRoute::get(of_customer, read, lists::list_of::<Payments<S>>)
            .taking(&[Q, SORT, LIMIT, AFTER, BEFORE])
            .told(
                "list_customer_payments",
                "List a customer’s payments",
                "As the list of all, with the customer given.",
            )
            .answering::<ListObject<PaymentObject>>(StatusCode::OK),
        ApiRoute::post(of_customer, write, create_of)
            .told("create_customer_payment", "Charge this customer, or record a payment of theirs", MAKING)
            .reading(&body::NEW_CUSTOMER_PAYMENT)
            .answering::<PaymentObject>(StatusCode::CREATED)
            .answering::<PaymentObject>(StatusCode::ACCEPTED)
            .refusing(NOT_CHARGED)
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_payment", "Read a payment", "As it stands now.")
            .answering::<PaymentObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .told("update_payment", "Attach a payment to a customer", "Once: a payment stays with its customer.")
            .reading(&body::PAYMENT_CHANGE)
            .answering::<PaymentObject>(StatusCode::OK)
            .refusing(&[Code::AlreadyAttached, Code::CustomerDeleted])
            .comparing(),
        ApiRoute::post("/v1/payments/{id}/cancellation", write, charging::cancel)
            .told("cancel_payment", "Cancel a payment", CANCELING)
            .answering::<PaymentObject>(StatusCode::OK)
            .answering::<PaymentObject>(StatusCode::ACCEPTED)
            .refusing(&[Code::NotCancelable])
            .comparing(),
        ApiRoute::post("/v1/payments/{id}/outcome", write, outcome)
            .told("set_payment_outcome", "Say what became of a payment", OUTCOME)
            .reading(&body::OUTCOME)
            .answering::<PaymentObject>(StatusCode::OK)
            .refusing(&[Code::OutcomeFinal, Code::OutcomeOfGateway])
            .comparing(),
    ];
    routes.extend(refunding::routes());
    routes
}

fn find(conn: &mut PgConnection, caller: &Caller, id: PaymentId) -> Result<Payment> {
    caller.found("payment", model::find(conn, caller.key.account, id))
}

fn find_for_update(conn: &mut PgConnection, caller: &Caller, id: PaymentId) -> Result<Payment> {
    caller.found("payment", model::find_for_update(conn, caller.key.account, id))
}

fn object(conn: &mut PgConnection, caller: &Caller, payment: Payment) -> Result<PaymentObject> {
    Ok(PaymentObject::of(conn, (caller.key.account, caller.livemode()), payment)?)
}

fn reply(conn: &mut PgConnection, status: StatusCode, caller: &Caller, payment: Payment) -> Result<Reply> {
    let object = object(conn, caller, payment)?;
    Ok(Reply::new(status, &object, caller.request)?.of_version(object.version))
}

fn location(id: PaymentId) -> String {
    format!("/v1/payments/{id}")
}

impl<S: Searches> Calls for Payments<S> {
    type Id = PaymentId;
    type Object = PaymentObject;
    const PATH: &'static str = "/v1/payments";

    fn objects(conn: &mut PgConnection, caller: &Caller, rows: &[Payment]) -> Result<Vec<PaymentObject>> {
        Ok(PaymentObject::of_all(conn, (caller.key.account, caller.livemode()), rows)?)
    }
}

/// Answers `GET /v1/payments/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let payment = find(conn, caller, caller.id("payment", &path)?)?;
        reply(conn, StatusCode::OK, caller, payment)
    });
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/payments`: a charge, or the record of a payment that happened elsewhere.
async fn create(call: Call, sent: Body, db: web::Data<Db>, sandbox: web::Data<Sandbox>) -> Result<HttpResponse> {
    make(call, sent, None, &db, &sandbox).await
}

/// Answers `POST /v1/customers/{id}/payments`.
async fn create_of(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    make(call, sent, Some(path.into_inner()), &db, &sandbox).await
}

async fn make(call: Call, sent: Body, path: Option<String>, db: &Db, sandbox: &Sandbox) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(db, sent).await?;
    if body::is_recorded(&sent) {
        return call.write(db, &raw, move |conn, caller| record(conn, caller, &sent, path.as_deref())).await;
    }
    call.order(db, &raw, charging::Charge::new(sent, path, db, sandbox)).await
}

fn record(conn: &mut PgConnection, caller: &Caller, sent: &Object, path: Option<&str>) -> Result<Reply> {
    let of = path.map(|path| caller.id("customer", path)).transpose()?;
    let recorded = body::recorded(sent, of, &caller.key.settings, caller.now())?;
    let id = PaymentId::at(recorded.at);
    caller.found("customer", model::record(conn, &caller.by(), id, &recorded))?;
    let payment = find(conn, caller, id)?;
    Ok(reply(conn, StatusCode::CREATED, caller, payment)?.at(location(id)))
}

/// Answers `PATCH`, `PUT` and `POST /v1/payments/{id}`, which attach a payment to a customer.
async fn update(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let sent = sent?;
        let body = body::update(&sent)?;
        let id = caller.id("payment", &path)?;
        // A customer is locked before its payments, as everywhere.
        let attached = match &body.customer {
            Given::Value(customer) if find(conn, caller, id)?.customer != Some(*customer) => {
                caller.found("customer", customers::model::lock_live(conn, caller.key.account, *customer))?;
                Some(*customer)
            }
            _ => None,
        };
        let payment = find_for_update(conn, caller, id)?;
        version::check(meant.as_ref(), payment.version)?;
        let is_stale = version::check_named(body.version, payment.version)? < payment.version;
        if is_stale && attached.is_some() && payment.customer.is_some() {
            return Err(clashed(&payment, attached));
        }
        body::check_read_only(&sent, &value(&object(conn, caller, payment.clone())?)?)?;
        // A version before it was attached had no customer, so there nothing is taken away.
        if !is_stale && body.customer == Given::Null && payment.customer.is_some() {
            return Err(body::stays());
        }
        let payment = match attached {
            Some(customer) => model::attach(conn, &caller.by(), id, customer)?,
            None => payment,
        };
        reply(conn, StatusCode::OK, caller, payment)
    };
    call.write(&db, &raw, change).await
}

/// Returns the refusal to attach a payment that somebody else attached meanwhile.
fn clashed(payment: &Payment, yours: Option<CustomerId>) -> Refusal {
    let conflicts = json!([{"field": "customer", "yours": yours, "theirs": payment.customer}]);
    Refusal::new(Code::VersionMismatch, "Somebody attached this payment meanwhile. Nothing is saved.")
        .with("current_version", payment.version)
        .with("conflicts", conflicts)
}

/// Answers `POST /v1/payments/{id}/outcome`.
async fn outcome(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let status: Status = body::outcome(&sent?)?;
        let id = caller.id("payment", &path)?;
        version::check(meant.as_ref(), find_for_update(conn, caller, id)?.version)?;
        settling::note(conn, &caller.by(), id, status)?;
        let payment = find(conn, caller, id)?;
        reply(conn, StatusCode::OK, caller, payment)
    };
    call.write(&db, &raw, change).await
}

/// Returns the refusal that tells a gateway's reason; `otherwise` is the code of one that has none of its own.
fn declined(why: &str, otherwise: Code) -> Refusal {
    let code = Code::find(why).filter(|code| code.status() == StatusCode::PAYMENT_REQUIRED).unwrap_or(otherwise);
    Refusal::new(code, format!("{}.", gateway::reason(code.as_str())))
}

fn value(object: &impl Serialize) -> Result<Value> {
    Ok(serde_json::to_value(object).map_err(Error::internal)?)
}
