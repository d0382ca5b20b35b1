//! The form that makes a price. Below the interval it says what the amount comes to a month.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    form::{
        Form, Sent,
        currencies::{Choice, currencies},
    },
    history::{self, Event},
    html::{self, html, invalid},
    idempotency,
    ids::PriceId,
    input::{FieldErrors, FormFields, Parameters},
    prices::{
        input::{self, KEY},
        model::{self, Price},
        path,
        writing::{self, NewPrice},
    },
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
};

#[derive(Template)]
#[template(path = "prices/new.html", blocks = ["monthly"])]
struct NewPage {
    shell: Shell,
    form: Form,
    currencies: Vec<Choice>,
    /// What the typed amount comes to a month: "KES 1,633.33".
    monthly: Option<String>,
}

impl NewPage {
    fn new(visit: &Visit, form: Form) -> Self {
        let usual = visit.who.settings.default_currency;
        let chosen = form.typed.first("currency").map_or_else(|| usual.to_string(), str::to_owned);
        let monthly = input::monthly(&form.typed, usual).map(|money| money.to_string());
        let shell = visit.clone().as_page().shell(Place::Prices);
        Self { shell, form, currencies: currencies(&chosen), monthly }
    }
}

/// GET /prices/new; fields may be given to start with, as those of a price that is to be like another.
pub async fn new(Editor(visit): Editor, asked: Parameters) -> Result<HttpResponse> {
    html(NewPage::new(&visit, Form::open(asked.0)))
}

/// GET /prices/monthly: asked again and again while somebody types.
pub async fn monthly(Editor(visit): Editor, asked: Parameters) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return Ok(visit.go_to("/prices/new"));
    }
    let page = NewPage::new(&visit, Form::open(asked.0));
    html(page.as_monthly())
}

/// POST /prices
pub async fn create(Editor(visit): Editor, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return html(NewPage::new(&visit, Form::open(sent.typed)));
    }
    if let Some(sentence) = sent.account_error(&visit.who, "make the price") {
        return refused(&visit, sent.typed, FieldErrors::of("name", "Account", Code::NotOneOf.says(sentence)));
    }
    let new = match input::new_price(&sent.typed, visit.who.settings.default_currency) {
        Ok(new) => new,
        Err(errors) => return invalid(NewPage::new(&visit, Form::new(sent.typed, errors))),
    };
    match make(&db, &visit, &sent, new, visit.who.now()).await {
        Ok((price, event)) => {
            let toast = Toast::new(format!("The price “{}” is there", price.naming.name));
            let event = event.filter(|_| visit.who.may_archive_prices());
            visit.done(toast.undoing(event.map(|event| event.id)), path(price.id))
        }
        Err(Error::Conflict(reason)) if reason.code == Code::PriceKeyTaken => {
            refused(&visit, sent.typed, FieldErrors::of(KEY, "Key", reason))
        }
        Err(err) => Err(err),
    }
}

fn refused(visit: &Visit, typed: FormFields, errors: FieldErrors) -> Result<HttpResponse> {
    html::with_status(StatusCode::CONFLICT, NewPage::new(visit, Form::new(typed, errors)))
}

/// Makes the price, with the event of it; a form that is sent again finds what it has made.
async fn make(db: &Db, visit: &Visit, sent: &Sent, new: NewPrice, now: Timestamp) -> Result<(Price, Option<Event>)> {
    let (by, key) = (visit.who.by(), sent.key()?);
    db.write(move |conn| {
        let id = PriceId::at(now);
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), id.uuid())? {
            return Ok((model::find(conn, by.account, PriceId::from_uuid(made))?, None));
        }
        let price = writing::create(conn, &by, now, id, new)?;
        Ok((price, history::of_request(conn, &by, id.uuid())?))
    })
    .await
}
