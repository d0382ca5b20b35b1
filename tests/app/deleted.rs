//! The list of deleted customers: its order, its words, and restoring from it.

use clientele::ids::CustomerId;

use crate::world::{Answer, World};

const DELETED: &str = "/customers?q=status%3Adeleted";

/// Customers deleted so many days ago, in an order that is not that of their creation.
fn graveyard(world: &World) -> Vec<CustomerId> {
    let people: Vec<_> =
        ["Abe", "Bea", "Cat", "Dan", "Eve"].map(|name| (name.to_owned(), format!("{name}@x.example"))).into();
    let ids = world.crowd(&people);
    for (id, days) in ids.iter().zip([3, 40, 1, 40, 2]) {
        world.sql(&format!(
            "UPDATE customers SET deleted_at = date_trunc('day', now()) - interval '{days} days 123456 microseconds' \
             WHERE id = '{}'",
            id.uuid()
        ));
    }
    ids
}

fn href(page: &Answer, css: &str) -> Option<String> {
    page.all(css).first().map(|link| link.attr("href").unwrap().to_owned())
}

#[actix_web::test]
async fn the_latest_deletion_comes_first_and_both_dates_sort() {
    let world = World::empty().await;
    graveyard(&world);
    let viewer = world.viewer();
    let page = viewer.get(DELETED).await.expect(200);
    assert_eq!(page.rows(), ["Cat", "Eve", "Abe", "Dan", "Bea"]);
    assert_eq!((page.title().as_str(), page.text("main h1").as_str()), ("Deleted customers", "Deleted customers"));
    assert_eq!(page.text("caption"), "Deleted customers, latest deletion first");
    assert_eq!(page.text("[aria-sort=descending]"), "Deleted");
    assert_eq!(page.text(".tabs [aria-current]"), "Deleted");
    assert!(!page.has("#save-view"), "it is the tab, and nothing to save");
    for heading in ["#sort-deleted", "#sort-until"] {
        let other = viewer.get(href(&page, heading).unwrap()).await.expect(200);
        assert_eq!(other.rows(), ["Bea", "Dan", "Abe", "Eve", "Cat"], "{heading}");
        assert_eq!(other.text("[aria-sort=ascending]"), "Deleted");
        assert_eq!(href(&other, heading).unwrap(), DELETED, "and back");
    }
    let by_creation = viewer.get(format!("{DELETED}&sort=-created")).await.expect(200);
    assert_eq!(by_creation.rows(), ["Eve", "Dan", "Cat", "Bea", "Abe"]);
    assert_eq!(viewer.get("/customers").await.text("main h1"), "Customers");
    let fragment = viewer.fragment(DELETED).await.expect(200);
    assert_eq!(fragment.text("hx-partial[hx-target='#list-heading']"), "Deleted customers");
    assert_eq!(fragment.attribute("#results", "data-title"), "Deleted customers · Clientele");
}

#[actix_web::test]
async fn an_order_that_was_not_asked_for_follows_the_search() {
    let world = World::empty().await;
    graveyard(&world);
    world.customer("name=Abel&email=abel%40x.example");
    let viewer = world.viewer();
    let page = viewer.get("/customers?q=x.example+status%3Adeleted").await.expect(200);
    assert_eq!(page.rows(), ["Cat", "Eve", "Abe", "Dan", "Bea"]);
    let form = page.form("form[role=search]");
    assert!(form.fields.iter().all(|(name, _)| name != "sort"), "{form:?}");
    // Nobody is found, and the deleted ones are offered in their own order.
    let nobody = viewer.get("/customers?q=cat").await.expect(200);
    assert_eq!(href(&nobody, "#deleted-too a").unwrap(), "/customers?q=cat%20status%3Adeleted");
    let all = viewer.get(format!("{DELETED}&sort=name")).await.expect(200);
    assert_eq!(all.form("form[role=search]").value("sort"), "name", "one that was asked for stays");
    let mixed = viewer.get("/customers?q=status%3Aactive,deleted").await.expect(200);
    assert_eq!(mixed.rows(), ["Abel", "Eve", "Dan", "Cat", "Bea", "Abe"], "the newest of both");
}

#[actix_web::test]
async fn a_view_keeps_the_order_it_was_saved_with() {
    let world = World::empty().await;
    graveyard(&world);
    let viewer = world.viewer();
    for (sort, expected) in [
        ("-created", ["Eve", "Dan", "Cat", "Bea", "Abe"]),
        ("-deleted", ["Cat", "Eve", "Abe", "Dan", "Bea"]),
        ("deleted", ["Bea", "Dan", "Abe", "Eve", "Cat"]),
    ] {
        let view = world.view(&format!("name=Gone+{sort}&q=status%3Adeleted&sort={sort}&is_shared=on"));
        let page = viewer.get(format!("/customers?view={view}")).await.expect(200);
        assert_eq!(page.rows(), expected, "{sort}");
        assert!(!page.has(".tabs__edited"), "{sort}");
    }
    let form = viewer.get("/views/new?q=status%3Adeleted&sort=-deleted").await.expect(200);
    assert!(form.texts("main select option").contains(&"latest deletion first".to_owned()));
}

#[actix_web::test]
async fn the_order_of_deletion_is_paged_also_among_those_who_are_not_deleted() {
    let world = World::empty().await;
    let gone = graveyard(&world).len();
    world.crowd(&(0..6).map(|n| (format!("Live {n}"), format!("l{n}@x.example"))).collect::<Vec<_>>());
    let viewer = world.viewer();
    let names = ["Cat", "Eve", "Abe", "Dan", "Bea", "Live 5", "Live 4", "Live 3", "Live 2", "Live 1", "Live 0"];
    for (q, count) in
        [("status%3Adeleted", gone), ("status%3Aactive,deleted", 11), ("x.example+status%3Aactive,deleted", 11)]
    {
        for (sort, all) in [("-deleted", names.to_vec()), ("deleted", names.iter().rev().copied().collect())] {
            let all: Vec<&str> = all.into_iter().filter(|name| count > gone || !name.starts_with("Live")).collect();
            let mut at = Some(format!("/customers?q={q}&sort={sort}&limit=2"));
            let (mut forth, mut last) = (Vec::new(), String::new());
            while let Some(path) = at {
                let page = viewer.get(&path).await.expect(200);
                forth.extend(page.rows());
                (last, at) = (path, href(&page, "a[rel=next]"));
            }
            assert_eq!(forth, all, "{q} {sort}");
            let mut back = viewer.get(&last).await.rows();
            while let Some(path) = href(&viewer.get(&last).await, "a[rel=prev]") {
                let mut rows = viewer.get(&path).await.expect(200).rows();
                rows.extend(back);
                (back, last) = (rows, path);
            }
            assert_eq!(back, all, "{q} {sort} backwards");
        }
    }
    for key in ["", "now", "2026-01-01", "2026-13-01T00:00:00.000000Z"] {
        use clientele::{customer_parts::COLUMNS, paging::Cursor};
        let cursor =
            Cursor::new(COLUMNS.sort("-deleted").unwrap().tag(), Some(key.to_owned()), CustomerId::new().uuid());
        let status = viewer.get(format!("{DELETED}&after={cursor}")).await.status;
        assert_eq!(status, if key.is_empty() { 200 } else { 400 }, "{key:?}");
    }
}

#[actix_web::test]
async fn a_row_says_what_a_restore_brings_back() {
    let world = World::empty().await;
    let ids = graveyard(&world);
    let page = world.viewer().get(DELETED).await.expect(200);
    assert_eq!(page.texts("thead th"), ["Name", "Email", "Deleted", "Restorable"]);
    let cell = |id: CustomerId| page.text(&format!("#customer-{id} td.c-until"));
    let short = |id: CustomerId| page.text(&format!("#customer-{id} .c-main .c-sub"));
    let last = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * 27))
        .to_zoned(crate::world::settings().time_zone);
    let near =
        [-1, 0, 1].map(|days| format!("in full until {}", (&last + jiff::Span::new().days(days)).strftime("%-d %b")));
    assert!(near.contains(&cell(ids[0])), "{}", cell(ids[0]));
    assert_eq!(cell(ids[1]), "without addresses and payment methods");
    for id in ids {
        assert_eq!(short(id), format!("Restorable {}", cell(id)));
    }
    assert!(!page.has("tbody form"), "a viewer restores nobody");
}

#[actix_web::test]
async fn a_row_is_restored_and_the_list_stays() {
    let world = World::empty().await;
    let ids = graveyard(&world);
    let editor = world.editor();
    let list = "/customers?q=status%3Adeleted&sort=name&limit=2";
    let second = href(&editor.get(list).await, "a[rel=next]").unwrap();
    let page = editor.get(&second).await.expect(200);
    assert_eq!(page.rows(), ["Cat", "Dan"]);
    let form = page.form(&format!("#customer-{} form", ids[2]));
    let answer = editor.submit(&form).await.expect(303);
    assert_eq!(answer.location(), second);
    let page = editor.get(answer.location()).await.expect(200);
    assert_eq!(page.rows(), ["Dan", "Eve"]);
    assert!(page.text("#toasts .toast").starts_with("Cat is restored"));
    assert_eq!(page.attribute("#toasts .toast a", "href"), format!("/customers/{}", ids[2]));
    assert!(!world.stored(ids[2]).is_deleted());

    let form = page.form(&format!("#customer-{} form", ids[3]));
    let answer = editor.submit(&form).in_place().await.expect(200);
    assert_eq!(answer.header("HX-Trigger"), Some("customers-changed"));
    assert!(answer.text("hx-partial .toast").starts_with("Dan is restored"));
    assert!(!answer.has("main, h1"), "the list asks for itself anew");
    let again = editor.get(&second).await;
    assert_eq!(again.attribute("#results [data-hx-trigger^=customers-changed]", "data-hx-get"), second);
}
