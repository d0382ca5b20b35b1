//! What is masked is shown on one press, to those who may, for a while, and that is told.

use crate::{
    curtain::{Private, decide},
    world::{World, encode},
};

fn revealed(world: &World) -> i64 {
    world.number("SELECT count(*) AS n FROM events WHERE kind = 'customer.revealed'")
}

#[actix_web::test]
async fn one_press_shows_one_customer_and_is_told() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, Some("revealed"), None);
    let (viewer, path) = (world.viewer(), format!("/customers/{}", private.jane));
    let page = viewer.get(&path).await.expect(200);
    assert_eq!(private.leaks(&page), [""; 0]);
    assert!(page.text("#details").contains("l•••@other.example") && page.text("#details").contains("+254 ••• 76"));
    let form = page.form_to(&format!("{path}/reveal"));
    assert_eq!(viewer.submit(&form).await.expect(303).location(), path);

    let shown = viewer.get(&path).await.expect(200);
    assert!(shown.text("#details").contains("loclstx@other.example"), "{}", shown.text("#details"));
    assert!(shown.text("#notes").contains("665544332") && shown.text("main").contains("Shown to you alone"));
    for part in ["/activity", "/notes", "/payment_methods", "/payments", "/file", "/file/download"] {
        viewer.get(format!("{path}{part}")).await.expect(200);
    }
    assert!(viewer.get(format!("/payments/{}", private.payment)).await.text("main").contains("loclqrx@mail.example"));
    assert!(!private.leaks(&viewer.get(format!("{path}/payment_methods")).await).is_empty());
    let section = viewer.fragment(format!("{path}/notes")).await.expect(200);
    assert!(section.text_body().contains("665544332"));
    // Of nobody else, in no list, and to nobody else.
    assert_eq!(private.leaks(&viewer.get(format!("/customers/{}", private.by_email)).await), [""; 0]);
    assert_eq!(private.leaks(&viewer.get("/customers").await), [""; 0]);
    assert_eq!(revealed(&world), 1);
    let log = world.asker(&world.shop.admin).get("/settings/audit?q=kind%3Asecurity").await.expect(200);
    assert!(log.text("main").contains("Vera Viewer had what is masked shown"), "{}", log.text("main"));

    // Ten minutes later it is hidden again.
    world.sql(
        "UPDATE events SET id = (lpad(to_hex(((extract(epoch FROM now()) - 700) * 1000)::bigint), 12, '0') \
           || substr(replace(id::text, '-', ''), 13))::uuid WHERE kind = 'customer.revealed'",
    );
    assert_eq!(private.leaks(&viewer.get(&path).await), [""; 0]);
}

#[actix_web::test]
async fn who_may_not_is_refused_and_who_sees_everything_needs_nothing() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, None, None);
    let path = format!("/customers/{}/reveal", private.jane);
    assert!(!world.viewer().get(format!("/customers/{}", private.jane)).await.has("#reveal"));
    world.viewer().post(&path, "").await.expect(403);
    world.viewer().get(format!("/customers/{}/file", private.jane)).await.expect(403);
    assert!(!world.editor().get(format!("/customers/{}", private.jane)).await.has("#reveal"));
    world.editor().post(&path, "to=%2F%2Fevil.example").await.expect(303);
    let foreign = world.customer_in(world.rival.live, &world.rival.editor, "name=Rita");
    decide(&world, Some("revealed"), None);
    world.viewer().post(format!("/customers/{foreign}/reveal"), "").await.expect(404);
    let gone = world.viewer().post(&path, "to=%2F%2Fevil.example").await.expect(303);
    assert_eq!(gone.location(), format!("/customers/{}", private.jane), "it leads to no other site");
    assert_eq!(revealed(&world), 1, "by the one who may, and once");
}

#[actix_web::test]
async fn what_is_decided_counts_from_the_next_request_on() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let (viewer, path) = (world.viewer(), format!("/customers/{}", private.jane));
    assert!(!private.leaks(&viewer.get(&path).await).is_empty());
    decide(&world, Some("masked"), None);
    assert_eq!(private.leaks(&viewer.get(&path).await), [""; 0]);
    world.sql(&format!("UPDATE staff SET role = 'editor' WHERE id = '{}'", world.shop.viewer.id.uuid()));
    assert!(!private.leaks(&viewer.get(&path).await).is_empty());
    decide(&world, Some("masked"), Some("revealed"));
    assert_eq!(private.leaks(&viewer.get(&path).await), [""; 0]);
}

#[actix_web::test]
async fn one_that_is_revealed_opens_no_way_to_the_others() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, Some("revealed"), None);
    let (viewer, path) = (world.viewer(), format!("/customers/{}", private.by_phone));
    viewer.post(format!("{path}/reveal"), "").await.expect(303);
    let usual = viewer.get(&path).await.expect(200);
    let hidden = world.view_of(world.shop.live, &world.shop.owner, "name=Asked&q=email%3Aloclab*&is_shared=on");
    for from in [
        format!("q=email:locl* id:{}", private.by_email),
        "sort=email".to_owned(),
        "sort=-field.memo".to_owned(),
        format!("view={hidden}"),
        format!("view={}", private.view),
    ] {
        let page = viewer.get(format!("{path}?from={}", encode(&from))).await.expect(200);
        assert_eq!(page.text(".wayback"), usual.text(".wayback"), "{from}");
        let others: Vec<String> = private.leaks(&page).into_iter().filter(|value| value.contains("locl")).collect();
        assert_eq!(others, [""; 0], "{from}");
    }
    assert!(!viewer.get("/views").await.text("main").contains("Asked"));
}

#[actix_web::test]
async fn whoever_begins_with_a_view_that_is_not_shown_begins_with_all_customers() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let viewer = world.viewer();
    viewer.post(format!("/views/{}/default", private.view), "is_default=on").await.expect(303);
    assert!(viewer.get("/views/default").await.location().contains(&private.view.to_string()));
    decide(&world, None, None);
    assert_eq!(viewer.get("/views/default").await.expect(303).location(), "/customers");
    viewer.get(format!("/customers?view={}", private.view)).await.expect(404);
}
