//! The database: a pool of connections, and the ways to use one: [`Db::read`], [`Db::search`] and [`Db::write`].
//!
//! Nothing outside this folder knows the pool and the blocking threads. A database that is away or slow becomes
//! [`Error::Unavailable`] within [`PATIENCE`], and connections that broke are replaced without anyone seeing it.

mod cancel;
pub mod checking;
mod patience;
mod turns;

pub use patience::{each_in_time, in_time};
pub use turns::{PAUSE, STEP, Searcher};

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use actix_web::web;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::{Connection, SimpleConnection},
    migration::{Migration, MigrationSource},
    pg::Pg,
    r2d2::{self, ConnectionManager, ManageConnection, R2D2Connection},
    sql_query,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::sync::Semaphore;

use self::{
    cancel::{Underway, Waiting},
    turns::Turns,
};
use crate::{
    config::DatabaseSettings,
    error::{Error, Result},
};

diesel::define_sql_function! {
    /// PostgreSQL's own function, so that an email is compared as its stored key was made.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

diesel::define_sql_function! {
    /// The number of the PostgreSQL process behind the connection.
    fn pg_backend_pid() -> diesel::sql_types::Integer;
}

diesel::define_sql_function! {
    /// Takes a lock of the session, if nobody has it.
    fn pg_try_advisory_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}

/// All migrations, embedded so that the binary alone can bring a database up to date.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The time that a request waits for its answer from the database.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The time that a request waits for a free connection; also the longest pause between tries to connect.
const POOL_WAIT: Duration = Duration::from_secs(3);

/// A pool of connections; cloning shares it.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<Manager>,
    /// One permit for each connection: a request that waits for a connection waits here, and not on a thread.
    turns: Arc<Semaphore>,
    /// The turns of those who search, which come before that permit.
    searches: Arc<Turns>,
    /// The permits of jobs that are done beside requests, which come before that permit too.
    jobs: Option<Arc<Semaphore>>,
}

impl Db {
    /// Makes a pool over `settings`. It connects only when used, so a server can start before its database.
    ///
    /// # Errors
    /// When the settings name no database.
    pub fn open(settings: &DatabaseSettings) -> Result<Self> {
        Self::open_with(settings, |_| Ok(()))
    }

    /// Works like [`Db::open`], with `prepare` run on every new connection.
    ///
    /// # Errors
    /// When the settings name no database.
    pub fn open_with(
        settings: &DatabaseSettings,
        prepare: impl Fn(&mut PgConnection) -> diesel::QueryResult<()> + Send + Sync + 'static,
    ) -> Result<Self> {
        let manager = Manager {
            inner: ConnectionManager::new(patient(settings.url()?)),
            plan_cache_mode: settings.plan_cache_mode.clone(),
            prepare: Arc::new(prepare),
        };
        let pool = r2d2::Pool::builder()
            .max_size(settings.db_connections)
            .min_idle(Some(1))
            .connection_timeout(POOL_WAIT)
            // A test at every checkout costs a seventh of all requests; broken connections are dropped when they fail.
            .test_on_check_out(false)
            .error_handler(Box::<ConnectFailed>::default())
            .build_unchecked(manager);
        let connections = settings.db_connections as usize;
        let (turns, searches) = (Arc::new(Semaphore::new(connections)), Arc::new(Turns::new(connections)));
        Ok(Self { pool, turns, searches, jobs: None })
    }

    /// Returns the same database for jobs that are done beside requests. However many there are, they use few of the
    /// connections at a time, so that requests which are no search always find one (see [`Turns`]).
    pub fn beside_requests(&self) -> Self {
        let permits = turns::of_jobs(self.pool.max_size() as usize);
        Self { jobs: Some(Arc::new(Semaphore::new(permits))), ..self.clone() }
    }

    /// Runs `query` on a blocking thread. It may run more than once, when a connection turns out to be broken. When
    /// nobody waits for the answer any more, it is ended.
    ///
    /// # Errors
    /// Whatever `query` returns, and [`Error::Unavailable`] when the database does not answer in time.
    pub async fn read<T, F>(&self, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        let underway = Arc::new(Underway::default());
        let _waiting = Waiting::new(self.pool.clone(), Arc::clone(&underway));
        self.in_turn(move |pool| {
            for _ in 0..tries(pool) {
                let mut link = checkout(pool)?;
                let working = underway.begin(link.process)?;
                let answer = query(&mut link.connection);
                drop(working);
                match answer {
                    Err(Error::ConnectionLost) => link.lost = true,
                    answer => return answer,
                }
            }
            Err(Error::Unavailable("each connection broke".into()))
        })
        .await
    }

    /// Works like [`Db::read`] for a query that may cost much: see [`Turns`].
    ///
    /// # Errors
    /// The same as [`Db::read`], and [`Error::Searching`] when `who` searches too much already.
    pub async fn search<T, F>(&self, who: Searcher, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        let began = Instant::now();
        let turn = self.searches.take(who).await?;
        let answer = self.read(move |conn| {
            // It is held until the connection is free again, even when nobody waits for the answer.
            let _held = &turn;
            query(conn)
        });
        let answer = answer.await;
        if who.is_even {
            let steps = began.elapsed().as_millis() / STEP.as_millis() + 1;
            let chance = STEP.mul_f64(rand::random());
            let whole = STEP * u32::try_from(steps).unwrap_or(u32::MAX) + chance;
            tokio::time::sleep(whole.saturating_sub(began.elapsed())).await;
        }
        answer
    }

    /// Runs `change` in one transaction, which is committed when it returns `Ok`.
    ///
    /// # Errors
    /// Whatever `change` returns, and [`Error::Unavailable`] when the database does not answer in time.
    pub async fn write<T, F>(&self, change: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> Result<T> + Send + 'static,
    {
        let began = Instant::now();
        self.in_turn(move |pool| {
            let mut link = working(pool)?;
            let answer = link.connection.transaction(|conn| {
                let done = change(conn)?;
                // Who waited has been told by now, or will be in a moment, that it did not happen.
                let is_late = began.elapsed() >= PATIENCE - Duration::from_millis(200);
                if is_late { Err(Error::Unavailable("too late to commit".into())) } else { Ok(done) }
            });
            link.lost = matches!(answer, Err(Error::ConnectionLost));
            answer
        })
        .await
    }

    async fn in_turn<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> Result<T> + Send + 'static,
    {
        let (pool, turns, jobs) = (self.pool.clone(), Arc::clone(&self.turns), self.jobs.clone());
        let answer = async move {
            let permit = match jobs {
                Some(jobs) => Some(jobs.acquire_owned().await.map_err(Error::internal)?),
                None => None,
            };
            let turn = turns.acquire_owned().await.map_err(Error::internal)?;
            let answer = web::block(move || {
                let answer = work(&pool);
                drop((turn, permit));
                answer
            });
            // Actix tells a panic as the end of its threads.
            answer.await.map_err(|_| Error::internal("a panic while the database was used, or no thread for it"))?
        };
        let in_time = tokio::time::timeout(PATIENCE, answer).await;
        in_time.map_err(|_| Error::Unavailable("no answer from the database in time".into()))?
    }

    /// Runs `work` on this thread, for commands.
    ///
    /// # Errors
    /// Whatever `work` returns, and [`Error::Unavailable`] without a connection.
    pub fn directly<T>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T>) -> Result<T> {
        work(&mut checkout(&self.pool)?.connection)
    }
}

/// Brings the database up to date; returns the names of the migrations that ran.
///
/// # Errors
/// [`Error::Command`] when the database cannot compare text of all scripts; otherwise when a migration fails.
pub fn migrate(conn: &mut PgConnection) -> Result<Vec<String>> {
    check_text(conn)?;
    // Two at once would both run the same one. The other is not waited for within a statement: an index that is built
    // beside writers waits for all statements that began before.
    while !diesel::select(pg_try_advisory_lock(7_162_534)).get_result::<bool>(conn)? {
        std::thread::sleep(Duration::from_millis(200));
    }
    drop_unfinished(conn)?;
    let done =
        conn.run_pending_migrations(MIGRATIONS).map(|versions| versions.iter().map(ToString::to_string).collect());
    conn.batch_execute("SELECT pg_advisory_unlock(7162534)")?;
    done.map_err(Error::Internal)
}

/// The indexes that migrations build beside writers, outside of a transaction.
const BUILT_BESIDE_WRITERS: [&str; 33] = [
    "customers_by_deletion",
    "customers_by_reference",
    "events_by_kind",
    "events_by_staff",
    "events_by_undone",
    "events_of_keys",
    "events_of_revenue",
    "events_of_views",
    "invoices_by_amount",
    "invoices_by_due",
    "invoices_by_failure",
    "invoices_by_hand",
    "invoices_by_payment",
    "invoices_by_reference",
    "invoices_open_of_subscription",
    "invoices_overdue",
    "invoices_sent",
    "jobs_by_account_time",
    "jobs_stuck",
    "payment_methods_by_default_expiry",
    "payments_by_invoice",
    "payments_by_part",
    "payments_one_try_of_invoice",
    "payments_one_try_of_part",
    "sandbox_orders_by_card",
    "subscriptions_by_end",
    "subscriptions_by_next_charge",
    "subscriptions_by_next_day",
    "subscriptions_coming",
    "subscriptions_of_own_method",
    "subscriptions_sent",
    "subscriptions_standing_still",
    "used_tokens_by_age",
];

/// Drops an index that an interrupted migration left behind, so that it can be built again.
fn drop_unfinished(conn: &mut PgConnection) -> Result<()> {
    for index in BUILT_BESIDE_WRITERS {
        let left =
            format!("EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{index}') AND NOT indisvalid)");
        if diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(&left)).get_result(conn)? {
            conn.batch_execute(&format!("DROP INDEX CONCURRENTLY {index}"))?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    encoding: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    lowered: String,
}

/// Makes sure that the database can keep every character, and knows small and capital letters of every script.
fn check_text(conn: &mut PgConnection) -> Result<()> {
    let encoding = "current_setting('server_encoding') AS encoding";
    let of = |lowered: &str| {
        sql_query(format!("SELECT format('%I', current_database()) AS name, {encoding}, {lowered} AS lowered"))
    };
    let Text { name, encoding, .. } = of("''").get_result(conn)?;
    let lowered = match encoding.as_str() {
        "UTF8" => of("lower('ÉЖΩ')").get_result::<Text>(conn)?.lowered,
        _ => String::new(),
    };
    if lowered == "éжω" {
        return Ok(());
    }
    let why = match encoding.as_str() {
        "UTF8" => "does not know the small and capital letters of all scripts (its LC_CTYPE)".to_owned(),
        _ => format!("cannot keep the characters of all scripts (its encoding is {encoding})"),
    };
    Err(Error::Command(
        format!(
            "The database {name} {why}, so that customers would not be found by their names. Make one that does, with the \
             name of a UTF-8 locale of the server, like C.UTF-8 or en_US.UTF-8:\n\
             CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';"
        )
        .into(),
    ))
}

/// Returns whether migrations wait to be run. It asks for no right but that to read, unlike Diesel's own question, which
/// makes its table.
///
/// # Errors
/// When the database cannot be asked.
pub fn is_behind(conn: &mut PgConnection) -> Result<bool> {
    // A lost connection is to be told as such, so that the question is asked again on another.
    conn.ping()?;
    let ours: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(Error::Internal)?;
    let versions = "SELECT version AS name FROM __diesel_schema_migrations";
    let ran: Vec<Version> = match has_run_any(conn)? {
        true => sql_query(versions).load(conn)?,
        false => Vec::new(),
    };
    Ok(ours.iter().any(|one| !ran.iter().any(|ran| ran.name == one.name().version().to_string())))
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

fn has_run_any(conn: &mut PgConnection) -> Result<bool> {
    let table = diesel::dsl::sql::<diesel::sql_types::Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL");
    Ok(diesel::select(table).get_result(conn)?)
}

/// Returns how often a read is tried: every connection of the pool may have broken, and one more is made.
fn tries(pool: &r2d2::Pool<Manager>) -> u32 {
    pool.max_size() + 1
}

/// Takes a connection that works: a change must not run twice, so it is tried before, not after.
fn working(pool: &r2d2::Pool<Manager>) -> Result<r2d2::PooledConnection<Manager>> {
    for _ in 0..tries(pool) {
        let mut link = checkout(pool)?;
        match link.connection.ping() {
            Ok(()) => return Ok(link),
            Err(_) => link.lost = true,
        }
    }
    Err(Error::Unavailable("each connection broke".into()))
}

fn checkout(pool: &r2d2::Pool<Manager>) -> Result<r2d2::PooledConnection<Manager>> {
    pool.get().map_err(|err| Error::Unavailable(err.to_string()))
}

/// Makes connecting give up as soon as a request would. The limit is set in the URL because libpq reads it there.
fn patient(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}connect_timeout=3")
}

/// The work that is done with every new connection.
type Prepare = dyn Fn(&mut PgConnection) -> diesel::QueryResult<()> + Send + Sync;

/// Makes connections and tells which are broken. Diesel's own manager does not notice a connection that the
/// server closed between two statements, hence the flag in [`Link`].
struct Manager {
    inner: ConnectionManager<PgConnection>,
    plan_cache_mode: String,
    prepare: Arc<Prepare>,
}

/// One connection, and whether it was lost in use.
struct Link {
    connection: PgConnection,
    lost: bool,
    /// The number of the PostgreSQL process behind it.
    process: i32,
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = r2d2::Error;

    fn connect(&self) -> std::result::Result<Link, r2d2::Error> {
        let mut connection = self.inner.connect()?;
        // Shorter than PATIENCE, so that the server stops the statement before the request gives up on it. Every statement
        // is short, and compiling one or starting workers for it takes longer than running it.
        let settings = format!(
            "SET plan_cache_mode = {}; SET statement_timeout = '4s'; SET lock_timeout = '3s'; \
             SET idle_in_transaction_session_timeout = '30s'; SET jit = off; SET max_parallel_workers_per_gather = 0",
            self.plan_cache_mode
        );
        connection.batch_execute(&settings).map_err(r2d2::Error::QueryError)?;
        (self.prepare)(&mut connection).map_err(r2d2::Error::QueryError)?;
        let process = diesel::select(pg_backend_pid()).get_result(&mut connection).map_err(r2d2::Error::QueryError)?;
        Ok(Link { connection, lost: false, process })
    }

    fn is_valid(&self, link: &mut Link) -> std::result::Result<(), r2d2::Error> {
        link.connection.ping().map_err(r2d2::Error::QueryError)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.lost || self.inner.has_broken(&mut link.connection)
    }
}

/// The event of a failed connect, logged once a minute, without the address that the error may quote.
#[derive(Debug, Default)]
struct ConnectFailed {
    told: Mutex<Option<Instant>>,
}

impl diesel::r2d2::HandleError<r2d2::Error> for ConnectFailed {
    fn handle_error(&self, _: r2d2::Error) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() >= Duration::from_secs(60)) {
            *told = Some(Instant::now());
            tracing::warn!("no connection to the database");
        }
    }
}

/// Logs at the start what would otherwise be found out by the first visitor. The program starts all the same.
pub async fn report(db: &Db) {
    match db.read(is_behind).await {
        Ok(false) => {}
        Ok(true) => tracing::warn!("migrations are waiting: run clientele migrate"),
        Err(_) => tracing::warn!("the database does not answer yet"),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn every_index_that_is_built_beside_writers_can_be_built_again() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut built = Vec::new();
        for migration in fs::read_dir(folder).unwrap() {
            let Ok(up) = fs::read_to_string(migration.unwrap().path().join("up.sql")) else { continue };
            let names = up.split("INDEX CONCURRENTLY ").skip(1).filter_map(|rest| rest.split_whitespace().next());
            // What is dropped is named with IF EXISTS.
            built.extend(names.filter(|name| *name != "IF").map(str::to_owned));
        }
        built.sort();
        assert_eq!(built, BUILT_BESIDE_WRITERS);
    }
}
