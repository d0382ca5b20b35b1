//! What is done with an endpoint at the press of a button.

use actix_web::{HttpResponse, web};
use diesel::PgConnection;

use super::delivery;
use crate::{
    db::Db,
    error::Result,
    events::By,
    history,
    ids::{EndpointId, EventId},
    shell::{Toast, Tone, Visit},
    staff::guard::Admin,
    webhooks::{
        ALL,
        model::{self, Disabled, Endpoint},
        path, resending, words, writing,
    },
};

type Verb = fn(&mut PgConnection, &By, EndpointId) -> Result<Endpoint>;

/// Does something with an endpoint, and offers to undo it.
async fn act(
    visit: &Visit,
    db: &Db,
    id: EndpointId,
    verb: Verb,
    (says, detail): (fn(&str) -> String, Option<&str>),
    to: String,
) -> Result<HttpResponse> {
    let by = visit.who.by();
    let (one, event) = db
        .write(move |conn| {
            let one = verb(conn, &by, id)?;
            Ok((one, history::of_request(conn, &by, id.uuid())?))
        })
        .await?;
    let mut toast = Toast::new(says(words::host(&one.wish.url))).undoing(event.map(|event| event.id));
    toast.detail = detail.map(str::to_owned);
    visit.done(toast, to)
}

/// POST /settings/webhooks/{id}/enabling
pub async fn enable(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let says: fn(&str) -> String = |host| format!("Events are sent to {host} again");
    let detail = Some("What happened meanwhile can be sent by hand");
    act(&visit, &db, *id, writing::enable, (says, detail), path(*id)).await
}

/// POST /settings/webhooks/{id}/disabling
pub async fn disable(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let verb: Verb = |conn, by, id| writing::disable(conn, by, id, Disabled::ByHand);
    let says: fn(&str) -> String = |host| format!("Nothing is sent to {host} any more");
    let detail = Some("What waited is skipped, and can be sent by hand");
    act(&visit, &db, *id, verb, (says, detail), path(*id)).await
}

/// POST /settings/webhooks/{id}/removal
pub async fn remove(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    // Twice, or after a colleague: it is gone by then.
    let verb: Verb = |conn, by, id| match model::find_any(conn, by.account, id)? {
        one if one.removed_at.is_some() => Ok(one),
        _ => writing::remove(conn, by, id),
    };
    let says: fn(&str) -> String = |host| format!("The webhook endpoint at {host} is removed");
    act(&visit, &db, *id, verb, (says, None), ALL.to_owned()).await
}

/// POST /settings/webhooks/{id}/test
pub async fn test(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let event = db.write(move |conn| writing::test(conn, &by, id)).await?;
    visit.done(Toast::new("A test event is on its way").toned(Tone::Waiting), delivery::path(id, event))
}

/// POST /settings/webhooks/{id}/deliveries/{event}/attempts
pub async fn send_again(
    Admin(visit): Admin,
    ids: web::Path<(EndpointId, EventId)>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, (id, event)) = (visit.who.by(), *ids);
    db.write(move |conn| {
        model::find(conn, by.account, id)?;
        resending::send_again(conn, &by, id, event)
    })
    .await?;
    visit.done(Toast::new("The event is on its way again").toned(Tone::Waiting), delivery::path(id, event))
}
