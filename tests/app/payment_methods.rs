//! The wallet: what it takes, which method is the default, what removing and restoring do, and what a charge uses.

use clientele::{
    error::Error,
    gateway::sandbox::credential,
    history::{self, Event},
    ids::{AccountId, CustomerId, MethodId, PaymentId},
    payment_methods::{
        charging::for_charge,
        model::{self, Chosen, Method},
    },
    values::expiry,
};
use diesel::Connection;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::world::{Asker, World};

/// The path of a customer's wallet.
pub fn wallet_of(id: CustomerId) -> String {
    format!("/customers/{id}/payment_methods")
}

fn path(id: MethodId, part: &str) -> String {
    format!("/payment_methods/{id}{part}")
}

/// A customer of the shop's test account, and the editor there.
pub async fn tester() -> (World, Asker, CustomerId) {
    let (world, named) = World::populated().await;
    let editor = world.testing(&world.shop.editor);
    (world, editor, named.tested)
}

/// A wallet of the shop's test account.
pub fn methods(world: &World, id: CustomerId) -> Vec<Method> {
    world.with(|conn| model::of_customer(conn, world.shop.test, id)).unwrap()
}

fn default_of(world: &World, id: CustomerId) -> Option<MethodId> {
    world.with(|conn| model::default_of(conn, world.shop.test, id)).unwrap().map(|method| method.id)
}

/// What happened to a method, oldest first.
pub fn happened(world: &World, account: AccountId, id: MethodId) -> Vec<Event> {
    world.with(|conn| history::after_version(conn, account, id.uuid(), 0)).unwrap()
}

fn kinds(world: &World, id: MethodId) -> Vec<String> {
    happened(world, world.shop.test, id).into_iter().map(|event| event.kind).collect()
}

/// Adds by a token, which has to work; returns the newest method.
async fn add(world: &World, editor: &Asker, id: CustomerId, token: &str) -> MethodId {
    editor.post(wallet_of(id), [("token", token)]).await.expect(303);
    methods(world, id).last().unwrap().id
}

/// Adds by a form that is refused; the error of that field.
pub async fn refused(editor: &Asker, id: CustomerId, form: &str, field: &str) -> String {
    let page = editor.post(wallet_of(id), form).await.expect(422);
    page.error_of(field).unwrap_or_else(|| panic!("no error of {field} in {}", page.outline()))
}

fn resize(world: &World, size: usize) {
    world.sql(&format!("UPDATE merchants SET wallet_size = {size} WHERE id = '{}'", world.shop.merchant.uuid()));
}

/// Which day it is for the shop.
fn today() -> Date {
    expiry::today(Timestamp::now(), &TimeZone::get("Africa/Nairobi").unwrap())
}

fn charge(world: &World, id: CustomerId, named: Option<MethodId>) -> Result<Chosen, String> {
    let choice = world.with(|conn| conn.transaction(|conn| for_charge(conn, world.shop.test, id, named, today())));
    match choice {
        Ok(choice) => choice.map_err(|reason| reason.sentence.into_owned()),
        Err(err @ Error::Conflict(_)) => Err(err.to_string()),
        Err(err) => panic!("{err:?}"),
    }
}

fn age(world: &World, id: MethodId, days: u32) {
    world.sql(&format!(
        "UPDATE payment_methods SET removed_at = clock_timestamp() - interval '{days} days' WHERE id = '{}'",
        id.uuid()
    ));
}

fn jobs_of(world: &World, id: MethodId) -> i64 {
    let due = "due_at BETWEEN clock_timestamp() + interval '29 days' AND clock_timestamp() + interval '31 days'";
    world.number(&format!(
        "SELECT count(*) AS n FROM jobs WHERE kind = 'destroy_method' AND subject_id = '{}' AND {due}",
        id.uuid()
    ))
}

/// A payment that succeeded, made with a card.
fn paid_with(world: &World, account: AccountId, id: CustomerId, last4: &str, status: &str) -> PaymentId {
    let payment = PaymentId::new();
    world.sql(&format!(
        "INSERT INTO payments (account_id, id, version, customer_id, amount, currency, status, refunded, is_recorded,
            method_kind, method_brand, method_last4, method_expires_on, method_fingerprint, method_credential,
            created_at, updated_at)
         VALUES ('{}', '{}', 1, '{}', 100, 'KES', '{status}', 0, false, 'card', 'Visa', '{last4}', '2040-12-31',
            'print {last4}', 'sandbox:succeeded', now(), now())",
        account.uuid(),
        payment.uuid(),
        id.uuid()
    ));
    payment
}

#[actix_web::test]
async fn the_first_method_becomes_the_default_and_the_next_does_not() {
    let (world, editor, id) = tester().await;
    let first = add(&world, &editor, id, "tok_visa").await;
    let second = add(&world, &editor, id, "tok_bank").await;
    assert_eq!(default_of(&world, id), Some(first));
    let page = editor.get(wallet_of(id)).await.expect(200);
    assert_eq!(page.text("#wallet-title"), "Payment methods 2 of 4");
    assert_eq!(page.texts(".wallet .badge"), ["Default"]);
    assert_eq!(page.texts(".pan"), ["Visa ending •••• 4242", "Sandbox Bank ending •••• 6789"]);
    assert!(page.text(&format!("#{second}")).contains("Bank account"));
    let event = happened(&world, world.shop.test, first).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.by.as_deref()), ("payment_method.added", Some("Edgar Editor")));
    assert_eq!((event.after["last4"].as_str(), event.after["is_default"].as_bool()), (Some("4242"), Some(true)));
    assert!(!event.after.contains_key("fingerprint") && !event.after.contains_key("credential"));
    let of_customer = format!("SELECT count(*) AS n FROM events WHERE customer_id = '{}'", id.uuid());
    assert_eq!(world.number(&of_customer), 2);
}

#[actix_web::test]
async fn a_wallet_holds_as_many_as_the_merchant_allows() {
    let (world, editor, id) = tester().await;
    for token in ["tok_visa", "tok_mastercard", "tok_amex", "tok_bank"] {
        add(&world, &editor, id, token).await;
    }
    let error = refused(&editor, id, "token=tok_slow", "token").await;
    assert_eq!(error, "The wallet is full: it holds 4 payment methods. Remove one of them first.");
    let page = editor.get(wallet_of(id)).await;
    assert!(page.text("#wallet").contains("The wallet is full. Remove a payment method to add or restore another."));
    assert!(!page.has("#wallet-add"));
    assert!(editor.get(format!("{}/new", wallet_of(id))).await.text("main").contains("The wallet is full"));
    resize(&world, 5);
    add(&world, &editor, id, "tok_slow").await;
    assert_eq!(methods(&world, id).len(), 5);
}

#[actix_web::test]
async fn the_same_card_is_in_a_wallet_once_and_the_refusal_says_which_it_is() {
    let (world, editor, id) = tester().await;
    add(&world, &editor, id, "tok_visa").await;
    let error = refused(&editor, id, "token=tok_visa", "token").await;
    assert_eq!(error, "Visa ending 4242 is in this wallet already. Use that one, or add another.");
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other");
    add(&world, &editor, other, "tok_visa").await;
    assert_eq!((methods(&world, id).len(), methods(&world, other).len()), (1, 1));
}

#[actix_web::test]
async fn a_new_default_leaves_the_old_one_usable() {
    let (world, editor, id) = tester().await;
    let first = add(&world, &editor, id, "tok_visa").await;
    let second = add(&world, &editor, id, "tok_bank").await;
    let form = editor.get(wallet_of(id)).await.form_to(&path(second, "/default"));
    let answer = editor.submit(&form).await.expect(303);
    assert_eq!(answer.location(), wallet_of(id));
    assert_eq!(default_of(&world, id), Some(second));
    assert_eq!(charge(&world, id, Some(first)).unwrap().method.id, first);
    assert!(editor.get(wallet_of(id)).await.text(".toast").contains("Sandbox Bank ending 6789 is the default now"));
    let event = happened(&world, world.shop.test, second).pop().unwrap();
    assert_eq!(event.kind, "payment_method.made_default");
    assert_eq!(
        (event.before["default"].as_str(), event.after["default"].as_str()),
        (Some(&*first.to_string()), Some(&*second.to_string()))
    );
    editor.submit(&form).await.expect(303);
    assert_eq!(happened(&world, world.shop.test, second).len(), 2, "making it again changes nothing");
}

#[actix_web::test]
async fn removing_the_default_leaves_none_and_says_so() {
    let (world, editor, id) = tester().await;
    let first = add(&world, &editor, id, "tok_visa").await;
    add(&world, &editor, id, "tok_bank").await;
    let page = editor.get(path(first, "/deletion")).await.expect(200);
    let effects = page.texts("main .effects b");
    assert!(effects.contains(&"No payment method is the default then.".to_owned()), "{effects:?}");
    editor.submit(&page.form_to(&path(first, "/deletion"))).await.expect(303);
    assert_eq!(default_of(&world, id), None);
    let page = editor.get(wallet_of(id)).await;
    assert!(page.text(".toast").contains("There is no default payment method now"));
    assert!(page.text("#wallet").contains("None is the default"));
    assert_eq!(page.attribute(".toast form", "action"), path(first, "/restoration"));
    assert_eq!(jobs_of(&world, first), 1, "it is destroyed when 30 days are over");
    let error = charge(&world, id, None).unwrap_err();
    assert_eq!(
        error,
        "This customer has no default payment method. Choose the payment method to charge, or make one the default."
    );
    editor.post(path(first, "/deletion"), "").await.expect(303);
    assert_eq!(kinds(&world, first), ["payment_method.added", "payment_method.removed"], "once");
}

#[actix_web::test]
async fn a_removed_method_comes_back_within_30_days_but_not_as_the_default() {
    let (world, editor, id) = tester().await;
    let first = add(&world, &editor, id, "tok_visa").await;
    add(&world, &editor, id, "tok_bank").await;
    editor.post(path(first, "/deletion"), "").await.expect(303);
    let form = editor.get(wallet_of(id)).await.form(&format!("#wallet form[action$='{first}/restoration']"));
    editor.submit(&form).await.expect(303);
    assert_eq!((methods(&world, id).len(), default_of(&world, id), jobs_of(&world, first)), (2, None, 0));
    assert_eq!(kinds(&world, first).last().unwrap(), "payment_method.restored");
    editor.submit(&form).await.expect(303);
    assert_eq!(kinds(&world, first).len(), 3, "restoring what is there changes nothing");
}

#[actix_web::test]
async fn a_restored_method_is_the_default_of_an_otherwise_empty_wallet() {
    let (world, editor, id) = tester().await;
    let only = add(&world, &editor, id, "tok_visa").await;
    editor.post(path(only, "/deletion"), "").await.expect(303);
    editor.post(path(only, "/restoration"), "").await.expect(303);
    assert_eq!(default_of(&world, id), Some(only));
}

#[actix_web::test]
async fn restoring_counts_against_the_size_of_the_wallet_and_its_cards() {
    let (world, editor, id) = tester().await;
    resize(&world, 1);
    let first = add(&world, &editor, id, "tok_visa").await;
    editor.post(path(first, "/deletion"), "").await.expect(303);
    let second = add(&world, &editor, id, "tok_bank").await;
    let answer = editor.post(path(first, "/restoration"), "").await.expect(409);
    assert!(answer.text("main").contains("The wallet is full: it holds 1 payment method. Remove that one first."));
    resize(&world, 4);
    add(&world, &editor, id, "tok_visa").await;
    let answer = editor.post(path(first, "/restoration"), "").await.expect(409);
    assert!(answer.text("main").contains("Visa ending 4242 is in this wallet already"));
    assert_eq!(default_of(&world, id), Some(second));
}

#[actix_web::test]
async fn after_30_days_a_removed_method_is_gone() {
    let (world, editor, id) = tester().await;
    let only = add(&world, &editor, id, "tok_visa").await;
    editor.post(path(only, "/deletion"), "").await.expect(303);
    age(&world, only, 31);
    assert!(!editor.get(wallet_of(id)).await.has("#wallet .more"));
    let answer = editor.post(path(only, "/restoration"), "").await.expect(409);
    assert!(answer.text("main").contains("more than 30 days ago"));
}

#[actix_web::test]
async fn a_deleted_customers_methods_are_shown_and_cannot_be_charged_or_changed() {
    let (world, editor, id) = tester().await;
    let method = add(&world, &editor, id, "tok_visa").await;
    let plan = editor.get(format!("/customers/{id}/deletion")).await.form("main form[method=post]");
    editor.submit(&plan).await.expect(303);
    let page = editor.get(wallet_of(id)).await.expect(200);
    assert!(page.text("#wallet").contains("none of these can be used"));
    assert!(page.has(".pan") && !page.has("#wallet form") && !page.has("#wallet [popovertarget]"));
    for (part, form) in [("/default", ""), ("/deletion", ""), ("/restoration", ""), ("", "version=1&expires=01%2F2030")]
    {
        let answer = editor.post(path(method, part), form).await.expect(409);
        assert!(answer.text("main").contains("Restore it first"), "{part}");
    }
    editor.post(wallet_of(id), "token=tok_bank").await.expect(409);
    assert!(charge(&world, id, None).unwrap_err().contains("This customer is deleted"));
    editor.post(format!("/customers/{id}/restoration"), "").await.expect(303);
    assert_eq!(charge(&world, id, None).unwrap().method.id, method, "a restore brings them back");
}

#[actix_web::test]
async fn a_charge_uses_the_named_method_else_the_default() {
    let (world, editor, id) = tester().await;
    assert_eq!(charge(&world, id, None).unwrap_err(), "This customer has no payment method. Add one first.");
    let first = add(&world, &editor, id, "tok_visa").await;
    let second = add(&world, &editor, id, "tok_bank").await;
    assert_eq!(charge(&world, id, None).unwrap().method.id, first);
    assert_eq!(charge(&world, id, Some(second)).unwrap().method.id, second);
}

#[actix_web::test]
async fn a_charge_refuses_a_removed_a_foreign_and_an_expired_method() {
    let (world, editor, id) = tester().await;
    let method = add(&world, &editor, id, "tok_visa").await;
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other");
    let foreign = add(&world, &editor, other, "tok_visa").await;
    for stranger in [foreign, MethodId::new()] {
        assert!(charge(&world, id, Some(stranger)).unwrap_err().contains("is not in the wallet of this customer"));
    }
    let last = methods(&world, id)[0].instrument.expires_on.unwrap();
    let on = |day: Date| world.with(|conn| conn.transaction(|conn| for_charge(conn, world.shop.test, id, None, day)));
    assert!(on(last).unwrap().is_ok(), "a card is valid to the end of its month");
    let error = on(last.saturating_add(1.day())).unwrap().unwrap_err().sentence;
    assert!(error.starts_with(&format!("Visa ending 4242 expired with {}", expiry::shown(last))), "{error}");
    editor.post(path(method, "/deletion"), "").await.expect(303);
    assert!(charge(&world, id, Some(method)).unwrap_err().contains("was removed from the wallet"));
}

#[actix_web::test]
async fn a_charge_is_billed_to_the_methods_address_else_to_the_customers_default() {
    let (world, editor, _) = tester().await;
    let form = "name=B&address.a.kind=billing&address.a.city=Nairobi&address.s.kind=shipping&address.s.city=Kisumu";
    let id = world.customer_in(world.shop.test, &world.shop.editor, form);
    editor.post(wallet_of(id), "token=tok_visa&billing.city=Mombasa&billing.country=KE").await.expect(303);
    let second = add(&world, &editor, id, "tok_bank").await;
    let city = |chosen: Chosen| chosen.billing.unwrap().city.unwrap();
    assert_eq!(city(charge(&world, id, None).unwrap()), "Mombasa");
    assert_eq!(city(charge(&world, id, Some(second)).unwrap()), "Nairobi");
}

#[actix_web::test]
async fn expired_and_expiring_cards_are_marked() {
    let (world, editor, id) = tester().await;
    let card = add(&world, &editor, id, "tok_visa").await;
    let today = today();
    for (months, badge) in [(-1, Some("Expired")), (0, Some("Expires soon")), (2, Some("Expires soon")), (3, None)] {
        let last = today.first_of_month().saturating_add(months.months()).last_of_month();
        world.sql(&format!("UPDATE payment_methods SET expires_on = '{last}' WHERE id = '{}'", card.uuid()));
        let badges = editor.get(wallet_of(id)).await.texts(".wallet .badge");
        assert_eq!(badges.get(1).map(String::as_str), badge, "in {months} months");
    }
}

#[actix_web::test]
async fn a_token_is_used_once_and_not_used_up_by_a_refusal() {
    let (world, editor, id) = tester().await;
    let form = "card_number=4111+1111+1111+1111&expires=08%2F40";
    let made = editor.post("/sandbox/tokens/new", format!("{form}&customer={id}").as_str()).await.expect(303);
    let token = made.location().split_once("token=").unwrap().1.to_owned();
    resize(&world, 1);
    let first = add(&world, &editor, id, "tok_visa").await;
    refused(&editor, id, &format!("token={token}"), "token").await;
    editor.post(path(first, "/deletion"), "").await.expect(303);
    add(&world, &editor, id, &token).await;
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other");
    let error = refused(&editor, other, &format!("token={token}&consent_source=Call"), "token").await;
    assert_eq!(error, "This token has been used already. Make a new one.");
    let page = editor.post(wallet_of(other), format!("token={token}&consent_source=Call").as_str()).await;
    assert_eq!(page.form_to(&wallet_of(other)).value("consent_source"), "Call", "nothing typed is lost");
}

#[actix_web::test]
async fn what_was_paid_with_before_can_be_kept_without_a_token() {
    let (world, editor, id) = tester().await;
    let paid = paid_with(&world, world.shop.test, id, "1881", "succeeded");
    let failed = paid_with(&world, world.shop.test, id, "0002", "failed");
    let other = world.customer_in(world.shop.test, &world.shop.editor, "name=Other");
    let theirs = paid_with(&world, world.shop.test, other, "0004", "succeeded");
    let page = editor.get(format!("{}/new", wallet_of(id))).await.expect(200);
    assert_eq!(page.texts("#payment option"), ["None of these", "Visa ending 1881, expires 12/2040"]);
    for payment in [failed, theirs, PaymentId::new()] {
        assert!(refused(&editor, id, &format!("payment={payment}"), "payment").await.contains("no such payment"));
    }
    editor.submit(&page.form_to(&wallet_of(id)).set("payment", &paid.to_string())).await.expect(303);
    let method = methods(&world, id).remove(0);
    assert_eq!((method.instrument.last4.as_str(), method.instrument.credential), ("1881", credential("succeeded")));
    assert!(!editor.get(format!("{}/new", wallet_of(id))).await.has("#payment"), "it is in the wallet now");
}

#[actix_web::test]
async fn consent_and_billing_address_are_kept_with_the_method() {
    let (world, editor, id) = tester().await;
    let form = "token=tok_visa&billing.line1=14+Riverside+Drive&consent_source=Signed+form&consent_on=2026-11-03";
    editor.post(wallet_of(id), form).await.expect(303);
    let text = editor.get(wallet_of(id)).await.text(".wallet__main");
    assert!(
        text.contains("Billed to 14 Riverside Drive") && text.contains("Agreed: Signed form, 3 Nov 2026"),
        "{text}"
    );
    let method = methods(&world, id).remove(0);
    let event = happened(&world, world.shop.test, method.id).remove(0);
    assert_eq!(event.after["consent_source"], "Signed form");
}

#[actix_web::test]
async fn an_edit_changes_the_expiry_and_the_billing_address() {
    let (world, editor, id) = tester().await;
    let card = add(&world, &editor, id, "tok_visa").await;
    let form = editor.get(path(card, "/edit")).await.expect(200).form_to(&path(card, ""));
    let refused = editor.submit(&form.clone().set("expires", "13/30").set("billing.city", "Kisumu")).await.expect(422);
    assert!(refused.error_of("expires").unwrap().contains("like 08/2028"));
    assert_eq!(refused.form_to(&path(card, "")).value("billing.city"), "Kisumu");
    editor.submit(&form.clone().set("expires", "8/40").set("billing.city", "Kisumu")).await.expect(303);
    let method = methods(&world, id).remove(0);
    assert_eq!(method.instrument.expires_on, Some(Date::constant(2040, 8, 31)));
    assert_eq!((method.version, method.billing.unwrap().city.as_deref()), (2, Some("Kisumu")));
    let event = happened(&world, world.shop.test, card).pop().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.after["expires_on"].as_str()),
        ("payment_method.updated", Some("2040-08-31"))
    );
}

#[actix_web::test]
async fn two_edits_of_different_fields_are_merged_and_of_the_same_one_are_shown() {
    let (world, editor, id) = tester().await;
    let card = add(&world, &editor, id, "tok_visa").await;
    let form = editor.get(path(card, "/edit")).await.form_to(&path(card, ""));
    editor.submit(&form.clone().set("expires", "08/2040")).await.expect(303);
    editor.submit(&form.clone().set("billing.city", "Kisumu")).await.expect(303);
    let clash = editor.submit(&form.clone().set("expires", "09/2041")).await.expect(409);
    assert!(clash.text("main [role=alert]").contains("Expires 08/2040"));
    let stored = methods(&world, id).remove(0);
    assert_eq!(stored.instrument.expires_on, Some(Date::constant(2040, 8, 31)), "nothing is overwritten unseen");
    assert_eq!(stored.billing.unwrap().city.as_deref(), Some("Kisumu"));
    let again = clash.form_to(&path(card, ""));
    assert_eq!((again.value("version"), again.value("expires")), ("3", "09/2041"));
    editor.submit(&again).await.expect(303);
    assert_eq!(methods(&world, id)[0].instrument.expires_on, Some(Date::constant(2041, 9, 30)));
    editor.submit(&form.set("version", "99")).await.expect(409);
}

#[actix_web::test]
async fn a_form_sent_twice_adds_once() {
    let (world, editor, id) = tester().await;
    let made = editor
        .post("/sandbox/tokens/new", format!("card_number=4111111111111111&expires=08%2F40&customer={id}").as_str())
        .await;
    let form = editor.get(made.location()).await.expect(200).form_to(&wallet_of(id));
    assert!(form.value("token").starts_with("tok_"));
    editor.submit(&form).await.expect(303);
    editor.submit(&form).await.expect(303);
    assert_eq!(methods(&world, id).len(), 1);
}

#[actix_web::test]
async fn a_live_account_has_no_gateway_and_says_what_works_instead() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    let page = editor.get(format!("{}/new", wallet_of(id))).await.expect(200);
    assert!(page.text("main").contains("Live accounts have no gateway yet, so it is kept as a record"));
    assert!(!page.has("a[href^='/sandbox']") && !page.has("#token"), "nothing is asked for that can only fail");
    let error = refused(&editor, id, "token=tok_visa", "last4").await;
    assert!(error.contains("no token can be verified") && error.contains("in the test account"), "{error}");
    for answer in [editor.get("/sandbox/tokens/new").await, editor.post("/sandbox/tokens/new", "card_number=1").await] {
        assert!(answer.expect(404).text("main").contains("in your test account"));
    }
}

#[actix_web::test]
async fn viewers_see_the_wallet_and_change_nothing() {
    let (world, editor, id) = tester().await;
    let method = add(&world, &editor, id, "tok_visa").await;
    let viewer = world.testing(&world.shop.viewer);
    let page = viewer.get(wallet_of(id)).await.expect(200);
    assert!(page.has(".pan") && !page.has("#wallet form") && !page.has("#wallet-add") && !page.has("#wallet .menu"));
    for part in ["", "/default", "/deletion", "/restoration"] {
        viewer.post(path(method, part), "version=1").await.expect(403);
    }
    viewer.post(wallet_of(id), "token=tok_bank").await.expect(403);
    for page in [path(method, "/edit"), path(method, "/deletion"), "/sandbox/tokens/new".to_owned()] {
        viewer.get(page).await.expect(403);
    }
}

#[actix_web::test]
async fn another_accounts_method_is_not_there() {
    let (world, editor, id) = tester().await;
    let method = add(&world, &editor, id, "tok_visa").await;
    for (asker, words) in [(world.editor(), Some("in your test account")), (world.testing(&world.rival.owner), None)] {
        for part in ["", "/edit", "/deletion"] {
            let answer = asker.get(path(method, part)).await.expect(404);
            assert!(words.is_none_or(|words| answer.text("main").contains(words)));
        }
        for part in ["", "/default", "/deletion", "/restoration"] {
            asker.post(path(method, part), "version=1").await.expect(404);
        }
    }
    assert_eq!(kinds(&world, method), ["payment_method.added"]);
}

#[actix_web::test]
async fn the_wallet_changes_in_place() {
    let (world, editor, id) = tester().await;
    assert_eq!(editor.get(format!("/customers/{id}")).await.attribute("#wallet", "data-hx-get"), wallet_of(id));
    let dialog = editor.fragment(format!("{}/new", wallet_of(id))).await.expect(200);
    let form = dialog.form("dialog form");
    let wrong = editor.submit(&form.clone().set("token", "")).in_place().await.expect(422);
    assert_eq!((wrong.header("HX-Retarget"), wrong.has("dialog .note--bad")), (Some("#modal"), true));
    let added = editor.submit(&form.set("token", "tok_visa")).in_place().await.expect(200);
    added.one("#wallet");
    assert!(added.text("hx-partial .toast").contains("Visa ending 4242 was added"));
    let method = methods(&world, id)[0].id;
    let dialog = editor.fragment(path(method, "/deletion")).await;
    let removed = editor.submit(&dialog.form("dialog form")).in_place().await.expect(200);
    assert!(removed.text("#wallet").contains("No payment method yet"));
    let restored = editor.post(path(method, "/restoration"), "").in_place().await.expect(200);
    assert_eq!(restored.texts("#wallet .badge"), ["Default"]);
}
