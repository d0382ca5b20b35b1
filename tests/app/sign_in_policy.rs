//! Security as the merchant's setting: what a change does, a second factor that is required, and taking it back.

use clientele::merchants::{Privacy, Security, Sees};

use crate::{
    second_factor::{Device, SETUP, events, set_up},
    world::{Asker, World, signed_in},
};

const PATH: &str = "/settings/security";

async fn admin(world: &World) -> Asker {
    signed_in(world, &world.shop.admin).await
}

/// Requires a second factor as an admin does, who agrees to what it does.
async fn require(admin: &Asker) {
    let form = admin.get(PATH).await.expect(200).form_to(PATH).set("factor", "required");
    let asked = admin.submit(&form).await.expect(409);
    admin.submit(&asked.form_to(PATH)).await.expect(303);
}

/// The usual, but for what viewers of the world see.
fn shown() -> Security {
    Security { privacy: Privacy { viewers: Sees::Shown, ..Privacy::default() }, ..Security::default() }
}

fn stored(world: &World) -> Security {
    use clientele::merchants::security_for_update;
    let merchant = world.shop.merchant;
    world.with(|conn| security_for_update(conn, merchant)).unwrap()
}

#[actix_web::test]
async fn what_a_change_does_is_said_in_numbers_before_it_is_saved() {
    let world = World::empty().await;
    let admin = admin(&world).await;
    set_up(&admin).await;
    let form = admin.get(PATH).await.expect(200).form_to(PATH);
    assert_eq!((form.value("factor"), form.value("most_sessions")), ("optional", "10"));
    for _ in 0..3 {
        signed_in(&world, &world.shop.editor).await.get("/profile").await.expect(200);
    }
    let changed = form.clone().set("factor", "required").set("most_sessions", "2");
    let asked = admin.submit(&changed).await.expect(409);
    let effects = asked.texts(".effects li").join(" ");
    assert!(effects.contains("3 people have no second factor.") && effects.contains("API keys go on"), "{effects}");
    assert!(effects.contains("1 person has more sessions than that."), "{effects}");
    assert_eq!(stored(&world), shown(), "nothing is saved yet");

    // Between the question and the answer somebody set one up: it is asked again with the new number.
    set_up(&signed_in(&world, &world.shop.viewer).await).await;
    let asked = admin.submit(&asked.form_to(PATH)).await.expect(409);
    assert!(asked.text(".effects").contains("2 people have no second factor."));
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    assert_eq!(stored(&world), Security { factor_required: true, most_sessions: 2, ..shown() });
    assert_eq!(events(&world, "merchant.security_changed"), 1);

    let form = admin.get(PATH).await.form_to(PATH).set("factor", "optional");
    let asked = admin.submit(&form).await.expect(409);
    assert!(asked.text(".effects").contains("Everybody may remove their second factor."));
    let form = admin.get(PATH).await.form_to(PATH).set("most_sessions", "30");
    admin.submit(&form).await.expect(303);
    admin.submit(&form).await.expect(303);
    assert_eq!(events(&world, "merchant.security_changed"), 2, "what changes nothing is no event");
}

#[actix_web::test]
async fn nonsense_is_told_beside_its_field() {
    let world = World::empty().await;
    let admin = admin(&world).await;
    let form = admin.get(PATH).await.form_to(PATH);
    for wrong in ["", "0", "51", "-1", "many", "9999999999999999999"] {
        let page = admin.submit(&form.clone().set("most_sessions", wrong)).await.expect(422);
        assert_eq!(page.error_of("most_sessions").as_deref(), Some("Enter a number from 1 to 50."), "{wrong}");
        assert_eq!(page.form_to(PATH).value("most_sessions"), wrong);
    }
    let page = admin.submit(&form.set("factor", "maybe")).await.expect(422);
    assert_eq!(page.error_of("factor").as_deref(), Some("Choose optional or required."));
}

#[actix_web::test]
async fn a_change_is_taken_back_unless_it_was_changed_since() {
    let world = World::empty().await;
    let admin = admin(&world).await;
    set_up(&admin).await;
    require(&admin).await;
    let page = admin.get(PATH).await.expect(200);
    let undo = page.form("#toasts form");
    admin.submit(&undo).await.expect(303);
    assert_eq!(stored(&world), shown());
    let redo = admin.get(PATH).await.form("#toasts form");
    world.sql("UPDATE merchants SET second_factor_required = NULL, most_sessions = 5");
    let admin_page = admin.submit(&redo).await.expect(303);
    assert_eq!(admin_page.location(), PATH);
    assert_eq!(
        stored(&world),
        Security { factor_required: true, most_sessions: 5, ..shown() },
        "only what the event changed"
    );

    // Without a fresh proof it is no more taken back than it would be changed.
    let undo = admin.get(PATH).await.form("#toasts form");
    let past = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(11);
    world.sql(&format!("UPDATE sessions SET state = state - 'confirmed' || jsonb_build_object('since', '\"{past}\"')"));
    let refused = admin.submit(&undo).await.expect(409);
    assert!(refused.text("main").contains("since you proved that it is you"));
    assert!(stored(&world).factor_required);
}

#[actix_web::test]
async fn the_next_page_leads_who_has_none_to_set_one_up() {
    let world = World::empty().await;
    let admin = admin(&world).await;
    set_up(&admin).await;
    let editor = signed_in(&world, &world.shop.editor).await;
    editor.get("/customers").await.expect(200);
    require(&admin).await;
    admin.get("/customers").await.expect(200);

    let answer = editor.get("/customers?q=a").await.expect(303);
    assert_eq!(answer.location(), "/profile/second_factor?next=%2Fcustomers%3Fq%3Da");
    let fragment = editor.fragment("/customers?q=a").header("HX-Current-URL", "http://clientele.test/payments").await;
    assert_eq!(fragment.header("HX-Redirect"), Some("/profile/second_factor?next=%2Fpayments"));
    let page = editor.get(answer.location()).await.expect(200);
    assert!(page.text("main").contains("requires a second factor Set one up"));
    let setup = page.attribute("main a.btn--primary", "href");
    let page = editor.get(&setup).await.expect(200);
    let device = Device::reading(&page);
    let codes = editor.submit(&page.form_to(SETUP).set("one_time_code", &device.now())).await.expect(200);
    assert_eq!(codes.attribute("main .savebar a", "href"), "/customers?q=a");
    editor.get("/customers?q=a").await.expect(200);
}

#[actix_web::test]
async fn a_form_sent_by_who_has_none_waits_until_there_is_one() {
    let world = World::empty().await;
    let editor = signed_in(&world, &world.shop.editor).await;
    let form = editor.get("/customers/new").await.form_to("/customers").set("name", "Nia & <New>");
    world.sql("UPDATE merchants SET second_factor_required = true");
    let page = editor.submit(&form).await.expect(403);
    assert_eq!(page.title(), "Set up a second factor");
    let page = editor.submit(&page.form_to(SETUP)).await.expect(200);
    let device = Device::reading(&page);
    let page = editor.submit(&page.form_to(SETUP).set("one_time_code", &device.wrong())).await.expect(422);
    let codes = editor.submit(&page.form_to(SETUP).set("one_time_code", &device.now())).await.expect(200);
    let again = editor.submit(&codes.form_to("/customers")).await.expect(200);
    assert_eq!(again.form_to("/customers").value("name"), "Nia & <New>");
    assert_eq!(world.census().0, 0);
}

/// ASVS 7.1.2.
#[actix_web::test]
async fn a_person_has_as_many_sessions_as_the_merchant_decides() {
    let world = World::empty().await;
    world.sql("UPDATE merchants SET most_sessions = 2");
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(signed_in(&world, &world.shop.editor).await);
    }
    browsers[0].get("/profile").await.expect(303);
    for browser in &browsers[1..] {
        let page = browser.get("/profile").await.expect(200);
        assert!(page.text("main").contains("when you sign in on more than 2 browsers"));
    }
}

#[actix_web::test]
async fn what_a_colleague_changed_meanwhile_stays_or_is_told() {
    let world = World::empty().await;
    let admin = admin(&world).await;
    set_up(&admin).await;
    let form = admin.get(PATH).await.form_to(PATH);
    world.sql("UPDATE merchants SET most_sessions = 3");
    // The factor alone is changed here: the sessions stay as the colleague has them.
    let asked = admin.submit(&form.clone().set("factor", "required")).await.expect(409);
    assert_eq!(asked.form_to(PATH).value("most_sessions"), "3");
    admin.submit(&asked.form_to(PATH)).await.expect(303);
    assert_eq!(stored(&world), Security { factor_required: true, most_sessions: 3, ..shown() });
    // A stale form that says "optional" does not take back what a colleague required.
    admin.submit(&form.clone().set("most_sessions", "3")).await.expect(303);
    assert_eq!(stored(&world), Security { factor_required: true, most_sessions: 3, ..shown() });
    // The same changed by both is told, with what was typed; sent again it is meant.
    let clash = admin.submit(&form.set("most_sessions", "20")).await.expect(409);
    assert!(clash.error_of("most_sessions").unwrap().contains("changed this to 3 meanwhile"));
    let again = clash.form_to(PATH);
    assert_eq!(again.value("most_sessions"), "20");
    assert_eq!(stored(&world).most_sessions, 3);
    let asked = admin.submit(&again.set("factor", "required")).await;
    assert_eq!(asked.status, 303, "{}", asked.text("main"));
    assert_eq!(stored(&world), Security { factor_required: true, most_sessions: 20, ..shown() });
}
