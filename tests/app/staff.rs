//! Signing in and out, how often one may try, how long a session lasts.

mod passwords;
mod people;

use std::time::{Duration, Instant};

use clientele::{
    error::Result,
    staff::{
        model::{self as staff, Member},
        password, session,
    },
    values::Mode,
    who::Role,
};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_types::Jsonb};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::world::{Asker, PASSWORD, World, add_person, encode, signed_in};

fn credentials<'a>(email: &'a str, password: &'a str) -> [(&'a str, &'a str); 2] {
    [("email", email), ("password", password)]
}

async fn is_signed_in(browser: &Asker) -> bool {
    match browser.get("/profile").await.status.as_u16() {
        200 => true,
        303 => false,
        other => panic!("status {other}"),
    }
}

// --- in and out -----------------------------------------------------------------------------------

#[actix_web::test]
async fn the_right_password_leads_home() {
    let world = World::empty().await;
    let browser = world.nobody();
    let form = browser.get("/login").await.expect(200).form_to("/login");
    let form = form.set("email", &world.shop.editor.email).set("password", PASSWORD);
    let answer = browser.submit(&form).await.expect(303);
    assert_eq!(answer.location(), "/");
    let page = browser.get("/").await.expect(200);
    assert!(page.text("#person").contains(&world.shop.editor.name));
    assert_eq!(browser.get("/login").await.expect(303).location(), "/", "who is in need not sign in");
}

#[actix_web::test]
async fn an_email_is_matched_without_case_and_space() {
    let world = World::empty().await;
    let email = format!("  {} ", world.shop.editor.email.to_uppercase());
    world.nobody().post("/login", credentials(&email, PASSWORD)).await.expect(303);
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_email_get_the_same_page() {
    let world = World::empty().await;
    let unknown = "stranger@nowhere.example";
    let mut pages = Vec::new();
    for email in [world.shop.editor.email.as_str(), unknown] {
        let browser = world.nobody();
        let answer = browser.post("/login", credentials(email, "wrong")).await.expect(422);
        assert_eq!(answer.title(), "Error: Sign in");
        assert_eq!(answer.text("#sign-in-error"), "The email address or the password is not right.");
        assert_eq!(answer.form_to("/login").value("email"), email, "what was typed stays");
        assert_eq!(answer.form_to("/login").value("password"), "", "but not the password");
        assert!(!is_signed_in(&browser).await);
        pages.push(answer.text_body().replace(email, "…"));
    }
    assert_eq!(pages[0], pages[1]);
}

#[actix_web::test]
async fn an_unknown_email_takes_as_much_work_as_a_wrong_password() {
    let world = World::empty().await;
    let mut fastest = Vec::new();
    for email in [world.shop.editor.email.as_str(), "stranger@nowhere.example"] {
        // The first one may make the hash that stands for nobody's.
        let mut times = Vec::new();
        for n in 0..4 {
            let browser = world.nobody().coming_from(&format!("10.0.0.{n}"));
            let began = Instant::now();
            browser.post("/login", credentials(email, "wrong")).await.expect(422);
            times.push(began.elapsed());
        }
        fastest.push(times.into_iter().min().unwrap());
    }
    let [wrong, unknown] = fastest[..] else { panic!() };
    assert!(unknown * 3 > wrong, "unknown {unknown:?}, wrong {wrong:?}: no password was hashed");
}

#[actix_web::test]
async fn nonsense_is_a_wrong_password_and_nothing_worse() {
    let world = World::empty().await;
    let email = world.shop.editor.email.clone();
    for (email, password) in [
        ("", ""),
        (email.as_str(), ""),
        ("nul\0@example.com", "x"),
        (email.as_str(), "\0"),
        (&"a".repeat(100_000), "x"),
        (email.as_str(), &"x".repeat(100_000)),
    ] {
        world.nobody().post("/login", credentials(email, password)).await.expect(422);
    }
    world.nobody().post("/login", "").await.expect(422);
}

#[actix_web::test]
async fn signing_in_starts_a_session_under_a_new_key() {
    let world = World::empty().await;
    let browser = world.nobody();
    browser.start_session(&world.shop.viewer, Mode::Live, Timestamp::now()).await;
    let planted = browser.session_key().await.unwrap();
    let form = credentials(&world.shop.editor.email, PASSWORD);
    browser.post("/login", form).await.expect(303);
    let fresh = browser.session_key().await.unwrap();
    assert_ne!(planted, fresh);
    assert_eq!(browser.get("/profile").await.texts("main dd")[1], "editor");

    let thief = world.nobody();
    thief.use_session(&planted);
    assert!(!is_signed_in(&thief).await, "the key from before opens nothing");
}

#[actix_web::test]
async fn the_cookie_is_for_this_site_and_out_of_reach_of_scripts() {
    let world = World::empty().await;
    let form = credentials(&world.shop.editor.email, PASSWORD);
    let answer = world.nobody().post("/login", form).await;
    let cookie = answer.cookie("clientele").unwrap();
    assert_eq!((cookie.http_only(), cookie.path()), (Some(true), Some("/")));
    assert_eq!(cookie.same_site().map(|s| s.to_string()).as_deref(), Some("Lax"));
    assert_eq!((cookie.max_age(), cookie.expires(), cookie.domain()), (None, None, None), "it ends with the browser");
    assert_ne!(cookie.secure(), Some(true));

    let mut https = world.shared.clone();
    https.url = "https://clientele.test".parse().unwrap();
    let browser = world.nobody().at(&https).await;
    let answer = browser.post("/login", form).await.expect(303);
    let cookie = answer.cookie("__Host-clientele").expect("a cookie that only this host can have set");
    assert_eq!((cookie.secure(), cookie.http_only(), cookie.path()), (Some(true), Some(true), Some("/")));
    assert_eq!(answer.header("Strict-Transport-Security"), Some("max-age=63072000; includeSubDomains"));
}

#[actix_web::test]
async fn the_database_has_only_a_hash_of_the_key() {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Jsonb)]
        row: serde_json::Value,
    }
    let world = World::empty().await;
    let key = signed_in(&world, &world.shop.editor).await.session_key().await.unwrap();
    let rows: Vec<Row> =
        world.with(|conn| diesel::sql_query("SELECT to_jsonb(s) AS row FROM sessions s").load(conn)).unwrap();
    assert_eq!(rows.len(), 1);
    let hash: String = Sha256::digest(&key).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(rows[0].row["key_hash"], format!("\\x{hash}"));
    assert!(!rows[0].row.to_string().contains(&key));
    assert_eq!(rows[0].row["staff_id"], world.shop.editor.id.uuid().to_string());
}

#[actix_web::test]
async fn a_cookie_that_we_did_not_sign_opens_nothing() {
    let world = World::empty().await;
    let key = world.editor().session_key().await.unwrap();
    let forger = world.nobody();
    for cookie in [format!("clientele={key}"), format!("clientele={}{key}", "A".repeat(44)), "clientele=".to_owned()] {
        forger.get("/profile").header("Cookie", &cookie).await.expect(303);
    }
}

#[actix_web::test]
async fn a_session_is_over_after_signing_out() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let key = browser.session_key().await.unwrap();
    let form = browser.get("/profile").await.form_to("/logout");
    let answer = browser.submit(&form).await.expect(303);
    assert_eq!(answer.location(), "/login?signed_out=1");
    assert_eq!(browser.get(answer.location()).await.text("[role=status]"), "You are signed out.");
    assert_eq!(browser.session_key().await, None, "the cookie is gone");
    browser.use_session(&key);
    assert!(!is_signed_in(&browser).await, "and the key too");
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions"), 0);
}

#[actix_web::test]
async fn next_leads_only_inside() {
    let world = World::empty().await;
    for (next, leads_to) in [
        ("/profile", "/profile"),
        ("/customers?q=a b&sort=name", "/customers?q=a b&sort=name"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/customers", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
    ] {
        let browser = world.nobody();
        let page = browser.get(format!("/login?next={}", encode(next))).await;
        let form = page.form_to("/login").set("email", &world.shop.editor.email).set("password", PASSWORD);
        assert_eq!(form.value("next"), leads_to);
        // Whoever sends the form may have changed the field.
        let form = form.set("next", next);
        let browser = browser.coming_from(&format!("10.1.0.{}", next.len()));
        assert_eq!(browser.submit(&form).await.expect(303).location(), leads_to, "{next}");
    }
}

// --- how often ------------------------------------------------------------------------------------

#[actix_web::test]
async fn after_ten_tries_in_a_minute_an_address_waits() {
    let world = World::empty().await;
    let browser = world.nobody().coming_from("203.0.113.7");
    let wrong = credentials(&world.shop.editor.email, "wrong");
    for _ in 0..10 {
        browser.post("/login", wrong).await.expect(422);
    }
    let answer = browser.post("/login", credentials(&world.shop.editor.email, PASSWORD)).await.expect(429);
    let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait} s");
    assert!(answer.text("#sign-in-error").starts_with("Too many tries. Wait"));
    assert_eq!(answer.form_to("/login").value("email"), world.shop.editor.email);
    assert!(!is_signed_in(&browser).await);

    let elsewhere = world.nobody().coming_from("203.0.113.8");
    elsewhere.post("/login", credentials(&world.shop.editor.email, PASSWORD)).await.expect(303);
}

#[actix_web::test]
async fn an_address_is_believed_only_from_a_trusted_proxy() {
    let mut world = World::empty().await;
    world.shared.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    for (proxy, statuses) in [("10.0.0.1", [422, 422]), ("192.0.2.1", [422, 429])] {
        let browser = world.nobody().at(&world.shared).await.coming_from(proxy);
        let mut got = Vec::new();
        for n in [0, 10] {
            for n in n..n + 10 {
                let forwarded = format!("198.51.100.{n}");
                // Another email each time: failures for the same one would only be slowed.
                let email = format!("stranger{n}@nowhere.example");
                let wrong = credentials(&email, "wrong");
                got.push(browser.post("/login", wrong).header("X-Forwarded-For", &forwarded).await.status.as_u16());
            }
        }
        assert_eq!([got[9], got[19]], statuses, "from {proxy}");
    }
}

// --- how long -------------------------------------------------------------------------------------

#[actix_web::test]
async fn a_session_ends_twelve_hours_after_its_last_use() {
    let world = World::empty().await;
    let browser = world.nobody();
    let used = Timestamp::now() - SignedDuration::from_mins(10);
    browser.start_session(&world.shop.editor, Mode::Live, used).await;
    world.sql("UPDATE sessions SET expires_at = expires_at - interval '10 minutes'");
    assert!(is_signed_in(&browser).await);
    let left =
        world.number("SELECT extract(epoch FROM max(expires_at) - clock_timestamp())::bigint AS n FROM sessions");
    assert!((12 * 3600 - 20..=12 * 3600).contains(&left), "{left} s are left after its use");
    world.sql("UPDATE sessions SET expires_at = clock_timestamp() - interval '1 second'");
    assert!(!is_signed_in(&browser).await);
}

#[actix_web::test]
async fn use_is_noted_once_a_minute_and_not_with_every_request() {
    let world = World::empty().await;
    let browser = world.editor();
    world.sql("UPDATE sessions SET expires_at = expires_at - interval '1 hour'");
    let expiry = || world.number("SELECT extract(epoch FROM max(expires_at))::bigint AS n FROM sessions");
    browser.get("/profile").await.expect(200);
    let before = expiry();
    browser.get("/profile").await.expect(200);
    assert_eq!(expiry(), before);
}

#[actix_web::test]
async fn a_session_ends_seven_days_after_signing_in_however_much_it_is_used() {
    let world = World::empty().await;
    let days = SignedDuration::from_hours(7 * 24);
    let browser = world.nobody();
    let almost = Timestamp::now() - days + SignedDuration::from_hours(2);
    browser.start_session(&world.shop.editor, Mode::Live, almost).await;
    assert!(is_signed_in(&browser).await);
    let left =
        world.number("SELECT extract(epoch FROM max(expires_at) - clock_timestamp())::bigint AS n FROM sessions");
    assert!(left <= 2 * 3600, "{left} s are left after its use");

    let late = Timestamp::now() - days - SignedDuration::from_secs(1);
    browser.start_session(&world.shop.editor, Mode::Live, late).await;
    assert!(!is_signed_in(&browser).await);
}

#[actix_web::test]
async fn sessions_that_ran_out_are_forgotten() {
    let world = World::empty().await;
    let (old, new) = (world.editor(), world.editor());
    old.get("/profile").await.expect(200);
    world.sql("UPDATE sessions SET expires_at = clock_timestamp() - interval '1 second'");
    new.get("/profile").await.expect(200);
    assert_eq!(world.with(session::forget_expired).unwrap(), 1);
    assert!(is_signed_in(&new).await);
}

#[actix_web::test]
async fn staff_who_are_no_more_are_signed_out() {
    let world = World::empty().await;
    let browser = world.editor();
    assert!(is_signed_in(&browser).await);
    // The session's row goes with the person.
    world.sql(&format!("DELETE FROM staff WHERE id = '{}'", world.shop.editor.id.uuid()));
    assert!(!is_signed_in(&browser).await);
    browser.post("/customers", "name=A&email=a%40b.example").await.expect(401);
}

#[actix_web::test]
async fn a_role_is_read_with_every_request() {
    let world = World::empty().await;
    let browser = world.editor();
    browser.get("/customers/new").await.expect(200);
    world.sql(&format!("UPDATE staff SET role = 'viewer' WHERE id = '{}'", world.shop.editor.id.uuid()));
    browser.get("/customers/new").await.expect(403);
}

// --- when sessions cannot be written ---------------------------------------------------------------

/// A connection that lets nobody write a session while it lives.
fn sessions_locked(world: &World) -> PgConnection {
    let mut holder = world.database().connect();
    holder.begin_test_transaction().unwrap();
    diesel::sql_query("LOCK TABLE sessions IN SHARE MODE").execute(&mut holder).unwrap();
    holder
}

#[actix_web::test]
async fn a_change_that_is_made_is_answered_as_made_though_its_notice_is_lost() {
    let world = World::committed().await;
    let payer = world.customer_in(world.shop.test, &world.shop.editor, "name=Payer&email=p%40x.example");
    let (browser, testing) = (world.editor(), world.testing(&world.shop.editor));
    browser.get("/profile").await.expect(200);
    testing.get("/profile").await.expect(200);
    let holder = sessions_locked(&world);
    let charge = [("amount", "10"), ("method", "token"), ("token", "tok_visa")];
    let began = Instant::now();
    let created = browser.post("/customers", "name=Nia+New&email=nia%40new.example").await.expect(303);
    testing.post(format!("/customers/{payer}/charges"), charge).await.expect(303);
    browser.post("/profile/preferences", "single_keys=on").await.expect(303);
    assert!(began.elapsed() < Duration::from_millis(2_900), "took {:?}", began.elapsed());
    assert_eq!(world.named("Nia New").len(), 1);
    assert_eq!(world.number("SELECT count(*) AS n FROM payments"), 1);
    drop(holder);
    browser.get(created.location()).await.expect(200);
}

#[actix_web::test]
async fn a_page_is_shown_though_its_notice_cannot_be_taken_away() {
    let world = World::committed().await;
    let browser = world.editor();
    let created = browser.post("/customers", "name=Nia+New&email=nia%40new.example").await.expect(303);
    let _holder = sessions_locked(&world);
    let page = browser.get(created.location()).await.expect(200);
    assert!(page.text("#toasts").contains("Customer created"));
}

#[actix_web::test]
async fn a_sign_in_that_cannot_be_written_claims_no_success() {
    let world = World::committed().await;
    let holder = sessions_locked(&world);
    let browser = world.nobody();
    let answer = browser.post("/login", credentials(&world.shop.editor.email, PASSWORD)).await.expect(503);
    assert!(answer.cookie("clientele").is_none());
    assert!(answer.text("main").contains("could not write down your session"));
    drop(holder);
    assert!(!is_signed_in(&browser).await);
}

#[actix_web::test]
async fn a_switch_of_the_account_that_cannot_be_written_claims_no_success() {
    let world = World::committed().await;
    let browser = world.editor();
    browser.get("/profile").await.expect(200);
    let holder = sessions_locked(&world);
    let answer = browser.post("/mode", "mode=test").await.expect(503);
    assert!(!answer.text("main").contains("Nothing was changed"));
    drop(holder);
    assert!(!browser.get("/customers").await.has(".banner"), "the page says in which account one is");
}
