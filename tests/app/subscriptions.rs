//! Subscriptions: what is billed on which day, what follows when it is paid or not, and what people can change.

mod changes;
mod days;
mod debts;
mod methods;
mod model;
mod pages;
mod races;
mod revenue;
mod undoing;
mod walk;

use clientele::{
    clock::Clock,
    error::{Error, Result},
    events::By,
    gateway::{Gateway, Sandbox},
    ids::{AccountId, CustomerId, InvoiceId, MethodId, SubscriptionId},
    invoices::{self, Invoice},
    jobs,
    payment_methods::wallet::{self, Added, New, Rules},
    subscriptions::{
        self, Held, Status, Subscription, by_hand, closing,
        creating::{self, Beginning, NewSubscription, Until},
        ending::Unpaid,
        status::EndReason,
    },
    values::{
        Interval, Money,
        interval::{Unit, begins},
    },
    work,
};
use diesel::PgConnection;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

pub use self::walk::*;
use crate::world::World;

pub fn refusal<T>(done: Result<T>) -> &'static str {
    match done {
        Err(Error::Conflict(reason)) => reason.code.as_str(),
        Err(err) => panic!("{err:?}"),
        Ok(_) => "it is done",
    }
}

#[actix_web::test]
async fn a_bill_is_sent_on_each_day_counted_from_the_first() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let new = NewSubscription { days_until_due: Some(14), ..walk.monthly(customer, walk.today()) };
    let made = walk.create(new).unwrap();
    assert_eq!((made.status, made.period_no, made.next_on), (Status::Active, 1, Some(day("2027-02-28"))));
    walk.to("2027-04-10").await;
    let days = ["2027-01-31", "2027-02-28", "2027-03-31"];
    assert_eq!(walk.bills(made.id), days.map(|day| format!("{day} 490000 open")));
    let numbers: Vec<_> = walk.invoices(made.id).into_iter().map(|one| (one.number, one.due_on)).collect();
    assert_eq!(numbers[0], ("TEST-2027-0001".to_owned(), day("2027-02-14")));
    assert_eq!(numbers[2], ("TEST-2027-0003".to_owned(), day("2027-04-14")));
    assert_eq!(walk.periods(walk.invoices(made.id)[1].id), [(2, "2027-02-28".to_owned())]);

    // Two days have passed unpaid.
    let now = walk.find(made.id);
    assert_eq!((now.status, now.unpaid), (Status::PastDue, 2));
    assert!(walk.payments().is_empty(), "nothing is charged");

    // The money comes in, in parts and late.
    let bills = walk.invoices(made.id);
    let paid = |amount| closing::PaidElsewhere { amount, at: walk.clock().now(), reference: None };
    let record = |bill: &Invoice, amount| walk.change(|conn, by| closing::record(conn, by, bill.id, paid(amount)));
    assert_eq!(refusal(record(&bills[0], Some(490_001))), "amount_invalid");
    record(&bills[0], Some(100_000)).unwrap();
    assert_eq!(walk.invoices(made.id)[0].left(), kes(390_000));
    assert_eq!(walk.find(made.id).unpaid, 2);
    record(&bills[0], None).unwrap();
    assert_eq!((walk.find(made.id).unpaid, walk.find(made.id).status), (1, Status::PastDue));
    record(&bills[1], None).unwrap();
    assert_eq!((walk.find(made.id).unpaid, walk.find(made.id).status), (0, Status::Active));
    assert_eq!(refusal(record(&bills[1], None)), "invoice_closed");
    assert_eq!(walk.told(made.id), ["created", "activated", "past_due", "renewed", "renewed", "recovered"]);
    assert_eq!(walk.world.number("SELECT volume AS n FROM payment_figures"), 980_000);
    walk.check();
}

#[actix_web::test]
async fn a_charge_that_fails_is_tried_on_later_days_until_it_stands_still_and_a_new_method_lets_it_go_on() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Bea").await;
    let made = walk.create(walk.monthly(customer, day("2027-03-15"))).unwrap();
    assert_eq!((made.status, made.next_on), (Status::Trialing, Some(day("2027-03-15"))));
    assert!(walk.invoices(made.id).is_empty(), "the days until then are free");
    walk.to("2027-03-20").await;
    assert_eq!(walk.bills(made.id), ["2027-03-15 490000 paid"]);
    assert_eq!(walk.find(made.id).status, Status::Active);

    walk.answers(customer, "insufficient_funds");
    walk.to("2027-04-30").await;
    let failed = &walk.invoices(made.id)[1];
    let days: Vec<String> = {
        let payments = walk.world.with(|conn| clientele::payments::of_debt::all(conn, walk.world.shop.test, failed.id));
        payments.unwrap().iter().map(|one| one.created_at.to_zoned(zone()).date().to_string()).collect()
    };
    assert_eq!(days, ["2027-04-15", "2027-04-16", "2027-04-18", "2027-04-20", "2027-04-22"]);
    assert_eq!((failed.tries, failed.next_try_at), (5, None));
    let now = walk.find(made.id);
    assert_eq!((now.status, now.unpaid, now.given_up_on), (Status::PastDue, 1, Some(day("2027-04-22"))));
    assert_eq!(now.next_on, None);

    // It stands still: nothing is billed. Then another bank account is charged.
    walk.to("2027-06-20").await;
    assert_eq!(walk.invoices(made.id).len(), 2);
    walk.answers(customer, "succeeded");
    assert!(walk.held(made.id, |conn, held| held.collect_now(conn)).unwrap());
    walk.work().await;
    let now = walk.find(made.id);
    assert_eq!((now.status, now.unpaid, now.given_up_on), (Status::Active, 0, None));
    assert_eq!((now.period_no, now.next_on), (4, Some(day("2027-07-15"))), "May and June are never billed");
    walk.to("2027-07-20").await;
    assert_eq!(walk.bills(made.id), ["2027-03-15 490000 paid", "2027-04-15 490000 paid", "2027-07-15 490000 paid"]);
    let told = ["created", "activated", "renewed", "past_due", "gave_up", "recovered", "renewed"];
    assert_eq!(walk.told(made.id), told);
    walk.check();
}

#[actix_web::test]
async fn a_customer_without_a_method_counts_as_a_try_that_failed_and_not_as_an_error() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Cem").await;
    let made = walk.create(walk.monthly(customer, day("2027-03-02"))).unwrap();
    walk.world.sql("DELETE FROM payment_methods");
    walk.to("2027-03-03").await;
    let bill = &walk.invoices(made.id)[0];
    assert_eq!((bill.tries, bill.failure.as_deref()), (2, Some("no_payment_method")));
    assert_eq!(walk.find(made.id).status, Status::PastDue);
    assert!(walk.payments().is_empty());
    // A method is added in time.
    walk.add_method(customer).await;
    walk.to("2027-03-05").await;
    assert_eq!(walk.bills(made.id), ["2027-03-02 490000 paid"]);
    assert_eq!((walk.find(made.id).status, walk.payments()), (Status::Active, vec!["succeeded".to_owned()]));
    walk.check();
}

#[actix_web::test]
async fn a_card_that_is_lost_is_not_asked_again_but_another_one_is() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Dan").await;
    let made = walk.create(walk.monthly(customer, day("2027-03-02"))).unwrap();
    walk.answers(customer, "lost_card");
    walk.to("2027-03-03").await;
    assert_eq!(walk.payments(), ["failed"], "the second try orders nothing");
    assert_eq!(walk.invoices(made.id)[0].tries, 2);
    walk.answers(customer, "succeeded");
    walk.to("2027-03-05").await;
    assert_eq!(walk.payments(), ["failed", "succeeded"]);
    assert_eq!(walk.find(made.id).status, Status::Active);
    walk.check();
}

#[actix_web::test]
async fn one_that_is_charged_at_once_begins_when_that_is_paid_and_ends_when_it_never_is() {
    let walk = Walk::from("2027-03-10").await;
    let (good, bad) = (walk.customer("Eve").await, walk.customer("Fay").await);
    walk.answers(bad, "card_declined");
    let paid = walk.create(walk.monthly(good, walk.today())).unwrap();
    let declined = walk.create(walk.monthly(bad, walk.today())).unwrap();
    let waiting = NewSubscription { beginning: Beginning::Waiting, ..walk.monthly(good, walk.today()) };
    let waiting = walk.create(waiting).unwrap();
    assert_eq!((paid.status, paid.next_on), (Status::Incomplete, None));
    walk.work().await;
    assert_eq!((walk.find(paid.id).status, walk.find(paid.id).next_on), (Status::Active, Some(day("2027-04-10"))));
    assert_eq!(walk.find(declined.id).status, Status::Incomplete, "nobody tries it again by itself");
    assert_eq!(walk.find(waiting.id).status, Status::Incomplete);
    assert_eq!(walk.payments(), ["succeeded", "failed"]);
    walk.to("2027-03-20").await;
    for id in [declined.id, waiting.id] {
        let now = walk.find(id);
        assert_eq!((now.status, now.end_reason), (Status::Canceled, Some(EndReason::NeverPaid)));
        assert_eq!(walk.bills(id), ["2027-03-10 490000 void"]);
    }
    assert_eq!(walk.told(declined.id), ["created", "canceled"]);
    walk.check();
}

#[actix_web::test]
async fn periods_that_were_missed_are_billed_together_once_and_many_are_looked_at_first() {
    let walk = Walk::from("2027-01-10").await;
    let (few, many) = (walk.customer("Gus").await, walk.customer("Hal").await);
    let monthly = walk.create(walk.monthly(few, day("2027-01-11"))).unwrap();
    let weekly = Interval::new(Unit::Week, 1).unwrap();
    let weekly = walk.create(NewSubscription { interval: weekly, ..walk.monthly(many, day("2027-01-11")) }).unwrap();
    // Nobody works for more than two months.
    walk.be_at(day("2027-03-12"));
    walk.work().await;
    assert_eq!(walk.bills(monthly.id), ["2027-03-12 1470000 paid"]);
    assert_eq!(walk.periods(walk.invoices(monthly.id)[0].id).len(), 3);
    let bill = &walk.invoices(weekly.id)[0];
    assert_eq!(
        (bill.total, bill.status, bill.collects),
        (9 * 490_000, invoices::Status::Open, invoices::Collects::Invoice)
    );
    // The day never shifts, and newer ones are charged as usual.
    walk.to("2027-04-12").await;
    assert_eq!(walk.bills(monthly.id), ["2027-03-12 1470000 paid", "2027-04-11 490000 paid"]);
    assert_eq!(walk.bills(weekly.id)[1], "2027-03-15 490000 paid");
    walk.check();
}

#[actix_web::test]
async fn changes_begin_with_a_period() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ida").await;
    let made = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
    // While nothing is billed an amount changes at once.
    walk.held(made.id, |conn, held| held.change_amount(conn, 300_000, None)).unwrap();
    assert_eq!((walk.find(made.id).amount, walk.find(made.id).monthly), (300_000, 300_000));
    walk.to("2027-01-20").await;
    walk.held(made.id, |conn, held| held.change_amount(conn, 590_000, None)).unwrap();
    let waits = walk.find(made.id);
    assert_eq!((waits.amount, waits.next_amount), (300_000, Some(590_000)));
    walk.to("2027-02-12").await;
    assert_eq!(walk.bills(made.id), ["2027-01-11 300000 paid", "2027-02-11 590000 paid"]);
    assert_eq!((walk.find(made.id).monthly, walk.find(made.id).next_amount), (590_000, None));

    // The next charge is moved: all later ones are counted from there.
    assert_eq!(
        refusal(walk.held(made.id, |conn, held| held.move_next_charge(conn, day("2027-02-01"), None))),
        "date_invalid"
    );
    walk.held(made.id, |conn, held| held.move_next_charge(conn, day("2027-03-31"), None)).unwrap();
    walk.to("2027-05-30").await;
    assert_eq!(walk.bills(made.id)[2..], ["2027-03-31 590000 paid", "2027-04-30 590000 paid"]);
    assert_eq!(walk.find(made.id).next_on, Some(day("2027-05-31")));

    // It ends with its period, and what waited is dropped.
    walk.held(made.id, |conn, held| held.change_amount(conn, 1, None)).unwrap();
    walk.held(made.id, |conn, held| held.end_with_period(conn)).unwrap();
    let ending = walk.find(made.id);
    assert_eq!((ending.ends_on, ending.next_on, ending.next_amount), (Some(day("2027-05-31")), None, None));
    assert_eq!(refusal(walk.held(made.id, |conn, held| held.change_amount(conn, 2, None))), "ends_already");
    walk.held(made.id, |conn, held| held.keep(conn)).unwrap();
    assert_eq!((walk.find(made.id).ends_on, walk.find(made.id).next_on), (None, Some(day("2027-05-31"))));
    walk.held(made.id, |conn, held| held.end_with_period(conn)).unwrap();
    walk.to("2027-06-02").await;
    let ended = walk.find(made.id);
    assert_eq!((ended.status, ended.end_reason), (Status::Canceled, Some(EndReason::PeriodEnd)));
    assert_eq!(walk.bills(made.id).len(), 4);
    assert_eq!(refusal(walk.held(made.id, |conn, held| held.cancel(conn, Unpaid::Keep))), "already_canceled");
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs"), 0);
    walk.check();
}

#[actix_web::test]
async fn canceling_ends_the_tries_and_keeps_or_takes_back_what_is_open() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Jo").await;
    let kept = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
    let voided = walk.create(walk.monthly(customer, day("2027-01-11"))).unwrap();
    walk.answers(customer, "card_declined");
    walk.to("2027-01-12").await;
    assert_eq!(walk.find(kept.id).status, Status::PastDue);
    assert_eq!(refusal(walk.held(kept.id, |conn, held| held.end_with_period(conn))), "not_active");
    walk.held(kept.id, |conn, held| held.cancel(conn, Unpaid::Keep)).unwrap();
    walk.held(voided.id, |conn, held| held.cancel(conn, Unpaid::Void)).unwrap();
    let before = walk.payments().len();
    walk.answers(customer, "succeeded");
    walk.to("2027-03-01").await;
    assert_eq!(walk.payments().len(), before, "nobody tries any more");
    assert_eq!(
        (walk.bills(kept.id), walk.bills(voided.id)),
        (vec!["2027-01-11 490000 open".to_owned()], vec!["2027-01-11 490000 void".to_owned()])
    );
    // What is being charged right now is not taken back.
    walk.answers(customer, "slow");
    let under_way = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    assert_eq!(refusal(walk.held(under_way.id, |conn, held| held.cancel(conn, Unpaid::Void))), "charge_under_way");
    let bill = walk.invoices(under_way.id)[0].id;
    assert_eq!(refusal(walk.change(|conn, by| closing::write_off(conn, by, bill))), "charge_under_way");
    walk.to("2027-03-02").await;
    assert_eq!(walk.bills(under_way.id), ["2027-03-01 490000 paid"]);

    // What is owed can still be paid.
    let bill = walk.invoices(kept.id)[0].id;
    let paid = closing::PaidElsewhere { amount: None, at: walk.clock().now(), reference: None };
    walk.change(|conn, by| closing::record(conn, by, bill, paid)).unwrap();
    assert_eq!(walk.bills(kept.id), ["2027-01-11 490000 paid"]);
    assert_eq!(walk.find(kept.id).status, Status::Canceled);
    walk.check();
}

#[actix_web::test]
async fn a_delete_names_what_goes_on_and_ends_it_together_with_the_customer() {
    let walk = Walk::over(World::empty().await, Timestamp::now().to_zoned(zone()).date());
    let customer = walk.customer("Max").await;
    let made =
        walk.create(NewSubscription { days_until_due: Some(3), ..walk.monthly(customer, walk.today()) }).unwrap();
    let editor = walk.world.testing(&walk.world.shop.editor);
    let path = format!("/customers/{customer}/deletion");
    let page = editor.get(&path).await.expect(200);
    let said = page.text("main");
    for says in [
        "A subscription goes on",
        "Pro, KES 4,900.00 every month",
        "1 open invoice of KES 4,900.00 stays owed",
        "Restoring the customer does not bring it back",
    ] {
        assert!(said.contains(says), "{says}: {said}");
    }
    assert_eq!(page.text("main .btn--danger"), "Cancel the subscription and delete customer");
    let plan = page.attribute("main [name=plan]", "value").to_owned();
    editor.post(&path, [("plan", plan.as_str())]).await.expect(409);
    assert_eq!(walk.find(made.id).status, Status::Active, "nothing is done by halves");
    // The bill is paid in part meanwhile: what was agreed to is not what would happen.
    let (bill, at) = (walk.invoices(made.id)[0].id, walk.clock().now());
    let part = closing::PaidElsewhere { amount: Some(100_000), at, reference: None };
    walk.change(|conn, by| closing::record(conn, by, bill, part)).unwrap();
    let page = editor.post(&path, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(409);
    assert!(page.text("main").contains("of KES 3,900.00"), "{}", page.text("main"));
    let plan = page.attribute("main [name=plan]", "value").to_owned();
    editor.post(&path, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(303);
    let ended = walk.find(made.id);
    assert_eq!((ended.status, ended.end_reason), (Status::Canceled, Some(EndReason::CustomerDeleted)));
    assert_eq!(walk.invoices(made.id)[0].status, invoices::Status::Open, "it stays owed");
    editor.post(format!("/customers/{customer}/restoration"), "").await.expect(303);
    assert_eq!(walk.find(made.id).status, Status::Canceled);
    walk.check();
}

#[actix_web::test]
async fn it_ends_after_so_many_times_or_on_a_day() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Kim").await;
    let times = NewSubscription { until: Until::Times(3), ..walk.monthly(customer, day("2027-01-31")) };
    let times = walk.create(times).unwrap();
    assert_eq!(times.ends_on, Some(day("2027-04-30")));
    let date = NewSubscription { until: Until::Date(day("2027-03-31")), ..walk.monthly(customer, day("2027-01-31")) };
    let date = walk.create(date).unwrap();
    let wrong = NewSubscription { until: Until::Date(day("2027-01-31")), ..walk.monthly(customer, day("2027-01-31")) };
    assert_eq!(refusal(walk.create(wrong)), "date_invalid");
    walk.to("2027-06-30").await;
    let days = |id| walk.invoices(id).iter().map(|one| one.issued_on.to_string()).collect::<Vec<_>>();
    assert_eq!(days(times.id), ["2027-01-31", "2027-02-28", "2027-03-31"]);
    assert_eq!(days(date.id), ["2027-01-31", "2027-02-28"], "a period that would begin on its end is not billed");
    for id in [times.id, date.id] {
        assert_eq!(walk.find(id).end_reason, Some(EndReason::PeriodEnd));
    }
    walk.check();
}

#[actix_web::test]
async fn a_voided_period_may_be_billed_again_and_its_number_stays() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Lou").await;
    let new = NewSubscription { days_until_due: Some(0), ..walk.monthly(customer, walk.today()) };
    let made = walk.create(new).unwrap();
    walk.to("2027-01-12").await;
    assert_eq!(walk.find(made.id).status, Status::PastDue);
    let bill = walk.invoices(made.id)[0].clone();
    walk.change(|conn, by| closing::void(conn, by, bill.id)).unwrap();
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::Active, 0));
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM invoice_lines WHERE is_void"), 1);
    let other =
        walk.create(NewSubscription { days_until_due: Some(30), ..walk.monthly(customer, walk.today()) }).unwrap();
    assert_eq!(walk.invoices(other.id)[0].number, "TEST-2027-0002");
    let part = closing::PaidElsewhere { amount: Some(1), at: walk.clock().now(), reference: None };
    let second = walk.invoices(other.id)[0].id;
    walk.change(|conn, by| closing::record(conn, by, second, part)).unwrap();
    assert_eq!(refusal(walk.change(|conn, by| closing::void(conn, by, second))), "invoice_paid_in_part");
    walk.change(|conn, by| closing::write_off(conn, by, second)).unwrap();
    let rest = closing::PaidElsewhere { amount: None, at: walk.clock().now(), reference: None };
    walk.change(|conn, by| closing::record(conn, by, second, rest)).unwrap();
    assert_eq!(walk.bills(other.id), ["2027-01-12 490000 paid"], "its money came in after all");
    walk.check();
}

#[actix_web::test]
async fn a_later_day_of_a_bill_lets_its_subscription_recover() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let new = NewSubscription { days_until_due: Some(5), ..walk.monthly(customer, walk.today()) };
    let made = walk.create(new).unwrap();
    walk.to("2027-02-06").await;
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::PastDue, 1));
    let until = |bill: &Invoice, day: &str| {
        let given = clientele::events::Fields::from([("due_on".to_owned(), json!(day))]);
        walk.change(|conn, by| by_hand::amend(conn, by, bill.id, bill.version, &given))
    };
    assert_eq!(refusal(until(&walk.invoices(made.id)[0], "2027-02-01")), "date_invalid");
    until(&walk.invoices(made.id)[0], "2027-02-20").unwrap();
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::Active, 0));
    walk.check();
    walk.to("2027-02-21").await;
    assert_eq!(walk.find(made.id).status, Status::PastDue, "that day has passed too");

    // With three it stands still; with later days for all it goes on, and bills nothing of what began meanwhile.
    walk.to("2027-05-10").await;
    assert!(walk.find(made.id).given_up_on.is_some());
    for bill in walk.invoices(made.id) {
        until(&bill, "2027-06-15").unwrap();
    }
    let now = walk.find(made.id);
    assert_eq!((now.status, now.given_up_on, now.next_on), (Status::Active, None, Some(day("2027-05-31"))));
    walk.check();
}

#[actix_web::test]
async fn an_invoice_by_hand_is_charged_beside_a_subscription_and_does_not_touch_it() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let made = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.answers(customer, "insufficient_funds");
    let id = InvoiceId::at(walk.clock().now());
    let line = invoices::making::NewLine {
        description: "Setting up".to_owned(),
        quantity: 2,
        unit_amount: 5000,
        period: None,
    };
    let new = by_hand::NewByHand {
        id,
        customer,
        currency: "KES".parse().unwrap(),
        lines: vec![line],
        collects: invoices::Collects::Charge,
        method: None,
        due: None,
        memo: None,
        reference: None,
        replaces: None,
    };
    walk.change(|conn, by| by_hand::make(conn, by, new)).unwrap();
    let find = || walk.world.with(|conn| invoices::model::find(conn, walk.world.shop.test, id)).unwrap();
    // It is tried on the days of the ladder, and then rests.
    walk.to("2027-02-10").await;
    assert_eq!((find().tries, find().next_try_at, find().is_open()), (5, None, true));
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::Active, 0));
    walk.answers(customer, "succeeded");
    let payment = clientele::ids::PaymentId::at(walk.clock().now());
    let source = (clientele::payments::charging::Source::Default, None);
    walk.change(|conn, by| closing::charge(conn, by, id, payment, source)).unwrap();
    // A worker settles it when who asked for it did not.
    walk.pass(60);
    walk.work().await;
    assert_eq!((find().status, find().paid), (invoices::Status::Paid, 10_000));
    walk.check();
}
