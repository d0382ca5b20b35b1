//! Who is staff: added, reset, disabled, removed, given another role.

use super::*;

#[actix_web::test]
async fn an_email_is_staff_once_over_all_merchants() {
    let world = World::empty().await;
    let email = world.shop.editor.email.to_uppercase();
    let again = world.with(|conn| add_person(conn, world.rival.merchant, &email, "Twice", Role::Owner));
    assert!(again.unwrap_err().to_string().contains("already"));
    let listed = world.with(staff::list).unwrap();
    let of_shop: Vec<_> = listed.iter().filter(|member| member.merchant == world.shop.name).collect();
    assert_eq!(of_shop.len(), 4);
    let editor = of_shop.iter().find(|member| member.email == world.shop.editor.email).unwrap();
    assert_eq!((editor.name.as_str(), editor.role.as_str()), ("Edgar Editor", "editor"));
}

#[actix_web::test]
async fn a_reset_password_ends_all_sessions_of_the_person() {
    let world = World::empty().await;
    let browser = signed_in(&world, &world.shop.editor).await;
    let hash = password::hash("set by the owner").unwrap();
    changed(&world, &world.shop.editor.email, |conn, member| staff::reset_password(conn, member, &hash)).unwrap();
    assert!(!is_signed_in(&browser).await);
    world.nobody().post("/login", credentials(&world.shop.editor.email, "set by the owner")).await.expect(303);
}

#[actix_web::test]
async fn a_reset_password_is_an_event_that_says_nothing_of_the_password() {
    let world = World::empty().await;
    let (editor, hash) = (&world.shop.editor, password::hash("set by the owner").unwrap());
    for email in [editor.email.clone(), editor.email.to_uppercase()] {
        changed(&world, &email, |conn, member| staff::reset_password(conn, member, &hash)).unwrap();
    }
    let resets = format!(
        "SELECT count(*) AS n FROM events WHERE kind = 'staff.password_reset' AND actor_kind = 'system'
         AND subject_id = '{}' AND account_id = '{}' AND before = '{{}}' AND after = '{{}}'",
        editor.id.uuid(),
        world.shop.live.uuid()
    );
    assert_eq!(world.number(&resets), 2);
    let others = "SELECT count(*) AS n FROM events WHERE kind LIKE 'staff.%' AND kind <> 'staff.password_reset'";
    assert_eq!(world.number(others), 0);
}

/// Does something to a person as the commands do.
fn changed(world: &World, email: &str, verb: impl FnOnce(&mut PgConnection, &Member) -> Result<()>) -> Result<()> {
    world.with(|conn| {
        conn.transaction(|conn| {
            let member = staff::member(conn, email)?;
            verb(conn, &member)
        })
    })
}

#[actix_web::test]
async fn who_is_disabled_is_signed_out_and_is_told_no_more_than_a_stranger() {
    let world = World::empty().await;
    let editor = &world.shop.editor;
    let (browser, colleague) = (world.editor(), world.viewer());
    assert!(is_signed_in(&browser).await && is_signed_in(&colleague).await);
    changed(&world, &editor.email, |conn, member| staff::set_state(conn, member, State::Disabled)).unwrap();
    assert!(!is_signed_in(&browser).await);
    assert!(is_signed_in(&colleague).await);
    let refused = world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(422);
    let unknown = world.nobody().post("/login", credentials("stranger@x.example", PASSWORD)).await.expect(422);
    assert_eq!(refused.text("#sign-in-error"), unknown.text("#sign-in-error"));
    // A sign-in that was under way meanwhile makes its session afterwards.
    let late = world.editor();
    assert!(!is_signed_in(&late).await);
    changed(&world, &editor.email, |conn, member| staff::set_state(conn, member, State::Enabled)).unwrap();
    world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(303);
    let events = "SELECT count(*) AS n FROM events WHERE kind = 'staff.state_changed'";
    assert_eq!(world.number(events), 2);
}

#[actix_web::test]
async fn who_is_removed_is_gone_and_what_they_did_keeps_their_name() {
    let world = World::empty().await;
    let (editor, browser) = (&world.shop.editor, world.editor());
    let created = browser.post("/customers", "name=Nia+New&email=nia%40new.example").await.expect(303);
    changed(&world, &editor.email, |conn, member| staff::set_state(conn, member, State::Removed)).unwrap();
    assert!(!is_signed_in(&browser).await);
    world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(422);
    world.nobody().post("/login", credentials("", PASSWORD)).await.expect(422);
    let page = world.viewer().get(created.location()).await.expect(200);
    assert!(page.text("main").contains(&editor.name));
    let again = world.with(|conn| add_person(conn, world.rival.merchant, &editor.email, "Another", Role::Viewer));
    assert!(again.is_ok(), "the email is free");
}

#[actix_web::test]
async fn another_role_ends_the_sessions_and_counts_from_the_next_sign_in() {
    let world = World::empty().await;
    let (viewer, browser) = (&world.shop.viewer, world.viewer());
    browser.get("/customers/new").await.expect(403);
    changed(&world, &viewer.email, |conn, member| staff::set_role(conn, member, Role::Editor)).unwrap();
    assert!(!is_signed_in(&browser).await);
    let browser = signed_in(&world, viewer).await;
    browser.get("/customers/new").await.expect(200);
    assert_eq!(world.number("SELECT count(*) AS n FROM events WHERE kind = 'staff.role_changed'"), 1);
}

#[actix_web::test]
async fn the_last_owner_who_may_sign_in_stays_an_owner() {
    let world = World::empty().await;
    let shop = &world.shop;
    let all = |email: &str| {
        [
            changed(&world, email, |conn, member| staff::set_state(conn, member, State::Disabled)),
            changed(&world, email, |conn, member| staff::set_state(conn, member, State::Removed)),
            changed(&world, email, |conn, member| staff::set_role(conn, member, Role::Admin)),
        ]
    };
    for refused in all(&shop.owner.email) {
        assert!(refused.unwrap_err().to_string().contains("last owner"));
    }
    changed(&world, &shop.admin.email, |conn, member| staff::set_role(conn, member, Role::Owner)).unwrap();
    changed(&world, &shop.owner.email, |conn, member| staff::set_state(conn, member, State::Disabled)).unwrap();
    for refused in all(&shop.admin.email) {
        assert!(refused.is_err(), "an owner who is disabled does not count");
    }
}
