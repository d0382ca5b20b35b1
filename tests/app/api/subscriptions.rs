//! The calls about subscriptions.

mod changing;
mod rehearsing;

use actix_web::http::Method;
use clientele::{
    api_keys::permissions::{Permission, Resource},
    history,
    ids::SubscriptionId,
    invoices::{self, Invoice},
    subscriptions,
    values::Mode,
};
use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::{Called, Client, payments::till};
use crate::world::World;

const ALL: &str = "/v1/subscriptions";

async fn start(client: &Client, body: Value) -> Called {
    client.post(ALL, &body.to_string()).await
}

/// One of KES 49.00 a month, without a price.
fn pro(customer: &str) -> Value {
    json!({"customer": customer, "amount": 4900, "currency": "kes", "interval": "month", "name": "Pro"})
}

/// The same with more said.
fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The price of the seed.
async fn price(client: &Client, more: Value) -> Called {
    let body = json!({"name": "Pro, monthly", "key": "price_monthly_pro", "amount": 4900, "currency": "KES",
        "interval": "month"});
    client.post("/v1/prices", &with(body, more).to_string()).await.expect(201)
}

async fn card(client: &Client, customer: &str, token: &str) -> String {
    let body = json!({"token": token, "default": true}).to_string();
    client.post(&format!("/v1/customers/{customer}/wallet"), &body).await.expect(201).id()
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::get("Africa/Nairobi").unwrap()).date()
}

fn in_days(days: i32) -> String {
    today().checked_add(Span::new().days(days)).unwrap().to_string()
}

/// A month after today.
fn in_a_month() -> String {
    let next = today().first_of_month().checked_add(Span::new().months(1)).unwrap();
    next.with().day(today().day().min(next.days_in_month())).build().unwrap().to_string()
}

fn invoice(world: &World, of: &Called) -> Invoice {
    let id = of.json["latest_invoice"].as_str().unwrap().parse().unwrap();
    world.with(|conn| invoices::model::find(conn, world.shop.test, id)).unwrap()
}

fn check(world: &World) {
    assert_eq!(world.with(subscriptions::checking::check).unwrap(), []);
}

fn payments(world: &World) -> i64 {
    world.number("SELECT count(*) AS n FROM payments")
}

#[actix_web::test]
async fn the_request_of_other_systems_starts_a_subscription_that_waits_for_its_first_payment() {
    let (world, client, customer) = till().await;
    let price = price(&client, json!({})).await.id();
    let body = format!(
        r#"{{
    "customer": "{customer}",
    "price": "price_monthly_pro",
    "payment_behavior": "default_incomplete"
  }}"#
    );
    let made = client.post(ALL, &body).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    assert_eq!((made.answer.header("Location"), made.answer.header("ETag")), (Some(&*path), Some("\"1\"")));
    let day = today().to_string();
    for (name, expected) in [
        ("object", json!("subscription")),
        ("livemode", json!(false)),
        ("customer", json!(customer)),
        ("status", json!("incomplete")),
        ("price", json!(price)),
        ("name", json!("Pro, monthly")),
        ("amount", json!(4900)),
        ("currency", json!("KES")),
        ("interval", json!("month")),
        ("interval_count", json!(1)),
        ("monthly", json!(4900)),
        ("collects", json!("charge")),
        ("days_until_due", json!(null)),
        ("payment_method", json!(null)),
        ("period", json!(1)),
        ("current_period_start", json!(day)),
        ("current_period_end", json!(in_a_month())),
        ("next_charge", json!(null)),
        ("started_on", json!(day)),
        ("cancel_at_period_end", json!(false)),
        ("ends_on", json!(null)),
        ("next_amount", json!(null)),
        ("unpaid_invoices", json!(0)),
        ("gave_up_on", json!(null)),
        ("metadata", json!({})),
        ("ended_at", json!(null)),
        ("end_reason", json!(null)),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let left = made.json["pay_until"].as_i64().unwrap() - Timestamp::now().as_second();
    assert!((22 * 3_600..=23 * 3_600).contains(&left), "{left}");
    let bill = invoice(&world, &made);
    assert_eq!((bill.total, bill.status, payments(&world)), (4900, invoices::Status::Open, 0));
    let read = client.get(&path).await.expect(200);
    for (name, value) in made.json.as_object().unwrap().iter().filter(|(name, _)| *name != "request_id") {
        assert_eq!(&read.json[name], value, "{name}");
    }

    // A second one by the same price is doubted, whatever stands for the price.
    for other in ["price_monthly_pro", &price] {
        let doubted = start(&client, json!({"customer": customer, "price": other})).await.expect(409);
        let error = &doubted.json["error"];
        assert_eq!((&error["code"], &error["subscription"]), (&json!("possible_duplicate"), &json!(made.id())));
    }
    let again = json!({"customer": customer, "price": price, "payment_behavior": "default_incomplete",
        "allow_duplicate": true});
    start(&client, again).await.expect(201);
    client.call(Method::DELETE, &path, "", &[]).await.expect(200);
    check(&world);
}

#[actix_web::test]
async fn the_first_charge_is_made_in_the_request_and_its_answer_tells_what_came_of_it() {
    let (world, client, customer) = till().await;
    // Without a card there is nothing to charge: it waits, unless that is an error.
    let waits = start(&client, pro(&customer)).await.expect(201);
    assert_eq!((&waits.json["status"], &waits.json["period"]), (&json!("incomplete"), &json!(1)));
    let strict = with(pro(&customer), json!({"payment_behavior": "error_if_incomplete"}));
    let before = world.number("SELECT count(*) AS n FROM subscriptions");
    assert_eq!(start(&client, strict.clone()).await.refused(409), "no_payment_method");
    assert_eq!(world.number("SELECT count(*) AS n FROM subscriptions"), before, "nothing is made");

    card(&client, &customer, "tok_visa").await;
    let paid = start(&client, pro(&customer)).await.expect(201);
    assert_eq!((&paid.json["status"], &paid.json["next_charge"]), (&json!("active"), &json!(in_a_month())));
    assert_eq!(invoice(&world, &paid).status, invoices::Status::Paid);
    let good = start(&client, strict.clone()).await.expect(201);
    assert_eq!(good.json["status"], "active");

    card(&client, &customer, "tok_insufficient_funds").await;
    let declined = start(&client, pro(&customer)).await.expect(201);
    assert_eq!((&declined.json["status"], &declined.json["end_reason"]), (&json!("incomplete"), &Value::Null));
    let key = [("Idempotency-Key", "order-7")];
    let strict = strict.to_string();
    let before = payments(&world);
    let refused = client.call(Method::POST, ALL, &strict, &key).await.expect(402);
    let error = &refused.json["error"];
    assert_eq!((&error["code"], &error["payment"]["status"]), (&json!("insufficient_funds"), &json!("failed")));
    let over = client.get(&format!("{ALL}/{}", error["subscription"].as_str().unwrap())).await.expect(200);
    assert_eq!((&over.json["status"], &over.json["end_reason"]), (&json!("canceled"), &json!("never_paid")));
    assert_eq!(invoice(&world, &over).status, invoices::Status::Void);
    client.get(&format!("/v1/payments/{}", error["payment"]["id"].as_str().unwrap())).await.expect(200);
    let again = client.call(Method::POST, ALL, &strict, &key).await;
    assert_eq!((again.answer.header("Idempotent-Replayed"), &again.json), (Some("true"), &refused.json));
    assert_eq!(payments(&world), before + 1, "once");

    card(&client, &customer, "tok_slow").await;
    for behavior in ["allow_incomplete", "error_if_incomplete"] {
        let slow = start(&client, with(pro(&customer), json!({"payment_behavior": behavior}))).await.expect(202);
        assert_eq!(slow.json["status"], "incomplete", "nobody knows yet");
    }
    check(&world);
}

#[actix_web::test]
async fn a_repeated_request_starts_one_subscription() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let (body, key) = (pro(&customer).to_string(), [("Idempotency-Key", "start-1")]);
    let first = client.call(Method::POST, ALL, &body, &key).await.expect(201);
    let again = client.call(Method::POST, ALL, &body, &key).await;
    assert_eq!((again.answer.header("Idempotent-Replayed"), &again.json), (Some("true"), &first.json));
    let other = with(pro(&customer), json!({"amount": 5000})).to_string();
    assert_eq!(client.call(Method::POST, ALL, &other, &key).await.refused(422), "idempotency_key_reused");
    assert_eq!(world.number("SELECT count(*) AS n FROM subscriptions"), 1);
    assert_eq!(payments(&world), 1);
    check(&world);
}

#[actix_web::test]
async fn every_fault_is_told_at_once_at_its_field() {
    let (world, client, customer) = till().await;
    price(&client, json!({})).await;
    let refused = |body: Value| async { start(&client, body).await.expect(400) };
    let called = refused(json!({"custmer": customer, "amount": 0, "payment_behavior": "pending_if_incomplete",
        "payment_method": "visa", "collects": "mail", "days_until_due": 366, "first_charge_on": "tomorrow",
        "billing_day": 32, "times": 0, "started_on": "2026-13-01", "metadata": {"a b": "x"}}));
    assert_eq!(
        called.await.fields(),
        [
            ("customer", "required"),
            ("amount", "amount_invalid"),
            ("currency", "required"),
            ("interval", "required"),
            ("name", "required"),
            ("payment_behavior", "not_one_of"),
            ("payment_method", "id_malformed"),
            ("collects", "not_one_of"),
            ("days_until_due", "out_of_range"),
            ("first_charge_on", "date_invalid"),
            ("billing_day", "out_of_range"),
            ("times", "out_of_range"),
            ("started_on", "date_invalid"),
            ("metadata.a b", "metadata_key_invalid"),
            ("custmer", "unknown_field"),
        ]
    );
    assert_eq!(refused(json!({})).await.fields(), [("customer", "required"), ("price", "required")]);
    let by_price =
        json!({"customer": customer, "price": "price_monthly_pro", "payment_behavior": "default_incomplete"});
    let yesterday = (today().yesterday().unwrap().to_string(), Timestamp::now().as_second() - 90_000);
    for (more, field, code) in [
        (json!({"amount": 1}), "amount", "given_twice"),
        (json!({"name": "Pro"}), "name", "given_twice"),
        (json!({"trial_days": 3, "first_charge_on": in_days(3)}), "trial_days", "given_twice"),
        (json!({"trial_days": 1096}), "trial_days", "out_of_range"),
        (json!({"times": 2, "ends_on": in_days(90)}), "ends_on", "given_twice"),
        (json!({"days_until_due": 3}), "collects", "required"),
        (json!({"first_charge_on": yesterday.0}), "first_charge_on", "date_invalid"),
        (json!({"trial_end": yesterday.1}), "trial_end", "date_invalid"),
        (json!({"trial_end": -1}), "trial_end", "date_invalid"),
        (json!({"first_charge_on": "3000-01-01"}), "first_charge_on", "date_invalid"),
        (json!({"first_charge_on": "2027-03-10", "billing_day": 11}), "billing_day", "date_invalid"),
        (json!({"ends_on": today().to_string()}), "ends_on", "date_invalid"),
        (json!({"price": "x".repeat(61)}), "price", "too_long"),
        (json!({"metadata": {"note": "4242 4242 4242 4242"}}), "metadata.note", "card_number_in_text"),
    ] {
        assert_eq!(refused(with(by_price.clone(), more.clone())).await.fields(), [(field, code)], "{more}");
    }
    let behavior = refused(with(by_price.clone(), json!({"payment_behavior": "pending_if_incomplete"}))).await;
    let message = behavior.json["error"]["message"].as_str().unwrap();
    assert!(message.ends_with("allow_incomplete, default_incomplete or error_if_incomplete."), "{message}");
    let yearly = json!({"amount": 1, "currency": "KES", "interval": "year", "interval_count": 3, "name": "Long"});
    let endless = with(with(json!({"customer": customer, "times": 3_650}), yearly), json!({"trial_days": 5}));
    assert_eq!(refused(endless).await.fields(), [("times", "date_invalid")]);

    // What is not there, and what cannot be.
    let nobody = "01h2xcejqtf2nbrexx3vqjhp41";
    for (more, status, code) in [
        (json!({"customer": format!("cust_{nobody}")}), 404, "not_found"),
        (json!({"price": format!("price_{nobody}")}), 404, "not_found"),
        (json!({"price": "gold"}), 404, "not_found"),
        (json!({"payment_method": format!("pm_{nobody}")}), 409, "method_of_another"),
    ] {
        assert_eq!(start(&client, with(by_price.clone(), more.clone())).await.refused(status), code, "{more}");
    }
    let archived = client.patch("/v1/prices/price_monthly_pro", r#"{"archived": true}"#).await.expect(200).id();
    let refused = start(&client, by_price.clone()).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "price_archived");
    assert_eq!(refused.json["error"]["price"], json!(archived));
    client.patch("/v1/prices/price_monthly_pro", r#"{"archived": false}"#).await.expect(200);
    client.call(Method::DELETE, &format!("/v1/customers/{customer}"), "", &[]).await.expect(200);
    assert_eq!(start(&client, by_price).await.refused(409), "customer_deleted");
    assert_eq!(world.number("SELECT count(*) AS n FROM subscriptions"), 0, "nothing was made");
}

#[actix_web::test]
async fn the_first_charge_may_be_later_and_the_end_be_agreed() {
    let (world, client, customer) = till().await;
    price(&client, json!({"trial_days": 14})).await;
    let by_price = json!({"customer": customer, "price": "price_monthly_pro", "allow_duplicate": true});
    let fourteen = start(&client, by_price.clone()).await.expect(201);
    assert_eq!((&fourteen.json["status"], &fourteen.json["next_charge"]), (&json!("trialing"), &json!(in_days(14))));
    assert_eq!((&fourteen.json["latest_invoice"], &fourteen.json["period"]), (&Value::Null, &json!(0)));
    let end = Timestamp::now().as_second() + 5 * 86_400;
    for (more, day) in [
        (json!({"trial_days": 3}), in_days(3)),
        (json!({"first_charge_on": in_days(30)}), in_days(30)),
        (json!({"trial_end": end}), in_days(5)),
    ] {
        let made = start(&client, with(by_price.clone(), more.clone())).await.expect(201);
        assert_eq!((&made.json["status"], &made.json["next_charge"]), (&json!("trialing"), &json!(day)), "{more}");
    }
    let at_once = start(&client, with(by_price.clone(), json!({"trial_days": 0}))).await.expect(201);
    assert_eq!(at_once.json["status"], "incomplete", "whatever the price says");

    let april = with(
        by_price.clone(),
        json!({"first_charge_on": "2997-04-30", "billing_day": 31, "times": 3,
        "started_on": "2020-01-01", "metadata": {"order": "A-1", "none": null}}),
    );
    let april = start(&client, april).await.expect(201);
    assert_eq!((&april.json["started_on"], &april.json["ends_on"]), (&json!("2020-01-01"), &json!("2997-07-31")));
    assert_eq!(april.json["metadata"], json!({"order": "A-1"}));
    let coming = client.get(&format!("{ALL}/{}/upcoming_charges", april.id())).await.expect(200);
    let days: Vec<&str> =
        coming.json["data"].as_array().unwrap().iter().map(|one| one["date"].as_str().unwrap()).collect();
    assert_eq!(days, ["2997-04-30", "2997-05-31", "2997-06-30"]);
    let until = start(&client, with(by_price, json!({"ends_on": in_days(200)}))).await.expect(201);
    assert_eq!(until.json["ends_on"], json!(in_days(200)));
    assert_eq!(payments(&world), 0);
    check(&world);
}

#[actix_web::test]
async fn in_a_live_account_bills_are_sent_and_nothing_is_charged() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let customer = world.customer("name=Here&email=here%40x.example").to_string();
    let refused = start(&client, pro(&customer)).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "no_gateway");
    assert!(refused.json["error"]["message"].as_str().unwrap().contains("“collects”: “invoice”"));
    let made = start(&client, with(pro(&customer), json!({"collects": "invoice"}))).await.expect(201);
    for (name, expected) in [
        ("livemode", json!(true)),
        ("status", json!("active")),
        ("collects", json!("invoice")),
        ("days_until_due", json!(14)),
        ("next_charge", json!(in_a_month())),
    ] {
        assert_eq!(made.json[name], expected, "{name}");
    }
    let due = json!({"collects": "invoice", "days_until_due": 0, "payment_behavior": "error_if_incomplete"});
    let due = start(&client, with(pro(&customer), due)).await.expect(201);
    assert_eq!((&due.json["status"], &due.json["days_until_due"]), (&json!("active"), &json!(0)));
    client.patch(&format!("{ALL}/{}", due.id()), r#"{"amount": 5900, "collect": true}"#).await.expect(200);
    assert_eq!((payments(&world), world.number("SELECT count(*) AS n FROM invoices")), (0, 2));
    check(&world);
}

#[actix_web::test]
async fn a_list_is_narrowed_and_read_from_place_to_place() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let price = price(&client, json!({})).await.id();
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=O&email=o%40x.example").to_string();
    let mut made = Vec::new();
    for body in [
        pro(&customer),
        json!({"customer": customer, "price": price}),
        with(pro(&other), json!({"trial_days": 3})),
        json!({"customer": other, "price": price, "collects": "invoice"}),
    ] {
        made.push(start(&client, body).await.expect(201));
    }
    client.call(Method::DELETE, &format!("{ALL}/{}", made[0].id()), "", &[]).await.expect(200);
    let ids: Vec<String> = made.iter().map(Called::id).collect();
    let listed = |path: String| {
        let (client, ids) = (&client, ids.clone());
        async move {
            let list = client.get(&path).await.expect(200);
            let data = list.json["data"].as_array().unwrap().clone();
            let place = |one: &Value| ids.iter().position(|id| json!(id) == one["id"]).unwrap();
            (data.iter().map(place).collect::<Vec<_>>(), list)
        }
    };
    for (asked, expected) in [
        (String::new(), vec![3, 2, 1, 0]),
        (format!("?customer={customer}"), vec![1, 0]),
        ("?status=active".to_owned(), vec![3, 1]),
        ("?status=canceled".to_owned(), vec![0]),
        (format!("?price={price}"), vec![3, 1]),
        (format!("?price=price_monthly_pro&customer={other}"), vec![3]),
        (format!("?status=trialing&customer={customer}"), vec![]),
    ] {
        assert_eq!(listed(format!("{ALL}{asked}")).await.0, expected, "{asked}");
    }
    let of_customer = listed(format!("/v1/customers/{customer}/subscriptions?status=active")).await;
    assert_eq!(of_customer.0, [1]);
    assert_eq!(of_customer.1.json["data"][0]["latest_invoice"], made[1].json["latest_invoice"]);
    assert_eq!(of_customer.1.json["url"], json!(format!("/v1/customers/{customer}/subscriptions")));
    let (first, list) = listed(format!("{ALL}?limit=3")).await;
    assert_eq!((first, &list.json["has_more"]), (vec![3, 2, 1], &json!(true)));
    let next = list.json["next_cursor"].as_str().unwrap();
    let (rest, list) = listed(format!("{ALL}?limit=3&after={next}")).await;
    assert_eq!((rest, &list.json["has_more"]), (vec![0], &json!(false)));
    assert_eq!(listed(format!("{ALL}?before={}&limit=2", ids[0])).await.0, [2, 1]);
    for (asked, status, code) in [
        ("?customer=", 400, "invalid_parameter"),
        ("?status=over", 400, "invalid_parameter"),
        ("?price=", 400, "invalid_parameter"),
        ("?price=gold", 404, "not_found"),
        ("?customer=cust_01h2xcejqtf2nbrexx3vqjhp41", 404, "not_found"),
        ("?after=x", 400, "cursor_damaged"),
    ] {
        assert_eq!(client.get(&format!("{ALL}{asked}")).await.refused(status), code, "{asked}");
    }
    check(&world);
}

#[actix_web::test]
async fn private_data_in_what_a_merchant_wrote_is_masked_for_a_key_that_is_not_told_it() {
    let (world, client, customer) = till().await;
    let more = json!({"name": "Pro of jane@x.example", "metadata": {"order": "0712345678"}, "trial_days": 3});
    let made = start(&client, with(pro(&customer), more)).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    world.sql("UPDATE api_keys SET is_masked = true");
    let masked = client.get(&path).await.expect(200);
    assert_eq!(
        (&masked.json["name"], &masked.json["metadata"]["order"]),
        (&json!("Pro of j•••@x.example"), &json!("•••"))
    );
    for (name, value) in made.json.as_object().unwrap() {
        if !["name", "metadata", "request_id"].contains(&name.as_str()) {
            assert_eq!(&masked.json[name], value, "{name}");
        }
    }
    assert_eq!(client.patch(&path, &masked.json.to_string()).await.refused(409), "masked");
    client.patch(&path, r#"{"metadata": {"order": "A-1"}}"#).await.expect(200);
    check(&world);
}

#[actix_web::test]
async fn a_key_needs_the_permission_of_subscriptions_and_no_other() {
    let (world, client, customer) = till().await;
    let may = |one| Client::in_account(&world, world.shop.test, Mode::Test, &[one]);
    let made = start(&client, with(pro(&customer), json!({"trial_days": 3}))).await.expect(201);
    let reader = may(Permission::read(Resource::Subscriptions));
    reader.get(&format!("{ALL}/{}", made.id())).await.expect(200);
    assert_eq!(start(&reader, pro(&customer)).await.refused(403), "permission_missing");
    let writer = may(Permission::write(Resource::Subscriptions));
    start(&writer, with(pro(&customer), json!({"trial_days": 3}))).await.expect(201);
    let other = may(Permission::write(Resource::Prices));
    assert_eq!(other.get(ALL).await.refused(403), "permission_missing");
}
