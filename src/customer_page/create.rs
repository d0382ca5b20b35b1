//! Creating a customer, as a dialog over the list and as a page.

use actix_session::Session;
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
    form::Form,
    html::{self, Hx, see_other},
    idempotency::{self, OneTimeKey},
    ids::CustomerId,
    input::{Asked, FieldErrors, Pairs, Typed},
    merchants::Settings,
    shell::{Link, Place, Shell, Toast},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_page/new.html", blocks = ["dialog"])]
struct NewPage {
    shell: Shell,
    form: Form,
    key: String,
    lookalikes: Vec<Lookalike>,
}

impl NewPage {
    fn new(who: SignedIn, hx: Hx, session: &Session, typed: Pairs, errors: FieldErrors) -> Self {
        let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
        let shell = Shell::new(who, hx, session, Place::Customers);
        Self { shell, form: Form::new(typed, errors), key, lookalikes: Vec::new() }
    }

    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        if hx.wants_fragment { html::with_status(status, self.as_dialog()) } else { html::with_status(status, self) }
    }
}

/// GET /customers/new; `name` and the like may be given to start with.
pub async fn new(who: Editor, hx: Hx, asked: Asked, session: Session) -> Result<HttpResponse> {
    NewPage::new(who.0, hx, &session, asked.0, FieldErrors::default()).answer(hx, StatusCode::OK)
}

/// What became of a create.
enum Created {
    Done(CustomerId, Option<Lookalike>),
    Invalid(FieldErrors),
    Doubtful(Vec<Lookalike>),
}

/// POST /customers
pub async fn create(who: Editor, hx: Hx, session: Session, typed: Typed, db: web::Data<Db>) -> Result<HttpResponse> {
    let (who, typed) = (who.0, typed.0);
    // One more row to type in, or a form that waited for a sign-in: the form again, nothing saved.
    if typed.filled("add").is_some() || typed.filled("review").is_some() {
        return NewPage::new(who, hx, &session, typed, FieldErrors::default()).answer(hx, StatusCode::OK);
    }
    if typed.filled("account").is_some_and(|account| account != who.account.to_string()) {
        let mut errors = FieldErrors::default();
        let mode = who.mode.as_str();
        errors.add("name", "Account", format!("You are in the {mode} account now, and this form was opened in the other one. Switch back first, or send it again to create the customer here."));
        return NewPage::new(who, hx, &session, typed, errors).answer(hx, StatusCode::CONFLICT);
    }
    let key = OneTimeKey::of(&typed)?;
    let created = match checked(&typed, &who.settings) {
        Err(errors) => Created::Invalid(errors),
        Ok(record) => store(&db, &who, record, key, typed.filled("allow_duplicate").is_some()).await?,
    };
    match created {
        Created::Done(id, deleted) => answer_created(hx, &session, id, deleted),
        Created::Invalid(errors) => {
            NewPage::new(who, hx, &session, typed, errors).answer(hx, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Created::Doubtful(lookalikes) => {
            let page = NewPage { lookalikes, ..NewPage::new(who, hx, &session, typed, FieldErrors::default()) };
            page.answer(hx, StatusCode::CONFLICT)
        }
    }
}

fn checked(typed: &Pairs, settings: &Settings) -> Result<Record, FieldErrors> {
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

async fn store(
    db: &Db,
    who: &SignedIn,
    record: Record,
    key: Option<OneTimeKey>,
    allow_duplicate: bool,
) -> Result<Created> {
    let by = who.by();
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

/// The dialog closes, the list under it loads again, and a notice leads to the new customer.
fn answer_created(hx: Hx, session: &Session, id: CustomerId, deleted: Option<Lookalike>) -> Result<HttpResponse> {
    let mut toast = Toast::new("Customer created");
    toast.link = Some(Link { text: "Open".to_owned(), href: path(id) });
    if let Some(deleted) = deleted {
        toast.detail = Some("A deleted customer has the same email and could be restored instead".to_owned());
        toast.link = Some(Link { text: "See the deleted one".to_owned(), href: path(deleted.id) });
    }
    if hx.wants_fragment {
        let mut answer = HttpResponse::Ok();
        return html::render(answer.insert_header(("HX-Trigger", "customers-changed")), CreatedFragment { toast });
    }
    if toast.detail.is_none() {
        toast.link = None;
    }
    toast.keep(session)?;
    Ok(see_other(path(id)))
}
