//! The call that changes a subscription, which may charge what is unpaid.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;
use serde_json::Value;
use uuid::Uuid;

use super::{THING, found, object, reply, starting::check_method};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        order::Order,
        reading::sent_as,
        refusal::{Refusal, Result},
        replay::Begun,
        typed,
        version::{self, IfMatch},
    },
    codes::Code,
    db::Db,
    error::Error,
    gateway::Sandbox,
    history,
    ids::{PriceId, SubscriptionId},
    input::FieldErrors,
    prices::model as prices,
    subscriptions::{
        Held,
        body::{
            self,
            changing::{ChangeBody, Ending},
        },
        model,
        settling::settle,
    },
};

/// Answers `PATCH`, `PUT` and `POST /v1/subscriptions/{id}`.
pub async fn update(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let meant = call.if_match.clone();
    let (raw, sent) = call.readable(&db, sent).await?;
    let (db, sandbox) = (db.get_ref().clone(), sandbox.get_ref().clone());
    call.order(&db, &raw, Change { sent, path: path.into_inner(), meant, db: db.clone(), sandbox }).await
}

/// A change of a subscription.
struct Change {
    sent: Object,
    path: String,
    meant: Option<IfMatch>,
    db: Db,
    sandbox: Sandbox,
}

impl Order for Change {
    type Ready = (Object, Option<IfMatch>);

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Self::Ready)> {
        let id: SubscriptionId = caller.id(THING, &self.path)?;
        Ok((id.uuid(), (self.sent.clone(), self.meant.clone())))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, (sent, meant): Self::Ready) -> Result<()> {
        let by = caller.by();
        let mut held = found(caller, Held::open(conn, &by, SubscriptionId::from_uuid(id)))?;
        version::check(meant.as_ref(), held.subscription.version)?;
        let stored = serde_json::to_value(object(conn, caller, &held.subscription)?).map_err(Error::internal)?;
        let change = body::changing::read(&sent, &held.subscription, &stored)?;
        refuse_clashes(conn, &held, &change, (&sent, &stored))?;
        apply(conn, caller, &mut held, change)
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        // Nothing else begins a charge that somebody waits for.
        let charges = ["payment_method", "collect", "next_charge_on"];
        if self.sent.iter().any(|(name, _)| charges.contains(&name.as_str())) {
            settle(&self.db, &self.sandbox, caller.key.mode, caller.by(), SubscriptionId::from_uuid(id)).await;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let one = found(caller, model::find(conn, caller.key.account, SubscriptionId::from_uuid(begun.subject)))?;
        reply(conn, &Caller { request: begun.request, ..caller.clone() }, &one)
    }
}

/// Does all that a change says. Its end goes first: what is to end costs nothing else from a next period on.
fn apply(conn: &mut PgConnection, caller: &Caller, held: &mut Held<'_>, change: ChangeBody) -> Result<()> {
    if let Some(metadata) = &change.metadata {
        held.change_metadata(conn, metadata)?;
    }
    match change.ending {
        Some(Ending::WithPeriod) => held.end_with_period(conn)?,
        Some(Ending::On(day)) => held.end_on(conn, day).map_err(|err| typed::placed(err, "ends_on"))?,
        Some(Ending::Never) => held.keep(conn)?,
        None => {}
    }
    if let Some(amount) = change.amount {
        // What it costs now, said again, is by the price that it is by.
        let price = held.subscription.price_id.filter(|_| amount == held.subscription.amount);
        held.change_amount(conn, amount, price)?;
    }
    if let Some(price) = &change.price {
        let (amount, price) = priced(conn, caller, held, price)?;
        held.change_amount(conn, amount, Some(price))?;
    }
    if change.method.is_some() || change.collect == Some(true) {
        if let Some(Some(method)) = change.method {
            check_method(conn, caller, held.subscription.customer_id, method)?;
        }
        let method = change.method.unwrap_or(held.subscription.method_id);
        held.change_method(conn, method, change.collect.unwrap_or(true))?;
    }
    if let Some(day) = change.next_charge_on {
        held.move_next_charge(conn, day, None).map_err(|err| typed::placed(err, "next_charge_on"))?;
    }
    Ok(())
}

/// Returns what a price costs that a subscription changes to.
fn priced(conn: &mut PgConnection, caller: &Caller, held: &Held<'_>, price: &str) -> Result<(i64, PriceId)> {
    let price = caller.found("price", prices::named(conn, caller.key.account, price))?;
    let is = &held.subscription;
    if Some(price.id) == is.price_id {
        return Ok((is.amount, price.id));
    }
    price.refuse_archived()?;
    let (currency, interval) = (price.terms.amount.currency, price.terms.interval);
    if currency == is.currency && interval == is.interval()? {
        return Ok((price.terms.amount.minor, price.id));
    }
    let sentence = format!(
        "This price is {} {}, the subscription {} {}. Let this one end, and start another one by that price.",
        currency,
        interval.words(),
        is.currency,
        is.interval()?.words()
    );
    let reason = Code::NotOneOf.says(sentence);
    Err(Refusal::fields(Code::InvalidFields, FieldErrors::of("price", "", reason).into_vec()))
}

/// Refuses to change what somebody else changed after the version that is named.
fn refuse_clashes(
    conn: &mut PgConnection,
    held: &Held<'_>,
    change: &ChangeBody,
    (sent, stored): (&Object, &Value),
) -> Result<()> {
    let current = &held.subscription;
    let version = version::check_named(change.version, current.version)?;
    if version == current.version {
        return Ok(());
    }
    let later = history::after_version(conn, held.by.account, current.id.uuid(), version)?;
    let is_changed =
        |field: &&str| later.iter().any(|one| one.after.contains_key(*field) || one.before.contains_key(*field));
    let mut conflicts = Vec::new();
    for (name, fields) in change.names() {
        if fields.iter().any(&is_changed) {
            let theirs = if name == "next_charge_on" { &stored["next_charge"] } else { &stored[name] };
            conflicts.push((name, sent_as(sent, name), theirs.clone()));
        }
    }
    if conflicts.is_empty() { Ok(()) } else { Err(version::clashed(current.version, conflicts)) }
}
