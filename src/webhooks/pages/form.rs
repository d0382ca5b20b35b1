//! The forms that make and change an endpoint.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{SecretPage, shown_once};
use crate::{
    codes::Code,
    db::Db,
    error::{Error, Result},
    events::{fields::value, outbox::means},
    form::{Form, Sent, Theirs},
    history, html, idempotency,
    ids::EndpointId,
    input::{FieldErrors, FormFields},
    outgoing::Networks,
    sealing::Seals,
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Admin,
    webhooks::{
        ALL, input,
        merging::{self, Saved},
        model::{self, Endpoint, Wish},
        path,
        secret::Secret,
        subjects,
        told::{label, shown},
        words, writing,
    },
};

/// The types of events about one kind of thing.
struct Group {
    /// What they are about: "customers".
    about: String,
    /// The type that means all of them; nothing for those that are of no group.
    whole: Option<(String, bool)>,
    /// Each with whether it is chosen.
    single: Vec<(String, bool)>,
}

impl Group {
    /// Returns whether single ones are chosen, so that they are to be seen.
    fn is_open(&self) -> bool {
        self.single.iter().any(|(_, is_chosen)| *is_chosen)
    }
}

#[derive(Template)]
#[template(path = "webhooks/form.html")]
struct FormPage {
    shell: Shell,
    form: Form,
    /// The stored endpoint; nothing while it is being made.
    stored: Option<Endpoint>,
    /// What somebody else saved meanwhile; nothing when nobody did.
    theirs: Option<Vec<Theirs>>,
}

impl FormPage {
    fn of_new(visit: &Visit, form: Form) -> Self {
        Self { shell: visit.clone().as_page().shell(Place::Webhooks), form, stored: None, theirs: None }
    }

    /// Makes the form of a stored endpoint: what was typed, or what is stored while nobody typed.
    fn of_stored(visit: &Visit, stored: Endpoint, typed: FormFields, errors: FieldErrors) -> Self {
        // What is not ticked is not sent, so that only a whole form is read.
        let typed = if typed.0.is_empty() { pairs(&stored.wish) } else { typed };
        Self { stored: Some(stored), ..Self::of_new(visit, Form::new(typed, errors)) }
    }

    /// Returns the path of the endpoint, or of the list while it is being made.
    fn path(&self) -> String {
        self.stored.as_ref().map_or_else(|| ALL.to_owned(), |stored| path(stored.id))
    }

    fn title(&self) -> String {
        match &self.stored {
            Some(stored) => format!("Edit {}", words::name(&stored.wish.url)),
            None => "Add webhook endpoint".to_owned(),
        }
    }

    /// Returns the version that the form changes: that of the form once it was sent, unless a conflict was shown.
    fn version(&self) -> Option<i32> {
        let stored = self.stored.as_ref()?.version;
        let sent = self.form.typed.filled("version").and_then(|text| text.parse().ok());
        Some(sent.filter(|_| self.theirs.is_none()).unwrap_or(stored))
    }

    fn is_chosen(&self, one: &str) -> bool {
        self.form.typed.every("types").contains(&one)
    }

    /// Returns whether every event is sent.
    fn wants_all(&self) -> bool {
        self.is_chosen("*")
    }

    /// Returns what can be chosen, by what it is about.
    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for kind in subjects::kinds() {
            let first = kind.split('.').next().unwrap_or(kind);
            let about = words::subject(first);
            if groups.last().is_none_or(|group| group.about != about) {
                let whole = format!("{first}.*");
                let is_chosen = self.is_chosen(&whole);
                groups.push(Group { about: about.to_owned(), whole: Some((whole, is_chosen)), single: Vec::new() });
            }
            if let Some(group) = groups.last_mut() {
                group.single.push((kind.to_owned(), self.is_chosen(kind)));
            }
        }
        groups.extend(self.others(&groups));
        groups
    }

    /// Returns what is chosen and cannot be chosen here, so that it stays.
    fn others(&self, groups: &[Group]) -> Option<Group> {
        let offered = |one: &str| {
            let is_whole = |group: &Group| group.whole.as_ref().is_some_and(|(whole, _)| whole == one);
            one == "*" || groups.iter().any(is_whole) || subjects::kinds().any(|kind| kind == one)
        };
        let chosen = self.form.typed.every("types");
        let means_some = |one: &str| subjects::kinds().any(|kind| means(one, kind));
        let others = chosen.into_iter().filter(|one| !offered(one) && means_some(one));
        let single: Vec<(String, bool)> = others.map(|one| (one.to_owned(), true)).collect();
        (!single.is_empty()).then(|| Group { about: "others".to_owned(), whole: None, single })
    }
}

/// Returns an endpoint as the form has it.
fn pairs(wish: &Wish) -> FormFields {
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let types = wish.types.iter().map(|one| text("types", one));
    let others = [text("url", &wish.url), text("description", wish.description.as_deref().unwrap_or_default())];
    FormFields(others.into_iter().chain(types).collect())
}

/// Reads what is typed of an endpoint.
fn read(typed: &FormFields, is_test: bool, networks: &Networks) -> std::result::Result<Wish, FieldErrors> {
    let mut errors = FieldErrors::default();
    let text = |name: &str| typed.first(name).unwrap_or_default();
    let url = errors.note("url", "Address", input::url(text("url"), is_test, networks));
    let description = errors.note("description", "Description", input::description(text("description")));
    let types = match typed.every("types") {
        none if none.is_empty() => Err(Code::Required.says("Choose the events that are sent.")),
        types => input::types(types),
    };
    match (url, errors.note("types", "Events", types), description) {
        (Some(url), Some(types), Some(description)) => Ok(Wish { url, types, description }),
        _ => Err(errors),
    }
}

/// GET /settings/webhooks/new
pub async fn new(Admin(visit): Admin) -> Result<HttpResponse> {
    html::html(FormPage::of_new(&visit, Form::open(FormFields::default())))
}

/// POST /settings/webhooks
pub async fn create(
    Admin(visit): Admin,
    sent: Sent,
    db: web::Data<Db>,
    seals: web::Data<Seals>,
    networks: web::Data<Networks>,
) -> Result<HttpResponse> {
    if sent.is_review() {
        return html::html(FormPage::of_new(&visit, Form::open(sent.typed)));
    }
    let refused = |typed, reason| {
        let form = Form::new(typed, FieldErrors::of("url", "Address", reason));
        html::with_status(StatusCode::CONFLICT, FormPage::of_new(&visit, form))
    };
    if let Some(sentence) = sent.account_error(&visit.who, "add the endpoint") {
        return refused(sent.typed, Code::NotOneOf.says(sentence));
    }
    let wish = match read(&sent.typed, visit.who.is_testing(), &networks) {
        Ok(wish) => wish,
        Err(errors) => return html::invalid(FormPage::of_new(&visit, Form::new(sent.typed, errors))),
    };
    let (by, key, secret) = (visit.who.by(), sent.key()?, Secret::new()?);
    let made = db.write(move |conn| {
        let id = EndpointId::at(by.now());
        if let Some(made) = idempotency::take(conn, by.account, key.as_ref(), id.uuid())? {
            return Ok((EndpointId::from_uuid(made), None));
        }
        let made = writing::create(conn, &by, id, wish.clone(), (&secret, &seals))?;
        Ok((made.id, Some((made.wish.url, secret))))
    });
    match made.await {
        Ok((id, Some((url, secret)))) => {
            let shell = visit.as_page().shell(Place::Webhooks);
            html::html(SecretPage { shell, path: path(id), url, secret, old: None })
        }
        Ok((id, None)) => shown_once(&visit, &path(id)),
        Err(Error::Conflict(reason)) if reason.code == Code::TooManyEndpoints => refused(sent.typed, reason),
        Err(err) => Err(err),
    }
}

async fn stored(visit: &Visit, db: &Db, id: EndpointId) -> Result<Endpoint> {
    let account = visit.who.account;
    db.read(move |conn| model::find(conn, account, id)).await
}

/// GET /settings/webhooks/{id}/edit
pub async fn edit(Admin(visit): Admin, id: web::Path<EndpointId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit, &db, *id).await?;
    html::html(FormPage::of_stored(&visit, stored, FormFields::default(), FieldErrors::default()))
}

/// POST /settings/webhooks/{id}
pub async fn save(
    Admin(visit): Admin,
    id: web::Path<EndpointId>,
    sent: Sent,
    db: web::Data<Db>,
    networks: web::Data<Networks>,
) -> Result<HttpResponse> {
    let stored = stored(&visit, &db, *id).await?;
    if sent.is_review() {
        return html::html(FormPage::of_stored(&visit, stored, sent.typed, FieldErrors::default()));
    }
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the endpoint it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let wish = match read(&sent.typed, visit.who.is_testing(), &networks) {
        Ok(wish) => wish,
        Err(errors) => return html::invalid(FormPage::of_stored(&visit, stored, sent.typed, errors)),
    };
    let (by, id) = (visit.who.by(), stored.id);
    let (saved, event) = db
        .write(move |conn| {
            let saved = merging::save(conn, &by, id, version, &wish)?;
            Ok((saved, history::of_request(conn, &by, id.uuid())?))
        })
        .await?;
    match saved {
        Saved::Done(_) => {
            let toast = Toast::new("The webhook endpoint is saved").undoing(event.map(|event| event.id));
            visit.done(toast, path(id))
        }
        Saved::Clash(current, merged, names) => conflict(&visit, *current, &merged, names),
    }
}

/// Answers with the form again: what was typed, beside what somebody else saved meanwhile where the two differ.
fn conflict(visit: &Visit, current: Endpoint, merged: &Wish, names: Vec<&'static str>) -> Result<HttpResponse> {
    let (theirs, mine) = (current.wish.fields(), merged.fields());
    let differing = names.into_iter().map(|name| Theirs {
        label: label(name),
        typed: shown(name, &value(&mine, name)),
        stored: shown(name, &value(&theirs, name)),
    });
    let theirs = Some(differing.collect());
    let page = FormPage::of_stored(visit, current, pairs(merged), FieldErrors::default());
    html::with_status(StatusCode::CONFLICT, FormPage { theirs, ..page })
}
