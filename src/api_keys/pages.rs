//! The pages about keys, for admins and owners. A secret is in the answer to the form that made it, and nowhere else.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    attention::SOON,
    input::{self, OVERLAPS},
    model::{self, Key},
    permissions::{Access, Permissions, Resource},
    secret::{self, Secret},
};
use crate::{
    codes::Code,
    db::Db,
    error::Result,
    form::{Form, Sent},
    html::{self, html},
    idempotency,
    ids::ApiKeyId,
    input::{FieldErrors, FormFields},
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Admin,
    values::{
        Mode,
        when::{self, When},
    },
};

/// The page that lists the keys.
const LIST: &str = "/settings/api_keys";

/// A key in the list.
struct Line {
    id: ApiKeyId,
    name: String,
    /// The secret as people know it again: its beginning and its end.
    known: String,
    may: String,
    /// The colour and word of a badge.
    state: Option<(&'static str, &'static str)>,
    /// True when nothing can be done with it any more.
    is_revoked: bool,
    is_expired: bool,
    made: When,
    made_by: String,
    used: Option<When>,
    used_from: Option<String>,
    /// The last day.
    last_day: Option<String>,
    revoked: Option<When>,
    /// The ends of older secrets, and until when they work.
    older: Vec<(String, String)>,
}

impl Line {
    fn new(key: Key, mode: Mode, zone: &TimeZone, now: Timestamp) -> Self {
        let when = |at| When::new(at, zone, now);
        let known = |last4: &str| format!("{}…{last4}", secret::prefix(mode));
        Self {
            id: key.id,
            known: known(&key.last4),
            may: may(&key.permissions, key.is_masked),
            state: state(&key, now),
            is_revoked: key.revoked_at.is_some(),
            is_expired: key.is_expired(now),
            made: when(key.created_at),
            made_by: key.created_by.unwrap_or_else(|| "the command line".to_owned()),
            used: key.last_used_at.map(when),
            used_from: key.last_used_from,
            last_day: key.expires_at.map(|end| last_day(end, zone)),
            revoked: key.revoked_at.map(when),
            older: key.older.iter().map(|(last4, until)| (known(last4), when(*until).full)).collect(),
            name: key.name,
        }
    }
}

/// Returns what a key may, in words.
fn may(permissions: &Permissions, is_masked: bool) -> String {
    let masked = if is_masked { ", with emails, phones, addresses and numbers in texts masked" } else { "" };
    format!("{}{masked}", permissions.words())
}

/// Returns the colour and the word of a key's badge.
fn state(key: &Key, now: Timestamp) -> Option<(&'static str, &'static str)> {
    match key.expires_at {
        _ if key.revoked_at.is_some() => Some(("line", "Revoked")),
        Some(end) if end <= now => Some(("bad", "Expired")),
        Some(end) if end <= now + SOON => Some(("warn", "Expires soon")),
        _ => None,
    }
}

/// Returns the day before the moment from which a key does not work any more.
pub(super) fn last_day(end: Timestamp, zone: &TimeZone) -> String {
    when::date(end - SignedDuration::from_secs(1), zone)
}

#[derive(Template)]
#[template(path = "api_keys/index.html")]
struct IndexPage {
    shell: Shell,
    kept: Vec<Line>,
    revoked: Vec<Line>,
}

/// GET /settings/api_keys
pub async fn index(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, mode, now) = (visit.who.account, visit.who.mode, Timestamp::now());
    let keys = db.read(move |conn| model::list(conn, account, now)).await?;
    let zone = &visit.who.settings.time_zone;
    let (revoked, kept) = keys.into_iter().map(|key| Line::new(key, mode, zone, now)).partition(|line| line.is_revoked);
    html(IndexPage { shell: visit.as_page().shell(Place::ApiKeys), kept, revoked })
}

#[derive(Template)]
#[template(path = "api_keys/new.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    /// The first day that can be chosen as the last.
    today: String,
}

/// A choice of how far a key may go with a resource.
struct Grant {
    field: String,
    label: &'static str,
    /// The value, the words, and true for the chosen one.
    choices: Vec<(&'static str, &'static str, bool)>,
}

impl NewPage {
    fn new(visit: &Visit, form: Form) -> Self {
        let today = Timestamp::now().to_zoned(visit.who.settings.time_zone.clone()).date();
        Self { shell: visit.clone().as_page().shell(Place::ApiKeys), form, today: today.to_string() }
    }

    fn grants(&self) -> Vec<Grant> {
        let mode = self.shell.who.mode;
        Resource::ALL.into_iter().filter(|resource| resource.is_in(mode)).map(|resource| self.grant(resource)).collect()
    }

    fn grant(&self, resource: Resource) -> Grant {
        let field = input::field_of(resource);
        let chosen = self.form.typed.filled(&field).unwrap_or("none").to_owned();
        let words = |access: Access| match (resource, access) {
            (Resource::Tokens, _) => "Make",
            (_, Access::Read) => "Read",
            (_, Access::Write) => "Read and write",
        };
        let of = |access: Access| (access.as_str(), words(access), chosen == access.as_str());
        let none = ("none", "None", !resource.accesses().iter().any(|access| chosen == access.as_str()));
        let choices = std::iter::once(none).chain(resource.accesses().iter().copied().map(of)).collect();
        Grant { field, label: resource.label(), choices }
    }
}

/// GET /settings/api_keys/new
pub async fn new(Admin(visit): Admin) -> Result<HttpResponse> {
    html(NewPage::new(&visit, Form::open(FormFields::default())))
}

#[derive(Template)]
#[template(path = "api_keys/secret.html")]
struct SecretPage {
    shell: Shell,
    name: String,
    secret: Secret,
    may: String,
    last_day: Option<String>,
    /// The sentence about the old secret, when it replaces one.
    old: Option<String>,
}

/// POST /settings/api_keys
pub async fn create(Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(NewPage::new(&visit, Form::open(sent.typed)));
    }
    if let Some(sentence) = sent.account_error(&visit.who, "make the key") {
        let form = Form::new(sent.typed, FieldErrors::of("name", "Account", Code::NotOneOf.says(sentence)));
        return html::with_status(StatusCode::CONFLICT, NewPage::new(&visit, form));
    }
    let (who, now) = (&visit.who, Timestamp::now());
    let new = match input::new_key(&sent.typed, who.mode, &who.settings.time_zone, now) {
        Ok(new) => new,
        Err(errors) => return html::invalid(NewPage::new(&visit, Form::new(sent.typed, errors))),
    };
    let (by, key, secret, making) = (who.by(), sent.key()?, Secret::new(who.mode)?, new.clone());
    let made = db.write(move |conn| {
        let id = ApiKeyId::new();
        if idempotency::take(conn, by.account, key.as_ref(), id.uuid())?.is_some() {
            return Ok(None);
        }
        model::create(conn, &by, id, &making, &secret)?;
        Ok(Some(secret))
    });
    let Some(secret) = made.await? else { return shown_once(&visit) };
    html(SecretPage {
        last_day: new.expires_at.map(|end| last_day(end, &who.settings.time_zone)),
        may: may(&new.permissions, new.is_masked),
        name: new.name,
        secret,
        old: None,
        shell: visit.as_page().shell(Place::ApiKeys),
    })
}

/// Answers a form that was sent again: what it made is there, and its secret is not shown a second time.
fn shown_once(visit: &Visit) -> Result<HttpResponse> {
    let mut toast = Toast::new("The secret was shown once and cannot be shown again").toned(Tone::Bad);
    toast.detail = Some("The key is there. If you have not copied its secret, replace it".to_owned());
    visit.done(toast, LIST)
}

#[derive(Template)]
#[template(path = "api_keys/rotation.html", blocks = ["dialog"])]
struct RotationPage {
    shell: Shell,
    path: String,
    name: String,
    form: Form,
}

impl RotationPage {
    /// Returns the times to choose from: value, words, and true for the chosen one.
    fn overlaps(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let chosen = self.form.typed.filled("overlap").unwrap_or("1d").to_owned();
        OVERLAPS.into_iter().map(move |(word, words, _)| (word, words, word == chosen))
    }
}

async fn rotation_form(visit: &Visit, id: ApiKeyId, form: Form, db: &Db) -> Result<HttpResponse> {
    let (account, now) = (visit.who.account, Timestamp::now());
    let key = db.read(move |conn| model::find(conn, account, id, now)).await?;
    key.refuse_ended(now)?;
    let status = if form.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = RotationPage { shell: visit.shell(Place::ApiKeys), path: path(id), name: key.name, form };
    visit.answer_with(status, &page, page.as_dialog())
}

/// GET /settings/api_keys/{id}/rotation
pub async fn rotation(Admin(visit): Admin, id: web::Path<ApiKeyId>, db: web::Data<Db>) -> Result<HttpResponse> {
    rotation_form(&visit, *id, Form::open(FormFields::default()), &db).await
}

/// POST /settings/api_keys/{id}/rotation
pub async fn rotate(
    Admin(visit): Admin,
    id: web::Path<ApiKeyId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (id, now) = (*id, Timestamp::now());
    if sent.is_review() {
        return rotation_form(&visit, id, Form::open(sent.typed), &db).await;
    }
    let overlap = match input::overlap(&sent.typed) {
        Ok(overlap) => overlap,
        Err(errors) => return rotation_form(&visit, id, Form::new(sent.typed, errors), &db).await,
    };
    let (by, key, secret) = (visit.who.by(), sent.key_about(id.uuid())?, Secret::new(visit.who.mode)?);
    let rotated = db.write(move |conn| {
        if idempotency::take(conn, by.account, key.as_ref(), id.uuid())?.is_some() {
            return Ok(None);
        }
        let key = model::rotate(conn, &by, id, &secret, overlap, now)?;
        Ok(Some((key, secret)))
    });
    let Some((key, secret)) = rotated.await? else { return shown_once(&visit) };
    let zone = &visit.who.settings.time_zone;
    html(SecretPage {
        last_day: key.expires_at.map(|end| last_day(end, zone)),
        may: may(&key.permissions, key.is_masked),
        name: key.name,
        secret,
        old: Some(match overlap.is_zero() {
            true => "The old secret does not work any more.".to_owned(),
            false => format!("The old secret works until {}.", When::new(now + overlap, zone, now).full),
        }),
        shell: visit.as_page().shell(Place::ApiKeys),
    })
}

#[derive(Template)]
#[template(path = "api_keys/revocation.html", blocks = ["dialog"])]
struct RevocationPage {
    shell: Shell,
    path: String,
    name: String,
    may: String,
    used: Option<When>,
}

/// GET /settings/api_keys/{id}/revocation
pub async fn revocation(Admin(visit): Admin, id: web::Path<ApiKeyId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id, now) = (visit.who.account, *id, Timestamp::now());
    let key = db.read(move |conn| model::find(conn, account, id, now)).await?;
    if key.revoked_at.is_some() {
        return Ok(visit.go_to(LIST));
    }
    let page = RevocationPage {
        path: path(id),
        may: may(&key.permissions, key.is_masked),
        name: key.name,
        used: key.last_used_at.map(|at| When::new(at, &visit.who.settings.time_zone, now)),
        shell: visit.shell(Place::ApiKeys),
    };
    visit.answer(&page, page.as_dialog())
}

/// POST /settings/api_keys/{id}/revocation
pub async fn revoke(Admin(visit): Admin, id: web::Path<ApiKeyId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id, now) = (visit.who.by(), *id, Timestamp::now());
    let key = db.write(move |conn| model::revoke(conn, &by, id, now)).await?;
    let mut toast = Toast::new(format!("The key “{}” is revoked", key.name));
    toast.detail = Some("It opens nothing from now on".to_owned());
    visit.done(toast, LIST)
}

fn path(id: ApiKeyId) -> String {
    format!("{LIST}/{id}")
}
