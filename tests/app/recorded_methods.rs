//! Payment methods as recorded, in accounts without a gateway; and what forms of both accounts have in common: the wish
//! to be the default, the consent, a renewed card.

use clientele::{
    ids::{CustomerId, MethodId},
    payment_methods::model::{self, Method},
};
use jiff::civil::Date;

use crate::{
    payment_methods::{happened, methods, refused, tester, wallet_of},
    world::{Asker, Form, World},
};

const CARD: &str = "kind=card&brand=Visa&last4=4242&expires=11%2F2030";

/// A live account with a customer whose wallet is empty.
async fn live() -> (World, Asker, CustomerId) {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    (world, editor, named.jose)
}

fn kept(world: &World, id: CustomerId) -> Vec<Method> {
    world.with(|conn| model::of_customer(conn, world.shop.live, id).unwrap())
}

async fn form(editor: &Asker, id: CustomerId) -> Form {
    editor.get(format!("{}/new", wallet_of(id))).await.expect(200).form_to(&wallet_of(id))
}

#[actix_web::test]
async fn a_card_is_recorded_shown_found_and_never_charged() {
    let (world, editor, id) = live().await;
    let typed = form(&editor, id).await.set("brand", "Visa").set("last4", "4242").set("expires", "11/2030");
    let typed = typed.set("reference", "pm_9Zk").set("consent_source", "Signed form").set("billing.city", "Kisumu");
    editor.submit(&typed).await.expect(303);
    editor.submit(&typed).await.expect(303);
    let method = kept(&world, id).remove(0);
    assert_eq!(kept(&world, id).len(), 1, "a form sent twice records once");
    assert_eq!(
        (method.title().as_str(), method.reference(), method.is_default),
        ("Visa ending 4242", Some("pm_9Zk"), true)
    );
    assert_eq!(method.instrument.expires_on, Some(Date::constant(2030, 11, 30)));
    assert_eq!(method.instrument.credential, "", "no gateway knows it");
    let event = happened(&world, world.shop.live, method.id).remove(0);
    assert_eq!((event.kind.as_str(), event.after["reference"].as_str()), ("payment_method.added", Some("pm_9Zk")));

    let page = editor.get(wallet_of(id)).await.expect(200);
    assert!(page.text(".wallet__main").contains("Provider’s reference: pm_9Zk"));
    assert!(!page.has("a[href*='/charges/new']"), "nothing is offered that can only fail");
    for q in ["last4:4242", "has:card"] {
        let found = editor.get(format!("/customers?q={}", crate::world::encode(q))).await.expect(200);
        assert!(found.rows().iter().any(|row| row.contains("José")), "{q}");
    }
}

#[actix_web::test]
async fn a_bank_account_is_recorded_without_a_month() {
    let (world, editor, id) = live().await;
    let bank = "kind=bank_account&bank=Equity+Bank&last4=ab12&brand=&expires=";
    editor.post(wallet_of(id), bank).await.expect(303);
    let method = kept(&world, id).remove(0);
    assert_eq!((method.title().as_str(), method.instrument.expires_on), ("Equity Bank ending AB12", None));
    let again = refused(&editor, id, bank, "last4").await;
    assert_eq!(again, "Equity Bank ending AB12 is in this wallet already. Use that one, or add another.");
}

#[actix_web::test]
async fn what_is_wrong_comes_back_as_typed_and_a_number_does_not() {
    let (world, editor, id) = live().await;
    let page = editor.post(wallet_of(id), "kind=card&last4=42&expires=01%2F2020&reference=Kept").await.expect(422);
    for field in ["brand", "last4", "expires"] {
        assert!(page.error_of(field).is_some(), "{field}");
    }
    assert_eq!(page.form_to(&wallet_of(id)).value("reference"), "Kept");
    let number = "kind=card&brand=Visa&last4=4242424242424242&expires=11%2F2030";
    let page = editor.post(wallet_of(id), number).await.expect(422);
    assert!(page.error_of("last4").unwrap().contains("it was not kept"));
    assert!(!page.text_body().contains("4242424242424242"));
    assert!(kept(&world, id).is_empty());
}

#[actix_web::test]
async fn only_the_providers_references_tell_cards_with_the_same_digits_apart() {
    let (world, editor, id) = live().await;
    editor.post(wallet_of(id), format!("{CARD}&reference=a").as_str()).await.expect(303);
    for same in ["", "&reference=a"] {
        refused(&editor, id, &format!("{CARD}{same}"), "last4").await;
    }
    editor.post(wallet_of(id), format!("{CARD}&reference=b").as_str()).await.expect(303);
    assert_eq!(kept(&world, id).len(), 2);
}

#[actix_web::test]
async fn a_method_can_be_the_default_from_the_beginning() {
    let (world, editor, id) = tester().await;
    let first = editor.get(format!("{}/new", wallet_of(id))).await;
    assert!(!first.has("[name=default]"), "the first one is it in any case");
    editor.post(wallet_of(id), "token=tok_visa").await.expect(303);
    let typed = form(&editor, id).await.set("token", "tok_bank").set("default", "on");
    editor.submit(&typed).await.expect(303);
    let page = editor.get(wallet_of(id)).await;
    assert!(page.text(".toast").contains("Sandbox Bank ending 6789 was added It is the default"));
    let defaults: Vec<bool> = methods(&world, id).iter().map(|method| method.is_default).collect();
    assert_eq!(defaults, [false, true]);
    let kinds: Vec<String> =
        happened(&world, world.shop.test, methods(&world, id)[1].id).into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["payment_method.added", "payment_method.made_default"]);

    let (world, editor, id) = live().await;
    editor.post(wallet_of(id), CARD).await.expect(303);
    editor
        .post(wallet_of(id), format!("{CARD}&brand=x&default=on").as_str().replace("4242", "1881").as_str())
        .await
        .expect(303);
    assert_eq!(kept(&world, id).iter().map(|method| method.is_default).collect::<Vec<_>>(), [false, true]);
}

#[actix_web::test]
async fn a_consent_is_corrected_by_editing() {
    let (world, editor, id) = tester().await;
    editor.post(wallet_of(id), "token=tok_visa&consent_source=Call&consent_on=2026-11-03").await.expect(303);
    let method = methods(&world, id).remove(0);
    let path = format!("/payment_methods/{}", method.id);
    let form = editor.get(format!("{path}/edit")).await.expect(200).form_to(&path);
    assert_eq!((form.value("consent_source"), form.value("consent_on")), ("Call", "2026-11-03"));
    editor.submit(&form).await.expect(303);
    assert_eq!(methods(&world, id)[0].version, 1, "as it came, it changes nothing");
    editor.submit(&form.clone().set("consent_source", "Signed form")).await.expect(303);
    let stored = methods(&world, id).remove(0);
    assert_eq!(stored.consent.as_ref().unwrap().source, "Signed form");
    assert_eq!(stored.consent.as_ref().unwrap().at, method.consent.unwrap().at, "the day stays");
    let event = happened(&world, world.shop.test, method.id).pop().unwrap();
    assert_eq!((event.before["consent_source"].as_str(), event.after.len()), (Some("Call"), 1));

    let clash = editor.submit(&form.clone().set("consent_source", "Letter")).await.expect(409);
    assert!(clash.text("main [role=alert]").contains("How the customer agreed Signed form"));
    for (wrong, field) in
        [("consent_on=2999-01-01", "consent_on"), ("consent_source=&consent_on=2026-11-03", "consent_source")]
    {
        let typed = format!("version=2&consent_source=Call&{wrong}");
        let typed = if field == "consent_source" { format!("version=2&{wrong}") } else { typed };
        assert!(editor.post(&path, typed.as_str()).await.expect(422).error_of(field).is_some(), "{wrong}");
    }
    editor.post(&path, "version=2&consent_source=&consent_on=").await.expect(303);
    assert!(methods(&world, id)[0].consent.is_none());
    editor.post(&path, "version=3&expires=08%2F2040").await.expect(303);
    assert!(methods(&world, id)[0].consent.is_none(), "what is not sent stays");
}

/// A refusal of a renewed card, and the form with the button that renews it.
async fn renewing(editor: &Asker, id: CustomerId, form: &str) -> Form {
    let page = editor.post(wallet_of(id), form).await.expect(422);
    assert!(page.text("main").contains("Was the card renewed?"));
    let button = page.attribute("button[name=renews]", "value");
    page.form_to(&wallet_of(id)).set("renews", &button)
}

#[actix_web::test]
async fn a_renewed_card_puts_its_month_into_the_one_that_is_there() {
    let (world, editor, id) = live().await;
    editor.post(wallet_of(id), format!("{CARD}&consent_source=Call").as_str()).await.expect(303);
    let before = kept(&world, id).remove(0);
    let renew = renewing(&editor, id, "kind=card&brand=Visa&last4=4242&expires=12%2F2033&billing.city=Voi").await;
    assert_eq!((renew.value("expires"), renew.value("billing.city")), ("12/2033", "Voi"), "nothing typed is lost");
    editor.submit(&renew.clone().without("renews")).await.expect(422);
    editor.submit(&renew.clone().set("renews", &MethodId::new().to_string())).await.expect(422);
    editor.submit(&renew).await.expect(303);
    editor.submit(&renew).await.expect(303);
    let page = editor.get(wallet_of(id)).await;
    assert!(page.text(".toast").contains("Visa ending 4242 expires 12/2033 now"));
    let after = kept(&world, id).remove(0);
    assert_eq!((kept(&world, id).len(), after.id, after.version), (1, before.id, 2));
    assert_eq!(after.instrument.expires_on, Some(Date::constant(2033, 12, 31)));
    assert_eq!((after.billing.unwrap().city.as_deref(), after.consent), (Some("Voi"), before.consent));
    let events = happened(&world, world.shop.live, before.id);
    assert_eq!(events.len(), 2, "it is one change");
    assert_eq!(events[1].after["expires_on"].as_str(), Some("2033-12-31"));
}

#[actix_web::test]
async fn a_renewed_token_is_used_and_charged_from_then_on() {
    let (world, editor, id) = tester().await;
    let token = async |expires: &str| {
        let form = format!("card_number=4111+1111+1111+1111&expires={expires}&customer={id}");
        let made = editor.post("/sandbox/tokens/new", form.as_str()).await.expect(303);
        made.location().split_once("token=").unwrap().1.to_owned()
    };
    editor.post(wallet_of(id), format!("token={}", token("08%2F40").await).as_str()).await.expect(303);
    for other in ["tok_mastercard", "tok_amex", "tok_bank"] {
        editor.post(wallet_of(id), format!("token={other}").as_str()).await.expect(303);
    }
    let new = token("09%2F41").await;
    assert!(
        editor.get(format!("{}/new?token={new}", wallet_of(id))).await.has("#token"),
        "a full wallet takes it, too"
    );
    let renew = renewing(&editor, id, &format!("token={new}")).await;
    editor.submit(&renew).await.expect(303);
    assert_eq!(methods(&world, id).len(), 4);
    assert_eq!(methods(&world, id)[0].instrument.expires_on, Some(Date::constant(2041, 9, 30)));
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other");
    assert!(refused(&editor, other, &format!("token={new}"), "token").await.contains("used already"));
}

#[actix_web::test]
async fn a_full_wallet_has_no_form_that_can_only_fail() {
    let (_, editor, id) = live().await;
    for last4 in ["0001", "0002", "0003", "0004"] {
        editor.post(wallet_of(id), CARD.replace("4242", last4).as_str()).await.expect(303);
    }
    for page in
        [editor.get(format!("{}/new", wallet_of(id))).await, editor.fragment(format!("{}/new", wallet_of(id))).await]
    {
        let page = page.expect(200);
        assert!(page.text(".note--warn").contains("The wallet is full"));
        assert!(!page.has(&format!("form[action='{}']", wallet_of(id))));
    }
}

#[actix_web::test]
async fn a_recorded_payment_says_what_of_the_wallet_it_was_paid_with() {
    let (world, editor, id) = live().await;
    let form = editor.get(format!("/payments/new?customer={id}")).await.expect(200);
    assert!(!form.has("#method"), "there is nothing to choose");
    editor.post(wallet_of(id), CARD).await.expect(303);
    let method = kept(&world, id).remove(0).id;
    let page = editor.get(format!("/payments/new?customer={id}")).await.expect(200);
    assert_eq!(page.texts("#method option"), ["Not of the wallet", "Visa ending 4242"]);
    let form = page.form_to("/payments").set("amount", "12").set("method", &method.to_string());
    let recorded = editor.submit(&form).await.expect(303);
    let payment = editor.get(recorded.location()).await.expect(200);
    assert!(payment.text("aside").contains("4242"), "{}", payment.text("aside"));
    let found = editor.get("/payments?q=4242").await.expect(200);
    assert_eq!(found.rows().len(), 1);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM payments WHERE method_credential = ''"),
        0,
        "no gateway was asked"
    );

    editor.post(format!("/payment_methods/{method}/deletion"), "").await.expect(303);
    let gone = editor.submit(&form.set("key", "").set("amount", "13")).await.expect(409);
    assert!(gone.text("main [role=alert]").contains("not in the wallet of this customer"));
    assert_eq!(gone.form_to("/payments").value("amount"), "13", "nothing typed is lost");
    for wrong in ["method=pm_1", &format!("method={method}")] {
        let status = if wrong == "method=pm_1" { 422 } else { 409 };
        editor.post("/payments", format!("amount=5&{wrong}").as_str()).await.expect(status);
    }
}
