//! The demo's load in bulk: it gives what the load in one transaction gives, however often it is stopped.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use clientele::{
    config::DatabaseSettings,
    db::Db,
    demo::{self, After, Demo, Progress, Way},
    error::{Error, Result},
    schedules, subscriptions,
};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use jiff::Timestamp;

use crate::world::{
    Database,
    program::{clientele, number, run_with, said},
};

/// Five batches, the last not full.
const DEMO: Demo = Demo { customers: 4_300, seed: 7 };

const AFTER: &[After] = &[After {
    name: "countries_seen",
    sql: "INSERT INTO countries_seen SELECT DISTINCT account_id, country FROM customers WHERE account_id = {account} AND country > ''",
}];

const IN_BULK: Way = Way { bulk: 0, after: AFTER };
const AT_ONCE: Way = Way { bulk: u32::MAX, after: AFTER };

fn now() -> Timestamp {
    "2026-11-21T09:30:00.123456789Z".parse().unwrap()
}

/// A database with more than the migrations make: what a later version, or somebody's own hand, may have added.
fn furnished() -> Database {
    let database = Database::cloned();
    database
        .connect()
        .batch_execute(
            "CREATE TABLE countries_seen (account_id uuid NOT NULL, country text NOT NULL, PRIMARY KEY (account_id, country));
             CREATE TABLE \"Their Notes\" (account_id uuid, customer_id uuid,
               FOREIGN KEY (account_id, customer_id) REFERENCES customers DEFERRABLE INITIALLY DEFERRED);
             ALTER TABLE addresses ADD CONSTRAINT \"Not for the old\" FOREIGN KEY (account_id) REFERENCES accounts NOT VALID;
             ALTER TABLE events ADD CONSTRAINT one_of_each UNIQUE (account_id, subject_id, version) DEFERRABLE;
             CREATE INDEX \"By Kind\" ON customers (kind DESC NULLS LAST, lower(company)) INCLUDE (name) WHERE company IS NOT NULL",
        )
        .unwrap();
    database
}

fn db(database: &Database) -> Db {
    Db::open(&DatabaseSettings { db_connections: demo::CONNECTIONS, ..DatabaseSettings::at(&database.url()) }).unwrap()
}

fn load(database: &Database, way: &Way, now: Timestamp, report: impl FnMut(&Progress) -> Result<()>) -> Result<()> {
    demo::load(&db(database), &DEMO, now, way, report).map(|_| ())
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    sql_query(query).load::<Line>(conn).unwrap().into_iter().map(|Line { line }| line).collect()
}

/// Tables, columns, indexes and constraints with whether they hold.
fn catalogue(database: &Database) -> Vec<String> {
    let query = "
        SELECT format('index %s %s %s', pg_get_indexdef(indexrelid), indisvalid, indisready) AS line
        FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('constraint %s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('column %s %s %s %s', table_name, column_name, data_type, is_nullable)
        FROM information_schema.columns WHERE table_schema = 'public'
        ORDER BY line";
    lines(&mut database.connect(), query)
}

/// All rows, without the ids that a merchant, its staff and its fields get, which differ each time.
fn rows(database: &Database) -> Vec<String> {
    let query = "
        SELECT to_jsonb(c) - 'account_id' || '{\"table\": \"customers\"}' || jsonb_build_object('at', m.name, 'mode', a.mode) AS row
        FROM customers c JOIN accounts a ON a.id = c.account_id JOIN merchants m ON m.id = a.merchant_id
        UNION ALL SELECT to_jsonb(d) - 'account_id' FROM addresses d JOIN customers USING (account_id)
          WHERE customers.id = customer_id
        UNION ALL SELECT to_jsonb(e) - 'account_id' - 'staff_id' || jsonb_build_object('by', s.name)
        FROM events e JOIN accounts a ON a.id = e.account_id LEFT JOIN staff s ON s.id = e.staff_id
          WHERE e.kind NOT LIKE 'custom_field.%'
        UNION ALL SELECT to_jsonb(p) - 'account_id' FROM payments p
        UNION ALL SELECT to_jsonb(r) - 'account_id' FROM refunds r
        UNION ALL SELECT to_jsonb(w) - 'account_id' FROM payment_methods w
        UNION ALL SELECT to_jsonb(f) - 'account_id' FROM payment_figures f
        UNION ALL SELECT to_jsonb(t) - 'account_id' FROM payment_totals t
        UNION ALL SELECT to_jsonb(o) - 'account_id' - 'staff_id' FROM notes o
        UNION ALL SELECT to_jsonb(j) - 'account_id' FROM jobs j
        UNION ALL SELECT to_jsonb(s) - 'account_id' FROM subscriptions s
        UNION ALL SELECT to_jsonb(i) - 'account_id' FROM invoices i
        UNION ALL SELECT to_jsonb(l) - 'account_id' FROM invoice_lines l
        UNION ALL SELECT to_jsonb(c) - 'account_id' FROM prices c
        UNION ALL SELECT to_jsonb(x) - 'account_id' FROM payment_schedules x
        UNION ALL SELECT to_jsonb(y) - 'account_id' FROM schedule_parts y
        UNION ALL SELECT to_jsonb(n) - 'account_id' FROM countries_seen n";
    lines(&mut database.connect(), &format!("SELECT row::text AS line FROM ({query}) all_rows ORDER BY line"))
}

fn stop() -> Result<()> {
    Err(Error::Command("stopped".into()))
}

#[test]
fn a_load_in_bulk_gives_what_a_load_at_once_gives_however_often_it_is_stopped() {
    let (at_once, in_bulk) = (furnished(), furnished());
    let before = catalogue(&at_once);
    load(&at_once, &AT_ONCE, now(), |_| Ok(())).unwrap();
    let rows_at_once = rows(&at_once);
    assert!(rows_at_once.len() > 10_000);

    // Stopped at the first word, then after each that says more than the last time; a later time changes nothing.
    let (mut furthest, mut stops) = (String::new(), 0);
    let far = |progress: &Progress| match progress {
        Progress::Customers { made, .. } => format!("customers {made:05}"),
        Progress::Steps { done, .. } => format!("steps {done:05}"),
    };
    loop {
        let later = now() + jiff::SignedDuration::from_secs(stops);
        let loaded = load(&in_bulk, &IN_BULK, later, |progress| match far(progress) {
            new if new > furthest => {
                furthest = new;
                stop()
            }
            _ => Ok(()),
        });
        match loaded {
            Ok(()) => break,
            Err(err) => assert_eq!(err.for_terminal(), "stopped"),
        }
        stops += 1;
        let conn = &mut in_bulk.connect();
        assert!(number(conn, "(SELECT count(*) FROM demo_load)") == 1, "it can be gone on with");
        assert!(stops < 100);
    }
    assert!(stops > 10, "stopped {stops} times only");
    assert_eq!(catalogue(&in_bulk), before);
    assert_eq!(catalogue(&at_once), before);
    assert_eq!(rows(&in_bulk), rows_at_once);
    let order = "SELECT correlation::text AS line FROM pg_stats WHERE tablename = 'customers' AND attname = 'id'";
    let order: f64 = lines(&mut in_bulk.connect(), order)[0].parse().unwrap();
    assert!(order > 0.99, "rows lie in the order of their times but for a few in gaps: {order}");
    let again = load(&in_bulk, &IN_BULK, now(), |_| Ok(())).unwrap_err().for_terminal();
    assert!(again.contains("has customers already"), "{again}");
}

/// What must find nothing: each selects rows that contradict others.
const CONTRADICTIONS: &[(&str, &str)] = &[
    (
        "figures are what payments come to",
        "WITH given AS (SELECT payment_id, count(*) AS refunds FROM refunds WHERE status = 'succeeded' GROUP BY payment_id),
         sums AS (SELECT p.customer_id, p.currency, count(*) AS payments, sum(p.amount)::bigint AS volume,
             coalesce(sum(g.refunds), 0)::bigint AS refunds, sum(p.refunded)::bigint AS refunded, max(p.created_at) AS last
           FROM payments p LEFT JOIN given g ON g.payment_id = p.id
           WHERE p.customer_id IS NOT NULL AND p.status IN ('succeeded', 'partially_refunded', 'refunded')
           GROUP BY p.customer_id, p.currency),
         figures AS (SELECT customer_id, currency, payments, volume, refunds, refunded, last_payment_at FROM payment_figures)
         (TABLE sums EXCEPT TABLE figures) UNION ALL (TABLE figures EXCEPT TABLE sums)",
    ),
    (
        "totals are what figures come to",
        "WITH sums AS (SELECT customer_id, sum(payments)::bigint, max(last_payment_at) FROM payment_figures GROUP BY customer_id),
         totals AS (SELECT customer_id, payments, last_payment_at FROM payment_totals)
         (TABLE sums EXCEPT TABLE totals) UNION ALL (TABLE totals EXCEPT TABLE sums)",
    ),
    (
        "versions count events",
        "WITH subjects AS (SELECT id, version, customer_id FROM payments
           UNION ALL SELECT id, version, customer_id FROM payment_methods),
         counts AS (SELECT subject_id, count(*) AS events, max(version) AS newest, max(customer_id::text) AS customer
           FROM events WHERE kind LIKE 'payment%' GROUP BY subject_id)
         SELECT FROM subjects FULL JOIN counts ON subject_id = id
         WHERE (version, version, customer_id::text) IS DISTINCT FROM (events, newest, customer)",
    ),
    (
        "a note's version is its last event's, and its text is as it is compared",
        "SELECT FROM notes n LEFT JOIN (SELECT subject_id, max(version) AS newest, count(*) AS events FROM events
           WHERE kind LIKE 'note.%' GROUP BY subject_id) e ON e.subject_id = n.id
         WHERE (version, version, search) IS DISTINCT FROM (newest, events, note_search(text))",
    ),
    (
        "what was given back has its refunds",
        "SELECT FROM payments p WHERE refunded <> (SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = p.id)",
    ),
    (
        "the newest event tells the status",
        "SELECT FROM payments p JOIN events e ON e.subject_id = p.id AND e.version = p.version
         WHERE e.after ->> 'status' <> p.status",
    ),
    (
        "the first event names what was paid with",
        "SELECT FROM payments p JOIN events e ON e.subject_id = p.id AND e.version = 1
         WHERE e.after ->> 'paid_with' IS DISTINCT FROM p.method_brand || ' •••• ' || p.method_last4",
    ),
    (
        "a refund's event tells the refund",
        "SELECT FROM refunds r LEFT JOIN events e
           ON e.subject_id = r.payment_id AND e.kind = 'payment.refunded' AND e.after ->> 'reason' = r.reason
           AND (e.after ->> 'amount')::bigint = r.amount AND e.after ->> 'refund' LIKE 're_%'
         WHERE e.after ->> 'currency' IS DISTINCT FROM (SELECT currency FROM payments WHERE id = r.payment_id)",
    ),
    (
        "a payment has a copy of its method",
        "SELECT FROM payments p LEFT JOIN payment_methods w ON w.id = p.method_id WHERE p.method_id IS NOT NULL AND
           (p.customer_id, method_kind, method_brand, method_last4, method_expires_on, method_fingerprint, method_credential)
           IS DISTINCT FROM (w.customer_id, w.kind, w.brand, w.last4, w.expires_on, w.fingerprint, w.credential)",
    ),
    (
        "ids have the times of their rows",
        "SELECT FROM payments WHERE (extract(epoch FROM created_at) * 1000)::bigint
           <> ('x' || lpad(left(replace(id::text, '-', ''), 12), 16, '0'))::bit(64)::bigint",
    ),
    (
        "nobody paid before they came or after now",
        "SELECT FROM payments p JOIN customers c ON c.id = p.customer_id
         WHERE p.created_at < c.created_at OR p.updated_at > '2026-11-21T09:30:01Z'",
    ),
    (
        "a subscription's and an invoice's version count events",
        "WITH subjects AS (SELECT id, version, customer_id, updated_at FROM subscriptions
           UNION ALL SELECT id, version, customer_id, updated_at FROM invoices),
         counts AS (SELECT subject_id, count(*) AS events, max(version) AS newest, max(customer_id::text) AS customer
           FROM events WHERE kind LIKE 'subscription.%' OR kind LIKE 'invoice.%' GROUP BY subject_id)
         SELECT FROM subjects FULL JOIN counts ON subject_id = id
         WHERE (version, version, customer_id::text) IS DISTINCT FROM (events, newest, customer)",
    ),
    (
        "no number has an earlier day than the one before it",
        "SELECT FROM (SELECT issued_on, lag(issued_on) OVER (ORDER BY series_year, series_no) AS before FROM invoices) i
         WHERE issued_on < before",
    ),
    (
        "the recurring revenue is what the events moved it by",
        "WITH moved AS (SELECT after ->> 'currency' AS currency, sum((after ->> 'revenue')::bigint) AS monthly FROM events
           WHERE after ? 'revenue' GROUP BY 1),
         counted AS (SELECT currency, sum(monthly) AS monthly FROM subscriptions
           WHERE status IN ('active', 'past_due') AND given_up_on IS NULL GROUP BY 1)
         SELECT FROM moved FULL JOIN counted USING (currency)
         WHERE coalesce(moved.monthly, 0) <> coalesce(counted.monthly, 0)",
    ),
    (
        "a payment schedule's version counts events",
        "WITH counts AS (SELECT subject_id, count(*) AS events, max(version) AS newest, max(customer_id::text) AS customer
           FROM events WHERE kind LIKE 'schedule.%' OR kind LIKE 'part.%' GROUP BY subject_id)
         SELECT FROM payment_schedules FULL JOIN counts ON subject_id = id
         WHERE (version, version, customer_id::text) IS DISTINCT FROM (events, newest, customer)",
    ),
    (
        "a charge for a part is of its customer, its currency and its amount, and its event names it",
        "SELECT FROM payments p JOIN schedule_parts t ON t.id = p.part_id JOIN payment_schedules s ON s.id = t.schedule_id
         LEFT JOIN events e ON e.subject_id = s.id AND e.kind = 'part.paid' AND (e.after ->> 'part')::int = t.position
         WHERE (p.customer_id, p.currency, p.amount) IS DISTINCT FROM (s.customer_id, s.currency, t.amount)
           OR (p.status = 'succeeded') <> (coalesce(e.after ->> 'payment', '') LIKE 'pay_%' AND t.status = 'paid' AND p.created_at
             >= (SELECT max(created_at) FROM payments WHERE part_id = t.id))",
    ),
    (
        "a part has as many tries as charges that failed, and the next one is the job's",
        "SELECT FROM schedule_parts t LEFT JOIN jobs j ON j.subject_id = t.schedule_id AND j.kind = 'advance_schedule'
         WHERE t.tries <> (SELECT count(*) FROM payments p WHERE p.part_id = t.id AND p.status = 'failed')
           OR (t.next_try_at IS NOT NULL AND t.next_try_at IS DISTINCT FROM j.due_at)",
    ),
    (
        "a cancellation keeps what was left, so that it can be taken back",
        "SELECT FROM events WHERE kind = 'schedule.canceled' AND NOT before ? 'open'",
    ),
    (
        "a charge to come is known to the account's clock",
        "SELECT FROM jobs WHERE kind IN ('advance_schedule', 'advance_subscription', 'collect_invoice')
           AND account_due_at IS DISTINCT FROM due_at",
    ),
    (
        "who pays in parts subscribes to nothing",
        "SELECT FROM payment_schedules s JOIN subscriptions USING (account_id, customer_id)",
    ),
    (
        "a bill that is sent is charged by nobody, and waits for its day",
        "SELECT FROM invoices i JOIN subscriptions s ON s.id = i.subscription_id
         WHERE (i.collects = 'invoice') <> (s.days_until_due IS NOT NULL) OR i.due_on - i.issued_on <> coalesce(s.days_until_due, 0)
           OR (i.collects = 'invoice' AND (EXISTS (SELECT FROM payments p WHERE p.invoice_id = i.id AND NOT p.is_recorded)
             OR (i.status = 'open' AND NOT i.is_overdue) <> EXISTS (SELECT FROM jobs j WHERE j.subject_id = i.id)
               AND i.status = 'open'))",
    ),
    (
        "what was paid for a bill names its number",
        "SELECT FROM payments p JOIN invoices i ON i.id = p.invoice_id
         WHERE p.is_recorded AND (p.description IS DISTINCT FROM 'Invoice ' || i.number OR p.reference IS NULL)",
    ),
    (
        "a charge for an invoice is of its customer, its currency and its total",
        "SELECT FROM payments p JOIN invoices i ON i.id = p.invoice_id
         WHERE (p.customer_id, p.currency, p.amount) IS DISTINCT FROM (i.customer_id, i.currency, i.total)",
    ),
    ("nothing is under way", "SELECT FROM payments WHERE status = 'processing'"),
    (
        "each delete has its job",
        "SELECT FROM (SELECT * FROM customers WHERE deleted_at IS NOT NULL) c
         FULL JOIN (SELECT * FROM jobs WHERE kind LIKE 'destroy%') jobs ON subject_id = c.id
         WHERE (jobs.kind, jobs.account_id, due_at) IS DISTINCT FROM ('destroy_deleted', c.account_id, deleted_at + interval '720 hours')",
    ),
];

#[test]
fn payments_agree_with_all_that_is_counted_from_them() {
    let database = Database::cloned();
    load(&database, &Way::default(), now(), |_| Ok(())).unwrap();
    let conn = &mut database.connect();
    let counted = ["payments", "refunds", "payment_methods", "payment_figures", "payment_totals", "jobs", "notes"];
    let of_subscriptions = ["subscriptions", "invoices", "invoice_lines", "payment_schedules", "schedule_parts"];
    for table in counted.into_iter().chain(of_subscriptions) {
        assert!(number(conn, &format!("(SELECT count(*) FROM {table})")) > 10, "{table}");
    }
    for (what, rows) in CONTRADICTIONS {
        assert_eq!(number(conn, &format!("(SELECT count(*) FROM ({rows}) rows)")), 0, "{what}");
    }
    assert_eq!(subscriptions::checking::check(conn).unwrap(), []);
    assert_eq!(schedules::checking::check(conn).unwrap(), []);
    assert_eq!(subscriptions::figures::check(conn).unwrap(), []);
    for state in [
        "status = 'trialing'",
        "status = 'active' AND ends_on IS NULL",
        "status = 'past_due' AND given_up_on IS NULL",
        "given_up_on IS NOT NULL",
        "status = 'active' AND ends_on IS NOT NULL",
        "status = 'canceled'",
    ] {
        assert!(number(conn, &format!("(SELECT count(*) FROM subscriptions WHERE {state})")) > 0, "{state}");
    }
}

/// What a demo of a few hundred customers has to look at.
const STATES: &[&str] = &[
    "payment_schedules WHERE status = 'active' AND paid = 0 AND next_on > '2026-11-21'",
    "payment_schedules WHERE status = 'active' AND paid > 0",
    "payment_schedules WHERE status = 'past_due'",
    "payment_schedules WHERE status = 'finished'",
    "payment_schedules WHERE status = 'canceled'",
    "schedule_parts WHERE status = 'planned'",
    "schedule_parts WHERE status = 'paid' AND tries = 0",
    "schedule_parts WHERE status = 'failed' AND next_try_at IS NOT NULL",
    "schedule_parts WHERE status = 'failed' AND next_try_at IS NULL",
    "schedule_parts JOIN payment_schedules s ON s.id = schedule_id WHERE schedule_parts.status = 'skipped' AND s.status = 'active'",
    "invoices WHERE collects = 'invoice' AND status = 'paid' AND NOT is_overdue",
    "invoices WHERE collects = 'invoice' AND status = 'open' AND NOT is_overdue AND due_on >= '2026-11-21'",
    "invoices WHERE collects = 'invoice' AND status = 'open' AND is_overdue",
    "payments WHERE is_recorded AND invoice_id IS NOT NULL AND reference LIKE 'Bank transfer %'",
    "subscriptions WHERE days_until_due > 0 AND status = 'active'",
    "subscriptions WHERE days_until_due > 0 AND status = 'past_due' AND given_up_on IS NULL",
    "subscriptions WHERE days_until_due > 0 AND given_up_on IS NOT NULL",
];

#[test]
fn a_few_hundred_customers_show_all_states_of_schedules_and_of_bills() {
    for seed in [1, 2] {
        let database = Database::cloned();
        let demo = Demo { customers: 700, seed };
        demo::load(&db(&database), &demo, now(), &Way::default(), |_| Ok(())).unwrap();
        let conn = &mut database.connect();
        for state in STATES {
            assert!(number(conn, &format!("(SELECT count(*) FROM {state})")) > 0, "seed {seed}: {state}");
        }
        for (what, rows) in CONTRADICTIONS {
            assert_eq!(number(conn, &format!("(SELECT count(*) FROM ({rows}) rows)")), 0, "{what}");
        }
        assert_eq!(subscriptions::checking::check(conn).unwrap(), []);
        assert_eq!(schedules::checking::check(conn).unwrap(), []);
    }
}

#[test]
fn only_the_load_that_was_begun_goes_on() {
    let database = furnished();
    load(&database, &IN_BULK, now(), |_| stop()).unwrap_err();
    for other in [Demo { customers: 10, ..DEMO }, Demo { seed: 8, ..DEMO }] {
        let refused = demo::load(&db(&database), &other, now(), &AT_ONCE, |_| Ok(())).unwrap_err().for_terminal();
        for words in ["4300 customers with seed 7", "clientele demo --continue", "new database"] {
            assert!(refused.contains(words), "{refused}");
        }
    }
    assert_eq!(demo::unfinished(&db(&database)).unwrap(), Some(DEMO));
}

#[test]
fn a_load_in_bulk_is_refused_beside_the_customers_of_others() {
    let database = furnished();
    let before = catalogue(&database);
    run_with(&database, &["merchant", "add", "Duka"], "");
    database
        .connect()
        .batch_execute(
            "INSERT INTO customers (account_id, id, version, kind, name, metadata, created_at, updated_at)
             SELECT id, gen_random_uuid(), 1, 'person', 'Asha', '{}', now(), now() FROM accounts WHERE mode = 'live'",
        )
        .unwrap();
    let refused = load(&database, &IN_BULK, now(), |_| Ok(())).unwrap_err().for_terminal();
    assert!(refused.contains("another account"), "{refused}");
    assert_eq!(catalogue(&database), before);
    load(&database, &AT_ONCE, now(), |_| Ok(())).unwrap();
    assert_eq!(number(&mut database.connect(), "(SELECT count(*) FROM customers)"), i64::from(DEMO.customers) + 1);
}

#[test]
fn the_command_goes_on_after_kills() {
    let database = Database::cloned();
    let before = catalogue(&database);
    let command = |arguments: &[&str]| {
        let mut command = clientele(&[&["demo"], arguments].concat());
        command.env("DATABASE_URL", database.url());
        command
    };
    let first = ["--customers", "6500", "--seed", "3", "--bulk", "0"];
    let mut kills = 0;
    // A little longer each time, so that it is killed in every part of its work.
    while !is_whole(&database) {
        let is_begun =
            number(&mut database.connect(), "(SELECT count(*) FROM pg_class WHERE relname = 'demo_load')") > 0;
        let arguments = if is_begun && kills % 2 == 1 { &["--continue"] } else { &first[..] };
        let mut child = command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + Duration::from_millis(100 + 60 * kills);
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = child.kill();
        child.wait().unwrap();
        kills += 1;
        assert!(kills < 200);
    }
    assert_eq!(catalogue(&database), before);
    let conn = &mut database.connect();
    assert_eq!(number(conn, "(SELECT count(*) FROM customers)"), 6500);
    assert_eq!(number(conn, "(SELECT count(DISTINCT subject_id) FROM events WHERE kind = 'customer.created')"), 6500);
    let (output, text) = said(command(&["--continue"]), "");
    assert!(output.status.success() && text.contains("There is no load to finish."), "{text}");
}

/// Whether there are customers, and no load that is to go on.
fn is_whole(database: &Database) -> bool {
    let conn = &mut database.connect();
    number(conn, "(SELECT count(*) FROM customers)") > 0
        && number(conn, "(SELECT count(*) FROM pg_class WHERE relname = 'demo_load')") == 0
}
