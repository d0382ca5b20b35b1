//! What the worker does a second, by its loops: charges that wait to be settled, by the sandbox and by a gateway that
//! takes half a second, with the connections of `clientele work` and with those that a server leaves to jobs; and what
//! it asks of an idle queue.
//!
//! Wants a database with the demo merchant in `DATABASE_URL`; `script/bench jobs` makes one and calls this.

use std::{env, thread, time::Duration};

use actix_web::rt;
use clientele::{clock::Clock, config::DatabaseSettings, db::Db, gateway::Sandbox, work::Worker};
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl,
    connection::{InstrumentationEvent, SimpleConnection},
    sql_query,
    sql_types::BigInt,
};

/// The time for which each worker is measured.
const TIME: Duration = Duration::from_secs(10);

/// The time that the slow gateway takes for an order.
const SLOW: Duration = Duration::from_millis(500);

const LOOPS: [u8; 3] = [1, 3, 12];

/// Charges of different customers, with the jobs that settle them: more than are done in [`TIME`].
const WAITING: &str = "
    DELETE FROM jobs;
    WITH made AS (
        INSERT INTO payments (account_id, id, version, customer_id, amount, currency, status, refunded, is_recorded,
            method_kind, method_brand, method_last4, method_credential, created_at, updated_at)
        SELECT account_id, gen_random_uuid(), 1, id, 1000, 'KES', 'processing', 0, false, 'card', 'Visa', '4242',
            'sandbox:succeeded', clock_timestamp(), clock_timestamp()
        FROM customers, generate_series(1, 10) WHERE deleted_at IS NULL
            AND account_id IN (SELECT id FROM accounts WHERE mode = 'test')
        RETURNING account_id, id
    )
    INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
    SELECT gen_random_uuid(), account_id, 'settle_payment', id, clock_timestamp(), 0, clock_timestamp() FROM made;
    ANALYZE jobs, payments;";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(conn: &mut PgConnection, query: &str) -> i64 {
    sql_query(query).get_result::<Number>(conn).expect("a number").n
}

fn main() {
    // `cargo test --benches` asks for a quick look only, and there is nothing to look at without the data.
    if !env::args().any(|arg| arg == "--bench") {
        return;
    }
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let mut conn = PgConnection::establish(&url).expect("a database");
    rt::System::new().block_on(async {
        println!("| gateway | connections of | 1 loop | 3 loops | 12 loops |\n| --- | --- | --- | --- | --- |");
        for is_slow in [false, true] {
            for beside_requests in [false, true] {
                let gateway = if is_slow { "takes 500 ms" } else { "sandbox" };
                print!("| {gateway} | {} |", if beside_requests { "a server" } else { "a worker" });
                for loops in LOOPS {
                    print!(" {:.1} |", settled(&url, &mut conn, loops, is_slow, beside_requests).await);
                }
                println!();
            }
        }
        println!("\nTransactions a second while nothing is due, PostgreSQL's own included:");
        conn.batch_execute("DELETE FROM jobs").expect("no job");
        for loops in [0, 1, 32] {
            println!("- {loops} loops: {:.1}", idle(&url, &mut conn, loops).await);
        }
    });
}

/// Returns how many charges a second a worker settles.
async fn settled(url: &str, conn: &mut PgConnection, loops: u8, is_slow: bool, beside_requests: bool) -> f64 {
    conn.batch_execute(WAITING).expect("charges that wait");
    let waiting = "SELECT count(*) AS n FROM jobs";
    let before = number(conn, waiting);
    let db = Db::open(&DatabaseSettings::at(url)).expect("a pool");
    let worker = Worker::new(if beside_requests { db.beside_requests() } else { db }, Clock::system());
    let worker = worker.with_loops(loops).with_sandbox(gateway(url, is_slow)).start();
    rt::time::sleep(TIME).await;
    let after = number(conn, waiting);
    worker.end().await;
    assert!(after > i64::from(loops), "too few charges waited");
    (before - after) as f64 / TIME.as_secs_f64()
}

/// A sandbox with connections of its own, as if it were another system.
fn gateway(url: &str, is_slow: bool) -> Sandbox {
    let settings = DatabaseSettings { db_connections: 40, ..DatabaseSettings::at(url) };
    let db = Db::open_with(&settings, move |conn| {
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event
                && is_slow
                && query.to_string().starts_with("INSERT INTO \"sandbox_orders\"")
            {
                thread::sleep(SLOW);
            }
        });
        Ok(())
    });
    Sandbox::new(db.expect("a pool"))
}

/// Returns how many transactions a second a worker begins that finds nothing to do.
async fn idle(url: &str, conn: &mut PgConnection, loops: u8) -> f64 {
    let transactions = "SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()";
    let worker = Worker::new(Db::open(&DatabaseSettings::at(url)).expect("a pool"), Clock::system());
    let worker = worker.with_loops(loops).start();
    rt::time::sleep(TIME / 2).await;
    let before = number(conn, transactions);
    rt::time::sleep(TIME).await;
    let after = number(conn, transactions);
    worker.end().await;
    (after - before - 1) as f64 / TIME.as_secs_f64()
}
