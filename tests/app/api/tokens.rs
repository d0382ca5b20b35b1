//! The call that makes tokens, in test accounts.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    values::Mode,
};
use serde_json::{Value, json};

use super::Client;
use crate::world::World;

fn tester(world: &World) -> Client {
    Client::in_account(world, world.shop.test, Mode::Test, &[Permission::write(Resource::Tokens)])
}

#[actix_web::test]
async fn a_token_is_made_of_a_number_that_is_forgotten() {
    let world = World::empty().await;
    let client = tester(&world);
    let body = r#"{"card": {"number": "5105 1051 0510 5100", "exp_month": 4, "exp_year": 2040}}"#;
    let key = [("Idempotency-Key", "t-1")];
    let made = client.call(Method::POST, "/v1/tokens", body, &key).await.expect(201);
    let token = &made.json;
    assert!(made.id().starts_with("tok_") && token["expires"].is_i64());
    assert_eq!((&token["object"], &token["livemode"]), (&json!("token"), &json!(false)));
    assert_eq!(
        (&token["kind"], &token["network"], &token["last4"]),
        (&json!("card"), &json!("mastercard"), &json!("5100"))
    );
    assert_eq!(client.call(Method::POST, "/v1/tokens", body, &key).await.json, made.json);
    let kept = "SELECT count(*) AS n FROM api_requests WHERE encode(body, 'escape') LIKE '%51051%'";
    assert_eq!(world.number(kept), 0);
    assert_eq!(world.number("SELECT count(*) AS n FROM sandbox_tokens WHERE instrument::text LIKE '%51051%'"), 0);
    let bank = r#"{"bank_account": {"account_number": "DE89 3704 0044 0532 0130 00"}}"#;
    let bank = client.post("/v1/tokens", bank).await.expect(201).json;
    assert_eq!(
        (&bank["kind"], &bank["network"], &bank["last4"]),
        (&json!("bank_account"), &Value::Null, &json!("3000"))
    );
}

#[actix_web::test]
async fn a_number_that_is_none_is_refused_and_not_quoted() {
    let world = World::empty().await;
    let client = tester(&world);
    for (body, faults) in [
        ("{}", &[("card", "required")][..]),
        (
            r#"{"card": {"number": "4242424242424241", "exp_month": 4, "exp_year": 2040}}"#,
            &[("card.number", "number_invalid")],
        ),
        (
            r#"{"card": {"number": 4242424242424242, "exp_month": 4, "exp_year": 2040}}"#,
            &[("card.number", "wrong_type")],
        ),
        (
            r#"{"card": {"number": "4242424242424242", "exp_month": 4, "exp_year": 2019}}"#,
            &[("card.exp_month", "date_invalid")],
        ),
        (
            r#"{"card": {"exp_month": 2040, "cvc": "123"}}"#,
            &[
                ("card.number", "required"),
                ("card.exp_month", "date_invalid"),
                ("card.exp_year", "required"),
                ("card.cvc", "unknown_field"),
            ],
        ),
        (r#"{"bank_account": {"account_number": "1-2"}}"#, &[("bank_account.account_number", "number_invalid")]),
        (
            r#"{"card": {"number": "4242424242424242", "exp_month": 4, "exp_year": 2040}, "bank_account": {}}"#,
            &[("bank_account", "given_twice")],
        ),
    ] {
        let refused = client.post("/v1/tokens", body).await;
        assert_eq!(refused.fields(), faults, "{body}");
        assert!(!refused.json.to_string().contains("42424242"), "{}", refused.json);
    }
    assert_eq!(world.number("SELECT count(*) AS n FROM sandbox_tokens"), 0);
}

#[actix_web::test]
async fn live_accounts_make_no_tokens() {
    let world = World::empty().await;
    let live = Client::of(&world);
    let body = r#"{"card": {"number": "4242424242424242", "exp_month": 4, "exp_year": 2040}}"#;
    for body in [body, "{}", "{"] {
        assert_eq!(live.post("/v1/tokens", body).await.refused(403), "test_only", "{body}");
    }
}
