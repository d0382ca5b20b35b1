//! Signing in and out, the account's mode, and a person's own settings.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    guard::{SignedIn, kept},
    model,
    password::{self, Passwords},
    session::{MODE, SEEN, SINCE, STAFF},
    throttle::Throttle,
};
use crate::{
    db::Db,
    defences::client_address,
    error::{Error, Result},
    html::{self, Hx, Place, Shell, Toast, html, see_other},
    ids::StaffId,
    input::{Asked, FieldErrors, Pairs, Typed},
    merchants::Mode,
};

/// Where a sign-in leads without another wish.
const HOME: &str = "/customers";

/// In front of the names of fields that wait in the sign-in form for the person to come back.
const WAITING: &str = "waiting.";

#[derive(Template, Default)]
#[template(path = "staff/sign_in.html")]
struct SignInPage {
    next: String,
    email: String,
    error: Option<String>,
    signed_out: bool,
    /// A form that was sent when the session had ended.
    waiting: Vec<(String, String)>,
}

/// GET /login
pub async fn sign_in_form(asked: Asked, session: Session) -> Result<HttpResponse> {
    let next = inside(asked.0.first("next"));
    if kept::<StaffId>(&session, STAFF).is_some() {
        return Ok(see_other(next));
    }
    let signed_out = asked.0.first("signed_out").is_some();
    html(SignInPage { next, signed_out, ..Default::default() })
}

/// The sign-in form in place of an answer to a form that was sent without a session; what was typed waits in it.
///
/// # Errors
/// When the page cannot be rendered.
pub fn sign_in_again(hx: Hx, path: &str, typed: &Pairs) -> Result<HttpResponse> {
    let waiting = typed.0.iter().filter(|(name, _)| !name.contains("password")).cloned().collect();
    let mut answer = HttpResponse::build(StatusCode::UNAUTHORIZED);
    if hx.wants_fragment {
        answer.insert_header(("HX-Retarget", "body")).insert_header(("HX-Reswap", "innerHTML"));
    }
    html::render(&mut answer, SignInPage { next: inside(Some(path)), waiting, ..Default::default() })
}

/// POST /login
pub async fn sign_in(
    req: HttpRequest,
    typed: Typed,
    session: Session,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
    throttle: web::Data<Throttle>,
) -> Result<HttpResponse> {
    let pairs = typed.0;
    let attempt = Attempt::read(&pairs, client_address(&req));
    match attempt.succeeds(&db, &passwords, &throttle).await? {
        Outcome::In(staff, mode) => {
            begin(&session, staff, mode)?;
            welcome(&attempt, &pairs, staff)
        }
        Outcome::Wrong => {
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
    In(StaffId, Mode),
    Wrong,
    Wait(Duration),
}

impl Attempt {
    fn read(pairs: &Pairs, address: IpAddr) -> Self {
        let text = |name| pairs.first(name).unwrap_or_default().to_owned();
        Self {
            email: text("email").trim().to_owned(),
            password: text("password"),
            next: inside(pairs.first("next")),
            address,
        }
    }

    /// The same for known and unknown emails, in what it does and how long it takes.
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
            return Ok(Outcome::Wrong);
        }
        throttle.succeeded(&self.email, self.address);
        let known = known.ok_or(Error::NotFound)?;
        Ok(Outcome::In(known.id, Mode::parse(&known.mode).unwrap_or(Mode::Live)))
    }

    fn again(&self, pairs: &Pairs, error: String) -> SignInPage {
        SignInPage {
            next: self.next.clone(),
            email: self.email.clone(),
            error: Some(error),
            waiting: owned(pairs.under(WAITING)),
            ..Default::default()
        }
    }
}

/// A new session under a new key, so that a key somebody planted before opens nothing.
fn begin(session: &Session, staff: StaffId, mode: Mode) -> Result<()> {
    session.clear();
    session.renew();
    let now = Timestamp::now();
    let insert =
        |name, value: serde_json::Value| session.insert(name, value).map_err(|err| Error::internal(err.to_string()));
    insert(STAFF, serde_json::json!(staff))?;
    insert(MODE, serde_json::json!(mode))?;
    insert(SINCE, serde_json::json!(now))?;
    insert(SEEN, serde_json::json!(now))
}

#[derive(Template)]
#[template(path = "staff/welcome_back.html")]
struct WelcomeBackPage {
    next: String,
    waiting: Vec<(String, String)>,
}

/// After signing in: the page they wanted, or the form they had sent, if they are who had sent it.
fn welcome(attempt: &Attempt, pairs: &Pairs, staff: StaffId) -> Result<HttpResponse> {
    let mut waiting = owned(pairs.under(WAITING));
    let theirs = waiting.iter().any(|(name, text)| name == "as" && *text == staff.to_string());
    if !theirs {
        return Ok(see_other(&attempt.next));
    }
    waiting.retain(|(name, _)| name != "review");
    html(WelcomeBackPage { next: attempt.next.clone(), waiting })
}

/// POST /logout
pub async fn sign_out(session: Session) -> HttpResponse {
    session.purge();
    see_other("/login?signed_out=1")
}

/// POST /mode
pub async fn switch_mode(who: SignedIn, session: Session, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let mode = typed.0.first("mode").and_then(Mode::parse);
    let mode = mode.ok_or(Error::BadRequest("The mode is “live” or “test”.".into()))?;
    db.write(move |conn| model::remember_mode(conn, who.staff, mode)).await?;
    session.insert(MODE, mode).map_err(|err| Error::internal(err.to_string()))?;
    Ok(see_other(inside(typed.0.first("next"))))
}

#[derive(Template)]
#[template(path = "staff/profile.html")]
struct ProfilePage {
    shell: Shell,
    errors: FieldErrors,
}

/// GET /profile
pub async fn profile(who: SignedIn, hx: Hx, session: Session) -> Result<HttpResponse> {
    html(ProfilePage { shell: Shell::new(who, hx, &session, Place::Profile), errors: FieldErrors::default() })
}

/// POST /profile/password: all other sessions of the person end.
pub async fn change_password(
    who: SignedIn,
    hx: Hx,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse> {
    let text = |name| typed.0.first(name).unwrap_or_default().to_owned();
    let (current, new, repeated) = (text("current_password"), text("new_password"), text("repeated_password"));
    let mut errors = FieldErrors::default();
    let email = who.email.clone();
    let known = db.read(move |conn| model::credentials(conn, &email)).await?.ok_or(Error::SignInFirst)?;
    if !passwords.verify(current, Some(known.password_hash)).await? {
        errors.add("current_password", "Current password", "This is not your password.");
    }
    errors.note("new_password", "New password", password::check_new(&new, &who.email));
    if new != repeated {
        errors.add("repeated_password", "New password again", "The two new passwords differ.");
    }
    if !errors.is_empty() {
        return html::invalid(ProfilePage { shell: Shell::new(who, hx, &session, Place::Profile), errors });
    }
    let hash = passwords.hash(new).await?;
    db.write(move |conn| model::set_password(conn, who.staff, &hash)).await?;
    session.renew();
    Toast::new("Password changed. You are signed out everywhere else").keep(&session)?;
    Ok(see_other("/profile"))
}

/// POST /profile/keyboard
pub async fn choose_keyboard(who: SignedIn, session: Session, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let on = typed.0.first("single_keys").is_some_and(|text| text == "on");
    db.write(move |conn| model::choose_single_keys(conn, who.staff, on)).await?;
    Toast::new(if on { "Single keys are on" } else { "Single keys are off" }).keep(&session)?;
    Ok(see_other("/profile"))
}

/// POST /profile/sign-outs: all other sessions of the person end.
pub async fn sign_out_everywhere(who: SignedIn, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    db.write(move |conn| model::end_sessions(conn, who.staff)).await?;
    session.renew();
    Toast::new("You are signed out everywhere else").keep(&session)?;
    Ok(see_other("/profile"))
}

/// `next` when it leads to a page of ours, else home.
fn inside(next: Option<&str>) -> String {
    let ours = |path: &&str| {
        path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.contains(char::is_control)
    };
    next.filter(ours).unwrap_or(HOME).to_owned()
}

fn owned<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    pairs.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn spoken(wait: Duration) -> String {
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
    fn next_leads_only_inside() {
        for path in ["/customers", "/customers?q=a%2Fb", "/profile"] {
            assert_eq!(inside(Some(path)), path);
        }
        for path in
            ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/a\nb", "/\t/evil.example"]
        {
            assert_eq!(inside(Some(path)), HOME, "{path}");
        }
        assert_eq!(inside(None), HOME);
    }

    #[test]
    fn waits_are_spoken() {
        assert_eq!(spoken(Duration::from_millis(20)), "a second");
        assert_eq!(spoken(Duration::from_secs(59)), "59 seconds");
        assert_eq!(spoken(Duration::from_secs(541)), "10 minutes");
    }
}
