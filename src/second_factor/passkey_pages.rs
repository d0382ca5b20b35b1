//! The pages that make and remove passkeys. The device answers a challenge, which the script asks for.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

use super::{
    model::Own,
    pages::{CodesPage, OVERVIEW, begin_anew},
    passkeys,
    relying_party::RelyingParty,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    html::{html, inside, invalid},
    input::{FieldErrors, FormFields, Parameters},
    logging::SecurityEvent,
    shell::{Place, Shell, Toast, Visit},
    staff::{
        guard::whom,
        pages::{WAITING, owned},
    },
    values::text,
};

/// The most characters of a name.
const NAME: usize = 60;

#[derive(Template)]
#[template(path = "second_factor/new_passkey.html")]
struct NewPage {
    shell: Shell,
    form: Form,
    is_possible: bool,
    next: String,
    /// The fields of a form that waits for the second factor.
    waiting: Vec<(String, String)>,
}

impl NewPage {
    fn new(visit: &Visit, form: Form, party: &RelyingParty) -> Self {
        Self {
            shell: visit.clone().as_page().shell(Place::Profile),
            is_possible: party.is_possible(),
            next: inside(form.typed.filled("next").or(Some(OVERVIEW))),
            waiting: owned(form.typed.under(WAITING)),
            form,
        }
    }
}

/// Answers `GET /profile/second_factor/passkeys/new`.
pub async fn new(visit: Visit, asked: Parameters, party: web::Data<RelyingParty>) -> Result<HttpResponse> {
    html(NewPage::new(&visit, Form::open(asked.0), &party))
}

/// Answers `POST /profile/second_factor/passkeys/challenge`.
pub async fn challenge(visit: Visit, db: web::Data<Db>, party: web::Data<RelyingParty>) -> Result<HttpResponse> {
    let who = &visit.who;
    let staff = who.staff;
    let others = db.read(move |conn| passkeys::list(conn, staff)).await?;
    let others = others.into_iter().map(|kept| kept.passkey.cred_id().clone()).collect();
    let asked = party.registration(&visit.session, staff, (&who.email, &who.name), others)?;
    Ok(HttpResponse::Ok().json(asked))
}

/// Answers `POST /profile/second_factor/passkeys/new`.
pub async fn add(
    req: HttpRequest,
    visit: Visit,
    sent: Sent,
    (db, party): (web::Data<Db>, web::Data<RelyingParty>),
) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(NewPage::new(&visit, Form::open(sent.typed), &party));
    }
    let mut errors = FieldErrors::default();
    let typed = sent.typed.first("name").unwrap_or_default();
    let name = errors.note("name", "Name", text::line(typed, NAME)).flatten();
    let name = name.unwrap_or_else(|| "Passkey".to_owned());
    let passkey = party.registered(&visit.session, sent.typed.first("credential").unwrap_or_default());
    let (own, staff) = (Own::of(&visit.who), visit.who.staff);
    let count = db.read(move |conn| passkeys::list(conn, staff)).await?.len();
    if count >= passkeys::MOST {
        let sentence = format!("You have {} passkeys, as many as there may be. Remove one first.", passkeys::MOST);
        errors.add("create", "Passkey", Code::OneTimeCodeWrong.says(sentence));
    } else if passkey.is_none() {
        let sentence = "The device made none, or it took longer than 5 minutes. Try again.";
        errors.add("create", "Passkey", Code::OneTimeCodeWrong.says(sentence));
    }
    let Some(passkey) = passkey.filter(|_| errors.is_empty()) else {
        return invalid(NewPage::new(&visit, Form::new(sent.typed, errors), &party));
    };
    let added = db.write(move |conn| passkeys::add(conn, &own, &name, &passkey)).await;
    let codes = match added {
        Ok(codes) => codes,
        Err(Error::NotFound) => {
            let sentence = Code::OneTimeCodeWrong.says("This passkey is kept already.");
            let errors = FieldErrors::of("create", "Passkey", sentence);
            return invalid(NewPage::new(&visit, Form::new(sent.typed, errors), &party));
        }
        Err(err) => return Err(err),
    };
    SecurityEvent::SecondFactorChanged.tell(whom(&req));
    begin_anew(&visit.session)?;
    let next = inside(sent.typed.filled("next").or(Some(OVERVIEW)));
    match codes {
        Some(codes) => html(CodesPage::new(&visit, codes, next, owned(sent.typed.under(WAITING)))),
        None => visit.done(Toast::new("The passkey is kept"), OVERVIEW),
    }
}

#[derive(Template)]
#[template(path = "second_factor/passkey_removal.html")]
struct RemovalPage {
    shell: Shell,
    id: Uuid,
    name: String,
    /// True when no second factor is left.
    is_last: bool,
}

fn named(typed: &FormFields) -> Option<Uuid> {
    typed.first("passkey").and_then(|text| Uuid::parse_str(text).ok())
}

/// Answers `GET /profile/second_factor/passkeys/removal`.
pub async fn removal(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (staff, visit) = (visit.who.staff, visit.as_page());
    let kept = db.read(move |conn| passkeys::list(conn, staff)).await?;
    let is_only = kept.len() == 1;
    let Some(kept) = kept.into_iter().find(|kept| Some(kept.id) == named(&asked.0)) else {
        return Ok(visit.go_to(OVERVIEW));
    };
    let is_last = is_only && !visit.who.second_factor.app;
    html(RemovalPage { id: kept.id, name: kept.name, is_last, shell: visit.shell(Place::Profile) })
}

/// Answers `POST /profile/second_factor/passkeys/removal`.
pub async fn remove(req: HttpRequest, visit: Visit, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let (own, visit) = (Own::of(&visit.who), visit.as_page());
    let Some(id) = named(&sent.typed) else { return Ok(visit.go_to(OVERVIEW)) };
    match db.write(move |conn| passkeys::remove(conn, &own, id)).await {
        Ok(()) => {}
        Err(Error::NotFound) => return Ok(visit.go_to(OVERVIEW)),
        Err(err) => return Err(err),
    }
    SecurityEvent::SecondFactorChanged.tell(whom(&req));
    begin_anew(&visit.session)?;
    visit.done(Toast::new("The passkey is removed. You are signed out everywhere else"), OVERVIEW)
}
