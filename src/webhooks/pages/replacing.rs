//! The form that gives an endpoint a new secret.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{SecretPage, shown_once};
use crate::{
    api_keys::input::{OVERLAPS, overlap},
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html, idempotency,
    ids::EndpointId,
    input::FormFields,
    sealing::Seals,
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Admin,
    values::when::When,
    webhooks::{model, path, secret::Secret, words, writing},
};

#[derive(Template)]
#[template(path = "webhooks/replacing.html")]
struct ReplacingPage {
    shell: Shell,
    path: String,
    name: String,
    form: Form,
}

impl ReplacingPage {
    /// Returns the times to choose from: value, words, and true for the chosen one.
    fn overlaps(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let chosen = self.form.typed.filled("overlap").unwrap_or("1d").to_owned();
        OVERLAPS.into_iter().map(move |(word, words, _)| (word, words, word == chosen))
    }
}

async fn form(visit: &Visit, id: EndpointId, form: Form, db: &Db) -> Result<HttpResponse> {
    let account = visit.who.account;
    let one = db.read(move |conn| model::find(conn, account, id)).await?;
    if one.secrets.old.is_some_and(|(_, until)| until > visit.who.clock.of_machine().now()) {
        return under_way(visit, id);
    }
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (shell, name) = (visit.clone().as_page().shell(Place::Webhooks), words::name(&one.wish.url).to_owned());
    html::with_status(status, ReplacingPage { shell, path: path(id), name, form })
}

/// Refuses to replace a secret while the one before still signs.
fn under_way(visit: &Visit, id: EndpointId) -> Result<HttpResponse> {
    let mut toast = Toast::new("The secret was replaced a short time ago").toned(Tone::Bad);
    toast.detail = Some("The one before still signs. Wait until it ends".to_owned());
    visit.done(toast, path(id))
}

/// GET /settings/webhooks/{id}/secret
pub async fn show(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    form(&visit, *id, Form::open(FormFields::default()), &db).await
}

/// POST /settings/webhooks/{id}/secret
pub async fn replace(
    Admin(visit): Admin,
    id: web::Path<EndpointId>,
    sent: Sent,
    db: web::Data<Db>,
    seals: web::Data<Seals>,
) -> Result<HttpResponse> {
    let id = *id;
    if sent.is_review() {
        return form(&visit, id, Form::open(sent.typed), &db).await;
    }
    let keep = match overlap(&sent.typed) {
        Ok(keep) => keep,
        Err(errors) => return form(&visit, id, Form::new(sent.typed, errors), &db).await,
    };
    let (by, key, secret) = (visit.who.by(), sent.key_about(id.uuid())?, Secret::new()?);
    let replaced = db.write(move |conn| {
        if idempotency::take(conn, by.account, key.as_ref(), id.uuid())?.is_some() {
            return Ok(None);
        }
        let one = writing::replace_secret(conn, &by, id, (&secret, &seals), keep)?;
        Ok(Some((one, secret)))
    });
    let (one, secret) = match replaced.await {
        Ok(Some(replaced)) => replaced,
        Ok(None) => return shown_once(&visit, &path(id)),
        Err(Error::Conflict(reason)) if reason.code == Code::RotationUnderWay => return under_way(&visit, id),
        Err(err) => return Err(err),
    };
    let (zone, now) = (&visit.who.settings.time_zone, visit.who.clock.of_machine().now());
    let old = Some(match one.secrets.old {
        None => "The secret before does not sign any more.".to_owned(),
        Some((_, until)) => format!("The secret before signs too until {}.", When::new(until, zone, now).full),
    });
    let shell = visit.clone().as_page().shell(Place::Webhooks);
    html::html(SecretPage { shell, path: path(id), url: one.wish.url, secret, old })
}
