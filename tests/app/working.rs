//! The worker as a process, and the commands about jobs: killed in the middle, stopped, asked what is stuck.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clientele::ids::CustomerId;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use crate::world::{
    Database, World,
    program::{Server, clientele, number, run_with, said},
};

/// A running `clientele work`; dropping it kills it.
struct Working {
    child: Child,
    log: PathBuf,
}

impl Working {
    /// Starts one that does one job at a time.
    fn start(database_url: &str) -> Self {
        Self::start_with(database_url, "1")
    }

    fn start_with(database_url: &str, jobs: &str) -> Self {
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("work-{}.log", uuid::Uuid::new_v4().simple()));
        let mut command = clientele(&["work"]);
        command
            .env("DATABASE_URL", database_url)
            .env("CLIENTELE_JOBS", jobs)
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap());
        Self { child: command.spawn().unwrap(), log }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    fn terminate(&self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

fn until(what: &str, mut came: impl FnMut() -> bool) {
    let began = Instant::now();
    while !came() {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not come to this: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A world where so many customers with an address were deleted 31 days ago, in that order.
async fn overdue(count: usize) -> (World, Vec<CustomerId>) {
    let world = World::committed().await;
    let create = |n| world.customer(&format!("name=Gone+{n}&email=g{n}%40x.example&address.n.city=Kisumu"));
    let ids: Vec<_> = (0..count).map(create).collect();
    ids.iter().for_each(|id| world.delete(*id));
    world.sql("UPDATE customers SET deleted_at = deleted_at - interval '31 days'");
    world.sql("UPDATE jobs SET due_at = due_at - interval '31 days'");
    (world, ids)
}

/// A connection that holds a customer, so that the worker stands still in the middle of the job about it.
fn holding(world: &World, id: CustomerId) -> PgConnection {
    let mut holder = world.database().connect();
    holder.begin_test_transaction().unwrap();
    sql_query(format!("SELECT FROM customers WHERE id = '{}' FOR UPDATE", id.uuid())).execute(&mut holder).unwrap();
    holder
}

const LEFT: &str = "SELECT count(*) AS n FROM jobs";
const IN_HAND: &str = "SELECT count(*) AS n FROM jobs WHERE claimed_until > now()";
const DONE: &str = "SELECT count(*) AS n FROM events WHERE kind = 'customer.details_destroyed'";
const DONE_FOR: &str = "SELECT count(DISTINCT subject_id) AS n FROM events WHERE kind = 'customer.details_destroyed'";
const ADDRESSES: &str = "SELECT count(*) AS n FROM addresses";
const WAITS: &str =
    "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[actix_web::test]
async fn what_a_killed_worker_had_in_hand_is_done_by_another() {
    let (world, ids) = overdue(40).await;
    let holder = holding(&world, ids[20]);
    let mut killed = Working::start(&world.database().url());
    until("it is in the middle of a job", || world.number(LEFT) == 20 && world.number(WAITS) == 1);
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    drop(holder);

    let _other = Working::start(&world.database().url());
    until("only the job of the killed one is left", || world.number(LEFT) == 1 && world.number(IN_HAND) == 1);
    assert_eq!((world.number(DONE), world.number(ADDRESSES)), (39, 1), "half a job is none");
    // A minute later.
    world.sql("UPDATE jobs SET claimed_until = claimed_until - interval '1 minute'");
    until("that is done too", || world.number(LEFT) == 0);
    assert_eq!((world.number(DONE), world.number(DONE_FOR), world.number(ADDRESSES)), (40, 40, 0));
}

#[actix_web::test]
async fn a_stopped_worker_finishes_the_job_in_hand_and_begins_no_other() {
    let (world, ids) = overdue(5).await;
    let holder = holding(&world, ids[2]);
    let mut working = Working::start(&world.database().url());
    until("it is in the middle of a job", || world.number(LEFT) == 3 && world.number(WAITS) == 1);
    working.terminate();
    thread::sleep(Duration::from_millis(500));
    assert!(working.child.try_wait().unwrap().is_none(), "the job in hand is not finished: {}", working.log());
    drop(holder);
    let status = working.child.wait().unwrap();
    assert!(status.success(), "{status}: {}", working.log());
    assert_eq!((world.number(LEFT), world.number(DONE), world.number(IN_HAND)), (2, 3, 0));
}

#[actix_web::test]
async fn a_stopped_worker_waits_for_all_of_its_loops() {
    let (world, ids) = overdue(6).await;
    let mut holders: Vec<_> = ids[..3].iter().map(|id| holding(&world, *id)).collect();
    let mut working = Working::start_with(&world.database().url(), "3");
    until("each loop is in the middle of a job", || world.number(WAITS) == 3);
    working.terminate();
    while let Some(holder) = holders.pop() {
        thread::sleep(Duration::from_millis(300));
        assert!(working.child.try_wait().unwrap().is_none(), "a job in hand is not finished: {}", working.log());
        drop(holder);
    }
    let status = working.child.wait().unwrap();
    assert!(status.success(), "{status}: {}", working.log());
    assert_eq!((world.number(LEFT), world.number(DONE), world.number(IN_HAND)), (3, 3, 0));
}

#[actix_web::test]
async fn jobs_that_stand_still_keep_nobody_from_a_page() {
    let (world, ids) = overdue(30).await;
    let holders: Vec<_> = ids.iter().map(|id| holding(&world, *id)).collect();
    let settings = [("CLIENTELE_JOBS", "32"), ("CLIENTELE_DB_CONNECTIONS", "5")];
    let server = Server::start_with(&world.database().url(), &settings);
    until("jobs stand still", || world.number(WAITS) >= 1);
    let first = Instant::now();
    while first.elapsed() < Duration::from_millis(1500) {
        let began = Instant::now();
        assert_eq!(server.get("/readyz", "").status, 200);
        assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
        assert!(world.number(WAITS) <= 1, "more than the jobs' one connection");
    }
    drop(holders);
    drop(server);
}

#[actix_web::test]
async fn a_server_does_jobs_unless_it_is_told_not_to() {
    let (world, _) = overdue(3).await;
    let idle = Server::start_with(&world.database().url(), &[("CLIENTELE_JOBS", "off")]);
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(world.number(LEFT), 3);
    drop(idle);
    let working = Working::start_with(&world.database().url(), "off");
    until("what is off is the server's", || world.number(LEFT) == 0);
    assert!(working.log().contains(r#""loops":4"#), "{}", working.log());
    drop(working);

    let (world, _) = overdue(3).await;
    let server = Server::start(&world.database().url());
    until("the jobs are done", || world.number(LEFT) == 0);
    assert_eq!((world.number(DONE), world.number(ADDRESSES)), (3, 0));
    drop(server);
}

#[test]
fn a_worker_without_its_database_says_so_once_and_stops_when_told() {
    let mut working = Working::start("postgres://nobody:hunter2@127.0.0.1:1/nothing");
    until("it says so", || working.log().contains("no job can be taken"));
    thread::sleep(Duration::from_secs(7));
    working.terminate();
    assert!(working.child.wait().unwrap().success());
    let log = working.log();
    assert_eq!(log.matches("no job can be taken").count(), 1, "{log}");
    assert!(log.lines().count() < 8 && !log.contains("hunter2"), "{log}");
}

#[test]
fn stuck_jobs_are_listed_and_put_back_by_commands() {
    let database = Database::cloned();
    assert_eq!(run_with(&database, &["jobs"], ""), "No job is stuck.\n");
    let insert = "INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at, error, stuck_at)
        VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', gen_random_uuid(), 'destroy_deleted', '0188bac7-4afa-78aa-bc3b-bd1eef28d881',
            now(), 12, now(), 'the gateway did not answer', '2026-11-21 09:30:00.5Z'),
         (gen_random_uuid(), gen_random_uuid(), 'destroy_method', gen_random_uuid(), now() + interval '1 day', 3, now(), 'later', NULL)";
    let mut conn = database.connect();
    sql_query(insert).execute(&mut conn).unwrap();
    let (id, customer) = ("job_01h455vb4pex5vsknk084sn02q", "cust_01h2xcejqtf2nbrexx3vqjhp41");
    let line =
        format!("{id}\tdestroy_deleted\t{customer}\t12 attempts\tthe gateway did not answer\t2026-11-21T09:30:00Z\n");
    assert_eq!(run_with(&database, &["jobs"], ""), line);

    let refused = |id: &str, words: &str| {
        let mut command = clientele(&["jobs", "retry", id]);
        command.env("DATABASE_URL", database.url());
        let (output, text) = said(command, "");
        assert!(!output.status.success() && text.contains(words), "{id} is told as: {text}");
    };
    refused("nonsense", "job_");
    refused("job_01h2xcejqtf2nbrexx3vqjhp41", "clientele jobs");
    assert!(run_with(&database, &["jobs", "retry", id], "").starts_with(id));
    let back = "(SELECT count(*) FROM jobs WHERE kind = 'destroy_deleted' AND stuck_at IS NULL AND attempts = 0 AND due_at <= now())";
    assert_eq!(number(&mut conn, back), 1);
    assert_eq!(run_with(&database, &["jobs"], ""), "No job is stuck.\n");
    refused(id, "clientele jobs");
}
