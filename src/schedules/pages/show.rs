//! The page of a payment schedule: its parts with what became of each, and what can be done with it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::View;
use crate::{
    db::Db,
    error::Result,
    html,
    ids::{PartId, PaymentId, ScheduleId},
    payments::{of_debt, row::search, tries},
    schedules::{Part, PartStatus, Status, model, path},
    shell::{Place, Shell, Visit},
    values::{
        Money,
        when::{When, day},
    },
};

/// A part as a line of the table.
struct Line {
    part: Part,
    on: String,
    amount: Money,
    /// Its newest payment.
    payment: Option<PaymentId>,
    /// Why the last try failed.
    failure: Option<&'static str>,
    next_try: Option<When>,
}

impl Line {
    /// Returns whether it can be changed or skipped.
    fn is_open(&self) -> bool {
        self.part.status.is_open()
    }
}

#[derive(Template)]
#[template(path = "schedules/show.html")]
struct ShowPage {
    shell: Shell,
    view: View,
    lines: Vec<Line>,
    created: When,
    ended: Option<When>,
}

impl ShowPage {
    /// Returns whether it can be changed.
    fn may_change(&self) -> bool {
        self.shell.who.may_edit() && !self.view.schedule.is_ended() && !self.view.is_deleted
    }

    /// Returns whether all that is left can be charged at once.
    fn may_pay_off(&self) -> bool {
        self.may_change() && self.view.running.is_none() && self.view.open() > 0
    }

    fn is_past_due(&self) -> bool {
        self.view.schedule.status == Status::PastDue
    }

    /// Returns the address of the payments for its parts, if there is one.
    fn payments(&self) -> Option<String> {
        let is_any = self.lines.iter().any(|line| line.payment.is_some());
        is_any.then(|| search(&format!("schedule:{}", self.view.schedule.id)))
    }

    /// Returns the day of the next charge.
    fn next_on(&self) -> Option<String> {
        self.view.schedule.next_on.map(day)
    }
}

/// GET /schedules/{id}
pub async fn show(visit: Visit, id: web::Path<ScheduleId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (view, payments) = db
        .read(move |conn| {
            let (view, who) = View::read(conn, &who, id)?;
            let parts: Vec<PartId> = view.parts.iter().map(|part| part.id).collect();
            let payments = of_debt::newest_of_parts(conn, who.account, &parts)?;
            Ok((view, payments))
        })
        .await?;
    let shell = visit.as_page().shell(Place::Schedules);
    let when = |at| When::new(at, &shell.who.settings.time_zone, shell.who.now());
    let line = |part: &Part| Line {
        on: day(part.due_on),
        amount: view.money(part),
        payment: payments.get(&part.id).copied(),
        failure: part.failure.as_deref().filter(|_| part.status == PartStatus::Failed).map(tries::reason),
        next_try: part.next_try_at.filter(|_| part.status == PartStatus::Failed).map(when),
        part: part.clone(),
    };
    let lines = view.parts.iter().map(line).collect();
    let (created, ended) = (when(view.schedule.id.created_at()), view.schedule.ended_at.map(when));
    html::html(ShowPage { view, lines, created, ended, shell })
}

/// GET /schedule_parts/{id}: leads to the page of its schedule.
pub async fn of_part(visit: Visit, id: web::Path<PartId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id) = (visit.who.account, *id);
    let schedule = db.read(move |conn| model::schedule_of(conn, account, id)).await?;
    Ok(visit.go_to(path(schedule)))
}
