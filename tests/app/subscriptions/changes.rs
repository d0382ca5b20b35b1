//! Changes of what is agreed that begin later, or mean nothing to the calendar; and the charges to come.

use clientele::{
    ids::PriceId,
    subscriptions::{
        Status, Subscription,
        creating::{Beginning, NewSubscription, Until},
        status::EndReason,
    },
    values::Metadata,
};
use serde_json::json;

use super::{Walk, day, refusal};

/// The charges to come as "day amount".
fn told(one: &Subscription, most: usize) -> Vec<String> {
    one.upcoming(most).unwrap().iter().map(|one| format!("{} {}", one.on, one.amount.minor)).collect()
}

#[actix_web::test]
async fn it_ends_on_a_day_that_is_said_later_and_what_waits_is_dropped() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Mia").await;
    let made = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
    walk.to("2027-01-20").await;
    walk.held(made.id, |conn, held| held.change_amount(conn, 590_000, None)).unwrap();
    let end = |on: &str| walk.held(made.id, |conn, held| held.end_on(conn, day(on)));
    assert_eq!(refusal(end("2027-01-20")), "date_invalid");
    end("2027-03-11").unwrap();
    let ending = walk.find(made.id);
    assert_eq!((ending.ends_on, ending.next_on), (Some(day("2027-03-11")), Some(day("2027-02-11"))));
    assert_eq!((ending.next_amount, ending.status), (None, Status::Active));
    let version = ending.version;
    end("2027-03-11").unwrap();
    assert_eq!(walk.find(made.id).version, version, "the same said twice is said once");
    // Within the period that is paid.
    end("2027-02-01").unwrap();
    assert_eq!((walk.find(made.id).ends_on, walk.find(made.id).next_on), (Some(day("2027-02-01")), None));
    end("2027-03-11").unwrap();
    walk.to("2027-03-12").await;
    assert_eq!(walk.bills(made.id), ["2027-01-11 490000 paid", "2027-02-11 490000 paid"]);
    assert_eq!(walk.find(made.id).end_reason, Some(EndReason::PeriodEnd));
    assert_eq!(refusal(end("2027-04-11")), "already_canceled");

    let declined = walk.create(walk.monthly(customer, day("2027-03-13"))).unwrap();
    walk.answers(customer, "card_declined");
    walk.to("2027-03-13").await;
    let end = walk.held(declined.id, |conn, held| held.end_on(conn, day("2027-06-13")));
    assert_eq!(refusal(end), "not_active", "something of it is unpaid");
    walk.check();
}

#[actix_web::test]
async fn a_price_of_the_same_amount_is_another_price() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ned").await;
    let (old, new) = (PriceId::new(), PriceId::new());
    let by_price = NewSubscription { price: Some(old), ..walk.monthly(customer, day("2027-01-10")) };
    let made = walk.create(by_price).unwrap();
    walk.work().await;
    let change = |price| walk.held(made.id, |conn, held| held.change_amount(conn, 490_000, Some(price))).unwrap();
    change(new);
    let waits = walk.find(made.id);
    assert_eq!((waits.price_id, waits.next_price_id, waits.next_amount), (Some(old), Some(new), Some(490_000)));
    change(old);
    assert_eq!((walk.find(made.id).next_price_id, walk.find(made.id).next_amount), (None, None));
    change(new);
    walk.to("2027-02-11").await;
    assert_eq!((walk.find(made.id).price_id, walk.find(made.id).next_price_id), (Some(new), None));
    assert_eq!(walk.bills(made.id)[1], "2027-02-10 490000 paid");
    walk.check();
}

#[actix_web::test]
async fn the_merchants_own_values_change_whenever() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ola").await;
    let made = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
    let values = Metadata::parse([("order", "A-1")]).unwrap();
    let set = || walk.held(made.id, |conn, held| held.change_metadata(conn, &values)).unwrap();
    set();
    set();
    assert_eq!((walk.find(made.id).metadata, walk.find(made.id).version), (json!({"order": "A-1"}), 2));
    assert_eq!(walk.told(made.id), ["created", "changed"]);
    walk.check();
}

#[actix_web::test]
async fn the_charges_to_come_are_those_that_come() {
    let walk = Walk::from("2027-01-30").await;
    let customer = walk.customer("Pia").await;
    let made = walk.create(walk.monthly(customer, day("2027-01-31"))).unwrap();
    assert_eq!(told(&made, 3), ["2027-01-31 490000", "2027-02-28 490000", "2027-03-31 490000"]);
    walk.to("2027-02-01").await;
    walk.held(made.id, |conn, held| held.change_amount(conn, 590_000, None)).unwrap();
    let coming = told(&walk.find(made.id), 2);
    assert_eq!(coming, ["2027-02-28 590000", "2027-03-31 590000"]);
    walk.to("2027-04-01").await;
    let came: Vec<String> = walk.bills(made.id)[1..].iter().map(|bill| bill.replace(" paid", "")).collect();
    assert_eq!(came, coming);
    walk.held(made.id, |conn, held| held.end_on(conn, day("2027-06-30"))).unwrap();
    assert_eq!(told(&walk.find(made.id), 5), ["2027-04-30 590000", "2027-05-31 590000"]);
    walk.held(made.id, |conn, held| held.end_with_period(conn)).unwrap();
    assert_eq!(told(&walk.find(made.id), 5), Vec::<String>::new());

    let times = NewSubscription { until: Until::Times(2), ..walk.monthly(customer, day("2027-04-05")) };
    assert_eq!(told(&walk.create(times).unwrap(), 5).len(), 2);
    let waiting = NewSubscription { beginning: Beginning::Waiting, ..walk.monthly(customer, walk.today()) };
    assert!(told(&walk.create(waiting).unwrap(), 5).is_empty(), "nothing is sure before it is paid");
    walk.check();
}
