//! The calls about payment schedules.

use actix_web::http::Method;
use clientele::{history, ids::ScheduleId, schedules};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{Called, Client, payments::till};
use crate::world::World;

const ALL: &str = "/v1/payment_schedules";

async fn card(client: &Client, customer: &str, token: &str) -> String {
    let body = json!({"token": token, "default": true}).to_string();
    client.post(&format!("/v1/customers/{customer}/wallet"), &body).await.expect(201).id()
}

fn in_days(days: i32) -> String {
    let today: Date = Timestamp::now().to_zoned(TimeZone::get("Africa/Nairobi").unwrap()).date();
    today.checked_add(Span::new().days(days)).unwrap().to_string()
}

/// A new roof in three parts, the first due in so many days.
fn roof(customer: &str, days: i32) -> Value {
    json!({"customer": customer, "description": "New roof", "currency": "kes", "total": 10_000, "count": 3,
        "first_on": in_days(days)})
}

async fn made(client: &Client, body: &Value) -> Called {
    client.post(ALL, &body.to_string()).await
}

async fn end(client: &Client, path: &str) -> Called {
    client.call(Method::DELETE, path, "", &[]).await
}

fn check(world: &World) {
    assert_eq!(world.with(schedules::checking::check).unwrap(), []);
}

/// The parts as "amount status".
fn parts(of: &Called) -> Vec<String> {
    let told = |part: &Value| format!("{} {}", part["amount"], part["status"].as_str().unwrap());
    of.json["parts"].as_array().unwrap().iter().map(told).collect()
}

#[actix_web::test]
async fn a_schedule_is_made_of_equal_parts_and_what_is_due_today_is_charged() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let one = made(&client, &roof(&customer, 0)).await.expect(201);
    assert_eq!(one.answer.header("Location"), Some(&*format!("{ALL}/{}", one.id())));
    assert_eq!(parts(&one), ["3334 paid", "3333 planned", "3333 planned"]);
    for (name, expected) in [
        ("object", json!("payment_schedule")),
        ("livemode", json!(false)),
        ("customer", json!(customer)),
        ("description", json!("New roof")),
        ("currency", json!("KES")),
        ("total", json!(10_000)),
        ("paid", json!(3_334)),
        ("status", json!("active")),
        ("payment_method", Value::Null),
    ] {
        assert_eq!(one.json[name], expected, "{name}");
    }
    let first = &one.json["parts"][0];
    let payment = client.get(&format!("/v1/payments/{}", first["payment"].as_str().unwrap())).await.expect(200);
    assert_eq!((&payment.json["part"], &payment.json["amount"]), (&first["id"], &json!(3_334)));
    // What is read is sent back unchanged, and changes nothing.
    let path = format!("{ALL}/{}", one.id());
    let read = client.get(&path).await.expect(200);
    assert_eq!(read.json["parts"], one.json["parts"]);
    client.patch(&path, &read.json.to_string()).await.expect(200);
    let part = format!("{path}/parts/2");
    client.patch(&part, &read.json["parts"][1].to_string()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], read.json["version"]);
    // It is in the lists.
    for list in [ALL.to_owned(), format!("/v1/customers/{customer}/payment_schedules?status=active")] {
        assert_eq!(client.get(&list).await.expect(200).json["data"][0]["id"], json!(one.id()), "{list}");
    }
    assert_eq!(client.get(&format!("{ALL}?status=finished")).await.json["data"], json!([]));
    // What would come of it is told without doing it.
    let rehearsed = client.post(&format!("{path}/payoff?dry_run=true"), "").await.expect(200);
    assert_eq!(parts(&rehearsed), ["3334 paid", "3333 skipped", "3333 skipped", "6666 processing"]);
    assert_eq!(parts(&client.get(&path).await), ["3334 paid", "3333 planned", "3333 planned"]);
    check(&world);
}

#[actix_web::test]
async fn parts_are_changed_skipped_and_paid_off() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let parts_of = json!([{"due_on": in_days(9), "amount": 300}, {"due_on": in_days(2), "amount": 100}]);
    let body = json!({"customer": customer, "description": "Roof", "currency": "KES", "parts": parts_of});
    let one = made(&client, &body).await.expect(201);
    assert_eq!(parts(&one), ["100 planned", "300 planned"], "in the order of their days");
    let path = format!("{ALL}/{}", one.id());
    let body = json!({"due_on": in_days(0), "amount": 120}).to_string();
    let charged = client.patch(&format!("{path}/parts/1"), &body).await.expect(200);
    assert_eq!((parts(&charged), &charged.json["total"]), (vec!["120 paid".into(), "300 planned".into()], &json!(420)));
    assert_eq!(client.patch(&format!("{path}/parts/1"), &body).await.refused(409), "part_closed");
    assert_eq!(client.patch(&format!("{path}/parts/7"), &body).await.refused(404), "not_found");
    assert_eq!(client.patch(&format!("{path}/parts/x"), &body).await.refused(404), "not_found");
    let past = json!({"due_on": in_days(-1)}).to_string();
    let refused = client.patch(&format!("{path}/parts/2"), &past).await;
    assert_eq!(refused.refused(400), "invalid_fields");
    let paid = client.post(&format!("{path}/payoff"), "").await.expect(200);
    assert_eq!(parts(&paid), ["120 paid", "300 skipped", "300 paid"]);
    assert_eq!((&paid.json["status"], &paid.json["paid"]), (&json!("finished"), &json!(420)));
    assert_eq!(client.post(&format!("{path}/payoff"), "").await.refused(409), "schedule_ended");

    let other = made(&client, &roof(&customer, 5)).await.expect(201);
    let path = format!("{ALL}/{}", other.id());
    let skipped = client.post(&format!("{path}/parts/2/skipping"), "").await.expect(200);
    assert_eq!((parts(&skipped)[1].as_str(), &skipped.json["total"]), ("3333 skipped", &json!(6_667)));
    let canceled = end(&client, &path).await.expect(200);
    assert_eq!((&canceled.json["status"], &canceled.json["total"]), (&json!("canceled"), &json!(0)));
    assert_eq!(end(&client, &path).await.refused(409), "schedule_ended");
    check(&world);
}

#[actix_web::test]
async fn a_part_that_failed_is_collected_by_another_card_and_a_method_in_use_stays() {
    let (world, client, customer) = till().await;
    let bad = card(&client, &customer, "tok_declined").await;
    let mut body = roof(&customer, 0);
    body["payment_method"] = json!(bad);
    let one = made(&client, &body).await.expect(201);
    assert_eq!(parts(&one)[0], "3334 failed");
    assert_eq!(one.json["parts"][0]["failure"], "card_declined");
    assert!(one.json["parts"][0]["next_try"].is_i64());
    let path = format!("{ALL}/{}", one.id());
    let wallet = format!("/v1/customers/{customer}/wallet/{bad}");
    let refused = end(&client, &wallet).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "method_in_use");
    assert_eq!(refused.json["error"]["payment_schedules"], json!([one.id()]));
    let good = card(&client, &customer, "tok_visa").await;
    let change = json!({"payment_method": good, "collect": false, "description": "Roof"}).to_string();
    let kept = client.patch(&path, &change).await.expect(200);
    assert_eq!((parts(&kept)[0].as_str(), &kept.json["description"]), ("3334 failed", &json!("Roof")));
    let collected = client.patch(&path, r#"{"collect": true}"#).await.expect(200);
    assert_eq!(parts(&collected)[0], "3334 paid");
    end(&client, &wallet).await.expect(200);
    // A change of what somebody else changed after the version that is named.
    let stale = json!({"description": "House", "version": one.json["version"]}).to_string();
    assert_eq!(client.patch(&path, &stale).await.refused(412), "version_mismatch");
    let stale = json!({"amount": 1, "version": one.json["version"]}).to_string();
    client.patch(&format!("{path}/parts/2"), &stale).await.expect(200);
    let stale = stale.replace("\"amount\":1", "\"amount\":2");
    let clash = client.patch(&format!("{path}/parts/2"), &stale).await.expect(412);
    assert_eq!(clash.json["error"]["code"], "version_mismatch");
    assert_eq!(clash.json["error"]["conflicts"], json!([{"field": "amount", "yours": 2, "theirs": 1}]));
    check(&world);
}

#[actix_web::test]
async fn what_a_call_changed_is_undone_by_its_event() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let one = made(&client, &roof(&customer, 3)).await.expect(201);
    let path = format!("{ALL}/{}", one.id());
    client.patch(&format!("{path}/parts/1"), r#"{"amount": 5}"#).await.expect(200);
    client.post(&format!("{path}/parts/2/skipping"), "").await.expect(200);
    client.patch(&path, r#"{"description": "House"}"#).await.expect(200);
    let canceled = end(&client, &path).await.expect(200);
    assert_eq!(parts(&canceled), ["5 skipped", "3333 skipped", "3333 skipped"]);
    let id: ScheduleId = one.id().parse().unwrap();
    let events = world.with(|conn| history::after_version(conn, world.shop.test, id.uuid(), 1)).unwrap();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["part.moved", "part.skipped", "schedule.changed", "schedule.canceled"]);
    // Not before the end of it is undone.
    let early = client.post(&format!("/v1/events/{}/undo", events[1].id), "").await;
    assert_eq!(early.refused(409), "not_undoable");
    for (event, inverse) in
        events.iter().rev().zip(["schedule.restored", "schedule.changed", "part.restored", "part.moved"])
    {
        let dry = client.post(&format!("/v1/events/{}/undo?dry_run=true", event.id), "").await.expect(200);
        let done = client.post(&format!("/v1/events/{}/undo", event.id), "").await.expect(200);
        assert_eq!((&dry.json["kind"], &done.json["kind"]), (&json!(inverse), &json!(inverse)));
    }
    let now = client.get(&path).await.expect(200);
    for name in ["description", "total", "status", "parts", "next_charge", "ended_at"] {
        assert_eq!(now.json[name], one.json[name], "{name}");
    }
    check(&world);
}

#[actix_web::test]
async fn what_is_wrong_with_a_new_one_is_told_at_its_member() {
    let (world, client, customer) = till().await;
    let wrong = |body: Value| {
        let client = &client;
        async move {
            let refused = made(client, &body).await.expect(400);
            let fields = refused.json["error"]["fields"].as_array().unwrap().clone();
            let told = |one: &Value| format!("{} {}", one["param"].as_str().unwrap(), one["code"].as_str().unwrap());
            fields.iter().map(told).collect::<Vec<_>>()
        }
    };
    assert_eq!(
        wrong(json!({})).await,
        ["customer required", "description required", "currency required", "parts required"]
    );
    let with = |more: Value| {
        let mut body = json!({"customer": customer, "description": "Roof", "currency": "KES"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let day = in_days(3);
    assert_eq!(
        wrong(with(json!({"parts": [{"due_on": in_days(-1), "amount": 5}, {"due_on": day, "amount": 5}]}))).await,
        ["parts.0.due_on date_invalid"]
    );
    assert_eq!(
        wrong(with(json!({"parts": [{"amount": 0}, {"due_on": "soon"}], "total": 5}))).await,
        [
            "total given_twice",
            "parts.0.due_on required",
            "parts.0.amount amount_invalid",
            "parts.1.due_on date_invalid",
            "parts.1.amount required"
        ]
    );
    assert_eq!(wrong(with(json!({"total": 5, "count": 61}))).await, ["count out_of_range"]);
    assert_eq!(wrong(with(json!({"total": 1, "count": 2}))).await, ["total amount_invalid"]);
    assert_eq!(wrong(with(json!({"count": 2}))).await, ["total required"]);
    // In a live account nothing can be charged.
    let live = Client::of(&world);
    let there = world.customer("name=Here&email=here%40x.example");
    assert_eq!(made(&live, &roof(&there.to_string(), 3)).await.refused(409), "no_gateway");
}

#[actix_web::test]
async fn a_delete_of_the_customer_names_what_goes_on_and_cancels_it_if_wanted() {
    let (world, client, customer) = till().await;
    let one = made(&client, &roof(&customer, 3)).await.expect(201);
    let path = format!("/v1/customers/{customer}");
    let refused = end(&client, &path).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "deletion_blocked");
    let plan = &refused.json["error"]["plan"];
    assert_eq!(
        (&plan["active_payment_schedules"], &plan["active_subscriptions"], &plan["running_payments"]),
        (&json!([one.id()]), &json!([]), &json!([]))
    );
    end(&client, &format!("{path}?cancel_subscriptions=true")).await.expect(200);
    assert_eq!(client.get(&format!("{ALL}/{}", one.id())).await.json["status"], "canceled");
    check(&world);
}

#[actix_web::test]
async fn the_same_key_makes_one_schedule_and_one_charge() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let body = roof(&customer, 0).to_string();
    let once = [("Idempotency-Key", "roof-1")];
    let first = client.call(Method::POST, ALL, &body, &once).await.expect(201);
    let again = client.call(Method::POST, ALL, &body, &once).await;
    assert_eq!((again.answer.header("Idempotent-Replayed"), &again.json), (Some("true"), &first.json));
    assert_eq!(world.number("SELECT count(*) AS n FROM payments"), 1);
    check(&world);
}
