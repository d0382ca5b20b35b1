//! The clock of a test account: it walks from one thing that is due to the next, and does not jump.

mod pages;

use std::{rc::Rc, time::Instant};

use clientele::{
    clock::Clock,
    error::{Error, Result},
    events::By,
    jobs::{
        self, Kind,
        model::{self as queue, Claimed},
    },
    merchants,
    subscriptions::{Status, creating::NewSubscription},
    test_clock::{
        ahead,
        model::{self, FIRST_STEP, State},
        walking::{self, Step},
    },
    values::{Interval, interval::Unit},
    work,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    concurrency::at_once,
    subscriptions::{Walk, day, kes, zone},
};

impl Walk {
    /// Somebody whose clock is the account's.
    pub fn of_account(&self) -> By {
        let clock = self.world.with(|conn| merchants::clock(conn, self.world.shop.test, &self.clock())).unwrap();
        By { clock, ..self.by() }
    }

    pub fn account_now(&self) -> Timestamp {
        self.of_account().now()
    }

    pub fn send(&self, to: &str) -> Result<()> {
        let (by, to) = (self.of_account(), at(to));
        self.change(|conn, _| model::send(conn, &by, to))
    }

    pub fn stop(&self) -> bool {
        let by = self.of_account();
        self.change(|conn, _| model::stop(conn, &by)).unwrap()
    }

    pub fn state(&self) -> State {
        let clock = self.world.with(|conn| model::find(conn, self.world.shop.test)).unwrap();
        clock.last_move().map_or(State::Over, |last| last.state)
    }

    pub fn step(&self) -> Step {
        let by = By::system(self.world.shop.test, self.of_account().clock);
        self.change(|conn, _| walking::step(conn, &by)).unwrap()
    }

    async fn claim(&self) -> Option<Claimed> {
        let now = self.clock().now();
        self.world.db.write(move |conn| queue::claim(conn, now)).await.unwrap()
    }

    /// Sends the clock somewhere and works until it is there.
    pub async fn walk_to(&self, to: &str) {
        self.send(to).unwrap();
        self.pass(FIRST_STEP.as_secs() + 1);
        self.work().await;
        assert_eq!(self.state(), State::Over);
    }

    /// Every job is due by the machine's clock when it is in the account.
    pub fn jobs_are_right(&self) {
        let wrong = "SELECT count(*) AS n FROM jobs j JOIN accounts a ON a.id = j.account_id WHERE a.mode = 'test' AND \
                     (j.account_due_at IS NULL OR j.due_at <> j.account_due_at - a.ahead_ms * interval '1 millisecond')";
        assert_eq!(self.world.number(wrong), 0);
    }
}

/// A moment in the shop's zone.
fn at(text: &str) -> Timestamp {
    text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone()).unwrap().timestamp()
}

fn of_unit(walk: &Walk, unit: Unit, customer: clientele::ids::CustomerId, first_on: Date) -> NewSubscription {
    NewSubscription { interval: Interval::new(unit, 1).unwrap(), ..walk.monthly(customer, first_on) }
}

fn refusal(done: Result<()>) -> String {
    match done {
        Err(Error::Conflict(reason)) => reason.code.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn a_month_is_walked_and_a_subscription_renews_on_its_day() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    let began = walk.clock().now();
    walk.send("2027-03-05T09:00:00").unwrap();
    // Nothing moves before what was begun earlier has ended.
    walk.work().await;
    assert_eq!((walk.account_now(), walk.state()), (began, State::Moving));
    walk.pass(FIRST_STEP.as_secs());
    walk.work().await;
    assert_eq!((walk.account_now(), walk.state()), (at("2027-03-05T09:00:00"), State::Over));
    assert_eq!(walk.bills(made.id), ["2027-01-31 490000 paid", "2027-02-28 490000 paid"]);
    assert_eq!(walk.find(made.id).next_on, Some(day("2027-03-31")));
    let paid = walk.world.number("SELECT extract(epoch FROM max(created_at))::bigint AS n FROM payments");
    assert_eq!(paid, at("2027-02-28T00:00:00").as_second(), "the payment is of its day");
    walk.jobs_are_right();
    // Real time goes on from there.
    walk.pass(60);
    assert_eq!(walk.account_now(), at("2027-03-05T09:01:00"));
    walk.walk_to("2027-04-01T00:00:00").await;
    assert_eq!(walk.bills(made.id).len(), 3);
    walk.check();
}

#[actix_web::test]
async fn tries_are_made_on_their_own_days_and_not_all_at_the_end() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.answers(customer, "card_declined");
    walk.walk_to("2027-03-01T00:00:00").await;
    let now = walk.find(made.id);
    assert_eq!((now.status, now.given_up_on), (Status::PastDue, Some(day("2027-02-17"))));
    let days = "SELECT count(DISTINCT (created_at AT TIME ZONE 'Africa/Nairobi')::date) AS n FROM payments";
    assert_eq!(walk.world.number(days), 6, "one that was paid, and five tries on five days");
    walk.check();
}

#[actix_web::test]
async fn it_stops_after_the_step_that_it_is_at_and_never_goes_back() {
    let walk = Walk::from("2027-01-01").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(of_unit(&walk, Unit::Week, customer, walk.today())).unwrap();
    walk.work().await;
    walk.send("2028-01-01T00:00:00").unwrap();
    assert_eq!(refusal(walk.send("2028-02-01T00:00:00")), "clock_moving");
    walk.pass(7);
    while walk.invoices(made.id).len() < 3 {
        let job = walk.claim().await.unwrap();
        work::perform(&walk.world.db, &walk.sandbox, &job, &walk.clock()).await.unwrap();
    }
    assert!(walk.stop() && walk.stop());
    walk.work().await;
    assert_eq!((walk.state(), walk.account_now()), (State::Over, at("2027-01-15T00:00:00")));
    assert_eq!(walk.invoices(made.id).len(), 3);
    assert!(!walk.stop(), "it stays");
    walk.jobs_are_right();
    walk.check();
    assert_eq!(refusal(walk.send("2027-01-14T00:00:00")), "date_invalid");
    assert_eq!(refusal(walk.send("2029-02-01T00:00:00")), "out_of_range");
    let told = "SELECT count(*) AS n FROM events WHERE kind IN ('test_clock.moved', 'test_clock.stopped')";
    assert_eq!(walk.world.number(told), 2);
}

#[actix_web::test]
async fn a_worker_that_dies_on_the_way_leaves_a_clock_that_another_moves_on() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.send("2027-03-31T12:00:00").unwrap();
    walk.pass(7);
    // It dies with the first step in hand: nothing has moved, and nobody has the job until the claim is over.
    let began = walk.account_now();
    assert_eq!(walk.claim().await.unwrap().kind, Kind::MoveClock);
    assert_eq!(walk.work().await, 0);
    assert_eq!(walk.account_now(), began);
    // The next one goes on, and dies with a renewal in hand: the clock waits for that.
    walk.pass(61);
    let step = walk.claim().await.unwrap();
    work::perform(&walk.world.db, &walk.sandbox, &step, &walk.clock()).await.unwrap();
    assert_eq!(walk.claim().await.unwrap().kind, Kind::AdvanceSubscription);
    assert_eq!(walk.account_now(), at("2027-02-28T00:00:00"));
    assert_eq!(walk.step(), Step::Waits);
    assert_eq!(walk.account_now(), at("2027-02-28T00:00:00"));
    walk.pass(61);
    walk.work().await;
    assert_eq!(walk.state(), State::Over);
    let days = ["2027-01-31", "2027-02-28", "2027-03-31"];
    assert_eq!(walk.bills(made.id), days.map(|day| format!("{day} 490000 paid")));
    // One whose claim was taken from it commits nothing.
    walk.send("2027-04-15T00:00:00").unwrap();
    walk.pass(7);
    let slow = walk.claim().await.unwrap();
    walk.pass(61);
    let other = walk.claim().await.unwrap();
    let late = work::perform(&walk.world.db, &walk.sandbox, &slow, &walk.clock()).await;
    assert!(matches!(late, Err(Error::JobTaken)), "{late:?}");
    work::perform(&walk.world.db, &walk.sandbox, &other, &walk.clock()).await.unwrap();
    walk.work().await;
    assert_eq!(walk.state(), State::Over);
    walk.check();
}

#[actix_web::test]
async fn workers_share_the_way_and_every_debt_is_charged_once() {
    let walk = Walk::from("2027-01-04").await;
    let mut made = Vec::new();
    for name in ["Ada", "Ben", "Cleo", "Dan"] {
        let customer = walk.customer(name).await;
        made.push(walk.create(of_unit(&walk, Unit::Week, customer, walk.today())).unwrap().id);
    }
    walk.work().await;
    walk.send("2027-02-02T00:00:00").unwrap();
    // A clock that goes, since those who wait for others look again in a moment.
    let (start, began) = (walk.clock().now() + FIRST_STEP, Instant::now());
    let clock = Clock::telling(move || start + jiff::SignedDuration::try_from(began.elapsed()).unwrap());
    let walk = Rc::new(walk);
    let shared = Rc::clone(&walk);
    at_once(3, 3, move |_| {
        let (walk, clock) = (Rc::clone(&shared), clock.clone());
        async move {
            while walk.state() != State::Over {
                let now = clock.now();
                let claimed = walk.world.db.write(move |conn| queue::claim(conn, now)).await.unwrap();
                let Some(job) = claimed else {
                    actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
                    continue;
                };
                let done = work::perform(&walk.world.db, &walk.sandbox, &job, &clock).await;
                assert!(matches!(done, Ok(()) | Err(Error::JobTaken)), "{:?}: {done:?}", job.kind);
            }
        }
    })
    .await;
    let days = ["2027-01-04", "2027-01-11", "2027-01-18", "2027-01-25", "2027-02-01"];
    for id in made {
        assert_eq!(walk.bills(id), days.map(|day| format!("{day} 490000 paid")));
    }
    assert_eq!(walk.payments().len(), 20);
    walk.jobs_are_right();
    walk.check();
}

#[actix_web::test]
async fn a_job_that_fails_holds_the_clock_and_one_that_is_stuck_does_not() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.send("2027-03-05T09:00:00").unwrap();
    walk.pass(7);
    assert_eq!(walk.step(), Step::On);
    let job = loop {
        let job = walk.claim().await.unwrap();
        if job.kind == Kind::AdvanceSubscription {
            break job;
        }
    };
    let now = walk.clock().now();
    walk.world.with(|conn| queue::fail(conn, &job, "the sun was in its eyes", now)).unwrap();
    assert_eq!((walk.step(), walk.account_now()), (Step::Holds, at("2027-02-28T00:00:00")));
    let held = walk.world.with(|conn| jobs::of_account::earliest(conn, walk.world.shop.test)).unwrap().unwrap();
    assert_eq!(held.error.as_deref(), Some("the sun was in its eyes"));
    walk.world.sql("UPDATE jobs SET stuck_at = now() WHERE kind = 'advance_subscription'");
    walk.pass(61);
    walk.work().await;
    assert_eq!((walk.state(), walk.account_now()), (State::Over, at("2027-03-05T09:00:00")));
    assert_eq!(walk.bills(made.id).len(), 1);
    // Somebody looks at it: it is done at once, and bills its period with its own days.
    let id: clientele::ids::JobId = walk.world.with(queue::stuck).unwrap()[0].id;
    walk.world.with(|conn| queue::retry(conn, id, walk.clock().now())).unwrap();
    walk.work().await;
    assert_eq!(walk.bills(made.id).len(), 2);
    walk.check();
}

#[actix_web::test]
async fn what_will_happen_is_counted_before() {
    let walk = Walk::from("2027-01-31").await;
    let (ada, ben) = (walk.customer("Ada").await, walk.customer("Ben").await);
    walk.create(walk.monthly(ada, walk.today())).unwrap();
    walk.create(of_unit(&walk, Unit::Week, ben, day("2027-02-10"))).unwrap();
    walk.work().await;
    let until = |to: &str| {
        let (from, to) = (walk.account_now(), at(to));
        walk.world.with(|conn| ahead::until(conn, walk.world.shop.test, (from, to), &zone())).unwrap()
    };
    let month = until("2027-02-28T00:00:00");
    assert_eq!((month.charges, month.subscriptions, month.trials), (4, 2, 1), "10, 17, 24 and 28 February");
    assert_eq!(month.sums, [kes(4 * 490_000)]);
    assert_eq!(until("2027-02-09T23:00:00").charges, 0);
    let parts = [("2027-02-10", 100), ("2027-02-28", 200), ("2027-03-01", 300)];
    walk.agree(walk.dated(ada, &parts)).unwrap();
    let planned = until("2027-02-28T00:00:00");
    assert_eq!((planned.charges, planned.parts, planned.schedules, planned.part_sums), (4, 2, 1, vec![kes(300)]));
    walk.walk_to("2027-02-28T00:00:00").await;
    assert_eq!(walk.payments().len(), 7, "as it was said, and the first one");
}

#[actix_web::test]
async fn jobs_of_an_older_version_are_walked_to_as_well() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.world.sql("UPDATE jobs SET account_due_at = NULL");
    walk.walk_to("2027-03-05T09:00:00").await;
    assert_eq!(walk.bills(made.id).len(), 2);
    walk.jobs_are_right();
}

#[actix_web::test]
async fn a_live_account_has_no_clock_of_its_own() {
    let walk = Walk::from("2027-01-31").await;
    let by = By { account: walk.world.shop.live, ..walk.by() };
    let sent = walk.change(|conn, _| model::send(conn, &by, at("2027-03-05T09:00:00")));
    assert!(matches!(sent, Err(Error::NotFound)), "{sent:?}");
    walk.world.customer("name=Lea&email=lea%40x.example");
    walk.world.sql(&format!(
        "INSERT INTO jobs (id, account_id, kind, subject_id, due_at, attempts, created_at)
         VALUES (gen_random_uuid(), '{}', 'destroy_note', gen_random_uuid(), now(), 0, now())",
        walk.world.shop.live.uuid()
    ));
    let live = By { account: walk.world.shop.live, ..walk.by() };
    walk.change(|conn, _| jobs::enqueue(conn, &live, Kind::FindDoubts, uuid::Uuid::nil(), live.now())).unwrap();
    let noted = format!(
        "SELECT count(*) AS n FROM jobs WHERE account_id = '{}' AND account_due_at IS NOT NULL",
        walk.world.shop.live.uuid()
    );
    assert_eq!(walk.world.number(&noted), 0);
}
