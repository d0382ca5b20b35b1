//! Deleting a customer, with the plan in numbers, and restoring it.

use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    web,
};
use askama::Template;
use jiff::Timestamp;

use super::edit::customer_fragment;
use crate::{
    customers::{identity::path, part::Desk},
    db::Db,
    deletion::{self, Deletion, Plan},
    error::Result,
    gateway::{self, Sandbox},
    html::{self, Hx, see_other},
    ids::CustomerId,
    input::Typed,
    shell::{Place, Shell, Toast, Undo},
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
    plan: Plan,
    until: String,
    /// Whether the plan is not the one that was agreed to.
    replanned: bool,
}

impl DeletionPage {
    fn new(who: SignedIn, hx: Hx, session: &Session, plan: Plan, replanned: bool) -> Self {
        let until = when::date(plan.restorable_until, &who.settings.time_zone);
        let shell = Shell::new(who, hx, session, Place::Customers);
        let (title, id, path) = (plan.customer.title(), plan.customer.id, path(plan.customer.id));
        Self { shell, title, id, path, plan, until, replanned }
    }

    fn when(&self, at: &Timestamp) -> When {
        When::new(*at, &self.shell.who.settings.time_zone, Timestamp::now())
    }

    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        if hx.wants_fragment { html::with_status(status, self.as_dialog()) } else { html::with_status(status, self) }
    }
}

/// GET /customers/{id}/deletion
pub async fn plan(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (account, id) = (who.0.account, *id);
    let plan = db.read(move |conn| deletion::plan(conn, account, id)).await?;
    if plan.customer.is_deleted() {
        return Ok(html::go_to(hx, path(id)));
    }
    DeletionPage::new(who.0, hx, &session, plan, false).answer(hx, StatusCode::OK)
}

/// POST /customers/{id}/deletion
pub async fn delete(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (by, id) = (who.0.by(), *id);
    let agreed = typed.0.filled("plan").map(str::to_owned);
    let agreed = match typed.0.filled("cancel") {
        None => agreed,
        Some(_) => match deletion::call_off(&desk(&who.0, &db, &sandbox), id, agreed).await? {
            Ok(agreed) => agreed,
            Err(plan) => return replanned(who.0, hx, &session, *plan, true),
        },
    };
    let agreed_before = agreed.clone();
    let done = db.write(move |conn| deletion::delete(conn, &by, id, agreed.as_deref())).await?;
    let customer = match done {
        Deletion::Done(customer) => customer,
        Deletion::Replanned(plan) | Deletion::Blocked(plan) => {
            let is_new = agreed_before != Some(plan.digest());
            return replanned(who.0, hx, &session, *plan, is_new);
        }
    };
    let mut toast = Toast::new(format!("{} was deleted", customer.title()));
    toast.detail = Some("Can be restored from Deleted for 30 days".to_owned());
    toast.undo = Some(Undo { action: format!("{}/restoration", path(id)) });
    answer(who.0, hx, id, toast, &session, &db).await
}

/// What calling off needs, for a person.
fn desk<'a>(who: &SignedIn, db: &'a Db, sandbox: &'a Sandbox) -> Desk<'a> {
    Desk { db, gateway: gateway::of(who.mode, sandbox), by: who.by(), now: Timestamp::now() }
}

/// What would happen now: nothing was done.
fn replanned(who: SignedIn, hx: Hx, session: &Session, plan: Plan, is_new: bool) -> Result<HttpResponse> {
    let page = DeletionPage::new(who, hx, session, plan, is_new);
    let mut answer = page.answer(hx, StatusCode::CONFLICT)?;
    // The form's own target is the customer's page, for when it is done.
    if hx.wants_fragment {
        let headers = answer.headers_mut();
        headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#modal"));
        headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("innerHTML"));
    }
    Ok(answer)
}

/// POST /customers/{id}/restoration
pub async fn restore(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, id) = (who.0.by(), *id);
    let customer = db.write(move |conn| deletion::restore(conn, &by, id)).await?;
    let toast = Toast::new(format!("{} is restored", customer.title()));
    answer(who.0, hx, id, toast, &session, &db).await
}

/// The customer's page with a notice, as a fragment or by way of a redirect.
async fn answer(
    who: SignedIn,
    hx: Hx,
    id: CustomerId,
    toast: Toast,
    session: &Session,
    db: &Db,
) -> Result<HttpResponse> {
    if hx.wants_fragment {
        return customer_fragment(who, id, toast, session, db).await;
    }
    toast.keep(session)?;
    Ok(see_other(path(id)))
}
