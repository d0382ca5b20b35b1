//! The pages about subscriptions and invoices, and of the clock by which they are tried.

use super::{States, filled};
use crate::world::World;

/// The lists, a start in all its states, what is done with one, its invoices, and one by hand.
pub async fn recurring(states: &mut States) {
    let world = World::empty().await;
    let (viewer, editor, admin) =
        (world.testing(&world.shop.viewer), world.testing(&world.shop.editor), world.testing(&world.shop.admin));
    let customer = world.customer_in(world.shop.test, &world.shop.editor, "name=Wanjiru&email=w%40x.example");
    let (of, list) = (format!("/customers/{customer}"), format!("/customers/{customer}/subscriptions"));
    for (name, path) in [("subscriptions", "/subscriptions"), ("invoices", "/invoices")] {
        states.both(&format!("{name}-none"), &editor, path, 200).await;
        states.both(&format!("{name}-nothing-found"), &editor, format!("{path}?q=zzz"), 200).await;
        states.both(&format!("{name}-not-understood"), &editor, format!("{path}?q=status%3Anonsense"), 422).await;
    }
    states.both("subscriptions-of-nobody-yet", &editor, &list, 200).await;
    states.both("subscription-new-viewer", &viewer, format!("{list}/new"), 403).await;
    let form = states.page("subscription-new", &editor, format!("{list}/new"), 200).await.form_to(&list);
    states.refused("subscription-new-blank", &editor, &form, 422).await;
    let own = [("price", "own"), ("name", "Pro <b>"), ("amount", "4,900"), ("method", "bills")];
    states.refused("subscription-new-wrong", &editor, &filled(form.clone(), &own).set("amount", "1.000"), 422).await;
    states.keep("subscription-new-review", 200, &editor.submit(&filled(form.clone(), &own).set("review", "on")).await);
    let one = states.done("subscription-started", &editor, &filled(form, &own)).await;
    states.page("subscription-viewer", &viewer, &one, 200).await;
    let wrong: [(&str, &[(&str, &str)]); 3] = [
        ("amount", &[("price", "own"), ("amount", "1.000")]),
        ("next_charge", &[("next_on", "")]),
        ("cancellation", &[("at", "date"), ("ends_on", "")]),
    ];
    for (name, wrong) in wrong {
        let path = format!("{one}/{name}");
        states.both(&format!("subscription-{name}-viewer"), &viewer, &path, 403).await;
        let form = states.page(&format!("subscription-{name}"), &editor, &path, 200).await.form_to(&path);
        states.refused(&format!("subscription-{name}-wrong"), &editor, &filled(form, wrong), 422).await;
    }
    states.page("subscription-method", &editor, format!("{one}/method"), 200).await;
    let path = format!("{one}/cancellation");
    let form = editor.get(&path).await.form_to(&path);
    states.done("subscription-ends", &editor, &form).await;
    states.refused("subscription-ends-twice", &editor, &form.set("key", &uuid::Uuid::now_v7().to_string()), 409).await;
    states.both("subscriptions", &editor, "/subscriptions", 200).await;
    states.both("subscriptions-of-customer", &editor, &list, 200).await;

    let list = format!("{of}/invoices");
    states.both("invoices-of-customer", &editor, &list, 200).await;
    let form = states.page("invoice-new", &editor, format!("{list}/new"), 200).await.form_to(&list);
    states.refused("invoice-new-blank", &editor, &form, 422).await;
    states.page("invoices", &editor, "/invoices", 200).await;
    let invoice = editor.get(&one).await.attribute("main a[href^='/invoices/']", "href");
    states.page("invoice", &editor, &invoice, 200).await;
    states.page("invoice-viewer", &viewer, &invoice, 200).await;
    states.page("invoice-print", &viewer, format!("{invoice}/print"), 200).await;
    for (name, least) in [("edit", &editor), ("payment", &editor), ("voiding", &admin), ("write_off", &admin)] {
        states.both(&format!("invoice-{name}"), least, format!("{invoice}/{name}"), 200).await;
        states.both(&format!("invoice-{name}-viewer"), &viewer, format!("{invoice}/{name}"), 403).await;
    }
    let path = format!("{invoice}/write_off");
    let form = admin.get(&path).await.form_to(&path);
    states.done("invoice-written-off", &admin, &form).await;
}

/// The clock of the test account, before and on its way; a live account has none.
pub async fn test_clock(states: &mut States) {
    let world = World::empty().await;
    let editor = world.testing(&world.shop.editor);
    states.both("test-clock", &editor, "/test-clock", 200).await;
    states.both("test-clock-plan", &editor, "/test-clock?by=month", 200).await;
    states.both("test-clock-past", &editor, "/test-clock?by=date&on=2020-01-01", 422).await;
    states.both("test-clock-viewer", &world.testing(&world.shop.viewer), "/test-clock", 403).await;
    states.both("test-clock-live", &world.editor(), "/test-clock", 404).await;
    let form = editor.get("/test-clock?by=month").await.form_to("/test-clock/moves");
    states.done("test-clock-sent", &editor, &form).await;
    states.refused("test-clock-sent-twice", &editor, &form, 409).await;
}
