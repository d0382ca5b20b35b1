//! What payment schedules stand in the way of: a delete of their customer, the removal of a method that they charge; and
//! what a wallet that changes means for them.

use clientele::{
    customer_parts::USES,
    deletion::{self, Deletion},
    payment_methods::uses,
    reason::Detail,
};

use super::*;

fn methods(walk: &Walk, customer: CustomerId) -> Vec<MethodId> {
    use clientele::schema::payment_methods as table;
    use diesel::prelude::*;
    let of = table::table.filter(table::customer_id.eq(customer)).order(table::id).select(table::id);
    walk.world.with(|conn| of.load(conn)).unwrap()
}

#[actix_web::test]
async fn a_delete_names_what_goes_on_and_cancels_it_together_with_the_customer() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ada").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-15")).unwrap().id;
    let plan = match walk.change(|conn, by| deletion::delete(conn, by, customer, None)).unwrap() {
        Deletion::Blocked(plan) => plan,
        other => panic!("{other:?}"),
    };
    let (effect, blocks) = plan.blocking().next().unwrap();
    assert_eq!((effect.says.as_str(), blocks.called), ("A payment schedule goes on", "the payment schedule"));
    assert_eq!(
        (blocks.by[0].says.as_str(), blocks.by[0].href.clone()),
        ("Roof, KES 90.00 left", format!("/schedules/{made}"))
    );
    let done = walk.change(|conn, by| deletion::delete_with(conn, by, customer, Some(&plan.digest()), true)).unwrap();
    assert!(matches!(done, Deletion::Done(_)), "{done:?}");
    assert_eq!(walk.schedule(made).status, Status::Canceled);
    walk.to("2027-02-20").await;
    assert!(walk.payments().is_empty());
    walk.check_schedules();
}

#[actix_web::test]
async fn a_method_that_a_living_schedule_charges_stays_unless_another_is_charged_instead() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Bea").await;
    let first = methods(&walk, customer)[0];
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-15")).unwrap().id;
    let named =
        walk.agree(NewSchedule { method: Some(first), ..walk.equal(customer, (600, 2), "2027-01-15") }).unwrap().id;
    let removed = walk.change(|conn, by| uses::remove(conn, by, first, (None, true), USES));
    let Err(clientele::error::Error::Conflict(reason)) = removed else { panic!("it is removed") };
    assert_eq!(reason.code.as_str(), "method_in_use");
    assert_eq!(reason.detail, Some(Detail::InUse { subscriptions: Vec::new(), schedules: vec![named, made] }));
    assert!(reason.sentence.contains("Roof, KES 90.00 left"), "{}", reason.sentence);

    walk.pass(60);
    walk.be_at(day("2027-01-11"));
    let other = walk.add_method(customer).await;
    let removed = walk.change(|conn, by| uses::remove(conn, by, first, (Some(other), true), USES)).unwrap();
    assert_eq!((removed.changed, removed.begun), (2, 0));
    assert_eq!((walk.schedule(made).method_id, walk.schedule(named).method_id), (None, Some(other)));
    walk.to("2027-01-15").await;
    assert_eq!(walk.payments(), ["succeeded", "succeeded"]);
    walk.check_schedules();
}

#[actix_web::test]
async fn a_new_default_collects_what_failed_of_schedules_and_of_subscriptions() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Cem").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-11")).unwrap().id;
    let subscription = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap().id;
    walk.answers(customer, "card_declined");
    walk.to("2027-01-20").await;
    assert_eq!(walk.schedule(made).status, Status::PastDue);
    let by = walk.by();
    let unpaid = walk.world.with(|conn| USES.unpaid(conn, &by, customer, uses::Charged::BY_DEFAULT)).unwrap();
    assert_eq!(
        unpaid.says(),
        "1 invoice of a subscription, which stands still is unpaid, and 1 part of a payment schedule failed"
    );
    assert_eq!((unpaid.sums().as_str(), unpaid.is_several()), ("KES 4,930.00", true));
    let other = walk.add_method(customer).await;
    let begun = walk
        .change(|conn, by| {
            clientele::payment_methods::wallet::make_default(conn, by, other)?;
            uses::collect(conn, by, customer, uses::Charged::BY_DEFAULT, USES)
        })
        .unwrap();
    assert_eq!(begun, 2);
    walk.work().await;
    assert_eq!((walk.schedule(made).status, walk.parts(made)[0].as_str()), (Status::Active, "1 2027-01-11 3000 paid"));
    assert_eq!(walk.find(subscription).status, clientele::subscriptions::Status::Active);
    walk.check_schedules();
}

#[actix_web::test]
async fn a_payment_of_a_part_that_is_refunded_leaves_the_part_paid() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Dan").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-10")).unwrap().id;
    walk.work().await;
    walk.world.sql("UPDATE payments SET status = 'refunded', refunded = amount");
    assert_eq!(walk.parts(made)[0], "1 2027-01-10 3000 paid");
    walk.check_schedules();
}
