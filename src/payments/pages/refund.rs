//! Refunding a payment, as a dialog and as a page.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    Why,
    show::{self, refunded},
};
use crate::{
    db::Db,
    error::{Error, Result},
    form::Form,
    gateway::{self, Sandbox},
    html::{self, Hx},
    idempotency::OneTimeKey,
    ids::{AccountId, PaymentId},
    input::{Pairs, Typed},
    payments::{
        input,
        model::{self, Payment},
        refunds::{self, NewRefund, State},
        row,
    },
    shell::{Place, Shell, Toast},
    staff::guard::Admin,
    values::Money,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "payments/refund.html", blocks = ["dialog"])]
struct RefundPage {
    shell: Shell,
    path: String,
    title: String,
    payment: Payment,
    remaining: Money,
    form: Form,
    key: String,
    /// What contradicts what is stored.
    conflict: Option<String>,
}

impl RefundPage {
    /// What is typed, else all that is left.
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

async fn form(
    who: SignedIn,
    hx: Hx,
    id: PaymentId,
    session: &Session,
    db: &Db,
    typed: Pairs,
    why: Why,
) -> Result<HttpResponse> {
    let (payment, remaining) = read(db, who.account, id).await?;
    let page = RefundPage {
        key: typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned),
        shell: Shell::new(who, hx, session, Place::Payments),
        path: row::path(id),
        title: row::title(&payment),
        payment,
        remaining,
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
    };
    if hx.wants_fragment {
        html::with_status(why.status, page.as_dialog())
    } else {
        html::with_status(why.status, page)
    }
}

/// GET /payments/{id}/refunds/new
pub async fn new(
    who: Admin,
    hx: Hx,
    id: web::Path<PaymentId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    form(who.0, hx, *id, &session, &db, Pairs::default(), Why::opened()).await
}

/// POST /payments/{id}/refunds
pub async fn refund(
    who: Admin,
    hx: Hx,
    id: web::Path<PaymentId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
) -> Result<HttpResponse> {
    let (who, id, typed) = (who.0, *id, typed.0);
    // A form that waited for a sign-in: the form again, nothing refunded.
    if typed.filled("review").is_some() {
        return form(who, hx, id, &session, &db, typed, Why::opened()).await;
    }
    let key = OneTimeKey::of(&typed)?.map(|key| key.about(id.uuid()));
    let (payment, _) = read(&db, who.account, id).await?;
    let asked = match input::refund(&typed, payment.money.currency) {
        Ok(asked) => asked,
        Err(errors) => return form(who, hx, id, &session, &db, typed, Why::invalid(errors)).await,
    };
    let gateway = gateway::of(who.mode, &sandbox);
    if gateway.is_none() && !payment.is_recorded {
        return Err(Error::Conflict(show::NO_GATEWAY.into()));
    }
    let new = NewRefund { payment: id, amount: asked.money.minor, reason: asked.reason };
    match refunds::make(&db, gateway, who.by(), new, key, Timestamp::now()).await {
        Ok(refund) => {
            let account = who.account;
            let refund = db.read(move |conn| refunds::find(conn, account, refund)).await?;
            let money = refund.money;
            let text = match refund.state {
                State::Processing => format!("The refund of {money} is processing"),
                State::Succeeded => format!("{money} is refunded"),
                State::Failed(code) => format!("The refund of {money} failed: {}", gateway::reason(&code)),
            };
            Toast::new(text).keep(&session)?;
            Ok(html::go_to(hx, row::path(id)))
        }
        Err(Error::Conflict(sentence)) => form(who, hx, id, &session, &db, typed, Why::conflict(sentence)).await,
        Err(err) => Err(err),
    }
}
