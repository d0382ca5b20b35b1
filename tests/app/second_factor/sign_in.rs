//! The second step of signing in.

use std::rc::Rc;

use super::*;
use crate::concurrency::at_once;

#[actix_web::test]
async fn after_the_password_a_code_is_asked_for_and_lets_in() {
    let world = World::empty().await;
    let (_, device, _) = editor_with_app(&world).await;
    let browser = world.nobody();
    let form = browser.get("/login?next=%2Fpayments%3Fq%3Da").await.form_to("/login");
    let form = form.set("email", &world.shop.editor.email).set("password", PASSWORD);
    let answer = browser.submit(&form).await.expect(303);
    assert_eq!(answer.location(), "/login/second_factor?next=%2Fpayments%3Fq%3Da");
    let key = browser.session_key().await;
    let page = browser.get(answer.location()).await.expect(200);
    assert_eq!(page.title(), "Second step");
    let wrong = browser.submit(&page.form_to(STEP).set("one_time_code", &device.wrong())).await.expect(422);
    assert_eq!(wrong.title(), "Error: Second step");
    assert!(wrong.text("#code-error").starts_with("This code is not right"));
    let answer = browser.submit(&wrong.form_to(STEP).set("one_time_code", &device.next())).await.expect(303);
    assert_eq!(answer.location(), "/payments?q=a");
    assert_ne!(browser.session_key().await, key, "the session has a new key");
    browser.get("/profile").await.expect(200);
}

#[actix_web::test]
async fn a_code_counts_once_and_around_its_time_alone() {
    let world = World::empty().await;
    let (_, device, _) = editor_with_app(&world).await;
    let used = device.next();
    half_way(&world, &world.shop.editor).await.post(STEP, [("one_time_code", used.as_str())]).await.expect(303);
    let browser = half_way(&world, &world.shop.editor).await;
    for (what, code) in [
        ("was used", used),
        ("is older than the one that was used", device.now()),
        ("is too old", device.at(Timestamp::now() - SignedDuration::from_mins(2))),
        ("is of the future", device.at(Timestamp::now() + SignedDuration::from_mins(2))),
        ("is none", "banana".to_owned()),
        ("is empty", String::new()),
        ("is long", "1".repeat(10_000)),
    ] {
        let answer = browser.post(STEP, [("one_time_code", code.as_str())]).await;
        assert_eq!(answer.status, 422, "a code that {what}");
    }
    forget_last_code(&world);
    let spaced = device.now();
    let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
    browser.post(STEP, [("one_time_code", spaced.as_str())]).await.expect(303);
}

#[actix_web::test]
async fn a_form_that_waits_survives_both_steps() {
    let (world, named) = World::populated().await;
    let (browser, device, _) = editor_with_app(&world).await;
    let path = format!("/customers/{}", named.wanjiru);
    let form = browser.get(format!("{path}/edit")).await.form_to(&path).set("company", "Typed & <kept>");
    world.sql("DELETE FROM sessions");
    let page = browser.submit(&form).await.expect(401);
    let sign_in = page.form_to("/login").set("email", &world.shop.editor.email).set("password", PASSWORD);
    let page = browser.submit(&sign_in).await.expect(200);
    assert_eq!(page.title(), "Second step");
    let page = browser.submit(&page.form_to(STEP).set("one_time_code", &device.wrong())).await.expect(422);
    let welcome = browser.submit(&page.form_to(STEP).set("one_time_code", &device.next())).await.expect(200);
    assert_eq!(welcome.title(), "You are signed in again");
    let again = browser.submit(&welcome.form_to(&path)).await.expect(200);
    assert_eq!(again.form_to(&path).value("company"), "Typed & <kept>");
}

#[actix_web::test]
async fn a_second_step_that_comes_too_late_begins_again_and_loses_nothing() {
    let world = World::empty().await;
    let (_, device, _) = editor_with_app(&world).await;
    let past = Timestamp::now() - SignedDuration::from_mins(11);
    let aged = format!(
        "UPDATE sessions SET state = jsonb_set(state, '{{half}}', to_jsonb(jsonb_set((state ->> 'half')::jsonb, '{{since}}',
           to_jsonb('{past}'::text))::text)) WHERE state ? 'half'"
    );
    let password = "UPDATE staff SET password_hash = password_hash || 'x'";
    for ends in [aged.as_str(), "UPDATE staff SET state = 'disabled'", password] {
        let browser = half_way(&world, &world.shop.editor).await;
        world.sql(ends);
        let code = device.next();
        let sent = [("one_time_code", code.as_str()), ("next", "/payments"), ("waiting.name", "Typed")];
        let page = browser.post(STEP, sent).await.expect(422);
        let form = page.form_to("/login");
        assert_eq!((form.value("waiting.name"), form.value("next")), ("Typed", "/payments"), "{ends}");
        browser.get("/profile").await.expect(303);
        world.sql("UPDATE staff SET state = 'enabled'");
    }
    assert_eq!(world.nobody().get(STEP).await.expect(303).location(), "/login", "without a password there is no step");
}

#[actix_web::test]
async fn a_recovery_code_lets_in_once_and_says_how_many_are_left() {
    let world = World::empty().await;
    let (_, _, codes) = editor_with_app(&world).await;
    let browser = half_way(&world, &world.shop.editor).await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    browser.post(STEP, [("one_time_code", typed.as_str())]).await.expect(303);
    assert_eq!(events(&world, "staff.recovery_code_used"), 1);
    let notice = browser.get("/profile/second_factor").await.expect(200).text("#toasts");
    assert!(notice.contains("You used a recovery code. 9 are left"), "{notice}");
    let again = half_way(&world, &world.shop.editor).await;
    again.post(STEP, [("one_time_code", codes[0].as_str())]).await.expect(422);
    let stranger = signed_in(&world, &world.shop.admin).await;
    set_up(&stranger).await;
    let theirs = half_way(&world, &world.shop.admin).await;
    theirs.post(STEP, [("one_time_code", codes[1].as_str())]).await.expect(422);
}

#[actix_web::test]
async fn of_twenty_who_use_one_code_at_once_one_gets_in() {
    let world = Rc::new(World::committed().await);
    let (_, _, codes) = editor_with_app(&world).await;
    let (device, _) = set_up(&signed_in(&world, &world.shop.admin).await).await;
    for (person, code) in [(&world.shop.editor, codes[0].clone()), (&world.shop.admin, device.next())] {
        let mut browsers = Vec::new();
        for n in 0..20 {
            browsers.push(half_way_from(&world, person, n).await);
        }
        let browsers = Rc::new(browsers);
        let answers = at_once(20, 20, move |n| {
            let (browsers, code) = (Rc::clone(&browsers), code.clone());
            async move { browsers[n].post(STEP, [("one_time_code", code.as_str())]).await.status.as_u16() }
        });
        let answers = answers.await;
        assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|status| [303, 422, 429].contains(status)), "{answers:?}");
    }
}

async fn half_way_from(world: &World, person: &Person, n: u8) -> Asker {
    let browser = world.nobody().coming_from(&format!("203.0.113.{n}"));
    let form = [("email", person.email.as_str()), ("password", PASSWORD)];
    browser.post("/login", form).await.expect(303);
    browser
}

#[actix_web::test]
async fn after_ten_codes_a_person_waits_from_wherever_they_ask() {
    let world = World::empty().await;
    let (_, device, _) = editor_with_app(&world).await;
    let editor = &world.shop.editor;
    let (one, other) = (half_way_from(&world, editor, 1).await, half_way_from(&world, editor, 2).await);
    for n in 0..10 {
        let browser = if n % 2 == 0 { &one } else { &other };
        browser.post(STEP, [("one_time_code", device.wrong().as_str())]).await.expect(422);
    }
    let page = other.post(STEP, [("one_time_code", device.next().as_str())]).await.expect(429);
    assert!(page.text("#code-error").starts_with("Too many tries. Wait"));
    other.get("/profile").await.expect(303);
}
