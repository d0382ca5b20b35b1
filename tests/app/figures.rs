//! The figures of a customer's payments: what they count, and that they never drift from the payments.

use std::{collections::HashMap, rc::Rc};

use clientele::{
    ids::{CustomerId, PaymentId},
    payments::{
        Status, charging,
        figures::{self, Figures},
        model::{self, Recorded},
        settling,
    },
    values::Money,
};
use diesel::{Connection, RunQueryDsl};
use jiff::{SignedDuration, Timestamp};

use crate::{
    charging::{Till, kes},
    concurrency::at_once,
    world::World,
};

fn recorded(customer: Option<CustomerId>, money: Money, status: Status, refunded: i64, days_ago: i64) -> Recorded {
    let at = Timestamp::now() - SignedDuration::from_hours(24 * days_ago);
    Recorded { customer, money, status, refunded, at, description: None, reference: None, method: None, invoice: None }
}

impl Till {
    fn record(&self, new: &Recorded) -> PaymentId {
        let id = PaymentId::at(new.at);
        self.world.with(|conn| conn.transaction(|conn| model::record(conn, &self.by, id, new))).unwrap();
        id
    }

    fn figures(&self) -> Vec<Figures> {
        self.world.with(|conn| figures::of(conn, self.account(), self.customer)).unwrap()
    }

    fn assert_no_drift(&self) {
        assert_eq!(self.world.with(figures::check).unwrap(), []);
    }
}

#[actix_web::test]
async fn figures_count_what_ever_succeeded_at_its_full_amount_per_currency() {
    let till = Till::open(World::empty().await).await;
    let (usd, who) = ("USD".parse().unwrap(), Some(till.customer));
    assert_eq!(till.figures(), []);
    till.record(&recorded(who, kes(10_000), Status::Succeeded, 0, 30));
    till.record(&recorded(who, kes(5_001), Status::PartiallyRefunded, 1_000, 20));
    till.record(&recorded(who, kes(4_000), Status::Refunded, 4_000, 10));
    let last = till.record(&recorded(who, Money::new(990, usd), Status::Succeeded, 0, 5));
    for (status, days_ago) in [(Status::Failed, 1), (Status::Canceled, 1), (Status::Processing, 1)] {
        till.record(&recorded(who, kes(77_777), status, 0, days_ago));
    }
    till.record(&recorded(None, kes(88_888), Status::Succeeded, 0, 1));
    let figures = till.figures();
    let in_kes = &figures[0];
    assert_eq!((in_kes.payments, in_kes.volume, in_kes.refunds, in_kes.refunded), (3, kes(19_001), 2, kes(5_000)));
    assert_eq!(in_kes.average(), kes(6_334), "19,001 / 3 is 6,333.67");
    assert_eq!((figures[1].payments, figures[1].volume.to_string().as_str()), (1, "USD 9.90"));
    assert_eq!(figures[1].last_payment_at, till.payment(last).created_at);
    assert_eq!(till.world.number("SELECT payments AS n FROM payment_totals"), 4);
    till.assert_no_drift();
}

#[actix_web::test]
async fn a_payment_counts_for_its_customer_from_when_it_is_attached() {
    let till = Till::open(World::empty().await).await;
    let id = till.record(&recorded(None, kes(9_000), Status::PartiallyRefunded, 2_000, 3));
    assert_eq!(till.figures(), []);
    let attach =
        |customer| till.world.with(|conn| conn.transaction(|conn| model::attach(conn, &till.by, id, customer)));
    attach(till.customer).unwrap();
    let figures = till.figures();
    assert_eq!((figures[0].volume, figures[0].refunds, figures[0].refunded), (kes(9_000), 1, kes(2_000)));
    attach(till.customer).unwrap();
    let editor = &till.world.shop.editor;
    let other = till.world.customer_in(till.account(), editor, "name=Other&email=o%40x.example");
    assert!(attach(other).unwrap_err().to_string().contains("belongs to a customer already"));
    assert_eq!(till.kinds(id), ["payment.recorded", "payment.refunded", "payment.attached"]);
    till.assert_no_drift();
}

#[actix_web::test]
async fn the_check_finds_what_is_wrong() {
    // A repair lets nobody write payments meanwhile, and would wait here for the transactions of other tests.
    let till = Till::open(World::committed().await).await;
    till.record(&recorded(Some(till.customer), kes(9_000), Status::Succeeded, 0, 3));
    till.world.sql("UPDATE payment_figures SET volume = volume + 1");
    let drift = till.world.with(figures::check).unwrap();
    assert_eq!((drift.len(), drift[0].customer_id, drift[0].currency.as_str()), (1, till.customer, "KES"));
    assert!(drift[0].kept.starts_with("1 9001 ") && drift[0].computed.starts_with("1 9000 "), "{drift:?}");
    till.world.with(figures::repair).unwrap();
    till.assert_no_drift();
    // A payment's own sum of refunds cannot be told from here; the rest is right again.
    till.world.sql("DELETE FROM payment_totals");
    assert_eq!(till.world.with(figures::repair).unwrap(), 1);
    till.assert_no_drift();
    assert_eq!(till.figures()[0].volume, kes(9_000));
}

#[actix_web::test]
async fn months_are_summed_between_their_starts() {
    let till = Till::open(World::empty().await).await;
    let who = Some(till.customer);
    let starts: Vec<Timestamp> =
        [90, 60, 30].iter().map(|days| Timestamp::now() - SignedDuration::from_hours(24 * days)).collect();
    for (minor, days_ago) in [(1, 91), (10, 89), (20, 61), (300, 45), (4_000, 1), (5_000, 0)] {
        till.record(&recorded(who, kes(minor), Status::Succeeded, 0, days_ago));
    }
    till.record(&recorded(who, Money::new(9, "USD".parse().unwrap()), Status::Succeeded, 0, 1));
    till.record(&recorded(who, kes(7), Status::Failed, 0, 1));
    let months =
        till.world.with(|conn| figures::by_month(conn, till.account(), till.customer, "KES".parse().unwrap(), &starts));
    assert_eq!(months.unwrap(), [30, 300, 9_000]);
}

/// Hundreds of charges, refunds, records, attachments and settlements at once, over few customers.
#[actix_web::test]
async fn hundreds_of_payments_at_once_leave_no_drift() {
    let till = Rc::new(Till::open(World::committed().await).await);
    let editor = till.world.shop.editor.clone();
    let people: Vec<CustomerId> = (0..3)
        .map(|n| till.world.customer_in(till.account(), &editor, &format!("name=P{n}&email=p{n}%40x.example")))
        .collect();
    let (hands, people) = (Rc::clone(&till), Rc::new(people));
    let whom = Rc::clone(&people);
    let came = at_once(400, 8, move |n| {
        let (till, customer) = (Rc::clone(&hands), whom[n % whom.len()]);
        async move { happening(&till, customer, n).await }
    })
    .await;
    let mut counts: HashMap<bool, usize> = HashMap::new();
    came.iter().for_each(|done| *counts.entry(*done).or_default() += 1);
    assert!(counts[&true] > 350, "{counts:?}");
    till.work(Timestamp::now() + SignedDuration::from_mins(2)).await;
    till.assert_no_drift();
    let counted = till.world.number("SELECT sum(payments)::bigint AS n FROM payment_totals");
    let paid = "SELECT count(*) AS n FROM payments WHERE status IN ('succeeded', 'partially_refunded', 'refunded')";
    assert_eq!(counted, till.world.number(paid));
    assert!(counted > 200);
}

async fn happening(till: &Till, customer: CustomerId, n: usize) -> bool {
    let amount = 1_000 + i64::try_from(n).unwrap();
    let (by, db) = (till.by.clone(), till.db());
    match n % 5 {
        0 | 1 => {
            let token = ["tok_visa", "tok_declined", "tok_slow", "tok_no_answer"][n / 5 % 4];
            let new = charging::NewCharge { customer, ..till.new_charge(amount, token) };
            charging::charge(db, &till.sandbox, by, new, None, Timestamp::now()).await.is_ok()
        }
        2 => {
            let new = charging::NewCharge { customer, ..till.new_charge(amount, "tok_visa") };
            let id = charging::charge(db, &till.sandbox, by, new, None, Timestamp::now()).await.unwrap();
            till.refund(id, amount / 2).await.is_ok() && till.refund(id, 1).await.is_ok()
        }
        3 => {
            let new = recorded(None, kes(amount), Status::Succeeded, 0, 3);
            let id = PaymentId::new();
            let made = db.write({
                let by = by.clone();
                move |conn| model::record(conn, &by, id, &new)
            });
            made.await.unwrap();
            // Two refund and attach the same payment: whoever comes first, both count.
            let attached = db.write(move |conn| model::attach(conn, &by, id, customer));
            let (refunded, attached) = futures_join(till.refund(id, 100), attached).await;
            refunded.is_ok() && attached.is_ok()
        }
        _ => {
            let new = recorded(Some(customer), kes(amount), Status::Processing, 0, 1);
            let id = PaymentId::new();
            let first = by.clone();
            db.write(move |conn| model::record(conn, &first, id, &new)).await.unwrap();
            let (one, other) = (by.clone(), by);
            let paid = db.write(move |conn| settling::note(conn, &one, id, Status::Succeeded));
            let failed = db.write(move |conn| settling::note(conn, &other, id, Status::Failed));
            let (paid, failed) = futures_join(paid, failed).await;
            // One of the two may follow.
            paid.is_ok() != failed.is_ok()
        }
    }
}

/// Both at once.
async fn futures_join<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    tokio::join!(one, other)
}

#[actix_web::test]
async fn what_a_row_of_figures_may_hold_the_database_checks() {
    let till = Till::open(World::empty().await).await;
    till.record(&recorded(Some(till.customer), kes(100), Status::Succeeded, 0, 1));
    for broken in [
        "UPDATE payment_figures SET refunded = volume + 1",
        "UPDATE payments SET status = 'refunded'",
        "UPDATE payments SET amount = 0",
        "UPDATE payments SET failure = 'card_declined'",
    ] {
        let refused = till.world.with(|conn| conn.transaction(|conn| diesel::sql_query(broken).execute(conn)));
        assert!(refused.is_err(), "{broken}");
    }
}
