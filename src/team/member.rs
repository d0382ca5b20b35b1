//! The page of a colleague: their role, their access, and handing over.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    TEAM,
    inviting::choices,
    model::{self, Manager, Member, may_grant},
    pages::since,
    roles::label,
};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::Sent,
    history::{self, Event},
    html,
    ids::StaffId,
    input::FieldErrors,
    logging::SecurityEvent,
    shell::{Place, Shell, Toast, Visit},
    staff::{
        guard::{Admin, Owner, whom},
        model::State,
        sessions,
    },
    values::when::When,
    who::Role,
};

#[derive(Template)]
#[template(path = "team/member.html")]
struct MemberPage {
    shell: Shell,
    path: String,
    member: Member,
    role: &'static str,
    since: String,
    seen: Option<When>,
    /// How many sessions they have.
    sessions: usize,
    is_me: bool,
    /// True when the one who looks may change them.
    may_change: bool,
    errors: FieldErrors,
}

impl MemberPage {
    /// Returns the roles that can be given: value, label, words, and true for the one they have.
    fn roles(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str, bool)> {
        choices(self.shell.who.role, self.member.role().as_str())
    }
}

fn path(id: StaffId) -> String {
    format!("{TEAM}/{id}")
}

/// GET /settings/team/{member}
pub async fn show(Admin(visit): Admin, id: web::Path<StaffId>, db: web::Data<Db>) -> Result<HttpResponse> {
    answer(visit, *id, FieldErrors::default(), &db).await
}

async fn answer(visit: Visit, id: StaffId, errors: FieldErrors, db: &Db) -> Result<HttpResponse> {
    let (merchant, now) = (visit.who.merchant_id, Timestamp::now());
    let (member, sessions) = db
        .read(move |conn| {
            let member = model::find(conn, merchant, id)?;
            let sessions = sessions::list(conn, id, now)?.len();
            Ok((member, sessions))
        })
        .await?;
    let (who, zone) = (&visit.who, &visit.who.settings.time_zone);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = MemberPage {
        path: path(id),
        role: label(member.role()),
        since: since(&member, zone),
        seen: member.seen_at.map(|at| When::new(at, zone, now)),
        is_me: who.staff == id,
        may_change: who.staff != id && may_grant(who.role, member.role()),
        sessions,
        member,
        errors,
        shell: visit.as_page().shell(Place::Team),
    };
    html::with_status(status, page)
}

/// Answers a change: with the page and the reason in it, when it contradicts what is stored.
async fn outcome(visit: Visit, id: StaffId, done: Result<Toast>, field: &str, db: &Db) -> Result<HttpResponse> {
    match done {
        Ok(toast) => visit.done(toast, path(id)),
        Err(Error::Conflict(reason)) => answer(visit, id, FieldErrors::of(field, "Not done", reason), db).await,
        Err(err) => Err(err),
    }
}

/// POST /settings/team/{member}/role
pub async fn set_role(
    Admin(visit): Admin,
    id: web::Path<StaffId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let role = |name| sent.typed.filled(name).and_then(|word| word.parse::<Role>().ok());
    let unknown = || Error::BadRequest(Code::NotOneOf.says("Choose one of the roles."));
    let (was, role) = (role("was").ok_or_else(unknown)?, role("role").ok_or_else(unknown)?);
    let (who, id) = (visit.who.clone(), *id);
    let changed = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            let member = model::set_role(conn, &manager, id, was, role)?;
            Ok((member, history::of_request(conn, &manager.by, id.uuid())?))
        })
        .await;
    let told = |(member, event): (Member, Option<Event>)| {
        Toast::new(format!("{} is {} now", member.name, role.as_str())).undoing(event.map(|event| event.id))
    };
    outcome(visit, id, changed.map(told), "role", &db).await
}

/// POST /settings/team/{member}/state: they are disabled, or enabled again.
pub async fn set_state(
    Admin(visit): Admin,
    id: web::Path<StaffId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let state = match sent.typed.filled("state") {
        Some("enabled") => State::Enabled,
        Some("disabled") => State::Disabled,
        _ => return Err(Error::BadRequest(Code::NotOneOf.says("The state is “enabled” or “disabled”."))),
    };
    let (who, id) = (visit.who.clone(), *id);
    let changed = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            let member = model::set_state(conn, &manager, id, state)?;
            Ok((member, history::of_request(conn, &manager.by, id.uuid())?))
        })
        .await;
    let told = |(member, event): (Member, Option<Event>)| {
        let mut toast = match state {
            State::Enabled => Toast::new(format!("{} may sign in again", member.name)),
            _ => Toast::new(format!("{} is disabled", member.name)),
        };
        toast.detail = (state == State::Disabled).then(|| "They are signed out everywhere".to_owned());
        toast.undoing(event.map(|event| event.id))
    };
    outcome(visit, id, changed.map(told), "state", &db).await
}

/// POST /settings/team/{member}/sign-outs
pub async fn sign_out(
    Admin(visit): Admin,
    req: HttpRequest,
    id: web::Path<StaffId>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let done = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            model::sign_out(conn, &manager, id)
        })
        .await;
    if done.is_ok() {
        SecurityEvent::SessionsEnded.tell(whom(&req));
    }
    outcome(visit, id, done.map(|member| Toast::new(format!("{} is signed out everywhere", member.name))), "state", &db)
        .await
}

#[derive(Template)]
#[template(path = "team/removal.html", blocks = ["dialog"])]
struct RemovalPage {
    shell: Shell,
    path: String,
    name: String,
    email: String,
}

/// GET /settings/team/{member}/removal
pub async fn removal(Admin(visit): Admin, id: web::Path<StaffId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (merchant, id) = (visit.who.merchant_id, *id);
    let member = db.read(move |conn| model::find(conn, merchant, id)).await?;
    if visit.who.staff == id || !may_grant(visit.who.role, member.role()) {
        return Err(Error::Forbidden);
    }
    let page = RemovalPage { shell: visit.shell(Place::Team), path: path(id), name: member.name, email: member.email };
    visit.answer(&page, page.as_dialog())
}

/// POST /settings/team/{member}/removal
pub async fn remove(Admin(visit): Admin, id: web::Path<StaffId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let removed = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            model::set_state(conn, &manager, id, State::Removed)
        })
        .await;
    match removed {
        Ok(member) => {
            let mut toast = Toast::new(format!("{} is removed", member.name));
            toast.detail = Some("What they did keeps their name".to_owned());
            visit.done(toast, TEAM)
        }
        Err(Error::Conflict(reason)) => {
            answer(visit.as_page(), id, FieldErrors::of("state", "Not done", reason), &db).await
        }
        Err(err) => Err(err),
    }
}

#[derive(Template)]
#[template(path = "team/handover.html")]
struct HandoverPage {
    shell: Shell,
    /// Those who can become the owner.
    heirs: Vec<Member>,
    /// The one who was chosen.
    chosen: Option<StaffId>,
    errors: FieldErrors,
}

impl HandoverPage {
    fn is_chosen(&self, id: &StaffId) -> bool {
        self.chosen.as_ref() == Some(id)
    }
}

async fn handover_page(visit: Visit, chosen: Option<StaffId>, errors: FieldErrors, db: &Db) -> Result<HttpResponse> {
    let (merchant, me) = (visit.who.merchant_id, visit.who.staff);
    let people = db.read(move |conn| model::list(conn, merchant)).await?;
    let heirs = people.into_iter().filter(|member| member.id != me && !member.is_disabled()).collect();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = visit.as_page().shell(Place::Team);
    html::with_status(status, HandoverPage { shell, heirs, chosen, errors })
}

/// GET /settings/team/handover
pub async fn handover_form(Owner(visit): Owner, db: web::Data<Db>) -> Result<HttpResponse> {
    handover_page(visit, None, FieldErrors::default(), &db).await
}

/// POST /settings/team/handover: another becomes an owner, and the one who asks an admin.
pub async fn hand_over(Owner(visit): Owner, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let chosen = sent.typed.filled("heir").and_then(|id| id.parse::<StaffId>().ok());
    if sent.is_review() {
        return handover_page(visit, chosen, FieldErrors::default(), &db).await;
    }
    let Some(heir) = chosen else {
        let reason = Code::Required.says("Choose who becomes the owner.");
        return handover_page(visit, None, FieldErrors::of("heir", "New owner", reason), &db).await;
    };
    let who = visit.who.clone();
    let done = db
        .write(move |conn| {
            let manager = Manager::person(conn, &who)?;
            model::hand_over(conn, &manager, who.staff, heir)
        })
        .await;
    match done {
        Ok(heir) => {
            let mut toast = Toast::new(format!("{} is owner now", heir.name));
            toast.detail = Some("You are admin".to_owned());
            visit.done(toast, TEAM)
        }
        Err(Error::Conflict(reason)) => {
            handover_page(visit, chosen, FieldErrors::of("heir", "New owner", reason), &db).await
        }
        Err(err) => Err(err),
    }
}
