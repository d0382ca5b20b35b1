//! Jobs: each is done once, however many workers there are, whatever the clock says, and whenever one of them dies.

mod destroying;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use actix_web::rt;
use clientele::{
    clock::Clock,
    db::{self, MIGRATIONS},
    error::Error,
    events::By,
    gateway::Sandbox,
    ids::{CustomerId, MethodId},
    jobs::{
        self, Claimed, Kind,
        model::{self, CLAIM, MOST_ATTEMPTS},
    },
    payments::{Status, charging},
    work::{self, Worker},
};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use diesel_migrations::MigrationHarness;
use jiff::{SignedDuration, Timestamp};

use crate::{
    charging::{Dying, Till},
    world::{Database, World, program::number},
};

// --- what is done, and how one sees it ------------------------------------------------------------

const DONE: &str = "SELECT count(*) AS n FROM events WHERE kind = 'customer.details_destroyed'";
const DONE_FOR: &str = "SELECT count(DISTINCT subject_id) AS n FROM events WHERE kind = 'customer.details_destroyed'";
const LEFT: &str = "SELECT count(*) AS n FROM jobs";
const ADDRESSES: &str = "SELECT count(*) AS n FROM addresses";

/// Customers with an address each, deleted now. What is done to each shows as one event and no address.
pub fn deleted(world: &World, count: usize) -> Vec<CustomerId> {
    let create = |n| world.customer(&format!("name=Gone+{n}&email=g{n}%40x.example&address.n.city=Kisumu"));
    let ids: Vec<_> = (0..count).map(create).collect();
    ids.iter().for_each(|id| world.delete(*id));
    ids
}

/// Makes it so many days later than it was when the customers were deleted.
pub fn days_later(world: &World, days: i64) {
    world.sql(&format!("UPDATE customers SET deleted_at = deleted_at - interval '{} hours'", days * 24));
    world.sql(&format!("UPDATE jobs SET due_at = due_at - interval '{} hours'", days * 24));
}

pub fn assert_done_once(world: &World, count: i64) {
    assert_eq!((world.number(DONE), world.number(DONE_FOR), world.number(ADDRESSES)), (count, count, 0));
    assert_eq!(world.number(LEFT), 0);
}

/// A clock that a test puts forward and back.
#[derive(Clone, Default)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    pub fn set(&self, ahead: SignedDuration) {
        self.0.store(ahead.as_secs(), SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.0);
        Clock::telling(move || Timestamp::now() + SignedDuration::from_secs(ahead.load(SeqCst)))
    }
}

pub fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

async fn pause() {
    rt::time::sleep(Duration::from_millis(20)).await;
}

pub async fn until(what: &str, mut came: impl FnMut() -> bool) {
    let began = Instant::now();
    while !came() {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come to this: {what}");
        pause().await;
    }
}

/// Lets some workers do everything that is due.
pub async fn work_off(world: &World, workers: usize, clock: &Clock) {
    let working: Vec<_> = (0..workers).map(|_| Worker::new(world.db.clone(), clock.clone()).start()).collect();
    until("nothing is due", || world.number(LEFT) == 0).await;
    for worker in working {
        worker.end().await;
    }
}

fn claim(world: &World, now: Timestamp) -> Option<Claimed> {
    world.with(|conn| conn.transaction(|conn| model::claim(conn, now))).unwrap()
}

async fn perform(world: &World, job: &Claimed, now: Timestamp) -> Result<(), Error> {
    work::perform(&world.db, &Sandbox::new(world.db.clone()), job, &Clock::telling(move || now)).await
}

pub fn enqueue(world: &World, kind: Kind, subject: uuid::Uuid, due: Timestamp) {
    let by = By::system(world.shop.live, Clock::system());
    world.with(|conn| jobs::enqueue(conn, &by, kind, subject, due)).unwrap();
}

// --- once -----------------------------------------------------------------------------------------

#[actix_web::test]
async fn four_workers_do_two_hundred_jobs_once_each() {
    let world = World::committed().await;
    deleted(&world, 200);
    days_later(&world, 31);
    work_off(&world, 4, &Clock::system()).await;
    assert_done_once(&world, 200);
}

#[actix_web::test]
async fn asking_twice_for_a_job_is_asking_once_and_the_later_time_counts() {
    let world = World::empty().await;
    let (subject, now) = (uuid::Uuid::now_v7(), Timestamp::now());
    enqueue(&world, Kind::SettlePayment, subject, now);
    enqueue(&world, Kind::SettlePayment, subject, now + hours(1));
    assert_eq!(world.number(LEFT), 1);
    assert!(claim(&world, now + hours(1) - CLAIM).is_none());
    assert_eq!(claim(&world, now + hours(1)).unwrap().subject_id, subject);
}

#[actix_web::test]
async fn the_claim_of_a_killed_worker_is_over_after_a_while() {
    let world = World::empty().await;
    let now = Timestamp::now();
    enqueue(&world, Kind::SettlePayment, uuid::Uuid::now_v7(), now - hours(48));
    assert_eq!(claim(&world, now).unwrap().attempts, 1);
    assert!(claim(&world, now + CLAIM - SignedDuration::from_secs(1)).is_none());
    assert!(claim(&world, now - SignedDuration::from_secs(5)).is_none(), "a clock a little behind takes nothing away");
    assert_eq!(claim(&world, now + CLAIM).unwrap().attempts, 2);
    assert_eq!(claim(&world, now - hours(24)).unwrap().attempts, 3, "the clock was put back: it is over too");
}

#[actix_web::test]
async fn what_people_wait_for_comes_first_and_what_is_unknown_stays() {
    let world = World::empty().await;
    let now = Timestamp::now();
    enqueue(&world, Kind::DestroyDeleted, uuid::Uuid::now_v7(), now - hours(9));
    enqueue(&world, Kind::SettlePayment, uuid::Uuid::now_v7(), now - hours(1));
    enqueue(&world, Kind::SettlePayment, uuid::Uuid::now_v7(), now - hours(2));
    world.sql(
        "INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
         SELECT gen_random_uuid(), account_id, 'of_a_newer_version', subject_id, due_at, 0, now() FROM jobs",
    );
    let kinds: Vec<_> = std::iter::from_fn(|| claim(&world, now)).map(|job| job.kind).collect();
    assert_eq!(kinds, [Kind::SettlePayment, Kind::SettlePayment, Kind::DestroyDeleted]);
}

#[actix_web::test]
async fn workers_whose_clocks_are_apart_leave_each_other_their_claims() {
    let world = World::empty().await;
    let (subject, database) = (uuid::Uuid::now_v7(), Timestamp::now());
    enqueue(&world, Kind::SettlePayment, subject, database - hours(2));
    let claim = |ahead: SignedDuration| {
        let claim = |conn: &mut PgConnection| model::claim_among(conn, database + ahead, database, |_| true);
        world.with(|conn| conn.transaction(claim)).unwrap()
    };
    assert_eq!(claim(SignedDuration::from_mins(30)).unwrap().subject_id, subject);
    for minutes in [-30, -3, 3, 30] {
        assert!(claim(SignedDuration::from_mins(minutes)).is_none(), "{minutes} minutes ahead");
    }
}

#[actix_web::test]
async fn who_lost_the_claim_changes_nothing() {
    let world = World::committed().await;
    let id = deleted(&world, 1)[0];
    days_later(&world, 31);
    let now = Timestamp::now();
    let slow = claim(&world, now).unwrap();
    let quick = claim(&world, now + CLAIM).unwrap();
    assert!(matches!(perform(&world, &slow, now).await, Err(Error::JobTaken)));
    assert_eq!((world.number(DONE), world.number(ADDRESSES), world.number(LEFT)), (0, 1, 1));
    let noted = world.with(|conn| model::fail(conn, &slow, "too slow", now));
    assert!(matches!(noted, Err(Error::JobTaken)), "nor may it say that the job failed");

    enqueue(&world, Kind::DestroyDeleted, id.uuid(), now);
    assert!(matches!(perform(&world, &quick, now).await, Err(Error::JobTaken)), "it was asked for anew");
    assert_eq!((world.number(DONE), world.number(ADDRESSES), world.number(LEFT)), (0, 1, 1));
    let last = claim(&world, now).unwrap();
    perform(&world, &last, now).await.unwrap();
    assert_done_once(&world, 1);
}

#[actix_web::test]
async fn a_clock_put_forward_and_back_does_nothing_twice() {
    let world = World::committed().await;
    deleted(&world, 120);
    days_later(&world, 40);
    let young = world.customer("name=Young&email=y%40x.example&address.n.city=Kisumu");
    world.delete(young);
    let hands = Hands::default();
    let working: Vec<_> = (0..3).map(|_| Worker::new(world.db.clone(), hands.clock()).start()).collect();
    for days in [1, -1, 0, -1, 1].into_iter().cycle() {
        if world.number(LEFT) == 1 {
            break;
        }
        hands.set(hours(24 * days));
        rt::time::sleep(Duration::from_millis(60)).await;
    }
    for worker in working {
        worker.end().await;
    }
    assert_eq!((world.number(DONE), world.number(DONE_FOR), world.number(ADDRESSES)), (120, 120, 1));
    assert_eq!(world.stored(young).record.addresses.len(), 1);
}

/// Charges that were cut short, before the order or after it, and that a worker should have settled two days ago.
async fn cut_short(till: &Till, count: usize) {
    for n in 0..count {
        let (gateway, new) =
            (Dying { sandbox: till.sandbox.clone(), after: n % 2 == 0 }, till.new_charge(500, "tok_visa"));
        charging::charge(till.db(), &gateway, till.by.clone(), new, None, Timestamp::now()).await.unwrap();
    }
    till.world.sql("UPDATE jobs SET due_at = due_at - interval '2 days' WHERE kind = 'settle_payment'");
}

#[actix_web::test]
async fn a_worker_whose_clock_is_wrong_settles_nothing_and_one_whose_clock_is_right_settles_all() {
    let till = Till::open(World::committed().await).await;
    let untouched =
        "SELECT count(*) AS n FROM jobs WHERE kind = 'settle_payment' AND attempts = 0 AND claim_id IS NULL";
    let wrong = |days: i64| {
        let clock = Hands::default().clock_after(hours(24 * days));
        Worker::new(till.db().clone(), clock.clone()).with_machine(clock).with_loops(2).start()
    };
    for (round, days) in [1, -1].into_iter().enumerate() {
        cut_short(&till, 60).await;
        deleted(&till.world, 3);
        days_later(&till.world, 40);
        let worker = wrong(days);
        until("it does what is no money", || till.waiting() == 60).await;
        assert_eq!(till.world.number(untouched), 60, "nobody had them in hand, and no attempt was used up");

        let (other, right) = (wrong(-days), Worker::new(till.db().clone(), Clock::system()).with_loops(2).start());
        until("all are settled", || till.waiting() == 0).await;
        for worker in [worker, other, right] {
            worker.end().await;
        }
        let count = 60 * (round as i64 + 1);
        let succeeded = format!("SELECT count(*) AS n FROM payments WHERE status = '{}'", Status::Succeeded.as_str());
        assert_eq!(till.world.number(&succeeded), count, "a clock ahead looks for what was never sent");
        assert_eq!(till.orders(), count, "each is charged once");
        let strange =
            "SELECT count(*) AS n FROM sandbox_orders WHERE abs(extract(epoch FROM placed_at - now())) > 3600";
        assert_eq!(till.world.number(strange), 0, "a clock behind sends what is too old");
    }
}

// --- trouble --------------------------------------------------------------------------------------

#[actix_web::test]
async fn a_job_that_fails_is_tried_less_and_less_often_until_it_is_stuck_and_can_be_put_back() {
    let world = World::committed().await;
    deleted(&world, 1);
    days_later(&world, 31);
    world.sql("ALTER TABLE addresses RENAME TO addresses_away");
    // It stands still but for what the test does.
    let (hands, began) = (Hands::default(), Timestamp::now());
    let ahead = Arc::clone(&hands.0);
    let clock = Clock::telling(move || began + SignedDuration::from_secs(ahead.load(SeqCst)));
    let worker = Worker::new(world.db.clone(), clock.clone()).start();
    let attempts = |n: i32| format!("SELECT count(*) AS n FROM jobs WHERE attempts = {n} AND claim_id IS NULL");
    let mut ahead = SignedDuration::ZERO;
    for (n, minutes) in (1..=MOST_ATTEMPTS).zip([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]) {
        until("it fails again", || world.number(&attempts(n)) == 1).await;
        ahead += SignedDuration::from_mins(minutes);
        hands.set(ahead - SignedDuration::from_secs(1));
        assert!(claim(&world, clock.now()).is_none(), "it rests {minutes} minutes");
        hands.set(ahead);
    }
    hands.set(hours(1000));
    rt::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(world.number(&attempts(MOST_ATTEMPTS)), 1, "a stuck job is left alone");
    let stuck = world.with(model::stuck).unwrap();
    assert_eq!((stuck.len(), stuck[0].attempts), (1, MOST_ATTEMPTS));
    assert!(stuck[0].error.contains("addresses"), "{}", stuck[0].error);

    world.sql("ALTER TABLE addresses_away RENAME TO addresses");
    world.with(|conn| model::retry(conn, stuck[0].id, clock.now())).unwrap();
    let again = world.with(|conn| model::retry(conn, stuck[0].id, clock.now()));
    assert!(matches!(again, Err(Error::NotFound)), "it is not stuck any more");
    until("it is done", || world.number(LEFT) == 0).await;
    worker.end().await;
    assert_done_once(&world, 1);
}

#[actix_web::test]
async fn a_job_that_takes_its_worker_down_each_time_is_stuck_too() {
    let world = World::committed().await;
    deleted(&world, 2);
    days_later(&world, 31);
    world.sql(&format!("UPDATE jobs SET attempts = {MOST_ATTEMPTS} WHERE id = (SELECT min(id::text)::uuid FROM jobs)"));
    let worker = Worker::new(world.db.clone(), Clock::system()).start();
    until("the other is done", || world.number(LEFT) == 1 && world.with(model::stuck).unwrap().len() == 1).await;
    worker.end().await;
    assert_eq!(world.number(ADDRESSES), 1, "it was not begun again");
}

#[actix_web::test]
async fn a_job_that_panics_fails_alone() {
    let world = World::committed().await;
    let ids = deleted(&world, 3);
    days_later(&world, 31);
    // Thirty days after this no time can be written.
    world.sql(&format!("UPDATE customers SET deleted_at = '9999-12-30' WHERE id = '{}'", ids[0].uuid()));
    let worker = Worker::new(world.db.clone(), Clock::system()).start();
    until("the others are done", || world.number(LEFT) == 1).await;
    let noted = "SELECT count(*) AS n FROM jobs WHERE error LIKE '%panic%' AND attempts = 1 AND claim_id IS NULL";
    until("it is noted", || world.number(noted) == 1).await;
    worker.end().await;
    assert_eq!(world.number(DONE), 2);
}

#[actix_web::test]
async fn a_database_that_goes_away_and_comes_back_finds_each_job_done_once() {
    let world = World::committed().await;
    deleted(&world, 150);
    days_later(&world, 31);
    let hands = Hands::default();
    let working: Vec<_> = (0..4).map(|_| Worker::new(world.db.clone(), hands.clock()).start()).collect();
    let name = world.database().url().split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
    let other = Database::blank();
    let mut outside = other.connect();
    let end_all = format!("(SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}')");
    for round in 1..=6 {
        rt::time::sleep(Duration::from_millis(60)).await;
        if round % 3 == 0 {
            sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).execute(&mut outside).unwrap();
        }
        number(&mut outside, &end_all);
        if round % 3 == 0 {
            rt::time::sleep(Duration::from_millis(1200)).await;
            sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).execute(&mut outside).unwrap();
        }
        // What was in hand then is tried again a few minutes later.
        hands.set(SignedDuration::from_mins(round * 10));
    }
    let mut conn = world.database().connect();
    until("all are done", || {
        hands.set(SignedDuration::from_mins(60) + SignedDuration::from_secs(hands.0.load(SeqCst) % 3600 + 1));
        number(&mut conn, "(SELECT count(*) FROM jobs)") == 0
    })
    .await;
    for worker in working {
        worker.end().await;
    }
    let once = "(SELECT count(*) FROM (SELECT FROM events WHERE kind = 'customer.details_destroyed'
                 GROUP BY subject_id HAVING count(*) = 1) done)";
    assert_eq!(number(&mut conn, once), 150);
    assert_eq!(number(&mut conn, "(SELECT count(*) FROM events WHERE kind = 'customer.details_destroyed')"), 150);
    assert_eq!(number(&mut conn, "(SELECT count(*) FROM addresses)"), 0);
}
