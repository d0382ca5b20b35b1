//! Invitations: made, opened, accepted, renewed, withdrawn, over.

use super::*;
use crate::world::Answer;

const NEW: &str = "neema@new.example";

/// The path of the link that a page shows.
fn link(page: &Answer) -> String {
    page.text(".secret code").trim().strip_prefix(crate::world::ORIGIN).unwrap().to_owned()
}

async fn invite(asker: &Asker, email: &str, role: &str) -> Answer {
    let form = asker.get("/settings/team/invitations").await.expect(200).form_to("/settings/team/invitations");
    asker.submit(&form.set("email", email).set("role", role)).await
}

fn joining<'a>(name: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("name", name), ("new_password", password), ("repeated_password", password)]
}

#[actix_web::test]
async fn an_invitation_makes_a_colleague_who_is_signed_in() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let shown = invite(&admin, NEW, "editor").await.expect(200);
    let path = link(&shown);
    assert!(admin.get("/settings/team").await.text("main").contains(NEW));
    assert!(!admin.get("/settings/team").await.text_body().contains(&path), "the link is shown once");
    let browser = world.nobody();
    let page = browser.get(&path).await.expect(200);
    assert!(page.text("h1").contains(&world.shop.name) && page.text("main").contains("as editor"));
    let wrong = browser.post(&path, joining("", "password")).await.expect(422);
    assert!(wrong.error_of("name").is_some() && wrong.error_of("new_password").is_some());
    let kept = browser.post(&path, joining("Neema New", "short")).await.expect(422);
    assert_eq!(kept.form_to(&path).value("name"), "Neema New");
    browser.post(&path, joining("Neema New", "jambo jambo jambo")).await.expect(303);
    let page = browser.get("/profile").await.expect(200);
    assert!(page.text("#person").contains("Neema New"));
    browser.get("/customers/new").await.expect(200);
    world.nobody().post("/login", credentials(NEW, "jambo jambo jambo")).await.expect(303);
    // Once.
    for answer in
        [world.nobody().get(&path).await, world.nobody().post(&path, joining("Nia", "jambo jambo jambo")).await]
    {
        assert_eq!(answer.expect(404).text("h1"), "This invitation does not work");
    }
    assert_eq!((events(&world, "team.invited"), events(&world, "team.joined")), (1, 1));
}

#[actix_web::test]
async fn a_link_ends_after_72_hours_and_when_a_new_one_is_made_or_it_is_withdrawn() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let first = link(&invite(&admin, NEW, "viewer").await.expect(200));
    let form = admin.get("/settings/team").await.expect(200).form("form[action$='/link']");
    let second = link(&admin.submit(&form).await.expect(200));
    world.nobody().get(&first).await.expect(404);
    world.nobody().get(&second).await.expect(200);
    world.sql("UPDATE invitations SET expires_at = now()");
    world.nobody().get(&second).await.expect(404);
    world.nobody().post(&second, joining("Nia", "jambo jambo jambo")).await.expect(404);
    assert!(admin.get("/settings/team").await.text("main").contains("Link expired"));
    let third = link(&admin.submit(&form).await.expect(200));
    world.nobody().get(&third).await.expect(200);
    let form = admin.get("/settings/team").await.form("form[action$='/withdrawal']");
    for _ in 0..2 {
        admin.submit(&form).await.expect(303);
    }
    world.nobody().get(&third).await.expect(404);
    assert_eq!(events(&world, "team.invitation_withdrawn"), 1);
    assert!(!admin.get("/settings/team").await.text("main").contains(NEW));
}

#[actix_web::test]
async fn who_is_there_or_invited_is_not_invited_again_and_what_was_typed_stays() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    invite(&admin, NEW, "viewer").await.expect(200);
    for (email, words) in
        [("NEEMA@new.example", "invited already"), (&world.shop.viewer.email.to_uppercase(), "in the team")]
    {
        let answer = invite(&admin, email, "editor").await.expect(409);
        assert!(answer.error_of("email").unwrap().contains(words), "{email}");
        assert_eq!(answer.form_to("/settings/team/invitations").value("email"), email);
        assert!(answer.has("input[value=editor][checked]"));
    }
    let answer = invite(&admin, "no email", "").await.expect(422);
    assert!(answer.error_of("email").is_some() && answer.error_of("role").is_some());
    invite(&admin, "boss@new.example", "owner").await.expect(403);
    // Whoever signs in to another merchant is a stranger here until they accept.
    let path = link(&invite(&admin, &world.rival.viewer.email, "viewer").await.expect(200));
    let answer = world.nobody().post(&path, joining("Rita", "jambo jambo jambo")).await.expect(409);
    assert!(answer.error_of("email").unwrap().contains("signs in with this email already"));
}

#[actix_web::test]
async fn a_form_sent_twice_invites_once_and_shows_no_second_link() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let form = admin.get("/settings/team/invitations").await.form_to("/settings/team/invitations");
    let form = form.set("email", NEW).set("role", "viewer");
    admin.submit(&form).await.expect(200);
    let again = admin.submit(&form).await.expect(303);
    assert!(admin.get(again.location()).await.text(".toast").contains("shown once"));
    assert_eq!(events(&world, "team.invited"), 1);
}

#[actix_web::test]
async fn who_loses_their_access_keeps_no_link_that_gives_it_back() {
    let world = World::empty().await;
    let (shop, owner) = (&world.shop, world.owner());
    for (deed, form) in [("role", "was=admin&role=editor"), ("state", "state=disabled"), ("removal", "")] {
        let second =
            world.with(|conn| add_person(conn, shop.merchant, &format!("{deed}@x.example"), "Adam", Role::Admin));
        let second = second.unwrap();
        let email = format!("by-{deed}@new.example");
        let path = link(&invite(&world.asker(&second), &email, "admin").await.expect(200));
        owner.post(super::path(second.id, deed), form).await.expect(303);
        world.nobody().get(&path).await.expect(404);
    }
    // An admin who was an owner may still invite admins, and no owners.
    let second = world.with(|conn| add_person(conn, shop.merchant, "second@x.example", "Olu", Role::Owner)).unwrap();
    let asker = world.asker(&second);
    let admins = link(&invite(&asker, "a@new.example", "admin").await.expect(200));
    let owners = link(&invite(&asker, "o@new.example", "owner").await.expect(200));
    owner.post(super::path(second.id, "role"), "was=owner&role=admin").await.expect(303);
    world.nobody().get(&admins).await.expect(200);
    world.nobody().get(&owners).await.expect(404);
}

#[actix_web::test]
async fn a_removed_persons_email_is_in_no_invitation_and_no_event() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    let path = link(&invite(&admin, NEW, "viewer").await.expect(200));
    // An earlier one that was withdrawn has the email too.
    let form = admin.get("/settings/team").await.form("form[action$='/withdrawal']");
    admin.submit(&form).await.expect(303);
    world.nobody().get(&path).await.expect(404);
    let path = link(&invite(&admin, NEW, "viewer").await.expect(200));
    let form = admin.get("/settings/team").await.form("form[action$='/withdrawal']");
    world.nobody().post(&path, joining("Neema New", "jambo jambo jambo")).await.expect(303);
    let late = admin.submit(&form).await.expect(303);
    let told = admin.get(late.location()).await.expect(200);
    assert!(told.text(".toast").contains("they have joined") && told.text("h1").contains("Neema New"));
    let mentions = "SELECT (SELECT count(*) FROM events WHERE after::text LIKE '%neema@%')
        + (SELECT count(*) FROM invitations WHERE email LIKE 'neema@%')
        + (SELECT count(*) FROM staff WHERE email LIKE 'neema@%') AS n";
    assert_eq!(world.number(mentions), 5);
    let page = admin.get("/settings/team").await;
    let theirs = page.all("a").into_iter().find(|link| link.text().any(|text| text == "Neema New")).unwrap();
    admin.post(format!("{}/removal", theirs.attr("href").unwrap()), "").await.expect(303);
    assert_eq!(world.number(mentions), 0);
}

#[actix_web::test]
async fn a_token_is_stored_as_its_hash_alone() {
    let world = World::empty().await;
    let path = link(&invite(&world.asker(&world.shop.admin), NEW, "viewer").await.expect(200));
    let token = path.rsplit('/').next().unwrap();
    assert!(token.len() >= 43);
    let kept = format!("SELECT count(*) AS n FROM invitations WHERE invitations::text LIKE '%{token}%'");
    assert_eq!(world.number(&kept), 0);
    assert_eq!(world.number(&format!("SELECT count(*) AS n FROM invitations WHERE token_hash = sha256('{token}')")), 1);
    for nonsense in ["x".repeat(10_000), "%00".to_owned(), encode("'; --"), String::from("..%2f")] {
        let answer = world.nobody().get(format!("/invitations/{nonsense}")).await;
        assert!([404, 400, 303].contains(&answer.status.as_u16()), "{nonsense:.20} {}", answer.status);
    }
}
