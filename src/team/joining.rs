//! Joining: what the link of an invitation opens, for somebody who cannot sign in yet.

use actix_session::Session;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;
use tracing_actix_web::RequestId;

use super::{
    invitations::{self, Invitation, Token},
    roles::label,
};
use crate::{
    db::Db,
    defences::client_address,
    error::{Error, Result},
    form::Sent,
    html,
    input::FieldErrors,
    logging::{SecurityEvent, Whom},
    profile::{checked_name, checked_password},
    staff::{common::Surroundings, model, pages::begin, password::Passwords},
};

#[derive(Template)]
#[template(path = "team/join.html")]
struct JoinPage {
    path: String,
    merchant: String,
    email: String,
    role: &'static str,
    name: String,
    errors: FieldErrors,
}

impl JoinPage {
    fn new(found: Invitation, token: &Token, name: &str, errors: FieldErrors) -> Self {
        Self {
            path: token.path(),
            role: label(found.role),
            merchant: found.merchant_name,
            email: found.email,
            name: name.to_owned(),
            errors,
        }
    }
}

#[derive(Template)]
#[template(path = "team/ended.html")]
struct EndedPage;

/// Answers a link that does not work, or not any more. It tells no more than that.
fn ended() -> Result<HttpResponse> {
    html::with_status(StatusCode::NOT_FOUND, EndedPage)
}

/// Returns the invitation behind a link; nothing when it does not work.
async fn behind(token: &web::Path<String>, db: &Db) -> Result<Option<Invitation>> {
    let (text, now) = (token.to_string(), Timestamp::now());
    match db.read(move |conn| invitations::behind(conn, &Token::sent(text.clone()), now)).await {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(err) => Err(err),
    }
}

/// GET /invitations/{token}
pub async fn form(token: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let Some(found) = behind(&token, &db).await? else { return ended() };
    html::html(JoinPage::new(found, &Token::sent(token.into_inner()), "", FieldErrors::default()))
}

/// POST /invitations/{token}: they are one of the team, and signed in.
pub async fn join(
    req: HttpRequest,
    token: web::Path<String>,
    sent: Sent,
    session: Session,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse> {
    let Some(found) = behind(&token, &db).await? else { return ended() };
    let text = |name| sent.typed.first(name).unwrap_or_default().to_owned();
    let (typed, new, repeated) = (text("name"), text("new_password"), text("repeated_password"));
    let mut errors = FieldErrors::default();
    let name = errors.note("name", "Name", checked_name(&typed));
    let around = Surroundings { merchant: &found.merchant_name, name: &typed, email: &found.email };
    checked_password(&mut errors, &new, &repeated, &around);
    let token = Token::sent(token.into_inner());
    let Some(name) = name.filter(|_| errors.is_empty()) else {
        return html::invalid(JoinPage::new(found, &token, &typed, errors));
    };
    let hash = passwords.hash(new).await?;
    let request = req.extensions().get::<RequestId>().map(|id| **id).unwrap_or_default();
    let (email, path) = (found.email.clone(), token.path());
    let joined = db
        .write(move |conn| {
            invitations::accept(conn, &token, (&name, &hash), (request, Timestamp::now()))?;
            model::credentials(conn, &email)
        })
        .await;
    match joined {
        Ok(known) => {
            let known = known.ok_or(Error::NotFound)?;
            begin(&session, &known)?;
            SecurityEvent::SignedIn.tell(Whom { staff: Some(known.id), account: None, address: client_address(&req) });
            Ok(html::see_other("/"))
        }
        Err(Error::NotFound) => ended(),
        Err(Error::Conflict(reason)) => {
            let errors = FieldErrors::of("email", "Email", reason);
            let page = JoinPage { path, ..JoinPage::new(found, &Token::sent(String::new()), &typed, errors) };
            html::with_status(StatusCode::CONFLICT, page)
        }
        Err(err) => Err(err),
    }
}
