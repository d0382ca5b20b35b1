//! The page of a subscription: what it costs, what comes next, its invoices, and what can be done with it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{Coming, View, day};
use crate::{
    db::Db,
    error::Result,
    html,
    ids::SubscriptionId,
    invoices::{self, Invoice},
    paging::Limit,
    shell::{Place, Shell, Visit},
    subscriptions::{Status, Subscription, status::EndReason},
    values::{Money, when::When},
};

#[derive(Template)]
#[template(path = "subscriptions/show.html")]
struct ShowPage {
    shell: Shell,
    view: View,
    coming: Vec<Coming>,
    invoices: Vec<Invoice>,
    created: When,
    ended: Option<When>,
    pay_until: Option<When>,
}

impl ShowPage {
    /// Returns whether it can be changed.
    fn may_change(&self) -> bool {
        self.shell.who.may_edit() && !self.view.subscription.is_ended() && !self.view.is_deleted
    }

    fn may_change_amount(&self) -> bool {
        let is = &self.view.subscription;
        self.may_change() && is.status != Status::Incomplete && is.ends_on.is_none()
    }

    fn may_move(&self) -> bool {
        let is = &self.view.subscription;
        self.may_change() && is.next_on.is_some() && is.ends_on.is_none()
    }

    fn may_keep(&self) -> bool {
        self.may_change() && self.view.subscription.ends_on.is_some()
    }

    fn is_charged(&self) -> bool {
        self.view.subscription.days_until_due.is_none()
    }

    fn monthly(&self) -> Money {
        Money::new(self.view.subscription.monthly, self.view.subscription.currency)
    }

    /// Returns the days of the period it is in.
    fn period(&self) -> Option<String> {
        let is = &self.view.subscription;
        let (from, until) = (is.period_from?, is.period_until?);
        Some(invoices::collecting::days(from, until))
    }

    /// Returns why it has ended.
    fn end_reason(&self) -> Option<&'static str> {
        Some(match self.view.subscription.end_reason? {
            EndReason::ByStaff => "It was canceled.",
            EndReason::PeriodEnd => "Its last period is over.",
            EndReason::Unpaid => "It was not paid.",
            EndReason::NeverPaid => "Its first invoice was not paid.",
            EndReason::CustomerDeleted => "Its customer was deleted.",
        })
    }
}

/// Returns what is said beside the status of a subscription, if anything is.
pub fn besides(is: &Subscription) -> Option<String> {
    if is.is_ended() {
        return None;
    }
    let ends = is.ends_on.map(|end| format!("ends {}", day(end)));
    let stands = is.given_up_on.map(|since| format!("stands still since {}", day(since)));
    stands.or(ends)
}

/// GET /subscriptions/{id}
pub async fn show(visit: Visit, id: web::Path<SubscriptionId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, id) = (visit.who.clone(), *id);
    let (view, invoices) = db
        .read(move |conn| {
            let (view, who) = View::read(conn, &who, id)?;
            let invoices = invoices::model::newest_of(conn, who.account, id, Limit::PANEL)?;
            Ok((view, invoices.into_iter().map(|invoice| invoice.behind(who.curtain())).collect::<Vec<_>>()))
        })
        .await?;
    let coming = view.subscription.upcoming(5)?.iter().map(Coming::new).collect();
    let shell = visit.as_page().shell(Place::Customers);
    let when = |at| When::new(at, &shell.who.settings.time_zone, shell.who.now());
    let (created, ended) = (when(view.subscription.id.created_at()), view.subscription.ended_at.map(when));
    let pay_until = view.subscription.pay_until.map(when);
    html::html(ShowPage { view, coming, invoices, created, ended, pay_until, shell })
}
