//! The calls about events: what happened, by whom, what it changed, and what it happened to.

use clientele::{
    api_keys::permissions::{Permission, Resource},
    audit::entry,
    clock::Clock,
    events::{By, Fields, NewEvent, record},
    history::stream::{self, NEWEST, OLDEST, Which},
    ids::{CustomerId, EventId},
    paging::{Direction, Limit},
    values::Mode,
    webhooks::subjects,
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Called, Client, payments::till};
use crate::world::{World, by_person};

const ALL: &str = "/v1/events";

fn types(list: &Called) -> Vec<&str> {
    list.json["data"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect()
}

fn ids(list: &Called) -> Vec<String> {
    list.json["data"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn an_event_tells_who_did_what_to_which_thing_and_what_it_changed() {
    let (_world, client, customer) = till().await;
    let path = format!("/v1/customers/{customer}");
    let changed = client.patch(&path, r#"{"email": "jane@example.com"}"#).await.expect(200);
    let list = client.get(ALL).await.expect(200);
    assert_eq!(types(&list), ["customer.updated", "customer.created"]);
    let event = &list.json["data"][0];
    for (name, expected) in [
        ("object", json!("event")),
        ("livemode", json!(false)),
        ("version", json!(2)),
        ("subject", json!(customer)),
        ("customer", json!(customer)),
        ("actor", json!({"kind": "key", "id": client.id.to_string(), "name": "Web shop"})),
        ("request", changed.json["request_id"].clone()),
        ("undoes", Value::Null),
    ] {
        assert_eq!(event[name], expected, "{name}");
    }
    assert_eq!(
        event["data"]["changes"],
        json!({"email": {"before": "tess@test.example", "after": "jane@example.com"}})
    );
    let read = client.get(&path).await.expect(200).json;
    for (name, value) in event["data"]["object"].as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
    // The time is told in two ways, and is that of the id.
    let timestamp: Timestamp = event["timestamp"].as_str().unwrap().parse().unwrap();
    let id: EventId = event["id"].as_str().unwrap().parse().unwrap();
    assert_eq!((timestamp, timestamp.as_second()), (id.created_at(), event["created"].as_i64().unwrap()));
    let one = client.get(&format!("{ALL}/{id}")).await.expect(200).json;
    for (name, value) in event.as_object().unwrap() {
        assert_eq!(&one[name], value, "{name}");
    }
}

#[actix_web::test]
async fn events_are_listed_by_type_subject_and_customer_in_pages() {
    let (world, client, customer) = till().await;
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other").to_string();
    let wallet = format!("/v1/customers/{customer}/wallet");
    let method = client.post(&wallet, r#"{"token": "tok_visa", "default": true}"#).await.expect(201).id();
    let body = json!({"amount": 700, "currency": "kes", "customer": customer});
    let payment = client.post("/v1/payments", &body.to_string()).await.expect(201).id();
    client.patch(&format!("/v1/customers/{other}"), r#"{"company": "Acme"}"#).await.expect(200);

    let of = async |asked: &str| client.get(&format!("{ALL}?{asked}")).await.expect(200);
    assert_eq!(types(&of("type=customer.created").await), ["customer.created"; 2]);
    assert_eq!(types(&of("type=customer.*").await), ["customer.updated", "customer.created", "customer.created"]);
    assert_eq!(types(&of(&format!("subject={payment}")).await), ["payment.succeeded", "payment.begun"]);
    assert_eq!(types(&of(&format!("subject={method}&type=payment.*")).await), [""; 0]);
    let theirs = of(&format!("customer={customer}")).await;
    assert!(types(&theirs).contains(&"payment.succeeded") && types(&theirs).contains(&"payment_method.added"));
    assert!(theirs.json["data"].as_array().unwrap().iter().all(|one| one["customer"] == json!(customer)));
    assert_eq!(types(&of(&format!("customer={other}")).await), ["customer.updated", "customer.created"]);
    let paid = format!("customer={customer}&type=payment.succeeded");
    assert_eq!(types(&of(&paid).await), ["payment.succeeded"]);
    assert_eq!(types(&of(&format!("customer={other}&subject={payment}")).await), [""; 0]);

    // Page by page forth, and back again, each event once.
    let all = ids(&of("limit=100").await);
    let (mut forth, mut at) = (Vec::new(), String::new());
    loop {
        let page = of(&format!("limit=2{at}")).await;
        forth.extend(ids(&page));
        match page.json["next_cursor"].as_str() {
            Some(next) => at = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(forth, all);
    let back = of(&format!("limit=2&before={}", all[3])).await;
    assert_eq!(ids(&back), all[1..3]);
    assert_eq!(ids(&of(&format!("limit=2&after={}", all[1])).await), all[2..4]);
}

#[actix_web::test]
async fn what_is_asked_for_amiss_is_refused_with_what_is_meant() {
    let (world, client, customer) = till().await;
    let refused = client.get(&format!("{ALL}?type=customer.update")).await.expect(400);
    assert!(refused.json["error"]["message"].as_str().unwrap().contains("“customer.updated”"), "{}", refused.json);
    for asked in ["type=*x", "type=cust*", "type=", "subject=pay_", "sort=updated", "types=customer.*"] {
        client.get(&format!("{ALL}?{asked}")).await.expect(400);
    }
    client.get(&format!("{ALL}?customer={}", CustomerId::new())).await.expect(404);
    // Nobody else's events, and none that are of the merchant's own people.
    let live = Client::of(&world);
    assert_eq!(types(&live.get(&format!("{ALL}?type=*")).await.expect(200)), [""; 0]);
    let event = ids(&client.get(ALL).await).remove(0);
    live.get(&format!("{ALL}/{event}")).await.expect(404);
    let of_key = world.with(|conn| {
        use clientele::schema::events::dsl;
        use diesel::prelude::*;
        dsl::events.filter(dsl::kind.eq("api_key.created")).select(dsl::id).first::<EventId>(conn)
    });
    live.get(&format!("{ALL}/{}", of_key.unwrap())).await.expect(404);
    let blind = Client::in_account(&world, world.shop.test, Mode::Test, &[Permission::read(Resource::Customers)]);
    for path in [ALL.to_owned(), format!("{ALL}/{event}"), format!("{ALL}?customer={customer}")] {
        blind.get(&path).await.expect(403);
    }
}

#[test]
fn all_that_happens_to_customers_and_prices_is_told_and_nothing_of_the_merchants_people() {
    let told: Vec<&str> = subjects::kinds().collect();
    let others: Vec<&str> = entry::kinds().filter(|kind| !told.contains(kind)).collect();
    let of_people = ["api_key.", "job.", "merchant.", "security.", "staff.", "team.", "test_clock.", "view."];
    for kind in others {
        assert!(
            of_people.iter().any(|start| kind.starts_with(start)),
            "{kind} is neither told nor of the merchant's own"
        );
    }
    let known: Vec<&str> = entry::kinds().collect();
    assert!(told.iter().all(|kind| known.contains(kind)));
}

fn happened(by: &By, subject: CustomerId, conn: &mut diesel::PgConnection) -> EventId {
    let (nothing, after) = (Fields::new(), Fields::from_iter([("name".to_owned(), json!("Jane"))]));
    let what = NewEvent {
        kind: clientele::customers::kinds::UPDATED,
        subject: subject.uuid(),
        customer: None,
        version: 2,
        before: &nothing,
        after: &after,
    };
    record(conn, by, &what).unwrap()
}

#[actix_web::test]
async fn who_reads_forward_never_passes_what_is_still_being_written() {
    let world = World::committed().await;
    let account = world.shop.live;
    let kinds: Vec<&str> = subjects::kinds().collect();
    let which = Which { kinds: &kinds, is_of_some_kinds: false, subject: None, customer: None, order: OLDEST };
    // An hour from now by the reader's clock: only transactions under way can hold it up.
    let later = Clock::telling(|| Timestamp::now() + SignedDuration::from_hours(1));
    let seen = || -> Vec<EventId> {
        world.with(|conn| {
            let end = stream::settled(conn, &later).unwrap();
            let page = stream::page(conn, account, &which, end, &Direction::First, Limit::MOST).unwrap();
            page.items.iter().map(|event| event.id).collect()
        })
    };
    let by = by_person(account, &world.shop.editor);
    let (mut slow, mut quick) = (world.database().connect(), world.database().connect());
    slow.begin_test_transaction().unwrap();
    let first = happened(&by, CustomerId::new(), &mut slow);
    let second = happened(&by, CustomerId::new(), &mut quick);
    assert!(first < second);
    assert_eq!(seen(), []);
    // What is read newest first shows it at once.
    let newest = world.with(|conn| {
        let which = Which { order: NEWEST, ..which.clone() };
        stream::page(conn, account, &which, EventId::from_uuid(uuid::Uuid::max()), &Direction::First, Limit::MOST)
    });
    assert_eq!(newest.unwrap().items.iter().map(|event| event.id).collect::<Vec<_>>(), [second]);
    drop(slow);
    // The server notices that it was left, and takes it back.
    while seen().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(seen(), [second]);
}

#[actix_web::test]
async fn the_forward_order_ends_ten_seconds_ago() {
    let world = World::committed().await;
    let client = Client::of(&world);
    let ago = |seconds| Clock::telling(move || Timestamp::now() - SignedDuration::from_secs(seconds));
    let mut conn = world.database().connect();
    let mut made = |seconds| {
        let by = By { clock: ago(seconds), ..by_person(world.shop.live, &world.shop.editor) };
        happened(&by, CustomerId::new(), &mut conn).to_string()
    };
    let (oldest, older, young) = (made(90), made(60), made(2));
    let all = client.get(&format!("{ALL}?sort=created")).await.expect(200);
    assert_eq!((ids(&all), all.json["has_more"].as_bool()), (vec![oldest.clone(), older.clone()], Some(false)));
    let rest = client.get(&format!("{ALL}?sort=created&after={oldest}")).await.expect(200);
    assert_eq!(ids(&rest), [&*older]);
    assert_eq!(ids(&client.get(ALL).await), [young, older, oldest]);
    // The subject is not there: what was, is told all the same.
    assert_eq!(all.json["data"][0]["data"]["object"], Value::Null);
}
