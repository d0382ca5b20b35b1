//! The calls about prices.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    history,
    ids::PriceId,
    values::Mode,
};
use serde_json::{Value, json};

use super::{Called, Client};
use crate::world::World;

const ALL: &str = "/v1/prices";

async fn make(client: &Client, body: Value) -> Called {
    client.post(ALL, &body.to_string()).await
}

fn pro() -> Value {
    json!({"name": "Pro, monthly", "amount": 4900, "currency": "kes", "interval": "month"})
}

fn listed(list: &Called) -> Vec<&str> {
    list.json["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_price_is_made_read_renamed_archived_and_told_in_one_shape() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let body = json!({"name": "Pro, weekly", "key": "price_weekly_pro", "amount": 1000, "currency": "KES",
        "interval": "week", "interval_count": 2, "trial_days": 14});
    let made = make(&client, body).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    for (name, expected) in [
        ("object", json!("price")),
        ("livemode", json!(true)),
        ("version", json!(1)),
        ("name", json!("Pro, weekly")),
        ("key", json!("price_weekly_pro")),
        ("amount", json!(1000)),
        ("currency", json!("KES")),
        ("interval", json!("week")),
        ("interval_count", json!(2)),
        ("monthly", json!(2173)),
        ("trial_days", json!(14)),
        ("archived", json!(false)),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    // By its id, and by the merchant's own key of it.
    for path in [&path, &format!("{ALL}/price_weekly_pro")] {
        let read = client.get(path).await.expect(200);
        for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
            assert_eq!(&read.json[name], value, "{name}");
        }
        client.patch(path, &read.json.to_string()).await.expect(200);
    }
    assert_eq!(client.get(&path).await.json["version"], 1, "given back, it changes nothing");
    for (n, method) in [Method::PATCH, Method::PUT, Method::POST].into_iter().enumerate() {
        let body = json!({"name": format!("Pro {n}")}).to_string();
        client.call(method, &path, &body, &[]).await.expect(200);
    }
    let changed = client.patch(&path, r#"{"key": null, "archived": true, "version": 4}"#).await.expect(200);
    assert_eq!((&changed.json["key"], &changed.json["archived"]), (&Value::Null, &json!(true)));
    assert_eq!((changed.json["name"].as_str(), changed.answer.header("ETag")), (Some("Pro 2"), Some("\"6\"")));
    client.patch(&path, r#"{"archived": false}"#).await.expect(200);
    client.patch(&path, r#"{"archived": false}"#).await.expect(200);
    let id: PriceId = made.id().parse().unwrap();
    let events = world.with(|conn| history::after_version(conn, world.shop.live, id.uuid(), 4)).unwrap();
    let told: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, ["price.renamed", "price.archived", "price.unarchived"]);
    assert_eq!(events[0].by.as_deref(), Some("Web shop (API key)"));
}

#[actix_web::test]
async fn every_fault_of_a_price_is_told_at_once() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let refused = |body: Value| async { make(&client, body).await.expect(400) };
    let called = refused(json!({"nam": "A", "key": "Pro", "amount": 0, "currency": "XAU", "interval": "months",
        "interval_count": 0, "trial_days": -1}));
    assert_eq!(
        called.await.fields(),
        [
            ("name", "required"),
            ("key", "price_key_invalid"),
            ("amount", "amount_invalid"),
            ("currency", "currency_unknown"),
            ("interval", "not_one_of"),
            ("interval_count", "out_of_range"),
            ("trial_days", "out_of_range"),
            ("nam", "unknown_field"),
        ]
    );
    let empty = refused(json!({})).await;
    let required: Vec<&str> = empty.fields().iter().map(|(name, _)| *name).collect();
    assert_eq!(required, ["name", "amount", "currency", "interval"]);
    assert!(empty.fields().iter().all(|(_, code)| *code == "required"));
    for (name, value, code) in [
        ("name", json!("x".repeat(101)), "too_long"),
        ("name", json!("4242 4242 4242 4242"), "card_number_in_text"),
        ("name", json!(7), "wrong_type"),
        ("amount", json!(49.5), "wrong_type"),
        ("amount", json!(1_000_000_000_001_i64), "amount_invalid"),
        ("interval_count", json!(37), "out_of_range"),
        ("interval_count", json!("3"), "wrong_type"),
        ("trial_days", json!(1096), "out_of_range"),
        ("key", json!("price_01h2xcejqtf2nbrexx3vqjhp41"), "price_key_invalid"),
    ] {
        let mut body = pro();
        body[name] = value.clone();
        assert_eq!(refused(body).await.fields(), [(name, code)], "{name}: {value}");
    }
    let meant = refused(json!({"name": "A", "key": "Pro Plan", "amount": 1, "currency": "KES", "interval": "yearr"}));
    let meant = meant.await.json;
    assert_eq!(meant["error"]["fields"][0]["did_you_mean"], "pro_plan");
    assert_eq!(meant["error"]["fields"][1]["did_you_mean"], "year");
}

#[actix_web::test]
async fn a_key_is_used_once_and_the_price_that_has_it_is_named() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let mut body = pro();
    body["key"] = json!("pro");
    let first = make(&client, body.clone()).await.expect(201).id();
    let taken = make(&client, body).await;
    assert_eq!(taken.json["error"]["price"], *first);
    assert_eq!(taken.refused(409), "price_key_taken");
    let other = make(&client, pro()).await.expect(201).id();
    client.patch(&format!("{ALL}/{first}"), r#"{"archived": true}"#).await.expect(200);
    let taken = client.patch(&format!("{ALL}/{other}"), r#"{"key": "pro", "name": "Other"}"#).await;
    assert!(taken.json["error"]["message"].as_str().unwrap().contains("archived price"));
    assert_eq!(taken.refused(409), "price_key_taken");
    assert_eq!(client.get(&format!("{ALL}/{other}")).await.json["name"], "Pro, monthly", "nothing of it is done");
    // Taken from the archived one, it is free.
    client.patch(&format!("{ALL}/pro"), r#"{"key": ""}"#).await.expect(200);
    client.patch(&format!("{ALL}/{other}"), r#"{"key": "pro"}"#).await.expect(200);
    assert_eq!(client.get(&format!("{ALL}/pro")).await.expect(200).id(), other);
    let near = client.get(&format!("{ALL}/prp")).await.expect(404).json;
    assert!(near["error"]["message"].as_str().unwrap().starts_with("No price has this id"));
}

#[actix_web::test]
async fn prices_are_listed_page_by_page_the_newest_first() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let mut ids = Vec::new();
    for name in ["One", "Two", "Three"] {
        let mut body = pro();
        body["name"] = json!(name);
        // Ids of one millisecond are in no order.
        actix_web::rt::time::sleep(std::time::Duration::from_millis(2)).await;
        ids.push(make(&client, body).await.expect(201).id());
    }
    assert_eq!(listed(&client.get(ALL).await.expect(200)), ["Three", "Two", "One"]);
    let first = client.get(&format!("{ALL}?limit=2")).await.expect(200);
    assert_eq!(listed(&first), ["Three", "Two"]);
    let next = first.json["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("{ALL}?limit=2&after={next}")).await.expect(200);
    assert_eq!((listed(&second), &second.json["has_more"]), (vec!["One"], &json!(false)));
    let back = second.json["previous_cursor"].as_str().unwrap();
    assert_eq!(listed(&client.get(&format!("{ALL}?limit=2&before={back}")).await), ["Three", "Two"]);
    assert_eq!(listed(&client.get(&format!("{ALL}?after={}", ids[2])).await), ["Two", "One"], "from an id on");
    client.patch(&format!("{ALL}/{}", ids[1]), r#"{"archived": true}"#).await.expect(200);
    assert_eq!(listed(&client.get(ALL).await), ["Three", "One"]);
    assert_eq!(listed(&client.get(&format!("{ALL}?archived=true")).await), ["Two"]);
    assert_eq!(client.get(&format!("{ALL}?state=all")).await.refused(400), "unknown_parameter");
}

#[actix_web::test]
async fn versions_repeats_and_permissions_hold_as_for_customers() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let path = format!("{ALL}/{}", make(&client, pro()).await.id());
    client.patch(&path, r#"{"name": "Plus"}"#).await.expect(200);
    let old = [("If-Match", "\"1\"")];
    assert_eq!(client.call(Method::PATCH, &path, r#"{"key": "a"}"#, &old).await.refused(412), "version_mismatch");
    client.patch(&path, r#"{"key": "plus", "version": 1}"#).await.expect(200);
    let clash = client.patch(&path, r#"{"name": "Premium", "archived": true, "version": 1}"#).await.expect(412).json;
    let conflict = json!([{"field": "name", "yours": "Premium", "theirs": "Plus"}]);
    assert_eq!((&clash["error"]["conflicts"], &clash["error"]["current_version"]), (&conflict, &json!(3)));
    assert_eq!(client.get(&path).await.json["archived"], false);
    // Its money is nobody's to change.
    let refused = client.patch(&path, r#"{"amount": 5900, "currency": "USD", "interval": "year"}"#).await.expect(400);
    let read_only = ["amount", "currency", "interval"].map(|name| (name, "read_only_field"));
    assert_eq!(refused.fields(), read_only);
    for name in ["interval_count", "monthly", "trial_days", "created"] {
        let refused = client.patch(&path, &json!({name: 77}).to_string()).await.expect(400);
        assert_eq!(refused.fields(), [(name, "read_only_field")]);
    }

    let once = [("Idempotency-Key", "price-1")];
    let body = pro().to_string();
    let first = client.call(Method::POST, ALL, &body, &once).await.expect(201).id();
    let again = client.call(Method::POST, ALL, &body, &once).await;
    assert_eq!((again.id(), again.answer.header("Idempotent-Replayed")), (first, Some("true")));

    let reads = [Permission::read(Resource::Prices), Permission::write(Resource::Payments)];
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &reads);
    reader.get(ALL).await.expect(200);
    let refused = reader.post(ALL, &body).await.expect(403).json;
    assert_eq!(refused["error"]["permission"], "prices:write");
    let other = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    for path in [&path, &format!("{ALL}/plus")] {
        assert_eq!(other.get(path).await.refused(404), "not_found");
    }
}
