//! Sending: the loop that takes what is due, sends it, and notes what came of it.
//!
//! It stands beside the loops that do jobs and shares nothing with them: receivers are strangers who take their time, and
//! a charge must not wait for one. No receiver waits for another one either, since each has a few places of its own.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use actix_web::{
    rt::{self, task::JoinHandle},
    web::Bytes,
};
use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use tokio::{sync::Notify, time::timeout};

use super::{
    deliveries::{self, Claimed, Message, Next, Outcome},
    model::{self, Disabled, Endpoint},
    object::EventObject,
    secret::Secret,
    writing,
};
use crate::{
    api::caller::Shown,
    clock::Clock,
    db::Db,
    error::{Error, Result},
    events::By,
    history,
    ids::{AccountId, EndpointId, EventId},
    jobs::model::database_time,
    merchants,
    outgoing::{Answer, Failure, Outgoing, Target, Why},
    sealing::Seals,
    values::Mode,
};

/// The pauses between tries, of which there are one more: a bit over three days in all.
pub const PAUSES: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// The time without one success after which an endpoint is disabled.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// The most that is sent at a time.
const MOST: usize = 256;

/// The most that is taken at once.
const MOST_TAKEN: usize = 32;

/// The pause between two looks when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// The pause between two looks while there is something to do.
const BREATH: Duration = Duration::from_millis(20);

/// The longest pause while the database is unreachable.
const LONGEST_REST: Duration = Duration::from_secs(8);

/// Sends what is due.
#[derive(Clone)]
pub struct Sender {
    db: Db,
    outgoing: Outgoing,
    seals: Seals,
    /// The machine's clock. Accounts' clocks say when things happen in them, not when the world outside is told.
    machine: Clock,
    at_work: Arc<Mutex<HashMap<EndpointId, i32>>>,
    wake: Arc<Notify>,
    is_stopped: Arc<AtomicBool>,
}

/// A sender that runs.
pub struct Sending {
    sender: Sender,
    task: JoinHandle<()>,
}

/// A delivery that is ready to be sent.
struct Ready {
    claimed: Claimed,
    url: String,
    is_test: bool,
    body: String,
    /// The secrets that sign, the newest first; none when they cannot be read.
    secrets: Vec<Secret>,
}

impl Sending {
    /// Stops it, and waits until what is under way has its answer.
    pub async fn end(self) {
        self.sender.is_stopped.store(true, SeqCst);
        self.sender.wake.notify_one();
        // Fails only when it has ended already.
        let _ = self.task.await;
    }
}

impl Sender {
    /// Makes one that goes by this clock.
    pub fn new(db: Db, outgoing: Outgoing, seals: Seals, machine: Clock) -> Self {
        let (at_work, wake, is_stopped) = (Arc::default(), Arc::default(), Arc::default());
        Self { db, outgoing, seals, machine, at_work, wake, is_stopped }
    }

    /// Starts it as a task of this thread.
    pub fn start(self) -> Sending {
        let sender = self.clone();
        Sending { sender, task: rt::spawn(self.run()) }
    }

    async fn run(self) {
        let mut away = None;
        while !self.is_stopped.load(SeqCst) {
            let rest = match self.take().await {
                Ok(taken) => {
                    if away.take().is_some() {
                        tracing::info!("webhooks are sent again");
                    }
                    let is_idle = taken.is_empty();
                    for ready in taken {
                        let sender = self.clone();
                        rt::spawn(async move { sender.send(ready).await });
                    }
                    if is_idle { REST } else { BREATH }
                }
                Err(err) => {
                    if away.is_none() {
                        tracing::warn!(error = %err, "no webhooks can be taken; trying until it works");
                    }
                    let rest = away.map_or(REST, |last: Duration| LONGEST_REST.min(last * 2));
                    away = Some(rest);
                    rest
                }
            };
            let _ = timeout(rest, self.wake.notified()).await;
            // Those that end in one moment are followed by one look.
            rt::time::sleep(BREATH).await;
        }
        while self.count() > 0 {
            let _ = timeout(REST, self.wake.notified()).await;
        }
    }

    /// Sends all that is due now, one round after the other, and returns how many tries that were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_all_due(&self) -> Result<usize> {
        let mut tries = 0;
        loop {
            let taken = self.take().await?;
            if taken.is_empty() {
                return Ok(tries);
            }
            tries += taken.len();
            let send = |ready| {
                let sender = self.clone();
                rt::spawn(async move { sender.send(ready).await })
            };
            let sent: Vec<_> = taken.into_iter().map(send).collect();
            for one in sent {
                one.await.map_err(Error::internal)?;
            }
        }
    }

    fn count(&self) -> usize {
        let at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        at_work.values().map(|count| usize::try_from(*count).unwrap_or_default()).sum()
    }

    /// Takes what is due, and makes it ready.
    async fn take(&self) -> Result<Vec<Ready>> {
        let free = MOST.saturating_sub(self.count()).min(MOST_TAKEN);
        if free == 0 {
            return Ok(Vec::new());
        }
        let at_work: Vec<(EndpointId, i32)> = {
            let at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
            at_work.iter().map(|(id, count)| (*id, *count)).collect()
        };
        let (machine, seals, most) = (self.machine.clone(), self.seals.clone(), i64::try_from(free).unwrap_or(1));
        let taken = self.db.write(move |conn| {
            let (now, database) = (machine.now(), database_time(conn)?);
            let claimed = deliveries::claim(conn, (now, database), &at_work, most)?;
            ready(conn, &seals, claimed, now)
        });
        let taken = taken.await?;
        let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
        for ready in &taken {
            *at_work.entry(ready.claimed.endpoint_id).or_default() += 1;
        }
        Ok(taken)
    }

    /// Sends one, and notes what came of it.
    async fn send(&self, ready: Ready) {
        let (claimed, at) = (ready.claimed.clone(), self.machine.now());
        let answer = self.post(&ready, at).await;
        let (machine, done) = (self.machine.clone(), claimed.clone());
        let noted = self.db.write(move |conn| note(conn, &done, answer, (&machine, at))).await;
        if let Err(err) = noted {
            // It is sent again once the claim is over.
            tracing::warn!(error = %err, endpoint = %claimed.endpoint_id, "what came of a webhook could not be noted");
        }
        {
            let mut at_work = self.at_work.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = at_work.get_mut(&claimed.endpoint_id) {
                *count -= 1;
            }
            at_work.retain(|_, count| *count > 0);
        }
        self.wake.notify_one();
    }

    async fn post(&self, ready: &Ready, at: Timestamp) -> std::result::Result<Answer, Failure> {
        let unsendable = |why| Failure { why, took: Duration::ZERO };
        // What an operator allowed once may be allowed no more.
        let target = Target::parse(&ready.url, ready.is_test, self.outgoing.networks());
        let target = target.map_err(|_| unsendable(Why::NotAllowed))?;
        if ready.secrets.is_empty() {
            return Err(unsendable(Why::Unsendable));
        }
        let event = ready.claimed.event_id;
        let signed: Vec<String> = ready.secrets.iter().map(|secret| secret.sign(event, at, &ready.body)).collect();
        let (id, time, signed) = (event.to_string(), at.as_second().to_string(), signed.join(" "));
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", &id),
            ("webhook-timestamp", &time),
            ("webhook-signature", &signed),
        ];
        self.outgoing.post(&target, &headers, Bytes::from(ready.body.clone()), at).await
    }
}

/// Makes deliveries ready: with where they go to, what is sent, and the secrets that sign it.
fn ready(conn: &mut PgConnection, seals: &Seals, claimed: Vec<Claimed>, now: Timestamp) -> Result<Vec<Ready>> {
    let mut of_accounts: BTreeMap<AccountId, Vec<Claimed>> = BTreeMap::new();
    for one in claimed {
        of_accounts.entry(one.account_id).or_default().push(one);
    }
    let mut all = Vec::new();
    for (account, claimed) in of_accounts {
        let is_test = merchants::mode(conn, account)? == Mode::Test;
        let events: Vec<EventId> = claimed.iter().map(|one| one.event_id).collect();
        let bodies = bodies(conn, (account, !is_test), &events, now)?;
        let endpoints: HashMap<EndpointId, Endpoint> =
            model::all(conn, account)?.into_iter().map(|endpoint| (endpoint.id, endpoint)).collect();
        for endpoint in endpoints.values().filter(|endpoint| !seals.is_current(&endpoint.secrets.current)) {
            writing::seal_anew(conn, account, endpoint, seals)?;
        }
        for claimed in claimed {
            let (Some(endpoint), Some(body)) = (endpoints.get(&claimed.endpoint_id), bodies.get(&claimed.event_id))
            else {
                continue;
            };
            let secrets = secrets(seals, endpoint, now);
            if secrets.is_empty() {
                let key = &endpoint.secrets.current.key_id;
                tracing::warn!(key, endpoint = %endpoint.id, "a webhook's secret was sealed with another CLIENTELE_SECRET");
            }
            all.push(Ready { url: endpoint.wish.url.clone(), is_test, body: body.clone(), secrets, claimed });
        }
    }
    Ok(all)
}

/// Opens the secrets that sign for an endpoint at that time.
fn secrets(seals: &Seals, endpoint: &Endpoint, now: Timestamp) -> Vec<Secret> {
    let current = Secret::open(seals, endpoint.id, &endpoint.secrets.current);
    let old = endpoint.secrets.old.as_ref().filter(|(_, until)| *until > now);
    let old = old.and_then(|(sealed, _)| Secret::open(seals, endpoint.id, sealed));
    current.into_iter().chain(old).collect()
}

/// Returns what is sent of events: what was written at the first try, or else what is written now.
fn bodies(
    conn: &mut PgConnection,
    (account, livemode): (AccountId, bool),
    events: &[EventId],
    now: Timestamp,
) -> Result<HashMap<EventId, String>> {
    let mut bodies: HashMap<EventId, String> = deliveries::messages(conn, account, events)?.into_iter().collect();
    let missing: Vec<uuid::Uuid> = events.iter().filter(|id| !bodies.contains_key(id)).map(|id| id.uuid()).collect();
    if missing.is_empty() {
        return Ok(bodies);
    }
    let fields = merchants::fields(conn, account)?;
    let shown = Shown { account, livemode, fields: &fields };
    let happened = history::with_ids(conn, account, &missing)?;
    let about: HashMap<EventId, uuid::Uuid> = happened.iter().map(|event| (event.id, event.subject)).collect();
    for object in EventObject::of_all(conn, &shown, happened)? {
        let Some(subject) = about.get(&object.id).copied() else { continue };
        let (event, customer) = (object.id, object.customer);
        let message = Message { event, subject, customer, body: object.message()? };
        let body = deliveries::keep_message(conn, account, &message, now)?;
        bodies.insert(event, body);
    }
    Ok(bodies)
}

/// Notes what came of a try, and what follows from it.
fn note(
    conn: &mut PgConnection,
    claimed: &Claimed,
    answer: std::result::Result<Answer, Failure>,
    (machine, at): (&Clock, Timestamp),
) -> Result<()> {
    let now = machine.now();
    let (code, retry_after) = match &answer {
        Ok(answer) => (Some(answer.status), answer.retry_after),
        Err(_) => (None, None),
    };
    let is_received = code.is_some_and(|code| (200..300).contains(&code));
    let next = match is_received {
        true => Next::Succeeded,
        false if claimed.is_extra => Next::AsBefore,
        false => pause(claimed.tries, retry_after).map_or(Next::Failed, |pause| Next::Again(now + pause)),
    };
    let took = answer.as_ref().map_or_else(|failure| failure.took, |answer| answer.took);
    let outcome = Outcome {
        at,
        took_ms: i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
        code: code.and_then(|code| i16::try_from(code).ok()),
        failure: answer.as_ref().err().map(|failure| failure.why.as_str()),
        answer: answer.map(|answer| answer.excerpt).unwrap_or_default(),
    };
    if claimed.is_extra {
        deliveries::note(conn, claimed, &outcome, next)?;
        return Ok(());
    }
    let (account, id) = (claimed.account_id, claimed.endpoint_id);
    let mut endpoint = model::find(conn, account, id)?;
    if !is_received || endpoint.failing_since.is_some() {
        // Before the delivery, as who disables the endpoint does.
        endpoint = writing::find_for_update(conn, account, id)?;
    }
    if !deliveries::note(conn, claimed, &outcome, next)? {
        return Ok(());
    }
    let failing_since = (!is_received).then(|| endpoint.failing_since.unwrap_or(now));
    if failing_since != endpoint.failing_since {
        model::set_failing(conn, account, id, failing_since)?;
    }
    let reason = match failing_since {
        _ if code == Some(410) => Some(Disabled::Gone),
        Some(since) if now.duration_since(since) >= PATIENCE => Some(Disabled::Failing),
        _ => None,
    };
    if let Some(reason) = reason {
        let by = By::system(account, merchants::clock(conn, account, machine)?);
        writing::disable(conn, &by, id, reason)?;
    }
    Ok(())
}

/// Returns the pause after a try that failed, before which there were so many; nothing when it was the last one. A receiver
/// may ask for a longer one.
fn pause(before: i16, retry_after: Option<SignedDuration>) -> Option<SignedDuration> {
    let pause = *PAUSES.get(usize::try_from(before).ok()?)?;
    // Those that failed together are not tried together again.
    let tenths = rand::rng().random_range(-1.0..=1.0);
    let spread = SignedDuration::from_millis((pause.as_secs_f64() * 100.0 * tenths) as i64);
    Some((pause + spread).max(retry_after.unwrap_or_default()))
}

impl EventObject {
    /// Writes it as it is sent. A subject that is too large is told by its id and version alone.
    ///
    /// # Errors
    /// A fault of ours.
    pub fn message(mut self) -> Result<String> {
        /// The most bytes that are sent.
        const LONGEST: usize = 64 * 1024;
        let body = serde_json::to_string(&self).map_err(Error::internal)?;
        if body.len() <= LONGEST {
            return Ok(body);
        }
        self.data.leave_out();
        serde_json::to_string(&self).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_take_a_bit_over_three_days() {
        let sum = (0..9).map(|before| pause(before, None).unwrap()).sum::<SignedDuration>();
        assert!((67..=84).contains(&sum.as_hours()), "{sum:?}");
        assert_eq!(pause(9, None), None);
        let first = pause(0, None).unwrap();
        assert!((4_500..=5_500).contains(&first.as_millis()), "{first:?}");
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() {
        let hour = SignedDuration::from_hours(1);
        assert_eq!(pause(0, Some(hour)), Some(hour));
        assert!(pause(3, Some(hour)).unwrap() > hour);
    }
}
