//! Many people at once, with real commits: nothing that was acknowledged is lost, and nothing is made twice.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use actix_web::rt;
use clientele::{
    customers::record::Record,
    error::Error,
    events::Fields,
    gateway::{Instrument, Kind, sandbox::credential},
    history::Event,
    ids::{CustomerId, MethodId},
    payment_methods::wallet::{self, Added, New, Refusal, Rules},
};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use crate::{
    payment_methods::{happened, methods},
    world::{Asker, World, by_person},
};

/// Runs `work` for each number below `count`, so many at a time, and returns what came of each in order.
pub async fn at_once<T: 'static, F>(count: usize, at_a_time: usize, work: impl Fn(usize) -> F + 'static) -> Vec<T>
where
    F: Future<Output = T> + 'static,
{
    let next = Rc::new(RefCell::new(0..count));
    let done = Rc::new(RefCell::new(BTreeMap::new()));
    let work = Rc::new(work);
    let hands = (0..at_a_time).map(|_| {
        let (next, done, work) = (Rc::clone(&next), Rc::clone(&done), Rc::clone(&work));
        rt::spawn(async move {
            loop {
                let Some(n) = next.borrow_mut().next() else { break };
                let came = work(n).await;
                done.borrow_mut().insert(n, came);
            }
        })
    });
    for hand in hands.collect::<Vec<_>>() {
        hand.await.unwrap();
    }
    done.take().into_values().collect()
}

/// Posts so many forms to a path, all at once; returns the statuses.
async fn post_all(asker: &Rc<Asker>, path: &str, forms: Vec<String>) -> Vec<u16> {
    let (asker, path, forms) = (Rc::clone(asker), path.to_owned(), Rc::new(forms));
    // The session is begun before, or each of the first requests would begin one.
    asker.get("/profile").await.expect(200);
    at_once(forms.len(), 25, move |n| {
        let (asker, path, forms) = (Rc::clone(&asker), path.clone(), Rc::clone(&forms));
        async move { asker.post(&path, forms[n].as_str()).await.status.as_u16() }
    })
    .await
}

/// The record that the events alone tell of.
fn replayed(events: &[Event]) -> Record {
    events.iter().fold(Record::blank(), |record, event| {
        let was: Fields = event.before.keys().map(|name| (name.clone(), value(&record.fields(), name))).collect();
        assert_eq!(was, event.before, "version {} changed what was there before it", event.version);
        record.with(&event.after)
    })
}

fn value(fields: &Fields, name: &str) -> serde_json::Value {
    clientele::events::fields::value(fields, name)
}

/// Row and events agree, and every version has its one event.
fn assert_told_in_full(world: &World, id: CustomerId) -> Vec<Event> {
    let (stored, events) = (world.stored(id), world.events(id));
    let versions: Vec<i32> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=stored.version).collect::<Vec<_>>());
    assert_eq!(replayed(&events), stored.record);
    events
}

#[actix_web::test]
async fn a_hundred_edits_at_once_lose_nothing_that_was_acknowledged() {
    let world = World::committed().await;
    let id = world.customer("name=Wanted&email=w%40x.example");
    let editor = Rc::new(world.editor());
    // All from version 1: forty change a field of their own, thirty the same one, thirty another same one.
    let forms: Vec<String> = (0..100)
        .map(|n| match n % 10 {
            0..4 => format!("version=1&metadata.own{n}=v{n}"),
            4..7 => format!("version=1&company=Company+{n}"),
            _ => format!("version=1&description=Text+{n}&reference=R{n}"),
        })
        .collect();
    let statuses = post_all(&editor, &format!("/customers/{id}"), forms).await;
    assert!(statuses.iter().all(|status| [303, 409, 503].contains(status)), "{statuses:?}");

    let events = assert_told_in_full(&world, id);
    let times_told = |name: &str, text: &str| {
        events.iter().filter(|event| event.after.get(name).is_some_and(|value| value == text)).count()
    };
    for (n, status) in statuses.iter().enumerate() {
        let (name, text) = match n % 10 {
            0..4 => (format!("metadata.own{n}"), format!("v{n}")),
            4..7 => ("company".to_owned(), format!("Company {n}")),
            _ => ("description".to_owned(), format!("Text {n}")),
        };
        assert_eq!(times_told(&name, &text), usize::from(*status == 303), "edit {n} was answered {status}");
    }
    let won = |range: std::ops::Range<usize>| {
        statuses.iter().enumerate().filter(|(n, status)| range.contains(&(n % 10)) && **status == 303).count()
    };
    assert_eq!(won(0..4), 40, "edits of different fields are all merged");
    assert_eq!((won(4..7), won(7..10)), (1, 1), "of edits of the same field one wins, the others are asked");
}

#[actix_web::test]
async fn people_who_try_again_all_get_through() {
    let world = World::committed().await;
    let id = world.customer("name=Wanted&email=w%40x.example");
    let editor = Rc::new(world.editor());
    editor.get("/profile").await.expect(200);
    let asker = Rc::clone(&editor);
    at_once(12, 12, move |n| {
        let asker = Rc::clone(&asker);
        async move {
            let path = format!("/customers/{id}");
            let form = asker.get(format!("{path}/edit")).await.expect(200).form_to(&path);
            let mut answer = asker.submit(&form.set("company", &format!("Company {n}"))).await;
            while answer.status == 409 {
                // Mine, against whatever was saved meanwhile.
                answer = asker.submit(&answer.form_to(&path)).await;
            }
            assert_eq!(answer.status, 303, "{}", answer.outline());
        }
    })
    .await;
    let events = assert_told_in_full(&world, id);
    for n in 0..12 {
        let text = serde_json::json!(format!("Company {n}"));
        assert_eq!(events.iter().filter(|event| event.after.get("company") == Some(&text)).count(), 1, "Company {n}");
    }
}

#[actix_web::test]
async fn a_form_sent_many_times_at_once_makes_one_customer() {
    let world = World::committed().await;
    let editor = Rc::new(world.editor());
    let form =
        editor.get("/customers/new").await.form_to("/customers").set("name", "Nia").set("email", "nia@x.example");
    let statuses = post_all(&editor, "/customers", vec![form.encoded(); 30]).await;
    assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
    assert_eq!(world.census(), (1, 1, 1));

    // Gone back to, changed, and sent many times again: one more.
    let changed = form.set("name", "Noa").set("email", "noa@x.example");
    post_all(&editor, "/customers", vec![changed.encoded(); 30]).await;
    assert_eq!(world.named("Noa").len(), 1);
}

#[actix_web::test]
async fn defaults_chosen_at_once_leave_exactly_one() {
    let world = World::committed().await;
    let id = world.customer("name=Wanted&email=w%40x.example&address.a.city=First");
    let editor = Rc::new(world.editor());
    let forms: Vec<String> = (0..30)
        .map(|n| {
            let kind = ["billing", "shipping"][n % 2];
            format!("version=1&address.n.city=City+{n}&address.n.kind={kind}&address.n.is_default=on")
        })
        .collect();
    let statuses = post_all(&editor, &format!("/customers/{id}"), forms).await;
    let saved = statuses.iter().filter(|status| **status == 303).count();
    assert!(saved >= 25, "{statuses:?}");
    let addresses = world.stored(id).record.addresses;
    assert_eq!(addresses.len(), 1 + saved);
    for kind in ["billing", "shipping"] {
        assert_eq!(
            addresses.values().filter(|address| address.kind == kind && address.is_default).count(),
            1,
            "{kind}"
        );
    }
    assert_told_in_full(&world, id);
}

#[actix_web::test]
async fn deletes_restores_and_edits_at_once_agree_with_their_events() {
    let world = World::committed().await;
    let id = world.customer("name=Wanted&email=w%40x.example");
    let editor = Rc::new(world.editor());
    editor.get("/profile").await.expect(200);
    let asker = Rc::clone(&editor);
    let statuses = at_once(60, 20, move |n| {
        let asker = Rc::clone(&asker);
        async move {
            let (path, form) = match n % 3 {
                0 => {
                    let path = format!("/customers/{id}/deletion");
                    let page = asker.get(&path).await;
                    let is_there = page.status.as_u16() == 200;
                    let plan = if is_there { page.attribute("main [name=plan]", "value") } else { String::new() };
                    (path, format!("plan={plan}"))
                }
                1 => (format!("/customers/{id}/restoration"), String::new()),
                _ => (format!("/customers/{id}"), format!("version=1&metadata.k{n}=x")),
            };
            asker.post(path, form).await.status.as_u16()
        }
    })
    .await;
    assert!(statuses.iter().all(|status| [303, 409].contains(status)), "{statuses:?}");
    let events = assert_told_in_full(&world, id);
    let mut deleted = false;
    for event in &events {
        match event.kind.as_str() {
            "customer.deleted" => assert!(!std::mem::replace(&mut deleted, true), "deleted twice in a row"),
            "customer.restored" => assert!(std::mem::replace(&mut deleted, false), "restored without a delete"),
            _ => assert!(!deleted, "{} while it was deleted", event.kind),
        }
    }
    assert_eq!(world.stored(id).is_deleted(), deleted);
}

#[actix_web::test]
async fn a_row_that_somebody_holds_is_waited_for_and_then_told() {
    let world = World::committed().await;
    let id = world.customer("name=Held&email=h%40x.example");
    let editor = world.editor();
    editor.get("/profile").await.expect(200);
    let holder = holding(&world, "SELECT 1 FROM customers FOR UPDATE");
    let began = std::time::Instant::now();
    let answer = editor.post(format!("/customers/{id}"), "version=1&company=X").await.expect(503);
    assert!(began.elapsed().as_secs_f32() < 6.0, "{:?}", began.elapsed());
    assert!(answer.text("main").contains("Nothing was changed"));
    drop(holder);
    editor.post(format!("/customers/{id}"), "version=1&company=X").await.expect(303);
}

/// A connection that holds what a statement locks, until it is dropped.
fn holding(world: &World, statement: &str) -> PgConnection {
    let mut holder = world.database().connect();
    holder.begin_test_transaction().unwrap();
    sql_query(statement).execute(&mut holder).unwrap();
    holder
}

/// A request gives up after five seconds. Its statements may take almost as long each, so the last may still be under
/// way then; once it gets through, the change must not be stored.
#[actix_web::test]
async fn what_was_answered_with_nothing_was_changed_stays_unchanged() {
    let world = World::committed().await;
    let id = world.customer("name=Held&email=h%40x.example");
    let editor = world.editor();
    editor.get("/profile").await.expect(200);
    // A sequence goes on counting in a transaction that is rolled back.
    for statement in [
        "CREATE SEQUENCE gone_through",
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_sleep(2.8); PERFORM nextval(''gone_through''); RETURN NULL; END'",
        "CREATE TRIGGER dawdle AFTER UPDATE ON customers FOR EACH STATEMENT EXECUTE FUNCTION dawdle()",
        "CREATE TRIGGER dawdle AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION dawdle()",
    ] {
        world.sql(statement);
    }
    let answer = editor.post(format!("/customers/{id}"), "version=1&company=Late").await.expect(503);
    assert!(answer.text("main").contains("Nothing was changed"));
    let busy = "SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
    while world.number(busy) > 0 {
        rt::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(world.number("SELECT last_value AS n FROM gone_through"), 2, "both statements got through");
    assert_eq!(world.stored(id).record.company, None);
    assert_eq!(world.events(id).len(), 1);
}

/// A card that no other number is.
fn card(n: usize) -> New {
    New::of(Instrument {
        kind: Kind::Card,
        brand: "Visa".to_owned(),
        last4: format!("{n:04}"),
        expires_on: Some(jiff::civil::date(2040, 12, 31)),
        fingerprint: format!("print {n}"),
        credential: credential("succeeded"),
    })
}

#[actix_web::test]
async fn a_hundred_adds_at_once_leave_no_more_than_the_limit_and_one_default() {
    let world = Rc::new(World::committed().await);
    let id = world.customer_in(world.shop.test, &world.shop.editor, "name=Wanted");
    let (db, by) = (world.db.clone(), by_person(world.shop.test, &world.shop.editor));
    let rules = Rules { size: 4, today: jiff::civil::date(2026, 11, 21) };
    let added = at_once(100, 25, move |n| {
        let (db, by) = (db.clone(), by.clone());
        async move { db.write(move |conn| wallet::add(conn, &by, id, card(n), rules, None)).await }
    })
    .await;
    let done = added.iter().filter(|added| matches!(added, Ok(Added::Done(_) | Added::Before(_)))).count();
    let is_told = |added: &_| {
        matches!(
            added,
            Ok(Added::Done(_) | Added::Before(_) | Added::Refused(Refusal::Full(4)))
                | Err(Error::Unavailable(_) | Error::TookTooLong)
        )
    };
    assert!(done == 4 && added.iter().all(is_told), "{added:?}");
    let kept = methods(&world, id);
    assert_eq!((kept.len(), kept.iter().filter(|method| method.is_default).count()), (4, 1));
}

#[actix_web::test]
async fn a_hundred_changes_of_the_default_at_once_leave_exactly_one() {
    let world = Rc::new(World::committed().await);
    let id = world.customer_in(world.shop.test, &world.shop.editor, "name=Wanted");
    let by = by_person(world.shop.test, &world.shop.editor);
    let rules = Rules { size: 4, today: jiff::civil::date(2026, 11, 21) };
    for n in 0..4 {
        world.with(|conn| conn.transaction(|conn| wallet::add(conn, &by, id, card(n), rules, None))).unwrap();
    }
    let ids: Vec<MethodId> = methods(&world, id).into_iter().map(|method| method.id).collect();
    let (db, wanted) = (world.db.clone(), ids.clone());
    let changed = at_once(100, 25, move |n| {
        let (db, by, id) = (db.clone(), by.clone(), wanted[n % 4]);
        async move { db.write(move |conn| wallet::make_default(conn, &by, id)).await }
    })
    .await;
    assert!(
        changed.iter().all(|done| matches!(done, Ok(_) | Err(Error::Unavailable(_) | Error::TookTooLong))),
        "{changed:?}"
    );
    let kept = methods(&world, id);
    assert_eq!(kept.iter().filter(|method| method.is_default).count(), 1);
    for method in &kept {
        let versions: Vec<i32> =
            happened(&world, world.shop.test, method.id).iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=method.version).collect::<Vec<_>>(), "every version has its one event");
    }
}

#[actix_web::test]
async fn a_token_used_at_once_in_many_wallets_is_in_one() {
    let world = Rc::new(World::committed().await);
    let ids: Vec<CustomerId> =
        (0..8).map(|n| world.customer_in(world.shop.test, &world.shop.editor, &format!("name=C{n}"))).collect();
    let (db, by, wanted) = (world.db.clone(), by_person(world.shop.test, &world.shop.editor), ids.clone());
    let rules = Rules { size: 4, today: jiff::civil::date(2026, 11, 21) };
    at_once(8, 8, move |n| {
        let (db, by, id) = (db.clone(), by.clone(), wanted[n]);
        let new = New { single_use: Some("tok_once".to_owned()), ..card(1) };
        async move { db.write(move |conn| wallet::add(conn, &by, id, new, rules, None)).await.unwrap() }
    })
    .await;
    assert_eq!(ids.iter().map(|id| methods(&world, *id).len()).sum::<usize>(), 1);
}
