//! Creating a customer, as a dialog over the list and as a page.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde_json::Value;

use super::question::{Asks, Question};
use crate::{
    codes::Code,
    customers::{
        identity::path,
        input,
        lookalikes::{self, Lookalikes, Sought},
        model::{self, broken_rules},
        record::Record,
    },
    db::Db,
    error::Result,
    events::Fields,
    form::{Form, Sent},
    html, idempotency,
    ids::CustomerId,
    input::{FieldErrors, FormFields, Parameters},
    merchants::Settings,
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
}

impl NewPage {
    fn new(visit: &Visit, form: Form) -> Self {
        Self { shell: visit.shell(Place::Customers), form, question: None }
    }

    fn answer(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        visit.answer_with(status, &self, self.as_dialog())
    }
}

/// Answers `GET /customers/new`; `name` and the like may be given to start with.
pub async fn new(Editor(visit): Editor, asked: Parameters) -> Result<HttpResponse> {
    NewPage::new(&visit, Form::open(asked.0)).answer(&visit, StatusCode::OK)
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
        return NewPage::new(&visit, Form::open(sent.typed)).answer(&visit, StatusCode::OK);
    }
    if let Some(sentence) = sent.account_error(&visit.who, "create the customer") {
        let form = Form::new(sent.typed, FieldErrors::of("name", "Account", Code::NotOneOf.says(sentence)));
        return NewPage::new(&visit, form).answer(&visit, StatusCode::CONFLICT);
    }
    match store(&db, &visit.who, &sent).await? {
        Created::Done(id) => answer_created(&visit, id),
        Created::Invalid(errors) => {
            NewPage::new(&visit, Form::new(sent.typed, errors)).answer(&visit, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Created::Doubtful(found) => {
            let question = Some(Question::new(Asks::Creating, found, &visit.who));
            let page = NewPage { question, ..NewPage::new(&visit, Form::open(sent.typed)) };
            page.answer(&visit, StatusCode::CONFLICT)
        }
    }
}

fn checked(typed: &FormFields, settings: &Settings) -> Result<Record, FieldErrors> {
    let required = settings.required_fields.iter().map(|name| (name.clone(), Value::Null));
    let mut given: Fields = required.collect();
    let errors = match input::check(typed, settings) {
        Ok(change) => {
            given.extend(change);
            let record = Record::blank().with(&given);
            let errors = broken_rules(&record, &settings.required_fields, &given);
            if errors.is_empty() {
                return Ok(record);
            }
            errors
        }
        Err(errors) => errors,
    };
    Err(errors)
}

async fn store(db: &Db, who: &SignedIn, sent: &Sent) -> Result<Created> {
    let (by, key) = (who.by(), sent.key()?);
    let record = match checked(&sent.typed, &who.settings) {
        Ok(record) => record,
        Err(errors) => return Ok(Created::Invalid(errors)),
    };
    let agreed = lookalikes::agreed(&sent.typed);
    db.write(move |conn| {
        // First the key: of two sends of one form the second waits here, and finds what the first has made.
        let (id, key) = (CustomerId::new(), key.as_ref());
        if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
            return Ok(Created::Done(CustomerId::from_uuid(made)));
        }
        let found = Lookalikes::find(conn, by.account, Sought::of(&record))?;
        if !found.all().all(|one| agreed.contains(&one.id)) {
            idempotency::release(conn, by.account, key)?;
            return Ok(Created::Doubtful(found));
        }
        model::create(conn, &by, id, &record)?;
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

/// Answers a create: the dialog closes, the list under it loads again, and a notice leads to the new customer.
fn answer_created(visit: &Visit, id: CustomerId) -> Result<HttpResponse> {
    let mut toast = Toast::new("Customer created");
    if !visit.hx.wants_fragment {
        return visit.done(toast, path(id));
    }
    toast.link = Some(Link { text: "Open".to_owned(), href: path(id) });
    list_changed(toast)
}
