//! The call that starts a subscription, which may charge at once.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::{Span, civil::Date};
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
    },
    codes::Code,
    customers,
    db::Db,
    error::Error,
    gateway::{self, Sandbox},
    ids::{CustomerId, MethodId, PaymentId, PriceId, SubscriptionId},
    invoices::{self, Collects},
    merchants,
    payment_methods::charging::for_charge,
    payments::{Status as PaymentStatus, model::Payment, object::PaymentObject, of_invoice, settling},
    prices::model::{self as prices, Price},
    reason::{Detail, Reason},
    subscriptions::{
        DEBTS, Held,
        body::{
            self,
            starting::{Behavior, First, NewBody, What},
        },
        creating::{self, Beginning, NewSubscription, Until},
        listing, model,
        status::EndReason,
    },
    values::{expiry, interval::is_anchor_day},
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
    type Ready = NewBody;

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let new = body::starting::read(&self.sent, &caller.key.settings.time_zone)?;
        Ok((SubscriptionId::at(caller.now()).uuid(), new))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, new: NewBody) -> Result<()> {
        let account = caller.key.account;
        let customer = caller.found("customer", customers::model::find_for_update(conn, account, new.customer))?;
        let price = match &new.what {
            What::Price(price) => Some(caller.found("price", prices::named(conn, account, price))?),
            What::Own { .. } => None,
        };
        customer.refuse_deleted()?;
        if new.collects == Collects::Charge && !gateway::has(caller.key.mode) {
            return Err(Error::Conflict(no_gateway()).into());
        }
        if let Some(price) = &price {
            refuse_archived(price)?;
            refuse_second(conn, caller, &new, price.id)?;
        }
        let (allowed, times, named) = (new.behavior, new.until, new.first_named);
        let new = agreed(conn, caller, new, price)?;
        let today = expiry::today(caller.now(), &caller.key.settings.time_zone);
        check_days(&new, today, named)?;
        // What would be over in the same moment is not begun. Who names a method is told at once that it is none.
        let is_charged = new.first_on == today && new.days_until_due.is_none();
        if new.method.is_some() || (is_charged && allowed == Behavior::Insist) {
            for_charge(conn, account, new.customer, new.method, today)?.map_err(Error::Conflict)?;
        }
        let at = if matches!(times, Until::Times(_)) { "times" } else { named };
        creating::create(conn, &caller.by(), SubscriptionId::from_uuid(id), new)
            .map_err(|err| body::placed(err, at))?;
        Ok(())
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        let id = SubscriptionId::from_uuid(id);
        settle(&self.db, &self.sandbox, caller, id).await;
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

/// Asks the gateway for the charge of a subscription's newest invoice that is under way, if there is one. A worker does so
/// later if the answer is lost.
pub(super) async fn settle(db: &Db, sandbox: &Sandbox, caller: &Caller, id: SubscriptionId) {
    let (account, by) = (caller.key.account, caller.by());
    let under_way = db.read(move |conn| {
        for open in invoices::model::open_of(conn, account, id)? {
            if let Some(payment) = of_invoice::running(conn, account, open.id)? {
                return Ok(Some(payment));
            }
        }
        Ok(None::<PaymentId>)
    });
    let settled = match (under_way.await, gateway::of(caller.key.mode, sandbox)) {
        (Ok(Some(payment)), Some(gateway)) => {
            settling::settle_payment_with(db, gateway, DEBTS, by, payment, caller.now()).await
        }
        (looked, _) => looked.map(drop),
    };
    if let Err(err) = settled {
        tracing::warn!(subscription = %id, error = %err, "a charge is left to the worker");
    }
}

/// Returns the newest payment of a subscription's first invoice.
fn first_payment(conn: &mut PgConnection, caller: &Caller, id: SubscriptionId) -> Result<Option<Payment>> {
    let account = caller.key.account;
    let Some(invoice) = invoices::model::latest_of(conn, account, id)? else { return Ok(None) };
    Ok(of_invoice::all(conn, account, invoice.id)?.pop())
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

/// Returns what is agreed: the money of the price, or its own.
fn agreed(conn: &mut PgConnection, caller: &Caller, new: NewBody, price: Option<Price>) -> Result<NewSubscription> {
    let today = expiry::today(caller.now(), &caller.key.settings.time_zone);
    let free = price.as_ref().map_or(0, |price| price.terms.trial_days);
    let id = price.as_ref().map(|price| price.id);
    let (name, amount, interval) = match (new.what, price) {
        (What::Own { name, amount, interval }, _) => (name, amount, interval),
        (What::Price(_), Some(price)) => (price.naming.name, price.terms.amount, price.terms.interval),
        (What::Price(_), None) => return Err(Error::internal("a price that was not found").into()),
    };
    let days_until_due = match new.collects {
        Collects::Charge => None,
        Collects::Invoice if new.days_until_due.is_some() => new.days_until_due,
        Collects::Invoice => Some(merchants::invoicing(conn, caller.key.account)?.days_until_due),
    };
    let days = match new.first {
        First::On(day) => Ok(day),
        First::After(days) => today.checked_add(Span::new().days(days)),
        First::Open => today.checked_add(Span::new().days(free)),
    };
    Ok(NewSubscription {
        customer: new.customer,
        name,
        price: id,
        amount,
        interval,
        days_until_due,
        method: new.method,
        first_on: days.map_err(Error::internal)?,
        anchor_day: new.billing_day,
        until: new.until,
        started_on: new.started_on,
        beginning: match new.behavior {
            Behavior::Wait => Beginning::Waiting,
            Behavior::Try | Behavior::Insist => Beginning::Charged,
        },
        metadata: to_value(new.metadata).map_err(Error::internal)?,
    })
}

/// Refuses days that do not fit each other, each at the member that said it, with the reasons of [`creating::create`].
fn check_days(new: &NewSubscription, today: Date, named: &str) -> Result<()> {
    let refused =
        |name: &str, sentence: String| Err(body::placed(Error::Conflict(Code::DateInvalid.says(sentence)), name));
    let first = new.first_on;
    if first < today {
        let sentence = "The first charge cannot be in the past. What is owed for the past is an invoice of its own.";
        return refused(named, sentence.to_owned());
    }
    match new.anchor_day {
        Some(day) if !is_anchor_day(first, day) => {
            let sentence =
                format!("The first charge is on {first}, which is not the {day}. of its month. Choose another day.");
            return refused("billing_day", sentence);
        }
        _ => {}
    }
    match new.until {
        Until::Date(end) if end <= first => {
            refused("ends_on", format!("It would end before its first charge on {first}. Choose a later end."))
        }
        _ => Ok(()),
    }
}

/// Returns the reason why a subscription cannot be charged where there is no gateway.
fn no_gateway() -> Reason {
    let sentence =
        "Live accounts have no gateway yet. Send “collects”: “invoice”, and record what comes in for each bill.";
    Code::NoGateway.says(sentence)
}

/// Refuses a price that is archived.
pub(super) fn refuse_archived(price: &Price) -> Result<()> {
    if !price.is_archived() {
        return Ok(());
    }
    let sentence =
        format!("The price “{}” is archived. Choose another one, or bring it back first.", price.naming.name);
    Err(Error::Conflict(Code::PriceArchived.says(sentence).with(Detail::Price(price.id))).into())
}

/// Refuses a second subscription of a customer, who is locked, by the same price.
fn refuse_second(conn: &mut PgConnection, caller: &Caller, new: &NewBody, price: PriceId) -> Result<()> {
    if new.allow_duplicate {
        return Ok(());
    }
    match listing::living(conn, caller.key.account, new.customer, price)? {
        None => Ok(()),
        Some(other) => {
            let message =
                "The customer has a subscription by this price. Send “allow_duplicate”: true to start another one.";
            Err(Refusal::new(Code::PossibleDuplicate, message).with("subscription", other.to_string()))
        }
    }
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
