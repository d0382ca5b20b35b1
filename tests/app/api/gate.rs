//! The gate before every call: keys, permissions, methods, paths, bodies and limits.

use std::sync::Arc;

use actix_web::http::Method;
use clientele::{
    api::limits::{Limit, Limits},
    api_keys::{
        model as keys,
        permissions::{Permission, Resource},
    },
    app::{Shared, calls},
    clock::Clock,
    events::By,
    values::Mode,
};
use jiff::Timestamp;

use super::{Called, Client};
use crate::world::World;

/// The path of a route with an id of nobody in it.
fn filled(path: &str) -> String {
    let prefix = match path.split('/').nth(2) {
        Some("payments") => "pay",
        Some("refunds") => "re",
        Some("events") => "evt",
        Some("notes") => "note",
        Some("custom_fields") => "fld",
        Some("prices") => "price",
        Some("subscriptions") => "sub",
        Some("payment_schedules") => "sch",
        Some("invoices") => "inv",
        Some("webhook_endpoints") => "we",
        _ => "cust",
    };
    inner(&path.replace("{id}", &format!("{prefix}_01h2xcejqtf2nbrexx3vqjhp41")))
}

/// The path with ids of nobody in place of all but the first.
fn inner(path: &str) -> String {
    let path = path.replace("{address}", "addr_01h2xcejqtf2nbrexx3vqjhp41").replace("{number}", "1");
    let path = path.replace("{event}", "evt_01h2xcejqtf2nbrexx3vqjhp41");
    path.replace("{method}", "pm_01h2xcejqtf2nbrexx3vqjhp41")
}

/// A subscription of a customer, whose bills are sent.
async fn billed(client: &Client, customer: &str) -> String {
    let body = format!(
        r#"{{"customer": "{customer}", "name": "Pro", "amount": 1, "currency": "KES", "interval": "month", "collects": "invoice"}}"#
    );
    client.post("/v1/subscriptions", &body).await.expect(201).id()
}

/// A body that a route of this method would read.
fn body(path: &str, method: &Method) -> &'static str {
    match (method.as_str(), path.rsplit('/').next()) {
        ("GET" | "DELETE", _) => "",
        (_, Some("notes")) => r#"{"text": "Call first"}"#,
        (_, Some("{id}")) if path.starts_with("/v1/notes") => r#"{"text": "Call first"}"#,
        (_, Some("addresses")) => r#"{"city": "Oslo"}"#,
        (_, Some("payments")) if path.starts_with("/v1/invoices") => "{}",
        (_, Some("payments")) if path.contains("{id}") => r#"{"recorded": true, "amount": 1, "currency": "KES"}"#,
        (_, Some("outcome")) => r#"{"status": "succeeded"}"#,
        (_, Some("wallet")) => r#"{"token": "tok_visa"}"#,
        _ => "{}",
    }
}

#[actix_web::test]
async fn no_call_is_answered_without_a_key_that_may() {
    let world = World::empty().await;
    let good = Client::of(&world).secret;
    let mut last = good.clone();
    last.pop();
    let mistyped = format!("{last}{}", if good.ends_with('0') { '1' } else { '0' });
    let unknown = clientele::api_keys::secret::Secret::new(Mode::Live).unwrap().reveal().to_owned();
    for (n, route) in calls().into_iter().enumerate() {
        // Unknown keys are counted by address.
        let nobody = world.nobody().coming_from(&format!("192.0.2.{}", n + 1));
        for method in route.methods {
            let path = filled(route.path);
            let without = Called::by(&nobody, method, &path, "", &[]).await.expect(401);
            assert!(without.answer.header("WWW-Authenticate").is_some());
            assert_eq!(without.refused(401), "key_missing", "{method} {path}");
            for (header, code) in [
                (format!("Basic {good}"), "key_missing"),
                (good.clone(), "key_missing"),
                ("Bearer".to_owned(), "key_missing"),
                (format!("Bearer {mistyped}"), "key_malformed"),
                (format!("Bearer {last}"), "key_malformed"),
                (format!("Bearer {}", &good[..20]), "key_malformed"),
                (format!("Bearer {}x", good), "key_malformed"),
                (format!("Bearer {unknown}"), "key_unknown"),
            ] {
                let asked = Called::by(&nobody, method, &path, "", &[("Authorization", &header)]).await;
                assert_eq!(asked.refused(401), code, "{method} {path}");
            }
            // A cookie is not read.
            let signed_in = world.owner();
            signed_in.get("/customers").await;
            let with_cookie = Called::by(&signed_in, method, &path, "", &[]).await;
            assert_eq!(with_cookie.refused(401), "key_missing");
        }
    }
}

#[actix_web::test]
async fn revoked_and_expired_keys_are_told_from_unknown_ones() {
    let world = World::empty().await;
    let client = Client::of(&world);
    client.get("/v1/key").await.expect(200);
    let by = By::system(world.shop.live, Clock::system());
    world.with(|conn| keys::revoke(conn, &by, client.id, Timestamp::now())).unwrap();
    let expired = Client::of(&world);
    world.sql("UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE revoked_at IS NULL");
    for (client, code) in [(client, "key_revoked"), (expired, "key_expired")] {
        for route in calls() {
            for method in route.methods {
                let answer = client.call(method.clone(), &filled(route.path), body(route.path, method), &[]).await;
                assert_eq!(answer.refused(401), code, "{method} {}, from the next call on", route.path);
            }
        }
    }
}

#[actix_web::test]
async fn each_call_needs_its_permission_and_no_other() {
    let world = World::empty().await;
    for route in calls() {
        let Some(need) = route.need else { continue };
        // No account has as many keys as there are calls.
        world.sql("UPDATE api_keys SET revoked_at = now() WHERE revoked_at IS NULL");
        let others: Vec<Permission> =
            Resource::ALL.into_iter().filter(|one| *one != need.resource).map(Permission::write).collect();
        let stranger = Client::in_account(&world, world.shop.live, Mode::Live, &others);
        let method = &route.methods[0];
        let refused = stranger.call(method.clone(), &filled(route.path), body(route.path, method), &[]).await;
        let named = refused.json["error"]["permission"].as_str().map(str::to_owned);
        assert_eq!(refused.refused(403), "permission_missing", "{method} {}", route.path);
        assert_eq!(named, Some(format!("{}:{}", need.resource.as_str(), need.access.as_str())));
        let holder = Client::in_account(&world, world.shop.live, Mode::Live, &[need]);
        let answer = holder.call(method.clone(), &filled(route.path), body(route.path, method), &[]).await;
        let code = answer.json["error"]["code"].as_str().unwrap_or_default();
        assert!(!["key_unknown", "permission_missing"].contains(&code), "{method} {}: {}", route.path, answer.json);
        assert_ne!(answer.answer.status.as_u16(), 401, "{method} {}", route.path);
    }
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &[Permission::read(Resource::Customers)]);
    assert_eq!(reader.post("/v1/customers", "{}").await.refused(403), "permission_missing", "reading is not writing");
}

#[actix_web::test]
async fn an_id_of_elsewhere_is_not_found_in_the_same_words() {
    let world = World::empty().await;
    let here = world.customer("name=Here&email=here%40x.example");
    let client = Client::of(&world);
    let other_mode = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    let other_merchant =
        Client::in_account(&world, world.rival.live, Mode::Live, &Resource::ALL.map(Permission::write));
    client.get(&format!("/v1/customers/{here}")).await.expect(200);
    let recorded = r#"{"recorded": true, "amount": 700, "currency": "KES"}"#;
    let payment = client.post("/v1/payments", recorded).await.expect(201).id();
    let refund = client.post(&format!("/v1/payments/{payment}/refunds"), r#"{"amount": 1}"#).await.expect(201).id();
    let event = world.events(here).remove(0).id.to_string();
    let note = client.post(&format!("/v1/customers/{here}/notes"), r#"{"text": "Call first"}"#).await.expect(201).id();
    let field = client.post("/v1/custom_fields", r#"{"label": "Tier", "type": "text"}"#).await.expect(201).id();
    let price = r#"{"name": "Pro", "amount": 1, "currency": "KES", "interval": "month"}"#;
    let price = client.post("/v1/prices", price).await.expect(201).id();
    let invoice = super::invoices::made(&client, here).await.id();
    let subscription = billed(&client, &here.to_string()).await;
    let schedule = world.schedule(world.shop.live, here).to_string();
    let endpoint = super::webhook(&client).await;
    for route in calls().into_iter().filter(|route| route.path.contains("{id}")) {
        let id = match route.path.split('/').nth(2) {
            Some("customers") => here.to_string(),
            Some("payments") => payment.clone(),
            Some("refunds") => refund.clone(),
            Some("events") => event.clone(),
            Some("notes") => note.clone(),
            Some("custom_fields") => field.clone(),
            Some("prices") => price.clone(),
            Some("invoices") => invoice.clone(),
            Some("subscriptions") => subscription.clone(),
            Some("payment_schedules") => schedule.clone(),
            Some("webhook_endpoints") => endpoint.clone(),
            other => panic!("a thing of {other:?} here"),
        };
        for method in route.methods {
            let path = inner(&route.path.replace("{id}", &id));
            let body = body(route.path, method);
            let live = other_merchant.call(method.clone(), &path, body, &[]).await.expect(404);
            let nobody = client.call(method.clone(), &filled(route.path), body, &[]).await.expect(404);
            assert_eq!(live.json["error"], nobody.json["error"], "{method} {path}");
            let test = other_mode.call(method.clone(), &path, body, &[]).await.expect(404);
            let message = test.json["error"]["message"].as_str().unwrap();
            assert!(message.contains("in your test account"), "{message}");
        }
    }
    assert_eq!(world.stored(here).version, 1, "nothing was changed");
}

#[actix_web::test]
async fn unknown_paths_and_methods_are_answered_in_json() {
    let world = World::empty().await;
    let (client, nobody) = (Client::of(&world), world.nobody());
    for path in ["/v1/nothing", "/v1/customer", "/v1/", "/v1/customers/x/y/z", "/v1/../login", "/v1/cards"] {
        let found = client.get(path).await;
        assert_eq!(found.refused(404), "unknown_path", "{path}");
    }
    let near = client.get("/v1/custommers").await.expect(404);
    assert_eq!(near.json["error"]["did_you_mean"], "/v1/customers");
    let wrong = client.call(Method::DELETE, "/v1/customers", "", &[]).await;
    assert_eq!(wrong.answer.header("Allow"), Some("GET, POST, HEAD, OPTIONS"));
    assert_eq!(wrong.refused(405), "method_not_allowed");
    let options = nobody.request(Method::OPTIONS, "/v1/customers/x").await;
    assert_eq!((options.status.as_u16(), options.header("Allow").unwrap().contains("PATCH")), (204, true));
    let head = client.call(Method::HEAD, "/v1/key", "", &[]).await;
    assert_eq!(head.answer.status.as_u16(), 200);
    // A change that a browser would be refused is none here: no cookie comes along unasked.
    let origin = [("Origin", "https://elsewhere.example"), ("Sec-Fetch-Site", "cross-site")];
    let body = r#"{"name": "A", "email": "a@x.example"}"#;
    client.call(Method::POST, "/v1/customers", body, &origin).await.expect(201);
}

#[actix_web::test]
async fn a_body_that_cannot_be_read_is_refused_with_the_reason() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let deep = format!("{{\"metadata\":{}1{}}}", "[".repeat(9), "]".repeat(9));
    let wide = format!("{{\"metadata\":[{}1]}}", "1,".repeat(1_000));
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(256 * 1024));
    for (body, status, code) in [
        ("{", 400, "invalid_json"),
        ("{\"name\": \"\\ud800\"}", 400, "invalid_json"),
        ("[]", 400, "not_an_object"),
        ("\"x\"", 400, "not_an_object"),
        ("{\"name\": \"a\", \"name\": \"b\"}", 400, "duplicate_key"),
        (&deep, 400, "invalid_json"),
        (&wide, 400, "invalid_json"),
        (&large, 413, "body_too_large"),
    ] {
        assert_eq!(client.post("/v1/customers", body).await.refused(status), code, "{body:.40}");
    }
    for headers in [
        &[("Content-Type", "text/plain")][..],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Encoding", "gzip")],
    ] {
        let refused = client.call(Method::POST, "/v1/customers", "{}", headers).await;
        assert_eq!(refused.refused(415), "unsupported_media_type", "{headers:?}");
    }
    // Who may not is not told what else is wrong.
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &[Permission::read(Resource::Customers)]);
    assert_eq!(reader.post("/v1/customers", "{").await.refused(403), "permission_missing");
    assert_eq!(client.with_secret("sk_live_x").post("/v1/customers", "{").await.refused(401), "key_malformed");
    assert_eq!(world.census().0, 0, "nothing was made");
}

#[actix_web::test]
async fn a_key_that_asks_too_much_is_told_when_to_go_on() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let first = client.get("/v1/key").await.expect(200);
    assert_eq!(first.answer.header("RateLimit-Policy"), Some("\"default\";q=200;w=2, \"search\";q=40;w=2"));
    assert!(first.answer.header("RateLimit").unwrap().starts_with("\"default\";r=199"), "the first of many");
    let searched = client.get("/v1/customers?q=jane").await.expect(200);
    assert!(searched.answer.header("RateLimit").unwrap().starts_with("\"search\";r=39"));
    let few = |name| Limit { name, a_second: 1, burst: 2 };
    let shared = Shared { limits: Arc::new(Limits::new(few("default"), few("search"))), ..world.shared.clone() };
    let client = client.at(&shared).await;
    client.get("/v1/key").await.expect(200);
    client.get("/v1/key").await.expect(200);
    let refused = client.get("/v1/key").await;
    assert_eq!(refused.answer.header("Retry-After"), Some("1"));
    assert_eq!(refused.refused(429), "too_many_requests");
    Client::of(&world).get("/v1/key").await.expect(200);
}

#[actix_web::test]
async fn unknown_keys_from_one_address_are_slowed_down() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let unknown = || clientele::api_keys::secret::Secret::new(Mode::Live).unwrap().reveal().to_owned();
    let mut codes = Vec::new();
    let mut guesser = Client::of(&world);
    for _ in 0..22 {
        guesser = guesser.with_secret(&unknown());
        let refused = guesser.get("/v1/key").await;
        codes.push(refused.json["error"]["code"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes.iter().filter(|code| *code == "key_unknown").count(), 20, "{codes:?}");
    assert_eq!(codes[21], "too_many_requests");
    client.get("/v1/key").await.expect(200);
}

#[actix_web::test]
async fn a_key_is_told_about_itself() {
    let world = World::empty().await;
    let client = Client::in_account(&world, world.shop.test, Mode::Test, &[Permission::read(Resource::Customers)]);
    let key = client.get("/v1/key").await.expect(200).json;
    assert_eq!(key["object"], "key");
    assert_eq!(key["id"], client.id.to_string());
    assert_eq!((&key["livemode"], &key["name"]), (&false.into(), &"Web shop".into()));
    assert_eq!(key["permissions"], serde_json::json!({"customers": "read"}));
    assert_eq!(key["last4"], client.secret[client.secret.len() - 4..]);
    assert_eq!(key["merchant"]["default_country"], "KE");
    assert!(!key.to_string().contains(&client.secret));
}

#[actix_web::test]
async fn nothing_that_is_sent_is_ignored() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let here = world.customer("name=Here&email=here%40x.example");
    // These are found before the body is read, since what is sent back is compared with them.
    let note = world.note(world.shop.live, here, "Call first").to_string();
    let price = world.price(world.shop.live, "Pro").to_string();
    let invoice = super::invoices::made(&client, here).await.id();
    let subscription = billed(&client, &here.to_string()).await;
    let schedule = world.schedule(world.shop.live, here).to_string();
    let endpoint = super::webhook(&client).await;
    for route in calls() {
        // A key of its own, since together they would be too many requests of one.
        let client = Client::of(&world);
        for method in route.methods {
            let path = filled(route.path).replace("note_01h2xcejqtf2nbrexx3vqjhp41", &note);
            let path = path.replace("price_01h2xcejqtf2nbrexx3vqjhp41", &price);
            let path = path.replace("inv_01h2xcejqtf2nbrexx3vqjhp41", &invoice);
            let path = path.replace("sub_01h2xcejqtf2nbrexx3vqjhp41", &subscription);
            let path = path.replace("sch_01h2xcejqtf2nbrexx3vqjhp41", &schedule);
            let path = path.replace("we_01h2xcejqtf2nbrexx3vqjhp41", &endpoint);
            let asked = format!("{path}?nonsense=1");
            let refused = client.call(method.clone(), &asked, body(route.path, method), &[]).await;
            assert_eq!(refused.refused(400), "unknown_parameter", "{method} {path}");
            if *method != Method::GET {
                let refused =
                    client.call(method.clone(), &path, "{\"nonsense\": 1}", &[]).await.expect_one_of(&[400, 403]);
                assert!(
                    refused.json.to_string().contains("nonsense") || refused.answer.status == 403,
                    "{method} {path}"
                );
                let refused = client.call(method.clone(), &path, "{", &[]).await.expect_one_of(&[400, 403]);
                assert!(refused.json.to_string().contains("invalid_json") || refused.answer.status == 403);
            }
        }
    }
}

#[actix_web::test]
async fn a_damaged_header_is_told_to_who_may_alone() {
    let world = World::empty().await;
    let unknown = clientele::api_keys::secret::Secret::new(Mode::Live).unwrap().reveal().to_owned();
    for header in [("If-Match", "seven"), ("Idempotency-Key", "")] {
        let known = Client::of(&world).call(Method::GET, "/v1/key", "", &[header]).await;
        assert_eq!(known.refused(400), "invalid_parameter");
        let guessed = Client::of(&world).with_secret(&unknown).call(Method::GET, "/v1/key", "", &[header]).await;
        assert_eq!(guessed.refused(401), "key_unknown");
    }
    // However the name is written, it is a search.
    let searched = Client::of(&world).get("/v1/customers?%71=jane").await.expect(200);
    assert!(searched.answer.header("RateLimit").unwrap().starts_with("\"search\""));
}

#[actix_web::test]
async fn who_takes_no_json_is_told_so() {
    let client = Client::of(&World::empty().await);
    for accept in
        ["application/json", "*/*", "text/html, application/*;q=0.1", "application/json;charset=utf-8", "", "x"]
    {
        client.call(Method::GET, "/v1/key", "", &[("Accept", accept)]).await.expect(200);
    }
    for accept in ["text/html", "application/xml, text/*", "application/json;q=0, */*"] {
        let refused = client.call(Method::GET, "/v1/key", "", &[("Accept", accept)]).await;
        assert_eq!(refused.refused(406), "not_acceptable", "{accept}");
    }
}

#[test]
fn every_permission_is_needed_by_a_call() {
    let needed: Vec<Resource> = calls().iter().filter_map(|route| Some(route.need?.resource)).collect();
    for resource in Resource::ALL {
        assert!(needed.contains(&resource), "{resource:?}");
    }
}
