//! A worker takes jobs one after the other and does them until it is stopped.
//!
//! Any number of workers may share a database. A job's effect and its end are one transaction that only the holder of
//! the claim can commit, so a worker may be killed, or its database restarted, at any moment.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use actix_web::rt::{
    self,
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
};
use tokio::{sync::oneshot, time::timeout};

use crate::{
    clock::Clock,
    config::DatabaseSettings,
    db::{self, Db},
    error::{Error, Result},
    gateway::Sandbox,
    jobs::model::{self, Claimed, MOST_ATTEMPTS},
};

/// The pause of a worker when nothing is due.
const REST: Duration = Duration::from_secs(1);

/// The longest pause between attempts while the database is unreachable.
const LONGEST_REST: Duration = Duration::from_secs(8);

/// The time limit of a job: less than [`model::CLAIM`], so that no other worker takes it while it runs.
const LIMIT: Duration = Duration::from_secs(50);

/// Works until SIGTERM or SIGINT, and then finishes the current job.
///
/// # Errors
/// When the settings name no database.
pub async fn work(database: &DatabaseSettings) -> Result<()> {
    let db = Db::open(database)?;
    let stopped = stopped()?;
    db::report(&db).await;
    tracing::info!("working");
    Worker::new(db, Clock::system()).run(stopped).await;
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
    /// The length of the last pause, while jobs cannot be taken.
    away: Option<Duration>,
}

/// A running worker.
pub struct AtWork {
    stop: oneshot::Sender<()>,
    hand: JoinHandle<()>,
}

impl AtWork {
    /// Stops the worker and waits until it has finished the current job.
    pub async fn end(self) {
        // Both fail only when it has ended already.
        let _ = self.stop.send(());
        let _ = self.hand.await;
    }
}

impl Worker {
    /// Makes a worker over `db` that reads the time from `clock`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { sandbox: Sandbox::new(db.clone()), db, clock, away: None }
    }

    /// Starts the worker as a task of this thread.
    pub fn start(self) -> AtWork {
        let (stop, stopped) = oneshot::channel();
        let hand = rt::spawn(self.run(async { _ = stopped.await }));
        AtWork { stop, hand }
    }

    /// Works until `stop` ends, and then finishes the current job.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            let rest = self.turn().await;
            if timeout(rest, stop.as_mut()).await.is_ok() {
                return;
            }
        }
    }

    /// Does one job if one is due; returns the length of the next pause.
    async fn turn(&mut self) -> Duration {
        let now = self.clock.now();
        match self.db.write(move |conn| model::claim(conn, now)).await {
            Ok(job) => {
                if self.away.take().is_some() {
                    tracing::info!("jobs are taken again");
                }
                match job {
                    Some(job) => self.finish(job).await,
                    None => REST,
                }
            }
            Err(err) => self.wait_for_database(&err),
        }
    }

    /// Logs once that no job can be taken, and doubles the pause each time.
    fn wait_for_database(&mut self, err: &Error) -> Duration {
        if self.away.is_none() {
            tracing::warn!(error = reason(err), "no job can be taken; trying until it works");
        }
        let rest = self.away.map_or(REST, |last| LONGEST_REST.min(last * 2));
        self.away = Some(rest);
        rest
    }

    /// Does a job, or notes the reason of its failure; returns the length of the next pause.
    async fn finish(&self, job: Claimed) -> Duration {
        match self.attempt(job.clone()).await {
            Ok(()) => {
                tracing::debug!(job = %job.id, kind = job.kind.as_str(), "did a job");
                Duration::ZERO
            }
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
    async fn note(&self, job: Claimed, err: &Error) -> Duration {
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
                return REST;
            }
        }
        Duration::ZERO
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
