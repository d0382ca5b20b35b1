//! The calls about fields.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    body::{self, FIELD_CHANGE, FieldBody, NEW_FIELD},
    changing::{self, Changed, Defined, Merge},
    effects,
    model::{self, Definition, content},
    object::{EffectObject, FieldObject, name},
};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        lists::{AFTER, BEFORE, LIMIT, ListObject, Parameters},
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::Parameter,
        version,
    },
    api_keys::permissions::{Permission, Resource::CustomFields},
    codes::Code,
    db::Db,
    error::Error,
    events::{
        Fields,
        fields::{difference, value},
    },
    ids::FieldId,
    paging::{Cursor, Direction, Page, SortTag},
};

const THING: &str = "custom field";

/// The order of the fields: their own.
const BY_PLACE: SortTag = SortTag::new(b'f');

const ARCHIVED: Parameter = Parameter::flag("archived", "The archived fields instead of the others, by label.");
const DRY_RUN: Parameter = Parameter::flag("dry_run", "Does nothing, and says in numbers what would be done.");

const DEFINING: &str = "Its key and type never change. A key is used once in an account, also by an archived field, which \
    comes back with its values when it is restored.";
const CHANGING: &str = "Changes only what is sent; `choices` are sent whole. No customer’s value changes: who has a choice \
    that is removed, or a value outside of new limits, keeps it until it is changed. `effects` says how many that are.";
const ARCHIVING: &str = "Its values are kept and hidden, and its key stays taken. Archiving an archived field gives the \
    same result.";

/// Returns the calls about fields.
pub fn routes() -> Vec<ApiRoute> {
    let (all, one) = ("/v1/custom_fields", "/v1/custom_fields/{id}");
    let (read, write) = (Permission::read(CustomFields), Permission::write(CustomFields));
    vec![
        ApiRoute::get(all, read, list)
            .taking(&[ARCHIVED, LIMIT, AFTER, BEFORE])
            .told("list_custom_fields", "List the custom fields", "In their order.")
            .answering::<ListObject<FieldObject>>(StatusCode::OK),
        ApiRoute::post(all, write, define)
            .told("define_custom_field", "Define a custom field", DEFINING)
            .reading(&NEW_FIELD)
            .answering::<FieldObject>(StatusCode::CREATED)
            .refusing(&[Code::CustomFieldExists, Code::TooManyCustomFields])
            .versioned()
            .located(),
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_custom_field", "Read a custom field", "An archived one too, which says so.")
            .answering::<FieldObject>(StatusCode::OK)
            .versioned(),
        ApiRoute::update(one, write, update)
            .taking(&[DRY_RUN])
            .told("update_custom_field", "Change a custom field", CHANGING)
            .reading(&FIELD_CHANGE)
            .answering::<Updated>(StatusCode::OK)
            .refusing(&[Code::CustomFieldArchived])
            .comparing(),
        ApiRoute::delete(one, write, archive)
            .taking(&[DRY_RUN])
            .told("archive_custom_field", "Archive a custom field", ARCHIVING)
            .answering::<Archived>(StatusCode::OK)
            .comparing(),
        ApiRoute::post("/v1/custom_fields/{id}/restoration", write, restore)
            .told("restore_custom_field", "Restore a custom field", "With all its values, at any time.")
            .answering::<FieldObject>(StatusCode::OK)
            .refusing(&[Code::TooManyCustomFields])
            .comparing(),
    ]
}

/// Reads the field that a path names.
fn field(conn: &mut PgConnection, caller: &Caller, path: &str) -> Result<Definition> {
    let id: FieldId = caller.id(THING, path)?;
    caller.found(THING, model::find(conn, caller.key.account, id))
}

/// Works like [`field`], for a change: others who would change a field wait.
fn locked(conn: &mut PgConnection, caller: &Caller, path: &str) -> Result<Definition> {
    let id: FieldId = caller.id(THING, path)?;
    caller.found(THING, changing::find_for_update(conn, caller.key.account, id))
}

fn reply(status: StatusCode, caller: &Caller, field: &Definition) -> Result<Reply> {
    let object = FieldObject::new(field, caller.livemode());
    Ok(Reply::new(status, &object, caller.request)?.of_version(field.version))
}

/// Answers `GET /v1/custom_fields`.
async fn list(call: Call, asked: Parameters, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| {
        let limit = asked.limit()?;
        let of_id = |id: FieldId| Cursor::new(BY_PLACE, None, id.uuid());
        let direction = asked.direction(BY_PLACE, Some(of_id))?;
        let all = model::list(conn, caller.key.account, asked.flag("archived")?)?;
        let page = Page::from_rows(beyond(all, &direction), limit, &direction);
        let (next, previous) = (page.next_cursor(|one| of_id(one.id)), page.previous_cursor(|one| of_id(one.id)));
        let data = page.items.iter().map(|one| FieldObject::new(one, caller.livemode())).collect();
        let list = ListObject::new("/v1/custom_fields".to_owned(), data, next, previous);
        Reply::new(StatusCode::OK, &list, caller.request)
    });
    Ok(answer.await?.answer())
}

/// Returns the rows that a page of them is taken from. There are few, so that a place is looked for among all; one that
/// is not there any more begins anew.
fn beyond(mut all: Vec<Definition>, direction: &Direction) -> Vec<Definition> {
    let at = |place: &Cursor| all.iter().position(|one| one.id.uuid() == place.id());
    match direction {
        Direction::First => all,
        Direction::After(place) => {
            let start = at(place).map_or(0, |at| at + 1);
            all.split_off(start)
        }
        Direction::Before(place) => {
            all.truncate(at(place).unwrap_or_default());
            all.reverse();
            all
        }
    }
}

/// Answers `GET /v1/custom_fields/{id}`.
async fn retrieve(call: Call, path: web::Path<String>, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, move |conn, caller| reply(StatusCode::OK, caller, &field(conn, caller, &path)?));
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/custom_fields`.
async fn define(call: Call, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let new = body::new_field(&sent?)?;
        match changing::define(conn, &caller.by(), FieldId::at(caller.now()), new)? {
            Defined::Done(one) => {
                Ok(reply(StatusCode::CREATED, caller, &one)?.at(format!("/v1/custom_fields/{}", one.id)))
            }
            Defined::Exists(other) => Err(exists(&other)),
        }
    };
    call.write(&db, &raw, change).await
}

fn exists(other: &Definition) -> Refusal {
    Refusal::new(Code::CustomFieldExists, changing::taken(other)).with("custom_field", other.id.to_string())
}

/// The custom field as a change made it, or would make it.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CustomFieldUpdated")]
struct Updated {
    #[serde(flatten)]
    field: FieldObject,
    /// Whether this only says what would be done.
    dry_run: bool,
    /// What the change does to what customers have; none when it does nothing.
    effects: Vec<EffectObject>,
}

/// Answers `PATCH`, `PUT` and `POST /v1/custom_fields/{id}`.
async fn update(
    call: Call,
    path: web::Path<String>,
    asked: Parameters,
    sent: Body,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let meant = call.if_match.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let (sent, dry_run) = (sent?, asked.flag("dry_run")?);
        let body = body::change(&sent)?;
        let current = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), current.version)?;
        let given = given(&current, &body, &sent, caller)?;
        let version = version::check_named(body.version, current.version)?;
        let Merge { field, clashes } = changing::merge(conn, caller.key.account, &current, version, &given)?;
        if !clashes.is_empty() {
            return Err(clashed(&current, &clashes, &given));
        }
        let effects = effects::of_change(conn, caller.key.account, &current.field, &field)?;
        let one = match dry_run {
            true => Definition { field, ..current },
            false => store(conn, caller, current, &given, body.position)?,
        };
        let effects = effects.iter().map(EffectObject::from).collect();
        let updated = Updated { field: FieldObject::new(&one, caller.livemode()), dry_run, effects };
        Ok(Reply::new(StatusCode::OK, &updated, caller.request)?.of_version(one.version))
    };
    call.write(&db, &raw, change).await
}

/// Returns what the body changes of a field.
fn given(current: &Definition, body: &FieldBody, sent: &Object, caller: &Caller) -> Result<Fields> {
    let object = serde_json::to_value(FieldObject::new(current, caller.livemode())).map_err(Error::internal)?;
    let wanted = body.over(&current.field, sent, &object)?;
    Ok(difference(&content(&current.field), &content(&wanted)).1)
}

/// Stores a change that does not clash, then the place.
fn store(
    conn: &mut PgConnection,
    caller: &Caller,
    current: Definition,
    given: &Fields,
    position: Option<usize>,
) -> Result<Definition> {
    let one = match changing::change(conn, &caller.by(), current.id, current.version, given)? {
        Changed::Done(one) => *one,
        Changed::Clash(now, names) => return Err(clashed(&now, &names, given)),
    };
    match position {
        Some(to) => Ok(changing::place(conn, &caller.by(), one.id, to)?),
        None => Ok(one),
    }
}

fn clashed(current: &Definition, names: &[&'static str], given: &Fields) -> Refusal {
    let stored = content(&current.field);
    let conflict = |member: &&'static str| {
        let theirs = value(&stored, member);
        let yours = given.get(*member).cloned().unwrap_or_else(|| theirs.clone());
        (name(member), yours, theirs)
    };
    version::clashed(current.version, names.iter().map(conflict))
}

/// What archiving did, or would do.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "CustomFieldDeleteResult")]
struct Archived {
    /// Names the kind of object.
    #[schemars(extend("const" = "delete_result"))]
    object: &'static str,
    /// The custom field.
    id: FieldId,
    /// Whether the field is archived.
    #[schemars(example = true)]
    deleted: bool,
    /// Whether this only says what would be done.
    dry_run: bool,
    /// What it does to what customers have.
    effects: Vec<EffectObject>,
}

/// Answers `DELETE /v1/custom_fields/{id}`.
async fn archive(
    call: Call,
    path: web::Path<String>,
    asked: Parameters,
    sent: Body,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let dry_run = asked.flag("dry_run")?;
        let current = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), current.version)?;
        let effects = effects::of_archiving(conn, caller.key.account, &current)?;
        let one = if dry_run { current } else { changing::archive(conn, &caller.by(), current.id)? };
        let archived = Archived {
            object: "delete_result",
            id: one.id,
            deleted: one.is_archived(),
            dry_run,
            effects: effects.iter().map(EffectObject::from).collect(),
        };
        Ok(Reply::new(StatusCode::OK, &archived, caller.request)?.of_version(one.version))
    };
    call.write(&db, &raw, change).await
}

/// Answers `POST /v1/custom_fields/{id}/restoration`.
async fn restore(call: Call, path: web::Path<String>, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let (meant, raw) = (call.if_match.clone(), sent.raw.clone());
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        let current = locked(conn, caller, &path)?;
        version::check(meant.as_ref(), current.version)?;
        reply(StatusCode::OK, caller, &changing::restore(conn, &caller.by(), current.id)?)
    };
    call.write(&db, &raw, change).await
}
