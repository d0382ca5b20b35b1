//! The list of payments, each payment's page, and the forms of payments.

use super::*;
use crate::world::Named;

/// Payments of every status, of two customers and of nobody, each of another day.
async fn till() -> (World, Named) {
    let (world, named) = World::populated().await;
    world.sql("DELETE FROM payments");
    for (day, form) in (1..).zip([
        "amount=1,250.50&reference=INV+7&description=Rent",
        "amount=80&currency=USD&status=failed",
        "amount=9000&currency=JPY&status=processing",
        "amount=40&status=partially_refunded&refunded=15",
        "amount=30&status=refunded",
        "amount=20&status=canceled",
    ]) {
        recorded(&world, 1, day, &format!("{form}&customer={}", named.wanjiru)).await;
        recorded(&world, 3, day, form.split("&reference").next().unwrap()).await;
    }
    recorded(&world, 2, 1, &format!("amount=5&customer={}", named.acme)).await;
    (world, named)
}

/// The list of all payments and of a customer's.
pub async fn lists(states: &mut States) {
    let (world, named) = till().await;
    let viewer = world.viewer();
    for (role, asker) in [("viewer", &viewer), ("editor", &world.editor())] {
        states.both(&format!("payments-{role}"), asker, "/payments", 200).await;
    }
    states.both("payments-testing", &world.testing(&world.shop.editor), "/payments", 200).await;
    for (way, sort) in [("up", "created"), ("down", "-created")] {
        let name = format!("payments-{way}");
        let first = states.both(&name, &viewer, format!("/payments?limit=3&sort={sort}"), 200).await;
        let next = first.attribute("a[rel=next]", "href");
        let second = states.both(&format!("{name}-after"), &viewer, next, 200).await;
        let previous = second.attribute("a[rel=prev]", "href");
        states.both(&format!("{name}-before"), &viewer, previous, 200).await;
    }
    for (name, q, status) in [
        ("tab-succeeded", "status:succeeded", 200),
        ("tab-failed", "status:failed", 200),
        ("tab-processing", "status:processing", 200),
        ("tab-refunded", "status:partially_refunded,refunded", 200),
        ("tab-nobody", "customer:none", 200),
        ("found", "wanjiru -status:failed", 200),
        ("found-amount", "amount:>500 OR currency:USD", 200),
        ("found-reference", "\"INV 7\"", 200),
        ("found-period", "created:last-1y", 200),
        ("found-nothing", "zzzzz", 200),
        ("bad-key", "wanjiru statu:failed", 422),
        ("bad-status", "status:failled", 422),
        ("bad-amount", "amount:much", 422),
        ("bad-date", "created:soon", 422),
        ("bad-or", "status:failed OR", 422),
    ] {
        states.both(&format!("payments-{name}"), &viewer, format!("/payments?q={}", encode(q)), status).await;
    }
    for (name, parameter) in [("sort", "sort=name"), ("limit", "limit=0"), ("cursor", "after=x")] {
        states.both(&format!("payments-bad-{name}"), &viewer, format!("/payments?{parameter}"), 400).await;
    }
    states.keep("payments-count.part", 200, &viewer.fragment("/payments/count").await);
    states.page("payments-count", &viewer, "/payments/count?q=wanjiru", 303).await;
    for (name, id) in [("", named.wanjiru), ("-none", named.jose)] {
        states.both(&format!("payments-of-customer{name}"), &viewer, format!("/customers/{id}/payments"), 200).await;
    }
    world.crowd(&(0..120).map(|n| (format!("Njeri {n}"), format!("n{n}@njeri.example"))).collect::<Vec<_>>());
    states.both("payments-too-many-customers", &viewer, "/payments?q=njeri", 200).await;
}

/// The page of a recorded payment in each status, and what its buttons do.
pub async fn each(states: &mut States) {
    let (world, named) = till().await;
    let (viewer, editor, admin) = (world.viewer(), world.editor(), world.asker(&world.shop.admin));
    for (nth, status) in
        ["canceled", "refunded", "partially-refunded", "processing", "failed", "succeeded"].into_iter().enumerate()
    {
        for (whose, q) in [("customer", "customer:wanjiru"), ("nobody", "customer:none")] {
            let list = viewer.get(format!("/payments?q={}", encode(q))).await;
            let path = list.all("#results .rowlink")[nth].attr("href").unwrap().to_owned();
            for (role, asker) in [("viewer", &viewer), ("editor", &editor), ("admin", &admin)] {
                states.both(&format!("payment-{status}-of-{whose}-{role}"), asker, &path, 200).await;
            }
        }
    }
    let outcomes = [("succeeded", 1), ("failed", 2), ("canceled", 3)];
    for (status, day) in outcomes {
        let path = recorded(&world, 4, day, &format!("amount=3&status=processing&customer={}", named.jose)).await;
        let answer = editor.post(format!("{path}/outcome"), [("status", status)]).in_place().await;
        states.keep(&format!("payment-set-{status}.part"), 200, &answer);
        let other = if status == "failed" { "status=canceled" } else { "status=failed" };
        let answer = editor.post(format!("{path}/outcome"), other).await;
        states.keep(&format!("payment-set-{status}-already"), 409, &answer);
    }
    let path = recorded(&world, 5, 1, "amount=3&status=processing").await;
    let answer = editor.post(format!("{path}/outcome"), "status=lost").await;
    states.keep("payment-set-wrong", 400, &answer);
    let answer = editor.post(format!("{path}/cancellation"), "").in_place().await;
    states.keep("payment-cancel-recorded.part", 409, &answer);
}

/// Charges in the test account, what becomes of them, and refunds.
pub async fn charges(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, admin) = (world.testing(&world.shop.editor), world.testing(&world.shop.admin));
    let customer = format!("/customers/{}", named.tested);
    let charges = format!("{customer}/charges");
    states.both("charge", &editor, format!("{charges}/new"), 200).await;
    editor.post(format!("{customer}/payment_methods"), "token=tok_visa").await.expect(303);
    editor.post(format!("{customer}/payment_methods"), "token=tok_bank").await.expect(303);
    let editor = world.testing(&world.shop.editor);
    let page = states.both("charge-with-wallet", &editor, format!("{charges}/new"), 200).await;
    let form = page.form_to(&charges).set("method", "token");
    for (name, status, fields) in [
        ("wrong", 422, [("amount", "1.234"), ("token", "4242424242424242"), ("address.billing.country", "zz")]),
        ("unknown", 409, [("amount", "7"), ("token", "tok_nothing"), ("description", "Tea")]),
        ("blank", 422, [("amount", ""), ("token", ""), ("description", "")]),
    ] {
        states.refused(&format!("charge-{name}"), &editor, &filled(form.clone(), &fields), status).await;
    }
    let billed =
        [("amount", "100"), ("token", "tok_visa"), ("description", "Order 9"), ("address.billing.city", "Oslo")];
    let paid = states.done("charge-paid", &editor, &filled(form, &billed)).await;
    let by_method = page.form_to(&charges).set("amount", "12").set("key", "");
    states.in_place("charge-in-place.part", &editor, &by_method).await;
    for token in ["insufficient_funds", "expired_card", "confirm", "slow", "refund_fails"] {
        let form = filled(by_method.clone(), &[("method", "token"), ("token", &format!("tok_{token}"))]);
        let path = states.done(&format!("charge-{token}"), &editor, &form).await;
        for (role, asker) in [("viewer", &world.testing(&world.shop.viewer)), ("admin", &admin)] {
            states.both(&format!("payment-{token}-{role}"), asker, &path, 200).await;
        }
        if token == "slow" {
            let answer = editor.post(format!("{path}/cancellation"), "").in_place().await;
            states.keep("payment-cancel.part", 200, &answer);
            states.both("payment-called-off", &editor, &path, 200).await;
        }
        if token == "refund_fails" {
            let form = admin.get(format!("{path}/refunds/new")).await.form_to(&format!("{path}/refunds"));
            states.done("refund-fails", &admin, &form.set("reason", "Broken")).await;
        }
    }
    refunds(states, &world, &paid).await;
    states.both("payments-charged", &editor, "/payments", 200).await;
    states.both("customer-charged", &editor, &customer, 200).await;
    world.testing(&world.shop.editor).delete_customer(&customer).await;
    states.both("charge-deleted", &editor, format!("{charges}/new"), 409).await;
    states.both("payment-of-deleted", &editor, &paid, 200).await;
}

/// The form of a refund, for a part and then for the rest.
async fn refunds(states: &mut States, world: &World, paid: &str) {
    let admin = world.testing(&world.shop.admin);
    let page = states.both("refund", &admin, format!("{paid}/refunds/new"), 200).await;
    let form = page.form_to(&format!("{paid}/refunds"));
    let too_much = filled(form.clone(), &[("amount", "100.01"), ("reason", "Broken")]);
    states.refused("refund-too-much", &admin, &too_much, 409).await;
    states.refused("refund-wrong", &admin, &form.clone().set("amount", "0"), 422).await;
    states.done("refund-part", &admin, &filled(form, &[("amount", "40"), ("reason", "Half was broken")])).await;
    let rest = states.both("refund-rest", &admin, format!("{paid}/refunds/new"), 200).await;
    states.in_place("refund-in-place.part", &admin, &rest.form_to(&format!("{paid}/refunds"))).await;
    states.both("refund-nothing-left", &admin, paid, 200).await;
    states.both("refund-form-nothing-left", &admin, format!("{paid}/refunds/new"), 200).await;
    let editor = world.testing(&world.shop.editor);
    states.both("refund-as-editor", &editor, format!("{paid}/refunds/new"), 403).await;
}

/// Recording and attaching, and charging where there is no gateway.
pub async fn forms(states: &mut States) {
    let (world, named) = till().await;
    let editor = world.editor();
    states.both("record", &editor, "/payments/new", 200).await;
    let page = states.both("record-of-customer", &editor, format!("/payments/new?customer={}", named.jose), 200).await;
    let form = page.form_to("/payments");
    let wrong = [
        ("amount", "x"),
        ("currency", "XYZ"),
        ("status", "paid"),
        ("date", "2999-01-01"),
        ("refunded", "1"),
        ("description", "4242 4242 4242 4242"),
    ];
    states.refused("record-wrong", &editor, &filled(form.clone(), &wrong), 422).await;
    let taken = filled(form.clone(), &[("amount", "5"), ("reference", "INV 7")]);
    states.refused("record-taken", &editor, &taken, 409).await;
    states.refused("record-in-other-account", &editor, &taken.clone().set("account", "acct_other"), 409).await;
    states.done("record-done", &editor, &taken.clone().set("reference", "INV 8")).await;
    states.in_place("record-in-place.part", &editor, &taken.set("reference", "INV 9").set("key", "")).await;

    let path = recorded(&world, 6, 1, "amount=10&description=Whose").await;
    let attach = format!("{path}/customer");
    states.both("attach", &editor, &attach, 200).await;
    for (name, q) in [("one", "wanjiru"), ("several", "example"), ("nobody", "zzz"), ("wrong", "foo%3Abar")] {
        states.both(&format!("attach-{name}"), &editor, format!("{attach}?q={q}"), 200).await;
    }
    let form = editor.get(format!("{attach}?q=wanjiru")).await.form_to(&attach);
    states.refused("attach-nobody-chosen", &editor, &form.clone().set("customer", "me"), 422).await;
    states.refused("attach-deleted", &editor, &form.clone().set("customer", &named.gone.to_string()), 409).await;
    states.done("attach-done", &editor, &form).await;
    states.refused("attach-again", &editor, &form.set("customer", &named.acme.to_string()), 409).await;
    states.page("attach-attached", &editor, &attach, 303).await;

    let charges = format!("/customers/{}/charges", named.wanjiru);
    states.both("charge-live", &editor, format!("{charges}/new"), 200).await;
    let answer = editor.post(&charges, "amount=5&token=tok_visa").await;
    states.keep("charge-live-refused", 409, &answer);
    for (name, path) in [("record", "/payments/new"), ("attach", &*attach), ("charge", &*format!("{charges}/new"))] {
        states.both(&format!("{name}-as-viewer"), &world.viewer(), path, 403).await;
    }
}

/// A customer's figures and all of their payments.
pub async fn figures(states: &mut States) {
    let (world, named) = World::populated().await;
    for n in 1..=28 {
        recorded(&world, 1 + n % 10, n, &format!("amount={n}00&description=P{n}&customer={}", named.wanjiru)).await;
    }
    recorded(&world, 2, 28, &format!("amount=80&currency=USD&customer={}", named.wanjiru)).await;
    let (viewer, path) = (world.viewer(), format!("/customers/{}", named.wanjiru));
    states.both("customer-with-figures", &viewer, &path, 200).await;
    let first = states.both("payments-of-customer-many", &viewer, format!("{path}/payments"), 200).await;
    let next = first.attribute("a[rel=next]", "href");
    let second = states.both("payments-of-customer-after", &viewer, next, 200).await;
    let previous = second.attribute("a[rel=prev]", "href");
    states.both("payments-of-customer-before", &viewer, previous, 200).await;
    for (name, parameter, status) in [
        ("own", "", 200),
        ("other", "?currency=USD", 200),
        ("none", "?currency=JPY", 404),
        ("bad", "?currency=zzz", 400),
    ] {
        states.both(&format!("figures-{name}"), &viewer, format!("{path}/figures{parameter}"), status).await;
    }
    states.both("figures-nothing", &viewer, format!("/customers/{}/figures", named.jose), 200).await;
}
