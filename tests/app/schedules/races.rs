//! Two things at once: whatever the order, each part is charged once, nothing contradicts itself, and nobody waits for each
//! other for ever.

use std::rc::Rc;

use actix_web::rt;
use clientele::{
    clock::Clock,
    customer_parts::USES,
    deletion::{self, Deletion},
    error::Error,
    payment_methods::uses,
};
use jiff::SignedDuration;

use super::*;
use crate::{subscriptions::asked, world::World};

/// The rounds of each race, unless the environment asks for more.
const ROUNDS: usize = 10;

/// What somebody does while a part is charged or its charge is settled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Cancel,
    Skip,
    Move,
    PayOff,
    CollectNow,
    DeleteCustomer,
    RemoveMethod,
    /// Another worker, whose clock is ahead.
    Work,
}

impl Walk {
    async fn does_to(&self, deed: Deed, one: &Schedule) {
        let (id, customer, by) = (one.id, one.customer_id, self.by());
        if deed == Deed::Work {
            let ahead = SignedDuration::from_hours(30);
            let now = self.clock().now() + ahead;
            return self.work_quietly(Clock::telling(move || now), ahead).await;
        }
        let change = move |conn: &mut PgConnection| match deed {
            Deed::Cancel => Held::open(conn, &by, id)?.cancel(conn),
            Deed::Skip => Held::open(conn, &by, id)?.skip(conn, 2),
            Deed::Move => Held::open(conn, &by, id)?.change_part(conn, 2, (Some(day("2027-01-11")), Some(50))),
            Deed::PayOff => Held::open(conn, &by, id)?.pay_off(conn),
            Deed::CollectNow | Deed::Work => {
                let mut held = Held::open(conn, &by, id)?;
                held.collect_now(conn)?;
                held.schedule_next(conn)
            }
            Deed::DeleteCustomer => {
                // A charge that is under way stands against it.
                let done = deletion::delete_with(conn, &by, customer, None, true)?;
                assert!(matches!(done, Deletion::Done(_) | Deletion::Blocked(_)), "{done:?}");
                Ok(())
            }
            Deed::RemoveMethod => {
                use clientele::schema::payment_methods as table;
                use diesel::prelude::*;
                let of = table::table.filter(table::customer_id.eq(customer)).order(table::id).select(table::id);
                let methods: Vec<MethodId> = of.load(conn)?;
                uses::remove(conn, &by, methods[0], (Some(methods[1]), true), USES).map(drop)
            }
        };
        let done = self.world.db.write(change).await;
        // It may be too late for it, and says so.
        assert!(matches!(done, Ok(()) | Err(Error::Conflict(_))), "{deed:?}: {done:?}");
    }
}

/// Lets a deed happen while a part is charged, round after round.
async fn race(deed: Deed) {
    let walk = Rc::new(Walk::over(World::committed().await, day("2027-01-10")));
    for round in 0..asked("CLIENTELE_ROUNDS", ROUNDS) {
        walk.be_at(day("2027-01-10"));
        let customer = walk.customer(&format!("R{round}")).await;
        // Some decline, so that there is something to collect.
        if round % 3 == 0 {
            walk.answers(customer, "card_declined");
        }
        let parts = [("2027-01-11", 100), ("2027-01-12", 200), ("2027-01-13", 300)];
        let one = walk.agree(walk.dated(customer, &parts)).unwrap();
        if deed == Deed::RemoveMethod {
            walk.be_at(day("2027-01-09"));
            walk.add_method(customer).await;
        }
        walk.be_at(day("2027-01-11"));
        let (worker, person) = (Rc::clone(&walk), Rc::clone(&walk));
        let works = rt::spawn(async move { worker.work_quietly(worker.clock(), SignedDuration::ZERO).await });
        let acts = rt::spawn(async move {
            // At another moment of it each time.
            for _ in 0..round % 10 {
                rt::task::yield_now().await;
                let waits =
                    |conn: &mut PgConnection| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("SELECT 1"), conn)?);
                person.world.db.read(waits).await.unwrap();
            }
            person.does_to(deed, &one).await;
        });
        works.await.unwrap();
        acts.await.unwrap();
    }
    // Whoever lost a race leaves its claim for a while.
    let later = walk.clock().now() + SignedDuration::from_mins(5);
    walk.work_quietly(Clock::telling(move || later), SignedDuration::ZERO).await;
    walk.be_at(day("2027-01-25"));
    walk.work_quietly(walk.clock(), SignedDuration::ZERO).await;
    walk.check_schedules();
    let twice = walk.world.number(
        "SELECT count(*) AS n FROM (SELECT part_id FROM payments WHERE status = 'succeeded' GROUP BY 1 \
           HAVING count(*) > 1) p",
    );
    assert_eq!(twice, 0, "no part is paid twice");
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM sandbox_orders WHERE times <> 1"), 0);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs WHERE error IS NOT NULL"), 0);
    // What is canceled or deleted in time is never charged.
    let paid = walk.world.number("SELECT count(*) AS n FROM payments WHERE status = 'succeeded'");
    assert!(paid > 0 || matches!(deed, Deed::Cancel | Deed::DeleteCustomer));
}

macro_rules! races {
    ($($name:ident: $deed:ident;)*) => {
        $(#[actix_web::test]
        async fn $name() {
            race(Deed::$deed).await;
        })*
    };
}

races! {
    a_charge_and_a_cancellation: Cancel;
    a_charge_and_a_part_left_out: Skip;
    a_charge_and_another_day: Move;
    a_charge_and_all_that_is_left: PayOff;
    a_try_and_a_click_on_charge: CollectNow;
    a_charge_and_a_delete_of_the_customer: DeleteCustomer;
    a_charge_and_a_removal_of_the_method: RemoveMethod;
    two_workers_and_a_clock_put_forward: Work;
}
