//! What is true of every answer: its headers, a page for every error, and no request that breaks anything.

use actix_web::http::Method;
use clientele::{app::pages, ids::CustomerId, routes::Route};

use crate::world::{Answer, Asker, Named, World, encode};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[actix_web::test]
async fn every_answer_has_an_id_and_the_headers_that_protect_it() {
    let (world, named) = World::populated().await;
    let (editor, nobody) = (world.editor(), world.nobody());
    let answers = [
        editor.get("/customers").await.expect(200),
        editor.fragment("/customers").await.expect(200),
        editor.get("/").await.expect(200),
        editor.get("/views/default").await.expect(303),
        editor.get(format!("/customers/{}", named.wanjiru)).await.expect(200),
        editor.get("/nowhere").await.expect(404),
        editor.get("/customers/nonsense").await.expect(404),
        editor.get("/customers?sort=x").await.expect(400),
        editor.request(Method::PUT, "/customers").await.expect(405),
        editor.post("/customers", "name=").await.expect(422),
        editor.post("/customers", "x".repeat(300_000)).await.expect(413),
        editor.post("/customers", "").header("Origin", "null").await.expect(403),
        editor
            .request(Method::POST, "/customers")
            .header("Content-Type", "application/json")
            .body("{}")
            .await
            .expect(415),
        nobody.get("/login").await.expect(200),
        nobody.get("/customers").await.expect(303),
        nobody.fragment("/customers").await.expect(401),
        nobody.post("/customers", "name=A").await.expect(401),
        nobody.get("/healthz").await.expect(200),
        nobody.get("/static/nothing.css").await.expect(404),
        nobody.get(clientele::assets::path("app.css")).await.expect(200),
    ];
    let mut ids = std::collections::BTreeSet::new();
    for answer in &answers {
        let of = answer.outline();
        let id: uuid::Uuid = answer.header("Request-Id").unwrap_or_else(|| panic!("no id: {of}")).parse().unwrap();
        assert!(ids.insert(id), "each request has its own id");
        assert_eq!(answer.header("Content-Security-Policy"), Some(POLICY), "{of}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(answer.header("X-Frame-Options"), Some("DENY"));
        assert_eq!(answer.header("Referrer-Policy"), Some("same-origin"));
        assert_eq!(answer.header("Strict-Transport-Security"), None, "not without https");
    }
    let (kept, rest) = answers.split_last().unwrap();
    assert!(rest.iter().all(|answer| answer.header("Cache-Control") == Some("no-store")));
    assert_eq!(kept.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
}

#[actix_web::test]
async fn every_page_keeps_to_the_policy() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let id = named.wanjiru;
    let mut places = ["/customers", "/customers/new", "/palette", "/profile", "/nowhere"].map(str::to_owned).to_vec();
    places.extend(["", "/edit", "/activity", "/deletion"].map(|part| format!("/customers/{id}{part}")));
    for place in places {
        let page = editor.get(&place).await;
        assert!(!page.has("style, [style], script:not([src])"), "{place} has something inline");
        for element in page.all("script[src], link[href], img[src], use[href]") {
            let address = element.attr("src").or(element.attr("href")).unwrap();
            assert!(address.starts_with("/static/"), "{place} loads {address}");
            let file = world.nobody().get(address.split('#').next().unwrap()).await.expect(200);
            assert_eq!(file.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
        }
        let handlers = page.all("*").into_iter().flat_map(|element| element.value().attrs().collect::<Vec<_>>());
        for (name, value) in handlers {
            assert!(!name.starts_with("on") && !name.contains("hx-on"), "{place}: {name}={value}");
        }
        let mut seen = std::collections::BTreeSet::new();
        for element in page.all("[id]") {
            assert!(
                seen.insert(element.attr("id").unwrap().to_owned()),
                "{place} has {} twice",
                element.attr("id").unwrap()
            );
        }
    }
}

#[actix_web::test]
async fn every_error_has_a_page_and_a_way_on() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for (status, answer) in [
        (400, editor.get("/customers?limit=0").await),
        (400, editor.post("/customers", "name=%FF").await),
        (403, world.viewer().get("/customers/new").await),
        (404, editor.get("/nowhere").await),
        (404, editor.get("/customers/nonsense").await),
        (404, editor.get(format!("/customers/{}", CustomerId::new())).await),
        (405, editor.get("/logout").await),
        (405, editor.request(Method::DELETE, &format!("/customers/{}", named.wanjiru)).await),
        (409, editor.get(format!("/customers/{}/edit", named.gone)).await),
        (413, editor.post("/customers", "x".repeat(300_000)).await),
        (415, editor.request(Method::POST, "/customers").header("Content-Type", "application/json").body("{}").await),
    ] {
        assert_eq!(answer.status, status, "{}", answer.outline());
        assert!(answer.is_page(), "{status} has no page");
        assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
        assert!(!answer.text("main").contains(answer.header("Request-Id").unwrap()), "{status} is not our fault");
        assert!(answer.has("main a[href='/customers']"), "{status} leads nowhere");
    }
}

#[actix_web::test]
async fn a_broken_id_is_nothing_that_exists() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let id = named.wanjiru.to_string();
    for broken in [
        "1".to_owned(),
        "cust_".to_owned(),
        id.replace("cust_", "addr_"),
        id[..id.len() - 1].to_owned(),
        format!("{id}0"),
        named.wanjiru.uuid().to_string(),
        format!("cust_{}", "z".repeat(26)),
        "%FF%FE".to_owned(),
        "%00".to_owned(),
        "..%2f..%2fetc".to_owned(),
        "x".repeat(5_000),
    ] {
        for part in ["", "/edit", "/activity", "/deletion"] {
            let answer = editor.get(format!("/customers/{broken}{part}")).await;
            assert_eq!(answer.status, 404, "{broken}{part}: {}", answer.outline());
        }
        for part in ["", "/deletion", "/restoration"] {
            let answer = editor.post(format!("/customers/{broken}{part}"), "version=1").await;
            assert_eq!(answer.status, 404, "{broken}{part}: {}", answer.outline());
        }
    }
}

/// Texts that have broken programs.
fn nasty() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "%00",
        "a%00b",
        "%FF",
        "%C0%80",
        "%ED%A0%80",
        "%E2%80%AE",
        "%EF%BB%BF",
        "%0D%0A",
        "%1B%5B31m",
        "%F4%8F%BF%BF",
        "%27%3B+DROP+TABLE+customers%3B+--",
        "%7B%7B7*7%7D%7D",
        "../../etc/passwd",
        "null",
        "NaN",
        "-1",
        "1e309",
        "99999999999999999999999999",
        "true",
        "%5B%5D",
        "%25",
        "4242424242424242",
        "%CC%81",
        "%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(201));
    texts.push("x".repeat(100_000));
    texts.push(encode(&"é\u{301}".repeat(250)));
    texts.push(encode(&"ﷺ".repeat(200)));
    texts.push(encode(&"\u{10ffff}".repeat(100)));
    texts
}

const FIELDS: [&str; 34] = [
    "name",
    "first_name",
    "last_name",
    "company",
    "email",
    "phone",
    "language",
    "description",
    "reference",
    "kind",
    "version",
    "key",
    "as",
    "add",
    "review",
    "restore",
    "plan",
    "allow_duplicate",
    "metadata_key",
    "metadata_value",
    "metadata.k",
    "metadata.",
    "metadata",
    "address.n.city",
    "address.n.country",
    "address.n.kind",
    "address.n",
    "address.",
    "address..",
    "choice.company",
    "mode",
    "next",
    "email=x&password",
    "current_password",
];

fn assert_answered(answer: &Answer, what: &str) {
    let status = answer.status.as_u16();
    assert!([200, 303, 400, 401, 404, 409, 413, 422, 429].contains(&status), "{what}: {}", answer.outline());
}

#[actix_web::test]
async fn nothing_that_is_sent_in_a_form_breaks_anything() {
    let (world, named) = World::populated().await;
    world.require(&[]);
    let post = async |asker: &Asker, path: &str, field: &str, text: &str| {
        let base = if path == "/customers" { "name=Base&allow_duplicate=1" } else { "version=1&company=Base" };
        // The field comes first: the first of a name counts.
        let answer = asker.post(path, format!("{field}={text}&{base}")).await;
        assert_answered(&answer, &format!("{path} with {field}={}", &text[..text.len().min(60)]));
        answer
    };
    let editor = world.editor();
    for path in ["/customers".to_owned(), format!("/customers/{}", named.wanjiru)] {
        for field in FIELDS {
            for text in nasty() {
                post(&editor, &path, field, &text).await;
            }
        }
    }
    let done = ["/customers", "/customers/{id}", "/login", "/profile/password"];
    let mut turn = 0;
    for route in pages().into_iter().filter(|route| route.method == Method::POST && !done.contains(&route.path)) {
        let path = path_of(&route, &named, named.jose);
        for field in ["plan", "mode", "next", "single_keys"] {
            for text in in_turn(&mut turn) {
                // Some of these end the session.
                post(&world.owner(), &path, field, &text).await;
            }
        }
    }
    assert_eq!(world.editor().get("/customers").await.status, 200, "and it still works");
}

/// A third of the nasty texts, other ones each time: each comes to every kind of page and under every name often enough.
fn in_turn(turn: &mut usize) -> Vec<String> {
    *turn += 1;
    let turn = *turn;
    nasty().into_iter().enumerate().filter(|(n, _)| (n + turn).is_multiple_of(3)).map(|(_, text)| text).collect()
}

/// Where a route is about one of the named.
fn path_of(route: &Route, named: &Named, customer: CustomerId) -> String {
    let is_payments = route.path.starts_with("/payments/");
    let id = if is_payments { named.payment.to_string() } else { customer.to_string() };
    route.path.replace("{id}", &id)
}

#[actix_web::test]
async fn nothing_that_is_sent_about_a_payment_breaks_anything() {
    let (world, named) = World::populated().await;
    let (live, testing) = (world.owner(), world.testing(&world.shop.owner));
    let payment = format!("/payments/{}", named.payment);
    let record =
        ["amount", "currency", "status", "refunded", "date", "description", "reference", "customer", "account"];
    let charge = ["amount", "currency", "token", "method", "key", "review", "address.billing.country"];
    for (asker, path, base, fields) in [
        (&live, "/payments".to_owned(), "amount=5", &record[..]),
        (&testing, format!("/customers/{}/charges", named.tested), "amount=5&token=tok_visa", &charge[..]),
        (&live, format!("{payment}/refunds"), "amount=0.01", &["amount", "reason"]),
        (&live, format!("{payment}/outcome"), "status=failed", &["status"]),
        (&live, format!("{payment}/customer"), "customer=x", &["customer", "q"]),
    ] {
        for field in fields {
            for text in nasty() {
                let answer = asker.post(&path, format!("{field}={text}&{base}")).await;
                assert_answered(&answer, &format!("{path} with {field}={}", &text[..text.len().min(60)]));
            }
        }
    }
}

#[actix_web::test]
async fn nothing_that_is_sent_as_a_password_breaks_anything() {
    let world = World::empty().await;
    for (n, text) in nasty().into_iter().enumerate() {
        // From another address for another email each time, or the answer would only be that there were too many tries.
        let asker = world.editor().coming_from(&format!("10.0.0.{n}"));
        for form in [format!("email={text}&password=x"), format!("email={n}%40x.example&password={text}")] {
            assert_answered(&asker.post("/login", form).await, &format!("a sign-in with text {n}"));
        }
        let form = format!("current_password={text}&new_password={text}&repeated_password={text}");
        assert_answered(&asker.post("/profile/password", form).await, &format!("a new password of text {n}"));
    }
}

#[actix_web::test]
async fn nothing_that_is_asked_in_an_address_breaks_anything() {
    let (world, named) = World::populated().await;
    let editor = world.owner();
    let (mut turn, mut asked) = (0, 0);
    for route in pages().into_iter().filter(|route| route.method == Method::GET) {
        let path = path_of(&route, &named, named.wanjiru);
        for name in ["q", "sort", "limit", "after", "before", "next", "name", "key", "metadata_key", "address.n.city"] {
            for text in in_turn(&mut turn).into_iter().filter(|text| text.len() < 50_000) {
                let place = format!("{path}?{name}={}", text.replace(' ', "+"));
                asked += 1;
                let answer = if asked % 2 == 0 { editor.get(&place).await } else { editor.fragment(&place).await };
                assert_answered(&answer, &place[..place.len().min(120)]);
            }
        }
    }
}

#[actix_web::test]
async fn names_of_fields_may_be_anything_too() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for name in nasty().into_iter().filter(|text| text.len() < 50_000) {
        for before in ["", "metadata.", "address.", "address.n.", "choice."] {
            for path in ["/customers".to_owned(), format!("/customers/{}", named.wanjiru)] {
                let form = format!("name=A&email=a%40x.example&version=1&{before}{name}=x");
                assert_answered(
                    &editor.post(&path, form.as_str()).await,
                    &format!("{before}{}", &name[..name.len().min(60)]),
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_body_is_taken_up_to_its_limit() {
    let world = World::empty().await;
    let editor = world.editor();
    let form = |length: usize| {
        let base = "name=A&email=a%40x.example&allow_duplicate=1&unknown=";
        format!("{base}{}", "x".repeat(length - base.len()))
    };
    editor.post("/customers", form(256 * 1024)).await.expect(303);
    editor.post("/customers", form(256 * 1024 + 1)).await.expect(413);
    editor.post("/customers", form(5_000_000)).await.expect(413);
    world.nobody().post("/customers", form(256 * 1024 + 1)).await.expect(413);
    world.nobody().post("/login", form(256 * 1024 + 1)).await.expect(413);
    assert_eq!(world.census().0, 1);
}

#[actix_web::test]
async fn the_fullest_customer_fits_into_a_form() {
    let world = World::empty().await;
    let editor = world.editor();
    // One text for each field that is as long as it may be, in three bytes a character, nine when encoded.
    let text = encode(&"語".repeat(160));
    let metadata = (0..50).map(|n| format!("&metadata.k{n}={}", "v".repeat(500))).collect::<String>();
    let addresses = (0..20).map(|n| format!("&address.n{n}.line1={text}&address.n{n}.city={text}")).collect::<String>();
    let form = format!("name=Full&email=f%40x.example&company={text}&description={text}{metadata}{addresses}");
    let answer = editor.post("/customers", form).await.expect(303);
    let page = editor.get(format!("{}/edit", answer.location())).await.expect(200);
    editor.submit(&page.form_to(answer.location())).await.expect(303);
}

#[actix_web::test]
async fn only_forms_are_understood() {
    let world = World::empty().await;
    let editor = world.editor();
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain"] {
        let request = editor.request(Method::POST, "/customers").header("Content-Type", kind);
        request.body("name=A&email=a%40x.example").await.expect(415);
    }
    let request = editor
        .request(Method::POST, "/customers")
        .header("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
    request.body("name=A&email=a%40x.example").await.expect(303);
}

#[actix_web::test]
async fn answers_are_compressed_for_who_can_read_that() {
    let (world, _) = World::populated().await;
    let editor = world.editor();
    let plain = editor.get("/customers").await;
    let packed = editor.get("/customers").header("Accept-Encoding", "gzip, br").await.expect(200);
    assert_eq!(packed.header("Content-Encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed.body[..]), &mut unpacked).unwrap();
    assert_eq!(String::from_utf8(unpacked).unwrap().len(), plain.body.len());
}

#[actix_web::test]
async fn alive_and_ready_are_told_in_words() {
    let world = World::empty().await;
    assert_eq!(world.nobody().get("/healthz").await.expect(200).text_body(), "alive\n");
    assert_eq!(world.nobody().get("/readyz").await.expect(200).text_body(), "ready\n", "no job is due");
    world.sql(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
    );
    let behind = world.nobody().get("/readyz").await.expect(503);
    assert_eq!(behind.text_body(), "migrations are waiting: run clientele migrate\n");
}
