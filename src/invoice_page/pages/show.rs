//! The page of an invoice: what it is for, what came in, how often collecting it failed, and what can be done.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::View;
use crate::{
    db::Db,
    error::Result,
    gateway, html,
    ids::InvoiceId,
    invoices::{Collects, Status},
    payments::{
        of_debt,
        row::{self, Method},
        tries,
    },
    shell::{Place, Shell, Visit},
    values::{Money, when::When},
};

/// A payment for the invoice, or a try that failed.
struct Tried {
    href: String,
    status: crate::payments::Status,
    money: Money,
    method: Option<Method>,
    is_recorded: bool,
    /// Why it failed.
    reason: Option<String>,
    at: When,
}

#[derive(Template)]
#[template(path = "invoice_page/show.html")]
struct ShowPage {
    shell: Shell,
    view: View,
    payments: Vec<Tried>,
    /// Why the last try failed, and when it is tried again.
    failure: Option<&'static str>,
    next_try: Option<When>,
}

impl ShowPage {
    fn may_collect(&self) -> bool {
        let status = self.view.invoice.status;
        let is_owed = matches!(status, Status::Open | Status::Uncollectible);
        self.shell.who.may_edit() && is_owed && self.view.running.is_none() && !self.view.is_deleted
    }

    fn may_close(&self) -> bool {
        self.shell.who.may_close_invoices() && self.view.running.is_none()
    }

    fn may_void(&self) -> bool {
        let invoice = &self.view.invoice;
        self.may_close() && matches!(invoice.status, Status::Open | Status::Uncollectible) && invoice.paid == 0
    }

    fn may_write_off(&self) -> bool {
        self.may_close() && self.view.invoice.is_open()
    }

    fn may_reopen(&self) -> bool {
        let goes_on = self.view.subscription.as_ref().is_some_and(|one| !one.is_ended());
        self.may_close() && self.view.invoice.status == Status::Uncollectible && !goes_on
    }

    fn may_edit(&self) -> bool {
        self.shell.who.may_edit() && !self.view.is_deleted
    }

    fn may_correct(&self) -> bool {
        self.may_edit() && self.view.invoice.status == Status::Void
    }

    fn is_charged(&self) -> bool {
        self.view.invoice.collects == Collects::Charge
    }
}

/// GET /invoices/{id}
pub async fn show(visit: Visit, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (view, payments) = db
        .read(move |conn| {
            let (view, who) = View::read(conn, &who, id)?;
            let (zone, now) = (&who.settings.time_zone, who.now());
            let tried = |payment: crate::payments::model::Payment| {
                let payment = payment.behind(who.curtain());
                Tried {
                    href: row::path(payment.id),
                    status: payment.status,
                    money: payment.money,
                    method: payment.paid_with.as_ref().map(Method::new),
                    is_recorded: payment.is_recorded,
                    reason: payment.failure.as_deref().map(|code| gateway::reason(code).to_owned()),
                    at: When::new(payment.created_at, zone, now),
                }
            };
            let payments = of_debt::all(conn, who.account, id)?;
            Ok((view, payments.into_iter().rev().map(tried).collect()))
        })
        .await?;
    let shell = visit.as_page().shell(Place::Invoices);
    let is_open = view.invoice.is_open();
    let failure = view.invoice.failure.clone().filter(|_| is_open).map(|code| tries::reason(&code));
    let next_try = view.invoice.next_try_at.filter(|_| is_open);
    let next_try = next_try.map(|at| When::new(at, &shell.who.settings.time_zone, shell.who.now()));
    html::html(ShowPage { shell, view, payments, failure, next_try })
}
