//! Deleting a customer, with the plan in numbers, and restoring it.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{create::list_changed, edit::answer};
use crate::{
    customer_list::origin::{Listing, Origin},
    customers::{identity::path, model::Customer, part::Desk},
    db::Db,
    deletion::{self, Deletion, Plan},
    error::Result,
    form::Sent,
    gateway::{self, Sandbox},
    html::DIALOG,
    ids::CustomerId,
    shell::{Link, Place, Shell, Toast, Undo, Visit},
    staff::guard::Editor,
    values::when::{self, When},
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_page/deletion.html", blocks = ["dialog"])]
struct DeletionPage {
    shell: Shell,
    title: String,
    id: CustomerId,
    path: String,
    /// The list that the customer's page was opened from.
    list: Listing,
    plan: Plan,
    until: String,
    /// True when the plan is not the one that was agreed to.
    replanned: bool,
}

impl DeletionPage {
    fn new(visit: &Visit, plan: Plan, list: Listing, replanned: bool) -> Self {
        let until = when::date(Plan::restorable_until(visit.who.now()), &visit.who.settings.time_zone);
        let (called, id, path) = (title(visit, &plan.customer), plan.customer.id, path(plan.customer.id));
        let plan = plan.behind(visit.who.curtain());
        Self { shell: visit.shell(Place::Customers), title: called, id, path, list, plan, until, replanned }
    }

    /// Returns the address that deletes.
    fn action(&self) -> String {
        self.list.origin.on(&format!("{}/deletion", self.path))
    }

    fn when(&self, at: &Timestamp) -> When {
        When::new(*at, &self.shell.who.settings.time_zone, self.shell.who.now())
    }

    fn answer(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        visit.answer_with(status, &self, self.as_dialog())
    }
}

/// Returns the title of a customer as the visitor sees it.
fn title(visit: &Visit, customer: &Customer) -> String {
    customer.clone().behind(visit.who.curtain()).title()
}

/// Answers `GET /customers/{id}/deletion`.
pub async fn plan(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    origin: Origin,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (plan, list) =
        db.read(move |conn| Ok((deletion::plan(conn, who.account, id)?, origin.open(conn, &who)?))).await?;
    if plan.customer.is_deleted() {
        return Ok(visit.go_to(list.origin.on(&path(id))));
    }
    DeletionPage::new(&visit, plan, list, false).answer(&visit, StatusCode::OK)
}

/// Answers `POST /customers/{id}/deletion`, which names the plan that was agreed to.
pub async fn delete(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    origin: Origin,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    // Without a plan none was read: it agrees to nothing, and the answer is the plan.
    let seen = sent.typed.filled("plan").is_some();
    let agreed = Some(sent.typed.first("plan").unwrap_or_default().to_owned());
    let agreed = match sent.typed.filled("cancel") {
        None => agreed,
        Some(_) => match deletion::call_off(&desk(&visit.who, &db, &sandbox), id, agreed).await? {
            Ok(agreed) => agreed,
            Err(plan) => return replanned(&visit, *plan, &origin, seen, &db).await,
        },
    };
    let (agreed_before, ends) = (agreed.clone(), sent.typed.filled("cancel").is_some());
    let done = db.write(move |conn| deletion::delete_with(conn, &by, id, agreed.as_deref(), ends)).await?;
    let customer = match done {
        Deletion::Done(customer) => customer,
        Deletion::Replanned(plan) | Deletion::Blocked(plan) => {
            let is_new = seen && agreed_before != Some(plan.digest());
            return replanned(&visit, *plan, &origin, is_new, &db).await;
        }
    };
    let mut toast = Toast::new(format!("{} was deleted", title(&visit, &customer)));
    toast.detail = Some("Can be restored from Deleted for 30 days".to_owned());
    toast.undo = Some(Undo { action: origin.on(&format!("{}/restoration", path(id))) });
    answer(&visit, (id, &origin), toast, &db).await
}

/// Makes the context for calling off, for a person.
fn desk<'a>(who: &SignedIn, db: &'a Db, sandbox: &'a Sandbox) -> Desk<'a> {
    Desk { db, gateway: gateway::of(who.mode, sandbox), by: who.by(), now: who.now() }
}

/// Answers with what would happen now; nothing was done.
async fn replanned(visit: &Visit, plan: Plan, origin: &Origin, is_new: bool, db: &Db) -> Result<HttpResponse> {
    let (who, origin) = (visit.who.clone(), origin.clone());
    let list = db.read(move |conn| origin.open(conn, &who)).await?;
    let answer = DeletionPage::new(visit, plan, list, is_new).answer(visit, StatusCode::CONFLICT)?;
    // The form's own target is the customer's page, for when it is done.
    Ok(visit.retargeted(answer, DIALOG))
}

/// Answers `POST /customers/{id}/restoration`: with the customer's page, or with the list where it was sent from there.
pub async fn restore(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    origin: Origin,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let customer = db.write(move |conn| deletion::restore(conn, &by, id)).await?;
    let mut toast = Toast::new(format!("{} is restored", title(&visit, &customer)));
    if sent.typed.filled("stay").is_none() {
        return answer(&visit, (id, &origin), toast, &db).await;
    }
    toast.link = Some(Link { text: "Open".to_owned(), href: path(id) });
    if visit.hx.wants_fragment { list_changed(toast) } else { visit.done(toast, origin.list()) }
}
