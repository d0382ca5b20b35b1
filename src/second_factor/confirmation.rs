//! Confirming that it is still the person who signed in: see [`staff::confirmation`](crate::staff::confirmation).

use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use jiff::Timestamp;

use super::{
    model::Own,
    passkey_sign_in::proved,
    proof::{Checks, Refused, told},
    relying_party::RelyingParty,
};
use crate::{
    db::Db,
    defences::client_address,
    error::{Error, Result},
    form::Sent,
    html::{self, html, inside, see_other},
    input::Parameters,
    logging::SecurityEvent,
    sealing::Seals,
    shell::{Toast, Tone, Visit},
    staff::{
        confirmation::{self, ConfirmationPage},
        guard::whom,
        model,
        pages::{WAITING, go_on, is_whole_form, owned, spoken},
        password::{self, Passwords},
        throttle::Throttle,
    },
    who::SignedIn,
};

/// Answers `GET /confirmation`.
pub async fn form(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    let next = inside(asked.0.first("next"));
    if confirmation::is_fresh(&visit.session, Timestamp::now()) {
        return Ok(see_other(next));
    }
    html(ConfirmationPage::new(&visit.who, next))
}

/// What a proof is checked with.
type Tools = (web::Data<Db>, web::Data<Passwords>, web::Data<Throttle>, web::Data<Seals>);

/// Answers `POST /confirmation`: with the page they wanted, or with the form that they had sent.
pub async fn confirm(
    req: HttpRequest,
    visit: Visit,
    sent: Sent,
    tools: Tools,
    party: web::Data<RelyingParty>,
) -> Result<HttpResponse> {
    let who = &visit.who;
    let waiting = owned(sent.typed.under(WAITING));
    let is_whole = is_whole_form(&waiting);
    let page = ConfirmationPage::again(who, &sent.typed, waiting);
    let proven = match who.second_factor.is_set_up() {
        true if sent.typed.filled("credential").is_some() => by_passkey(&req, &visit, &sent, &tools.0, &party).await?,
        true => by_code(&req, who, &sent, &tools).await?,
        false => by_password(&req, who, &sent, &tools).await?,
    };
    let left = match proven {
        Ok(left) => left,
        Err((status, sentence)) => return html::with_status(status, page.refused(sentence)),
    };
    SecurityEvent::Confirmed.tell(whom(&req));
    confirmation::confirm(&visit.session)?;
    if let Some(left) = left {
        visit.keep(Toast::new(told(left)).leading("Recovery codes", "/profile/second_factor"))?;
    } else if page.was_sent && !is_whole {
        let mut toast = Toast::new("Nothing was done yet. Press the button again").toned(Tone::Waiting);
        toast.detail = Some("You confirmed that it is you, for 10 minutes".to_owned());
        visit.keep(toast)?;
    }
    go_on("You confirmed that it is you".to_owned(), page.next, &sent.typed, who.staff)
}

/// A proof: how many recovery codes are left if it was one of them; or the status and the sentence of a refusal.
type Proven = std::result::Result<Option<usize>, (StatusCode, String)>;

/// Checks a code, for who has a second factor.
async fn by_code(req: &HttpRequest, who: &SignedIn, sent: &Sent, tools: &Tools) -> Result<Proven> {
    let (db, _, throttle, seals) = tools;
    let checks = Checks { db, seals, throttle };
    let taken = checks.take(&Own::of(who), sent, whom(req)).await?;
    Ok(taken.map_err(|refused| {
        let status = match refused {
            Refused::Wrong => {
                SecurityEvent::ConfirmationFailed.tell(whom(req));
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Refused::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
        };
        (status, refused.sentence())
    }))
}

/// Checks the answer of a passkey.
async fn by_passkey(req: &HttpRequest, visit: &Visit, sent: &Sent, db: &Db, party: &RelyingParty) -> Result<Proven> {
    let staff = visit.who.staff;
    if proved(sent, &visit.session, Some(staff), db, party).await? == Some(staff) {
        return Ok(Ok(None));
    }
    SecurityEvent::ConfirmationFailed.tell(whom(req));
    let sentence = "The passkey was not taken. Try again, or type a code.".to_owned();
    Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, sentence)))
}

/// Checks the password, for who has none. It counts as signing in does.
async fn by_password(req: &HttpRequest, who: &SignedIn, sent: &Sent, tools: &Tools) -> Result<Proven> {
    let ((db, passwords, throttle, _), address) = (tools, client_address(req));
    if let Err(wait) = throttle.admit(&who.email, address, Instant::now()) {
        SecurityEvent::SignInLimited.tell(whom(req));
        let sentence = format!("Too many tries. Wait {} and try again.", spoken(wait));
        return Ok(Err((StatusCode::TOO_MANY_REQUESTS, sentence)));
    }
    let staff = who.staff;
    let known = db.read(move |conn| model::credentials_of(conn, staff)).await?.ok_or(Error::SignInFirst)?;
    let typed = sent.typed.first("password").unwrap_or_default();
    let password: String = typed.chars().take(*password::LENGTH.end() + 1).collect();
    if !passwords.verify(password, Some(known.password_hash)).await? {
        throttle.failed(&who.email, address, Instant::now());
        SecurityEvent::ConfirmationFailed.tell(whom(req));
        return Ok(Err((StatusCode::UNPROCESSABLE_ENTITY, "This is not your password.".to_owned())));
    }
    throttle.succeeded(&who.email, address);
    Ok(Ok(None))
}
