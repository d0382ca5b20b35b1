//! Recording a payment that happened elsewhere, as a dialog and as a page.

use actix_session::Session;
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;

use super::{Choice, Whose, Why, currencies};
use crate::{
    db::Db,
    error::{Error, Result},
    form::Form,
    html::{self, Hx},
    idempotency::{self, OneTimeKey},
    ids::{CustomerId, PaymentId},
    input::{Asked, Pairs, Typed},
    payments::{
        Status, input,
        model::{self, Recorded},
        row,
    },
    shell::{Place, Shell, Toast},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "payments/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    form: Form,
    key: String,
    whose: Option<Whose>,
    currencies: Vec<Choice>,
    today: String,
    /// What contradicts what is stored.
    conflict: Option<String>,
}

impl NewPage {
    /// The status that is chosen.
    fn is_status(&self, status: &Status) -> bool {
        let chosen = self.form.text("status");
        chosen == status.as_str() || (chosen.is_empty() && *status == Status::Succeeded)
    }

    fn date(&self) -> &str {
        if self.form.has("date") { self.form.text("date") } else { &self.today }
    }
}

async fn form(who: SignedIn, hx: Hx, session: &Session, db: &Db, typed: Pairs, mut why: Why) -> Result<HttpResponse> {
    let account = who.account;
    let whose = match typed.filled("customer").map(str::parse::<CustomerId>) {
        Some(Ok(id)) => Some(db.read(move |conn| Whose::find(conn, account, id)).await?),
        Some(Err(err)) if why.errors.on("customer").is_none() => {
            why.errors.add("customer", "Customer", err);
            None
        }
        _ => None,
    };
    let currency = typed.filled("currency").map_or_else(|| who.settings.default_currency.to_string(), str::to_owned);
    let today = Timestamp::now().to_zoned(who.settings.time_zone.clone()).date().to_string();
    let page = NewPage {
        key: typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned),
        shell: Shell::new(who, hx, session, Place::Payments),
        form: Form::new(typed, why.errors),
        whose,
        currencies: currencies(&currency),
        today,
        conflict: why.conflict,
    };
    if hx.wants_fragment {
        html::with_status(why.status, page.as_dialog())
    } else {
        html::with_status(why.status, page)
    }
}

/// GET /payments/new; `customer` and the like may be given to start with.
pub async fn new(who: Editor, hx: Hx, asked: Asked, session: Session, db: web::Data<Db>) -> Result<HttpResponse> {
    form(who.0, hx, &session, &db, asked.0, Why::opened()).await
}

/// POST /payments
pub async fn record(who: Editor, hx: Hx, session: Session, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, typed) = (who.0, typed.0);
    // A form that waited for a sign-in: the form again, nothing saved.
    if typed.filled("review").is_some() {
        return form(who, hx, &session, &db, typed, Why::opened()).await;
    }
    if typed.filled("account").is_some_and(|account| account != who.account.to_string()) {
        let mode = who.mode.as_str();
        let sentence = format!(
            "You are in the {mode} account now, and this form was opened in the other one. Switch back first, or send it again to record the payment here."
        );
        return form(who, hx, &session, &db, typed, Why::conflict(sentence)).await;
    }
    let key = OneTimeKey::of(&typed)?;
    let recorded = match input::recorded(&typed, &who.settings, Timestamp::now()) {
        Ok(recorded) => recorded,
        Err(errors) => return form(who, hx, &session, &db, typed, Why::invalid(errors)).await,
    };
    match store(&db, &who, recorded, key).await {
        Ok(id) => {
            Toast::new("Payment recorded").keep(&session)?;
            Ok(html::go_to(hx, row::path(id)))
        }
        Err(Error::Conflict(sentence)) => {
            let why = conflict(&typed, sentence.into_owned());
            form(who, hx, &session, &db, typed, why).await
        }
        Err(err) => Err(err),
    }
}

/// A reference that is taken is told at its field, anything else above the form.
fn conflict(typed: &Pairs, sentence: String) -> Why {
    if typed.filled("reference").is_none() || !sentence.contains("reference") {
        return Why::conflict(sentence);
    }
    let mut why = Why { conflict: None, ..Why::conflict("") };
    why.errors.add("reference", "Your reference", sentence);
    why
}

async fn store(db: &Db, who: &SignedIn, recorded: Recorded, key: Option<OneTimeKey>) -> Result<PaymentId> {
    let by = who.by();
    db.write(move |conn| {
        let id = PaymentId::at(recorded.at);
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), id.uuid())? {
            return Ok(PaymentId::from_uuid(made));
        }
        model::record(conn, &by, id, &recorded)?;
        Ok(id)
    })
    .await
}
