//! Customers found, listed and sorted by values of the merchant's own fields.

use clientele::ids::CustomerId;

use crate::{
    api::Client,
    world::{Answer, World, encode},
};

/// A world whose customers have values, as the form sends them.
async fn filled() -> World {
    let world = World::empty().await;
    world.fields_of_all_kinds();
    world.field("text", "vat", "label = 'VAT number'");
    for (name, values) in [
        ("Ada", "vat=DE123&number=1.5&integer=-3&boolean=yes&date=2026-03-31&money=100&choice=Gold&email=a@x.example"),
        ("Ben", "vat=d%C3%A9123&number=20&integer=4&boolean=no&date=2026-01-01&money=2000&choice=Silver&choices=Gold"),
        ("Cai", "vat=KE 9&number=3&integer=40&date=2025-12-31&choices=Gold&choices=Silver&url=https://x.example/"),
        ("Dee", ""),
    ] {
        let fields: String =
            values.split('&').filter(|pair| !pair.is_empty()).map(|pair| format!("&field.{pair}")).collect();
        let form = format!("name={name}&email={}%40x.example{fields}", name.to_lowercase());
        world.editor().post("/customers", form.as_str()).await.expect(303);
    }
    world
}

async fn list(world: &World, parameters: &str) -> Answer {
    world.viewer().get(format!("/customers?{parameters}")).await.expect(200)
}

/// The names that a search finds, the newest first.
async fn found(world: &World, q: &str) -> String {
    names(&list(world, &format!("q={}", encode(q))).await)
}

fn names(page: &Answer) -> String {
    page.rows()
        .iter()
        .map(|row| row.split_whitespace().find(|word| ["Ada", "Ben", "Cai", "Dee"].contains(word)).unwrap_or("?"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[actix_web::test]
async fn every_kind_is_found_by_its_own_operators() {
    let world = filled().await;
    for (q, names) in [
        ("field.vat:de123", "Ben Ada"),
        ("field.vat:DE123,\"ke 9\"", "Cai Ben Ada"),
        ("-field.vat:de123", "Dee Cai"),
        ("FIELD.VAT:de123 -ben", "Ada"),
        ("field.number:>2", "Cai Ben"),
        ("field.number:1..3", "Cai Ada"),
        ("field.number:1.5", "Ada"),
        ("field.integer:<0", "Ada"),
        ("field.integer:-3..4", "Ben Ada"),
        ("field.integer:\"4\",40", "Cai Ben"),
        ("field.boolean:yes", "Ada"),
        ("field.boolean:no,yes", "Ben Ada"),
        ("-field.boolean:yes", "Dee Cai Ben"),
        ("field.date:2026", "Ben Ada"),
        ("field.date:<2026", "Cai"),
        ("field.date:2025-12-31..2026-01-01", "Cai Ben"),
        ("field.money:>100", "Ben"),
        ("field.money:>=100", "Ben Ada"),
        ("field.money:100..2000KES", "Ben Ada"),
        ("field.money:>1USD", ""),
        ("field.choice:gold", "Ada"),
        ("field.choices:gold", "Cai Ben"),
        ("field.choices:silver", "Cai"),
        ("field.email:A@X.EXAMPLE", "Ada"),
        ("field.url:\"https://x.example/\"", "Cai"),
        ("field.choice:gold OR field.choices:silver", "Cai Ada"),
    ] {
        assert_eq!(found(&world, q).await, names, "{q}");
    }
    // A change is found at once, and what is deleted among the deleted.
    let ada = world.named("Ada")[0];
    world.editor().post(format!("/customers/{ada}"), "version=1&field.vat=New").await.expect(303);
    assert_eq!(found(&world, "field.vat:new").await, "Ada");
    assert_eq!(found(&world, "field.vat:de123").await, "Ben");
    world.delete(ada);
    assert_eq!(found(&world, "field.vat:new").await, "");
    assert_eq!(found(&world, "status:deleted field.vat:new").await, "Ada");
}

#[actix_web::test]
async fn what_is_not_understood_is_said_with_what_was_meant() {
    let world = filled().await;
    for (q, sentence) in [
        ("field.vta:1", "There is no custom field “vta”. Did you mean field.vat:?"),
        ("field.number:x", "is no number to search for"),
        ("field.boolean:maybe", "Use field.boolean:yes or field.boolean:no."),
        ("field.date:soon", "is no time to search for"),
        ("field.money:1.000", "can be read as"),
        ("field:1", "There is no custom field"),
    ] {
        let page = world.viewer().get(format!("/customers?q={}", encode(q))).await.expect(422);
        assert!(page.text("main").contains(sentence), "{q}: {}", page.text("main"));
    }
    let bare = World::empty().await;
    let page = bare.viewer().get("/customers?q=field.vat%3A1").await.expect(422);
    assert!(page.text("main").contains("No custom field is defined"), "{}", page.text("main"));
}

#[actix_web::test]
async fn chips_filters_and_help_speak_of_the_label() {
    let world = filled().await;
    let page = list(&world, "q=field.vat%3ADE123+field.date%3A2026+field.number%3A%3E1").await;
    let chips = page.text("#filters");
    for words in ["VAT number is “DE123”", "date in 2026", "number over 1"] {
        assert!(chips.contains(words), "{words} in {chips}");
    }
    let viewer = world.viewer();
    let filters = viewer.get("/customers/filters").await.expect(200).text("main");
    assert!(filters.contains("VAT number") && filters.contains("field.vat:"), "{filters}");
    for kind in ["vat", "number", "boolean", "date", "money", "choice", "choices"] {
        viewer.get(format!("/customers/filters/field.{kind}")).await.expect(200);
    }
    viewer.get("/customers/filters/field.gone").await.expect(404);
    let location = |query: &str| format!("/customers?filter={query}");
    for (sent, q) in [
        ("field.choice&value=Gold&value=Silver&how=any", "field.choice:Gold,Silver"),
        ("field.vat&value=DE123&how=none", "-field.vat:DE123"),
        ("field.number&from=-1.5&to=3", "field.number:-1.5..3"),
        ("field.date&from=2026-01-01&to=", "field.date:>=2026-01-01"),
        ("field.boolean&value=yes", "field.boolean:yes"),
    ] {
        let answer = viewer.get(location(sent)).await.expect(303);
        assert_eq!(answer.location(), format!("/customers?q={}", encode(q)), "{sent}");
    }
    let help = viewer.get("/customers/help").await.expect(200).text("main");
    assert!(help.contains("field.vat:") && help.contains("field.choice:Gold"), "{help}");
}

#[actix_web::test]
async fn keys_and_values_are_completed() {
    let world = filled().await;
    let offered = async |q: &str| {
        let page = world.viewer().fragment(format!("/customers/completions?q={}&at=99", encode(q))).await.expect(200);
        page.text_body().to_owned()
    };
    assert!(offered("vat").await.contains("field.vat:"), "by its label or key");
    assert!(offered("field.mo").await.contains("field.money:"));
    assert!(offered("field.choice:g").await.contains("Gold"));
    assert!(offered("field.vat:de").await.contains("DE123"));
    assert!(offered("field.date:la").await.contains("last-30d"));
}

#[actix_web::test]
async fn columns_show_values_and_lead_to_orders() {
    let world = filled().await;
    let page = list(&world, "columns=field.vat,field.number,field.date,field.money,field.boolean,field.choices").await;
    let heads = page.texts("thead th");
    assert!(heads.iter().any(|head| head.contains("VAT number")), "{heads:?}");
    let ada = page.texts("tbody tr").into_iter().find(|row| row.contains("Ada")).unwrap();
    for text in ["DE123", "1.5", "31 Mar 2026", "100.00", "Yes"] {
        assert!(ada.contains(text), "{text} in {ada}");
    }
    assert!(page.texts("tbody tr").iter().any(|row| row.contains("Gold, Silver")));
    for (sort, order) in [
        ("field.vat", "Dee Ada Ben Cai"),
        ("-field.vat", "Cai Ben Ada Dee"),
        ("-field.number", "Ben Cai Ada Dee"),
        ("field.integer", "Dee Ada Ben Cai"),
        ("-field.date", "Ada Ben Cai Dee"),
        ("-field.money", "Ben Ada Dee Cai"),
    ] {
        assert_eq!(names(&list(&world, &format!("sort={sort}")).await), order, "{sort}");
        // The same by pages, there and back.
        let (mut walked, mut next) = (Vec::new(), Some(format!("/customers?sort={sort}&limit=1")));
        while let Some(href) = next {
            let page = world.viewer().get(href).await.expect(200);
            walked.push(names(&page));
            next = page.has("#page-next").then(|| page.attribute("#page-next", "href"));
        }
        assert_eq!(walked.join(" "), order, "{sort} by pages");
    }
    assert_eq!(names(&list(&world, "sort=-field.number&q=field.number%3A%3C10").await), "Cai Ada");
    // A place in the order by one field is none in that by another.
    let page = list(&world, "sort=field.vat&limit=1").await;
    let next = page.attribute("#page-next", "href").replace("field%2Evat", "field%2Enumber");
    world.viewer().get(next).await.expect(400);
    for bad in ["sort=field.gone", "sort=field.choice", "columns=field.gone", "sort=field.vta"] {
        world.viewer().get(format!("/customers?{bad}")).await.expect(400);
    }
}

#[actix_web::test]
async fn listed_fields_are_usual_columns_and_all_can_be_chosen() {
    let world = filled().await;
    assert!(!list(&world, "").await.text("thead").contains("VAT number"));
    world.sql_of_fields("UPDATE custom_fields SET is_listed = true WHERE key = 'vat'");
    let page = list(&world, "").await;
    assert!(page.text("thead").contains("VAT number"));
    assert!(page.texts("thead th").last().unwrap().contains("Last payment"), "a time stays at the end");
    let form = world.viewer().get("/customers/columns").await.expect(200);
    assert!(form.has("input[value='field.vat'][checked]") && form.has("input[value='field.money']"));
}

#[actix_web::test]
async fn a_view_keeps_them_and_goes_on_without_what_was_archived() {
    let world = filled().await;
    let editor = world.editor();
    let form = "name=By+VAT&q=field.vat%3Ade123&sort=-field.number&columns=field.vat,email";
    editor.post("/views", form).await.expect(303);
    let view = editor.get("/customers").await.attribute(".tabs a[href*='view=']", "href");
    let page = editor.get(&view).await.expect(200);
    assert_eq!((names(&page), page.text("thead").contains("VAT number")), ("Ben Ada".to_owned(), true));
    world.sql_of_fields("UPDATE custom_fields SET archived_at = clock_timestamp() WHERE key IN ('vat', 'number')");
    let page = editor.get(format!("{view}&q=")).await.expect(200);
    assert!(!page.text("thead").contains("VAT number") && page.text("thead").contains("Email"));
}

#[actix_web::test]
async fn programs_search_and_sort_by_them() {
    let world = filled().await;
    let client = Client::of(&world);
    let called = client.get("/v1/customers?q=field.vat%3Ade123&sort=field.number&limit=1").await.expect(200);
    let first = called.json["data"][0]["name"].as_str().unwrap().to_owned();
    let cursor = called.json["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("/v1/customers?q=field.vat%3Ade123&sort=field.number&limit=1&after={cursor}");
    let second = client.get(&path).await.expect(200).json["data"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!((first.as_str(), second.as_str()), ("Ada", "Ben"));
    client.get(&path.replace("sort=field.number", "sort=field.integer")).await.expect(400);
    client.get("/v1/customers?sort=field.gone").await.expect(400);
    let refused = client.get("/v1/customers?q=field.vta%3A1").await.expect(400);
    assert_eq!(refused.json["error"]["did_you_mean"], "field.vat:1");
}

#[actix_web::test]
async fn a_page_leads_to_the_neighbours_in_such_an_order() {
    let world = filled().await;
    let page = list(&world, "sort=-field.number").await;
    let href = page
        .all("tbody a")
        .iter()
        .find_map(|link| link.attr("href").filter(|href| href.starts_with("/customers/cust_")))
        .unwrap()
        .to_owned();
    assert!(href.contains("from="), "{href}");
    let shown = world.viewer().get(&href).await.expect(200);
    let id: CustomerId = world.named("Cai")[0];
    assert!(shown.has(&format!("a[href*='{id}']")), "the next one is Cai: {}", shown.text("main"));
}
