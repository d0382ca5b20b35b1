//! The call that takes a change back.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Done, Undone};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        lists::Parameters,
        refusal::{Refusal, Result},
        route::ApiRoute,
        told::Parameter,
    },
    api_keys::permissions::{Permission, Resource::Events},
    codes::Code,
    customer_parts::object::CustomerObject,
    customers::{kinds, model},
    db::Db,
    error::Error,
    events::Fields,
    history::{
        Event,
        reverting::{Asker, Reverted, Since},
    },
    ids::EventId,
};

const UNDOING: &str = "Makes the inverse change, within 30 days, unless something of it was changed since. The key also \
    needs the permission that such a change needs. What is done is an event of its own, which can be undone too. Money \
    is never undone, only refunded.";

const PARAMETERS: &[Parameter] = &[
    Parameter::flag("dry_run", "Does nothing, and says what would be done."),
    Parameter::flag("allow_duplicate", "Brings an email or phone back even if other customers have it by now."),
];

/// Returns the call.
pub fn routes() -> Vec<ApiRoute> {
    vec![
        ApiRoute::post("/v1/events/{id}/undo", Permission::read(Events), undo)
            .taking(PARAMETERS)
            .told("undo_event", "Undo a change", UNDOING)
            .answering::<UndoResult>(StatusCode::OK)
            .refusing(&[
                Code::NotUndoable,
                Code::AlreadyUndone,
                Code::TooLateToUndo,
                Code::ChangedSince,
                Code::PossibleDuplicate,
                Code::CustomerDeleted,
                Code::CustomerErased,
                Code::NoteRemoved,
                Code::DeletionBlocked,
                Code::ScheduleEnded,
                Code::PartClosed,
                Code::ChargeUnderWay,
                Code::WalletFull,
                Code::AlreadyInWallet,
                Code::MethodRemoved,
                Code::TooLateToRestore,
            ]),
    ]
}

/// What an undo did, or would do.
#[derive(JsonSchema, Serialize)]
struct UndoResult {
    /// Names the kind of object.
    #[schemars(extend("const" = "undo_result"))]
    object: &'static str,
    /// The event that is undone.
    undoes: EventId,
    /// Whether this only says what would be done.
    dry_run: bool,
    /// The event of the inverse change; null in a dry run, and when everything was as before already.
    event: Option<EventId>,
    /// The kind of that event.
    #[schemars(example = kinds::UPDATED)]
    kind: Option<String>,
    /// The changed fields as they were.
    before: Fields,
    /// The changed fields as they become.
    after: Fields,
}

impl UndoResult {
    fn new(undoes: EventId, dry_run: bool, event: Option<Event>) -> Self {
        let (id, kind, before, after) = match event {
            Some(event) => (Some(event.id), Some(event.kind), event.before, event.after),
            None => (None, None, Fields::new(), Fields::new()),
        };
        Self { object: "undo_result", undoes, dry_run, event: id.filter(|_| !dry_run), kind, before, after }
    }
}

/// Answers `POST /v1/events/{id}/undo`.
async fn undo(
    call: Call,
    path: web::Path<String>,
    asked: Parameters,
    sent: Body,
    db: web::Data<Db>,
) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    let wish = sent.none().and_then(|()| Ok((asked.flag("dry_run")?, asked.flag("allow_duplicate")?)));
    let (dry_run, allow_duplicate) = match wish {
        Ok(wish) => wish,
        Err(why) => return call.refuse(&db, why).await,
    };
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        let id: EventId = caller.id("event", &path)?;
        let asker = Asker::Key(Box::new(caller.key.clone()), caller.request);
        let act = if dry_run { super::rehearse } else { super::undo };
        let nobody = BTreeSet::new();
        let mut undone = forbidden(caller.found("event", act(conn, &asker, caller.key.account, id, &nobody)))?;
        if let (true, Undone::Not(_, Reverted::Doubtful(agreed))) = (allow_duplicate, &undone) {
            let agreed = agreed.iter().copied().collect();
            undone = act(conn, &asker, caller.key.account, id, &agreed)?;
        }
        match undone {
            Undone::Done(Done { event, .. }) => {
                Reply::new(StatusCode::OK, &UndoResult::new(id, dry_run, event), caller.request)
            }
            Undone::Not(_, reverted) => Err(refused(conn, caller, reverted)?),
        }
    };
    // What would be done is no answer to keep.
    if dry_run { Ok(call.change(&db, change).await?.answer()) } else { call.write(&db, &raw, change).await }
}

/// Says of an event that the key may read but not undo which permission it lacks.
fn forbidden<T>(answer: Result<T>) -> Result<T> {
    match answer {
        Err(Refusal::House(Error::Forbidden)) => {
            let message = "This key may not undo that: it lacks the permission to make such a change.";
            Err(Refusal::new(Code::PermissionMissing, message))
        }
        answer => answer,
    }
}

/// A field that was changed since.
#[derive(Serialize)]
struct Changed {
    field: String,
    wanted: Option<String>,
    current: Option<String>,
}

fn refused(conn: &mut PgConnection, caller: &Caller, reverted: Reverted) -> Result<Refusal> {
    Ok(match reverted {
        Reverted::Doubtful(ids) => {
            let message = "Customers have that email or phone by now. Send allow_duplicate=true to bring it back too.";
            let customers = model::find_all(conn, caller.key.account, &ids)?;
            let candidates = CustomerObject::of_all(conn, caller.shown(), customers)?;
            let candidates = serde_json::to_value(candidates).map_err(Error::internal)?;
            Refusal::new(Code::PossibleDuplicate, message).with("candidates", candidates)
        }
        Reverted::Changed(since) => {
            let changed = |since: Since| {
                let Since { label: field, wanted, current, .. } = since.behind(caller.key.curtain());
                serde_json::to_value(Changed { field, wanted, current }).unwrap_or_default()
            };
            let changed: Vec<Value> = since.into_iter().map(changed).collect();
            let message = "What it changed was changed again since. Nothing is undone.";
            Refusal::new(Code::ChangedSince, message).with("changed", changed)
        }
        Reverted::Done => Refusal::House(Error::internal("an undo that is done is not refused")),
    })
}
