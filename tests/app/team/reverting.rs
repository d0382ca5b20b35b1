//! Changes of the team that are taken back.

use super::*;

#[actix_web::test]
async fn another_role_is_taken_back_from_its_notice_in_either_account() {
    let world = World::empty().await;
    let viewer = &world.shop.viewer;
    for admin in [world.asker(&world.shop.admin), world.testing(&world.shop.admin)] {
        let done = admin.post(path(viewer.id, "role"), "was=viewer&role=editor").await.expect(303);
        let undo = admin.get(done.location()).await.form("#toasts form");
        world.editor().submit(&undo).await.expect(403);
        let back = admin.submit(&undo).await.expect(303);
        let page = admin.get(back.location()).await.expect(200);
        assert!(page.text(".toast").contains("The role is viewer again"), "{}", page.text(".toast"));
        assert!(page.has("input[name=role][value=viewer][checked]"));
    }
    assert_eq!(events(&world, "team.role_changed"), 4);
}

#[actix_web::test]
async fn a_role_that_was_changed_since_stays() {
    let world = World::empty().await;
    let (viewer, admin) = (&world.shop.viewer, world.asker(&world.shop.admin));
    let done = admin.post(path(viewer.id, "role"), "was=viewer&role=editor").await.expect(303);
    let undo = admin.get(done.location()).await.form("#toasts form");
    set_role(&world, &Person { role: Role::Editor, ..viewer.clone() }, Role::Admin).unwrap();
    let told = admin.submit(&undo).await;
    assert!(told.text_body().contains("Admin"), "{}", told.outline());
    assert!(admin.get(format!("/settings/team/{}", viewer.id)).await.has("input[value=admin][checked]"));
}

#[actix_web::test]
async fn who_is_disabled_is_enabled_by_undo_and_who_is_removed_stays_so() {
    let world = World::empty().await;
    let (editor, admin) = (&world.shop.editor, world.asker(&world.shop.admin));
    let done = admin.post(path(editor.id, "state"), "state=disabled").await.expect(303);
    let undo = admin.get(done.location()).await.form("#toasts form");
    admin.submit(&undo).await.expect(303);
    world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(303);
    let done = admin.post(path(editor.id, "removal"), "").await.expect(303);
    assert!(!admin.get(done.location()).await.has("#toasts form[action*='/undo']"));
    assert!(!admin.get("/settings/audit?q=kind%3Ateam").await.text_body().is_empty());
}
