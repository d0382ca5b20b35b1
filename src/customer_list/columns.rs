//! The form that chooses the columns of the list and their order: a page of its own, and a panel over the list.

use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;

use super::{
    filters::list_of,
    state::{ColumnChoice, State},
};
use crate::{
    db::Db,
    error::Result,
    input::Parameters,
    search::occurring,
    search_box::List,
    shell::{Place, Shell, Visit},
};

/// The most metadata keys that are offered; another can be typed.
const MOST_KEYS: usize = 20;

#[derive(Template)]
#[template(path = "customer_list/columns.html", blocks = ["part"])]
struct ColumnsPage {
    shell: Shell,
    state: State,
    /// The columns that are shown, in order.
    shown: Vec<ColumnChoice>,
    others: Vec<ColumnChoice>,
    /// True when only the block `part` is drawn, into the panel of a list.
    is_fragment: bool,
}

/// Answers `GET /customers/columns`: the form, with the columns of the list, or with those that the form itself sent, of
/// which one moves up or down.
pub async fn show(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let read = move |conn: &mut PgConnection| {
        let (state, _) = list_of(conn, &who, &asked.0)?;
        let state = if asked.0.first("choose").is_some() { state.arranged(&asked.0)? } else { state };
        Ok((state, occurring::metadata_keys(conn, who.account)?))
    };
    let (state, keys) = db.read(read).await?;
    let (shown, others) = state.choices(keys.into_iter().take(MOST_KEYS)).into_iter().partition(|one| one.is_shown);
    let is_fragment = visit.hx.wants_fragment;
    let page = ColumnsPage { shell: visit.shell(Place::Customers), state, shown, others, is_fragment };
    visit.answer(&page, page.as_part())
}
