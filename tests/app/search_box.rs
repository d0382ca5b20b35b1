//! The search box: chips and controls that write its text, what can be typed, and ways on from a search that finds
//! nobody.

use clientele::{customer_parts::LANGUAGE, query::USUAL_DAYS};

use crate::world::{Answer, Asker, Form, World, encode};

fn list(q: &str) -> String {
    format!("/customers?q={}", encode(q))
}

/// The search that a link or a redirect leads to.
fn q_of(href: &str) -> String {
    let q = href.split(['?', '&']).find_map(|pair| pair.strip_prefix("q=")).unwrap_or_default();
    percent_encoding::percent_decode_str(q).decode_utf8().unwrap().into_owned()
}

/// The texts of the chips.
fn chips(page: &Answer) -> Vec<String> {
    page.texts("#filters .chip")
}

/// The form that the list of filters leads to on the page of `q`, or with a place (`filter-country-0`) the chip there.
async fn form(asker: &Asker, q: &str, id: &str) -> Form {
    let page = asker.get(list(q)).await.expect(200);
    let name = id.strip_prefix("filter-").unwrap();
    let changed = name.rsplit_once('-').filter(|(_, place)| place.parse::<usize>().is_ok());
    let href = match changed {
        Some((key, place)) => page.attribute(
            &format!("#filters .chip > a[href^='/customers/filters/{key}?'][href$='place={place}']"),
            "href",
        ),
        None => {
            let filters = asker.fragment(page.attribute("#filter-add", "href")).await.expect(200);
            filters.attribute(&format!("#filter-list a[href^='/customers/filters/{name}']"), "href")
        }
    };
    asker.fragment(href).await.expect(200).form("form")
}

/// Fills in a filter's form as it is opened on the page of `q` and sends it; the text it leads to.
async fn filtered(asker: &Asker, q: &str, id: &str, fields: &[(&str, &str)]) -> String {
    let mut form = form(asker, q, id).await;
    assert_eq!((form.method.as_str(), form.action.as_str()), ("get", "/customers"));
    form.fields.extend(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    q_of(asker.get(format!("/customers?{}", form.encoded())).await.expect(303).location())
}

#[actix_web::test]
async fn each_condition_is_a_chip_with_a_way_to_drop_it() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer
        .get(format!("{}&sort=name&limit=50", list("wanjiru country:ke,UG -has:phone metadata.tier:\"very gold\"")))
        .await
        .expect(200);
    assert_eq!(
        chips(&page),
        ["Country is Kenya or Uganda", "Has no phone", "tier is “very gold”"],
        "words are no chips"
    );
    let removed: Vec<String> =
        page.all("#filters .chip__remove").iter().map(|link| link.attr("href").unwrap().to_owned()).collect();
    assert_eq!(
        removed.iter().map(|href| q_of(href)).collect::<Vec<_>>(),
        [
            "wanjiru -has:phone metadata.tier:\"very gold\"",
            "wanjiru country:KE,UG metadata.tier:\"very gold\"",
            "wanjiru country:KE,UG -has:phone",
        ]
    );
    assert!(removed.iter().all(|href| href.contains("&sort=name") && href.contains("&limit=50")));
    let label = "Remove filter: Country is Kenya or Uganda";
    assert!(page.has(&format!("#filters .chip__remove[aria-label='{label}']")), "a link is told from its neighbours");
    assert_eq!(q_of(&page.attribute("#filters-clear", "href")), "wanjiru", "all filters at once");
    let none = viewer.get("/customers").await;
    assert_eq!(chips(&none), [""; 0]);
    let filters = viewer.get(none.attribute("#filter-add", "href")).await.expect(200);
    assert_eq!(
        filters.texts("#filter-list a"),
        LANGUAGE
            .vocabulary()
            .offered()
            .into_iter()
            .map(|key| format!("{} {}", key.title, key.sign()))
            .collect::<Vec<_>>()
    );
}

#[actix_web::test]
async fn chips_come_with_the_rows_as_one_types() {
    let (world, _) = World::populated().await;
    let fragment = world.viewer().fragment(list("kind:organization")).await.expect(200);
    assert_eq!(fragment.texts("hx-partial[hx-target='#filters'] .chip"), ["Kind is organization"]);
}

#[actix_web::test]
async fn with_or_chips_can_only_be_dropped() {
    let (world, _) = World::populated().await;
    let page = world.viewer().get(list("jane country:KE OR -has:email OR john")).await.expect(200);
    assert_eq!(chips(&page), ["Country is Kenya", "Has no email"]);
    assert_eq!(page.texts("#filters .filters__words"), ["jane", "john"]);
    assert_eq!(page.all("#filters .filters__or").len(), 2);
    assert!(!page.has("#filter-add") && !page.has("#filters .chip > a:not(.chip__remove)"));
    let removed =
        page.all("#filters .chip__remove").iter().map(|link| q_of(link.attr("href").unwrap())).collect::<Vec<_>>();
    assert_eq!(removed, ["jane OR -has:email OR john", "jane country:KE OR john"]);
}

#[actix_web::test]
async fn a_control_adds_its_condition_to_the_text() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for (form, fields, expected) in [
        ("filter-country", vec![("value", "Kenya, ug")], "w country:KE,UG"),
        ("filter-country", vec![("value", "congo (drc)")], "w country:CD"),
        ("filter-country", vec![("value", " ")], "w"),
        ("filter-lang", vec![("value", "Swahili")], "w lang:sw"),
        ("filter-kind", vec![("value", "organization")], "w kind:organization"),
        ("filter-status", vec![("value", "active"), ("value", "deleted")], "w status:active,deleted"),
        ("filter-has", vec![("value", "email"), ("value", "phone")], "w has:email has:phone"),
        ("filter-has", vec![], "w"),
        ("filter-company", vec![], "w"),
        ("filter-has", vec![("value", "card"), ("value", "bank")], "w has:card has:bank"),
        ("filter-card", vec![("value", "expiring"), ("value", "expired")], "w card:expiring,expired"),
        ("filter-created", vec![], "w"),
        ("filter-spent", vec![], "w"),
        ("filter-payments", vec![], "w"),
        ("filter-last_payment", vec![], "w"),
        ("filter-last4", vec![], "w"),
    ] {
        assert_eq!(filtered(&viewer, "w", form, &fields).await, expected, "{form} {fields:?}");
    }
    for (form, name, text, expected) in [
        ("filter-created", "from", "2026-01-05", "w created:>=2026-01-05"),
        ("filter-created", "to", "2026-01-05", "w created:<=2026-01-05"),
        ("filter-last_payment", "to", "2026-01-05", "w last_payment:<=2026-01-05"),
        ("filter-last4", "value", "4242", "w last4:4242"),
        ("filter-payments", "from", "3", "w payments:>=3"),
        ("filter-spent", "to", "100.50", "w spent:<=100.5"),
        ("filter-company", "value", "Duka Moja", "w company:\"Duka Moja\""),
        ("filter-company", "value", "say \"x\", y", "w company:\"say \"\"x\"\", y\""),
    ] {
        let sent = self::form(&viewer, "w", form).await.set(name, text);
        assert_eq!(q_of(viewer.get(format!("/customers?{}", sent.encoded())).await.expect(303).location()), expected);
    }
    let none = form(&viewer, "w", "filter-has").await.set("how", "none").set("value", "email");
    assert_eq!(q_of(viewer.get(format!("/customers?{}", none.encoded())).await.location()), "w -has:email");
    let days = form(&viewer, "w", "filter-created").await;
    for (from, to, expected) in [
        ("2026-01-05", "2026-02-01", "w created:2026-01-05..2026-02-01"),
        ("2026-02-01", "2026-01-05", "w created:2026-01-05..2026-02-01"),
        ("2026-02-01", "2026-02-01", "w created:2026-02-01"),
    ] {
        let sent = days.clone().set("from", from).set("to", to);
        assert_eq!(q_of(viewer.get(format!("/customers?{}", sent.encoded())).await.location()), expected);
    }
    let amounts = form(&viewer, "w", "filter-spent").await;
    for (from, to, currency, expected) in [
        ("500", "1,000", "", "w spent:500..1000"),
        ("7,500.50", "2,50,000", "", "w spent:7500.5..250000"),
        ("2.000", "", "", "w spent:>=2.000"),
        ("1000", "500", "JPY", "w spent:500..1000JPY"),
        ("500", "500", "EUR", "w spent:500EUR"),
        ("500", "", "EUR", "w spent:>=500EUR"),
        ("five", "", "", "w spent:>=five"),
    ] {
        let sent = amounts.clone().set("from", from).set("to", to).set("currency", currency);
        assert_eq!(q_of(viewer.get(format!("/customers?{}", sent.encoded())).await.location()), expected);
    }
    let own = form(&viewer, "w", "filter-metadata").await.set("metadata_key", "tier").set("value", "gold, or so");
    assert_eq!(
        q_of(viewer.get(format!("/customers?{}", own.encoded())).await.location()),
        "w metadata.tier:\"gold, or so\""
    );
}

#[actix_web::test]
async fn a_chip_opens_the_control_with_its_values_which_come_back_as_they_were() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for (q, form) in [
        ("w country:KE,UG x", "filter-country-1"),
        ("-country:KE w", "filter-country-0"),
        ("lang:sw", "filter-lang-0"),
        ("kind:person", "filter-kind-0"),
        ("has:email -has:phone", "filter-has-1"),
        ("has:email,phone", "filter-has-0"),
        ("-has:email,phone", "filter-has-0"),
        ("status:active,deleted", "filter-status-0"),
        ("company:\"a b\",c", "filter-company-0"),
        ("-name:jane", "filter-name-0"),
        ("email:*@acme.com", "filter-email-0"),
        ("phone:5678", "filter-phone-0"),
        ("-metadata.Tier:\"x, y\",z", "filter-metadata-0"),
        ("created:2026-01-05..2026-02-01", "filter-created-0"),
        ("created:>=2026-01-05 created:<=2026-02-01", "filter-created-1"),
        ("last_payment:>=2026-01-05", "filter-last_payment-0"),
        ("spent:500..1000.5USD", "filter-spent-0"),
        ("spent:>=500", "filter-spent-0"),
        ("spent:<=5KES", "filter-spent-0"),
        ("spent:0", "filter-spent-0"),
        ("payments:2..3", "filter-payments-0"),
        ("payments:0", "filter-payments-0"),
        ("-card:expiring", "filter-card-0"),
        ("last4:4242,0005", "filter-last4-0"),
        ("has:card has:bank", "filter-has-1"),
    ] {
        assert_eq!(filtered(&viewer, q, form, &[]).await, q, "{form}");
    }
    // What a field cannot say is said by its neighbour.
    assert_eq!(filtered(&viewer, "spent:>500", "filter-spent-0", &[]).await, "spent:>=500.01");
    assert_eq!(filtered(&viewer, "payments:<3", "filter-payments-0", &[]).await, "payments:<=2");
    let two = "has:email created:>=2026-01-05";
    assert_eq!(
        filtered(&viewer, two, "filter-has-0", &[("value", "address")]).await,
        "has:email has:address created:>=2026-01-05"
    );
    let page = viewer.get(list("w country:KE,UG")).await;
    let filters = viewer.get(page.attribute("#filter-add", "href")).await.expect(200);
    assert!(!filters.has("#filter-list a[href^='/customers/filters/country']"), "it is changed where it stands");
    let emptied = form(&viewer, "w country:KE,UG", "filter-country-1").await.without("value");
    assert_eq!(q_of(viewer.get(format!("/customers?{}", emptied.encoded())).await.location()), "w");
    assert!(
        !viewer.get(list("-created:2026 -status:deleted")).await.has("#filters .chip > a:not(.chip__remove)"),
        "nor what it cannot show"
    );
}

#[actix_web::test]
async fn times_that_are_often_wanted_are_links() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer.get("/customers/filters/created?q=w+created:last-30d+x&place=1").await.expect(200);
    assert_eq!(page.texts(".usual a"), USUAL_DAYS.map(|(label, _)| label));
    assert_eq!(page.text(".usual [aria-current]"), "Last 30 days");
    assert_eq!(q_of(&page.attribute(".usual li:first-child a", "href")), "w created:today x");
    let paid = viewer.get("/customers/filters/payments?q=w+payments:%3E0&place=1").await.expect(200);
    assert_eq!(paid.texts(".usual a"), ["None", "Any"]);
    assert_eq!(paid.text(".usual [aria-current]"), "Any");
    assert_eq!(q_of(&paid.attribute(".usual li:first-child a", "href")), "w payments:0");
    let last = viewer.get("/customers/filters/last_payment?q=w").await.expect(200);
    assert_eq!(q_of(&last.attribute(".usual li:first-child a", "href")), "w last_payment:today");
    let page = viewer.get(list("last_payment:today -last_payment:2026")).await;
    assert_eq!(page.texts("#filters .chip > :first-child b"), ["today", "not in 2026"]);
}

#[actix_web::test]
async fn a_control_keeps_the_rest_of_the_list_and_leads_to_a_plain_address() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let path = format!("/customers?view={}&sort=-name&columns=company&limit=50&q=w", named.view);
    let filters = viewer.get(path).await.expect(200).attribute("#filter-add", "href");
    let opened = viewer.get(filters).await.expect(200).attribute("#filter-list a[href*='/filters/kind']", "href");
    let form = viewer.get(opened).await.expect(200).form("main form").set("value", "person");
    let answer = viewer.get(format!("/customers?{}", form.encoded())).await.expect(303);
    let expected = format!(
        "/customers?view={}&q=w%20kind%3Aperson&sort=%2Dname&columns=company&limit=50",
        encode(&named.view.to_string())
    );
    assert_eq!(answer.location().replace("%5F", "_"), expected.replace("%5F", "_"));
}

#[actix_web::test]
async fn what_a_control_cannot_search_for_is_told_under_the_box() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let q = filtered(&viewer, "w", "filter-country", &[("value", "Kenia")]).await;
    assert_eq!(q, "w country:Kenia");
    let page = viewer.get(list(&q)).await.expect(422);
    assert!(page.text("#search-problem").contains("“Kenia” is no country"));
    for wrong in ["filter=hat&value=x", "filter=metadata&metadata_key=a+b&value=x", "filter="] {
        viewer.get(format!("/customers?q=w&{wrong}")).await.expect(400);
    }
    viewer.get("/customers?q=foo%3Abar&filter=kind&value=person").await.expect(422);
    let stale = viewer.get("/customers?q=w&filter=kind&place=7&value=person").await.expect(303);
    assert_eq!(q_of(stale.location()), "w kind:person");
}

#[actix_web::test]
async fn a_filter_that_is_not_there_has_no_form() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    for path in [
        "hat",
        "country?q=jane+OR+john",
        "country?q=country:KE&place=1",
        "lang?q=country:KE&place=0",
        "created?q=-created:2026&place=0",
        "country?place=x",
        "country?view=view_01h2xcejqtf2nbrexx3vqjhp41",
    ] {
        viewer.get(format!("/customers/filters/{path}")).await.expect(404);
    }
    for path in ["filters/country?q=foo%3Abar", "filters/country?sort=hat", "help?limit=0"] {
        viewer.get(format!("/customers/{path}")).await.expect(400);
    }
    viewer.get("/customers/help?q=foo%3Abar").await.expect(200);
}

#[actix_web::test]
async fn help_lists_every_key_with_an_example_that_adds_itself() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer.get(list("w has:email country:NL")).await.expect(200);
    assert!(page.has("#search [popovertarget=search-help]"));
    let page = viewer.get(page.attribute("#search-help a", "href")).await.expect(200);
    let signs = page.texts("dt");
    for key in LANGUAGE.vocabulary().keywords {
        assert!(signs.iter().any(|sign| sign.starts_with(key.name)), "{}", key.name);
    }
    for sign in ["-", ",", "OR"] {
        assert!(signs.contains(&sign.to_owned()), "{sign}");
    }
    let linked = |example: &str| {
        let all = page.all("dd a");
        let link = all.iter().find(|link| link.text().collect::<String>() == example).unwrap();
        q_of(link.attr("href").unwrap())
    };
    assert_eq!(linked("name:jane"), "w has:email country:NL name:jane");
    assert_eq!(linked("country:KE,UG"), "w has:email country:KE,UG");
    assert_eq!(linked("has:phone"), "w has:email country:NL has:phone");
    assert_eq!(linked("jane OR john"), "jane OR john");
}

#[actix_web::test]
async fn a_misspelt_word_is_answered_with_the_ones_that_customers_have() {
    let world = World::empty().await;
    for form in [
        "name=Anna+Smith&email=a%40x.example&address.n1.city=N&address.n1.country=KE&address.n1.kind=billing",
        "name=Ben+Smith&email=b%40x.example",
        "name=Cara+Smits&email=c%40x.example",
        "name=Jos%C3%A9+%C3%81lvarez&email=d%40x.example",
        "name=D&company=Kilimo+Farms&email=e%40x.example",
        "name=Wanjiru+Kamau&email=f%40x.example",
    ] {
        world.customer(form);
    }
    let viewer = world.viewer();
    let meant = async |q: &str| {
        let mut all = Vec::new();
        // Suggestions are left out when there is no time, as a machine at work may not have: they are asked for again.
        for _ in 0..3 {
            let page = viewer.get(list(q)).await.expect(200);
            assert_eq!(page.rows(), [""; 0], "{q}");
            let link =
                |link: &scraper::ElementRef<'_>| (link.text().collect::<String>(), q_of(link.attr("href").unwrap()));
            all = page.all("#meant a").iter().map(link).collect::<Vec<_>>();
            if !all.is_empty() {
                break;
            }
        }
        all
    };
    let pair = |words: &str, q: &str| (words.to_owned(), q.to_owned());
    assert_eq!(meant("smiht").await, [pair("Smith", "smith"), pair("Smits", "smits")]);
    assert_eq!(meant("anna smiht has:email").await, [pair("Smith", "anna smith has:email")], "only who is there");
    assert_eq!(meant("name:\"anna smiht\"").await, [pair("Smith", "name:\"anna smith\"")]);
    assert_eq!(meant("JOES").await, [pair("José", "jose")]);
    assert_eq!(meant("company:kilmo,zzzz").await, [pair("Kilimo", "company:kilimo,zzzz")]);
    assert_eq!(meant("wanjriu kamua").await, [pair("Wanjiru Kamau", "wanjiru kamau")]);
    for q in
        ["zzzzzz", "anna kamau", "smith country:NL", "-smiht anna kamau", "sm1ht", "id:cust_01h2xcejqtf2nbrexx3vqjhp41"]
    {
        assert_eq!(meant(q).await, [], "{q}");
    }
    let other = world.asker(&world.rival.viewer).get(list("smiht")).await;
    assert!(!other.has("#meant"), "words are of one account");
}

#[actix_web::test]
async fn deleted_customers_are_mentioned_when_only_they_match() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let page = viewer.get(list("otieno")).await.expect(200);
    assert_eq!(page.text("#deleted-too"), "1 deleted customer matches. Show it");
    let shown = page.attribute("#deleted-too a", "href");
    assert_eq!(q_of(&shown), "otieno status:deleted");
    assert_eq!(viewer.get(shown).await.rows(), ["Otieno Gone"]);
    let page = viewer.get(list("otieno OR zzzzz")).await;
    let shown = page.attribute("#deleted-too a", "href");
    assert_eq!(q_of(&shown), "otieno status:deleted OR zzzzz status:deleted");
    assert_eq!(viewer.get(shown).await.rows(), ["Otieno Gone"]);
    for q in ["zzzzz", "zzzzz status:deleted", "wanjiru"] {
        assert!(!viewer.get(list(q)).await.has("#deleted-too"), "{q}");
    }
}

#[actix_web::test]
async fn what_is_not_understood_is_marked_and_mended_by_a_link() {
    let (world, _) = World::populated().await;
    let viewer = world.viewer();
    let path = format!("{}&sort=name", list("wanjiru emial:x foo"));
    let page = viewer.get(&path).await.expect(422);
    assert_eq!(
        (page.attribute("#q", "aria-invalid"), page.attribute("#q", "aria-describedby")),
        ("true".into(), "search-problem".into())
    );
    let fragment = viewer.fragment(&path).await.expect(422);
    for answer in [&page, &fragment] {
        assert_eq!(answer.text("[role=alert] mark"), "emial:x");
        let mended = answer.attribute("[role=alert] a", "href");
        assert_eq!(q_of(&mended), "wanjiru email:x foo");
        assert!(mended.contains("&sort=name"));
    }
    assert!(!viewer.get("/customers").await.text_body().contains("aria-invalid"));
}
