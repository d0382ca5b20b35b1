//! The pages of payments: the list, recording, charging, refunding, attaching, and what a customer's payments come to.

mod amounts;
mod attaching;
mod charges;
mod page;

use charges::{charge, testing};

use clientele::{
    ids::{AccountId, CustomerId, PaymentId},
    payments::{
        Status,
        model::{self, Payment, Recorded},
    },
    values::{Currency, Money},
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp};

use crate::world::{Answer, Asker, Named, Person, World, by_person, encode};

/// The customers that have names, none of whom has paid.
async fn without_payments() -> (World, Named) {
    let (world, named) = World::populated().await;
    world.sql("DELETE FROM payments");
    (world, named)
}

/// A payment to be recorded, of some days ago.
struct Past<'a> {
    customer: Option<CustomerId>,
    amount: i64,
    currency: &'a str,
    status: Status,
    refunded: i64,
    days: i64,
    reference: Option<&'a str>,
    description: Option<&'a str>,
}

const PAST: Past<'static> = Past {
    customer: None,
    amount: 1_000,
    currency: "KES",
    status: Status::Succeeded,
    refunded: 0,
    days: 0,
    reference: None,
    description: None,
};

fn record(world: &World, account: AccountId, by: &Person, past: Past) -> PaymentId {
    let at = Timestamp::now() - SignedDuration::from_hours(24 * past.days);
    let money = Money::new(past.amount, Currency::parse(past.currency).unwrap());
    let text = |text: Option<&str>| text.map(str::to_owned);
    let new = Recorded {
        customer: past.customer,
        money,
        status: past.status,
        refunded: past.refunded,
        at,
        description: text(past.description),
        reference: text(past.reference),
        method: None,
        invoice: None,
    };
    let (by, id) = (by_person(account, by), PaymentId::at(at));
    world.with(|conn| conn.transaction(|conn| model::record(conn, &by, id, &new))).unwrap();
    id
}

fn past(world: &World, past: Past) -> PaymentId {
    record(world, world.shop.live, &world.shop.editor, past)
}

fn stored(world: &World, account: AccountId, id: PaymentId) -> Payment {
    world.with(|conn| model::find(conn, account, id)).unwrap()
}

fn kinds(world: &World, account: AccountId, id: PaymentId) -> Vec<String> {
    let events = world.with(|conn| clientele::history::of_subject(conn, account, id.uuid(), None, 50)).unwrap();
    events.into_iter().rev().map(|event| event.kind).collect()
}

/// The payment that an answer leads to.
fn led_to(answer: &Answer) -> PaymentId {
    answer.location().trim_start_matches("/payments/").parse().unwrap()
}

async fn found(asker: &Asker, q: &str) -> Vec<String> {
    asker.get(format!("/payments?q={}", encode(q))).await.expect(200).rows()
}

#[actix_web::test]
async fn payments_are_listed_newest_first_and_found_by_words_and_keys() {
    let (world, named) = without_payments().await;
    let viewer = world.viewer();
    let page = viewer.get("/payments").await.expect(200);
    assert_eq!(page.text("#results h2"), "No payments yet");
    let theirs = Some(named.wanjiru);
    past(&world, Past { customer: theirs, description: Some("Order 1"), days: 3, ..PAST });
    past(&world, Past { amount: 70_000, reference: Some("R 2"), days: 2, ..PAST });
    past(&world, Past { customer: theirs, status: Status::Failed, description: Some("Order 3"), days: 1, ..PAST });
    past(&world, Past { currency: "JPY", refunded: 400, description: Some("Order 4"), ..PAST });
    assert_eq!(found(&viewer, "").await, ["Order 4", "Order 3", "R 2", "Order 1"]);
    for (q, rows) in [
        ("wanjiru", vec!["Order 3", "Order 1"]),
        ("R 2", vec!["R 2"]),
        ("status:failed", vec!["Order 3"]),
        ("customer:none -currency:JPY", vec!["R 2"]),
        ("amount:>500", vec!["R 2"]),
        ("amount:1000JPY OR status:failed", vec!["Order 4", "Order 3"]),
        ("nobody-at-all", vec![]),
    ] {
        assert_eq!(found(&viewer, q).await, rows, "{q}");
    }
    assert_eq!(found(&viewer, &format!("customer:{}", named.wanjiru)).await, ["Order 3", "Order 1"]);
    let page = viewer.get("/payments").await;
    assert_eq!(page.texts("#quick a"), ["All", "Succeeded", "Failed", "Processing", "Refunded", "Without customer"]);
    let theirs = format!("#results td a[href='/customers/{}']", named.wanjiru);
    assert_eq!(page.all(&theirs).len(), 2, "a row leads to whoever paid too");
    let counts = [4, 2, 1, 0, 1, 2];
    for (tab, count) in page.all("#quick a").iter().zip(counts) {
        let list = viewer.get(tab.attr("href").unwrap()).await.expect(200);
        assert_eq!(list.rows().len(), count, "{:?}", tab.attr("href"));
        assert_eq!(list.all("#quick [aria-current=page]").len(), 1);
    }
}

#[actix_web::test]
async fn the_list_goes_both_ways_and_by_pages_and_is_counted_apart() {
    let (world, _) = without_payments().await;
    for n in 0..7 {
        past(&world, Past { description: Some(&format!("P{n}")), days: 7 - n, ..PAST });
    }
    let viewer = world.viewer();
    let first = viewer.get("/payments?limit=3").await.expect(200);
    assert_eq!(first.rows(), ["P6", "P5", "P4"]);
    assert_eq!(first.attribute("th[aria-sort]", "aria-sort"), "descending");
    let second = viewer.get(first.attribute("a[rel=next]", "href")).await.expect(200);
    assert_eq!(second.rows(), ["P3", "P2", "P1"]);
    assert_eq!(viewer.get(second.attribute("a[rel=prev]", "href")).await.rows(), ["P6", "P5", "P4"]);
    let oldest = viewer.get(first.attribute("#sort-created", "href")).await.expect(200);
    assert_eq!(oldest.rows(), ["P0", "P1", "P2"]);
    assert_eq!(oldest.attribute("#results input[name=sort][form=search]", "value"), "created");
    let count = first.attribute("#count", "data-hx-get");
    assert_eq!(viewer.fragment(&count).await.expect(200).text("#count"), "7 payments");
    assert_eq!(viewer.get(&count).await.expect(303).location(), "/payments");
    for damaged in ["sort=name", "limit=0", "after=x"] {
        viewer.get(format!("/payments?{damaged}")).await.expect(400);
    }
}

#[actix_web::test]
async fn a_search_that_is_not_understood_keeps_the_rows_and_the_text() {
    let (world, _) = without_payments().await;
    past(&world, PAST);
    let viewer = world.viewer();
    let page = viewer.get("/payments?q=statu%3Afailed").await.expect(422);
    assert!(page.text("#search-problem").contains("Did you mean status:?"));
    assert_eq!(page.attribute("#q", "value"), "statu:failed");
    assert!(page.title().starts_with("Error:") && page.rows().is_empty());
    let fragment = viewer.fragment("/payments?q=statu%3Afailed").await.expect(422);
    assert_eq!(fragment.header("HX-Retarget"), Some("#search-problem"));
    assert!(!fragment.has("#results"));
}

#[actix_web::test]
async fn words_that_mean_too_many_customers_ask_for_more_of_the_name() {
    let (world, _) = without_payments().await;
    world.crowd(&(0..120).map(|n| (format!("Njeri {n}"), format!("n{n}@njeri.example"))).collect::<Vec<_>>());
    let page = world.viewer().get("/payments?q=njeri").await.expect(200);
    assert!(page.text("#too-many").contains("Write more of the name"), "{}", page.outline());
    assert_eq!(page.attribute("#q", "value"), "njeri");
}

#[actix_web::test]
async fn a_payment_that_happened_elsewhere_is_recorded_once() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let form = editor.get(format!("/payments/new?customer={}", named.wanjiru)).await.expect(200).form_to("/payments");
    assert_eq!((form.value("currency"), form.value("status")), ("KES", "succeeded"));
    let form =
        form.set("amount", "1,250.50").set("date", "2026-01-15").set("reference", "INV 7").set("description", "Rent");
    let id = led_to(&editor.submit(&form).await.expect(303));
    let payment = stored(&world, world.shop.live, id);
    assert_eq!((payment.money.to_string().as_str(), payment.customer), ("KES 1,250.50", Some(named.wanjiru)));
    assert!(payment.is_recorded);
    assert_eq!(payment.created_at.to_string(), "2026-01-15T09:00:00Z", "at noon in Nairobi");
    assert_eq!(kinds(&world, world.shop.live, id), ["payment.recorded"]);
    let again = editor.submit(&form).await.expect(303);
    assert_eq!(led_to(&again), id, "the same form makes the same payment");
    let page = editor.get(format!("/payments/{id}")).await.expect(200);
    assert_eq!(page.text("h1"), "KES 1,250.50");
    assert!(page.texts(".badge").contains(&"Recorded".to_owned()));
    assert!(page.text(".timeline").contains("Edgar Editor recorded a payment of KES 1,250.50"));

    let other = editor.get("/payments/new").await.form_to("/payments").set("amount", "5").set("reference", "INV 7");
    let refused = editor.submit(&other).await.expect(409);
    assert!(refused.error_of("reference").unwrap().contains("Another payment has the reference"));
    assert_eq!(refused.form_to("/payments").value("amount"), "5");
}

#[actix_web::test]
async fn a_form_with_errors_keeps_everything_and_says_all_of_them() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let form = format!(
        "amount=x&currency=XYZ&status=paid&date=2999-01-01&refunded=1&description=4242+4242+4242+4242&reference=R&customer={}",
        named.wanjiru
    );
    for answer in
        [editor.post("/payments", form.as_str()).await, editor.post("/payments", form.as_str()).in_place().await]
    {
        let answer = answer.expect(422);
        for field in ["amount", "currency", "status", "date", "description"] {
            assert!(answer.error_of(field).is_some(), "{field}");
        }
        let again = answer.form_to("/payments");
        assert_eq!((again.value("amount"), again.value("date"), again.value("reference")), ("x", "2999-01-01", "R"));
        assert_eq!(again.value("customer"), named.wanjiru.to_string());
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM payments"), 0);
}

#[actix_web::test]
async fn an_admin_refunds_a_part_and_then_no_more_than_the_rest() {
    let (world, named) = without_payments().await;
    let account = world.shop.test;
    let id = led_to(&charge(&testing(&world), named.tested, &[("amount", "100"), ("token", "tok_visa")]).await);
    let (path, admin) = (format!("/payments/{id}"), world.testing(&world.shop.admin));
    assert!(!testing(&world).get(&path).await.has("#refund"), "an editor may not");
    assert_eq!(admin.get(&path).await.attribute("#refund", "href"), format!("{path}/refunds/new"));
    let form = admin.get(format!("{path}/refunds/new")).await.expect(200).form_to(&format!("{path}/refunds"));
    assert_eq!(form.value("amount"), "100.00", "the rest");
    let too_much = admin.submit(&form.clone().set("amount", "100.01").set("reason", "Broken")).await.expect(409);
    assert!(too_much.text("[role=alert]").contains("At most KES 100.00 can still be refunded"));
    assert_eq!(too_much.form_to(&format!("{path}/refunds")).value("reason"), "Broken");
    admin.submit(&form.clone().set("amount", "0")).await.expect(422);

    let half = form.set("amount", "50").set("reason", "Half was broken");
    admin.submit(&half).await.expect(303);
    admin.submit(&half).await.expect(303);
    let payment = stored(&world, account, id);
    assert_eq!(
        (payment.status, payment.refunded.minor),
        (Status::PartiallyRefunded, 5_000),
        "sent twice, refunded once"
    );
    let page = admin.get(&path).await.expect(200);
    assert_eq!(page.texts("#refunds tbody tr").len(), 1);
    assert!(page.text("#refunds").contains("Half was broken"));
    assert_eq!(kinds(&world, account, id).last().unwrap(), "payment.refunded");
    let rest = admin.fragment(format!("{path}/refunds/new")).await.form_to(&format!("{path}/refunds"));
    assert_eq!(rest.value("amount"), "50.00");
    admin.submit(&rest).in_place().await.expect(200);
    assert_eq!(stored(&world, account, id).status, Status::Refunded);
    assert!(!admin.get(&path).await.has("#refund"), "nothing is left");
    let refunds = format!("{path}/refunds");
    for page in [admin.get(format!("{refunds}/new")).await, admin.fragment(format!("{refunds}/new")).await] {
        let page = page.expect(200);
        assert!(page.text(".note").contains("All of it is refunded: KES 100.00."));
        assert!(!page.has(&format!("form[action='{refunds}']")) && !page.has("input[name=amount]"));
    }
    let refused = admin.post(&refunds, "amount=1").await.expect(409);
    assert!(!refused.has("input[name=amount]") && refused.text(".note--bad").contains("Nothing was refunded"));
}

#[actix_web::test]
async fn a_payment_of_which_nothing_is_left_has_no_form_to_refund_it() {
    let (world, named) = without_payments().await;
    let live = world.asker(&world.shop.admin);
    let past = |amount, currency, status, refunded| past(&world, Past { amount, currency, status, refunded, ..PAST });
    for (id, why) in [
        (past(100_000, "KES", Status::Refunded, 100_000), "All of it is refunded: KES 1,000.00."),
        (past(750, "JPY", Status::Refunded, 750), "All of it is refunded: JPY 750."),
        (past(5_500, "KWD", Status::Refunded, 5_500), "All of it is refunded: KWD 5.500."),
        (past(900, "UGX", Status::Failed, 0), "Nothing was paid: the payment is failed."),
        (past(900, "EUR", Status::Canceled, 0), "Nothing was paid: the payment is canceled."),
    ] {
        assert_no_refund(&live, id, why).await;
    }
    let tester = world.testing(&world.shop.admin);
    for (token, why) in [
        ("tok_slow", "Nothing was paid: the payment is processing."),
        ("tok_declined", "Nothing was paid: the payment is failed."),
    ] {
        let charged = charge(&tester, named.tested, &[("amount", "12.50"), ("token", token)]).await.expect(303);
        assert_no_refund(&tester, led_to(&charged), why).await;
    }
}

async fn assert_no_refund(admin: &Asker, id: PaymentId, why: &str) {
    let at = format!("/payments/{id}/refunds/new");
    for page in [admin.get(&at).await.expect(200), admin.fragment(&at).await.expect(200)] {
        assert!(page.text(".note").contains(why), "{}", page.text(".note"));
        assert!(!page.has("input[name=amount]") && !page.has("form[action$='/refunds']"), "{why}");
    }
}

#[actix_web::test]
async fn a_payment_under_way_refreshes_itself_until_it_is_settled() {
    let (world, named) = without_payments().await;
    let editor = testing(&world);
    let slow = charge(&editor, named.tested, &[("amount", "5"), ("token", "tok_slow")]).await.expect(303);
    let (id, path) = (led_to(&slow), slow.location().to_owned());
    let page = editor.get(&path).await.expect(200);
    assert!(page.text("#toasts").contains("Processing"));
    let part = format!("#payment-{id}");
    assert_eq!(page.attribute(&part, "data-hx-trigger"), "every 2s");
    assert!(page.has("a.no-js") && world.testing(&world.shop.viewer).get(&path).await.has(&part));
    let canceled = editor.post(format!("{path}/cancellation"), "").in_place().await.expect(200);
    assert!(!canceled.has(&format!("{part}[data-hx-trigger]")));
    assert!(canceled.text("hx-partial").contains("canceled"));
    assert_eq!(stored(&world, world.shop.test, id).status, Status::Canceled);
    let again = editor.post(format!("{path}/cancellation"), "").await.expect(303);
    assert_eq!(again.location(), path, "what is settled stays");
}

#[actix_web::test]
async fn the_outcome_of_a_recorded_payment_is_set_by_hand() {
    let (world, _) = without_payments().await;
    let editor = world.editor();
    let id = past(&world, Past { status: Status::Processing, ..PAST });
    let path = format!("/payments/{id}");
    let page = editor.get(&path).await.expect(200);
    assert!(!page.has("[data-hx-trigger]"), "nobody will answer");
    assert_eq!(page.texts("#outcome button"), ["Set as succeeded", "Set as failed", "Set as canceled"]);
    assert!(!world.viewer().get(&path).await.has("#outcome button"));
    editor.post(format!("{path}/cancellation"), "").await.expect(409);
    editor.post(format!("{path}/outcome"), "status=lost").await.expect(400);
    editor.post(format!("{path}/outcome"), "status=refunded").await.expect(409);
    editor.post(format!("{path}/outcome"), "status=succeeded").await.expect(303);
    assert_eq!(stored(&world, world.shop.live, id).status, Status::Succeeded);
    editor.post(format!("{path}/outcome"), "status=failed").await.expect(409);
}

#[actix_web::test]
async fn each_figure_leads_to_exactly_the_payments_it_is_made_of() {
    let (world, named) = without_payments().await;
    let theirs = || Past { customer: Some(named.wanjiru), ..PAST };
    for n in 0..4 {
        past(&world, Past { days: 40 * n, amount: 1_000 * (n + 1), ..theirs() });
    }
    past(&world, Past { refunded: 400, days: 2, ..theirs() });
    past(&world, Past { refunded: 1_000, days: 3, ..theirs() });
    past(&world, Past { status: Status::Failed, ..theirs() });
    past(&world, Past { currency: "USD", ..theirs() });
    past(&world, Past { customer: Some(named.acme), ..PAST });
    let viewer = world.viewer();
    let page = viewer.get(format!("/customers/{}", named.wanjiru)).await.expect(200);
    assert_eq!(
        page.texts("#figures-of-KES > *"),
        ["KES", "6", "120.00 average 20.00 14.00 refunded", "20.00", "14.00 in 2"]
    );
    assert_eq!(page.texts("#figures-of-USD > *"), ["USD", "1", "10.00 average 10.00", "10.00", "—"]);
    assert!(page.has("#figures-KES[aria-current]") && !page.has("#figures-USD[aria-current]"));
    assert_eq!(page.text(".stats > div:first-child"), "Total payments 7", "in all currencies");
    let links: Vec<String> = page.all(".stats a").iter().map(|link| link.attr("href").unwrap().to_owned()).collect();
    assert_eq!(viewer.get(&links[0]).await.expect(200).rows().len(), 7);
    assert_eq!(viewer.get(&links[1]).await.expect(200).text("h1"), "USD 10.00", "the last payment itself");
    let links = page.all("#figures-of-KES td a");
    for (link, count) in links.iter().map(|link| link.attr("href").unwrap()).zip([6, 6, 2, 2]) {
        assert_eq!(viewer.get(link).await.expect(200).rows().len(), count, "{link}");
    }

    let months = page.all(".chart tbody tr");
    assert_eq!(months.len(), 12);
    let mut in_months = 0;
    for link in page.all(".chart tbody a") {
        in_months += viewer.get(link.attr("href").unwrap()).await.expect(200).rows().len();
    }
    assert_eq!(in_months, 6, "all of them lie in the last twelve months");
    assert_eq!(page.all(".chart svg .bar").len(), page.all(".chart tbody a").len());

    let dollars = page.attribute("#figures-USD", "href");
    let panel = viewer.fragment(&dollars).await.expect(200);
    assert_eq!(panel.text("#analytics .stats > div:first-child"), "Total payments 7");
    assert!(panel.text(".chart__head").contains("in USD") && panel.has("#figures-USD[aria-current]"));
    assert!(viewer.get(&dollars).await.expect(200).is_page());
    let figures = format!("/customers/{}/figures", named.wanjiru);
    viewer.get(format!("{figures}?currency=JPY")).await.expect(404);
    viewer.get(format!("{figures}?currency=zzz")).await.expect(400);
    let nobody = viewer.get(format!("/customers/{}", named.jose)).await;
    assert!(nobody.text("#analytics").starts_with("Nothing paid yet."));
    assert!(!nobody.has("#analytics h2, #analytics.card, #analytics .icon"), "one line");
}

#[actix_web::test]
async fn a_customers_payments_are_a_page_and_a_part_of_theirs() {
    let (world, named) = without_payments().await;
    let viewer = world.viewer();
    let path = format!("/customers/{}/payments", named.wanjiru);
    assert_eq!(viewer.get(&path).await.expect(200).text("main h2"), "No payments yet");
    for n in 0..30 {
        let description = format!("P{n}");
        let new = Past { customer: Some(named.wanjiru), days: 30 - n, description: Some(&description), ..PAST };
        past(&world, new);
    }
    past(&world, Past { customer: Some(named.acme), ..PAST });
    let customer = viewer.get(format!("/customers/{}", named.wanjiru)).await;
    assert_eq!(customer.attribute("#payments", "data-hx-get"), path);
    assert_eq!(customer.attribute("#payments a", "href"), path);
    let panel = viewer.fragment(&path).await.expect(200);
    assert_eq!(panel.texts("#payments .rowlink"), ["P29", "P28", "P27", "P26", "P25", "P24"]);
    assert_eq!(panel.text("#payments .count"), "30");
    let page = viewer.get(&path).await.expect(200);
    assert_eq!(page.texts("main .rowlink").len(), 25);
    let next = viewer.get(page.attribute("a[rel=next]", "href")).await.expect(200);
    assert_eq!(next.texts("main .rowlink"), ["P4", "P3", "P2", "P1", "P0"]);
    assert_eq!(viewer.get(next.attribute("a[rel=prev]", "href")).await.texts("main .rowlink").len(), 25);
    let search = page.attribute(".page-head a", "href");
    assert_eq!(viewer.get(&search).await.expect(200).rows().len(), 25);
}

#[actix_web::test]
async fn dialogs_are_fragments_of_their_pages() {
    let (world, named) = without_payments().await;
    let admin = world.testing(&world.shop.admin);
    let id = led_to(&charge(&admin, named.tested, &[("amount", "5"), ("token", "tok_visa")]).await);
    let alone = record(&world, world.shop.test, &world.shop.editor, PAST);
    for (path, outer) in [
        ("/payments".to_owned(), "#results"),
        ("/payments?q=zzz".to_owned(), "#results"),
        ("/payments/new".to_owned(), "dialog"),
        (format!("/customers/{}/charges/new", named.tested), "dialog"),
        (format!("/customers/{}/figures", named.tested), "#analytics"),
        (format!("/payments/{id}/refunds/new"), "dialog"),
        (format!("/payments/{alone}/customer?q=tess"), "dialog"),
        (format!("/payments/{id}"), "[id^=payment-]"),
    ] {
        let (page, fragment) = (admin.get(&path).await.expect(200), admin.fragment(&path).await.expect(200));
        assert!(page.is_page() && !fragment.is_page(), "{path}");
        fragment.one(outer);
    }
}

#[actix_web::test]
async fn another_accounts_payment_is_not_there() {
    let (world, named) = without_payments().await;
    let tested = led_to(&charge(&testing(&world), named.tested, &[("amount", "5"), ("token", "tok_visa")]).await);
    let foreign = record(&world, world.rival.live, &world.rival.editor, PAST);
    let before = world.census();
    let owner = world.owner();
    for id in [tested, foreign, PaymentId::new()] {
        for part in ["", "/refunds/new", "/customer"] {
            owner.get(format!("/payments/{id}{part}")).await.expect(404);
        }
        for (part, form) in [
            ("refunds", "amount=1"),
            ("cancellation", ""),
            ("outcome", "status=failed"),
            ("customer", &*format!("customer={}", named.wanjiru)),
        ] {
            owner.post(format!("/payments/{id}/{part}"), form).await.expect(404);
        }
    }
    assert!(owner.get(format!("/payments/{tested}")).await.text("main").contains("in your test account"));
    assert!(owner.get("/payments").await.rows().is_empty());
    assert_eq!(world.census(), before);
}
