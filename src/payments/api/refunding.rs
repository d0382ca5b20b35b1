//! The calls about refunds.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use uuid::Uuid;

use super::{body, declined, find, find_for_update, value};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        order::Order,
        present,
        refusal::Result,
        replay::Begun,
        route::ApiRoute,
        version::{self, IfMatch},
    },
    api_keys::permissions::{Permission, Resource::Refunds},
    codes::Code,
    db::Db,
    error::Error,
    gateway::{self, Sandbox},
    ids::RefundId,
    paging::{Cursor, SortTag},
    payments::{
        object::RefundObject,
        refunds::{self, NewRefund, Refund, State},
    },
};

/// The order of refunds: the newest first.
const NEWEST: SortTag = SortTag::new(b'n');

const MAKING: &str = "`201` only if it is given back, `202` while it is under way, `402` if the bank refused or never heard of it. A \
    payment that happened elsewhere was refunded elsewhere too: that is noted. Send an `Idempotency-Key`.";

/// Returns the calls about refunds.
pub fn routes() -> Vec<ApiRoute> {
    let (read, write) = (Permission::read(Refunds), Permission::write(Refunds));
    vec![
        ApiRoute::get("/v1/payments/{id}/refunds", read, list)
            .taking(&[LIMIT, AFTER, BEFORE])
            .told("list_refunds", "List the refunds of a payment", "The newest first.")
            .answering::<ListObject<RefundObject>>(StatusCode::OK),
        ApiRoute::post("/v1/payments/{id}/refunds", write, refund)
            .told("create_refund", "Refund a payment, or a part of it", MAKING)
            .reading(&body::NEW_REFUND)
            .answering::<RefundObject>(StatusCode::CREATED)
            .answering::<RefundObject>(StatusCode::ACCEPTED)
            .refusing(&[
                Code::NotRefundable,
                Code::RefundTooLarge,
                Code::NoGateway,
                Code::NeverArrived,
                Code::RefundRefused,
            ])
            .meant()
            .located(),
        ApiRoute::get("/v1/refunds/{id}", read, retrieve)
            .told("retrieve_refund", "Read a refund", "As it stands now.")
            .answering::<RefundObject>(StatusCode::OK),
    ]
}

/// Answers `GET /v1/payments/{id}/refunds`.
async fn list(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let limit = asked.limit()?;
        let of_id = |id: RefundId| Cursor::new(NEWEST, None, id.uuid());
        let direction = asked.direction(NEWEST, Some(of_id))?;
        let payment = find(conn, caller, caller.id("payment", &path)?)?.id;
        let page = refunds::page(conn, caller.key.account, payment, &direction, limit)?;
        let place = |refund: &Refund| of_id(refund.id);
        let (next, previous) = (page.next_cursor(place), page.previous_cursor(place));
        let data = page.items.iter().map(|refund| RefundObject::new(refund, caller.livemode())).collect();
        let url = format!("/v1/payments/{payment}/refunds");
        Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/refunds/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id: RefundId = caller.id("refund", &path)?;
        let refund = caller.found("refund", refunds::find(conn, caller.key.account, id))?;
        Reply::new(StatusCode::OK, &RefundObject::new(&refund, caller.livemode()), caller.request)
    });
    Ok(answer.await?.answer())
}

/// A refund to be made.
struct Refunding {
    path: String,
    sent: Object,
    meant: Option<IfMatch>,
    db: Db,
    sandbox: Sandbox,
}

/// Answers `POST /v1/payments/{id}/refunds`.
async fn refund(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let (path, meant) = (path.into_inner(), call.if_match.clone());
    let order = Refunding { path, sent, meant, db: db.get_ref().clone(), sandbox: sandbox.get_ref().clone() };
    call.order(&db, &raw, order).await
}

impl Order for Refunding {
    type Ready = (NewRefund, Option<IfMatch>);

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let body::RefundBody { amount, reason } = body::refund(&self.sent)?;
        let new = NewRefund { payment: caller.id("payment", &self.path)?, amount, reason };
        Ok((RefundId::at(caller.now()).uuid(), (new, self.meant.clone())))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, (new, meant): Self::Ready) -> Result<()> {
        let payment = find_for_update(conn, caller, new.payment)?;
        version::check(meant.as_ref(), payment.version)?;
        if !payment.is_recorded && !gateway::has(caller.key.mode) {
            return Err(Error::Conflict(gateway::none()).into());
        }
        Ok(refunds::begin(conn, &caller.by(), RefundId::from_uuid(id), &payment, &new, caller.now())?)
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        // What happened elsewhere is written as done, so the gateway is not asked for it.
        let (gateway, id) = (gateway::of(caller.key.mode, &self.sandbox), RefundId::from_uuid(id));
        refunds::settle_begun(&self.db, gateway, caller.by(), id, caller.now()).await;
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let refund = refunds::find(conn, caller.key.account, RefundId::from_uuid(begun.subject))?;
        let object = RefundObject::new(&refund, caller.livemode());
        let status = match &refund.state {
            State::Succeeded => StatusCode::CREATED,
            State::Processing => StatusCode::ACCEPTED,
            State::Failed(why) => {
                let refusal = declined(why, Code::RefundRefused).with("refund", value(&object)?);
                return present::reply(refusal, begun.request);
            }
        };
        Ok(Reply::new(status, &object, begun.request)?.at(format!("/v1/refunds/{}", refund.id)))
    }
}
