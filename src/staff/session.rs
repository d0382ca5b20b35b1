//! A session: the person signed in on one browser. It is kept in PostgreSQL under a hash of the cookie's key.
//!
//! It ends 12 hours after it was last used, 7 days after sign-in, at sign-out, when its person gets a new password, ends it
//! from another one, or is disabled or removed, and when they sign in on more browsers than they may: see [`MOST`].

use std::{cell::RefCell, collections::HashMap, time};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::{
    body::MessageBody,
    cookie::time::Duration,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::{prelude::*, sql_types};
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;
use rand::Rng;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{browser, notices, sessions::keep_to};
use crate::{
    clock::Clock,
    db::Db,
    defences::client_address,
    error::{Error, Result},
    ids::{AccountId, StaffId},
    merchants::{ClockRow, Merchant, Privacy, Security, USUAL_SESSIONS},
    schema::{accounts, merchants, sessions, staff},
    shell::NOTICE,
    values::Mode,
    who::{Notice, SecondFactor},
};

/// The longest time that a session lives unused.
pub const IDLE: Duration = Duration::hours(12);
/// The longest time that a session lives.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The most sessions of a person at once, unless their merchant decides otherwise. One more ends the one that was not used
/// for the longest time.
pub const MOST: usize = USUAL_SESSIONS;
/// The interval at which use is written down: one write a minute instead of one a request.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The name of the person in the session's state.
pub const STAFF: &str = "staff";
/// The name of the account's mode in the session's state.
pub const MODE: &str = "mode";
/// The name of the time of sign-in in the session's state.
pub const SINCE: &str = "since";
/// The name, in the session's state, of a digest of the hash of the password they signed in with.
pub const PASSWORD: &str = "password";

/// The name, in the session's state, of the time when they last confirmed that it is them; sign-in counts too.
pub const CONFIRMED: &str = "confirmed";

/// The name, in the session's state, of whether they have proved a second factor. Who has one gets in only with it.
pub const FACTOR: &str = "factor";

/// The longest time that an answer waits for its notice to be kept. A notice is no reason to make somebody wait.
const NOTICE_PATIENCE: time::Duration = time::Duration::from_millis(500);

type State = HashMap<String, String>;

tokio::task_local! {
    /// The session of the current request.
    static CURRENT: RefCell<Current>;
}

/// The session of a request, as it was loaded, and how far the request has come.
#[derive(Default)]
struct Current {
    state: State,
    person: Option<Person>,
    /// The hash of its key, under which it is kept.
    hash: Vec<u8>,
    /// Where the request comes from.
    place: Place,
    notices: Vec<Notice>,
    /// True when the handler has answered: what it does is done.
    is_answered: bool,
}

/// Where a session is used.
#[derive(Clone, Debug, Default, AsChangeset, Insertable)]
#[diesel(table_name = sessions)]
struct Place {
    /// The client's address.
    address: Option<String>,
    /// The browser and its system in words.
    browser: Option<String>,
}

impl Place {
    fn of(req: &ServiceRequest) -> Self {
        let agent = req.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Self { address: Some(client_address(req.request()).to_string()), browser: Some(browser::named(agent)) }
    }
}

/// The person whom a session belongs to, and the account it is in.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct Person {
    #[diesel(embed)]
    pub staff: StaffRow,
    #[diesel(embed)]
    pub merchant: Merchant,
    /// The merchant's account of that mode.
    #[diesel(select_expression = accounts::id)]
    pub account: AccountId,
    #[diesel(select_expression = accounts::mode)]
    mode: String,
    /// The account's own fields, as [`merchants::read_fields`](crate::merchants::read_fields) reads them.
    #[diesel(select_expression = accounts::custom_fields)]
    pub fields: Option<serde_json::Value>,
    /// Where the account's clock is.
    #[diesel(embed)]
    clock: ClockRow,
}

impl Person {
    /// Returns the mode of the account.
    ///
    /// # Errors
    /// When the database knows more modes than there are.
    pub fn mode(&self) -> Result<Mode> {
        Mode::parse(&self.mode).ok_or_else(|| Error::internal("an account of no mode"))
    }

    /// Returns the account's clock.
    pub fn clock(&self) -> Clock {
        self.clock.on(&Clock::system())
    }
}

/// The data that a request needs about the person who sent it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff, check_for_backend(diesel::pg::Pg))]
pub struct StaffRow {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    /// The role; see [`crate::who::Role`].
    pub role: String,
    /// What became of them; see [`super::model::State`].
    pub state: String,
    /// True when keys like / and c work alone for them.
    pub single_keys: bool,
    /// The colours that they chose; see [`crate::who::Theme`].
    pub theme: Option<String>,
    /// Their second factor, as `second_factor` keeps it here for every request: codes of an app.
    pub has_app: Option<bool>,
    /// And passkeys.
    pub has_passkeys: Option<bool>,
    /// True when they have notices to read.
    pub has_notices: Option<bool>,
    /// The current hash; they may have signed in with another password.
    pub password_hash: String,
}

impl StaffRow {
    /// Returns what they prove beside the password.
    pub fn second_factor(&self) -> SecondFactor {
        SecondFactor { app: self.has_app == Some(true), passkeys: self.has_passkeys == Some(true) }
    }
}

/// Gives a request a place for its session. The person is read with the session, in one statement, and asked for later
/// by [`person`].
///
/// # Errors
/// Whatever the service returns; [`Error::SessionUnwritten`] when the handler had answered by then.
pub async fn with_person<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<B>, actix_web::Error> {
    let current = Current { place: Place::of(&req), ..Current::default() };
    let in_session = async {
        let answer = next.call(req).await;
        let is_answered = CURRENT.with(|current| current.borrow().is_answered);
        answer.map_err(|err| if is_answered { Error::SessionUnwritten(err.to_string()).into() } else { err })
    };
    CURRENT.scope(RefCell::new(current), in_session).await
}

/// Notes that the handler has answered, so that an error from now on is told as one of the session.
pub fn answered() {
    // Without a place for it nobody asks for it.
    let _ = CURRENT.try_with(|current| current.borrow_mut().is_answered = true);
}

/// Returns the person whose session this request has.
pub fn person() -> Option<Person> {
    CURRENT.try_with(|current| current.borrow().person.clone()).ok().flatten()
}

/// Returns the hash under which the session of this request is kept; nothing when there is none.
pub fn current() -> Option<Vec<u8>> {
    CURRENT.try_with(|current| current.borrow().hash.clone()).ok().filter(|hash| !hash.is_empty())
}

/// Returns the notices of the person whose session this request has.
pub fn notices() -> Vec<Notice> {
    CURRENT.try_with(|current| current.borrow().notices.clone()).unwrap_or_default()
}

/// Returns where this request comes from.
fn place() -> Place {
    CURRENT.try_with(|current| current.borrow().place.clone()).unwrap_or_default()
}

/// Returns whether a state differs from the loaded one in nothing but the notice of the last change.
fn differs_in_notice_only(state: &State) -> bool {
    let rest = |state: &State| {
        let mut rest = state.clone();
        rest.remove(NOTICE);
        rest
    };
    CURRENT.try_with(|current| rest(&current.borrow().state) == rest(state)).unwrap_or(false)
}

/// The store of sessions in their table.
#[derive(Clone)]
pub struct PgSessions {
    db: Db,
}

impl PgSessions {
    /// Makes the store of sessions kept in `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// The columns that follow from a session's state.
#[derive(Clone, AsChangeset, Insertable)]
#[diesel(table_name = sessions)]
struct Content {
    staff_id: Option<StaffId>,
    state: serde_json::Value,
    #[diesel(serialize_as = jiff_diesel::Timestamp)]
    expires_at: Timestamp,
}

impl Content {
    fn of(state: &State, ttl: &Duration) -> anyhow::Result<Self> {
        Ok(Self { staff_id: value(state, STAFF), state: serde_json::to_value(state)?, expires_at: expiry(state, ttl) })
    }
}

impl SessionStore for PgSessions {
    /// Loads a session and notes its use, at most once in [`NOTED_EVERY`], and only in the expiry: a request that read
    /// the state must not write over it after another has changed it.
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (hash, place) = (hashed(key), place());
        let (key, used_from) = (hash.clone(), place.clone());
        let found = self.db.read(move |conn| found(conn, &key, &used_from)).await;
        let Some((state, person, notices)) = found.map_err(|err| LoadError::Other(err.into()))? else {
            return Ok(None);
        };
        let loaded = Current { state: state.clone(), person, hash, place, notices, is_answered: false };
        let _ = CURRENT.try_with(|current| current.replace(loaded));
        Ok(Some(state))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let key = fresh_key().map_err(SaveError::Other)?;
        let content = Content::of(&state, ttl).map_err(SaveError::Serialization)?;
        let (hash, place, staff) = (hashed(&key), place(), content.staff_id);
        self.db
            .write(move |conn| {
                let now = Timestamp::now();
                let used = sessions::used_at.eq(now.to_diesel());
                diesel::insert_into(sessions::table)
                    .values((sessions::key_hash.eq(hash), content, place, used))
                    .execute(conn)?;
                let Some(staff) = staff else { return Ok(()) };
                let most = most_of(conn, staff)?;
                keep_to(conn, staff, most, now)
            })
            .await
            .map_err(|err| SaveError::Other(err.into()))?;
        Ok(key)
    }

    /// Updates a session. One that was ended meanwhile stays ended. A notice that cannot be kept is dropped: the change
    /// that it tells of is made, and an error would say that it is not.
    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let content = Content::of(&state, ttl).map_err(UpdateError::Serialization)?;
        let hash = hashed(&key);
        let written = self.db.write(move |conn| {
            diesel::update(sessions::table.find(hash)).set(content).execute(conn)?;
            Ok(())
        });
        if differs_in_notice_only(&state) {
            if !matches!(tokio::time::timeout(NOTICE_PATIENCE, written).await, Ok(Ok(()))) {
                tracing::warn!("a notice could not be kept");
            }
        } else {
            written.await.map_err(|err| UpdateError::Other(err.into()))?;
        }
        Ok(key)
    }

    /// Does nothing, since it is never called: see [`PgSessions::load`].
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let key = hashed(key);
        let gone = self.db.write(move |conn| {
            diesel::delete(sessions::table.find(key)).execute(conn)?;
            Ok(())
        });
        Ok(gone.await?)
    }
}

/// Returns how many sessions a person may have, as their merchant decides.
fn most_of(conn: &mut PgConnection, id: StaffId) -> Result<usize> {
    let of_merchant = staff::table.inner_join(merchants::table).filter(staff::id.eq(id));
    let most: Option<i32> = of_merchant.select(merchants::most_sessions).first(conn)?;
    Ok(Security::read(None, most, Privacy::default()).most_sessions)
}

/// A live session, its person, and their notices.
type Live = (State, Option<Person>, Vec<Notice>);

/// Returns a live session.
fn found(conn: &mut PgConnection, key: &[u8], place: &Place) -> Result<Option<Live>> {
    let now = Timestamp::now();
    // A row for each of the merchant's accounts: the mode is inside the state.
    type Found = (serde_json::Value, jiff_diesel::Timestamp, jiff_diesel::NullableTimestamp, Option<Person>);
    let rows: Vec<Found> = sessions::table
        .left_join(staff::table.inner_join(merchants::table.inner_join(accounts::table)))
        .filter(sessions::key_hash.eq(key))
        .filter(sessions::expires_at.gt(now.to_diesel()))
        .select((sessions::state, sessions::expires_at, sessions::used_at, Option::<Person>::as_select()))
        .load(conn)?;
    let Some((state, expires_at, used_at, _)) = rows.first() else { return Ok(None) };
    // What cannot be read is no session.
    let Ok(state) = State::deserialize(state) else { return Ok(None) };
    let renewed = expiry(&state, &IDLE);
    let is_due = used_at.to_jiff().is_none_or(|at| now.duration_since(at) >= NOTED_EVERY);
    if is_due || renewed.duration_since(expires_at.to_jiff()) >= NOTED_EVERY {
        note_use(conn, key, place, renewed, now)?;
    }
    let mode: Mode = value(&state, MODE).unwrap_or(Mode::Live);
    let person = rows.into_iter().filter_map(|(_, _, _, person)| person).find(|person| person.mode == mode.as_str());
    // Seldom: a column says whether there are any.
    let reader = person.as_ref().filter(|person| person.staff.has_notices == Some(true));
    let notices = reader.map(|person| notices::of(conn, person.staff.id)).transpose()?.unwrap_or_default();
    Ok(Some((state, person, notices)))
}

/// Notes that a session is used, and that its person is there.
fn note_use(conn: &mut PgConnection, key: &[u8], place: &Place, renewed: Timestamp, now: Timestamp) -> Result<()> {
    let used = (sessions::expires_at.eq(renewed.to_diesel()), sessions::used_at.eq(now.to_diesel()), place);
    let session = diesel::update(sessions::table.find(key)).set(used).returning(sessions::staff_id);
    let staff: Option<Option<StaffId>> = session.get_result(conn).optional()?;
    if let Some(id) = staff.flatten() {
        // A statement of its own, so that it holds no session while it waits for who changes the person and then ends
        // their sessions.
        diesel::update(staff::table.find(id)).set(staff::seen_at.eq(now.to_diesel())).execute(conn)?;
    }
    Ok(())
}

/// Drops the notices that fit one of these patterns from the sessions of an account's merchant.
pub fn drop_notices(conn: &mut PgConnection, account: AccountId, patterns: &[String]) -> Result<()> {
    diesel::sql_query(
        "UPDATE sessions SET state = state - $3 WHERE fold(state ->> $3) ~ ANY(ARRAY(SELECT fold(p) FROM unnest($2) AS p)) AND staff_id IN (\
           SELECT s.id FROM staff s JOIN accounts a ON a.merchant_id = s.merchant_id WHERE a.id = $1)",
    )
    .bind::<sql_types::Uuid, _>(account)
    .bind::<sql_types::Array<sql_types::Text>, _>(patterns)
    .bind::<sql_types::Text, _>(NOTICE)
    .execute(conn)?;
    Ok(())
}

/// Deletes the sessions that ran out.
pub fn forget_expired(conn: &mut PgConnection) -> Result<usize> {
    let expired = sessions::table.filter(sessions::expires_at.le(Timestamp::now().to_diesel()));
    Ok(diesel::delete(expired).execute(conn)?)
}

fn fresh_key() -> anyhow::Result<SessionKey> {
    let mut random = [0; 32];
    rand::rng().fill_bytes(&mut random);
    Ok(URL_SAFE_NO_PAD.encode(random).try_into()?)
}

fn hashed(key: &SessionKey) -> Vec<u8> {
    Sha256::digest(key.as_ref()).to_vec()
}

fn expiry(state: &State, ttl: &Duration) -> Timestamp {
    let now = Timestamp::now();
    let idle = now + SignedDuration::from_secs(ttl.whole_seconds());
    let since: Timestamp = value(state, SINCE).unwrap_or(now);
    idle.min(since + LONGEST)
}

/// Returns a value of the state, where each is JSON text.
fn value<T: serde::de::DeserializeOwned>(state: &State, name: &str) -> Option<T> {
    serde_json::from_str(state.get(name)?).ok()
}
