//! The sections of a customer's page, in their order, and each edited alone.

use clientele::ids::CustomerId;

use crate::world::{Asker, Form, World};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

async fn form_of(asker: &Asker, id: CustomerId, section: &str) -> Form {
    asker.get(format!("{}/edit?part={section}", path(id))).await.expect(200).form_to(&path(id))
}

#[actix_web::test]
async fn details_come_after_notes_and_figures_and_before_the_rest() {
    let (world, named) = World::populated().await;
    let page = world.viewer().get(path(named.wanjiru)).await.expect(200);
    let sections: Vec<_> = page.all(".profile section[id]").iter().filter_map(|one| one.attr("id")).collect();
    assert_eq!(
        sections,
        ["notes", "analytics", "details", "payments", "subscriptions", "invoices", "wallet", "activity"]
    );
    let links: Vec<_> = page.all(".jump a").iter().filter_map(|one| one.attr("href")).collect();
    assert_eq!(
        links,
        ["#notes", "#analytics", "#details", "#payments", "#subscriptions", "#invoices", "#wallet", "#activity"]
    );
}

#[actix_web::test]
async fn a_section_sends_only_its_own_fields_and_leaves_the_rest() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let before = world.stored(named.wanjiru).record;
    let address = before.addresses.keys().next().unwrap().to_string();
    for (section, heading, field, text) in [
        ("details", "Edit details", "company".to_owned(), "Duka Mbili"),
        ("addresses", "Edit addresses", format!("address.{address}.city"), "Mombasa"),
        ("metadata", "Edit metadata", "metadata.tier".to_owned(), "silver"),
    ] {
        let page = editor.get(format!("{}/edit?part={section}", path(named.wanjiru))).await.expect(200);
        assert_eq!(page.title(), format!("{heading} Wanjiru Kamau"));
        let form = page.form_to(&path(named.wanjiru));
        let foreign = |name: &str| match section {
            "details" => name.starts_with("address.") || name.starts_with("metadata"),
            "addresses" => name == "email" || name.starts_with("metadata"),
            _ => name == "email" || name.starts_with("address."),
        };
        assert!(!form.fields.iter().any(|(name, _)| foreign(name)), "{section}: {:?}", form.fields);
        let answer = editor.submit(&form.set(&field, text)).await.expect(303);
        assert_eq!(answer.location(), format!("{}#edit-{section}", path(named.wanjiru)));
        assert!(editor.get(path(named.wanjiru)).await.text("#toasts .toast").contains(" changed"));
    }
    let after = world.stored(named.wanjiru);
    assert_eq!(after.version, 4, "each save is one change");
    let record = after.record;
    assert_eq!((record.company.as_deref(), record.metadata["tier"].as_str()), (Some("Duka Mbili"), "silver"));
    assert_eq!(record.addresses.values().next().unwrap().city.as_deref(), Some("Mombasa"));
    assert_eq!((record.email, record.phone, record.reference), (before.email, before.phone, before.reference));
}

#[actix_web::test]
async fn an_empty_section_begins_with_a_row_and_more_come_without_script() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = form_of(&editor, named.jose, "addresses").await;
    assert_eq!(form.value("address.new1.city"), "");
    let more = editor.submit(&form.set("address.new1.city", "Lima").set("add", "address")).await.expect(200);
    assert_eq!(more.title(), "Edit addresses José Álvarez", "it stays the form of the section");
    let form = more.form_to(&path(named.jose));
    assert_eq!((form.value("address.new1.city"), form.value("address.new2.city")), ("Lima", ""));
    editor.submit(&form).await.expect(303);
    let form = form_of(&editor, named.jose, "metadata").await;
    let form = form.set("metadata_key", "tier").set("metadata_value", "gold");
    editor.submit(&form).await.expect(303);
    let record = world.stored(named.jose).record;
    assert_eq!((record.addresses.len(), record.metadata["tier"].as_str()), (1, "gold"));
}

#[actix_web::test]
async fn the_whole_form_opens_no_row_that_nobody_asked_for() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for page in [editor.get(format!("{}/edit", path(named.jose))).await, editor.get("/customers/new").await] {
        let page = page.expect(200);
        assert!(!page.has("[data-row]"), "no address and no pair is open");
        assert!(page.has("button[name=add][value=address]") && page.has("button[name=add][value=metadata]"));
        let names = page.all("fieldset").into_iter().find(|fieldset| fieldset.text().any(|text| text == "Names"));
        let first = names.unwrap().text().map(str::trim).filter(|text| !text.is_empty()).nth(1).map(str::to_owned);
        assert_eq!(first.as_deref(), Some("First name"));
    }
}

#[actix_web::test]
async fn in_place_it_is_a_dialog_and_a_save_leads_back_to_its_button() {
    let (world, named) = World::populated().await;
    let (editor, path) = (world.editor(), path(named.wanjiru));
    let page = editor.get(&path).await.expect(200);
    assert_eq!(page.attribute("#edit-details", "data-hx-target"), "#modal");
    let dialog = editor.fragment(page.attribute("#edit-details", "data-hx-get")).await.expect(200);
    let form = dialog.form("dialog form");
    let wrong = editor.submit(&form.clone().set("email", "nobody")).in_place().await.expect(422);
    assert_eq!((wrong.header("HX-Retarget"), wrong.has("dialog .note--bad")), (Some("#modal"), true));
    assert_eq!(wrong.form("dialog form").value("email"), "nobody", "nothing typed is lost");
    let doubtful = editor.submit(&form.clone().set("email", "jose@alvarez.example")).in_place().await.expect(409);
    assert!(doubtful.has("dialog #lookalikes-title"), "the question is asked in the dialog");
    assert_eq!(doubtful.text("dialog .btn--primary"), "Save anyway");

    let saved = editor.submit(&form.set("company", "In place")).in_place().await.expect(200);
    saved.one(&format!("#customer-{}", named.wanjiru));
    assert!(saved.has("#edit-details[data-focus]") && !saved.has("h1[data-focus]"));
    assert_eq!(saved.header("HX-Push-Url"), None, "the address stays");
    assert!(saved.text("hx-partial .toast").contains(" changed"));
}

#[actix_web::test]
async fn two_edits_of_sections_are_merged_or_shown_side_by_side() {
    let (world, named) = World::populated().await;
    let (editor, owner) = (world.editor(), world.owner());
    let form = form_of(&editor, named.wanjiru, "details").await;
    owner.post(path(named.wanjiru), "version=1&company=Theirs&metadata.tier=silver").await.expect(303);
    editor.submit(&form.clone().set("description", "Mine")).await.expect(303);
    let clash = editor.submit(&form.set("company", "Mine")).in_place().await.expect(409);
    assert_eq!(clash.texts("[role=radiogroup] .choice"), ["Mine", "Theirs"]);
    assert!(clash.all("hx-partial").iter().any(|part| part.attr("hx-target") == Some("#modal")), "the dialog closes");
    editor.submit(&clash.form_to(&path(named.wanjiru))).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!((record.company.as_deref(), record.metadata["tier"].as_str()), (Some("Mine"), "silver"));
}

#[actix_web::test]
async fn who_may_not_edit_or_what_is_deleted_has_no_such_button() {
    let (world, named) = World::populated().await;
    let openers = "a[href*='/edit?part=']";
    assert_eq!(world.editor().get(path(named.wanjiru)).await.all(openers).len(), 3);
    assert!(!world.viewer().get(path(named.wanjiru)).await.has(openers));
    assert!(!world.editor().get(path(named.gone)).await.has(openers));
    for section in ["details", "addresses", "metadata"] {
        world.viewer().get(format!("{}/edit?part={section}", path(named.wanjiru))).await.expect(403);
        world.editor().get(format!("{}/edit?part={section}", path(named.gone))).await.expect(409);
    }
    assert!(!world.viewer().get(path(named.jose)).await.text("aside").contains("Metadata"), "an empty section is none");
    let whole = world.editor().get(format!("{}/edit?part=nonsense", path(named.wanjiru))).await.expect(200);
    assert_eq!(whole.title(), "Edit Wanjiru Kamau");
}

#[actix_web::test]
async fn an_email_with_a_mistyped_domain_has_a_button_for_the_right_one() {
    let world = World::empty().await;
    let (editor, id) = (world.editor(), world.customer("name=Typo&email=typo.person%40gmial.com&company=Duka"));
    assert!(world.viewer().get(path(id)).await.text("#details").contains("Is typo.person@gmail.com meant?"));
    let page = editor.get(path(id)).await.expect(200);
    assert_eq!(page.text("#details form button"), "Use typo.person@gmail.com");
    let form = page.form("#details form").set("email", &page.attribute("#details form button", "value"));
    let saved = editor.submit(&form).in_place().await.expect(200);
    assert!(saved.text("hx-partial .toast").contains(" changed") && saved.has("#edit-details[data-focus]"));
    let stored = world.stored(id);
    assert_eq!(stored.record.email.as_deref(), Some("typo.person@gmail.com"));
    assert_eq!((stored.version, stored.record.company.as_deref()), (2, Some("Duka")));
    assert_eq!(world.events(id).len(), 2);
    assert!(!editor.get(path(id)).await.has("#details form"));

    // Somebody has the right one already: it is asked about first.
    let twin = world.customer("name=Twin&email=typo.person%40gmial.com");
    let form = editor.get(path(twin)).await.form("#details form").set("email", "typo.person@gmail.com");
    let question = editor.submit(&form).in_place().await.expect(409);
    assert_eq!(question.header("HX-Retarget"), Some("#modal"));
    assert_eq!(question.text("dialog .alike bdi"), "Typo");
}

#[actix_web::test]
async fn the_right_domain_is_offered_while_an_email_is_typed() {
    let world = World::empty().await;
    let editor = world.editor();
    let offered = editor.fragment("/customers/email?email=jane%40gmial.com").await.expect(200);
    assert_eq!(offered.attribute("button[data-fill=email]", "value"), "jane@gmail.com");
    for email in ["jane%40gmail.com", "jane", ""] {
        let nothing = editor.fragment(format!("/customers/email?email={email}")).await.expect(200);
        assert!(!nothing.has("button"), "{email}");
    }
    assert_eq!(editor.get("/customers/email?email=x").await.expect(303).location(), "/customers/new");
    let refused = editor.post("/customers", "name=&email=jane%40gmial.com").await.expect(422);
    assert!(refused.error_of("email").is_none(), "it is never refused");
    assert_eq!(refused.attribute("#email-said button", "value"), "jane@gmail.com");
    let odd = editor.fragment("/customers/email?email=%22%3Cb%3E%22%40gmial.com").await.expect(200);
    assert!(!odd.has("b"));
}

#[actix_web::test]
async fn a_question_shows_when_who_may_be_meant_paid_last_and_has_one_way_on() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let paid = format!("amount=10&currency=KES&customer={}", named.jose);
    editor.post("/payments", paid.as_str()).await.expect(303);
    for in_place in [false, true] {
        let sent = editor.post("/customers", "name=New&email=jose%40alvarez.example");
        let page = if in_place { sent.in_place().await } else { sent.await }.expect(409);
        assert!(page.text(".alike__who").contains("Last payment just now"), "{}", page.text(".alike__who"));
        assert_eq!(page.attribute(".alike a", "href"), path(named.jose));
        let scope = if in_place { "dialog " } else { "main " };
        assert_eq!(
            page.texts(&format!("{scope}.btn--primary")),
            ["Create anyway"],
            "no second one means another thing"
        );
    }
}
