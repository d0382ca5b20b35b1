//! A key that is told private data masked: in every answer of every call, errors and answers given again included.

use actix_web::http::Method;
use clientele::{app::calls, ids::CustomerId};

use crate::{api::Client, curtain::Private, world::World};

fn mask(world: &World) {
    world.sql("UPDATE api_keys SET is_masked = true");
}

#[actix_web::test]
async fn no_answer_of_any_call_has_a_private_value() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let client = Client::unlimited(&world, clientele::values::Mode::Live).await;
    mask(&world);
    let customers = [private.by_email, private.by_phone, private.gone, private.jane];
    let of = |path: &str, customer: CustomerId| {
        let id = match path {
            path if path.starts_with("/v1/customers") => customer.to_string(),
            path if path.starts_with("/v1/notes") => private.note.to_string(),
            path if path.starts_with("/v1/payments") => private.payment.to_string(),
            path if path.starts_with("/v1/payment_methods") => private.method.to_string(),
            path if path.starts_with("/v1/events/") => private.event.to_string(),
            _ => "none".to_owned(),
        };
        path.replace("{id}", &id)
    };
    let mut leaks = Vec::new();
    let mut asked = 0;
    let routes = calls();
    let each = routes.iter().flat_map(|route| route.methods.iter().map(move |method| (method, route.path)));
    let each: Vec<_> = each.flat_map(|call| customers.map(|customer| (call, customer))).collect();
    // What reads comes before what changes.
    let (reading, changing): (Vec<_>, Vec<_>) = each.into_iter().partition(|((method, _), _)| **method == Method::GET);
    for ((method, path), customer) in reading.into_iter().chain(changing) {
        let path = of(path, customer);
        let bodies: &[&str] = match *method {
            Method::GET | Method::DELETE => &[""],
            Method::PATCH => &["{\"version\": 1, \"company\": \"New\"}", "{\"company\": \"New\"}", "{\"email\": 1}"],
            _ => &["{}", "{\"name\": \"New\", \"email\": \"loclstx@other.example\"}"],
        };
        for body in bodies {
            let called = client.call(method.clone(), &path, body, &[]).await;
            asked += 1;
            let found = private.leaks(&called.answer);
            // What was sent comes back in no answer but as others have it.
            if !found.is_empty() {
                leaks.push(format!("{} {path} {body}: {found:?} {}", method, called.json));
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(asked > 40, "{asked}");
}

#[actix_web::test]
async fn a_customer_is_told_with_what_tells_it_from_others() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let client = Client::of(&world);
    mask(&world);
    let path = format!("/v1/customers/{}", private.jane);
    let jane = client.get(&path).await.expect(200).json;
    assert_eq!(jane["name"], "Jane Shown");
    assert_eq!(jane["email"], "l•••@other.example");
    assert_eq!(jane["phone"], "+254 ••• 76");
    assert_eq!(jane["phone_typed"], "•••");
    assert_eq!(jane["reference"], "R-100200");
    assert_eq!(jane["billing_address"]["line1"], "•••");
    assert_eq!(jane["billing_address"]["country"], "KE");
    assert_eq!(jane["custom_fields"]["memo"], "Ask l•••@mail.example");
    assert_eq!(client.get("/v1/key").await.expect(200).json["masked"], true);

    // What it writes is written, and told masked.
    let changed =
        client.patch(&path, "{\"email\": \"another@mail.example\", \"company\": \"New\"}").await.expect(200).json;
    assert_eq!((&changed["email"], &changed["company"]), (&"a•••@mail.example".into(), &"New".into()));
    assert_eq!(world.stored(private.jane).record.email.as_deref(), Some("another@mail.example"));
}

#[actix_web::test]
async fn an_answer_that_is_given_again_is_masked_too() {
    let world = World::empty().await;
    let client = Client::of(&world);
    let once = [("Idempotency-Key", "one")];
    let body = "{\"name\": \"Jane\", \"email\": \"jane@mail.example\"}";
    let first = client.call(Method::POST, "/v1/customers", body, &once).await.expect(201).json;
    assert_eq!(first["email"], "jane@mail.example");
    mask(&world);
    let again = client.call(Method::POST, "/v1/customers", body, &once).await;
    assert_eq!((again.answer.status.as_u16(), again.answer.header("Idempotent-Replayed")), (201, Some("true")));
    assert_eq!((&again.json["id"], &again.json["email"]), (&first["id"], &"j•••@mail.example".into()));
    let page = client.get("/v1/customers?limit=1").await.expect(200).json;
    assert!(page["next_cursor"].is_null() && page["data"][0]["id"] == first["id"]);
}

#[actix_web::test]
async fn a_mask_is_never_stored() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let client = Client::of(&world);
    mask(&world);
    let before = world.stored(private.jane);
    let path = format!("/v1/customers/{}", private.jane);
    for body in [
        r#"{"billing_address": {"line1": "•••", "city": "Kisumu", "country": "KE"}}"#,
        r#"{"description": "call \u2022\u2022\u2022"}"#,
        r#"{"metadata": {"contact": "l•••@mail.example"}, "company": "New"}"#,
    ] {
        assert_eq!(client.patch(&path, body).await.refused(409), "masked", "{body}");
    }
    let note = format!("/v1/notes/{}", private.note);
    assert_eq!(client.patch(&note, r#"{"text": "Number ••• since"}"#).await.refused(409), "masked");
    assert_eq!(world.stored(private.jane).record, before.record);
    world.sql("UPDATE api_keys SET is_masked = false");
    client.patch(&path, r#"{"description": "• • •, and •••"}"#).await.expect(200);
}

#[actix_web::test]
async fn what_a_masked_key_needs_to_go_on_is_told_as_it_is() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    let client = Client::of(&world);
    mask(&world);
    let said = client.get("/v1/customers?q=email%3Alocl").await.expect(400).json;
    let message = said["error"]["message"].as_str().unwrap();
    assert!(message.contains("like email:*@acme.com") && !message.contains('•'), "{message}");
    let said = client.get("/v1/customers?q=phone%3A34567").await.expect(400).json;
    assert!(said["error"]["message"].as_str().unwrap().ends_with("with its country’s code."), "{said}");
    let mut after = String::new();
    for _ in 0..3 {
        let page = client.get(&format!("/v1/customers?limit=1&sort=name{after}")).await.expect(200).json;
        let Some(next) = page["next_cursor"].as_str() else { break };
        after = format!("&after={next}");
    }
    let path = format!("/v1/customers/{}", private.jane);
    for _ in 0..5 {
        let plan = client.call(Method::DELETE, &format!("{path}?dry_run=true"), "", &[]).await.expect(200).json;
        let id = plan["id"].as_str().or(plan["plan"]["id"].as_str()).unwrap_or_else(|| panic!("{plan}")).to_owned();
        assert!(!id.contains('•'), "{plan}");
        world.customer("name=Another");
    }
}
