//! Giving a payment that nobody has to a customer, as a dialog and as a page: search, then choose.

use crate::{
    customers::model::title,
    db::Db,
    error::{Error, Result},
    html::{self, Hx},
    ids::{CustomerId, PaymentId},
    input::{Asked, Pairs, Typed},
    paging::{Direction, Limit},
    payments::{
        CUSTOMERS,
        model::{self, Payment},
        row,
    },
    search::{
        listing::{self, Sort},
        scope::Scope,
    },
    shell::{Place, Shell, Toast},
    staff::guard::Editor,
    values::phone,
    who::SignedIn,
};
use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

/// A customer to choose.
struct Candidate {
    id: CustomerId,
    title: String,
    detail: Option<String>,
    is_chosen: bool,
}

impl Candidate {
    fn new(found: &listing::Row, chosen: Option<&str>) -> Self {
        let title = title(found.id, found.name.as_deref(), found.email.as_deref(), found.phone.as_deref());
        let detail = found.email.clone().or_else(|| found.phone.as_deref().map(phone::pretty));
        let is_chosen = chosen == Some(found.id.to_string().as_str());
        Self { id: found.id, detail: detail.filter(|detail| *detail != title), title, is_chosen }
    }
}

#[derive(Template)]
#[template(path = "payments/attach.html", blocks = ["dialog"])]
struct AttachPage {
    shell: Shell,
    path: String,
    title: String,
    payment: Payment,
    q: String,
    candidates: Vec<Candidate>,
    /// Whether there are more than are shown.
    has_more: bool,
    /// What is wrong with the search or the choice.
    problem: Option<String>,
}

/// Whom a search finds, a few of them.
struct Looked {
    candidates: Vec<listing::Row>,
    has_more: bool,
    problem: Option<String>,
}

fn look(conn: &mut PgConnection, who: &SignedIn, q: &str) -> Result<Looked> {
    let nobody = |problem| Looked { candidates: Vec::new(), has_more: false, problem };
    if q.is_empty() {
        return Ok(nobody(None));
    }
    let query = match CUSTOMERS.parse(q, who.settings.default_country) {
        Ok(query) => query,
        Err(problem) => return Ok(nobody(Some(problem.message))),
    };
    let scope = Scope::now(&CUSTOMERS, who.account, who.settings.time_zone.clone(), who.settings.default_currency);
    let listed = listing::page(conn, &scope, &query, Sort::NEWEST, &Direction::First, Limit::PALETTE, &[])?;
    let candidates: Vec<listing::Row> = listed.page.items.into_iter().filter(|row| row.deleted_at.is_none()).collect();
    let problem = candidates.is_empty().then(|| match listed.is_stopped {
        true => "The search took too long. Write more of the name, or the email.".to_owned(),
        false => format!("No customers match “{q}”."),
    });
    Ok(Looked { candidates, has_more: listed.page.has_next || listed.is_stopped, problem })
}

async fn form(
    who: SignedIn,
    hx: Hx,
    id: PaymentId,
    session: &Session,
    db: &Db,
    typed: Pairs,
    refused: Option<(StatusCode, String)>,
) -> Result<HttpResponse> {
    let q = typed.filled("q").or(typed.filled("customer")).unwrap_or_default().to_owned();
    let (looker, words) = (who.clone(), q.clone());
    let (payment, found) =
        db.read(move |conn| Ok((model::find(conn, looker.account, id)?, look(conn, &looker, &words)?))).await?;
    if payment.customer.is_some() && refused.is_none() {
        return Ok(html::go_to(hx, row::path(id)));
    }
    let chosen = typed.filled("customer");
    let only = found.candidates.len() == 1;
    let candidate = |row: &listing::Row| {
        let candidate = Candidate::new(row, chosen);
        Candidate { is_chosen: candidate.is_chosen || only, ..candidate }
    };
    let (status, sentence) = refused.map_or((StatusCode::OK, None), |(status, text)| (status, Some(text)));
    let page = AttachPage {
        path: row::path(id),
        title: row::title(&payment),
        payment,
        q,
        candidates: found.candidates.iter().map(candidate).collect(),
        has_more: found.has_more,
        problem: sentence.or(found.problem),
        shell: Shell::new(who, hx, session, Place::Payments),
    };
    if hx.wants_fragment { html::with_status(status, page.as_dialog()) } else { html::with_status(status, page) }
}

/// GET /payments/{id}/customer; `q` is the search for whom to choose.
pub async fn new(
    who: Editor,
    hx: Hx,
    id: web::Path<PaymentId>,
    asked: Asked,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(who.0, hx, *id, &session, &db, asked.0, None).await
}

/// POST /payments/{id}/customer
pub async fn attach(
    who: Editor,
    hx: Hx,
    id: web::Path<PaymentId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id, typed) = (who.0, *id, typed.0);
    if typed.filled("review").is_some() {
        return form(who, hx, id, &session, &db, typed, None).await;
    }
    let Some(Ok(customer)) = typed.filled("customer").map(str::parse::<CustomerId>) else {
        let account = who.account;
        db.read(move |conn| model::find(conn, account, id)).await?;
        let sentence = "Choose a customer.".to_owned();
        return form(who, hx, id, &session, &db, typed, Some((StatusCode::UNPROCESSABLE_ENTITY, sentence))).await;
    };
    let by = who.by();
    let attached = db.write(move |conn| {
        model::find(conn, by.account, id)?;
        model::attach(conn, &by, id, customer)
    });
    match attached.await {
        Ok(_) => {
            Toast::new("The payment is attached").keep(&session)?;
            Ok(html::go_to(hx, row::path(id)))
        }
        Err(Error::Conflict(sentence)) => {
            let refused = Some((StatusCode::CONFLICT, sentence.into_owned()));
            form(who, hx, id, &session, &db, typed, refused).await
        }
        Err(err) => Err(err),
    }
}
