//! The page of a payment: its status, its refunds, its history, and the actions that are still possible.

use super::CustomerRef;
use crate::{
    codes::Code,
    customers::part::Told,
    db::Db,
    error::{Error, Result},
    form::Sent,
    gateway::{self, Sandbox},
    history,
    ids::{AccountId, PaymentId},
    payments::{
        Status,
        debts::Owed,
        model::{self, Payment},
        refunds::{self, Refund, State},
        row::{self, Method, Row},
        settling, told,
    },
    reveal,
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Editor,
    values::{Money, when::When},
    who::SignedIn,
};
use actix_web::{HttpResponse, web};
use askama::Template;
use diesel::PgConnection;
use jiff::Timestamp;
use std::collections::HashMap;

/// The most entries of the history that are shown.
const MOST_ENTRIES: i64 = 100;

/// The most other payments of the customer that are shown.
const MOST_OTHERS: i64 = 5;

/// A payment as its page shows it.
pub struct View {
    pub payment: Payment,
    pub title: String,
    /// The payment's path, the beginning of all paths of its actions.
    pub path: String,
    /// The customer who paid, if known.
    pub whose: Option<CustomerRef>,
    /// The card or bank account.
    pub method: Option<Method>,
    /// Its refunds, newest first.
    pub refunds: Vec<RefundView>,
    /// The amount that can still be refunded.
    pub remaining: Money,
    pub created: When,
    /// The history, newest first, each entry with its time.
    pub entries: Vec<(Told, When)>,
    /// The newest other payments of the customer.
    pub others: Vec<Row>,
}

/// A refund as the page shows it.
pub struct RefundView {
    pub money: Money,
    /// The label of its state, like "Refunded".
    pub label: &'static str,
    /// The colour of its badge.
    pub tone: &'static str,
    /// The reason of the refund, and the reason of its failure.
    pub reason: Option<String>,
    /// The time the refund was asked for.
    pub at: When,
}

impl View {
    fn read(conn: &mut PgConnection, who: &SignedIn, id: PaymentId) -> Result<Self> {
        let payment = model::find(conn, who.account, id)?;
        let who = &match payment.customer {
            Some(customer) => reveal::reader(conn, who, customer)?,
            None => who.clone(),
        };
        let (account, zone, now) = (who.account, &who.settings.time_zone, who.now());
        let payment = payment.behind(who.curtain());
        let whose = payment.customer.map(|customer| CustomerRef::find(conn, who, customer)).transpose()?;
        let (refunds, remaining) = refunded(conn, account, &payment)?;
        let events = history::of_subject(conn, account, id.uuid(), None, MOST_ENTRIES)?;
        let entry = |event: history::Event| {
            let at = When::new(event.id.created_at(), zone, now);
            (told::on_its_page(&event.behind(who.curtain())), at)
        };
        let others = match payment.customer {
            Some(customer) => model::others(conn, account, customer, id, MOST_OTHERS)?,
            None => Vec::new(),
        };
        Ok(Self {
            title: row::title(&payment, zone),
            path: row::path(id),
            whose,
            method: payment.paid_with.as_ref().map(Method::new),
            refunds: refunds.into_iter().map(|refund| RefundView::new(refund, who, now)).collect(),
            remaining,
            created: When::new(payment.created_at, zone, now),
            entries: events.into_iter().map(entry).collect(),
            others: others
                .into_iter()
                .map(|other| Row::new(&other.behind(who.curtain()), &HashMap::new(), zone, now))
                .collect(),
            payment,
        })
    }

    /// Returns what is kept of the amount beside what was refunded.
    pub fn kept(&self) -> Money {
        Money::new(self.payment.money.minor - self.payment.refunded.minor, self.payment.money.currency)
    }

    /// Returns the amount of the refunds that are under way, which is kept as long as they are not done.
    pub fn being_refunded(&self) -> Money {
        Money::new(self.kept().minor - self.remaining.minor, self.payment.money.currency)
    }

    /// Returns the reason of a failure, as a sentence.
    pub fn failure(&self) -> Option<&str> {
        self.payment.failure.as_deref().map(gateway::reason)
    }

    /// Returns whether the outcome is not known yet.
    pub fn is_processing(&self) -> bool {
        self.payment.status == Status::Processing
    }

    /// Returns whether the page reloads itself until a gateway has told the outcome.
    pub fn is_awaited(&self) -> bool {
        let refunding = self.refunds.iter().any(|refund| refund.tone == "info");
        (self.is_processing() || refunding) && !self.payment.is_recorded
    }

    /// Returns whether any of the amount can be refunded.
    pub fn is_refundable(&self) -> bool {
        self.remaining.minor > 0
    }

    /// Returns whether the customer can be charged once more. What is for a debt is tried again where that is shown, since a
    /// charge of its own would not pay it.
    pub fn is_chargeable_again(&self) -> bool {
        let ended = matches!(self.payment.status, Status::Failed | Status::Canceled)
            && !(self.payment.is_recorded || self.payment.is_for_debt());
        ended && self.whose.as_ref().is_some_and(|whose| !whose.is_deleted)
    }
}

/// Returns the refunds of a payment, and the amount that can still be refunded.
pub(super) fn refunded(conn: &mut PgConnection, account: AccountId, payment: &Payment) -> Result<(Vec<Refund>, Money)> {
    // What was never paid was never given back.
    if !payment.status.is_paid() {
        return Ok((Vec::new(), Money::new(0, payment.money.currency)));
    }
    Ok((refunds::of_payment(conn, account, payment.id)?, refunds::remaining(conn, account, payment)?))
}

impl RefundView {
    fn new(refund: Refund, who: &SignedIn, now: Timestamp) -> Self {
        let at = When::new(refund.id.created_at(), &who.settings.time_zone, now);
        let (label, tone, why) = match &refund.state {
            State::Processing => ("Processing", "info", None),
            State::Succeeded => ("Refunded", "ok", None),
            State::Failed(code) => ("Failed", "bad", Some(gateway::reason(code).to_owned())),
        };
        let reason = refund.reason.as_deref().map(|reason| who.curtain().text(reason));
        let texts: Vec<String> = [reason, why].into_iter().flatten().collect();
        let reason = (!texts.is_empty()).then(|| texts.join(" · "));
        Self { money: refund.money, label, tone, reason, at }
    }
}

#[derive(Template)]
#[template(path = "payments/show.html", blocks = ["payment"])]
struct ShowPage {
    shell: Shell,
    view: View,
    /// The notice that a fragment brings along.
    toast: Option<Toast>,
}

/// GET /payments/{id}
pub async fn show(visit: Visit, id: web::Path<PaymentId>, db: web::Data<Db>) -> Result<HttpResponse> {
    page(&visit, *id, None, &db).await
}

async fn page(visit: &Visit, id: PaymentId, toast: Option<Toast>, db: &Db) -> Result<HttpResponse> {
    let looker = visit.who.clone();
    let view = db.read(move |conn| View::read(conn, &looker, id)).await?;
    let page = ShowPage { shell: visit.shell(Place::Payments), view, toast };
    visit.answer(&page, page.as_payment())
}

/// Answers a change with the payment's page and a notice of the new status.
async fn changed(visit: &Visit, id: PaymentId, db: &Db) -> Result<HttpResponse> {
    let account = visit.who.account;
    let payment = db.read(move |conn| model::find(conn, account, id)).await?;
    let toast = told(&payment);
    if visit.hx.wants_fragment { page(visit, id, Some(toast), db).await } else { visit.done(toast, row::path(id)) }
}

/// Returns the notice that tells the status of a payment.
pub fn told(payment: &Payment) -> Toast {
    let money = payment.money;
    let tone = match payment.status {
        Status::Processing => Tone::Waiting,
        Status::Failed => Tone::Bad,
        _ => Tone::Ok,
    };
    let text = match payment.status {
        Status::Processing => format!("Processing: {money} is asked for, the answer is not there yet"),
        Status::Succeeded => format!("Paid: {money}"),
        Status::Failed => match payment.failure.as_deref() {
            Some(code) if code == Code::NeverArrived.as_str() => format!("Not charged: {}", gateway::reason(code)),
            Some(code) => format!("Declined: {}", gateway::reason(code)),
            None => "The payment failed".to_owned(),
        },
        Status::Canceled => "The payment is canceled".to_owned(),
        Status::PartiallyRefunded | Status::Refunded => format!("{} of {money} is refunded", payment.refunded),
    };
    Toast::new(text).toned(tone)
}

/// POST /payments/{id}/cancellation
pub async fn cancel(
    Editor(visit): Editor,
    id: web::Path<PaymentId>,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let (account, id) = (visit.who.account, *id);
    let payment = db.read(move |conn| model::find(conn, account, id)).await?;
    if payment.status == Status::Processing {
        if payment.is_recorded {
            return Err(Error::Conflict(settling::not_cancelable()));
        }
        let gateway = gateway::of(visit.who.mode, &sandbox).ok_or_else(|| Error::Conflict(gateway::none()))?;
        settling::cancel_with(&db, gateway, **debts, visit.who.by(), id, visit.who.now()).await?;
    }
    changed(&visit, id, &db).await
}

/// POST /payments/{id}/outcome: sets the outcome of a recorded payment.
pub async fn outcome(
    Editor(visit): Editor,
    id: web::Path<PaymentId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let status = sent.typed.first("status").and_then(|text| text.parse::<Status>().ok());
    db.write(move |conn| {
        // Whose payment it is comes first.
        model::find(conn, by.account, id)?;
        let status = status.ok_or_else(|| Error::BadRequest(settling::no_outcome()))?;
        settling::note(conn, &by, id, status)
    })
    .await?;
    changed(&visit, id, &db).await
}
