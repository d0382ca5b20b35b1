//! The calls about customers.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{Called, Client};
use crate::world::World;

#[actix_web::test]
async fn a_customer_is_made_read_changed_and_told_in_one_shape() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let made = client
        .post(
            "/v1/customers",
            r#"{"name": "John Doe", "email": "John.Doe@example.com", "phone": "+1234567890", "language": "en",
                "reference": "ACC-1", "metadata": {"tier": "gold"},
                "billing_address": {"line1": "123 Main St", "city": "Austin", "state": "TX", "zip": "78701", "country": "US"},
                "shipping_address": {"city": "Nairobi", "country": "Kenya"}}"#,
        )
        .await
        .expect(201);
    let id = made.id();
    assert_eq!(made.answer.header("Location"), Some(&*format!("/v1/customers/{id}")));
    assert_eq!(made.answer.header("ETag"), Some("\"1\""));
    let customer = &made.json;
    assert_eq!(
        (&customer["object"], &customer["livemode"], &customer["version"]),
        (&json!("customer"), &json!(true), &json!(1))
    );
    assert_eq!((&customer["phone"], &customer["phone_typed"]), (&json!("+1234567890"), &json!("+1234567890")));
    assert_eq!(customer["billing_address"]["region"], "TX");
    assert_eq!(customer["shipping_address"]["country"], "KE");
    assert_eq!(customer["addresses"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&customer["company"], &customer["figures"], &customer["deleted"]),
        (&Value::Null, &json!([]), &json!(false))
    );

    let path = format!("/v1/customers/{id}");
    let changed = client
        .patch(&path, r#"{"company": "Acme", "phone": null, "metadata": {"tier": "", "plan": "pro"}, "billing_address": {"city": "Dallas"}, "shipping_address": null}"#)
        .await
        .expect(200);
    assert_eq!(changed.answer.header("ETag"), Some("\"2\""));
    let customer = &changed.json;
    assert_eq!((&customer["company"], &customer["phone"]), (&json!("Acme"), &Value::Null));
    assert_eq!(customer["metadata"], json!({"plan": "pro"}));
    assert_eq!(customer["billing_address"]["city"], "Dallas");
    assert_eq!(customer["billing_address"]["line1"], "123 Main St", "its other parts stay");
    assert_eq!(customer["shipping_address"], Value::Null);
    let read = client.get(&path).await.expect(200);
    let same = |json: &Value| {
        let mut json = json.clone();
        json.as_object_mut().unwrap().remove("request_id");
        json
    };
    assert_eq!(same(&read.json), same(&changed.json));
    // All three verbs mean the same.
    for method in [Method::PUT, Method::POST] {
        let put = client.call(method, &path, r#"{"description": "x"}"#, &[]).await.expect(200);
        assert_eq!(put.json["company"], "Acme");
    }
    // Who did it is on record.
    let event = world.events(id.parse().unwrap()).pop().unwrap();
    assert_eq!(event.kind, "customer.updated");
    let page = world.viewer().get(format!("/customers/{id}/activity")).await;
    assert!(page.text("main").contains("Web shop"), "{}", page.text("main"));
}

#[actix_web::test]
async fn what_was_read_may_be_sent_back_whole() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let body = r#"{"name": "A", "email": "a@x.example", "metadata": {"k": "v"}, "billing_address": {"city": "Oslo"}}"#;
    let made = client.post("/v1/customers", body).await.expect(201);
    let path = format!("/v1/customers/{}", made.id());
    let mut whole = made.json.clone();
    let same = client.call(Method::PUT, &path, &whole.to_string(), &[]).await.expect(200);
    assert_eq!(same.json["version"], 1, "nothing changed");
    whole["name"] = json!("B");
    whole["updated"] = json!(7);
    whole["figures"] = json!([]);
    let put = client.call(Method::PUT, &path, &whole.to_string(), &[]).await.expect(200);
    assert_eq!((&put.json["name"], &put.json["version"]), (&json!("B"), &json!(2)));
    for (name, value) in [
        ("id", json!("cust_x")),
        ("deleted", json!(true)),
        ("livemode", json!(false)),
        ("created", json!(1)),
        ("addresses", json!([])),
        ("phone_typed", json!("1")),
    ] {
        let mut other = put.json.clone();
        other[name] = value;
        let refused = client.call(Method::PUT, &path, &other.to_string(), &[]).await.expect(400);
        assert_eq!(refused.fields(), [(name, "read_only_field")]);
    }
}

#[actix_web::test]
async fn a_phone_sent_back_as_it_was_read_is_the_same() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let body = r#"{"name": "A", "email": "a@x.example", "phone": "0712 345 678"}"#;
    let made = client.post("/v1/customers", body).await.expect(201);
    let path = format!("/v1/customers/{}", made.id());
    let put = client.call(Method::PUT, &path, &made.json.to_string(), &[]).await.expect(200).json;
    assert_eq!((&put["phone_typed"], &put["version"]), (&json!("0712 345 678"), &json!(1)));
    let typed = client.patch(&path, r#"{"phone": "0712345679"}"#).await.expect(200).json;
    assert_eq!((&typed["phone"], &typed["phone_typed"]), (&json!("+254712345679"), &json!("0712345679")));
}

#[actix_web::test]
async fn a_retried_delete_that_calls_payments_off_gets_its_first_answer() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let form = format!("customer={}&amount=5&currency=KES&status=processing", named.jose);
    world.editor().post("/payments", form.as_str()).await.expect(303);
    let path = format!("/v1/customers/{}", named.jose);
    let delete = async |query: &str, headers: &[(&'static str, &str)]| {
        client.call(Method::DELETE, &format!("{path}{query}"), "", headers).await
    };
    let plan = delete("?dry_run=true", &[]).await.expect(200).json["plan"]["id"].as_str().unwrap().to_owned();
    let query = format!("?cancel_payments=true&plan={plan}");
    let running = "SELECT count(*) AS n FROM payments WHERE status = 'processing'";
    let stale = delete(&query, &[("If-Match", "\"7\"")]).await;
    assert_eq!(
        (stale.refused(412), world.number(running)),
        ("version_mismatch".to_owned(), 1),
        "nothing is called off"
    );
    let other = delete("?cancel_payments=true&plan=x", &[]).await;
    assert_eq!((other.refused(409), world.number(running)), ("plan_changed".to_owned(), 1));
    let first = delete(&query, &[("Idempotency-Key", "k")]).await.expect(200).json;
    assert_eq!((&first["deleted"], world.number(running)), (&json!(true), 0));
    let again = delete(&query, &[("Idempotency-Key", "k")]).await;
    assert_eq!((again.answer.status.as_u16(), &again.json), (200, &first));
    let restoration = format!("{path}/restoration");
    let stale = client.call(Method::POST, &restoration, "", &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    client.call(Method::POST, &restoration, "", &[("If-Match", "\"2\"")]).await.expect(200);
}

#[actix_web::test]
async fn every_fault_of_a_body_comes_at_once_under_its_path() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let refused = client
        .post(
            "/v1/customers",
            r#"{"name": 7, "email": "nope", "phone": "12x", "kind": "dog", "metdata": {}, "language": "qq",
                "metadata": {"a b": "x", "n": 5}, "billing_address": {"country": "ZZ", "citty": "Oslo"},
                "addresses": [{"kind": "home", "city": "x"}, 7], "firstName": "A", "first_name": "B"}"#,
        )
        .await
        .expect(400);
    let mut fields = refused.fields();
    fields.sort();
    assert_eq!(
        fields,
        [
            ("addresses.0.kind", "not_one_of"),
            ("addresses.1", "wrong_type"),
            ("billing_address.citty", "unknown_field"),
            ("billing_address.country", "country_unknown"),
            ("email", "email_invalid"),
            ("firstName", "given_twice"),
            ("kind", "not_one_of"),
            ("language", "language_unknown"),
            ("metadata.a b", "metadata_key_invalid"),
            ("metadata.n", "wrong_type"),
            ("metdata", "unknown_field"),
            ("name", "wrong_type"),
            ("phone", "phone_unreadable"),
        ]
    );
    let error = &refused.json["error"];
    assert_eq!((&error["type"], &error["code"]), (&json!("invalid_request"), &json!("invalid_fields")));
    assert_eq!(error["doc_url"], "/docs/api#invalid_fields");
    let near = error["fields"].as_array().unwrap().iter().find(|one| one["param"] == "metdata").unwrap();
    assert_eq!(near["did_you_mean"], "metadata");
    let missing = client.post("/v1/customers", "{}").await.expect(400);
    assert_eq!(missing.fields(), [("name", "required"), ("email", "required")]);
    assert_eq!(world.census().0, 0);
}

#[actix_web::test]
async fn a_second_customer_with_the_same_email_is_asked_about() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let first = client.post("/v1/customers", r#"{"name": "A", "email": "a@x.example"}"#).await.expect(201).id();
    let body = r#"{"name": "B", "email": "A@X.example"}"#;
    let refused = client.post("/v1/customers", body).await.expect(409);
    assert_eq!(refused.json["error"]["code"], "possible_duplicate");
    assert_eq!(refused.json["error"]["candidates"][0]["id"], first.as_str());
    let other = client.post("/v1/customers", r#"{"name": "B", "email": "b@x.example"}"#).await.expect(201).id();
    let path = format!("/v1/customers/{other}");
    let refused = client.patch(&path, r#"{"email": "a@x.example"}"#).await;
    assert_eq!(refused.refused(409), "possible_duplicate", "editing asks the same");
    client.patch(&path, r#"{"email": "a@x.example", "allow_duplicate": true}"#).await.expect(200);
    client.post("/v1/customers", &body.replace('}', ", \"allow_duplicate\": true}")).await.expect(201);
    // A deleted one never blocks.
    let gone = client.post("/v1/customers", r#"{"name": "C", "email": "c@x.example"}"#).await.expect(201).id();
    world.delete(gone.parse().unwrap());
    client.post("/v1/customers", r#"{"name": "C", "email": "c@x.example"}"#).await.expect(201);
    let refused = client.patch(&format!("/v1/customers/{gone}"), r#"{"name": "D"}"#).await;
    assert_eq!(refused.refused(409), "customer_deleted");
    let read = client.get(&format!("/v1/customers/{gone}")).await.expect(200).json;
    assert_eq!(read["deleted"], true);
    assert!(read["restorable_until"].as_i64() > read["deleted_at"].as_i64());
    let restored = client.post(&format!("/v1/customers/{gone}/restoration"), "").await.expect(200).json;
    assert_eq!((&restored["deleted"], &restored["deleted_at"]), (&json!(false), &Value::Null));
}

#[actix_web::test]
async fn a_version_guards_or_merges() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let made = client.post("/v1/customers", r#"{"name": "A", "email": "a@x.example"}"#).await.expect(201);
    let path = format!("/v1/customers/{}", made.id());
    client.patch(&path, r#"{"name": "B"}"#).await.expect(200);
    let call = async |body: &str, tag: &str| client.call(Method::PATCH, &path, body, &[("If-Match", tag)]).await;
    let stale = call(r#"{"company": "X"}"#, "\"1\"").await.expect(412);
    assert_eq!(stale.json["error"]["current_version"], 2);
    assert_eq!(call("{}", "7").await.refused(400), "invalid_parameter");
    for tag in ["\"2\"", "W/\"3\"", "*"] {
        call(r#"{"company": "X"}"#, tag).await.expect(200);
    }
    // With the version in the body what does not clash is merged.
    let merged = client.patch(&path, r#"{"version": 1, "description": "D"}"#).await.expect(200).json;
    assert_eq!((&merged["name"], &merged["description"]), (&json!("B"), &json!("D")));
    let clash = client.patch(&path, r#"{"version": 1, "name": "C"}"#).await.expect(412);
    assert_eq!(clash.json["error"]["conflicts"], json!([{"field": "name", "yours": "C", "theirs": "B"}]));
    assert_eq!(client.patch(&path, r#"{"version": 99}"#).await.refused(412), "version_mismatch");
    assert_eq!(world.stored(made.id().parse().unwrap()).record.name.as_deref(), Some("B"));
}

#[actix_web::test]
async fn customers_are_listed_searched_counted_and_paged() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let mut ids = Vec::new();
    for n in 0..5 {
        let body = format!(r#"{{"name": "Jane {n}", "email": "j{n}@x.example", "reference": "R-{n}"}}"#);
        ids.push(client.post("/v1/customers", &body).await.expect(201).id());
    }
    let listed = |called: &Called| -> Vec<String> {
        called.json["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let newest: Vec<String> = ids.iter().rev().cloned().collect();
    let first = client.get("/v1/customers?limit=2").await.expect(200);
    assert_eq!((listed(&first), &first.json["has_more"]), (newest[..2].to_vec(), &json!(true)));
    assert_eq!((&first.json["object"], &first.json["url"]), (&json!("list"), &json!("/v1/customers")));
    let next = first.json["next_cursor"].as_str().unwrap();
    let second = client.get(&format!("/v1/customers?limit=2&after={next}")).await.expect(200);
    assert_eq!(listed(&second), newest[2..4]);
    let back = second.json["previous_cursor"].as_str().unwrap();
    assert_eq!(listed(&client.get(&format!("/v1/customers?limit=2&before={back}")).await.expect(200)), newest[..2]);
    let by_id = client.get(&format!("/v1/customers?after={}", newest[3])).await.expect(200);
    assert_eq!((listed(&by_id), &by_id.json["next_cursor"]), (newest[4..].to_vec(), &Value::Null), "any id is a place");
    for (query, expected) in [
        ("q=jane+3", vec![ids[3].clone()]),
        ("reference=R-2", vec![ids[2].clone()]),
        ("reference=R-", vec![]),
        ("reference=+R-2+", vec![ids[2].clone()]),
        ("sort=name", ids.clone()),
        ("sort=-name&limit=1", vec![ids[4].clone()]),
        ("q=status:deleted", vec![]),
    ] {
        assert_eq!(listed(&client.get(&format!("/v1/customers?{query}")).await.expect(200)), expected, "{query}");
    }
    let count = client.get("/v1/customers/count?q=jane").await.expect(200).json;
    assert_eq!((&count["count"], &count["capped"]), (&json!(5), &json!(false)));
    for (query, code) in [
        ("limit=0", "invalid_parameter"),
        ("limit=101", "invalid_parameter"),
        ("sort=age", "invalid_parameter"),
        ("reference=%00", "invalid_parameter"),
        ("after=x", "cursor_damaged"),
        (&format!("after={next}&sort=name"), "cursor_of_other_sort"),
        (&format!("after={next}&before={next}"), "invalid_parameter"),
        ("offset=20", "unknown_parameter"),
        ("limmit=3", "unknown_parameter"),
        ("q=a&q=b", "invalid_parameter"),
        ("q=name:", "query_not_understood"),
    ] {
        assert_eq!(client.get(&format!("/v1/customers?{query}")).await.refused(400), code, "{query}");
    }
    let problem = client.get("/v1/customers?q=jane+colour:red").await.expect(400).json;
    assert_eq!(problem["error"]["span"], json!([5, 15]));
    let near = client.get("/v1/customers?search=jane").await.expect(400).json;
    assert_eq!(near["error"]["fields"][0]["did_you_mean"], "q");
}

#[actix_web::test]
async fn analytics_are_the_figures_by_currency_and_the_total_count() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let analytics = client.get(&format!("/v1/customers/{}/analytics", named.wanjiru)).await.expect(200).json;
    let customer = client.get(&format!("/v1/customers/{}", named.wanjiru)).await.expect(200).json;
    assert_eq!(analytics["object"], "customer_analytics");
    assert_eq!(analytics["figures"], customer["figures"]);
    assert_eq!(analytics["default_currency"], "KES");
    assert_eq!(customer["default_payment_method"], named.method.to_string());
}

#[actix_web::test]
async fn a_delete_says_what_it_does_in_numbers_and_does_only_that() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let path = format!("/v1/customers/{}", named.wanjiru);
    let delete = async |query: &str| client.call(Method::DELETE, &format!("{path}{query}"), "", &[]).await;
    let dry = delete("?dry_run=true").await.expect(200).json;
    assert_eq!(
        (&dry["object"], &dry["deleted"], &dry["dry_run"]),
        (&json!("delete_result"), &json!(false), &json!(true))
    );
    let plan = &dry["plan"];
    assert_eq!((&plan["payment_methods"], &plan["addresses"]), (&json!(1), &json!(1)));
    assert_eq!((&plan["blocked"], &plan["running_payments"]), (&json!(false), &json!([])));
    assert_eq!(client.get(&path).await.expect(200).json["deleted"], false, "nothing was done");
    // What changed meanwhile is not done unseen.
    client.post(&format!("{path}/addresses"), r#"{"kind": "shipping", "city": "Kisumu"}"#).await.expect(201);
    let agreed = format!("?plan={}", plan["id"].as_str().unwrap());
    let changed = delete(&agreed).await.expect(409);
    assert_eq!(
        (&changed.json["error"]["code"], &changed.json["error"]["plan"]["addresses"]),
        (&json!("plan_changed"), &json!(2))
    );
    let agreed = format!("?plan={}", changed.json["error"]["plan"]["id"].as_str().unwrap());
    let stale = client.call(Method::DELETE, &format!("{path}{agreed}"), "", &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let done = delete(&agreed).await.expect(200).json;
    assert_eq!((&done["deleted"], &done["dry_run"]), (&json!(true), &json!(false)));
    assert!(done["restorable_until"].as_i64().is_some());
    let again = delete("").await.expect(200).json;
    assert_eq!((&again["deleted"], &again["restorable_until"]), (&done["deleted"], &done["restorable_until"]));
    for (query, code) in [
        ("?dry_run=yes", "invalid_parameter"),
        ("?dryrun=true", "unknown_parameter"),
        ("?plan=a&plan=b", "invalid_parameter"),
    ] {
        assert_eq!(delete(query).await.refused(400), code, "{query}");
    }
}

#[actix_web::test]
async fn a_payment_under_way_blocks_a_delete_unless_it_is_called_off() {
    let (world, named) = World::populated().await;
    let client = Client::of(&world);
    let form = format!("customer={}&amount=5&currency=KES&status=processing", named.jose);
    world.editor().post("/payments", form.as_str()).await.expect(303);
    let path = format!("/v1/customers/{}", named.jose);
    let blocked = client.call(Method::DELETE, &path, "", &[]).await.expect(409);
    let error = &blocked.json["error"];
    assert_eq!((&error["code"], &error["plan"]["blocked"]), (&json!("deletion_blocked"), &json!(true)));
    let running = error["plan"]["running_payments"].as_array().unwrap().clone();
    assert_eq!(running.len(), 1);
    let done = client.call(Method::DELETE, &format!("{path}?cancel_payments=true"), "", &[]).await.expect(200).json;
    assert_eq!((&done["deleted"], &done["plan"]["running_payments"]), (&json!(true), &json!([])));
}

#[actix_web::test]
async fn addresses_have_calls_of_their_own_and_count_as_changes_of_the_customer() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let customer = client.post("/v1/customers", r#"{"name": "A", "email": "a@x.example"}"#).await.expect(201).id();
    let all = format!("/v1/customers/{customer}/addresses");
    let first = client.post(&all, r#"{"kind": "billing", "line1": "1 A St", "country": "KE"}"#).await.expect(201);
    assert_eq!((&first.json["default"], &first.json["object"]), (&json!(true), &json!("address")));
    assert_eq!(first.answer.header("ETag"), Some("\"2\""), "the customer's version");
    let one = format!("{all}/{}", first.id());
    assert_eq!(first.answer.header("Location"), Some(one.as_str()));
    let second = client.post(&all, r#"{"kind": "billing", "city": "Oslo", "default": true}"#).await.expect(201);
    let listed = client.get(&all).await.expect(200).json;
    let defaults: Vec<&Value> = listed["data"].as_array().unwrap().iter().map(|one| &one["default"]).collect();
    assert_eq!(defaults, [&json!(false), &json!(true)]);
    let read = client.get(&one).await.expect(200).json;
    let mut whole = read.clone();
    whole["city"] = json!("Nairobi");
    whole["default"] = json!(true);
    let put = client.call(Method::PUT, &one, &whole.to_string(), &[]).await.expect(200).json;
    assert_eq!((&put["city"], &put["line1"], &put["default"]), (&json!("Nairobi"), &json!("1 A St"), &json!(true)));
    whole["id"] = json!("addr_x");
    let refused = client.call(Method::PUT, &one, &whole.to_string(), &[]).await.expect(400);
    assert_eq!(refused.fields(), [("id", "read_only_field")]);
    let refused = client.post(&all, r#"{"kind": "home", "city": 5, "town": "x"}"#).await.expect(400);
    let mut fields = refused.fields();
    fields.sort();
    assert_eq!(fields, [("city", "wrong_type"), ("kind", "not_one_of"), ("town", "unknown_field")]);
    let stale = client.call(Method::DELETE, &one, "", &[("If-Match", "\"1\"")]).await;
    assert_eq!(stale.refused(412), "version_mismatch");
    let gone = client.call(Method::DELETE, &one, "", &[]).await.expect(200).json;
    assert_eq!((&gone["object"], &gone["deleted"]), (&json!("delete_result"), &json!(true)));
    assert_eq!(client.get(&one).await.refused(404), "not_found");
    let left = client.get(&format!("/v1/customers/{customer}")).await.expect(200).json;
    assert_eq!(left["billing_address"]["id"], second.id());
    let last = format!("{all}/{}", second.id());
    let cleared = client.patch(&last, r#"{"city": null}"#).await.expect(400);
    assert_eq!(cleared.fields(), [("line1", "required")]);
    // Nothing in it is no address.
    let blank = client.post(&all, r#"{"kind": "billing"}"#).await.expect(400);
    assert_eq!(blank.fields(), [("line1", "required")]);
}
