//! What is destroyed by jobs, and what is not.

use super::*;

#[actix_web::test]
async fn exactly_what_was_deleted_thirty_days_ago_is_destroyed() {
    let world = World::committed().await;
    let past = deleted(&world, 3);
    days_later(&world, 29);
    let restored = world.customer("name=Back&email=b%40x.example&address.n.city=Kisumu");
    let deleted_again = world.customer("name=Again&email=a%40x.example&address.n.city=Kisumu");
    let bare = world.customer("name=Bare&email=bare%40x.example");
    [restored, deleted_again, bare].into_iter().for_each(|id| world.delete(id));
    days_later(&world, 1);
    let editor = world.editor();
    for id in [restored, deleted_again] {
        editor.post(format!("/customers/{id}/restoration"), "").await.expect(303);
    }
    assert_eq!(world.number(LEFT), 4, "a restored customer's job is taken back");
    world.delete(deleted_again);
    let kept = world.customer("name=Kept&email=k%40x.example&address.n.city=Kisumu");

    let worker = Worker::new(world.db.clone(), Clock::system()).start();
    until("the three are done", || world.number(LEFT) == 2).await;
    worker.end().await;
    let addresses = |id| world.number(&format!("{ADDRESSES} WHERE customer_id = '{}'", CustomerId::uuid(id)));
    assert_eq!(past.iter().map(|id| addresses(*id)).sum::<i64>(), 0);
    assert_eq!([restored, deleted_again, kept].map(addresses), [1, 1, 1]);
    let event = world.events(past[0]).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.by, event.version), ("customer.details_destroyed", None, 2));
    assert_eq!((event.after["addresses"].as_i64(), event.after["payment_methods"].as_i64()), (Some(1), Some(0)));
    let page = editor.get(format!("/customers/{}", past[0])).await.expect(200);
    assert!(page.texts("#activity li > div > p")[0].starts_with("Clientele destroyed the addresses"));

    days_later(&world, 29);
    work_off(&world, 1, &Hands::default().clock_after(hours(24))).await;
    assert_eq!([restored, deleted_again, kept].map(addresses), [1, 0, 1]);
    assert_eq!(world.events(bare).pop().unwrap().kind, "customer.deleted", "where nothing was there, nothing happened");
}

impl Hands {
    pub fn clock_after(&self, ahead: SignedDuration) -> Clock {
        self.set(ahead);
        self.clock()
    }
}

/// A payment method that was removed so many hours ago, if it was; its job is due 30 days after the removal.
fn method(world: &World, customer: CustomerId, removed: Option<i64>) -> MethodId {
    let id = MethodId::new();
    let removed_at = removed.map_or("NULL".into(), |hours| format!("clock_timestamp() - interval '{hours} hours'"));
    world.sql(&format!(
        "INSERT INTO payment_methods (account_id, id, version, customer_id, kind, brand, last4, expires_on, fingerprint,
            credential, is_default, created_at, updated_at, removed_at)
         VALUES ('{}', '{}', 1, '{}', 'card', 'Visa', '4242', '2030-12-31', '{id}', 'sandbox:succeeded', false, now(), now(),
            {removed_at})",
        world.shop.live.uuid(),
        id.uuid(),
        customer.uuid(),
    ));
    if let Some(removed) = removed {
        enqueue(world, Kind::DestroyMethod, id.uuid(), Timestamp::now() + hours(30 * 24 - removed));
    }
    id
}

#[actix_web::test]
async fn a_removed_payment_method_is_destroyed_after_thirty_days_and_a_restored_one_is_not() {
    let world = World::committed().await;
    let customer = world.customer("name=Wallet&email=w%40x.example");
    let past = method(&world, customer, Some(30 * 24 + 1));
    let early = method(&world, customer, Some(30 * 24 - 2));
    let restored = method(&world, customer, Some(30 * 24 + 1));
    world.sql(&format!("UPDATE payment_methods SET removed_at = NULL WHERE id = '{}'", restored.uuid()));
    // A job that comes too early waits for the right moment.
    world.sql(&format!("UPDATE jobs SET due_at = now() WHERE subject_id = '{}'", early.uuid()));
    let worker = Worker::new(world.db.clone(), Clock::system()).start();
    let postponed = "SELECT count(*) AS n FROM jobs WHERE due_at > now() + interval '1 hour' AND attempts = 0";
    until("one waits", || world.number(LEFT) == 1 && world.number(postponed) == 1).await;
    worker.end().await;
    let there =
        |id| world.number(&format!("SELECT count(*) AS n FROM payment_methods WHERE id = '{}'", MethodId::uuid(id)));
    assert_eq!([past, early, restored].map(there), [0, 1, 1]);
    let told = "SELECT count(*) AS n FROM events WHERE kind = 'payment_method.destroyed' AND actor_kind = 'system'";
    assert_eq!(
        world.number(&format!("{told} AND subject_id = '{}' AND customer_id = '{}'", past.uuid(), customer.uuid())),
        1
    );
    work_off(&world, 1, &Hands::default().clock_after(hours(3))).await;
    assert_eq!([past, early, restored].map(there), [0, 0, 1]);
    assert_eq!(world.number(told), 2);
}

#[actix_web::test]
async fn a_customer_s_payment_methods_go_with_the_addresses_by_the_worker_or_by_a_late_restoration() {
    let world = World::committed().await;
    let ids = deleted(&world, 2);
    for id in &ids {
        method(&world, *id, None);
        method(&world, *id, Some(1));
    }
    world.sql("DELETE FROM jobs WHERE kind = 'destroy_method'");
    days_later(&world, 31);
    world.editor().post(format!("/customers/{}/restoration", ids[0]), "").await.expect(303);
    assert_eq!(world.number("SELECT count(*) AS n FROM payment_methods"), 2);
    let kinds: Vec<_> = world.events(ids[0]).into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds[1..], ["customer.deleted", "customer.details_destroyed", "customer.restored"]);
    work_off(&world, 1, &Clock::system()).await;
    assert_eq!(world.number("SELECT count(*) AS n FROM payment_methods"), 0);
    assert_eq!(world.events(ids[1]).pop().unwrap().after["payment_methods"].as_i64(), Some(2));
    assert_done_once(&world, 2);
}

#[test]
fn what_was_deleted_before_there_were_jobs_gets_its_job() {
    let database = Database::blank();
    let mut conn = database.connect();
    loop {
        let ran = conn.run_next_migration(MIGRATIONS).unwrap().to_string();
        if ran.ends_with("000007") {
            break;
        }
    }
    conn.batch_execute(
        "INSERT INTO merchants VALUES (gen_random_uuid(), 'Duka', 'UTC', 'KE', 'KES', '{}', now());
         INSERT INTO accounts SELECT gen_random_uuid(), id, 'live' FROM merchants;
         INSERT INTO customers (account_id, id, version, kind, name, metadata, created_at, updated_at, deleted_at)
         SELECT accounts.id, gen_random_uuid(), 1, 'person', 'P', '{}', now(), now(), deleted_at FROM accounts,
            unnest(ARRAY['2026-03-01 09:00Z', '2026-10-01 09:00Z', NULL]::timestamptz[]) AS t (deleted_at)",
    )
    .unwrap();
    db::migrate(&mut conn).unwrap();
    let right = "(SELECT count(*) FROM jobs JOIN customers c ON c.id = subject_id AND c.account_id = jobs.account_id
        WHERE jobs.kind = 'destroy_deleted' AND due_at = deleted_at + interval '720 hours' AND attempts = 0)";
    assert_eq!(number(&mut conn, right), 2);
    assert_eq!(number(&mut conn, "(SELECT count(*) FROM jobs WHERE kind <> 'find_doubts')"), 2);
}
