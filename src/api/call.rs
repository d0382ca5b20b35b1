//! A call: which key asks for what, and its ways to the database. The key is looked up in the same trip as the answer,
//! so that revoking one counts from the next request on, on every server.

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, Accept, Header, Quality},
    rt,
    web::{self, Bytes},
};
use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::{
    answer::Reply,
    body::Body,
    json::Object,
    limits::Limits,
    lists::Parameters,
    refusal::{Refusal, Result},
    replay::{Asked, Once},
    route::{Need, Needs},
    told::Parameter,
    transaction::{rehearsal, transaction},
    version::IfMatch,
};
use crate::{
    api_keys::{
        model::{self as keys, Standing},
        secret::{Hash, Secret},
        uses::{self, Use},
    },
    codes::Code,
    db::Db,
    defences::client_address,
    error::{self, Error},
    events::By,
    input::FormFields,
    logging::{SecurityEvent, Whom},
    merchants::clock_moving,
    security,
    values::curtain::{Curtain, DOTS},
};

pub use super::caller::Caller;

/// The time after which a key's use is noted again.
const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// A call, as far as its header says: the secret is of a key's form, and within its limits.
pub struct Call {
    pub request: Uuid,
    pub if_match: Option<IfMatch>,
    hash: Hash,
    need: Need,
    /// The parameters as sent.
    query: String,
    /// Whether all that is written is taken back: see [`DRY_RUN`].
    is_rehearsal: bool,
    /// The header that cannot be read, and why.
    damaged: Option<(Code, Cow<'static, str>)>,
    asked: Option<Asked>,
    address: IpAddr,
    limits: Arc<Limits>,
    masked: Masked,
}

/// Asks of a change that nothing is kept of it; the answer is the one of the change.
pub const DRY_RUN: Parameter = Parameter::flag(
    "dry_run",
    "Checks and answers as if it were done, and does nothing. Ids and numbers of what would be made are not kept for it.",
);

/// Whether the key of a call is told private data masked, for who writes its answer; false until the key is known.
#[derive(Clone, Debug, Default)]
pub struct Masked {
    is: Arc<AtomicBool>,
    /// Whether its body has a mask in it.
    sends: Arc<AtomicBool>,
}

impl Masked {
    /// Returns what hides private data in the answer.
    pub fn curtain(&self) -> Curtain {
        if self.is.load(Ordering::Relaxed) { Curtain::Drawn } else { Curtain::Open }
    }

    /// Notes a body that arrived.
    pub fn look_at(&self, body: &[u8]) {
        let escaped = DOTS.escape_unicode().to_string().replace(['{', '}'], "");
        let text = String::from_utf8_lossy(body);
        let has = text.contains(DOTS) || text.to_lowercase().contains(&escaped);
        self.sends.store(has, Ordering::Relaxed);
    }
}

impl FromRequest for Call {
    type Error = Refusal;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(req))
    }
}

impl Call {
    fn of(req: &HttpRequest) -> Result<Self> {
        let limits = req.app_data::<web::Data<Limits>>().ok_or(Error::internal("the limits are missing"))?;
        let limits = Arc::clone(limits);
        let secret = secret(req)?;
        let hash = secret.hash();
        let query = req.query_string().to_owned();
        let searches = FormFields::parse(query.as_bytes()).is_ok_and(|fields| fields.filled("q").is_some());
        let left = limits.take(&hash, searches).map_err(|(left, wait)| {
            req.extensions_mut().insert(left);
            Refusal::new(Code::TooManyRequests, "This key sends too many requests. Slow down.").after(wait)
        })?;
        req.extensions_mut().insert(left);
        let request = req.extensions().get::<RequestId>().map_or_else(Uuid::now_v7, |id| **id);
        let masked = Masked::default();
        req.extensions_mut().insert(masked.clone());
        let mut damaged = None;
        let if_match = sound(IfMatch::of(req), &mut damaged)?;
        let asked = sound(Asked::of(req), &mut damaged)?;
        sound(accepts_json(req).map(Some), &mut damaged)?;
        let need = req.app_data::<web::Data<Needs>>().ok_or(Error::internal("the needs are missing"))?.of(req)?;
        // One that is neither true nor false is refused once the key is known.
        let is_rehearsal =
            need.parameters.contains(&DRY_RUN) && Parameters::parse(&query).flag(DRY_RUN.name).unwrap_or(true);
        Ok(Self {
            request,
            if_match,
            hash,
            need,
            query,
            is_rehearsal,
            damaged,
            asked,
            address: client_address(req),
            limits,
            masked,
        })
    }

    /// Runs `work` with the caller, in one trip to the database. It may run more than once.
    ///
    /// # Errors
    /// The reasons why the key may not, and whatever `work` refuses.
    pub async fn read<T, F>(&self, db: &Db, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection, &Caller) -> Result<T> + Send + 'static,
    {
        let door = self.door();
        let answer = db.read(move |conn| {
            outcome(door.open(conn).and_then(|caller| {
                let answer = work(conn, &caller)?;
                Ok((answer, caller))
            }))
        });
        let (answer, caller) = self.told(db, answer.await.map_err(Refusal::House).flatten())?;
        self.note_use(db, &caller);
        Ok(answer)
    }

    /// Works like [`Call::read`] for what may cost much, which waits for the key's turn.
    pub async fn search<T, F>(&self, db: &Db, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection, &Caller) -> Result<T> + Send + 'static,
    {
        let caller = self.caller(db).await?;
        let searcher = caller.key.searcher();
        db.search(searcher, move |conn| outcome(work(conn, &caller))).await.map_err(Refusal::House).flatten()
    }

    /// Returns who asks.
    pub async fn caller(&self, db: &Db) -> Result<Caller> {
        self.read(db, |_, caller| Ok(caller.clone())).await
    }

    /// Refuses the call for what it sent, unless the key may not send it in the first place.
    pub async fn refuse<T>(&self, db: &Db, why: Refusal) -> Result<T> {
        self.caller(db).await?;
        Err(why)
    }

    /// Runs `change` with the caller in one transaction, once for each `Idempotency-Key`: a second call with the same
    /// one gets the first one's answer.
    ///
    /// # Errors
    /// The reasons why the key may not, and whatever `change` refuses; then nothing is changed, and nothing remembered.
    pub async fn write<F>(&self, db: &Db, body: &[u8], change: F) -> Result<HttpResponse>
    where
        F: FnOnce(&mut PgConnection, &Caller) -> Result<Reply> + Send + 'static,
    {
        let once = self.once(body);
        let reply = self.change(db, move |conn, caller| match &once {
            None => change(conn, caller),
            Some(once) => once.only(conn, (caller.key.account, caller.request), |conn| {
                caller.refuse_while_moving()?;
                change(conn, caller)
            }),
        });
        Ok(reply.await?.answer())
    }

    /// Runs `change` with the caller in one transaction. Where the call is a rehearsal, all of it is taken back.
    ///
    /// # Errors
    /// The reasons why the key may not, and whatever `change` refuses; then nothing is changed.
    pub async fn change<T, F>(&self, db: &Db, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection, &Caller) -> Result<T> + Send + 'static,
    {
        let door = self.door();
        let change = move |conn: &mut PgConnection| {
            let caller = door.open(conn)?;
            Ok((change(conn, &caller)?, caller))
        };
        let done = if self.is_rehearsal { rehearsal(db, change).await } else { transaction(db, change).await };
        let (done, caller) = self.told(db, done)?;
        self.note_use(db, &caller);
        Ok(done)
    }

    /// Returns a body as sent and as read.
    ///
    /// # Errors
    /// The reason why it cannot be read, unless the key may not send it in the first place.
    pub async fn readable(&self, db: &Db, body: Body) -> Result<(Bytes, Object)> {
        match body.object {
            Ok(object) => Ok((body.raw, object)),
            Err(why) => self.refuse(db, why).await,
        }
    }

    /// Returns its `Idempotency-Key` with the whole request, if it has one. What a rehearsal answers is not kept.
    pub fn once(&self, body: &[u8]) -> Option<Once> {
        self.asked.as_ref().filter(|_| !self.is_rehearsal).map(|asked| asked.with(body))
    }

    /// Returns whether nothing of the call is kept.
    pub fn is_rehearsal(&self) -> bool {
        self.is_rehearsal
    }

    fn door(&self) -> Door {
        let (query, damaged, masked) = (self.query.clone(), self.damaged.clone(), self.masked.clone());
        Door {
            hash: self.hash,
            need: self.need,
            query,
            damaged,
            request: self.request,
            masked,
            may_be_known: self.asked.is_some(),
        }
    }

    /// Counts and logs the keys that are refused.
    fn told<T>(&self, db: &Db, answer: Result<T>) -> Result<T> {
        let Err(Refusal::Said(said)) = &answer else { return answer };
        if matches!(said.code, Code::KeyUnknown | Code::KeyRevoked | Code::KeyExpired) {
            SecurityEvent::KeyRefused.tell(Whom { staff: None, account: None, address: self.address });
            if said.code != Code::KeyUnknown {
                self.keep_refusal(db);
            }
            if said.code == Code::KeyUnknown && self.limits.is_guessing(self.address) {
                return Err(too_many_unknown());
            }
        }
        answer
    }

    /// Keeps as an event, behind the answer, that a key of the account does not work any more.
    fn keep_refusal(&self, db: &Db) {
        let Some(left_out) = security::admit_key(&self.hash) else { return };
        let (db, hash, address, request) = (db.clone(), self.hash, self.address, self.request);
        rt::spawn(async move {
            let kept = db.write(move |conn| {
                let Some(found) = keys::find_by_secret(conn, &hash)? else { return Ok(()) };
                let by = By { request: Some(request), ..By::system(found.account, found.clock) };
                security::record_key_refusal(conn, &by, found.id, address, left_out)
            });
            if kept.await.is_err() {
                tracing::warn!("the refusal of a key could not be kept");
            }
        });
    }

    /// Notes that the key was used, at most once a minute and after the answer.
    fn note_use(&self, db: &Db, caller: &Caller) {
        let now = Timestamp::now();
        let is_noted = caller.key.last_used_at.is_some_and(|at| now.duration_since(at) < NOTED_EVERY);
        if is_noted || !self.limits.is_first_use(caller.key.id.uuid().as_bytes(), Instant::now()) {
            return;
        }
        let (db, account, key) = (db.clone(), caller.key.account, caller.key.id);
        let one = Use { account, key, at: now, from: self.address };
        rt::spawn(async move {
            let noted = db.write(move |conn| uses::note(conn, &[one])).await;
            if let Err(err) = noted {
                tracing::warn!(error = %err, "the use of a key was not noted");
            }
        });
    }
}

/// Turns a refusal into an answer, and leaves to the database's ways what they handle themselves.
fn outcome<T>(answer: Result<T>) -> error::Result<Result<T>> {
    match answer {
        Err(Refusal::House(err)) => Err(err),
        answer => Ok(answer),
    }
}

/// The check of a key in the database.
struct Door {
    hash: Hash,
    need: Need,
    query: String,
    damaged: Option<(Code, Cow<'static, str>)>,
    request: Uuid,
    masked: Masked,
    /// Whether the call may have been made before, so that there is an answer to it.
    may_be_known: bool,
}

impl Door {
    fn open(&self, conn: &mut PgConnection) -> Result<Caller> {
        let Some(found) = keys::find_by_secret(conn, &self.hash)? else {
            return Err(Refusal::new(Code::KeyUnknown, "There is no such key. Was it copied whole?"));
        };
        self.masked.is.store(found.is_masked, Ordering::Relaxed);
        match found.standing(Timestamp::now()) {
            Standing::Good => {}
            Standing::Revoked => return Err(Refusal::new(Code::KeyRevoked, "This key was revoked. Take another one.")),
            Standing::Expired => return Err(Refusal::new(Code::KeyExpired, "This key has expired. Take another one.")),
            Standing::Replaced => {
                return Err(Refusal::new(Code::KeyExpired, "This key has a newer secret by now. Take that one."));
            }
        }
        if let Some(needed) = self.need.permission
            && !found.permissions.allow(needed)
        {
            let permission = needed.to_string();
            let message = format!("This key may not do that: it lacks {permission}.");
            return Err(Refusal::new(Code::PermissionMissing, message).with("permission", permission));
        }
        if found.is_masked && self.masked.sends.load(Ordering::Relaxed) {
            let message = format!(
                "This key is told private data masked, and sent a mask back: “{DOTS}”. Leave out what is not to be changed."
            );
            return Err(Refusal::new(Code::Masked, message));
        }
        let is_held = found.clock.way_to().is_some() && !self.need.is_free;
        if is_held && !self.may_be_known {
            return Err(Error::Conflict(clock_moving()).into());
        }
        let parameters = Parameters::parse(&self.query);
        parameters.check(self.need.parameters)?;
        if self.need.parameters.contains(&DRY_RUN) {
            parameters.flag(DRY_RUN.name)?;
        }
        match &self.damaged {
            Some((code, message)) => Err(Refusal::new(*code, message.clone())),
            None => Ok(Caller { key: found, request: self.request, is_held }),
        }
    }
}

/// Returns what a header says. Why it cannot be read is told later, to who may make the call.
fn sound<T>(read: Result<Option<T>>, damaged: &mut Option<(Code, Cow<'static, str>)>) -> Result<Option<T>> {
    match read {
        Err(Refusal::Said(said)) => {
            *damaged = Some((said.code, said.message));
            Ok(None)
        }
        read => read,
    }
}

/// Looks whether the header `Accept` takes JSON. One that cannot be read takes anything.
fn accepts_json(req: &HttpRequest) -> Result<()> {
    let Ok(Accept(ranges)) = Accept::parse(req) else { return Ok(()) };
    // The nearest range decides: the one of its name, then of its kind, then of anything.
    let of = |name: &str| ranges.iter().find(|range| range.item.essence_str() == name);
    let refused = match of("application/json").or_else(|| of("application/*")).or_else(|| of("*/*")) {
        Some(range) => range.quality == Quality::ZERO,
        None => !ranges.is_empty(),
    };
    match refused {
        false => Ok(()),
        true => Err(Refusal::new(Code::NotAcceptable, "Answers are JSON. Accept application/json.")),
    }
}

/// Reads the key of the header `Authorization`.
fn secret(req: &HttpRequest) -> Result<Secret> {
    let header = req.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, key) = header.trim().split_once(' ').unwrap_or_default();
    if !["Bearer", "ApiKey"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        let message = "Send your key in the header “Authorization: Bearer sk_…”.";
        return Err(Refusal::new(Code::KeyMissing, message));
    }
    Secret::parse(key.trim()).map_err(|_| {
        Refusal::new(Code::KeyMalformed, "This is no key of Clientele, or a part of it is missing or mistyped.")
    })
}

fn too_many_unknown() -> Refusal {
    let wait = std::time::Duration::from_secs(60);
    Refusal::new(Code::TooManyRequests, "Too many unknown keys came from this address. Wait a minute.").after(wait)
}
