//! The calls that change a payment schedule and may charge: what is begun is written first, then the gateway is asked, then
//! the answer tells what came of it.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;
use serde_json::{Value, to_value};
use uuid::Uuid;

use super::{THING, found, reply};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        order::Order,
        reading::sent_as,
        refusal::Result,
        replay::Begun,
        typed,
        version::{self, IfMatch},
    },
    db::Db,
    error::Error,
    gateway::Sandbox,
    history::{self, Event},
    ids::ScheduleId,
    payment_methods::charging::for_charge,
    schedules::{Held, body, model, object::ScheduleObject, settling::settle},
};

/// Answers `PATCH`, `PUT` and `POST /v1/payment_schedules/{id}`.
pub async fn update(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    run(call, (path.into_inner(), None), sent, Deed::Update, (&db, &sandbox)).await
}

/// The id and the number in the path of a part.
type Path = web::Path<(String, String)>;

/// Answers `PATCH`, `PUT` and `POST /v1/payment_schedules/{id}/parts/{number}`.
pub async fn change_part(
    call: Call,
    path: Path,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (id, number) = path.into_inner();
    run(call, (id, Some(number)), sent, Deed::ChangePart, (&db, &sandbox)).await
}

/// Answers `POST /v1/payment_schedules/{id}/parts/{number}/skipping`.
pub async fn skip(
    call: Call,
    path: Path,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (id, number) = path.into_inner();
    run(call, (id, Some(number)), sent, Deed::Skip, (&db, &sandbox)).await
}

/// Answers `POST /v1/payment_schedules/{id}/payoff`.
pub async fn pay_off(
    call: Call,
    path: web::Path<String>,
    sent: Body,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    run(call, (path.into_inner(), None), sent, Deed::PayOff, (&db, &sandbox)).await
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Update,
    ChangePart,
    Skip,
    PayOff,
}

async fn run(
    call: Call,
    path: (String, Option<String>),
    sent: Body,
    deed: Deed,
    (db, sandbox): (&Db, &Sandbox),
) -> Result<HttpResponse> {
    let meant = call.if_match.clone();
    let (raw, sent) = call.readable(db, sent).await?;
    call.order(db, &raw, Doing { sent, path, meant, deed, db: db.clone(), sandbox: sandbox.clone() }).await
}

/// A call that may charge.
struct Doing {
    sent: Object,
    /// The id and the number in the path.
    path: (String, Option<String>),
    meant: Option<IfMatch>,
    deed: Deed,
    db: Db,
    sandbox: Sandbox,
}

/// What is needed to begin.
struct Ready {
    sent: Object,
    deed: Deed,
    /// The number of the part.
    number: Option<i16>,
    meant: Option<IfMatch>,
}

impl Order for Doing {
    type Ready = Ready;

    async fn prepare(&self, caller: &Caller) -> Result<(Uuid, Ready)> {
        let id: ScheduleId = caller.id(THING, &self.path.0)?;
        let number = self.path.1.as_deref().map(|number| caller.id("part of the payment schedule", number));
        let number = number.transpose()?;
        Ok((id.uuid(), Ready { sent: self.sent.clone(), deed: self.deed, number, meant: self.meant.clone() }))
    }

    fn begin(conn: &mut PgConnection, caller: &Caller, id: Uuid, ready: Ready) -> Result<()> {
        let (id, by) = (ScheduleId::from_uuid(id), caller.by());
        let mut held = found(caller, Held::open(conn, &by, id))?;
        version::check(ready.meant.as_ref(), held.schedule.version)?;
        let stored = ScheduleObject::of(conn, (caller.key.account, caller.livemode()), &held.schedule)?;
        let stored = to_value(stored).map_err(Error::internal)?;
        let number = ready.number.unwrap_or_default();
        let of_part = |result| caller.found("part of the payment schedule", result);
        match ready.deed {
            Deed::Update => change(conn, &mut held, (&ready.sent, &stored)),
            Deed::ChangePart => {
                of_part(held.part(number).map(drop))?;
                let part = stored["parts"].as_array().into_iter().flatten();
                let part = part.into_iter().find(|part| part["number"] == number).unwrap_or(&Value::Null);
                let change = body::part_change(&ready.sent, part)?;
                let given = [(change.due_on.is_some(), "due_on"), (change.amount.is_some(), "amount")];
                let fields: Vec<&str> = given.into_iter().filter(|(is, _)| *is).map(|(_, field)| field).collect();
                let is_it = |event: &Event, _: &str| event.after.get("part") == Some(&number.into());
                refuse_clashes(conn, &held, change.version, (&fields, is_it), (&ready.sent, part))?;
                let changed = held.change_part(conn, number, (change.due_on, change.amount));
                changed.map_err(|err| typed::placed(err, "due_on"))
            }
            Deed::Skip => {
                typed::nothing(&ready.sent)?;
                of_part(held.skip(conn, number))
            }
            Deed::PayOff => {
                typed::nothing(&ready.sent)?;
                Ok(held.pay_off(conn)?)
            }
        }
    }

    async fn ask(&self, caller: &Caller, id: Uuid) -> Result<()> {
        // Nothing else begins a charge that somebody waits for.
        let charges = self.sent.iter().any(|(name, _)| ["payment_method", "collect"].contains(&name.as_str()));
        if self.deed != Deed::Update || charges {
            settle(&self.db, &self.sandbox, caller.key.mode, caller.by(), ScheduleId::from_uuid(id)).await;
        }
        Ok(())
    }

    fn answer(conn: &mut PgConnection, caller: &Caller, begun: Begun) -> Result<Reply> {
        let one = found(caller, model::find(conn, caller.key.account, ScheduleId::from_uuid(begun.subject)))?;
        reply(conn, &Caller { request: begun.request, ..caller.clone() }, &one)
    }
}

fn change(conn: &mut PgConnection, held: &mut Held<'_>, (sent, stored): (&Object, &Value)) -> Result<()> {
    let change = body::change(sent, stored)?;
    let changed = [(change.description.is_some(), "description"), (change.method.is_some(), "payment_method")];
    let fields: Vec<&str> = changed.into_iter().filter(|(is, _)| *is).map(|(_, field)| field).collect();
    let is_it =
        |event: &Event, name: &str| event.before.contains_key(if name == "payment_method" { "method" } else { name });
    refuse_clashes(conn, held, change.version, (&fields, is_it), (sent, stored))?;
    if let Some(description) = change.description {
        held.describe(conn, description)?;
    }
    if change.method.is_some() || change.collect == Some(true) {
        let method = change.method.unwrap_or(held.schedule.method_id);
        let collect = change.collect.unwrap_or(true);
        // What is to be charged now has to have a method that can be; the default of later days may still come.
        if method.is_some() || (collect && held.is_failing()) {
            let (account, customer) = (held.by.account, held.schedule.customer_id);
            for_charge(conn, account, customer, method, held.today)?.map_err(Error::Conflict)?;
        }
        held.change_method(conn, method, collect)?;
    }
    Ok(())
}

/// Refuses to change fields that somebody else changed after the version that is named, as events say.
fn refuse_clashes(
    conn: &mut PgConnection,
    held: &Held<'_>,
    named: Option<i32>,
    (fields, is_it): (&[&str], impl Fn(&Event, &str) -> bool),
    (sent, stored): (&Object, &Value),
) -> Result<()> {
    let current = held.schedule.version;
    let version = version::check_named(named, current)?;
    if version == current {
        return Ok(());
    }
    let later = history::after_version(conn, held.by.account, held.schedule.id.uuid(), version)?;
    let is_changed = |field: &&&str| later.iter().any(|event| is_it(event, field));
    let clashes = fields.iter().filter(is_changed).map(|field| (*field, sent_as(sent, field), stored[*field].clone()));
    let clashes: Vec<_> = clashes.collect();
    if clashes.is_empty() { Ok(()) } else { Err(version::clashed(current, clashes)) }
}
