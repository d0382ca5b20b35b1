//! The calls about notes.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    values::Mode,
};
use serde_json::{Value, json};

use super::Client;
use crate::world::World;

/// A system of the shop's live account, and the path of a customer's notes there.
async fn noted() -> (World, Client, String) {
    let world = World::empty().await;
    let customer = world.customer("name=Wanjiru&email=w%40x.example");
    let client = Client::of(&world);
    (world, client, format!("/v1/customers/{customer}/notes"))
}

async fn delete(client: &Client, path: &str) -> super::Called {
    client.call(Method::DELETE, path, "", &[]).await
}

#[actix_web::test]
async fn a_note_is_written_and_told_in_one_shape() {
    let (_world, client, notes) = noted().await;
    let made = client.post(&notes, r#"{"text": "  Call first:\r\n 0712 ", "pinned": true}"#).await.expect(201);
    let path = format!("/v1/notes/{}", made.id());
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"2\"")));
    for (name, expected) in [
        ("object", json!("note")),
        ("livemode", json!(true)),
        ("text", json!("Call first:\n 0712")),
        ("pinned", json!(true)),
        ("author", json!("Web shop (API key)")),
        ("edited", Value::Null),
        ("removed_at", Value::Null),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let read = client.get(&path).await.expect(200);
    let list = client.get(&notes).await.expect(200);
    for other in [&read.json, &list.json["data"][0]] {
        for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
            assert_eq!(&other[name], value, "{name}");
        }
    }
    client.patch(&path, &read.json.to_string()).await.expect(200);
    for (body, param, code) in [
        ("{}", "text", "required"),
        (r#"{"text": " \n "}"#, "text", "required"),
        (r#"{"text": null}"#, "text", "required"),
        (r#"{"text": "4242 4242\n4242 4242"}"#, "text", "card_number_in_text"),
        (r#"{"text": "a\u0007"}"#, "text", "character_refused"),
        (r#"{"text": 7}"#, "text", "wrong_type"),
        (r#"{"text": "a", "note": "b"}"#, "note", "unknown_field"),
    ] {
        assert_eq!(client.post(&notes, body).await.expect(400).fields(), [(param, code)], "{body}");
    }
}

#[actix_web::test]
async fn notes_are_read_by_place() {
    let (_world, client, notes) = noted().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.insert(0, client.post(&notes, &json!({"text": format!("Note {n}")}).to_string()).await.expect(201).id());
    }
    let of = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = client.get(&format!("{notes}?limit=2")).await.expect(200).json;
    assert_eq!((of(&first), &first["has_more"]), (ids[..2].to_vec(), &json!(true)));
    for after in [first["next_cursor"].as_str().unwrap(), &ids[1]] {
        let second = client.get(&format!("{notes}?limit=2&after={after}")).await.expect(200).json;
        assert_eq!((of(&second), &second["next_cursor"]), (ids[2..].to_vec(), &Value::Null));
        let back = second["previous_cursor"].as_str().unwrap();
        assert_eq!(of(&client.get(&format!("{notes}?limit=2&before={back}")).await.expect(200).json), ids[..2]);
    }
}

#[actix_web::test]
async fn a_change_of_an_old_version_is_not_made() {
    let (world, client, notes) = noted().await;
    let made = client.post(&notes, r#"{"text": "One"}"#).await.expect(201);
    let path = format!("/v1/notes/{}", made.id());
    client.patch(&path, r#"{"text": "Two", "version": 1}"#).await.expect(200);
    let clash = client.patch(&path, r#"{"text": "Three", "version": 1}"#).await.expect(412).json;
    assert_eq!(clash["error"]["conflicts"], json!([{"field": "text", "yours": "Three", "theirs": "Two"}]));
    let strict = async |tag| client.call(Method::PUT, &path, r#"{"pinned": true}"#, &[("If-Match", tag)]).await;
    assert_eq!(strict("\"1\"").await.refused(412), "version_mismatch");
    let pinned = strict("\"2\"").await.expect(200).json;
    assert_eq!((&pinned["pinned"], &pinned["text"], &pinned["version"]), (&json!(true), &json!("Two"), &json!(3)));
    let edited = client.post(&path, r#"{"text": "Four", "pinned": false}"#).await.expect(200).json;
    assert_eq!((&edited["pinned"], &edited["edited"].is_i64()), (&json!(false), &true));
    assert_eq!(client.patch(&path, r#"{"author": "Me"}"#).await.fields(), [("author", "read_only_field")]);
    assert_eq!(world.number("SELECT count(*) AS n FROM events WHERE kind = 'note.edited'"), 2);
}

#[actix_web::test]
async fn a_note_is_removed_and_restored_once_for_each_key() {
    let (world, client, notes) = noted().await;
    let body = r#"{"text": "Once"}"#;
    let once = async || client.call(Method::POST, &notes, body, &[("Idempotency-Key", "note-1")]).await;
    let (first, second) = (once().await.expect(201), once().await);
    assert_eq!((second.answer.status.as_u16(), second.id()), (201, first.id()));
    let path = format!("/v1/notes/{}", first.id());
    let removed = delete(&client, &path).await.expect(200).json;
    assert_eq!((&removed["object"], &removed["deleted"]), (&json!("delete_result"), &json!(true)));
    delete(&client, &path).await.expect(200);
    assert_eq!(client.get(&notes).await.json["data"], json!([]));
    assert!(client.get(&path).await.expect(200).json["restorable_until"].is_i64());
    assert_eq!(client.patch(&path, r#"{"text": "x"}"#).await.refused(409), "note_removed");
    let restored = client.post(&format!("{path}/restoration"), "").await.expect(200).json;
    assert_eq!(restored["removed_at"], Value::Null);
    delete(&client, &path).await.expect(200);
    world.sql("UPDATE notes SET removed_at = removed_at - interval '31 days'");
    assert_eq!(client.post(&format!("{path}/restoration"), "").await.refused(409), "too_late_to_restore");
}

#[actix_web::test]
async fn what_is_not_here_is_not_found_and_a_deleted_customer_takes_no_note() {
    let (world, client, notes) = noted().await;
    let path = format!("/v1/notes/{}", client.post(&notes, r#"{"text": "One"}"#).await.expect(201).id());
    let other = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    for call in [other.get(&path).await, other.get(&notes).await, delete(&other, &path).await] {
        assert_eq!(call.refused(404), "not_found");
    }
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &[Permission::read(Resource::Customers)]);
    reader.get(&path).await.expect(200);
    assert_eq!(reader.patch(&path, r#"{"text": "x"}"#).await.refused(403), "permission_missing");
    let id = notes.split('/').nth(3).unwrap().parse().unwrap();
    world.delete(id);
    client.get(&notes).await.expect(200);
    for call in [client.post(&notes, r#"{"text": "x"}"#).await, client.patch(&path, r#"{"text": "x"}"#).await] {
        assert_eq!(call.refused(409), "customer_deleted");
    }
}
