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
    views::model::{self as views, View},
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
    let openers = addable(
        &state,
        &query,
        &LANGUAGE.vocabulary_of(&visit.who.settings.fields),
        visit.who.settings.default_currency,
    );
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
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let (who, name) = (visit.who.clone(), key.clone());
    let read = move |conn: &mut PgConnection| {
        let (state, query) = list_of(conn, &who, &asked.0)?;
        let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
        Ok((
            state,
            query,
            Offered::read(&LANGUAGE.vocabulary_of(&who.settings.fields), &name, &mut Customers::of(conn, &who))?,
        ))
    };
    let (state, query, offered) = db.read(read).await?;
    let words = LANGUAGE.vocabulary_of(&visit.who.settings.fields);
    let currency = visit.who.settings.default_currency;
    let maker = Maker { list: &state, query: &query, words: &words, currency, offered };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let is_fragment = visit.hx.wants_fragment;
    let page = FilterPage { shell: visit.shell(Place::Customers), state, form, is_fragment };
    visit.answer(&page, page.as_part())
}

/// A list that a page about it was asked for with, and its search if that is understood.
pub type Asked = (State, std::result::Result<Query, Problem>);

/// Returns the list that a page about it was asked for with. Without a view the database is not asked.
///
/// # Errors
/// When the parameters are damaged or the view is not there.
pub async fn list_asked(who: &SignedIn, asked: &FormFields, db: &Db) -> Result<Asked> {
    if view_asked(asked)?.is_none() {
        return read(who, asked, None);
    }
    let (who, asked) = (who.clone(), asked.clone());
    db.read(move |conn| list_of(conn, &who, &asked)).await
}

/// Works like [`list_asked`], together with what else is read.
///
/// # Errors
/// The same.
pub fn list_of(conn: &mut PgConnection, who: &SignedIn, asked: &FormFields) -> Result<Asked> {
    let view = view_asked(asked)?.map(|id| views::find(conn, who.account, who.staff, id, &who.home())).transpose()?;
    read(who, asked, view)
}

fn read(who: &SignedIn, asked: &FormFields, view: Option<View>) -> Result<Asked> {
    let home = who.home();
    let state = State::read(asked, view, home.clone())?;
    let query = LANGUAGE.parse(&state.q, home);
    Ok((state, query))
}
