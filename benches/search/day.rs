//! The day on which 300,000 subscriptions fall due at once: what a worker renews and collects a second by its loops, and how
//! long people's pages take meanwhile.

use std::{
    process::{Child, Command},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use clientele::jobs::model;
use diesel::connection::SimpleConnection;
use jiff::Timestamp;

use crate::{
    postgres::Postgres,
    server::{self, Connection, Server, cpu_of, share},
};

/// Subscriptions with something to charge that go on: their next charge is today.
const DUE: &str = "
    CREATE TEMP TABLE due AS
      SELECT s.account_id, s.id, (now() AT TIME ZONE 'Africa/Nairobi')::date AS today FROM subscriptions s
      JOIN payment_methods m ON m.account_id = s.account_id AND m.customer_id = s.customer_id AND m.is_default
      WHERE s.status = 'active' AND s.next_on IS NOT NULL AND s.ends_on IS NULL AND s.next_amount IS NULL
        AND s.days_until_due IS NULL AND s.method_id IS NULL
        AND m.removed_at IS NULL AND m.credential = 'sandbox:succeeded' AND coalesce(m.expires_on > now(), true)
      LIMIT 300000;
    UPDATE subscriptions s SET next_on = today, anchor_on = today, anchor_no = period_no + 1,
      anchor_day = extract(day FROM today), period_until = today FROM due d WHERE s.account_id = d.account_id AND s.id = d.id;
    UPDATE jobs j SET due_at = now() FROM due d
      WHERE j.kind = 'advance_subscription' AND j.account_id = d.account_id AND j.subject_id = d.id;
    VACUUM ANALYZE subscriptions, jobs;";

/// The loops of the worker; none is for what pages take without it.
const LOOPS: [u8; 4] = [0, 1, 3, 12];

/// The time for which each is measured, and the people who look at a page meanwhile, each every [`PAUSE`].
const TIME: Duration = Duration::from_secs(60);
const PEOPLE: usize = 4;
const PAUSE: Duration = Duration::from_millis(250);

/// The classes of the pages that they look at.
pub const PAGES: [&str; 7] = [
    "newest",
    "last name",
    "customer with subscriptions",
    "payments",
    "subscriptions, deep",
    "an invoice",
    "front page",
];

/// How often a look for a job is measured.
const LOOKS: usize = 200;

struct Work(Child);

impl Drop for Work {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures with people who ask for these pages in turn.
pub fn measure(server: &Server, cookies: &[String], paths: &[String], postgres: &mut Postgres) {
    DUE.split_inclusive(';').for_each(|statement| postgres.run(statement));
    let due = number(postgres, "SELECT count(*)::text AS text FROM due");
    let looks = looks(postgres);
    println!(
        "\n{due:.0} subscriptions due at once. A look for a job of all kinds: {:.2} / {:.2} ms (p50 / p99)\n",
        share(&looks, 0.5),
        share(&looks, 0.99)
    );
    println!(
        "| loops | renewed/s | collected/s | worker's CPU ms each | PostgreSQL's CPU ms each | pages p50 ms | p99 ms | longest ms |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    // What the pages alone take of PostgreSQL a second.
    let mut pages_cpu = 0.0;
    for loops in LOOPS {
        let before = counted(postgres);
        let (work, database) = (work(loops), postgres.cpu());
        let began = Instant::now();
        let pages = people(server, cookies, paths);
        let (took, after) = (began.elapsed().as_secs_f64(), counted(postgres));
        let worker = work.as_ref().map_or(0.0, |work| cpu_of(work.0.id()));
        let (renewed, collected) = (after.0 - before.0, after.1 - before.1);
        let database = postgres.cpu() - database;
        if loops == 0 {
            pages_cpu = database / took;
        }
        let each = |cpu: f64| if renewed > 0.0 { cpu * 1000.0 / renewed } else { 0.0 };
        println!(
            "| {loops} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} |",
            renewed / took,
            collected / took,
            each(worker),
            each(database - pages_cpu * took),
            share(&pages, 0.5),
            share(&pages, 0.99),
            share(&pages, 1.0),
        );
    }
}

/// The invoices that there are, and those that are paid.
fn counted(postgres: &mut Postgres) -> (f64, f64) {
    let made = "SELECT (sum(next_no) - count(*))::text AS text FROM invoice_series";
    let paid = "SELECT count(*)::text AS text FROM invoices i JOIN due d \
                ON i.account_id = d.account_id AND i.subscription_id = d.id AND i.issued_on = d.today WHERE i.status = 'paid'";
    (number(postgres, made), number(postgres, paid))
}

fn number(postgres: &mut Postgres, query: &str) -> f64 {
    postgres.texts(query)[0].parse().expect("a number")
}

/// How long looks for a job took, sorted; none is taken.
fn looks(postgres: &mut Postgres) -> Vec<Duration> {
    let conn = postgres.connection();
    let mut times: Vec<Duration> = (0..LOOKS)
        .map(|_| {
            conn.batch_execute("BEGIN").expect("a transaction");
            let began = Instant::now();
            let job = model::claim(conn, Timestamp::now()).expect("a look");
            let took = began.elapsed();
            assert!(job.is_some(), "a job is due");
            conn.batch_execute("ROLLBACK").expect("to undo");
            took
        })
        .collect();
    times.sort_unstable();
    times
}

/// Starts a worker, unless it is to have no loop.
fn work(loops: u8) -> Option<Work> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientele"));
    command.args(["work", "--jobs", &loops.to_string()]).env("RUST_LOG", "warn");
    (loops > 0).then(|| Work(command.spawn().expect("the worker starts")))
}

/// How long the pages took of people who look at them for a while, sorted.
fn people(server: &Server, cookies: &[String], paths: &[String]) -> Vec<Duration> {
    let over = AtomicBool::new(false);
    let look = |person: usize| {
        let mut connection = Connection::open(server.address);
        let mut times = Vec::new();
        for path in paths.iter().cycle().skip(person * 3) {
            if over.load(Ordering::Relaxed) {
                break;
            }
            times.push(connection.ask(&server::request(path, &cookies[person % cookies.len()], false)));
            thread::sleep(PAUSE);
        }
        times
    };
    let mut times: Vec<Duration> = thread::scope(|scope| {
        let looking: Vec<_> = (0..PEOPLE).map(|person| scope.spawn(move || look(person))).collect();
        thread::sleep(TIME);
        over.store(true, Ordering::Relaxed);
        looking.into_iter().flat_map(|person| person.join().expect("a person goes on")).collect()
    });
    times.sort_unstable();
    times
}
