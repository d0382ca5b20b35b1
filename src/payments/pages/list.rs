//! The table of payments: a page of a search, newest or oldest first. The URL holds all of its state.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    Rows, count_words,
    state::{State, Tab},
};
use crate::{
    customers,
    db::Db,
    error::{Error, Result},
    html::{self, html, see_other},
    input::{FormFields, Parameters},
    paging::Direction,
    payment_methods,
    payments::{
        PAGES,
        listing::{self, Listed},
        search::{LANGUAGE, Scope},
    },
    query::{Problem, Query},
    routes::IdPage,
    search_box::{
        Filters, List, Opening, Opens, ProblemFragment, ProblemNotice,
        completions::Typed,
        filter_form::{self, Filtered},
        narrower,
    },
    shell::{Place, Shell, Visit},
    who::SignedIn,
};

/// The pages that a pasted ID may open.
pub(super) static ID_PAGES: &[&IdPage] = &[&customers::identity::PAGE, &PAGES[0], &PAGES[1], &payment_methods::PAGE];

#[derive(Template)]
#[template(path = "payments/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    tabs: Vec<Tab>,
    filters: Filters,
    narrower: Vec<(&'static str, String)>,
    found: Rows,
    nothing: Option<Nothing>,
    problem: Option<ProblemNotice>,
    /// True when only the block `results` is drawn.
    is_fragment: bool,
    shows_customer: bool,
}

/// The reason for a list without rows.
enum Nothing {
    /// There are no payments at all.
    FirstUse,
    /// No payment matches; an ID in the search may open something else.
    Unmatched(Option<Opening>),
    /// The search took too long.
    Stopped,
    /// These words find too many customers.
    TooManyCustomers(String),
}

impl IndexPage {
    /// Returns the text announced when the rows change.
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

/// The result of reading the list's request.
enum Found {
    Page(State, Query, Rows, Option<Nothing>),
    /// A filter was chosen: the filtered list.
    Chosen(Filtered),
    NotUnderstood(State, Problem),
    /// Nothing that is worth showing before the word is whole that is being typed.
    Unfinished,
}

fn look(conn: &mut PgConnection, who: &SignedIn, asked: &FormFields, typing_at: Option<usize>) -> Result<Found> {
    let (account, settings) = (who.account, &who.settings);
    let state = State::read(asked)?;
    let query = match LANGUAGE.parse(&state.q, who.home()) {
        Ok(query) => query,
        Err(_) if typing_at.is_some() => return Ok(Found::Unfinished),
        Err(problem) => return Ok(Found::NotUnderstood(state, problem)),
    };
    if asked.first("filter").is_some() {
        let words = LANGUAGE.vocabulary();
        return Ok(Found::Chosen(filter_form::chosen(&state, &query, asked, &who.home(), &words)?));
    }
    let (scope, order, limit) = (Scope::of(account, who.now(), settings, who.curtain()), state.order, state.limit);
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
        // The next letter will find fewer.
        Listed::Stopped | Listed::TooManyCustomers(_) if typing_at.is_some() => return Ok(Found::Unfinished),
        Listed::Stopped => return Ok(Found::Page(state, query, Rows::default(), Some(Nothing::Stopped))),
        Listed::TooManyCustomers(words) => {
            return Ok(Found::Page(state, query, Rows::default(), Some(Nothing::TooManyCustomers(words))));
        }
    };
    let is_unfinished = |at| Typed::at(asked, at).is_unfinished(&LANGUAGE.vocabulary());
    if page.items.is_empty() && typing_at.is_some_and(is_unfinished) {
        return Ok(Found::Unfinished);
    }
    let nothing = match page.items.is_empty() {
        true if query == Query::default() => Some(Nothing::FirstUse),
        true => Some(Nothing::Unmatched(Opening::find(conn, (account, who.staff), ID_PAGES, &query)?)),
        false => None,
    };
    let link = |name, cursor: crate::paging::Cursor| state.list(Some((name, cursor.to_string())));
    let rows = Rows::read(conn, who, page, |payment| order.place(payment), link)?;
    Ok(Found::Page(state, query, rows, nothing))
}

/// GET /payments
pub async fn index(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let reader = visit.who.clone();
    let is_search = asked.0.filled("q").is_some();
    let typing_at = visit.hx.typing_at;
    let read = move |conn: &mut PgConnection| look(conn, &reader, &asked.0, typing_at);
    let found = if is_search { db.search(visit.who.searcher(), read).await? } else { db.read(read).await? };
    let (state, query, found, nothing, problem) = match found {
        Found::Page(state, query, rows, nothing) => (state, query, rows, nothing, None),
        Found::Unfinished => return Ok(html::unchanged()),
        Found::Chosen(filtered) => return filtered.answer(&visit),
        Found::NotUnderstood(state, problem) => {
            let problem = ProblemNotice::new(&state, problem);
            (state, Query::default(), Rows::default(), None, Some(problem))
        }
    };
    let words = LANGUAGE.vocabulary();
    let filters = if problem.is_some() {
        Filters::default()
    } else {
        Filters::new(&state, &query, visit.who.settings.default_currency)
    };
    let narrower = match nothing {
        Some(Nothing::Stopped) => narrower(&state, &query, &words),
        _ => Vec::new(),
    };
    let (tabs, shell, is_fragment) = (state.tabs(), visit.shell(Place::Payments), visit.hx.wants_fragment);
    answer(
        &visit,
        IndexPage { shell, state, tabs, filters, narrower, found, nothing, problem, is_fragment, shows_customer: true },
    )
}

/// Answers with the list. A search that was not understood answers a fragment with only the message, so that the rows
/// stay, and a page with the message and no rows.
fn answer(visit: &Visit, mut page: IndexPage) -> Result<HttpResponse> {
    match (page.problem.take(), page.is_fragment) {
        (Some(problem), true) => {
            let answer = html::invalid(ProblemFragment { problem, has_view_tools: false })?;
            Ok(visit.retargeted(answer, "#search-problem"))
        }
        (Some(problem), false) => html::invalid(IndexPage { problem: Some(problem), ..page }),
        (None, _) => visit.answer(&page, page.as_results()),
    }
}

#[derive(Template)]
#[template(source = "<p id=\"count\">{{ count }}</p>", ext = "html")]
struct CountFragment {
    count: String,
}

/// GET /payments/count: the capped count, which the list loads separately.
pub async fn count(Visit { who, hx, .. }: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    if !hx.wants_fragment {
        return Ok(see_other(state.first_page()));
    }
    let query = LANGUAGE.parse(&state.q, who.home()).map_err(|problem| Error::BadRequest(problem.into()))?;
    let scope = Scope::of(who.account, who.now(), &who.settings, who.curtain());
    let is_search = !state.q.is_empty();
    let count = move |conn: &mut PgConnection| listing::count(conn, &scope, &query);
    let counted = if is_search { db.search(who.searcher(), count).await? } else { db.read(count).await? };
    html(CountFragment { count: count_words(counted.known()) })
}
