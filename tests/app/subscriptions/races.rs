//! Two things at once: whatever the order, each debt is charged once, nothing contradicts itself, and nobody waits for
//! each other for ever.

use std::rc::Rc;

use actix_web::rt;
use clientele::{
    customer_parts::USES,
    deletion::{self, Deletion},
    invoices::{
        Collects,
        making::{self, Due, NewInvoice, NewLine},
    },
    jobs::model::Claimed,
    merchants,
    payment_methods::uses,
};

use super::*;
use crate::concurrency::at_once;

/// The rounds of each race, unless the environment asks for more.
const ROUNDS: usize = 12;

/// What somebody does while a subscription is renewed or its charge is settled.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Cancel,
    EndWithPeriod,
    ChangeAmount,
    DeleteCustomer,
    RemoveMethod,
    Record,
    Void,
    CollectNow,
    /// Another worker, whose clock is ahead.
    Work,
}

impl Walk {
    /// Works until nothing is due, by a clock that is so far ahead of the database's. A job that somebody else has ended
    /// meanwhile is left alone.
    pub async fn work_quietly(&self, clock: Clock, ahead: SignedDuration) {
        loop {
            let now = clock.now();
            let claim = move |conn: &mut PgConnection| jobs::model::claim_among(conn, now, now - ahead, |_| true);
            let claimed = self.world.db.write(claim).await.unwrap();
            let Some(job): Option<Claimed> = claimed else { return };
            let done = work::perform(&self.world.db, &self.sandbox, &job, &clock).await;
            assert!(matches!(done, Ok(()) | Err(Error::JobTaken)), "{:?}: {done:?}", job.kind);
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut PgConnection, &By) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let by = self.by();
        self.world.db.write(move |conn| change(conn, &by)).await
    }

    async fn does(&self, deed: Deed, one: &Subscription) {
        let (id, customer) = (one.id, one.customer_id);
        let done = match deed {
            Deed::Cancel => self.write(move |conn, by| Held::open(conn, by, id)?.cancel(conn, Unpaid::Keep)).await,
            Deed::EndWithPeriod => self.write(move |conn, by| Held::open(conn, by, id)?.end_with_period(conn)).await,
            Deed::ChangeAmount => {
                self.write(move |conn, by| Held::open(conn, by, id)?.change_amount(conn, 590_000, None)).await
            }
            Deed::DeleteCustomer => {
                let deleted = self.write(move |conn, by| deletion::delete_with(conn, by, customer, None, true)).await;
                // A charge that is under way stands against it.
                deleted.map(|done| assert!(matches!(done, Deletion::Done(_) | Deletion::Blocked(_)), "{done:?}"))
            }
            Deed::RemoveMethod => {
                // Another one is charged instead, and tried at once for what is past due.
                self.write(move |conn, by| {
                    use clientele::schema::payment_methods as table;
                    use diesel::prelude::*;
                    let of = table::table.filter(table::customer_id.eq(customer)).order(table::id).select(table::id);
                    let methods: Vec<MethodId> = of.load(conn)?;
                    uses::remove(conn, by, methods[0], (Some(methods[1]), true), USES).map(drop)
                })
                .await
            }
            Deed::Record | Deed::Void => {
                let at = self.clock().now();
                self.write(move |conn, by| {
                    let Some(bill) = invoices::model::latest_of(conn, by.account, id)? else { return Ok(()) };
                    let paid = closing::PaidElsewhere { amount: None, at, reference: None };
                    match deed {
                        Deed::Record => closing::record(conn, by, bill.id, paid).map(drop),
                        _ => closing::void(conn, by, bill.id).map(drop),
                    }
                })
                .await
            }
            Deed::CollectNow => {
                self.write(move |conn, by| {
                    let mut held = Held::open(conn, by, id)?;
                    held.collect_now(conn)?;
                    held.schedule(conn)
                })
                .await
            }
            Deed::Work => {
                let ahead = SignedDuration::from_hours(30);
                let now = self.clock().now() + ahead;
                self.work_quietly(Clock::telling(move || now), ahead).await;
                Ok(())
            }
        };
        // It may be too late for it, and says so.
        assert!(matches!(done, Ok(()) | Err(Error::Conflict(_))), "{deed:?}: {done:?}");
    }
}

/// Lets a deed happen while a renewal is done, round after round.
async fn race(deed: Deed) {
    let walk = Rc::new(Walk::over(World::committed().await, day("2027-01-10")));
    for round in 0..asked("CLIENTELE_ROUNDS", ROUNDS) {
        walk.be_at(day("2027-01-10"));
        let customer = walk.customer(&format!("R{round}")).await;
        // Some decline, so that there is something to collect, record and take back.
        if round % 3 == 0 {
            walk.answers(customer, "card_declined");
        }
        let one = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
        if deed == Deed::RemoveMethod {
            walk.be_at(day("2027-01-09"));
            walk.add_method(customer).await;
        }
        walk.be_at(day("2027-01-11"));
        let (worker, person) = (Rc::clone(&walk), Rc::clone(&walk));
        let works = rt::spawn(async move { worker.work_quietly(worker.clock(), SignedDuration::ZERO).await });
        let acts = rt::spawn(async move {
            // At another moment of it each time, and once when the period is billed: on a busy machine the deed may win
            // all other rounds.
            while round == 1 && person.world.number("SELECT count(*) AS n FROM invoices") == 0 {
                rt::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            for _ in 0..round % 12 {
                rt::task::yield_now().await;
                person
                    .world
                    .db
                    .read(|conn| Ok(diesel::RunQueryDsl::execute(diesel::sql_query("SELECT 1"), conn)?))
                    .await
                    .unwrap();
            }
            person.does(deed, &one).await;
        });
        works.await.unwrap();
        acts.await.unwrap();
    }
    // Whoever lost a race leaves its claim for a while.
    let later = walk.clock().now() + SignedDuration::from_mins(5);
    walk.work_quietly(Clock::telling(move || later), SignedDuration::ZERO).await;
    walk.be_at(day("2027-01-20"));
    walk.work_quietly(walk.clock(), SignedDuration::ZERO).await;
    walk.check();
    let twice = walk.world.number(
        "SELECT count(*) AS n FROM (SELECT invoice_id FROM payments WHERE status = 'succeeded' GROUP BY 1 \
           HAVING count(*) > 1) p",
    );
    assert_eq!(twice, 0, "no debt is paid twice");
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM sandbox_orders WHERE times <> 1"), 0);
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs WHERE error IS NOT NULL"), 0);
    assert!(walk.world.number("SELECT count(*) AS n FROM invoices") > 0);
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
    a_renewal_and_a_cancellation: Cancel;
    a_renewal_and_an_end_with_the_period: EndWithPeriod;
    a_renewal_and_another_amount: ChangeAmount;
    a_renewal_and_a_delete_of_the_customer: DeleteCustomer;
    a_renewal_and_a_removal_of_the_method: RemoveMethod;
    a_try_and_a_payment_recorded_elsewhere: Record;
    a_try_and_a_void: Void;
    a_try_and_a_click_on_charge: CollectNow;
    two_workers_and_a_clock_put_forward: Work;
}

#[actix_web::test]
async fn a_hundred_makers_over_new_year_leave_no_gap_and_no_day_runs_against_the_numbers() {
    let walk = Rc::new(Walk::over(World::committed().await, day("2026-12-31")));
    let customer = walk.customer("Nye").await;
    let makers = Rc::clone(&walk);
    let made = at_once(100, 8, move |n| {
        let walk = Rc::clone(&makers);
        async move {
            // Half of them are in the new year already.
            let today = if n % 2 == 0 { day("2026-12-31") } else { day("2027-01-01") };
            let by = walk.by();
            let make = move |conn: &mut PgConnection| {
                let customer = clientele::customers::model::find(conn, by.account, customer)?;
                let invoicing = merchants::invoicing(conn, by.account)?;
                let line = NewLine { description: "Work".to_owned(), quantity: 2, unit_amount: 500, period: None };
                let new = NewInvoice {
                    id: InvoiceId::at(by.now()),
                    subscription: None,
                    replaces: None,
                    currency: kes(1).currency,
                    lines: vec![line],
                    collects: Collects::Invoice,
                    method: None,
                    due: Due::In(14),
                    memo: None,
                    reference: None,
                };
                let invoice = making::make(conn, &by, &customer, new, (today, &invoicing))?;
                // A third of them fail behind it.
                if n % 3 == 0 { Err(Error::internal("a maker that fails")) } else { Ok(invoice) }
            };
            walk.world.db.write(make).await
        }
    })
    .await;
    let mut kept: Vec<Invoice> = made.into_iter().filter_map(Result::ok).collect();
    assert_eq!(kept.len(), 66);
    kept.sort_by_key(|one| (one.series_year, one.series_no));
    for year in [2026, 2027] {
        let of_year: Vec<&Invoice> = kept.iter().filter(|one| one.series_year == year).collect();
        let numbers: Vec<i64> = of_year.iter().map(|one| one.series_no).collect();
        assert_eq!(numbers, (1..=33).collect::<Vec<_>>());
        assert!(of_year.is_sorted_by_key(|one| one.issued_on));
        assert_eq!(of_year[32].number, format!("TEST-{year}-0033"));
    }
    walk.check();
}
