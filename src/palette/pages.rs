//! The palette's answers: a listbox for the dialog, and a page of links.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::model::{self, Found, Target};
use crate::{
    db::Db,
    error::Result,
    html::html,
    ids::CustomerId,
    input::Parameters,
    shell::{Place, Shell, Visit},
    values::text,
};

/// The most customers who are offered because they were opened last.
const MOST_RECENT: usize = 6;

#[derive(Template)]
#[template(path = "palette/index.html")]
struct IndexPage {
    shell: Shell,
    q: String,
    found: Found,
}

#[derive(Template)]
#[template(path = "palette/results.html")]
struct ResultsFragment {
    q: String,
    found: Found,
}

/// GET /palette
pub async fn index(visit: Visit, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let q = text::searched(asked.0.first("q").unwrap_or_default());
    let recent = asked.0.first("recent").unwrap_or_default();
    let recent: Vec<CustomerId> = recent.split(',').filter_map(|id| id.parse().ok()).take(MOST_RECENT).collect();
    let (asker, words) = (visit.who.clone(), q.clone());
    let found = db.search(asker.searcher(), move |conn| model::find(conn, &asker, &words, &recent)).await?;
    if visit.hx.wants_fragment {
        return html(ResultsFragment { q, found });
    }
    html(IndexPage { shell: visit.shell(Place::Palette), q, found })
}
