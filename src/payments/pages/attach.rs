//! The form that attaches a payment without customer to one, as a dialog and as a page: who probably paid, a search as
//! one types, and the way to create the customer when nobody fits.

use crate::{
    customers::model::title,
    db::Db,
    error::{Error, Result},
    form::Sent,
    ids::{CustomerId, PaymentId},
    input::{FormFields, Parameters},
    paging::{Direction, Limit},
    payments::{
        CUSTOMERS,
        likely::{self, Likely},
        model::{self, Payment},
        row,
    },
    search::{
        listing::{self, Sort},
        scope::Scope,
    },
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::{Email, Phone, phone, text},
    who::SignedIn,
};
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

/// A customer to choose.
struct Candidate {
    id: CustomerId,
    title: String,
    detail: Option<String>,
    /// Why it is probably this one.
    why: Option<String>,
    is_chosen: bool,
}

impl Candidate {
    fn new(found: &listing::Row, chosen: Option<&str>) -> Self {
        let title = title(found.id, found.name.as_deref(), found.email.as_deref(), found.phone.as_deref());
        let detail = found.email.clone().or_else(|| found.phone.as_deref().map(phone::pretty));
        let is_chosen = chosen == Some(found.id.to_string().as_str());
        Self { id: found.id, detail: detail.filter(|detail| *detail != title), title, why: None, is_chosen }
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
    /// True when the search finds more than are shown.
    has_more: bool,
    /// The problem with the search or the choice, as a sentence.
    problem: Option<String>,
    /// True when it was sent and not done.
    is_refused: bool,
    /// The path of the form that creates a customer for this payment.
    create: String,
}

impl AttachPage {
    /// Returns what a screen reader is told of the results.
    fn status(&self) -> String {
        match (&self.problem, self.candidates.len()) {
            (Some(problem), _) => problem.clone(),
            (None, 0) => String::new(),
            (None, 1) => "1 customer".to_owned(),
            (None, count) => format!("{count} customers"),
        }
    }
}

/// Returns the path of the form that creates a customer for a payment, with what was searched for in its field.
fn create_path(id: PaymentId, q: &str, who: &SignedIn) -> String {
    let plain = |q: &str| !q.contains([':', '"', '*']) && q.chars().any(char::is_alphabetic);
    let field = match q {
        _ if Email::parse(q).is_ok() => Some("email"),
        _ if Phone::parse(q, who.settings.default_country).is_ok() => Some("phone"),
        _ if plain(q) => Some("name"),
        _ => None,
    };
    let encoded = percent_encoding::utf8_percent_encode(q, percent_encoding::NON_ALPHANUMERIC);
    let start = field.map(|field| format!("&{field}={encoded}")).unwrap_or_default();
    format!("/customers/new?for={id}{start}")
}

/// The first few customers that a search finds.
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
    let query = match CUSTOMERS.parse(q, who.home()) {
        Ok(query) => query,
        Err(problem) => return Ok(nobody(Some(problem.message))),
    };
    let scope = Scope::of(&CUSTOMERS, who);
    let listed = listing::page(conn, &scope, &query, Sort::NEWEST, &Direction::First, Limit::PALETTE, &[])?;
    let candidates: Vec<listing::Row> = listed.page.items.into_iter().filter(|row| row.deleted_at.is_none()).collect();
    let problem = candidates.is_empty().then(|| match listed.is_stopped {
        true => "The search took too long. Write more of the name, or the email.".to_owned(),
        false => format!("No customers match “{q}”."),
    });
    Ok(Looked { candidates, has_more: listed.page.has_next || listed.is_stopped, problem })
}

/// Returns the customers to choose from: those that were found, else those who probably paid; these come first, with
/// their reason.
fn candidates(found: &[listing::Row], likely: &[Likely], q: &str, chosen: Option<&str>) -> Vec<Candidate> {
    let is_found = |id: CustomerId| q.is_empty() || found.iter().any(|row| row.id == id);
    let probable = likely.iter().filter(|one| is_found(one.row.id));
    let mut all: Vec<Candidate> =
        probable.map(|one| Candidate { why: Some(one.why.clone()), ..Candidate::new(&one.row, chosen) }).collect();
    let others = found.iter().filter(|row| !likely.iter().any(|one| one.row.id == row.id));
    all.extend(others.map(|row| Candidate::new(row, chosen)));
    if let [only] = &mut all[..] {
        only.is_chosen = true;
    }
    all
}

async fn form(
    visit: &Visit,
    id: PaymentId,
    typed: FormFields,
    refused: Option<(StatusCode, String)>,
    db: &Db,
) -> Result<HttpResponse> {
    let q = text::searched(typed.filled("q").or(typed.filled("customer")).unwrap_or_default());
    let (looker, words) = (visit.who.clone(), q.clone());
    let read = move |conn: &mut PgConnection| {
        let payment = model::find(conn, looker.account, id)?;
        let likely = if payment.customer.is_none() { likely::payers(conn, &looker, &payment)? } else { Vec::new() };
        Ok((payment.behind(looker.curtain()), likely, look(conn, &looker, &words)?))
    };
    let (payment, likely, found) = db.search(visit.who.searcher(), read).await?;
    if payment.customer.is_some() && refused.is_none() {
        return Ok(visit.go_to(row::path(id)));
    }
    let chosen = typed.filled("customer");
    let candidates = candidates(&found.candidates, &likely, &q, chosen);
    let is_refused = refused.is_some();
    let (status, sentence) = refused.map_or((StatusCode::OK, None), |(status, text)| (status, Some(text)));
    let page = AttachPage {
        path: row::path(id),
        title: row::title(&payment, &visit.who.settings.time_zone),
        payment,
        create: create_path(id, &q, &visit.who),
        q,
        candidates,
        is_refused,
        has_more: found.has_more,
        problem: sentence.or(found.problem),
        shell: visit.shell(Place::Payments),
    };
    visit.answer_with(status, &page, page.as_dialog())
}

/// GET /payments/{id}/customer; `q` is the search for a customer.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<PaymentId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(&visit, *id, asked.0, None, &db).await
}

/// POST /payments/{id}/customer
pub async fn attach(
    Editor(visit): Editor,
    id: web::Path<PaymentId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = *id;
    if sent.is_review() {
        return form(&visit, id, sent.typed, None, &db).await;
    }
    let Some(Ok(customer)) = sent.typed.filled("customer").map(str::parse::<CustomerId>) else {
        let account = visit.who.account;
        db.read(move |conn| model::find(conn, account, id)).await?;
        let refused = Some((StatusCode::UNPROCESSABLE_ENTITY, "Choose a customer.".to_owned()));
        return form(&visit, id, sent.typed, refused, &db).await;
    };
    let by = visit.who.by();
    let attached = db.write(move |conn| {
        model::find(conn, by.account, id)?;
        model::attach(conn, &by, id, customer)
    });
    match attached.await {
        Ok(_) => visit.done(Toast::new("The payment is attached"), row::path(id)),
        Err(Error::Conflict(reason)) => {
            let refused = Some((StatusCode::CONFLICT, reason.to_string()));
            form(&visit, id, sent.typed, refused, &db).await
        }
        Err(err) => Err(err),
    }
}
