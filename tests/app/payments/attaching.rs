//! Attaching a payment without a customer to one.

use super::*;

#[actix_web::test]
async fn a_payment_of_nobody_is_attached_to_a_customer_who_is_looked_for() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let id = past(&world, Past { refunded: 300, ..PAST });
    let path = format!("/payments/{id}/customer");
    assert_eq!(editor.get(format!("/payments/{id}")).await.attribute("#attach", "href"), path);
    let page = editor.get(&path).await.expect(200);
    assert!(!page.has("main input[name=customer]"));
    assert!(editor.get(format!("{path}?q=zzz")).await.text("#attach-problem").contains("No customers match"));
    let found = editor.get(format!("{path}?q=wanjiru")).await.expect(200);
    let form = found.form_to(&path);
    assert_eq!(form.value("customer"), named.wanjiru.to_string(), "the only one is chosen");
    assert!(editor.post(&path, "customer=me&q=wanjiru").await.expect(422).has("main input[name=customer]"));
    editor.post(&path, format!("customer={}", named.gone).as_str()).await.expect(409);
    editor.post(&path, format!("customer={}", named.foreign).as_str()).await.expect(404);
    editor.submit(&form).await.expect(303);
    assert_eq!(stored(&world, world.shop.live, id).customer, Some(named.wanjiru));
    assert_eq!(kinds(&world, world.shop.live, id).last().unwrap(), "payment.attached");
    assert!(
        editor.get(format!("/customers/{}", named.wanjiru)).await.text("#figures-of-KES").contains("3.00 refunded")
    );
    let taken = editor.post(&path, format!("customer={}", named.acme).as_str()).await.expect(409);
    assert!(taken.text("[role=alert]").contains("belongs to a customer already"));
    assert_eq!(editor.get(&path).await.expect(303).location(), format!("/payments/{id}"));
}

/// What the form offers: each customer with the reason.
async fn offered(editor: &Asker, id: PaymentId) -> Vec<String> {
    editor.get(format!("/payments/{id}/customer")).await.expect(200).texts("#attach-form label")
}

#[actix_web::test]
async fn who_probably_paid_comes_first_with_the_reason() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let described = |text| past(&world, Past { description: Some(text), ..PAST });
    let of_name = described("Invoice for Wanjiru Kamau, thanks");
    assert_eq!(
        offered(&editor, of_name).await,
        ["Wanjiru Kamau Wanjiru@example.com The name stands in the description"]
    );
    let of_email = described("paid by jose@alvarez.example.");
    assert_eq!(
        offered(&editor, of_email).await,
        ["José Álvarez jose@alvarez.example The email stands in the description"]
    );
    let of_reference = past(&world, Past { reference: Some("C-17"), ..PAST });
    assert_eq!(offered(&editor, of_reference).await, ["Wanjiru Kamau Wanjiru@example.com Has this reference"]);
    for text in ["Otieno Gone", "Rent", "42", "\"quoted\" (brackets) emial:x"] {
        assert!(offered(&editor, described(text)).await.is_empty(), "{text}: the deleted and the unknown are nobody");
    }

    // Somebody whose wallet has the card it was paid with.
    let card = "UPDATE payments SET method_kind = m.kind, method_brand = m.brand, method_last4 = m.last4
        FROM payment_methods m";
    let of_card = past(&world, PAST);
    world.sql(&format!("{card} WHERE m.id = '{}' AND payments.id = '{}'", named.method.uuid(), of_card.uuid()));
    let offered = offered(&editor, of_card).await;
    assert_eq!(offered, ["Wanjiru Kamau Wanjiru@example.com Has a method with the same brand and last four digits"]);

    // Among what is searched for, too.
    let found = editor.get(format!("/payments/{of_name}/customer?q=example")).await.expect(200);
    assert!(found.texts("#attach-form label")[0].ends_with("The name stands in the description"));
    assert!(found.all("#attach-form label").len() > 1);
}

#[actix_web::test]
async fn the_customer_is_created_with_the_payment_when_nobody_fits() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let id = past(&world, PAST);
    let path = format!("/payments/{id}/customer");
    for (q, field) in [("Zawadi Njeri", "name"), ("zawadi@x.example", "email"), ("0722 000 111", "phone")] {
        let page = editor.get(format!("{path}?q={}", encode(q))).await.expect(200);
        let form = editor.get(page.attribute("#attach-create", "href")).await.expect(200).form_to("/customers");
        assert_eq!((form.value(field), form.value("for")), (q, id.to_string().as_str()));
    }
    let plain = editor.get(format!("{path}?q=country:KE")).await.expect(200);
    assert_eq!(plain.attribute("#attach-create", "href"), format!("/customers/new?for={id}"));

    let page = editor.get(format!("/customers/new?for={id}")).await.expect(200);
    assert!(page.text("main").contains("is attached to this customer"));
    assert_eq!(page.attribute(".savebar a.btn", "href"), format!("/payments/{id}"));
    let form = page.form_to("/customers").set("name", "Zawadi Njeri");
    let refused = editor.submit(&form).await.expect(422);
    assert_eq!(refused.form_to("/customers").value("for"), id.to_string(), "it is still for the payment");
    let doubtful = editor.submit(&form.clone().set("email", "jose@alvarez.example")).await.expect(409);
    assert_eq!(doubtful.attribute(".alike a", "href"), format!("{path}?customer={}", named.jose), "use this one");
    let form = form.set("email", "zawadi@x.example");
    let done = editor.submit(&form).await.expect(303);
    assert_eq!(done.location(), format!("/payments/{id}"));
    assert!(
        editor.get(done.location()).await.text(".toast").contains("Customer created The payment is attached to it")
    );
    editor.submit(&form).await.expect(303);
    let made = world.named("Zawadi Njeri");
    assert_eq!((made.len(), stored(&world, world.shop.live, id).customer), (1, Some(made[0])));
}

#[actix_web::test]
async fn nothing_is_created_for_a_payment_that_was_attached_meanwhile() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let id = past(&world, PAST);
    let form = editor.get(format!("/customers/new?for={id}")).await.form_to("/customers");
    editor.post(format!("/payments/{id}/customer"), format!("customer={}", named.acme).as_str()).await.expect(303);
    let refused = editor.submit(&form.set("name", "Zawadi").set("email", "z@x.example")).await.expect(409);
    assert!(refused.text("[role=alert]").contains("belongs to a customer already"));
    assert_eq!(refused.form_to("/customers").value("name"), "Zawadi", "nothing typed is lost");
    assert!(world.named("Zawadi").is_empty());
    let gone = editor.get(format!("/customers/new?for={id}")).await.expect(303);
    assert_eq!(gone.location(), format!("/payments/{id}"));
    editor.get("/customers/new?for=pay_nonsense").await.expect(400);
    editor.get(format!("/customers/new?for={}", PaymentId::new())).await.expect(404);
}
