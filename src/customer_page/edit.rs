//! Editing a customer in place, all of it or a section, and choosing between two people's edits.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    fields::Groups,
    question::{Asks, Question},
    section::Section,
    show::{ShowPage, View},
};
use crate::{
    codes::Code,
    customer_list::origin::{Listing, Origin},
    customers::{
        field_rows::Wanted,
        form::over_stored,
        identity::path,
        input, kinds,
        lookalikes::{self, AGREED, Lookalike, Lookalikes},
        model::{self, Customer},
        record::{self, ADDRESS, FIELD},
        revert,
        saving::{self, Clash, Save, Saved},
    },
    db::Db,
    deletion,
    error::Result,
    events::Fields,
    form::{Form, Sent},
    history::{self, Event},
    html::{self, DIALOG},
    idempotency::OneTimeKey,
    ids::CustomerId,
    input::{FieldErrors, FormFields, Parameters},
    reveal,
    shell::{Link, Place, Shell, Toast, Undo, Visit},
    staff::guard::Editor,
    undo,
    values::{curtain::Curtain, field::Fields as CustomFields, when::When},
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "customer_page/edit.html", blocks = ["customer", "dialog"])]
struct EditPage {
    shell: Shell,
    view: View,
    /// The section that is edited alone; without one it is the whole customer.
    section: Option<Section>,
    form: Form,
    version: String,
    /// True when somebody deleted the customer while it was edited.
    deleted_meanwhile: bool,
    question: Option<Question>,
}

impl EditPage {
    /// Returns whether it was sent and something in it needs another look.
    fn is_refused(&self) -> bool {
        !self.form.errors.is_empty() || self.question.is_some()
    }

    /// Returns whether it was sent and not saved.
    fn is_unsaved(&self) -> bool {
        self.is_refused() || self.deleted_meanwhile
    }

    fn groups(&self) -> Groups<'_> {
        // What was sent comes back with its version.
        let focus_first = !self.form.has("version");
        Groups { form: &self.form, settings: &self.shell.who.settings, focus_first, wanted: Wanted::All }
    }

    /// Returns what the form does, for its heading.
    fn heading(&self) -> &'static str {
        match self.section {
            None => "Edit",
            Some(Section::Details) => "Edit details",
            Some(Section::Addresses) => "Edit addresses",
            Some(Section::Metadata) => "Edit metadata",
            Some(Section::Fields) => "Edit custom fields",
        }
    }

    /// Returns the path that leads back without a save.
    fn way_back(&self) -> String {
        place(&self.view.here(), self.section)
    }

    fn answer(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        if self.section.is_none() {
            return visit.answer_with(status, &self, self.as_customer());
        }
        // In place a section's form is a dialog over the customer's page.
        Ok(visit.retargeted(visit.answer_with(status, &self, self.as_dialog())?, DIALOG))
    }
}

/// Returns the path of a customer's page, at the button of a section.
fn place(path: &str, section: Option<Section>) -> String {
    section.map_or_else(|| path.to_owned(), |section| format!("{path}#{}", section.opener()))
}

/// Answers `GET /customers/{id}/edit`; `part` names a section to edit alone.
pub async fn edit(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    asked: Parameters,
    origin: Origin,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (customer, list) = read(&visit.who, *id, &origin, &db).await?;
    customer.refuse_deleted()?;
    let (who, opened) = (visit.who.clone(), *id);
    let who = db.read(move |conn| reveal::opener(conn, &who, opened)).await?;
    let section = Section::asked(&asked.0);
    let mut typed = input::typed(&customer.record.fields());
    if let Some(row) = section.filter(|section| section.is_empty(&customer.record)).and_then(Section::first_row) {
        typed.0.push(("add".to_owned(), row.to_owned()));
    }
    let (form, version) = (Form::open(typed), customer.version.to_string());
    let (shell, view) = (visit.shell(Place::Customers), View::new(customer, list, &who));
    let page = EditPage { shell, view, section, form, version, deleted_meanwhile: false, question: None };
    page.answer(&visit, StatusCode::OK)
}

/// Reads a customer, and the list that its page was opened from.
async fn read(who: &SignedIn, id: CustomerId, origin: &Origin, db: &Db) -> Result<(Customer, Listing)> {
    let (who, origin) = (who.clone(), origin.clone());
    db.read(move |conn| Ok((model::find_or_say_where(conn, who.account, id)?, origin.open(conn, &who)?))).await
}

/// Answers `POST /customers/{id}`.
pub async fn save(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    origin: Origin,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let at = (*id, &origin);
    let (who, opened) = (visit.who.clone(), *id);
    let who = db.read(move |conn| reveal::sender(conn, &who, opened)).await?;
    if sent.is_review() {
        return again(&visit, &who, at, sent, Why::Review, &db).await;
    }
    let wish = match Wish::read(&sent, &visit.who)? {
        Ok(wish) => wish,
        Err(errors) => return again(&visit, &who, at, sent, Why::Errors(errors), &db).await,
    };
    let (outcome, edit) = store(&db, &visit.who, *id, wish).await?;
    match outcome {
        Saved::Done(deleted) => {
            answer_at(
                &visit,
                at,
                Section::asked(&sent.typed),
                saved(deleted, edit, &visit.who.settings.fields, &origin),
                &db,
            )
            .await
        }
        Saved::Deleted | Saved::Waits(_) => again(&visit, &who, at, sent, Why::Deleted, &db).await,
        Saved::Invalid(errors) => again(&visit, &who, at, sent, Why::Errors(errors), &db).await,
        Saved::Doubtful(found) => again(&visit, &who, at, sent, Why::Doubtful(found), &db).await,
        Saved::Clash(clash) => {
            let (_, list) = read(&visit.who, *id, &origin, &db).await?;
            clashed(&visit, &who, *clash, list, &sent.typed)
        }
    }
}

/// Returns the notice of a save, with what it changed. A deleted customer with the same email or phone is only mentioned.
fn saved(deleted: Option<Lookalike>, edit: Option<Event>, fields: &CustomFields, origin: &Origin) -> Toast {
    let Some(edit) = edit else { return Toast::new("Nothing was changed") };
    let mut toast = Toast::new(format!("{} changed", revert::named(&edit, fields)));
    toast.undo = Some(Undo::at(origin.on(&undo::path(edit.id))));
    if let Some(deleted) = deleted {
        toast.detail = Some(format!("A deleted customer has the same {}", deleted.shares()));
        toast.link = Some(Link { text: "See the deleted one".to_owned(), href: path(deleted.id) });
    }
    toast
}

/// The save that a form asks for.
struct Wish {
    version: i32,
    change: Fields,
    restore: bool,
    agreed: BTreeSet<CustomerId>,
    key: Option<OneTimeKey>,
}

impl Wish {
    /// Reads what was sent, or returns its errors.
    fn read(sent: &Sent, who: &SignedIn) -> Result<Result<Self, FieldErrors>> {
        let change = match input::check(&sent.typed, &who.settings) {
            Ok(change) => input::without_theirs(change, &sent.typed),
            Err(errors) => return Ok(Err(errors)),
        };
        let Some(version) = sent.version() else {
            let sentence = "The form does not say which version it changes. Open it again.";
            return Ok(Err(FieldErrors::of("name", "Version", Code::Required.says(sentence))));
        };
        let (restore, agreed) = (sent.typed.filled("restore").is_some(), lookalikes::agreed(&sent.typed));
        Ok(Ok(Self { version, change, restore, agreed, key: sent.key()? }))
    }
}

/// Stores a wish, and returns the event of it, if something was changed.
async fn store(db: &Db, who: &SignedIn, id: CustomerId, wish: Wish) -> Result<(Saved, Option<Event>)> {
    let (by, settings) = (who.by(), who.settings.clone());
    db.write(move |conn| {
        let Wish { version, change, restore, agreed, key } = &wish;
        let (settings, key) = (&settings, key.as_ref());
        let save = Save { id, version: *version, change, settings, even_deleted: *restore, agreed, key };
        let saved = match saving::save(conn, &by, &save)? {
            Saved::Waits(waiting) => {
                let restored = deletion::restore(conn, &by, id)?;
                waiting.store(conn, &by, &restored)?
            }
            saved => saved,
        };
        let edit = history::of_request(conn, &by, id.uuid())?.filter(|event| event.kind == kinds::UPDATED);
        Ok((saved, edit))
    })
    .await
}

/// The reason why a form is shown again.
enum Why {
    /// The form is to be gone on with.
    Review,
    /// It has errors: 422.
    Errors(FieldErrors),
    /// The customer was deleted while it was edited: 409.
    Deleted,
    /// Other customers have its email or phone: 409.
    Doubtful(Lookalikes),
}

/// Answers with the form again, as `who` sees it, with what was typed; what was not sent is as stored.
async fn again(
    visit: &Visit,
    who: &SignedIn,
    (id, origin): (CustomerId, &Origin),
    sent: Sent,
    why: Why,
    db: &Db,
) -> Result<HttpResponse> {
    let (customer, list) = read(&visit.who, id, origin, db).await?;
    let status = match why {
        Why::Review => StatusCode::OK,
        Why::Errors(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Why::Deleted | Why::Doubtful(_) => StatusCode::CONFLICT,
    };
    let deleted_meanwhile = matches!(why, Why::Deleted);
    let (errors, question) = match why {
        Why::Errors(errors) => (errors, None),
        Why::Doubtful(found) => {
            (FieldErrors::default(), Some(Question::read(Asks::Editing, found, &visit.who, db).await?))
        }
        Why::Review | Why::Deleted => (FieldErrors::default(), None),
    };
    let section = Section::asked(&sent.typed);
    let version = sent.typed.filled("version").map_or_else(|| customer.version.to_string(), str::to_owned);
    // Who does not see what is stored gets back what they sent.
    let stored = match who.curtain() {
        Curtain::Open => input::typed(&customer.record.fields()),
        Curtain::Drawn => FormFields::default(),
    };
    let typed = over_stored(input::typed_without_theirs(sent.typed), stored);
    let form = Form::new(typed, errors);
    let (shell, view) = (visit.shell(Place::Customers), View::new(customer, list, who));
    EditPage { shell, view, section, form, version, deleted_meanwhile, question }.answer(visit, status)
}

/// Answers after a change: with the customer's page and a notice, in its place or by a redirect. For a fragment, the
/// page's address replaces the form's.
pub(super) async fn answer(visit: &Visit, at: (CustomerId, &Origin), toast: Toast, db: &Db) -> Result<HttpResponse> {
    answer_at(visit, at, None, toast, db).await
}

/// Works like [`answer`], with the focus at the button of a section that was edited alone. Its dialog has no address.
async fn answer_at(
    visit: &Visit,
    (id, origin): (CustomerId, &Origin),
    saved: Option<Section>,
    toast: Toast,
    db: &Db,
) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return visit.done(toast, place(&origin.on(&path(id)), saved));
    }
    let page = ShowPage { toast: Some(toast), saved, ..ShowPage::read(visit, id, origin, db).await? };
    let mut answer = HttpResponse::Ok();
    if saved.is_none() {
        answer.insert_header(("HX-Push-Url", page.view.here()));
    }
    html::render(&mut answer, page.as_customer())
}

/// A field that both changed.
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
    /// The person who saved last, and the time.
    who: String,
    at: Option<When>,
    rows: Vec<ClashRow>,
    /// The fields of mine that do not clash.
    others: Vec<String>,
    /// The form's one-time key.
    key: String,
    /// All fields of mine, whom I agreed to, and the wish to restore, for the form to carry.
    carried: Vec<(String, String)>,
    /// True when it takes the place of a dialog with the form.
    over_dialog: bool,
}

fn clashed(visit: &Visit, who: &SignedIn, clash: Clash, list: Listing, typed: &FormFields) -> Result<HttpResponse> {
    let custom = &visit.who.settings.fields;
    let rows = clash.fields.iter().map(|(name, mine, theirs)| ClashRow {
        label: record::label_among(name, custom),
        mine: record::shown(name, mine),
        theirs: record::shown(name, &who.curtain().json(name, theirs)),
        name: name.clone(),
    });
    let rows: Vec<ClashRow> = rows.collect();
    let others = labels(clash.mine.keys(), custom);
    let mut mine = clash.mine;
    mine.extend(clash.fields.into_iter().map(|(name, mine, _)| (name, mine)));
    let agreed = typed.every(AGREED).into_iter().map(|ids| (AGREED.to_owned(), ids.to_owned()));
    let restore = typed.filled("restore").map(|wish| ("restore".to_owned(), wish.to_owned()));
    let carried = input::typed(&mine).0.into_iter().chain(agreed).chain(restore).collect();
    let last = clash.last.as_ref();
    let page = ConflictPage {
        who: last.and_then(|event| event.by.clone()).unwrap_or_else(|| "Clientele".to_owned()),
        at: last.map(|event| When::new(event.id.created_at(), &visit.who.settings.time_zone, visit.who.now())),
        view: View::new(clash.current, list, who),
        shell: visit.shell(Place::Customers),
        rows,
        others,
        key: OneTimeKey::fresh(),
        carried,
        over_dialog: visit.hx.wants_fragment && Section::asked(typed).is_some(),
    };
    visit.answer_with(StatusCode::CONFLICT, &page, page.as_customer())
}

/// Returns the labels of the fields, each once.
fn labels<'a>(names: impl Iterator<Item = &'a String>, custom: &CustomFields) -> Vec<String> {
    let label = |name: &String| match name {
        _ if name.starts_with(ADDRESS) => "address".to_owned(),
        _ if name.starts_with(FIELD) => record::label_among(name, custom),
        _ => record::label(name).to_lowercase(),
    };
    let mut labels: Vec<String> = names.map(label).collect();
    labels.dedup();
    labels
}
