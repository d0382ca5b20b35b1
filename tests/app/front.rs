//! The front page: every number leads to exactly its rows, and is right the moment something changed.

use clientele::{
    customers::{hours as customer_hours, input, model, record::Record},
    ids::{AccountId, CustomerId, PaymentId},
    input::FormFields,
    payments::{Status, hours as payment_hours, model as payments, model::Recorded},
    values::Money,
};
use diesel::{Connection, connection::SimpleConnection};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Answer, Asker, World, by_person, settings};

fn ago(minutes: i64) -> Timestamp {
    Timestamp::now() - SignedDuration::from_mins(minutes)
}

/// Creates a customer of the shop's live account as if at that time.
fn created(world: &World, at: Timestamp, name: &str) -> CustomerId {
    let typed = FormFields::parse(format!("name={name}&email={name}%40x.example").as_bytes()).unwrap();
    let record = Record::blank().with(&input::check(&typed, &settings()).unwrap());
    let (id, by) = (CustomerId::at(at), by_person(world.shop.live, &world.shop.editor));
    world.with(|conn| conn.transaction(|conn| model::create(conn, &by, id, &record))).unwrap();
    id
}

/// Records a payment of the shop's live account as if at that time.
fn paid(world: &World, at: Timestamp, minor: i64, currency: &str, status: Status) -> PaymentId {
    let (id, by) = (PaymentId::at(at), by_person(world.shop.live, &world.shop.editor));
    let money = Money::new(minor, currency.parse().unwrap());
    let (customer, description, reference, method) = (None, None, None, None);
    let new = Recorded { customer, money, status, refunded: 0, at, description, reference, method, invoice: None };
    world.with(|conn| conn.transaction(|conn| payments::record(conn, &by, id, &new))).unwrap();
    id
}

/// The lines of a chart's table: the number, and the link of those that have one.
fn lines(page: &Answer, chart: &str) -> Vec<(String, Option<String>)> {
    let card = page.all("section.card").into_iter().find(|card| card.html().contains(&format!("id=\"{chart}-title\"")));
    let row = scraper::Selector::parse("tbody tr").unwrap();
    let (link, number) = (scraper::Selector::parse("a").unwrap(), scraper::Selector::parse("td").unwrap());
    let text = |row: scraper::ElementRef| row.select(&number).next().unwrap().text().collect::<String>();
    let href = |row: scraper::ElementRef| row.select(&link).next().map(|link| link.attr("href").unwrap().to_owned());
    card.unwrap().select(&row).map(|row| (text(row).trim().to_owned(), href(row))).collect()
}

/// The id of a payment, from the link to its page, for SQL.
fn uuid(href: &str) -> String {
    let id = href.trim_start_matches("/payments/").split('?').next().unwrap();
    format!("'{}'", id.parse::<PaymentId>().unwrap().uuid())
}

/// How many rows a link leads to.
async fn rows(asker: &Asker, href: &str) -> usize {
    let page = asker.get(format!("{href}&limit=100")).await.expect(200);
    assert!(!page.has(".note--bad, [role=alert]"), "{href}: {}", page.text("main"));
    page.rows().len()
}

async fn leads_to_its_rows(asker: &Asker) {
    let page = asker.get("/").await.expect(200);
    let weeks = lines(&page, "new");
    assert_eq!(weeks.len(), 12);
    for (number, href) in weeks {
        match href {
            Some(href) => assert_eq!(rows(asker, &href).await.to_string(), number, "{href}"),
            None => assert_eq!(number, "0"),
        }
    }
}

fn kept_is_right(world: &World) {
    assert_eq!(world.with(customer_hours::check).unwrap(), 0);
    assert_eq!(world.with(payment_hours::check).unwrap(), 0);
}

#[actix_web::test]
async fn every_number_of_new_customers_leads_to_exactly_its_rows_in_any_zone() {
    let world = World::empty().await;
    // Every 20 hours and 7 minutes back to before the first week, so that some fall beside each bound.
    for n in 0..110 {
        created(&world, ago(n * 1_207), &format!("n{n}"));
    }
    for zone in ["Africa/Nairobi", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "UTC"] {
        world.sql(&format!("UPDATE merchants SET time_zone = '{zone}'"));
        leads_to_its_rows(&world.viewer()).await;
    }
    kept_is_right(&world);
}

#[actix_web::test]
async fn a_change_is_counted_at_once() {
    let world = World::empty().await;
    let viewer = world.viewer();
    let now = async || lines(&viewer.get("/").await, "new").pop().unwrap().0;
    assert_eq!(now().await, "0");
    let (one, other) = (created(&world, ago(0), "one"), created(&world, ago(0), "other"));
    assert_eq!(now().await, "2");
    world.delete(one);
    assert_eq!(now().await, "1");
    world.editor().post(format!("/customers/{one}/restoration"), "").await.expect(303);
    assert_eq!(now().await, "2");
    let (owner, path) = (world.owner(), format!("/customers/{other}/erasure"));
    let form = owner.get(&path).await.expect(200).form_to(&path).set("confirmation", "other");
    owner.submit(&form).await.expect(303);
    assert_eq!(now().await, "1");
    leads_to_its_rows(&viewer).await;
    kept_is_right(&world);
    // Nobody else's are among them.
    let rival = world.asker(&world.rival.owner);
    assert!(lines(&rival.get("/").await, "new").iter().all(|(number, _)| number == "0"));
}

#[actix_web::test]
async fn the_volume_of_a_week_is_that_of_its_payments_in_one_currency() {
    let world = World::empty().await;
    for n in 0..50 {
        let currency = if n % 3 == 0 { "USD" } else { "KES" };
        let status = if n % 5 == 0 { Status::Failed } else { Status::Succeeded };
        paid(&world, ago(n * 2_003), 1_000 + n, currency, status);
    }
    let viewer = world.viewer();
    for (path, code) in [("/", "KES"), ("/?currency=USD", "USD"), ("/?currency=EUR", "KES"), ("/?currency=x", "KES")] {
        let page = viewer.get(path).await.expect(200);
        assert!(page.text("#volume-about").ends_with(code), "{path}");
        for (number, href) in lines(&page, "volume") {
            let Some(href) = href else { continue };
            let list = viewer.get(format!("{href}&limit=100")).await.expect(200);
            let ids: Vec<String> =
                list.all("#results .rowlink").iter().map(|link| uuid(link.attr("href").unwrap())).collect();
            let sum =
                format!("SELECT coalesce(sum(amount), 0)::bigint AS n FROM payments WHERE id IN ({})", ids.join(","));
            assert_eq!(number.replace([',', '.'], ""), world.number(&sum).to_string(), "{href}");
        }
    }
    let all: i64 =
        world.number("SELECT sum(amount)::bigint AS n FROM payments WHERE currency = 'KES' AND status = 'succeeded'");
    let shown: i64 = lines(&viewer.get("/").await, "volume")
        .iter()
        .map(|(number, _)| number.replace([',', '.'], "").parse::<i64>().unwrap())
        .sum();
    assert_eq!(shown, all);
    kept_is_right(&world);
}

#[actix_web::test]
async fn a_payment_counts_when_it_succeeds_and_once() {
    let world = World::empty().await;
    let id = paid(&world, ago(0), 5_000, "KES", Status::Processing);
    let viewer = world.viewer();
    assert!(viewer.get("/").await.text("main").contains("Nothing was paid"));
    let editor = world.editor();
    editor.post(format!("/payments/{id}/outcome"), "status=succeeded").await.expect(303);
    let week = async || lines(&viewer.get("/").await, "volume").pop().unwrap().0;
    assert_eq!(week().await, "50.00");
    let customer = created(&world, ago(0), "payer");
    editor.post(format!("/payments/{id}/customer"), format!("customer={customer}")).await.expect(303);
    assert_eq!(week().await, "50.00", "attached, it is no second one");
    world.asker(&world.shop.admin).post(format!("/payments/{id}/refunds"), "amount=50").await.expect(303);
    assert_eq!(week().await, "50.00", "volume is what was paid");
    kept_is_right(&world);
}

#[actix_web::test]
async fn what_drifted_is_found_and_mended() {
    let world = World::committed().await;
    created(&world, ago(0), "one");
    paid(&world, ago(0), 5_000, "KES", Status::Succeeded);
    world.sql("UPDATE customer_hours SET active = active + 1");
    world.sql("DELETE FROM payment_hours");
    assert_eq!((world.with(customer_hours::check).unwrap(), world.with(payment_hours::check).unwrap()), (1, 1));
    let account = format!("'{}'", world.shop.live.uuid());
    for sql in [customer_hours::COUNT_ALL, payment_hours::SUM_ALL] {
        world.with(|conn| conn.batch_execute(&sql.replace("{account}", &account))).unwrap();
    }
    kept_is_right(&world);
}

// --- what needs a person --------------------------------------------------------------------------

async fn needs(asker: &Asker) -> Vec<(String, String)> {
    let page = asker.get("/").await.expect(200);
    let line = |link: scraper::ElementRef| {
        (link.text().collect::<String>().trim().to_owned(), link.attr("href").unwrap().to_owned())
    };
    page.all(".needs a").into_iter().map(line).collect()
}

fn card(world: &World, account: AccountId, customer: CustomerId, expires: &str) {
    let id = world.method(account, customer);
    world.sql(&format!("UPDATE payment_methods SET expires_on = {expires} WHERE id = '{}'", id.uuid()));
}

#[actix_web::test]
async fn what_needs_a_person_is_counted_and_leads_to_its_rows() {
    let world = World::empty().await;
    let viewer = world.viewer();
    assert_eq!(needs(&viewer).await, []);
    assert!(viewer.get("/").await.text("main").contains("Nothing right now"));
    world.sql("UPDATE merchants SET time_zone = 'UTC'");
    paid(&world, ago(0), 100, "KES", Status::Failed);
    paid(&world, ago(0), 100, "KES", Status::Failed);
    paid(&world, ago(24 * 60), 100, "KES", Status::Failed);
    let month = "date_trunc('month', now() AT TIME ZONE 'UTC')::date";
    for (name, expires) in [
        ("soon", format!("{month} + interval '1 month' - interval '1 day'")),
        ("later", format!("{month} + interval '2 months' - interval '1 day'")),
        ("past", format!("{month} - interval '1 day'")),
    ] {
        let customer = created(&world, ago(0), name);
        card(&world, world.shop.live, customer, &expires);
    }
    let all = needs(&viewer).await;
    let texts: Vec<&str> = all.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "2 payments failed today",
            "1 customer’s default card expires this month",
            "No country: 3",
            "Expired default cards: 1"
        ]
    );
    assert_eq!(rows(&viewer, &all[0].1).await, 2);
    assert_eq!(rows(&viewer, &all[1].1).await, 1);
    for (_, href) in &all[2..] {
        viewer.get(href).await.expect(200);
    }
    assert_eq!(needs(&world.asker(&world.rival.viewer)).await, []);
    assert_eq!(needs(&world.testing(&world.shop.viewer)).await, []);
}

#[actix_web::test]
async fn a_key_that_expires_soon_is_told_to_those_who_manage_keys() {
    let world = World::empty().await;
    let (id, _) = world.api_key(world.shop.live, "Web shop");
    world.sql(&format!("UPDATE api_keys SET expires_at = now() + interval '5 days' WHERE id = '{}'", id.uuid()));
    assert_eq!(needs(&world.editor()).await, []);
    let told = needs(&world.asker(&world.shop.admin)).await;
    assert!(told[0].0.starts_with("The API key “Web shop” works until the end of"), "{told:?}");
}

#[actix_web::test]
async fn what_i_worked_on_last_is_mine() {
    let world = World::empty().await;
    let (editor, admin) = (world.editor(), world.asker(&world.shop.admin));
    let recent = async |asker: &Asker| asker.get("/").await.texts("[aria-labelledby=recent-title] a");
    assert!(recent(&admin).await.is_empty());
    let mut ids = Vec::new();
    for n in 0..10 {
        ids.push(world.customer(&format!("name=Customer+{n}&email=c{n}%40x.example")));
    }
    admin.post(format!("/customers/{}", ids[3]), "version=1&company=Changed").await.expect(303);
    admin.post(format!("/customers/{}/notes", ids[5]), "note=Called").await.expect(303);
    admin.post(format!("/customers/{}", ids[3]), "version=2&company=Again").await.expect(303);
    assert_eq!(recent(&admin).await, ["Customer 3", "Customer 5"]);
    assert_eq!(recent(&editor).await.len(), 8, "no more than are read");
    assert_eq!(recent(&editor).await[0], "Customer 9");
    world.sql(&format!("UPDATE customers SET erased_at = now() WHERE id = '{}'", ids[9].uuid()));
    assert_eq!((recent(&editor).await[0].as_str(), recent(&editor).await.len()), ("Customer 8", 8));
}

#[actix_web::test]
async fn views_are_those_that_one_sees() {
    let world = World::empty().await;
    world.view("name=Shared&q=ann&is_shared=on");
    world.view("name=Edgars&q=joe");
    let names = async |asker: &Asker| asker.get("/").await.texts("[aria-labelledby=views-title] a");
    assert_eq!(names(&world.editor()).await, ["Shared", "Edgars"]);
    assert_eq!(names(&world.viewer()).await, ["Shared"]);
}

// --- what of subscriptions and invoices needs a person ------------------------------------------------

/// A subscription of KES 4,900 a month that is charged; the rest of it as SQL.
fn subscription(world: &World, customer: CustomerId, columns: &str) -> String {
    let id = world.subscription(world.shop.live, customer);
    world.sql(&format!("UPDATE subscriptions SET days_until_due = NULL, {columns} WHERE id = '{}'", id.uuid()));
    id.to_string()
}

/// An invoice of KES 98; the rest of it as SQL.
fn invoice(world: &World, customer: CustomerId, columns: &str) {
    let id = world.invoice(world.shop.live, customer);
    world.sql(&format!("UPDATE invoices SET {columns} WHERE id = '{}'", id.uuid()));
}

#[actix_web::test]
async fn what_of_subscriptions_and_invoices_needs_a_person_leads_to_exactly_its_rows() {
    let world = World::empty().await;
    world.sql("UPDATE merchants SET time_zone = 'UTC'");
    let viewer = world.viewer();
    let (bare, full) = (created(&world, ago(0), "bare"), created(&world, ago(0), "full"));
    card(&world, world.shop.live, full, "'2099-12-31'");
    let today = "(now() AT TIME ZONE 'UTC')::date";
    let of = "period_no = 1, period_from = '2026-01-01', period_until = '2040-01-01'";
    let living = format!("{of}, status = 'active'");
    // Charged soon without a method; later; and with one.
    subscription(&world, bare, &format!("{living}, next_on = {today} + 30"));
    subscription(&world, bare, &format!("{living}, next_on = {today} + 31"));
    subscription(&world, full, &format!("{living}, next_on = {today}"));
    // A card that will have expired, as the wallet's default and as one of its own.
    let old = created(&world, ago(0), "old");
    card(&world, world.shop.live, old, &format!("{today} + 9"));
    subscription(&world, old, &format!("{living}, next_on = {today} + 10"));
    subscription(&world, old, &format!("{living}, next_on = {today} + 8"));
    let own = "method_id = (SELECT id FROM payment_methods p WHERE p.customer_id = subscriptions.customer_id)";
    subscription(&world, old, &format!("{living}, next_on = {today} + 20, {own}"));
    // Some end: within a week, after it, and one that has ended already.
    for (ends, rest) in [
        (0, "'active'"),
        (7, "'active'"),
        (8, "'active'"),
        (5, "'canceled', ended_at = now(), end_reason = 'by_staff'"),
    ] {
        subscription(&world, full, &format!("{of}, next_on = NULL, ends_on = {today} + {ends}, status = {rest}"));
    }
    // One stands still and is past due, another one is past due; their invoices are open.
    let late = "status = 'open', collects = 'charge', tries = 2, first_failed_at = now() - interval '7 days' + interval '1 minute'";
    for still in [format!("given_up_on = {today}"), "given_up_on = NULL".to_owned()] {
        let id = subscription(&world, full, &format!("{of}, status = 'past_due', unpaid = 1, next_on = NULL, {still}"));
        let id = id.parse::<clientele::ids::SubscriptionId>().unwrap().uuid();
        invoice(&world, full, &format!("{late}, subscription_id = '{id}'"));
    }
    // Nine weeks were billed together after an outage; a bill that is sent as agreed is none of these.
    let missed = subscription(&world, full, &format!("{living}, next_on = {today} + 100"));
    let missed = missed.parse::<clientele::ids::SubscriptionId>().unwrap().uuid();
    invoice(&world, full, &format!("collects = 'invoice', subscription_id = '{missed}'"));
    let sent = world.subscription(world.shop.live, full).uuid();
    invoice(&world, full, &format!("collects = 'invoice', subscription_id = '{sent}', is_overdue = true"));
    // One failed longer ago.
    invoice(&world, full, "collects = 'charge', tries = 5, first_failed_at = now() - interval '9 days'");

    let needs = needs(&viewer).await;
    let of = |start: &str| needs.iter().filter(|(_, href)| href.starts_with(start)).cloned().collect::<Vec<_>>();
    let told: Vec<String> = of("/subscriptions").into_iter().chain(of("/invoices")).map(|(text, _)| text).collect();
    assert_eq!(
        told,
        [
            "2 subscriptions are past due: KES 196.00",
            "1 subscription stands still and waits for you",
            "1 subscription missed charges: charge or void them",
            "1 subscription is charged within 30 days and has no payment method",
            "2 subscriptions end in the next 7 days",
            "2 subscriptions are charged within 30 days, and their cards will have expired",
            "1 invoice is overdue: KES 98.00",
            "2 invoices failed for the first time in the last 7 days",
        ]
    );
    for (text, href) in of("/subscriptions").into_iter().chain(of("/invoices")) {
        let count: usize = text.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(rows(&viewer, &href).await, count, "{text}: {href}");
    }
    // Nobody else is told of them.
    for asker in [world.asker(&world.rival.viewer), world.testing(&world.shop.viewer)] {
        assert!(self::needs(&asker).await.is_empty());
    }
}

#[actix_web::test]
async fn what_takes_too_long_is_left_out_and_the_rest_is_there() {
    let world = World::committed().await;
    let ask = |sql: &'static str| {
        move |conn: &mut diesel::PgConnection| {
            diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn).map_err(clientele::error::Error::from)
        }
    };
    let asked = [ask("SELECT 1"), ask("SELECT pg_sleep(5)"), ask("SELECT 2")];
    let patience = std::time::Duration::from_millis(50);
    let found = world.with(|conn| clientele::db::each_in_time(conn, patience, asked)).unwrap();
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);
    // What comes after it has its usual time again.
    assert_eq!(world.number("SELECT count(*) AS n FROM pg_sleep(0.1)"), 1);
}
