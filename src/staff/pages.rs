//! Signing in and out, and the account's mode.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    guard::{kept, whom},
    model::{self, Credentials},
    password::{self, Passwords},
    second_step,
    session::{MODE, PASSWORD, SINCE, STAFF},
    start::Start,
    throttle::Throttle,
};
use crate::{
    codes::Code,
    db::Db,
    defences::{CameFrom, client_address},
    error::{Error, Result},
    form::Sent,
    gateway::tokens::NUMBERS,
    html::{self, Hx, html, inside, see_other},
    ids::StaffId,
    input::{FormFields, Parameters},
    logging::{SecurityEvent, Whom},
    shell::Visit,
    values::{Mode, card},
};

/// The prefix of fields that wait in the sign-in form for the person to come back.
pub const WAITING: &str = "waiting.";

#[derive(Template, Default)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    next: String,
    email: String,
    error: Option<String>,
    signed_out: bool,
    /// True when something was sent after the session had ended.
    ended: bool,
    /// The fields of a form that was sent after the session had ended.
    waiting: Vec<(String, String)>,
}

/// Answers `GET /login`.
pub async fn sign_in_form(asked: Parameters, session: Session) -> Result<HttpResponse> {
    let next = inside(asked.0.first("next"));
    if kept::<StaffId>(&session, STAFF).is_some() {
        return Ok(see_other(next));
    }
    let signed_out = asked.0.first("signed_out").is_some();
    html(SignInPage { next, signed_out, ..Default::default() })
}

/// Answers a form that was sent without a session with the sign-in form, in which the typed text waits.
///
/// # Errors
/// When the page cannot be rendered.
pub fn sign_in_again(hx: Hx, came_from: &CameFrom, typed: &FormFields) -> Result<HttpResponse> {
    let waiting = waiting(typed);
    let next = if is_whole_form(&waiting) { &came_from.path } else { &came_from.page };
    let page = SignInPage { next: inside(Some(next)), ended: true, waiting, ..Default::default() };
    html::instead(hx, StatusCode::UNAUTHORIZED, page)
}

/// Answers the second step when it came too late: with the first one, in which the form waits on.
///
/// # Errors
/// When the page cannot be rendered.
pub fn sign_in_once_more(typed: &FormFields, error: &str) -> Result<HttpResponse> {
    let (next, error) = (inside(typed.first("next")), Some(error.to_owned()));
    html::invalid(SignInPage { next, error, waiting: owned(typed.under(WAITING)), ..Default::default() })
}

/// Returns the fields of a form that may wait in a page for the person to come back to it.
pub(super) fn waiting(typed: &FormFields) -> Vec<(String, String)> {
    typed.0.iter().filter(|(name, text)| !is_secret(name, text)).cloned().collect()
}

/// Returns whether a form can be shown again at its address: one that a person fills says whose it is, a mere button does
/// not.
pub fn is_whole_form(waiting: &[(String, String)]) -> bool {
    waiting.iter().any(|(name, _)| name == "as")
}

/// The field of a code of the second factor.
pub const ONE_TIME_CODE: &str = "one_time_code";

/// Returns whether a field must not wait in a page: passwords, codes, the numbers of cards and bank accounts in their fields,
/// and a card number in any field.
fn is_secret(name: &str, text: &str) -> bool {
    name.contains("password") || name == ONE_TIME_CODE || NUMBERS.contains(&name) || card::holds_card_number(text)
}

/// Answers `POST /login`.
pub async fn sign_in(
    req: HttpRequest,
    sent: Sent,
    session: Session,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse> {
    let pairs = sent.typed;
    let attempt = Attempt::read(&pairs, client_address(&req));
    let outcome = attempt.succeeds(&db, &passwords, &throttle).await?;
    outcome.tell(attempt.address);
    match outcome {
        Outcome::In(known) if known.second_factor().is_set_up() => second_step::ask(&session, &known, &pairs),
        Outcome::In(known) => {
            begin(&session, &known)?;
            welcome(&pairs, &known)
        }
        Outcome::Wrong(_) => {
            let error = "The email address or the password is not right.".to_owned();
            html::invalid(attempt.again(&pairs, error))
        }
        Outcome::Wait(wait) => {
            let error = format!("Too many tries. Wait {} and try again.", spoken(wait));
            let mut answer = HttpResponse::TooManyRequests();
            answer.insert_header(("Retry-After", wait.as_secs().max(1).to_string()));
            html::render(&mut answer, attempt.again(&pairs, error))
        }
    }
}

struct Attempt {
    email: String,
    password: String,
    next: String,
    address: IpAddr,
}

enum Outcome {
    In(Credentials),
    /// With the person whose email it is, if there is one.
    Wrong(Option<StaffId>),
    Wait(Duration),
}

impl Outcome {
    /// Logs it, never with what was typed.
    fn tell(&self, address: IpAddr) {
        let (event, staff) = match self {
            Self::In(known) if known.second_factor().is_set_up() => (SecurityEvent::SecondFactorAsked, Some(known.id)),
            Self::In(known) => (SecurityEvent::SignedIn, Some(known.id)),
            Self::Wrong(known) => (SecurityEvent::SignInFailed, *known),
            Self::Wait(_) => (SecurityEvent::SignInLimited, None),
        };
        event.tell(Whom { staff, account: None, address });
    }
}

impl Attempt {
    fn read(pairs: &FormFields, address: IpAddr) -> Self {
        let text = |name| pairs.first(name).unwrap_or_default().to_owned();
        Self {
            email: text("email").trim().to_owned(),
            password: text("password"),
            next: inside(pairs.first("next")),
            address,
        }
    }

    /// Checks a sign-in. It does the same for known and unknown emails and takes the same time.
    async fn succeeds(&self, db: &Db, passwords: &Passwords, throttle: &Throttle) -> Result<Outcome> {
        match throttle.admit(&self.email, self.address, Instant::now()) {
            Err(wait) => return Ok(Outcome::Wait(wait)),
            Ok(slow) => tokio::time::sleep(slow).await,
        }
        // No address or password is this long; PostgreSQL takes no NUL.
        let email =
            if self.email.len() > 1000 || self.email.contains('\0') { String::new() } else { self.email.clone() };
        let known = db.read(move |conn| model::credentials(conn, &email)).await?;
        let password: String = self.password.chars().take(*password::LENGTH.end() + 1).collect();
        let hash = known.as_ref().map(|known| known.password_hash.clone());
        if !passwords.verify(password, hash).await? {
            throttle.failed(&self.email, self.address, Instant::now());
            return Ok(Outcome::Wrong(known.map(|known| known.id)));
        }
        throttle.succeeded(&self.email, self.address);
        Ok(Outcome::In(known.ok_or(Error::NotFound)?))
    }

    fn again(&self, pairs: &FormFields, error: String) -> SignInPage {
        SignInPage {
            next: self.next.clone(),
            email: self.email.clone(),
            error: Some(error),
            waiting: owned(pairs.under(WAITING)),
            ..Default::default()
        }
    }
}

/// Begins a session under a new key, so that a key that somebody planted before opens nothing.
///
/// # Errors
/// When it cannot be kept.
pub fn begin(session: &Session, known: &Credentials) -> Result<()> {
    session.clear();
    session.renew();
    put(session, STAFF, known.id)?;
    put(session, MODE, Mode::parse(&known.mode).unwrap_or(Mode::Live))?;
    put(session, PASSWORD, password::digest(&known.password_hash))?;
    put(session, SINCE, Timestamp::now())
}

/// Keeps a value in the session.
///
/// # Errors
/// When it cannot be written.
pub fn put(session: &Session, name: &str, value: impl serde::Serialize) -> Result<()> {
    session.insert(name, value).map_err(|err| Error::internal(err.to_string()))
}

#[derive(Template)]
#[template(path = "staff/welcome_back.html")]
struct WelcomeBackPage {
    /// What has come about: "You are signed in again".
    title: String,
    next: String,
    waiting: Vec<(String, String)>,
}

/// Answers after signing in: with the page they wanted, else the one they begin with, or with the form they had sent, if
/// they are the person who had sent it.
///
/// # Errors
/// When the page cannot be rendered.
pub fn welcome(pairs: &FormFields, known: &Credentials) -> Result<HttpResponse> {
    let begins = Start::of_stored(known.start_page.as_deref()).path();
    let wanted = inside(pairs.first("next"));
    let next = if wanted == html::HOME { begins.to_owned() } else { wanted };
    go_on("You are signed in again".to_owned(), next, pairs, known.id)
}

/// Answers with the form that waits among `pairs`, if `staff` had sent it, else with the page `next`.
///
/// # Errors
/// When the page cannot be rendered.
pub fn go_on(title: String, next: String, pairs: &FormFields, staff: StaffId) -> Result<HttpResponse> {
    let mut waiting = owned(pairs.under(WAITING));
    let theirs = waiting.iter().any(|(name, text)| name == "as" && *text == staff.to_string());
    if !theirs {
        return Ok(see_other(next));
    }
    waiting.retain(|(name, _)| name != "review");
    html(WelcomeBackPage { title, next, waiting })
}

/// Answers `POST /logout`.
pub async fn sign_out(req: HttpRequest, session: Session) -> HttpResponse {
    SecurityEvent::SignedOut.tell(whom(&req));
    session.purge();
    see_other("/login?signed_out=1")
}

/// Answers `POST /mode`: with the page that is asked for there, or with the form that was sent in the wrong account.
pub async fn switch_mode(Visit { who, session, .. }: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let mode = sent.typed.first("mode").and_then(Mode::parse);
    let mode = mode.ok_or(Error::BadRequest(Code::InvalidParameter.says("The mode is “live” or “test”.")))?;
    db.write(move |conn| model::remember_mode(conn, who.staff, mode)).await?;
    put(&session, MODE, mode)?;
    let title = format!("You are in the {} account", mode.as_str());
    go_on(title, inside(sent.typed.first("next")), &sent.typed, who.staff)
}

/// Returns fields with texts of their own.
pub fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Returns a time to wait in words.
pub fn spoken(wait: Duration) -> String {
    match wait.as_secs().max(1) {
        1 => "a second".to_owned(),
        seconds @ 2..=90 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_spoken() {
        assert_eq!(spoken(Duration::from_millis(20)), "a second");
        assert_eq!(spoken(Duration::from_secs(59)), "59 seconds");
        assert_eq!(spoken(Duration::from_secs(541)), "10 minutes");
    }
}
