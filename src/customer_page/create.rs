//! Creating a customer, as a dialog over the list and as a page; also for a payment that has none yet.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde_json::Value;

use super::{
    fields::Groups,
    question::{Asks, Question},
};
use crate::{
    codes::Code,
    customers::{
        field_rows::Wanted,
        identity::path,
        input,
        lookalikes::{self, Lookalikes, Sought},
        model::{self, broken_rules},
        record::Record,
    },
    db::Db,
    error::{Error, Result},
    events::Fields,
    form::{Form, Sent},
    html, idempotency,
    ids::{CustomerId, PaymentId},
    input::{FieldErrors, FormFields, Parameters},
    merchants::Settings,
    payments::{self, row},
    shell::{Link, Place, Shell, Toast, Visit},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_page/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    form: Form,
    question: Option<Question>,
    /// The payment that the customer is created for.
    paid: Option<Paid>,
}

/// A payment without a customer, which the new one gets.
struct Paid {
    id: PaymentId,
    path: String,
    title: String,
    /// True when it has got a customer meanwhile.
    is_attached: bool,
}

impl NewPage {
    async fn read(visit: &Visit, form: Form, db: &Db) -> Result<Self> {
        let (account, who) = (visit.who.account, visit.who.clone());
        let paid = match paid_for(&form.typed)? {
            None => None,
            Some(id) => {
                let payment = db.read(move |conn| payments::model::find(conn, account, id)).await?;
                let is_attached = payment.customer.is_some();
                let payment = payment.behind(who.curtain());
                let title = row::title(&payment, &who.settings.time_zone);
                Some(Paid { id, path: row::path(id), title, is_attached })
            }
        };
        Ok(Self { shell: visit.shell(Place::Customers), form, question: None, paid })
    }

    fn groups(&self) -> Groups<'_> {
        let (settings, focus_first) = (&self.shell.who.settings, self.form.wants_focus());
        Groups { form: &self.form, settings, focus_first, wanted: Wanted::OfNew }
    }

    /// Returns the path that leads back without a customer.
    fn way_back(&self) -> &str {
        self.paid.as_ref().map_or("/customers", |paid| &paid.path)
    }

    fn answer(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        visit.answer_with(status, &self, self.as_dialog())
    }
}

/// Returns the payment that a form creates a customer for, if it names one.
fn paid_for(typed: &FormFields) -> Result<Option<PaymentId>> {
    let wrong = |_| {
        let sentence = "This link does not name a payment. Open the payment again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    };
    typed.filled("for").map(|id| id.parse().map_err(wrong)).transpose()
}

/// Answers `GET /customers/new`; `name` and the like may be given to start with, and with `for` the payment that the
/// customer gets.
pub async fn new(Editor(visit): Editor, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let page = NewPage::read(&visit, Form::open(asked.0), &db).await?;
    match page.paid.as_ref().filter(|paid| paid.is_attached) {
        Some(paid) => Ok(visit.go_to(&paid.path)),
        None => page.answer(&visit, StatusCode::OK),
    }
}

/// The outcome of a create.
enum Created {
    Done(CustomerId),
    Invalid(FieldErrors),
    Doubtful(Lookalikes),
}

/// Answers `POST /customers`.
pub async fn create(Editor(visit): Editor, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return NewPage::read(&visit, Form::open(sent.typed), &db).await?.answer(&visit, StatusCode::OK);
    }
    let paid = paid_for(&sent.typed)?;
    if let Some(sentence) = sent.account_error(&visit.who, "create the customer") {
        let form = Form::new(sent.typed, FieldErrors::of("name", "Account", Code::NotOneOf.says(sentence)));
        return NewPage::read(&visit, form, &db).await?.answer(&visit, StatusCode::CONFLICT);
    }
    match store(&db, &visit.who, &sent, paid).await {
        Ok(Created::Done(id)) => answer_created(&visit, id, paid),
        Ok(Created::Invalid(errors)) => {
            let page = NewPage::read(&visit, Form::new(sent.typed, errors), &db).await?;
            page.answer(&visit, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Ok(Created::Doubtful(found)) => {
            let asks = paid.map_or(Asks::Creating, Asks::CreatingFor);
            let question = Some(Question::read(asks, found, &visit.who, &db).await?);
            let page = NewPage { question, ..NewPage::read(&visit, Form::open(sent.typed), &db).await? };
            page.answer(&visit, StatusCode::CONFLICT)
        }
        Err(Error::Conflict(reason)) => {
            let form = Form::new(sent.typed, FieldErrors::of("name", "Payment", reason));
            NewPage::read(&visit, form, &db).await?.answer(&visit, StatusCode::CONFLICT)
        }
        Err(err) => Err(err),
    }
}

fn checked(typed: &FormFields, settings: &Settings) -> Result<Record, FieldErrors> {
    let mut given: Fields = settings.required().map(|name| (name, Value::Null)).collect();
    let errors = match input::check(typed, settings) {
        Ok(change) => {
            given.extend(change);
            let record = Record::blank().with(&given);
            let errors = broken_rules(&record, &Record::blank(), settings, &given);
            if errors.is_empty() {
                return Ok(record);
            }
            errors
        }
        Err(errors) => errors,
    };
    Err(errors)
}

async fn store(db: &Db, who: &SignedIn, sent: &Sent, paid: Option<PaymentId>) -> Result<Created> {
    let (by, key) = (who.by(), sent.key()?);
    let record = match checked(&sent.typed, &who.settings) {
        Ok(record) => record,
        Err(errors) => return Ok(Created::Invalid(errors)),
    };
    let agreed = lookalikes::agreed(&sent.typed);
    db.write(move |conn| {
        // First the key: of two sends of one form the second waits here, and finds what the first has made.
        let (id, key) = (CustomerId::at(by.now()), key.as_ref());
        if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
            return Ok(Created::Done(CustomerId::from_uuid(made)));
        }
        let found = Lookalikes::find(conn, by.account, Sought::of(&record))?;
        if !found.all().all(|one| agreed.contains(&one.id)) {
            idempotency::release(conn, by.account, key)?;
            return Ok(Created::Doubtful(found));
        }
        model::create(conn, &by, id, &record)?;
        if let Some(paid) = paid {
            payments::model::attach(conn, &by, paid, id)?;
        }
        Ok(Created::Done(id))
    })
    .await
}

#[derive(Template)]
#[template(path = "customer_page/_list_changed.html")]
struct ChangedFragment {
    toast: Toast,
}

/// Answers a change of the list under a dialog or around a row: the list loads again, and a notice tells what was done.
pub(super) fn list_changed(toast: Toast) -> Result<HttpResponse> {
    let mut answer = HttpResponse::Ok();
    html::render(answer.insert_header(("HX-Trigger", "customers-changed")), ChangedFragment { toast })
}

/// Answers a create: the dialog closes, the list under it loads again, and a notice leads to the new customer. One that
/// was created for a payment leads back to that.
fn answer_created(visit: &Visit, id: CustomerId, paid: Option<PaymentId>) -> Result<HttpResponse> {
    let mut toast = Toast::new("Customer created");
    if let Some(paid) = paid {
        toast.detail = Some("The payment is attached to it".to_owned());
        return visit.done(toast, row::path(paid));
    }
    if !visit.hx.wants_fragment {
        return visit.done(toast, path(id));
    }
    toast.link = Some(Link { text: "Open".to_owned(), href: path(id) });
    list_changed(toast)
}
