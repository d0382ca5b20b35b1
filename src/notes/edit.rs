//! The form that edits a note.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    input,
    model::{self, Note},
    notes_path, pages, path,
    writing::{self, Edited},
};
use crate::{
    codes::Code,
    customers::{
        identity,
        model::{self as customers, Customer},
    },
    db::Db,
    error::{Error, Result},
    form::{Form, Sent},
    history,
    html::DIALOG,
    ids::NoteId,
    input::{FieldErrors, FormFields},
    reveal::{self, Uses},
    shell::{Place, Shell, Toast, Visit},
    staff::guard::Editor,
    values::curtain::Curtain,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "notes/edit.html", blocks = ["dialog"])]
struct EditPage {
    shell: Shell,
    title: String,
    customer_path: String,
    notes: String,
    id: NoteId,
    path: String,
    version: i32,
    form: Form,
    /// The text that somebody else saved meanwhile.
    theirs: Option<String>,
}

/// A note that can be edited, with its customer.
struct Stored {
    customer: Customer,
    note: Note,
    /// What hides it from who edits.
    curtain: Curtain,
}

async fn stored(who: &SignedIn, db: &Db, id: NoteId, uses: Uses) -> Result<Stored> {
    let who = who.clone();
    db.read(move |conn| {
        let note = model::find(conn, who.account, id)?;
        let customer = customers::find(conn, who.account, note.customer)?;
        let curtain = uses(conn, &who, customer.id)?.curtain();
        customer.refuse_deleted()?;
        note.refuse_removed()?;
        Ok(Stored { customer, note, curtain })
    })
    .await
}

impl EditPage {
    fn new(visit: &Visit, stored: &Stored, typed: FormFields, errors: FieldErrors) -> Self {
        let (customer, note) = (&stored.customer, &stored.note);
        let as_stored = match stored.curtain {
            Curtain::Open => FormFields(vec![(input::EDITED.to_owned(), note.text.clone())]),
            Curtain::Drawn => FormFields::default(),
        };
        Self {
            shell: visit.shell(Place::Customers),
            title: customer.clone().behind(stored.curtain).title(),
            customer_path: identity::path(customer.id),
            notes: notes_path(customer.id),
            id: note.id,
            path: path(note.id),
            version: note.version,
            form: Form::new(typed.over(as_stored), errors),
            theirs: None,
        }
    }

    /// Answers with the form again, in its dialog.
    fn again(self, visit: &Visit, status: StatusCode) -> Result<HttpResponse> {
        let answer = visit.answer_with(status, &self, self.as_dialog())?;
        Ok(visit.retargeted(answer, DIALOG))
    }
}

/// Answers `GET /notes/{id}/edit`.
pub async fn edit(Editor(visit): Editor, id: web::Path<NoteId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let stored = stored(&visit.who, &db, *id, reveal::opener).await?;
    let page = EditPage::new(&visit, &stored, FormFields::default(), FieldErrors::default());
    visit.answer(&page, page.as_dialog())
}

/// Answers `POST /notes/{id}`.
pub async fn save(Editor(visit): Editor, id: web::Path<NoteId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let id = *id;
    let now = stored(&visit.who, &db, id, reveal::sender).await?;
    let version = sent.version().ok_or_else(|| {
        let sentence = "The form does not say which version of the note it changes. Open it again.";
        Error::BadRequest(Code::InvalidParameter.says(sentence))
    })?;
    let form = |stored: &Stored, errors| EditPage::new(&visit, stored, sent.typed.clone(), errors);
    let text = match input::check(&sent.typed, input::EDITED) {
        _ if sent.is_review() => {
            return EditPage { version, ..form(&now, FieldErrors::default()) }.again(&visit, StatusCode::OK);
        }
        Ok(text) => text,
        Err(errors) => {
            return EditPage { version, ..form(&now, errors) }.again(&visit, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let by = visit.who.by();
    let edited = db.write(move |conn| {
        let edited = writing::edit(conn, &by, id, version, &text)?;
        Ok((edited, history::of_request(conn, &by, id.uuid())?))
    });
    match edited.await? {
        (Edited::Done(note), event) => {
            let toast = Toast::new("Note changed").undoing(event.map(|event| event.id));
            pages::changed(&visit, *note, None, toast, &db).await
        }
        (Edited::Clash(note), _) => {
            let theirs = Some(now.curtain.text(&note.text));
            let current = Stored { note: *note, ..now };
            let page = EditPage { theirs, ..form(&current, FieldErrors::default()) };
            page.again(&visit, StatusCode::CONFLICT)
        }
    }
}
