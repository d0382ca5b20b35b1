//! Changes of subscriptions and invoices taken back: exactly, or refused with the reason.

use clientele::{
    history::{self, Event},
    invoices::Status as InvoiceStatus,
};

use super::{
    pages::{form, own, shop, started, there},
    *,
};
use crate::world::{Answer, Asker};

/// The last event of a kind.
fn last(walk: &Walk, subject: uuid::Uuid, kind: &str) -> Event {
    let events = walk.world.with(|conn| history::after_version(conn, walk.world.shop.test, subject, 0)).unwrap();
    events.into_iter().rev().find(|event| event.kind == kind).unwrap_or_else(|| panic!("no {kind}"))
}

async fn undo(walk: &Walk, asker: &Asker, subject: uuid::Uuid, kind: &str) -> Answer {
    asker.post(format!("/events/{}/undo", last(walk, subject, kind).id), "").await
}

/// What a subscription is, and the charges that are to come.
async fn state(walk: &Walk, asker: &Asker, path: &str) -> (Subscription, Vec<String>) {
    let is = there(walk, path);
    let coming = asker.get(path).await.expect(200).texts(".coming li");
    // The calendar is the same when its charges are, wherever it is counted from.
    let ended_at = is.ended_at.map(|_| Timestamp::UNIX_EPOCH);
    let plain = Subscription {
        version: 0,
        ended_at,
        updated_at: Timestamp::UNIX_EPOCH,
        anchor_on: is.started_on,
        anchor_no: 1,
        ..is
    };
    (plain, coming)
}

/// Sends the form of a page with these fields.
async fn act(asker: &Asker, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = asker.get(path).await.expect(200).form_to(path);
    let form = fields.iter().fold(form, |form, (name, value)| form.set(name, value));
    asker.submit(&form).await.expect(303);
    asker.get(path.rsplit_once('/').unwrap().0).await
}

#[actix_web::test]
async fn each_change_is_taken_back_from_its_notice_and_so_is_taking_it_back() {
    let (walk, customer, editor, _) = shop().await;
    let path = started(&editor, customer).await;
    let id = there(&walk, &path).id.uuid();
    let other = walk.add_method(customer).await.to_string();
    for (page, fields, kind) in [
        ("amount", &[("price", "own"), ("amount", "5,900")][..], "subscription.changed"),
        ("method", &[("method", other.as_str())], "subscription.changed"),
        ("next_charge", &[("next_on", "2096-02-28")], "subscription.charge_moved"),
        ("cancellation", &[("at", "period")], "subscription.ending"),
        ("cancellation", &[("at", "date"), ("ends_on", "2096-01-01")], "subscription.ending"),
        ("cancellation", &[("at", "now")], "subscription.canceled"),
    ] {
        let before = state(&walk, &editor, &path).await;
        let shown = act(&editor, &format!("{path}/{page}"), fields).await;
        let changed = state(&walk, &editor, &path).await;
        assert_ne!(before, changed, "{page}");
        walk.check();
        let offered = shown.form_to(&format!("/events/{}/undo", last(&walk, id, kind).id));
        editor.submit(&offered).await.expect(303);
        assert_eq!(state(&walk, &editor, &path).await, before, "{page}");
        walk.check();
        // The inverse is a change as well.
        let inverse = match kind {
            "subscription.ending" => "subscription.kept",
            "subscription.canceled" => "subscription.restored",
            same => same,
        };
        undo(&walk, &editor, id, inverse).await.expect(303);
        assert_eq!(state(&walk, &editor, &path).await, changed, "{page} again");
        walk.check();
        let back = format!("/events/{}/undo", last(&walk, id, kind).id);
        editor.post(&back, "").await.expect(303);
        assert_eq!(state(&walk, &editor, &path).await, before, "{page} back again");
        let twice = editor.post(&back, "").await;
        assert_eq!(twice.status, 409, "{page}");
    }
    walk.check();
    let told = editor.get(format!("/customers/{customer}/activity")).await.expect(200);
    assert!(told.text("main").contains("took back that Pro is canceled"), "{}", told.text("main"));
}

#[actix_web::test]
async fn the_day_of_the_month_comes_back_with_the_charge() {
    let walk = Walk::from("2027-01-31").await;
    let customer = walk.customer("Ada").await;
    let one = walk.create(walk.monthly(customer, walk.today())).unwrap();
    walk.work().await;
    let days = |walk: &Walk| {
        let calendar = walk.find(one.id).calendar().unwrap();
        [2, 3, 4].map(|no| calendar.begins(no).unwrap().to_string())
    };
    assert_eq!(days(&walk), ["2027-02-28", "2027-03-31", "2027-04-30"]);
    let before = walk.find(one.id);
    walk.held(one.id, |conn, held| held.move_next_charge(conn, day("2027-03-05"), None)).unwrap();
    assert_eq!(days(&walk), ["2027-03-05", "2027-04-05", "2027-05-05"]);
    let moved = last(&walk, one.id.uuid(), "subscription.charge_moved");
    assert_eq!((&moved.before["billing_day"], &moved.after["billing_day"]), (&json!(31), &json!(5)));
    walk.held(one.id, |conn, held| held.move_next_charge(conn, before.next_on.unwrap(), Some(31))).unwrap();
    assert_eq!(days(&walk), ["2027-02-28", "2027-03-31", "2027-04-30"]);
    walk.check();
}

#[actix_web::test]
async fn what_was_decided_since_or_cannot_come_back_is_refused_with_the_reason() {
    let (walk, customer, editor, owner) = shop().await;
    let path = started(&editor, customer).await;
    let id = there(&walk, &path).id;
    // A method that is gone.
    let other = walk.add_method(customer).await;
    act(&editor, &format!("{path}/method"), &[("method", &other.to_string())]).await;
    act(&editor, &format!("{path}/method"), &[("method", "default")]).await;
    walk.world.sql(&format!("UPDATE payment_methods SET removed_at = now() WHERE id = '{}'", other.uuid()));
    let refused = undo(&walk, &editor, id.uuid(), "subscription.changed").await.expect(409);
    assert!(refused.text("main").contains("was removed"), "{}", refused.text("main"));
    // An amount that was changed again names what it is now.
    act(&editor, &format!("{path}/amount"), &[("price", "own"), ("amount", "5,900")]).await;
    let first = last(&walk, id.uuid(), "subscription.changed").id;
    act(&editor, &format!("{path}/amount"), &[("price", "own"), ("amount", "6,900")]).await;
    let refused = editor.post(format!("/events/{first}/undo"), "").await.expect(409);
    assert!(refused.text("main").contains("KES 6,900.00"), "{}", refused.text("main"));
    // A viewer takes nothing back.
    let viewer = walk.world.testing(&walk.world.shop.viewer);
    assert_eq!(undo(&walk, &viewer, id.uuid(), "subscription.changed").await.status, 403);
    // What took its invoices along stays canceled, and nothing offers to take that back.
    let bills = own(form(&editor, customer).await).set("method", "bills");
    let billed = editor.submit(&bills).await.expect(303).location().to_owned();
    let shown = act(&owner, &format!("{billed}/cancellation"), &[("at", "now"), ("unpaid", "void")]).await;
    assert!(shown.has(".toast") && !shown.has(".toast form"), "{}", shown.text(".toast"));
    let refused = undo(&walk, &owner, there(&walk, &billed).id.uuid(), "subscription.canceled").await.expect(409);
    assert!(refused.text("main").contains("taken back with it"), "{}", refused.text("main"));
    walk.check();
}

#[actix_web::test]
async fn when_the_period_is_over_so_is_the_time_to_take_its_end_back() {
    let (walk, customer, editor, _) = shop().await;
    let weekly = own(form(&editor, customer).await).set("interval", "week");
    let path = editor.submit(&weekly).await.expect(303).location().to_owned();
    act(&editor, &format!("{path}/cancellation"), &[("at", "now")]).await;
    walk.world.sql("UPDATE accounts SET ahead_ms = 8::bigint * 86400000 WHERE mode = 'test'");
    let refused = undo(&walk, &editor, there(&walk, &path).id.uuid(), "subscription.canceled").await.expect(409);
    assert!(refused.text("main").contains("Its period is over by now"), "{}", refused.text("main"));
}

#[actix_web::test]
async fn what_is_written_on_an_invoice_and_that_it_is_written_off_is_taken_back() {
    let (walk, customer, editor, owner) = shop().await;
    let bills = own(form(&editor, customer).await).set("method", "bills");
    let path = editor.submit(&bills).await.expect(303).location().to_owned();
    act(&editor, &format!("{path}/cancellation"), &[("at", "now")]).await;
    let invoice = || walk.invoices(there(&walk, &path).id).remove(0);
    let (id, at) = (invoice().id.uuid(), format!("/invoices/{}", invoice().id));
    editor.submit(&editor.get(format!("{at}/edit")).await.form_to(&at).set("memo", "Thank you")).await.expect(303);
    assert_eq!(invoice().memo.as_deref(), Some("Thank you"));
    undo(&walk, &editor, id, "invoice.changed").await.expect(303);
    assert_eq!(invoice().memo, None);
    act(&owner, &format!("{at}/write_off"), &[]).await;
    assert_eq!(invoice().status, InvoiceStatus::Uncollectible);
    assert_eq!(undo(&walk, &editor, id, "invoice.written_off").await.status, 403, "admins decide about it");
    undo(&walk, &owner, id, "invoice.written_off").await.expect(303);
    assert_eq!(invoice().status, InvoiceStatus::Open);
    undo(&walk, &owner, id, "invoice.reopened").await.expect(303);
    assert_eq!(invoice().status, InvoiceStatus::Uncollectible);
    walk.check();
}
