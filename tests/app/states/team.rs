//! The states of the pages about the team.

use super::*;

/// The team, a colleague, inviting and joining, removing, handing over.
pub async fn team(states: &mut States) {
    let (world, named) = World::populated().await;
    let (admin, owner) = (world.asker(&world.shop.admin), world.owner());
    states.page("team", &admin, "/settings/team", 200).await;
    states.page("team-owner", &owner, "/settings/team", 200).await;
    states.both("team-editor", &world.editor(), "/settings/team", 403).await;
    let person = |id: clientele::ids::StaffId| format!("/settings/team/{id}");
    states.page("team-member", &admin, &person(named.member), 200).await;
    states.page("team-member-me", &admin, &person(world.shop.admin.id), 200).await;
    states.page("team-member-me-owner", &owner, &person(world.shop.owner.id), 200).await;
    let page = states.page("team-member-owner", &admin, &person(world.shop.owner.id), 200).await;
    assert!(!page.has("main form"));
    let page = admin.get(person(world.shop.viewer.id)).await;
    let role = page.form_to(&format!("{}/role", person(world.shop.viewer.id)));
    states.done("team-role", &admin, &role.clone().set("role", "editor")).await;
    states.refused("team-role-stale", &admin, &role.set("role", "admin"), 409).await;
    let state = page.form_to(&format!("{}/state", person(world.shop.viewer.id)));
    states.done("team-disabled", &admin, &state).await;
    states.page("team-with-disabled", &admin, "/settings/team", 200).await;
    states.both("team-removal", &admin, &format!("{}/removal", person(named.member)), 200).await;
    states.page("team-handover", &owner, "/settings/team/handover", 200).await;
    let form = owner.get("/settings/team/handover").await.form_to("/settings/team/handover");
    states.refused("team-handover-nobody", &owner, &form, 422).await;

    let form = states.page("invite", &admin, "/settings/team/invitations", 200).await;
    let form = form.form_to("/settings/team/invitations");
    states.refused("invite-wrong", &admin, &form.clone().set("email", "<b>"), 422).await;
    let taken = form.clone().set("email", &world.shop.viewer.email).set("role", "viewer");
    states.refused("invite-taken", &admin, &taken, 409).await;
    let link = admin.submit(&form.set("email", "nia@new.example").set("role", "editor")).await.expect(200);
    assert!(link.has(".secret"));

    let nobody = world.nobody();
    let path = format!("/invitations/{}", named.token);
    let form = states.page("join", &nobody, &path, 200).await.form_to(&path);
    let wrong = form.set("name", "Nia <b>").set("new_password", "short").set("repeated_password", "other");
    states.refused("join-wrong", &nobody, &wrong, 422).await;
    states.page("join-ended", &nobody, "/invitations/none", 404).await;
}
