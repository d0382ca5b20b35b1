//! A worker takes jobs and does them until it is stopped, in as many loops as it is told: each does one job after the
//! other.
//!
//! Any number of workers may share a database. A job's effect and its end are one transaction that only the holder of
//! the claim can commit, so a worker may be killed, or its database restarted, at any moment.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::Poll,
    time::{Duration, Instant},
};

use actix_web::rt::{
    self,
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
};
use diesel::PgConnection;
use jiff::SignedDuration;
use tokio::{
    sync::{Mutex, Notify},
    time::timeout,
};

use crate::{
    clock::Clock,
    config::{DatabaseSettings, WorkerSettings},
    db::{self, Db},
    error::{Error, Result},
    gateway::Sandbox,
    jobs::{
        lag,
        model::{self, Claimed, MOST_ATTEMPTS},
    },
    outgoing::Outgoing,
    sealing::Seals,
    webhooks::sending::Sender,
};

/// The pause between two looks when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// The longest pause between attempts while the database is unreachable.
const LONGEST_REST: Duration = Duration::from_secs(8);

/// The time limit of a job: less than [`model::CLAIM`], so that no other worker takes it while it runs.
const LIMIT: Duration = Duration::from_secs(50);

/// The most by which the machine's clock may differ from the database's where jobs that move money are done. Both are
/// off by far less where anything sets them, and an order is safe by four hours (see [`crate::gateway::sending`]).
const MOST_APART: SignedDuration = SignedDuration::from_hours(1);

/// The pause between two lines in the log about what goes on.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Works until SIGTERM or SIGINT, and then finishes the jobs in hand.
///
/// Without the secret of the installation it sends no webhooks, whose secrets it could not read.
///
/// # Errors
/// When the settings name no database.
pub async fn work(database: &DatabaseSettings, settings: &WorkerSettings) -> Result<()> {
    let db = Db::open(database)?;
    let stopped = stopped()?;
    db::report(&db).await;
    let loops = settings.jobs.of_worker();
    tracing::info!(loops, "working");
    let sender = match settings.secrets.secret() {
        Ok(secret) => {
            let seals = Seals::new(&secret.key(), &settings.secrets.former());
            let outgoing = Outgoing::new(settings.outgoing.webhook_networks.clone().into());
            Some(Sender::new(db.clone(), outgoing, seals, Clock::system()).start())
        }
        Err(_) => {
            tracing::warn!("no webhooks are sent here: set CLIENTELE_SECRET as the servers have it");
            None
        }
    };
    let at_work = Worker::new(db, Clock::system()).with_loops(loops).start();
    stopped.await;
    at_work.end().await;
    if let Some(sender) = sender {
        sender.end().await;
    }
    tracing::info!("stopped working");
    Ok(())
}

/// Returns a future that ends with SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate()).map_err(Error::internal)?;
    let mut int = signal(SignalKind::interrupt()).map_err(Error::internal)?;
    Ok(poll_fn(move |context| {
        let came = term.poll_recv(context).is_ready() || int.poll_recv(context).is_ready();
        if came { Poll::Ready(()) } else { Poll::Pending }
    }))
}

/// Takes jobs and does them.
pub struct Worker {
    db: Db,
    sandbox: Sandbox,
    clock: Clock,
    /// The machine's clock, by which others see whether this worker has the right time. It is never an account's time.
    machine: Clock,
    loops: u8,
    /// Held by the loop that looks for a job.
    looking: Mutex<Looking>,
    /// Ends the pause between two looks.
    wake: Notify,
    is_stopped: AtomicBool,
}

/// What the last look found out.
#[derive(Default)]
struct Looking {
    /// The length of the last pause, while jobs cannot be taken.
    away: Option<Duration>,
    /// The time at which the log was last told that the clock is wrong, while it is.
    told_of_clock: Option<Instant>,
}

/// What a look finds.
struct Look {
    job: Option<Claimed>,
    /// The time until the next step of a clock that moves, if no job is due.
    until_step: Option<Duration>,
    /// How far the machine's clock is ahead of the database's.
    ahead: SignedDuration,
}

/// A running worker.
pub struct AtWork {
    worker: Arc<Worker>,
    loops: Vec<JoinHandle<()>>,
    watch: JoinHandle<()>,
}

impl AtWork {
    /// Stops the worker and waits until each loop has finished its current job.
    pub async fn end(self) {
        self.worker.is_stopped.store(true, SeqCst);
        self.worker.wake.notify_one();
        self.watch.abort();
        for hand in self.loops {
            // Fails only when it has ended already.
            let _ = hand.await;
        }
    }
}

impl Worker {
    /// Makes a worker of one loop over `db` that reads the time from `clock`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            sandbox: Sandbox::new(db.clone()),
            db,
            clock,
            machine: Clock::system(),
            loops: 1,
            looking: Mutex::default(),
            wake: Notify::new(),
            is_stopped: AtomicBool::new(false),
        }
    }

    /// Makes it do so many jobs at a time.
    pub fn with_loops(self, loops: u8) -> Self {
        Self { loops, ..self }
    }

    /// Makes it use `sandbox`, which may keep its books elsewhere.
    pub fn with_sandbox(self, sandbox: Sandbox) -> Self {
        Self { sandbox, ..self }
    }

    /// Makes it believe that `machine` is the machine's clock.
    pub fn with_machine(self, machine: Clock) -> Self {
        Self { machine, ..self }
    }

    /// Starts the worker as tasks of this thread.
    pub fn start(self) -> AtWork {
        let worker = Arc::new(self);
        let loops = (0..worker.loops).map(|_| rt::spawn(Arc::clone(&worker).run())).collect();
        AtWork { loops, watch: rt::spawn(watch(worker.db.clone())), worker }
    }

    /// Does one job after the other until the worker is stopped.
    async fn run(self: Arc<Self>) {
        while let Some(job) = self.next().await {
            self.finish(job).await;
        }
    }

    /// Waits until a job is due, and takes it; `None` when the worker is stopped. One loop at a time looks, and goes on
    /// looking while it finds nothing; the others wait for it, so that idle loops cost the database what one does.
    async fn next(&self) -> Option<Claimed> {
        let mut looking = match self.looking.try_lock() {
            Ok(looking) => looking,
            Err(_) => {
                // The job that was just done may have asked for another.
                self.wake.notify_one();
                self.looking.lock().await
            }
        };
        while !self.is_stopped.load(SeqCst) {
            let rest = match self.look().await {
                Ok(look) => {
                    if looking.away.take().is_some() {
                        tracing::info!("jobs are taken again");
                    }
                    looking.tell_of_clock(look.ahead);
                    match look.job {
                        Some(job) => return Some(job),
                        None => look.until_step.map_or(REST, |step| step.min(REST)),
                    }
                }
                Err(err) => looking.wait_for_database(&err),
            };
            let _ = timeout(rest, self.wake.notified()).await;
        }
        None
    }

    /// Takes the most urgent job that is due. While the machine's clock is wrong, those that move money are left to
    /// others.
    async fn look(&self) -> Result<Look> {
        let (clock, machine) = (self.clock.clone(), self.machine.clone());
        let look = move |conn: &mut PgConnection| {
            let database = model::database_time(conn)?;
            let ahead = machine.now().duration_since(database);
            let is_right = ahead.abs() <= MOST_APART;
            let job =
                model::claim_among(conn, clock.now(), clock.now() - ahead, |kind| is_right || !kind.moves_money())?;
            let step = if job.is_none() { model::next_step(conn, clock.now())? } else { None };
            let until_step =
                step.and_then(|step| step.duration_since(clock.now()).max(SignedDuration::ZERO).try_into().ok());
            Ok(Look { job, until_step, ahead })
        };
        self.db.write(look).await
    }

    /// Does a job, or notes the reason of its failure.
    async fn finish(&self, job: Claimed) {
        match self.attempt(job.clone()).await {
            Ok(()) => tracing::debug!(job = %job.id, kind = job.kind.as_str(), "did a job"),
            Err(err) => self.note(job, &err).await,
        }
    }

    /// Does a job as a task of its own, so that a panic ends nothing else.
    async fn attempt(&self, job: Claimed) -> Result<()> {
        if job.attempts > MOST_ATTEMPTS {
            // Whoever had it could not even note why: the job takes its worker down with it.
            return Err(Error::internal("each time it was begun, its worker came to an end before it did"));
        }
        let (db, sandbox, clock) = (self.db.clone(), self.sandbox.clone(), self.clock.clone());
        let task = rt::spawn(async move { super::perform(&db, &sandbox, &job, &clock).await });
        let abort = task.abort_handle();
        match timeout(LIMIT, task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Error::internal("it panicked")),
            Err(_) => {
                abort.abort();
                Err(Error::internal(format!("it took longer than {} seconds", LIMIT.as_secs())))
            }
        }
    }

    /// Notes the reason of a failure, in the table and in the log.
    async fn note(&self, job: Claimed, err: &Error) {
        let (id, kind, attempts, error) = (job.id, job.kind.as_str(), job.attempts, reason(err));
        let (now, text) = (self.clock.now(), error.clone());
        match self.db.write(move |conn| model::fail(conn, &job, &text, now)).await {
            Ok(true) => tracing::error!(job = %id, kind, attempts, error, "a job is stuck: see clientele jobs"),
            Ok(false) => tracing::warn!(job = %id, kind, attempts, error, "a job failed; it is tried again"),
            Err(Error::JobTaken) => {
                tracing::info!(job = %id, kind, "a job was taken over or asked for anew; nothing was done twice");
            }
            Err(_) => {
                tracing::warn!(job = %id, kind, attempts, error, "a job failed, and the database could not be told");
            }
        }
    }
}

impl Looking {
    /// Logs once that no job can be taken, and doubles the pause each time.
    fn wait_for_database(&mut self, err: &Error) -> Duration {
        if self.away.is_none() {
            tracing::warn!(error = reason(err), "no job can be taken; trying until it works");
        }
        let rest = self.away.map_or(REST, |last| LONGEST_REST.min(last * 2));
        self.away = Some(rest);
        rest
    }

    /// Logs that the clock is wrong, again and again while it is.
    fn tell_of_clock(&mut self, ahead: SignedDuration) {
        if ahead.abs() <= MOST_APART {
            if self.told_of_clock.take().is_some() {
                tracing::info!("the clocks agree: charges and refunds are settled here again");
            }
        } else if self.told_of_clock.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            self.told_of_clock = Some(Instant::now());
            let seconds_ahead = ahead.as_secs();
            tracing::error!(
                seconds_ahead,
                "this machine's clock differs from the database's by more than an hour: no charge or refund is settled \
                 here until they agree"
            );
        }
    }
}

/// Warns of jobs that are late, again and again while there are any. That the database is away is told by those who look
/// for jobs.
async fn watch(db: Db) {
    let mut ticks = rt::time::interval(TELL_EVERY);
    loop {
        ticks.tick().await;
        for lag in db.read(lag::read).await.unwrap_or_default() {
            if lag.seconds > lag::LATE {
                tracing::warn!(kind = lag.kind.as_str(), seconds = lag.seconds, "jobs of this kind are late");
            }
        }
    }
}

/// Returns the reason of an error for the log and for the list of jobs: never personal, no credential, not long.
fn reason(err: &Error) -> String {
    let text = match err {
        // Connecting may quote the database's address.
        Error::Unavailable(text) if text.contains("connection") => "the database does not answer".to_owned(),
        Error::ConnectionLost => "the connection to the database broke".to_owned(),
        Error::NotFound => "what it is about is not there".to_owned(),
        other => other.to_string(),
    };
    text.chars().take(500).collect()
}
