//! The forms of the payments' filters, and the help on search: pages of their own, and dialogs in the list.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{completions::Payments, state::State};
use crate::{
    db::Db,
    error::{Error, Result},
    input::Parameters,
    payments::search::LANGUAGE,
    search_box::{
        Help, List, Opener, RangeKind, Sign, addable,
        filter_form::{Control, Form, Maker, Offered},
    },
    shell::{Place, Shell, Visit},
};

#[derive(Template)]
#[template(path = "payments/filters.html", blocks = ["part"])]
struct FiltersPage {
    shell: Shell,
    state: State,
    openers: Vec<Opener>,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// GET /payments/filters: the filters that can be added to the list.
pub async fn index(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    let query = LANGUAGE.parse(&state.q, visit.who.home());
    let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
    if query.branches.len() > 1 {
        return Err(Error::NotFound);
    }
    let openers = addable(&state, &query, &LANGUAGE.vocabulary(), visit.who.settings.default_currency);
    let is_fragment = visit.hx.wants_fragment;
    let page = FiltersPage { shell: visit.shell(Place::Payments), state, openers, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "payments/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    form: Form,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// GET /payments/filters/{key}: the form that adds a filter to the list, or changes the one at `place`.
pub async fn show(visit: Visit, key: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let state = State::read(&asked.0)?;
    let query = LANGUAGE.parse(&state.q, visit.who.home());
    let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (who, name) = (visit.who.clone(), key.clone());
    let read =
        move |conn: &mut PgConnection| Offered::read(&LANGUAGE.vocabulary(), &name, &mut Payments::of(conn, &who));
    let offered = db.read(read).await?;
    let words = LANGUAGE.vocabulary();
    let currency = visit.who.settings.default_currency;
    let maker = Maker { list: &state, query: &query, words: &words, currency, offered };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let is_fragment = visit.hx.wants_fragment;
    let page = FilterPage { shell: visit.shell(Place::Payments), state, form, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "payments/help.html", blocks = ["part"])]
struct HelpPage {
    shell: Shell,
    state: State,
    help: Vec<Help>,
}

/// The signs that are no keys, with examples of payments.
const SIGNS: [Sign; 3] = [
    ("-", "Not: leaves out what it stands before", "-status:failed"),
    (",", "Any of several values, without spaces", "status:failed,canceled"),
    ("OR", "Either search; it separates everything on its two sides", "status:failed OR customer:none"),
];

/// GET /payments/help: the help on searching the list.
pub async fn help(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    let (state, home) = (State::read(&asked.0)?, visit.who.home());
    // To what is not understood nothing can be added.
    let query = LANGUAGE.parse(&state.q, home.clone()).unwrap_or_default();
    let help = Help::all(&state, &query, &home, &LANGUAGE.vocabulary(), &SIGNS);
    let page = HelpPage { shell: visit.shell(Place::Payments), state, help };
    visit.answer(&page, page.as_part())
}
