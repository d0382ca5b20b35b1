//! Statements that nobody waits for any more are ended, so that they cost nobody anything.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use diesel::{RunQueryDsl, r2d2, sql_query, sql_types::Integer};

use super::{Manager, checkout};
use crate::error::{Error, Result};

/// The pause between two tries: the connection may have been between two statements.
const PAUSE: Duration = Duration::from_millis(50);

/// The most tries; a statement that goes on for longer has its own time limit.
const TRIES: usize = 100;

/// A read under way.
#[derive(Debug, Default)]
pub struct Underway(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The PostgreSQL process that works for it.
    process: Option<i32>,
    /// True when nobody waits for its answer.
    is_given_up: bool,
}

/// The time in which a connection works for a read.
pub struct Working<'a>(&'a Underway);

impl Underway {
    /// Notes the process that works for it from now on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when nobody waits for the answer.
    pub fn begin(&self, process: i32) -> Result<Working<'_>> {
        let mut state = self.state();
        if state.is_given_up {
            return Err(Error::Unavailable("nobody waits for the answer".into()));
        }
        state.process = Some(process);
        Ok(Working(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The connection goes back to the pool only behind this, so that no other request's statement is ended by mistake.
impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.state().process = None;
    }
}

/// Somebody who waits for the answer of a read. When they go away, what is under way is ended.
pub struct Waiting {
    pool: r2d2::Pool<Manager>,
    underway: Arc<Underway>,
}

impl Waiting {
    /// Begins to wait.
    pub fn new(pool: r2d2::Pool<Manager>, underway: Arc<Underway>) -> Self {
        Self { pool, underway }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.underway.state();
        state.is_given_up = true;
        if state.process.is_none() {
            return;
        }
        drop(state);
        let (pool, underway) = (self.pool.clone(), Arc::clone(&self.underway));
        // Without a runtime the program ends, and its connections with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn_blocking(move || end(&pool, &underway));
        }
    }
}

/// Ends what is under way.
fn end(pool: &r2d2::Pool<Manager>, underway: &Underway) {
    for _ in 0..TRIES {
        let Ok(mut link) = checkout(pool) else { return };
        let state = underway.state();
        let Some(process) = state.process else { return };
        // What works for the read waits for the lock, so the process has no other work yet.
        let told = sql_query("SELECT pg_cancel_backend($1)").bind::<Integer, _>(process).execute(&mut link.connection);
        drop(state);
        link.lost = told.is_err();
        drop(link);
        thread::sleep(PAUSE);
    }
}
