//! The databases of one run of the tests: a migrated template, one that all transactions share, and clones.
//!
//! Their names carry when they were made, so that what a killed run left behind is dropped by a later one.

use std::{
    sync::{Condvar, Mutex, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clientele::db;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use uuid::Uuid;

const PREFIX: &str = "clientele_test_app_";

/// No run takes this long.
const STALE: Duration = Duration::from_secs(6 * 3600);

/// A database that exists as long as this value.
pub struct Database {
    name: String,
    _turn: Turn,
}

impl Database {
    /// A new one with all tables and no rows.
    pub fn cloned() -> Self {
        Self::copy(&run().template)
    }

    /// A new one with nothing in it, not even tables.
    pub fn blank() -> Self {
        Self::copy("template0")
    }

    /// A new one with nothing in it, and with these options of `CREATE DATABASE`.
    pub fn blank_with(options: &str) -> Self {
        Self::copy(&format!("template0 {options}"))
    }

    fn copy(template: &str) -> Self {
        let turn = OF_DATABASES.take();
        Self { name: create(template), _turn: turn }
    }

    /// Its address.
    pub fn url(&self) -> String {
        url_of(&self.name)
    }

    /// A connection to it.
    pub fn connect(&self) -> PgConnection {
        connect(&self.url())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop_quietly(&self.name);
    }
}

/// As many may work at once as have a turn: on a machine of many cores all the tests together would want more
/// connections than a PostgreSQL gives.
pub struct Turns {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Given back when dropped.
pub struct Turn(&'static Turns);

/// For databases of their own, where a test uses ten connections.
static OF_DATABASES: Turns = Turns::new(4);

/// For transactions, of one connection each.
pub static OF_TRANSACTIONS: Turns = Turns::new(40);

impl Turns {
    const fn new(count: usize) -> Self {
        Self { free: Mutex::new(count), freed: Condvar::new() }
    }

    /// Waits for one.
    pub fn take(&'static self) -> Turn {
        let free = self.free.lock().unwrap();
        *self.freed.wait_while(free, |free| *free == 0).unwrap() -= 1;
        Turn(self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap() += 1;
        self.0.freed.notify_one();
    }
}

/// The address of the database in which the transactions live.
pub fn shared_url() -> String {
    url_of(&run().shared)
}

struct Run {
    template: String,
    shared: String,
}

static RUN: OnceLock<Run> = OnceLock::new();

fn run() -> &'static Run {
    RUN.get_or_init(|| {
        drop_stale(&mut server());
        let template = create("template0");
        db::migrate(&mut connect(&url_of(&template))).unwrap();
        let shared = create(&template);
        drop_at_exit();
        Run { template, shared }
    })
}

#[expect(unsafe_code, reason = "the declaration alone; calling it is safe")]
unsafe extern "C" {
    /// C's own. The test harness ends without dropping what is static.
    safe fn atexit(run: extern "C" fn()) -> std::ffi::c_int;
}

fn drop_at_exit() {
    extern "C" fn drop_both() {
        let _ = std::panic::catch_unwind(|| {
            if let Some(run) = RUN.get() {
                drop_quietly(&run.shared);
                drop_quietly(&run.template);
            }
        });
    }
    atexit(drop_both);
}

/// Makes a database; returns its name.
fn create(template: &str) -> String {
    let unique = Uuid::new_v4().simple().to_string();
    let name = format!("{PREFIX}{}_{}", now(), &unique[..12]);
    let statement = format!("CREATE DATABASE {name} TEMPLATE {template}");
    sql_query(&statement).execute(&mut server()).unwrap_or_else(|err| panic!("{statement}: {err}"));
    name
}

/// A failing test is told by its own panic, not by a second one while it cleans up.
fn drop_quietly(name: &str) {
    if let Ok(mut conn) = PgConnection::establish(&server_url()) {
        let _ = sql_query(drop_statement(name)).execute(&mut conn);
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn drop_stale(conn: &mut PgConnection) {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let ours = sql_query("SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1)");
    for Name { name } in ours.bind::<Text, _>(PREFIX).load(conn).unwrap() {
        let made = name[PREFIX.len()..].split('_').next().and_then(|time| time.parse::<u64>().ok());
        if made.is_some_and(|made| now().saturating_sub(made) > STALE.as_secs()) {
            // Another run may be dropping it too.
            let _ = sql_query(drop_statement(&name)).execute(conn);
        }
    }
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

fn server() -> PgConnection {
    connect(&server_url())
}

fn server_url() -> String {
    std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()).unwrap_or_else(|| {
        panic!(
            "Set DATABASE_URL to a PostgreSQL where the tests may create databases, like postgres://postgres@localhost/postgres"
        )
    })
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap_or_else(|err| panic!("the PostgreSQL of DATABASE_URL does not answer: {err}"))
}

/// The server's address with another database's name in it.
fn url_of(name: &str) -> String {
    let url = server_url();
    let (address, parameters) = url.split_once('?').map_or((url.as_str(), None), |(a, p)| (a, Some(p)));
    let (scheme, rest) = address.split_once("://").expect("DATABASE_URL is like postgres://…");
    let host = rest.split('/').next().unwrap_or_default();
    let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
    format!("{scheme}://{host}/{name}{parameters}")
}
