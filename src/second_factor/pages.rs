//! The pages about a person's own second factor.

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    model::{self, Own},
    passkeys,
    recovery::RecoveryCode,
    relying_party::RelyingParty,
    totp::{App, Picture},
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html::{html, inside, invalid},
    input::{FieldErrors, Parameters},
    logging::SecurityEvent,
    sealing::{Sealed, Seals},
    shell::{Place, Shell, Toast, Visit},
    staff::{
        guard::{kept, whom},
        pages::{ONE_TIME_CODE, WAITING, is_whole_form, owned, put},
        session::FACTOR,
    },
    values::when::When,
};

/// The page of all of it.
pub(super) const OVERVIEW: &str = "/profile/second_factor";

/// The name, in the session's state, of the sealed secret of an app that is being set up.
const PENDING: &str = "pending_app";

/// A passkey in the list.
struct Line {
    id: uuid::Uuid,
    name: String,
    made: When,
    used: Option<When>,
}

#[derive(Template)]
#[template(path = "second_factor/index.html")]
struct IndexPage {
    shell: Shell,
    app_since: Option<When>,
    passkeys: Vec<Line>,
    /// True where browsers take passkeys.
    is_possible: bool,
    codes_left: usize,
    has_any: bool,
    /// The page to go on to once there is one.
    next: String,
}

impl IndexPage {
    fn is_required(&self) -> bool {
        self.shell.who.settings.security.factor_required
    }

    /// Returns the address of a page that sets one up and leads on.
    fn leading(&self, page: &str) -> String {
        let next = percent_encoding::utf8_percent_encode(&self.next, percent_encoding::NON_ALPHANUMERIC);
        if self.next == OVERVIEW { format!("{OVERVIEW}/{page}") } else { format!("{OVERVIEW}/{page}?next={next}") }
    }
}

/// Answers `GET /profile/second_factor`.
pub async fn index(
    visit: Visit,
    asked: Parameters,
    db: web::Data<Db>,
    party: web::Data<RelyingParty>,
) -> Result<HttpResponse> {
    let (staff, zone) = (visit.who.staff, visit.who.settings.time_zone.clone());
    let (kept, passkeys) = db.read(move |conn| Ok((model::kept(conn, staff)?, passkeys::list(conn, staff)?))).await?;
    let when = |at| When::new(at, &zone, Timestamp::now());
    let line = |kept: passkeys::Kept| Line {
        id: kept.id,
        name: kept.name,
        made: when(kept.created_at),
        used: kept.last_used_at.map(when),
    };
    let page = IndexPage {
        app_since: kept.app_since.map(when),
        passkeys: passkeys.into_iter().map(line).collect(),
        is_possible: party.is_possible(),
        codes_left: kept.codes_left,
        next: inside(asked.0.filled("next").or(Some(OVERVIEW))),
        has_any: visit.who.second_factor.is_set_up(),
        shell: visit.as_page().shell(Place::Profile),
    };
    html(page)
}

#[derive(Template)]
#[template(path = "second_factor/app.html")]
struct AppPage {
    shell: Shell,
    form: Form,
    picture: Picture,
    typed_secret: String,
    next: String,
    /// The fields of a form that waits for the second factor.
    waiting: Vec<(String, String)>,
}

impl AppPage {
    fn new(visit: &Visit, secret: &[u8], form: Form) -> Result<Self> {
        let app = App::of(secret)?;
        Ok(Self {
            shell: visit.clone().as_page().shell(Place::Profile),
            picture: Picture::of(&app.address(&visit.who.email))?,
            typed_secret: app.typed_secret(),
            next: inside(form.typed.filled("next").or(Some(OVERVIEW))),
            waiting: owned(form.typed.under(WAITING)),
            form,
        })
    }
}

/// Returns the secret that is being set up in this session: the one that was shown before, else a new one.
fn pending(session: &Session, own: &Own, seals: &Seals) -> Result<Vec<u8>> {
    let shown = kept::<Sealed>(session, PENDING).and_then(|sealed| seals.open(own.staff, &sealed));
    if let Some(secret) = shown {
        return Ok(secret);
    }
    let secret = App::fresh_secret().to_vec();
    put(session, PENDING, seals.seal(own.staff, &secret)?)?;
    Ok(secret)
}

/// Answers `GET /profile/second_factor/app`.
pub async fn app(visit: Visit, asked: Parameters, seals: web::Data<Seals>) -> Result<HttpResponse> {
    let secret = pending(&visit.session, &Own::of(&visit.who), &seals)?;
    html(AppPage::new(&visit, &secret, Form::open(asked.0))?)
}

/// Answers `POST /profile/second_factor/app`: a code of the app proves that it has the secret, which counts from then on.
pub async fn set_up(
    req: HttpRequest,
    visit: Visit,
    sent: Sent,
    (db, seals): (web::Data<Db>, web::Data<Seals>),
) -> Result<HttpResponse> {
    let (own, now) = (Own::of(&visit.who), Timestamp::now());
    let secret = pending(&visit.session, &own, &seals)?;
    if sent.is_review() {
        return html(AppPage::new(&visit, &secret, Form::open(sent.typed))?);
    }
    let typed = sent.typed.first(ONE_TIME_CODE).unwrap_or_default();
    let Some(step) = App::of(&secret)?.step_of(typed, now) else {
        let sentence =
            "This is not the code that the app shows for this key now. Look at its clock, and type the next one.";
        let errors = FieldErrors::of(ONE_TIME_CODE, "Code", Code::OneTimeCodeWrong.says(sentence));
        return invalid(AppPage::new(&visit, &secret, Form::new(sent.typed, errors))?);
    };
    let sealed = seals.seal(own.staff, &secret)?;
    let codes = db.write(move |conn| model::keep_app(conn, &own, &sealed, step, now)).await?;
    SecurityEvent::SecondFactorChanged.tell(whom(&req));
    visit.session.remove(PENDING);
    begin_anew(&visit.session)?;
    let (next, waiting) = (inside(sent.typed.filled("next").or(Some(OVERVIEW))), owned(sent.typed.under(WAITING)));
    match codes {
        Some(codes) => html(CodesPage::new(&visit, codes, next, waiting)),
        None => visit.done(Toast::new("The new app counts from now on"), OVERVIEW),
    }
}

/// Goes on with this session under a new key, now that all sessions of its person are ended.
pub(super) fn begin_anew(session: &Session) -> Result<()> {
    put(session, FACTOR, true)?;
    session.renew();
    Ok(())
}

#[derive(Template)]
#[template(path = "second_factor/codes.html")]
pub(super) struct CodesPage {
    shell: Shell,
    codes: Vec<RecoveryCode>,
    next: String,
    /// The form that waited for the second factor, if it can be shown again.
    waiting: Vec<(String, String)>,
}

impl CodesPage {
    pub(super) fn new(
        visit: &Visit,
        codes: Vec<RecoveryCode>,
        next: String,
        mut waiting: Vec<(String, String)>,
    ) -> Self {
        waiting.retain(|(name, _)| name != "review");
        if !is_whole_form(&waiting) {
            waiting.clear();
        }
        Self { shell: visit.clone().as_page().shell(Place::Profile), codes, next, waiting }
    }

    /// Returns all codes as one text, a line each.
    fn text(&self) -> String {
        self.codes.iter().map(RecoveryCode::reveal).collect::<Vec<_>>().join("\n")
    }
}

#[derive(Template)]
#[template(path = "second_factor/removal.html")]
struct RemovalPage {
    shell: Shell,
    /// True when no second factor is left.
    is_last: bool,
}

/// Answers `GET /profile/second_factor/app/removal`.
pub async fn removal(visit: Visit) -> Result<HttpResponse> {
    let visit = visit.as_page();
    let factor = visit.who.second_factor;
    if !factor.app {
        return Ok(visit.go_to(OVERVIEW));
    }
    html(RemovalPage { is_last: !factor.passkeys, shell: visit.shell(Place::Profile) })
}

/// Answers `POST /profile/second_factor/app/removal`.
pub async fn remove(req: HttpRequest, visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let (own, visit) = (Own::of(&visit.who), visit.as_page());
    match db.write(move |conn| model::remove_app(conn, &own)).await {
        Ok(()) => {}
        Err(Error::NotFound) => return Ok(visit.go_to(OVERVIEW)),
        Err(err) => return Err(err),
    }
    SecurityEvent::SecondFactorChanged.tell(whom(&req));
    begin_anew(&visit.session)?;
    visit.done(Toast::new("The app is removed. You are signed out everywhere else"), OVERVIEW)
}

#[derive(Template)]
#[template(path = "second_factor/new_codes.html")]
struct NewCodesPage {
    shell: Shell,
    left: usize,
}

/// Answers `GET /profile/second_factor/codes`.
pub async fn new_codes(visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let (staff, visit) = (visit.who.staff, visit.as_page());
    if !visit.who.second_factor.is_set_up() {
        return Ok(visit.go_to(OVERVIEW));
    }
    let left = db.read(move |conn| model::kept(conn, staff)).await?.codes_left;
    html(NewCodesPage { left, shell: visit.shell(Place::Profile) })
}

/// Answers `POST /profile/second_factor/codes`.
pub async fn replace_codes(req: HttpRequest, visit: Visit, db: web::Data<Db>) -> Result<HttpResponse> {
    let (own, visit) = (Own::of(&visit.who), visit.as_page());
    if !visit.who.second_factor.is_set_up() {
        return Ok(visit.go_to(OVERVIEW));
    }
    let codes = db.write(move |conn| model::replace_codes(conn, &own)).await?;
    SecurityEvent::SecondFactorChanged.tell(whom(&req));
    html(CodesPage::new(&visit, codes, OVERVIEW.to_owned(), Vec::new()))
}
