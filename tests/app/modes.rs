//! Live and test: a merchant's two accounts, and how somebody gets from one to the other.

use crate::world::{World, signed_in};

#[actix_web::test]
async fn the_test_account_has_a_banner_and_its_own_customers() {
    let (world, _) = World::populated().await;
    let browser = world.editor();
    let live = browser.get("/customers").await;
    assert!(!live.has(".banner"));
    assert!(live.rows().contains(&"Wanjiru Kamau".to_owned()));

    let form = live.form_to("/mode");
    assert_eq!(form.value("mode"), "test");
    browser.submit(&form).await.expect(303);
    let test = browser.get("/customers").await;
    assert!(test.text(".banner").contains("Test account"));
    assert_eq!(test.rows(), ["Tess Testa"]);

    browser.submit(&test.form(".banner form")).await.expect(303);
    assert!(!browser.get("/customers").await.has(".banner"));
}

#[actix_web::test]
async fn the_account_used_last_is_the_one_the_next_sign_in_starts_in() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    browser.post("/mode", "mode=test").await.expect(303);
    browser.post("/logout", "").await.expect(303);
    assert!(signed_in(&world, &world.shop.editor).await.get("/customers").await.has(".banner"));
    assert!(!signed_in(&world, &world.shop.viewer).await.get("/customers").await.has(".banner"));
}

#[actix_web::test]
async fn there_is_no_third_mode() {
    let world = World::empty().await;
    for form in ["", "mode=", "mode=LIVE", "mode=other"] {
        world.editor().post("/mode", form).await.expect(400);
    }
}

#[actix_web::test]
async fn a_link_into_the_other_account_says_so_and_leads_there() {
    let (world, named) = World::populated().await;
    let browser = world.editor();
    let path = format!("/customers/{}", named.tested);
    let page = browser.get(&path).await.expect(404);
    assert!(page.text("main").contains("in your test account"), "{}", page.text("main"));
    let answer = browser.submit(&page.form("main form[action='/mode']")).await.expect(303);
    assert_eq!(answer.location(), path);
    assert_eq!(browser.get(&path).await.expect(200).text("h1"), "Tess Testa");

    let stranger = world.asker(&world.rival.owner).get(&path).await.expect(404);
    assert!(!stranger.has("main form"), "another merchant's staff hear nothing of it");
    assert!(!stranger.text("main").contains("test account"));
}

#[actix_web::test]
async fn switching_leads_only_inside() {
    let world = World::empty().await;
    let answer = world.editor().post("/mode", "mode=test&next=%2F%2Fevil.example").await.expect(303);
    assert_eq!(answer.location(), "/");
}

#[actix_web::test]
async fn a_form_that_was_opened_in_the_other_account_is_gone_on_with_there() {
    let (world, named) = World::populated().await;
    let editor = world.testing(&world.shop.editor);
    let path = format!("/customers/{}", named.tested);
    let form = editor.get(format!("{path}/edit")).await.form_to(&path).set("company", "Duka la Majaribio");
    // In another tab they go back to live.
    editor.post("/mode", "mode=live").await.expect(303);
    let page = editor.submit(&form).await.expect(404);
    assert_eq!(page.text("h1"), "This customer is in your test account");
    assert!(page.text("main").contains("Nothing of your form was saved or lost"), "{}", page.text("main"));
    let switch = page.form("main form");
    assert_eq!(switch.value("waiting.company"), "Duka la Majaribio");
    let page = editor.submit(&switch).await.expect(200);
    assert_eq!(page.text("h1"), "You are in the test account");
    let page = editor.submit(&page.form("form")).await.expect(200);
    let again = page.form_to(&path);
    assert_eq!(again.value("company"), "Duka la Majaribio");
    editor.submit(&again).await.expect(303);
    assert_eq!(world.number("SELECT count(*) AS n FROM customers WHERE company = 'Duka la Majaribio'"), 1);

    // A mere button has nothing to lose; somebody else's form is not shown.
    editor.post("/mode", "mode=live").await.expect(303);
    let page = editor.post(format!("{path}/restoration"), "").await.expect(404);
    let answer = editor.submit(&page.form("main form")).await.expect(303);
    assert!(answer.location().starts_with('/'));
    editor.post("/mode", "mode=test&next=%2Fcustomers&waiting.as=stf_somebody&waiting.name=x").await.expect(303);
}
