//! A form that was sent after the session had ended: it waits until the same person has signed in again.

use crate::world::{Answer, Asker, Form, PASSWORD, World, signed_in};

async fn sent_too_late(world: &World, browser: &Asker, form: &Form) -> Answer {
    world.sql("DELETE FROM sessions");
    browser.submit(form).await.expect(401)
}

#[actix_web::test]
async fn an_edit_sent_after_the_session_ended_comes_back_filled_and_unsaved() {
    let (world, named) = World::populated().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let path = format!("/customers/{}", named.wanjiru);
    let form = browser.get(format!("{path}/edit")).await.form_to(&path);
    let form = form.set("company", "Typed & <kept> “so”").set("name", "");
    let page = sent_too_late(&world, &browser, &form).await;
    assert_eq!(page.title(), "Sign in");
    assert!(page.text("[role=alert]").contains("Your session has ended"));

    // A wrong password does not lose it either.
    let wrong = page.form_to("/login").set("email", &world.shop.editor.email).set("password", "wrong");
    let page = browser.submit(&wrong).await.expect(422);
    let right = page.form_to("/login").set("password", PASSWORD);
    let welcome = browser.submit(&right).await.expect(200);
    assert_eq!(welcome.title(), "You are signed in again");
    let again = browser.submit(&welcome.form_to(&path)).await.expect(200);
    assert_eq!(again.title(), "Edit Wanjiru Kamau");
    let filled = again.form_to(&path);
    assert_eq!(filled.fields, form.fields, "everything is as it was typed");
    assert_eq!(world.stored(named.wanjiru).version, 1, "and nothing is saved");

    browser.submit(&filled.set("name", "Wanjiru K.")).await.expect(303);
    let stored = world.stored(named.wanjiru).record;
    assert_eq!(stored.company.as_deref(), Some("Typed & <kept> “so”"));
    assert_eq!(stored.name.as_deref(), Some("Wanjiru K."));
}

#[actix_web::test]
async fn a_new_customer_sent_after_the_session_ended_comes_back_filled_and_uncreated() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let form = browser.get("/customers/new").await.form_to("/customers");
    let form = form.set("name", "Nia New").set("email", "nia@new.example").set("metadata_key", "tier");
    let page = sent_too_late(&world, &browser, &form.set("metadata_value", "gold")).await;
    let sign_in = page.form_to("/login").set("email", &world.shop.editor.email).set("password", PASSWORD);
    let welcome = browser.submit(&sign_in).await.expect(200);
    let again = browser.submit(&welcome.form_to("/customers")).await.expect(200);
    let filled = again.form_to("/customers");
    assert_eq!(filled.value("name"), "Nia New");
    assert_eq!((filled.value("metadata_key"), filled.value("metadata_value")), ("tier", "gold"));
    assert_eq!(world.census().0, 0);
    browser.submit(&filled).await.expect(303);
    assert_eq!(world.named("Nia New").len(), 1);
}

#[actix_web::test]
async fn a_card_number_does_not_wait_in_the_sign_in_page() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let form = browser.get("/customers/new").await.form_to("/customers");
    let form =
        form.set("name", "Nia New").set("reference", "5555 5555-5555 4444").set("description", "378282246310005");
    let page = sent_too_late(&world, &browser, &form).await;
    let body = page.text_body();
    assert!(body.contains("Nia New"));
    for number in ["4444", "378282246310005"] {
        assert!(!body.contains(number), "{number}");
    }
}

#[actix_web::test]
async fn another_person_does_not_see_what_was_typed() {
    let (world, named) = World::populated().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let path = format!("/customers/{}", named.wanjiru);
    let form = browser.get(format!("{path}/edit")).await.form_to(&path).set("company", "My secret plan");
    let page = sent_too_late(&world, &browser, &form).await;
    let sign_in = page.form_to("/login").set("email", &world.shop.owner.email).set("password", PASSWORD);
    let answer = browser.submit(&sign_in).await.expect(303);
    assert_eq!(answer.location(), path);
    assert!(!answer.text_body().contains("My secret plan"));
    assert!(!browser.get(&path).await.expect(200).text_body().contains("My secret plan"));
}

#[actix_web::test]
async fn a_choice_between_two_edits_survives_the_sign_in() {
    let (world, named) = World::populated().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let path = format!("/customers/{}", named.wanjiru);
    world.owner().post(&path, "version=1&company=Theirs").await.expect(303);
    let conflict = browser.post(&path, "version=1&company=Mine").await.expect(409);
    let page = sent_too_late(&world, &browser, &conflict.form_to(&path)).await;
    let sign_in = page.form_to("/login").set("email", &world.shop.editor.email).set("password", PASSWORD);
    let welcome = browser.submit(&sign_in).await.expect(200);
    let again = browser.submit(&welcome.form_to(&path)).await.expect(200);
    let form = again.form_to(&path);
    assert_eq!(form.value("company"), "Mine");
    assert_eq!(form.value("name"), "Wanjiru Kamau", "what did not clash is not emptied");
    assert_eq!(form.value("description"), "Pays on Fridays");
}
