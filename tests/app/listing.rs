//! The list of customers: its order, its pages, and what is wrong with an address that asks for another.

use std::collections::BTreeSet;

use clientele::ids::CustomerId;

use crate::world::{Answer, Asker, World, encode};

/// The ids of a page's rows, in order.
fn ids(page: &Answer) -> Vec<CustomerId> {
    let id = |row: scraper::ElementRef| row.attr("id").unwrap().strip_prefix("customer-").unwrap().parse().unwrap();
    page.all("#results tbody tr").into_iter().map(id).collect()
}

fn link(page: &Answer, rel: &str) -> Option<String> {
    page.all(&format!("a[rel={rel}]")).first().map(|link| link.attr("href").unwrap().to_owned())
}

/// Every page from the first on, by its links.
async fn pages_forth(asker: &Asker, first: &str) -> Vec<Vec<CustomerId>> {
    let mut pages = Vec::new();
    let mut place = Some(first.to_owned());
    while let Some(path) = place {
        let page = asker.get(&path).await.expect(200);
        assert_eq!(link(&page, "prev").is_some(), !pages.is_empty(), "only the first page has none before it");
        pages.push(ids(&page));
        place = link(&page, "next");
        assert!(pages.len() < 100, "the pages do not end");
    }
    pages
}

#[actix_web::test]
async fn the_newest_come_first_with_what_tells_them_apart() {
    let (world, named) = World::populated().await;
    let page = world.viewer().get("/customers").await.expect(200);
    assert_eq!(page.title(), "Customers");
    assert_eq!(page.rows(), ["nobody@nameless.example", "Acme Ltd", "李明", "José Álvarez", "Wanjiru Kamau"]);
    assert_eq!(page.text("caption"), "Customers, newest first");
    let row = format!("#customer-{}", named.wanjiru);
    assert_eq!(page.texts(&format!("{row} td"))[..2], ["Wanjiru@example.com", "+254 712 345 678"]);
    assert_eq!(page.attribute(&format!("{row} .rowlink"), "href"), format!("/customers/{}", named.wanjiru));
    assert!(page.has(&format!("{row} time[datetime]")));
    assert!(page.has(&format!("#customer-{} .avatar--org", named.acme)));
    assert!(!page.has(&format!("#customer-{}", named.gone)));
    assert_eq!(page.attribute("#results", "data-status"), "5 customers");
    assert!(!page.has("a[rel]"), "one page has no next");
}

#[actix_web::test]
async fn a_list_is_sorted_by_each_column_both_ways() {
    let world = World::empty().await;
    for (name, email) in
        [("Émile", "c@x.example"), ("adam", "B@x.example"), ("Zoë", "a@x.example"), ("eve", "D@x.example")]
    {
        world.customer(&format!("name={}&email={}", encode(name), encode(email)));
    }
    let viewer = world.viewer();
    for (sort, expected) in [
        ("name", ["adam", "Émile", "eve", "Zoë"]),
        ("-name", ["Zoë", "eve", "Émile", "adam"]),
        ("email", ["Zoë", "adam", "Émile", "eve"]),
        ("-email", ["eve", "Émile", "adam", "Zoë"]),
        ("created", ["Émile", "adam", "Zoë", "eve"]),
        ("-created", ["eve", "Zoë", "adam", "Émile"]),
    ] {
        let page = viewer.get(format!("/customers?sort={sort}")).await.expect(200);
        assert_eq!(page.rows(), expected, "{sort}");
        let way = if sort.starts_with('-') { "descending" } else { "ascending" };
        assert_eq!(page.attribute("th[aria-sort]", "aria-sort"), way);
    }
}

#[actix_web::test]
async fn volume_and_last_payment_are_shown_and_sorted_in_the_accounts_currency() {
    let world = World::empty().await;
    let people: Vec<_> =
        ["Abe", "Bea", "Cat", "Dan", "Eve"].map(|name| (name.into(), format!("{name}@x.example"))).into();
    let ids = world.crowd(&people);
    let [abe, bea, cat, dan, _] = ids[..] else { panic!("five") };
    world.figured(abe, &["KES"], 481_250, "2025-12-02T22:30:00Z");
    world.figured(bea, &["KES", "USD"], 6_824_000, "2026-01-02T22:30:00Z");
    world.figured(cat, &["USD"], 900, "2026-01-02T22:30:00.000001Z");
    world.figured(dan, &["KES"], 481_250, "2024-12-02T22:30:00Z");
    let viewer = world.viewer();
    for (sort, expected) in [
        ("-volume", ["Bea", "Dan", "Abe", "Eve", "Cat"]),
        ("volume", ["Cat", "Eve", "Abe", "Dan", "Bea"]),
        ("-last_payment", ["Cat", "Bea", "Abe", "Dan", "Eve"]),
        ("last_payment", ["Eve", "Dan", "Abe", "Bea", "Cat"]),
    ] {
        let page = viewer.get(format!("/customers?sort={sort}")).await.expect(200);
        assert_eq!(page.rows(), expected, "{sort}");
        let way = if sort.starts_with('-') { "descending" } else { "ascending" };
        assert_eq!(page.attribute("th[aria-sort]", "aria-sort"), way);
        let other = sort.strip_prefix('-').map_or_else(|| format!("%2D{sort}"), str::to_owned);
        assert_eq!(page.attribute("th[aria-sort] a", "href"), format!("/customers?sort={}", other.replace('_', "%5F")));
    }
    let page = viewer.get("/customers").await.expect(200);
    assert!(page.attribute("#sort-volume", "href").ends_with("sort=%2Dvolume"), "the largest first");
    let cells = |id: CustomerId| page.texts(&format!("#customer-{id} td")).split_off(3);
    assert_eq!(cells(abe), ["KES 4,812.50", "KES 4,812.50 3 Dec 2025"]);
    assert_eq!(cells(bea)[0], "KES 68,240.00 and USD 68,240.00");
    assert_eq!(cells(cat), ["USD 9.00", "USD 9.00 3 Jan 2026"], "never a zero for who paid");
    assert!(page.has(&format!("#customer-{bea} .others")) && !page.has(&format!("#customer-{abe} .others")));
    let volumes = |page: &Answer| page.texts("thead th").into_iter().find(|text| text.starts_with("Volume")).unwrap();
    assert_eq!(volumes(&page), "Volume");
    for sort in ["-volume", "volume"] {
        let page = viewer.get(format!("/customers?sort={sort}")).await;
        assert_eq!(volumes(&page), "Volume, by KES", "{sort}");
    }
    assert_eq!(cells(ids[4]), ["—", "—"]);
    world.figured(ids[4], &["KWD", "JPY", "EUR"], 850_970, "2024-12-02T22:30:00Z");
    let page = viewer.get("/customers?q=eve").await.expect(200);
    assert_eq!(page.text("td.c-vol"), "JPY 850,970 and EUR 8,509.70 and 1 more", "the largest number first");
    let chosen = viewer.get("/customers?columns=last_payment,volume&q=bea").await.expect(200);
    assert_eq!(chosen.texts("thead th"), ["Name", "Last payment", "Volume"]);
    assert_eq!(chosen.texts("tbody td"), ["3 Jan 2026", "KES 68,240.00 and USD 68,240.00"]);
}

#[actix_web::test]
async fn a_columns_link_sorts_by_it_and_then_the_other_way() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let first = viewer.get("/customers?q=a&limit=50").await;
    let by_name = first.all("th a.sort")[0].attr("href").unwrap().to_owned();
    assert_eq!(by_name, "/customers?q=a&sort=name&limit=50");
    let sorted = viewer.get(&by_name).await;
    let back = sorted.all("th a.sort")[0].attr("href").unwrap().to_owned();
    assert_eq!(back, "/customers?q=a&sort=%2Dname&limit=50");
    let mut names = sorted.rows();
    names.reverse();
    assert_eq!(viewer.get(&back).await.rows(), names);
}

#[actix_web::test]
async fn paging_forth_and_back_shows_every_row_exactly_once() {
    let world = World::empty().await;
    // Many names and emails are the same, so that only the id tells the rows apart.
    let people: Vec<_> =
        (0..137).map(|n| (format!("Name {}", n * 31 % 12), format!("shared{}@x.example", n * 17 % 9))).collect();
    let everybody: BTreeSet<_> = world.crowd(&people).into_iter().collect();
    let viewer = world.viewer();
    for (n, id) in everybody.iter().enumerate().filter(|(n, _)| n % 3 > 0) {
        world.figured(*id, &["KES", "USD"][..n % 3], n as i64 % 5 * 1_000 + 100, "2026-01-02T03:04:05.006007Z");
    }
    for sort in [
        "-created",
        "created",
        "name",
        "-name",
        "email",
        "-email",
        "volume",
        "-volume",
        "last_payment",
        "-last_payment",
    ] {
        let whole = pages_forth(&viewer, &format!("/customers?sort={sort}&limit=100")).await.concat();
        assert_eq!(whole.len(), 137, "{sort}");
        assert_eq!(whole.iter().copied().collect::<BTreeSet<_>>(), everybody, "{sort}");
        for limit in [7, 25, 50] {
            let pages = pages_forth(&viewer, &format!("/customers?sort={sort}&limit={limit}")).await;
            assert_eq!(pages.concat(), whole, "{sort} by {limit}");
            assert!(pages[..pages.len() - 1].iter().all(|page| page.len() == limit));
        }
    }
    for sort in ["-created", "name", "-email", "-volume", "last_payment"] {
        let pages = pages_forth(&viewer, &format!("/customers?sort={sort}&limit=25")).await;
        let mut place = format!("/customers?sort={sort}&limit=25");
        for _ in 1..pages.len() {
            place = link(&viewer.get(&place).await, "next").unwrap();
        }
        for expected in pages.iter().rev().skip(1) {
            place = link(&viewer.get(&place).await, "prev").unwrap();
            assert_eq!(ids(&viewer.get(&place).await), *expected, "{sort} backwards");
        }
    }
}

#[actix_web::test]
async fn a_search_is_paged_like_the_list() {
    let world = World::empty().await;
    let people: Vec<_> =
        (0..60).map(|n| (format!("{} {n}", ["Kamau", "Otieno"][n % 2]), format!("p{n}@x.example"))).collect();
    world.crowd(&people);
    let viewer = world.viewer();
    for sort in ["-created", "name"] {
        let pages = pages_forth(&viewer, &format!("/customers?q=kamau&sort={sort}&limit=7")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 7, 2], "{sort}");
        assert_eq!(pages.concat().into_iter().collect::<BTreeSet<_>>().len(), 30);
    }
}

#[actix_web::test]
async fn rows_that_arrive_or_leave_meanwhile_shift_nothing() {
    let world = World::empty().await;
    let people: Vec<_> = (0..30).map(|n| (format!("Person {n:02}"), format!("p{n}@x.example"))).collect();
    let old = world.crowd(&people);
    let viewer = world.viewer();
    for (sort, arrivals) in [("-created", ["Zed", "Zach"]), ("name", ["Aaron", "Person 04x"])] {
        let mut seen = Vec::new();
        let mut place = Some(format!("/customers?sort={sort}&limit=6"));
        while let Some(path) = place {
            let page = viewer.get(&path).await;
            seen.extend(ids(&page));
            place = link(&page, "next");
            for name in arrivals {
                world.customer(&format!("name={}&email=new%40x.example", encode(name)));
            }
        }
        let once: BTreeSet<_> = seen.iter().collect();
        assert_eq!(once.len(), seen.len(), "{sort}: no row comes twice");
        assert!(old.iter().all(|id| once.contains(id)), "{sort}: none is left out");
    }

    // The row that a link names may be gone: the place in the order stays.
    let first = viewer.get("/customers?sort=created&limit=5").await;
    let next = link(&first, "next").unwrap();
    let expected = ids(&viewer.get(&next).await);
    world.delete(*ids(&first).last().unwrap());
    assert_eq!(ids(&viewer.get(&next).await), expected);
}

#[actix_web::test]
async fn before_the_first_row_is_the_first_page() {
    let world = World::empty().await;
    let people: Vec<_> = (0..12).map(|n| (format!("Person {n:02}"), format!("p{n}@x.example"))).collect();
    world.crowd(&people);
    let viewer = world.viewer();
    let first = viewer.get("/customers?limit=5").await;
    let second = viewer.get(link(&first, "next").unwrap()).await;
    let back = link(&second, "prev").unwrap();
    // Three rows arrived on top: a page that ends there would hold three rows.
    world.delete(ids(&first)[0]);
    world.delete(ids(&first)[1]);
    let page = viewer.get(&back).await;
    assert_eq!(ids(&page).len(), 5, "a full page and no piece of one");
    assert!(link(&page, "prev").is_none());
}

#[actix_web::test]
async fn a_limit_is_kept_by_every_link_and_by_the_search() {
    let world = World::empty().await;
    let people: Vec<_> = (0..80).map(|n| (format!("Person {n:02}"), format!("p{n}@x.example"))).collect();
    world.crowd(&people);
    let page = world.viewer().get("/customers?limit=7&sort=name").await;
    for href in page.all("th a.sort, a[rel=next]").iter().map(|link| link.attr("href").unwrap()) {
        assert!(href.contains("limit=7"), "{href}");
    }
    let form = page.form("form[role=search]");
    assert_eq!((form.value("limit"), form.value("sort")), ("7", "name"));
    assert_eq!(page.form("form:has(#limit)").value("limit"), "7");
    assert_eq!(ids(&world.viewer().get("/customers").await).len(), 25);
    assert_eq!(ids(&world.viewer().get("/customers?limit=100").await).len(), 80);
    assert_eq!(ids(&world.viewer().get("/customers?limit=").await).len(), 25, "empty is as if not given");
}

#[actix_web::test]
async fn a_damaged_address_of_a_list_is_told_with_a_way_back() {
    let world = World::empty().await;
    let people: Vec<_> = (0..30).map(|n| (format!("Person {n:02}"), format!("p{n}@x.example"))).collect();
    world.crowd(&people);
    let viewer = world.viewer();
    let by_name = link(&viewer.get("/customers?sort=name").await, "next").unwrap();
    let cursor = by_name.split("after=").nth(1).unwrap();
    // A cursor has one spelling, so any other character in it is damage.
    let mut tampered = cursor.to_owned();
    tampered.replace_range(0..1, if cursor.starts_with('A') { "B" } else { "A" });
    for query in [
        format!("sort=name&after={tampered}"),
        format!("sort=name&after={}", &cursor[..cursor.len() / 2]),
        format!("sort=name&after={cursor}%3D"),
        format!("after={cursor}"),
        format!("sort=-name&after={cursor}"),
        format!("sort=email&before={cursor}"),
        format!("sort=name&after={cursor}&before={cursor}"),
        format!("sort=-volume&after={cursor}"),
        // Places without a value, and with one that is none.
        "sort=-volume&after=dgGGEzaNrncxpADVk6EwKXY".to_owned(),
        "sort=-volume&after=9gGGEzaNrncxpADVk6EwKXZub3RoaW5n".to_owned(),
        "sort=last_payment&before=8QGGEzaNrncxpADVk6EwKXZub3RoaW5n".to_owned(),
        "after=nonsense".to_owned(),
        "after=%00".to_owned(),
        format!("before={}", "A".repeat(5000)),
        "sort=phone".to_owned(),
        "sort=--name".to_owned(),
        "sort=NAME".to_owned(),
        "limit=0".to_owned(),
        "limit=101".to_owned(),
        "limit=-1".to_owned(),
        "limit=ten".to_owned(),
        "limit=1e2".to_owned(),
        "q=%FF".to_owned(),
    ] {
        let answer = viewer.get(format!("/customers?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.outline());
        assert_eq!(answer.text("h1"), "This address or form is damaged");
        assert!(answer.has("main a[href='/customers']"), "a way back from {query}");
        let fragment = viewer.fragment(format!("/customers?{query}")).await.expect(400);
        assert_eq!(fragment.header("HX-Retarget"), Some("#notices"));
        assert!(!fragment.is_page());
    }
}

#[actix_web::test]
async fn a_search_is_counted_up_to_a_thousand_and_all_exactly() {
    let world = World::empty().await;
    let viewer = world.viewer();
    let counted =
        async |query: &str| viewer.fragment(format!("/customers/count{query}")).await.expect(200).text("#count");
    assert_eq!(counted("").await, "0 customers");
    let people: Vec<_> = (0..999).map(|n| (format!("Person {n}"), format!("p{n}@x.example"))).collect();
    world.crowd(&people);
    world.customer("name=Solo&email=solo%40x.example");
    assert_eq!(counted("").await, "1,000 customers");
    assert_eq!(counted("?q=solo").await, "1 customer");
    assert_eq!(counted("?q=person").await, "999 customers");
    world.customer("name=One+more&email=more%40x.example");
    assert_eq!(counted("").await, "1,001 customers");
    assert_eq!(counted("?q=x.example").await, "1,000+ customers");
    assert_eq!(counted("?q=status%3Adeleted").await, "0 customers");

    let page = viewer.get("/customers").await;
    assert_eq!(page.text("#count"), "25+ customers", "the page does not wait for the count");
    assert_eq!(page.attribute("#count", "data-hx-get"), "/customers/count");
    assert_eq!(viewer.get("/customers/count?q=solo").await.expect(303).location(), "/customers?q=solo");
    viewer.fragment("/customers/count?q=foo%3Abar").await.expect(400);
}

#[actix_web::test]
async fn lists_that_are_empty_say_why_and_what_to_do() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let nothing = viewer.get("/customers?q=zzzzz").await;
    assert_eq!(nothing.text("#results h2"), "No customers match “ zzzzz ”".replace("“ ", "“").replace(" ”", "”"));
    assert!(nothing.has("#results a[href='/customers']"));
    assert_eq!(nothing.attribute("#results", "data-status"), "No customers match");
    let deleted = viewer.get("/customers?q=zzzzz+status%3Adeleted").await;
    assert_eq!(deleted.text("#results h2"), "No deleted customers match “zzzzz status:deleted”");
    let other = world.asker(&world.rival.viewer).get("/customers?q=status%3Adeleted").await;
    assert_eq!(other.text("#results h2"), "Nothing is deleted");
}

#[actix_web::test]
async fn nothing_of_another_account_is_in_a_list() {
    let (world, _) = World::populated().await;
    assert_eq!(world.asker(&world.rival.viewer).get("/customers").await.rows(), ["Rita Rival"]);
    assert_eq!(world.testing(&world.shop.viewer).get("/customers").await.rows(), ["Tess Testa"]);
    for q in ["rita", "rita@rival.example", "Tess"] {
        assert_eq!(world.viewer().get(format!("/customers?q={}", encode(q))).await.rows(), [""; 0], "{q}");
    }
}

#[actix_web::test]
async fn a_parameter_that_means_nothing_is_told_and_left_out() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    for (path, told) in [
        ("/customers?limmit=3".to_owned(), "“limmit” (“limit”?) in this address means nothing here and was left out."),
        (
            "/payments?q=a&foo=1&offset=2".to_owned(),
            "“foo”, “offset” in this address mean nothing here and were left out.",
        ),
        (format!("/customers/{}?tab=x", named.wanjiru), "“tab” in this address means nothing here and was left out."),
        ("/views?x=1".to_owned(), "“x” in this address means nothing here and was left out."),
        ("/palette?querry=a".to_owned(), "“querry” in this address means nothing here and was left out."),
    ] {
        assert_eq!(viewer.get(&path).await.expect(200).text("#unknown-parameters"), told, "{path}");
    }
    let page = viewer.get("/customers?%3Cb%3E=1").await.expect(200);
    assert!(page.text("#unknown-parameters").starts_with("“<b>”"));
    for path in ["/customers?q=a&sort=name&limit=50", "/payments?status=1", "/customers"] {
        let is_told = viewer.get(path).await.expect(200).has("#unknown-parameters");
        assert_eq!(is_told, path.contains("status"), "{path}");
    }
    assert!(!viewer.fragment("/customers?x=1").await.expect(200).has("#unknown-parameters"));
}
