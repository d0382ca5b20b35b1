//! The calls about custom fields.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    history,
    ids::FieldId,
    values::Mode,
};
use serde_json::{Value, json};

use super::{Called, Client};
use crate::world::World;

const ALL: &str = "/v1/custom_fields";

async fn define(client: &Client, body: Value) -> Called {
    client.post(ALL, &body.to_string()).await
}

fn listed(list: &Called) -> Vec<&str> {
    list.json["data"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_field_is_defined_read_changed_and_told_in_one_shape() {
    let world = World::empty().await;
    let client = Client::of(&world);
    // As another gateway's documents define one.
    let body =
        json!({"resource": "customers", "label": "Customer tier", "type": "choice", "choices": ["Gold", "Silver"]});
    let made = define(&client, body).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    for (name, expected) in [
        ("object", json!("custom_field")),
        ("livemode", json!(true)),
        ("resource", json!("customers")),
        ("key", json!("customer_tier")),
        ("label", json!("Customer tier")),
        ("help", Value::Null),
        ("type", json!("choice")),
        ("choices", json!(["Gold", "Silver"])),
        ("least", Value::Null),
        ("most", Value::Null),
        ("required", json!(false)),
        ("listed", json!(false)),
        ("in_form", json!(true)),
        ("position", json!(1)),
        ("archived", json!(false)),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let read = client.get(&path).await.expect(200);
    for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
        assert_eq!(&read.json[name], value, "{name}");
    }
    client.patch(&path, &read.json.to_string()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], 1, "given back, it changes nothing");
    for method in [Method::PATCH, Method::PUT, Method::POST] {
        let body = json!({"help": method.as_str(), "listed": true}).to_string();
        client.call(method, &path, &body, &[]).await.expect(200);
    }
    let changed = client.patch(&path, r#"{"help": null, "version": 4}"#).await.expect(200);
    assert_eq!((&changed.json["help"], &changed.json["listed"]), (&Value::Null, &json!(true)));
    assert_eq!(changed.answer.header("ETag"), Some("\"5\""));
    let id: FieldId = made.id().parse().unwrap();
    let events = world.with(|conn| history::after_version(conn, world.shop.live, id.uuid(), 4)).unwrap();
    assert_eq!(
        (events[0].kind.as_str(), events[0].by.as_deref()),
        ("custom_field.changed", Some("Web shop (API key)"))
    );
}

#[actix_web::test]
async fn every_fault_of_a_definition_is_told_at_once() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let refused = |body: Value| async { define(&client, body).await.expect(400) };
    let called = refused(json!({"resource": "orders", "key": "Tier", "type": "tier", "labl": "Tier"})).await;
    assert_eq!(
        called.fields(),
        [
            ("resource", "not_one_of"),
            ("labl", "unknown_field"),
            ("key", "custom_field_key_invalid"),
            ("type", "not_one_of"),
            ("label", "required"),
        ]
    );
    let fields = &called.json["error"]["fields"];
    assert_eq!((&fields[1]["did_you_mean"], &fields[2]["did_you_mean"]), (&json!("label"), &json!("tier")));
    assert!(fields[0]["message"].as_str().unwrap().contains("none of “orders”"));
    for (body, expected) in [
        (json!({"label": "A", "type": "text", "choices": ["B"]}), ("choices", "not_one_of")),
        (json!({"label": "A", "type": "choice"}), ("choices", "required")),
        (json!({"label": "A", "type": "choice", "choices": ["a", "A"]}), ("choices", "given_twice")),
        (json!({"label": "A", "type": "choice", "choices": [1]}), ("choices", "wrong_type")),
        (json!({"label": "A", "type": "number", "least": 1}), ("least", "wrong_type")),
        (json!({"label": "A", "type": "number", "least": "2", "most": "1"}), ("most", "amount_invalid")),
        (json!({"label": "A", "type": "boolean", "least": "2"}), ("least", "not_one_of")),
        (json!({"label": "x".repeat(61), "type": "boolean"}), ("label", "too_long")),
    ] {
        assert!(refused(body.clone()).await.fields().contains(&expected), "{body}");
    }
    let path = client.post("/v1/custom-fields", "{}").await.expect(404).json;
    assert_eq!(path["error"]["did_you_mean"], ALL, "as another gateway writes it");
}

#[actix_web::test]
async fn a_key_is_used_once_and_an_archived_field_is_named() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let vat = define(&client, json!({"label": "VAT", "type": "text"})).await.expect(201).id();
    let taken = define(&client, json!({"label": "Tax", "key": "vat", "type": "text"})).await;
    assert_eq!(taken.json["error"]["custom_field"], vat);
    assert_eq!(taken.refused(409), "custom_field_exists");
    let path = format!("{ALL}/{vat}");
    let archived = client.call(Method::DELETE, &path, "", &[]).await.expect(200);
    assert_eq!((&archived.json["deleted"], &archived.json["object"]), (&json!(true), &json!("delete_result")));
    client.call(Method::DELETE, &path, "", &[]).await.expect(200);
    let taken = define(&client, json!({"label": "Tax", "key": "vat", "type": "text"})).await.expect(409);
    assert!(taken.json["error"]["message"].as_str().unwrap().contains("archived"));
    assert_eq!(client.patch(&path, r#"{"label": "Tax"}"#).await.refused(409), "custom_field_archived");
    assert_eq!(client.get(&path).await.json["archived"], true);
    assert!(listed(&client.get(ALL).await).is_empty());
    assert_eq!(listed(&client.get(&format!("{ALL}?archived=true")).await), ["vat"]);
    let back = client.post(&format!("{path}/restoration"), "").await.expect(200).json;
    assert_eq!((&back["archived"], &back["version"]), (&json!(false), &json!(3)));
    client.post(&format!("{path}/restoration"), "").await.expect(200);
}

#[actix_web::test]
async fn fields_are_listed_in_their_order_which_can_be_changed() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let mut paths = Vec::new();
    for label in ["One", "Two", "Three"] {
        paths.push(format!("{ALL}/{}", define(&client, json!({"label": label, "type": "text"})).await.id()));
    }
    assert_eq!(listed(&client.get(ALL).await.expect(200)), ["one", "two", "three"]);
    let moved = client.patch(&paths[2], r#"{"position": 1, "label": "Third"}"#).await.expect(200).json;
    assert_eq!((&moved["position"], &moved["label"], &moved["version"]), (&json!(1), &json!("Third"), &json!(3)));
    let first = client.get(&format!("{ALL}?limit=2")).await.expect(200);
    assert_eq!(listed(&first), ["three", "one"]);
    let next = first.json["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("{ALL}?limit=2&after={next}")).await.expect(200);
    assert_eq!((listed(&second), &second.json["has_more"]), (vec!["two"], &json!(false)));
    let back = second.json["previous_cursor"].as_str().unwrap();
    assert_eq!(listed(&client.get(&format!("{ALL}?limit=2&before={back}")).await), ["three", "one"]);
    assert_eq!(client.patch(&paths[2], r#"{"position": 0}"#).await.fields(), [("position", "not_one_of")]);
    client.patch(&paths[2], r#"{"position": 50}"#).await.expect(200);
    assert_eq!(listed(&client.get(ALL).await), ["one", "two", "three"], "past the end is the end");
}

#[actix_web::test]
async fn a_dry_run_says_in_numbers_what_would_be_done() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let tier = define(&client, json!({"label": "Tier", "type": "choice", "choices": ["Gold", "Silver"]})).await.id();
    let customer = named.wanjiru.uuid();
    world.sql(&format!("UPDATE customers SET custom = '{{\"tier\": \"Gold\"}}' WHERE id = '{customer}'"));
    world.sql(&format!(
        "INSERT INTO custom_values SELECT account_id, id, 'tier', 'gold' FROM customers WHERE id = '{customer}'"
    ));
    let path = format!("{ALL}/{tier}");
    let dry = client.patch(&format!("{path}?dry_run=true"), r#"{"choices": ["Silver"]}"#).await.expect(200).json;
    assert_eq!((&dry["dry_run"], &dry["choices"], &dry["version"]), (&json!(true), &json!(["Silver"]), &json!(1)));
    assert_eq!(dry["effects"][0]["counts"], "customers_with_removed_choice");
    assert_eq!(dry["effects"][0]["number"], 1);
    assert_eq!(client.get(&path).await.json["choices"], json!(["Gold", "Silver"]));
    let done = client.patch(&path, r#"{"choices": ["Silver"]}"#).await.expect(200).json;
    assert_eq!((&done["dry_run"], &done["effects"]), (&json!(false), &dry["effects"]));
    let dry = client.call(Method::DELETE, &format!("{path}?dry_run=true"), "", &[]).await.expect(200).json;
    assert_eq!((&dry["deleted"], &dry["effects"][0]["number"]), (&json!(false), &json!(1)));
    let stored = "SELECT count(*) AS n FROM customers WHERE custom ->> 'tier' = 'Gold' AND version = 1";
    assert_eq!(world.number(stored), 1, "who has it keeps it");
}

#[actix_web::test]
async fn versions_and_permissions_hold_as_for_customers() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let path = format!("{ALL}/{}", define(&client, json!({"label": "Tier", "type": "text"})).await.id());
    client.patch(&path, r#"{"label": "Level"}"#).await.expect(200);
    let old = [("If-Match", "\"1\"")];
    for (method, path, body) in [
        (Method::PATCH, path.clone(), r#"{"help": "A"}"#),
        (Method::DELETE, path.clone(), ""),
        (Method::POST, format!("{path}/restoration"), ""),
    ] {
        assert_eq!(client.call(method, &path, body, &old).await.refused(412), "version_mismatch");
    }
    client.patch(&path, r#"{"help": "A", "version": 1}"#).await.expect(200);
    let clash = client.patch(&path, r#"{"label": "Rank", "version": 1}"#).await.expect(412).json;
    let conflict = json!([{"field": "label", "yours": "Rank", "theirs": "Level"}]);
    assert_eq!((&clash["error"]["conflicts"], &clash["error"]["current_version"]), (&conflict, &json!(3)));
    let refused = client.patch(&path, r#"{"key": "rank", "type": "number"}"#).await.expect(400);
    assert_eq!(refused.fields(), [("key", "read_only_field"), ("type", "read_only_field")]);

    let once = [("Idempotency-Key", "field-1")];
    let body = r#"{"label": "VAT", "type": "text"}"#;
    let first = client.call(Method::POST, ALL, body, &once).await.expect(201).id();
    let again = client.call(Method::POST, ALL, body, &once).await;
    assert_eq!((again.id(), again.answer.header("Idempotent-Replayed")), (first, Some("true")));

    let reads = [Permission::read(Resource::CustomFields), Permission::write(Resource::Customers)];
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &reads);
    reader.get(ALL).await.expect(200);
    let refused = reader.post(ALL, body).await.expect(403).json;
    assert_eq!(refused["error"]["permission"], "custom_fields:write");
    let other = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    assert_eq!(other.get(&path).await.refused(404), "not_found");
}
