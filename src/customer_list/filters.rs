//! The forms of the list's filters, each a page of its own, which a chip opens.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    completions::Customers,
    state::{State, view_asked},
};
use crate::{
    customer_parts::LANGUAGE,
    db::Db,
    error::{Error, Result},
    input::{FormFields, Parameters},
    query::{Problem, Query},
    search_box::{
        List, Opener, RangeKind, addable,
        filter_form::{Control, Form, Maker, Offered},
    },
    shell::{Place, Shell, Visit},
    views::model as views,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_list/filters.html", blocks = ["part"])]
struct FiltersPage {
    shell: Shell,
    state: State,
    openers: Vec<Opener>,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers `GET /customers/filters`: the filters that can be added to a list.
pub async fn index(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (state, query) = list_asked(&visit.who, &asked.0, &db).await?;
    let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
    if query.branches.len() > 1 {
        return Err(Error::NotFound);
    }
    let openers = addable(&state, &query, &LANGUAGE.vocabulary(), visit.who.settings.default_currency);
    let is_fragment = visit.hx.wants_fragment;
    let page = FiltersPage { shell: visit.shell(Place::Customers), state, openers, is_fragment };
    visit.answer(&page, page.as_part())
}

#[derive(Template)]
#[template(path = "customer_list/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    form: Form,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers `GET /customers/filters/{key}`: the form that adds a filter to a list, or changes the one at `place`.
pub async fn show(visit: Visit, key: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let (state, query) = list_asked(&visit.who, &asked.0, &db).await?;
    let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (who, name) = (visit.who.clone(), key.clone());
    let read =
        move |conn: &mut PgConnection| Offered::read(&LANGUAGE.vocabulary(), &name, &mut Customers::of(conn, &who));
    let offered = db.read(read).await?;
    let words = LANGUAGE.vocabulary();
    let currency = visit.who.settings.default_currency;
    let maker = Maker { list: &state, query: &query, words: &words, currency, offered };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let is_fragment = visit.hx.wants_fragment;
    let page = FilterPage { shell: visit.shell(Place::Customers), state, form, is_fragment };
    visit.answer(&page, page.as_part())
}

/// Returns the list that a page about it was asked for with, and its search if that is understood.
///
/// # Errors
/// When the parameters are damaged or the view is not there.
pub async fn list_asked(
    who: &SignedIn,
    asked: &FormFields,
    db: &Db,
) -> Result<(State, std::result::Result<Query, Problem>)> {
    let (account, staff) = (who.account, who.staff);
    let view = match view_asked(asked)? {
        Some(id) => Some(db.read(move |conn| views::find(conn, account, staff, id)).await?),
        None => None,
    };
    let home = who.settings.home();
    let state = State::read(asked, view, home)?;
    let query = LANGUAGE.parse(&state.q, home);
    Ok((state, query))
}
