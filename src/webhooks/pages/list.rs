//! The list of endpoints. There are few.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::{
    attention::Counted,
    db::Db,
    error::Result,
    html::html,
    ids::EndpointId,
    shell::{Place, Shell},
    staff::guard::Admin,
    webhooks::{
        deliveries::{self, Status},
        model::{self, Endpoint, MOST},
        path,
        words::{self, State},
    },
};

/// An endpoint in the list.
struct Line {
    path: String,
    url: String,
    description: Option<String>,
    events: String,
    state: State,
    waiting: Counted,
    failed: Counted,
}

#[derive(Template)]
#[template(path = "webhooks/index.html")]
struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
}

impl IndexPage {
    fn is_full(&self) -> bool {
        i64::try_from(self.lines.len()).is_ok_and(|count| count >= MOST)
    }
}

/// GET /settings/webhooks
pub async fn index(Admin(visit): Admin, db: web::Data<Db>) -> Result<HttpResponse> {
    let account = visit.who.account;
    let (all, counts) =
        db.read(move |conn| Ok((model::all(conn, account)?, deliveries::counts(conn, account)?))).await?;
    let (zone, now) = (visit.who.settings.time_zone.clone(), visit.who.clock.of_machine().now());
    let counts: HashMap<(EndpointId, Status), i64> = counts.into_iter().collect();
    let line = |one: Endpoint| {
        let count = |status| Counted(counts.get(&(one.id, status)).copied().unwrap_or_default());
        Line {
            path: path(one.id),
            events: words::types(&one.wish.types),
            state: State::of(&one, &zone, now),
            waiting: count(Status::Waiting),
            failed: count(Status::Failed),
            url: one.wish.url,
            description: one.wish.description,
        }
    };
    let lines = all.into_iter().map(line).collect();
    html(IndexPage { shell: visit.as_page().shell(Place::Webhooks), lines })
}
