//! The databases of one run of the tests: a migrated template, one that all transactions share, and clones.
//!
//! Their names carry when they were made, so that what a killed run left behind is dropped by a later one.

use std::{
    sync::OnceLock,
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
}

impl Database {
    /// A new one with all tables and no rows.
    pub fn cloned() -> Self {
        Self::create(&run().template)
    }

    /// A new one with nothing in it, not even tables.
    pub fn blank() -> Self {
        Self::create("template0")
    }

    fn create(template: &str) -> Self {
        let name = fresh_name();
        execute(&mut server(), &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self { name }
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
        // A failing test is told by its own panic, not by a second one here.
        if let Ok(mut conn) = PgConnection::establish(&server_url()) {
            let _ = sql_query(drop_statement(&self.name)).execute(&mut conn);
        }
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
        let template = std::mem::ManuallyDrop::new(Database::blank());
        db::migrate(&mut template.connect()).unwrap();
        let shared = std::mem::ManuallyDrop::new(Database::create(&template.name));
        drop_at_exit();
        Run { template: template.name.clone(), shared: shared.name.clone() }
    })
}

unsafe extern "C" {
    /// C's own. The test harness ends without dropping what is static.
    safe fn atexit(run: extern "C" fn()) -> std::ffi::c_int;
}

fn drop_at_exit() {
    extern "C" fn drop_both() {
        let _ = std::panic::catch_unwind(|| {
            if let Some(run) = RUN.get() {
                for name in [&run.shared, &run.template] {
                    drop(Database { name: name.clone() });
                }
            }
        });
    }
    atexit(drop_both);
}

fn fresh_name() -> String {
    let unique = Uuid::new_v4().simple().to_string();
    format!("{PREFIX}{}_{}", now(), &unique[..12])
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

fn execute(conn: &mut PgConnection, statement: &str) {
    sql_query(statement).execute(conn).unwrap_or_else(|err| panic!("{statement}: {err}"));
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
