//! The calls about invoices.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{self, INVOICE_CHANGE, INVOICE_CHARGE, INVOICE_PAYMENT, InvoiceBody, NEW_INVOICE},
    pages::list::Invoices,
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller, DRY_RUN},
        json::Object,
        lists::{AFTER, BEFORE, CountObject, LIMIT, ListObject, Parameters},
        order::Order,
        refusal::{Refusal, Result},
        replay::Begun,
        route::ApiRoute,
        told::{Kind, Parameter},
        version::{self, IfMatch},
    },
    api_keys::permissions::{Permission, Resource},
    codes::Code,
    db::Db,
    error::Error,
    events::{Fields, fields::value},
    gateway::{self, Sandbox, Verified},
    ids::{InvoiceId, PaymentId, SubscriptionId},
    input::FieldErrors,
    invoices::{Invoice, model, object::InvoiceObject, search::LANGUAGE},
    lists::{
        api::{self as lists, CUSTOMER, Calls, chosen},
        of_id,
    },
    payments::{
        self,
        api::charging::{answer as told_of_charge, unknown},
        charging::{Source, verified},
        debts::Owed,
        object::PaymentObject,
        of_debt, settling,
    },
    query::Term,
    reason::Reason,
    subscriptions::{
        by_hand::{self, Amended, NewByHand, changeable},
        closing::{self, PaidElsewhere},
    },
};

const THING: &str = "invoice";

/// The path of the list.
const ALL: &str = "/v1/invoices";

const Q: Parameter = lists::q(
    "A search in the dashboard’s language: `status:overdue`, `amount:>500`, `due:<2026-12-01`, `paid:last-7d`, \
     `number:SG-2026-0412`, `subscription:none`, `a OR b`.",
);
const SORT: Parameter = lists::sort(&["-created", "created", "due", "-due", "-amount", "amount"]);
const SUBSCRIPTION: Parameter =
    Parameter::text("subscription", "The id of a subscription: only those that bill its periods.")
        .of(Kind::Id(SubscriptionId::PREFIX));
const STATUS: Parameter =
    Parameter::text("status", "Only those of this status; `overdue` are the open ones whose day has passed.")
        .of(Kind::OneOf(&["open", "overdue", "paid", "void", "uncollectible"]));

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
    let (read, write) = (Permission::read(Resource::Invoices), Permission::write(Resource::Invoices));
    vec![
        ApiRoute::get(ALL, read, lists::list::<Invoices>)
            .taking(&[CUSTOMER, SUBSCRIPTION, STATUS, Q, SORT, LIMIT, AFTER, BEFORE])
            .told("list_invoices", "List and search invoices", "Of all customers.")
            .answering::<ListObject<InvoiceObject>>(StatusCode::OK),
        ApiRoute::get("/v1/invoices/count", read, lists::count::<Invoices>)
            .taking(&[CUSTOMER, SUBSCRIPTION, STATUS, Q])
            .told("count_invoices", "Count invoices", "Stops at 1,000.")
            .answering::<CountObject>(StatusCode::OK),
        ApiRoute::get("/v1/customers/{id}/invoices", read, lists::list_of::<Invoices>)
            .taking(&[SUBSCRIPTION, STATUS, Q, SORT, LIMIT, AFTER, BEFORE])
            .told(
                "list_customer_invoices",
                "List a customer’s invoices",
                "As the list of all, with the customer given.",
            )
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

impl Calls for Invoices {
    type Id = InvoiceId;
    type Object = InvoiceObject;
    const PATH: &'static str = ALL;

    fn narrowed(_: &mut PgConnection, _: &Caller, asked: &Parameters) -> Result<Vec<Term>> {
        let status = chosen(&LANGUAGE, asked, &STATUS)?;
        let subscription: Option<SubscriptionId> = asked.id(&SUBSCRIPTION)?;
        Ok(status.into_iter().chain(subscription.map(of_id)).collect())
    }

    fn objects(conn: &mut PgConnection, caller: &Caller, rows: &[Invoice]) -> Result<Vec<InvoiceObject>> {
        Ok(InvoiceObject::of_all(conn, (caller.key.account, caller.livemode()), rows)?)
    }
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
