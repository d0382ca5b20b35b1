//! The page of an endpoint: how it is, and what was sent to it.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

use super::{badge, delivery, is_good, outcome};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    html::html,
    ids::EndpointId,
    input::{FormFields, Parameters},
    paging::{Cursor, CursorError, Direction, Limit},
    search_box::address,
    shell::{Place, Shell},
    staff::guard::Admin,
    values::when::When,
    webhooks::{
        deliveries::{self, Delivery, NEWEST, Status},
        model::{self, Endpoint},
        path, subjects,
        words::{self, State},
    },
};

/// A delivery in the log.
struct Line {
    path: String,
    /// The type of the event, in two parts between which a line may break.
    kind: (String, String),
    subject: String,
    badge: (&'static str, &'static str),
    tries: usize,
    /// What came of the last try, and whether it was received.
    last: Option<(String, bool)>,
    next: Option<When>,
    when: When,
}

impl Line {
    fn new(endpoint: EndpointId, one: &Delivery, zone: &TimeZone, now: Timestamp) -> Self {
        let when = |at| When::new(at, zone, now);
        Self {
            path: delivery::path(endpoint, one.event),
            kind: one
                .kind
                .rsplit_once('.')
                .map_or_else(Default::default, |(what, did)| (format!("{what}."), did.to_owned())),
            subject: subjects::of(&one.kind).map(|subject| subject.id(one.subject)).unwrap_or_default(),
            badge: badge(one.status),
            tries: one.tries.len(),
            last: one.tries.last().map(|last| (outcome(last), is_good(last))),
            next: one.due_at.filter(|at| *at > now).map(when),
            when: when(one.created_at),
        }
    }
}

#[derive(Template)]
#[template(path = "webhooks/show.html")]
struct ShowPage {
    shell: Shell,
    path: String,
    one: Endpoint,
    state: State,
    /// Until when the secret before signs too.
    old_until: Option<When>,
    created: When,
    status: Option<Status>,
    lines: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

impl ShowPage {
    fn name(&self) -> &str {
        words::name(&self.one.wish.url)
    }

    fn wants_all(&self) -> bool {
        self.one.wish.types == ["*"]
    }

    /// Returns the tabs: name, address, and true for the current one.
    fn tabs(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        let of = |status: Option<Status>| {
            let name = status.map_or("All", |status| badge(status).1);
            (name, href(self.one.id, status, None), status == self.status)
        };
        std::iter::once(None).chain(Status::ALL.into_iter().map(Some)).map(of)
    }

    /// Returns how many there are, as far as this page knows: "1 delivery", "25+ deliveries".
    fn count(&self) -> String {
        match (self.lines.len(), self.previous.is_some() || self.next.is_some()) {
            (1, false) => "1 delivery".to_owned(),
            (count, false) => format!("{count} deliveries"),
            (count, true) => format!("{count}+ deliveries"),
        }
    }
}

/// Returns the address of the log from a place on.
fn href(id: EndpointId, status: Option<Status>, place: Option<(&str, Cursor)>) -> String {
    let status = status.map(|status| ("status", status.as_str().to_owned()));
    let place = place.map(|(name, cursor)| (name, cursor.to_string()));
    address(&path(id), &status.into_iter().chain(place).collect::<Vec<_>>())
}

/// Reads what is asked for.
fn asked_of(pairs: &FormFields) -> Result<(Option<Status>, Direction)> {
    let unknown = || {
        let sentence = "The status is “waiting”, “succeeded”, “failed” or “skipped”.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    };
    let status = pairs.filled("status").map(|word| Status::parse(word).ok_or_else(unknown)).transpose()?;
    let refuse = |err: CursorError| Error::BadRequest(err.into());
    let direction = Direction::parse(pairs.filled("after"), pairs.filled("before"), NEWEST).map_err(refuse)?;
    Ok((status, direction))
}

/// GET /settings/webhooks/{id}
pub async fn show(
    Admin(visit): Admin,
    id: web::Path<EndpointId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (status, direction) = asked_of(&asked.0)?;
    let (account, id) = (visit.who.account, *id);
    let (one, page) = db
        .read(move |conn| {
            let one = model::find(conn, account, id)?;
            let page =
                |conn: &mut _, direction: &_| deliveries::page(conn, account, id, status, direction, Limit::SCREEN);
            let asked = page(conn, &direction)?;
            // Behind the last rows the first page is meant.
            let is_beyond = asked.items.is_empty() && direction != Direction::First;
            Ok((one, if is_beyond { page(conn, &Direction::First)? } else { asked }))
        })
        .await?;
    let who = &visit.who;
    let (zone, machine) = (who.settings.time_zone.clone(), who.clock.of_machine().now());
    let old_until = one.secrets.old.as_ref().map(|(_, until)| *until).filter(|until| *until > machine);
    let place = |name, cursor: Option<Cursor>| cursor.map(|cursor| href(id, status, Some((name, cursor))));
    html(ShowPage {
        path: path(id),
        state: State::of(&one, &zone, machine),
        old_until: old_until.map(|until| When::new(until, &zone, machine)),
        created: When::new(one.created_at, &zone, who.now()),
        status,
        previous: place("before", page.previous_cursor(Delivery::place)),
        next: place("after", page.next_cursor(Delivery::place)),
        lines: page.items.iter().map(|delivery| Line::new(id, delivery, &zone, machine)).collect(),
        one,
        shell: visit.as_page().shell(Place::Webhooks),
    })
}
