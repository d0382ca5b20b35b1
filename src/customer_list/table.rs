//! The customers table: a page of a search in an order. Its whole state is in the URL.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::{Timestamp, tz::TimeZone};

use super::{
    cells::{Cell, Head, cells, heads},
    hints::{Alternatives, Stopped},
    origin::Origin,
    state::{Sorted, State, is_costly, view_asked},
    tabs::Tabs,
};
use crate::{
    customer_parts::LANGUAGE,
    customers::{
        identity::{Avatar, path},
        model::{self, UNDO_WINDOW},
    },
    db::Db,
    error::{Error, Result},
    html::{self, html, see_other},
    ids::{AccountId, StaffId},
    input::{FormFields, Parameters},
    paging::{Direction, Page},
    query::{Home, Problem, Query, Term},
    search::{
        self, Content,
        listing::{self, Listed, Row},
        scope::Scope,
    },
    search_box::{
        Filters, List, Opens, ProblemFragment, ProblemNotice,
        completions::Typed,
        filter_form::{self, Filtered},
    },
    shell::{Place, Shell, Visit},
    values::{phone, when},
    views::model::{self as views, View, Viewer},
    who::SignedIn,
};

/// A row as drawn.
pub struct RowView {
    /// The address of the customer's page, which knows this list.
    pub href: String,
    /// The address that restores the customer and leads back here.
    pub restoration: String,
    /// Its element's id.
    pub id: String,
    /// The title.
    pub title: String,
    pub avatar: Avatar,
    /// The text that tells it from others where there is no room for columns.
    pub sub: Option<String>,
    /// The cells of its columns.
    pub cells: Vec<Cell>,
    /// The times that the Deleted view shows.
    pub deleted: Option<DeletedView>,
}

/// A deleted row's times.
pub struct DeletedView {
    /// The time of the deletion.
    pub at: when::When,
    /// The last day on which everything can be restored.
    pub until: String,
    /// True when that day is over.
    pub is_partial: bool,
}

impl DeletedView {
    /// Returns what a restore brings back, behind "Restorable".
    pub fn restores(&self) -> String {
        match self.is_partial {
            true => "without addresses and payment methods".to_owned(),
            false => format!("in full until {}", self.until),
        }
    }
}

impl RowView {
    fn new(
        row: Row,
        contents: Vec<Option<Content>>,
        (heads, origin): (&[Head], &Origin),
        (zone, now): (&TimeZone, Timestamp),
    ) -> Self {
        let path = path(row.id);
        let title = model::title(row.id, row.name.as_deref(), row.email.as_deref(), row.phone.as_deref());
        Self {
            href: origin.on(&path),
            restoration: origin.on(&format!("{path}/restoration")),
            id: format!("customer-{}", row.id),
            avatar: Avatar::new(row.id, &title, &row.kind),
            sub: row.email.clone().or_else(|| row.phone.as_deref().map(phone::pretty)),
            cells: cells(contents, heads),
            title,
            deleted: row.deleted_at.map(|at| DeletedView {
                at: when::When::new(at, zone, now),
                until: when::near_date(at + UNDO_WINDOW, zone),
                is_partial: at + UNDO_WINDOW < now,
            }),
        }
    }
}

/// The contents of the chosen columns, row by row.
type Contents = Vec<Vec<Option<Content>>>;

/// The rows of a page and the links to the pages around it.
#[derive(Default)]
pub struct Rows {
    /// The rows, in order.
    pub rows: Vec<RowView>,
    /// The address of the previous page.
    pub previous: Option<String>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl Rows {
    fn new(page: Page<Row>, contents: Contents, state: &State, heads: &[Head], who: &SignedIn) -> Self {
        let (zone, now, origin) = (&who.settings.time_zone, who.now(), Origin::of(state));
        let row =
            |(row, contents): (Row, Vec<Option<Content>>)| RowView::new(row, contents, (heads, &origin), (zone, now));
        let previous = page.previous_cursor(|row| row.cursor(state.sort));
        let next = page.next_cursor(|row| row.cursor(state.sort));
        Self {
            previous: previous.map(|cursor| state.list(Some(("before", cursor.to_string())))),
            next: next.map(|cursor| state.list(Some(("after", cursor.to_string())))),
            rows: page.items.into_iter().zip(contents).map(row).collect(),
        }
    }

    /// Returns the number of rows in all, as far as this page tells: "3" or "25+".
    pub fn known_count(&self) -> String {
        let is_all = self.previous.is_none() && self.next.is_none();
        format!("{}{}", self.rows.len(), if is_all { "" } else { "+" })
    }

    /// Returns whether counting would tell more.
    pub fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

#[derive(Template)]
#[template(path = "customer_list/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    tabs: Tabs,
    heads: Vec<Head>,
    query: Query,
    filters: Filters,
    found: Rows,
    stopped: Option<Stopped>,
    ways: Alternatives,
    problem: Option<ProblemNotice>,
    /// True when only the block `results` is drawn.
    is_fragment: bool,
}

impl IndexPage {
    /// Returns the text that is announced when the rows change.
    fn status(&self) -> String {
        match (self.found.rows.len(), self.found.known_count()) {
            (0, _) if self.stopped.is_some() => "This search was stopped".to_owned(),
            (0, _) => "No customers match".to_owned(),
            (1, count) if count == "1" => "1 customer".to_owned(),
            (_, count) => format!("{count} customers"),
        }
    }

    /// Returns the heading of the page.
    fn heading(&self) -> &'static str {
        if self.is_of_deleted() { "Deleted customers" } else { "Customers" }
    }

    /// Returns the heading of the last day on which everything can be restored, by which the list is sorted as by the
    /// deletion.
    fn by_last_day(&self) -> Sorted {
        Sorted { name: "until".to_owned(), way: None, ..self.state.by_deletion() }
    }

    /// Returns whether the list asks for deleted customers alone.
    fn is_of_deleted(&self) -> bool {
        search::is_of_deleted(&self.query)
    }

    /// Returns whether the list asks for nothing in particular.
    fn is_everything(&self) -> bool {
        search::is_everything(&self.query)
    }

    /// Returns the value of the merchant's own that is asked for, if one is.
    fn own_value(&self) -> Option<String> {
        let terms = self.query.branches.iter().flat_map(|branch| &branch.terms);
        let own = terms
            .filter(|term| !term.negated)
            .filter_map(Term::keyed)
            .find(|keyed| keyed.key.is_own() && !keyed.key.is_of_fields());
        own.and_then(|keyed| keyed.texts().into_iter().next())
    }

    /// Returns whether the account has no customers, as opposed to a search that finds none.
    fn is_first_use(&self) -> bool {
        self.is_everything() && !self.is_of_deleted() && self.found.rows.is_empty()
    }
}

/// The data for the list of one request.
enum Found {
    Page(State, Vec<View>, Query, Listed, Contents, Alternatives),
    NotUnderstood(State, Vec<View>, Problem),
    /// Nothing that is worth showing before the word is whole that is being typed.
    Unfinished,
    /// Columns or a filter were chosen: that list.
    Chosen(Filtered),
}

/// The person who looks at a list.
struct Reader {
    account: AccountId,
    staff: StaffId,
    home: Home,
    zone: TimeZone,
    now: Timestamp,
    /// The place of the caret, if the person types.
    typing_at: Option<usize>,
}

fn load(conn: &mut PgConnection, who: &Reader, asked: &FormFields) -> Result<Found> {
    let account = who.account;
    let views = views::visible(conn, account, who.staff, &who.home)?;
    let open = match view_asked(asked)? {
        Some(id) => Some(views.iter().find(|view| view.id == id).cloned().ok_or(Error::NotFound)?),
        None => None,
    };
    let state = State::read(asked, open, who.home.clone())?;
    if asked.first("choose").is_some() {
        return Ok(Found::Chosen(Filtered { href: state.arranged(asked)?.first_page(), refused: None }));
    }
    let query = match LANGUAGE.parse(&state.q, who.home.clone()) {
        Ok(query) => query,
        Err(_) if who.typing_at.is_some() => return Ok(Found::Unfinished),
        Err(problem) => return Ok(Found::NotUnderstood(state, views, problem)),
    };
    if asked.first("filter").is_some() {
        return Ok(Found::Chosen(filter_form::chosen(
            &state,
            &query,
            asked,
            &who.home,
            &LANGUAGE.vocabulary_of(&who.home.fields),
        )?));
    }
    let scope = Scope::at(who.now, &LANGUAGE, account, who.zone.clone(), who.home.currency).behind(who.home.curtain);
    let (limit, columns) = (state.limit, state.columns.as_slice());
    let mut list = |direction| listing::page(conn, &scope, &query, state.sort, direction, limit, columns);
    let (direction, mut listed) = (&state.direction, list(&state.direction)?);
    // Before the first rows a page would be a short one, behind the last rows an empty one: the first page is what
    // they mean.
    let is_short = direction.is_backward() && listed.page.items.len() < limit.rows();
    if *direction != Direction::First && !listed.is_stopped && (is_short || listed.page.items.is_empty()) {
        listed = list(&Direction::First)?;
    }
    let is_nothing = listed.page.items.is_empty() && !listed.is_stopped && !search::is_everything(&query);
    let is_unfinished =
        |at| listed.is_stopped || Typed::at(asked, at).is_unfinished(&LANGUAGE.vocabulary_of(&who.home.fields));
    if listed.page.items.is_empty() && who.typing_at.is_some_and(is_unfinished) {
        return Ok(Found::Unfinished);
    }
    let ways = if is_nothing { Alternatives::find(conn, &scope, who.staff, &query)? } else { Alternatives::default() };
    let contents = state.columns.contents(conn, &scope, &listed.page.items)?;
    Ok(Found::Page(state, views, query, listed, contents, ways))
}

/// Answers `GET /customers`.
pub async fn index(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let who = &visit.who;
    let (home, zone) = (who.home(), who.settings.time_zone.clone());
    let (now, typing_at) = (who.now(), visit.hx.typing_at);
    let looker = Reader { account: who.account, staff: who.staff, home, zone, now, typing_at };
    // Whom a curtain hides something from walks past those without a name.
    let is_costly = is_costly(&asked.0) || who.curtain().is_drawn() && asked.0.filled("sort").is_some();
    let searcher = who.searcher();
    let read = move |conn: &mut PgConnection| load(conn, &looker, &asked.0);
    let found = if is_costly { db.search(searcher, read).await? } else { db.read(read).await? };
    let (state, views, query, listed, contents, ways) = match found {
        Found::Page(state, views, query, listed, contents, ways) => (state, views, query, listed, contents, ways),
        Found::NotUnderstood(state, views, problem) => {
            return not_understood(&visit, state, &views, problem);
        }
        Found::Unfinished => return Ok(html::unchanged()),
        Found::Chosen(filtered) => return filtered.answer(&visit),
    };
    let heads = heads(&state, search::is_of_deleted(&query), who.settings.default_currency);
    let found = Rows::new(listed.page, contents, &state, &heads, who);
    let tabs = Tabs::new(&state, &views, search::is_of_deleted(&query), &Viewer::of(who));
    let (shell, is_fragment) = (visit.shell(Place::Customers), visit.hx.wants_fragment);
    let filters = Filters::new(&state, &query, visit.who.settings.default_currency);
    let stopped = listed.is_stopped.then(|| Stopped::new(&state, &query, found.rows.is_empty()));
    let page =
        IndexPage { shell, state, tabs, heads, query, filters, found, stopped, ways, problem: None, is_fragment };
    visit.answer(&page, page.as_results())
}

/// Answers a search that is not understood: as a fragment with the message alone, so that the rows stay; as a page with
/// the message and no rows.
fn not_understood(visit: &Visit, state: State, views: &[View], problem: Problem) -> Result<HttpResponse> {
    let problem = ProblemNotice::new(&state, problem);
    if visit.hx.wants_fragment {
        let answer = html::invalid(ProblemFragment { problem, has_view_tools: true })?;
        return Ok(visit.retargeted(answer, "#search-problem"));
    }
    // What cannot be understood cannot be saved either.
    let tabs = Tabs { new: None, save: None, ..Tabs::new(&state, views, false, &Viewer::of(&visit.who)) };
    let query = Query::default();
    let page = IndexPage {
        shell: visit.shell(Place::Customers),
        state,
        tabs,
        heads: Vec::new(),
        query,
        filters: Filters::default(),
        found: Rows::default(),
        stopped: None,
        ways: Alternatives::default(),
        problem: Some(problem),
        is_fragment: false,
    };
    html::invalid(page)
}

#[derive(Template)]
#[template(path = "customer_list/_count.html")]
struct CountFragment {
    count: String,
    is_one: bool,
}

/// Answers `GET /customers/count`: the capped count that the list loads apart.
pub async fn count(Visit { who, hx, .. }: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, staff, home) = (who.account, who.staff, who.home());
    let scope = Scope::of(&LANGUAGE, &who);
    let wanted = view_asked(&asked.0)?;
    let is_costly = is_costly(&asked.0);
    let count = move |conn: &mut PgConnection| {
        let view = wanted.map(|id| views::find(conn, account, staff, id, &home)).transpose()?;
        let state = State::read(&asked.0, view, home.clone())?;
        if !hx.wants_fragment {
            return Ok(Err(state.first_page()));
        }
        let query = LANGUAGE.parse(&state.q, home.clone()).map_err(|problem| Error::BadRequest(problem.into()))?;
        Ok(Ok(listing::count(conn, &scope, &query)?))
    };
    let counted = if is_costly { db.search(who.searcher(), count).await? } else { db.read(count).await? };
    match counted {
        Ok(counted) => html(CountFragment { count: counted.to_string(), is_one: counted.customers == 1 }),
        Err(list) => Ok(see_other(list)),
    }
}
