//! Asking again (ASVS 7.5.1, 7.5.3): which routes are only for who proved within 10 minutes that it is them, and what
//! becomes of what is sent to them.

use clientele::values::Mode;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::world::{Form, PASSWORD};

/// All there are. A feature that marks another one adds it here.
const CONFIRMED: &[(&str, &str)] = &[
    ("GET", "/profile/second_factor/app"),
    ("POST", "/profile/second_factor/app"),
    ("GET", "/profile/second_factor/app/removal"),
    ("POST", "/profile/second_factor/app/removal"),
    ("GET", "/profile/second_factor/codes"),
    ("POST", "/profile/second_factor/codes"),
    ("GET", "/settings/team/{member}/second_factor"),
    ("POST", "/settings/team/{member}/second_factor"),
    ("POST", "/profile/second_factor/passkeys/new"),
    ("GET", "/profile/second_factor/passkeys/new"),
    ("POST", "/profile/second_factor/passkeys/challenge"),
    ("GET", "/profile/second_factor/passkeys/removal"),
    ("POST", "/profile/second_factor/passkeys/removal"),
    ("POST", "/settings/security"),
    ("GET", "/customers/{id}/erasure"),
    ("POST", "/customers/{id}/erasure"),
    ("GET", "/customers/{id}/hold"),
    ("POST", "/customers/{id}/hold"),
    ("POST", "/customers/{id}/hold/lifting"),
    ("GET", "/settings/team/invitations"),
    ("POST", "/settings/team/invitations"),
    ("POST", "/settings/team/invitations/{invitation}/link"),
    ("POST", "/settings/team/invitations/{invitation}/withdrawal"),
    ("GET", "/settings/team/handover"),
    ("POST", "/settings/team/handover"),
    ("POST", "/settings/team/{member}/role"),
    ("POST", "/settings/team/{member}/state"),
    ("POST", "/settings/team/{member}/sign-outs"),
    ("GET", "/settings/team/{member}/removal"),
    ("POST", "/settings/team/{member}/removal"),
    ("POST", "/settings"),
    ("POST", "/settings/invoicing"),
    ("POST", "/profile/sign-outs"),
    ("POST", "/profile/password"),
    ("POST", "/settings/api_keys"),
    ("GET", "/settings/api_keys/new"),
    ("GET", "/settings/api_keys/{id}/rotation"),
    ("POST", "/settings/api_keys/{id}/rotation"),
    ("GET", "/settings/api_keys/{id}/revocation"),
    ("POST", "/settings/api_keys/{id}/revocation"),
    ("POST", "/settings/webhooks"),
    ("GET", "/settings/webhooks/new"),
    ("POST", "/settings/webhooks/{id}"),
    ("GET", "/settings/webhooks/{id}/edit"),
    ("GET", "/settings/webhooks/{id}/secret"),
    ("POST", "/settings/webhooks/{id}/secret"),
];

fn is_confirmed(rule: &Rule) -> bool {
    CONFIRMED.contains(&(rule.method, rule.route().as_str()))
}

/// The owner, who signed in so many minutes ago.
async fn owner_since(world: &World, minutes: i64) -> Asker {
    let browser = world.nobody();
    let since = Timestamp::now() - SignedDuration::from_mins(minutes);
    browser.start_session(&world.shop.owner, Mode::Live, since).await;
    browser
}

#[test]
fn the_routes_that_ask_again_are_these() {
    let marked: BTreeSet<_> = pages()
        .iter()
        .filter(|route| route.needs_proof)
        .map(|route| (route.method.to_string(), route.path.to_owned()))
        .collect();
    let listed = CONFIRMED.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(marked, listed);
}

#[actix_web::test]
async fn after_ten_minutes_they_ask_again_and_nothing_is_done() {
    let (world, named) = World::populated().await;
    let owner = owner_since(&world, 11).await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| is_confirmed(rule)) {
        let (path, answer) = (rule.path_of(&named), rule.asked(&owner, &named).await);
        if rule.changes() {
            assert_eq!(
                (answer.status.as_u16(), answer.title().as_str()),
                (401, "Confirm it is you"),
                "{}",
                told(rule, &answer)
            );
            let form = answer.form_to("/confirmation");
            for pair in rule.form.split('&').filter(|pair| !pair.is_empty()) {
                let (name, text) = pair.split_once('=').unwrap();
                if name != "one_time_code" && !name.contains("password") {
                    let typed = text.replace('+', " ").replace("%40", "@");
                    assert_eq!(form.value(&format!("waiting.{name}")), typed, "{}", told(rule, &answer));
                }
            }
            let fragment = owner.post(&path, rule.form).in_place().await;
            assert_eq!((fragment.status.as_u16(), fragment.header("HX-Retarget")), (401, Some("body")), "{path}");
        } else {
            let asks = format!("/confirmation?next={}", crate::world::encode(&path));
            assert_eq!((answer.status.as_u16(), answer.location()), (303, asks.as_str()));
            let fragment = owner.fragment(&path).await;
            assert_eq!(fragment.header("HX-Redirect"), Some(asks.as_str()), "{path}");
            assert_eq!(owner.request(Method::HEAD, &path).await.status, 303, "{path}");
        }
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn all_others_ask_nobody_again() {
    let (world, named) = World::populated().await;
    let owner = owner_since(&world, 11).await;
    for rule in RULES.iter().filter(|rule| !rule.changes() && !rule.is_open() && !is_confirmed(rule)) {
        let answer = rule.asked(&owner, &named).await;
        let asks = answer.header("Location").is_some_and(|to| to.starts_with("/confirmation?"));
        assert!(!asks, "{}", told(rule, &answer));
    }
    assert_eq!(owner_since(&world, 9).await.get("/settings/api_keys/new").await.status, 200, "and 9 minutes are few");
}

/// The page that asks, confirmed with a password.
async fn confirmed(browser: &Asker, page: &Answer) -> Answer {
    browser.submit(&page.form_to("/confirmation").set("password", PASSWORD)).await
}

#[actix_web::test]
async fn a_page_is_asked_for_confirmed_and_shown() {
    let world = World::empty().await;
    let owner = owner_since(&world, 11).await;
    let key = owner.session_key().await;
    let asked = owner.get("/settings/api_keys/new").await.location().to_owned();
    let page = owner.get(&asked).await.expect(200);
    let wrong = owner.submit(&page.form_to("/confirmation").set("password", "wrong")).await.expect(422);
    assert_eq!(wrong.title(), "Error: Confirm it is you");
    assert_eq!(wrong.text("#proof-error"), "This is not your password.");
    let answer = confirmed(&owner, &wrong).await.expect(303);
    assert_eq!(answer.location(), "/settings/api_keys/new");
    assert_ne!(owner.session_key().await, key, "the session has a new key");
    owner.get("/settings/api_keys/new").await.expect(200);
    assert_eq!(owner.get(&asked).await.expect(303).location(), "/settings/api_keys/new", "it is not asked twice");

    // The proof is this session's: another one of the same person has none of it.
    let other = owner_since(&world, 11).await;
    other.get("/settings/api_keys/new").await.expect(303);
    // And it runs out.
    let past = Timestamp::now() - SignedDuration::from_mins(11);
    world.sql(&format!("UPDATE sessions SET state = state || jsonb_build_object('confirmed', '\"{past}\"')"));
    owner.get("/settings/api_keys/new").await.expect(303);
}

#[actix_web::test]
async fn a_form_waits_and_comes_back_as_it_was_typed() {
    let (world, named) = World::populated().await;
    let erasure = format!("/customers/{}/erasure", named.wanjiru);
    let hold = format!("/customers/{}/hold", named.wanjiru);
    let rotation = format!("/settings/api_keys/{}/rotation", named.api_key);
    for (page, action, field, typed) in [
        ("/settings/api_keys/new", "/settings/api_keys", "name", "Web & <shop>"),
        (erasure.as_str(), erasure.as_str(), "confirmation", "Wanjiru K"),
        (erasure.as_str(), hold.as_str(), "reason", "A lawsuit"),
        (rotation.as_str(), rotation.as_str(), "overlap", "7d"),
    ] {
        let owner = owner_since(&world, 9).await;
        let form: Form = owner.get(page).await.expect(200).form_to(action).set(field, typed);
        let past = Timestamp::now() - SignedDuration::from_mins(11);
        world.sql(&format!("UPDATE sessions SET state = state || jsonb_build_object('since', '\"{past}\"')"));
        let before = world.census();
        let asked = owner.submit(&form).await.expect(401);
        assert!(asked.text("[role=alert]").contains("What you sent is kept"), "{action}");
        let welcome = confirmed(&owner, &asked).await.expect(200);
        assert_eq!(welcome.title(), "You confirmed that it is you");
        let back = welcome.form_to(action);
        assert_ne!(owner.get(&back.action).await.status, 405, "what is discarded leads to a page");
        let again = owner.submit(&back).await.expect(200);
        assert_eq!(again.form_to(action).value(field), typed);
        assert_eq!(world.census(), before, "{action}: nothing is done before it is sent again");
    }
}

#[actix_web::test]
async fn a_button_is_pressed_again() {
    let (world, named) = World::populated().await;
    let owner = owner_since(&world, 11).await;
    let path = format!("/settings/api_keys/{}/revocation", named.api_key);
    let asked = owner.post(&path, "").header("Referer", "http://clientele.test/settings/api_keys").await.expect(401);
    assert_eq!(asked.attribute("main a.btn", "href"), "/settings/api_keys", "the way back");
    let answer = confirmed(&owner, &asked).await.expect(303);
    assert_eq!(answer.location(), "/settings/api_keys");
    let page = owner.get("/settings/api_keys").await.expect(200);
    assert!(page.text("#toasts").contains("Nothing was done yet. Press the button again"));
    owner.post(&path, "").await.expect(303);
}

#[actix_web::test]
async fn wrong_proofs_are_slowed_as_signing_in_is() {
    let world = World::empty().await;
    let owner = owner_since(&world, 11).await.coming_from("198.51.100.9");
    for _ in 0..10 {
        owner.post("/confirmation", "password=wrong").await.expect(422);
    }
    let page = owner.post("/confirmation", [("password", PASSWORD), ("next", "/settings/api_keys/new")]).await;
    assert_eq!(page.status, 429);
    assert!(page.text("#proof-error").starts_with("Too many tries. Wait"));
    owner.get("/settings/api_keys/new").await.expect(303);
}

#[actix_web::test]
async fn a_letter_written_in_another_way_is_no_way_around() {
    let (world, named) = World::populated().await;
    let owner = owner_since(&world, 11).await;
    let before = world.census();
    for rule in RULES.iter().filter(|rule| is_confirmed(rule)) {
        let path = rule.path_of(&named);
        // Each letter or underscore that stands in the route itself.
        for (at, c) in path.char_indices().filter(|(at, c)| *at > 0 && (c.is_ascii_lowercase() || *c == '_')) {
            let written = format!("{}%{:02X}{}", &path[..at], u32::from(c), &path[at + 1..]);
            let answer = rule.asked_at(&owner, written.clone()).await;
            assert!([303, 401, 404].contains(&answer.status.as_u16()), "{written}: {}", answer.outline());
            if answer.status == 303 {
                let to = answer.location();
                assert!(to.starts_with("/confirmation?") || to.starts_with("/login"), "{written} → {to}");
            }
        }
    }
    assert_eq!(world.census(), before);
}
