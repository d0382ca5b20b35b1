//! The palette's answers: a listbox for the dialog, and a page of links.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::model::{self, Found, Target};
use crate::{
    db::Db,
    error::Result,
    html::html,
    input::Parameters,
    shell::{Place, Shell, Visit},
    values::text,
};

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
    let (asker, words) = (visit.who.clone(), q.clone());
    let found = db.search(asker.searcher(), move |conn| model::find(conn, &asker, &words)).await?;
    if visit.hx.wants_fragment {
        return html(ResultsFragment { q, found });
    }
    html(IndexPage { shell: visit.shell(Place::Palette), q, found })
}
