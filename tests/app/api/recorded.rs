//! The calls about payments that happened elsewhere.

use actix_web::http::Method;
use serde_json::json;

use super::Client;
use crate::world::World;

async fn shop() -> (World, Client, String) {
    let world = World::empty().await;
    let client = Client::of(&world);
    let customer = client.post("/v1/customers", r#"{"name": "Nia", "email": "nia@x.example"}"#).await.id();
    (world, client, customer)
}

#[actix_web::test]
async fn a_payment_that_happened_elsewhere_is_recorded_as_it_was() {
    let (_world, client, customer) = shop().await;
    let body = json!({"recorded": true, "amount": 1250, "currency": "JPY", "customer": customer, "paid_at": 1_640_995_200,
        "description": "Bank transfer", "reference": "INV 7"});
    let made = client.post("/v1/payments", &body.to_string()).await.expect(201);
    for (name, expected) in [
        ("livemode", json!(true)),
        ("status", json!("succeeded")),
        ("recorded", json!(true)),
        ("amount", json!(1250)),
        ("currency", json!("JPY")),
        ("created", json!(1_640_995_200)),
        ("paid_with", json!(null)),
        ("reference", json!("INV 7")),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let part = json!({"recorded": true, "amount": 9_000, "currency": "KWD", "status": "partially_refunded",
        "amount_refunded": 1_001, "paid_on": "2026-03-31"});
    let part = client.post("/v1/payments", &part.to_string()).await.expect(201).json;
    assert_eq!((&part["amount_refunded"], &part["amount_refundable"]), (&json!(1_001), &json!(7_999)));
    assert_eq!(part["customer"], json!(null), "it can be attached later");
    let again = client.post("/v1/payments", &body.to_string()).await;
    assert_eq!(again.refused(409), "reference_taken");
}

#[actix_web::test]
async fn what_is_wrong_with_a_record_is_told_at_once() {
    let (_world, client, _) = shop().await;
    let body = json!({"recorded": true, "amount": "5", "currency": "usd", "status": "paid", "amount_refunded": 1.5,
        "paid_at": 99_999_999_999_i64, "paid_on": "2026-03-31", "customer": 7, "token": "tok_visa"});
    let refused = client.post("/v1/payments", &body.to_string()).await;
    let mut fields = refused.fields();
    fields.sort_unstable();
    let expected = [
        ("amount", "wrong_type"),
        ("amount_refunded", "wrong_type"),
        ("customer", "wrong_type"),
        ("paid_at", "date_invalid"),
        ("paid_on", "given_twice"),
        ("status", "not_one_of"),
        ("token", "unknown_field"),
    ];
    assert_eq!(fields, expected);
    for (more, expected) in [
        (json!({"status": "refunded", "amount_refunded": 4}), ("amount_refunded", "amount_invalid")),
        (json!({"status": "partially_refunded"}), ("amount_refunded", "required")),
        (json!({"status": "refunded", "amount_refunded": 0}), ("amount_refunded", "amount_invalid")),
        (json!({"status": "failed", "amount_refunded": 4}), ("amount_refunded", "amount_invalid")),
        (json!({"paid_on": "2999-01-01"}), ("paid_on", "date_invalid")),
        (json!({"paid_at": 5}), ("paid_at", "date_invalid")),
        (json!({"description": "4111 1111 1111 1111"}), ("description", "card_number_in_text")),
    ] {
        let mut body = json!({"recorded": true, "amount": 500, "currency": "usd"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(client.post("/v1/payments", &body.to_string()).await.fields(), [expected], "{body}");
    }
}

#[actix_web::test]
async fn a_payment_without_customer_is_attached_once_and_can_be_sent_back_whole() {
    let (_world, client, customer) = shop().await;
    let made = client.post("/v1/payments", r#"{"recorded": true, "amount": 700, "currency": "KES"}"#).await.expect(201);
    let path = format!("/v1/payments/{}", made.id());
    client.patch(&path, &made.json.to_string()).await.expect(200);
    let to = |customer: &str| json!({"customer": customer}).to_string();
    let stale = client.call(Method::PATCH, &path, &to(&customer), &[("If-Match", "\"7\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let attached = client.patch(&path, &to(&customer)).await.expect(200);
    assert_eq!((&attached.json["customer"], &attached.json["version"]), (&json!(customer), &json!(2)));
    let figures = client.get(&format!("/v1/customers/{customer}")).await.json["figures"].clone();
    assert_eq!(figures[0]["total_volume"], 700);
    client.call(Method::PUT, &path, &attached.json.to_string(), &[]).await.expect(200);
    let other = client.post("/v1/customers", r#"{"name": "Ali", "email": "ali@x.example"}"#).await.id();
    assert_eq!(client.post(&path, &to(&other)).await.refused(409), "already_attached");
    assert_eq!(client.patch(&path, r#"{"customer": null}"#).await.fields(), [("customer", "read_only_field")]);
    // What was read before it was attached takes nothing away; another customer clashes.
    client.patch(&path, &made.json.to_string()).await.expect(200);
    let clash = client.patch(&path, &json!({"customer": other, "version": 1}).to_string()).await;
    assert_eq!(clash.json["error"]["conflicts"][0], json!({"field": "customer", "yours": other, "theirs": customer}));
    assert_eq!(clash.refused(412), "version_mismatch");
    let changed = client.patch(&path, r#"{"amount": 800, "status": "failed", "version": 9}"#).await;
    assert_eq!(changed.refused(412), "version_mismatch");
    let changed = client.patch(&path, r#"{"amount": 800, "status": "failed"}"#).await;
    assert_eq!(changed.fields(), [("amount", "read_only_field"), ("status", "read_only_field")]);
    let nobody = client.patch(&path, &to("cust_01h2xcejqtf2nbrexx3vqjhp41")).await;
    assert_eq!(nobody.refused(404), "not_found");
}

#[actix_web::test]
async fn the_outcome_of_a_recorded_payment_is_said_once() {
    let (_world, client, customer) = shop().await;
    let body =
        json!({"recorded": true, "amount": 700, "currency": "KES", "customer": customer, "status": "processing"});
    let path = format!("/v1/payments/{}", client.post("/v1/payments", &body.to_string()).await.expect(201).id());
    let outcome = format!("{path}/outcome");
    assert_eq!(client.post(&outcome, "{}").await.fields(), [("status", "required")]);
    for body in [r#"{"status": "refunded"}"#, r#"{"status": "paid"}"#] {
        assert_eq!(client.post(&outcome, body).await.fields(), [("status", "not_one_of")], "{body}");
    }
    assert_eq!(client.post(&format!("{path}/cancellation"), "").await.refused(409), "not_cancelable");
    let done = client.post(&outcome, r#"{"status": "succeeded"}"#).await.expect(200).json;
    assert_eq!((&done["status"], &done["version"]), (&json!("succeeded"), &json!(2)));
    client.post(&outcome, r#"{"status": "succeeded"}"#).await.expect(200);
    assert_eq!(client.post(&outcome, r#"{"status": "failed"}"#).await.refused(409), "outcome_final");
}
