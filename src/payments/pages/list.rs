//! The table of payments: a page of a search, newest or oldest first, all of it in the URL.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::Timestamp;

use super::{
    Rows, count_words,
    state::{Help, State, Tab, Trouble},
};
use crate::{
    db::Db,
    error::{Error, Result},
    html::{self, Hx, html, see_other},
    ids::AccountId,
    input::{Asked, Pairs},
    merchants::Settings,
    paging::Direction,
    payments::{
        listing::{self, Listed, Scope},
        search,
    },
    query::Problem,
    shell::{Place, Shell},
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "payments/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    tabs: Vec<Tab>,
    help: Vec<Help>,
    found: Rows,
    nothing: Option<Nothing>,
    problem: Option<Trouble>,
    /// Whether only the block `results` is drawn.
    is_fragment: bool,
    shows_customer: bool,
}

/// Why there are no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Nothing {
    /// There are no payments at all.
    FirstUse,
    /// None matches.
    Unmatched,
    /// The search took too long.
    Stopped,
    /// These words mean too many customers.
    TooManyCustomers(String),
}

impl IndexPage {
    /// What is announced when the rows change.
    fn status(&self) -> String {
        match &self.nothing {
            _ if self.problem.is_some() => "This search was not understood".to_owned(),
            None => self.found.known_count(),
            Some(Nothing::Stopped) => "This search was stopped".to_owned(),
            Some(Nothing::TooManyCustomers(_)) => "Too many customers match".to_owned(),
            Some(_) => "No payments match".to_owned(),
        }
    }
}

/// What the list of one request needs to know.
enum Found {
    Page(State, Rows, Option<Nothing>),
    NotUnderstood(State, Problem),
}

/// Where and when somebody looks.
pub(super) fn scope(account: AccountId, settings: &Settings) -> Scope {
    Scope {
        account,
        zone: settings.time_zone.clone(),
        now: Timestamp::now(),
        country: settings.default_country,
        currency: settings.default_currency,
    }
}

fn look(conn: &mut PgConnection, account: AccountId, settings: &Settings, asked: &Pairs) -> Result<Found> {
    let state = State::read(asked)?;
    let query = match search::parse(&state.q, settings.default_currency) {
        Ok(query) => query,
        Err(problem) => return Ok(Found::NotUnderstood(state, problem)),
    };
    let (scope, order, limit) = (scope(account, settings), state.order, state.limit);
    let mut list = |direction: &Direction| listing::page(conn, &scope, &query, order, direction, limit);
    let mut listed = list(&state.direction)?;
    // Before the first rows a page would be a short one, behind the last rows an empty one: the first page is meant.
    if let (Listed::Page(page), true) = (&listed, state.direction != Direction::First) {
        let is_short = state.direction.is_backward() && page.items.len() < limit.rows();
        if is_short || page.items.is_empty() {
            listed = list(&Direction::First)?;
        }
    }
    let page = match listed {
        Listed::Page(page) => page,
        Listed::Stopped => return Ok(Found::Page(state, Rows::default(), Some(Nothing::Stopped))),
        Listed::TooManyCustomers(words) => {
            return Ok(Found::Page(state, Rows::default(), Some(Nothing::TooManyCustomers(words))));
        }
    };
    let nothing = if query.is_everything() { Nothing::FirstUse } else { Nothing::Unmatched };
    let nothing = page.items.is_empty().then_some(nothing);
    let link = |name, cursor: crate::paging::Cursor| state.list(Some((name, cursor.to_string())));
    let rows = Rows::read(conn, account, page, settings, |payment| order.place(payment), link)?;
    Ok(Found::Page(state, rows, nothing))
}

/// GET /payments
pub async fn index(who: SignedIn, hx: Hx, asked: Asked, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, settings) = (who.account, who.settings.clone());
    let found = db.read(move |conn| look(conn, account, &settings, &asked.0)).await?;
    let (state, found, nothing, problem) = match found {
        Found::Page(state, rows, nothing) => (state, rows, nothing, None),
        Found::NotUnderstood(state, problem) => {
            let problem = Trouble::new(&state, problem);
            (state, Rows::default(), None, Some(problem))
        }
    };
    answer(who, hx, &session, state, found, nothing, problem)
}

#[derive(Template)]
#[template(path = "query/_problem.html")]
struct ProblemFragment {
    problem: Trouble,
}

/// What was not understood is as a fragment only the message, so that the rows stay; as a page the message and no rows.
fn answer(
    who: SignedIn,
    hx: Hx,
    session: &Session,
    state: State,
    found: Rows,
    nothing: Option<Nothing>,
    problem: Option<Trouble>,
) -> Result<HttpResponse> {
    let mut refused = HttpResponse::UnprocessableEntity();
    let problem = match problem {
        Some(problem) if hx.wants_fragment => {
            refused.insert_header(("HX-Retarget", "#search-problem")).insert_header(("HX-Reswap", "innerHTML"));
            return html::render(&mut refused, ProblemFragment { problem });
        }
        problem => problem,
    };
    let is_refused = problem.is_some();
    let (tabs, help) = (state.tabs(), state.help());
    let shell = Shell::new(who, hx, session, Place::Payments);
    let is_fragment = hx.wants_fragment;
    let page = IndexPage { shell, state, tabs, help, found, nothing, problem, is_fragment, shows_customer: true };
    match (is_refused, is_fragment) {
        (true, _) => html::render(&mut refused, page),
        (false, true) => html(page.as_results()),
        (false, false) => html(page),
    }
}

#[derive(Template)]
#[template(source = "<p id=\"count\">{{ count }}</p>", ext = "html")]
struct CountFragment {
    count: String,
}

/// GET /payments/count: the capped count that the list loads apart.
pub async fn count(who: SignedIn, hx: Hx, asked: Asked, db: web::Data<Db>) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    if !hx.wants_fragment {
        return Ok(see_other(state.first_page()));
    }
    let query = search::parse(&state.q, who.settings.default_currency)
        .map_err(|problem| Error::BadRequest(problem.message.into()))?;
    let scope = scope(who.account, &who.settings);
    let counted = db.read(move |conn| listing::count(conn, &scope, &query)).await?;
    html(CountFragment { count: count_words(counted) })
}
