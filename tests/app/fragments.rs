//! A page and its fragment: one address, the same status, and the element that takes the old one's place.

use crate::world::World;

#[actix_web::test]
async fn a_fragment_is_the_piece_of_its_page_that_is_swapped() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let id = named.wanjiru;
    let customer = format!("#customer-{id}");
    for (path, outer) in [
        ("/customers".to_owned(), "#results"),
        ("/customers?q=wanjiru".to_owned(), "#results"),
        ("/customers?q=zzz".to_owned(), "#results"),
        ("/customers?q=status%3Adeleted".to_owned(), "#results"),
        ("/customers/filters/country?q=wanjiru".to_owned(), "form"),
        ("/customers/help".to_owned(), ".pop__body"),
        ("/customers/new".to_owned(), "dialog"),
        (format!("/customers/{id}"), customer.as_str()),
        (format!("/customers/{id}/edit"), customer.as_str()),
        (format!("/customers/{id}/edit?part=details"), "dialog"),
        (format!("/customers/{id}/edit?part=addresses"), "dialog"),
        (format!("/customers/{id}/edit?part=metadata"), "dialog"),
        (format!("/customers/{id}/deletion"), "dialog"),
        (format!("/notes/{}/edit", named.note), "dialog"),
        (format!("/customers/{id}/payment_methods"), "#wallet"),
        (format!("/customers/{id}/payment_methods/new"), "dialog"),
        (format!("/payment_methods/{}/edit", named.method), "dialog"),
        (format!("/payment_methods/{}/deletion", named.method), "dialog"),
        (format!("/payment_methods/{}/default", named.method), "dialog"),
    ] {
        let (page, fragment) = (editor.get(&path).await, editor.fragment(&path).await);
        assert_eq!(page.status, fragment.status, "{path}");
        assert!(page.is_page() && !fragment.is_page(), "{path}");
        for answer in [&page, &fragment] {
            let vary: Vec<_> =
                answer.headers.get_all("Vary").map(|value| value.to_str().unwrap().to_ascii_lowercase()).collect();
            assert!(vary.join(",").contains("hx-request"), "{path} varies by {vary:?}");
        }
        assert!(!fragment.text_body().contains("<html") && !fragment.text_body().contains("<body"));
        let element = fragment.one(outer);
        let parent = element.parent().and_then(scraper::ElementRef::wrap).unwrap();
        assert_eq!(parent.value().name(), "html", "{outer} is the outermost element of {path}");
        if outer.starts_with('#') {
            assert!(page.has(&format!("main {outer}")));
        }
    }
}

#[actix_web::test]
async fn a_history_restore_gets_the_whole_page() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for path in ["/customers".to_owned(), "/customers/new".to_owned(), format!("/customers/{}", named.wanjiru)] {
        let page = editor.fragment(&path).header("HX-History-Restore-Request", "true").await.expect(200);
        assert!(page.is_page(), "{path}");
    }
    let damaged = editor.fragment("/customers?limit=0").header("HX-History-Restore-Request", "true").await.expect(400);
    assert!(damaged.is_page());
}

#[actix_web::test]
async fn a_page_without_a_fragment_is_itself() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for path in ["/profile".to_owned(), format!("/customers/{}/activity", named.wanjiru)] {
        assert!(editor.fragment(&path).await.expect(200).is_page(), "{path}");
    }
}

#[actix_web::test]
async fn a_notice_waits_for_a_page_and_is_not_lost_to_a_fragment() {
    let world = World::empty().await;
    let editor = world.editor();
    let answer = editor.post("/customers", "name=Nia&email=n%40x.example").await.expect(303);
    editor.fragment("/customers").await.expect(200);
    editor.fragment("/customers/count").await.expect(200);
    assert!(editor.get(answer.location()).await.has("#toasts .toast"));
    assert!(!editor.get("/customers").await.has("#toasts .toast"));
}

#[actix_web::test]
async fn a_save_in_place_is_the_customers_page_again() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let path = format!("/customers/{}", named.wanjiru);
    let form = editor.fragment(format!("{path}/edit")).await.form_to(&path).set("company", "In place");
    let saved = editor.submit(&form).in_place().await.expect(200);
    saved.one(&format!("#customer-{}", named.wanjiru));
    assert_eq!(saved.header("HX-Push-Url"), Some(path.as_str()));
    assert!(saved.texts("[aria-labelledby=details-title] dd").contains(&"In place".to_owned()));
    assert!(saved.text("hx-partial .toast").contains(" changed"));
    let refused = editor.submit(&form.set("email", "nobody").set("version", "2")).in_place().await.expect(422);
    refused.one(&format!("#customer-{}", named.wanjiru));
    assert!(refused.error_of("email").is_some());
}

#[actix_web::test]
async fn trouble_with_a_fragment_is_a_notice_and_not_a_page_in_a_table() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let unknown = clientele::ids::CustomerId::new();
    for (status, answer) in [
        (404, editor.fragment(format!("/customers/{unknown}")).await),
        (404, editor.fragment("/nowhere").await),
        (400, editor.fragment("/customers?sort=x").await),
        (403, world.viewer().fragment("/customers/new").await),
        (409, editor.fragment(format!("/customers/{}/edit", named.gone)).await),
        (405, editor.fragment(format!("/customers/{}/restoration", named.gone)).await),
    ] {
        let answer = answer.expect(status);
        assert_eq!(answer.header("HX-Retarget"), Some("#notices"), "{status}");
        assert_eq!(answer.header("HX-Reswap"), Some("innerHTML"));
        assert!(!answer.is_page());
        assert!(answer.has("[role=alert] h2") && !answer.has("code"), "a reference is for what is our fault");
    }
}
