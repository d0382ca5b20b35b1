//! What people change: the day and the amount of a part, parts left out, all that is left at once, the method, the end.

use super::*;

#[actix_web::test]
async fn a_part_gets_another_day_and_another_amount_and_the_total_follows() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ada").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-15")).unwrap().id;
    let moved = |no, day: Option<&str>, amount| {
        walk.holding(made, |conn, held| held.change_part(conn, no, (day.map(|day| day.parse().unwrap()), amount)))
    };
    moved(2, Some("2027-01-12"), Some(1_000)).unwrap();
    assert_eq!(walk.parts(made)[1], "2 2027-01-12 1000 planned");
    assert_eq!((walk.schedule(made).total, walk.schedule(made).next_on), (7_000, Some(day("2027-01-12"))));
    assert_eq!(refusal(moved(1, Some("2027-01-09"), None)), "date_invalid");
    assert_eq!(refusal(moved(1, None, Some(1_000_000_000_000))), "amount_invalid");
    assert!(matches!(moved(9, None, Some(1)), Err(clientele::error::Error::NotFound)));
    let version = walk.schedule(made).version;
    moved(1, Some("2027-01-15"), Some(3_000)).unwrap();
    assert_eq!(walk.schedule(made).version, version, "it is as it was");
    walk.to("2027-01-12").await;
    assert_eq!(walk.parts(made)[1], "2 2027-01-12 1000 paid");
    assert_eq!(refusal(moved(2, Some("2027-01-20"), None)), "part_closed");
    // One that is due today is charged at once.
    moved(3, Some("2027-01-12"), None).unwrap();
    assert_eq!(walk.parts(made)[2], "3 2027-01-12 3000 processing");
    assert_eq!(refusal(moved(3, None, Some(1))), "charge_under_way");
    walk.to("2027-01-15").await;
    assert_eq!(walk.schedule(made).status, Status::Finished);
    assert_eq!(refusal(moved(1, None, Some(1))), "schedule_ended");
    walk.check_schedules();
}

#[actix_web::test]
async fn a_failed_part_that_gets_another_day_is_planned_anew_and_the_others_go_on() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Bea").await;
    let made = walk.agree(walk.dated(customer, &[("2027-03-02", 100), ("2027-03-04", 200)])).unwrap().id;
    walk.answers(customer, "card_declined");
    walk.to("2027-03-10").await;
    assert_eq!(walk.schedule(made).status, Status::PastDue);
    walk.answers(customer, "succeeded");
    walk.holding(made, |conn, held| held.change_part(conn, 1, (Some(day("2027-03-20")), Some(150)))).unwrap();
    assert_eq!(walk.parts(made), ["1 2027-03-20 150 planned", "2 2027-03-04 200 processing"], "it was late");
    walk.to("2027-03-20").await;
    assert_eq!(walk.tried(made, 1).len(), 6);
    let done = walk.schedule(made);
    assert_eq!((done.status, done.total, done.paid), (Status::Finished, 350, 350));
    assert!(walk.happened(made).contains(&"schedule.recovered".to_owned()));
    walk.check_schedules();
}

#[actix_web::test]
async fn a_skipped_part_is_not_charged_and_the_total_falls_by_it() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Cem").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-11")).unwrap().id;
    walk.holding(made, |conn, held| held.skip(conn, 2)).unwrap();
    assert_eq!(walk.schedule(made).total, 6_000);
    assert_eq!(refusal(walk.holding(made, |conn, held| held.skip(conn, 2))), "part_closed");
    walk.answers(customer, "card_declined");
    walk.to("2027-01-20").await;
    assert_eq!(walk.schedule(made).status, Status::PastDue);
    // Leaving out what failed lets the others go on.
    walk.holding(made, |conn, held| held.skip(conn, 1)).unwrap();
    let goes_on = walk.schedule(made);
    assert_eq!((goes_on.status, goes_on.total, goes_on.next_on), (Status::Active, 3_000, Some(day("2027-03-11"))));
    walk.holding(made, |conn, held| held.skip(conn, 3)).unwrap();
    let done = walk.schedule(made);
    assert_eq!((done.status, done.total, done.paid), (Status::Finished, 0, 0));
    walk.check_schedules();
}

#[actix_web::test]
async fn all_that_is_left_is_charged_at_once_and_comes_to_the_same() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Dan").await;
    let made = walk.agree(walk.equal(customer, (10_000, 4), "2027-01-10")).unwrap().id;
    assert_eq!(refusal(walk.holding(made, |conn, held| held.pay_off(conn))), "charge_under_way");
    walk.work().await;
    walk.holding(made, |conn, held| held.pay_off(conn)).unwrap();
    assert_eq!(
        walk.parts(made)[1..],
        [
            "2 2027-02-10 2500 skipped",
            "3 2027-03-10 2500 skipped",
            "4 2027-04-10 2500 skipped",
            "5 2027-01-10 7500 processing"
        ]
    );
    walk.work().await;
    let done = walk.schedule(made);
    assert_eq!((done.status, done.total, done.paid), (Status::Finished, 10_000, 10_000));
    assert_eq!(walk.payments(), ["succeeded", "succeeded"]);
    assert_eq!(refusal(walk.holding(made, |conn, held| held.pay_off(conn))), "schedule_ended");

    // What cannot be charged is not begun; what is declined is tried again like any other.
    let other = walk.agree(walk.equal(customer, (10_000, 4), "2027-02-10")).unwrap().id;
    walk.answers(customer, "card_declined");
    walk.holding(other, |conn, held| held.pay_off(conn)).unwrap();
    walk.work().await;
    assert_eq!(walk.parts(other)[4], "5 2027-01-10 10000 failed");
    assert_eq!(walk.schedule(other).next_on, Some(day("2027-01-11")));
    walk.world.sql("DELETE FROM payment_methods");
    assert_eq!(refusal(walk.holding(other, |conn, held| held.pay_off(conn))), "no_payment_method");
    walk.check_schedules();
}

#[actix_web::test]
async fn canceling_skips_all_that_is_left_and_ends_the_tries() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Eve").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-10")).unwrap().id;
    assert_eq!(refusal(walk.holding(made, |conn, held| held.cancel(conn))), "charge_under_way");
    walk.work().await;
    walk.answers(customer, "card_declined");
    walk.to("2027-02-11").await;
    assert_eq!(walk.parts(made)[1], "2 2027-02-10 3000 failed");
    walk.holding(made, |conn, held| held.cancel(conn)).unwrap();
    let done = walk.schedule(made);
    assert_eq!((done.status, done.total, done.paid, done.next_on), (Status::Canceled, 3_000, 3_000, None));
    let before = walk.payments().len();
    walk.to("2027-03-20").await;
    assert_eq!(walk.payments().len(), before);
    assert_eq!(refusal(walk.holding(made, |conn, held| held.cancel(conn))), "schedule_ended");
    assert_eq!(walk.happened(made).last().unwrap(), "schedule.canceled");
    walk.check_schedules();
}

#[actix_web::test]
async fn another_method_charges_what_failed_at_once_unless_it_is_not_to() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Fay").await;
    let made = walk.agree(walk.equal(customer, (9_000, 3), "2027-01-11")).unwrap().id;
    walk.answers(customer, "card_declined");
    walk.to("2027-01-12").await;
    let other = walk.add_method(customer).await;
    let begun = walk.holding(made, |conn, held| held.change_method(conn, Some(other), false)).unwrap();
    assert!(!begun);
    assert_eq!(walk.schedule(made).method_id, Some(other));
    assert!(walk.holding(made, |conn, held| held.change_method(conn, Some(other), true)).unwrap());
    walk.work().await;
    assert_eq!(walk.parts(made)[0], "1 2027-01-11 3000 paid");
    assert_eq!(walk.happened(made)[3..], ["schedule.changed", "part.paid"]);
    walk.holding(made, |conn, held| held.describe(conn, "New roof".to_owned())).unwrap();
    assert_eq!(walk.schedule(made).description, "New roof");
    walk.check_schedules();
}
