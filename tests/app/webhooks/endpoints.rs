//! The calls about webhook endpoints.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    outgoing::Outgoing,
    values::Mode,
};
use serde_json::{Value, json};

use super::{Post, receiver::Receiver};
use crate::{
    api::{Called, Client},
    world::World,
};

const ALL: &str = "/v1/webhook_endpoints";

async fn shop() -> (Post, Client) {
    let post = Post::open().await;
    let shared = clientele::app::Shared { outgoing: super::loopback(), ..post.world.shared.clone() };
    let may = Resource::ALL.map(Permission::write);
    let client = Client::in_account(&post.world, post.account(), Mode::Test, &may).at(&shared).await;
    (post, client)
}

async fn made(client: &Client, url: &str, types: Value) -> Called {
    client.post(ALL, &json!({"url": url, "types": types}).to_string()).await
}

#[actix_web::test]
async fn an_endpoint_is_made_told_changed_disabled_and_removed_in_one_shape() {
    let (_post, client) = shop().await;
    let body = json!({"url": "http://127.0.0.1:9/hooks", "types": ["payment.*", "customer.updated", "payment.failed"],
        "description": "The warehouse"});
    let one = client.post(ALL, &body.to_string()).await.expect(201);
    let path = format!("{ALL}/{}", one.id());
    assert_eq!((one.answer.header("Location"), one.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    assert!(one.json["secret"].as_str().unwrap().starts_with("whsec_"));
    for (name, expected) in [
        ("object", json!("webhook_endpoint")),
        ("livemode", json!(false)),
        ("version", json!(1)),
        ("url", json!("http://127.0.0.1:9/hooks")),
        ("types", json!(["customer.updated", "payment.*"])),
        ("description", json!("The warehouse")),
        ("enabled", json!(true)),
        ("disabled_reason", Value::Null),
    ] {
        assert_eq!(one.json[name], expected, "{name}");
    }
    // It is told without its secret ever after, and sent back unchanged.
    let read = client.get(&path).await.expect(200);
    assert_eq!(read.json.get("secret"), None);
    client.patch(&path, &read.json.to_string()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], 1);
    let list = client.get(ALL).await.expect(200);
    assert_eq!(list.json["data"][0]["id"], read.json["id"]);

    let changed = client.patch(&path, r#"{"types": ["*"], "version": 1, "enabled": false}"#).await.expect(200);
    assert_eq!((&changed.json["types"], &changed.json["version"]), (&json!(["*"]), &json!(3)));
    assert_eq!(changed.json["disabled_reason"], "by_hand");
    let clash = client.patch(&path, r#"{"types": ["customer.*"], "version": 1}"#).await.expect(412);
    assert_eq!(clash.json["error"]["conflicts"][0]["field"], "types");
    // What nobody else changed since is merged.
    let merged = client.patch(&path, r#"{"description": "The shop", "version": 1}"#).await.expect(200);
    assert_eq!((&merged.json["types"], &merged.json["description"]), (&json!(["*"]), &json!("The shop")));
    assert_eq!(client.patch(&path, r#"{"enabled": true}"#).await.expect(200).json["enabled"], true);
    // What was changed is taken back by its event.
    let events = client.get(&format!("/v1/events?subject={}", one.id())).await.expect(200);
    let of_type = |name: &str| {
        let all = events.json["data"].as_array().unwrap().iter();
        all.clone().find(|event| event["type"] == name && event["data"]["changes"].get("types").is_some()).unwrap()["id"].as_str().unwrap().to_owned()
    };
    client.post(&format!("/v1/events/{}/undo", of_type("webhook_endpoint.updated")), "").await.expect(200);
    assert_eq!(client.get(&path).await.json["types"], json!(["customer.updated", "payment.*"]));

    client.call(Method::DELETE, &path, "", &[("If-Match", "\"1\"")]).await.expect(412);
    client.call(Method::DELETE, &path, "", &[]).await.expect(200);
    client.get(&path).await.expect(404);
    assert_eq!(client.get(ALL).await.json["data"], json!([]));
    let removed = client.get("/v1/events?type=webhook_endpoint.removed").await.json["data"][0]["id"].clone();
    client.post(&format!("/v1/events/{}/undo", removed.as_str().unwrap()), "").await.expect(200);
    client.get(&path).await.expect(200);
}

#[actix_web::test]
async fn what_is_sent_amiss_is_refused_with_every_fault_at_once() {
    let (post, client) = shop().await;
    let refused = made(&client, "ftp://x", json!(["customer.update"])).await.expect(400);
    let faults = refused.json["error"]["fields"].as_array().unwrap();
    let codes: Vec<&str> = faults.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["url_not_allowed", "type_unknown"]);
    assert!(faults[1]["message"].as_str().unwrap().contains("“customer.updated”"));
    for (body, field) in [
        (json!({"types": ["*"]}), "url"),
        (json!({"url": "http://127.0.0.1:9/"}), "types"),
        (json!({"url": "http://127.0.0.1:9/", "types": []}), "types"),
        (json!({"url": "http://10.0.0.7/", "types": ["*"]}), "url"),
        (json!({"url": "http://127.0.0.1:9/", "types": ["*"], "secret": "x"}), "secret"),
        (json!({"url": "http://127.0.0.1:9/", "types": ["*"], "description": "x".repeat(201)}), "description"),
    ] {
        let refused = client.post(ALL, &body.to_string()).await.expect(400);
        assert_eq!(refused.json["error"]["param"], field, "{body}");
    }
    // Live accounts take https alone, whatever networks are allowed.
    let live = Client::of(&post.world);
    assert_eq!(made(&live, "http://shop.example.com/", json!(["*"])).await.expect(400).json["error"]["param"], "url");
    made(&live, "https://shop.example.com/hooks", json!(["*"])).await.expect(201);
    // Sixteen, and no more.
    for n in 0..16 {
        made(&client, &format!("https://shop{n}.example.com/"), json!(["*"])).await.expect(201);
    }
    let refused = made(&client, "https://one-more.example.com/", json!(["*"])).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "too_many_endpoints");
}

#[actix_web::test]
async fn the_secret_is_told_once_also_to_who_asks_again() {
    let (post, client) = shop().await;
    let body = json!({"url": "http://127.0.0.1:9/", "types": ["*"]}).to_string();
    let headers = [("Idempotency-Key", "make-it-once")];
    let first = client.call(Method::POST, ALL, &body, &headers).await.expect(201);
    let again = client.call(Method::POST, ALL, &body, &headers).await;
    assert_eq!(again.answer.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(first.id(), again.id());
    assert_eq!(again.json["secret"], Value::Null);
    let secret = first.json["secret"].as_str().unwrap();
    assert_eq!(
        post.world.number(&format!(
            "SELECT count(*) AS n FROM api_requests WHERE convert_from(body, 'UTF8') LIKE '%{secret}%'"
        )),
        0
    );
    let path = format!("{ALL}/{}/secret", first.id());
    let new = client.post(&path, r#"{"keep_old_for": 3600}"#).await.expect(200);
    assert_ne!(new.json["secret"], first.json["secret"]);
    assert!(new.json["old_secret_signs_until"].as_i64().is_some());
    assert_eq!(client.post(&path, "{}").await.expect(409).json["error"]["code"], "rotation_under_way");
    client.post(&path, r#"{"keep_old_for": 604801}"#).await.expect(400);
}

#[actix_web::test]
async fn what_was_sent_is_listed_tried_and_sent_again() {
    let (post, client) = shop().await;
    let receiver = Receiver::new(|n, _| if n == 0 { (500, "", "<b>no</b>") } else { super::receiver::OK });
    let one = made(&client, &receiver.url(), json!(["customer.*"])).await.expect(201).id();
    let log = format!("{ALL}/{one}/deliveries");
    post.customer("Tess");
    let waiting = client.get(&format!("{log}?status=waiting")).await.expect(200);
    assert_eq!(waiting.json["data"][0]["type"], "customer.created");
    post.send().await;
    let failed = client.get(&log).await.expect(200).json["data"][0].clone();
    assert_eq!((&failed["status"], &failed["tries"][0]["status_code"]), (&json!("waiting"), &json!(500)));
    assert_eq!(failed["tries"][0]["answer"], "<b>no</b>");
    let event = failed["event"].as_str().unwrap();
    let again = client.post(&format!("{log}/{event}/attempts"), "").await.expect(202);
    assert_eq!(again.json["event"], *event);
    post.send().await;
    let done = client.get(&format!("{log}?status=succeeded")).await.expect(200);
    assert_eq!(done.json["data"][0]["tries"][1]["by_hand"], true);
    let test = client.post(&format!("{ALL}/{one}/test"), "").await.expect(202);
    assert_eq!(test.json["type"], "webhook_endpoint.test");
    post.send().await;
    assert_eq!(receiver.kinds().last().unwrap(), "webhook_endpoint.test");
    let newest = client.get(&format!("{log}?limit=1")).await.expect(200);
    assert_eq!(newest.json["data"][0]["event"], test.json["event"]);
    let next = newest.json["next_cursor"].as_str().unwrap();
    assert_eq!(client.get(&format!("{log}?limit=1&after={next}")).await.json["data"][0]["event"], *event);
    client.get(&format!("{log}?status=lost")).await.expect(400);
}

#[actix_web::test]
async fn who_may_not_decide_it_is_refused() {
    let world = World::empty().await;
    let reading = [Permission::read(Resource::Webhooks)];
    let reader = Client::in_account(&world, world.shop.test, Mode::Test, &reading);
    let body = json!({"url": "https://shop.example.com/", "types": ["*"]}).to_string();
    reader.post(ALL, &body).await.expect(403);
    reader.get(ALL).await.expect(200);
    // A key that is told private data masked would have it sent elsewhere whole.
    let masked = Client::of(&world);
    world.sql("UPDATE api_keys SET is_masked = true");
    let refused = masked.post(ALL, &body).await.expect(403);
    assert_eq!(refused.json["error"]["code"], "permission_missing");
    // The networks of the machine are nobody's without an operator's word.
    world.sql("UPDATE api_keys SET is_masked = false");
    assert!(!Outgoing::new(Default::default()).networks().allow("127.0.0.1".parse().unwrap()));
    made(&masked, "https://127.0.0.1/", json!(["*"])).await.expect(400);
}
