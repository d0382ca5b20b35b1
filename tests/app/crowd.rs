//! One person who searches a lot holds up neither others nor the database.

use std::{
    io::Write,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clientele::{
    config::DatabaseSettings,
    db::Db,
    error::{Error, Result},
};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use crate::world::{
    Database, PASSWORD, encode,
    program::{Server, number, run_with, try_ask},
};

/// Adds another merchant with an editor of its own; returns the cookie of their session.
fn neighbour(database: &Database, server: &Server) -> String {
    run_with(database, &["merchant", "add", "Jirani", "--country", "KE", "--time-zone", "Africa/Nairobi"], "");
    let add = ["staff", "add", "nia@jirani.example", "--merchant", "Jirani", "--role", "editor", "--password-stdin"];
    run_with(database, &add, PASSWORD);
    let form = format!("email=nia%40jirani.example&password={}", encode(PASSWORD));
    let reply = server.ask("POST", "/login", "", &form);
    reply.header("Set-Cookie").expect("a session").split(';').next().unwrap().to_owned()
}

/// Makes whoever reads a table wait, until the connection is dropped.
fn lock(database: &Database, table: &str) -> PgConnection {
    let mut holder = database.connect();
    holder.begin_test_transaction().unwrap();
    sql_query(format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")).execute(&mut holder).unwrap();
    holder
}

/// The statements that wait for that lock.
fn waiting(conn: &mut PgConnection) -> i64 {
    number(
        conn,
        "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')",
    )
}

#[test]
fn many_searches_of_one_person_leave_everybody_elses_pages_quick() {
    let (database, server) = Server::furnished();
    let (cookie, other) = (server.sign_in(), neighbour(&database, &server));
    let mut conn = database.connect();
    let create =
        |name: &str| server.ask("POST", "/customers", &cookie, &format!("name={name}&email={name}%40x.example"));
    let customer = [create("akinyi"), create("wafula")][0].header("Location").expect("a page").to_owned();
    // A search reads the index of words, a plain list does not.
    let holder = lock(&database, "words");
    let searches: Vec<_> = (0..32)
        .map(|n| {
            let (address, cookie) = (server.address, cookie.clone());
            thread::spawn(move || {
                let path = format!("/customers?q=akinyi+{n}");
                try_ask(address, "GET", &path, &cookie, "").unwrap()
            })
        })
        .collect();
    let began = Instant::now();
    while waiting(&mut conn) == 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "no search waits");
    }
    for cookie in [&other, &cookie] {
        for n in 0..12 {
            let path = ["/customers", "/customers/count", "/payments", "/payments/count"][n % 4];
            let began = Instant::now();
            // As htmx asks: the address of a count is no page.
            let reply = server.get(path, &format!("{cookie}\r\nHX-Request: true"));
            assert_eq!(reply.status, 200, "{path}: {}", server.log());
            assert!(began.elapsed() < Duration::from_secs(2), "a plain list took {:?}", began.elapsed());
        }
    }
    assert!(waiting(&mut conn) <= 2, "a person has two searches at a time");
    // A customer's page does not wait for a turn to look for the neighbours in a search.
    for (from, has_neighbours) in [("", true), ("?from=q%3Dakinyi", false)] {
        let began = Instant::now();
        let page = server.get(&format!("{customer}{from}"), &cookie);
        assert!(page.status == 200 && began.elapsed() < Duration::from_millis(1_500), "{:?}", began.elapsed());
        assert_eq!(page.body.contains("class=\"neighbours\""), has_neighbours, "{from}");
    }
    drop(holder);
    let (mut found, mut waits) = (0, 0);
    for reply in searches.into_iter().map(|search| search.join().unwrap()) {
        match reply.status {
            200 => found += 1,
            429 => {
                waits += 1;
                assert_eq!(reply.header("Retry-After"), Some("1"));
                assert!(reply.body.contains("Your other searches are still under way"));
                assert!(reply.body.contains("<meta http-equiv=\"refresh\""), "it asks again by itself");
            }
            status => panic!("status {status}: {}", server.log()),
        }
    }
    assert!(found >= 2 && waits > 0, "{found} found, {waits} to wait");
}

#[test]
fn a_search_that_nobody_waits_for_is_ended() {
    let (database, server) = Server::furnished();
    let cookie = server.sign_in();
    let mut conn = database.connect();
    let holder = lock(&database, "customers");
    for path in ["/customers?q=wafula", "/customers/count?q=wafula", "/payments?q=customer:wafula", "/palette?q=wafula"]
    {
        let mut gone = TcpStream::connect(server.address).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nHX-Request: true\r\nCookie: {cookie}\r\n\r\n");
        gone.write_all(head.as_bytes()).unwrap();
        let began = Instant::now();
        while waiting(&mut conn) == 0 {
            assert!(began.elapsed() < Duration::from_secs(3), "{path} does not wait");
        }
        drop(gone);
        let began = Instant::now();
        while waiting(&mut conn) > 0 {
            // It would give up by itself after three seconds.
            assert!(began.elapsed() < Duration::from_secs(2), "{path} goes on");
        }
    }
    drop(holder);
    assert_eq!(server.get("/customers", &cookie).status, 200, "the connections are whole");
}

#[test]
fn a_change_is_finished_when_who_sent_it_goes_away() {
    let (database, server) = Server::furnished();
    let cookie = server.sign_in();
    let mut conn = database.connect();
    let holder = lock(&database, "customers");
    let form = "name=Wafula&email=wafula%40example.com";
    let mut gone = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /customers HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
        form.len()
    );
    gone.write_all(head.as_bytes()).unwrap();
    let began = Instant::now();
    while waiting(&mut conn) == 0 {
        assert!(began.elapsed() < Duration::from_secs(3), "it does not wait");
    }
    drop(gone);
    thread::sleep(Duration::from_millis(200));
    drop(holder);
    let began = Instant::now();
    while number(&mut conn, "(SELECT count(*) FROM customers)") == 0 {
        assert!(began.elapsed() < Duration::from_secs(3), "it was dropped");
    }
}

/// Opens the database with three connections.
fn three_connections(database: &Database) -> Db {
    Db::open(&DatabaseSettings { db_connections: 3, ..DatabaseSettings::at(&database.url()) }).unwrap()
}

#[actix_web::test]
async fn a_read_whose_connections_all_break_comes_to_an_end() {
    let database = Database::cloned();
    let db = three_connections(&database);
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let answer: Result<()> = db
        .read(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Err(Error::ConnectionLost)
        })
        .await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 4, "each connection once, and a new one");
}

#[actix_web::test]
async fn who_takes_over_a_connection_is_not_ended_in_place_of_the_one_before() {
    let database = Database::cloned();
    let db = three_connections(&database);
    for _ in 0..20 {
        let sleep = |seconds: f64| {
            move |conn: &mut PgConnection| Ok(sql_query(format!("SELECT pg_sleep({seconds})")).execute(conn)?)
        };
        // Given up about when it ends.
        let given_up = tokio::time::timeout(Duration::from_millis(20), db.read(sleep(0.02))).await;
        drop(given_up);
        for _ in 0..4 {
            db.read(sleep(0.005)).await.unwrap();
        }
    }
}

#[test]
fn an_answer_that_the_database_fails_says_when_to_ask_again() {
    let server = Server::start("postgres://nobody:hunter2@127.0.0.1:1/nothing");
    for (method, path, form) in [("GET", "/readyz", ""), ("POST", "/login", "email=a%40b.example&password=x")] {
        let reply = server.ask(method, path, "", form);
        assert_eq!((reply.status, reply.header("Retry-After")), (503, Some("1")), "{method} {path}");
    }
}
