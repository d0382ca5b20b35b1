//! Amounts and currencies as they are typed: what is taken, asked about, refused.

use super::*;

#[actix_web::test]
async fn amounts_have_the_digits_of_their_currency() {
    let (world, _) = without_payments().await;
    let editor = world.editor();
    let sent = |currency: &str, amount: &str| format!("amount={amount}&currency={currency}");
    for (currency, amount, shown) in
        [("JPY", "1500", "JPY 1,500"), ("KWD", "1.255", "KWD 1.255"), ("UGX", "310000.00", "UGX 310,000")]
    {
        let id = led_to(&editor.post("/payments", sent(currency, amount).as_str()).await.expect(303));
        assert_eq!(editor.get(format!("/payments/{id}")).await.text("h1"), shown);
    }
    for (currency, amount, told) in
        [("JPY", "1.5", "no decimals"), ("KWD", "1.2555", "3 digits"), ("KES", "0", "above zero")]
    {
        let refused = editor.post("/payments", sent(currency, amount).as_str()).await.expect(422);
        assert!(refused.error_of("amount").unwrap().contains(told), "{currency} {amount}");
        assert_eq!(refused.form_to("/payments").value("currency"), currency);
    }
}

#[actix_web::test]
async fn an_amount_that_can_be_read_in_two_ways_is_asked_about_and_nothing_is_written() {
    let (world, named) = without_payments().await;
    let (editor, tester, admin) = (world.editor(), testing(&world), world.testing(&world.shop.admin));
    let paid = led_to(&charge(&tester, named.tested, &[("amount", "10,000"), ("token", "tok_visa")]).await);
    let charges = format!("/customers/{}/charges", named.tested);
    let refunds = format!("/payments/{paid}/refunds");
    let before = world.census();
    for (asker, path, sent, field) in [
        (&tester, charges.as_str(), "currency=KES&token=tok_visa&amount=3.000", "amount"),
        (&tester, charges.as_str(), "currency=IDR&token=tok_visa&amount=275.000", "amount"),
        (&tester, charges.as_str(), "currency=USD&token=tok_visa&amount=0,750", "amount"),
        (&editor, "/payments", "currency=EUR&amount=12.500", "amount"),
        (&editor, "/payments", "currency=BHD&amount=12,500", "amount"),
        (&editor, "/payments", "amount=9000&status=partially_refunded&refunded=4.000", "refunded"),
        (&admin, refunds.as_str(), "amount=2.000", "amount"),
    ] {
        let refused = asker.post(path, sent).await.expect(422);
        let (_, typed) = sent.rsplit_once('=').unwrap();
        let told = refused.error_of(field).unwrap();
        assert!(told.starts_with(&format!("“{typed}” can be read as ")), "{sent}: {told}");
        assert_eq!(refused.form_to(path).value(field), typed, "{sent}");
    }
    assert_eq!(world.census(), before);
}

#[actix_web::test]
async fn what_nobody_pays_in_is_not_charged_or_recorded_but_still_found() {
    let (world, named) = without_payments().await;
    let (editor, tester) = (world.editor(), testing(&world));
    let charges = format!("/customers/{}/charges", named.tested);
    let before = world.census();
    for code in ["CLF", "USN", "SLL", "BGN"] {
        for (asker, path) in [(&tester, charges.as_str()), (&editor, "/payments")] {
            let refused =
                asker.post(path, format!("amount=5&token=tok_visa&currency={code}").as_str()).await.expect(422);
            assert!(refused.error_of("currency").unwrap().contains(&format!("Nobody pays in {code}")), "{path}");
            assert_eq!(refused.form_to(path).value("currency"), "", "the first of the list is not chosen instead");
        }
    }
    editor.post("/payments", "amount=5&currency=").await.expect(422);
    assert_eq!(world.census(), before);

    let form = editor.get("/payments/new").await.expect(200).form_to("/payments");
    let bolivars = led_to(&editor.submit(&form.set("amount", "7").set("currency", "VES")).await.expect(303));
    assert_eq!(editor.get(format!("/payments/{bolivars}")).await.text("h1"), "VES 7.00");
    let old = past(&world, Past { amount: 4_200, currency: "HRK", ..PAST });
    assert_eq!(editor.get(format!("/payments/{old}")).await.text("h1"), "HRK 42.00");
    assert_eq!(found(&editor, "currency:HRK").await.len(), 1);
    assert_eq!(found(&editor, "amount:>40HRK").await.len(), 1);
}
