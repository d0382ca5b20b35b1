//! Who is staff: added, and given another password.

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
