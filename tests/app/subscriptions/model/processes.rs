//! The same with workers that are processes: the clock of each account walks from day to day, and every two seconds a
//! worker is killed and another takes its place. Now and then all of them lose the database at once.

use std::{
    iter,
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use clientele::test_clock::model as test_clock;

use super::*;
use crate::world::program::clientele;

/// The pause between two kills.
const LIFE: Duration = Duration::from_secs(2);

/// The longest time in which nothing happens on the way.
const PATIENCE: Duration = Duration::from_secs(60);

/// Three workers of a database, as processes; letting them go kills them.
struct Workers(Vec<Child>);

impl Workers {
    fn start(database: &str) -> Self {
        Self((0..3).map(|_| Self::one(database)).collect())
    }

    fn one(database: &str) -> Child {
        let mut command = clientele(&["work"]);
        command
            .env("DATABASE_URL", database)
            .env("PGAPPNAME", "worker")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Kills one, and starts another.
    fn replace(&mut self, turn: usize, database: &str) {
        let turn = turn % self.0.len();
        self.0[turn].kill().unwrap();
        self.0[turn].wait().unwrap();
        self.0[turn] = Self::one(database);
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &mut self.0 {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }
}

impl Lives {
    fn accounts(&self) -> [AccountId; 2] {
        [self.walk.world.shop.test, self.walk.world.rival.test]
    }

    fn noon(day: Date) -> Timestamp {
        begins(day, &zone()).unwrap() + SignedDuration::from_hours(12)
    }

    /// Puts the clocks forward to shortly before noon without a stop on the way, as if nobody had worked till then.
    fn jump(&self, day: Date) {
        let ahead = (Self::noon(day).duration_since(Timestamp::now()) - SignedDuration::from_mins(1)).as_millis();
        self.walk.world.sql(&format!("UPDATE accounts SET ahead_ms = {ahead} WHERE mode = 'test'"));
        self.walk.world.sql(&format!("UPDATE jobs SET due_at = account_due_at - {ahead} * interval '1 millisecond'"));
    }

    /// Walks to noon of a day, and waits until all that was due is done.
    fn walk_to(&self, day: Date) {
        for account in self.accounts() {
            let by = self.by(account);
            let to = Self::noon(day);
            self.walk.world.with(|conn| conn.transaction(|conn| test_clock::send(conn, &by, to))).unwrap();
        }
        // Nothing of the time before is under way.
        self.walk.world.sql("UPDATE jobs SET due_at = clock_timestamp() WHERE kind = 'move_clock'");
        let (mut since, mut before) = (Instant::now(), 0);
        while self.walk.world.number("SELECT count(*) AS n FROM accounts WHERE clock_state IS NOT NULL") > 0 {
            let happened = self.walk.world.number("SELECT count(*) AS n FROM events");
            if happened > before {
                (since, before) = (Instant::now(), happened);
            }
            assert!(since.elapsed() < PATIENCE, "the clocks do not come to {day}");
            assert_eq!(self.walk.world.number("SELECT count(*) AS n FROM jobs WHERE stuck_at IS NOT NULL"), 0);
            thread::sleep(Duration::from_millis(25));
        }
    }
}

/// Kills a worker after the other until it is told to end, and ends their connections now and then. Returns how many it
/// killed.
fn kill(mut workers: Workers, database: &str, ended: &Receiver<()>) -> usize {
    let mut conn = PgConnection::establish(database).unwrap();
    let mut does = |statement: &str| _ = diesel::sql_query(statement).execute(&mut conn).unwrap();
    let mut kills = 0;
    while ended.recv_timeout(LIFE) == Err(RecvTimeoutError::Timeout) {
        workers.replace(kills, database);
        kills += 1;
        // A claim lasts a minute, and so does the first pause of a job that lost its connection. They pass at once: others
        // have the job, also that of one who is alive.
        does("UPDATE jobs SET claim_id = NULL, claimed_until = NULL WHERE claim_id IS NOT NULL");
        does("UPDATE jobs SET due_at = clock_timestamp() WHERE error IS NOT NULL AND due_at > clock_timestamp()");
        if kills % 5 == 0 {
            does(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND \
                  application_name = 'worker'",
            );
        }
    }
    kills
}

#[actix_web::test]
async fn subscriptions_live_as_a_naive_program_says_while_workers_are_killed() {
    let mut rng = StdRng::seed_from_u64(11);
    let length = asked("CLIENTELE_LIFETIME", 75).try_into().unwrap();
    let mut lives = Lives::over(World::committed().await, length, Some(Clock::system()));
    lives.jump(lives.days[0].yesterday().unwrap());
    lives.begin(&mut rng, asked("CLIENTELE_LIVES", 60)).await;
    let database = lives.walk.world.database().url();
    let kills = thread::scope(|scope| {
        let (end, ended) = mpsc::channel();
        let workers = Workers::start(&database);
        let killer = scope.spawn(|| kill(workers, &database, &{ ended }));
        for (yesterday, day) in iter::once(None).chain(lives.days.iter().map(Some)).zip(&lives.days) {
            lives.cards_change(*day);
            if lives.idle.contains(day) {
                continue;
            }
            if yesterday.is_some_and(|yesterday| lives.idle.contains(yesterday)) {
                lives.jump(*day);
            }
            lives.walk_to(*day);
            lives.agree(*day);
        }
        drop(end);
        killer.join().unwrap()
    });
    assert!(kills > 3, "{kills} kills prove little");
    println!("{kills} kills");
    lives.compare(&[]);
}
