//! Passwords, and what else is a person’s own: which sessions go on, and the keyboard.

use super::*;

fn new_password(current: &str, new: &str, repeated: &str) -> String {
    format!("current_password={}&new_password={}&repeated_password={}", encode(current), encode(new), encode(repeated))
}

#[actix_web::test]
async fn a_new_password_ends_all_other_sessions_of_the_person() {
    let world = World::empty().await;
    let (here, elsewhere, colleague) = (world.editor(), world.editor(), world.viewer());
    for browser in [&here, &elsewhere, &colleague] {
        assert!(is_signed_in(browser).await);
    }
    let old_key = here.session_key().await.unwrap();
    let answer = here.post("/profile/password", new_password(PASSWORD, "a new one, longer", "a new one, longer")).await;
    assert_eq!(answer.expect(303).location(), "/profile");
    assert!(here.get("/profile").await.text("#toasts").contains("Password changed"));
    assert!(!is_signed_in(&elsewhere).await);
    assert!(is_signed_in(&colleague).await);
    elsewhere.use_session(&old_key);
    assert!(!is_signed_in(&elsewhere).await, "the key changed with the password");

    let email = &world.shop.editor.email;
    world.nobody().post("/login", credentials(email, PASSWORD)).await.expect(422);
    world.nobody().post("/login", credentials(email, "a new one, longer")).await.expect(303);
}

#[actix_web::test]
async fn a_new_password_is_refused_with_all_reasons_at_once() {
    let world = World::empty().await;
    let browser = world.editor();
    let answer = browser.post("/profile/password", new_password("wrong", "short", "other")).await.expect(422);
    assert_eq!(answer.title(), "Error: Your profile");
    assert_eq!(answer.error_of("current_password").as_deref(), Some("This is not your password."));
    assert_eq!(answer.error_of("new_password").as_deref(), Some("Use 8 to 200 characters."));
    assert_eq!(answer.error_of("repeated_password").as_deref(), Some("The two new passwords differ."));
    assert!(answer.all("input[type=password]").iter().all(|input| input.attr("value").is_none()));

    let own = world.shop.editor.email.clone();
    let answer = browser.post("/profile/password", new_password(PASSWORD, &own, &own)).await.expect(422);
    assert!(answer.error_of("new_password").is_some());
    world.nobody().post("/login", credentials(&own, PASSWORD)).await.expect(303);
}

#[actix_web::test]
async fn a_password_that_is_guessed_first_is_refused() {
    let world = World::empty().await;
    let (browser, shop) = (world.editor(), world.shop.name.as_str());
    let at_host = world.shop.editor.email.split('@').nth(1).unwrap();
    for new in ["Trustno1", "BASKETBALL", "password123", "edgareditor", "Editor2026", shop, at_host, "Clientele!"] {
        let answer = browser.post("/profile/password", new_password(PASSWORD, new, new)).await;
        let refused = answer.expect(422).error_of("new_password");
        assert!(refused.is_some(), "{new}");
    }
}

#[actix_web::test]
async fn signing_out_everywhere_leaves_only_the_session_here() {
    let world = World::empty().await;
    let (here, elsewhere) = (world.editor(), world.editor());
    assert!(is_signed_in(&here).await && is_signed_in(&elsewhere).await);
    let form = here.get("/profile").await.form("form:has(.btn--danger-quiet)");
    here.submit(&form).await.expect(303);
    assert!(is_signed_in(&here).await);
    assert!(!is_signed_in(&elsewhere).await);
}

#[actix_web::test]
async fn an_ended_session_does_not_come_back_by_a_late_request() {
    let world = World::empty().await;
    let browser = world.editor();
    assert!(is_signed_in(&browser).await);
    let key = browser.session_key().await.unwrap();
    world.sql("DELETE FROM sessions");
    // What a request that had loaded the session before writes afterwards.
    browser.post("/mode", "mode=test").await.expect(401);
    browser.use_session(&key);
    assert!(!is_signed_in(&browser).await);
    assert_eq!(world.number("SELECT count(*) AS n FROM sessions"), 0);
}
