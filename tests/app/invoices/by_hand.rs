//! Invoices that somebody makes by hand, and what is changed of one later.

use clientele::{
    invoices::{self, Collects, Invoice, Status},
    subscriptions::closing,
};

use super::*;

/// The shop's test account with a customer, and its editor there.
async fn shop() -> (World, String, Asker) {
    let world = World::empty().await;
    let customer = world.customer_in(world.shop.test, &world.shop.editor, "name=Tess+Testa&email=tess%40x.example");
    let editor = world.testing(&world.shop.editor);
    (world, format!("/customers/{customer}"), editor)
}

/// The invoices of the account, oldest first.
fn made(world: &World) -> Vec<Invoice> {
    use clientele::schema::invoices as table;
    use diesel::prelude::*;
    world.with(|conn| table::table.order(table::id).select(Invoice::as_select()).load(conn)).unwrap()
}

#[actix_web::test]
async fn an_invoice_is_seen_with_its_total_before_it_is_made() {
    let (world, path, editor) = shop().await;
    let all = format!("{path}/invoices");
    let panel = editor.fragment(&all).await.expect(200);
    assert!(panel.has(&format!("a[href='{path}/invoices/new']")));
    let form = editor.get(format!("{path}/invoices/new")).await.expect(200).form_to(&all);
    let form = form
        .set("line.0.description", "Setting up")
        .set("line.0.quantity", "2")
        .set("line.0.unit_amount", "49")
        .set("line.1.description", "Discount")
        .set("line.1.unit_amount", "-8.50")
        .set("memo", "Thank you.\nCome again.")
        .set("reference", "PO 1207");
    // One more line needs no script, and takes nothing away.
    let more = editor.post(&all, &format!("{}&add=line", form.encoded())[..]).await.expect(200);
    assert_eq!(more.all("[role=group].billline").len(), 4);
    let form = more.form_to(&all);
    assert_eq!((form.value("line.1.unit_amount"), form.value("memo")), ("-8.50", "Thank you.\nCome again."));
    let review = editor.submit(&form).await.expect(200);
    assert!(made(&world).is_empty());
    assert_eq!(review.texts(".invoicelines tbody tr").len(), 2);
    assert_eq!(review.texts(".invoicesum tr"), ["Total KES 89.50"]);
    assert_eq!(review.text("button[name=agreed]"), "Make invoice of KES 89.50");
    assert!(review.text("main").contains("tess@x.example"));
    // Back to the form, with all of it.
    let again = editor.post(&all, &format!("{}&review=1", review.form_to(&all).encoded())[..]).await.expect(200);
    assert_eq!(again.form_to(&all).value("reference"), "PO 1207");
    let agreed = format!("{}&agreed=KES+89.50", review.form_to(&all).without("agreed").encoded());
    let done = editor.post(&all, &agreed[..]).await.expect(303);
    let twice = editor.post(&all, &agreed[..]).await.expect(303);
    assert_eq!(done.location(), twice.location());
    let [one] = &made(&world)[..] else { panic!("one invoice") };
    assert_eq!((one.total, one.collects, one.reference.as_deref()), (8_950, Collects::Invoice, Some("PO 1207")));
    assert_eq!(done.location(), invoices::path(one.id));
    check(&world);
}

#[actix_web::test]
async fn bad_input_keeps_what_was_typed() {
    let (world, path, editor) = shop().await;
    let all = format!("{path}/invoices");
    let form = editor.get(format!("{path}/invoices/new")).await.expect(200).form_to(&all);
    let empty = editor.submit(&form).await.expect(422);
    assert!(empty.error_of("line.0.description").unwrap().contains("one line at least"));
    let wrong = form
        .set("line.0.description", "Setting up")
        .set("line.0.quantity", "0")
        .set("line.0.unit_amount", "many")
        .set("due_on", "2020-01-01")
        .set("memo", "Thanks");
    let page = editor.submit(&wrong).await.expect(422);
    for field in ["line.0.quantity", "line.0.unit_amount", "due_on"] {
        assert!(page.error_of(field).is_some(), "{field}");
    }
    let back = page.form_to(&all);
    assert_eq!((back.value("line.0.unit_amount"), back.value("memo")), ("many", "Thanks"));
    let nothing = back.set("line.0.quantity", "1").set("line.0.unit_amount", "-5").set("due_on", "2099-01-01");
    let page = editor.submit(&nothing).await.expect(422);
    assert!(page.text("main").contains("All lines together have to come to more than nothing"));
    // What was agreed to is a total, not whatever is sent.
    let other = page.form_to(&all).set("line.0.unit_amount", "5").encoded();
    let review = editor.post(&all, &format!("{other}&agreed=KES+1.00")[..]).await.expect(200);
    assert!(review.has("button[name=agreed]"));
    assert!(made(&world).is_empty());
}

#[actix_web::test]
async fn it_is_charged_at_once_to_the_chosen_method() {
    let (world, path, editor) = shop().await;
    let all = format!("{path}/invoices");
    editor.post(format!("{path}/payment_methods"), "token=tok_visa").await.expect(303);
    let form = editor.get(format!("{path}/invoices/new")).await.expect(200);
    let method = form.attribute("input[name=pay]:not([value=invoice])", "value");
    let form = form.form_to(&all).set("line.0.description", "Work").set("line.0.unit_amount", "98").set("pay", &method);
    let review = editor.submit(&form).await.expect(200);
    assert_eq!(review.text("button[name=agreed]"), "Make it and charge KES 98.00");
    assert!(review.text("main").contains("KES 98.00 to Visa"), "{}", review.text("main"));
    let agreed = format!("{}&agreed=KES+98.00", review.form_to(&all).without("agreed").encoded());
    let done = editor.post(&all, &agreed[..]).await.expect(303);
    let [one] = &made(&world)[..] else { panic!("one invoice") };
    assert_eq!((one.status, one.collects), (Status::Paid, Collects::Charge));
    assert_eq!(done.location(), invoices::path(one.id));
    check(&world);
    // A method that is gone by then charges nothing, and says so with all that was typed.
    editor.post(format!("/payment_methods/{method}/deletion"), "").await.expect(303);
    let form = form.set("memo", "Kept");
    let agreed = format!("{}&agreed=KES+98.00", form.encoded().replace("key=", "was_key="));
    let page = editor.post(&all, &agreed[..]).await.expect(409);
    assert!(page.text("main").contains("was removed from the wallet"), "{}", page.text("main"));
    assert_eq!(page.form_to(&all).value("memo"), "Kept");
    assert_eq!(made(&world).len(), 1);
}

#[actix_web::test]
async fn a_void_invoice_is_corrected_by_another_one() {
    let (world, customer, id, owner) = billed().await;
    let (show, all) = (format!("/invoices/{id}"), format!("/customers/{customer}/invoices"));
    let link = format!("/customers/{customer}/invoices/new?replaces={id}");
    assert!(!owner.get(&show).await.has(&format!("a[href='{link}']")));
    // One that is still open is not replaced.
    let open = owner.get(&link).await.expect(200).form_to(&all);
    let agreed = format!("{}&agreed=KES+98.00", open.encoded());
    let refused = owner.post(&all, &agreed[..]).await.expect(409);
    assert!(refused.text("main").contains("Void that one first"), "{}", refused.text("main"));
    let by = By::system(world.shop.test, clientele::clock::Clock::system());
    world.with(|conn| conn.transaction(|conn| closing::void(conn, &by, id))).unwrap();
    assert!(owner.get(&show).await.has(&format!("a[href='{link}']")));
    let form = owner.get(&link).await.expect(200);
    assert!(form.text("main").contains("which is void"));
    let form = form.form_to(&all);
    assert_eq!((form.value("line.0.description"), form.value("line.0.unit_amount")), ("Setting up", "98.00"));
    let form = form.set("line.0.unit_amount", "89");
    let review = owner.submit(&form).await.expect(200);
    let agreed = format!("{}&agreed=KES+89.00", review.form_to(&all).without("agreed").encoded());
    let done = owner.post(&all, &agreed[..]).await.expect(303);
    let replacing = made(&world).pop().unwrap();
    assert_eq!((replacing.replaces_id, replacing.total), (Some(id), 8_900));
    assert!(owner.get(done.location()).await.has(&format!("a[href='/invoices/{id}']")));
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Ola&email=ola%40x.example");
    owner.get(format!("/customers/{other}/invoices/new?replaces={id}")).await.expect(404);
}

#[actix_web::test]
async fn its_memo_reference_and_day_are_changed_and_two_people_never_overwrite_each_other() {
    let (world, _, id, owner) = billed().await;
    let path = format!("/invoices/{id}");
    assert!(owner.get(&path).await.has(&format!("a[href='{path}/edit']")));
    let form = owner.get(format!("{path}/edit")).await.expect(200).form_to(&path);
    let done = owner.submit(&form.clone().set("memo", "Thank you").set("due_on", "2099-01-31")).await.expect(303);
    assert_eq!(done.location(), path);
    let page = owner.get(&path).await.expect(200).text("main");
    assert!(page.contains("Thank you") && page.contains("31 Jan 2099"), "{page}");
    // From the same version: another field is merged, the same one is shown.
    owner.submit(&form.clone().set("reference", "PO 7")).await.expect(303);
    assert_eq!(made(&world)[0].memo.as_deref(), Some("Thank you"));
    let clash = owner.submit(&form.clone().set("memo", "Mine")).await.expect(409);
    assert!(clash.text("main").contains("Somebody changed this invoice meanwhile"));
    assert!(clash.text("main .note").contains("Thank you"));
    assert_eq!(clash.form_to(&path).value("memo"), "Mine");
    owner.submit(&clash.form_to(&path)).await.expect(303);
    assert_eq!(made(&world)[0].memo.as_deref(), Some("Mine"));
    let fresh = owner.get(format!("{path}/edit")).await.expect(200).form_to(&path);
    let past = owner.submit(&fresh.clone().set("due_on", "2020-01-01").set("memo", "Typed")).await.expect(422);
    assert!(past.error_of("due_on").is_some());
    assert_eq!(past.form_to(&path).value("memo"), "Typed");
    // A paid one keeps its day, and its memo can still change.
    owner.post(format!("{path}/payment"), "amount=98").await.expect(303);
    let form = owner.get(format!("{path}/edit")).await.expect(200);
    assert!(!form.has("#due_on"));
    owner.submit(&form.form_to(&path).set("memo", "Paid")).await.expect(303);
    assert_eq!(made(&world)[0].memo.as_deref(), Some("Paid"));
    check(&world);
}
