//! How many statements each page needs: as many with three customers as with three hundred.

use clientele::ids::CustomerId;

use crate::world::{Answer, Asker, World};

/// The session's row, with the person and their account.
const WHO_ASKS: usize = 1;

/// The statements of one request besides those that find out who asks.
async fn cost(world: &World, request: impl IntoFuture<Output = Answer>) -> usize {
    world.statements.take();
    let answer = request.await;
    assert!(answer.status.as_u16() < 400, "{}", answer.outline());
    let ran = world.statements.take();
    assert!(ran.len() >= WHO_ASKS, "{ran:#?}");
    ran.len() - WHO_ASKS
}

/// A world with so many customers, and a browser whose session is there already.
async fn world_of(count: usize) -> (World, Asker, Vec<CustomerId>) {
    let world = World::empty().await;
    let people: Vec<_> =
        (0..count).map(|n| (format!("Person {:03} Kamau", n * 7 % 300), format!("p{n}@kamau.example"))).collect();
    let ids = world.crowd(&people);
    let editor = world.editor();
    editor.get("/").await;
    (world, editor, ids)
}

#[actix_web::test]
async fn a_list_costs_five_statements_at_most_and_the_same_for_3_rows_as_for_300() {
    let mut costs = Vec::new();
    for count in [3, 300] {
        let (world, editor, ids) = world_of(count).await;
        let view = world.view("name=Kamaus&q=kamau&sort=name");
        let mut of_world = Vec::new();
        for path in [
            "/customers".to_owned(),
            "/customers?sort=name".to_owned(),
            "/customers?sort=-email&limit=2".to_owned(),
            "/customers?sort=-volume".to_owned(),
            "/customers?sort=last_payment&limit=2".to_owned(),
            "/customers?sort=volume&q=kamau".to_owned(),
            "/customers?limit=2".to_owned(),
            "/customers?q=kamau".to_owned(),
            "/customers?q=kamau+person&sort=name".to_owned(),
            "/customers?q=p1%40kamau.example".to_owned(),
            "/customers?q=kamau%40nowhere".to_owned(),
            "/customers?q=0712345678".to_owned(),
            "/customers?q=nothing-like-it".to_owned(),
            "/customers?q=status%3Adeleted".to_owned(),
            format!("/customers?q={}", ids[0]),
            format!("/customers?view={view}"),
            "/customers?columns=company,updated,metadata.tier&q=kamau".to_owned(),
        ] {
            let page = cost(&world, editor.get(&path)).await;
            let fragment = cost(&world, editor.fragment(&path)).await;
            // What nobody matches is also looked for among the deleted, and near words among all; each time among the
            // references too.
            let most = if path.contains("no") || path.contains("0712") { 9 } else { 5 };
            assert!(page <= most && fragment <= most, "{path} costs {page}, its fragment {fragment}");
            of_world.push((
                path.replace(&ids[0].to_string(), "an id").replace(&view.to_string(), "a view"),
                page,
                fragment,
            ));
        }
        for path in ["/customers/count", "/customers/count?q=kamau"] {
            let counted = cost(&world, editor.fragment(path)).await;
            assert!(counted <= 3, "{path} costs {counted}");
        }
        for (path, most) in [
            ("/customers/help?q=kamau", 0),
            ("/customers/filters?q=kamau", 0),
            ("/customers/filters/kind?q=kamau", 0),
            ("/customers/filters/country?q=kamau", 2),
            ("/customers/columns?q=kamau", 1),
        ] {
            assert_eq!(cost(&world, editor.get(path)).await, most, "{path}");
        }
        let of_view = format!("/customers/filters?view={view}");
        assert_eq!(cost(&world, editor.get(of_view)).await, 1, "the view");
        for (typed, most) in [("kamau", 2), ("la", 2), ("country%3A", 3), ("created%3A", 1)] {
            let counted = cost(&world, editor.fragment(format!("/customers/completions?q={typed}"))).await;
            assert!(counted <= most, "what completes {typed} costs {counted}");
        }
        costs.push(of_world);
    }
    // Where few are found, it is also looked up whether there is more to look at.
    for (few, many) in costs[0].iter().zip(&costs[1]) {
        assert!(few.0 == many.0 && few.1 >= many.1 && few.2 >= many.2, "{few:?} {many:?}");
    }
}

#[actix_web::test]
async fn the_next_and_the_previous_page_cost_as_much_as_the_first() {
    let (world, editor, _) = world_of(300).await;
    let first = editor.get("/customers?sort=name&limit=7").await;
    let next = first.attribute("a[rel=next]", "href");
    let second = editor.get(&next).await;
    let previous = second.attribute("a[rel=prev]", "href");
    // The views for the tabs, the rows, and what they paid.
    assert_eq!(cost(&world, editor.get(&next)).await, 3);
    assert_eq!(cost(&world, editor.get(&previous)).await, 3);
}

#[actix_web::test]
async fn the_neighbours_on_a_customers_page_cost_two_statements_and_few_more_for_some_lists() {
    let (world, editor, ids) = world_of(300).await;
    let view = world.view("name=Kamaus&q=country%3AKE&sort=name");
    let alone = World::empty().await;
    let only = alone.customer("name=Solo&email=s%40x.example");
    let asker = alone.editor();
    asker.get("/").await;
    // Where nobody is beside, it is looked for all the same.
    let plain = cost(&alone, asker.get(format!("/customers/{only}"))).await;
    for (from, more) in [
        ("", 0),
        ("?from=sort%3Dcreated", 0),
        ("?from=q%3Dhas%253Aemail", 0),
        // Where the customer stands in another order.
        ("?from=sort%3Dname", 1),
        // Whether the words are somebody's reference.
        ("?from=q%3Dkamau", 1),
        ("?from=q%3Dkamau%26sort%3D-volume", 2),
    ] {
        let path = format!("/customers/{}{from}", ids[150]);
        assert_eq!(cost(&world, editor.get(&path)).await, plain + more, "{path}");
        world.statements.take();
        editor.get(&path).await;
        let of_list = world.statements.take().into_iter().filter(|text| text.contains("AS sort_key")).count();
        assert_eq!(of_list, 2 + usize::from(from.contains("name") || from.contains("volume")), "{path}");
    }
    let of_view = cost(&world, editor.get(format!("/customers/{}?from=view%3D{view}", ids[150]))).await;
    assert!(of_view <= plain + 6, "{of_view}: the view, and a search that finds nobody there");
    for from in ["", "?from=q%3Dkamau%26sort%3Dname"] {
        let number = cost(&world, editor.fragment(format!("/customers/{}/place{from}", ids[150]))).await;
        assert!(number <= 7, "{number}");
    }
}

#[actix_web::test]
async fn a_customers_page_costs_the_same_with_1_event_and_with_50() {
    let (world, editor, ids) = world_of(3).await;
    let paths = ["", "/activity", "/edit", "/deletion"].map(|part| format!("/customers/{}{part}", ids[0]));
    let mut costs = Vec::new();
    for changes in [1, 50] {
        for n in 0..changes {
            let version = world.stored(ids[0]).version;
            let form = format!("version={version}&company=Company+{changes}-{n}&reference=R-{n}");
            editor.post(format!("/customers/{}", ids[0]), form.as_str()).await.expect(303);
        }
        // The notice of the last save is taken out of the session, which is a write.
        editor.get(&paths[0]).await;
        let mut of_pages = Vec::new();
        for path in &paths {
            of_pages.push((cost(&world, editor.get(path)).await, cost(&world, editor.fragment(path)).await));
        }
        costs.push(of_pages);
    }
    assert_eq!(costs[0], costs[1]);
    // What a delete will do is counted among addresses, methods and payments.
    assert!(costs[0].iter().all(|(page, fragment)| *page <= 10 && *fragment <= 10), "{costs:?}");
}

#[actix_web::test]
async fn a_customers_pages_cost_the_same_with_5_payments_and_with_5000() {
    let mut costs = Vec::new();
    for count in [5, 5_000] {
        let (world, editor, ids) = world_of(3).await;
        let last = world.paid(ids[0], count);
        let mut of_world = Vec::new();
        for path in [
            format!("/customers/{}", ids[0]),
            format!("/customers/{}/figures?currency=KES", ids[0]),
            format!("/customers/{}/payments", ids[0]),
            format!("/payments?q=customer%3A{}", ids[0]),
            "/payments".to_owned(),
            format!("/payments/{last}"),
        ] {
            of_world.push((cost(&world, editor.get(&path)).await, cost(&world, editor.fragment(&path)).await));
        }
        costs.push(of_world);
    }
    let most = [12, 6, 10, 8, 6, 8];
    for ((few, many), most) in costs[0].iter().zip(&costs[1]).zip(most) {
        // Where there is more than a page, it is also counted.
        assert!(many.0 <= most && many.1 <= most && many.0 <= few.0 + 4 && many.1 <= few.1 + 4, "{costs:?}");
    }
    assert_eq!(costs[0][0], costs[1][0], "the customer's page: {costs:?}");
}

#[actix_web::test]
async fn changes_cost_a_bounded_number_of_statements() {
    let (world, editor, ids) = world_of(300).await;
    let id = ids[0];
    // Page and notice: the session is written once more, to keep the notice for the next page.
    let create = cost(&world, editor.post("/customers", "name=Nia&email=nia%40new.example&phone=0712345678")).await;
    let save = cost(&world, editor.post(format!("/customers/{id}"), "version=1&company=Acme")).await;
    let merge = cost(&world, editor.post(format!("/customers/{id}"), "version=1&reference=7")).await;
    let unchanged = cost(&world, editor.post(format!("/customers/{id}"), "version=3&reference=7")).await;
    let plan = editor.get(format!("/customers/{id}/deletion")).await.attribute("main [name=plan]", "value");
    let delete = cost(&world, editor.post(format!("/customers/{id}/deletion"), [("plan", plan.as_str())])).await;
    let restore = cost(&world, editor.post(format!("/customers/{id}/restoration"), "")).await;
    // Each event asks once who is told of it.
    for (what, cost, most) in [
        ("create", create, 12),
        ("save", save, 11),
        ("merge", merge, 10),
        ("unchanged", unchanged, 7),
        // Who is deleted needs the time in the account, and the plan what goes on and what stays owed.
        ("delete", delete, 21),
        ("restore", restore, 12),
    ] {
        assert!(cost <= most, "{what} costs {cost}");
    }
}

#[actix_web::test]
async fn views_cost_a_bounded_number_of_statements() {
    let (world, editor, _) = world_of(3).await;
    let ids = ["Kamau", "Otieno", "Wanjiru"].map(|name| world.view(&format!("name={name}&q={name}&is_shared=on")));
    let path = |part: &str| format!("/views/{}{part}", ids[1]);
    assert_eq!(cost(&world, editor.get("/views/default")).await, 1);
    assert_eq!(
        cost(&world, editor.get("/")).await,
        23,
        "six of quality, one to three of each of the rest, and the limit of their time"
    );
    assert_eq!(cost(&world, editor.get("/views")).await, 2);
    assert_eq!(cost(&world, editor.get("/views/new")).await, 0);
    assert_eq!(cost(&world, editor.fragment(path("/edit"))).await, 2);
    // The views, one for each tab, and for the three that search the references and where the walk ended.
    assert_eq!(cost(&world, editor.fragment("/views/counts")).await, 1 + 5 + 3 * 2);
    let posts = [
        ("create", cost(&world, editor.post("/views", "name=New&q=x&is_default=on")).await, 12),
        ("save", cost(&world, editor.post(path(""), "version=1&q=y&name=Other")).await, 11),
        ("move", cost(&world, editor.post(path("/position"), "to=left")).await, 8),
        ("delete", cost(&world, editor.post(path("/deletion"), "")).await, 8),
        ("restore", cost(&world, editor.post(path("/restoration"), "")).await, 8),
    ];
    for (what, cost, most) in posts {
        assert!(cost <= most, "{what} costs {cost}");
    }
}

#[actix_web::test]
async fn the_palette_costs_four_statements_at_most() {
    for count in [3, 300] {
        let (world, editor, _) = world_of(count).await;
        for n in 0..10 {
            world.view(&format!("name=Kamau+{n}&q=kamau"));
        }
        assert_eq!(cost(&world, editor.get("/palette")).await, 2, "the views, and the newest customers");
        assert_eq!(cost(&world, editor.fragment("/palette?q=foo%3Abar")).await, 1, "the views");
        for q in ["kamau", "kamau+person", "p1%40kamau.example", "0712345678", "nothing-like-it", "status%3Adeleted"] {
            let page = cost(&world, editor.get(format!("/palette?q={q}"))).await;
            let fragment = cost(&world, editor.fragment(format!("/palette?q={q}"))).await;
            assert!(page <= 4 && fragment <= 4, "{q} costs {page}, its fragment {fragment}");
        }
    }
}

#[actix_web::test]
async fn an_address_more_costs_no_statement_more() {
    let (world, editor, _) = world_of(3).await;
    let form = |n: usize| {
        let addresses = (0..n).map(|n| format!("&address.n{n}.city=City+{n}")).collect::<String>();
        format!("name=Nia&email=nia{n}%40new.example{addresses}")
    };
    let one = cost(&world, editor.post("/customers", form(1).as_str())).await;
    let twenty = cost(&world, editor.post("/customers", form(20).as_str())).await;
    assert_eq!(one, twenty);
}

#[actix_web::test]
async fn signing_in_and_the_profile_cost_a_bounded_number_of_statements() {
    let world = World::empty().await;
    let browser = world.nobody();
    let form = [("email", world.shop.editor.email.as_str()), ("password", crate::world::PASSWORD)];
    world.statements.take();
    browser.post("/login", form).await.expect(303);
    let mut signing_in = world.statements.take();
    // That somebody signed in is written behind the answer, by two more.
    let is_behind = |text: &String| text.contains("a.mode = 'live'") || text.contains("INSERT INTO \"events\"");
    signing_in.retain(|text| !is_behind(text));
    assert_eq!(
        signing_in.len(),
        5,
        "the credentials, the new session, how many there may be, and that they are not too many: {signing_in:#?}"
    );
    while world.number("SELECT count(*) AS n FROM events") == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(cost(&world, browser.get("/profile")).await, 2, "the sessions, and the page to begin with");
    assert_eq!(cost(&world, browser.get("/customers/new")).await, 0);
}

#[actix_web::test]
async fn what_needs_no_database_asks_none() {
    let world = World::empty().await;
    world.statements.take();
    for path in ["/healthz", "/login", "/customers", clientele::assets::path("app.css"), "/nowhere"] {
        world.nobody().get(path).await;
    }
    assert_eq!(world.statements.take(), Vec::<String>::new());
}

#[actix_web::test]
async fn a_wallet_costs_a_bounded_number_of_statements() {
    let (world, named) = World::populated().await;
    let (editor, id, method) =
        (world.testing(&world.shop.editor), named.tested, world.method(world.shop.test, named.tested));
    editor.get("/").await;
    let wallet = format!("/customers/{id}/payment_methods");
    let path = |part: &str| format!("/payment_methods/{method}{part}");
    let mut reads = Vec::new();
    for tokens in [&["tok_visa"][..], &["tok_mastercard", "tok_bank"][..]] {
        for token in tokens {
            editor.post(&wallet, [("token", *token)]).await.expect(303);
        }
        // The notice of the last one is taken out of the session, which is a write.
        editor.get(&wallet).await;
        let mut of_pages = Vec::new();
        for path in [wallet.clone(), format!("{wallet}/new"), path("/edit"), path("/deletion")] {
            of_pages.push((cost(&world, editor.get(&path)).await, cost(&world, editor.fragment(&path)).await));
        }
        reads.push(of_pages);
    }
    assert_eq!(reads[0], reads[1], "as many with two methods as with four");
    assert!(reads[0].iter().all(|(page, fragment)| *page <= 8 && *fragment <= 8), "{reads:?}");
    let changes = [
        ("remove", cost(&world, editor.post(path("/deletion"), "")).await, 13),
        ("restore", cost(&world, editor.post(path("/restoration"), "")).await, 11),
        ("default", cost(&world, editor.post(path("/default"), "")).await, 13),
        ("edit", cost(&world, editor.post(path(""), "version=4&billing.city=Kisumu")).await, 16),
        (
            "make a token",
            cost(&world, editor.post("/sandbox/tokens/new", "card_number=4111111111111111&expires=01%2F2040")).await,
            4,
        ),
    ];
    for (what, cost, most) in changes {
        assert!(cost <= most, "{what} costs {cost}");
    }
}
