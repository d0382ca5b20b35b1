//! The calls about the clock of a test account.

use actix_web::{HttpResponse, http::StatusCode, web};
use diesel::PgConnection;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{self, AccountClock, State};
use crate::{
    api::{
        answer::Reply,
        body::Body,
        call::{Call, Caller},
        json::Object,
        object::{open, time},
        reading::{Faults, Members},
        refusal::{Refusal, Result},
        route::ApiRoute,
        shape::{Field, Kind as Takes, Shape},
    },
    api_keys::permissions::{Permission, Resource::Subscriptions},
    codes::Code,
    db::Db,
    error::Error,
    reason::Reason,
};

const READING: &str = "In test accounts only. All that happens in the account, and all times in answers about it, go by this \
    clock.";
const MOVING: &str = "In test accounts only. The clock goes to a later time, 2 years at most, and stops on the way at all that \
    is due: renewals, tries, ends. It begins some seconds later, and all other changes in the account are refused until it has \
    arrived: ask for the clock until its `status` is `still`. It never goes back.";
const STOPPING: &str = "It stays where it is after the step that it is at, which can take a moment. A clock that stays is left \
    as it is.";

const NEW_MOVE: Shape = Shape {
    name: "NewMove",
    meaning: "Where the clock goes.",
    fields: &[&[Field::new("to", Takes::Time, "A later time of the account.").required().like_number(1_798_761_600)]],
};

/// Returns the calls about the clock.
pub fn routes() -> Vec<ApiRoute> {
    let (one, moves) = ("/v1/test_clock", "/v1/test_clock/moves");
    let (read, write) = (Permission::read(Subscriptions), Permission::write(Subscriptions));
    vec![
        ApiRoute::get(one, read, retrieve)
            .told("retrieve_test_clock", "Read the clock of the test account", READING)
            .answering::<TestClockObject>(StatusCode::OK)
            .refusing(&[Code::TestOnly]),
        ApiRoute::post(moves, write, create)
            .told("move_test_clock", "Move the clock of the test account", MOVING)
            .reading(&NEW_MOVE)
            .answering::<TestClockObject>(StatusCode::ACCEPTED)
            .refusing(&[Code::TestOnly, Code::TooManyCharges]),
        ApiRoute::delete(moves, write, stop)
            .told("stop_test_clock", "Stop the clock on its way", STOPPING)
            .answering::<TestClockObject>(StatusCode::OK)
            .refusing(&[Code::TestOnly])
            .while_moving(),
    ]
}

/// The clock of a test account.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "TestClock")]
struct TestClockObject {
    /// Names the kind of object.
    #[schemars(extend("const" = "test_clock"))]
    object: &'static str,
    /// Always false.
    livemode: bool,
    /// The time in the account, in whole seconds since 1970, as all times.
    #[schemars(transform = time)]
    now: i64,
    /// By how many seconds it is ahead of the time of the world.
    #[schemars(example = 2_592_000)]
    ahead: i64,
    /// Whether it is on its way.
    #[schemars(transform = open(&["still", "moving", "stopping"]))]
    status: &'static str,
    /// The time of the account when the last move began.
    #[schemars(transform = time)]
    from: Option<i64>,
    /// Where the last move goes, or ended.
    #[schemars(transform = time)]
    to: Option<i64>,
}

impl TestClockObject {
    fn read(conn: &mut PgConnection, caller: &Caller) -> Result<Self> {
        let clock = model::find(conn, caller.key.account)?;
        Ok(Self::of(&clock, caller.key.clock.put_forward(clock.ahead()).now()))
    }

    fn of(clock: &AccountClock, now: Timestamp) -> Self {
        let last = clock.last_move();
        Self {
            object: "test_clock",
            livemode: false,
            now: now.as_second(),
            ahead: clock.ahead().as_secs(),
            status: match last.map_or(State::Over, |last| last.state) {
                State::Moving => "moving",
                State::Stopping => "stopping",
                State::Over => "still",
            },
            from: last.map(|last| last.from.as_second()),
            to: last.map(|last| last.to.as_second()),
        }
    }
}

/// Refuses live accounts, whose time is everybody's.
fn refuse_live(caller: &Caller) -> Result<()> {
    if !caller.livemode() {
        return Ok(());
    }
    let message = "Only test accounts have a clock of their own. Use a key that begins with sk_test_.";
    Err(Refusal::new(Code::TestOnly, message))
}

/// Answers `GET /v1/test_clock`.
async fn retrieve(call: Call, db: web::Data<Db>) -> Result<HttpResponse> {
    let answer = call.read(&db, |conn, caller| {
        refuse_live(caller)?;
        Reply::new(StatusCode::OK, &TestClockObject::read(conn, caller)?, caller.request)
    });
    Ok(answer.await?.answer())
}

/// Answers `POST /v1/test_clock/moves`.
async fn create(call: Call, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let Body { raw, object: sent } = sent;
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        refuse_live(caller)?;
        let to = read(&sent?)?;
        model::check(to, caller.now(), &caller.key.settings.time_zone).map_err(refused)?;
        model::send(conn, &caller.by(), to).map_err(|err| match err {
            Error::Conflict(reason) if matches!(reason.code, Code::DateInvalid | Code::OutOfRange) => refused(reason),
            other => other.into(),
        })?;
        Reply::new(StatusCode::ACCEPTED, &TestClockObject::read(conn, caller)?, caller.request)
    };
    call.write(&db, &raw, change).await
}

/// Answers `DELETE /v1/test_clock/moves`.
async fn stop(call: Call, sent: Body, db: web::Data<Db>) -> Result<HttpResponse> {
    let raw = sent.raw.clone();
    let change = move |conn: &mut PgConnection, caller: &Caller| {
        sent.none()?;
        refuse_live(caller)?;
        model::stop(conn, &caller.by())?;
        Reply::new(StatusCode::OK, &TestClockObject::read(conn, caller)?, caller.request)
    };
    call.write(&db, &raw, change).await
}

/// Reads where the clock goes.
///
/// # Errors
/// `invalid_fields`, with every fault at once.
fn read(object: &Object) -> Result<Timestamp> {
    let faults = Faults::default();
    let members = Members::of(object, &faults);
    let given = members.whole("to").value();
    members.finish();
    let to = given.and_then(|seconds| Timestamp::from_second(seconds).ok());
    if to.is_none() && !faults.has("to") {
        let (code, message) = match given {
            None => (Code::Required, "“to” is needed: a later time of the account, in whole seconds since 1970."),
            Some(_) => (Code::DateInvalid, "“to” is a time in whole seconds since 1970."),
        };
        faults.add("to", code, message);
    }
    match (to, faults.into_vec()) {
        (Some(to), faults) if faults.is_empty() => Ok(to),
        (_, faults) => Err(Refusal::fields(Code::InvalidFields, faults)),
    }
}

fn refused(reason: Reason) -> Refusal {
    let faults = Faults::default();
    faults.add("to", reason.code, reason.sentence.into_owned());
    Refusal::fields(Code::InvalidFields, faults.into_vec())
}
