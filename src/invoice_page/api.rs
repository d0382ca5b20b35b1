//! The calls about invoices.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use uuid::Uuid;

use super::body::{self, INVOICE_CHANGE, INVOICE_CHARGE, INVOICE_PAYMENT, InvoiceBody, NEW_INVOICE};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller, DRY_RUN},
        json::Object,
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        order::Order,
        refusal::{Refusal, Result},
        replay::Begun,
        route::ApiRoute,
        told::{Kind, Parameter},
        version::{self, IfMatch},
    },
    api_keys::permissions::{Permission, Resource::Invoices},
    codes::Code,
    customers,
    db::Db,
    error::Error,
    events::{Fields, fields::value},
    gateway::{self, Sandbox, Verified},
    ids::{CustomerId, InvoiceId, PaymentId, SubscriptionId},
    input::FieldErrors,
    invoices::{
        Invoice,
        listing::{self, BY_CREATION, Filter, Standing, place},
        model,
        object::InvoiceObject,
    },
    paging::{Direction, Limit},
    payments::{
        self,
        api::charging::{answer as told_of_charge, unknown},
        charging::{Source, verified},
        debts::Owed,
        object::PaymentObject,
        of_debt, settling,
    },
    reason::Reason,
    subscriptions::{
        by_hand::{self, Amended, NewByHand, changeable},
        closing::{self, PaidElsewhere},
    },
};

const THING: &str = "invoice";

/// The path of the list.
const ALL: &str = "/v1/invoices";

const CUSTOMER: Parameter = Parameter::text("customer", "The id of a customer: only their invoices.")
    .of(Kind::Id(CustomerId::PREFIX))
    .refusing(&[Code::NotFound]);
const SUBSCRIPTION: Parameter =
    Parameter::text("subscription", "The id of a subscription: only those that bill its periods.")
        .of(Kind::Id(SubscriptionId::PREFIX));
const STATUS: Parameter =
    Parameter::text("status", "Only those of this status; `overdue` are the open ones whose day has passed.")
        .of(Kind::OneOf(Standing::WORDS));

const CREATING: &str = "It has its number at once. With `collects` as `charge` a payment method is charged: `201` whether \
    that succeeded or failed, which the invoice tells and after which it is tried again on later days, and `202` while the \
    charge is under way. Send an `Idempotency-Key`, so that nobody is billed twice.";
const CHANGING: &str = "Its memo, its reference and, of an open one that is sent, its day. A mistake in all else is voided \
    and made anew.";
const CHARGING: &str = "Charges all that is open, by any method or token. `201` only if it is paid, `202` while it is under \
    way, `402` if it was declined or never arrived; in all three the payment is made. Send an `Idempotency-Key`.";
const RECORDING: &str = "All that is open or a part, never more. When nothing is open any more the invoice is paid, and its \
    subscription goes on.";
const VOIDING: &str = "It was a mistake, and nothing of it was paid. It keeps its number; its periods can be billed by hand. \
    That is for good.";
const WRITING_OFF: &str = "Nobody tries to collect it any more. Its money may come in all the same.";
const REOPENING: &str =
    "It is open again, and charged by nobody but you. One whose subscription goes on stays written off.";

/// The reasons why an invoice is not charged, and those of gateways.
const NOT_CHARGED: &[Code] = &[
    Code::InvoiceClosed,
    Code::ChargeUnderWay,
    Code::NoPaymentMethod,
    Code::NoGateway,
    Code::MethodOfAnother,
    Code::MethodRemoved,
    Code::CardExpired,
    Code::TokenUsed,
    Code::CustomerDeleted,
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

/// Returns the calls about invoices.
pub fn routes() -> Vec<ApiRoute> {
    let one = "/v1/invoices/{id}";
    let (read, write) = (Permission::read(Invoices), Permission::write(Invoices));
    vec![
        ApiRoute::get(ALL, read, list)
            .taking(&[CUSTOMER, SUBSCRIPTION, STATUS, LIMIT, AFTER, BEFORE])
            .told("list_invoices", "List the invoices", "The newest first.")
            .answering::<ListObject<InvoiceObject>>(StatusCode::OK),
        ApiRoute::get("/v1/customers/{id}/invoices", read, list_of)
            .taking(&[SUBSCRIPTION, STATUS, LIMIT, AFTER, BEFORE])
            .told("list_customer_invoices", "List a customer’s invoices", "The newest first.")
            .answering::<ListObject<InvoiceObject>>(StatusCode::OK),
        ApiRoute::post(ALL, write, create)
            .taking(&[DRY_RUN])
            .told("create_invoice", "Make an invoice", CREATING)
            .reading(&NEW_INVOICE)
            .answering::<InvoiceObject>(StatusCode::CREATED)
            .answering::<InvoiceObject>(StatusCode::ACCEPTED)
            .refusing(&[
                Code::NotFound,
                Code::CustomerDeleted,
                Code::NoGateway,
                Code::NoPaymentMethod,
                Code::MethodOfAnother,
                Code::MethodRemoved,
                Code::CardExpired,
                Code::InvoiceNotVoid,
            ])
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_invoice", "Read an invoice", "As it stands now.")
            .answering::<InvoiceObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .taking(&[DRY_RUN])
            .told("update_invoice", "Change an invoice", CHANGING)
            .reading(&INVOICE_CHANGE)
            .answering::<InvoiceObject>(StatusCode::OK)
            .refusing(&[Code::InvoiceClosed])
            .comparing(),
        ApiRoute::post("/v1/invoices/{id}/charges", write, charge)
            .taking(&[DRY_RUN])
            .told("charge_invoice", "Charge an invoice now", CHARGING)
            .reading(&INVOICE_CHARGE)
            .answering::<PaymentObject>(StatusCode::CREATED)
            .answering::<PaymentObject>(StatusCode::ACCEPTED)
            .refusing(NOT_CHARGED)
            .versioned()
            .located(),
        ApiRoute::post("/v1/invoices/{id}/payments", write, record)
            .taking(&[DRY_RUN])
            .told("record_invoice_payment", "Record a payment for an invoice", RECORDING)
            .reading(&INVOICE_PAYMENT)
            .answering::<PaymentObject>(StatusCode::CREATED)
            .refusing(&[Code::InvoiceClosed, Code::ChargeUnderWay, Code::CustomerDeleted, Code::ReferenceTaken])
            .versioned()
            .located(),
        ApiRoute::post("/v1/invoices/{id}/voiding", write, void)
            .taking(&[DRY_RUN])
            .told("void_invoice", "Void an invoice", VOIDING)
            .answering::<InvoiceObject>(StatusCode::OK)
            .refusing(&[Code::InvoiceClosed, Code::InvoicePaidInPart, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::post("/v1/invoices/{id}/write_off", write, write_off)
            .taking(&[DRY_RUN])
            .told("write_off_invoice", "Write an invoice off", WRITING_OFF)
            .answering::<InvoiceObject>(StatusCode::OK)
            .refusing(&[Code::InvoiceClosed, Code::ChargeUnderWay])
            .comparing(),
        ApiRoute::delete("/v1/invoices/{id}/write_off", write, reopen)
            .taking(&[DRY_RUN])
            .told("reopen_invoice", "Take a write-off back", REOPENING)
            .answering::<InvoiceObject>(StatusCode::OK)
            .refusing(&[Code::InvoiceClosed])
            .comparing(),
    ]
}

fn find(conn: &mut PgConnection, caller: &Caller, id: InvoiceId) -> Result<Invoice> {
    caller.found(THING, model::find(conn, caller.key.account, id))
}

fn object(conn: &mut PgConnection, caller: &Caller, invoice: &Invoice) -> Result<InvoiceObject> {
    let lines = model::lines(conn, caller.key.account, invoice.id)?;
    Ok(InvoiceObject::new(invoice, &lines, caller.livemode()))
}

fn reply(conn: &mut PgConnection, status: StatusCode, caller: &Caller, invoice: &Invoice) -> Result<Reply> {
    let object = object(conn, caller, invoice)?;
    Ok(Reply::new(status, &object, caller.request)?.of_version(invoice.version))
}

/// Places a refusal of the house at the field that it is about.
fn at_fields(err: Error) -> Refusal {
    let field = match &err {
        Error::Conflict(Reason { code: Code::DateInvalid, .. }) => "due_on",
        Error::Conflict(Reason { code: Code::AmountInvalid, .. }) => "amount",
        _ => return err.into(),
    };
    match err {
        Error::Conflict(reason) => Refusal::fields(Code::InvalidFields, FieldErrors::of(field, "", reason).into_vec()),
        err => err.into(),
    }
}

/// Reads an id in the parameters.
fn id_of<I: std::str::FromStr>(asked: &Parameters, name: &str, example: &str) -> Result<Option<I>> {
    let malformed = |_| asked.wrong(name, format!("“{name}” is the id of a {name}, like {example}."));
    asked.filled(name)?.map(str::parse).transpose().map_err(malformed)
}

fn filter(asked: &Parameters, customer: Option<CustomerId>) -> Result<Filter> {
    let standing = asked.filled("status")?.map(|word| {
        let wrong = || asked.wrong("status", format!("“status” is one of {}.", Standing::WORDS.join(", ")));
        Standing::parse(word).ok_or_else(wrong)
    });
    let subscription = id_of(asked, "subscription", "sub_01h…")?;
    Ok(Filter { customer, subscription, standing: standing.transpose()? })
}

/// Answers `GET /v1/invoices`.
async fn list(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let customer = id_of(&asked, "customer", "cust_01h…")?;
        page(conn, caller, &asked, (ALL.to_owned(), customer))
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/customers/{id}/invoices`.
async fn list_of(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let customer: CustomerId = caller.id("customer", &path)?;
        page(conn, caller, &asked, (format!("/v1/customers/{customer}/invoices"), Some(customer)))
    });
    Ok(answer.await?.answer())
}

fn page(
    conn: &mut PgConnection,
    caller: &Caller,
    asked: &Parameters,
    (url, customer): (String, Option<CustomerId>),
) -> Result<Reply> {
    let (limit, filter): (Limit, Filter) = (asked.limit()?, filter(asked, customer)?);
    let direction: Direction = asked.direction(BY_CREATION, Some(place))?;
    let account = caller.key.account;
    if let Some(customer) = customer {
        caller.found("customer", customers::model::check(conn, account, customer))?;
    }
    let page = listing::page(conn, account, &filter, &direction, limit)?;
    let of = |invoice: &Invoice| place(invoice.id);
    let (next, previous) = (page.next_cursor(of), page.previous_cursor(of));
    let data = InvoiceObject::of_all(conn, (account, caller.livemode()), &page.items)?;
    Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
}

/// Answers `GET /v1/invoices/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let invoice = find(conn, caller, caller.id(THING, &path)?)?;
        reply(conn, StatusCode::OK, caller, &invoice)
    });
    Ok(answer.await?.answer())
}

/// An invoice to be made, which may be charged at once.
struct Making {
    sent: Object,
    db: Db,
    sandbox: Sandbox,
    debts: Owed,
}

/// Answers `POST /v1/invoices`.
async fn create(
    call: Call,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let order = Making { sent, db: db.get_ref().clone(), sandbox: sandbox.get_ref().clone(), debts: **debts };
    call.order(&db, &raw, order).await
}

impl Order for Making {
    type Ready = NewByHand;

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let new = body::new_invoice(&self.sent, InvoiceId::at(caller.now()))?;
        Ok((new.id.uuid(), new))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, _: Uuid, new: Self::Ready) -> Result<()> {
        match by_hand::make(conn, &caller.by(), new) {
            Err(Error::NotFound) => Err(caller.no("customer")),
            Err(err) => Err(at_fields(err)),
            Ok(_) => Ok(()),
        }
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        let (account, id) = (caller.key.account, InvoiceId::from_uuid(id));
        let running = self.db.read(move |conn| of_debt::running(conn, account, id)).await?;
        if let (Some(gateway), Some(payment)) = (gateway::of(caller.key.mode, &self.sandbox), running) {
            settle(&self.db, gateway, self.debts, caller, payment).await;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let (account, id) = (caller.key.account, InvoiceId::from_uuid(begun.subject));
        let invoice = find(conn, caller, id)?;
        let is_running = of_debt::running(conn, account, id)?.is_some();
        let status = if is_running { StatusCode::ACCEPTED } else { StatusCode::CREATED };
        let object = object(conn, caller, &invoice)?;
        Ok(Reply::new(status, &object, begun.request)?.of_version(invoice.version).at(format!("{ALL}/{id}")))
    }
}

/// Asks the gateway for a charge that has begun. A worker does so later if the answer is lost.
async fn settle(db: &Db, gateway: &Sandbox, debts: Owed, caller: &Caller, id: PaymentId) {
    let settled = settling::settle_payment_with(db, gateway, debts, caller.by(), id, caller.now()).await;
    if let Err(err) = settled {
        tracing::warn!(payment = %id, error = %err, "the charge for an invoice is left to the worker");
    }
}

/// Answers `PATCH`, `PUT` and `POST /v1/invoices/{id}`.
async fn update(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let sent = sent?;
        let id = caller.id(THING, &path)?;
        let current = caller.found(THING, closing::locked(conn, &caller.by(), id))?;
        version::check(meant.as_ref(), current.version)?;
        let stored = serde_json::to_value(object(conn, caller, &current)?).map_err(Error::internal)?;
        let InvoiceBody { given, version } = body::change(&sent, &stored)?;
        let version = version::check_named(version, current.version)?;
        match by_hand::amend(conn, &caller.by(), id, version, &given).map_err(at_fields)? {
            Amended::Done(one) => reply(conn, StatusCode::OK, caller, &one),
            Amended::Clash(current, names) => Err(clashed(&current, &names, &given)),
        }
    };
    call.write(&db, &raw, change).await
}

fn clashed(current: &Invoice, names: &[&str], given: &Fields) -> Refusal {
    let stored = changeable(current);
    version::clashed(current.version, names.iter().map(|name| (*name, value(given, name), value(&stored, name))))
}

/// A charge for an invoice.
struct Charge {
    path: String,
    sent: Object,
    db: Db,
    sandbox: Sandbox,
    debts: Owed,
}

/// Answers `POST /v1/invoices/{id}/charges`.
async fn charge(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let (own_db, sandbox) = (db.get_ref().clone(), sandbox.get_ref().clone());
    let order = Charge { path: path.into_inner(), sent, db: own_db, sandbox, debts: **debts };
    call.order(&db, &raw, order).await
}

impl Order for Charge {
    type Ready = (InvoiceId, Source, Option<Verified>);

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let source = payments::api::body::source(&self.sent)?;
        let (id, now) = (caller.id(THING, &self.path)?, caller.now());
        let known = match gateway::of(caller.key.mode, &self.sandbox) {
            Some(gateway) => verified(gateway, caller.key.account, &source, now).await.map_err(unknown)?,
            None => None,
        };
        Ok((PaymentId::at(now).uuid(), (id, source, known)))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, (invoice, source, known): Self::Ready) -> Result<()> {
        let payment = PaymentId::from_uuid(id);
        caller.found(THING, closing::charge(conn, &caller.by(), invoice, payment, (source, known)))
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        if let Some(gateway) = gateway::of(caller.key.mode, &self.sandbox) {
            settle(&self.db, gateway, self.debts, caller, PaymentId::from_uuid(id)).await;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        told_of_charge(conn, caller, begun)
    }
}

/// Answers `POST /v1/invoices/{id}/payments`.
async fn record(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (now, zone) = (caller.now(), &caller.key.settings.time_zone);
        let body::PaymentBody { amount, at, reference } = body::payment(&sent, zone, now)?;
        let id = caller.id(THING, &path)?;
        let new = PaidElsewhere { amount, at, reference };
        let payment = match closing::record(conn, &caller.by(), id, new) {
            Err(Error::NotFound) => return Err(caller.no(THING)),
            recorded => recorded.map_err(at_fields)?,
        };
        let payment = payments::model::find(conn, caller.key.account, payment)?;
        let object = PaymentObject::of(conn, (caller.key.account, caller.livemode()), payment)?;
        let reply = Reply::new(StatusCode::CREATED, &object, caller.request)?.of_version(object.version);
        Ok(reply.at(format!("/v1/payments/{}", object.id)))
    };
    call.write(&db, &raw, change).await
}

type Closing = fn(&mut PgConnection, &crate::events::By, InvoiceId) -> crate::error::Result<Invoice>;

/// Answers `POST /v1/invoices/{id}/voiding`.
async fn void(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    close(call, &path, sent, &db, closing::void).await
}

/// Answers `POST /v1/invoices/{id}/write_off`.
async fn write_off(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    close(call, &path, sent, &db, closing::write_off).await
}

/// Answers `DELETE /v1/invoices/{id}/write_off`.
async fn reopen(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    close(call, &path, sent, &db, closing::reopen).await
}

/// Does one of the things to an invoice that say nothing more.
async fn close(call: Call, path: &str, sent: Body, db: &Db, close: Closing) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    if let Err(why) = sent.none() {
        return call.refuse(db, why).await;
    }
    let (path, meant): (String, Option<IfMatch>) = (path.to_owned(), call.if_match.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (by, id) = (caller.by(), caller.id(THING, &path)?);
        let current = caller.found(THING, closing::locked(conn, &by, id))?;
        version::check(meant.as_ref(), current.version)?;
        let closed = close(conn, &by, id)?;
        reply(conn, StatusCode::OK, caller, &closed)
    };
    call.write(db, &raw, change).await
}
