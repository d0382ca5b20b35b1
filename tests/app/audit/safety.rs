//! What concerns the safety of the product, as events: ASVS 16.2.1, 16.3.1 to 16.3.3 (with `process.rs`, where they are lines of the log).

use std::time::{Duration, Instant};

use super::{admin, found, searched};
use crate::world::World;

/// Waits until so many events of a kind are there: they are written behind the answers.
async fn kept(world: &World, kind: &str, count: i64) {
    let until = Instant::now() + Duration::from_secs(20);
    let statement = format!("SELECT count(*) AS n FROM events WHERE kind = 'security.{kind}'");
    while world.number(&statement) < count {
        assert!(Instant::now() < until, "{kind} came {} times", world.number(&statement));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.number(&statement), count, "{kind}");
}

#[actix_web::test]
async fn sign_ins_and_failures_of_known_people_are_kept_without_what_was_typed() {
    let world = World::empty().await;
    let email = world.shop.editor.email.clone();
    let browser = world.nobody().coming_from("198.51.100.9");
    let form =
        |password: &str| format!("email={}&password={}", crate::world::encode(&email), crate::world::encode(password));
    browser.post("/login", form("not-this-one")).header("User-Agent", "Probe/1").await.expect(422);
    browser.post("/login", "email=stranger%40nowhere.example&password=anything").await.expect(422);
    browser.post("/login", form(crate::world::PASSWORD)).await.expect(303);
    browser.post("/logout", "").await.expect(303);
    for kind in ["sign_in_failed", "signed_in", "signed_out"] {
        kept(&world, kind, 1).await;
    }
    let admin = admin(&world);
    let entries = found(&admin, "kind:sign_in").await;
    assert_eq!(
        entries,
        [
            "Edgar Editor signed out",
            "Edgar Editor signed in",
            "Clientele refused a sign-in: the password was not right : Edgar Editor",
        ]
    );
    assert_eq!(found(&admin, "person:edgar kind:sign_in").await, entries, "failures are found by the person too");
    let page = admin.get(searched("kind:sign_in")).await;
    let values = page.texts(".audit details").concat();
    assert!(values.contains("198.51.100.9") && values.contains("Probe/1"), "{values}");
    assert!(!page.text_body().contains("not-this-one") && !page.text_body().contains("stranger"));
    let test = format!("SELECT count(*) AS n FROM events WHERE account_id = '{}'", world.shop.test.uuid());
    assert_eq!(world.number(&test), 0);
}

#[actix_web::test]
async fn refusals_are_kept_with_the_route_and_no_id() {
    let (world, named) = World::populated().await;
    world.viewer().post(format!("/customers/{}", named.wanjiru), "version=1&company=X").await.expect(403);
    kept(&world, "role_refused", 1).await;
    let page = admin(&world).get(searched("kind:refusal")).await;
    let values = page.text(".audit");
    assert!(values.contains("Vera Viewer was refused: their role does not allow it"), "{values}");
    assert!(values.contains("POST /customers/{id}") && !values.contains("cust_"), "{values}");
    // The customer's own activity has none of it.
    let activity = world.viewer().get(format!("/customers/{}/activity", named.wanjiru)).await;
    assert!(!activity.text("main").contains("refused"));
}

#[actix_web::test]
async fn a_flood_of_refusals_does_not_fill_the_log_and_fails_nobody() {
    let world = World::empty().await;
    let viewer = world.viewer();
    for _ in 0..60 {
        viewer.get("/customers/new").await.expect(403);
    }
    kept(&world, "role_refused", 40).await;
}

#[actix_web::test]
async fn a_password_and_its_sessions_are_told() {
    let world = World::empty().await;
    let editor = world.editor();
    editor.post("/profile/sign-outs", "").await.expect(303);
    editor
        .post("/profile/password", "current_password=wrong&new_password=a+new+horse&repeated_password=a+new+horse")
        .await
        .expect(422);
    kept(&world, "sessions_ended", 1).await;
    kept(&world, "password_refused", 1).await;
    let entries = found(&admin(&world), "person:edgar").await;
    assert_eq!(entries, ["Edgar Editor gave a wrong password to change it", "Edgar Editor ended sessions"]);
}

#[actix_web::test]
async fn what_is_old_is_forgotten_and_nothing_else() {
    let world = World::empty().await;
    world.customer("name=Old");
    let live = world.shop.live.uuid();
    let insert = |id: &str, kind: &str| {
        world.sql(&format!(
            "INSERT INTO events (account_id, id, kind, subject_id, version, actor_kind, before, after)
             VALUES ('{live}', '{id}', '{kind}', '{live}', 0, 'system', '{{}}', '{{}}')"
        ));
    };
    insert("01800000-0000-7000-8000-000000000001", "security.signed_in");
    insert("01800000-0000-7000-8000-000000000002", "view.moved");
    insert(&uuid::Uuid::now_v7().to_string(), "security.signed_in");
    assert_eq!(world.with(clientele::security::forget_old).unwrap(), 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM events"), 3);
}

#[actix_web::test]
async fn a_key_that_is_revoked_is_told_in_its_own_account() {
    let world = World::empty().await;
    let testing = world.testing(&world.shop.admin);
    let page = testing.post("/settings/api_keys", "name=Web+shop&may.customers=read").await.expect(200);
    let secret = page.text(".secret code");
    let list = testing.get("/settings/api_keys").await;
    let revocation = list.attribute("a[href$='/revocation']", "href");
    testing.post(&revocation, "").await.expect(303);
    let call = || world.nobody().coming_from("198.51.100.7");
    let bearer = format!("Bearer {secret}");
    call().get("/v1/key").header("Authorization", &bearer).await.expect(401);
    call().get("/v1/key").header("Authorization", "Bearer sk_test_unknown").await.expect(401);
    kept(&world, "key_refused", 1).await;
    let entries = found(&testing, "kind:refusal").await;
    assert_eq!(entries, ["Clientele refused a key that does not work any more : Web shop"]);
    assert_eq!(found(&testing, "key:shop kind:refusal").await, entries);
    assert!(found(&admin(&world), "kind:refusal").await.is_empty());
    assert!(!testing.get(searched("key:shop")).await.text_body().contains(&secret));
}
