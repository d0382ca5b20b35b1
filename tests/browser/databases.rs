//! The databases of one run: a template with a merchant and staff, and a clone of it for each test.
//!
//! Their names carry when they were made, so that what a killed run left behind is dropped by a later one.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

const PREFIX: &str = "clientele_test_browser_";

/// No run takes this long.
const STALE: Duration = Duration::from_secs(6 * 3600);

/// A database that exists as long as this value.
pub struct Database {
    name: String,
}

impl Database {
    /// A new one with nothing in it, not even tables.
    pub fn blank() -> Self {
        Self::create("template0")
    }

    /// A copy of this one, to which nobody may be connected.
    pub fn copy(&self) -> Self {
        Self::create(&self.name)
    }

    fn create(template: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}_{}_{number}", now(), std::process::id());
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        sql_query(&create).execute(&mut server()).unwrap_or_else(|err| panic!("{create}: {err}"));
        Self { name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        let url = server_url();
        let (address, parameters) = url.split_once('?').map_or((url.as_str(), None), |(a, p)| (a, Some(p)));
        let (scheme, rest) = address.split_once("://").expect("DATABASE_URL is like postgres://…");
        let host = rest.split('/').next().unwrap_or_default();
        let parameters = parameters.map(|text| format!("?{text}")).unwrap_or_default();
        format!("{scheme}://{host}/{}{parameters}", self.name)
    }

    /// Lets nobody in any more and those who are in out, or opens it again.
    pub fn close(&self, closed: bool) {
        let name = &self.name;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        let mut conn = server();
        sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !closed)).execute(&mut conn).unwrap();
        if closed {
            sql_query(end).execute(&mut conn).unwrap();
        }
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

/// Drops what earlier runs left behind.
pub fn drop_stale() {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let mut conn = server();
    let ours = sql_query("SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1)");
    for Name { name } in ours.bind::<Text, _>(PREFIX).load(&mut conn).unwrap() {
        let made = name[PREFIX.len()..].split('_').next().and_then(|time| time.parse::<u64>().ok());
        if made.is_some_and(|made| now().saturating_sub(made) > STALE.as_secs()) {
            // Another run may be dropping it too.
            let _ = sql_query(drop_statement(&name)).execute(&mut conn);
        }
    }
}

fn drop_statement(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
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
