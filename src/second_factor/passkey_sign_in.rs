//! Passkeys as a proof: in place of the password, after it, and to confirm that it is still them.

use std::time::Instant;

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;

use super::{passkeys, relying_party::RelyingParty};
use crate::{
    codes::Code,
    db::Db,
    defences::client_address,
    error::{Error, Result},
    form::Sent,
    ids::StaffId,
    logging::{SecurityEvent, Whom},
    shell::Visit,
    staff::{
        model::{self, Credentials},
        pages::{self, put},
        second_step::Half,
        session::FACTOR,
        throttle::Throttle,
    },
};

/// Answers `POST /login/passkey/challenge`: after the password for that person's passkeys, else for anybody's.
pub async fn challenge(
    req: HttpRequest,
    session: Session,
    (db, party, throttle): (web::Data<Db>, web::Data<RelyingParty>, web::Data<Throttle>),
) -> Result<HttpResponse> {
    // Each makes a session, so that they count as tries to sign in.
    throttle.admit("", client_address(&req), Instant::now()).map_err(Error::TooMany)?;
    let asked = match Half::of(&session, Timestamp::now()) {
        Some(half) => of_person(&session, half.staff, &db, &party).await?,
        None => party.sign_in(&session)?,
    };
    Ok(HttpResponse::Ok().json(asked))
}

/// Answers `POST /confirmation/challenge`.
pub async fn confirming(visit: Visit, db: web::Data<Db>, party: web::Data<RelyingParty>) -> Result<HttpResponse> {
    let asked = of_person(&visit.session, visit.who.staff, &db, &party).await?;
    Ok(HttpResponse::Ok().json(asked))
}

async fn of_person(session: &Session, staff: StaffId, db: &Db, party: &RelyingParty) -> Result<serde_json::Value> {
    let kept = db.read(move |conn| passkeys::list(conn, staff)).await?;
    let kept: Vec<_> = kept.into_iter().map(|kept| kept.passkey).collect();
    if kept.is_empty() {
        return Err(Error::BadRequest(Code::InvalidParameter.says("You have no passkey.")));
    }
    party.authentication(session, &kept)
}

/// Answers `POST /login/passkey`.
pub async fn sign_in(
    req: HttpRequest,
    sent: Sent,
    session: Session,
    (db, party): (web::Data<Db>, web::Data<RelyingParty>),
) -> Result<HttpResponse> {
    let address = client_address(&req);
    let half = Half::of(&session, Timestamp::now());
    let known = match proved(&sent, &session, half.as_ref().map(|half| half.staff), &db, &party).await? {
        Some(staff) => db.read(move |conn| model::credentials_of(conn, staff)).await?,
        None => None,
    };
    let is_same = |known: &Credentials| half.as_ref().is_none_or(|half| half.is_of(known));
    let Some(known) = known.filter(is_same) else {
        SecurityEvent::SecondFactorFailed.tell(Whom { staff: half.map(|half| half.staff), account: None, address });
        return pages::sign_in_once_more(&sent.typed, "The passkey was not taken. Try again, or sign in by password.");
    };
    SecurityEvent::SignedIn.tell(Whom { staff: Some(known.id), account: None, address });
    pages::begin(&session, &known)?;
    put(&session, FACTOR, true)?;
    pages::welcome(&sent.typed, &known)
}

/// Returns the person whose passkey answered the challenge of the session: `expected`, if somebody is.
///
/// # Errors
/// When the database fails.
pub async fn proved(
    sent: &Sent,
    session: &Session,
    expected: Option<StaffId>,
    db: &Db,
    party: &RelyingParty,
) -> Result<Option<StaffId>> {
    let answer = sent.typed.first("credential").unwrap_or_default();
    let Some(answered) = party.answered(session, answer) else { return Ok(None) };
    let Some(staff) = expected.or_else(|| answered.person()) else { return Ok(None) };
    let party = party.clone();
    db.write(move |conn| {
        let Some(kept) = passkeys::named(conn, staff, &answered.credential_id())? else { return Ok(None) };
        let Some(passkey) = party.check(answered, kept.passkey) else { return Ok(None) };
        passkeys::used(conn, staff, kept.id, &passkey)?;
        Ok(Some(staff))
    })
    .await
}
