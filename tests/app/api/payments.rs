//! The calls that charge, list, attach and cancel payments.

use std::{rc::Rc, time::Duration};

use actix_web::{http::Method, rt};
use clientele::{
    api_keys::{
        model as keys,
        permissions::{Permission, Resource},
    },
    clock::Clock,
    events::By,
    ids::PaymentId,
    values::Mode,
};
use diesel::connection::SimpleConnection;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Called, Client};
use crate::world::World;

/// A system of the shop's test account, and a customer there.
pub async fn till() -> (World, Client, String) {
    opened(World::empty().await)
}

/// The same in a world.
fn opened(world: World) -> (World, Client, String) {
    let client = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    let customer = world.customer_in(world.shop.test, &world.shop.editor, "name=Tess+Testa&email=tess%40test.example");
    (world, client, customer.to_string())
}

/// Charges a token.
pub async fn charge(client: &Client, customer: &str, amount: i64, token: &str) -> Called {
    let body = json!({"amount": amount, "currency": "usd", "customer": customer, "token": token});
    client.post("/v1/payments", &body.to_string()).await
}

async fn keyed(client: &Client, path: &str, body: &Value, key: &str) -> Called {
    client.call(Method::POST, path, &body.to_string(), &[("Idempotency-Key", key)]).await
}

#[actix_web::test]
async fn a_charge_of_the_default_method_is_told_in_one_shape() {
    let (_world, client, customer) = till().await;
    let wallet = format!("/v1/customers/{customer}/wallet");
    let method = client.post(&wallet, r#"{"token": "tok_visa", "billing_address": {"city": "Austin"}}"#).await.id();
    let body =
        json!({"amount": 2500, "currency": "usd", "customer": customer, "description": " Premium  subscription "});
    let made = client.post("/v1/payments", &body.to_string()).await.expect(201);
    let path = format!("/v1/payments/{}", made.id());
    assert_eq!(made.answer.header("Location"), Some(&*path));
    for (name, expected) in [
        ("object", json!("payment")),
        ("livemode", json!(false)),
        ("version", json!(2)),
        ("customer", json!(customer)),
        ("amount", json!(2500)),
        ("currency", json!("USD")),
        ("status", json!("succeeded")),
        ("amount_refunded", json!(0)),
        ("amount_refundable", json!(2500)),
        ("recorded", json!(false)),
        ("description", json!("Premium subscription")),
        ("reference", Value::Null),
        ("payment_method", json!(method)),
        ("paid_with", json!({"kind": "card", "network": "visa", "brand": "Visa", "last4": "4242"})),
        (
            "billing_address",
            json!({"line1": null, "line2": null, "city": "Austin", "region": null, "postal_code": null, "country": null}),
        ),
        ("failure", Value::Null),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let read = client.get(&path).await.expect(200);
    assert_eq!(read.answer.header("ETag"), Some("\"2\""));
    let list = client.get(&format!("/v1/payments?customer={customer}")).await.expect(200);
    for other in [&read.json, &list.json["data"][0]] {
        for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
            assert_eq!(&other[name], value, "{name}");
        }
    }
    let figures = client.get(&format!("/v1/customers/{customer}/analytics")).await.json;
    assert_eq!(figures["figures"][0]["total_volume"], 2500);
}

#[actix_web::test]
async fn only_a_paid_charge_is_created_and_every_charge_has_its_payment() {
    let (_world, client, customer) = till().await;
    for (token, code) in [
        ("tok_declined", "card_declined"),
        ("tok_insufficient_funds", "insufficient_funds"),
        ("tok_confirm", "authentication_required"),
        ("tok_stolen_card", "stolen_card"),
        ("tok_processing_error", "processing_error"),
    ] {
        let declined = charge(&client, &customer, 900, token).await;
        let payment = declined.json["error"]["payment"].clone();
        assert_eq!(declined.json["error"]["type"], "payment_failed");
        assert_eq!(declined.refused(402), code);
        assert_eq!((&payment["status"], &payment["failure"]["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(payment["amount_refundable"], 0);
        let read = client.get(&format!("/v1/payments/{}", payment["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(read.json["failure"], payment["failure"]);
    }
    let slow = charge(&client, &customer, 900, "tok_slow").await.expect(202);
    assert_eq!(slow.json["status"], "processing");
    let lost = charge(&client, &customer, 900, "tok_no_answer").await.expect(202);
    assert_eq!(lost.json["status"], "processing", "a worker asks again");
}

#[actix_web::test]
async fn a_charge_sent_again_is_the_same_charge() {
    let (world, client, customer) = till().await;
    let body = json!({"amount": 700, "currency": "KES", "customer": customer, "token": "tok_visa"});
    let first = keyed(&client, "/v1/payments", &body, "c1").await.expect(201);
    assert_eq!(first.answer.header("Idempotent-Replayed"), None);
    let again = keyed(&client, "/v1/payments", &body, "c1").await;
    assert_eq!((again.answer.status.as_u16(), &again.json), (201, &first.json));
    assert_eq!(again.answer.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(again.answer.header("Location"), first.answer.header("Location"));
    let other = json!({"amount": 701, "currency": "KES", "customer": customer, "token": "tok_visa"});
    assert_eq!(keyed(&client, "/v1/payments", &other, "c1").await.refused(422), "idempotency_key_reused");
    let declined = json!({"amount": 700, "currency": "KES", "customer": customer, "token": "tok_declined"});
    let failed = keyed(&client, "/v1/payments", &declined, "c2").await;
    let again = keyed(&client, "/v1/payments", &declined, "c2").await;
    assert_eq!((again.answer.status.as_u16(), &again.json), (402, &failed.json), "a declined payment was made");
    // What is refused makes nothing, so its key is free.
    let nobody = json!({"amount": 700, "currency": "KES", "customer": customer});
    assert_eq!(keyed(&client, "/v1/payments", &nobody, "c3").await.refused(409), "no_payment_method");
    keyed(&client, "/v1/payments", &body, "c3").await.expect(201);
    // A token that works once was used by the first call, not by its retry.
    let token =
        client.post("/v1/tokens", r#"{"card": {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040}}"#);
    let body = json!({"amount": 5, "currency": "KES", "customer": customer, "token": token.await.expect(201).id()});
    let first = keyed(&client, "/v1/payments", &body, "c4").await.expect(201);
    assert_eq!(keyed(&client, "/v1/payments", &body, "c4").await.json, first.json);
    assert_eq!(keyed(&client, "/v1/payments", &body, "c5").await.refused(409), "token_used");
    assert_eq!(world.number("SELECT sum(times) AS n FROM sandbox_orders"), 4);
}

#[actix_web::test]
async fn a_retry_goes_on_with_a_charge_whose_first_call_was_cut_short() {
    let (world, client, customer) = till().await;
    let body = json!({"amount": 800, "currency": "KES", "customer": customer, "token": "tok_visa"});
    let first = keyed(&client, "/v1/payments", &body, "cut").await.expect(201);
    let payment: PaymentId = first.id().parse().unwrap();
    // As if the program had ended before the gateway's answer.
    world.sql(&format!("UPDATE payments SET status = 'processing' WHERE id = '{}'", payment.uuid()));
    world.sql("UPDATE api_requests SET status = 0, body = '', version = NULL, location = NULL");
    let again = keyed(&client, "/v1/payments", &body, "cut").await;
    assert_eq!(again.answer.status.as_u16(), 201);
    assert_eq!((again.json["id"].as_str(), &again.json["status"]), (Some(&*first.id()), &json!("succeeded")));
    assert_eq!(again.json["request_id"], first.json["request_id"], "the first one's");
    assert_eq!(again.answer.header("Idempotent-Replayed"), Some("true"));
    assert_eq!(
        world.number("SELECT sum(times) AS n FROM sandbox_orders"),
        1,
        "one order, however often it is asked for"
    );
}

#[actix_web::test]
async fn many_at_once_with_one_key_make_one_payment_and_get_one_answer() {
    let (world, client, customer) = opened(World::committed().await);
    let client = Rc::new(client);
    let body = json!({"amount": 800, "currency": "KES", "customer": customer, "token": "tok_visa"});
    let mut calls = Vec::new();
    for _ in 0..20 {
        let (client, body) = (Rc::clone(&client), body.clone());
        calls.push(rt::spawn(async move { keyed(&client, "/v1/payments", &body, "once").await }));
    }
    let mut answers = Vec::new();
    for call in calls {
        let called = call.await.unwrap();
        assert_eq!(called.answer.status.as_u16(), 201, "{}", called.json);
        answers.push(called.json);
    }
    assert!(answers.iter().all(|one| one == &answers[0]), "{answers:?}");
    assert_eq!(world.number("SELECT count(*) AS n FROM payments WHERE amount = 800"), 1);
}

#[actix_web::test]
async fn a_charge_that_is_made_is_told_though_its_key_is_revoked_meanwhile() {
    let (world, client, customer) = opened(World::committed().await);
    let (account, id, client) = (world.shop.test, client.id, Rc::new(client));
    let mut gateway = world.database().connect();
    gateway.batch_execute("BEGIN; LOCK TABLE sandbox_orders").unwrap();
    let asking = Rc::clone(&client);
    let call = rt::spawn(async move { charge(&asking, &customer, 500, "tok_visa").await });
    while world.number("SELECT count(*) AS n FROM payments") == 0 {
        rt::time::sleep(Duration::from_millis(5)).await;
    }
    let by = By::system(account, Clock::system());
    world.with(|conn| keys::revoke(conn, &by, id, Timestamp::now())).unwrap();
    gateway.batch_execute("COMMIT").unwrap();
    let called = call.await.unwrap().expect(201);
    assert_eq!(called.json["status"], "succeeded");
    assert_eq!(client.get("/v1/key").await.refused(401), "key_revoked", "from the next call on");
}

/// A customer's figures refer to it, so what settles a payment locks both too.
#[actix_web::test]
async fn a_payment_sent_back_whole_does_not_stand_in_the_way_of_its_outcome() {
    let (world, client, customer) = opened(World::committed().await);
    let slow = charge(&client, &customer, 500, "tok_slow").await.expect(202);
    let path = format!("/v1/payments/{}", slow.id());
    // Somebody settles it: the payment is locked, and the customer in a moment.
    let mut settling = world.database().connect();
    settling.batch_execute("BEGIN; SELECT FROM payments FOR UPDATE").unwrap();
    let asking = Client { asker: world.nobody(), id: client.id, secret: client.secret.clone() };
    let call = rt::spawn(async move { asking.patch(&path, &slow.json.to_string()).await });
    while world.number(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    ) == 0
    {
        rt::time::sleep(Duration::from_millis(5)).await;
    }
    settling.batch_execute("SET LOCAL lock_timeout = '2s'; SELECT FROM customers FOR KEY SHARE; COMMIT").unwrap();
    call.await.unwrap().expect(200);
}

#[actix_web::test]
async fn what_is_wrong_with_a_charge_is_told_at_once() {
    let (_world, client, customer) = till().await;
    let body = json!({"amount": {"value": "25.00", "currency": "USD"}, "currency": "usd", "customer": "cust_1",
        "payment_method": "pm_1", "reference": "4242 4242 4242 4242", "billing_address": {"country": "Nowhere", "town": "X"},
        "metdata": {}});
    let refused = client.post("/v1/payments", &body.to_string()).await;
    let mut fields = refused.fields();
    fields.sort_unstable();
    let expected = [
        ("amount", "wrong_type"),
        ("billing_address.country", "country_unknown"),
        ("billing_address.town", "unknown_field"),
        ("customer", "id_malformed"),
        ("metdata", "unknown_field"),
        ("payment_method", "id_malformed"),
        ("reference", "card_number_in_text"),
    ];
    assert_eq!(fields, expected);
    for (body, expected) in [
        (json!({}), vec![("amount", "required"), ("currency", "required"), ("customer", "required")]),
        (json!({"amount": 0, "currency": "usd", "customer": customer}), vec![("amount", "amount_invalid")]),
        (json!({"amount": -5, "currency": "usd", "customer": customer}), vec![("amount", "amount_invalid")]),
        (json!({"amount": 25.5, "currency": "usd", "customer": customer}), vec![("amount", "wrong_type")]),
        (
            json!({"amount": 1_000_000_000_001_i64, "currency": "usd", "customer": customer}),
            vec![("amount", "amount_invalid")],
        ),
        (json!({"amount": 5, "currency": "ZZZ", "customer": customer}), vec![("currency", "currency_unknown")]),
        (
            json!({"amount": 5, "currency": "usd", "customer": customer, "token": "tok_visa", "payment_method": "pm_1"}),
            vec![("token", "given_twice")],
        ),
        (
            json!({"amount": 5, "currency": "usd", "customer": customer, "token": "\u{200b}"}),
            vec![("token", "required")],
        ),
        (
            json!({"amount": 5, "currency": "usd", "customer": customer, "token": "tok_none"}),
            vec![("token", "token_unknown")],
        ),
        (
            json!({"amount": 5, "currency": "usd", "customer": customer, "token": "5555555555554444"}),
            vec![("token", "card_number_in_text")],
        ),
    ] {
        let refused = client.post("/v1/payments", &body.to_string()).await;
        assert_eq!(refused.fields(), expected, "{body}");
    }
}

#[actix_web::test]
async fn other_systems_names_are_refused_with_ours() {
    let (_world, client, customer) = till().await;
    for (theirs, ours) in
        [("customerId", "customer"), ("paymentInstrumentId", "payment_method"), ("curency", "currency")]
    {
        let refused = client.post("/v1/payments", &json!({theirs: customer}).to_string()).await;
        let told =
            refused.json["error"]["fields"].as_array().unwrap().iter().find(|one| one["param"] == theirs).unwrap();
        assert_eq!((&told["code"], &told["did_you_mean"]), (&json!("unknown_field"), &json!(ours)));
    }
    // What is no field of this body is not proposed for it.
    let refused = client.post("/v1/tokens", r#"{"customerId": "x"}"#).await;
    assert_eq!(refused.json["error"]["fields"][0]["did_you_mean"], Value::Null);
}

#[actix_web::test]
async fn what_stands_against_a_charge_has_a_code() {
    let (world, client, customer) = till().await;
    let body = |customer: &str, more: Value| {
        let mut body = json!({"amount": 5, "currency": "usd", "customer": customer});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body.to_string()
    };
    let nobody = "cust_01h2xcejqtf2nbrexx3vqjhp41";
    assert_eq!(client.post("/v1/payments", &body(nobody, json!({}))).await.refused(404), "not_found");
    assert_eq!(client.post("/v1/payments", &body(&customer, json!({}))).await.refused(409), "no_payment_method");
    let strange = json!({"payment_method": "pm_01h2xcejqtf2nbrexx3vqjhp41"});
    assert_eq!(client.post("/v1/payments", &body(&customer, strange)).await.refused(409), "method_of_another");
    let referred = json!({"token": "tok_visa", "reference": "R 1"});
    client.post("/v1/payments", &body(&customer, referred.clone())).await.expect(201);
    assert_eq!(client.post("/v1/payments", &body(&customer, referred)).await.refused(409), "reference_taken");
    let live = Client::of(&world);
    let somebody = live.post("/v1/customers", r#"{"name": "Nia", "email": "nia@x.example"}"#).await.id();
    assert_eq!(
        live.post("/v1/payments", &body(&somebody, json!({"token": "tok_visa"}))).await.refused(409),
        "no_gateway"
    );
    client.call(Method::DELETE, &format!("/v1/customers/{customer}"), "", &[]).await.expect(200);
    let refused = client.post("/v1/payments", &body(&customer, json!({"token": "tok_visa"}))).await;
    assert!(refused.json["error"]["restorable_until"].is_i64());
    assert_eq!(refused.refused(409), "customer_deleted");
}

#[actix_web::test]
async fn payments_are_searched_counted_and_read_by_place() {
    let (_world, client, customer) = till().await;
    for (amount, token) in [(100, "tok_visa"), (200, "tok_declined"), (300, "tok_visa"), (400, "tok_bank")] {
        charge(&client, &customer, amount, token).await;
    }
    let of = async |path: &str| -> Vec<i64> {
        let list = client.get(path).await.expect(200).json;
        list["data"].as_array().unwrap().iter().map(|one| one["amount"].as_i64().unwrap()).collect()
    };
    let theirs = format!("/v1/payments?customer={customer}");
    assert_eq!(of(&theirs).await, [400, 300, 200, 100]);
    assert_eq!(of(&format!("{theirs}&sort=created&limit=2")).await, [100, 200]);
    assert_eq!(of(&format!("{theirs}&q=status:failed")).await, [200]);
    assert_eq!(of(&format!("/v1/payments?q=customer:{customer}+amount:%3E2USD")).await, [400, 300]);
    let first = client.get(&format!("{theirs}&limit=3")).await.json;
    assert_eq!(first["has_more"], true);
    assert_eq!(of(&format!("{theirs}&limit=3&after={}", first["next_cursor"].as_str().unwrap())).await, [100]);
    let middle = first["data"][1]["id"].as_str().unwrap();
    assert_eq!(of(&format!("{theirs}&before={middle}")).await, [400]);
    let count = client.get(&format!("/v1/payments/count?customer={customer}&q=status:succeeded")).await.expect(200);
    assert_eq!((&count.json["count"], &count.json["capped"]), (&json!(3), &json!(false)));
    for (path, code) in [
        ("/v1/payments?sort=name", "invalid_parameter"),
        ("/v1/payments?customer=me", "invalid_parameter"),
        ("/v1/payments?customer=", "invalid_parameter"),
        ("/v1/payments/count?customer=", "invalid_parameter"),
        ("/v1/customers?reference=", "invalid_parameter"),
        ("/v1/payments?q=status:paidd", "query_not_understood"),
        ("/v1/payments?after=x", "cursor_damaged"),
        ("/v1/payments?offset=3", "unknown_parameter"),
    ] {
        assert_eq!(client.get(path).await.refused(400), code, "{path}");
    }
    let nobody = client.get("/v1/payments?customer=cust_01h2xcejqtf2nbrexx3vqjhp41").await;
    assert_eq!(nobody.refused(404), "not_found");
}

#[actix_web::test]
async fn the_payments_of_a_customer_have_a_path_of_their_own() {
    let (_world, client, customer) = till().await;
    let path = format!("/v1/customers/{customer}/payments");
    let made = client.post(&path, r#"{"amount": 5, "currency": "KES", "token": "tok_visa"}"#).await.expect(201);
    assert_eq!(made.json["customer"], json!(customer));
    let recorded = client.post(&path, r#"{"amount": 6, "currency": "KES", "recorded": true}"#).await.expect(201);
    assert_eq!(recorded.json["customer"], json!(customer));
    let list = client.get(&format!("{path}?limit=1")).await.expect(200).json;
    assert_eq!((&list["url"], &list["data"][0]["id"]), (&json!(path), &recorded.json["id"]));
    let other = r#"{"amount": 5, "currency": "KES", "customer": "cust_01h2xcejqtf2nbrexx3vqjhp41"}"#;
    assert_eq!(client.post(&path, other).await.fields(), [("customer", "given_twice")]);
}

#[actix_web::test]
async fn a_payment_under_way_is_canceled_and_no_other() {
    let (_world, client, customer) = till().await;
    let slow = charge(&client, &customer, 900, "tok_slow").await.expect(202).id();
    let path = format!("/v1/payments/{slow}/cancellation");
    let stale = client.call(Method::POST, &path, "", &[("If-Match", "\"9\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let canceled = client.call(Method::POST, &path, "", &[("Idempotency-Key", "stop")]).await.expect(200);
    assert_eq!(canceled.json["status"], "canceled");
    let again = client.call(Method::POST, &path, "", &[("Idempotency-Key", "stop")]).await;
    assert_eq!(again.json, canceled.json);
    assert_eq!(client.post(&path, "").await.expect(200).json["version"], canceled.json["version"], "it is canceled");
    let paid = charge(&client, &customer, 900, "tok_visa").await.expect(201).id();
    let path = format!("/v1/payments/{paid}/cancellation");
    assert_eq!(client.post(&path, "").await.refused(409), "not_cancelable");
    assert_eq!(client.post("/v1/payments/pay_1/cancellation", "").await.refused(404), "not_found");
    assert_eq!(client.post(&path, r#"{"why": "x"}"#).await.fields(), [("why", "unknown_field")]);
}
