//! Payment schedules: what is charged on which day, what follows when a part is paid or not, and what people can change.

mod changes;
mod guards;
mod pages;
mod races;
mod soon;
mod undoing;

use clientele::{
    error::Result,
    events::By,
    ids::{CustomerId, MethodId, ScheduleId},
    payments::of_debt,
    schedules::{
        self, Held, Schedule, Status,
        creating::{self, NewSchedule},
        planning::{Plan, Planned},
    },
    values::{Interval, interval::Unit},
};
use diesel::PgConnection;

use crate::subscriptions::{Walk, day, kes, refusal};

/// What schedules add to a walk.
impl Walk {
    /// A schedule of a sum in equal monthly parts.
    pub fn equal(&self, customer: CustomerId, (total, count): (i64, i64), first_on: &str) -> NewSchedule {
        let interval = Interval::new(Unit::Month, 1).unwrap();
        let plan = Plan::Equal { total, count, first_on: day(first_on), interval };
        self.planned(customer, &plan)
    }

    pub fn dated(&self, customer: CustomerId, parts: &[(&str, i64)]) -> NewSchedule {
        let parts = parts.iter().map(|(on, amount)| Planned { on: day(on), amount: *amount });
        self.planned(customer, &Plan::Parts(parts.collect()))
    }

    fn planned(&self, customer: CustomerId, plan: &Plan) -> NewSchedule {
        let parts = plan.parts(kes(1).currency, self.today()).unwrap();
        NewSchedule { customer, description: "Roof".to_owned(), currency: kes(1).currency, parts, method: None }
    }

    pub fn agree(&self, new: NewSchedule) -> Result<Schedule> {
        self.change(|conn, by| creating::create(conn, by, ScheduleId::at(by.now()), new))
    }

    pub fn schedule(&self, id: ScheduleId) -> Schedule {
        self.world.with(|conn| schedules::model::find(conn, self.world.shop.test, id)).unwrap()
    }

    /// The parts as "number day amount status", by their numbers.
    pub fn parts(&self, id: ScheduleId) -> Vec<String> {
        let parts = self.world.with(|conn| schedules::model::parts(conn, self.world.shop.test, id)).unwrap();
        let told =
            |part: &schedules::Part| format!("{} {} {} {}", part.position, part.due_on, part.amount, part.status);
        parts.iter().map(told).collect()
    }

    /// The days on which somebody tried to charge a part.
    pub fn tried(&self, id: ScheduleId, no: i16) -> Vec<String> {
        let account = self.world.shop.test;
        let parts = self.world.with(|conn| schedules::model::parts(conn, account, id)).unwrap();
        let part = parts.iter().find(|part| part.position == no).unwrap().id;
        let payments = self.world.with(|conn| of_debt::all(conn, account, part)).unwrap();
        let zone = crate::subscriptions::zone();
        payments.iter().map(|one| one.created_at.to_zoned(zone.clone()).date().to_string()).collect()
    }

    /// Changes a schedule that is locked.
    pub fn holding<T>(
        &self,
        id: ScheduleId,
        change: impl FnOnce(&mut PgConnection, &mut Held) -> Result<T>,
    ) -> Result<T> {
        self.change(|conn, by| {
            let mut held = Held::open(conn, by, id)?;
            change(conn, &mut held)
        })
    }

    /// What happened to a schedule, oldest first.
    pub fn happened(&self, id: ScheduleId) -> Vec<String> {
        let account = self.world.shop.test;
        let events = self.world.with(|conn| clientele::history::after_version(conn, account, id.uuid(), 0)).unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    /// Nothing of the schedules contradicts itself.
    pub fn check_schedules(&self) {
        assert_eq!(self.world.with(schedules::checking::check).unwrap(), []);
        self.check();
    }
}

#[actix_web::test]
async fn each_part_is_charged_on_its_day_and_the_last_one_finishes_it() {
    let walk = Walk::from("2027-01-30").await;
    let customer = walk.customer("Ada").await;
    let made = walk.agree(walk.equal(customer, (10_000, 3), "2027-01-31")).unwrap();
    assert_eq!((made.status, made.total, made.next_on), (Status::Active, 10_000, Some(day("2027-01-31"))));
    assert!(walk.payments().is_empty());
    walk.to("2027-02-27").await;
    assert_eq!(
        walk.parts(made.id),
        ["1 2027-01-31 3334 paid", "2 2027-02-28 3333 planned", "3 2027-03-31 3333 planned"]
    );
    assert_eq!((walk.schedule(made.id).paid, walk.schedule(made.id).next_on), (3_334, Some(day("2027-02-28"))));
    walk.to("2027-04-02").await;
    let done = walk.schedule(made.id);
    assert_eq!((done.status, done.paid, done.total, done.next_on), (Status::Finished, 10_000, 10_000, None));
    assert!(done.ended_at.is_some());
    assert_eq!(
        [walk.tried(made.id, 1), walk.tried(made.id, 2), walk.tried(made.id, 3)].concat(),
        ["2027-01-31", "2027-02-28", "2027-03-31"]
    );
    assert_eq!(
        walk.happened(made.id),
        ["schedule.created", "part.paid", "part.paid", "part.paid", "schedule.finished"]
    );
    let named = "SELECT count(*) AS n FROM payments WHERE description = 'Roof, part 1 of 3'";
    assert_eq!(walk.world.number(named), 1);
    assert_eq!(walk.world.number("SELECT volume AS n FROM payment_figures"), 10_000);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs"), 0);
    walk.check_schedules();
}

#[actix_web::test]
async fn what_is_due_today_is_charged_at_once_and_needs_something_to_charge() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Bea").await;
    let made = walk.agree(walk.dated(customer, &[("2027-01-10", 500), ("2027-01-12", 700)])).unwrap();
    assert_eq!(walk.parts(made.id), ["1 2027-01-10 500 processing", "2 2027-01-12 700 planned"]);
    assert_eq!(walk.schedule(made.id).next_on, None, "until the outcome is known");
    walk.work().await;
    assert_eq!(walk.parts(made.id)[0], "1 2027-01-10 500 paid");
    assert_eq!(walk.schedule(made.id).next_on, Some(day("2027-01-12")));
    walk.world.sql("DELETE FROM payment_methods");
    assert_eq!(refusal(walk.agree(walk.dated(customer, &[("2027-01-10", 500)]))), "no_payment_method");
    // What is due later may still get something to charge.
    let later = walk.agree(walk.dated(customer, &[("2027-01-11", 500)])).unwrap();
    walk.to("2027-01-11").await;
    assert_eq!(walk.parts(later.id), ["1 2027-01-11 500 failed"]);
    walk.add_method(customer).await;
    walk.to("2027-01-13").await;
    assert_eq!(walk.parts(later.id), ["1 2027-01-11 500 paid"]);
    assert_eq!(walk.parts(made.id)[1], "2 2027-01-12 700 paid");
    walk.check_schedules();
}

#[actix_web::test]
async fn a_part_that_fails_is_tried_on_later_days_and_no_other_is_charged_before_it() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Cem").await;
    let made =
        walk.agree(walk.dated(customer, &[("2027-03-02", 100), ("2027-03-05", 200), ("2027-03-20", 300)])).unwrap();
    walk.answers(customer, "insufficient_funds");
    walk.to("2027-03-08").await;
    let now = walk.schedule(made.id);
    assert_eq!((now.status, now.next_on), (Status::Active, Some(day("2027-03-09"))));
    walk.to("2027-03-15").await;
    assert_eq!(walk.tried(made.id, 1), ["2027-03-02", "2027-03-03", "2027-03-05", "2027-03-07", "2027-03-09"]);
    assert_eq!(walk.parts(made.id)[..2], ["1 2027-03-02 100 failed", "2 2027-03-05 200 planned"]);
    assert_eq!((walk.schedule(made.id).status, walk.schedule(made.id).next_on), (Status::PastDue, None));
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs"), 0, "it waits for somebody");

    // Somebody charges it: what is late follows at once, in order, and the rest on its day.
    walk.answers(customer, "succeeded");
    assert!(walk.holding(made.id, |conn, held| held.collect_now(conn)).unwrap());
    walk.work().await;
    assert_eq!(walk.parts(made.id), ["1 2027-03-02 100 paid", "2 2027-03-05 200 paid", "3 2027-03-20 300 planned"]);
    assert_eq!(walk.tried(made.id, 2), ["2027-03-15"]);
    assert_eq!(walk.schedule(made.id).next_on, Some(day("2027-03-20")));
    walk.to("2027-03-20").await;
    let failed = ["part.failed"; 5];
    let told = [
        &["schedule.created"][..],
        &failed,
        &["schedule.past_due", "part.paid", "schedule.recovered", "part.paid", "part.paid", "schedule.finished"],
    ];
    assert_eq!(walk.happened(made.id), told.concat());
    walk.check_schedules();
}

#[actix_web::test]
async fn a_card_that_is_lost_is_not_asked_again_but_another_one_is() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Dan").await;
    let made = walk.agree(walk.dated(customer, &[("2027-03-02", 100)])).unwrap();
    walk.answers(customer, "lost_card");
    walk.to("2027-03-03").await;
    assert_eq!(walk.payments(), ["failed"], "the second try orders nothing");
    walk.answers(customer, "succeeded");
    walk.to("2027-03-05").await;
    assert_eq!(walk.payments(), ["failed", "succeeded"]);
    assert_eq!(walk.schedule(made.id).status, Status::Finished);
    walk.check_schedules();
}

#[actix_web::test]
async fn after_an_outage_what_was_missed_is_charged_part_after_part() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Eve").await;
    let made = walk.agree(walk.equal(customer, (10_000, 4), "2027-01-11")).unwrap();
    // Nobody works for more than two months.
    walk.be_at(day("2027-03-12"));
    walk.work().await;
    assert_eq!(walk.payments(), ["succeeded"; 3]);
    assert_eq!(walk.parts(made.id)[2..], ["3 2027-03-11 2500 paid", "4 2027-04-11 2500 planned"]);
    walk.check_schedules();
}

#[actix_web::test]
async fn a_charge_that_is_called_off_is_no_try_and_comes_again_on_the_next_day() {
    use clientele::payments::settling;
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Fay").await;
    walk.answers(customer, "slow");
    let made = walk.agree(walk.dated(customer, &[("2027-01-10", 100), ("2027-01-10", 200)])).unwrap();
    walk.work().await;
    let account = walk.world.shop.test;
    let parts = walk.world.with(|conn| schedules::model::parts(conn, account, made.id)).unwrap();
    let running = walk.world.with(|conn| of_debt::running(conn, account, parts[0].id)).unwrap().unwrap();
    let (db, by, now) = (&walk.world.db, walk.by(), walk.clock().now());
    settling::cancel_with(db, &walk.sandbox, clientele::customer_parts::DEBTS, by, running, now).await.unwrap();
    assert_eq!(walk.parts(made.id), ["1 2027-01-10 100 planned", "2 2027-01-10 200 planned"]);
    assert_eq!(walk.schedule(made.id).next_on, Some(day("2027-01-11")));
    walk.work().await;
    assert_eq!(walk.payments(), ["canceled"]);
    walk.answers(customer, "succeeded");
    walk.to("2027-01-11").await;
    assert_eq!(walk.payments(), ["canceled", "succeeded", "succeeded"]);
    assert_eq!(walk.schedule(made.id).status, Status::Finished);
    walk.check_schedules();
}

#[actix_web::test]
async fn a_schedule_needs_a_gateway_and_a_customer_who_is_there() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Gus").await;
    let new = walk.dated(customer, &[("2027-01-11", 100)]);
    let shop = &walk.world.shop;
    let live = walk.world.customer_in(shop.live, &shop.editor, "name=Live&email=live%40x.example");
    let in_live = By { account: shop.live, ..walk.by() };
    let id = ScheduleId::at(in_live.now());
    let made =
        walk.world.with(|conn| creating::create(conn, &in_live, id, NewSchedule { customer: live, ..new.clone() }));
    assert_eq!(refusal(made), "no_gateway");
    walk.change(|conn, by| clientele::deletion::delete(conn, by, customer, None)).unwrap();
    assert_eq!(refusal(walk.agree(new)), "customer_deleted");
}
