//! What programs send and read.

use clientele::{
    customers::input,
    events::Fields,
    input::FormFields,
    values::field::{Kind, value::typed},
};
use proptest::{prelude::*, strategy::ValueTree};
use serde_json::{Value, json};

use crate::{
    api::Client,
    world::{World, settings},
};

#[actix_web::test]
async fn values_are_sent_and_answered_as_their_kinds() {
    let world = World::empty().await;
    world.fields_of_all_kinds();
    let client = Client::of(&world);
    let values = json!({"text": "DE123", "number": 1250.5, "integer": -12, "boolean": false, "date": "2026-03-31",
        "money": {"amount": 2500, "currency": "USD"}, "choice": "Gold", "choices": ["Gold", "Silver"],
        "email": "a@b.example", "url": "https://b.example/"});
    let body = json!({"name": "Nia", "email": "nia@x.example", "custom_fields": values});
    let made = client.post("/v1/customers", &body.to_string()).await.expect(201);
    assert_eq!(made.json["custom_fields"], values);
    let path = format!("/v1/customers/{}", made.id());
    // Sent back whole it changes nothing.
    let mut whole = made.json.clone();
    whole.as_object_mut().unwrap().remove("request_id");
    assert_eq!(client.patch(&path, &whole.to_string()).await.expect(200).json["version"], 1);
    let change = r#"{"customFields": {"text": null, "number": "7.25", "choices": []}}"#;
    let changed = client.patch(&path, change).await.expect(200).json["custom_fields"].clone();
    assert_eq!((&changed["number"], &changed["choice"]), (&json!(7.25), &json!("Gold")), "what is not sent stays");
    assert!(changed.get("text").is_none() && changed.get("choices").is_none());
    let cleared = client.patch(&path, r#"{"custom_fields": null}"#).await.expect(200);
    assert_eq!(cleared.json["custom_fields"], json!({}));
}

#[actix_web::test]
async fn every_fault_is_told_under_its_member() {
    let world = World::empty().await;
    world.fields_of_all_kinds();
    world.field("text", "vat", "is_required = true");
    let client = Client::of(&world);
    let body = json!({"name": "Nia", "email": "nia@x.example", "custom_fields": {"txt": "x", "number": true,
        "integer": 1.5, "boolean": "yes", "date": "31.3.2026", "money": 5, "url": "b.example"}});
    let refused = client.post("/v1/customers", &body.to_string()).await.expect(400);
    let told: Vec<(&str, &str)> = refused.json["error"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["param"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    for fault in [
        ("custom_fields.txt", "unknown_field"),
        ("custom_fields.number", "wrong_type"),
        ("custom_fields.integer", "number_invalid"),
        ("custom_fields.boolean", "wrong_type"),
        ("custom_fields.date", "date_invalid"),
        ("custom_fields.money", "wrong_type"),
        ("custom_fields.url", "url_invalid"),
    ] {
        assert!(told.contains(&fault), "{fault:?} in {told:?}");
    }
    let refused = client.post("/v1/customers", r#"{"name": "Nia", "email": "nia@x.example"}"#).await.expect(400);
    assert_eq!(refused.json["error"]["param"], "custom_fields.vat");
    let body = r#"{"name": "Nia", "email": "nia@x.example", "custom_fields": {"vat": "x", "choice": "Sliver"}}"#;
    let refused = client.post("/v1/customers", body).await.expect(400);
    assert_eq!(refused.json["error"]["fields"][0]["did_you_mean"], "Silver");
}

#[actix_web::test]
async fn a_clash_names_the_member() {
    let world = World::empty().await;
    world.field("text", "vat", "");
    let client = Client::of(&world);
    let body = r#"{"name": "Nia", "email": "nia@x.example", "custom_fields": {"vat": "1"}}"#;
    let id = client.post("/v1/customers", body).await.expect(201).id();
    let path = format!("/v1/customers/{id}");
    client.patch(&path, r#"{"custom_fields": {"vat": "2"}, "version": 1}"#).await.expect(200);
    let clash = client.patch(&path, r#"{"custom_fields": {"vat": "3"}, "version": 1}"#).await.expect(412);
    assert_eq!(clash.json["error"]["conflicts"][0]["field"], "custom_fields.vat");
}

/// What a form would send of any text for a field.
fn by_form(world_fields: &clientele::values::field::Fields, kind: Kind, text: &str) -> Option<Value> {
    let settings = clientele::merchants::Settings { fields: world_fields.clone(), ..settings() };
    let name = format!("field.{}", kind.as_str());
    let change: Fields = input::check(&FormFields(vec![(name.clone(), text.to_owned())]), &settings).ok()?;
    change.get(&name).cloned()
}

#[actix_web::test]
async fn what_a_form_takes_the_api_takes_and_the_other_way_round() {
    let world = World::empty().await;
    world.fields_of_all_kinds();
    let (client, fields) = (Client::unlimited(&world, clientele::values::Mode::Live).await, world.fields());
    let made = client.post("/v1/customers", r#"{"name": "Nia", "email": "nia@x.example"}"#).await.expect(201);
    let path = format!("/v1/customers/{}", made.id());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let texts = "|[a-z ]{1,9}|-?[0-9]{1,13}(\\.[0-9]{1,7})?|20[0-9]{2}-[01][0-9]-[0-3][0-9]|https?://[a-z.]{0,9}|[a-z]@[a-z]{1,3}\\.ke|Gold|yes|no";
    let cases = (prop::sample::select(&Kind::ALL[..]), texts);
    for _ in 0..200 {
        let (kind, text): (Kind, String) = cases.new_tree(&mut runner).unwrap().current();
        let formed = by_form(&fields, kind, &text);
        // JSON of the kind, made of what the form read; texts as they are.
        let json = match (kind, &formed) {
            (Kind::Boolean | Kind::Money | Kind::Choices, Some(value)) => value.clone(),
            (Kind::Boolean | Kind::Money | Kind::Choices, None) => continue,
            _ => json!(text),
        };
        let key = kind.as_str();
        let sent = client.patch(&path, &json!({"custom_fields": {key: json}}).to_string()).await;
        let is_offered =
            !kind.has_choices() || formed.as_ref().is_none_or(|one| fields.find(key).unwrap().check(one, None).is_ok());
        assert_eq!(sent.answer.status == 200, formed.is_some() && is_offered, "{key} {text}: {}", sent.json);
        if let (Some(value), 200) = (&formed, sent.answer.status.as_u16()) {
            let answered = sent.json["custom_fields"].get(key).cloned().unwrap_or_default();
            assert_eq!(answered, *value, "{key} {text}");
            let (again, _) = typed(value);
            assert!(value.is_null() || !again.is_empty());
        }
    }
}
