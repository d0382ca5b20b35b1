//! The forms of the payments' filters, and the help on search: pages of their own, and dialogs in the list.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::state::State;
use crate::{
    error::{Error, Result},
    input::Parameters,
    payments::search::LANGUAGE,
    search_box::{
        Help, List, RangeKind, Sign,
        filter_form::{Control, Form, Maker},
    },
    shell::{Place, Shell, Visit},
};

#[derive(Template)]
#[template(path = "payments/filter.html", blocks = ["part"])]
struct FilterPage {
    shell: Shell,
    state: State,
    form: Form,
}

/// GET /payments/filters/{key}: the form that adds a filter to the list, or changes the one at `place`.
pub async fn show(visit: Visit, key: web::Path<String>, asked: Parameters) -> Result<HttpResponse> {
    let (state, who) = (State::read(&asked.0)?, &visit.who);
    let (zone, currency) = (&who.settings.time_zone, who.settings.default_currency);
    let query = LANGUAGE.parse(&state.q, who.settings.home());
    let query = query.map_err(|problem| Error::BadRequest(problem.into()))?;
    let place = asked.0.filled("place").map(|place| place.parse::<usize>().map_err(|_| Error::NotFound)).transpose()?;
    let words = LANGUAGE.vocabulary();
    let maker = Maker { list: &state, query: &query, words: &words, zone, currency, now: Timestamp::now() };
    let form = maker.form(&key, place).ok_or(Error::NotFound)?;
    let page = FilterPage { shell: visit.shell(Place::Payments), state, form };
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
    let (state, home) = (State::read(&asked.0)?, visit.who.settings.home());
    // To what is not understood nothing can be added.
    let query = LANGUAGE.parse(&state.q, home).unwrap_or_default();
    let help = Help::all(&state, &query, home, &LANGUAGE.vocabulary(), &SIGNS);
    let page = HelpPage { shell: visit.shell(Place::Payments), state, help };
    visit.answer(&page, page.as_part())
}
