//! What is owed: counted once, charged in turn, and left alone where nobody is to be charged.

use clientele::{
    deletion::{self, Deletion},
    ids::PaymentId,
    invoices::{Collects, making::NewLine},
    payments::charging::Source,
    subscriptions::by_hand::{self, NewByHand},
};

use super::*;

impl Walk {
    /// Charges an invoice now, as a person asks for it.
    async fn charge_now(&self, id: InvoiceId) {
        self.change(|conn, by| closing::charge(conn, by, id, PaymentId::at(by.now()), (Source::Default, None)))
            .unwrap();
        self.pass(60);
        self.work().await;
    }

    fn by_hand(&self, customer: CustomerId, collects: Collects) -> InvoiceId {
        let line =
            NewLine { description: "Coaching for Nia".to_owned(), quantity: 1, unit_amount: 5_000, period: None };
        let id = InvoiceId::at(self.clock().now());
        let new = NewByHand {
            id,
            customer,
            currency: kes(1).currency,
            lines: vec![line],
            collects,
            method: None,
            due: None,
            memo: None,
            reference: None,
            replaces: None,
        };
        self.change(|conn, by| by_hand::make(conn, by, new)).unwrap();
        id
    }

    fn bill(&self, id: InvoiceId) -> Invoice {
        self.world.with(|conn| invoices::model::find(conn, self.world.shop.test, id)).unwrap()
    }
}

#[actix_web::test]
async fn a_sent_bill_that_was_charged_in_vain_and_is_overdue_counts_once() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ola").await;
    let new = NewSubscription { days_until_due: Some(3), ..walk.monthly(customer, walk.today()) };
    let made = walk.create(new).unwrap();
    walk.answers(customer, "card_declined");
    let bill = walk.invoices(made.id)[0].id;
    walk.charge_now(bill).await;
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::PastDue, 1));
    walk.to("2027-01-15").await;
    assert!(walk.bill(bill).is_overdue);
    assert_eq!(walk.find(made.id).unpaid, 1);
    walk.check();
    let paid = closing::PaidElsewhere { amount: None, at: walk.clock().now(), reference: None };
    walk.change(|conn, by| closing::record(conn, by, bill, paid)).unwrap();
    assert_eq!((walk.find(made.id).status, walk.find(made.id).unpaid), (Status::Active, 0));
    walk.check();
}

#[actix_web::test]
async fn only_what_waited_behind_a_closed_invoice_is_charged_then() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Pia").await;
    let weekly = Interval::new(Unit::Week, 1).unwrap();
    let made = walk.create(NewSubscription { interval: weekly, ..walk.monthly(customer, day("2027-01-11")) }).unwrap();
    walk.answers(customer, "insufficient_funds");
    // The first is tried on the 11th, 12th, 14th, 16th and 18th; before that the second waits from the 18th on.
    walk.to("2027-01-18").await;
    let bills = walk.invoices(made.id);
    assert_eq!((bills.len(), bills[1].tries), (2, 0));
    walk.held(made.id, |conn, held| held.collect_now(conn)).unwrap();
    walk.work().await;
    walk.answers(customer, "succeeded");
    let tries = walk.payments().len();
    walk.change(|conn, by| closing::void(conn, by, bills[1].id)).unwrap();
    walk.work().await;
    assert_eq!(walk.payments().len(), tries, "what is older has days of its own");
    walk.check();
    // The oldest is taken back: what waited behind it, if anything does, has its turn.
    walk.change(|conn, by| closing::void(conn, by, bills[0].id)).unwrap();
    walk.work().await;
    assert_eq!(walk.find(made.id).status, Status::Active);
    walk.check();
}

#[actix_web::test]
async fn what_waits_behind_an_invoice_is_charged_when_that_is_taken_back() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Quy").await;
    let daily = Interval::new(Unit::Day, 1).unwrap();
    let made = walk.create(NewSubscription { interval: daily, ..walk.monthly(customer, day("2027-01-11")) }).unwrap();
    walk.answers(customer, "insufficient_funds");
    walk.to("2027-01-12").await;
    walk.answers(customer, "succeeded");
    let bills = walk.invoices(made.id);
    assert_eq!((bills.len(), bills[1].tries), (2, 0));
    walk.change(|conn, by| closing::void(conn, by, bills[0].id)).unwrap();
    walk.work().await;
    assert_eq!(walk.bills(made.id)[1], "2027-01-12 490000 paid");
    walk.check();
}

#[actix_web::test]
async fn one_whose_first_invoice_is_paid_in_part_ends_in_time_and_the_rest_stays_owed() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Ria").await;
    let new = NewSubscription { beginning: Beginning::Waiting, ..walk.monthly(customer, walk.today()) };
    let made = walk.create(new).unwrap();
    let bill = walk.invoices(made.id)[0].id;
    let part = closing::PaidElsewhere { amount: Some(1_000), at: walk.clock().now(), reference: None };
    walk.change(|conn, by| closing::record(conn, by, bill, part)).unwrap();
    walk.to("2027-01-12").await;
    let ended = walk.find(made.id);
    assert_eq!((ended.status, ended.end_reason), (Status::Canceled, Some(EndReason::NeverPaid)));
    assert_eq!(walk.bill(bill).left(), kes(489_000));
    assert_eq!(walk.world.number("SELECT count(*) AS n FROM jobs"), 0);
    walk.check();
}

#[actix_web::test]
async fn nobody_charges_a_deleted_customer_for_an_invoice_by_hand_and_its_day_passes_all_the_same() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Sam").await;
    walk.answers(customer, "card_declined");
    let (charged, sent) = (walk.by_hand(customer, Collects::Charge), walk.by_hand(customer, Collects::Invoice));
    walk.pass(60);
    walk.work().await;
    assert!(walk.bill(charged).next_try_at.is_some());
    let done = walk.change(|conn, by| deletion::delete_with(conn, by, customer, None, true)).unwrap();
    assert!(matches!(done, Deletion::Done(_)), "{done:?}");
    assert_eq!(walk.bill(charged).next_try_at, None);
    walk.check();
    walk.change(|conn, by| deletion::restore(conn, by, customer).map(drop)).unwrap();
    walk.answers(customer, "succeeded");
    walk.to("2027-01-30").await;
    assert_eq!(walk.payments(), ["failed"], "as the plan of the delete said");
    assert!(walk.bill(sent).is_overdue);
    walk.check();
}

#[actix_web::test]
async fn a_person_who_asks_for_it_charges_a_card_again_that_is_not_asked_by_itself() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Tom").await;
    let made = walk.create(walk.monthly(customer, day("2027-03-02"))).unwrap();
    walk.answers(customer, "expired_card");
    walk.to("2027-03-03").await;
    assert_eq!(walk.payments(), ["failed"]);
    // They have asked their bank.
    assert!(walk.held(made.id, |conn, held| held.collect_now(conn)).unwrap());
    walk.work().await;
    assert_eq!(walk.payments(), ["failed", "failed"], "the gateway was asked");
    walk.check();
}

#[actix_web::test]
async fn an_erasure_overwrites_what_lines_and_names_say() {
    let walk = Walk::from("2027-01-10").await;
    let customer = walk.customer("Uli").await;
    let new = NewSubscription {
        days_until_due: Some(3),
        name: "Coaching for Nia".to_owned(),
        ..walk.monthly(customer, walk.today())
    };
    walk.create(new).unwrap();
    walk.by_hand(customer, Collects::Invoice);
    let found =
        walk.world.with(|conn| clientele::customers::model::find(conn, walk.world.shop.test, customer)).unwrap();
    walk.change(|conn, by| subscriptions::keeper::KEEPER.erase(conn, by.account, &found)).unwrap();
    for of in ["subscriptions", "invoices", "invoice_lines"] {
        let named = format!("SELECT count(*) AS n FROM {of} t WHERE t::text ILIKE '%nia%' OR t::text ILIKE '%uli@%'");
        assert_eq!(walk.world.number(&named), 0, "{of}");
    }
}
