//! The list of prices, newest first: those that are offered, those that are archived, or all.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    html::html,
    input::{FormFields, Parameters},
    paging::{Cursor, CursorError, Direction, Limit, Page},
    prices::{
        LIST,
        model::{self, BY_CREATION, Price, Which},
        path,
    },
    search_box::address,
    shell::{Place, Shell, Visit},
    values::when::When,
};

/// A price in the list.
struct Line {
    path: String,
    price: Price,
    archived: Option<When>,
}

impl Line {
    fn new(price: Price, zone: &TimeZone, now: Timestamp) -> Self {
        let archived = price.archived_at.map(|at| When::new(at, zone, now));
        Self { path: path(price.id), price, archived }
    }
}

#[derive(Template)]
#[template(path = "prices/index.html")]
struct IndexPage {
    shell: Shell,
    which: Which,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

impl IndexPage {
    /// Returns the tabs: name, address, and true for the current one.
    fn tabs(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        Which::ALL.into_iter().map(|which| {
            let name = match which {
                Which::Active => "Active",
                Which::Archived => "Archived",
                Which::All => "All",
            };
            (name, href(which, None), which == self.which)
        })
    }

    /// Returns how many there are, as far as this page knows: "1 price", "25+ prices".
    fn count(&self) -> String {
        let (count, is_part) = (self.lines.len(), self.previous.is_some() || self.next.is_some());
        match (count, is_part) {
            (1, false) => "1 price".to_owned(),
            (count, false) => format!("{count} prices"),
            (count, true) => format!("{count}+ prices"),
        }
    }
}

/// Returns the address of the list from a place on.
fn href(which: Which, place: Option<(&str, Cursor)>) -> String {
    let state = (which != Which::Active).then(|| ("state", which.as_str().to_owned()));
    let place = place.map(|(name, cursor)| (name, cursor.to_string()));
    address(LIST, &state.into_iter().chain(place).collect::<Vec<_>>())
}

/// Reads what is asked for.
fn asked_of(pairs: &FormFields) -> Result<(Which, Direction)> {
    let which = match pairs.filled("state") {
        None => Which::Active,
        Some(word) => Which::parse(word).ok_or_else(|| {
            Error::BadRequest(Code::InvalidParameter.says("The state is “active”, “archived” or “all”."))
        })?,
    };
    let refuse = |err: CursorError| Error::BadRequest(err.into());
    let direction = Direction::parse(pairs.filled("after"), pairs.filled("before"), BY_CREATION).map_err(refuse)?;
    Ok((which, direction))
}

/// GET /prices
pub async fn index(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (which, direction) = asked_of(&asked.0)?;
    let (account, now) = (visit.who.account, visit.who.now());
    let page: Page<Price> = db
        .read(move |conn| {
            let page = model::page(conn, account, which, &direction, Limit::SCREEN)?;
            // Behind the last rows the first page is meant.
            let is_beyond = page.items.is_empty() && direction != Direction::First;
            if is_beyond { model::page(conn, account, which, &Direction::First, Limit::SCREEN) } else { Ok(page) }
        })
        .await?;
    let zone = visit.who.settings.time_zone.clone();
    let previous = page.previous_cursor(Price::place).map(|place| href(which, Some(("before", place))));
    let next = page.next_cursor(Price::place).map(|place| href(which, Some(("after", place))));
    let lines = page.items.into_iter().map(|price| Line::new(price, &zone, now)).collect();
    html(IndexPage { shell: visit.as_page().shell(Place::Prices), which, lines, previous, next })
}
