//! The button that takes a change back, and the page that says what was changed since.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{Done, Undone, path};
use crate::{
    customer_list::origin::Origin,
    customers::{
        identity, kinds,
        lookalikes::{self, AGREED},
        model,
    },
    db::Db,
    error::{Error, Result},
    form::Sent,
    history::{
        Event,
        reverting::{Asker, Reverted, Since},
    },
    ids::{CustomerId, EventId},
    reason::Reason,
    shell::{Place, Shell, Toast, Undo, Visit},
    values::when::When,
};

#[derive(Template)]
#[template(path = "undo/refused.html")]
struct RefusedPage {
    shell: Shell,
    /// The address that undoes it.
    action: String,
    /// The page where it is seen.
    place: String,
    /// The customer whom it is about, with title and path.
    customer: Option<(String, String)>,
    /// What was changed since.
    since: Vec<Since>,
    /// Those who have the same email or phone by now, with title and path.
    alike: Vec<(CustomerId, String, String)>,
}

impl RefusedPage {
    fn when(&self, at: &Timestamp) -> When {
        When::new(*at, &self.shell.who.settings.time_zone, self.shell.who.now())
    }
}

/// Answers `POST /events/{id}/undo`, always with a page: the one where the change is seen, or what stands against it.
pub async fn undo(
    visit: Visit,
    id: web::Path<EventId>,
    origin: Origin,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let (asker, account, agreed) = (Asker::of(&visit.who), visit.who.account, lookalikes::agreed(&sent.typed));
    let undone = db.write(move |conn| super::undo(conn, &asker, account, id, &agreed)).await;
    // What stands against it may be named by what is private.
    let undone = undone.map_err(|err| match err {
        Error::Conflict(reason) => {
            let sentence = visit.who.curtain().text(&reason.sentence).into();
            Error::Conflict(Reason { sentence, ..reason })
        }
        err => err,
    })?;
    match undone {
        Undone::Done(done) => told(&visit, done, &origin),
        Undone::Not(event, reverted) => refused(&visit, &event, reverted, &origin, &db).await,
    }
}

/// Answers with the page where it is seen. The notice takes the undo back in turn.
fn told(visit: &Visit, done: Done, origin: &Origin) -> Result<HttpResponse> {
    let mut toast = Toast::new(done.says);
    toast.undo = done.event.map(|event| Undo::at(origin.on(&path(event.id))));
    visit.done(toast, seen_at(&done.path, origin))
}

/// Returns the address of a page; one about customers leads back to the list that it came from.
fn seen_at(path: &str, origin: &Origin) -> String {
    if path.starts_with("/customers/") { origin.on(path) } else { path.to_owned() }
}

async fn refused(visit: &Visit, event: &Event, reverted: Reverted, origin: &Origin, db: &Db) -> Result<HttpResponse> {
    let (since, alike) = match reverted {
        Reverted::Done => return Err(Error::internal("an undo that is done is not refused")),
        Reverted::Changed(since) => {
            let curtain = visit.who.curtain();
            (since.into_iter().map(|one| one.behind(curtain)).collect(), Vec::new())
        }
        Reverted::Doubtful(ids) => (Vec::new(), titles(visit, ids, db).await?),
    };
    let about = event.customer.or_else(|| of_customer(event));
    let customer = titles(visit, about.into_iter().collect(), db).await?.pop().map(|(_, title, path)| (title, path));
    let page = RefusedPage {
        customer,
        shell: visit.shell(Place::Customers),
        action: origin.on(&path(event.id)),
        place: seen_at(&super::feature(event).map(|feature| feature.path(event)).unwrap_or_default(), origin),
        since,
        alike,
    };
    crate::html::with_status(StatusCode::CONFLICT, page)
}

/// Returns the customer whose own event it is.
fn of_customer(event: &Event) -> Option<CustomerId> {
    kinds::ALL.contains(&event.kind.as_str()).then(|| CustomerId::from_uuid(event.subject))
}

async fn titles(visit: &Visit, ids: Vec<CustomerId>, db: &Db) -> Result<Vec<(CustomerId, String, String)>> {
    let (account, curtain) = (visit.who.account, visit.who.curtain());
    let titles = db
        .read(move |conn| {
            let titles = model::titles(conn, account, &ids, curtain)?;
            Ok(ids.iter().map(|id| (*id, titles.get(id).cloned().unwrap_or_default())).collect::<Vec<_>>())
        })
        .await?;
    Ok(titles.into_iter().map(|(id, title)| (id, title, identity::path(id))).collect())
}
