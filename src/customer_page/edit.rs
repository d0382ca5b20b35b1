//! Editing a customer in place, and choosing between two people's edits.

use actix_session::Session;
use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::show::{ShowPage, View};
use crate::{
    customers::{
        identity::path,
        input, model,
        record::{self, ADDRESS},
        saving::{self, Clash, Save, Saved},
    },
    db::Db,
    deletion,
    error::{Error, Result},
    events::Fields,
    form::Form,
    html::{self, Hx, see_other},
    idempotency::OneTimeKey,
    ids::CustomerId,
    input::{FieldErrors, Pairs, Typed},
    shell::{Place, Shell, Toast},
    staff::guard::Editor,
    values::when::When,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_page/edit.html", blocks = ["customer"])]
struct EditPage {
    shell: Shell,
    view: View,
    form: Form,
    version: String,
    /// The form's one-time key.
    key: String,
    /// Whether somebody deleted the customer while it was edited.
    deleted_meanwhile: bool,
}

impl EditPage {
    fn answer(self, hx: Hx, status: StatusCode) -> Result<HttpResponse> {
        if hx.wants_fragment { html::with_status(status, self.as_customer()) } else { html::with_status(status, self) }
    }
}

/// GET /customers/{id}/edit
pub async fn edit(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (account, id) = (who.0.account, *id);
    let customer = db.read(move |conn| model::linked(conn, account, id)).await?;
    if customer.is_deleted() {
        return Err(Error::Conflict("This customer is deleted. Restore it first, then change it.".into()));
    }
    let typed = input::typed(&customer.record.fields());
    let version = customer.version.to_string();
    let view = View::new(customer, &who.0);
    EditPage {
        shell: Shell::new(who.0, hx, &session, Place::Customers),
        view,
        form: Form::new(typed, FieldErrors::default()),
        version,
        key: OneTimeKey::fresh(),
        deleted_meanwhile: false,
    }
    .answer(hx, StatusCode::OK)
}

/// POST /customers/{id}
pub async fn save(
    who: Editor,
    hx: Hx,
    id: web::Path<CustomerId>,
    session: Session,
    typed: Typed,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (who, id, typed) = (who.0, *id, typed.0);
    let is_review = typed.filled("add").is_some() || typed.filled("review").is_some();
    if is_review {
        return again(who, hx, id, &session, typed, Why::Review, &db).await;
    }
    let mut version_error = FieldErrors::default();
    let version = typed.filled("version").and_then(|text| text.parse::<i32>().ok());
    let checked = input::check(&typed, &who.settings);
    let (Some(version), Ok(change)) = (version, &checked) else {
        if version.is_none() {
            version_error.add("name", "Version", "The form does not say which version it changes. Open it again.");
        }
        let errors = checked.err().unwrap_or(version_error);
        return again(who, hx, id, &session, typed, Why::Errors(errors), &db).await;
    };
    let change = input::without_theirs(change.clone(), &typed);
    let wish = Wish { version, change, restore: typed.filled("restore").is_some(), key: OneTimeKey::of(&typed)? };
    match store(&db, &who, id, wish).await? {
        Saved::Done => saved(who, hx, id, &session, &db).await,
        Saved::Deleted | Saved::Waits(_) => again(who, hx, id, &session, typed, Why::Deleted, &db).await,
        Saved::Invalid(errors) => again(who, hx, id, &session, typed, Why::Errors(errors), &db).await,
        Saved::Clash(clash) => clashed(who, hx, &session, *clash),
    }
}

/// What a form wants saved.
struct Wish {
    version: i32,
    change: Fields,
    restore: bool,
    key: Option<OneTimeKey>,
}

async fn store(db: &Db, who: &SignedIn, id: CustomerId, wish: Wish) -> Result<Saved> {
    let (by, required) = (who.by(), who.settings.required_fields.clone());
    db.write(move |conn| {
        let Wish { version, change, restore, key } = &wish;
        let (required, key) = (&required, key.as_ref());
        let save = Save { id, version: *version, change, required, even_deleted: *restore, key };
        match saving::save(conn, &by, &save)? {
            Saved::Waits(waiting) => {
                let restored = deletion::restore(conn, &by, id)?;
                waiting.store(conn, &by, &restored)
            }
            saved => Ok(saved),
        }
    })
    .await
}

/// Why a form is shown again.
enum Why {
    /// To be gone on with.
    Review,
    /// For its errors: 422.
    Errors(FieldErrors),
    /// The customer was deleted while it was edited: 409.
    Deleted,
}

/// The form again with what was typed; what was not sent is as stored.
async fn again(
    who: SignedIn,
    hx: Hx,
    id: CustomerId,
    session: &Session,
    typed: Pairs,
    why: Why,
    db: &Db,
) -> Result<HttpResponse> {
    let account = who.account;
    let customer = db.read(move |conn| model::linked(conn, account, id)).await?;
    let (status, errors, deleted_meanwhile) = match why {
        Why::Review => (StatusCode::OK, FieldErrors::default(), false),
        Why::Errors(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors, false),
        Why::Deleted => (StatusCode::CONFLICT, FieldErrors::default(), true),
    };
    let version = typed.filled("version").map_or_else(|| customer.version.to_string(), str::to_owned);
    let key = typed.filled("key").map_or_else(OneTimeKey::fresh, str::to_owned);
    let form = Form::new(typed.over(input::typed(&customer.record.fields())), errors);
    let view = View::new(customer, &who);
    let shell = Shell::new(who, hx, session, Place::Customers);
    EditPage { shell, view, form, version, key, deleted_meanwhile }.answer(hx, status)
}

/// After a save: the customer's page.
async fn saved(who: SignedIn, hx: Hx, id: CustomerId, session: &Session, db: &Db) -> Result<HttpResponse> {
    let toast = Toast::new("Changes saved");
    if !hx.wants_fragment {
        toast.keep(session)?;
        return Ok(see_other(path(id)));
    }
    customer_fragment(who, id, toast, session, db).await
}

/// The customer's page as a fragment, with a notice; its address replaces the form's.
pub(super) async fn customer_fragment(
    who: SignedIn,
    id: CustomerId,
    toast: Toast,
    session: &Session,
    db: &Db,
) -> Result<HttpResponse> {
    let page = ShowPage::read(who, Hx::FRAGMENT, id, session, db).await?;
    let page = ShowPage { toast: Some(toast), ..page };
    let mut answer = HttpResponse::Ok();
    html::render(answer.insert_header(("HX-Push-Url", path(id))), page.as_customer())
}

/// A field both changed.
struct ClashRow {
    name: String,
    label: String,
    mine: Option<String>,
    theirs: Option<String>,
}

#[derive(Template)]
#[template(path = "customer_page/conflict.html", blocks = ["customer"])]
struct ConflictPage {
    shell: Shell,
    view: View,
    /// Who saved last, and when.
    who: String,
    at: Option<When>,
    rows: Vec<ClashRow>,
    /// Fields of mine that do not clash.
    others: Vec<String>,
    /// The form's one-time key.
    key: String,
    /// Everything of mine, for the form to carry.
    carried: Vec<(String, String)>,
}

fn clashed(who: SignedIn, hx: Hx, session: &Session, clash: Clash) -> Result<HttpResponse> {
    let rows = clash.fields.iter().map(|(name, mine, theirs)| ClashRow {
        label: record::label(name),
        mine: record::shown(name, mine),
        theirs: record::shown(name, theirs),
        name: name.clone(),
    });
    let rows: Vec<ClashRow> = rows.collect();
    let others = labels(clash.mine.keys());
    let mut mine = clash.mine;
    mine.extend(clash.fields.into_iter().map(|(name, mine, _)| (name, mine)));
    let last = clash.last.as_ref();
    let page = ConflictPage {
        who: last.and_then(|event| event.by.clone()).unwrap_or_else(|| "Clientele".to_owned()),
        at: last.map(|event| When::new(event.id.created_at(), &who.settings.time_zone, jiff::Timestamp::now())),
        view: View::new(clash.current, &who),
        shell: Shell::new(who, hx, session, Place::Customers),
        rows,
        others,
        key: OneTimeKey::fresh(),
        carried: input::typed(&mine).0,
    };
    if hx.wants_fragment {
        html::with_status(StatusCode::CONFLICT, page.as_customer())
    } else {
        html::with_status(StatusCode::CONFLICT, page)
    }
}

/// What people call the fields, each once.
fn labels<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut labels: Vec<String> = names
        .map(|name| if name.starts_with(ADDRESS) { "address".to_owned() } else { record::label(name).to_lowercase() })
        .collect();
    labels.dedup();
    labels
}
