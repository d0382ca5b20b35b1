//! Deleting a customer as planned, and taking that back.

use actix_web::http::Method;
use clientele::{
    ids::{CustomerId, PaymentId},
    payments::{
        Status,
        charging::{self, NewCharge, Source},
        model::{self as payments, Recorded},
    },
};
use diesel::Connection;
use jiff::Timestamp;

use crate::{
    charging::Till,
    world::{World, by_person},
};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

#[actix_web::test]
async fn no_form_opens_about_a_deleted_customer() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    world.delete(id);
    let forms = [
        format!("{}/edit", path(id)),
        format!("{}/charges/new", path(id)),
        format!("{}/payment_methods/new", path(id)),
        format!("{}/subscriptions/new", path(id)),
        format!("/payment_methods/{}/edit", named.method),
        format!("/payment_methods/{}/deletion", named.method),
        format!("/payments/new?customer={id}"),
        format!("/payments/new?amount=12.50&customer={id}&reference=R-1"),
    ];
    for form in &forms {
        let page = editor.get(form).await.expect(409);
        assert!(page.text("main").contains("This customer is deleted. Restore it first."), "{form}");
        assert!(!page.has("main form[method=post]"), "{form}");
        editor.fragment(form).await.expect(409);
    }
    // No other page about a customer has a form that its restore would have to come before.
    let about = clientele::app::pages().into_iter().filter(|route| route.method == Method::GET);
    for route in about.filter(|route| route.path.starts_with("/customers/{id}")) {
        let at = route.path.replace("{id}", &id.to_string());
        let page = editor.get(&at).await;
        let forms = page.all("main form[method=post]");
        assert!(forms.iter().all(|form| form.attr("action") == Some(&format!("{}/restoration", path(id)))), "{at}");
    }
    editor.post(format!("{}/restoration", path(id)), "").await.expect(303);
    for form in forms {
        editor.get(&form).await.expect(200);
    }
}

#[actix_web::test]
async fn a_delete_says_beforehand_what_it_will_do_in_numbers() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for (id, addresses) in [(named.wanjiru, Some("1 address is destroyed")), (named.jose, None)] {
        let page = editor.get(format!("{}/deletion", path(id))).await.expect(200);
        assert_eq!(page.title(), format!("Delete {}", world.stored(id).title()));
        let effects = page.texts("main .effects b");
        assert_eq!(effects[0], "The customer leaves every list");
        assert_eq!(effects.iter().find(|text| text.contains("address")).map(String::as_str), addresses);
        assert!(!world.stored(id).is_deleted(), "asking deletes nothing");
    }
    let many = world.customer("name=Many&email=m%40x.example&address.a.city=A&address.b.city=B&address.c.city=C");
    let page = editor.get(format!("{}/deletion", path(many))).await;
    assert!(page.texts("main .effects b").contains(&"3 addresses are destroyed".to_owned()));
}

#[actix_web::test]
async fn a_deleted_customer_leaves_every_list_and_stays_readable() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = editor.get(format!("{}/deletion", path(named.wanjiru))).await.form("main form[method=post]");
    let answer = editor.submit(&form).await.expect(303);
    assert_eq!(answer.location(), path(named.wanjiru));

    let page = editor.get(path(named.wanjiru)).await.expect(200);
    assert_eq!(page.text("main .badge"), "Deleted");
    assert!(page.text("#toasts .toast").contains("Wanjiru Kamau was deleted"));
    assert_eq!(page.attribute("#toasts form", "action"), format!("{}/restoration", path(named.wanjiru)));
    assert!(!page.has("a[href$='/edit']") && !page.has("a[href$='/deletion']"));
    assert!(!editor.get("/customers").await.rows().contains(&"Wanjiru Kamau".to_owned()));
    assert_eq!(editor.get("/customers?q=wanjiru").await.rows(), [""; 0]);
    assert_eq!(editor.get("/customers?q=wanjiru+status%3Adeleted").await.rows(), ["Wanjiru Kamau"]);

    let stored = world.stored(named.wanjiru);
    assert_eq!((stored.version, stored.record.addresses.len()), (2, 1), "all of it is kept for now");
    let event = world.events(named.wanjiru).pop().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.version, event.by.as_deref()),
        ("customer.deleted", 2, Some("Edgar Editor"))
    );
}

#[actix_web::test]
async fn a_plan_that_no_longer_holds_deletes_nothing_and_is_shown_anew() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = editor.get(format!("{}/deletion", path(named.wanjiru))).await.form("main form[method=post]");
    world.owner().post(path(named.wanjiru), "version=1&address.n.city=Kisumu").await.expect(303);
    let before = world.census();
    let page = editor.submit(&form).await.expect(409);
    assert_eq!(world.census(), before);
    assert!(page.text("[role=alert]").contains("Nothing was deleted"));
    assert!(page.texts("main .effects b").contains(&"2 addresses are destroyed".to_owned()));
    editor.submit(&page.form("main form[method=post]")).await.expect(303);
    assert!(world.stored(named.wanjiru).is_deleted());
}

#[actix_web::test]
async fn deleting_twice_is_deleting_once() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = editor.get(format!("{}/deletion", path(named.wanjiru))).await.form("main form[method=post]");
    editor.submit(&form).await.expect(303);
    let when = world.stored(named.wanjiru).deleted_at;
    editor.submit(&form).await.expect(303);
    let stored = world.stored(named.wanjiru);
    assert_eq!((stored.version, stored.deleted_at), (2, when));
    assert_eq!(world.events(named.wanjiru).len(), 2);
    assert_eq!(
        editor.get(format!("{}/deletion", path(named.wanjiru))).await.expect(303).location(),
        path(named.wanjiru)
    );
}

#[actix_web::test]
async fn a_deleted_customer_cannot_be_changed() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let page = editor.get(format!("{}/edit", path(named.gone))).await.expect(409);
    assert!(page.text("main").contains("Restore it first"));
    let version = world.stored(named.gone).version;
    editor.post(path(named.gone), format!("version={version}&company=X")).await.expect(409);
    assert_eq!(world.stored(named.gone).record.company, None);
}

#[actix_web::test]
async fn a_delete_whose_plan_nobody_saw_is_answered_with_the_plan() {
    let till = Till::open(World::empty().await).await;
    let slow = till.charge(5_000, "tok_slow").await.id;
    let editor = till.world.testing(&till.world.shop.editor);
    let deletion = format!("{}/deletion", path(till.customer));
    for form in ["", "plan=", "cancel=on", "plan=&cancel=on"] {
        let page = editor.post(&deletion, form).await.expect(409);
        assert!(page.has("main [name=plan]") && !page.has(".note--warn"), "{form}");
        assert_eq!(till.payment(slow).status, Status::Processing, "{form}");
    }
    assert_eq!(till.world.number("SELECT count(*) AS n FROM customers WHERE deleted_at IS NOT NULL"), 0);
}

#[actix_web::test]
async fn a_restored_customer_is_as_it_was() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let before = world.stored(named.wanjiru).record;
    editor.delete_customer(&path(named.wanjiru)).await;
    let form = editor.get(path(named.wanjiru)).await.form(".phead form");
    let answer = editor.submit(&form).await.expect(303);
    assert_eq!(answer.location(), path(named.wanjiru));
    let stored = world.stored(named.wanjiru);
    assert!(!stored.is_deleted());
    assert_eq!((stored.version, &stored.record), (3, &before));
    assert!(editor.get("/customers").await.rows().contains(&"Wanjiru Kamau".to_owned()));
    let event = world.events(named.wanjiru).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.version), ("customer.restored", 3));

    editor.submit(&form).await.expect(303);
    assert_eq!(world.stored(named.wanjiru).version, 3, "restoring what is not deleted changes nothing");
    editor.post(path(named.wanjiru), "version=3&company=Again").await.expect(303);
}

#[actix_web::test]
async fn the_deleted_list_restores_by_its_rows() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let list = editor.get("/customers?q=status%3Adeleted").await;
    assert_eq!(list.attribute("tbody button", "aria-label"), "Restore Otieno Gone");
    editor.submit(&list.form("tbody form")).await.expect(303);
    assert!(!world.stored(named.gone).is_deleted());
}

#[actix_web::test]
async fn after_thirty_days_the_customer_alone_is_restored() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    world.sql(&format!(
        "UPDATE customers SET deleted_at = clock_timestamp() - interval '31 days' WHERE id = '{}'",
        named.gone.uuid()
    ));
    let page = editor.get(path(named.gone)).await.expect(200);
    assert!(page.text("main .note").contains("The customer alone can still be restored"));
    let row = editor.get("/customers?q=status%3Adeleted").await;
    assert!(row.text("tbody tr").contains("Restorable without addresses and payment methods"));
    editor.post(format!("{}/restoration", path(named.gone)), "").await.expect(303);
    let stored = world.stored(named.gone);
    assert!(!stored.is_deleted());
    assert_eq!(stored.record.addresses.len(), 0, "its addresses were to be destroyed after 30 days");
}

#[actix_web::test]
async fn the_dialog_deletes_in_place() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let dialog = editor.fragment(format!("{}/deletion", path(named.wanjiru))).await.expect(200);
    assert!(!dialog.is_page());
    let form = dialog.form("dialog form");
    let answer = editor.submit(&form).in_place().await.expect(200);
    answer.one(&format!("#customer-{}", named.wanjiru));
    assert_eq!(answer.header("HX-Push-Url"), Some(path(named.wanjiru).as_str()));
    assert!(answer.text(".toast").contains("was deleted"));
    let restored = editor.post(format!("{}/restoration", path(named.wanjiru)), "").in_place().await.expect(200);
    assert!(restored.text(".toast").contains("is restored"));
    assert!(!restored.has(".badge--bad"));
}

#[actix_web::test]
async fn a_plan_that_no_longer_holds_is_shown_in_the_dialog() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = editor.fragment(format!("{}/deletion", path(named.wanjiru))).await.form("dialog form");
    world.owner().post(path(named.wanjiru), "version=1&address.n.city=Kisumu").await.expect(303);
    let again = editor.submit(&form).in_place().await.expect(409);
    assert!(again.text("dialog [role=alert]").contains("Nothing was deleted"));
    // The form's own target is the customer, and this is a dialog.
    assert_eq!(again.header("HX-Retarget"), Some("#modal"));
}

#[actix_web::test]
async fn a_delete_counts_payments_kept_and_methods_removed() {
    let (world, editor, id) = crate::payment_methods::tester().await;
    for token in ["tok_visa", "tok_bank"] {
        editor.post(crate::payment_methods::wallet_of(id), [("token", token)]).await.expect(303);
    }
    let till = Till { customer: id, ..Till::open(world).await };
    till.charge(5_000, "tok_visa").await;
    till.charge(5_000, "tok_declined").await;
    let editor = till.world.testing(&till.world.shop.editor);
    let page = editor.get(format!("{}/deletion", path(id))).await.expect(200);
    let effects = page.texts("main .effects b");
    assert!(effects.contains(&"2 payment methods cannot be charged any more".to_owned()), "{effects:?}");
    assert!(effects.contains(&"2 payments are kept".to_owned()), "{effects:?}");

    // One more payment, and the plan is another.
    let form = page.form("main form[method=post]");
    till.charge(5_000, "tok_visa").await;
    let page = editor.submit(&form).await.expect(409);
    assert!(page.texts("main .effects b").contains(&"3 payments are kept".to_owned()));
    editor.submit(&page.form("main form[method=post]")).await.expect(303);
    let refused = charging::charge(
        till.db(),
        &till.sandbox,
        till.by.clone(),
        NewCharge { source: Source::Default, ..till.new_charge(1, "") },
        None,
        Timestamp::now(),
    );
    assert!(refused.await.unwrap_err().to_string().contains("deleted"));

    // Restored within the window, all of it is back.
    editor.post(format!("{}/restoration", path(id)), "").await.expect(303);
    let charged = charging::charge(
        till.db(),
        &till.sandbox,
        till.by.clone(),
        NewCharge { source: Source::Default, ..till.new_charge(1, "") },
        None,
        Timestamp::now(),
    );
    let payment = till.payment(charged.await.unwrap());
    assert_eq!((payment.status, payment.method.is_some()), (Status::Succeeded, true));
}

#[actix_web::test]
async fn every_part_says_its_line_of_the_plan_and_bad_news_comes_first() {
    let till = Till::open(World::empty().await).await;
    let editor = till.world.testing(&till.world.shop.editor);
    editor.post(path(till.customer), "version=1&address.n.city=Kisumu").await.expect(303);
    editor.post(crate::payment_methods::wallet_of(till.customer), [("token", "tok_visa")]).await.expect(303);
    let running = [till.charge(7_000, "tok_slow").await.id, till.charge(8_000, "tok_slow").await.id];
    let page = editor.get(format!("{}/deletion", path(till.customer))).await.expect(200);
    assert_eq!(page.text("main .note--bad h2"), "2 payments are still processing");
    assert_eq!(page.text("main [name=cancel]"), "Cancel the payments and delete customer");
    let effects = [
        ("is-bad", "The customer leaves every list"),
        ("is-bad", "1 address is destroyed"),
        ("is-bad", "1 payment method cannot be charged any more"),
        ("", "It cannot be used in anything new,"),
        ("is-ok", "2 payments are kept"),
        ("is-ok", "Its activity is kept."),
        ("is-ok", "You can restore it with everything for 30 days,"),
    ];
    assert_eq!(page.texts("main .effects b"), effects.map(|(_, says)| says));
    let lines = page.all("main .effects li");
    let tones: Vec<&str> = lines.iter().map(|line| line.attr("class").unwrap_or_default()).collect();
    assert_eq!(tones, effects.map(|(tone, _)| tone));
    // What is agreed to names each of those that block it.
    let plan = page.attribute("main [name=plan]", "value");
    assert!(running.iter().all(|id| plan.contains(&id.to_string())), "{plan}");
}

#[actix_web::test]
async fn a_recorded_payment_is_called_off_with_a_delete_where_no_gateway_is() {
    let (world, named) = World::populated().await;
    let (by, id) = (by_person(world.shop.live, &world.shop.editor), PaymentId::new());
    let money = crate::charging::kes(5_000);
    let (customer, status, at) = (Some(named.wanjiru), Status::Processing, Timestamp::now());
    let new = Recorded {
        customer,
        money,
        status,
        refunded: 0,
        at,
        description: None,
        reference: None,
        method: None,
        invoice: None,
    };
    world.with(|conn| conn.transaction(|conn| payments::record(conn, &by, id, &new))).unwrap();
    let deletion = format!("{}/deletion", path(named.wanjiru));
    let page = world.editor().get(&deletion).await.expect(200);
    let plan = page.attribute("main [name=plan]", "value");
    world.editor().post(&deletion, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(303);
    let payment = world.with(|conn| payments::find(conn, world.shop.live, id)).unwrap();
    assert_eq!((payment.status, world.stored(named.wanjiru).is_deleted()), (Status::Canceled, true));
}

#[actix_web::test]
async fn a_running_payment_blocks_a_delete_unless_it_is_cancelled_with_it() {
    let till = Till::open(World::empty().await).await;
    let slow = till.charge(5_000, "tok_slow").await.id;
    let editor = till.world.testing(&till.world.shop.editor);
    let deletion = format!("{}/deletion", path(till.customer));
    let page = editor.get(&deletion).await.expect(200);
    assert!(page.text("main .note--bad").contains("A payment is still processing"));
    assert_eq!(page.attribute("main .note--bad a", "href"), format!("/payments/{slow}"));
    let plan = page.attribute("main [name=plan]", "value");
    let refused = editor.post(&deletion, [("plan", plan.as_str())]).await.expect(409);
    assert!(refused.text("main .note--bad").contains("cannot be deleted before it is settled"));
    assert_eq!(till.payment(slow).status, Status::Processing);

    editor.post(&deletion, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(303);
    assert_eq!(till.payment(slow).status, Status::Canceled);
    let deleted = till.world.number("SELECT count(*) AS n FROM customers WHERE deleted_at IS NOT NULL");
    assert_eq!(deleted, 1);
}

#[actix_web::test]
async fn cancelling_with_a_delete_cancels_nothing_when_the_plan_has_changed() {
    let till = Till::open(World::empty().await).await;
    let agreed = till.charge(5_000, "tok_slow").await.id;
    let editor = till.world.testing(&till.world.shop.editor);
    let deletion = format!("{}/deletion", path(till.customer));
    let plan = editor.get(&deletion).await.expect(200).attribute("main [name=plan]", "value");
    let unseen = till.charge(7_000, "tok_slow").await.id;
    let page = editor.post(&deletion, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(409);
    assert!(page.text("[role=alert]").contains("Nothing was deleted"));
    for id in [agreed, unseen] {
        assert_eq!(till.payment(id).status, Status::Processing);
    }
    let plan = page.attribute("main [name=plan]", "value");
    editor.post(&deletion, [("plan", plan.as_str()), ("cancel", "on")]).await.expect(303);
    for id in [agreed, unseen] {
        assert_eq!(till.payment(id).status, Status::Canceled);
    }
}
