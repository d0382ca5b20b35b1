//! The forms that define and change a field. What a change does to what customers have is asked about before it is done.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{LIST, path, preview::Preview};
use crate::{
    codes::Code,
    custom_fields::{
        changing::{self, Changed, Defined, Merge},
        effects,
        input::{Draft, NewField, least_label, most_label},
        limits::has_limits,
        model::{self, Definition, content},
        revert::{label, shown},
    },
    customers::part::Effect,
    db::Db,
    error::{Error, Result},
    events::{Fields, fields::value},
    form::{Form, Sent, Theirs},
    history::{self, Event},
    html, idempotency,
    ids::{AccountId, FieldId},
    input::{FieldErrors, FormFields},
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Admin,
    values::field::{Field, Kind},
};

#[derive(Template)]
#[template(path = "custom_fields/form.html")]
struct FormPage {
    shell: Shell,
    form: Form,
    /// The stored field; nothing while it is being defined.
    stored: Option<Definition>,
    /// The field that has the key already.
    exists: Option<Definition>,
    /// What somebody else saved meanwhile; nothing when nobody did.
    theirs: Option<Vec<Theirs>>,
    preview: Preview,
}

impl FormPage {
    fn of_new(visit: &Visit, form: Form) -> Self {
        let preview = Preview::of(&form.typed, None);
        let shell = visit.clone().as_page().shell(Place::CustomFields);
        Self { shell, form, stored: None, exists: None, theirs: None, preview }
    }

    /// Makes the form of a stored field: the typed fields, and the stored values of the others.
    fn of_stored(visit: &Visit, stored: Definition, typed: FormFields, errors: FieldErrors) -> Self {
        let form = Form::new(typed.over(pairs(&stored.field)), errors);
        let preview = Preview::of(&form.typed, Some(&stored.field));
        let shell = visit.clone().as_page().shell(Place::CustomFields);
        Self { shell, form, stored: Some(stored), exists: None, theirs: None, preview }
    }

    fn title(&self) -> String {
        match &self.stored {
            Some(stored) => format!("Edit field “{}”", stored.field.label),
            None => "Define custom field".to_owned(),
        }
    }

    fn action(&self) -> String {
        self.stored.as_ref().map_or_else(|| LIST.to_owned(), |stored| path(stored.id))
    }

    /// Returns the kind of a stored field, or of the one that is chosen.
    fn kind(&self) -> Option<Kind> {
        self.stored.as_ref().map(|stored| stored.field.kind).or_else(|| self.form.typed.filled("kind")?.parse().ok())
    }

    /// Returns the kinds to choose from: value, words, an example, and true for the chosen one.
    fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let chosen = self.kind();
        Kind::ALL.into_iter().map(move |kind| (kind.as_str(), kind.label(), chosen == Some(kind)))
    }

    /// Returns whether the form has inputs that fit the kind; every one does while it can be chosen.
    fn has_choices(&self) -> bool {
        self.stored.as_ref().is_none_or(|stored| stored.field.kind.has_choices())
    }

    fn has_limits(&self) -> bool {
        self.stored.as_ref().is_none_or(|stored| has_limits(stored.field.kind))
    }

    /// Returns the labels of the limits.
    fn limits(&self) -> (&'static str, &'static str) {
        let kind = self.stored.as_ref().map_or(Kind::Number, |stored| stored.field.kind);
        (least_label(kind), most_label(kind))
    }

    fn is_on(&self, name: &str) -> bool {
        self.form.text(name) == "on"
    }
}

/// A question before something is done: what it does, in numbers, with the form to send again.
#[derive(Template)]
#[template(path = "custom_fields/agreement.html")]
struct AgreementPage {
    shell: Shell,
    title: String,
    action: String,
    typed: FormFields,
    effects: Vec<Effect>,
    /// What the form carries once somebody agrees.
    digest: String,
}

impl AgreementPage {
    fn answer(visit: &Visit, title: String, action: String, sent: Sent, effects: Vec<Effect>) -> Result<HttpResponse> {
        let mut typed = sent.typed;
        typed.0.retain(|(name, _)| name != "agreed");
        let (shell, digest) = (visit.clone().as_page().shell(Place::CustomFields), effects::digest(&effects));
        html::with_status(StatusCode::CONFLICT, Self { shell, title, action, typed, effects, digest })
    }
}

/// Returns the effects of a change that nobody agreed to yet.
fn unagreed(effects: Vec<Effect>, sent: &Sent) -> Option<Vec<Effect>> {
    let is_agreed = effects.is_empty() || sent.typed.filled("agreed") == Some(effects::digest(&effects).as_str());
    (!is_agreed).then_some(effects)
}

fn pairs(field: &Field) -> FormFields {
    let flag = |on: bool| if on { "on" } else { "no" }.to_owned();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let pairs = [
        ("label", field.label.clone()),
        ("help_text", text(&field.help)),
        ("choices", field.choices.join("\n")),
        ("least", text(&field.least)),
        ("most", text(&field.most)),
        ("is_required", flag(field.is_required)),
        ("is_listed", flag(field.is_listed)),
        ("in_form", flag(field.in_form)),
    ];
    FormFields(pairs.map(|(name, text)| (name.to_owned(), text)).into())
}

/// GET /settings/fields/new
pub async fn new(Admin(visit): Admin) -> Result<HttpResponse> {
    html::html(FormPage::of_new(&visit, Form::open(FormFields::default())))
}

/// POST /settings/fields
pub async fn define(Admin(visit): Admin, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    if sent.is_review() {
        return html::html(FormPage::of_new(&visit, Form::open(sent.typed)));
    }
    if let Some(sentence) = sent.account_error(&visit.who, "define the field") {
        let form = Form::new(sent.typed, FieldErrors::of("label", "Account", Code::NotOneOf.says(sentence)));
        return html::with_status(StatusCode::CONFLICT, FormPage::of_new(&visit, form));
    }
    let draft = Draft::of_form(&sent.typed);
    let new = match draft.check_new(sent.typed.first("field_key"), sent.typed.first("kind")) {
        Ok(new) => new,
        Err(errors) => return html::invalid(FormPage::of_new(&visit, Form::new(sent.typed, errors))),
    };
    let (account, asked) = (visit.who.account, new.field.clone());
    let effects = db.read(move |conn| effects::of_definition(conn, account, &asked)).await?;
    if let Some(effects) = unagreed(effects, &sent) {
        let title = format!("Define field “{}”?", new.field.label);
        return AgreementPage::answer(&visit, title, LIST.to_owned(), sent, effects);
    }
    match make(&db, &visit, &sent, new).await? {
        (Defined::Done(field), event) => defined(&visit, &field, event),
        (Defined::Exists(other), _) => {
            let reason = Code::CustomFieldExists.says(changing::taken(&other));
            let form = Form::new(sent.typed, FieldErrors::of("field_key", "Key", reason));
            let page = FormPage { exists: Some(*other), ..FormPage::of_new(&visit, form) };
            html::with_status(StatusCode::CONFLICT, page)
        }
    }
}

/// Defines the field, with the event of it; a form that is sent again finds what it has defined.
async fn make(db: &Db, visit: &Visit, sent: &Sent, new: NewField) -> Result<(Defined, Option<Event>)> {
    let (by, key) = (visit.who.by(), sent.key()?);
    db.write(move |conn| {
        let (id, key) = (FieldId::at(by.now()), key.as_ref());
        if let Some(made) = idempotency::take(conn, by.account, key, id.uuid())? {
            let made = model::find(conn, by.account, FieldId::from_uuid(made))?;
            return Ok((Defined::Done(Box::new(made)), None));
        }
        let defined = changing::define(conn, &by, id, new.clone())?;
        if let Defined::Exists(_) = defined {
            idempotency::release(conn, by.account, key)?;
        }
        Ok((defined, history::of_request(conn, &by, id.uuid())?))
    })
    .await
}

fn defined(visit: &Visit, field: &Definition, event: Option<Event>) -> Result<HttpResponse> {
    let mut toast = Toast::new(format!("The field “{}” is there", field.field.label));
    toast.detail = Some(format!("Searched by field.{}:", field.field.key));
    visit.done(toast.undoing(event.map(|event| event.id)), format!("{LIST}#{}", field.id))
}

/// GET /settings/fields/{id}/edit
pub async fn edit(Admin(visit): Admin, id: web::Path<FieldId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit, &db, *id).await?;
    html::html(FormPage::of_stored(&visit, stored, FormFields::default(), FieldErrors::default()))
}

/// Returns a field that can be changed.
async fn stored(visit: &Visit, db: &Db, id: FieldId) -> Result<Definition> {
    let account = visit.who.account;
    let stored = db.read(move |conn| model::find(conn, account, id)).await?;
    stored.refuse_archived()?;
    Ok(stored)
}

/// POST /settings/fields/{id}: changes the fields that are sent.
pub async fn save(Admin(visit): Admin, id: web::Path<FieldId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit, &db, *id).await?;
    if sent.is_review() {
        return html::html(FormPage::of_stored(&visit, stored, sent.typed, FieldErrors::default()));
    }
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the field it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let wanted = match Draft::of_form(&sent.typed).check_over(&stored.field) {
        Ok(wanted) => wanted,
        Err(errors) => return html::invalid(FormPage::of_stored(&visit, stored, sent.typed, errors)),
    };
    let (by, id, given) = (visit.who.by(), stored.id, content(&wanted));
    let planned = plan(&db, by.account, id, version, given.clone()).await?;
    if !planned.merge.clashes.is_empty() {
        return conflict(&visit, planned);
    }
    if let Some(effects) = unagreed(planned.effects, &sent) {
        let title = format!("Change field “{}”?", stored.field.label);
        return AgreementPage::answer(&visit, title, path(id), sent, effects);
    }
    let (account, changes) = (by.account, given.clone());
    let done = db.write(move |conn| {
        let changed = changing::change(conn, &by, id, version, &changes)?;
        Ok((changed, history::of_request(conn, &by, id.uuid())?))
    });
    match done.await? {
        (Changed::Done(field), event) => {
            let toast = Toast::new(format!("The field “{}” is saved", field.field.label));
            let toast = toast.undoing(event.map(|event| event.id));
            visit.done(toast, format!("{LIST}#{id}"))
        }
        // Somebody was quicker between the two.
        (Changed::Clash(..), _) => conflict(&visit, plan(&db, account, id, version, given).await?),
    }
}

/// A change as it would be made.
struct Planned {
    current: Definition,
    merge: Merge,
    effects: Vec<Effect>,
}

async fn plan(db: &Db, account: AccountId, id: FieldId, version: i32, given: Fields) -> Result<Planned> {
    db.read(move |conn| {
        let current = model::find(conn, account, id)?;
        let merge = changing::merge(conn, account, &current, version, &given)?;
        let effects = effects::of_change(conn, account, &current.field, &merge.field)?;
        Ok(Planned { current, merge, effects })
    })
    .await
}

/// Answers with the form again: what was typed, beside what somebody else saved meanwhile where the two differ.
fn conflict(visit: &Visit, planned: Planned) -> Result<HttpResponse> {
    let Planned { current, merge: Merge { field, clashes }, .. } = planned;
    let (stored, mine) = (content(&current.field), content(&field));
    let theirs = clashes.into_iter().map(|name| Theirs {
        label: label(name),
        typed: shown(name, &value(&mine, name)),
        stored: shown(name, &value(&stored, name)),
    });
    let theirs = Some(theirs.filter(|one| one.typed != one.stored).collect());
    let page = FormPage::of_stored(visit, current, pairs(&field), FieldErrors::default());
    html::with_status(StatusCode::CONFLICT, FormPage { theirs, ..page })
}
