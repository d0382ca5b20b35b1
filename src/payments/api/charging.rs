//! The calls that ask a gateway for money, or not to take it.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use uuid::Uuid;

use super::{body, declined, find, find_for_update, location, object, value};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        order::Order,
        present,
        refusal::{Refusal, Result},
        replay::Begun,
        version::{self, IfMatch},
    },
    codes::Code,
    customers,
    db::Db,
    error::Error,
    gateway::{self, Sandbox, Verified},
    ids::PaymentId,
    input::FieldErrors,
    payments::{
        Status,
        charging::{self, NewCharge},
        debts::Owed,
        settling,
    },
    reason::Reason,
};

/// A charge.
pub struct Charge {
    sent: Object,
    /// The customer in the path, if that names one.
    path: Option<String>,
    db: Db,
    sandbox: Sandbox,
}

impl Charge {
    /// Makes the charge that a body asks for.
    pub fn new(sent: Object, path: Option<String>, db: &Db, sandbox: &Sandbox) -> Self {
        Self { sent, path, db: db.clone(), sandbox: sandbox.clone() }
    }
}

impl Order for Charge {
    type Ready = (NewCharge, Option<Verified>);

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let of = self.path.as_deref().map(|path| caller.id("customer", path)).transpose()?;
        let new = body::charge(&self.sent, of, &caller.key.settings)?;
        let verified = match gateway::of(caller.key.mode, &self.sandbox) {
            Some(gateway) => charging::verified(gateway, caller.key.account, &new.source, caller.now()).await,
            None => Ok(None),
        };
        Ok((PaymentId::at(caller.now()).uuid(), (new, verified.map_err(unknown)?)))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, (new, verified): Self::Ready) -> Result<()> {
        if !gateway::has(caller.key.mode) {
            caller.found("customer", customers::model::check(conn, caller.key.account, new.customer))?;
            return Err(Error::Conflict(gateway::none()).into());
        }
        let begun = charging::begin(conn, &caller.by(), PaymentId::from_uuid(id), new, verified, caller.now());
        caller.found("customer", begun)
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        if let Some(gateway) = gateway::of(caller.key.mode, &self.sandbox) {
            charging::settle(&self.db, gateway, caller.by(), PaymentId::from_uuid(id), caller.now()).await;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        answer(conn, caller, begun)
    }
}

/// Tells what became of a charge, as the answer of the request that began it: the payment, or with it why it failed.
///
/// # Errors
/// When the database fails.
pub fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
    let id = PaymentId::from_uuid(begun.subject);
    let payment = find(conn, caller, id)?;
    let failed = match payment.status {
        Status::Failed => Some(payment.failure.clone().unwrap_or_default()),
        Status::Canceled => Some(Code::PaymentCanceled.as_str().to_owned()),
        Status::Processing | Status::Succeeded | Status::PartiallyRefunded | Status::Refunded => None,
    };
    let status = if payment.status == Status::Processing { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let object = object(conn, caller, payment)?;
    match failed {
        None => {
            let reply = Reply::new(status, &object, begun.request)?;
            Ok(reply.of_version(object.version).at(location(id)))
        }
        Some(why) => {
            let refusal = declined(&why, Code::CardDeclined).with("payment", value(&object)?);
            present::reply(refusal, begun.request)
        }
    }
}

/// Places the refusal of a token at its field.
pub fn unknown(err: Error) -> Refusal {
    match err {
        Error::Conflict(reason @ Reason { code: Code::TokenUnknown, .. }) => {
            Refusal::fields(Code::InvalidFields, FieldErrors::of("token", "", reason).into_vec())
        }
        err => err.into(),
    }
}

/// A cancellation of a payment that is under way.
struct Cancellation {
    path: String,
    meant: Option<IfMatch>,
    db: Db,
    sandbox: Sandbox,
    debts: Owed,
}

/// Answers `POST /v1/payments/{id}/cancellation`.
pub async fn cancel(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    if let Err(why) = sent.none() {
        return call.refuse(&db, why).await;
    }
    let (path, meant) = (path.into_inner(), call.if_match.clone());
    let (db, sandbox, debts) = (db.get_ref().clone(), sandbox.get_ref().clone(), **debts);
    let order = Cancellation { path, meant, db: db.clone(), sandbox, debts };
    call.order(&db, &raw, order).await
}

impl Order for Cancellation {
    type Ready = Option<IfMatch>;

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        Ok((caller.id::<PaymentId>("payment", &self.path)?.uuid(), self.meant.clone()))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, meant: Self::Ready) -> Result<()> {
        let payment = find_for_update(conn, caller, PaymentId::from_uuid(id))?;
        version::check(meant.as_ref(), payment.version)?;
        match payment.status {
            Status::Processing if payment.is_recorded => Err(Error::Conflict(settling::not_cancelable()).into()),
            Status::Processing | Status::Canceled => Ok(()),
            status => Err(ended(status)),
        }
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        let Some(gateway) = gateway::of(caller.key.mode, &self.sandbox) else { return Ok(()) };
        Ok(settling::cancel_with(&self.db, gateway, self.debts, caller.by(), PaymentId::from_uuid(id), caller.now())
            .await?)
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let payment = find(conn, caller, PaymentId::from_uuid(begun.subject))?;
        let status = match payment.status {
            Status::Canceled => StatusCode::OK,
            Status::Processing => StatusCode::ACCEPTED,
            status => return Err(ended(status)),
        };
        let object = object(conn, caller, payment)?;
        Ok(Reply::new(status, &object, begun.request)?.of_version(object.version))
    }
}

fn ended(status: Status) -> Refusal {
    let message = format!("This payment is {} already, so it cannot be canceled.", status.label().to_lowercase());
    Refusal::new(Code::NotCancelable, message)
}
