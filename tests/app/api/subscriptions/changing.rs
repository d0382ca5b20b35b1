//! Changes and ends of subscriptions by the API.

use super::*;

#[actix_web::test]
async fn what_it_costs_and_its_end_change_with_a_period() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let old = price(&client, json!({})).await.id();
    let plus = price(&client, json!({"name": "Plus", "key": "plus", "amount": 5900})).await.id();
    price(&client, json!({"key": "yearly", "interval": "year"})).await;
    price(&client, json!({"key": "dollars", "currency": "USD"})).await;
    let made = start(&client, json!({"customer": customer, "price": "price_monthly_pro"})).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    let change = |body: Value| {
        let (client, path) = (&client, path.clone());
        async move { client.patch(&path, &body.to_string()).await }
    };
    // Given back whole, it changes nothing.
    change(made.json.clone()).await.expect(200);
    assert_eq!(client.get(&path).await.json["version"], made.json["version"]);

    let waits = change(json!({"price": "plus"})).await.expect(200);
    assert_eq!((&waits.json["amount"], &waits.json["next_amount"]), (&json!(4900), &json!(5900)));
    assert_eq!(waits.json["price"], json!(old));
    let whole = change(waits.json.clone()).await.expect(200);
    assert_eq!(whole.json["next_amount"], 5900, "given back whole, it takes nothing back");
    let charges = client.get(&format!("{path}/upcoming_charges?limit=2")).await.expect(200);
    assert_eq!(charges.json["url"], json!(format!("{path}/upcoming_charges")));
    assert_eq!(charges.json["data"].as_array().unwrap().len(), 2);
    let first = &charges.json["data"][0];
    assert_eq!((&first["date"], &first["amount"]), (&json!(in_a_month()), &json!(5900)));
    assert_eq!((&first["period"], &first["currency"]), (&json!(2), &json!("KES")));
    assert_eq!(client.get(&format!("{path}/upcoming_charges")).await.json["data"].as_array().unwrap().len(), 5);
    let back = change(json!({"amount": 4900})).await.expect(200);
    assert_eq!(back.json["next_amount"], Value::Null);
    assert_eq!(change(json!({"amount": 7000})).await.expect(200).json["next_amount"], 7000);
    assert_eq!(change(json!({"price": old})).await.expect(200).json["next_amount"], Value::Null);
    for (body, field, code) in [
        (json!({"price": "plus", "amount": 7000}), "amount", "given_twice"),
        (json!({"price": null}), "price", "required"),
        (json!({"price": "yearly"}), "price", "not_one_of"),
        (json!({"price": "dollars"}), "price", "not_one_of"),
        (json!({"amount": null}), "amount", "amount_invalid"),
        (json!({"cancel_at_period_end": true, "ends_on": in_days(90)}), "ends_on", "given_twice"),
        (json!({"ends_on": today().to_string()}), "ends_on", "date_invalid"),
        (json!({"next_charge_on": "2020-01-01"}), "next_charge_on", "date_invalid"),
        (json!({"next_charge_on": null}), "next_charge_on", "required"),
        (json!({"name": "Plus"}), "name", "read_only_field"),
        (json!({"next_amount": 1}), "next_amount", "read_only_field"),
    ] {
        assert_eq!(change(body.clone()).await.expect(400).fields(), [(field, code)], "{body}");
    }
    assert_eq!(change(json!({"price": "nothing"})).await.refused(404), "not_found");
    client.patch(&format!("/v1/prices/{plus}"), r#"{"archived": true}"#).await.expect(200);
    assert_eq!(change(json!({"price": "plus"})).await.refused(409), "price_archived");

    let ending = change(json!({"cancel_at_period_end": true})).await.expect(200);
    assert_eq!((&ending.json["cancel_at_period_end"], &ending.json["ends_on"]), (&json!(true), &json!(in_a_month())));
    assert_eq!(change(json!({"amount": 7000})).await.refused(409), "ends_already");
    assert_eq!(change(json!({"next_charge_on": in_days(3)})).await.refused(409), "not_active");
    let kept = change(with(ending.json.clone(), json!({"cancel_at_period_end": false}))).await.expect(200);
    assert_eq!((&kept.json["ends_on"], &kept.json["next_charge"]), (&Value::Null, &json!(in_a_month())));
    let later = change(json!({"ends_on": in_days(90)})).await.expect(200);
    assert_eq!((&later.json["ends_on"], &later.json["cancel_at_period_end"]), (&json!(in_days(90)), &json!(false)));
    let both = change(json!({"ends_on": null, "amount": 7000})).await.expect(200);
    assert_eq!((&both.json["ends_on"], &both.json["next_amount"]), (&Value::Null, &json!(7000)));
    let moved = change(json!({"next_charge_on": in_days(3)})).await.expect(200);
    assert_eq!(moved.json["next_charge"], json!(in_days(3)));
    let values = change(json!({"metadata": {"a": "1", "b": "2"}})).await.expect(200);
    assert_eq!(values.json["metadata"], json!({"a": "1", "b": "2"}));
    let values = change(json!({"metadata": {"a": null, "c": "3"}})).await.expect(200);
    assert_eq!(values.json["metadata"], json!({"b": "2", "c": "3"}));
    for method in [Method::PUT, Method::POST] {
        client.call(method, &path, r#"{"metadata": null}"#, &[]).await.expect(200);
    }
    assert_eq!(client.get(&path).await.json["metadata"], json!({}));
    let id: SubscriptionId = made.id().parse().unwrap();
    let events = world.with(|conn| history::after_version(conn, world.shop.test, id.uuid(), 0)).unwrap();
    assert!(events.iter().any(|one| one.by.as_deref() == Some("Web shop (API key)")));
    check(&world);
}

#[actix_web::test]
async fn two_who_change_at_once_are_merged_or_told() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let made = start(&client, pro(&customer)).await.expect(201);
    let (path, version) = (format!("{ALL}/{}", made.id()), made.json["version"].as_i64().unwrap());
    client.patch(&path, r#"{"amount": 5900}"#).await.expect(200);
    let stale = json!({"amount": 7000, "metadata": {"a": "1"}, "version": version}).to_string();
    let refused = client.patch(&path, &stale).await.expect(412);
    let error = &refused.json["error"];
    assert_eq!((&error["code"], &error["current_version"]), (&json!("version_mismatch"), &json!(version + 1)));
    assert_eq!(error["conflicts"], json!([{"field": "amount", "yours": 7000, "theirs": 4900}]));
    let merged = json!({"metadata": {"a": "1"}, "version": version}).to_string();
    let merged = client.patch(&path, &merged).await.expect(200);
    assert_eq!((&merged.json["metadata"], &merged.json["next_amount"]), (&json!({"a": "1"}), &json!(5900)));
    let tag = format!("\"{version}\"");
    let old = client.call(Method::PATCH, &path, r#"{"metadata": {"a": "2"}}"#, &[("If-Match", &tag)]).await;
    assert_eq!(old.refused(412), "version_mismatch");
    let future = format!(r#"{{"version": {}}}"#, version + 9);
    assert_eq!(client.patch(&path, &future).await.refused(412), "version_mismatch");
    check(&world);
}

#[actix_web::test]
async fn another_method_is_charged_now_for_what_is_unpaid() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_declined").await;
    let made = start(&client, pro(&customer)).await.expect(201);
    assert_eq!(made.json["status"], "incomplete");
    let path = format!("{ALL}/{}", made.id());
    let visa = client.post(&format!("/v1/customers/{customer}/wallet"), r#"{"token": "tok_visa"}"#).await.expect(201);
    let visa = visa.id();
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=O&email=o%40x.example").to_string();
    let theirs = json!({"payment_method": card(&client, &other, "tok_visa").await}).to_string();
    assert_eq!(client.patch(&path, &theirs).await.refused(409), "method_of_another");
    let only = json!({"payment_method": visa, "collect": false}).to_string();
    let only = client.patch(&path, &only).await.expect(200);
    assert_eq!((&only.json["status"], &only.json["payment_method"]), (&json!("incomplete"), &json!(visa)));
    // The same said again charges nothing, unless it is said.
    let same = client.patch(&path, &json!({"payment_method": visa}).to_string()).await.expect(200);
    assert_eq!((&same.json["status"], payments(&world)), (&json!("incomplete"), 1));
    let default = client.patch(&path, r#"{"payment_method": null}"#).await.expect(200);
    assert_eq!((&default.json["status"], payments(&world)), (&json!("incomplete"), 2), "declined once more");
    let paid = client.patch(&path, &json!({"payment_method": visa}).to_string()).await.expect(200);
    assert_eq!((&paid.json["status"], &paid.json["next_charge"]), (&json!("active"), &json!(in_a_month())));
    assert_eq!(invoice(&world, &paid).status, invoices::Status::Paid);
    // The day of the next charge may be today: that is charged in the request too.
    let again = client.patch(&path, &json!({"next_charge_on": today().to_string()}).to_string()).await.expect(200);
    assert_eq!((&again.json["period"], &again.json["status"]), (&json!(2), &json!("active")));
    assert_eq!((invoice(&world, &again).status, payments(&world)), (invoices::Status::Paid, 4));
    check(&world);
}

#[actix_web::test]
async fn it_ends_with_its_period_or_now_and_may_be_kept() {
    let (world, client, customer) = till().await;
    card(&client, &customer, "tok_visa").await;
    let made = start(&client, pro(&customer)).await.expect(201);
    let path = format!("{ALL}/{}", made.id());
    let cancellation = format!("{path}/cancellation");
    let delete = |path: String| {
        let client = &client;
        async move { client.call(Method::DELETE, &path, "", &[]).await }
    };
    let ending = client.post(&cancellation, "{}").await.expect(200);
    assert_eq!((&ending.json["status"], &ending.json["cancel_at_period_end"]), (&json!("active"), &json!(true)));
    let kept = delete(cancellation.clone()).await.expect(200);
    assert_eq!((&kept.json["cancel_at_period_end"], &kept.json["next_charge"]), (&json!(false), &json!(in_a_month())));
    for (body, field, code) in [
        (json!({"at": "soon"}), "at", "not_one_of"),
        (json!({"unpaid": "void"}), "at", "required"),
        (json!({"at": "now", "unpaid": "forget"}), "unpaid", "not_one_of"),
    ] {
        assert_eq!(client.post(&cancellation, &body.to_string()).await.expect(400).fields(), [(field, code)], "{body}");
    }
    let tag = [("If-Match", "\"1\"")];
    for (method, path) in [(Method::DELETE, &path), (Method::POST, &cancellation), (Method::DELETE, &cancellation)] {
        assert_eq!(client.call(method, path, "", &tag).await.refused(412), "version_mismatch");
    }
    let over = client.post(&cancellation, r#"{"at": "now"}"#).await.expect(200);
    assert_eq!((&over.json["status"], &over.json["end_reason"]), (&json!("canceled"), &json!("by_staff")));
    for refused in [
        client.post(&cancellation, r#"{"at": "now"}"#).await,
        delete(cancellation.clone()).await,
        delete(path.clone()).await,
        client.patch(&path, r#"{"amount": 5}"#).await,
    ] {
        assert_eq!(refused.refused(409), "already_canceled");
    }
    client.patch(&path, r#"{"metadata": {"why": "moved"}}"#).await.expect(200);
    let coming = client.get(&format!("{path}/upcoming_charges")).await.expect(200);
    assert_eq!(coming.json["data"], json!([]));

    // What is unpaid stays owed, or is taken back.
    for (body, left) in [(r#"{"at": "now"}"#, "open"), (r#"{"at": "now", "unpaid": "void"}"#, "void")] {
        let bill = start(&client, with(pro(&customer), json!({"collects": "invoice"}))).await.expect(201);
        let over = client.post(&format!("{ALL}/{}/cancellation", bill.id()), body).await.expect(200);
        assert_eq!(invoice(&world, &over).status.as_str(), left);
    }
    let bill = start(&client, with(pro(&customer), json!({"collects": "invoice"}))).await.expect(201);
    let over = delete(format!("{ALL}/{}", bill.id())).await.expect(200);
    assert_eq!((&over.json["status"], invoice(&world, &over).status.as_str()), (&json!("canceled"), "open"));
    // One that waits for its first payment ends now alone, and loses its invoice.
    let waits = with(pro(&customer), json!({"payment_behavior": "default_incomplete"}));
    let waits = start(&client, waits).await.expect(201);
    let path = format!("{ALL}/{}", waits.id());
    assert_eq!(client.post(&format!("{path}/cancellation"), "{}").await.refused(409), "not_active");
    let over = delete(path).await.expect(200);
    assert_eq!((&over.json["end_reason"], invoice(&world, &over).status.as_str()), (&json!("never_paid"), "void"));
    check(&world);
}
