//! The calls about refunds.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{
    Client,
    payments::{charge, till},
};

#[actix_web::test]
async fn a_part_and_then_all_that_is_left_is_refunded() {
    let (_world, client, customer) = till().await;
    let payment = charge(&client, &customer, 2_500, "tok_visa").await.expect(201).id();
    let refunds = format!("/v1/payments/{payment}/refunds");
    let first = client.post(&refunds, r#"{"amount": 500, "reason": "late"}"#).await.expect(201);
    let path = format!("/v1/refunds/{}", first.id());
    assert_eq!(first.answer.header("Location"), Some(&*path));
    for (name, expected) in [
        ("object", json!("refund")),
        ("livemode", json!(false)),
        ("payment", json!(payment)),
        ("customer", json!(customer)),
        ("amount", json!(500)),
        ("currency", json!("USD")),
        ("status", json!("succeeded")),
        ("reason", json!("late")),
        ("failure", Value::Null),
    ] {
        assert_eq!(first.json[name], expected, "{name}");
    }
    let refused = client.post(&refunds, r#"{"amount": 2001}"#).await;
    assert_eq!(refused.json["error"]["remaining"], 2_000);
    assert_eq!(refused.refused(409), "refund_too_large");
    let rest = client.post(&refunds, "").await.expect(201);
    assert_eq!(rest.json["amount"], 2_000);
    assert_eq!(client.post(&refunds, "").await.refused(409), "not_refundable");
    let paid = client.get(&format!("/v1/payments/{payment}")).await.json;
    assert_eq!((&paid["status"], &paid["amount_refundable"]), (&json!("refunded"), &json!(0)));
    let list = client.get(&format!("{refunds}?limit=1")).await.expect(200).json;
    assert_eq!((list["data"][0]["id"].as_str(), &list["has_more"]), (Some(&*rest.id()), &json!(true)));
    let next = list["next_cursor"].as_str().unwrap();
    let list = client.get(&format!("{refunds}?after={next}")).await.expect(200).json;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    let read = client.get(&path).await.expect(200).json;
    assert_eq!(list["data"][0]["id"], read["id"]);
    let back = client.get(&format!("{refunds}?before={}", first.id())).await.expect(200).json;
    assert_eq!(back["data"][0]["id"].as_str(), Some(&*rest.id()));
}

#[actix_web::test]
async fn a_refund_sent_again_is_the_same_refund() {
    let (world, client, customer) = till().await;
    let payment = charge(&client, &customer, 2_500, "tok_visa").await.expect(201).id();
    let refunds = format!("/v1/payments/{payment}/refunds");
    let send =
        async || client.call(Method::POST, &refunds, r#"{"amount": 500}"#, &[("Idempotency-Key", "r")]).await.json;
    let first = send().await;
    assert_eq!(send().await, first);
    // As if the program had ended before the gateway's answer.
    world.sql("UPDATE refunds SET status = 'processing'");
    world.sql("UPDATE payments SET status = 'succeeded', refunded = 0 WHERE status = 'partially_refunded'");
    world.sql("UPDATE api_requests SET status = 0, body = ''");
    let again = send().await;
    assert_eq!((&again["id"], &again["status"]), (&first["id"], &json!("succeeded")));
    assert_eq!(world.number("SELECT count(*) AS n FROM refunds"), 1);
}

#[actix_web::test]
async fn a_refund_that_the_bank_refuses_is_told_with_its_refund() {
    let (_world, client, customer) = till().await;
    let payment = charge(&client, &customer, 2_500, "tok_refund_fails").await.expect(201).id();
    let failed = client.post(&format!("/v1/payments/{payment}/refunds"), "{}").await;
    let refund = failed.json["error"]["refund"].clone();
    assert_eq!(failed.refused(402), "refund_refused");
    assert_eq!((&refund["status"], &refund["failure"]["code"]), (&json!("failed"), &json!("refund_refused")));
    assert_eq!(client.get(&format!("/v1/payments/{payment}")).await.json["amount_refundable"], 2_500);
    let declined = charge(&client, &customer, 100, "tok_declined").await;
    let failed = declined.json["error"]["payment"]["id"].as_str().unwrap();
    assert_eq!(client.post(&format!("/v1/payments/{failed}/refunds"), "").await.refused(409), "not_refundable");
}

#[actix_web::test]
async fn what_is_wrong_with_a_refund_is_told_at_once() {
    let (world, client, customer) = till().await;
    let payment = charge(&client, &customer, 2_500, "tok_visa").await.expect(201).id();
    let refunds = format!("/v1/payments/{payment}/refunds");
    let body = r#"{"amount": "5", "reason": "4242424242424242", "currency": "usd"}"#;
    let refused = client.post(&refunds, body).await;
    let mut fields = refused.fields();
    fields.sort_unstable();
    assert_eq!(fields, [("amount", "wrong_type"), ("currency", "unknown_field"), ("reason", "card_number_in_text")]);
    for amount in ["0", "99999999999999999999", "9223372036854775808"] {
        let refused = client.post(&refunds, &format!("{{\"amount\": {amount}}}")).await;
        assert_eq!(refused.fields(), [("amount", "amount_invalid")], "{amount}");
    }
    // To note what was given back elsewhere is not to give it back here.
    let noted = client.post(&refunds, r#"{"amount": 5, "recorded": true}"#).await;
    assert_eq!(noted.fields(), [("recorded", "unknown_field")]);
    let stale = client.call(Method::POST, &refunds, "", &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    assert_eq!(client.post("/v1/payments/pay_1/refunds", "").await.refused(404), "not_found");
    assert_eq!(client.get("/v1/refunds/re_01h2xcejqtf2nbrexx3vqjhp41").await.refused(404), "not_found");
    // Money that moved elsewhere is given back elsewhere too: that is noted, in live accounts as well.
    let live = Client::of(&world);
    let recorded =
        live.post("/v1/payments", r#"{"recorded": true, "amount": 700, "currency": "KES"}"#).await.expect(201);
    let noted = live.post(&format!("/v1/payments/{}/refunds", recorded.id()), r#"{"amount": 200}"#).await.expect(201);
    assert_eq!(noted.json["status"], "succeeded");
}
