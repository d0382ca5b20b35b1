//! The pages of a list: its rows with the box over them, their number, what completes a search, filters and help. The
//! address holds all of the state.

mod completions;
mod filters;
mod state;

pub use completions::show as completions;
pub use filters::{filter, filters, help};
pub use state::{State, Tab};

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{Asked, Listed, Scope, Sort, Table, count as count_rows, of_customer};
use crate::{
    customers,
    db::Db,
    error::{Error, Result},
    html::{self, html, see_other},
    ids::CustomerId,
    input::{FormFields, Parameters},
    paging::{Cursor, Direction, Limit, Page},
    query::{Problem, Query},
    routes::Route,
    search_box::{
        Filters, List, Opening, Opens, ProblemFragment, ProblemNotice,
        completions::Typed,
        filter_form::{self, Filtered},
        narrower,
    },
    shell::{Place, Shell, Visit},
    values::money::grouped,
    who::SignedIn,
};

/// A list as its feature reads and draws it.
pub trait Lists: 'static {
    /// A row.
    type Row: Send + 'static;

    /// Returns the list as data.
    fn table() -> &'static Table;

    /// Reads one page of a search.
    ///
    /// # Errors
    /// When the database fails, or a place was changed on the way.
    fn read(conn: &mut PgConnection, asked: &Asked<'_>) -> Result<Listed<Self::Row>>;

    /// Returns the place of a row in an order.
    fn place(sort: Sort, row: &Self::Row) -> Cursor;

    /// Draws rows as a table, as `who` sees them.
    ///
    /// # Errors
    /// When the database fails.
    fn draw(conn: &mut PgConnection, who: &SignedIn, state: &State, rows: Vec<Self::Row>) -> Result<String>;

    /// Draws what stands beside the title.
    ///
    /// # Errors
    /// When a template fails.
    fn actions(_: &SignedIn) -> Result<String> {
        Ok(String::new())
    }

    /// Draws what is shown while there are no rows at all.
    ///
    /// # Errors
    /// When a template fails.
    fn nothing_yet(who: &SignedIn) -> Result<String>;
}

/// Returns the routes of a list; each takes its own path from the list's.
pub fn routes<L: Lists>(paths: [&'static str; 6]) -> Vec<Route> {
    let [list, count, completions, help, filters, filter] = paths;
    vec![
        Route::get(list, index::<L>).taking(&[
            "q", "sort", "limit", "after", "before", "filter", "place", "how", "value", "from", "to", "currency",
        ]),
        Route::get(count, self::count::<L>),
        Route::get(completions, self::completions::<L>),
        Route::get(help, self::help::<L>),
        Route::get(filters, self::filters::<L>),
        Route::get(filter, self::filter::<L>),
    ]
}

/// The rows of a page as drawn, with the links to the pages beside it.
#[derive(Default)]
struct Rows {
    table: String,
    count: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Rows {
    /// Returns whether there are more rows than those of this page.
    fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

#[derive(Template)]
#[template(path = "lists/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    tabs: Vec<Tab>,
    filters: Filters,
    narrower: Vec<(&'static str, String)>,
    found: Rows,
    nothing: Option<Nothing>,
    problem: Option<ProblemNotice>,
    /// What stands beside the title, as HTML.
    actions: String,
    /// True when only the block `results` is drawn.
    is_fragment: bool,
}

/// The reason for a list without rows.
enum Nothing {
    /// There are no rows at all; what is shown then, as HTML.
    FirstUse(String),
    /// No row matches; an ID in the search may open something else.
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
            None => self.known_count(),
            Some(Nothing::Stopped) => "This search was stopped".to_owned(),
            Some(Nothing::TooManyCustomers(_)) => "Too many customers match".to_owned(),
            Some(_) => format!("No {} match", self.state.table.words.many),
        }
    }

    /// Returns the count as far as this page shows it: "1 payment", "25+ payments".
    fn known_count(&self) -> String {
        let (count, is_part, words) = (self.found.count, self.found.is_part(), &self.state.table.words);
        match (count, is_part) {
            (1, false) => format!("1 {}", words.one),
            (count, false) => format!("{count} {}", words.many),
            (count, true) => format!("{count}+ {}", words.many),
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

fn look<L: Lists>(
    conn: &mut PgConnection,
    who: &SignedIn,
    asked: &FormFields,
    typing_at: Option<usize>,
) -> Result<Found> {
    let table = L::table();
    let state = State::read(table, asked)?;
    let query = match table.language.parse(&state.q, who.home()) {
        Ok(query) => query,
        Err(_) if typing_at.is_some() => return Ok(Found::Unfinished),
        Err(problem) => return Ok(Found::NotUnderstood(state, problem)),
    };
    let words = table.language.vocabulary();
    if asked.first("filter").is_some() {
        return Ok(Found::Chosen(filter_form::chosen(&state, &query, asked, &who.home(), &words)?));
    }
    let (scope, sort, limit) = (scope(who), state.sort, state.limit);
    let mut list =
        |direction: &Direction| L::read(conn, &Asked { scope: &scope, query: &query, sort, direction, limit });
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
    if page.items.is_empty() {
        if typing_at.is_some_and(|at| Typed::at(asked, at).is_unfinished(&words)) {
            return Ok(Found::Unfinished);
        }
        let nothing = match query == Query::default() {
            true => Nothing::FirstUse(L::nothing_yet(who)?),
            false => Nothing::Unmatched(Opening::find(conn, (who.account, who.staff), table.words.opens, &query)?),
        };
        return Ok(Found::Page(state, query, Rows::default(), Some(nothing)));
    }
    let rows = rows::<L>(conn, who, &state, page)?;
    Ok(Found::Page(state, query, rows, None))
}

fn rows<L: Lists>(conn: &mut PgConnection, who: &SignedIn, state: &State, page: Page<L::Row>) -> Result<Rows> {
    let place = |row: &L::Row| L::place(state.sort, row);
    let link = |name, cursor: Option<Cursor>| cursor.map(|cursor| state.list(Some((name, cursor.to_string()))));
    Ok(Rows {
        previous: link("before", page.previous_cursor(place)),
        next: link("after", page.next_cursor(place)),
        count: page.items.len(),
        table: L::draw(conn, who, state, page.items)?,
    })
}

fn scope(who: &SignedIn) -> Scope {
    Scope::of(who.account, who.now(), &who.settings, who.curtain())
}

/// Answers with a page of the list.
///
/// # Errors
/// When the database fails, or the address is none of ours.
pub async fn index<L: Lists>(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let reader = visit.who.clone();
    let is_search = asked.0.filled("q").is_some();
    let typing_at = visit.hx.typing_at;
    let read = move |conn: &mut PgConnection| look::<L>(conn, &reader, &asked.0, typing_at);
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
    let filters = match problem {
        Some(_) => Filters::default(),
        None => Filters::new(&state, &query, visit.who.settings.default_currency),
    };
    let narrower = match nothing {
        Some(Nothing::Stopped) => narrower(&state, &query, &state.table.language.vocabulary()),
        _ => Vec::new(),
    };
    let (tabs, shell, is_fragment) = (state.tabs(), visit.shell(state.table.words.place), visit.hx.wants_fragment);
    let actions = L::actions(&visit.who)?;
    answer(&visit, IndexPage { shell, state, tabs, filters, narrower, found, nothing, problem, actions, is_fragment })
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

/// Answers with the capped count, which the list loads separately.
///
/// # Errors
/// When the database fails, or the search is not understood.
pub async fn count<L: Lists>(
    Visit { who, hx, .. }: Visit,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let table = L::table();
    let state = State::read(table, &asked.0)?;
    if !hx.wants_fragment {
        return Ok(see_other(state.first_page()));
    }
    let query = table.language.parse(&state.q, who.home()).map_err(|problem| Error::BadRequest(problem.into()))?;
    let (scope, is_search) = (scope(&who), !state.q.is_empty());
    let count = move |conn: &mut PgConnection| count_rows(conn, table, &scope, &query);
    let counted = if is_search { db.search(who.searcher(), count).await? } else { db.read(count).await? };
    let count = match counted.known() {
        Some(1) => format!("1 {}", table.words.one),
        count => format!("{} {}", number(count), table.words.many),
    };
    html(CountFragment { count })
}

/// Writes a number like "312" or "1,000+"; "many" when counting took too long.
pub fn number(count: Option<i64>) -> String {
    match count {
        None => "many".to_owned(),
        Some(count) if count > super::COUNT_CAP => "1,000+".to_owned(),
        Some(count) => grouped(count.unsigned_abs()),
    }
}

/// Reads a page of what one customer has, the newest first.
///
/// # Errors
/// [`Error::TookTooLong`], and whatever the database says.
pub fn of_one<L: Lists>(
    conn: &mut PgConnection,
    who: &SignedIn,
    customer: CustomerId,
    direction: &Direction,
    limit: Limit,
) -> Result<Page<L::Row>> {
    let (query, sort) = (Query::default().narrowed(of_customer(customer)), L::table().newest());
    match L::read(conn, &Asked { scope: &scope(who), query: &query, sort, direction, limit })? {
        Listed::Page(page) => Ok(page),
        Listed::Stopped | Listed::TooManyCustomers(_) => Err(Error::TookTooLong),
    }
}

/// Returns the place of a row in a customer's own list.
pub fn place_of<L: Lists>(row: &L::Row) -> Cursor {
    L::place(L::table().newest(), row)
}

/// Reads which page of a customer's own list is asked for: the newest few for a part of the customer's page.
///
/// # Errors
/// [`Error::BadRequest`] for a place that is none.
pub fn asked_of_one(table: &Table, asked: &Parameters, is_part: bool) -> Result<(Direction, Limit)> {
    if is_part {
        return Ok((Direction::First, Limit::PANEL));
    }
    let (after, before) = (asked.0.filled("after"), asked.0.filled("before"));
    let direction = Direction::parse(after, before, table.newest().tag());
    Ok((direction.map_err(|err| Error::BadRequest(err.into()))?, Limit::SCREEN))
}

/// Returns the names of the customers of rows, as `who` sees them.
///
/// # Errors
/// When the database fails.
pub fn titles(
    conn: &mut PgConnection,
    who: &SignedIn,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<CustomerId, String>> {
    let mut ids: Vec<CustomerId> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() { Ok(HashMap::new()) } else { customers::model::titles(conn, who.account, &ids, who.curtain()) }
}
