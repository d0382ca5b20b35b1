//! Bodies: each field is read as the document tells it.

use super::*;

/// A body with a member at the end of a way, and the path of that member.
fn sent(before: &[&'static Field], name: &str, value: Value) -> (Value, String) {
    let (mut body, mut path) = (json!({name: value}), name.to_owned());
    for field in before.iter().rev() {
        let is_list = matches!(field.kind, Kind::List(_));
        body = json!({field.name: if is_list { json!([body]) } else { body }});
        path = format!("{}.{}{path}", field.name, if is_list { "0." } else { "" });
    }
    (body, path)
}

/// The other names of a field, as its meaning tells them.
fn also(field: &Field) -> Vec<&'static str> {
    let names = field.meaning.split_once("Also taken as ").map_or("", |(_, names)| names);
    names.split('`').skip(1).step_by(2).collect()
}

/// Values that are refused and values that are taken, for what a field is said to take.
fn bounds(field: &Field) -> (Vec<Value>, Vec<Value>) {
    match field.kind {
        Kind::Text(most) => (vec![json!("x".repeat(most + 1))], vec![]),
        Kind::Id(_) => (vec![json!("cust_7")], vec![]),
        Kind::OneOf(words) => (vec![json!("nonsense")], words.iter().map(|word| json!(word)).collect()),
        // A version is compared, whatever number it is.
        Kind::Whole(least, most) if most < i64::from(i32::MAX) => {
            (vec![json!(least - 1), json!(most + 1)], vec![json!(most)])
        }
        _ => (vec![], vec![]),
    }
}

/// The ways to all fields of a shape.
fn ways(shape: &'static Shape) -> Vec<Vec<&'static Field>> {
    let mut ways = Vec::new();
    for field in shape.all() {
        ways.push(vec![field]);
        if let Kind::Object(inner) | Kind::List(inner) = field.kind {
            ways.extend(ways_within(field, inner));
        }
    }
    ways
}

fn ways_within(field: &'static Field, inner: &'static Shape) -> Vec<Vec<&'static Field>> {
    ways(inner).into_iter().map(|way| [vec![field], way].concat()).collect()
}

/// A price as it is made.
pub(super) const PRICE: &str = r#"{"name": "Pro", "amount": 4900, "currency": "KES", "interval": "month"}"#;

/// A subscription of a customer by no price, with its first charge later.
pub(super) async fn subscribed(client: &Client, customer: &str) -> String {
    let mut body: Value = serde_json::from_str(PRICE).unwrap();
    body["customer"] = customer.into();
    body["trial_days"] = 3.into();
    client.post("/v1/subscriptions", &body.to_string()).await.expect(201).id()
}

/// The codes of one member's faults, when a route is sent a body.
async fn refused(
    client: &Client,
    route: &ApiRoute,
    [note, own, priced, billed, subscribed, planned, told]: [&str; 7],
    (body, path): (Value, String),
) -> Vec<String> {
    let nobody = "01h2xcejqtf2nbrexx3vqjhp41";
    let prefix = match route.path.split('/').nth(2) {
        Some("payments") => "pay",
        Some("notes") => "note",
        Some("custom_fields") => "fld",
        Some("prices") => "price",
        Some("subscriptions") => "sub",
        Some("payment_schedules") => "sch",
        Some("invoices") => "inv",
        Some("webhook_endpoints") => "we",
        _ => "cust",
    };
    let url = route.path.replace("{id}", &format!("{prefix}_{nobody}")).replace("{address}", &format!("addr_{nobody}"));
    let url = url.replace("{method}", &format!("pm_{nobody}")).replace(&format!("note_{nobody}"), note);
    let url = url.replace(&format!("fld_{nobody}"), own).replace(&format!("price_{nobody}"), priced);
    let url = url.replace(&format!("inv_{nobody}"), billed);
    let url = url.replace(&format!("sub_{nobody}"), subscribed);
    let url = url.replace(&format!("sch_{nobody}"), planned).replace("{number}", "1");
    let url = url.replace(&format!("we_{nobody}"), told);
    let called = client.call(route.methods[0].clone(), &url, &body.to_string(), &[]).await;
    let fields = called.json["error"]["fields"].as_array().cloned().unwrap_or_default();
    fields.iter().filter(|one| one["param"] == *path).map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn every_field_of_a_body_is_read_as_it_is_told_and_no_other() {
    let world = World::empty().await;
    let client = Client::unlimited(&world, Mode::Test).await;
    // These are found before the body is read, since what is sent back is compared with them.
    let here = world.customer_in(world.shop.test, &world.shop.editor, "name=Here&email=here%40x.example");
    let note = &world.note(world.shop.test, here, "Call first").to_string();
    let own = client.post("/v1/custom_fields", r#"{"label": "Tier", "type": "text"}"#).await.expect(201).id();
    let priced = client.post("/v1/prices", PRICE).await.expect(201).id();
    let billed = crate::api::invoices::made(&client, here).await.id();
    let subscribed = subscribed(&client, &here.to_string()).await;
    let planned = world.schedule(world.shop.test, here).to_string();
    let told = crate::api::webhook(&client).await;
    let found = [note, &own, &priced, &billed, &subscribed, &planned, &told].map(String::as_str);
    let mut tried = 0;
    for route in calls() {
        for way in route.told.body.into_iter().flat_map(ways) {
            let (field, before) = way.split_last().unwrap();
            let place = format!("{} {}", route.path, field.name);
            let wrong = if matches!(field.kind, Kind::List(_)) { json!(7) } else { json!([7]) };
            for name in also(field).into_iter().chain([field.name]) {
                let codes = refused(&client, &route, found, sent(before, name, wrong.clone())).await;
                assert!(codes.contains(&"wrong_type".to_owned()), "{place} as {name}: {codes:?}");
            }
            assert_eq!(
                refused(&client, &route, found, sent(before, "nonsense", json!(7))).await,
                ["unknown_field"],
                "{place}"
            );
            let (bad, good) = bounds(field);
            for value in bad {
                let codes = refused(&client, &route, found, sent(before, field.name, value.clone())).await;
                assert!(!codes.is_empty(), "{place} takes {value:.50}");
            }
            for value in good {
                let codes = refused(&client, &route, found, sent(before, field.name, value.clone())).await;
                assert_eq!(codes, Vec::<String>::new(), "{place}: {value}");
            }
            tried += 1;
        }
    }
    assert!(tried > 80, "{tried}");
}

#[actix_web::test]
async fn the_examples_are_taken_as_they_are() {
    let world = World::empty().await;
    let client = Client::unlimited(&world, Mode::Test).await;
    let (mut customer, mut address, mut method) = (String::new(), String::new(), String::new());
    let (mut note, mut field, mut price, mut invoice, mut subscription) = Default::default();
    let (mut schedule, mut endpoint) = (String::new(), String::new());
    let recorded = r#"{"recorded": true, "amount": 700, "currency": "KES", "status": "processing"}"#;
    let mut payment = client.post("/v1/payments", recorded).await.expect(201).id();
    for id in [
        "create_customer",
        "update_customer",
        "create_address",
        "update_address",
        "add_payment_method",
        "update_payment_method",
        "create_token",
        "update_payment",
        "set_payment_outcome",
        "create_payment",
        "create_customer_payment",
        "create_refund",
        "create_note",
        "update_note",
        "define_custom_field",
        "update_custom_field",
        "create_price",
        "create_subscription",
        "update_subscription",
        "cancel_subscription",
        "create_payment_schedule",
        "update_payment_schedule",
        "update_schedule_part",
        "update_price",
        "create_invoice",
        "update_invoice",
        "record_invoice_payment",
        "charge_invoice",
        "create_webhook_endpoint",
        "update_webhook_endpoint",
        "replace_webhook_secret",
        "move_test_clock",
    ] {
        let one = operations().into_iter().find(|one| one.told["operationId"] == id).unwrap();
        let whose = match one.path.split('/').nth(2) {
            Some("payments") => &payment,
            Some("notes") => &note,
            Some("custom_fields") => &field,
            Some("prices") => &price,
            Some("invoices") => &invoice,
            Some("subscriptions") => &subscription,
            Some("payment_schedules") => &schedule,
            Some("webhook_endpoints") => &endpoint,
            _ => &customer,
        };
        let path = one.path.replace("{id}", whose).replace("{address}", &address).replace("{method}", &method);
        // The first part is charged with the example that makes it.
        let path = path.replace("{number}", "2");
        let body = one.told["requestBody"]["content"]["application/json"]["example"].to_string();
        let body = body.replace("cust_01h2xcejqtf2nbrexx3vqjhp41", &customer);
        // The time of an example passes.
        let tomorrow = json!({"to": Timestamp::now().as_second() + 86_400});
        let body = if id == "move_test_clock" { tomorrow.to_string() } else { body };
        let done = client.call(one.method, &path, &body, &[]).await.expect_one_of(&[200, 201, 202]);
        match id {
            "create_customer" => customer = done.id(),
            "create_address" => address = done.id(),
            "add_payment_method" => method = done.id(),
            "create_payment" => payment = done.id(),
            "create_note" => note = done.id(),
            "define_custom_field" => field = done.id(),
            "create_price" => price = done.id(),
            "create_invoice" => invoice = done.id(),
            "create_subscription" => subscription = done.id(),
            "create_payment_schedule" => schedule = done.id(),
            "create_webhook_endpoint" => endpoint = done.id(),
            _ => {}
        }
    }
    let with_body: BTreeSet<&str> =
        calls().iter().filter(|route| route.told.body.is_some()).map(|one| one.told.id).collect();
    assert_eq!(with_body.len(), 32, "each is tried above: {with_body:?}");
}
