//! Creating a customer, as a dialog over the list and as a page.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde_json::Value;

use crate::{
    customers::{
        identity::path,
        input,
        lookalikes::{self, Lookalike},
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
    lookalikes: Vec<Lookalike>,
}

impl NewPage {
    fn new(visit: &Visit, form: Form) -> Self {
        Self { shell: visit.shell(Place::Customers), form, lookalikes: Vec::new() }
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
    Done(CustomerId, Option<Lookalike>),
    Invalid(FieldErrors),
    Doubtful(Vec<Lookalike>),
}

/// Answers `POST /customers`.
pub async fn create(Editor(visit): Editor, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return NewPage::new(&visit, Form::open(sent.typed)).answer(&visit, StatusCode::OK);
    }
    if let Some(sentence) = sent.account_error(&visit.who, "create the customer") {
        let form = Form::new(sent.typed, FieldErrors::of("name", "Account", sentence));
        return NewPage::new(&visit, form).answer(&visit, StatusCode::CONFLICT);
    }
    match store(&db, &visit.who, &sent).await? {
        Created::Done(id, deleted) => answer_created(&visit, id, deleted),
        Created::Invalid(errors) => {
            NewPage::new(&visit, Form::new(sent.typed, errors)).answer(&visit, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Created::Doubtful(lookalikes) => {
            let page = NewPage { lookalikes, ..NewPage::new(&visit, Form::open(sent.typed)) };
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
    let allow_duplicate = sent.typed.filled("allow_duplicate").is_some();
    db.write(move |conn| {
        // First the key: of two sends of one form the second waits here, and finds what the first has made.
        let (id, key) = (CustomerId::new(), key.as_ref());
        if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
            return Ok(Created::Done(CustomerId::from_uuid(made), None));
        }
        let live = if allow_duplicate { Vec::new() } else { lookalikes::live(conn, by.account, &record)? };
        if !live.is_empty() {
            idempotency::release(conn, by.account, key)?;
            return Ok(Created::Doubtful(live));
        }
        let deleted = lookalikes::deleted(conn, by.account, &record)?;
        model::create(conn, &by, id, &record)?;
        Ok(Created::Done(id, deleted))
    })
    .await
}

#[derive(Template)]
#[template(path = "customer_page/_created.html")]
struct CreatedFragment {
    toast: Toast,
}

/// Answers a create: the dialog closes, the list under it loads again, and a notice leads to the new customer.
fn answer_created(visit: &Visit, id: CustomerId, deleted: Option<Lookalike>) -> Result<HttpResponse> {
    let mut toast = Toast::new("Customer created");
    toast.link = Some(Link { text: "Open".to_owned(), href: path(id) });
    if let Some(deleted) = deleted {
        toast.detail = Some("A deleted customer has the same email and could be restored instead".to_owned());
        toast.link = Some(Link { text: "See the deleted one".to_owned(), href: path(deleted.id) });
    }
    if visit.hx.wants_fragment {
        let mut answer = HttpResponse::Ok();
        return html::render(answer.insert_header(("HX-Trigger", "customers-changed")), CreatedFragment { toast });
    }
    if toast.detail.is_none() {
        toast.link = None;
    }
    visit.done(toast, path(id))
}
