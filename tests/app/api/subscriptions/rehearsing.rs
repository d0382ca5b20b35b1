//! Changes that are only tried: the answer is that of the change, and nothing of it is kept.

use super::*;

/// How much there is of everything that a change could leave behind, also of answers to be given again.
fn census(world: &World) -> Vec<i64> {
    let tables = [
        "subscriptions",
        "invoices",
        "invoice_lines",
        "payments",
        "events",
        "jobs",
        "prices",
        "api_requests",
        "sandbox_orders",
    ];
    let count = |table: &&str| world.number(&format!("SELECT count(*) AS n FROM {table}"));
    let mut all: Vec<i64> = tables.iter().map(count).collect();
    all.push(world.number("SELECT coalesce(sum(version), 0) AS n FROM subscriptions"));
    all.push(world.number("SELECT coalesce(sum(version), 0) AS n FROM invoices"));
    all.push(world.number("SELECT coalesce(sum(next_no), 0)::bigint AS n FROM invoice_series"));
    all
}

/// Tries a change twice, once with a key; then does it, and returns both answers.
async fn rehearsed(world: &World, client: &Client, (method, path): (Method, &str), body: Value) -> (Called, Called) {
    let (before, sent) = (census(world), if body.is_null() { String::new() } else { body.to_string() });
    let dry = format!("{path}?dry_run=true");
    let tried = client.call(method.clone(), &dry, &sent, &[]).await;
    let again = client.call(method.clone(), &dry, &sent, &[("Idempotency-Key", "once")]).await;
    assert_eq!(tried.answer.status, again.answer.status);
    assert_eq!(census(world), before, "{method} {path}");
    let done = client.call(method.clone(), path, &sent, &[("Idempotency-Key", "once")]).await;
    // A charge that is only tried is under way.
    assert!(done.answer.status.is_success() && tried.answer.status.is_success(), "{method} {path}: {}", tried.json);
    assert_ne!(census(world), before, "{method} {path}");
    // Another time the key is another one's.
    world.sql("DELETE FROM api_requests");
    (tried, done)
}

#[actix_web::test]
async fn what_a_change_would_do_is_answered_and_not_done() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let (_, made) = rehearsed(&world, &client, (Method::POST, ALL), pro(&customer)).await;
    assert_eq!(made.answer.status, 201, "{}", made.json);
    let one = format!("{ALL}/{}", made.id());
    let same = |tried: &Called, done: &Called, names: &[&str]| {
        for name in names {
            assert_eq!(tried.json[name], done.json[name], "{name}");
        }
    };
    let (tried, done) = rehearsed(&world, &client, (Method::PATCH, &one), json!({"amount": 5900})).await;
    assert_eq!(tried.json["next_amount"], 5900);
    same(&tried, &done, &["amount", "next_amount", "next_charge", "status", "version"]);
    let at_end = json!({"at": "period_end"});
    let (tried, done) = rehearsed(&world, &client, (Method::POST, &format!("{one}/cancellation")), at_end).await;
    assert!(tried.json["ends_on"].is_string());
    same(&tried, &done, &["ends_on", "next_amount", "cancel_at_period_end", "version"]);
    rehearsed(&world, &client, (Method::DELETE, &format!("{one}/cancellation")), Value::Null).await;
    let (tried, _) = rehearsed(&world, &client, (Method::DELETE, &one), Value::Null).await;
    assert_eq!((&tried.json["status"], &tried.json["end_reason"]), (&json!("canceled"), &json!("by_staff")));

    let line = json!({"description": "Work", "quantity": 2, "unit_amount": 5000});
    let body = json!({"customer": customer, "currency": "KES", "lines": [line], "collects": "invoice"});
    let (tried, done) = rehearsed(&world, &client, (Method::POST, "/v1/invoices"), body).await;
    same(&tried, &done, &["number", "total", "due_on", "status"]);
    let invoice = format!("/v1/invoices/{}", done.id());
    rehearsed(&world, &client, (Method::PATCH, &invoice), json!({"memo": "Thank you"})).await;
    let (tried, _) =
        rehearsed(&world, &client, (Method::POST, &format!("{invoice}/payments")), json!({"amount": 10})).await;
    assert_eq!(tried.json["amount"], 10);
    let (tried, _) = rehearsed(&world, &client, (Method::POST, &format!("{invoice}/write_off")), Value::Null).await;
    assert_eq!(tried.json["status"], "uncollectible");
    check(&world);
}

#[actix_web::test]
async fn what_would_be_refused_is_refused_and_a_flag_is_true_or_false() {
    let (world, client, customer) = till().await;
    let before = census(&world);
    let call = async |query: &str, body: Value| {
        client.call(Method::POST, &format!("{ALL}?{query}"), &body.to_string(), &[]).await
    };
    assert_eq!(call("dry_run=true", with(pro(&customer), json!({"amount": 0}))).await.refused(400), "invalid_fields");
    assert_eq!(call("dry_run=yes", pro(&customer)).await.refused(400), "invalid_parameter");
    assert_eq!(call("dry_run=true&dry_run=false", pro(&customer)).await.refused(400), "invalid_parameter");
    assert_eq!(census(&world), before);
    assert_eq!(call("dry_run=false", pro(&customer)).await.answer.status, 201);
}
