//! A customer's notes: a page of all of them, and what happens to one.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    input,
    model::{self, Note},
    notes_path,
    panel::{Board, Line, Pinned, Section},
    path, writing,
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
    history, html,
    ids::{CustomerId, NoteId},
    input::Parameters,
    paging::Limit,
    reveal,
    shell::{Place, Shell, Toast, Undo, Visit},
    staff::guard::Editor,
    who::SignedIn,
};

#[derive(Template)]
#[template(path = "notes/index.html", blocks = ["rows"])]
struct IndexPage {
    shell: Shell,
    title: String,
    customer_path: String,
    pinned: Pinned,
    board: Board,
    news: Option<(Pinned, Toast)>,
    keeps_form: bool,
    /// True when it begins with the newest.
    is_first: bool,
}

/// Returns the path of a customer's notes that are older than one.
pub(super) fn path_before(customer: CustomerId, note: NoteId) -> String {
    format!("{}?before={note}", notes_path(customer))
}

/// Returns the path of a customer's notes from one on.
pub(super) fn path_from(customer: CustomerId, note: NoteId) -> String {
    path_before(customer, NoteId::from_uuid(Uuid::from_u128(note.uuid().as_u128().saturating_add(1))))
}

async fn page(visit: &Visit, id: CustomerId, before: Option<NoteId>, db: &Db) -> Result<IndexPage> {
    let who = visit.who.clone();
    let (title, pinned, board) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, id)?;
            let customer = customers::find_or_say_where(conn, who.account, id)?.behind(who.curtain());
            let pinned = Pinned::read(conn, &who, &customer)?;
            Ok((customer.title(), pinned, Board::read(conn, &who, &customer, before, Limit::API)?))
        })
        .await?;
    let board = Board { is_page: true, is_more: visit.hx.wants_fragment, ..board };
    let (shell, customer_path) = (visit.shell(Place::Customers), identity::path(id));
    Ok(IndexPage {
        shell,
        title,
        customer_path,
        pinned,
        board,
        news: None,
        keeps_form: false,
        is_first: before.is_none(),
    })
}

/// Answers `GET /customers/{id}/notes`: the page, or the notes to be added to those that are shown.
pub async fn index(
    visit: Visit,
    id: web::Path<CustomerId>,
    asked: Parameters,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let before = asked.0.filled("before").map(str::parse::<NoteId>).transpose().map_err(|_| {
        let sentence = "This link to earlier notes is damaged. Start again from the customer.";
        Error::BadRequest(Code::CursorDamaged.says(sentence))
    })?;
    let page = page(&visit, *id, before, &db).await?;
    visit.answer(&page, page.as_rows())
}

/// Answers `POST /customers/{id}/notes`.
pub async fn write(
    Editor(visit): Editor,
    id: web::Path<CustomerId>,
    sent: Sent,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let id = *id;
    let text = match input::check(&sent.typed, input::NEW) {
        _ if sent.is_review() => return again(&visit, id, StatusCode::OK, Form::open(sent.typed), &db).await,
        Ok(text) => text,
        Err(errors) => {
            let form = Form::new(sent.typed, errors);
            return again(&visit, id, StatusCode::UNPROCESSABLE_ENTITY, form, &db).await;
        }
    };
    let (by, key) = (visit.who.by(), sent.key_about(id.uuid())?);
    let event = db.write(move |conn| {
        let note = writing::write(conn, &by, id, &text, key.as_ref())?;
        history::of_request(conn, &by, note.id.uuid())
    });
    section(&visit, id, Toast::new("Note saved").undoing(event.await?.map(|event| event.id)), &db).await
}

/// Answers with the form again, in its section or on the page of all notes.
async fn again(visit: &Visit, id: CustomerId, status: StatusCode, form: Form, db: &Db) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        let page = page(visit, id, None, db).await?;
        let page = IndexPage { board: Board { form, ..page.board }, ..page };
        return html::with_status(status, page);
    }
    let who = visit.who.clone();
    let board = db
        .read(move |conn| {
            let (customer, who) = (live(conn, &who, id)?, reveal::reader(conn, &who, id)?);
            Board::read_newest(conn, &who, &customer)
        })
        .await?;
    html::with_status(status, Section { keeps_form: false, ..Section::new(Board { form, ..board }) })
}

fn live(conn: &mut PgConnection, who: &SignedIn, id: CustomerId) -> Result<Customer> {
    let customer = customers::find_or_say_where(conn, who.account, id)?;
    customer.refuse_deleted()?;
    Ok(customer)
}

/// Answers with the section and a notice, in its place or through a redirect to the customer.
async fn section(visit: &Visit, id: CustomerId, toast: Toast, db: &Db) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return done(visit, id, toast);
    }
    let who = visit.who.clone();
    let (board, pinned) = db
        .read(move |conn| {
            let (customer, who) = (live(conn, &who, id)?, reveal::reader(conn, &who, id)?);
            Ok((Board::read_newest(conn, &who, &customer)?, Pinned::read(conn, &who, &customer)?))
        })
        .await?;
    html::html(Section { news: Some((pinned, toast)), keeps_form: false, ..Section::new(board) })
}

/// Redirects to the customer's page after a change.
fn done(visit: &Visit, customer: CustomerId, toast: Toast) -> Result<HttpResponse> {
    visit.done(toast, format!("{}#notes", identity::path(customer)))
}

/// A note that changed, in its place, with what changes elsewhere on the page.
#[derive(Template)]
#[template(path = "notes/changed.html")]
struct Changed {
    /// Nothing when it was removed.
    line: Option<Line>,
    /// The note that is not pinned any more.
    former: Option<Line>,
    pinned: Pinned,
    toast: Toast,
    may_change: bool,
}

/// Answers with a note that changed and a notice, in its place or through a redirect to the customer.
pub(super) async fn changed(
    visit: &Visit,
    note: Note,
    former: Option<NoteId>,
    toast: Toast,
    db: &Db,
) -> Result<HttpResponse> {
    if !visit.hx.wants_fragment {
        return done(visit, note.customer, toast);
    }
    let (who, customer) = (visit.who.clone(), note.customer);
    let (reader, pinned, former) = db
        .read(move |conn| {
            let who = reveal::reader(conn, &who, customer)?;
            let former = former.map(|id| model::find(conn, who.account, id)).transpose()?;
            let customer = customers::find(conn, who.account, customer)?;
            let pinned = Pinned::read(conn, &who, &customer)?;
            Ok((who, pinned, former))
        })
        .await?;
    let line = |note: Note| Line::new(note, &reader);
    let former = former.map(line);
    let line = if note.is_removed() { None } else { Some(line(note)) };
    html::html(Changed { line, former, pinned, toast, may_change: true })
}

/// Answers `POST /notes/{id}/pin`; `pinned=no` unpins it.
pub async fn pin(Editor(visit): Editor, id: web::Path<NoteId>, sent: Sent, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    if sent.typed.filled("pinned") == Some("no") {
        let unpinned = db.write(move |conn| {
            let note = writing::unpin(conn, &by, id)?;
            Ok((note, history::of_request(conn, &by, id.uuid())?))
        });
        let (note, event) = unpinned.await?;
        let toast = Toast::new("Note unpinned").undoing(event.map(|event| event.id));
        return changed(&visit, note, None, toast, &db).await;
    }
    let pinned = db.write(move |conn| {
        let (note, former) = writing::pin(conn, &by, id)?;
        Ok((note, former, history::of_request(conn, &by, id.uuid())?))
    });
    let (note, former, event) = pinned.await?;
    let mut toast = Toast::new("Note pinned").undoing(event.map(|event| event.id));
    toast.detail = former.map(|_| "It takes the place of the one that was pinned".to_owned());
    changed(&visit, note, former, toast, &db).await
}

/// Answers `POST /notes/{id}/deletion`.
pub async fn remove(Editor(visit): Editor, id: web::Path<NoteId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let note = db.write(move |conn| writing::remove(conn, &by, id)).await?;
    let mut toast = Toast::new("Note removed");
    toast.detail = Some("Can be restored for 30 days".to_owned());
    toast.undo = Some(Undo { action: format!("{}/restoration", path(id)) });
    changed(&visit, note, None, toast, &db).await
}

/// Answers `POST /notes/{id}/restoration`.
pub async fn restore(Editor(visit): Editor, id: web::Path<NoteId>, db: web::Data<Db>) -> Result<HttpResponse> {
    let (by, id) = (visit.who.by(), *id);
    let note = db.write(move |conn| writing::restore(conn, &by, id)).await?;
    section(&visit, note.customer, Toast::new("The note is back"), &db).await
}
