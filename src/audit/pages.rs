//! The pages of the log: the list, its help and filters, and the export. All are for admins and owners.

pub mod completions;

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    entry::{self, Entry},
    export::{self, Format, MOST},
    reading::{self, Found},
    search::{LANGUAGE, Scope},
    state::State,
};
use crate::{
    db::Db,
    error::{Error, Result},
    form::Sent,
    history::reverting::Asker,
    html,
    input::{FormFields, Parameters},
    query::{Problem, Query},
    search_box::{
        Filters, Help, List, Opener, ProblemFragment, ProblemNotice, RangeKind, Sign, addable,
        completions::Typed,
        filter_form::{self, Control, Filtered, Form, Maker, Offered},
    },
    shell::{Place, Shell, Visit},
    staff::guard::Admin,
    undo,
    values::{money::grouped, when::When},
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "audit/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    filters: Filters,
    entries: Vec<Entry>,
    earlier: Option<String>,
    problem: Option<ProblemNotice>,
    /// True when only the block `results` is drawn.
    is_fragment: bool,
}

impl IndexPage {
    /// Returns the text announced when the entries change.
    fn status(&self) -> String {
        match (self.entries.len(), &self.earlier) {
            _ if self.problem.is_some() => "This search was not understood".to_owned(),
            (0, Some(_)) => "Nothing yet; look further".to_owned(),
            (0, None) => "Nothing matches".to_owned(),
            (1, None) => "1 event".to_owned(),
            (count, None) => format!("{count} events"),
            (count, Some(_)) => format!("{count} events and more"),
        }
    }

    fn when(&self, entry: &Entry) -> When {
        When::new(entry.event.id.created_at(), &self.shell.who.settings.time_zone, self.shell.who.now())
    }

    /// Returns the path that takes an entry back, if this person can.
    fn undo_path(&self, entry: &Entry) -> Option<String> {
        let asker = Asker::of(&self.shell.who);
        undo::is_offered(&entry.event, &asker, self.shell.who.now()).then(|| undo::path(entry.event.id))
    }
}

/// The result of reading the list's request.
enum Look {
    Page(State, Query, Vec<Entry>, Option<String>),
    /// A filter was chosen: the filtered list.
    Chosen(Filtered),
    NotUnderstood(State, Problem),
    /// Nothing that is worth showing before the word is whole that is being typed.
    Unfinished,
}

fn look(conn: &mut PgConnection, who: &SignedIn, asked: &FormFields, typing_at: Option<usize>) -> Result<Look> {
    let state = State::read(asked)?;
    let query = match LANGUAGE.parse(&state.q, who.home()) {
        Ok(query) => query,
        Err(_) if typing_at.is_some() => return Ok(Look::Unfinished),
        Err(problem) => return Ok(Look::NotUnderstood(state, problem)),
    };
    if asked.first("filter").is_some() {
        let (home, words) = (who.home(), LANGUAGE.vocabulary());
        return Ok(Look::Chosen(filter_form::chosen(&state, &query, asked, &home, &words)?));
    }
    let mut scope = Scope::read(conn, who)?;
    if let Some(problem) = scope.find_customers(conn, who, &query)? {
        return Ok(if typing_at.is_some() { Look::Unfinished } else { Look::NotUnderstood(state, problem) });
    }
    let Found { events, earlier } = reading::page(conn, who.account, &scope, &query, state.before, state.limit.rows())?;
    let is_unfinished = |at| Typed::at(asked, at).is_unfinished(&LANGUAGE.vocabulary());
    if events.is_empty() && typing_at.is_some_and(is_unfinished) {
        return Ok(Look::Unfinished);
    }
    let names = entry::names(&scope.people, &scope.keys);
    let entries = entry::of(conn, who.account, events, &names, &who.settings.fields)?;
    let earlier = earlier.map(|before| state.earlier(before));
    Ok(Look::Page(state, query, entries, earlier))
}

/// Answers `GET /settings/audit`.
pub async fn index(Admin(visit): Admin, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, typing_at) = (visit.who.clone(), visit.hx.typing_at);
    let read = move |conn: &mut PgConnection| look(conn, &who, &asked.0, typing_at);
    let (state, query, entries, earlier, problem) = match db.search(visit.who.searcher(), read).await? {
        Look::Page(state, query, entries, earlier) => (state, query, entries, earlier, None),
        Look::Unfinished => return Ok(html::unchanged()),
        Look::Chosen(filtered) => return filtered.answer(&visit),
        Look::NotUnderstood(state, problem) => {
            let problem = ProblemNotice::new(&state, problem);
            (state, Query::default(), Vec::new(), None, Some(problem))
        }
    };
    let filters = match &problem {
        Some(_) => Filters::default(),
        None => Filters::new(&state, &query, visit.who.settings.default_currency),
    };
    let (shell, is_fragment) = (visit.shell(Place::Audit), visit.hx.wants_fragment);
    let mut page = IndexPage { shell, state, filters, entries, earlier, problem, is_fragment };
    match (page.problem.take(), is_fragment) {
        (Some(problem), true) => {
            let answer = html::invalid(ProblemFragment { problem, has_view_tools: false })?;
            Ok(visit.retargeted(answer, "#search-problem"))
        }
        (Some(problem), false) => html::invalid(IndexPage { problem: Some(problem), ..page }),
        (None, _) => visit.answer(&page, page.as_results()),
    }
}

/// Reads the state of the list, and the search in it.
fn understood(visit: &Visit, asked: &FormFields) -> Result<(State, Query)> {
    let state = State::read(asked)?;
    let query = LANGUAGE.parse(&state.q, visit.who.home());
    Ok((state, query.map_err(|problem| Error::BadRequest(problem.into()))?))
}

#[derive(Template)]
#[template(path = "audit/filters.html", blocks = ["part"])]
struct FiltersPage {
    shell: Shell,
    state: State,
    openers: Vec<Opener>,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers `GET /settings/audit/filters`: the filters that can be added to the list.
pub async fn filters(Admin(visit): Admin, asked: Parameters) -> Result<HttpResponse> {
    let (state, query) = understood(&visit, &asked.0)?;
    if query.branches.len() > 1 {
        return Err(Error::NotFound);
    }
    let openers = addable(&state, &query, &LANGUAGE.vocabulary(), visit.who.settings.default_currency);
    let is_fragment = visit.hx.wants_fragment;
    let page = FiltersPage { shell: visit.shell(Place::Audit), state, openers, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "audit/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    form: Form,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers `GET /settings/audit/filters/{key}`: the form that adds a filter to the list, or changes the one at `place`.
pub async fn filter(
    Admin(visit): Admin,
    key: web::Path<String>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (state, query) = understood(&visit, &asked.0)?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (who, name) = (visit.who.clone(), key.clone());
    let read = move |conn: &mut PgConnection| {
        let scope = Scope::read(conn, &who)?;
        Offered::read(&LANGUAGE.vocabulary(), &name, &mut completions::Named { scope })
    };
    let offered = db.read(read).await?;
    let (words, currency) = (LANGUAGE.vocabulary(), visit.who.settings.default_currency);
    let maker = Maker { list: &state, query: &query, words: &words, currency, offered };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let is_fragment = visit.hx.wants_fragment;
    let page = FilterPage { shell: visit.shell(Place::Audit), state, form, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "audit/help.html", blocks = ["part"])]
struct HelpPage {
    shell: Shell,
    state: State,
    help: Vec<Help>,
}

/// The signs that are no keys, with examples.
const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-kind:sign_in"),
    (",", "Any of several values, without spaces", "kind:team,merchant"),
    ("OR", "Either search; it separates everything on its two sides", "kind:team OR kind:refusal"),
];

/// Answers `GET /settings/audit/help`.
pub async fn help(Admin(visit): Admin, asked: Parameters) -> Result<HttpResponse> {
    let (state, home) = (State::read(&asked.0)?, visit.who.home());
    // To what is not understood nothing can be added.
    let query = LANGUAGE.parse(&state.q, home.clone()).unwrap_or_default();
    let help = Help::all(&state, &query, &home, &LANGUAGE.vocabulary(), &SIGNS);
    let page = HelpPage { shell: visit.shell(Place::Audit), state, help };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "audit/export.html")]
struct ExportPage {
    shell: Shell,
    state: State,
    /// The most events of a file, in words.
    most: String,
}

/// Answers `GET /settings/audit/export`: what the file will have, and its form.
pub async fn exporting(Admin(visit): Admin, asked: Parameters) -> Result<HttpResponse> {
    let (state, _) = understood(&visit, &asked.0)?;
    html::html(ExportPage { shell: visit.as_page().shell(Place::Audit), state, most: grouped(MOST as u64) })
}

/// Answers `POST /settings/audit/export` with the file. That it was made is an event of its own.
pub async fn export(Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let (state, query) = understood(&visit, &sent.typed)?;
    if sent.is_review() {
        return Ok(visit.go_to(state.export()));
    }
    let format = Format::parse(sent.typed.first("format").unwrap_or_default())?;
    Ok(export::make(&db, &visit.who, (state.q, query), format, export::MOST).await?.answer())
}
