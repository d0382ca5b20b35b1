//! `Idempotency-Key`: what was done once is answered again.

use std::{collections::BTreeSet, rc::Rc};

use actix_web::{http::Method, rt};

use super::{Called, Client};
use crate::world::World;

const BODY: &str = r#"{"name": "Nia", "email": "nia@x.example"}"#;

async fn post(client: &Client, key: &str, body: &str) -> Called {
    client.call(Method::POST, "/v1/customers", body, &[("Idempotency-Key", key)]).await
}

#[actix_web::test]
async fn the_first_answer_comes_again_and_nothing_is_done_twice() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let first = post(&client, "a-1", BODY).await.expect(201);
    assert_eq!(first.answer.header("Idempotent-Replayed"), None);
    for key in ["a-1", "\"a-1\""] {
        let again = post(&client, key, BODY).await;
        assert_eq!(again.answer.header("Idempotent-Replayed"), Some("true"));
        assert_eq!((again.answer.status.as_u16(), &again.json), (201, &first.json), "its own request_id included");
        assert_eq!(again.answer.header("ETag"), first.answer.header("ETag"));
        assert_eq!(again.answer.header("Location"), first.answer.header("Location"));
    }
    assert_eq!(world.census().0, 1);
    // Another key of the account is the same caller, for a retry after a rotation.
    assert_eq!(post(&Client::of(&world), "a-1", BODY).await.json, first.json);
}

#[actix_web::test]
async fn a_key_of_another_request_is_refused() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let id = post(&client, "k", BODY).await.expect(201).id();
    let other = r#"{"name": "Nia", "email": "nia@y.example"}"#;
    assert_eq!(post(&client, "k", other).await.refused(422), "idempotency_key_reused");
    let path = format!("/v1/customers/{id}");
    let elsewhere = client.call(Method::PATCH, &path, BODY, &[("Idempotency-Key", "k")]).await;
    assert_eq!(elsewhere.refused(422), "idempotency_key_reused");
    assert_eq!(world.census().0, 1);
}

#[actix_web::test]
async fn a_refusal_keeps_nothing_so_that_the_key_can_be_tried_again() {
    let world = World::empty().await;
    let client = Client::of(&world);
    assert_eq!(post(&client, "r", r#"{"name": "Nia"}"#).await.refused(400), "invalid_fields");
    assert_eq!(world.number("SELECT count(*) AS n FROM api_requests"), 0);
    post(&client, "r", BODY).await.expect(201);
    assert_eq!(post(&client, "s", BODY).await.refused(409), "possible_duplicate");
    let allowed = r#"{"name": "Nia", "email": "nia@x.example", "allow_duplicate": true}"#;
    post(&client, "s", allowed).await.expect(201);
    assert_eq!(world.census().0, 2);
}

#[actix_web::test]
async fn what_is_no_key_is_refused() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let long = "x".repeat(256);
    for key in ["", "\"\"", "a\tb", &long] {
        assert_eq!(post(&client, key, BODY).await.refused(400), "invalid_parameter", "{key:?}");
    }
    post(&client, &long[1..], BODY).await.expect(201);
    assert_eq!(world.census().0, 1);
}

#[actix_web::test]
async fn a_body_is_not_kept_for_it_and_answers_are_forgotten_after_a_week() {
    let world = World::empty().await;
    let client = Client::of(&world);
    post(&client, "k", BODY).await.expect(201);
    world.sql("UPDATE api_requests SET created_at = now() - interval '6 days 23 hours'");
    assert_eq!(world.with(clientele::api::replay::forget_old).unwrap(), 0);
    world.sql("UPDATE api_requests SET created_at = now() - interval '7 days 1 hour'");
    assert_eq!(world.with(clientele::api::replay::forget_old).unwrap(), 1);
}

#[actix_web::test]
async fn many_at_once_with_one_key_do_it_once() {
    let world = World::committed().await;
    let client = Rc::new(Client::of(&world));
    let calls = (0..20).map(|_| {
        let client = Rc::clone(&client);
        rt::spawn(async move { post(&client, "once", BODY).await })
    });
    let calls: Vec<_> = calls.collect();
    let mut ids = BTreeSet::new();
    for call in calls {
        let called = call.await.unwrap();
        assert_eq!(called.answer.status.as_u16(), 201, "{}", called.json);
        ids.insert(called.id());
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(world.census().0, 1);
}
