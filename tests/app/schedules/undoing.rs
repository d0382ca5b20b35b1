//! Changes of payment schedules taken back: exactly, or refused with the reason, and never with a charge.

use clientele::history::{self, Event};
use jiff::{Span, Timestamp};
use serde_json::json;

use super::{
    pages::{acted, made, shop, there},
    *,
};
use crate::world::{Answer, Asker, World};

/// The last event of a kind.
fn last(walk: &Walk, id: ScheduleId, kind: &str) -> Event {
    let events = walk.world.with(|conn| history::after_version(conn, walk.world.shop.test, id.uuid(), 0)).unwrap();
    events.into_iter().rev().find(|event| event.kind == kind).unwrap_or_else(|| panic!("no {kind}"))
}

async fn undo(walk: &Walk, asker: &Asker, id: ScheduleId, kind: &str) -> Answer {
    asker.post(format!("/events/{}/undo", last(walk, id, kind).id), "").await
}

/// What a schedule and its parts are, but for its version and the times of its changes.
fn state(walk: &Walk, id: ScheduleId) -> (Schedule, Vec<schedules::Part>) {
    let is = walk.schedule(id);
    let ended_at = is.ended_at.map(|_| Timestamp::UNIX_EPOCH);
    let parts = walk.world.with(|conn| schedules::model::parts(conn, walk.world.shop.test, id)).unwrap();
    (Schedule { version: 0, ended_at, updated_at: Timestamp::UNIX_EPOCH, ..is }, parts)
}

fn jobs(walk: &Walk) -> i64 {
    walk.world.number("SELECT count(*) AS n FROM jobs WHERE kind = 'advance_schedule'")
}

#[actix_web::test]
async fn each_change_is_taken_back_from_its_notice_and_so_is_taking_it_back() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let id = there(&walk, &path).id;
    let other = walk.add_method(customer).await.to_string();
    let day = walk.today().checked_add(Span::new().days(3)).unwrap().to_string();
    for (page, field, kind) in [
        ("method", Some(("method", other.as_str())), "schedule.changed"),
        ("parts/2", Some(("due_on", day.as_str())), "part.moved"),
        ("parts/2", Some(("amount", "50")), "part.moved"),
        ("parts/1/skipping", None, "part.skipped"),
        ("cancellation", None, "schedule.canceled"),
    ] {
        let before = state(&walk, id);
        acted(&editor, &path, page, field).await.expect(303);
        let changed = state(&walk, id);
        assert_ne!(before, changed, "{page}");
        let offered = editor.get(&path).await.form_to(&format!("/events/{}/undo", last(&walk, id, kind).id));
        assert_eq!(editor.submit(&offered).await.expect(303).location(), path);
        assert_eq!((state(&walk, id), jobs(&walk)), (before.clone(), 1), "{page}");
        // The inverse is a change as well.
        let inverse = match kind {
            "part.skipped" => "part.restored",
            "schedule.canceled" => "schedule.restored",
            same => same,
        };
        undo(&walk, &editor, id, inverse).await.expect(303);
        assert_eq!(state(&walk, id), changed, "{page} again");
        let back = format!("/events/{}/undo", last(&walk, id, kind).id);
        editor.post(&back, "").await.expect(303);
        assert_eq!(state(&walk, id), before, "{page} back again");
        assert_eq!(editor.post(&back, "").await.status, 409, "{page}");
        walk.check_schedules();
    }
    let told = editor.get(format!("/customers/{customer}/activity")).await.expect(200).text("main");
    for says in ["took back that the payment schedule for Roof is canceled", "took back that part 1 of Roof is skipped"]
    {
        assert!(told.contains(says), "{says}: {told}");
    }
}

#[actix_web::test]
async fn skipping_the_last_part_finishes_it_and_taking_that_back_lets_it_go_on() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let id = there(&walk, &path).id;
    for no in [1, 2] {
        acted(&editor, &path, &format!("parts/{no}/skipping"), None).await.expect(303);
    }
    let before = state(&walk, id);
    acted(&editor, &path, "parts/3/skipping", None).await.expect(303);
    let finished = state(&walk, id);
    assert_eq!(finished.0.status, Status::Finished);
    let offered = editor.get(&path).await.form_to(&format!("/events/{}/undo", last(&walk, id, "part.skipped").id));
    editor.submit(&offered).await.expect(303);
    assert_eq!((state(&walk, id), jobs(&walk)), (before.clone(), 1));
    walk.check_schedules();
    // Each way again and again: what follows from a change does not stand in its way.
    for _ in 0..2 {
        undo(&walk, &editor, id, "part.restored").await.expect(303);
        assert_eq!(state(&walk, id), finished);
        undo(&walk, &editor, id, "part.skipped").await.expect(303);
        assert_eq!(state(&walk, id), before);
    }
    // What is finished since in another way stays finished.
    let first = last(&walk, id, "part.skipped").id;
    acted(&editor, &path, "parts/3", Some(("due_on", &walk.today().to_string()))).await.expect(303);
    assert_eq!(walk.schedule(id).status, Status::Finished);
    assert!(!editor.get(&path).await.expect(200).has(".toast form"), "a charge is not taken back");
    let events = walk.world.with(|conn| history::after_version(conn, walk.world.shop.test, id.uuid(), 0)).unwrap();
    let second = events.iter().find(|event| event.kind == "part.skipped" && event.after["part"] == 2).unwrap().id;
    let refused = editor.post(format!("/events/{second}/undo"), "").await.expect(409);
    assert!(refused.text("main").contains("is finished by now"), "{}", refused.text("main"));
    assert_eq!(editor.post(format!("/events/{first}/undo"), "").await.status, 409);
    walk.check_schedules();
}

#[actix_web::test]
async fn a_part_that_was_paid_off_with_the_others_does_not_come_back_beside_their_sum() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let id = there(&walk, &path).id;
    acted(&editor, &path, "parts/2/skipping", None).await.expect(303);
    let first = last(&walk, id, "part.skipped").id;
    undo(&walk, &editor, id, "part.skipped").await.expect(303);
    undo(&walk, &editor, id, "part.restored").await.expect(303);
    let second = last(&walk, id, "part.skipped").id;
    // Both are open now; the part comes back by the first one.
    editor.post(format!("/events/{first}/undo"), "").await.expect(303);
    walk.answers(customer, "card_declined");
    acted(&editor, &path, "payoff", None).await.expect(303);
    let before = state(&walk, id);
    assert_eq!((before.0.status, before.0.total), (Status::Active, 10_000));
    let refused = editor.post(format!("/events/{second}/undo"), "").await.expect(409);
    assert!(
        refused.text("main").contains("It was paid off together with the others since."),
        "{}",
        refused.text("main")
    );
    assert_eq!(state(&walk, id), before);
    walk.check_schedules();
}

/// A schedule of the past until today, whose first part failed for good, and of which a second and a third are late.
async fn late() -> (Walk, CustomerId, Asker, ScheduleId) {
    let world = World::empty().await;
    let editor = world.testing(&world.shop.editor);
    let today = Timestamp::now().to_zoned(crate::subscriptions::zone()).date();
    let first = today.checked_sub(Span::new().days(40)).unwrap();
    let walk = Walk::over(world, first);
    let customer = walk.customer("Tess").await;
    walk.answers(customer, "card_declined");
    let days = [0, 20, 39, 60].map(|days| first.checked_add(Span::new().days(days)).unwrap().to_string());
    let parts: Vec<(&str, i64)> = days.iter().map(|on| (on.as_str(), 1_000)).collect();
    let id = walk.agree(walk.dated(customer, &parts)).unwrap().id;
    walk.to(&today.yesterday().unwrap().to_string()).await;
    assert_eq!(walk.schedule(id).status, Status::PastDue);
    walk.be_at(today);
    (walk, customer, editor, id)
}

#[actix_web::test]
async fn what_failed_comes_back_as_it_was_and_charges_nothing() {
    let (walk, customer, editor, id) = late().await;
    let (path, before, payments) = (format!("/schedules/{id}"), state(&walk, id), walk.payments().len());
    // The head of it waits for somebody, so nothing would be charged: it may come back on any day.
    acted(&editor, &path, "cancellation", None).await.expect(303);
    undo(&walk, &editor, id, "schedule.canceled").await.expect(303);
    assert_eq!((state(&walk, id), jobs(&walk)), (before.clone(), 0));
    assert_eq!(last(&walk, id, "schedule.restored").after["status"], json!("past_due"));
    walk.check_schedules();
    // Without it the others are charged at once, which is no notice to be taken back; then it may come back.
    walk.answers(customer, "succeeded");
    acted(&editor, &path, "parts/1/skipping", None).await.expect(303);
    let page = editor.get(&path).await.expect(200);
    assert!(page.text(".toast").contains("Paid: KES 10.00") && !page.has(".toast form"), "{}", page.text(".toast"));
    let early = undo(&walk, &editor, id, "part.skipped").await.expect(409);
    assert!(early.text("main").contains("another part is being charged or has failed"), "{}", early.text("main"));
    // The job of what was begun just now is due by the clock of the request.
    walk.pass(Timestamp::now().as_second() - walk.clock().now().as_second() + 5);
    walk.work().await;
    assert_eq!(walk.payments().len(), payments + 2);
    let back = undo(&walk, &editor, id, "part.skipped").await;
    assert_eq!(back.status, 303, "{}: {:?}", back.text("main"), walk.parts(id));
    let now = state(&walk, id);
    assert_eq!((now.0.status, &now.1[0], now.0.total), (Status::PastDue, &before.1[0], before.0.total));
    assert_eq!(walk.happened(id).last().unwrap(), "part.restored");
    walk.work().await;
    assert_eq!(walk.payments().len(), payments + 2);
    walk.check_schedules();
}

#[actix_web::test]
async fn what_would_be_charged_at_once_is_not_taken_back() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let id = there(&walk, &path).id;
    let in_days = |days| walk.today().checked_add(Span::new().days(days)).unwrap().to_string();
    let refused = async |kind: &str, says: &str| {
        let before = state(&walk, id);
        let page = undo(&walk, &editor, id, kind).await.expect(409);
        assert!(page.text("main").contains(says), "{kind}: {}", page.text("main"));
        assert_eq!(state(&walk, id), before, "{kind}");
    };
    // Two days later the first part's day has passed.
    acted(&editor, &path, "parts/1", Some(("due_on", &in_days(9)))).await.expect(303);
    acted(&editor, &path, "parts/2", Some(("due_on", &in_days(1)))).await.expect(303);
    acted(&editor, &path, "parts/2/skipping", None).await.expect(303);
    let page = editor.get(format!("{path}/cancellation")).await.expect(200).text("main");
    assert!(page.contains("This can be undone until the day of the next charge has come."), "{page}");
    acted(&editor, &path, "cancellation", None).await.expect(303);
    undo(&walk, &editor, id, "part.skipped").await.expect(409);
    undo(&walk, &editor, id, "schedule.canceled").await.expect(303);
    walk.world.sql("UPDATE accounts SET ahead_ms = 2::bigint * 86400000 WHERE mode = 'test'");
    refused("part.skipped", "Part 2 is due by now, so KES 33.33 would be charged at once.").await;
    let moved = history_of(&walk, id, "part.moved", 1);
    let page = editor.post(format!("/events/{}/undo", moved.id), "").await.expect(409);
    assert!(page.text("main").contains("has passed. Choose another one."), "{}", page.text("main"));
    acted(&editor, &path, "cancellation", None).await.expect(303);
    walk.world.sql("UPDATE accounts SET ahead_ms = 30::bigint * 86400000 WHERE mode = 'test'");
    refused("schedule.canceled", "Part 1 is due by now, so KES 33.34 would be charged at once.").await;
    assert!(walk.payments().is_empty());
    walk.check_schedules();
}

/// The last event of a kind about a part.
fn history_of(walk: &Walk, id: ScheduleId, kind: &str, part: i16) -> Event {
    let events = walk.world.with(|conn| history::after_version(conn, walk.world.shop.test, id.uuid(), 0)).unwrap();
    events.into_iter().rev().find(|event| event.kind == kind && event.after["part"] == part).unwrap()
}

#[actix_web::test]
async fn what_was_changed_since_or_cannot_come_back_is_refused_with_the_reason() {
    let (walk, customer, editor) = shop().await;
    let path = made(&editor, customer, &walk).await;
    let id = there(&walk, &path).id;
    // An amount that was changed again names what it is now, and only changes of the same part count.
    acted(&editor, &path, "parts/2", Some(("amount", "50"))).await.expect(303);
    let first = last(&walk, id, "part.moved").id;
    acted(&editor, &path, "parts/2", Some(("amount", "60"))).await.expect(303);
    acted(&editor, &path, "parts/3", Some(("amount", "70"))).await.expect(303);
    let refused = editor.post(format!("/events/{first}/undo"), "").await.expect(409).text("main");
    assert!(refused.contains("KES 60.00") && refused.contains("KES 33.33"), "{refused}");
    let second = history_of(&walk, id, "part.moved", 2).id;
    editor.post(format!("/events/{second}/undo"), "").await.expect(303);
    editor.post(format!("/events/{first}/undo"), "").await.expect(303);
    assert_eq!(there(&walk, &path).total, 3_334 + 3_333 + 7_000);
    // A viewer takes nothing back; a method that is gone does not come back.
    let viewer = walk.world.testing(&walk.world.shop.viewer);
    assert_eq!(undo(&walk, &viewer, id, "part.moved").await.status, 403);
    let other = walk.add_method(customer).await;
    acted(&editor, &path, "method", Some(("method", &other.to_string()))).await.expect(303);
    acted(&editor, &path, "method", Some(("method", "default"))).await.expect(303);
    walk.world.sql(&format!("UPDATE payment_methods SET removed_at = now() WHERE id = '{}'", other.uuid()));
    let refused = undo(&walk, &editor, id, "schedule.changed").await.expect(409);
    assert!(refused.text("main").contains("was removed"), "{}", refused.text("main"));
    // What was canceled with its customer waits for the customer.
    let by = walk.by();
    let deleted = walk.world.with(|conn| clientele::deletion::delete_with(conn, &by, customer, None, true));
    assert!(matches!(deleted, Ok(clientele::deletion::Deletion::Done(_))), "{deleted:?}");
    let refused = undo(&walk, &editor, id, "schedule.canceled").await.expect(409);
    assert!(refused.text("main").contains("deleted"), "{}", refused.text("main"));
    walk.check_schedules();
}

#[actix_web::test]
async fn a_part_that_failed_before_it_was_moved_is_not_moved_back() {
    let (walk, _, editor, id) = late().await;
    let path = format!("/schedules/{id}");
    let day = walk.today().checked_add(Span::new().days(3)).unwrap().to_string();
    walk.world.sql("UPDATE schedule_parts SET due_on = due_on + 100 WHERE position IN (2, 3)");
    acted(&editor, &path, "parts/1", Some(("due_on", &day))).await.expect(303);
    let page = editor.get(&path).await.expect(200);
    assert!(page.has(".toast") && !page.has(".toast form"), "{}", page.text(".toast"));
    let refused = undo(&walk, &editor, id, "part.moved").await.expect(409);
    assert!(refused.text("main").contains("It had failed"), "{}", refused.text("main"));
    walk.check_schedules();
}
