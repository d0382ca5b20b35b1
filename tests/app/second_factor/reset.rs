//! Recovery by an owner: taking somebody's second factor away, and who is told.

use super::*;
use crate::world::add_person;
use clientele::who::Role;

fn path(person: &Person) -> String {
    format!("/settings/team/{}/second_factor", person.id)
}

/// The titles of the notices on a person's next page.
async fn told(browser: &Asker) -> Vec<String> {
    browser.get("/customers").await.expect(200).texts("main [aria-label=Notice] h2")
}

#[actix_web::test]
async fn an_owner_takes_it_away_and_everybody_concerned_is_told_until_they_have_read_it() {
    let world = World::empty().await;
    let (theirs, _, _) = editor_with_app(&world).await;
    let add = |conn: &mut diesel::PgConnection| {
        add_person(conn, world.shop.merchant, "olivia@shop.example", "Olivia Other", Role::Owner)
    };
    let other = world.with(add).unwrap();
    let owner = signed_in(&world, &world.shop.owner).await;
    let page = owner.get(path(&world.shop.editor)).await.expect(200);
    assert!(page.text("main").contains("They and every other owner are told"));
    owner.submit(&page.form_to(&path(&world.shop.editor))).await.expect(303);
    assert_eq!(events(&world, "staff.second_factor_reset"), 1);
    theirs.get("/profile").await.expect(303);
    for left in ["totp_secrets", "recovery_codes"] {
        assert_eq!(world.number(&format!("SELECT count(*) AS n FROM {left}")), 0, "{left}");
    }

    let again = world.nobody();
    let form = [("email", world.shop.editor.email.as_str()), ("password", PASSWORD)];
    again.post("/login", form).await.expect(303);
    assert_eq!(told(&again).await, ["Olga Owner took your second factor away"]);
    let second = world.asker(&other);
    assert_eq!(told(&second).await, ["Olga Owner took the second factor of Edgar Editor away"]);
    for who in [&owner, &world.viewer(), &world.asker(&world.shop.admin), &world.asker(&world.rival.owner)] {
        assert!(told(who).await.is_empty(), "whom it does not concern");
    }

    let page = again.get("/payments").await;
    assert!(page.has("main [aria-label=Notice]"), "it stays");
    let notice = page.attribute("main [aria-label=Notice] button", "value");
    second.post("/profile/notices", [("notice", notice.as_str())]).await.expect(303);
    assert_eq!(told(&again).await.len(), 1, "only its reader dismisses it");
    let from = again.post("/profile/notices", [("notice", notice.as_str())]);
    let answer = from.header("Referer", "http://clientele.test/payments?q=a").await.expect(303);
    assert_eq!(answer.location(), "/payments?q=a");
    assert!(told(&again).await.is_empty());
    assert_eq!(told(&second).await.len(), 1);
}

#[actix_web::test]
async fn who_has_none_loses_none() {
    let world = World::empty().await;
    let owner = signed_in(&world, &world.shop.owner).await;
    let page = owner.get(path(&world.shop.editor)).await.expect(200);
    assert!(page.text("main").contains("has no second factor") && page.all("main form").is_empty());
    owner.post(path(&world.shop.editor), "").await.expect(303);
    assert_eq!(events(&world, "staff.second_factor_reset"), 0);
    assert!(owner.get("/profile").await.text("#toasts").contains("Edgar Editor has no second factor"));
}

#[actix_web::test]
async fn an_owner_who_takes_their_own_away_signs_in_again() {
    let world = World::empty().await;
    let owner = signed_in(&world, &world.shop.owner).await;
    set_up(&owner).await;
    let answer = owner.post(path(&world.shop.owner), "").await.expect(303);
    assert_eq!(answer.location(), "/login");
    owner.get("/profile").await.expect(303);
}
