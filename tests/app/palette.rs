//! The palette: customers, views and pages by a few words, as a page of links and as the dialog's listbox.

use crate::world::{Answer, World};

fn names(answer: &Answer, group: &str) -> Vec<String> {
    answer.texts(&format!("#palette-{group} [role=option] bdi"))
}

#[actix_web::test]
async fn without_words_it_shows_the_newest_customers_the_views_and_every_page() {
    let (world, _) = World::populated().await;
    let answer = world.editor().fragment("/palette").await.expect(200);
    let customers = names(&answer, "customers");
    assert_eq!(customers.len(), 5);
    assert_eq!(customers[0], "nobody@nameless.example", "the newest");
    assert_eq!(names(&answer, "views"), ["Acme"]);
    let pages = [
        "Home",
        "Customers",
        "Create customer",
        "Payments",
        "Record payment",
        "Invoices",
        "Subscriptions",
        "Payment schedules",
        "Recurring revenue",
        "Deleted customers",
        "Quality",
        "Manage views",
        "Prices",
        "Create price",
        "Custom fields",
        "Your profile",
        "Second factor",
        "Switch to test",
        "Sign out",
    ];
    assert_eq!(names(&answer, "pages"), pages);
    assert_eq!(answer.attribute("#palette-results", "data-status"), "25 results");
    let viewer = names(&world.viewer().fragment("/palette").await, "pages");
    assert!(!viewer.contains(&"Create customer".to_owned()) && viewer.len() == 16, "{viewer:?}");
    let testing = world.testing(&world.shop.editor).fragment("/palette").await;
    assert!(names(&testing, "pages").contains(&"Switch to live".to_owned()));
    assert_eq!(names(&testing, "customers"), ["Tess Testa"]);
    assert!(names(&testing, "views").is_empty());
}

#[actix_web::test]
async fn customers_are_found_as_in_the_list_and_six_of_them_shown() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let found = editor.fragment("/palette?q=JOSE").await;
    assert_eq!(names(&found, "customers"), ["José Álvarez"]);
    let link = format!("#palette-to-{}", named.jose);
    assert_eq!(found.attribute(&link, "href"), format!("/customers/{}", named.jose));
    assert_eq!(found.text(&format!("{link} small")), "jose@alvarez.example");
    assert_eq!(found.attribute("#palette-results", "data-q"), "JOSE");
    assert_eq!(names(&editor.fragment("/palette?q=0712+345+678").await, "customers"), ["Wanjiru Kamau"]);
    let gone = editor.fragment("/palette?q=otieno+status%3Adeleted").await;
    assert!(gone.text("#palette-customers").contains("deleted"));
    assert!(names(&editor.fragment("/palette?q=rita").await, "customers").is_empty(), "another merchant's");

    world.crowd(&(0..8).map(|n| (format!("Njeri {n}"), format!("n{n}@njeri.example"))).collect::<Vec<_>>());
    let many = editor.fragment("/palette?q=njeri").await;
    let customers = names(&many, "customers");
    assert_eq!(customers.len(), 7);
    assert_eq!((customers[0].as_str(), customers[6].as_str()), ("Njeri 7", "All customers that match"));
    assert_eq!(many.attribute("#palette-to-all", "href"), "/customers?q=njeri");
}

#[actix_web::test]
async fn views_and_pages_are_found_by_the_words_of_their_names() {
    let (world, _) = World::populated().await;
    world.view("name=%C3%89t%C3%A9&q=x");
    world.view_of(world.shop.live, &world.shop.viewer, "name=Vera’s own&q=y");
    let editor = world.editor();
    assert_eq!(names(&editor.fragment("/palette?q=ete").await, "views"), ["Été"]);
    assert!(names(&editor.fragment("/palette?q=vera").await, "views").is_empty(), "somebody else’s");
    for (q, page) in [("passw", "Your profile"), ("test", "Switch to test"), ("cust+cre", "Create customer")] {
        assert_eq!(names(&editor.fragment(format!("/palette?q={q}")).await, "pages"), [page], "{q}");
    }
    let nothing = editor.fragment("/palette?q=zzz").await;
    assert!(nothing.text("#palette-results").contains("Nothing matches “zzz”"));
    assert!(!nothing.has("[role=listbox]"));
    assert_eq!(nothing.attribute("#palette-results", "data-status"), "Nothing found");
}

#[actix_web::test]
async fn a_search_that_is_not_understood_is_answered_with_the_sentence() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    let list = editor.get("/customers?q=emial%3Ax").await.expect(422).text("#search-problem p:first-of-type");
    let fragment = editor.fragment("/palette?q=emial%3Ax").await.expect(200);
    assert_eq!(fragment.text(".error"), list);
    assert_eq!(editor.get("/palette?q=emial%3Ax").await.expect(200).text("#palette-problem"), list);
}

#[actix_web::test]
async fn as_a_page_it_is_links_and_forms() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let page = editor.get("/customers").await.expect(200);
    let page = editor.get(page.attribute("[data-palette]", "href")).await.expect(200);
    assert_eq!(page.text("h1"), "Go to");
    assert!(!page.has("main [role=option], main [role=listbox], main [role=combobox]"));
    assert!(page.has(&format!("main a[href='/customers/{}']", named.wanjiru)));
    assert!(page.has("main a[href='/customers/new']"));
    assert!(page.has("main form[action='/palette'][method=get] [name=q]"));
    let page = editor.get("/palette?q=switch").await.expect(200);
    let form = page.one("main form[action='/mode']");
    assert!(form.select(&scraper::Selector::parse("button[name=mode][value=test]").unwrap()).next().is_some());
    assert_eq!(page.attribute("main [name=q]", "value"), "switch");
}
