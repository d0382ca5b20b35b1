//! The page of jobs that were given up.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    PAGE,
    stuck::{self, Stuck},
    words,
};
use crate::{
    customers::{identity, model::titles},
    db::Db,
    error::Result,
    html,
    ids::{CustomerId, JobId},
    jobs::lag,
    shell::{Place, Shell, Toast, Tone},
    staff::guard::Admin,
    values::when::When,
};

/// The most jobs that the page has.
const MOST: i64 = 500;

#[derive(Template)]
#[template(path = "jobs_page/index.html")]
struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
    /// True when there are more than are shown.
    has_more: bool,
    /// How late the oldest job is that nobody does, in words, when it is very late.
    late: Option<String>,
}

/// A job as the page shows it.
struct Line {
    id: JobId,
    what: String,
    waits: &'static str,
    /// The id of what it is about, and its page.
    about: (String, Option<String>),
    /// The name and the page of the customer.
    whose: Option<(String, String)>,
    why: &'static str,
    /// What the worker noted.
    noted: String,
    attempts: i32,
    since: When,
}

/// Answers `GET /settings/jobs`.
pub async fn index(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let (stuck, titles, lags) = db
        .read(move |conn| {
            let stuck = stuck::list(conn, who.account, MOST + 1)?;
            let ids: Vec<CustomerId> = stuck.iter().filter_map(|one| one.customer_id).collect();
            let titles = titles(conn, who.account, &ids, who.curtain())?;
            Ok((stuck, titles, lag::read(conn)?))
        })
        .await?;
    let shell = visit.as_page().shell(Place::Jobs);
    // Jobs are given up by the machine's time, which the account's may be ahead of.
    let (zone, now) = (&shell.who.settings.time_zone, shell.who.clock.of_machine().now());
    let line = |one: &Stuck| {
        let whose = one.customer_id.and_then(|id| Some((titles.get(&id)?.clone(), identity::path(id))));
        Line {
            id: one.id,
            what: one.kind().map_or_else(|| one.name(), |kind| words::what(kind).to_owned()),
            waits: one.kind().map_or("", words::waits),
            about: (one.about(), one.href()),
            whose,
            why: words::why(&one.error),
            noted: one.error.clone(),
            attempts: one.attempts,
            since: When::new(one.since, zone, now),
        }
    };
    let has_more = stuck.len() > MOST as usize;
    let lines = stuck.iter().take(MOST as usize).map(line).collect();
    html::html(IndexPage { lines, has_more, late: lag::very_late(&lags), shell })
}

/// Answers `POST /settings/jobs/{id}/retry`.
pub async fn retry(Admin(visit): Admin, id: web::Path<JobId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let toast = match db.write(move |conn| stuck::retry(conn, &by, id)).await {
        Ok(()) => Toast::new("It is tried again now").toned(Tone::Waiting),
        // Twice, or after a colleague: it is done or tried by now.
        Err(err) if stuck::is_gone(&err) => Toast::new("This job is not stuck any more"),
        Err(err) => return Err(err),
    };
    visit.done(toast, PAGE)
}
