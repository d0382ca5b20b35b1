//! What is sent, when, and what follows from the answers.

use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use clientele::{
    events::By,
    ids::EventId,
    webhooks::{
        deliveries::{self, Delivery, Status},
        kinds,
        model::Disabled,
        resending,
        sending::PAUSES,
        writing,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Post,
    receiver::{OK, Receiver},
};
use crate::world::by_person;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn by(post: &Post) -> By {
    by_person(post.account(), &post.world.shop.admin)
}

fn deliveries(post: &Post, id: clientele::ids::EndpointId) -> Vec<Delivery> {
    use clientele::paging::{Direction, Limit};
    let page = post
        .world
        .with(|conn| deliveries::page(conn, post.account(), id, None, &Direction::First, Limit::MOST))
        .unwrap();
    page.items
}

fn states(post: &Post, id: clientele::ids::EndpointId) -> Vec<(Status, i16)> {
    deliveries(post, id).iter().map(|one| (one.status, one.count)).collect()
}

#[actix_web::test]
async fn an_event_is_sent_as_programs_read_it_and_signed() {
    let post = Post::open().await;
    let receiver = Receiver::content();
    let (id, secret) = post.endpoint(&receiver.url(), &["customer.*"]);
    let customer = post.customer("Zoë");
    assert_eq!(post.send().await, 1);
    let heard = receiver.heard();
    let [one] = &heard[..] else { panic!("{heard:?}") };
    let body = one.json();
    for (name, expected) in [
        ("object", json!("event")),
        ("type", json!("customer.created")),
        ("livemode", json!(false)),
        ("version", json!(1)),
        ("subject", json!(customer)),
        ("id", json!(one.id())),
    ] {
        assert_eq!(body[name], expected, "{name}");
    }
    assert_eq!(body["data"]["object"]["name"], "Zoë");
    assert_eq!(body.get("request_id"), None);
    let at: i64 = one.headers["webhook-timestamp"].parse().unwrap();
    assert!((Timestamp::now().as_second() - at).abs() < 60);
    let event: EventId = one.id().parse().unwrap();
    let expected = secret.sign(event, Timestamp::from_second(at).unwrap(), &one.body);
    assert_eq!(one.headers["webhook-signature"], expected);
    assert_eq!(one.headers["content-type"], "application/json");
    assert_eq!(states(&post, id), [(Status::Succeeded, 1)]);
    let tried = &deliveries(&post, id)[0].tries[0];
    assert_eq!((tried.code, tried.failure.as_deref(), &*tried.answer), (Some(200), None, "ok"));
    assert_eq!(post.send_after(HOUR * 100).await, 0);
}

#[actix_web::test]
async fn only_what_is_wanted_is_sent_and_only_of_the_own_account() {
    let post = Post::open().await;
    let (all, notes, live) = (Receiver::content(), Receiver::content(), Receiver::content());
    post.endpoint(&all.url(), &["*"]);
    post.endpoint(&notes.url(), &["note.*", "payment.succeeded"]);
    let customer = post.customer("Tess");
    post.world.note(post.account(), customer, "Call back");
    // Of the live account, and of the merchant's own people.
    post.world.customer_in(post.world.shop.live, &post.world.shop.editor, "name=Live");
    post.send().await;
    assert_eq!(notes.kinds(), ["note.written"]);
    let mut kinds = all.kinds();
    kinds.sort();
    assert_eq!(kinds, ["customer.created", "note.written", "webhook_endpoint.created", "webhook_endpoint.created"]);
    assert!(live.heard().is_empty());
}

#[actix_web::test]
async fn what_is_not_received_is_sent_again_by_the_schedule_with_the_same_bytes_and_id() {
    let post = Post::open().await;
    let receiver = Receiver::new(|n, _| if n < 3 { (500, "", "not now") } else { OK });
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    let customer = post.customer("Tess");
    assert_eq!(post.send().await, 1);
    assert_eq!(post.send().await, 0, "not before its time");
    assert_eq!(states(&post, id), [(Status::Waiting, 1)]);
    assert!(post.find(id).failing_since.is_some());
    // What happens to the customer meanwhile does not change what is sent.
    post.world.sql("UPDATE customers SET name = 'Other'");
    for pause in &PAUSES[..3] {
        assert_eq!(post.send_after(*pause * 2).await, 1);
    }
    let heard = receiver.heard();
    assert_eq!(heard.len(), 4);
    assert!(heard.iter().all(|one| one.body == heard[0].body && one.id() == heard[0].id()));
    let times: Vec<&String> = heard.iter().map(|one| &one.headers["webhook-timestamp"]).collect();
    assert!(times.is_sorted() && times[0] != times[3], "each try has its own time: {times:?}");
    assert_eq!(states(&post, id), [(Status::Succeeded, 4)]);
    assert_eq!(post.find(id).failing_since, None);
    let codes: Vec<_> = deliveries(&post, id)[0].tries.iter().map(|one| one.code).collect();
    assert_eq!(codes, [Some(500), Some(500), Some(500), Some(200)]);
    assert!(heard[0].body.contains(&customer.to_string()));
}

#[actix_web::test]
async fn after_ten_tries_it_is_given_up_and_the_endpoint_disabled() {
    let post = Post::open().await;
    let receiver = Receiver::saying((503, "", ""));
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    let mut tries = post.send().await;
    for pause in PAUSES {
        tries += post.send_after(pause + pause / 5).await;
        if !post.find(id).is_enabled() {
            break;
        }
    }
    // The pauses come to a bit over three days: the last try is the one after which nothing arrived for so long.
    assert!((9..=10).contains(&tries), "{tries}");
    let endpoint = post.find(id);
    assert_eq!(endpoint.disabled, Some(Disabled::Failing));
    // From now on events are noted, and not sent.
    post.customer("Tom");
    assert_eq!(post.send_after(HOUR * 100).await, 0);
    let states: Vec<Status> = deliveries(&post, id).iter().map(|one| one.status).collect();
    assert_eq!(states[0], Status::Skipped);
    assert!(states[1] != Status::Waiting);
    // It is told of, as any change.
    let told = post.world.number("SELECT count(*) AS n FROM events WHERE kind = 'webhook_endpoint.disabled'");
    assert_eq!(told, 1);
}

#[actix_web::test]
async fn a_success_in_between_begins_the_three_days_anew() {
    let post = Post::open().await;
    let receiver = Receiver::new(|_, heard| if heard.body.contains("Tom") { OK } else { (500, "", "") });
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    post.send().await;
    post.send_after(HOUR * 60).await;
    post.customer("Tom");
    post.send().await;
    assert_eq!(post.find(id).failing_since, None);
    post.send_after(HOUR * 60).await;
    assert!(post.find(id).is_enabled());
    post.send_after(HOUR * 73).await;
    assert_eq!(post.find(id).disabled, Some(Disabled::Failing));
}

#[actix_web::test]
async fn a_receiver_that_is_gone_is_told_nothing_more() {
    let post = Post::open().await;
    let receiver = Receiver::saying((410, "", "gone"));
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    post.customer("Tom");
    post.send().await;
    assert_eq!(post.find(id).disabled, Some(Disabled::Gone));
    assert_eq!(post.send_after(HOUR * 100).await, 0);
    assert!(deliveries(&post, id).iter().all(|one| one.status != Status::Waiting));
    // Enabled again, it is told what happens from then on.
    post.world.with(|conn| writing::enable(conn, &by(&post), id)).unwrap();
    post.customer("Tina");
    assert_eq!(post.send().await, 1);
}

#[actix_web::test]
async fn a_receiver_may_ask_to_be_left_alone_for_a_while() {
    let post = Post::open().await;
    let receiver = Receiver::new(|n, _| if n == 0 { (429, "retry-after: 7200\r\n", "") } else { OK });
    post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    post.send().await;
    assert_eq!(post.send_after(HOUR).await, 0);
    assert_eq!(post.send_after(HOUR * 2).await, 1);
}

#[actix_web::test]
async fn redirects_are_failures_and_where_they_lead_hears_nothing() {
    let post = Post::open().await;
    let elsewhere = Receiver::content();
    let line: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url()).into_boxed_str());
    let receiver = Receiver::saying((307, line, ""));
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    post.send().await;
    assert_eq!(states(&post, id), [(Status::Waiting, 1)]);
    assert!(elsewhere.heard().is_empty());
}

#[actix_web::test]
async fn what_an_operator_allows_no_more_is_not_connected_to() {
    let post = Post::open().await;
    let receiver = Receiver::content();
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    let outgoing = clientele::outgoing::Outgoing::new(Default::default());
    let strict = clientele::webhooks::sending::Sender::new(
        post.world.db.clone(),
        outgoing,
        post.world.shared.seals.clone(),
        post.passing.clock(),
    );
    assert_eq!(strict.send_all_due().await.unwrap(), 1);
    assert!(receiver.heard().is_empty());
    assert_eq!(deliveries(&post, id)[0].tries[0].failure.as_deref(), Some("not_allowed"));
}

#[actix_web::test]
async fn first_tries_of_one_subject_go_in_the_order_of_its_versions() {
    let post = Post::open().await;
    let receiver = Receiver::new(|n, _| if n % 3 == 0 { (500, "", "") } else { OK });
    post.endpoint(&receiver.url(), &["customer.*"]);
    let customers: Vec<_> = (0..4).map(|n| post.customer(&format!("C{n}"))).collect();
    let client = crate::api::Client::unlimited(&post.world, clientele::values::Mode::Test).await;
    for round in 0..5 {
        for id in &customers {
            let body = format!(r#"{{"company": "Company {round}"}}"#);
            client.patch(&format!("/v1/customers/{id}"), &body).await.expect(200);
        }
    }
    while post.send().await > 0 {}
    for _ in 0..6 {
        post.send_after(HOUR).await;
    }
    let (mut firsts, mut seen): (HashMap<String, Vec<i64>>, Vec<String>) = Default::default();
    for one in receiver.heard() {
        if !seen.contains(&one.id().to_owned()) {
            seen.push(one.id().to_owned());
            let json = one.json();
            let of_subject = firsts.entry(json["subject"].as_str().unwrap().to_owned()).or_default();
            of_subject.push(json["version"].as_i64().unwrap());
        }
    }
    assert_eq!(firsts.len(), 4);
    assert!(firsts.values().all(|versions| *versions == [1, 2, 3, 4, 5, 6]), "{firsts:?}");
}

#[actix_web::test]
async fn a_slow_receiver_has_a_few_places_and_holds_nobody_else_up() {
    let post = Post::open().await;
    // The slow one answers nobody until the other one has heard everything.
    let heard_all = Arc::new(Barrier::new(2));
    let at_once = Arc::new(AtomicUsize::new(0));
    let slow = Receiver::new({
        let (heard_all, at_once) = (Arc::clone(&heard_all), Arc::clone(&at_once));
        move |n, _| {
            at_once.fetch_add(1, SeqCst);
            if n == 0 {
                heard_all.wait();
            }
            OK
        }
    });
    let quick = Receiver::new({
        let heard_all = Arc::clone(&heard_all);
        move |n, _| {
            if n == 19 {
                heard_all.wait();
            }
            OK
        }
    });
    let (slow_id, _) = post.endpoint(&slow.url(), &["customer.*"]);
    post.endpoint(&quick.url(), &["customer.*"]);
    for n in 0..20 {
        post.customer(&format!("C{n}"));
    }
    let sending = post.sender.clone().start();
    while quick.heard().len() < 20 || slow.heard().len() < 20 {
        actix_web::rt::task::yield_now().await;
        actix_web::rt::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    sending.end().await;
    assert_eq!(states(&post, slow_id).iter().filter(|(status, _)| *status == Status::Succeeded).count(), 20);
}

#[actix_web::test]
async fn two_secrets_sign_while_one_is_replaced() {
    let post = Post::open().await;
    let receiver = Receiver::content();
    let (id, old) = post.endpoint(&receiver.url(), &["customer.*"]);
    let new = clientele::webhooks::secret::Secret::new().unwrap();
    let seals = &post.world.shared.seals;
    let day = SignedDuration::from_hours(24);
    post.world.with(|conn| writing::replace_secret(conn, &by(&post), id, (&new, seals), day)).unwrap();
    let again = clientele::webhooks::secret::Secret::new().unwrap();
    let refused = post.world.with(|conn| writing::replace_secret(conn, &by(&post), id, (&again, seals), day));
    assert!(refused.unwrap_err().to_string().contains("still signs"));
    post.customer("Tess");
    post.send().await;
    post.passing.pass(day * 2);
    post.customer("Tom");
    post.send().await;
    let signed = |one: &super::receiver::Heard, secret: &clientele::webhooks::secret::Secret| {
        let at = Timestamp::from_second(one.headers["webhook-timestamp"].parse().unwrap()).unwrap();
        secret.sign(one.id().parse().unwrap(), at, &one.body)
    };
    let heard = receiver.heard();
    assert_eq!(
        heard[0].headers["webhook-signature"],
        format!("{} {}", signed(&heard[0], &new), signed(&heard[0], &old))
    );
    assert_eq!(heard[1].headers["webhook-signature"], signed(&heard[1], &new));
}

#[actix_web::test]
async fn test_events_and_what_is_sent_by_hand_count_for_nothing() {
    let post = Post::open().await;
    let receiver = Receiver::new(|n, _| if n < 4 { (500, "", "") } else { OK });
    let (id, _) = post.endpoint(&receiver.url(), &["customer.*"]);
    let test = post.world.with(|conn| writing::test(conn, &by(&post), id)).unwrap();
    assert_eq!(post.send().await, 1);
    assert_eq!(receiver.kinds(), [kinds::TEST]);
    assert_eq!(post.find(id).failing_since, None);
    let find = |event| post.world.with(|conn| deliveries::find(conn, post.account(), id, event)).unwrap();
    assert_eq!((find(test).status, find(test).count, find(test).due_at), (Status::Failed, 0, None));

    post.customer("Tess");
    post.send().await;
    let event = deliveries(&post, id).into_iter().find(|one| one.kind != kinds::TEST).unwrap();
    let due = event.due_at.unwrap();
    let again = || post.world.with(|conn| resending::send_again(conn, &by(&post), id, event.event)).unwrap();
    again();
    assert_eq!(post.send().await, 1);
    let after = find(event.event);
    assert_eq!(
        (after.status, after.count, after.due_at),
        (Status::Waiting, 1, Some(due)),
        "it goes on as it would have"
    );
    assert!(after.tries[1].is_extra);
    // Disabled, it is sent all the same, once.
    post.world.with(|conn| writing::disable(conn, &by(&post), id, Disabled::ByHand)).unwrap();
    assert_eq!(find(event.event).status, Status::Skipped);
    again();
    post.send().await;
    assert_eq!((find(event.event).status, find(event.event).count), (Status::Skipped, 1));
    again();
    post.send().await;
    assert_eq!((find(event.event).status, find(event.event).count), (Status::Succeeded, 1));
    assert_eq!(post.send_after(HOUR * 100).await, 0);
    assert_eq!(post.find(id).failing_since, post.find(id).failing_since);
}

#[actix_web::test]
async fn an_event_from_before_the_endpoint_can_be_sent_and_one_that_is_too_old_cannot() {
    let post = Post::open().await;
    let customer = post.customer("Tess");
    let receiver = Receiver::content();
    let (id, _) = post.endpoint(&receiver.url(), &["payment.*"]);
    let event = post.world.events(customer);
    let event = event.first().map_or_else(
        || {
            post.world
                .with(|conn| clientele::history::of_subject(conn, post.account(), customer.uuid(), None, 1))
                .unwrap()[0]
                .id
        },
        |event| event.id,
    );
    post.world.with(|conn| resending::send_again(conn, &by(&post), id, event)).unwrap();
    assert_eq!(post.send().await, 1);
    assert_eq!(receiver.kinds(), ["customer.created"]);
    let later = clientele::clock::Clock::telling(|| Timestamp::now() + SignedDuration::from_hours(31 * 24));
    let old = By { clock: later, ..by(&post) };
    let refused = post.world.with(|conn| resending::send_again(conn, &old, id, event));
    assert!(refused.unwrap_err().to_string().contains("older than 30 days"));
    let nobody = post.world.with(|conn| resending::send_again(conn, &by(&post), id, EventId::new()));
    assert!(nobody.is_err());
}

#[actix_web::test]
async fn too_large_a_subject_is_told_by_its_id_and_version() {
    let post = Post::open().await;
    let receiver = Receiver::content();
    post.endpoint(&receiver.url(), &["customer.*"]);
    post.customer("Tess");
    post.world.sql(
        "UPDATE customers SET metadata = (SELECT jsonb_object_agg('k' || n, repeat('x', 2000)) FROM generate_series(1, 50) n)",
    );
    post.send().await;
    let one = &receiver.heard()[0];
    assert!(one.body.len() < 64 * 1024, "{}", one.body.len());
    let data = &one.json()["data"];
    assert_eq!(data["truncated"], true);
    let names: Vec<&String> = data["object"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "object", "version"]);
}

#[actix_web::test]
async fn a_new_app_secret_signs_with_what_the_former_one_sealed_and_seals_it_anew() {
    use actix_web::cookie::Key;
    use clientele::{sealing::Seals, webhooks::sending::Sender};
    let post = Post::open().await;
    let receiver = Receiver::content();
    let (id, secret) = post.endpoint(&receiver.url(), &["customer.*"]);
    let sender = |seals: Seals| Sender::new(post.world.db.clone(), super::loopback(), seals, post.passing.clock());
    let new = Key::derive_from(&[8; 32]);
    // Without the former secret it cannot be read: nothing is sent, and why is told.
    post.customer("Tess");
    sender(Seals::new(&new, &[])).send_all_due().await.unwrap();
    assert!(receiver.heard().is_empty());
    assert_eq!(deliveries(&post, id)[0].tries[0].failure.as_deref(), Some("unsendable"));
    post.passing.pass(HOUR);
    sender(Seals::new(&new, std::slice::from_ref(&post.world.shared.key))).send_all_due().await.unwrap();
    post.customer("Tom");
    sender(Seals::new(&new, &[])).send_all_due().await.unwrap();
    let heard = receiver.heard();
    assert_eq!(heard.len(), 2);
    for one in heard {
        let at = Timestamp::from_second(one.headers["webhook-timestamp"].parse().unwrap()).unwrap();
        assert_eq!(one.headers["webhook-signature"], secret.sign(one.id().parse().unwrap(), at, &one.body));
    }
}
