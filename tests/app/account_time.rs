//! The time of an account: a test account's clock can be ahead, and all that happens there goes by it.

use clientele::{
    clock::Clock,
    events::{Actor, By},
    gateway::Sandbox,
    ids::EventId,
    jobs, work,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{Answer, World};

const AHEAD: i64 = 400;

/// A world whose test account is 400 days ahead.
async fn ahead() -> World {
    let world = World::empty().await;
    put_forward(&world, AHEAD);
    world
}

fn put_forward(world: &World, days: i64) {
    let moved =
        format!("UPDATE accounts SET ahead_ms = {} WHERE id = '{}'", days * 24 * 3_600_000, world.shop.test.uuid());
    assert_eq!(world.sql(&moved), 1);
}

/// How many seconds a time of the database, given in SQL, is ahead of the machine's.
fn seconds_ahead(world: &World, of: &str) -> i64 {
    world.number(&format!("SELECT round(extract(epoch FROM ({of}) - clock_timestamp()))::bigint AS n"))
}

fn is_about(days: i64, seconds: i64) -> bool {
    (days * 86_400 - seconds).abs() < 120
}

fn first_event(page: &Answer) -> String {
    page.attribute("#activity time", "datetime").to_owned()
}

#[actix_web::test]
async fn what_happens_in_an_account_bears_its_time_and_nothing_elsewhere_does() {
    let world = ahead().await;
    let editor = world.testing(&world.shop.editor);
    let made = editor.post("/customers", "name=Ada+Ahead&email=ada%40x.example").await.expect(303);
    let path = made.location().split('?').next().unwrap().to_owned();
    for column in ["created_at", "updated_at"] {
        let of = format!("SELECT {column} FROM customers WHERE name = 'Ada Ahead'");
        assert!(is_about(AHEAD, seconds_ahead(&world, &of)), "{column}");
    }
    let page = editor.get(&path).await.expect(200);
    let told: Timestamp = first_event(&page).parse().unwrap();
    let days = told.duration_since(Timestamp::now()).as_hours() / 24;
    assert!((AHEAD - 1..=AHEAD).contains(&days), "{told}");

    // A search for what is new finds it, and one for what is old does not.
    let found = |q: &'static str| {
        let editor = &editor;
        async move { editor.get(format!("/customers?q={q}")).await.expect(200).rows() }
    };
    assert_eq!(found("created%3Alast-7d").await, ["Ada Ahead"]);
    assert!(found("-created%3Alast-7d").await.is_empty());

    // A note, a payment and what is done with them.
    editor.post(format!("{path}/notes"), "note=Called").await.expect(303);
    assert!(is_about(AHEAD, seconds_ahead(&world, "SELECT updated_at FROM notes")));
    let charge = editor.get(format!("{path}/charges/new")).await.expect(200).form_to(&format!("{path}/charges"));
    editor.submit(&charge.set("amount", "50").set("method", "token").set("token", "tok_visa")).await.expect(303);
    for of in
        ["SELECT created_at FROM payments", "SELECT updated_at FROM payments", "SELECT placed_at FROM sandbox_orders"]
    {
        assert!(is_about(AHEAD, seconds_ahead(&world, of)), "{of}");
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM payments WHERE status = 'succeeded'"), 1);

    // The live account next door goes by the machine's clock.
    world.customer("name=Lea+Live&email=lea%40x.example");
    assert!(is_about(0, seconds_ahead(&world, "SELECT created_at FROM customers WHERE name = 'Lea Live'")));
    let ids = world.number(&format!(
        "SELECT count(*) AS n FROM events WHERE account_id = '{}' AND id > '{}'",
        world.shop.live.uuid(),
        EventId::first_at(Timestamp::now() + SignedDuration::from_hours(1)).uuid()
    ));
    assert_eq!(ids, 0, "no event of the live account is from the future");
}

#[actix_web::test]
async fn a_live_account_s_clock_cannot_be_moved() {
    let world = World::committed().await;
    let moved = format!("UPDATE accounts SET ahead_ms = 1 WHERE id = '{}'", world.shop.live.uuid());
    let refused = world.with(|conn| diesel::RunQueryDsl::execute(diesel::sql_query(moved), conn));
    assert!(refused.unwrap_err().to_string().contains("accounts_ahead_in_test"));
}

#[actix_web::test]
async fn what_concerns_the_merchant_as_a_whole_goes_by_the_machine_s_time() {
    let world = ahead().await;
    let owner = world.testing(&world.shop.owner);
    let settings = owner.get("/settings").await.expect(200).form_to("/settings");
    let review = owner.submit(&settings.set("wallet_size", "7")).await.expect(409);
    owner.submit(&review.form_to("/settings")).await.expect(303);
    let live = world.number(&format!(
        "SELECT count(*) AS n FROM events WHERE account_id = '{}' AND kind = 'merchant.changed' AND id < '{}'",
        world.shop.live.uuid(),
        EventId::first_at(Timestamp::now() + SignedDuration::from_hours(1)).uuid()
    ));
    assert_eq!(live, 1);
}

#[actix_web::test]
async fn windows_close_by_the_account_s_clock() {
    let world = ahead().await;
    let by = world.shop.editor.clone();
    let id = world.customer_in(
        world.shop.test,
        &by,
        "name=Gone&email=gone%40x.example&address.n1.kind=billing&address.n1.city=Oslo",
    );
    let editor = world.testing(&world.shop.editor);
    let plan = editor.get(format!("/customers/{id}/deletion")).await.expect(200);
    editor.submit(&plan.form("main form[method=post]")).await.expect(303);
    // Its destruction is due in 30 days of the machine's clock, which is 430 days of the account's from now.
    assert!(is_about(30, seconds_ahead(&world, "SELECT due_at FROM jobs WHERE kind = 'destroy_deleted'")));
    assert!(is_about(AHEAD, seconds_ahead(&world, "SELECT deleted_at FROM customers WHERE deleted_at IS NOT NULL")));

    // A worker that comes too early by the account's clock puts it off by as much as is left of it.
    let sandbox = Sandbox::new(world.db.clone());
    let claim = |world: &World| {
        world.sql("UPDATE jobs SET due_at = now() - interval '1 minute' WHERE kind = 'destroy_deleted'");
        world.with(|conn| jobs::model::claim(conn, Timestamp::now())).unwrap().unwrap()
    };
    let early = claim(&world);
    work::perform(&world.db, &sandbox, &early, &Clock::system()).await.unwrap();
    assert!(is_about(30, seconds_ahead(&world, "SELECT due_at FROM jobs WHERE kind = 'destroy_deleted'")));
    assert_eq!(world.number("SELECT count(*) AS n FROM addresses"), 1);

    // The account's clock is moved by 31 days: what the window took is gone, by pages and by the worker.
    put_forward(&world, AHEAD + 31);
    let page = editor.get(format!("/customers/{id}")).await.expect(200);
    assert!(!page.text("main").contains("Oslo"), "{}", page.text("main"));
    let due = claim(&world);
    work::perform(&world.db, &sandbox, &due, &Clock::system()).await.unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM addresses"), 0);
    let event = "SELECT to_timestamp((('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint) / 1000.0) \
                 FROM events WHERE kind = 'customer.details_destroyed'";
    assert!(is_about(AHEAD + 31, seconds_ahead(&world, event)));
}

#[test]
fn a_clock_put_forward_is_ahead_of_the_machine_and_no_more_than_once() {
    let start: Timestamp = "2027-01-31T12:00:00Z".parse().unwrap();
    let clock = Clock::telling(move || start).put_forward(SignedDuration::from_hours(24));
    assert_eq!(clock.now().to_string(), "2027-02-01T12:00:00Z");
    assert_eq!(clock.put_forward(SignedDuration::from_hours(48)).now().to_string(), "2027-02-02T12:00:00Z");
    assert_eq!(clock.put_forward(SignedDuration::MAX).now(), Timestamp::MAX);
    let by = By::system(clientele::ids::AccountId::new(), clock);
    assert_eq!((by.now().to_string(), by.actor), ("2027-02-01T12:00:00Z".to_owned(), Actor::System));
    assert_eq!(by.in_live(by.account).now(), start);
}
