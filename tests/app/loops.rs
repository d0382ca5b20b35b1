//! The loops of one worker, how often they look, and what is said of jobs that are late and of clocks that are wrong.

use std::{
    io::Write,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use actix_web::rt;
use clientele::{
    clock::Clock,
    config::DatabaseSettings,
    db::Db,
    jobs::{Kind, lag, model::claim},
    work::Worker,
};
use diesel::{Connection, connection::InstrumentationEvent};
use jiff::{SignedDuration, Timestamp};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    jobs::{Hands, assert_done_once, days_later, deleted, enqueue, hours, until},
    world::World,
};

/// What this thread logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Returns how many lines have all of these words.
    fn count(&self, words: &[&str]) -> usize {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
    }

    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        tracing::subscriber::set_default(tracing_subscriber::fmt().json().with_writer(self.clone()).finish())
    }
}

// --- loops ----------------------------------------------------------------------------------------

#[actix_web::test]
async fn eight_loops_of_a_worker_do_two_hundred_jobs_once_each() {
    let world = World::committed().await;
    deleted(&world, 200);
    days_later(&world, 31);
    let working = Worker::new(world.db.clone(), Clock::system()).with_loops(8).start();
    until("nothing is due", || world.number("SELECT count(*) AS n FROM jobs") == 0).await;
    working.end().await;
    assert_done_once(&world, 200);
}

#[actix_web::test]
async fn loops_do_different_jobs_at_the_same_time() {
    let world = World::committed().await;
    let ids = deleted(&world, 7);
    days_later(&world, 31);
    let mut holder = world.database().connect();
    holder.begin_test_transaction().unwrap();
    diesel::RunQueryDsl::execute(diesel::sql_query("SELECT FROM customers FOR UPDATE"), &mut holder).unwrap();
    let working = Worker::new(world.db.clone(), Clock::system()).with_loops(5).start();
    let waits = "SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until("five stand still", || world.number(waits) == 5).await;
    let claimed = "SELECT count(DISTINCT claim_id) AS n FROM jobs WHERE claimed_until > now() AND attempts = 1";
    assert_eq!(world.number(claimed), 5, "of {} jobs", ids.len());
    drop(holder);
    until("all are done", || world.number("SELECT count(*) AS n FROM jobs") == 0).await;
    working.end().await;
    assert_done_once(&world, 7);
}

#[actix_web::test]
async fn many_idle_loops_look_as_often_as_one() {
    let world = World::committed().await;
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let db = Db::open_with(&DatabaseSettings::at(&world.database().url()), move |conn| {
        let counted = Arc::clone(&counted);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event
                && query.to_string().contains("SELECT clock_timestamp()")
            {
                counted.fetch_add(1, SeqCst);
            }
        });
        Ok(())
    });
    let working = Worker::new(db.unwrap(), Clock::system()).with_loops(32).start();
    rt::time::sleep(Duration::from_millis(3500)).await;
    let idle = looks.load(SeqCst);
    assert!((3..=6).contains(&idle), "{idle} looks in 3.5 seconds");

    // What comes is found by the next look all the same, and stopping waits for no pause.
    enqueue(&world, Kind::DestroyNote, uuid::Uuid::now_v7(), Timestamp::now());
    until("it is done", || world.number("SELECT count(*) AS n FROM jobs") == 0).await;
    let began = std::time::Instant::now();
    working.end().await;
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
}

// --- what is told ---------------------------------------------------------------------------------

#[actix_web::test]
async fn the_lag_is_that_of_the_oldest_job_of_a_kind_that_is_due_and_in_nobodys_hands() {
    let world = World::empty().await;
    let now = Timestamp::now();
    let job = |kind, minutes| enqueue(&world, kind, uuid::Uuid::now_v7(), now - SignedDuration::from_mins(minutes));
    let told = || world.with(lag::read).unwrap();
    job(Kind::SettleRefund, -10);
    assert_eq!((told(), lag::line(&told())), (vec![], String::new()), "what is to come is not late");

    for (kind, ago) in [(Kind::DestroyNote, 90), (Kind::SettlePayment, 9), (Kind::SettlePayment, 7)] {
        job(kind, ago);
    }
    let minutes = || told().into_iter().map(|lag| (lag.kind, lag.seconds / 60)).collect::<Vec<_>>();
    assert_eq!(minutes(), [(Kind::SettlePayment, 9), (Kind::DestroyNote, 90)]);
    assert!(
        lag::line(&told()).starts_with("lag: settle_payment 54") && lag::line(&told()).contains(" s, destroy_note 540")
    );
    let ready = world.nobody().get("/readyz").await.expect(200);
    assert!(ready.text_body().starts_with("ready\nlag: settle_payment 54"), "{}", ready.text_body());

    let claimed = world.with(|conn| claim(conn, now)).unwrap().unwrap();
    assert_eq!(minutes(), [(Kind::SettlePayment, 7), (Kind::DestroyNote, 90)], "the oldest is in hand");
    world.sql("UPDATE jobs SET stuck_at = now() WHERE kind = 'destroy_note'");
    assert_eq!(minutes(), [(Kind::SettlePayment, 7)], "what is stuck waits for a person");
    for until in ["now() - interval '1 second'", "now() + interval '1 day'"] {
        world.sql(&format!("UPDATE jobs SET claimed_until = {until} WHERE id = '{}'", claimed.id.uuid()));
        assert_eq!(minutes(), [(Kind::SettlePayment, 9)], "a claim until {until} is over");
    }
}

#[actix_web::test]
async fn late_jobs_and_a_wrong_clock_are_told_in_the_log_once_by_all_loops() {
    let world = World::committed().await;
    let ago = |minutes| Timestamp::now() - SignedDuration::from_mins(minutes);
    enqueue(&world, Kind::SettlePayment, uuid::Uuid::now_v7(), ago(6));
    enqueue(&world, Kind::SettleRefund, uuid::Uuid::now_v7(), ago(4));
    let (log, hands) = (Log::default(), Hands::default());
    let _listening = log.listen();
    hands.set(hours(2));
    let working = Worker::new(world.db.clone(), Clock::system()).with_machine(hands.clock()).with_loops(6).start();
    let wrong = ["ERROR", "clock differs", "\"seconds_ahead\":7"];
    until("both are told", || log.count(&wrong) == 1 && log.count(&["WARN", "late"]) == 1).await;
    rt::time::sleep(Duration::from_millis(2500)).await;
    assert_eq!(log.count(&["ERROR"]), 1, "again after a minute only");
    assert_eq!(log.count(&["WARN", "late", "settle_payment", "\"seconds\":36"]), 1);
    assert_eq!(log.count(&["settle_refund"]), 0, "four minutes are not late");
    assert_eq!(world.number("SELECT sum(attempts) AS n FROM jobs"), 0);

    hands.set(-SignedDuration::from_mins(59));
    until("they are taken", || world.number("SELECT sum(attempts) AS n FROM jobs") == 2).await;
    working.end().await;
    assert_eq!(log.count(&["INFO", "the clocks agree"]), 1);
}
