//! The calls about a customer's wallet.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    ids::{CustomerId, PaymentId},
    values::Mode,
};
use serde_json::{Value, json};

use super::{Called, Client};
use crate::world::World;

/// A system of the shop's test account, and the path of a customer's wallet there.
async fn tested() -> (World, Client, String) {
    let (world, named) = World::populated().await;
    let client = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    let wallet = format!("/v1/customers/{}/wallet", named.tested);
    (world, client, wallet)
}

async fn add(client: &Client, wallet: &str, token: &str) -> Called {
    client.post(wallet, &json!({"token": token}).to_string()).await
}

async fn delete(client: &Client, path: &str) -> Called {
    client.call(Method::DELETE, path, "", &[]).await
}

/// Makes the newest payment of a customer of the live account one by a card.
fn paid_by_card(world: &World, customer: CustomerId) -> PaymentId {
    let payment = world.paid(customer, 1);
    world.sql(&format!(
        "UPDATE payments SET is_recorded = false, method_kind = 'card', method_brand = 'Diners Club', method_last4 = '5904',
         method_expires_on = '2041-02-28', method_fingerprint = 'diners', method_credential = 'sandbox:succeeded'
         WHERE id = '{}'",
        payment.uuid()
    ));
    payment
}

#[actix_web::test]
async fn a_card_is_added_by_its_token_and_told_in_one_shape() {
    let (_world, client, wallet) = tested().await;
    let body = r#"{"token": " tok_visa ", "default": true, "consent": {"source": "Signed form", "at": 1640995200},
        "billing_address": {"address1": "123 Main St", "city": "Austin", "state": "TX", "zip": "78701", "country": "US"}}"#;
    let made = client.post(&wallet, body).await.expect(201);
    let (path, method) = (format!("{wallet}/{}", made.id()), &made.json);
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    for (name, expected) in [
        ("object", json!("payment_method")),
        ("livemode", json!(false)),
        ("version", json!(1)),
        ("kind", json!("card")),
        ("network", json!("visa")),
        ("brand", json!("Visa")),
        ("account_number", json!("************4242")),
        ("last4", json!("4242")),
        ("exp_month", json!(12)),
        ("default", json!(true)),
        ("consent", json!({"source": "Signed form", "at": 1640995200})),
        (
            "billing_address",
            json!({"line1": "123 Main St", "line2": null, "city": "Austin", "region": "TX", "postal_code": "78701",
                   "country": "US"}),
        ),
        ("removed_at", Value::Null),
        ("restorable_until", Value::Null),
    ] {
        assert_eq!(method[name], expected, "{name}");
    }
    assert!(wallet.contains(method["customer"].as_str().unwrap()) && method["exp_year"].as_i64().unwrap() > 2026);
    let read = client.get(&path).await.expect(200);
    let list = client.get(&wallet).await.expect(200);
    for other in [&read.json, &list.json["data"][0]] {
        for (name, value) in method.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
            assert_eq!(&other[name], value, "{name}");
        }
    }
    let bank = add(&client, &wallet, "tok_bank").await.expect(201).json;
    assert_eq!(
        (&bank["kind"], &bank["network"], &bank["exp_month"]),
        (&json!("bank_account"), &json!(null), &json!(null))
    );
    assert_eq!((&bank["default"], &bank["consent"]), (&json!(false), &json!(null)));
}

#[actix_web::test]
async fn the_first_is_the_default_until_another_is_made_it() {
    let (_world, client, wallet) = tested().await;
    let first = add(&client, &wallet, "tok_mastercard").await.expect(201);
    assert_eq!(first.json["default"], true);
    let second = client.post(&wallet, r#"{"token": "tok_amex", "default": true}"#).await.expect(201);
    assert_eq!((&second.json["default"], &second.json["network"]), (&json!(true), &json!("american_express")));
    let (first, second) = (format!("{wallet}/{}", first.id()), format!("{wallet}/{}", second.id()));
    assert_eq!(client.get(&first).await.json["default"], false);
    client.call(Method::PUT, &first, r#"{"default": true}"#, &[]).await.expect(200);
    let read = client.get(&second).await.json;
    assert_eq!(read["default"], false, "the former one stays usable");
    client.patch(&second, &read.to_string()).await.expect(200);
    let refused = client.patch(&first, r#"{"default": false}"#).await;
    assert_eq!(refused.fields(), [("default", "not_one_of")]);
    let customer = client.get(wallet.trim_end_matches("/wallet")).await.json;
    assert!(first.ends_with(customer["default_payment_method"].as_str().unwrap()));
}

#[actix_web::test]
async fn a_wallet_is_read_by_place() {
    let (_world, client, wallet) = tested().await;
    let mut ids = Vec::new();
    for token in ["tok_visa", "tok_bank", "tok_amex"] {
        ids.push(add(&client, &wallet, token).await.expect(201).id());
    }
    let of = |list: &Value| -> Vec<String> {
        list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = client.get(&format!("{wallet}?limit=2")).await.expect(200).json;
    assert_eq!((of(&first), &first["has_more"]), (ids[..2].to_vec(), &json!(true)));
    let next = first["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("{wallet}?limit=2&after={next}")).await.expect(200).json;
    assert_eq!((of(&second), &second["has_more"]), (ids[2..].to_vec(), &json!(false)));
    let back = client.get(&format!("{wallet}?before={}", ids[1])).await.expect(200).json;
    assert_eq!(of(&back), ids[..1]);
    assert_eq!(client.get(&format!("{wallet}?page=2")).await.refused(400), "unknown_parameter");
}

#[actix_web::test]
async fn a_card_that_paid_before_is_kept_without_a_token_even_in_a_live_account() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let (id, payment) = (named.jose, paid_by_card(&world, named.jose));
    let wallet = format!("/v1/customers/{id}/wallet");
    assert_eq!(add(&client, &wallet, "tok_visa").await.refused(409), "no_gateway");
    let body = json!({"transactionId": payment.to_string()}).to_string();
    let made = client.post(&wallet, &body).await.expect(201).json;
    assert_eq!((&made["livemode"], &made["network"]), (&json!(true), &json!("diners_club")));
    assert_eq!((&made["exp_month"], &made["exp_year"]), (&json!(2), &json!(2041)));
    let twice = client.post(&wallet, &body).await.expect(409).json;
    assert_eq!(twice["error"]["payment_method"], made["id"]);
    let other = format!("/v1/customers/{}/wallet", named.acme);
    let refused = client.post(&other, &body).await;
    assert_eq!(refused.fields(), [("payment", "payment_unknown")], "a payment of another customer");
}

#[actix_web::test]
async fn a_live_account_keeps_records_which_a_test_account_refuses() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let wallet = format!("/v1/customers/{}/wallet", named.jose);
    let card =
        |year: i64| json!({"brand": "Visa", "last4": "4242", "exp_month": 11, "exp_year": year, "reference": "pm_9"});
    let body = |record: &Value| json!({"record": record, "default": true}).to_string();
    let made = client.post(&wallet, &body(&card(2041))).await.expect(201).json;
    assert_eq!((&made["recorded"], &made["reference"], &made["last4"]), (&json!(true), &json!("pm_9"), &json!("4242")));
    let bank = json!({"kind": "bank_account", "brand": "Equity Bank", "last4": "0012"});
    let bank = client.post(&wallet, &body(&bank)).await.expect(201).json;
    assert_eq!(
        (&bank["kind"], &bank["exp_month"], &bank["default"]),
        (&json!("bank_account"), &Value::Null, &json!(true))
    );
    let renewed = client.post(&wallet, &body(&card(2043))).await;
    assert_eq!(renewed.json["error"]["payment_method"], made["id"]);
    assert_eq!(renewed.refused(409), "already_in_wallet");
    let path = format!("{wallet}/{}", made["id"].as_str().unwrap());
    let back = client.patch(&path, &made.to_string()).await.expect(200).json;
    assert_eq!(back["recorded"], json!(true), "what was read may be sent back");

    let wrong =
        json!({"kind": "card", "brand": "4242 4242 4242 4242", "last4": "424242", "exp_year": 2020, "network": "visa"});
    let mut found = client.post(&wallet, &body(&wrong)).await;
    let mut fields = found.fields();
    fields.sort_unstable();
    let expected = [
        ("record.brand", "card_number_in_text"),
        ("record.exp_month", "required"),
        ("record.last4", "number_invalid"),
        ("record.network", "unknown_field"),
    ];
    assert_eq!(fields, expected);
    let past = json!({"record": {"brand": "Visa", "last4": "4242", "exp_month": 1, "exp_year": 2020}}).to_string();
    assert_eq!(client.post(&wallet, &past).await.fields(), [("record.exp_year", "date_invalid")]);
    let both = json!({"record": card(2041), "token": "tok_visa"}).to_string();
    found = client.post(&wallet, &both).await;
    assert_eq!(found.fields(), [("record", "given_twice")]);

    let (_world, client, wallet) = tested().await;
    let refused = client.post(&wallet, &body(&card(2041))).await;
    assert_eq!(refused.fields(), [("token", "required")]);
}

#[actix_web::test]
async fn a_wallet_refuses_what_it_does_not_take() {
    let (world, client, wallet) = tested().await;
    let kept = add(&client, &wallet, "tok_visa").await.expect(201).id();
    let same = add(&client, &wallet, "tok_visa").await;
    assert_eq!(same.json["error"]["payment_method"], kept);
    assert_eq!(same.refused(409), "already_in_wallet");
    let shop = world.shop.merchant.uuid();
    world.sql(&format!("UPDATE merchants SET wallet_size = 1 WHERE id = '{shop}'"));
    let full = add(&client, &wallet, "tok_bank").await;
    assert_eq!(full.json["error"]["wallet_size"], 1);
    assert_eq!(full.refused(409), "wallet_full");
    world.sql(&format!("UPDATE merchants SET wallet_size = 9 WHERE id = '{shop}'"));
    let card = r#"{"card": {"number": "4111111111111111", "exp_month": 8, "exp_year": 2040}}"#;
    let token = client.post("/v1/tokens", card).await.expect(201).id();
    let expiry = |day: &str| {
        format!("UPDATE sandbox_tokens SET instrument = jsonb_set(instrument::jsonb, '{{expires_on}}', '\"{day}\"')")
    };
    world.sql(&expiry("2024-05-31"));
    assert_eq!(add(&client, &wallet, &token).await.refused(409), "card_expired");
    world.sql(&expiry("2040-08-31"));
    let made = add(&client, &wallet, &token).await.expect(201).id();
    delete(&client, &format!("{wallet}/{made}")).await.expect(200);
    assert_eq!(add(&client, &wallet, &token).await.refused(409), "token_used");
}

#[actix_web::test]
async fn a_body_is_refused_with_all_its_faults() {
    let (_world, client, wallet) = tested().await;
    for (body, faults) in [
        ("{}", &[("token", "required")][..]),
        (r#"{"token": "tok_nothing"}"#, &[("token", "token_unknown")]),
        (r#"{"token": "4242 4242 4242 4242"}"#, &[("token", "card_number_in_text")]),
        (r#"{"token": "tok_visa", "payment": "pay_01h2xcejqtf2nbrexx3vqjhp41"}"#, &[("payment", "given_twice")]),
        (r#"{"transaction_id": "17"}"#, &[("payment", "id_malformed")]),
        (r#"{"payment": "pay_01h2xcejqtf2nbrexx3vqjhp41"}"#, &[("payment", "payment_unknown")]),
        (r#"{"token": "tok_visa", "consent": {"at": 1640995200}}"#, &[("consent.source", "required")]),
        (
            r#"{"token": "tok_visa", "consent": {"source": "Call", "at": 99999999999}}"#,
            &[("consent.at", "date_invalid")],
        ),
        (
            r#"{"token": "tok_visa", "defualt": true, "address": {"country": "Narnia", "town": "x"}}"#,
            &[("address.country", "country_unknown"), ("address.town", "unknown_field"), ("defualt", "unknown_field")],
        ),
    ] {
        let refused = client.post(&wallet, body).await;
        let mut found = refused.fields();
        found.sort_unstable();
        assert_eq!(found, faults, "{body}");
        assert_eq!(refused.refused(400), "invalid_fields", "{body}");
    }
    assert_eq!(client.get(&wallet).await.json["data"], json!([]));
}

#[actix_web::test]
async fn an_edit_keeps_what_was_not_sent_and_is_of_a_version() {
    let (_world, client, wallet) = tested().await;
    let made = client.post(&wallet, r#"{"token": "tok_visa", "billing_address": {"city": "Oslo"}}"#).await.expect(201);
    let path = format!("{wallet}/{}", made.id());
    let edited = client.patch(&path, r#"{"exp_year": 2041, "address": {"country": "NO"}}"#).await.expect(200);
    assert_eq!(edited.answer.header("ETag"), Some("\"2\""));
    assert_eq!((&edited.json["exp_month"], &edited.json["exp_year"]), (&json!(12), &json!(2041)));
    assert_eq!(
        (&edited.json["billing_address"]["city"], &edited.json["billing_address"]["country"]),
        (&json!("Oslo"), &json!("NO"))
    );
    client.patch(&path, &edited.json.to_string()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], 2, "given back whole, nothing changes");

    let stale = client.call(Method::PATCH, &path, r#"{"exp_month": 3}"#, &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.json["error"]["current_version"], 2);
    assert_eq!(stale.refused(412), "version_mismatch");
    let clash = client.patch(&path, r#"{"exp_year": 2042, "version": 1}"#).await;
    let conflicts = json!([{"field": "exp_year", "yours": 2042, "theirs": 2041}]);
    assert_eq!(clash.json["error"]["conflicts"], conflicts);
    assert_eq!(clash.refused(412), "version_mismatch");
    assert_eq!(client.patch(&path, r#"{"exp_year": 2042, "version": 9}"#).await.refused(412), "version_mismatch");

    let cleared = client.patch(&path, r#"{"billing_address": null, "default": true}"#).await.expect(200);
    assert_eq!((&cleared.json["billing_address"], &cleared.json["version"]), (&json!(null), &json!(3)));
    for (body, fault) in [
        (r#"{"exp_month": 13}"#, ("exp_month", "date_invalid")),
        (r#"{"exp_month": null}"#, ("exp_month", "required")),
        (r#"{"exp_year": 2020}"#, ("exp_year", "date_invalid")),
        (r#"{"last4": "1234"}"#, ("last4", "read_only_field")),
        (r#"{"consent": {"source": "Other", "at": 1}}"#, ("consent", "read_only_field")),
        (r#"{"billing_address": {"line1": "4242424242424242"}}"#, ("billing_address.line1", "card_number_in_text")),
    ] {
        assert_eq!(client.patch(&path, body).await.fields(), [fault], "{body}");
    }
    let bank = format!("{wallet}/{}", add(&client, &wallet, "tok_bank").await.expect(201).id());
    let given_back = client.get(&bank).await.json.to_string();
    client.patch(&bank, &given_back).await.expect(200);
    assert_eq!(client.patch(&bank, r#"{"exp_month": 3}"#).await.fields(), [("exp_month", "read_only_field")]);
}

#[actix_web::test]
async fn a_method_is_removed_and_restored() {
    let (world, client, wallet) = tested().await;
    let id = add(&client, &wallet, "tok_visa").await.expect(201).id();
    let path = format!("{wallet}/{id}");
    let stale = client.call(Method::DELETE, &path, "", &[("If-Match", "\"7\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let removed = delete(&client, &path).await.expect(200).json;
    assert_eq!((&removed["object"], &removed["id"]), (&json!("delete_result"), &json!(id)));
    assert_eq!((&removed["deleted"], &removed["was_default"]), (&json!(true), &json!(true)));
    let read = client.get(&path).await.expect(200).json;
    assert_eq!(read["restorable_until"], removed["restorable_until"]);
    assert!(read["removed_at"].is_i64());
    assert_eq!(client.get(&wallet).await.json["data"], json!([]));
    assert_eq!(client.patch(&path, r#"{"exp_year": 2041}"#).await.refused(409), "method_removed");
    let again = delete(&client, &path).await.expect(200).json;
    assert_eq!(again["restorable_until"], removed["restorable_until"], "a second time changes nothing");

    let restored = client.post(&format!("{path}/restoration"), "").await.expect(200).json;
    assert_eq!((&restored["removed_at"], &restored["default"]), (&json!(null), &json!(true)));
    delete(&client, &path).await.expect(200);
    add(&client, &wallet, "tok_visa").await.expect(201);
    assert_eq!(client.post(&format!("{path}/restoration"), "").await.refused(409), "already_in_wallet");
    world.sql("UPDATE payment_methods SET removed_at = removed_at - interval '31 days'");
    assert_eq!(client.post(&format!("{path}/restoration"), "").await.refused(409), "too_late_to_restore");
}

#[actix_web::test]
async fn a_method_is_found_in_its_own_wallet_only() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let foreign = format!("/v1/customers/{}/wallet/{}", named.jose, named.method);
    let own = format!("/v1/customers/{}/wallet/{}", named.wanjiru, named.method);
    client.get(&own).await.expect(200);
    for (method, body) in [(Method::GET, ""), (Method::PATCH, "{}"), (Method::DELETE, "")] {
        assert_eq!(client.call(method, &foreign, body, &[]).await.refused(404), "not_found");
    }
    assert_eq!(client.post(&format!("{foreign}/restoration"), "").await.refused(404), "not_found");
    world.delete(named.wanjiru);
    client.get(&own).await.expect(200);
    assert_eq!(client.patch(&own, r#"{"exp_year": 2041}"#).await.refused(409), "customer_deleted");
    assert_eq!(delete(&client, &own).await.refused(409), "customer_deleted");
    let payment = json!({"payment": paid_by_card(&world, named.wanjiru).to_string()}).to_string();
    let wallet = format!("/v1/customers/{}/wallet", named.wanjiru);
    assert_eq!(client.post(&wallet, &payment).await.refused(409), "customer_deleted");
}

#[actix_web::test]
async fn adding_again_with_one_key_adds_once_even_when_the_token_is_gone() {
    let (world, client, wallet) = tested().await;
    let bank = r#"{"bank_account": {"account_number": "DE89370400440532013000"}}"#;
    let body = json!({"token": client.post("/v1/tokens", bank).await.expect(201).id()}).to_string();
    let key = [("Idempotency-Key", "add-1")];
    let first = client.call(Method::POST, &wallet, &body, &key).await.expect(201);
    world.sql("DELETE FROM sandbox_tokens");
    let again = client.call(Method::POST, &wallet, &body, &key).await;
    assert_eq!(again.answer.header("Idempotent-Replayed"), Some("true"));
    assert_eq!((again.answer.status.as_u16(), &again.json), (201, &first.json));
    assert_eq!(client.get(&wallet).await.json["data"].as_array().unwrap().len(), 1);
}
