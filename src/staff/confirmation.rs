//! Asking again: what is marked as [`confirmed`](crate::routes::Route::confirmed) is only for who proved within the last
//! 10 minutes that it is them. Others are asked first, and what they sent waits meanwhile.

use actix_session::{Session, SessionExt};
use actix_web::{
    FromRequest, HttpResponse,
    dev::ServiceRequest,
    http::{Method, StatusCode},
    web,
};
use askama::Template;
use jiff::{SignedDuration, Timestamp};

use super::{
    guard::kept,
    pages::{is_whole_form, put, waiting},
    session::{CONFIRMED, SINCE},
};
use crate::{
    defences::CameFrom,
    error::Result,
    form::Sent,
    html::{self, Hx, inside},
    input::FormFields,
    routes::Confirmed,
    who::SignedIn,
};

/// The time that a proof lasts.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// Returns whether the person of a session signed in, or confirmed that it is them, a short while ago.
pub fn is_fresh(session: &Session, now: Timestamp) -> bool {
    let last: Option<Timestamp> = kept(session, CONFIRMED).or_else(|| kept(session, SINCE));
    last.is_some_and(|last| now.duration_since(last) < FRESH)
}

/// Notes that the person of a session has just proved that it is them. The session goes on under a new key, so that a key
/// that somebody took before has no part in it.
pub fn confirm(session: &Session) -> Result<()> {
    session.renew();
    put(session, CONFIRMED, Timestamp::now())
}

/// The page that asks.
#[derive(Template)]
#[template(path = "staff/confirmation.html")]
pub struct ConfirmationPage {
    email: String,
    /// True for who confirms with a code instead of the password.
    by_code: bool,
    /// True for who may confirm with a passkey.
    has_passkeys: bool,
    /// The page to go on to.
    pub next: String,
    /// The page to go back to.
    back: String,
    /// The sentence about a proof that was refused.
    error: Option<String>,
    /// True when something was sent, and was not done.
    pub was_sent: bool,
    /// The fields of the form that was sent.
    pub waiting: Vec<(String, String)>,
}

impl ConfirmationPage {
    /// Makes the page for a person who wants to go to `next`.
    pub fn new(who: &SignedIn, next: String) -> Self {
        Self {
            email: who.email.clone(),
            by_code: who.second_factor.is_set_up(),
            has_passkeys: who.second_factor.passkeys,
            next,
            back: html::HOME.to_owned(),
            error: None,
            was_sent: false,
            waiting: Vec::new(),
        }
    }

    /// Makes the page again as it was sent.
    pub fn again(who: &SignedIn, typed: &FormFields, waiting: Vec<(String, String)>) -> Self {
        Self {
            back: inside(typed.first("back")),
            was_sent: typed.filled("was_sent").is_some(),
            waiting,
            ..Self::new(who, inside(typed.first("next")))
        }
    }

    /// Says why a proof was refused.
    #[must_use]
    pub fn refused(self, sentence: String) -> Self {
        Self { error: Some(sentence), ..self }
    }
}

/// Returns the answer that asks first, if the route needs a fresh proof and there is none.
///
/// # Errors
/// When the form cannot be read.
pub async fn asked_first(req: &mut ServiceRequest) -> Result<Option<HttpResponse>, actix_web::Error> {
    if is_fresh(&req.get_session(), Timestamp::now()) || !needs_proof(req) {
        return Ok(None);
    }
    // Who is not signed in any more is told so by the handler.
    let Ok(who) = SignedIn::extract(req.request()).into_inner() else { return Ok(None) };
    let (hx, from) = (Hx::of(req.headers()), CameFrom::of(req));
    if matches!(*req.method(), Method::GET | Method::HEAD) {
        let next = percent_encoding::utf8_percent_encode(&from.path, percent_encoding::NON_ALPHANUMERIC);
        return Ok(Some(html::go_to(hx, format!("/confirmation?next={next}"))));
    }
    let sent = req.extract::<Sent>().await?;
    Ok(Some(ask(&who, hx, &from, &sent.typed)?))
}

/// Returns whether the route of a request is marked. The path is taken as the routes are found by it: letters that an address
/// writes as `%5F` are letters. [`Visit`](crate::shell::Visit) refuses whatever comes past this.
fn needs_proof(req: &ServiceRequest) -> bool {
    let pattern = req.resource_map().match_pattern(req.match_info().as_str());
    let confirmed = req.app_data::<web::Data<Confirmed>>();
    confirmed.zip(pattern).is_some_and(|(confirmed, pattern)| confirmed.has(req.method(), &pattern))
}

/// Answers what was sent with the page that asks, in which it waits.
fn ask(who: &SignedIn, hx: Hx, from: &CameFrom, typed: &FormFields) -> Result<HttpResponse> {
    let waiting = waiting(typed);
    let next = if is_whole_form(&waiting) { &from.path } else { &from.page };
    let page = ConfirmationPage {
        back: from.page.clone(),
        was_sent: true,
        waiting,
        ..ConfirmationPage::new(who, inside(Some(next)))
    };
    html::instead(hx, StatusCode::UNAUTHORIZED, page)
}
