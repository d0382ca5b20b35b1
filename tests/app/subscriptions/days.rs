//! What is kept of the days to come: right after each change, whoever changes what beside it, and gone when it is over.

use std::rc::Rc;

use actix_web::rt;
use clientele::subscriptions::{
    days::{AHEAD, forget_over},
    figures::{check, repair},
    revenue::{DAYS, Revenue},
};

use super::*;
use crate::{concurrency::at_once, world::program::number};

impl Walk {
    /// What is to come is what the calendar says of each subscription, and what is kept what they come to.
    fn agrees_with_the_calendar(&self, all: &[SubscriptionId], after: &str) {
        assert_eq!(self.world.with(check).unwrap(), [], "{after}");
        let (account, now) = (self.world.shop.test, self.clock().now());
        let coming = self.world.with(|conn| Revenue::read(conn, account, &zone(), now)).unwrap().coming.unwrap();
        for days in DAYS {
            let last = self.today().checked_add(jiff::Span::new().days(days)).unwrap();
            let charges: Vec<_> = all
                .iter()
                .map(|id| self.find(*id).upcoming_until(last, 1_000).unwrap())
                .filter(|charges| !charges.is_empty())
                .collect();
            let amount: i64 = charges.iter().flatten().map(|one| one.amount.minor).sum();
            let expected = (charges.len() as i64, charges.iter().flatten().count() as i64, amount);
            let found = coming.iter().find(|one| one.days == days);
            let found = found.map_or((0, 0, 0), |one| (one.subscriptions, one.charges, one.amount.minor));
            assert_eq!(found, expected, "{after}, {days} days from {}", self.today());
        }
    }

    fn sent(&self, customer: CustomerId, (unit, every): (Unit, i64), first_on: Date) -> NewSubscription {
        let interval = Interval::new(unit, every).unwrap();
        NewSubscription { interval, days_until_due: Some(365), ..self.monthly(customer, first_on) }
    }

    fn rows(&self) -> i64 {
        self.world.number("SELECT count(*) AS n FROM subscription_days")
    }
}

#[actix_web::test]
async fn each_step_of_a_life_leaves_what_the_calendar_says() {
    let walk = Walk::from("2027-01-31").await;
    let (ada, bea) = (walk.customer("Ada").await, walk.customer("Bea").await);
    let new = NewSubscription { anchor_day: Some(31), ..walk.monthly(ada, day("2027-02-28")) };
    let one = walk.create(new).unwrap().id;
    walk.agrees_with_the_calendar(&[one], "a trial");
    let charged = walk.create(walk.monthly(bea, walk.today())).unwrap().id;
    let all = [one, charged];
    walk.agrees_with_the_calendar(&all, "one that waits for its first payment");
    walk.work().await;
    walk.agrees_with_the_calendar(&all, "its first payment");
    walk.to("2027-02-28").await;
    walk.agrees_with_the_calendar(&all, "renewals");
    type Step = fn(&mut PgConnection, &mut Held) -> Result<()>;
    let steps: [(&str, Step); 11] = [
        ("another amount", |conn, held| held.change_amount(conn, 590_000, None)),
        ("the same amount again", |conn, held| held.change_amount(conn, 490_000, None)),
        ("yet another amount", |conn, held| held.change_amount(conn, 690_000, None)),
        ("a moved charge", |conn, held| held.move_next_charge(conn, day("2027-03-05"), None)),
        ("one moved back", |conn, held| held.move_next_charge(conn, day("2027-03-31"), Some(31))),
        ("an end far away", |conn, held| held.end_on(conn, day("2028-01-01"))),
        ("an end before the second charge", |conn, held| held.end_on(conn, day("2027-03-20"))),
        ("no end after all", |conn, held| held.keep(conn)),
        ("an end with the period", |conn, held| held.end_with_period(conn)),
        ("none of that either", |conn, held| held.keep(conn)),
        ("a cancellation", |conn, held| held.cancel(conn, Unpaid::Keep)),
    ];
    for (after, step) in steps {
        walk.held(one, step).unwrap();
        walk.agrees_with_the_calendar(&all, after);
    }
    // The other one stands still, goes on, and ends with its customer.
    walk.answers(bea, "card_declined");
    for until in ["2027-03-31", "2027-04-04", "2027-04-20"] {
        walk.to(until).await;
        walk.agrees_with_the_calendar(&all, "a charge that fails");
    }
    assert!(walk.find(charged).given_up_on.is_some());
    walk.answers(bea, "succeeded");
    walk.held(charged, |conn, held| held.collect_now(conn)).unwrap();
    walk.work().await;
    assert!(walk.find(charged).next_on.is_some());
    walk.agrees_with_the_calendar(&all, "one that goes on");
    walk.held(charged, |conn, held| held.end_with_customer(conn)).unwrap();
    walk.agrees_with_the_calendar(&all, "an end with the customer");

    assert!(walk.rows() > 0, "rows of days that are over");
    walk.world.with(forget_over).unwrap();
    assert_eq!(walk.rows(), 0);
}

#[actix_web::test]
async fn every_interval_end_and_day_of_the_month_is_as_the_calendar_says() {
    for from in ["2027-01-28", "2028-01-30", "2028-02-29"] {
        let walk = Walk::from(from).await;
        let (customer, today) = (walk.customer("Ada").await, walk.today());
        let mut made = Vec::new();
        let intervals = [
            (Unit::Day, &[1, 2, 7, 29, 30, 31, 32][..]),
            (Unit::Week, &[1, 2, 4, 5]),
            (Unit::Month, &[1, 2, 12]),
            (Unit::Year, &[1]),
        ];
        for (unit, every) in intervals.into_iter().flat_map(|(unit, all)| all.iter().map(move |every| (unit, *every))) {
            for (number, days) in [1, 2, 3, 28].into_iter().enumerate() {
                let first = today.checked_add(jiff::Span::new().days(days)).unwrap();
                let is_last = first == first.last_of_month();
                let new =
                    NewSubscription { anchor_day: is_last.then_some(31), ..walk.sent(customer, (unit, every), first) };
                let until = [Until::Forever, Until::Times(1), Until::Times(2), Until::Date(first.tomorrow().unwrap())];
                made.push(walk.create(NewSubscription { until: until[number], ..new.clone() }).unwrap().id);
                let end = first.checked_add(jiff::Span::new().days(every + 3)).unwrap();
                made.push(walk.create(NewSubscription { until: Until::Date(end), ..new }).unwrap().id);
            }
        }
        walk.agrees_with_the_calendar(&made, "so many kinds");
        // So few rows are left of so many: each day has but the kinds that differ in these 30 days.
        let most = walk.world.number(
            "SELECT max(n) AS n FROM (SELECT count(*) AS n FROM subscription_days GROUP BY next_on, currency) days",
        );
        assert!(most <= 20, "{most}");
        assert_eq!(AHEAD, 30);
        walk.be_at(today.checked_add(jiff::Span::new().days(2)).unwrap());
        walk.agrees_with_the_calendar_of_those_to_come(&made);
    }
}

impl Walk {
    /// Two days on, before anything due is billed: what was due is not to come any more.
    fn agrees_with_the_calendar_of_those_to_come(&self, all: &[SubscriptionId]) {
        let later = |id: &&SubscriptionId| self.find(**id).next_on.is_some_and(|next| next >= self.today());
        let all: Vec<_> = all.iter().filter(later).copied().collect();
        self.agrees_with_the_calendar(&all, "two days on");
    }
}

#[actix_web::test]
async fn what_drifted_is_found_and_mended() {
    let walk = Walk::from("2027-03-05").await;
    let customer = walk.customer("Ada").await;
    let one = walk.create(walk.sent(customer, (Unit::Month, 1), day("2027-03-08"))).unwrap().id;
    for broken in [
        "UPDATE subscription_days SET amount = amount + 1",
        "UPDATE subscription_days SET subscriptions = subscriptions + 1",
        "UPDATE subscription_days SET every = 7",
        "DELETE FROM subscription_days",
    ] {
        walk.world.sql(broken);
        let drifts = walk.world.with(check).unwrap();
        assert_eq!(drifts.iter().map(|one| one.account_id).collect::<Vec<_>>(), [walk.world.shop.test], "{broken}");
        assert_eq!(walk.world.with(forget_over).unwrap(), 0);
        walk.world.with(|conn| repair(conn, &drifts)).unwrap();
        walk.agrees_with_the_calendar(&[one], broken);
    }
}

#[actix_web::test]
async fn nobody_waits_for_what_somebody_else_adds_to_the_same_day() {
    let walk = Walk::over(World::committed().await, day("2027-03-05"));
    let customers = [walk.customer("Ada").await, walk.customer("Bea").await, walk.customer("Cleo").await];
    let all =
        customers.map(|customer| walk.create(walk.sent(customer, (Unit::Month, 1), day("2027-03-20"))).unwrap().id);
    let (by, [first, second, third]) = (walk.by(), all);
    let moves = |conn: &mut PgConnection, by: &By, id: SubscriptionId| {
        let mut held = Held::open(conn, by, id)?;
        held.move_next_charge(conn, day("2027-03-25"), None)?;
        held.cancel(conn, Unpaid::Keep)
    };
    let mut open = walk.world.database().connect();
    diesel::RunQueryDsl::execute(diesel::sql_query("BEGIN"), &mut open).unwrap();
    moves(&mut open, &by, first).unwrap();
    // It does the same meanwhile.
    walk.change(|conn, by| moves(conn, by, second)).unwrap();
    // All the slots are taken.
    let account = walk.world.shop.test.uuid();
    let [.., a, b, c, d] = *account.as_bytes();
    let slot = i32::from_be_bytes([a, b, c, d]);
    let mut greedy = walk.world.database().connect();
    assert_eq!(
        number(&mut greedy, &format!("(SELECT count(pg_try_advisory_lock({slot}, n)) FROM generate_series(0, 63) n)")),
        64
    );
    walk.change(|conn, by| moves(conn, by, third)).unwrap();
    let shards = "SELECT count(*) AS n FROM subscription_days WHERE shard >= 64";
    assert!(walk.world.number(shards) > 0);
    // What is locked is passed over, and goes later.
    walk.world.with(forget_over).unwrap();
    diesel::RunQueryDsl::execute(diesel::sql_query("COMMIT"), &mut open).unwrap();
    walk.agrees_with_the_calendar(&all, "three who did it at once");
    walk.world.with(forget_over).unwrap();
    assert_eq!(walk.rows(), 0);
}

#[actix_web::test]
async fn what_is_over_is_forgotten_beside_those_who_change_it() {
    let walk = Rc::new(Walk::over(World::committed().await, day("2027-03-05")));
    let mut all = Vec::new();
    for number in 0..8 {
        let customer = walk.customer(&format!("N{number}")).await;
        all.push(walk.create(walk.sent(customer, (Unit::Month, 1), day("2027-03-20"))).unwrap().id);
    }
    let (ids, changers, forgetter) = (all.clone(), Rc::clone(&walk), Rc::clone(&walk));
    let is_over = Rc::new(std::cell::Cell::new(false));
    let ends = Rc::clone(&is_over);
    let forgets = rt::spawn(async move {
        let mut forgotten = 0;
        while !ends.get() {
            forgotten += forgetter.world.db.write(forget_over).await.unwrap();
        }
        forgotten
    });
    // Two share a day each, and go to and fro, so that what is there of a day comes to nothing again and again.
    let moved = at_once(320, 8, move |n| {
        let (walk, id) = (Rc::clone(&changers), ids[n % 8]);
        async move {
            let (by, to) = (walk.by(), format!("2027-03-{}{}", n / 8 % 2 + 1, n % 4));
            walk.world.db.write(move |conn| Held::open(conn, &by, id)?.move_next_charge(conn, day(&to), None)).await
        }
    })
    .await;
    moved.into_iter().for_each(|done| done.unwrap());
    is_over.set(true);
    let forgotten = forgets.await.unwrap();
    walk.agrees_with_the_calendar(&all, "all that at once");
    assert!(forgotten + walk.world.with(forget_over).unwrap() > 0);
    assert!(walk.world.number("SELECT count(DISTINCT next_on) AS n FROM subscription_days") <= 8);
}
