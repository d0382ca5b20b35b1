//! The form that records a payment that happened elsewhere, as a dialog and as a page.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;

use super::CustomerRef;
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{
        Form, Sent, Why,
        currencies::{Choice, currencies},
    },
    idempotency,
    ids::{CustomerId, MethodId, PaymentId},
    input::{FieldErrors, FormFields, Parameters},
    payment_methods::model as payment_methods,
    payments::{Status, input, model, row},
    reason::Reason,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "payments/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    form: Form,
    whose: Option<CustomerRef>,
    /// What is in the customer's wallet, by title.
    wallet: Vec<(MethodId, String)>,
    currencies: Vec<Choice>,
    today: String,
    /// The conflict with what is stored, as a sentence.
    conflict: Option<String>,
}

impl NewPage {
    /// Returns whether this status is chosen.
    fn is_status(&self, status: &Status) -> bool {
        let chosen = self.form.text("status");
        chosen == status.as_str() || (chosen.is_empty() && *status == Status::Succeeded)
    }

    fn date(&self) -> &str {
        if self.form.has("date") { self.form.text("date") } else { &self.today }
    }

    fn answer(&self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        visit.answer_with(status, self, self.as_dialog())
    }
}

async fn form(visit: &Visit, typed: FormFields, why: Why, db: &Db) -> Result<HttpResponse> {
    let status = why.status;
    page(visit, typed, why, db).await?.answer(visit, status)
}

async fn page(visit: &Visit, typed: FormFields, mut why: Why, db: &Db) -> Result<NewPage> {
    let who = &visit.who;
    let found = match typed.filled("customer").map(str::parse::<CustomerId>) {
        Some(Ok(id)) => {
            let who = who.clone();
            let read = move |conn: &mut PgConnection| {
                Ok((CustomerRef::find(conn, &who, id)?, payment_methods::of_customer(conn, who.account, id)?))
            };
            Some(db.read(read).await?)
        }
        Some(Err(err)) if why.errors.on("customer").is_none() => {
            why.errors.add("customer", "Customer", err);
            None
        }
        _ => None,
    };
    let (whose, wallet) = found.map_or((None, Vec::new()), |(whose, wallet)| (Some(whose), wallet));
    let currency = typed.filled("currency").map_or_else(|| who.settings.default_currency.to_string(), str::to_owned);
    let today = who.now().to_zoned(who.settings.time_zone.clone()).date().to_string();
    Ok(NewPage {
        shell: visit.shell(Place::Payments),
        form: Form::new(typed, why.errors),
        whose,
        wallet: wallet.iter().map(|method| (method.id, method.title())).collect(),
        currencies: currencies(&currency),
        today,
        conflict: why.conflict,
    })
}

/// GET /payments/new; `customer` and other fields may be given to start with.
pub async fn new(Editor(visit): Editor, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let page = page(&visit, asked.0, Why::opened(), &db).await?;
    page.whose.as_ref().map_or(Ok(()), CustomerRef::refuse_deleted)?;
    page.answer(&visit, StatusCode::OK)
}

/// POST /payments
pub async fn record(Editor(visit): Editor, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return form(&visit, sent.typed, Why::opened(), &db).await;
    }
    if let Some(sentence) = sent.account_error(&visit.who, "record the payment") {
        return form(&visit, sent.typed, Why::conflict(sentence), &db).await;
    }
    match store(&db, &visit.who, &sent).await {
        Ok(Ok(id)) => visit.done(Toast::new("Payment recorded"), row::path(id)),
        Ok(Err(errors)) => form(&visit, sent.typed, Why::invalid(errors), &db).await,
        Err(Error::Conflict(reason)) => form(&visit, sent.typed, conflict(reason), &db).await,
        Err(err) => Err(err),
    }
}

/// Places a conflict: at its field for a reference that is taken, above the form for anything else.
fn conflict(reason: Reason) -> Why {
    if reason.code != Code::ReferenceTaken {
        return Why::conflict(reason.sentence);
    }
    Why { status: StatusCode::CONFLICT, ..Why::invalid(FieldErrors::of("reference", "Your reference", reason)) }
}

/// Records the payment; returns its id, or the errors of the form.
async fn store(db: &Db, who: &SignedIn, sent: &Sent) -> Result<Result<PaymentId, FieldErrors>> {
    let (by, key) = (who.by(), sent.key()?);
    let recorded = match input::recorded(&sent.typed, &who.settings, who.now()) {
        Ok(recorded) => recorded,
        Err(errors) => return Ok(Err(errors)),
    };
    let stored = db.write(move |conn| {
        let id = PaymentId::at(recorded.at);
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), id.uuid())? {
            return Ok(PaymentId::from_uuid(made));
        }
        model::record(conn, &by, id, &recorded)?;
        Ok(id)
    });
    Ok(Ok(stored.await?))
}
