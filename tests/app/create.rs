//! Creating a customer: what is accepted, what is refused and how that is told.

use clientele::{customers::record::PhonePair, ids::CustomerId};
use serde_json::json;

use crate::world::{Answer, Form, World, encode};

/// The customer that a redirect leads to.
fn created(answer: &Answer) -> CustomerId {
    answer.location().strip_prefix("/customers/").unwrap().parse().unwrap()
}

#[actix_web::test]
async fn a_filled_form_makes_a_customer_with_all_of_it() {
    let world = World::empty().await;
    let editor = world.editor();
    let form = editor.get("/customers/new").await.expect(200).form_to("/customers");
    let form = [
        ("name", "  Zoë   van  Dyk "),
        ("email", "Zoe@Example.com"),
        ("phone", "0712 345 678"),
        ("kind", "organization"),
        ("company", "Acme"),
        ("first_name", "Zoë"),
        ("last_name", "van Dyk"),
        ("language", "nl"),
        ("reference", "C-1"),
        ("description", "VIP"),
        ("address.new1.kind", "shipping"),
        ("address.new1.line1", "1 Kloof St"),
        ("address.new1.city", "Cape Town"),
        ("address.new1.country", "ZA"),
        ("metadata_key", "tier"),
        ("metadata_value", "gold"),
    ]
    .into_iter()
    .fold(form, |form, (name, text)| form.set(name, text));
    let answer = editor.submit(&form).await.expect(303);
    let stored = world.stored(created(&answer));
    let record = &stored.record;
    assert_eq!(stored.version, 1);
    assert_eq!(record.name.as_deref(), Some("Zoë van Dyk"));
    assert_eq!(record.email.as_deref(), Some("Zoe@Example.com"), "kept as typed");
    assert_eq!(record.phone, Some(PhonePair { e164: "+254712345678".into(), typed: "0712 345 678".into() }));
    assert_eq!((record.kind.as_str(), record.language.as_deref()), ("organization", Some("nl")));
    assert_eq!(record.metadata.get("tier").map(String::as_str), Some("gold"));
    let address = record.addresses.values().next().unwrap();
    assert_eq!((address.kind.as_str(), address.is_default), ("shipping", true), "the first is the default");
    assert_eq!(address.lines(), ["1 Kloof St", "Cape Town", "South Africa"]);

    let page = editor.get(answer.location()).await.expect(200);
    assert_eq!(page.text("h1"), "Zoë van Dyk");
    assert_eq!(page.text("#toasts .toast > span"), "Customer created");
    assert!(!editor.get(answer.location()).await.has("#toasts .toast"), "the notice is shown once");
}

#[actix_web::test]
async fn a_creation_is_told_by_its_event() {
    let world = World::empty().await;
    let editor = world.editor();
    let answer = editor.post("/customers", "name=Nia&email=nia%40new.example").await.expect(303);
    let events = world.events(created(&answer));
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].kind.as_str(), events[0].version), ("customer.created", 1));
    assert_eq!(events[0].by.as_deref(), Some("Edgar Editor"));
    assert!(events[0].before.is_empty());
    let after = json!({"kind": "person", "name": "Nia", "email": "nia@new.example"});
    assert_eq!(serde_json::to_value(&events[0].after).unwrap(), after);
    let request = format!(
        "SELECT count(*) AS n FROM events WHERE request_id::text = '{}' AND account_id = '{}'",
        answer.header("Request-Id").unwrap(),
        world.shop.live.uuid()
    );
    assert_eq!(world.number(&request), 1, "the event names the request that the answer names");
}

#[actix_web::test]
async fn name_email_and_phone_are_enough_for_another_program() {
    let world = World::empty().await;
    for form in [
        "name=Only+Name&email=a%40x.example",
        "email=b%40x.example&name=Two&phone=0712345678",
        "name=Three&email=c%40x.example&phone=%2B254+733+000+111",
    ] {
        world.editor().post("/customers", form).await.expect(303);
    }
    assert_eq!(world.census().0, 3);
}

#[actix_web::test]
async fn all_errors_come_at_once_and_what_was_typed_stays() {
    let world = World::empty().await;
    let editor = world.editor();
    let form = editor.get("/customers/new").await.form_to("/customers");
    let typed = [
        ("name", "4242 4242 4242 4242"),
        ("email", "nobody"),
        ("phone", "12x"),
        ("company", "a\u{1}b"),
        ("description", "kept <b>“as typed”</b>"),
        ("address.new1.city", "Nairobi"),
        ("address.new1.postal_code", "bell\u{7}"),
        ("metadata_key", "a key"),
        ("metadata_value", "1"),
    ];
    let form = typed.iter().fold(form, |form, (name, text)| form.set(name, text));
    let page = editor.submit(&form).await.expect(422);
    assert_eq!(page.title(), "Error: Create customer");
    for field in ["name", "email", "phone", "company", "address.new1.postal_code", "metadata_key_0"] {
        assert!(page.error_of(field).is_some(), "no error at {field}");
        let id = format!("[id='{field}'][aria-invalid=true]");
        assert_eq!(page.attribute(&id, "aria-describedby"), format!("{field}-d"));
    }
    assert_eq!(page.all("[role=alert] li").len(), 6);
    assert_eq!(page.text("[role=alert] h2"), "6 fields need another look");
    let again = page.form_to("/customers");
    for (name, text) in typed {
        assert_eq!(again.value(name), text);
    }
    assert_eq!(again.value("key"), form.value("key"), "it is still the same form");
    assert!(page.has("details[open]"), "what has an error is not folded away");
    assert_eq!(world.census().0, 0);
}

/// Every link of the summary leads to an element of the page.
fn assert_errors_lead_to_fields(page: &Answer, of: &str) {
    let links = page.all("[role=alert] li a");
    assert!(!links.is_empty(), "{of} has no summary: {}", page.outline());
    for link in links {
        let target = link.attr("href").unwrap().strip_prefix('#').unwrap().to_owned();
        assert!(page.has(&format!("[id='{target}']")), "{of}: #{target} is nowhere");
    }
}

#[actix_web::test]
async fn every_error_in_the_summary_leads_to_its_field() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let bad = [
        "name=&email=".to_owned(),
        "name=A&email=a%40x.example&kind=dog".to_owned(),
        "name=A&email=a%40x.example&language=zz".to_owned(),
        "name=A&email=a%40x.example&metadata_key=&metadata_value=x".to_owned(),
        "name=A&email=a%40x.example&metadata_key=x&metadata_value=".to_owned(),
        "name=A&email=a%40x.example&metadata_key=x&metadata_value=1&metadata_key=x&metadata_value=2".to_owned(),
        "name=A&email=a%40x.example&metadata.tier=4242424242424242".to_owned(),
        "name=A&email=a%40x.example&address.n1.city=x&address.n1.country=ZZ".to_owned(),
        "name=A&email=a%40x.example&address.n1.city=x&address.n1.kind=home".to_owned(),
        format!("name=A&email=a%40x.example{}", (0..51).map(|n| format!("&address.n{n}.city=x")).collect::<String>()),
        format!("name=A&email=a%40x.example{}", (0..51).map(|n| format!("&metadata.k{n}=x")).collect::<String>()),
    ];
    for form in &bad {
        let of = &form[..form.len().min(90)];
        let page = editor.post("/customers", form.as_str()).await;
        assert_eq!(page.status, 422, "{of}: {}", page.outline());
        assert_errors_lead_to_fields(&page, of);
        let path = format!("/customers/{}", named.wanjiru);
        let page = editor.post(&path, format!("version=1&{form}")).await;
        assert_eq!(page.status, 422, "{of}: {}", page.outline());
        assert_errors_lead_to_fields(&page, of);
    }
}

#[actix_web::test]
async fn the_merchants_required_fields_are_asked_for() {
    let world = World::empty().await;
    let editor = world.editor();
    let page = editor.post("/customers", "company=Acme").await.expect(422);
    assert_eq!(page.error_of("name").as_deref(), Some("Enter the customer’s name."));
    assert_eq!(page.error_of("email").as_deref(), Some("Enter an email, like name@example.com."));
    assert!(page.error_of("phone").is_none());
    let optional = |page: &Answer, field: &str| page.text(&format!("label[for={field}]")).contains("optional");
    assert!(!optional(&page, "name") && !optional(&page, "email") && optional(&page, "phone"));

    world.require(&["phone"]);
    let page = editor.post("/customers", "name=A&email=a%40x.example").await.expect(422);
    assert_eq!(page.error_of("phone").as_deref(), Some("Enter a phone number."));
    assert!(optional(&page, "name") && !optional(&page, "phone"));
    editor.post("/customers", "phone=0712345678").await.expect(303);

    world.require(&["company"]);
    let page = editor.post("/customers", "name=A").await.expect(422);
    assert!(page.text("[role=alert] li").contains("Company"));
}

#[actix_web::test]
async fn somebody_to_call_by_is_needed_even_when_nothing_is_required() {
    let world = World::empty().await;
    world.require(&[]);
    let editor = world.editor();
    editor.post("/customers", "company=Acme").await.expect(422);
    for form in ["name=A", "email=a%40x.example", "phone=0712345678", "first_name=Ada&last_name=Lovelace"] {
        editor.post("/customers", form).await.expect(303);
    }
    assert_eq!(world.named("Ada Lovelace").len(), 1, "a name follows from first and last name");
}

#[actix_web::test]
async fn a_form_sent_twice_makes_one_customer() {
    let world = World::empty().await;
    let editor = world.editor();
    let form =
        editor.get("/customers/new").await.form_to("/customers").set("name", "Nia").set("email", "nia@new.example");
    let first = editor.submit(&form).await.expect(303);
    let second = editor.submit(&form).await.expect(303);
    assert_eq!(created(&first), created(&second));
    assert_eq!(world.census(), (1, 1, 1));
    // The rival's own form would name their account.
    let colleague = world.asker(&world.rival.editor).submit(&form.clone().set("account", "")).await.expect(303);
    assert_ne!(created(&colleague), created(&first), "a key is an account's own");
}

#[actix_web::test]
async fn a_form_gone_back_to_and_changed_is_another_one() {
    let world = World::empty().await;
    let editor = world.editor();
    let form =
        editor.get("/customers/new").await.form_to("/customers").set("name", "Nia").set("email", "nia@new.example");
    editor.submit(&form).await.expect(303);
    let changed = form.set("name", "Noa").set("email", "noa@new.example");
    let first = editor.submit(&changed).await.expect(303);
    assert_eq!(world.named("Noa").len(), 1);
    let second = editor.submit(&changed).await;
    assert_eq!(second.status, 303, "sent twice it makes one, too: {}", second.outline());
    assert_eq!(created(&first), created(&second));
}

#[actix_web::test]
async fn a_damaged_key_is_told() {
    let world = World::empty().await;
    let answer = world.editor().post("/customers", "name=A&email=a%40x.example&key=nonsense").await.expect(400);
    assert!(answer.text("main").contains("Open the form again"));
    assert_eq!(world.census().0, 0);
}

#[actix_web::test]
async fn one_more_row_saves_nothing_and_loses_nothing() {
    let world = World::empty().await;
    let editor = world.editor();
    let form = editor.get("/customers/new").await.form_to("/customers");
    let rows = |form: &Form, start: &str| form.fields.iter().filter(|(name, _)| name.starts_with(start)).count();
    let form = form
        .set("name", "Nia")
        .set("metadata_key", "tier")
        .set("metadata_value", "gold")
        .set("address.new1.city", "Nairobi");
    let page = editor.submit(&form.clone().set("add", "metadata")).await.expect(200);
    let more = page.form_to("/customers");
    assert_eq!((rows(&form, "metadata_key"), rows(&more, "metadata_key")), (1, 2));
    assert_eq!(
        (more.value("name"), more.value("metadata_value"), more.value("address.new1.city")),
        ("Nia", "gold", "Nairobi")
    );
    assert!(page.has("details[open]"));

    let page = editor.submit(&more.clone().set("add", "address")).await.expect(200);
    let most = page.form_to("/customers");
    assert_eq!((rows(&more, "address.new1."), rows(&most, "address.new2.")), (rows(&most, "address.new1."), 8));
    assert_eq!(most.value("address.new1.city"), "Nairobi");
    assert_eq!(world.census(), (0, 0, 0));
}

#[actix_web::test]
async fn a_form_can_be_given_words_to_start_with() {
    let world = World::empty().await;
    let form = world.editor().get("/customers/new?name=Nia+%3Cb%3E&email=n%40x.example").await.form_to("/customers");
    assert_eq!((form.value("name"), form.value("email")), ("Nia <b>", "n@x.example"));
}

#[actix_web::test]
async fn the_dialog_is_the_same_form_and_closes_when_it_is_done() {
    let world = World::empty().await;
    let editor = world.editor();
    let dialog = editor.fragment("/customers/new").await.expect(200);
    assert!(!dialog.is_page());
    let form = dialog.form("dialog form");
    let page_form = editor.get("/customers/new").await.form_to("/customers");
    let names = |form: &Form| form.fields.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&form), names(&page_form));

    let refused = editor.submit(&form.clone().set("name", "Nia")).in_place().await.expect(422);
    assert!(refused.error_of("email").is_some());
    assert_eq!(refused.form("dialog form").value("name"), "Nia");

    let form = form.set("name", "Nia").set("email", "nia@new.example");
    let done = editor.submit(&form).in_place().await.expect(200);
    assert_eq!(done.header("HX-Trigger"), Some("customers-changed"), "the list under it loads again");
    assert!(!done.has("dialog"));
    assert_eq!(done.attribute(".toast a", "href"), format!("/customers/{}", world.named("Nia")[0]));
    let twice = editor.submit(&form.set("name", "Nia 2").set("key", "")).in_place().await.expect(409);
    assert!(twice.has("dialog #lookalikes-title"));
}

#[actix_web::test]
async fn values_are_stored_as_what_they_mean() {
    let world = World::empty().await;
    let editor = world.editor();
    let create = async |form: String| created(&editor.post("/customers", form).await.expect(303));
    let id = create("name=A&email=a%40x.example&language=SW&address.n.country=ke".into()).await;
    let record = world.stored(id).record;
    assert_eq!(record.language.as_deref(), Some("sw"), "a language is its code, however it was typed");
    assert_eq!(record.country(), Some("KE"));

    let id = create(format!("name=B&email={}", encode("\u{200b}b@x.example"))).await;
    assert_eq!(world.stored(id).record.email.as_deref(), Some("b@x.example"), "without what cannot be seen");
    let page = editor.post("/customers", "name=B+again&email=b%40x.example").await;
    assert_eq!(page.status, 409, "so that it is found as the same email");
}

#[actix_web::test]
async fn what_cannot_be_seen_is_neither_a_name_nor_a_part_of_one() {
    let world = World::empty().await;
    let editor = world.editor();
    for name in [
        "\u{200b}",
        "\u{3164}\u{2800}",
        "\u{2060} \u{feff}",
        "\u{e0041}",
        "\u{115f}\u{34f}",
        "\u{ad}\t\u{ad}",
        "\u{ffa0}\u{3000}",
        "\u{180e}",
        "\u{2066}\u{2069}",
    ] {
        let form = format!("name={}&email=n%40x.example", encode(name));
        let refused = editor.post("/customers", form).await.expect(422);
        assert!(refused.error_of("name").is_some(), "{name:?} is nothing, and a name is required");
    }
    for (n, (typed, stored)) in [
        ("\u{feff}Zuhura Ali", "Zuhura Ali"),
        ("\u{202a}Brigid Moraa\u{202c}", "Brigid Moraa"),
        ("Wan\u{ad}jiru\u{200b} Kamau", "Wanjiru Kamau"),
        ("\u{2068}Akinyi \u{3164} Odhiambo\u{2069}", "Akinyi Odhiambo"),
        ("Cheb\u{2060}et\u{ffa0}\u{e0041}", "Chebet"),
        ("می\u{200c}خواهم\u{200e}", "می\u{200c}خواهم"),
    ]
    .into_iter()
    .enumerate()
    {
        let form = format!("name={}&email={}", encode(typed), encode(&format!("\u{feff}n{n}@x.example\u{202c}")));
        let id = created(&editor.post("/customers", form).await.expect(303));
        let record = world.stored(id).record;
        assert_eq!((record.name.as_deref(), record.email), (Some(stored), Some(format!("n{n}@x.example"))));
    }
    world.view("name=Kenya&q=country:KE");
    for name in ["Kenya\u{200b}", "\u{feff}Kenya", "Ken\u{ad}ya", "\u{2067}KENYA\u{2069}", " Kenya\u{3164}"] {
        let taken = editor.post("/views", format!("name={}&q=x", encode(name))).await.expect(422);
        assert!(taken.error_of("name").is_some(), "{name:?}: {}", taken.outline());
    }
}

#[actix_web::test]
async fn a_phone_that_may_not_be_callable_is_kept_and_marked() {
    let world = World::empty().await;
    let editor = world.editor();
    let phones = [
        ("+1234567890", "+1234567890", true),
        ("+1-555-0199", "+15550199", true),
        ("'0711000031.0", "+254711000031", false),
        ("tel:+254-733-000-125", "+254733000125", false),
    ];
    for (n, (typed, e164, is_odd)) in phones.into_iter().enumerate() {
        let form = format!("name=P&email=p{n}%40x.example&phone={}", encode(typed));
        let id = created(&editor.post("/customers", form).await.expect(303));
        assert_eq!(world.stored(id).record.phone.unwrap().e164, e164);
        let page = editor.get(format!("/customers/{id}")).await.expect(200);
        assert_eq!(page.text_body().contains("may not be callable"), is_odd, "{typed}");
        assert_eq!(page.has(&format!("dl a[href='tel:{e164}']")), !is_odd, "{typed}");
    }
}

#[actix_web::test]
async fn an_email_is_a_link_that_mail_programs_read() {
    let world = World::empty().await;
    let editor = world.editor();
    for (email, link) in [
        ("a+b@links.example", "mailto:a+b@links.example"),
        ("o'neil@links.example", "mailto:o'neil@links.example"),
        ("50%off@links.example", "mailto:50%25off@links.example"),
        ("a&b@links.example", "mailto:a%26b@links.example"),
        ("x?y@links.example", "mailto:x%3Fy@links.example"),
        ("zoë@größe.example", "mailto:zo%C3%AB@gr%C3%B6%C3%9Fe.example"),
    ] {
        let answer = editor.post("/customers", format!("name=L&email={}", encode(email))).await.expect(303);
        let page = editor.get(answer.location()).await.expect(200);
        assert_eq!(page.attribute("dl a[href^=mailto]", "href"), link);
        assert_eq!(page.text("dl a[href^=mailto]"), email);
    }
}

#[actix_web::test]
async fn the_form_says_how_a_phone_is_read() {
    let world = World::empty().await;
    let editor = world.editor();
    for (typed, said) in [
        ("8005550100", "Read as +254 800 555 0100, Kenya"),
        ("0712 345 678", "Read as +254 712 345 678, Kenya"),
        ("+31 6 1234 5678", "Read as +31 6 1234 5678, Netherlands"),
        ("+1-555-0100", "Read as +1 555 0100, which may not be callable"),
        ("07", ""),
        ("x", ""),
    ] {
        let answer = editor.fragment(format!("/customers/phone?phone={}", encode(typed))).await.expect(200);
        assert_eq!(answer.text_body().trim(), said, "{typed}");
        // Without script it is said when the form comes back.
        let back = editor.post("/customers", format!("email=x&phone={}", encode(typed))).await.expect(422);
        assert_eq!(back.text("#phone-said"), said, "{typed}");
    }
}

#[actix_web::test]
async fn a_name_made_of_two_that_fit_fits_or_is_refused() {
    let world = World::empty().await;
    world.require(&[]);
    let long = "n".repeat(200);
    let answer = world.editor().post("/customers", format!("first_name={long}&last_name={long}")).await;
    assert!([303, 422].contains(&answer.status.as_u16()), "{}", answer.outline());
}

#[actix_web::test]
async fn lengths_are_counted_in_characters() {
    let world = World::empty().await;
    let editor = world.editor();
    for (field, longest) in
        [("name", 200), ("company", 500), ("first_name", 200), ("reference", 500), ("description", 500)]
    {
        let form = |length: usize| {
            let text = encode(&"é".repeat(length));
            let name = if field == "name" { String::new() } else { "name=A&".to_owned() };
            format!("{name}email={field}{length}%40x.example&{field}={text}")
        };
        editor.post("/customers", form(longest)).await.expect(303);
        let page = editor.post("/customers", form(longest + 1)).await.expect(422);
        assert_eq!(page.error_of(field), Some(format!("Use at most {longest} characters; this has {}.", longest + 1)));
    }
}
