//! What people see and type.

use clientele::ids::CustomerId;
use serde_json::{Value, json};

use crate::world::{Asker, Form, World};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

async fn form_of(asker: &Asker, id: CustomerId) -> Form {
    asker.get(format!("{}/edit?part=fields", path(id))).await.expect(200).form_to(&path(id))
}

/// The value of a field as it is stored.
fn stored(world: &World, id: CustomerId, key: &str) -> Value {
    world.stored(id).record.custom.get(key).cloned().unwrap_or_default()
}

/// The values of a customer as searches compare them.
fn compared(world: &World, id: CustomerId) -> Vec<(String, String)> {
    use clientele::schema::custom_values;
    use diesel::prelude::*;
    let of_customer = custom_values::table.filter(custom_values::customer_id.eq(id.uuid()));
    let values = of_customer.select((custom_values::key, custom_values::value)).order(custom_values::all_columns);
    world.with(|conn| values.load(conn)).unwrap()
}

#[actix_web::test]
async fn a_section_of_its_own_is_there_once_a_field_is_defined() {
    let (world, named) = World::populated().await;
    assert!(!world.editor().get(path(named.jose)).await.has("#fields"));
    world.field("text", "vat", "label = 'VAT number', help = 'As on the invoice'");
    let page = world.editor().get(path(named.jose)).await.expect(200);
    assert!(page.text("#fields").contains("None yet."));
    let form = form_of(&world.editor(), named.jose).await;
    assert_eq!(form.value("field.vat"), "");
    let answer = world.editor().submit(&form.set("field.vat", " DE 123 ")).await.expect(303);
    assert_eq!(answer.location(), format!("{}#edit-fields", path(named.jose)));
    let page = world.viewer().get(path(named.jose)).await.expect(200);
    assert_eq!((page.text("#fields dt"), page.text("#fields dd")), ("VAT number".to_owned(), "DE 123".to_owned()));
    assert!(!page.has("#edit-fields"), "a viewer reads");
    assert_eq!(stored(&world, named.jose, "vat"), json!("DE 123"));
    assert_eq!(compared(&world, named.jose), [("vat".to_owned(), "de 123".to_owned())]);
}

#[actix_web::test]
async fn every_kind_is_filled_in_changed_and_cleared() {
    let (world, named) = World::populated().await;
    world.fields_of_all_kinds();
    let editor = world.editor();
    let filled = [
        ("text", "DE123", json!("DE123")),
        ("number", "1,250.5", json!(1250.5)),
        ("integer", "-12", json!(-12)),
        ("boolean", "yes", json!(true)),
        ("date", "2026-03-31", json!("2026-03-31")),
        ("money", "1,250.50", json!({"amount": 125_050, "currency": "KES"})),
        ("choice", "Gold", json!("Gold")),
        ("choices", "Silver", json!(["Silver"])),
        ("email", "a@b.example", json!("a@b.example")),
        ("url", "https://b.example/", json!("https://b.example/")),
    ];
    let form = filled
        .iter()
        .fold(form_of(&editor, named.jose).await, |form, (key, text, _)| form.set(&format!("field.{key}"), text));
    editor.submit(&form).await.expect(303);
    for (key, _, value) in &filled {
        assert_eq!(stored(&world, named.jose, key), *value, "{key}");
    }
    assert_eq!(world.stored(named.jose).version, 2);
    assert_eq!(compared(&world, named.jose).len(), filled.len());
    let page = editor.get(path(named.jose)).await;
    let shown = page.text("#fields");
    for text in ["DE123", "1250.5", "-12", "Yes", "31 Mar 2026", "KES 1,250.50", "Gold", "Silver"] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    // Sent as it is, nothing changes.
    editor.submit(&form_of(&editor, named.jose).await).await.expect(303);
    assert_eq!(world.stored(named.jose).version, 2);
    let form =
        filled.iter().fold(form_of(&editor, named.jose).await, |form, (key, ..)| form.set(&format!("field.{key}"), ""));
    editor.submit(&form).await.expect(303);
    assert_eq!(world.stored(named.jose).record.custom.len(), 1, "boxes that are ticked stay so");
    editor
        .submit(&form_of(&editor, named.jose).await.without("field.choices").set("field.choices", ""))
        .await
        .expect(303);
    assert!(world.stored(named.jose).record.custom.is_empty());
    assert!(compared(&world, named.jose).is_empty());
    let activity = editor.get(path(named.jose)).await.text("#activity");
    assert!(activity.contains("money"), "{activity}");
}

#[actix_web::test]
async fn what_is_wrong_comes_back_as_typed_with_the_sentence() {
    let (world, named) = World::populated().await;
    world.fields_of_all_kinds();
    world.field("integer", "seats", "least = '1', most = '9'");
    let form = form_of(&world.editor(), named.jose).await;
    let wrong = [("date", "31.3."), ("number", "1e3"), ("money", "1.000"), ("url", "b.example"), ("email", "x")];
    let form = wrong.iter().fold(form, |form, (key, text)| form.set(&format!("field.{key}"), text));
    let page = world.editor().submit(&form).await.expect(422);
    for (key, text) in wrong {
        let name = format!("field.{key}");
        assert!(page.error_of(&name).is_some(), "{key}");
        assert_eq!(page.form_to(&path(named.jose)).value(&name), text);
    }
    assert_eq!(page.attribute("[id='field.date']", "type"), "text", "a browser would empty an input for days");
    let form = form_of(&world.editor(), named.jose).await.set("field.seats", "12");
    let page = world.editor().submit(&form).await.expect(422);
    assert_eq!(page.error_of("field.seats").as_deref(), Some("Enter 9 or less."));
    assert_eq!(world.stored(named.jose).version, 1);
}

#[actix_web::test]
async fn what_is_no_longer_offered_is_kept_until_it_is_changed() {
    let (world, named) = World::populated().await;
    world.fields_of_all_kinds();
    let editor = world.editor();
    let form = form_of(&editor, named.jose).await.set("field.choice", "Gold").set("field.choices", "Gold");
    editor.submit(&form).await.expect(303);
    world.sql_of_fields("UPDATE custom_fields SET choices = ARRAY['Silver'] WHERE key IN ('choice', 'choices')");
    assert!(editor.get(path(named.jose)).await.text("#fields").contains("(no longer offered)"));
    let form = form_of(&editor, named.jose).await;
    assert_eq!((form.value("field.choice"), form.value("field.text")), ("Gold", ""));
    editor.submit(&form.set("field.text", "x")).await.expect(303);
    assert_eq!(stored(&world, named.jose, "choice"), json!("Gold"));
    assert_eq!(stored(&world, named.jose, "choices"), json!(["Gold"]));
    // Another customer cannot get it.
    let form = form_of(&editor, named.acme).await.set("field.choice", "Gold");
    let page = editor.submit(&form).await.expect(422);
    assert!(page.error_of("field.choice").unwrap().contains("cannot be chosen"));
}

#[actix_web::test]
async fn an_archived_field_is_hidden_and_its_value_comes_back_with_it() {
    let (world, named) = World::populated().await;
    world.field("text", "vat", "label = 'VAT number'");
    let editor = world.editor();
    let form = form_of(&editor, named.jose).await.set("field.vat", "DE1");
    editor.submit(&form).await.expect(303);
    let open = form_of(&editor, named.jose).await.set("field.vat", "DE2");
    world.field("text", "other", "");
    world.sql_of_fields("UPDATE custom_fields SET archived_at = clock_timestamp() WHERE key = 'vat'");
    let page = editor.get(path(named.jose)).await;
    assert!(!page.text("#fields").contains("DE1"));
    assert!(page.text("#activity").contains("vat"), "by its key: {}", page.text("#activity"));
    let page = editor.submit(&open).await.expect(422);
    assert!(page.text("main").contains("“DE2” is not saved"), "{}", page.text("main"));
    editor.submit(&page.form_to(&path(named.jose)).set("field.other", "x")).await.expect(303);
    assert_eq!(stored(&world, named.jose, "vat"), json!("DE1"));
    world.sql_of_fields("UPDATE custom_fields SET archived_at = NULL WHERE key = 'vat'");
    let page = editor.get(path(named.jose)).await;
    assert!(page.text("#fields").contains("DE1"));
    assert!(page.text("#activity").contains("VAT number"));
}

#[actix_web::test]
async fn a_new_customer_is_asked_for_what_is_chosen_or_required() {
    let world = World::empty().await;
    world.field("text", "vat", "label = 'VAT number', is_required = true");
    world.field("choice", "tier", "in_form = true, choices = ARRAY['Gold', 'Silver']");
    world.field("text", "later", "");
    let editor = world.editor();
    let form = editor.get("/customers/new").await.expect(200).form_to("/customers");
    let asked: Vec<&str> =
        form.fields.iter().map(|(name, _)| name.as_str()).filter(|name| name.starts_with("field.")).collect();
    assert_eq!(asked, ["field.vat", "field.tier"]);
    let form = form.set("name", "Nia").set("email", "nia@x.example").set("field.tier", "Gold");
    let page = editor.submit(&form).await.expect(422);
    assert_eq!(page.error_of("field.vat").as_deref(), Some("Fill in “VAT number”."));
    editor.submit(&page.form_to("/customers").set("field.vat", "KE1")).await.expect(303);
    let id = world.named("Nia")[0];
    assert_eq!(
        world.stored(id).record.custom,
        [("tier", json!("Gold")), ("vat", json!("KE1"))].map(|(key, value)| (key.to_owned(), value)).into()
    );
    // It cannot be cleared, and who never had one can be changed.
    let form = form_of(&editor, id).await.set("field.vat", "");
    editor.submit(&form).await.expect(422);
    let old = world.customer("name=Old&email=old%40x.example");
    let form = form_of(&editor, old).await.set("field.later", "x");
    editor.submit(&form).await.expect(303);
}

#[actix_web::test]
async fn two_who_edit_at_once_are_merged_or_asked() {
    let (world, named) = World::populated().await;
    world.field("text", "vat", "label = 'VAT number'");
    world.field("choices", "tags", "choices = ARRAY['A', 'B']");
    world.field("money", "limit", "label = 'Credit limit'");
    let (editor, owner) = (world.editor(), world.owner());
    let (mine, theirs) = (form_of(&editor, named.jose).await, form_of(&owner, named.jose).await);
    owner.submit(&theirs.set("field.vat", "DE1").set("field.limit", "10")).await.expect(303);
    let page =
        editor.submit(&mine.set("field.tags", "A").set("field.limit", "20").set("field.vat", "DE1")).await.expect(409);
    assert!(page.text("main").contains("Credit limit") && !page.text(".versus").contains("VAT number"));
    let form = page.form_to(&path(named.jose)).set("choice.field.limit", "theirs");
    editor.submit(&form).await.expect(303);
    assert_eq!(stored(&world, named.jose, "limit")["amount"], 1000);
    assert_eq!(stored(&world, named.jose, "tags"), json!(["A"]));
}
