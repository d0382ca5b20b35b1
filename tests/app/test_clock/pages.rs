//! The page of the clock, and what everybody else is told while it moves.

use clientele::schedules::forecast;

use crate::{
    subscriptions::{Walk, zone},
    world::{Asker, World},
};

/// Lets the clock of the test account be on its way.
fn moving(world: &World) {
    world.sql(
        "UPDATE accounts SET clock_from_at = now(), clock_to_at = now() + interval '1 day', clock_state = 'moving'
         WHERE mode = 'test'",
    );
}

fn editor(world: &World) -> Asker {
    world.testing(&world.shop.editor)
}

#[actix_web::test]
async fn a_move_is_looked_at_in_numbers_and_begun() {
    let world = World::empty().await;
    let editor = editor(&world);
    let page = editor.get("/test-clock").await.expect(200);
    assert!(page.text("main").contains("It was never moved"), "{}", page.text("main"));
    assert!(!page.text("main").contains("To the next charge"));
    let asked = editor.get("/test-clock?by=month").await.expect(200);
    assert!(asked.text("#plan").contains("No subscription is charged or billed"), "{}", asked.text("#plan"));
    for (path, says) in [
        ("/test-clock?by=next", "Nothing is charged within"),
        ("/test-clock?by=date", "Choose a day"),
        ("/test-clock?by=date&on=31.12.2027", "Write it like"),
        ("/test-clock?by=date&on=2020-01-01", "never goes back"),
        ("/test-clock?by=date&on=2099-01-01", "2 years at most"),
    ] {
        let refused = editor.get(path).await.expect(422);
        assert!(refused.text("#on-d").contains(says), "{path}: {}", refused.text("main"));
    }
    editor.submit(&asked.form_to("/test-clock/moves")).await.expect(303);
    let moving = editor.get("/test-clock").await.expect(200);
    assert!(moving.text("#way").contains("On the way from"), "{}", moving.text("#way"));
    assert!(moving.text(".banner").contains("Its time is moving"));
    assert!(moving.text_body().contains("<noscript><meta http-equiv=\"refresh\""));
    let again = editor.submit(&asked.form_to("/test-clock/moves")).await.expect(409);
    assert!(again.text("main").contains("On the way from"));
    let way = editor.fragment("/test-clock/progress").await.expect(200);
    assert!(way.text_body().contains("id=\"way\"") && !way.text_body().contains("<html"));
    assert_eq!(editor.get("/test-clock/progress").await.expect(303).location(), "/test-clock");

    // Stopped before the first step, it stays where it is.
    editor.post("/test-clock/stop", "").await.expect(303);
    assert!(editor.get("/test-clock").await.expect(200).text("#way").contains("It stops"));
    assert_eq!(
        world.number("SELECT count(*) AS n FROM jobs WHERE kind = 'move_clock' AND due_at <= clock_timestamp()"),
        1
    );
    // A step that fails is named, and when it is tried again.
    world.sql("UPDATE jobs SET error = 'no answer', attempts = 3 WHERE kind = 'move_clock'");
    let held = editor.get("/test-clock").await.expect(200).text("#held");
    assert!(held.contains("move clock") && held.contains("no answer"), "{held}");
    world.sql("UPDATE accounts SET clock_state = NULL");
    let over = editor.fragment("/test-clock/progress").await.expect(200);
    assert_eq!(over.header("HX-Redirect"), Some("/test-clock"));
    let log = world.testing(&world.shop.admin).get("/settings/audit").await.expect(200);
    assert!(log.text("main").contains("moved the time of the test account from"), "{}", log.text("main"));
}

#[actix_web::test]
async fn what_happened_is_told_with_links() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    walk.pass(60);
    walk.walk_to("2027-03-05T09:00:00").await;
    let editor = editor(&walk.world);
    let page = editor.get("/test-clock").await.expect(200);
    assert!(page.text(".banner").contains("Its time is"), "{}", page.text(".banner"));
    assert!(page.text(".clock-counts").contains("1 renewal"), "{}", page.text("main"));
    assert!(page.text(".clock-counts").contains("1 payment succeeded"));
    assert!(page.text("#way .timeline").contains("Ada"));
    let links = page.attribute("#way .timeline li:first-child p > a:first-of-type", "href");
    assert!(links.starts_with('/'), "{links}");
}

#[actix_web::test]
async fn while_it_moves_nothing_else_is_changed_and_everything_is_read() {
    let world = World::empty().await;
    let editor = editor(&world);
    let id = world.customer_in(world.shop.test, &world.shop.editor, "name=Ada&email=ada%40x.example");
    moving(&world);
    let refused = editor.post("/customers", "name=Eve&email=eve%40x.example").await.expect(409);
    assert!(refused.text("main").contains("The time of this test account is moving"), "{}", refused.text("main"));
    editor.post(format!("/customers/{id}/notes"), "note=Called").in_place().await.expect(409);
    assert_eq!(world.number("SELECT count(*) AS n FROM customers"), 1);
    editor.get("/customers").await.expect(200);
    editor.get(format!("/customers/{id}")).await.expect(200);
    editor.get("/customers/new").await.expect(200);
    // What is of the person goes on, and so does the live account next door.
    editor.post("/profile/preferences", "theme=dark&start=payments&single_keys=on").await.expect(303);
    world.asker(&world.shop.editor).post("/customers", "name=Lea&email=lea%40x.example").await.expect(303);
    editor.post("/mode", "mode=live").await.expect(303);
}

#[actix_web::test]
async fn a_live_account_has_no_such_page_and_a_viewer_may_not() {
    let world = World::empty().await;
    let live = world.asker(&world.shop.editor);
    live.get("/test-clock").await.expect(404);
    live.post("/test-clock/moves", "to=2027-06-01T00:00:00Z").await.expect(404);
    live.post("/test-clock/stop", "").await.expect(404);
    world.testing(&world.shop.viewer).get("/test-clock").await.expect(403);
    assert!(!live.get("/customers").await.expect(200).text_body().contains("/test-clock"));
}

#[actix_web::test]
async fn to_the_next_charge_reaches_a_retry_and_then_the_one_after_it() {
    let walk = Walk::from("2027-03-01").await;
    let customer = walk.customer("Ada").await;
    walk.answers(customer, "insufficient_funds");
    let made = walk.agree(walk.dated(customer, &[("2027-03-01", 100), ("2027-03-20", 200)])).unwrap().id;
    walk.work().await;
    for _ in 0..2 {
        let (account, now) = (walk.world.shop.test, walk.account_now());
        let next = walk.world.with(|conn| forecast::next_after(conn, account, now)).unwrap().unwrap();
        walk.walk_to(&next.to_zoned(zone()).datetime().to_string()).await;
    }
    assert_eq!(walk.tried(made, 1), ["2027-03-01", "2027-03-02", "2027-03-04"]);
}
