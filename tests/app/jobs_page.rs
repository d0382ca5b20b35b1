//! The page of jobs that were given up: what, about whom, since when and why, and having them tried again.

use clientele::jobs::Kind;

use crate::{
    jobs::enqueue,
    world::{Asker, World},
};

const PATH: &str = "/settings/jobs";

/// Lets every job be stuck for that reason.
fn stuck(world: &World, error: &str) {
    world.sql(&format!("UPDATE jobs SET attempts = 12, stuck_at = now() - interval '2 hours', error = '{error}'"));
}

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

async fn needs(asker: &Asker) -> Vec<String> {
    asker.get("/").await.expect(200).texts(".needs a[href='/settings/jobs']")
}

#[actix_web::test]
async fn a_stuck_job_says_what_it_is_about_and_is_tried_again_once() {
    let world = World::empty().await;
    let admin = admin(&world);
    assert!(admin.get(PATH).await.expect(200).text("main").contains("No job is stuck"));
    assert_eq!(needs(&admin).await, Vec::<String>::new());
    let customer = world.customer("name=Wanjiru+Kamau&email=w%40x.example");
    let invoice = world.invoice(world.shop.live, customer);
    enqueue(&world, Kind::CollectInvoice, invoice.uuid(), jiff::Timestamp::now());
    stuck(&world, "the database does not answer");
    assert_eq!(needs(&admin).await, ["1 job is stuck and waits for you"]);
    assert_eq!(needs(&world.editor()).await, Vec::<String>::new(), "only admins can do anything about it");
    let page = admin.get(PATH).await.expect(200);
    let line = page.text(".keyline");
    for says in
        ["Try an invoice again", "Wanjiru Kamau", &invoice.to_string(), "The database did not answer.", "12 times"]
    {
        assert!(line.contains(says), "{says}: {line}");
    }
    admin.get(page.attribute(".keyline a[href^='/invoices/']", "href")).await.expect(200);
    admin.get(page.attribute(".keyline a[href^='/customers/']", "href")).await.expect(200);
    // The other account, and another merchant, have none.
    for asker in [world.testing(&world.shop.admin), world.asker(&world.rival.admin)] {
        assert!(asker.get(PATH).await.expect(200).text("main").contains("No job is stuck"));
        assert_eq!(needs(&asker).await, Vec::<String>::new());
    }
    let form = page.form_to(&page.attribute(".keyline form", "action"));
    world.asker(&world.rival.admin).submit(&form).await.expect(303);
    assert_eq!(world.number("SELECT count(*) AS n FROM jobs WHERE stuck_at IS NOT NULL"), 1, "not a rival's");
    admin.submit(&form).await.expect(303);
    let after = admin.get(PATH).await.expect(200);
    assert!(after.text(".toast").contains("It is tried again now"), "{}", after.text("body"));
    assert!(after.text("main").contains("No job is stuck"));
    let due = "SELECT count(*) AS n FROM jobs WHERE stuck_at IS NULL AND attempts = 0 AND due_at <= clock_timestamp()";
    assert_eq!(world.number(due), 1);
    // A second click finds nothing, and writes nothing.
    admin.submit(&form).await.expect(303);
    assert!(admin.get(PATH).await.text(".toast").contains("not stuck any more"));
    assert_eq!(world.number("SELECT count(*) AS n FROM events WHERE kind = 'job.retried'"), 1);
    let log = admin.get("/settings/audit?q=kind%3Ajob").await.expect(200).text("main");
    assert!(log.contains("had a stuck job tried again") && log.contains(&invoice.to_string()), "{log}");
}

#[actix_web::test]
async fn every_kind_of_job_leads_to_what_it_is_about() {
    let world = World::empty().await;
    let customer = world.customer("name=Asha&email=a%40x.example");
    let subscription = world.subscription(world.shop.live, customer);
    let method = world.method(world.shop.live, customer);
    for (kind, subject) in [
        (Kind::AdvanceSubscription, subscription.uuid()),
        (Kind::DestroyMethod, method.uuid()),
        (Kind::DestroyDeleted, customer.uuid()),
        (Kind::SettlePayment, customer.uuid()),
        (Kind::SettleRefund, customer.uuid()),
        (Kind::DestroyNote, customer.uuid()),
    ] {
        enqueue(&world, kind, subject, jiff::Timestamp::now());
    }
    stuck(&world, "Unknown some_constraint");
    world.sql(
        "INSERT INTO jobs SELECT gen_random_uuid(), account_id, 'of_tomorrow', id, due_at, attempts, NULL, NULL, NULL, \
        stuck_at, created_at, NULL FROM jobs LIMIT 1",
    );
    let page = admin(&world).get(PATH).await.expect(200);
    assert_eq!(page.all(".keyline").len(), 7);
    assert!(page.text("main").contains("of tomorrow") && page.text("main").contains("that it does not know"));
    assert_eq!(
        page.texts(&format!(".keyline a[href='/customers/{customer}']")).len(),
        4,
        "three times whose, and one itself"
    );
    for start in ["/subscriptions/", "/payment_methods/"] {
        // A payment method is shown in its wallet.
        let led = admin(&world).get(page.attribute(&format!(".keyline a[href^='{start}']"), "href")).await;
        assert!(led.status.as_u16() < 400, "{start}: {}", led.outline());
    }
}

#[actix_web::test]
async fn jobs_that_nobody_does_are_told_to_admins() {
    let world = World::empty().await;
    let customer = world.customer("name=Asha&email=a%40x.example");
    enqueue(&world, Kind::FindDoubts, customer.uuid(), jiff::Timestamp::now());
    world.sql("UPDATE jobs SET due_at = now() - interval '14 minutes'");
    assert_eq!(needs(&admin(&world)).await, Vec::<String>::new());
    world.sql("UPDATE jobs SET due_at = now() - interval '40 minutes'");
    assert_eq!(needs(&admin(&world)).await, ["Jobs are late, the oldest by 40 minutes"]);
    assert!(admin(&world).get(PATH).await.expect(200).text("main").contains("has been due for 40 minutes"));
}
