//! The page of a price: what is charged by it, what it is called, and whether it is offered.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use jiff::Timestamp;

use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::fields::value,
    form::{Form, Sent, Theirs},
    history::{self, Event},
    html,
    ids::PriceId,
    input::{FieldErrors, FormFields},
    prices::{
        input::{self, KEY},
        model::{self, Naming, Price},
        path,
        revert::{label, shown},
        writing::{self, Renamed},
    },
    search_box::address,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::{Admin, Editor},
    values::when::When,
};

#[derive(Template)]
#[template(path = "prices/show.html")]
struct ShowPage {
    shell: Shell,
    path: String,
    price: Price,
    form: Form,
    /// What somebody else saved meanwhile; nothing when nobody did.
    theirs: Option<Vec<Theirs>>,
    created: When,
    archived: Option<When>,
    /// The form that makes another like this.
    another: String,
}

impl ShowPage {
    /// Makes it with what was typed of its name and key, and the stored values of the others.
    fn new(visit: &Visit, price: Price, typed: FormFields, errors: FieldErrors, now: Timestamp) -> Self {
        let zone = &visit.who.settings.time_zone;
        let like = input::pairs(&price.naming, &price.terms);
        let like: Vec<(&str, String)> = like.0.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        Self {
            path: path(price.id),
            form: Form::new(typed.over(pairs(&price.naming)), errors),
            theirs: None,
            created: When::new(price.created_at, zone, now),
            archived: price.archived_at.map(|at| When::new(at, zone, now)),
            another: address("/prices/new", &like),
            shell: visit.clone().as_page().shell(Place::Prices),
            price,
        }
    }

    /// Returns the version that the form changes: the one that it was sent with stays, since what was typed is of it.
    fn version(&self) -> i32 {
        self.form.typed.filled("version").and_then(|text| text.parse().ok()).unwrap_or(self.price.version)
    }
}

/// Returns the name and the key as the form has them.
fn pairs(naming: &Naming) -> FormFields {
    let pairs = [("name", naming.name.clone()), (KEY, naming.key.clone().unwrap_or_default())];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

/// GET /prices/{id}
pub async fn show(visit: Visit, id: web::Path<PriceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (account, id, now) = (visit.who.account, *id, visit.who.now());
    let price = db.read(move |conn| model::find(conn, account, id)).await?;
    html::html(ShowPage::new(&visit, price, FormFields::default(), FieldErrors::default(), now))
}

/// POST /prices/{id}: gives it another name or key.
pub async fn rename(
    Editor(visit): Editor,
    id: web::Path<PriceId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (id, now) = (*id, visit.who.now());
    if sent.is_review() {
        return again(&visit, id, sent.typed, (StatusCode::OK, FieldErrors::default()), now, &db).await;
    }
    let Some(version) = sent.version() else {
        let sentence = "The form does not say which version it changes. Open it again.";
        return Err(Error::BadRequest(Code::InvalidParameter.says(sentence)));
    };
    let given = match input::renaming(&sent.typed) {
        Ok(given) => given,
        Err(errors) => {
            return again(&visit, id, sent.typed, (StatusCode::UNPROCESSABLE_ENTITY, errors), now, &db).await;
        }
    };
    let by = visit.who.by();
    let renamed = db
        .write(move |conn| {
            let renamed = writing::rename(conn, &by, now, id, version, &given)?;
            Ok((renamed, history::of_request(conn, &by, id.uuid())?))
        })
        .await;
    match renamed {
        Ok((Renamed::Done(price), event)) => {
            done(&visit, &price, format!("The price is called “{}”", price.naming.name), event)
        }
        Ok((Renamed::Clash(price, merged, names), _)) => {
            let (stored, mine) = (price.naming.fields(), merged.fields());
            let theirs = names.into_iter().map(|name| Theirs {
                label: label(name),
                typed: shown(name, &value(&mine, name)),
                stored: shown(name, &value(&stored, name)),
            });
            let theirs = Some(theirs.collect());
            let page = ShowPage::new(&visit, *price, pairs(&merged), FieldErrors::default(), now);
            html::with_status(StatusCode::CONFLICT, ShowPage { theirs, ..page })
        }
        Err(Error::Conflict(reason)) if reason.code == Code::PriceKeyTaken => {
            let errors = FieldErrors::of(KEY, "Key", reason);
            again(&visit, id, sent.typed, (StatusCode::CONFLICT, errors), now, &db).await
        }
        Err(err) => Err(err),
    }
}

/// Shows the form with what was typed.
async fn again(
    visit: &Visit,
    id: PriceId,
    typed: FormFields,
    (status, errors): (StatusCode, FieldErrors),
    now: Timestamp,
    db: &Db,
) -> Result<HttpResponse> {
    let account = visit.who.account;
    let price = db.read(move |conn| model::find(conn, account, id)).await?;
    html::with_status(status, ShowPage::new(visit, price, typed, errors, now))
}

fn done(visit: &Visit, price: &Price, says: String, event: Option<Event>) -> Result<HttpResponse> {
    visit.done(Toast::new(says).undoing(event.map(|event| event.id)), path(price.id))
}

/// POST /prices/{id}/archiving
pub async fn archive(Admin(visit): Admin, id: web::Path<PriceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id, now) = (visit.who.by(), *id, visit.who.now());
    let (price, event) = db
        .write(move |conn| {
            let price = writing::archive(conn, &by, now, id)?;
            Ok((price, history::of_request(conn, &by, id.uuid())?))
        })
        .await?;
    done(&visit, &price, format!("The price “{}” is archived", price.naming.name), event)
}

/// POST /prices/{id}/restoration
pub async fn unarchive(Admin(visit): Admin, id: web::Path<PriceId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id, now) = (visit.who.by(), *id, visit.who.now());
    let (price, event) = db
        .write(move |conn| {
            let price = writing::unarchive(conn, &by, now, id)?;
            Ok((price, history::of_request(conn, &by, id.uuid())?))
        })
        .await?;
    done(&visit, &price, format!("The price “{}” is back", price.naming.name), event)
}
