//! The forms of a list's filters, and the help on search: pages of their own, and dialogs in the list.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{Lists, State, completions::Occurs};
use crate::{
    db::Db,
    error::{Error, Result},
    input::Parameters,
    query::Query,
    search_box::{
        Help, List, Opener, RangeKind, addable,
        filter_form::{Control, Form, Maker, Offered},
    },
    shell::{Place, Shell, Visit},
};

/// Reads the list that a filter is for, with its search.
fn read<L: Lists>(visit: &Visit, asked: &Parameters) -> Result<(State, Query)> {
    let state = State::read(L::table(), &asked.0)?;
    let query = state.table.language.parse(&state.q, visit.who.home());
    Ok((state, query.map_err(|problem| Error::BadRequest(problem.into()))?))
}

#[derive(Template)]
#[template(path = "lists/filters.html", blocks = ["part"])]
struct FiltersPage {
    shell: Shell,
    state: State,
    openers: Vec<Opener>,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers with the filters that can be added to the list.
///
/// # Errors
/// When the search is not understood, or has an `OR`.
pub async fn filters<L: Lists>(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    let (state, query) = read::<L>(&visit, &asked)?;
    if query.branches.len() > 1 {
        return Err(Error::NotFound);
    }
    let words = state.table.language.vocabulary();
    let openers = addable(&state, &query, &words, visit.who.settings.default_currency);
    let is_fragment = visit.hx.wants_fragment;
    let page = FiltersPage { shell: visit.shell(state.table.words.place), state, openers, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "lists/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    form: Form,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers with the form that adds a filter to the list, or changes the one at `place`.
///
/// # Errors
/// When there is no such filter, or the search is not understood.
pub async fn filter<L: Lists>(
    visit: Visit,
    key: web::Path<String>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (state, query) = read::<L>(&visit, &asked)?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (who, name, table) = (visit.who.clone(), key.clone(), state.table);
    let read = move |conn: &mut PgConnection| {
        Offered::read(&table.language.vocabulary(), &name, &mut Occurs::of(conn, table, &who))
    };
    let offered = db.read(read).await?;
    let words = table.language.vocabulary();
    let currency = visit.who.settings.default_currency;
    let maker = Maker { list: &state, query: &query, words: &words, currency, offered };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let is_fragment = visit.hx.wants_fragment;
    let page = FilterPage { shell: visit.shell(table.words.place), state, form, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "lists/help.html", blocks = ["part"])]
struct HelpPage {
    shell: Shell,
    state: State,
    help: Vec<Help>,
}

/// Answers with the help on searching the list.
///
/// # Errors
/// When the address is none of ours.
pub async fn help<L: Lists>(visit: Visit, asked: Parameters) -> Result<HttpResponse> {
    let (state, home) = (State::read(L::table(), &asked.0)?, visit.who.home());
    let table = state.table;
    // To what is not understood nothing can be added.
    let query = table.language.parse(&state.q, home.clone()).unwrap_or_default();
    let help = Help::all(&state, &query, &home, &table.language.vocabulary(), table.words.signs);
    let page = HelpPage { shell: visit.shell(table.words.place), state, help };
    visit.answer(&page, page.as_part())
}
