//! The pages about invoices: what they show, what can be done by whom, and what it does.

mod by_hand;

use clientele::{
    events::By,
    ids::{CustomerId, InvoiceId, SubscriptionId},
    invoices::making::NewLine,
    subscriptions::{
        self,
        creating::{self, Beginning, NewSubscription, Until},
    },
    values::{Interval, Money, interval::Unit},
};
use diesel::Connection;
use serde_json::json;

use crate::world::{Asker, World};

fn line(description: &str, quantity: i32, unit_amount: i64) -> NewLine {
    NewLine { description: description.to_owned(), quantity, unit_amount, period: None }
}

/// The shop's test account with a customer and an invoice of KES 98, and an owner there.
async fn billed() -> (World, CustomerId, InvoiceId, Asker) {
    let world = World::empty().await;
    let customer = world.customer_in(world.shop.test, &world.shop.editor, "name=Tess+Testa&email=tess%40x.example");
    let id = world.invoice(world.shop.test, customer);
    let owner = world.testing(&world.shop.owner);
    (world, customer, id, owner)
}

fn check(world: &World) {
    assert_eq!(world.with(subscriptions::checking::check).unwrap(), []);
}

#[actix_web::test]
async fn an_invoice_says_what_it_is_for_and_who_may_do_what() {
    let (world, customer, id, owner) = billed().await;
    let page = owner.get(format!("/invoices/{id}")).await.expect(200);
    assert_eq!(page.text("h1"), page.title().replace("Invoice ", "").replace(" · Clientele", ""));
    assert_eq!(page.text("header .badge"), "Open");
    assert_eq!(page.texts(".invoicelines tbody tr"), ["Setting up 1 KES 98.00 KES 98.00"]);
    assert_eq!(page.texts(".invoicesum tr"), ["Total KES 98.00", "To be paid KES 98.00"]);
    assert!(page.text(".addressee").contains("tess@x.example"));
    for (asker, links) in [
        (world.testing(&world.shop.viewer), vec![false, false, false]),
        (world.testing(&world.shop.editor), vec![true, true, false]),
        (owner, vec![true, true, true]),
    ] {
        let page = asker.get(format!("/invoices/{id}")).await.expect(200);
        let has = ["charge", "payment", "voiding"].map(|act| page.has(&format!("a[href='/invoices/{id}/{act}']")));
        assert_eq!(has.to_vec(), links);
        assert!(page.has(&format!("a[href='/invoices/{id}/print']")));
    }
    // In the live account nothing can be charged.
    let here = world.customer("name=Here&email=here%40x.example");
    let live = world.invoice(world.shop.live, here);
    let page = world.editor().get(format!("/invoices/{live}")).await.expect(200);
    assert!(!page.has(&format!("a[href='/invoices/{live}/charge']")));
    // It is on its customer's page, in their list, in their activity, and found by its ID.
    let asker = world.testing(&world.shop.editor);
    let list = asker.get(format!("/customers/{customer}/invoices")).await.expect(200);
    assert_eq!(list.texts("tbody tr").len(), 1);
    let panel = asker.fragment(format!("/customers/{customer}/invoices")).await.expect(200);
    assert!(panel.has("section#invoices") && panel.has(&format!("a[href='/invoices/{id}']")));
    assert!(asker.get(format!("/customers/{customer}")).await.text_body().contains("/invoices"));
    assert!(asker.fragment(format!("/palette?q={id}")).await.has(&format!("a[href='/invoices/{id}']")));
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Ola&email=ola%40x.example");
    let none = asker.fragment(format!("/customers/{other}/invoices")).await;
    assert!(none.text("section#invoices").contains("No invoices yet."));
}

#[actix_web::test]
async fn it_is_charged_by_a_token_recorded_voided_written_off_and_taken_back() {
    let (world, customer, id, owner) = billed().await;
    let path = format!("/invoices/{id}");
    let form = owner.get(format!("{path}/charge")).await.expect(200).form_to(&format!("{path}/charge"));
    let number = owner.submit(&form.clone().set("method", "token").set("token", "4242 4242 4242 4242")).await;
    assert!(number.expect(422).error_of("token").unwrap().contains("card number"));
    let declined = owner.submit(&form.clone().set("method", "token").set("token", "tok_declined")).await.expect(303);
    assert_eq!(declined.location(), path);
    let page = owner.get(&path).await;
    assert!(page.text(".toast").contains("Declined") && page.text("#failure").contains("It could not be collected"));
    assert_eq!(page.text("header .badge"), "Unpaid");
    // The same form again does nothing a second time.
    owner.submit(&form.set("method", "token").set("token", "tok_declined")).await.expect(303);
    assert_eq!(world.number("SELECT count(*) AS n FROM payments"), 1);
    let form = owner.get(format!("{path}/charge")).await.form_to(&format!("{path}/charge"));
    owner.submit(&form.set("method", "token").set("token", "tok_visa")).await.expect(303);
    let page = owner.get(&path).await;
    assert_eq!((page.text("header .badge"), page.texts(".table tbody tr").len()), ("Paid".to_owned(), 6));
    let payment = page.all("a[href^='/payments/']")[0].attr("href").unwrap().to_owned();
    assert!(owner.get(payment).await.has(&format!("a[href='{path}']")));
    let closed = owner.get(format!("{path}/charge")).await.form_to(&format!("{path}/charge"));
    let closed = owner.submit(&closed.set("method", "token").set("token", "tok_visa")).await.expect(409);
    assert!(closed.text(".note--bad").contains("Nothing was charged"));

    let part = world.invoice(world.shop.test, customer);
    let path = format!("/invoices/{part}");
    let form = owner.get(format!("{path}/payment")).await.form_to(&format!("{path}/payment"));
    assert_eq!(form.value("amount"), "98.00");
    assert!(owner.submit(&form.clone().set("amount", "98.001")).await.expect(422).error_of("amount").is_some());
    let more = owner.submit(&form.clone().set("amount", "98.01")).await.expect(409);
    assert!(more.text(".note--bad").contains("At most KES 98.00"));
    owner.submit(&form.clone().set("amount", "18")).await.expect(303);
    owner.submit(&form.set("amount", "18")).await.expect(303);
    let page = owner.get(&path).await;
    assert_eq!(page.texts(".invoicesum tr"), ["Total KES 98.00", "Paid KES 18.00", "To be paid KES 80.00"]);
    assert!(!page.has(&format!("a[href='{path}/voiding']")), "part of it is paid");
    let form = owner.get(format!("{path}/write_off")).await.expect(200).form_to(&format!("{path}/write_off"));
    owner.submit(&form).await.expect(303);
    let page = owner.get(&path).await;
    assert_eq!(page.text("header .badge"), "Written off");
    owner.submit(&page.form_to(&format!("{path}/reopening"))).await.expect(303);
    assert_eq!(owner.get(&path).await.text("header .badge"), "Open");

    let wrong = world.invoice(world.shop.test, customer);
    let path = format!("/invoices/{wrong}");
    let form = owner.get(format!("{path}/voiding")).await.form_to(&format!("{path}/voiding"));
    owner.submit(&form).await.expect(303);
    assert_eq!(owner.get(&path).await.text("header .badge"), "Void");
    check(&world);
}

#[actix_web::test]
async fn what_follows_for_its_subscription_is_said_and_happens() {
    let (world, customer, _, owner) = billed().await;
    let by = By::system(world.shop.test, clientele::clock::Clock::system());
    let today = by.now().to_zoned(jiff::tz::TimeZone::get("Africa/Nairobi").unwrap()).date();
    let new = NewSubscription {
        customer,
        name: "Pro".to_owned(),
        price: None,
        amount: Money::new(490_000, "KES".parse().unwrap()),
        interval: Interval::new(Unit::Month, 1).unwrap(),
        days_until_due: None,
        method: None,
        first_on: today,
        anchor_day: None,
        until: Until::Forever,
        started_on: None,
        beginning: Beginning::Waiting,
        metadata: json!({}),
    };
    let id = SubscriptionId::at(by.now());
    world.with(|conn| conn.transaction(|conn| creating::create(conn, &by, id, new))).unwrap();
    let bill = world.with(|conn| clientele::invoices::model::open_of(conn, world.shop.test, id)).unwrap().remove(0).id;
    let path = format!("/invoices/{bill}");
    let says = |act: &'static str| {
        let (owner, path) = (&owner, format!("{path}/{act}"));
        async move { owner.get(path).await.expect(200).text(".note--info") }
    };
    assert!(says("charge").await.contains("Pro begins when all of it is paid."));
    assert!(says("voiding").await.contains("so it is canceled with it"));
    let form = owner.get(format!("{path}/payment")).await.form_to(&format!("{path}/payment"));
    owner.submit(&form).await.expect(303);
    let status = world.with(|conn| subscriptions::model::find(conn, world.shop.test, id)).unwrap().status;
    assert_eq!(status, subscriptions::Status::Active);
    assert!(owner.get(&path).await.text("aside").contains("Pro Active"));
    check(&world);
}

#[actix_web::test]
async fn on_paper_it_says_all_of_it_and_what_became_of_it() {
    let (world, customer, id, owner) = billed().await;
    let page = owner.get(format!("/invoices/{id}/print")).await.expect(200);
    assert_eq!((page.text("h1"), page.attribute("html", "data-theme")), ("Invoice".to_owned(), "light".to_owned()));
    assert!(page.has("thead th") && !page.has(".tablebox"), "the head of a table repeats on every sheet");
    assert!(page.text(".paper__seller").contains("Duka") && !page.has(".paper__stamp"));
    for (currency, amount, shown) in [("JPY", 1_000, "JPY 1,000"), ("KWD", 1_000, "KWD 1.000")] {
        let many: Vec<NewLine> = (1..=60).map(|n| line(&format!("Work of day {n}"), 1, amount)).collect();
        let long = world.invoice_of(world.shop.test, customer, currency, many);
        let page = owner.get(format!("/invoices/{long}/print")).await.expect(200);
        let rows = page.texts(".invoicelines tbody tr");
        assert_eq!((rows.len(), rows[59].ends_with(shown)), (60, true), "{}", rows[59]);
    }
    let form = owner.get(format!("/invoices/{id}/voiding")).await.form_to(&format!("/invoices/{id}/voiding"));
    owner.submit(&form).await.expect(303);
    assert_eq!(owner.get(format!("/invoices/{id}/print")).await.text(".paper__stamp"), "VOID");
}
