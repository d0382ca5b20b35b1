//! The second step of signing in: the code after the password.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use jiff::Timestamp;

use super::{
    model::Own,
    proof::{Checks, Refused, told},
};
use crate::{
    db::Db,
    defences::client_address,
    error::Result,
    form::Sent,
    html::{self, html, inside, see_other},
    input::{FormFields, Parameters},
    logging::{SecurityEvent, Whom},
    sealing::Seals,
    shell::{NOTICE, Toast},
    staff::{
        model,
        pages::{self, put},
        second_step::{Half, StepPage},
        session::FACTOR,
        throttle::Throttle,
    },
};

/// Answers `GET /login/second_factor`.
pub async fn form(asked: Parameters, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let next = inside(asked.0.first("next"));
    let Some(half) = Half::of(&session, Timestamp::now()) else { return Ok(see_other("/login")) };
    let known = db.read(move |conn| model::credentials_of(conn, half.staff)).await?;
    let has_passkeys = known.is_some_and(|known| known.second_factor().passkeys);
    html(StepPage { next, has_passkeys, ..StepPage::default() })
}

/// Answers `POST /login/second_factor`: a code, or, from the first step, the form that waits.
pub async fn prove(
    req: HttpRequest,
    sent: Sent,
    session: Session,
    (db, seals, throttle): (web::Data<Db>, web::Data<Seals>, web::Data<Throttle>),
) -> Result<HttpResponse> {
    let Some(half) = Half::of(&session, Timestamp::now()) else { return over(&sent.typed) };
    let staff = half.staff;
    let known = db.read(move |conn| model::credentials_of(conn, staff)).await?;
    let Some(known) = known.filter(|known| half.is_of(known)) else {
        session.purge();
        return over(&sent.typed);
    };
    let whom = Whom { staff: Some(staff), account: None, address: client_address(&req) };
    let own = db.read(move |conn| Own::signing_in(conn, staff)).await?;
    let checks = Checks { db: &db, seals: &seals, throttle: &throttle };
    let left = match checks.take(&own, &sent, whom).await? {
        Ok(left) => left,
        Err(refused) => {
            let has_passkeys = known.second_factor().passkeys;
            return again(StepPage { has_passkeys, ..StepPage::of(&sent.typed) }, &refused);
        }
    };
    SecurityEvent::SignedIn.tell(whom);
    pages::begin(&session, &known)?;
    put(&session, FACTOR, true)?;
    if let Some(left) = left {
        put(&session, NOTICE, Toast::new(told(left)).leading("Recovery codes", "/profile/second_factor"))?;
    }
    pages::welcome(&sent.typed, &known)
}

fn over(typed: &FormFields) -> Result<HttpResponse> {
    pages::sign_in_once_more(typed, "Too much time has passed, or your password has changed. Sign in again.")
}

fn again(page: StepPage, refused: &Refused) -> Result<HttpResponse> {
    let status = match refused {
        Refused::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        Refused::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    html::with_status(status, StepPage { error: Some(refused.sentence()), ..page })
}
