//! The customers table: search, sort and pages, all of it in the URL.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use super::{Avatar, path};
use crate::{
    customers::{
        listing::{self, Column, Row, Scope, Sort},
        model::{self, UNDO_WINDOW},
        search::{self, Query},
    },
    db::Db,
    error::{Error, Result},
    html::{self, Hx, Place, Shell, html, see_other},
    input::{Asked, Pairs},
    paging::{Direction, Limit, Page},
    staff::guard::SignedIn,
    values::{phone, when},
};

/// What the URL says: search, order, page and its size.
#[derive(Clone, Debug)]
pub struct State {
    /// What is in the search box.
    pub q: String,
    sort: Sort,
    limit: Limit,
    direction: Direction,
}

impl State {
    fn read(asked: &Pairs) -> Result<Self> {
        let refuse = |sentence: String| Error::BadRequest(sentence.into());
        let sort = match asked.filled("sort") {
            Some(text) => Sort::parse(text).ok_or_else(|| {
                refuse(format!("A list cannot be sorted by “{text}”, but by name, email and created."))
            })?,
            None => Sort::NEWEST,
        };
        let limit =
            asked.filled("limit").map_or(Ok(Limit::SCREEN), Limit::parse).map_err(|err| refuse(err.to_string()))?;
        let direction = Direction::parse(asked.filled("after"), asked.filled("before"), sort.tag())
            .map_err(|err| refuse(err.to_string()))?;
        Ok(Self { q: asked.first("q").unwrap_or_default().trim().to_owned(), sort, limit, direction })
    }

    /// The list's path with these parameters; what is as usual is left out.
    fn href(&self, path: &str, q: &str, sort: Sort, limit: Limit, place: Option<(&str, String)>) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        if !q.is_empty() {
            pairs.push(("q", q.to_owned()));
        }
        if sort != Sort::NEWEST {
            pairs.push(("sort", sort.to_string()));
        }
        if limit != Limit::SCREEN {
            pairs.push(("limit", limit.rows().to_string()));
        }
        pairs.extend(place);
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let query: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    fn list(&self, place: Option<(&str, String)>) -> String {
        self.href("/customers", &self.q, self.sort, self.limit, place)
    }

    /// This list from its first page.
    pub fn first_page(&self) -> String {
        self.list(None)
    }

    /// Where the count of this list comes from.
    pub fn count_href(&self) -> String {
        self.href("/customers/count", &self.q, Sort::NEWEST, Limit::SCREEN, None)
    }

    /// The same search among deleted customers.
    pub fn deleted_too(&self) -> String {
        self.href("/customers", &format!("{} status:deleted", self.q), self.sort, self.limit, None)
    }

    /// The list sorted by a column: the way it is read most, or the other way round when it is so already.
    pub fn sorted_by(&self, column: &Column) -> String {
        let usual = Sort { column: *column, descending: *column == Column::Created };
        let sort = if self.sort == usual { Sort { descending: !usual.descending, ..usual } } else { usual };
        self.href("/customers", &self.q, sort, self.limit, None)
    }

    /// For `aria-sort`: nothing for a column that does not order the list.
    pub fn aria_sort(&self, column: &Column) -> Option<&'static str> {
        (self.sort.column == *column).then_some(if self.sort.descending { "descending" } else { "ascending" })
    }

    /// The order for the search form to keep, unless it is the usual.
    pub fn sort_parameter(&self) -> Option<String> {
        (self.sort != Sort::NEWEST).then(|| self.sort.to_string())
    }

    /// The page size for the search form to keep, unless it is the usual.
    pub fn limit_parameter(&self) -> Option<usize> {
        (self.limit != Limit::SCREEN).then(|| self.limit.rows())
    }

    /// The page sizes to choose from, and which is in use.
    pub fn limits(&self) -> Vec<(usize, bool)> {
        let used = self.limit.rows();
        let mut sizes = vec![25, 50, 100];
        if !sizes.contains(&used) {
            sizes.insert(0, used);
        }
        sizes.into_iter().map(|size| (size, size == used)).collect()
    }

    /// The order in words, for the table's caption.
    pub fn order(&self) -> &'static str {
        match (self.sort.column, self.sort.descending) {
            (Column::Created, true) => "newest first",
            (Column::Created, false) => "oldest first",
            (Column::Name, false) => "by name",
            (Column::Name, true) => "by name, reversed",
            (Column::Email, false) => "by email",
            (Column::Email, true) => "by email, reversed",
        }
    }
}

/// A row as drawn.
pub struct RowView {
    /// Its page.
    pub href: String,
    /// Its element's id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its picture.
    pub avatar: Avatar,
    /// As typed.
    pub email: Option<String>,
    /// As read.
    pub phone: Option<String>,
    /// For `<time>`.
    pub created: when::When,
    /// What the Deleted view says of it.
    pub deleted: Option<DeletedView>,
}

/// A deleted row's times.
pub struct DeletedView {
    /// When it was deleted.
    pub at: when::When,
    /// The last day on which everything can be restored.
    pub until: String,
    /// Whether that is over.
    pub is_partial: bool,
}

impl RowView {
    fn new(row: Row, zone: &TimeZone, now: Timestamp) -> Self {
        let title = model::title(row.id, row.name.as_deref(), row.email.as_deref(), row.phone.as_deref());
        Self {
            href: path(row.id),
            id: format!("customer-{}", row.id),
            avatar: Avatar::new(row.id, &title, &row.kind),
            title,
            email: row.email,
            phone: row.phone.as_deref().map(phone::pretty),
            created: when::When::new(row.created_at, zone, now),
            deleted: row.deleted_at.map(|at| DeletedView {
                at: when::When::new(at, zone, now),
                until: when::date(at + UNDO_WINDOW, zone),
                is_partial: at + UNDO_WINDOW < now,
            }),
        }
    }
}

/// The rows of a page and the ways on from it.
#[derive(Default)]
pub struct Rows {
    /// In order.
    pub rows: Vec<RowView>,
    /// The page before.
    pub previous: Option<String>,
    /// The page behind.
    pub next: Option<String>,
}

impl Rows {
    fn new(page: Page<Row>, state: &State, zone: &TimeZone) -> Self {
        let now = Timestamp::now();
        let previous = page.previous_cursor(|row| row.cursor(state.sort));
        let next = page.next_cursor(|row| row.cursor(state.sort));
        Self {
            previous: previous.map(|cursor| state.list(Some(("before", cursor.to_string())))),
            next: next.map(|cursor| state.list(Some(("after", cursor.to_string())))),
            rows: page.items.into_iter().map(|row| RowView::new(row, zone, now)).collect(),
        }
    }

    /// How many there are in all, as far as this page tells: "3" or "25+".
    pub fn known_count(&self) -> String {
        let is_all = self.previous.is_none() && self.next.is_none();
        format!("{}{}", self.rows.len(), if is_all { "" } else { "+" })
    }

    /// Whether counting would tell more.
    pub fn is_part(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

#[derive(Template)]
#[template(path = "customers/index.html", blocks = ["results"])]
struct IndexPage {
    shell: Shell,
    state: State,
    query: Query,
    found: Rows,
    problem: Option<String>,
    /// Whether only the block `results` is drawn.
    is_fragment: bool,
}

impl IndexPage {
    /// What is announced when the rows change.
    fn status(&self) -> String {
        match (self.found.rows.len(), self.found.known_count()) {
            (0, _) => "No customers match".to_owned(),
            (1, count) if count == "1" => "1 customer".to_owned(),
            (_, count) => format!("{count} customers"),
        }
    }

    /// An account without customers, as opposed to a search without a find.
    fn is_first_use(&self) -> bool {
        self.query.is_everything() && !self.query.is_deleted() && self.found.rows.is_empty()
    }
}

#[derive(Template)]
#[template(path = "customers/_problem.html")]
struct ProblemFragment {
    problem: String,
}

/// GET /customers
pub async fn index(who: SignedIn, hx: Hx, asked: Asked, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    let query = match search::parse(&state.q, who.settings.default_country) {
        Ok(query) => query,
        Err(problem) => return not_understood(who, hx, state, problem.message, &session),
    };
    let (scope, wanted, sort, limit) =
        (Scope::now(who.account, who.settings.time_zone.clone()), query.clone(), state.sort, state.limit);
    let direction = state.direction.clone();
    let listed = db
        .read(move |conn| {
            let list = |conn: &mut _, direction| listing::page(conn, &scope, &wanted, sort, direction, limit, &[]);
            let listed = list(conn, &direction)?;
            // Before the first rows a page would be a short one, behind the last rows an empty one: the first page is
            // what they mean.
            let is_short = direction.is_backward() && listed.page.items.len() < limit.rows();
            if direction != Direction::First && (is_short || listed.page.items.is_empty()) {
                return list(conn, &Direction::First);
            }
            Ok(listed)
        })
        .await?;
    let found = Rows::new(listed.page, &state, &who.settings.time_zone);
    let shell = Shell::new(who, hx, &session, Place::Customers);
    if hx.wants_fragment {
        return html(
            IndexPage { shell, state, query, found, problem: None, is_fragment: hx.wants_fragment }.as_results(),
        );
    }
    html(IndexPage { shell, state, query, found, problem: None, is_fragment: hx.wants_fragment })
}

/// As a fragment only the message, so that the rows stay; as a page the message and no rows.
fn not_understood(who: SignedIn, hx: Hx, state: State, problem: String, session: &Session) -> Result<HttpResponse> {
    let mut answer = HttpResponse::UnprocessableEntity();
    if hx.wants_fragment {
        answer.insert_header(("HX-Retarget", "#search-problem")).insert_header(("HX-Reswap", "innerHTML"));
        return html::render(&mut answer, ProblemFragment { problem });
    }
    let shell = Shell::new(who, hx, session, Place::Customers);
    let page = IndexPage {
        shell,
        state,
        query: Query::default(),
        found: Rows::default(),
        problem: Some(problem),
        is_fragment: false,
    };
    html::render(&mut answer, page)
}

#[derive(Template)]
#[template(path = "customers/_count.html")]
struct CountFragment {
    count: String,
    is_one: bool,
}

/// GET /customers/count: the capped count that the list loads apart.
pub async fn count(who: SignedIn, hx: Hx, asked: Asked, db: web::Data<Db>) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    if !hx.wants_fragment {
        return Ok(see_other(state.first_page()));
    }
    let query = search::parse(&state.q, who.settings.default_country)
        .map_err(|problem| Error::BadRequest(problem.message.into()))?;
    let scope = Scope::now(who.account, who.settings.time_zone.clone());
    let counted = db.read(move |conn| listing::count(conn, &scope, &query)).await?;
    html(CountFragment { count: counted.to_string(), is_one: counted.customers == 1 })
}
