//! Adding a payment method by a token, or from what an earlier payment was made with.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    Form,
    panel::{self, rules},
    stay_in_dialog, wallet_path,
};
use crate::{
    customers::model as customers,
    db::Db,
    error::Result,
    gateway::{self, Gateway, Sandbox},
    html::{self, Hx},
    idempotency::OneTimeKey,
    ids::CustomerId,
    input::{Asked, FieldErrors, Pairs, Typed},
    payment_methods::{
        input::{self, Adding, Source},
        model,
        wallet::{self, Added, New},
    },
    payments::used_before::{self, Earlier},
    shell::{Place, Shell, Toast},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "wallet_page/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    title: String,
    customer: CustomerId,
    path: String,
    form: Form,
    key: String,
    earlier: Vec<Earlier>,
    /// So many fit, if none fits any more.
    full: Option<usize>,
}

/// What the form needs besides what was typed.
struct Around {
    title: String,
    earlier: Vec<Earlier>,
    full: Option<usize>,
}

impl NewPage {
    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        let is_refused = status != StatusCode::OK;
        let answer = if hx.wants_fragment {
            html::with_status(status, self.as_dialog())
        } else {
            html::with_status(status, self)
        };
        // The form's own target is the wallet, for when it is done; a form that is only to be looked at again is not.
        answer.map(|answer| if is_refused { stay_in_dialog(hx, answer) } else { answer })
    }
}

/// Whose wallet, what they paid with before, and whether there is room.
async fn around(who: &SignedIn, id: CustomerId, db: &Db) -> Result<Around> {
    let (account, rules) = (who.account, rules(who));
    db.read(move |conn| {
        let customer = customers::linked(conn, account, id)?;
        wallet::refuse_deleted(&customer)?;
        let wallet = model::of_customer(conn, account, id)?;
        let earlier = used_before::of_customer(conn, account, id, &wallet, rules.today)?;
        Ok(Around { title: customer.title(), earlier, full: (wallet.len() >= rules.size).then_some(rules.size) })
    })
    .await
}

async fn page(who: SignedIn, hx: Hx, id: CustomerId, session: &Session, db: &Db, form: Form) -> Result<NewPage> {
    let Around { title, earlier, full } = around(&who, id, db).await?;
    let key = form.typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
    let shell = Shell::new(who, hx, session, Place::Customers);
    Ok(NewPage { shell, title, customer: id, path: wallet_path(id), form, key, earlier, full })
}

/// GET /customers/{id}/payment_methods/new; `token` may be given to start with.
pub async fn new(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    asked: Asked,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (typed, _) = input::without_number(asked.0);
    let form = Form { typed, errors: FieldErrors::default() };
    page(who.0, hx, *id, &session, &db, form).await?.answer(hx, StatusCode::OK)
}

/// POST /customers/{id}/payment_methods
pub async fn add(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id) = (who.0, *id);
    let (typed, had_number) = input::without_number(typed.0);
    // A form that waited for a sign-in comes again, nothing saved.
    if typed.filled("review").is_some() {
        let form = Form { typed, errors: FieldErrors::default() };
        let answer = page(who, hx, id, &session, &db, form).await?.answer(hx, StatusCode::OK)?;
        return Ok(stay_in_dialog(hx, answer));
    }
    let done = if had_number { Err(number_refused()) } else { store(&db, &who, id, &typed).await? };
    match done {
        Ok(method) => {
            let mut toast = Toast::new(format!("{} was added", method.title()));
            toast.detail = method.is_default.then(|| "It is the default".to_owned());
            panel::answer(who, hx, id, toast, &session, &db).await
        }
        Err(errors) => {
            let form = Form { typed, errors };
            page(who, hx, id, &session, &db, form).await?.answer(hx, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

fn number_refused() -> FieldErrors {
    let sentence = "This is a card number; it was not kept. Enter the token that the gateway gave for the card.";
    one_error("token", "Token", sentence)
}

fn one_error(field: &str, label: &str, sentence: impl ToString) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add(field, label, sentence);
    errors
}

/// The added method, or what is wrong with which field.
async fn store(
    db: &Db,
    who: &SignedIn,
    id: CustomerId,
    typed: &Pairs,
) -> Result<Result<Box<model::Method>, FieldErrors>> {
    let now = Timestamp::now();
    let key = OneTimeKey::of(typed)?.map(|key| key.about(id.uuid()));
    let Adding { source, billing, consent } = match input::check_adding(typed, now, &who.settings.time_zone) {
        Ok(adding) => adding,
        Err(errors) => return Ok(Err(errors)),
    };
    let (field, label) = (source.field(), source.label());
    let new = match instrument(db, who, id, source, now).await? {
        Ok(new) => New { billing, consent, ..new },
        Err(sentence) => return Ok(Err(one_error(field, label, sentence))),
    };
    let (by, rules) = (who.by(), rules(who));
    let added = db.write(move |conn| wallet::add(conn, &by, id, new, rules, key.as_ref())).await?;
    Ok(match added {
        Added::Done(method) => Ok(method),
        Added::Refused(refusal) => Err(one_error(field, label, refusal)),
    })
}

/// What is to be added, or why it cannot be. The gateway is asked outside of any transaction.
async fn instrument(
    db: &Db,
    who: &SignedIn,
    customer: CustomerId,
    source: Source,
    now: Timestamp,
) -> Result<Result<New, &'static str>> {
    let account = who.account;
    match source {
        Source::Payment(payment) => {
            let paid = db.read(move |conn| used_before::of_payment(conn, account, customer, payment)).await?;
            let gone = "This customer has no such payment that succeeded. Choose one of the list.";
            Ok(paid.map(New::of).ok_or(gone))
        }
        Source::Token(token) => {
            let sandbox = Sandbox::new(db.clone());
            let Some(gateway) = gateway::of(who.mode, &sandbox) else {
                return Ok(Err(
                    "Live accounts have no gateway yet, so no token can be verified. Record payments that were made \
                     elsewhere, or try this in the test account.",
                ));
            };
            let unknown = "The gateway does not know this token, or it is too old. Make a new one.";
            Ok(gateway.verify(account, &token, now).await?.map(|known| New::of_token(&token, known)).ok_or(unknown))
        }
    }
}
