//! Between the password and the second factor: a half session, which opens nothing but the page that asks for the second.

use actix_session::Session;
use actix_web::HttpResponse;
use askama::Template;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    guard::kept,
    model::Credentials,
    pages::{WAITING, owned, put},
    password,
};
use crate::{
    error::Result,
    html::{html, inside, see_other},
    ids::StaffId,
    input::FormFields,
};

/// The name of the half session in the state.
const HALF: &str = "half";

/// The time in which the second factor has to follow the password.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// The page that asks for it.
pub const PATH: &str = "/login/second_factor";

/// A person who has typed the right password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Half {
    /// The person.
    pub staff: StaffId,
    /// The digest of the password's hash; with another password it is over.
    digest: String,
    since: Timestamp,
}

impl Half {
    /// Begins one under a new key, which ends whatever was signed in before.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn begin(session: &Session, known: &Credentials) -> Result<()> {
        session.clear();
        session.renew();
        let digest = password::digest(&known.password_hash);
        put(session, HALF, Self { staff: known.id, digest, since: Timestamp::now() })
    }

    /// Returns the one of a session, if it is not over.
    pub fn of(session: &Session, now: Timestamp) -> Option<Self> {
        kept::<Self>(session, HALF).filter(|half| now.duration_since(half.since) < LONGEST)
    }

    /// Returns whether those are still the credentials that it began with.
    pub fn is_of(&self, known: &Credentials) -> bool {
        known.id == self.staff && self.digest == password::digest(&known.password_hash)
    }
}

/// The page that asks for it.
#[derive(Template, Default)]
#[template(path = "staff/second_step.html")]
pub struct StepPage {
    /// True for who may use a passkey.
    pub has_passkeys: bool,
    /// The page to go on to.
    pub next: String,
    /// The sentence about a code that was refused.
    pub error: Option<String>,
    /// The fields of a form that was sent after the session had ended.
    pub waiting: Vec<(String, String)>,
}

impl StepPage {
    /// Makes the page with what waits in the form that was sent to it, or to the first step.
    pub fn of(typed: &FormFields) -> Self {
        let (next, waiting) = (inside(typed.first("next")), owned(typed.under(WAITING)));
        Self { next, waiting, ..Self::default() }
    }
}

/// Answers the right password of who has a second factor, with the page that asks for it.
///
/// # Errors
/// When the half session cannot be kept.
pub fn ask(session: &Session, known: &Credentials, typed: &FormFields) -> Result<HttpResponse> {
    Half::begin(session, known)?;
    let page = StepPage { has_passkeys: known.second_factor().passkeys, ..StepPage::of(typed) };
    if !page.waiting.is_empty() {
        return html(page);
    }
    let next = percent_encoding::utf8_percent_encode(&page.next, percent_encoding::NON_ALPHANUMERIC);
    Ok(see_other(format!("{PATH}?next={next}")))
}
