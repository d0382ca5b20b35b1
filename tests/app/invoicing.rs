//! What a merchant decides about its invoices: the page, what it refuses, and what follows for the next invoice.

use clientele::{
    history,
    merchants::{self, AfterTries, Decided},
    settings::invoicing::kinds,
};
use serde_json::json;

use crate::world::{Asker, Form, World};

const PATH: &str = "/settings/invoicing";

fn admin(world: &World) -> Asker {
    world.asker(&world.shop.admin)
}

async fn form(asker: &Asker) -> Form {
    asker.get(PATH).await.expect(200).form_to(PATH)
}

fn decided(world: &World) -> Decided {
    world.with(|conn| merchants::decided(conn, world.shop.merchant)).unwrap()
}

/// The kinds of what happened, oldest first.
fn kinds_of(world: &World) -> Vec<String> {
    let id = world.shop.merchant.uuid();
    let events = world.with(|conn| {
        use clientele::schema::events as table;
        use diesel::prelude::*;
        let of = table::table.filter(table::subject_id.eq(id)).order(table::id).select(table::kind);
        Ok::<Vec<String>, clientele::error::Error>(of.load(conn)?)
    });
    events.unwrap()
}

fn number(world: &World, of: clientele::ids::InvoiceId) -> String {
    world.with(|conn| clientele::invoices::model::find(conn, world.shop.live, of)).unwrap().number
}

#[actix_web::test]
async fn what_is_decided_holds_for_the_next_invoice_and_is_printed() {
    let world = World::empty().await;
    let admin = admin(&world);
    let customer = world.customer("name=Ada&email=ada%40x.example");
    let first = number(&world, world.invoice(world.shop.live, customer));
    assert!(first.ends_with("-0001"), "{first}");
    let page = admin.get(PATH).await.expect(200);
    assert!(page.text("main").contains("Clientele computes no tax"));
    assert!(page.text("main").contains("-0002. It can be raised, and is never lowered"), "{}", page.text("main"));
    assert!(page.has("a[href='/settings/invoicing'][aria-current=page]"));
    let typed = page
        .form_to(PATH)
        .set("invoice_prefix", "sg-ke")
        .set("invoices_restart", "no")
        .set("next_number", "412")
        .set("days_until_due", "30")
        .set("after_tries", "cancel")
        .set("seller_name", "Safari Gear Ltd.")
        .set("seller_address", "Moi Avenue 7\nNairobi")
        .set("tax_number", "P051234567X");
    admin.submit(&typed).await.expect(303);
    let said = admin.get(PATH).await.expect(200).text("#toasts");
    assert!(said.contains("The next invoice is SG-KE-0412"), "{said}");
    let now = decided(&world);
    assert_eq!((now.days_until_due, now.after_tries, now.restarts), (30, AfterTries::Cancel, false));
    let second = world.invoice(world.shop.live, customer);
    assert_eq!(number(&world, second), "SG-KE-0412");
    let bill = world.with(|conn| clientele::invoices::model::find(conn, world.shop.live, second)).unwrap();
    assert_eq!(bill.due_on, bill.issued_on.checked_add(jiff::Span::new().days(30)).unwrap());
    let paper = world.editor().get(format!("/invoices/{second}/print")).await.expect(200).text("main");
    for says in ["Safari Gear Ltd.", "Moi Avenue 7", "Tax number: P051234567X"] {
        assert!(paper.contains(says), "{says}: {paper}");
    }
    assert_eq!(kinds_of(&world), [kinds::INVOICING_CHANGED, kinds::NEXT_NUMBER_RAISED]);
    // The audit log tells both; the first can be taken back, the second stays.
    let log = admin.get("/settings/audit").await.expect(200).text("main");
    assert!(log.contains("raised the number of the next invoice") && log.contains("Legal name"), "{log}");
    let id = world.shop.merchant.uuid();
    let event = world.with(|conn| {
        use clientele::schema::events as table;
        use diesel::prelude::*;
        let of = table::table.filter(table::subject_id.eq(id)).filter(table::kind.eq(kinds::INVOICING_CHANGED));
        Ok::<clientele::ids::EventId, clientele::error::Error>(of.select(table::id).first(conn)?)
    });
    admin.post(format!("/events/{}/undo", event.unwrap()), "").await.expect(303);
    let back = decided(&world);
    assert_eq!((back.prefix, back.days_until_due, back.restarts), (None, 14, true));
    assert_eq!(back.seller, merchants::Seller::default());
}

#[actix_web::test]
async fn bad_input_keeps_what_was_typed_and_a_number_is_never_lowered() {
    let world = World::empty().await;
    let admin = admin(&world);
    let customer = world.customer("name=Ada&email=ada%40x.example");
    for _ in 0..3 {
        world.invoice(world.shop.live, customer);
    }
    let wrong =
        form(&admin).await.set("invoice_prefix", "SG-2026").set("days_until_due", "400").set("tax_number", "P05");
    let page = admin.submit(&wrong).await.expect(422);
    assert!(page.error_of("invoice_prefix").unwrap().contains("nor with a year"));
    assert!(page.error_of("days_until_due").unwrap().contains("0 to 365"));
    assert_eq!(page.form_to(PATH).value("tax_number"), "P05");
    let lower = admin.submit(&form(&admin).await.set("next_number", "2").set("tax_number", "P05")).await.expect(422);
    assert!(lower.error_of("next_number").unwrap().contains("4 already"), "{:?}", lower.error_of("next_number"));
    assert_eq!(lower.form_to(PATH).value("next_number"), "2");
    assert_eq!(decided(&world).seller.tax_number, None, "nothing is saved by halves");
    // A number that was shown and left is no wish, even when it was taken meanwhile.
    let open = form(&admin).await.set("tax_number", "P05");
    world.invoice(world.shop.live, customer);
    admin.submit(&open).await.expect(303);
    assert_eq!(decided(&world).seller.tax_number.as_deref(), Some("P05"));
    assert_eq!(kinds_of(&world), [kinds::INVOICING_CHANGED]);
    // Who comes second sees it, with what they typed.
    let (mine, theirs) = (form(&admin).await.set("tax_number", "MINE"), form(&admin).await.set("tax_number", "THEIRS"));
    admin.submit(&theirs).await.expect(303);
    let page = admin.submit(&mine).await.expect(409);
    assert!(page.text("main").contains("Somebody changed this meanwhile"));
    assert_eq!(page.form_to(PATH).value("tax_number"), "MINE");
    admin.submit(&page.form_to(PATH)).await.expect(303);
    assert_eq!(decided(&world).seller.tax_number.as_deref(), Some("MINE"));
    let events = world.with(|conn| history::after_version(conn, world.shop.live, world.shop.merchant.uuid(), -1));
    assert_eq!(events.unwrap().last().unwrap().after, [("tax_number".to_owned(), json!("MINE"))].into());
}

#[actix_web::test]
async fn numbers_that_restart_no_more_go_on_from_the_one_that_was_shown() {
    let world = World::empty().await;
    let admin = admin(&world);
    let customer = world.customer("name=Ada&email=ada%40x.example");
    for _ in 0..3 {
        world.invoice(world.shop.live, customer);
    }
    admin.submit(&form(&admin).await.set("invoices_restart", "no")).await.expect(303);
    let next = number(&world, world.invoice(world.shop.live, customer));
    assert!(next.ends_with("-0004") && next.matches('-').count() == 1, "{next}");
    // Back again the year has three already, and the fifth is what was shown.
    admin.submit(&form(&admin).await.set("invoices_restart", "yes")).await.expect(303);
    let next = number(&world, world.invoice(world.shop.live, customer));
    assert!(next.ends_with("-0005"), "{next}");
}

#[actix_web::test]
async fn a_number_that_was_shown_before_an_error_is_no_wish_after_it() {
    let world = World::empty().await;
    let admin = admin(&world);
    let customer = world.customer("name=Ada&email=ada%40x.example");
    let wrong = admin.submit(&form(&admin).await.set("days_until_due", "400")).await.expect(422);
    world.invoice(world.shop.live, customer);
    let again = admin.submit(&wrong.form_to(PATH).set("days_until_due", "401")).await.expect(422);
    admin.submit(&again.form_to(PATH).set("days_until_due", "40")).await.expect(303);
    assert_eq!(decided(&world).days_until_due, 40);
}
