//! The form that refunds a payment, as a dialog and as a page.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::show::refunded;
use crate::{
    db::Db,
    error::{Error, Result},
    form::{Form, Sent, Why},
    gateway::{self, Sandbox},
    ids::{AccountId, PaymentId},
    input::FormFields,
    payments::{
        Status, input,
        model::{self, Payment},
        refunds::{self, NewRefund, Refund, State},
        row,
    },
    shell::{Place, Shell, Toast, Tone, Visit},
    staff::guard::Admin,
    values::Money,
};

#[derive(Template)]
#[template(path = "payments/refund.html", blocks = ["dialog"])]
struct RefundPage {
    shell: Shell,
    path: String,
    title: String,
    payment: Payment,
    /// The card or bank account.
    method: Option<row::Method>,
    remaining: Money,
    form: Form,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl RefundPage {
    /// Returns whether anything of the payment can be refunded.
    fn is_refundable(&self) -> bool {
        self.remaining.minor > 0
    }

    /// Returns the sentence for a payment of which nothing can be refunded.
    fn nothing_left(&self) -> String {
        let money = self.payment.money;
        match self.payment.status {
            Status::Refunded => format!("All of it is refunded: {money}."),
            status if status.is_paid() => format!("All that is left of {money} is being refunded."),
            status => format!("Nothing was paid: the payment is {}.", status.label().to_lowercase()),
        }
    }

    /// Returns the typed amount, or else the whole remaining amount.
    fn amount(&self) -> String {
        if self.form.has("amount") { self.form.text("amount").to_owned() } else { self.remaining.plain() }
    }
}

async fn read(db: &Db, account: AccountId, id: PaymentId) -> Result<(Payment, Money)> {
    db.read(move |conn| {
        let payment = model::find(conn, account, id)?;
        let (_, remaining) = refunded(conn, account, &payment)?;
        Ok((payment, remaining))
    })
    .await
}

async fn form(visit: &Visit, id: PaymentId, typed: FormFields, why: Why, db: &Db) -> Result<HttpResponse> {
    let (payment, remaining) = read(db, visit.who.account, id).await?;
    let page = RefundPage {
        shell: visit.shell(Place::Payments),
        path: row::path(id),
        title: row::title(&payment, &visit.who.settings.time_zone),
        method: payment.paid_with.as_ref().map(row::Method::new),
        payment,
        remaining,
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
    };
    visit.answer_with(why.status, &page, page.as_dialog())
}

/// GET /payments/{id}/refunds/new
pub async fn new(Admin(visit): Admin, id: web::Path<PaymentId>, db: web::Data<Db>) -> Result<HttpResponse> {
    form(&visit, *id, FormFields::default(), Why::opened(), &db).await
}

/// POST /payments/{id}/refunds
pub async fn refund(
    Admin(visit): Admin,
    id: web::Path<PaymentId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (id, account) = (*id, visit.who.account);
    if sent.is_review() {
        return form(&visit, id, sent.typed, Why::opened(), &db).await;
    }
    let key = sent.key_about(id.uuid())?;
    let (payment, _) = read(&db, account, id).await?;
    let asked = match input::refund(&sent.typed, payment.money.currency) {
        Ok(asked) => asked,
        Err(errors) => return form(&visit, id, sent.typed, Why::invalid(errors), &db).await,
    };
    let gateway = gateway::of(visit.who.mode, &sandbox);
    if gateway.is_none() && !payment.is_recorded {
        return Err(Error::Conflict(gateway::none()));
    }
    let new = NewRefund { payment: id, amount: Some(asked.money.minor), reason: asked.reason };
    match refunds::make(&db, gateway, visit.who.by(), new, key, visit.who.now()).await {
        Ok(refund) => {
            let refund = db.read(move |conn| refunds::find(conn, account, refund)).await?;
            visit.done(told(&refund), row::path(id))
        }
        Err(Error::Conflict(reason)) => form(&visit, id, sent.typed, Why::conflict(reason.sentence), &db).await,
        Err(err) => Err(err),
    }
}

/// Returns the notice that tells the outcome of a refund.
fn told(refund: &Refund) -> Toast {
    let money = refund.money;
    let (tone, text) = match &refund.state {
        State::Processing => (Tone::Waiting, format!("The refund of {money} is processing")),
        State::Succeeded => (Tone::Ok, format!("{money} is refunded")),
        State::Failed(code) => (Tone::Bad, format!("The refund of {money} failed: {}", gateway::reason(code))),
    };
    Toast::new(text).toned(tone)
}
