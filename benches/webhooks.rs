//! What sending webhooks comes to: events at a steady pace to sixteen endpoints whose receivers take 200 ms, how fast a
//! backlog goes out, what an event costs where nobody is told, and a page of a log with 100,000 deliveries.
//!
//! Wants a database with the demo merchant in `DATABASE_URL`; `script/bench webhooks` makes one and calls this.

use std::{
    collections::HashMap,
    env,
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use actix_web::{cookie::Key, rt};
use clientele::{
    clock::Clock,
    config::DatabaseSettings,
    customers::kinds,
    db::Db,
    events::{self, By, Fields, NewEvent},
    ids::{AccountId, CustomerId, EndpointId},
    outgoing::{Networks, Outgoing},
    paging::{Direction, Limit},
    sealing::Seals,
    webhooks::{deliveries, model::Wish, secret::Secret, sending::Sender, writing},
};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types,
};

const ENDPOINTS: usize = 16;

/// How long a receiver takes.
const SLOW: Duration = Duration::from_millis(200);

/// The steady pace: a thousand a minute.
const PACE: Duration = Duration::from_millis(60);

/// The time for which it is kept.
const TIME: Duration = Duration::from_secs(60);

/// The events that wait at once.
const BACKLOG: usize = 500;

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = sql_types::Uuid)]
    id: AccountId,
}

/// When each event's message arrived, by its id, at whichever endpoint.
#[derive(Clone, Default)]
struct Arrived {
    at: Arc<Mutex<HashMap<String, Vec<Instant>>>>,
    count: Arc<AtomicUsize>,
}

/// Listens and answers after [`SLOW`].
fn receive(arrived: &Arrived) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
    let arrived = arrived.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let arrived = arrived.clone();
            thread::spawn(move || {
                let (mut bytes, mut part) = (Vec::new(), [0; 16 * 1024]);
                let id = loop {
                    let Ok(count @ 1..) = stream.read(&mut part) else { return };
                    bytes.extend_from_slice(&part[..count]);
                    let head = String::from_utf8_lossy(&bytes);
                    if let Some((head, _)) = head.split_once("\r\n\r\n") {
                        break head.lines().find_map(|line| line.strip_prefix("webhook-id: ")).map(str::to_owned);
                    }
                };
                let mut at = arrived.at.lock().expect("the list");
                at.entry(id.unwrap_or_default()).or_default().push(Instant::now());
                drop(at);
                arrived.count.fetch_add(1, SeqCst);
                thread::sleep(SLOW);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
            });
        }
    });
    url
}

/// Runs statements, each in a transaction of its own, as VACUUM wants it.
fn each(conn: &mut PgConnection, statements: &str) {
    statements.split(';').for_each(|one| conn.batch_execute(one).expect("a statement"));
}

/// Makes an event; returns its id and when it was committed.
fn happen(conn: &mut PgConnection, by: &By, n: usize) -> (String, Instant) {
    let after = Fields::from([("name".to_owned(), format!("Name {n}").into())]);
    let (subject, before) = (CustomerId::new().uuid(), Fields::new());
    let what = NewEvent { kind: kinds::UPDATED, subject, customer: None, version: 1, before: &before, after: &after };
    let id = conn.transaction(|conn| events::record(conn, by, &what)).expect("an event");
    (id.to_string(), Instant::now())
}

fn share(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let place = ((times.len() - 1) as f64 * share).round() as usize;
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

fn main() {
    if !env::args().any(|arg| arg == "--bench") {
        return;
    }
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut conn = PgConnection::establish(&url).expect("a database");
    each(
        &mut conn,
        "DELETE FROM webhook_deliveries; DELETE FROM webhook_messages; DELETE FROM webhook_endpoints; \
         VACUUM ANALYZE webhook_deliveries, webhook_messages, webhook_tries, events",
    );
    let account: Account =
        sql_query("SELECT id FROM accounts WHERE mode = 'test' LIMIT 1").get_result(&mut conn).expect("a test account");
    let by = By::system(account.id, Clock::system());
    let seals = Seals::new(&Key::derive_from(&[7; 32]), &[]);

    let mut alone: Vec<Duration> = (0..2_000).map(|n| timed(|| happen(&mut conn, &by, n))).collect();
    println!(
        "An event where nobody is told: {:.3} / {:.3} ms (p50 / p99)",
        share(&mut alone, 0.5),
        share(&mut alone, 0.99)
    );

    let arrived = Arrived::default();
    for _ in 0..ENDPOINTS {
        let (url, secret) = (receive(&arrived), Secret::new().expect("a secret"));
        let wish = Wish { url, types: vec!["customer.*".to_owned()], description: None };
        let id = EndpointId::new();
        conn.transaction(|conn| writing::create(conn, &by, id, wish, (&secret, &seals))).expect("an endpoint");
    }
    let mut told: Vec<Duration> = (0..50).map(|n| timed(|| happen(&mut conn, &by, n))).collect();
    println!("An event that 16 endpoints are told: {:.3} / {:.3} ms", share(&mut told, 0.5), share(&mut told, 0.99));
    conn.batch_execute("DELETE FROM webhook_deliveries").expect("nothing waits");

    rt::System::new().block_on(async {
        let networks = Networks::from(vec!["127.0.0.0/8".parse().expect("a network")]);
        let db = Db::open(&DatabaseSettings::at(&url)).expect("a pool");
        let sending = Sender::new(db, Outgoing::new(networks), seals, Clock::system()).start();
        let begun = Instant::now();
        let mut committed = Vec::new();
        let mut ticks = rt::time::interval(PACE);
        while begun.elapsed() < TIME {
            ticks.tick().await;
            committed.push(happen(&mut conn, &by, committed.len()));
        }
        all(&arrived, committed.len() * ENDPOINTS).await;
        let late = begun.elapsed() - TIME;
        let at = arrived.at.lock().expect("the list").clone();
        let waits = committed.iter().flat_map(|(id, since)| at[id].iter().map(move |at| at.duration_since(*since)));
        let mut waits: Vec<Duration> = waits.collect();
        println!(
            "{} events in a minute to 16 endpoints: {} messages, from the commit to the receiver {:.0} / {:.0} ms; \
             the last arrived {:.1} s after the minute",
            committed.len(),
            waits.len(),
            share(&mut waits, 0.5),
            share(&mut waits, 0.99),
            late.as_secs_f64(),
        );
        let before = arrived.count.load(SeqCst);
        let begun = Instant::now();
        for n in 0..BACKLOG {
            happen(&mut conn, &by, n);
        }
        all(&arrived, before + BACKLOG * ENDPOINTS).await;
        let a_second = (BACKLOG * ENDPOINTS) as f64 / begun.elapsed().as_secs_f64();
        println!("{BACKLOG} events at once to 16 endpoints: {a_second:.0} messages a second");
        sending.end().await;
    });
    log_of_many(&mut conn, account.id);
}

async fn all(arrived: &Arrived, count: usize) {
    while arrived.count.load(SeqCst) < count {
        rt::time::sleep(Duration::from_millis(20)).await;
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// Pages of an endpoint's log of 100,000 deliveries, all of them and those that failed, newest and deep.
fn log_of_many(conn: &mut PgConnection, account: AccountId) {
    each(
        conn,
        "INSERT INTO webhook_deliveries (account_id, endpoint_id, event_id, kind, subject_id, version, status, tries, is_begun, \
             is_extra, created_at) \
           SELECT account_id, id, gen_random_uuid(), 'customer.updated', gen_random_uuid(), 1, \
             CASE n % 50 WHEN 0 THEN 'failed' ELSE 'succeeded' END, 1, true, false, clock_timestamp() \
           FROM (SELECT * FROM webhook_endpoints LIMIT 1) e, generate_series(1, 100000) n; \
         INSERT INTO webhook_tries (account_id, endpoint_id, event_id, number, at, took_ms, code, answer, is_extra) \
           SELECT account_id, endpoint_id, event_id, 1, clock_timestamp(), 200, 200, 'ok', false FROM webhook_deliveries \
           ON CONFLICT DO NOTHING; \
         VACUUM ANALYZE webhook_deliveries, webhook_tries",
    );
    let endpoint: EndpointId = {
        use diesel::prelude::*;
        clientele::schema::webhook_deliveries::table
            .group_by(clientele::schema::webhook_deliveries::endpoint_id)
            .order(diesel::dsl::count_star().desc())
            .select(clientele::schema::webhook_deliveries::endpoint_id)
            .first(conn)
            .expect("an endpoint")
    };
    for (what, status) in [("all", None), ("failed", Some(deliveries::Status::Failed))] {
        let mut times = Vec::new();
        let mut direction = Direction::First;
        for _ in 0..400 {
            let begun = Instant::now();
            let page = deliveries::page(conn, account, endpoint, status, &direction, Limit::SCREEN).expect("a page");
            times.push(begun.elapsed());
            direction = page.next_cursor(deliveries::Delivery::place).map_or(Direction::First, Direction::After);
        }
        let (p50, p99) = (share(&mut times, 0.5), share(&mut times, 0.99));
        println!("A page of 25 of 100,000 deliveries, {what}, one after the other: {p50:.2} / {p99:.2} ms");
    }
}
