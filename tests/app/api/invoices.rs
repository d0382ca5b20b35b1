//! The calls that make, read, change, collect and close invoices.

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    clock::Clock,
    ids::InvoiceId,
    subscriptions,
    values::Mode,
};
use serde_json::{Value, json};

use super::{Called, Client, payments::till};
use crate::world::World;

const ALL: &str = "/v1/invoices";

/// An invoice of KES 98.00 that is sent to a customer.
pub async fn made(client: &Client, customer: impl ToString) -> Called {
    make(client, &bill(&customer.to_string())).await.expect(201)
}

fn bill(customer: &str) -> Value {
    json!({"customer": customer, "currency": "kes", "lines": [{"description": "Setting up", "unit_amount": 9800}]})
}

/// One that is charged.
fn charged(customer: &str) -> Value {
    with(bill(customer), json!({"collects": "charge"}))
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn make(client: &Client, body: &Value) -> Called {
    client.post(ALL, &body.to_string()).await
}

async fn add(client: &Client, customer: &str, token: &str) -> String {
    let wallet = format!("/v1/customers/{customer}/wallet");
    client.post(&wallet, &json!({"token": token, "default": true}).to_string()).await.expect(201).id()
}

/// Nothing contradicts itself.
fn check(world: &World) {
    assert_eq!(world.with(subscriptions::checking::check).unwrap(), []);
}

#[actix_web::test]
async fn an_invoice_is_made_with_its_number_read_and_told_in_one_shape() {
    let (world, client, customer) = till().await;
    let body = json!({"customer": customer, "currency": "kes", "days_until_due": 30, "memo": " Thank\nyou. ",
        "reference": "PO 1207", "lines": [
            {"description": "Setting  up", "quantity": 3, "unit_amount": 5000},
            {"description": "Discount", "unit_amount": -2000}]});
    let made = make(&client, &body).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    let nothing = Value::Null;
    for (name, expected) in [
        ("object", json!("invoice")),
        ("livemode", json!(false)),
        ("customer", json!(customer)),
        ("subscription", nothing.clone()),
        ("replaces", nothing.clone()),
        ("status", json!("open")),
        ("overdue", json!(false)),
        ("total", json!(13_000)),
        ("paid", json!(0)),
        ("amount_due", json!(13_000)),
        ("currency", json!("KES")),
        ("collects", json!("invoice")),
        ("payment_method", nothing.clone()),
        ("memo", json!("Thank\nyou.")),
        ("reference", json!("PO 1207")),
        ("tries", json!(0)),
        ("bill_to", json!({"name": "Tess Testa", "company": null, "email": "tess@test.example", "address": null})),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    assert!(made.json["number"].as_str().unwrap().ends_with("-0001"), "{}", made.json["number"]);
    let lines: Vec<_> = made.json["lines"].as_array().unwrap().iter().map(|one| one["amount"].as_i64()).collect();
    assert_eq!((lines, &made.json["lines"][0]["description"]), (vec![Some(15_000), Some(-2000)], &json!("Setting up")));
    let day = |name: &str| made.json[name].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    assert_eq!((day("due_on") - day("issued_on")).get_days(), 30);
    let read = client.get(&path).await.expect(200);
    for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
        assert_eq!(&read.json[name], value, "{name}");
    }
    // Given back, it changes nothing.
    client.patch(&path, &read.json.to_string()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], 1);
    // Without a day it is what the merchant gives.
    let usual = self::made(&client, &customer).await;
    let days = |name: &str| usual.json[name].as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    assert_eq!((days("due_on") - days("issued_on")).get_days(), 14);
    // It is looked at when its day is over, and by nobody before.
    let jobs = world.number("SELECT count(*) AS n FROM jobs WHERE kind = 'collect_invoice'");
    assert_eq!(jobs, 2);
    check(&world);
}

#[actix_web::test]
async fn every_fault_of_an_invoice_is_told_at_once() {
    let (world, client, customer) = till().await;
    let refused = |body: Value| {
        let client = &client;
        async move { make(client, &body).await.expect(400) }
    };
    let called = refused(json!({"custmer": "x", "currency": "XAU", "collects": "cash", "due_on": "soon",
        "lines": [{"quantity": 0, "unit_amount": "5", "tax": 1}]}));
    assert_eq!(
        called.await.fields(),
        [
            ("customer", "required"),
            ("currency", "currency_unknown"),
            ("lines.0.description", "required"),
            ("lines.0.quantity", "out_of_range"),
            ("lines.0.unit_amount", "wrong_type"),
            ("lines.0.tax", "unknown_field"),
            ("collects", "not_one_of"),
            ("due_on", "date_invalid"),
            ("custmer", "unknown_field"),
        ]
    );
    let line = |amount: i64, quantity: i64| json!([{"description": "x", "unit_amount": amount, "quantity": quantity}]);
    for (more, field, code) in [
        (json!({"lines": []}), "lines", "required"),
        (json!({"lines": line(-5, 1)}), "lines", "amount_invalid"),
        (json!({"lines": line(0, 1)}), "lines", "amount_invalid"),
        (json!({"lines": line(1_000_000_000_000, 2)}), "lines", "amount_invalid"),
        (json!({"lines": vec![json!({"description": "x", "unit_amount": 1}); 101]}), "lines", "too_many"),
        (json!({"lines": [7]}), "lines.0", "wrong_type"),
        (json!({"due_on": "2020-01-01"}), "due_on", "date_invalid"),
        (json!({"due_on": "2090-01-01", "days_until_due": 1}), "days_until_due", "given_twice"),
        (json!({"collects": "charge", "due_on": "2090-01-01"}), "due_on", "out_of_range"),
        (json!({"payment_method": "pm_01h2xcejqtf2nbrexx3vqjhp41"}), "collects", "required"),
        (json!({"memo": "4242 4242 4242 4242"}), "memo", "card_number_in_text"),
        (json!({"replaces": "inv_7"}), "replaces", "id_malformed"),
    ] {
        let called = refused(with(bill(&customer), more.clone())).await;
        assert_eq!(called.fields(), [(field, code)], "{more}");
    }
    let nobody = make(&client, &bill("cust_01h2xcejqtf2nbrexx3vqjhp41")).await;
    assert_eq!(nobody.refused(404), "not_found");
    client.call(Method::DELETE, &format!("/v1/customers/{customer}"), "", &[]).await.expect(200);
    assert_eq!(make(&client, &bill(&customer)).await.refused(409), "customer_deleted");
    assert_eq!(world.number("SELECT count(*) AS n FROM invoice_series"), 0, "no number is taken");
}

#[actix_web::test]
async fn one_that_is_charged_is_paid_at_once_and_made_once() {
    let (world, client, customer) = till().await;
    assert_eq!(make(&client, &charged(&customer)).await.refused(409), "no_payment_method");
    let method = add(&client, &customer, "tok_visa").await;
    let body = charged(&customer).to_string();
    let key = [("Idempotency-Key", "once")];
    let made = client.call(Method::POST, ALL, &body, &key).await.expect(201);
    assert_eq!(
        (&made.json["status"], &made.json["paid"], &made.json["amount_due"]),
        (&json!("paid"), &json!(9800), &json!(0))
    );
    assert_eq!(made.json["due_on"], made.json["issued_on"]);
    let again = client.call(Method::POST, ALL, &body, &key).await;
    assert_eq!((again.answer.status.as_u16(), again.id()), (201, made.id()));
    let payments = client.get(&format!("/v1/payments?customer={customer}")).await.expect(200).json;
    let payments = payments["data"].as_array().unwrap();
    assert_eq!(
        (payments.len(), &payments[0]["invoice"], &payments[0]["payment_method"]),
        (1, &json!(made.id()), &json!(method))
    );
    assert_eq!(payments[0]["description"], "Setting up");
    check(&world);

    // In a live account nothing can be charged, but bills are sent.
    let live = Client::of(&world);
    let here = world.customer("name=Here&email=here%40x.example");
    assert_eq!(make(&live, &charged(&here.to_string())).await.refused(409), "no_gateway");
    let sent = self::made(&live, here).await;
    assert!(!sent.json["number"].as_str().unwrap().starts_with("TEST"));
    let charge = live.post(&format!("{ALL}/{}/charges", sent.id()), "{}").await;
    assert_eq!(charge.refused(409), "no_gateway");
}

#[actix_web::test]
async fn one_that_fails_is_open_tried_again_and_charged_by_a_token() {
    let (world, client, customer) = till().await;
    add(&client, &customer, "tok_insufficient_funds").await;
    let made = make(&client, &charged(&customer)).await.expect(201);
    let told = (&made.json["status"], &made.json["failure"], &made.json["tries"]);
    assert_eq!(told, (&json!("open"), &json!("insufficient_funds"), &json!(1)));
    assert!(made.json["next_try"].as_i64() > made.json["created"].as_i64());
    let charges = format!("{ALL}/{}/charges", made.id());
    let declined = client.post(&charges, "{}").await.expect(402);
    assert_eq!(declined.json["error"]["payment"]["invoice"], json!(made.id()));
    assert_eq!(declined.refused(402), "insufficient_funds");
    assert_eq!(client.post(&charges, r#"{"token": "tok_7"}"#).await.expect(400).fields(), [("token", "token_unknown")]);
    let paid = client.post(&charges, r#"{"token": "tok_visa"}"#).await.expect(201);
    assert_eq!((&paid.json["status"], &paid.json["amount"]), (&json!("succeeded"), &json!(9800)));
    let invoice = client.get(&format!("{ALL}/{}", made.id())).await.json;
    assert_eq!(
        (&invoice["status"], &invoice["tries"], &invoice["next_try"]),
        (&json!("paid"), &json!(2), &Value::Null)
    );
    assert_eq!(client.post(&charges, "{}").await.refused(409), "invoice_closed");

    // One under way is told so, and nothing else is done meanwhile.
    let slow = self::made(&client, &customer).await.id();
    let of = |what: &str| format!("{ALL}/{slow}/{what}");
    client.post(&of("charges"), r#"{"token": "tok_slow"}"#).await.expect(202);
    for (what, body) in [("charges", "{}"), ("payments", "{}"), ("voiding", ""), ("write_off", "")] {
        assert_eq!(client.post(&of(what), body).await.refused(409), "charge_under_way", "{what}");
    }
    check(&world);
}

#[actix_web::test]
async fn payments_elsewhere_pay_it_in_parts_and_never_more_than_is_open() {
    let (world, client, customer) = till().await;
    let made = made(&client, &customer).await;
    let (path, payments) = (format!("{ALL}/{}", made.id()), format!("{ALL}/{}/payments", made.id()));
    let part = client.post(&payments, r#"{"amount": 800, "paid_on": "2026-01-31", "reference": "Bank 7"}"#).await;
    let part = part.expect(201);
    assert_eq!((&part.json["invoice"], &part.json["recorded"]), (&json!(made.id()), &json!(true)));
    assert_eq!(part.answer.header("Location"), Some(&*format!("/v1/payments/{}", part.id())));
    let open = client.get(&path).await.json;
    assert_eq!((&open["status"], &open["paid"], &open["amount_due"]), (&json!("open"), &json!(800), &json!(9000)));
    for (body, field, code) in [
        (json!({"amount": 9001}), "amount", "amount_invalid"),
        (json!({"amount": 0}), "amount", "amount_invalid"),
        (json!({"paid_on": "2090-01-01"}), "paid_on", "date_invalid"),
        (json!({"paid_at": 7}), "paid_at", "unknown_field"),
    ] {
        let refused = client.post(&payments, &body.to_string()).await.expect(400);
        assert_eq!(refused.fields(), [(field, code)], "{body}");
    }
    assert_eq!(client.post(&payments, r#"{"reference": "Bank 7"}"#).await.refused(409), "reference_taken");
    assert_eq!(client.post(&format!("{path}/voiding"), "").await.refused(409), "invoice_paid_in_part");
    client.post(&payments, "{}").await.expect(201);
    assert_eq!(client.get(&path).await.json["status"], "paid");
    assert_eq!(client.post(&payments, "{}").await.refused(409), "invoice_closed");
    check(&world);
}

#[actix_web::test]
async fn a_mistake_is_voided_and_replaced_and_a_write_off_is_taken_back() {
    let (world, client, customer) = till().await;
    let wrong = made(&client, &customer).await;
    let path = format!("{ALL}/{}", wrong.id());
    let replacing = with(bill(&customer), json!({"replaces": wrong.id()}));
    assert_eq!(make(&client, &replacing).await.refused(409), "invoice_not_void");
    let stale = client.call(Method::POST, &format!("{path}/voiding"), "", &[("If-Match", "\"7\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let void = client.post(&format!("{path}/voiding"), "").await.expect(200);
    assert_eq!((&void.json["status"], &void.json["number"]), (&json!("void"), &wrong.json["number"]));
    assert_eq!(client.post(&format!("{path}/voiding"), "").await.expect(200).json["version"], 2, "said twice");
    assert_eq!(make(&client, &replacing).await.expect(201).json["replaces"], json!(wrong.id()));
    assert_eq!(client.post(&format!("{path}/write_off"), "").await.refused(409), "invoice_closed");
    // Not one of somebody else.
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Ola&email=ola%40x.example").to_string();
    assert_eq!(
        make(&client, &with(bill(&other), json!({"replaces": wrong.id()}))).await.refused(409),
        "invoice_not_void"
    );

    let lost = made(&client, &customer).await.id();
    let write_off = format!("{ALL}/{lost}/write_off");
    assert_eq!(client.post(&write_off, "").await.expect(200).json["status"], "uncollectible");
    let open = client.call(Method::DELETE, &write_off, "", &[]).await.expect(200).json;
    assert_eq!((&open["status"], &open["closed_at"]), (&json!("open"), &Value::Null));
    client.post(&write_off, "").await.expect(200);
    client.post(&format!("{ALL}/{lost}/payments"), "{}").await.expect(201);
    assert_eq!(client.call(Method::DELETE, &write_off, "", &[]).await.refused(409), "invoice_closed");
    check(&world);
}

#[actix_web::test]
async fn only_memo_reference_and_day_change_and_two_at_once_are_merged_or_told() {
    let (world, client, customer) = till().await;
    let made = made(&client, &customer).await;
    let path = format!("{ALL}/{}", made.id());
    for method in [Method::PATCH, Method::PUT, Method::POST] {
        let body = json!({"memo": method.as_str()}).to_string();
        client.call(method, &path, &body, &[]).await.expect(200);
    }
    let changed = client.patch(&path, r#"{"memo": null, "due_on": "2090-02-28", "version": 4}"#).await.expect(200);
    assert_eq!((&changed.json["memo"], &changed.json["due_on"]), (&Value::Null, &json!("2090-02-28")));
    // What does not clash is merged, what does is told.
    let merged = client.patch(&path, r#"{"reference": "PO 7", "version": 1}"#).await.expect(200);
    assert_eq!((&merged.json["reference"], &merged.json["due_on"]), (&json!("PO 7"), &json!("2090-02-28")));
    let clash = client.patch(&path, r#"{"due_on": "2091-01-01", "version": 1}"#).await.expect(412);
    let conflict = json!([{"field": "due_on", "yours": "2091-01-01", "theirs": "2090-02-28"}]);
    assert_eq!(clash.json["error"]["conflicts"], conflict);
    for (body, field, code) in [
        (json!({"total": 1}), "total", "read_only_field"),
        (json!({"due_on": null}), "due_on", "required"),
        (json!({"due_on": "2020-01-01"}), "due_on", "date_invalid"),
    ] {
        let refused = client.patch(&path, &body.to_string()).await.expect(400);
        assert_eq!(refused.fields(), [(field, code)], "{body}");
    }
    let id: InvoiceId = made.id().parse().unwrap();
    let told = world.with(|conn| clientele::history::after_version(conn, world.shop.test, id.uuid(), 4)).unwrap();
    assert_eq!(told[0].kind, "invoice.changed");
    client.post(&format!("{path}/voiding"), "").await.expect(200);
    assert_eq!(client.patch(&path, r#"{"due_on": "2092-01-01"}"#).await.refused(409), "invoice_closed");
    client.patch(&path, r#"{"memo": "Sent to the wrong address"}"#).await.expect(200);
    check(&world);
}

#[actix_web::test]
async fn a_list_has_its_filters_its_order_and_its_places() {
    let (world, client, customer) = till().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(made(&client, &customer).await.id());
    }
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Ola&email=ola%40x.example");
    let foreign = made(&client, other).await.id();
    ids.reverse();
    client.post(&format!("{ALL}/{}/voiding", ids[0]), "").await.expect(200);
    let listed = |path: String| {
        let client = &client;
        async move {
            let list = client.get(&path).await.expect(200).json;
            let ids: Vec<String> =
                list["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
            (ids, list["next_cursor"].as_str().map(str::to_owned))
        }
    };
    assert_eq!(listed(ALL.to_owned()).await.0, [std::slice::from_ref(&foreign), &ids].concat());
    assert_eq!(listed(format!("{ALL}?customer={customer}")).await.0, ids);
    assert_eq!(listed(format!("/v1/customers/{other}/invoices")).await.0, [foreign]);
    assert_eq!(listed(format!("/v1/customers/{customer}/invoices?status=void")).await.0, ids[..1]);
    let (first, next) = listed(format!("{ALL}?customer={customer}&limit=2")).await;
    let (second, _) = listed(format!("{ALL}?customer={customer}&limit=2&after={}", next.unwrap())).await;
    assert_eq!((&first[..], &second[..]), (&ids[..2], &ids[2..4]));
    assert_eq!(listed(format!("{ALL}?before={}&customer={customer}", ids[2])).await.0, ids[..2]);
    assert_eq!(listed(format!("{ALL}?status=overdue")).await.0, Vec::<String>::new());
    let subscription = "sub_01h2xcejqtf2nbrexx3vqjhp41";
    assert_eq!(listed(format!("{ALL}?subscription={subscription}")).await.0, Vec::<String>::new());
    for (query, status) in [
        ("status=late", 400),
        ("customer=", 400),
        ("customer=x", 400),
        ("customer=cust_01h2xcejqtf2nbrexx3vqjhp41", 404),
        ("subscription=sub_7", 400),
    ] {
        client.get(&format!("{ALL}?{query}")).await.expect(status);
    }
    // A day later than the last one of these, they are overdue and said to be so.
    let now = Clock::system().now() + jiff::SignedDuration::from_hours(24 * 20);
    let clock = Clock::telling(move || now);
    world.sql("UPDATE jobs SET due_at = now() WHERE kind = 'collect_invoice'");
    let (sandbox, db) = (clientele::gateway::Sandbox::new(world.db.clone()), &world.db);
    while let Some(job) = db.write(move |conn| clientele::jobs::model::claim(conn, now)).await.unwrap() {
        clientele::work::perform(db, &sandbox, &job, &clock).await.unwrap();
    }
    assert_eq!(listed(format!("{ALL}?status=overdue&customer={customer}")).await.0, ids[1..]);
    let late = client.get(&format!("{ALL}/{}", ids[1])).await.json;
    assert_eq!((&late["status"], &late["overdue"]), (&json!("open"), &json!(true)));
    // It is not overdue any more when it has another day.
    let later = client.patch(&format!("{ALL}/{}", ids[1]), r#"{"due_on": "2090-01-01"}"#).await.expect(200);
    assert_eq!(later.json["overdue"], json!(false));
    check(&world);
}

#[actix_web::test]
async fn a_key_that_may_only_read_makes_and_closes_nothing() {
    let (world, client, customer) = till().await;
    let made = made(&client, &customer).await;
    let may = [Permission::read(Resource::Invoices), Permission::write(Resource::Payments)];
    let reader = Client::in_account(&world, world.shop.test, Mode::Test, &may);
    reader.get(&format!("{ALL}/{}", made.id())).await.expect(200);
    assert_eq!(make(&reader, &bill(&customer)).await.refused(403), "permission_missing");
    for what in ["charges", "payments", "voiding", "write_off"] {
        let refused = reader.post(&format!("{ALL}/{}/{what}", made.id()), "{}").await;
        assert_eq!(refused.refused(403), "permission_missing", "{what}");
    }
}
