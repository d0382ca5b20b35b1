//! The calls about the clock, in test accounts.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    values::Mode,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::Client;
use crate::world::World;

const MOVES: &str = "/v1/test_clock/moves";

fn tester(world: &World) -> Client {
    let may = [Resource::Subscriptions, Resource::Customers].map(Permission::write);
    Client::in_account(world, world.shop.test, Mode::Test, &may)
}

fn in_days(days: i64) -> String {
    let to = Timestamp::now() + SignedDuration::from_hours(24 * days);
    json!({"to": to.as_second()}).to_string()
}

#[actix_web::test]
async fn a_program_moves_the_clock_and_stops_it() {
    let world = World::empty().await;
    let client = tester(&world);
    let clock = client.get("/v1/test_clock").await.expect(200).json;
    assert_eq!((&clock["object"], &clock["livemode"]), (&json!("test_clock"), &json!(false)));
    assert_eq!((&clock["status"], &clock["ahead"], &clock["to"]), (&json!("still"), &json!(0), &json!(null)));
    let key = [("Idempotency-Key", "m-1")];
    let body = in_days(30);
    let moving = client.call(Method::POST, MOVES, &body, &key).await.expect(202).json;
    assert_eq!(moving["status"], "moving");
    assert_eq!(json!({"to": moving["to"]}).to_string(), body);
    // Who lost the answer asks again and gets it, and so does what was changed before; what is new waits with a key too.
    let again = client.call(Method::POST, MOVES, &body, &key).await;
    assert_eq!(again.answer.status.as_u16(), 202);
    assert_eq!(
        (again.json["status"].as_str(), again.answer.header("Idempotent-Replayed")),
        (Some("moving"), Some("true"))
    );
    let fresh = client.call(Method::POST, MOVES, &in_days(60), &[("Idempotency-Key", "m-2")]).await;
    assert_eq!(fresh.refused(409), "clock_moving");
    // Other changes wait, and so does another move; reading goes on.
    for path in [MOVES, "/v1/customers"] {
        let refused = client.post(path, &in_days(60)).await.expect(409);
        assert_eq!(refused.json["error"]["code"], "clock_moving", "{}", refused.json);
    }
    client.get("/v1/customers").await.expect(200);
    assert_eq!(client.get("/v1/test_clock").await.expect(200).json["status"], "moving");
    let stopped = client.call(Method::DELETE, MOVES, "", &[]).await.expect(200).json;
    assert_eq!(stopped["status"], "stopping");
    world.sql("UPDATE accounts SET clock_state = NULL");
    assert_eq!(client.call(Method::DELETE, MOVES, "", &[]).await.expect(200).json["status"], "still");
}

#[actix_web::test]
async fn a_time_that_it_cannot_go_to_is_refused_at_its_field() {
    let world = World::empty().await;
    let client = tester(&world);
    for (body, code) in [
        ("{}".to_owned(), "required"),
        (r#"{"to": "tomorrow"}"#.to_owned(), "wrong_type"),
        (r#"{"to": 999999999999999}"#.to_owned(), "date_invalid"),
        (in_days(-1), "date_invalid"),
        (in_days(800), "out_of_range"),
    ] {
        let refused = client.post(MOVES, &body).await;
        assert_eq!(refused.fields(), [("to", code)], "{body}");
    }
}

#[actix_web::test]
async fn a_live_key_has_no_clock_and_one_that_only_reads_moves_none() {
    let world = World::empty().await;
    let live = Client::of(&world);
    for (method, path, body) in
        [(Method::GET, "/v1/test_clock", ""), (Method::POST, MOVES, "{}"), (Method::DELETE, MOVES, "")]
    {
        let refused = live.call(method, path, body, &[]).await.expect(403);
        assert_eq!(refused.json["error"]["code"], "test_only", "{}", refused.json);
    }
    let reads = [Permission::read(Resource::Subscriptions)];
    let reader = Client::in_account(&world, world.shop.test, Mode::Test, &reads);
    reader.get("/v1/test_clock").await.expect(200);
    assert_eq!(reader.post(MOVES, &in_days(1)).await.expect(403).json["error"]["code"], "permission_missing");
}
