//! The call that starts a subscription, which may charge at once.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use serde_json::to_value;
use uuid::Uuid;

use super::{found, object, path_of};
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
        typed,
    },
    codes::Code,
    customers,
    db::Db,
    error::Error,
    gateway::{self, Sandbox},
    ids::{CustomerId, MethodId, SubscriptionId},
    invoices::{self, Collects},
    payment_methods::charging::for_charge,
    payments::{Status as PaymentStatus, model::Payment, object::PaymentObject, of_debt},
    prices::model as prices,
    reason::Reason,
    subscriptions::{
        Held, body,
        creating::{self, Misfit, Until},
        model,
        settling::settle,
        starting::{Behavior, Refused, What, Wish},
        status::EndReason,
    },
    values::expiry,
};

/// Answers `POST /v1/subscriptions`.
pub async fn create(call: Call, sent: Body, db: web::Data<Db>, sandbox: web::Data<Sandbox>) -> Result<HttpResponse> {
    let (raw, sent) = call.readable(&db, sent).await?;
    let start = Start { sent, db: db.get_ref().clone(), sandbox: sandbox.get_ref().clone() };
    call.order(&db, &raw, start).await
}

/// A subscription to be started.
struct Start {
    sent: Object,
    db: Db,
    sandbox: Sandbox,
}

impl Order for Start {
    type Ready = (Wish, &'static str);

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let new = body::starting::read(&self.sent, &caller.key.settings.time_zone)?;
        Ok((SubscriptionId::at(caller.now()).uuid(), new))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, (wish, first_named): Self::Ready) -> Result<()> {
        let account = caller.key.account;
        let customer = caller.found("customer", customers::model::find_for_update(conn, account, wish.customer))?;
        let price = match &wish.what {
            What::Price(price) => Some(caller.found("price", prices::named(conn, account, price))?),
            What::Own { .. } => None,
        };
        customer.refuse_deleted()?;
        if wish.collects == Collects::Charge && !gateway::has(caller.key.mode) {
            return Err(Error::Conflict(no_gateway()).into());
        }
        let today = expiry::today(caller.now(), &caller.key.settings.time_zone);
        let end_named = if matches!(wish.until, Until::Times(_)) { "times" } else { "ends_on" };
        let new = match wish.agreed(conn, account, price, today)? {
            Ok(new) => new,
            Err(Refused::Duplicate(other)) => return Err(duplicate(other)),
            Err(Refused::Unchargeable(reason)) => return Err(Error::Conflict(reason).into()),
            Err(Refused::Misfit(misfit, reason)) => {
                let name = match misfit {
                    Misfit::FirstCharge => first_named,
                    Misfit::BillingDay => "billing_day",
                    Misfit::End => end_named,
                };
                return Err(typed::placed(Error::Conflict(reason), name));
            }
        };
        creating::create(conn, &caller.by(), SubscriptionId::from_uuid(id), new)?;
        Ok(())
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        let id = SubscriptionId::from_uuid(id);
        settle(&self.db, &self.sandbox, caller.key.mode, caller.by(), id).await;
        if body::starting::behavior(&self.sent) == Behavior::Insist {
            let by = caller.by();
            let ended = self.db.write(move |conn| {
                let mut held = Held::open(conn, &by, id)?;
                if held.subscription.pay_until.is_some() {
                    held.never_paid(conn)?;
                    held.schedule(conn)?;
                }
                Ok(())
            });
            ended.await?;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let id = SubscriptionId::from_uuid(begun.subject);
        let one = found(caller, model::find(conn, caller.key.account, id))?;
        let payment = first_payment(conn, caller, id)?;
        if let (Some(EndReason::NeverPaid), Some(payment)) = (one.end_reason, &payment)
            && let Some(code) = failure(payment)
        {
            let made = PaymentObject::of(conn, (caller.key.account, caller.livemode()), payment.clone())?;
            let refusal =
                Refusal::new(code, format!("{}. The subscription is canceled.", gateway::reason(code.as_str())))
                    .with("payment", to_value(made).map_err(Error::internal)?)
                    .with("subscription", id.to_string());
            return present::reply(refusal, begun.request);
        }
        let is_under_way = payment.is_some_and(|payment| payment.status == PaymentStatus::Processing);
        let status = if is_under_way { StatusCode::ACCEPTED } else { StatusCode::CREATED };
        let reply = Reply::new(status, &object(conn, caller, &one)?, begun.request)?;
        Ok(reply.of_version(one.version).at(path_of(id)))
    }
}

/// Returns the newest payment of a subscription's first invoice.
fn first_payment(conn: &mut PgConnection, caller: &Caller, id: SubscriptionId) -> Result<Option<Payment>> {
    let account = caller.key.account;
    let Some(invoice) = invoices::model::latest_of(conn, account, id)? else { return Ok(None) };
    Ok(of_debt::all(conn, account, invoice.id)?.pop())
}

/// Returns the reason why a payment is none.
fn failure(payment: &Payment) -> Option<Code> {
    match payment.status {
        PaymentStatus::Canceled => Some(Code::PaymentCanceled),
        PaymentStatus::Failed => {
            let code = Code::find(payment.failure.as_deref().unwrap_or_default());
            Some(code.filter(|code| code.status() == StatusCode::PAYMENT_REQUIRED).unwrap_or(Code::CardDeclined))
        }
        _ => None,
    }
}

/// Returns the reason why a subscription cannot be charged where there is no gateway.
fn no_gateway() -> Reason {
    let sentence =
        "Live accounts have no gateway yet. Send “collects”: “invoice”, and record what comes in for each bill.";
    Code::NoGateway.says(sentence)
}

/// Refuses a second subscription of a customer by the same price.
fn duplicate(other: SubscriptionId) -> Refusal {
    let message = "The customer has a subscription by this price. Send “allow_duplicate”: true to start another one.";
    Refusal::new(Code::PossibleDuplicate, message).with("subscription", other.to_string())
}

/// Makes sure that a method can be charged for a customer.
pub(super) fn check_method(
    conn: &mut PgConnection,
    caller: &Caller,
    customer: CustomerId,
    method: MethodId,
) -> Result<()> {
    let today = expiry::today(caller.now(), &caller.key.settings.time_zone);
    for_charge(conn, caller.key.account, customer, Some(method), today)?.map_err(Error::Conflict)?;
    Ok(())
}
