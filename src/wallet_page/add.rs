//! The form that adds a payment method by a token, or from the card or bank account of an earlier payment.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use super::{
    DIALOG,
    panel::{self, rules},
    source, wallet_path,
};
use crate::{
    codes::Code,
    customers::model as customers,
    db::Db,
    error::Result,
    form::{Form, Sent},
    ids::CustomerId,
    input::{FieldErrors, Parameters},
    payment_methods::{
        input::{self, Adding},
        model,
        wallet::{self, Added, New},
    },
    payments::used_before::{self, Earlier},
    shell::{Place, Shell, Toast, Visit},
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
    earlier: Vec<Earlier>,
    /// The size of the wallet, if it is full.
    full: Option<usize>,
}

/// The data that the form needs besides the typed fields.
struct Around {
    title: String,
    earlier: Vec<Earlier>,
    full: Option<usize>,
}

/// Reads the customer's name, the cards and bank accounts of earlier payments, and whether the wallet is full.
async fn around(who: &SignedIn, id: CustomerId, db: &Db) -> Result<Around> {
    let (account, rules) = (who.account, rules(who));
    db.read(move |conn| {
        let customer = customers::find_or_say_where(conn, account, id)?;
        customer.refuse_deleted()?;
        let wallet = model::of_customer(conn, account, id)?;
        let earlier = used_before::of_customer(conn, account, id, &wallet, rules.today)?;
        Ok(Around { title: customer.title(), earlier, full: (wallet.len() >= rules.size).then_some(rules.size) })
    })
    .await
}

async fn answer(visit: &Visit, status: StatusCode, id: CustomerId, form: Form, db: &Db) -> Result<HttpResponse> {
    let Around { title, earlier, full } = around(&visit.who, id, db).await?;
    let shell = visit.shell(Place::Customers);
    let page = NewPage { shell, title, customer: id, path: wallet_path(id), form, earlier, full };
    visit.answer_with(status, &page, page.as_dialog())
}

/// Answers with the form again, in its dialog.
async fn again(visit: &Visit, status: StatusCode, id: CustomerId, form: Form, db: &Db) -> Result<HttpResponse> {
    Ok(visit.retargeted(answer(visit, status, id, form, db).await?, DIALOG))
}

/// GET /customers/{id}/payment_methods/new; `token` may be given to start with.
pub async fn new(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (typed, _) = input::without_number(asked.0);
    answer(&visit, StatusCode::OK, *id, Form::open(typed), &db).await
}

/// POST /customers/{id}/payment_methods
pub async fn add(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let ((sent, had_number), id) = (sent.split(input::without_number), *id);
    if sent.is_review() {
        return again(&visit, StatusCode::OK, id, Form::open(sent.typed), &db).await;
    }
    let done = if had_number { Err(number_refused()) } else { store(&db, &visit.who, id, &sent).await? };
    match done {
        Ok(method) => {
            let mut toast = Toast::new(format!("{} was added", method.title()));
            toast.detail = method.is_default.then(|| "It is the default".to_owned());
            panel::answer(&visit, id, toast, &db).await
        }
        Err(errors) => {
            let form = Form::new(sent.typed, errors);
            again(&visit, StatusCode::UNPROCESSABLE_ENTITY, id, form, &db).await
        }
    }
}

fn number_refused() -> FieldErrors {
    let sentence = "This is a card number; it was not kept. Enter the token that the gateway gave for the card.";
    FieldErrors::of("token", "Token", Code::CardNumberInText.says(sentence))
}

/// Adds the method; returns it, or the errors of the form.
async fn store(
    db: &Db,
    who: &SignedIn,
    id: CustomerId,
    sent: &Sent,
) -> Result<Result<Box<model::Method>, FieldErrors>> {
    let now = Timestamp::now();
    let key = sent.key_about(id.uuid())?;
    let Adding { source, billing, consent } = match input::check_adding(&sent.typed, now, &who.settings.time_zone) {
        Ok(adding) => adding,
        Err(errors) => return Ok(Err(errors)),
    };
    let (field, label) = (source.field(), source.label());
    let new = match source::instrument(db, (who.account, who.mode), id, source, now).await? {
        Ok(new) => New { billing, consent, ..new },
        Err(reason) => return Ok(Err(FieldErrors::of(field, label, reason))),
    };
    let (by, rules) = (who.by(), rules(who));
    let added = db.write(move |conn| wallet::add(conn, &by, id, new, rules, key.as_ref())).await?;
    Ok(match added {
        Added::Done(method) => Ok(method),
        Added::Refused(refusal) => Err(FieldErrors::of(field, label, refusal)),
    })
}
