//! The way from a list to a customer's page, on to the neighbours and back.

use clientele::ids::CustomerId;

use crate::world::{Answer, Asker, World, encode};

/// The address that the customer's row in a list leads to.
#[track_caller]
fn opened(list: &Answer, id: CustomerId) -> String {
    list.attribute(&format!("#customer-{id} .rowlink"), "href")
}

fn way(page: &Answer, rel: &str) -> Option<String> {
    page.all(&format!("main a[rel={rel}]")).first().map(|link| link.attr("href").unwrap().to_owned())
}

/// The name and the address of the list that a page leads back to.
fn back(page: &Answer) -> (String, String) {
    let link = page.all("main .crumbs a")[0];
    (page.texts("main .crumbs a")[0].replace("← Back to ", ""), link.attr("href").unwrap().to_owned())
}

/// The customer's number in the list, as the page loads it.
async fn number(asker: &Asker, page: &Answer) -> String {
    asker.fragment(page.attribute("#place", "data-hx-get")).await.expect(200).text("#place")
}

fn people(count: usize) -> Vec<(String, String)> {
    (0..count).map(|n| (format!("Kamau {}", n * 7 % 5), format!("k{}@x.example", n * 3 % 4))).collect()
}

#[actix_web::test]
async fn a_customers_page_goes_through_the_list_it_was_opened_from_and_back() {
    let world = World::empty().await;
    let ids = world.crowd(&people(12));
    for (n, id) in ids.iter().enumerate().filter(|(n, _)| n % 3 > 0) {
        world.paid(*id, n as i64 % 2 + 1);
        let (account, id) = (world.shop.live.uuid(), id.uuid());
        world
            .sql(&format!("INSERT INTO payment_totals VALUES ('{account}', '{id}', 1, '2026-01-02T03:04:05.006007Z')"));
    }
    world.customer("name=Otieno&email=o%40x.example");
    for id in &ids[8..] {
        world.delete(*id);
    }
    let viewer = world.viewer();
    let view = world.view("name=Big+Kamaus&q=kamau&sort=-email&is_shared=on");
    for (list, name) in [
        ("/customers".to_owned(), "Customers"),
        ("/customers?sort=name".to_owned(), "Customers"),
        ("/customers?q=kamau".to_owned(), "kamau"),
        ("/customers?q=kamau&sort=%2Dname&limit=50".to_owned(), "kamau"),
        ("/customers?q=kamau&sort=created".to_owned(), "kamau"),
        ("/customers?q=kamau%201%20OR%20kamau%202&sort=email".to_owned(), "kamau 1 OR kamau 2"),
        ("/customers?q=x%2Eexample&sort=volume".to_owned(), "x.example"),
        ("/customers?sort=%2Dlast%5Fpayment".to_owned(), "Customers"),
        ("/customers?q=status%3Adeleted".to_owned(), "Deleted"),
        ("/customers?q=status%3Adeleted&sort=name".to_owned(), "Deleted"),
        ("/customers?q=status%3Aactive%2Cdeleted&sort=%2Ddeleted".to_owned(), "status:active,deleted"),
        (format!("/customers?view={}", encode(&view.to_string())), "Big Kamaus"),
    ] {
        let page = viewer.get(&list).await;
        assert_eq!(page.status, 200, "{list}: {}", page.outline());
        let rows = page.rows();
        assert!(rows.len() > 3, "{list}");
        let first = page.all(".rowlink")[0].attr("href").unwrap().to_owned();
        let mut at = Some(first);
        let mut pages = Vec::new();
        while let Some(href) = at {
            let page = viewer.get(&href).await;
            assert_eq!(page.status, 200, "{href}: {}", page.outline());
            assert_eq!(back(&page), (name.to_owned(), list.clone()), "{href}");
            let expected = format!("{} of {}", pages.len() + 1, rows.len());
            assert_eq!(number(&viewer, &page).await, expected, "{list}");
            at = way(&page, "next");
            pages.push(page);
        }
        assert_eq!(pages.iter().map(|page| page.text("main h1")).collect::<Vec<_>>(), rows, "{list}");
        assert_eq!(way(&pages[0], "prev"), None);
        for pair in pages.windows(2) {
            let before = viewer.get(way(&pair[1], "prev").unwrap()).await.expect(200);
            assert_eq!(before.title(), pair[0].title(), "{list}");
            assert_eq!(way(&before, "next"), way(&pair[0], "next"), "{list}");
        }
    }
}

#[actix_web::test]
async fn a_page_of_the_list_is_come_back_to() {
    let world = World::empty().await;
    world.crowd(&people(20));
    let viewer = world.viewer();
    for list in ["/customers?limit=6", "/customers?q=kamau&sort=name&limit=6"] {
        let second = way(&viewer.get(list).await, "next").unwrap();
        let page = viewer.get(&second).await.expect(200);
        let third = viewer.get(page.all(".rowlink")[2].attr("href").unwrap()).await.expect(200);
        let (_, href) = back(&third);
        assert_eq!(viewer.get(&href).await.expect(200).rows(), page.rows(), "{list}");
        // So it is from a neighbour.
        assert_eq!(back(&viewer.get(way(&third, "next").unwrap()).await).1, href);
        assert_eq!(number(&viewer, &third).await, "9 of 20");
    }
}

#[actix_web::test]
async fn the_plain_list_is_in_no_address() {
    let world = World::empty().await;
    let ids = world.crowd(&people(3));
    let viewer = world.viewer();
    assert_eq!(opened(&viewer.get("/customers").await, ids[1]), format!("/customers/{}", ids[1]));
    let page = viewer.get(format!("/customers/{}", ids[1])).await.expect(200);
    assert_eq!(way(&page, "prev"), Some(format!("/customers/{}", ids[2])), "the newer one");
    assert_eq!(way(&page, "next"), Some(format!("/customers/{}", ids[0])));
    assert_eq!(page.attribute("main a[rel=prev]", "data-hotkey"), "k");
    assert_eq!(page.attribute("main a[rel=next]", "data-hotkey"), "j");
    assert_eq!(page.attribute("main a[rel=next]", "aria-label"), "Next customer: Kamau 0");
    let alone = World::empty().await;
    let id = alone.customer("name=Solo&email=s%40x.example");
    let page = alone.viewer().get(format!("/customers/{id}")).await.expect(200);
    assert!(!page.has(".neighbours") && !page.has("#place"), "nowhere to go");
}

#[actix_web::test]
async fn an_address_whose_list_is_not_understood_is_that_of_the_plain_list() {
    let world = World::empty().await;
    let ids = world.crowd(&people(3));
    let private = world.view_of(world.shop.live, &world.shop.owner, "name=Mine&q=kamau");
    let viewer = world.viewer();
    let plain = viewer.get(format!("/customers/{}", ids[1])).await.expect(200);
    for from in [
        "nonsense",
        "q=contry%3AKE",
        "sort=shoe",
        "limit=ten",
        "columns=hat",
        "after=x",
        "view=nonsense",
        "view=view_01m8hr36z1e1xbxa6s67f02cdr",
        &format!("view={private}"),
        "q=%FF",
        "\u{0}",
        "https://evil.example/",
        "q=status:deleted&choose=1&sort=--name",
    ] {
        for part in ["", "/edit", "/activity", "/deletion"] {
            let href = format!("/customers/{}{part}?from={}", ids[1], encode(from));
            let page = world.editor().get(&href).await.expect(200);
            assert_eq!(back(&page), ("Customers".to_owned(), "/customers".to_owned()), "{href}");
        }
        let page = viewer.get(format!("/customers/{}?from={}", ids[1], encode(from))).await;
        assert_eq!((way(&page, "prev"), way(&page, "next")), (way(&plain, "prev"), way(&plain, "next")), "{from}");
        assert_eq!(number(&viewer, &page).await, "2 of 3");
    }
    viewer.get(format!("/customers/{}?from=%FF", ids[1])).await.expect(200);
    let place = format!("/customers/{}/place?from=q%3Dkamau", ids[1]);
    assert_eq!(viewer.get(&place).await.expect(303).location(), format!("/customers/{}?from=q%3Dkamau", ids[1]));
}

#[actix_web::test]
async fn who_matches_no_more_keeps_the_neighbours_and_has_no_number() {
    let world = World::empty().await;
    let ids = world.crowd(&people(3));
    let viewer = world.viewer();
    let href = opened(&viewer.get("/customers?q=kamau").await, ids[1]);
    let before = viewer.get(&href).await;
    world.sql(&format!("UPDATE customers SET name = 'Otieno' WHERE id = '{}'", ids[1].uuid()));
    let page = viewer.get(&href).await.expect(200);
    assert_eq!((way(&page, "prev"), way(&page, "next")), (way(&before, "prev"), way(&before, "next")));
    assert_eq!(number(&viewer, &page).await, "");
    world.delete(ids[1]);
    let page = viewer.get(&href).await.expect(200);
    assert_eq!((way(&page, "prev"), way(&page, "next")), (way(&before, "prev"), way(&before, "next")));
    let by_name = viewer.get(format!("/customers/{}?from=sort%3Dname", ids[1])).await.expect(200);
    assert!(way(&by_name, "next").is_none() && way(&by_name, "prev").is_some(), "Otieno is behind all Kamaus");
}

#[actix_web::test]
async fn a_number_is_told_up_to_a_thousand() {
    let world = World::empty().await;
    let ids = world.crowd(&(0..1_003).map(|n| (format!("P {n}"), format!("p{n}@x.example"))).collect::<Vec<_>>());
    let viewer = world.viewer();
    let searched = |all: &str| all.replace("1,003", "1,000+");
    for (n, expected) in [(1_002, "1 of 1,003"), (1_000, "3 of 1,003"), (3, "1,000 of 1,003"), (2, ""), (0, "")] {
        let page = viewer.get(format!("/customers/{}", ids[n])).await.expect(200);
        assert_eq!(number(&viewer, &page).await, expected, "the number of all is exact: {n}");
        let page = viewer.get(format!("/customers/{}?from=q%3Dx.example", ids[n])).await.expect(200);
        assert_eq!(number(&viewer, &page).await, searched(expected), "that of a search is not: {n}");
    }
    let elsewhere = world.asker(&world.rival.viewer);
    let path = format!("/customers/{}/place", ids[0]);
    elsewhere.fragment(&path).await.expect(404);
}

#[actix_web::test]
async fn every_way_from_the_page_and_back_keeps_the_list() {
    let world = World::empty().await;
    let ids = world.crowd(&people(3));
    let editor = world.editor();
    let path = format!("/customers/{}", ids[1]);
    let here = opened(&editor.get("/customers?q=kamau").await, ids[1]);
    assert_eq!(here, format!("{path}?from=q%3Dkamau"));
    let page = editor.get(&here).await.expect(200);
    let edit = page.attribute(".phead a[data-hotkey=e]", "href");
    assert_eq!(edit, format!("{path}/edit?from=q%3Dkamau"));

    // An edit that is left, refused, and saved.
    let form = editor.get(&edit).await.expect(200);
    assert_eq!(back(&form), ("kamau".to_owned(), "/customers?q=kamau".to_owned()));
    assert_eq!(form.attribute(".savebar a", "href"), here);
    let form = form.form_to(&here);
    let refused = editor.submit(&form.clone().set("email", "nobody")).await.expect(422);
    let form = refused.form_to(&here).set("email", "somebody@x.example");
    let stale = form.clone().set("email", "else@x.example");
    assert_eq!(editor.submit(&form).await.expect(303).location(), here);
    assert!(editor.get(&here).await.has("#toasts .toast"));

    // Two edits that clash.
    let clash = editor.submit(&stale).await.expect(409);
    assert_eq!(back(&clash).0, "kamau");
    assert_eq!(clash.attribute(".savebar a", "href"), here);
    let saved = editor.submit(&clash.form_to(&here).set("email", "else@x.example")).in_place().await;
    assert_eq!(saved.expect(200).header("HX-Push-Url"), Some(here.as_str()));

    // A delete, and what takes it back.
    let deletion = page.attribute(".phead a[href*='/deletion']", "href");
    assert_eq!(deletion, format!("{path}/deletion?from=q%3Dkamau"));
    let plan = editor.get(&deletion).await.expect(200);
    assert_eq!(back(&plan).0, "kamau");
    assert_eq!(plan.attribute(".savebar a", "href"), here);
    assert_eq!(
        editor.submit(&plan.form_to(&deletion).set("plan", "")).await.expect(409).form_to(&deletion).action,
        deletion
    );
    assert_eq!(editor.submit(&plan.form_to(&deletion)).await.expect(303).location(), here);
    assert_eq!(editor.get(&deletion).await.expect(303).location(), here);
    let deleted = editor.get(&here).await.expect(200);
    let undo = deleted.attribute("#toasts form", "action");
    assert_eq!(undo, format!("{path}/restoration?from=q%3Dkamau"));
    assert_eq!(deleted.attribute(".phead form", "action"), undo);
    assert_eq!(editor.post(&undo, "").await.expect(303).location(), here);

    // Its activity, page by page.
    for n in 0..60 {
        let version = world.stored(ids[1]).version;
        editor.post(&path, format!("version={version}&company=C{n}")).await.expect(303);
    }
    let earlier = editor.get(&here).await.attribute("#activity > p a", "href");
    let activity = editor.get(&earlier).await.expect(200);
    assert_eq!(back(&activity).0, "kamau");
    assert_eq!(activity.all(".crumbs a")[1].attr("href"), Some(here.as_str()));
}
