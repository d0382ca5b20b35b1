//! The page of a delivery: an event that is sent to an endpoint, what came of each try, and what is sent.

use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{badge, is_good, outcome, page_of};
use crate::{
    db::Db,
    error::Result,
    ids::{EndpointId, EventId},
    shell::{Place, Shell},
    staff::guard::Admin,
    values::when::When,
    webhooks::{
        deliveries::{self, Delivery, KEPT},
        model::{self, Endpoint},
        subjects, words,
    },
};

/// How near a try is that is worth waiting for on the page.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// Returns the path of a delivery's page.
pub fn path(endpoint: EndpointId, event: EventId) -> String {
    format!("{}/deliveries/{event}", super::path(endpoint))
}

/// A try as the page shows it.
struct Line {
    number: i16,
    outcome: String,
    is_good: bool,
    /// Whether there was an answer, so that what came of it is a number.
    is_answered: bool,
    when: When,
    took: i32,
    is_extra: bool,
    answer: String,
}

#[derive(Template)]
#[template(path = "webhooks/delivery.html", blocks = ["delivery"])]
struct DeliveryPage {
    shell: Shell,
    path: String,
    endpoint_path: String,
    endpoint: Endpoint,
    one: Delivery,
    /// The id of what the event is about, and its page.
    subject: (String, Option<String>),
    happened: When,
    next: Option<When>,
    /// Whether it will be tried in a moment, so that the page looks again by itself.
    is_soon: bool,
    may_send: bool,
    tries: Vec<Line>,
    /// What is sent, in lines; nothing as long as it was not sent.
    body: Option<String>,
}

impl DeliveryPage {
    fn name(&self) -> &str {
        words::name(&self.endpoint.wish.url)
    }

    fn badge(&self) -> (&'static str, &'static str) {
        badge(self.one.status)
    }
}

/// Returns the tries as the page shows them, the last first.
fn lines(one: &Delivery, zone: &TimeZone, machine: Timestamp) -> Vec<Line> {
    let line = |one: &deliveries::Try| Line {
        number: one.number,
        outcome: outcome(one),
        is_good: is_good(one),
        is_answered: one.code.is_some(),
        when: When::new(one.at, zone, machine),
        took: one.took_ms,
        is_extra: one.is_extra,
        answer: one.answer.clone(),
    };
    one.tries.iter().rev().map(line).collect()
}

/// GET /settings/webhooks/{id}/deliveries/{event}
pub async fn show(
    Admin(visit): Admin,
    ids: web::Path<(EndpointId, EventId)>,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (account, (id, event)) = (visit.who.account, *ids);
    let (endpoint, one, message) = db
        .read(move |conn| {
            let endpoint = model::find(conn, account, id)?;
            let one = deliveries::find(conn, account, id, event)?;
            Ok((endpoint, one, deliveries::messages(conn, account, &[event])?.pop()))
        })
        .await?;
    let who = &visit.who;
    let (zone, machine) = (who.settings.time_zone.clone(), who.clock.of_machine().now());
    let subject = subjects::of(&one.kind).map(|subject| subject.id(one.subject)).unwrap_or_default();
    let page = DeliveryPage {
        path: path(id, event),
        endpoint_path: super::path(id),
        subject: (subject, page_of(&one.kind, one.subject)),
        happened: When::new(event.created_at(), &zone, who.now()),
        next: one.due_at.map(|at| When::new(at, &zone, machine)),
        is_soon: one.due_at.is_some_and(|at| at.duration_since(machine).abs() < SOON),
        may_send: who.now().duration_since(event.created_at()) <= KEPT,
        tries: lines(&one, &zone, machine),
        body: message.map(|(_, body)| words::lines(&body)),
        endpoint,
        one,
        shell: visit.shell(Place::Webhooks),
    };
    visit.answer(&page, page.as_delivery())
}
