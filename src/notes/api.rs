//! The calls about notes.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    input,
    model::{self, BY_CREATION, LONGEST, Note},
    object::NoteObject,
    writing::{self, Edited},
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        object::time,
        reading::{Faults, Given, Members},
        refusal::{Refusal, Result},
        route::ApiRoute,
        shape::{Field, Kind as Takes, Shape},
        version,
    },
    api_keys::permissions::{Permission, Resource::Customers},
    codes::Code,
    customers::model as customers,
    db::Db,
    error::Error,
    ids::NoteId,
    paging::Cursor,
};

const THING: &str = "note";

const TEXT: Field = Field::new(
    "text",
    Takes::Text(LONGEST),
    "The text, with line breaks as `\\n`. White space at its ends is left out.",
);

/// A note to be written, as it is sent.
const NEW_NOTE: Shape = Shape {
    name: "NewNote",
    meaning: "A note to be written.",
    fields: &[&[
        TEXT.required().like("Deliver to the gate; the guard signs."),
        Field::new("pinned", Takes::Flag, "Whether it is pinned, in place of the one that is."),
    ]],
};

/// What changes of a note, as it is sent.
const NOTE_CHANGE: Shape = Shape {
    name: "NoteChange",
    meaning: "What changes of a note. What is not sent stays. The read-only fields of what was read may stand beside these \
        as they are.",
    fields: &[&[
        TEXT.like("Deliver to the gate; the guard signs."),
        Field::new("pinned", Takes::Flag, "`true` pins it in place of the one that is, `false` unpins it."),
        Field::new("version", Takes::Whole(1, i32::MAX as i64), "The version that this is a change of.").like_number(1),
    ]],
};

/// The members of the object that cannot be written.
const READ_ONLY: [&str; 9] =
    ["id", "object", "livemode", "customer", "author", "created", "edited", "removed_at", "restorable_until"];

/// Those that change by themselves, so that they are never compared.
const MOVING: [&str; 2] = ["updated", "request_id"];

/// Returns the calls about notes.
pub fn routes() -> Vec<ApiRoute> {
    let (read, write) = (Permission::read(Customers), Permission::write(Customers));
    let (of_customer, one) = ("/v1/customers/{id}/notes", "/v1/notes/{id}");
    vec![
        ApiRoute::get(of_customer, read, list)
            .taking(&[LIMIT, AFTER, BEFORE])
            .told("list_notes", "List a customer’s notes", "The newest first, without those that were removed.")
            .answering::<ListObject<NoteObject>>(StatusCode::OK),
        ApiRoute::post(of_customer, write, create)
            .told("create_note", "Write a note", "Its author is the key, by its name.")
            .reading(&NEW_NOTE)
            .answering::<NoteObject>(StatusCode::CREATED)
            .refusing(&[Code::CustomerDeleted])
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_note", "Read a note", "A removed one too, until it is destroyed.")
            .answering::<NoteObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .told("update_note", "Change a note", "Changes only what is sent.")
            .reading(&NOTE_CHANGE)
            .answering::<NoteObject>(StatusCode::OK)
            .refusing(&[Code::NoteRemoved, Code::CustomerDeleted])
            .comparing(),
        ApiRoute::delete(one, write, remove)
            .told("remove_note", "Remove a note", "It can be restored for 30 days.")
            .answering::<Removed>(StatusCode::OK)
            .refusing(&[Code::CustomerDeleted])
            .comparing(),
        ApiRoute::post("/v1/notes/{id}/restoration", write, restore)
            .told("restore_note", "Restore a note", "Within 30 days after it was removed.")
            .answering::<NoteObject>(StatusCode::OK)
            .refusing(&[Code::TooLateToRestore, Code::CustomerDeleted])
            .comparing(),
    ]
}

fn reply(status: StatusCode, caller: &Caller, note: &Note) -> Result<Reply> {
    let object = NoteObject::new(note, caller.livemode());
    Ok(Reply::new(status, &object, caller.request)?.of_version(note.version))
}

/// Answers `GET /v1/customers/{id}/notes`.
async fn list(call: Call, path: web::Path<String>, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let limit = asked.limit()?;
        let of_id = |id: NoteId| Cursor::new(BY_CREATION, None, id.uuid());
        let direction = asked.direction(BY_CREATION, Some(of_id))?;
        let customer = caller.id("customer", &path)?;
        caller.found("customer", customers::check(conn, caller.key.account, customer))?;
        let page = model::page(conn, caller.key.account, customer, &direction, limit)?;
        let (next, previous) = (page.next_cursor(Note::place), page.previous_cursor(Note::place));
        let data = page.items.iter().map(|note| NoteObject::new(note, caller.livemode())).collect();
        let url = format!("/v1/customers/{customer}/notes");
        Reply::new(StatusCode::OK, &ListObject::new(url, data, next, previous), caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `GET /v1/notes/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let id = caller.id(THING, &path)?;
        reply(StatusCode::OK, caller, &caller.found(THING, model::find(conn, caller.key.account, id))?)
    });
    Ok(answer.await?.answer())
}

/// What is sent of a note.
struct NoteBody {
    text: Given<String>,
    pinned: Given<bool>,
    version: Option<i32>,
}

/// Reads the text, by the rule of the form.
fn text(members: &Members<'_>, faults: &Faults) -> Given<String> {
    let given = members.text("text", &[]);
    let raw = match given {
        Given::Absent => return Given::Absent,
        Given::Null => "",
        Given::Value(raw) => raw,
    };
    match input::text(raw) {
        Ok(text) => Given::Value(text),
        Err(reason) => {
            faults.add(members.path("text"), reason.code, reason.sentence);
            Given::Absent
        }
    }
}

/// Reads the body that writes a note.
fn new_note(object: &Object) -> Result<(String, bool)> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let (text, pinned) = (text(&members, &faults), members.flag("pinned").value().unwrap_or_default());
    members.finish();
    if text == Given::Absent && !faults.has("text") {
        faults.add("text", Code::Required, "Send the “text” of the note.");
    }
    faults.refuse()?;
    Ok((text.value().unwrap_or_default(), pinned))
}

/// Reads the body that changes a note, after a look that it leaves the rest as it is.
fn change_of(object: &Object, note: &Note, livemode: bool) -> Result<NoteBody> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let stored = serde_json::to_value(NoteObject::new(note, livemode)).map_err(Error::internal)?;
    let (text, pinned) = (text(&members, &faults), members.flag("pinned"));
    let version = version::named(&members);
    members.read_only(&READ_ONLY, &stored);
    members.expect_known(&MOVING);
    members.finish();
    faults.refuse()?;
    Ok(NoteBody { text, pinned, version })
}

/// Answers `POST /v1/customers/{id}/notes`.
async fn create(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (text, pinned) = new_note(&object?)?;
        let (customer, by) = (caller.id("customer", &path)?, caller.by());
        let note = caller.found("customer", writing::write(conn, &by, customer, &text, None))?;
        let note = if pinned { writing::pin(conn, &by, note.id)?.0 } else { note };
        Ok(reply(StatusCode::CREATED, caller, &note)?.at(format!("/v1/notes/{}", note.id)))
    };
    call.write(&db, &raw, change).await
}

/// Reads the note that a path names, with its customer locked, and compares its version.
fn meant(conn: &mut PgConnection, caller: &Caller, path: &str, if_match: Option<&version::IfMatch>) -> Result<Note> {
    let id = caller.id(THING, path)?;
    let note = caller.found(THING, writing::find_for_update(conn, &caller.by(), id))?;
    version::check(if_match, note.version)?;
    Ok(note)
}

/// Answers `PATCH`, `PUT` and `POST /v1/notes/{id}`.
async fn update(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object } = sent;
    let if_match = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let object = object?;
        let note = meant(conn, caller, &path, if_match.as_ref())?;
        let NoteBody { text, pinned, version } = change_of(&object, &note, caller.livemode())?;
        note.refuse_removed()?;
        let version = version::check_named(version, note.version)?;
        let (by, id) = (caller.by(), note.id);
        let note = match text.value() {
            None => note,
            Some(text) => match writing::edit(conn, &by, id, version, &text)? {
                Edited::Done(note) => *note,
                Edited::Clash(current) => return Err(clashed(&current, &text)),
            },
        };
        let note = match pinned.value() {
            Some(true) => writing::pin(conn, &by, id)?.0,
            Some(false) => writing::unpin(conn, &by, id)?,
            None => note,
        };
        reply(StatusCode::OK, caller, &note)
    };
    call.write(&db, &raw, change).await
}

fn clashed(current: &Note, yours: &str) -> Refusal {
    let conflicts: Value = json!([{"field": "text", "yours": yours, "theirs": current.text}]);
    let message = "Somebody changed the text meanwhile. Nothing is saved.";
    Refusal::new(Code::VersionMismatch, message).with("current_version", current.version).with("conflicts", conflicts)
}

/// What a removal did.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "NoteDeleteResult")]
struct Removed {
    /// Names the kind of object.
    #[schemars(extend("const" = "delete_result"))]
    object: &'static str,
    /// The note.
    id: NoteId,
    /// Always true.
    #[schemars(example = true)]
    deleted: bool,
    /// The end of the time in which it can be restored.
    #[schemars(transform = time)]
    restorable_until: Option<i64>,
}

/// Answers `DELETE /v1/notes/{id}`.
async fn remove(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (if_match, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let note = meant(conn, caller, &path, if_match.as_ref())?;
        let note = writing::remove(conn, &caller.by(), note.id)?;
        let restorable_until = note.restorable_until().map(Timestamp::as_second);
        let removed = Removed { object: "delete_result", id: note.id, deleted: true, restorable_until };
        Ok(Reply::new(StatusCode::OK, &removed, caller.request)?.of_version(note.version))
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/notes/{id}/restoration`.
async fn restore(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (if_match, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let note = meant(conn, caller, &path, if_match.as_ref())?;
        reply(StatusCode::OK, caller, &writing::restore(conn, &caller.by(), note.id)?)
    };
    call.write(&db, &raw, change).await
}
