//! The history of a note: every text that it had, the newest first.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::Value;

use super::{
    kinds,
    model::{self, Note, TEXT},
    notes_path,
};
use crate::{
    customers::{identity, model as customers},
    db::Db,
    error::Result,
    history::{self, Event},
    html::html,
    ids::{EventId, NoteId},
    reveal,
    shell::{Place, Shell, Visit},
    values::when::{self, When},
    who::SignedIn,
};

/// The most events that are read.
const MOST: i64 = 500;

/// A text that a note had.
struct Version {
    text: String,
    by: String,
    when: When,
}

#[derive(Template)]
#[template(path = "notes/past.html")]
struct PastPage {
    shell: Shell,
    title: String,
    customer_path: String,
    notes: String,
    path: String,
    versions: Vec<Version>,
    is_pinned: bool,
    /// The date until which it can be restored, once removed.
    until: Option<String>,
    /// True for who may restore it.
    may_restore: bool,
}

/// Returns the path of a note's history.
pub fn path(id: NoteId) -> String {
    format!("{}/history", super::path(id))
}

/// Answers `GET /notes/{id}/history`.
pub async fn show(visit: Visit, id: web::Path<NoteId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (customer, note, events) = db
        .read(move |conn| {
            let note = model::find(conn, who.account, id)?;
            let curtain = reveal::reader(conn, &who, note.customer)?.curtain();
            let customer = customers::find(conn, who.account, note.customer)?.behind(curtain);
            let events = history::of_subject(conn, who.account, id.uuid(), None, MOST)?;
            let events: Vec<Event> = events.into_iter().map(|event| event.behind(curtain)).collect();
            Ok((customer, note.behind(curtain), events))
        })
        .await?;
    let who = &visit.who;
    html(PastPage {
        title: customer.title(),
        customer_path: identity::path(customer.id),
        notes: notes_path(customer.id),
        path: super::path(id),
        versions: versions(&note, &events, who),
        is_pinned: note.is_pinned && !note.is_removed(),
        until: note.restorable_until().map(|until| when::date(until, &who.settings.time_zone)),
        may_restore: who.may_edit() && !customer.is_deleted(),
        shell: visit.shell(Place::Customers),
    })
}

/// Returns the texts of a note; the one it has now, even if no event tells of it.
fn versions(note: &Note, events: &[Event], who: &SignedIn) -> Vec<Version> {
    let at = |id: &EventId| When::new(id.created_at(), &who.settings.time_zone, who.now());
    let written = events.iter().filter(|event| [kinds::WRITTEN, kinds::EDITED].contains(&event.kind.as_str()));
    let mut versions: Vec<Version> = written
        .filter_map(|event| {
            let text = event.after.get(TEXT).and_then(Value::as_str)?.to_owned();
            let by = event.by.clone().unwrap_or_else(|| "Clientele".to_owned());
            Some(Version { text, by, when: at(&event.id) })
        })
        .collect();
    if versions.is_empty() {
        let by = note.author.clone().unwrap_or_else(|| "Clientele".to_owned());
        let when = When::new(note.created_at, &who.settings.time_zone, who.now());
        versions.push(Version { text: note.text.clone(), by, when });
    }
    versions
}
