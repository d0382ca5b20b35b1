//! The team: who may do what with whom, and what becomes of their sessions and their deeds.

mod inviting;
mod races;
mod reverting;

use clientele::{
    error::{Error, Result},
    ids::StaffId,
    staff::model::State,
    team::model::{self as team, Manager},
    who::Role,
};
use diesel::{Connection, PgConnection};

use crate::world::{Asker, PASSWORD, Person, World, add_person, encode};

fn credentials<'a>(email: &'a str, password: &'a str) -> [(&'a str, &'a str); 2] {
    [("email", email), ("password", password)]
}

async fn is_signed_in(browser: &Asker) -> bool {
    browser.get("/profile").await.status == 200
}

/// Does something as a command does.
fn changed<T>(world: &World, verb: impl FnOnce(&mut PgConnection, &Manager) -> Result<T>) -> Result<T> {
    let merchant = world.shop.merchant;
    world.with(|conn| {
        conn.transaction(|conn| {
            let manager = Manager::command(conn, merchant)?;
            verb(conn, &manager)
        })
    })
}

fn set_state(world: &World, id: StaffId, state: State) -> Result<()> {
    changed(world, |conn, manager| team::set_state(conn, manager, id, state)).map(|_| ())
}

fn set_role(world: &World, person: &Person, role: Role) -> Result<()> {
    changed(world, |conn, manager| team::set_role(conn, manager, person.id, person.role, role)).map(|_| ())
}

fn events(world: &World, kind: &str) -> i64 {
    world.number(&format!(
        "SELECT count(*) AS n FROM events WHERE kind = '{kind}' AND account_id = '{}'",
        world.shop.live.uuid()
    ))
}

fn path(person: StaffId, deed: &str) -> String {
    format!("/settings/team/{person}/{deed}")
}

// --- access -------------------------------------------------------------------------------------

#[actix_web::test]
async fn who_is_disabled_is_signed_out_and_is_told_no_more_than_a_stranger() {
    let world = World::empty().await;
    let editor = &world.shop.editor;
    let (browser, colleague, admin) = (world.editor(), world.viewer(), world.asker(&world.shop.admin));
    assert!(is_signed_in(&browser).await && is_signed_in(&colleague).await);
    let done = admin.post(path(editor.id, "state"), "state=disabled").await.expect(303);
    assert!(admin.get(done.location()).await.text(".toast").contains("is disabled"));
    assert!(!is_signed_in(&browser).await);
    assert!(is_signed_in(&colleague).await);
    let refused = world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(422);
    let unknown = world.nobody().post("/login", credentials("stranger@x.example", PASSWORD)).await.expect(422);
    assert_eq!(refused.text("#sign-in-error"), unknown.text("#sign-in-error"));
    // A sign-in that was under way meanwhile makes its session afterwards.
    let late = world.editor();
    assert!(!is_signed_in(&late).await);
    let page = admin.get(format!("/settings/team/{}", editor.id)).await;
    let enable = page.form_to(&path(editor.id, "state"));
    assert_eq!(enable.value("state"), "enabled");
    admin.submit(&enable).await.expect(303);
    world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(303);
    assert_eq!(events(&world, "team.state_changed"), 2);
}

#[actix_web::test]
async fn who_is_removed_is_gone_and_what_they_did_keeps_their_name() {
    let world = World::empty().await;
    let (editor, browser) = (&world.shop.editor, world.editor());
    let created = browser.post("/customers", "name=Nia+New&email=nia%40new.example").await.expect(303);
    let admin = world.asker(&world.shop.admin);
    let dialog = admin.fragment(path(editor.id, "removal")).await.expect(200);
    assert!(dialog.text_body().contains(&editor.email));
    for _ in 0..2 {
        admin.post(path(editor.id, "removal"), "").await.expect(303);
    }
    assert_eq!(events(&world, "team.state_changed"), 1, "what is sent twice is done once");
    assert!(!is_signed_in(&browser).await);
    world.nobody().post("/login", credentials(&editor.email, PASSWORD)).await.expect(422);
    world.nobody().post("/login", credentials("", PASSWORD)).await.expect(422);
    let page = world.viewer().get(created.location()).await.expect(200);
    assert!(page.text("main").contains(&editor.name));
    assert!(!admin.get("/settings/team").await.text("main").contains(&editor.email));
    admin.get(format!("/settings/team/{}", editor.id)).await.expect(404);
    admin.post(path(editor.id, "state"), "state=enabled").await.expect(404);
    let again = world.with(|conn| add_person(conn, world.rival.merchant, &editor.email, "Another", Role::Viewer));
    assert!(again.is_ok(), "the email is free");
}

#[actix_web::test]
async fn another_role_counts_from_the_next_request_on() {
    let world = World::empty().await;
    let (viewer, browser, admin) = (&world.shop.viewer, world.viewer(), world.asker(&world.shop.admin));
    browser.get("/customers/new").await.expect(403);
    let page = admin.get(format!("/settings/team/{}", viewer.id)).await;
    let form = page.form_to(&path(viewer.id, "role")).set("role", "editor");
    let done = admin.submit(&form).await.expect(303);
    assert!(admin.get(done.location()).await.text(".toast").contains("is editor now"));
    let form = browser.get("/customers/new").await.expect(200).form_to("/customers");
    // And the other way, with a form that is open.
    let filled = form.set("name", "Nia New").set("email", "nia@new.example");
    set_role(&world, &Person { role: Role::Editor, ..viewer.clone() }, Role::Viewer).unwrap();
    let refused = browser.submit(&filled).await.expect(403);
    assert!(refused.text("main").contains("You are a viewer"));
    assert_eq!(world.census().0, 0);
    assert_eq!(events(&world, "team.role_changed"), 2);
}

#[actix_web::test]
async fn somebody_elses_change_meanwhile_is_not_overwritten() {
    let world = World::empty().await;
    let (viewer, admin) = (&world.shop.viewer, world.asker(&world.shop.admin));
    let form = admin.get(format!("/settings/team/{}", viewer.id)).await.form_to(&path(viewer.id, "role"));
    set_role(&world, viewer, Role::Admin).unwrap();
    let answer = admin.submit(&form.set("role", "editor")).await.expect(409);
    assert!(answer.text("[role=alert]").contains("is admin by now"), "{}", answer.text("main"));
    assert!(answer.has("input[name=role][value=admin][checked]"));
    assert_eq!(events(&world, "team.role_changed"), 1);
}

#[actix_web::test]
async fn owners_are_for_owners_and_nobody_changes_themselves() {
    let world = World::empty().await;
    let shop = &world.shop;
    let (admin, owner) = (world.asker(&shop.admin), world.owner());
    let before = world.census();
    for (asker, whom, status) in
        [(&admin, shop.owner.id, 403), (&admin, shop.admin.id, 409), (&owner, shop.owner.id, 409)]
    {
        for (deed, form) in [
            ("role", "was=owner&role=viewer"),
            ("role", "was=admin&role=viewer"),
            ("state", "state=disabled"),
            ("sign-outs", ""),
            ("removal", ""),
        ] {
            let answer = asker.post(path(whom, deed), form).await;
            assert_eq!(answer.status, status, "{deed} {form}");
        }
        let page = asker.get(format!("/settings/team/{whom}")).await.expect(200);
        assert!(!page.has("main form"), "no control is shown that cannot work");
    }
    admin.post(path(shop.viewer.id, "role"), "was=viewer&role=owner").await.expect(403);
    assert_eq!(world.census(), before);
    let page = admin.get(format!("/settings/team/{}", shop.viewer.id)).await;
    assert!(page.has("input[value=admin]") && !page.has("input[value=owner]"));
    owner.post(path(shop.viewer.id, "role"), "was=viewer&role=owner").await.expect(303);
}

#[actix_web::test]
async fn the_last_owner_who_may_sign_in_stays_an_owner() {
    let world = World::empty().await;
    let shop = &world.shop;
    let refused = |person: &Person| {
        for state in [State::Disabled, State::Removed] {
            let Err(Error::Conflict(reason)) = set_state(&world, person.id, state) else { panic!("{state:?}") };
            assert!(reason.to_string().contains("last owner"));
        }
        assert!(set_role(&world, person, Role::Admin).is_err());
    };
    refused(&shop.owner);
    set_role(&world, &shop.admin, Role::Owner).unwrap();
    set_state(&world, shop.owner.id, State::Disabled).unwrap();
    refused(&Person { role: Role::Owner, ..shop.admin.clone() });
}

#[actix_web::test]
async fn an_owner_hands_over_and_is_an_admin() {
    let world = World::empty().await;
    let (owner, shop) = (world.owner(), &world.shop);
    let form = owner.get("/settings/team/handover").await.expect(200).form_to("/settings/team/handover");
    assert!(owner.submit(&form).await.expect(422).error_of("heir").is_some());
    let handed = owner.submit(&form.set("heir", &shop.editor.id.to_string())).await.expect(303);
    let page = owner.get(handed.location()).await.expect(200);
    assert!(page.text(".toast").contains("is owner now"));
    assert!(!page.has("a[href='/settings/team/handover']"));
    owner.get("/settings/team/handover").await.expect(403);
    world.editor().get("/settings/team/handover").await.expect(200);
    assert_eq!(events(&world, "team.role_changed"), 2);
    // Who may not sign in cannot become the only owner.
    set_state(&world, shop.viewer.id, State::Disabled).unwrap();
    let page = world.editor().get("/settings/team/handover").await;
    assert!(!page.has(&format!("input[value='{}']", shop.viewer.id)));
    world.editor().post("/settings/team/handover", format!("heir={}", shop.viewer.id)).await.expect(422);
}

#[actix_web::test]
async fn a_colleague_is_signed_out_everywhere() {
    let world = World::empty().await;
    let (first, second, admin) = (world.editor(), world.editor(), world.asker(&world.shop.admin));
    assert!(is_signed_in(&first).await && is_signed_in(&second).await);
    let page = admin.get(format!("/settings/team/{}", world.shop.editor.id)).await;
    assert!(page.text("main").contains("2 browsers"));
    admin.submit(&page.form_to(&path(world.shop.editor.id, "sign-outs"))).await.expect(303);
    assert!(!is_signed_in(&first).await && !is_signed_in(&second).await);
    assert!(is_signed_in(&admin).await);
}

#[actix_web::test]
async fn the_table_of_roles_says_what_the_roles_may() {
    let world = World::empty().await;
    let page = world.asker(&world.shop.admin).get("/settings/team").await;
    let text = page.text(".table--roles");
    for (words, yes) in [("Find and see", 4), ("Write notes", 3), ("Refund", 2), ("Erase customers", 1)] {
        let row = text.find(words).unwrap_or_else(|| panic!("{words}"));
        let cells = text[row..].split_whitespace().filter(|word| ["Yes", "No", "–No"].contains(word)).take(4);
        assert_eq!(cells.filter(|cell| *cell == "Yes").count(), yes, "{words}");
    }
    let names = page.texts("[aria-label=People] .med");
    assert_eq!(names.len(), 4);
    assert_eq!(names[0], world.shop.owner.name, "owners first");
}

#[actix_web::test]
async fn who_lost_their_role_while_their_request_was_under_way_changes_nothing() {
    let world = World::empty().await;
    let who = crate::custom_fields::person(&world);
    for (deed, expected) in [("disabled", "SignInFirst"), ("role", "Forbidden")] {
        world.sql(&match deed {
            "disabled" => format!("UPDATE staff SET state = 'disabled' WHERE id = '{}'", world.shop.admin.id.uuid()),
            _ => format!(
                "UPDATE staff SET state = 'enabled', role = 'editor' WHERE id = '{}'",
                world.shop.admin.id.uuid()
            ),
        });
        let refused = world.with(|conn| {
            conn.transaction(|conn| {
                let manager = Manager::person(conn, &who)?;
                team::set_role(conn, &manager, world.shop.viewer.id, Role::Viewer, Role::Admin)
            })
        });
        assert!(format!("{:?}", refused.unwrap_err()).starts_with(expected), "{deed}");
    }
}
