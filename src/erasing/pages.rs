//! The page that says what an erasure does, takes the typed confirmation, and has the mark that forbids it.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    Erasure, Plan,
    hold::{self, LONGEST_REASON},
};
use crate::{
    codes::Code,
    customers::identity,
    db::Db,
    error::Result,
    form::{Form, Sent},
    html::with_status,
    ids::CustomerId,
    input::FieldErrors,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Owner,
    values::{text, when::When},
};

#[derive(Template)]
#[template(path = "erasing/plan.html")]
struct PlanPage {
    shell: Shell,
    title: String,
    path: String,
    plan: Plan,
    form: Form,
    /// True when the plan is not the one that was agreed to.
    replanned: bool,
}

impl PlanPage {
    fn new(visit: &Visit, plan: Plan, form: Form) -> Self {
        let (title, path) = (plan.customer.title(), identity::path(plan.customer.id));
        Self { shell: visit.shell(Place::Customers), title, path, plan, form, replanned: false }
    }

    fn when(&self, at: &Timestamp) -> When {
        When::new(*at, &self.shell.who.settings.time_zone, self.shell.who.now())
    }
}

/// Answers `GET /customers/{id}/erasure`.
pub async fn plan(Owner(visit): Owner, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let plan = read(&visit, *id, &db).await?;
    with_status(StatusCode::OK, PlanPage::new(&visit, plan, Form::default()))
}

async fn read(visit: &Visit, id: CustomerId, db: &Db) -> Result<Plan> {
    let account = visit.who.account;
    db.read(move |conn| super::plan(conn, account, id)).await
}

/// Answers `GET /customers/{id}/hold`, where a form that is discarded leads: to the page that has it.
pub async fn hold(Owner(visit): Owner, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    read(&visit, *id, &db).await?;
    Ok(visit.go_to(format!("{}/erasure", identity::path(*id))))
}

/// Answers `POST /customers/{id}/erasure`, which names the plan that was agreed to and repeats the customer's title.
pub async fn erase(
    Owner(visit): Owner,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    let plan = read(&visit, id, &db).await?;
    if sent.is_review() {
        return with_status(StatusCode::OK, PlanPage::new(&visit, plan, Form::open(sent.typed)));
    }
    let typed = sent.typed.first("confirmation").unwrap_or_default();
    let read = |typed: &str| {
        let text = text::unaccented(&text::searched(typed));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    if read(typed) != read(&plan.customer.title()) {
        let sentence = format!("Type “{}”, as it stands above.", plan.customer.title());
        let errors = FieldErrors::of("confirmation", "Confirmation", Code::NotOneOf.says(sentence));
        let page = PlanPage::new(&visit, plan, Form::new(sent.typed, errors));
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, page);
    }
    let (by, agreed) = (visit.who.by(), sent.typed.first("plan").unwrap_or_default().to_owned());
    match db.write(move |conn| super::erase(conn, &by, id, &agreed)).await? {
        Erasure::Done => visit.done(Toast::new("All personal data is erased"), identity::path(id)),
        Erasure::Not(plan) => {
            let page = PlanPage { replanned: true, ..PlanPage::new(&visit, *plan, Form::open(sent.typed)) };
            with_status(StatusCode::CONFLICT, page)
        }
    }
}

/// Answers `POST /customers/{id}/hold`.
pub async fn place_hold(
    Owner(visit): Owner,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (visit, id) = (visit.as_page(), *id);
    if sent.is_review() {
        let page = PlanPage::new(&visit, read(&visit, id, &db).await?, Form::open(sent.typed));
        return with_status(StatusCode::OK, page);
    }
    let mut errors = FieldErrors::default();
    let raw = sent.typed.first("reason").unwrap_or_default();
    let reason = errors.note("reason", "Reason", text::free_line(raw, LONGEST_REASON)).flatten();
    let Some(reason) = reason else {
        if errors.is_empty() {
            errors.add("reason", "Reason", Code::Required.says("Enter the reason, for who reads it later."));
        }
        let page = PlanPage::new(&visit, read(&visit, id, &db).await?, Form::new(sent.typed, errors));
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, page);
    };
    let by = visit.who.by();
    db.write(move |conn| hold::place(conn, &by, id, &reason)).await?;
    visit.done(Toast::new("Marked as not to be erased"), format!("{}/erasure", identity::path(id)))
}

/// Answers `POST /customers/{id}/hold/lifting`.
pub async fn lift_hold(Owner(visit): Owner, id: web::Path<CustomerId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (visit, id, by) = (visit.clone().as_page(), *id, visit.who.by());
    db.write(move |conn| hold::lift(conn, &by, id)).await?;
    visit.done(Toast::new("The mark is lifted"), format!("{}/erasure", identity::path(id)))
}
