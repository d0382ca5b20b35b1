//! The form to charge a customer: paid, declined, refused.

use super::*;

/// In the test account of the shop, whose customers can be charged.
pub fn testing(world: &World) -> Asker {
    world.testing(&world.shop.editor)
}

pub async fn charge(asker: &Asker, customer: CustomerId, fields: &[(&str, &str)]) -> Answer {
    let page = asker.get(format!("/customers/{customer}/charges/new")).await.expect(200);
    let form = page.form_to(&format!("/customers/{customer}/charges"));
    let form = fields.iter().fold(form, |form, (name, text)| form.set(name, text));
    asker.submit(&form).await
}

#[actix_web::test]
async fn a_charge_is_paid_or_declined_and_says_which() {
    let (world, named) = without_payments().await;
    let (editor, account) = (testing(&world), world.shop.test);
    let fields =
        [("amount", "100"), ("token", "tok_visa"), ("description", "Order 9"), ("address.billing.city", "Oslo")];
    let paid = charge(&editor, named.tested, &fields).await.expect(303);
    let id = led_to(&paid);
    let payment = stored(&world, account, id);
    assert_eq!(payment.status, Status::Succeeded);
    assert_eq!(payment.billing.unwrap().city.as_deref(), Some("Oslo"));
    assert_eq!(kinds(&world, account, id), ["payment.begun", "payment.succeeded"]);
    let page = editor.get(format!("/payments/{id}")).await.expect(200);
    assert!(page.text("#toasts [role=status]").contains("Paid: KES 100.00"));
    assert!(!page.has("#toasts .toast--bad") && !page.has("#toasts .toast--waiting"));
    assert!(
        page.text("aside").contains("Visa •••• 4242") && page.text("aside").contains("Oslo"),
        "{}",
        page.text("aside")
    );

    let declined = charge(&editor, named.tested, &[("amount", "100"), ("token", "tok_insufficient_funds")]).await;
    let page = editor.get(declined.expect(303).location()).await.expect(200);
    assert!(page.text("#toasts .toast--bad[role=alert]").contains("Declined: There is not enough money on the card"));
    assert_eq!(page.attribute("#toasts a", "href"), format!("/customers/{}/charges/new", named.tested));
    assert!(page.text("#failure").contains("not enough money"));
    assert!(page.has("#again"));

    let slow = charge(&editor, named.tested, &[("amount", "100"), ("token", "tok_slow")]).await;
    let page = editor.get(slow.expect(303).location()).await.expect(200);
    assert!(page.text("#toasts .toast--waiting[role=status]").contains("Processing: KES 100.00"));

    let fragment =
        editor.post(format!("/customers/{}/charges", named.tested), "amount=5&token=tok_visa").in_place().await;
    assert!(fragment.expect(200).header("HX-Redirect").unwrap().starts_with("/payments/pay_"));
}

#[actix_web::test]
async fn a_charge_that_cannot_be_made_keeps_what_was_typed() {
    let (world, named) = without_payments().await;
    let editor = testing(&world);
    let before = world.census();
    let wrong = charge(&editor, named.tested, &[("amount", "1.234"), ("token", "4242424242424242")]).await.expect(422);
    assert!(wrong.error_of("amount").is_some() && wrong.error_of("token").unwrap().contains("card number"));
    let unknown =
        charge(&editor, named.tested, &[("amount", "7"), ("token", "tok_nothing"), ("description", "Tea")]).await;
    let unknown = unknown.expect(409);
    assert!(unknown.text("[role=alert]").contains("does not know this token"));
    let again = unknown.form_to(&format!("/customers/{}/charges", named.tested));
    assert_eq!((again.value("amount"), again.value("token"), again.value("description")), ("7", "tok_nothing", "Tea"));
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn a_live_account_has_no_gateway_yet_and_offers_to_record() {
    let (world, named) = without_payments().await;
    let editor = world.editor();
    let path = format!("/customers/{}/charges", named.wanjiru);
    let record = format!("/payments/new?customer={}", named.wanjiru);
    for page in [editor.get(format!("{path}/new")).await.expect(200), editor.fragment(format!("{path}/new")).await] {
        assert!(page.texts("h2").contains(&"Live accounts have no gateway yet".to_owned()));
        assert!(page.has(&format!("a[href='{record}']")) && !page.has("input[name=amount]"));
    }
    let refused = editor.post(&path, "amount=5&token=tok_visa").await.expect(409);
    assert!(refused.has(&format!("a[href='{record}']")));
    let customer = editor.get(format!("/customers/{}", named.wanjiru)).await;
    assert!(customer.has(&format!(".phead a[href='{record}']")) && !customer.has("a[href$='/charges/new']"));
    assert_eq!(world.number("SELECT count(*) AS n FROM payments"), 0);
}

#[actix_web::test]
async fn a_deleted_customer_cannot_be_charged() {
    let (world, named) = without_payments().await;
    let editor = testing(&world);
    let by = by_person(world.shop.test, &world.shop.editor);
    let delete = |conn: &mut diesel::PgConnection| {
        conn.transaction(|conn| clientele::deletion::delete(conn, &by, named.tested, None))
    };
    world.with(delete).unwrap();
    let path = format!("/customers/{}/charges", named.tested);
    editor.get(format!("{path}/new")).await.expect(409);
    let refused = editor.post(&path, "amount=5&token=tok_visa").await.expect(409);
    assert!(refused.text("[role=alert]").contains("deleted"));
    assert!(!editor.get(format!("/customers/{}", named.tested)).await.has(".phead a[href$='/charges/new']"));
}
