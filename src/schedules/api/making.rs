//! The call that makes a payment schedule, which charges at once what is due today.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use uuid::Uuid;

use super::{found, path_of};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        order::Order,
        refusal::Result,
        replay::Begun,
    },
    db::Db,
    gateway::Sandbox,
    ids::ScheduleId,
    schedules::{
        body::{self, NewBody},
        creating::{self, NewSchedule},
        model,
        object::ScheduleObject,
        settling::settle,
        status::PartStatus,
    },
    values::expiry,
};

/// Answers `POST /v1/payment_schedules`.
pub async fn create(call: Call, sent: Body, db: web::Data<Db>, sandbox: web::Data<Sandbox>) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let making = Making { sent, db: db.get_ref().clone(), sandbox: sandbox.get_ref().clone() };
    call.order(&db, &raw, making).await
}

/// A payment schedule to be made.
struct Making {
    sent: Object,
    db: Db,
    sandbox: Sandbox,
}

impl Order for Making {
    type Ready = NewBody;

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, NewBody)> {
        let new = body::new_schedule(&self.sent, expiry::today(caller.now(), &caller.key.settings.time_zone))?;
        Ok((ScheduleId::at(caller.now()).uuid(), new))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, new: NewBody) -> Result<()> {
        let NewBody { customer, description, currency, plan, method } = new;
        let today = expiry::today(caller.now(), &caller.key.settings.time_zone);
        let parts = plan.parts(currency, today).map_err(|misfit| body::misfit(&plan, misfit))?;
        let new = NewSchedule { customer, description, currency, parts, method };
        caller.found("customer", creating::create(conn, &caller.by(), ScheduleId::from_uuid(id), new))?;
        Ok(())
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        settle(&self.db, &self.sandbox, caller.key.mode, caller.by(), ScheduleId::from_uuid(id)).await;
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let (account, id) = (caller.key.account, ScheduleId::from_uuid(begun.subject));
        let one = found(caller, model::find(conn, account, id))?;
        let object = ScheduleObject::of(conn, (account, caller.livemode()), &one)?;
        let is_under_way = object.parts.iter().any(|part| part.status == PartStatus::Processing.as_str());
        let status = if is_under_way { StatusCode::ACCEPTED } else { StatusCode::CREATED };
        Ok(Reply::new(status, &object, begun.request)?.of_version(one.version).at(path_of(id)))
    }
}
