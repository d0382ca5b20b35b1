//! A person's own account: name, sessions, and how they want their pages.

use std::thread;

use clientele::{
    staff::{session, sessions},
    values::Mode,
};
use diesel::{Connection, connection::SimpleConnection};
use jiff::Timestamp;

use crate::world::{Asker, PASSWORD, World, signed_in};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn is_signed_in(browser: &Asker) -> bool {
    browser.get("/profile").await.status == 200
}

fn sessions_of(world: &World) -> i64 {
    world.number(&format!("SELECT count(*) AS n FROM sessions WHERE staff_id = '{}'", world.shop.editor.id.uuid()))
}

#[actix_web::test]
async fn a_person_gives_themselves_another_name() {
    let world = World::empty().await;
    let browser = world.editor();
    let form = browser.get("/profile").await.form_to("/profile");
    for (typed, kept) in [("", ""), (" \u{200b} ", " \u{200b} "), (&"x".repeat(201), &"x".repeat(201))] {
        let refused = browser.submit(&form.clone().set("name", typed)).await.expect(422);
        assert!(refused.error_of("name").is_some(), "{typed:?}");
        assert_eq!(refused.form_to("/profile").value("name"), kept);
    }
    let done = browser.submit(&form.clone().set("name", "  Ed  O’Brien ")).await.expect(303);
    let page = browser.get(done.location()).await;
    assert!(page.text(".toast").contains("You are Ed O’Brien now") && page.text("#person").contains("Ed O’Brien"));
    browser.submit(&form.set("name", "Ed O’Brien")).await.expect(303);
    let renamed = "SELECT count(*) AS n FROM events WHERE kind = 'staff.renamed' AND after->>'name' = 'Ed O’Brien'";
    assert_eq!(world.number(renamed), 1, "the same name again is no event");
}

#[actix_web::test]
async fn sessions_are_listed_with_browser_address_and_time_and_ended_one_by_one() {
    let world = World::empty().await;
    let (here, there) = (world.editor(), world.nobody().coming_from("203.0.113.9"));
    let form = [("email", world.shop.editor.email.as_str()), ("password", PASSWORD)];
    let request = there.request(actix_web::http::Method::POST, "/login").header("User-Agent", FIREFOX);
    request
        .form(format!("email={}&password={}", crate::world::encode(form[0].1), crate::world::encode(form[1].1)))
        .await
        .expect(303);
    let colleague = world.viewer();
    assert!(is_signed_in(&colleague).await);
    let page = here.get("/profile").await.expect(200);
    let lines = page.texts("[aria-labelledby=sessions] .keyline");
    assert_eq!(lines.len(), 2, "a colleague's is not among them");
    assert_eq!(lines.iter().filter(|line| line.contains("This one")).count(), 1);
    let other = lines.iter().find(|line| line.contains("Firefox on Linux")).unwrap();
    assert!(other.contains("203.0.113.9") && other.contains("just now"), "{other}");
    assert!(!page.text_body().contains(&there.session_key().await.unwrap()), "no key is in the page");
    here.submit(&page.form(".keyline:not(:has(.badge)) form")).await.expect(303);
    assert!(!is_signed_in(&there).await && is_signed_in(&here).await);
    // A colleague's session is not theirs to end, and nonsense ends none.
    let theirs = colleague.get("/profile").await.form(".keyline form");
    here.submit(&theirs).await.expect(303);
    here.post("/profile/sign-outs", "session=nonsense").await.expect(303);
    assert!(is_signed_in(&colleague).await && is_signed_in(&here).await);
    // Ending this one is signing out.
    let own = here.get("/profile").await.form(".keyline:has(.badge) form");
    assert_eq!(here.submit(&own).await.expect(303).location(), "/login?signed_out=1");
    assert!(!is_signed_in(&here).await);
}

#[actix_web::test]
async fn a_person_has_so_many_sessions_and_the_one_unused_for_longest_ends() {
    let world = World::empty().await;
    let first = signed_in(&world, &world.shop.editor).await;
    let kept = signed_in(&world, &world.shop.editor).await;
    world.sql("UPDATE sessions SET used_at = now() - interval '1 hour'");
    world.sql("UPDATE sessions SET expires_at = expires_at - interval '5 minutes'");
    assert!(is_signed_in(&kept).await, "and its use is noted");
    let browser = world.nobody();
    for _ in 2..=session::MOST {
        browser.start_session(&world.shop.editor, Mode::Live, Timestamp::now()).await;
    }
    assert_eq!(sessions_of(&world), i64::try_from(session::MOST).unwrap());
    assert!(!is_signed_in(&first).await);
    assert!(is_signed_in(&kept).await && is_signed_in(&browser).await);
}

#[actix_web::test]
async fn sign_ins_at_once_leave_no_more_sessions_than_there_may_be() {
    let world = World::committed().await;
    let id = world.shop.editor.id;
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let db = world.db.clone();
            thread::spawn(move || {
                for round in 0..10 {
                    let insert = format!(
                        "INSERT INTO sessions (key_hash, staff_id, state, expires_at, used_at)
                         VALUES (sha256('{n} {round}'), '{}', '{{}}', now() + '1 hour', now())",
                        id.uuid()
                    );
                    let signed_in = db.directly(|conn| {
                        conn.transaction(|conn| {
                            conn.batch_execute(&insert)?;
                            sessions::keep_to(conn, id, session::MOST, Timestamp::now())
                        })
                    });
                    signed_in.unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(sessions_of(&world), i64::try_from(session::MOST).unwrap());
    world.with(|conn| sessions::keep_to(conn, id, 3, Timestamp::now())).unwrap();
    assert_eq!(sessions_of(&world), 3);
}

#[actix_web::test]
async fn use_is_noted_once_a_minute_with_its_place() {
    let world = World::empty().await;
    let browser = world.editor().coming_from("203.0.113.9");
    assert!(is_signed_in(&browser).await);
    world.sql("UPDATE staff SET seen_at = NULL");
    let seen = "SELECT count(*) AS n FROM staff WHERE seen_at > now() - interval '1 minute'";
    let placed = "SELECT count(*) AS n FROM sessions WHERE address = '203.0.113.9'";
    assert_eq!((world.number(seen), world.number(placed)), (0, 0));
    world.sql("UPDATE sessions SET expires_at = expires_at - interval '61 seconds'");
    assert!(is_signed_in(&browser).await);
    assert_eq!((world.number(seen), world.number(placed)), (1, 1));
}

#[actix_web::test]
async fn colours_and_single_keys_are_a_persons_own_choice() {
    let world = World::empty().await;
    let (browser, colleague) = (world.editor(), world.viewer());
    let form = browser.get("/profile").await.form_to("/profile/preferences");
    browser.submit(&form.clone().set("theme", "dark").without("single_keys")).await.expect(303);
    assert!(browser.get("/customers").await.has("html[data-theme=dark][data-single-keys=off]"));
    assert!(!colleague.get("/customers").await.has("html[data-theme], html[data-single-keys]"));
    let form = browser.get("/profile").await.form_to("/profile/preferences");
    assert_eq!(form.value("theme"), "dark");
    browser.submit(&form.set("theme", "").set("single_keys", "on")).await.expect(303);
    assert!(!browser.get("/customers").await.has("html[data-theme], html[data-single-keys]"));
    browser.post("/profile/preferences", "theme=pink").await.expect(400);
    browser.post("/profile/preferences", "start=nowhere").await.expect(400);
}

#[actix_web::test]
async fn signing_in_leads_to_the_chosen_page_unless_another_was_asked_for() {
    let world = World::empty().await;
    let (browser, editor) = (world.editor(), &world.shop.editor);
    let form = browser.get("/profile").await.form_to("/profile/preferences");
    browser.submit(&form.set("start", "payments")).await.expect(303);
    assert_eq!(browser.get("/profile").await.form_to("/profile/preferences").value("start"), "payments");
    for (next, leads_to) in [("", "/payments"), ("/", "/payments"), ("/customers?q=ann", "/customers?q=ann")] {
        let form = [("email", editor.email.as_str()), ("password", PASSWORD), ("next", next)];
        assert_eq!(world.nobody().post("/login", form).await.expect(303).location(), leads_to, "{next}");
    }
}
