//! What is done with an invoice, each on a page of its own that says what follows: charge it, record what was paid
//! elsewhere, void it, write it off.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{View, settle};
use crate::{
    db::Db,
    error::{Error, Result},
    events::By,
    form::{Form, Sent, Why},
    gateway::{self, Sandbox},
    html, idempotency,
    ids::{InvoiceId, MethodId, PaymentId},
    input::{FieldErrors, FormFields},
    invoices::{self, Invoice},
    payment_methods::{input::without_number, model as payment_methods},
    payments::{self, charging::verified, debts::Owed, input},
    shell::{Place, Shell, Toast, Visit},
    staff::guard::{Admin, Editor},
    subscriptions::{
        Subscription,
        closing::{self, PaidElsewhere},
    },
    values::{Money, expiry},
};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Charge,
    Record,
    Void,
    WriteOff,
}

impl Act {
    fn path(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Record => "payment",
            Self::Void => "voiding",
            Self::WriteOff => "write_off",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Charge => "Charge now",
            Self::Record => "Record a payment",
            Self::Void => "Void",
            Self::WriteOff => "Write off",
        }
    }

    fn refused(self) -> &'static str {
        match self {
            Self::Charge => "Nothing was charged",
            Self::Record => "Nothing was recorded",
            Self::Void | Self::WriteOff => "Nothing was changed",
        }
    }

    /// Returns what it does, as a sentence.
    fn does(self, invoice: &Invoice) -> String {
        let left = invoice.left();
        match self {
            Self::Charge => format!("All that is open is charged at once: {left}."),
            Self::Record => format!("{left} is open. What came in elsewhere is noted, all of it or a part."),
            Self::Void => {
                "It was a mistake: nothing of it is owed. It keeps its number and says VOID. This cannot be undone."
                    .into()
            }
            Self::WriteOff => {
                format!("Nobody tries to collect {left} any more. It can still be paid, and this taken back.")
            }
        }
    }

    /// Returns what follows for the subscription that it bills, and for the invoice that waits behind this one.
    fn follows(self, invoice: &Invoice, subscription: &Subscription, waiting: Option<&Invoice>) -> String {
        let name = &subscription.name;
        let pays = matches!(self, Self::Charge | Self::Record);
        let is_last = invoice.is_unpaid() && subscription.unpaid == 1;
        let stood_still = match subscription.given_up_on {
            Some(_) => " What began while it stood still is not billed.",
            None => "",
        };
        let follows = match () {
            () if subscription.is_ended() => format!("{name} has ended and stays so."),
            () if subscription.pay_until.is_some() && pays => format!("{name} begins when all of it is paid."),
            () if subscription.pay_until.is_some() => {
                format!("{name} waits for this first payment, so it is canceled with it.")
            }
            () if is_last && pays => format!("{name} is active again when all of it is paid.{stood_still}"),
            () if pays => format!("{name} goes on as it is."),
            () if is_last && waiting.is_none() => {
                format!("Nothing of {name} is unpaid then: it is active again.{stood_still}")
            }
            () => format!("{name} goes on. The periods of this invoice are not billed again by themselves."),
        };
        match waiting.filter(|_| !subscription.is_ended() && subscription.pay_until.is_none()) {
            Some(next) => {
                format!("{follows} {} of invoice {} is charged then, which waits for it.", next.left(), next.number)
            }
            None => follows,
        }
    }
}

/// A method of the wallet to choose.
struct Choosable {
    id: MethodId,
    title: String,
    is_expired: bool,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "invoice_page/act.html")]
struct ActPage {
    shell: Shell,
    act: Act,
    view: View,
    wallet: Vec<Choosable>,
    by_token: bool,
    has_gateway: bool,
    today: String,
    form: Form,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

async fn form(visit: Visit, id: InvoiceId, act: Act, (typed, why): (FormFields, Why), db: &Db) -> Result<HttpResponse> {
    let who = visit.who.clone();
    let today = expiry::today(who.now(), &who.settings.time_zone);
    let chosen = typed.filled("method").map(str::to_owned);
    let (view, methods) = db
        .read(move |conn| {
            let (view, who) = View::read(conn, &who, id)?;
            let methods = match act {
                Act::Charge => payment_methods::of_customer(conn, who.account, view.invoice.customer_id)?,
                _ => Vec::new(),
            };
            Ok((view, methods.into_iter().map(|method| method.behind(who.curtain())).collect::<Vec<_>>()))
        })
        .await?;
    let is_chosen = |method: &payment_methods::Method| match (&chosen, view.invoice.method_id) {
        (Some(chosen), _) => *chosen == method.id.to_string(),
        (None, Some(own)) => own == method.id,
        (None, None) => method.is_default,
    };
    let choosable = |method: payment_methods::Method| Choosable {
        id: method.id,
        title: method.title(),
        is_expired: method.is_expired(today),
        is_chosen: is_chosen(&method),
    };
    let wallet: Vec<Choosable> = methods.into_iter().map(choosable).collect();
    let page = ActPage {
        act,
        by_token: !wallet.iter().any(|one| one.is_chosen),
        wallet,
        has_gateway: gateway::has(visit.who.mode),
        today: today.to_string(),
        form: Form::new(typed, why.errors),
        conflict: why.conflict,
        shell: visit.as_page().shell(Place::Invoices),
        view,
    };
    html::with_status(why.status, page)
}

async fn opened(visit: Visit, id: InvoiceId, act: Act, db: &Db) -> Result<HttpResponse> {
    form(visit, id, act, (FormFields::default(), Why::opened()), db).await
}

/// GET /invoices/{id}/charge
pub async fn charging(Editor(visit): Editor, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Charge, &db).await
}

/// GET /invoices/{id}/payment
pub async fn recording(Editor(visit): Editor, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Record, &db).await
}

/// GET /invoices/{id}/voiding
pub async fn voiding(Admin(visit): Admin, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::Void, &db).await
}

/// GET /invoices/{id}/write_off
pub async fn writing_off(Admin(visit): Admin, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    opened(visit, *id, Act::WriteOff, &db).await
}

/// POST /invoices/{id}/charge
pub async fn charge(
    Editor(visit): Editor,
    id: web::Path<InvoiceId>,
    sent: Sent,
    db: web::Data<Db>,
    sandbox: web::Data<Sandbox>,
    debts: web::Data<Owed>,
) -> Result<HttpResponse> {
    let id = *id;
    // What is a card's number is not kept, not even to be shown again.
    let (sent, had_number) = sent.split(without_number);
    let (account, key) = (visit.who.account, sent.key_about(id.uuid())?);
    db.read(move |conn| crate::invoices::model::find(conn, account, id)).await?;
    if sent.is_review() {
        return form(visit, id, Act::Charge, (sent.typed, Why::opened()), &db).await;
    }
    let gateway = gateway::of(visit.who.mode, &sandbox).ok_or_else(|| Error::Conflict(gateway::none()))?;
    let mut errors = FieldErrors::default();
    if had_number {
        let sentence = "This is a card number. Never type one here: make a token of it first.";
        errors.add(input::TOKEN, "Token", crate::codes::Code::CardNumberInText.says(sentence));
    }
    let source = input::source(&sent.typed, &mut errors);
    let Some(source) = source.filter(|_| errors.is_empty()) else {
        return form(visit, id, Act::Charge, (sent.typed, Why::invalid(errors)), &db).await;
    };
    let now = visit.who.now();
    let known = match verified(gateway, account, &source, now).await {
        Err(Error::Conflict(reason)) => {
            let errors = FieldErrors::of(input::TOKEN, "Token", reason);
            return form(visit, id, Act::Charge, (sent.typed, Why::invalid(errors)), &db).await;
        }
        known => known?,
    };
    let (payment, author) = (PaymentId::at(now), visit.who.by());
    let begun = db.write(move |conn| {
        let made = idempotency::take(conn, account, key.as_ref(), payment.uuid())?;
        if made.is_none() {
            closing::charge(conn, &author, id, payment, (source, known))?;
        }
        Ok(made.map_or(payment, PaymentId::from_uuid))
    });
    let payment = match begun.await {
        Err(Error::Conflict(reason)) => {
            return form(visit, id, Act::Charge, (sent.typed, Why::conflict(reason.sentence)), &db).await;
        }
        begun => begun?,
    };
    settle(&visit, payment, &db, &sandbox, **debts).await;
    let payment = db.read(move |conn| payments::model::find(conn, account, payment)).await?;
    visit.done(payments::pages::show::told(&payment), invoices::path(id))
}

/// POST /invoices/{id}/payment
pub async fn record(
    Editor(visit): Editor,
    id: web::Path<InvoiceId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (id, account) = (*id, visit.who.account);
    let key = sent.key_about(id.uuid())?;
    let invoice = db.read(move |conn| crate::invoices::model::find(conn, account, id)).await?;
    if sent.is_review() {
        return form(visit, id, Act::Record, (sent.typed, Why::opened()), &db).await;
    }
    let (now, zone) = (visit.who.now(), &visit.who.settings.time_zone);
    let mut errors = FieldErrors::default();
    let amount = sent.typed.filled("amount").map(|raw| Money::parse(raw, invoice.currency)).transpose();
    let amount = errors.note("amount", "Amount", amount).flatten();
    let at = errors.note("paid_on", "Paid on", input::moment(sent.typed.filled("paid_on"), zone, now));
    let reference = input::line(&sent.typed, "reference", "Reference of the payment", &mut errors);
    let Some(at) = at.filter(|_| errors.is_empty()) else {
        return form(visit, id, Act::Record, (sent.typed, Why::invalid(errors)), &db).await;
    };
    let (by, minor) = (visit.who.by(), amount.map(|amount| amount.minor));
    let recorded = db.write(move |conn| {
        if idempotency::take(conn, account, key.as_ref(), id.uuid())?.is_none() {
            closing::record(conn, &by, id, PaidElsewhere { amount: minor, at, reference })?;
        }
        Ok(())
    });
    match recorded.await {
        Err(Error::Conflict(reason)) => {
            form(visit, id, Act::Record, (sent.typed, Why::conflict(reason.sentence)), &db).await
        }
        Err(err) => Err(err),
        Ok(()) => {
            // Without an amount it was all that was open, which a second click finds paid.
            let told = amount.map_or_else(|| "The payment".to_owned(), |amount| amount.to_string());
            visit.done(Toast::new(format!("{told} is recorded for {}", invoice.number)), invoices::path(id))
        }
    }
}

/// POST /invoices/{id}/voiding
pub async fn void(
    Admin(visit): Admin,
    id: web::Path<InvoiceId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    close(visit, *id, sent, (Act::Void, closing::void, "is void"), &db).await
}

/// POST /invoices/{id}/write_off
pub async fn write_off(
    Admin(visit): Admin,
    id: web::Path<InvoiceId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    close(visit, *id, sent, (Act::WriteOff, closing::write_off, "is written off"), &db).await
}

/// POST /invoices/{id}/reopening: takes back that it is written off.
pub async fn reopen(Admin(visit): Admin, id: web::Path<InvoiceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let invoice = db.write(move |conn| closing::reopen(conn, &by, id)).await?;
    visit.done(Toast::new(format!("{} is open again", invoice.number)), invoices::path(id))
}

type Closing = fn(&mut diesel::PgConnection, &By, InvoiceId) -> Result<Invoice>;

async fn close(
    visit: Visit,
    id: InvoiceId,
    sent: Sent,
    (act, close, is): (Act, Closing, &str),
    db: &Db,
) -> Result<HttpResponse> {
    if sent.is_review() {
        return form(visit, id, act, (sent.typed, Why::opened()), db).await;
    }
    let by = visit.who.by();
    match db.write(move |conn| close(conn, &by, id)).await {
        Err(Error::Conflict(reason)) => form(visit, id, act, (sent.typed, Why::conflict(reason.sentence)), db).await,
        Err(err) => Err(err),
        Ok(invoice) => visit.done(Toast::new(format!("{} {is}", invoice.number)), invoices::path(id)),
    }
}
