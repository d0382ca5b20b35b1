//! Saving an edit: only what is given changes, and two people's edits never overwrite each other unseen.

use clientele::{events::Fields, ids::CustomerId};
use serde_json::{Value, json};

use crate::world::{Answer, Asker, Form, World};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// The edit form as it comes.
async fn edit_form(asker: &Asker, id: CustomerId) -> Form {
    asker.get(format!("{}/edit", path(id))).await.expect(200).form_to(&path(id))
}

/// What the last event of a customer says.
fn last_change(world: &World, id: CustomerId) -> (Value, Value) {
    let event = world.events(id).pop().unwrap();
    let value = |fields: &Fields| serde_json::to_value(fields).unwrap();
    (value(&event.before), value(&event.after))
}

// --- one person -----------------------------------------------------------------------------------

#[actix_web::test]
async fn only_what_is_given_changes() {
    let (world, named) = World::populated().await;
    let before = world.stored(named.wanjiru);
    let answer = world.editor().post(path(named.wanjiru), "version=1&company=Duka+Mbili").await.expect(303);
    assert_eq!(answer.location(), path(named.wanjiru));
    let after = world.stored(named.wanjiru);
    assert_eq!(after.version, 2);
    assert!(after.updated_at > before.updated_at);
    assert_eq!(after.created_at, before.created_at);
    let mut expected = before.record;
    expected.company = Some("Duka Mbili".into());
    assert_eq!(after.record, expected);
}

#[actix_web::test]
async fn what_is_given_empty_is_cleared() {
    let (world, named) = World::populated().await;
    let form = "version=1&company=+&phone=&language=&reference=&description=&metadata.tier=";
    world.editor().post(path(named.wanjiru), form).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!((record.company, record.phone, record.language), (None, None, None));
    assert_eq!((record.reference, record.description, record.metadata.len()), (None, None, 0));
    assert_eq!(record.name.as_deref(), Some("Wanjiru Kamau"));
}

#[actix_web::test]
async fn a_part_of_an_address_is_cleared_alone() {
    let (world, named) = World::populated().await;
    let address = *world.stored(named.wanjiru).record.addresses.keys().next().unwrap();
    let form = edit_form(&world.editor(), named.wanjiru).await.set(&format!("address.{address}.line1"), "");
    world.editor().submit(&form).await.expect(303);
    let stored = world.stored(named.wanjiru).record.addresses[&address].clone();
    assert_eq!((stored.line1, stored.city.as_deref()), (None, Some("Nairobi")));
}

#[actix_web::test]
async fn a_change_is_told_by_its_event_exactly() {
    let (world, named) = World::populated().await;
    let form = "version=1&company=&phone=0733+111+222&name=Wanjiru+Kamau&metadata.tier=silver&metadata_key=since&metadata_value=2019";
    let answer = world.editor().post(path(named.wanjiru), form).await.expect(303);
    let events = world.events(named.wanjiru);
    assert_eq!(events.len(), 2);
    let event = &events[1];
    assert_eq!(
        (event.kind.as_str(), event.version, event.by.as_deref()),
        ("customer.updated", 2, Some("Edgar Editor"))
    );
    let (before, after) = last_change(&world, named.wanjiru);
    let old_phone = json!({"e164": "+254712345678", "typed": "0712 345 678"});
    let new_phone = json!({"e164": "+254733111222", "typed": "0733 111 222"});
    assert_eq!(
        before,
        json!({"company": "Duka Moja", "phone": old_phone, "metadata.tier": "gold", "metadata.since": null})
    );
    assert_eq!(
        after,
        json!({"company": null, "phone": new_phone, "metadata.tier": "silver", "metadata.since": "2019"})
    );
    let of_request = format!(
        "SELECT count(*) AS n FROM events WHERE request_id::text = '{}' AND staff_id = '{}' AND actor_kind = 'staff'",
        answer.header("Request-Id").unwrap(),
        world.shop.editor.id.uuid()
    );
    assert_eq!(world.number(&of_request), 1);
}

#[actix_web::test]
async fn a_form_saved_as_it_came_changes_nothing() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    // As another program may have typed it.
    let odd = world.customer("name=Odd+One&email=ODD%40x.example&language=SW&phone=00254+733+444+555&address.n.country=ke&address.m.city=Oslo");
    for id in [named.wanjiru, named.jose, named.li_ming, named.acme, odd] {
        let before = world.stored(id);
        let form = edit_form(&editor, id).await;
        editor.submit(&form).await.expect(303);
        let after = world.stored(id);
        assert_eq!((after.version, after.updated_at), (before.version, before.updated_at), "{}", after.title());
        assert_eq!(after.record, before.record, "{}", after.title());
        assert_eq!(world.events(id).len(), 1);
    }
}

#[actix_web::test]
async fn an_edit_is_refused_like_a_creation() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("name", "").set("email", "nobody").set("company", "Kept");
    let page = editor.submit(&form).await.expect(422);
    assert_eq!(page.title(), "Error: Edit Wanjiru Kamau");
    assert!(page.error_of("email").is_some());
    let again = page.form_to(&path(named.wanjiru));
    assert_eq!(again.fields, form.fields, "what was typed stays");
    let page = editor.submit(&again.set("email", "w@x.example")).await.expect(422);
    assert_eq!(page.error_of("name").as_deref(), Some("Enter the customer’s name."));
    assert_eq!(world.stored(named.wanjiru).version, 1);
}

#[actix_web::test]
async fn an_old_record_without_an_email_can_get_a_new_phone() {
    let world = World::empty().await;
    let id = world.customer("name=From+Before&phone=0712345678");
    let editor = world.editor();
    editor.post(path(id), "version=1&phone=0733111222").await.expect(303);
    // The same by the form, which sends every field, the empty ones too.
    let form = edit_form(&editor, id).await.set("phone", "0733 333 444");
    let answer = editor.submit(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.outline());
}

#[actix_web::test]
async fn a_required_field_cannot_be_emptied() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for field in ["name", "email"] {
        let page = editor.post(path(named.wanjiru), format!("version=1&{field}=")).await.expect(422);
        assert!(page.error_of(field).is_some());
    }
    world.require(&[]);
    editor.post(path(named.wanjiru), "version=1&name=&email=").await.expect(303);
    editor.post(path(named.wanjiru), "version=2&phone=").await.expect(422);
}

#[actix_web::test]
async fn metadata_changes_key_by_key() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await;
    assert_eq!(form.value("metadata.tier"), "gold");
    let form = form.set("metadata_key", "crm.id").set("metadata_value", "7");
    editor.submit(&form).await.expect(303);
    editor.post(path(named.wanjiru), "version=2&metadata.tier=").await.expect(303);
    let metadata = world.stored(named.wanjiru).record.metadata;
    assert_eq!(metadata.into_iter().collect::<Vec<_>>(), [("crm.id".to_owned(), "7".to_owned())]);

    let fill = (0..49).map(|n| format!("&metadata.k{n}=x")).collect::<String>();
    editor.post(path(named.wanjiru), format!("version=3{fill}")).await.expect(303);
    let page = editor.post(path(named.wanjiru), "version=4&metadata_key=one.more&metadata_value=x").await.expect(422);
    assert!(page.text("[role=alert] li").contains("at most 50"));
    for (key, value) in [("a b", "x"), ("clé", "x"), (&"k".repeat(41), "x"), ("ok", &"v".repeat(501))] {
        let form = [("version", "4"), ("metadata_key", key), ("metadata_value", value)];
        editor.post(path(named.wanjiru), form).await.expect(422);
    }
}

#[actix_web::test]
async fn a_version_that_is_missing_or_of_the_future_is_refused() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let page = editor.post(path(named.wanjiru), "company=X").await.expect(422);
    assert!(page.text("[role=alert] li").contains("which version"));
    for version in ["nonsense", "", "1.0", "99999999999"] {
        editor.post(path(named.wanjiru), [("version", version), ("company", "X")]).await.expect(422);
    }
    for version in ["2", "0", "-1", "2147483647"] {
        let page = editor.post(path(named.wanjiru), [("version", version), ("company", "X")]).await.expect(409);
        assert!(page.text("main").contains("Open it again"), "{}", page.outline());
    }
    assert_eq!(world.stored(named.wanjiru).version, 1);
}

#[actix_web::test]
async fn one_more_row_in_an_edit_saves_nothing() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("company", "Typed").set("add", "address");
    let more = editor.submit(&form).await.expect(200).form_to(&path(named.wanjiru));
    assert_eq!((more.value("company"), more.value("version")), ("Typed", "1"));
    assert!(more.fields.iter().any(|(name, _)| name == "address.new2.city"));
    assert_eq!(world.stored(named.wanjiru).version, 1);
}

// --- two people -----------------------------------------------------------------------------------

/// Edgar has the form open while Olga saves something.
async fn while_olga_saves(world: &World, id: CustomerId, form: &str) -> (Asker, Form) {
    let editor = world.editor();
    let open = edit_form(&editor, id).await;
    world.owner().post(path(id), form).await.expect(303);
    (editor, open)
}

#[actix_web::test]
async fn edits_of_different_fields_are_merged() {
    let (world, named) = World::populated().await;
    let (editor, open) =
        while_olga_saves(&world, named.wanjiru, "version=1&phone=0733111222&metadata.tier=silver").await;
    editor.submit(&open.set("company", "Mine").set("reference", "")).await.expect(303);
    let stored = world.stored(named.wanjiru);
    assert_eq!(stored.version, 3);
    assert_eq!(stored.record.phone.unwrap().e164, "+254733111222", "theirs stays");
    assert_eq!(stored.record.metadata["tier"], "silver");
    assert_eq!((stored.record.company.as_deref(), stored.record.reference), (Some("Mine"), None));
    assert_eq!(
        last_change(&world, named.wanjiru).1,
        json!({"company": "Mine", "reference": null}),
        "the event has mine only"
    );
}

#[actix_web::test]
async fn the_same_change_by_both_is_no_conflict() {
    let (world, named) = World::populated().await;
    let (editor, open) = while_olga_saves(&world, named.wanjiru, "version=1&company=Same").await;
    editor.submit(&open.set("company", "Same")).await.expect(303);
    assert_eq!(world.stored(named.wanjiru).version, 2, "there was nothing left to change");
}

#[actix_web::test]
async fn a_field_put_back_by_others_is_no_conflict() {
    let (world, named) = World::populated().await;
    let (editor, open) = while_olga_saves(&world, named.wanjiru, "version=1&company=Between").await;
    world.owner().post(path(named.wanjiru), "version=2&company=Duka+Moja").await.expect(303);
    editor.submit(&open.set("company", "Mine")).await.expect(303);
    assert_eq!(world.stored(named.wanjiru).record.company.as_deref(), Some("Mine"));
}

async fn conflict(world: &World, id: CustomerId) -> (Asker, Answer) {
    let (editor, open) = while_olga_saves(world, id, "version=1&company=Theirs&email=theirs%40x.example").await;
    let form = open.set("company", "Mine").set("email", "mine@x.example").set("reference", "R-1");
    let page = editor.submit(&form).await.expect(409);
    (editor, page)
}

#[actix_web::test]
async fn a_field_changed_by_both_is_shown_both_ways() {
    let (world, named) = World::populated().await;
    let (_, page) = conflict(&world, named.wanjiru).await;
    assert_eq!(page.title(), "Conflict: Edit Wanjiru Kamau");
    assert!(page.text("#conflict-title").starts_with("Olga Owner changed this customer"));
    assert!(page.text("[role=alert]").contains("2 fields differ"));
    assert!(page.text("[role=alert]").contains("What else you changed (your reference) does not clash"));
    assert_eq!(page.texts("[role=radiogroup] .versus__label"), ["Company", "Email"]);
    assert_eq!(page.texts("[role=radiogroup] .choice"), ["Mine", "Theirs", "mine@x.example", "theirs@x.example"]);
    let stored = world.stored(named.wanjiru);
    assert_eq!((stored.version, stored.record.company.as_deref()), (2, Some("Theirs")), "nothing of mine is saved");
}

#[actix_web::test]
async fn each_choice_is_saved_as_chosen() {
    let (world, named) = World::populated().await;
    let (editor, page) = conflict(&world, named.wanjiru).await;
    let form = page.form_to(&path(named.wanjiru));
    assert_eq!((form.value("choice.company"), form.value("version")), ("mine", "2"));
    editor.submit(&form.set("choice.email", "theirs")).await.expect(303);
    let stored = world.stored(named.wanjiru);
    assert_eq!(stored.record.company.as_deref(), Some("Mine"));
    assert_eq!(stored.record.email.as_deref(), Some("theirs@x.example"));
    assert_eq!(stored.record.reference.as_deref(), Some("R-1"), "and what did not clash");
    assert_eq!(stored.record.name.as_deref(), Some("Wanjiru Kamau"), "and nothing else");
    assert_eq!(stored.record.phone.unwrap().typed, "0712 345 678");
    let (before, after) = last_change(&world, named.wanjiru);
    assert_eq!(before, json!({"company": "Theirs", "reference": "C-17"}));
    assert_eq!(after, json!({"company": "Mine", "reference": "R-1"}));
}

#[actix_web::test]
async fn choosing_theirs_throughout_saves_only_what_did_not_clash() {
    let (world, named) = World::populated().await;
    let (editor, page) = conflict(&world, named.wanjiru).await;
    let form = page.form_to(&path(named.wanjiru)).set("choice.email", "theirs").set("choice.company", "theirs");
    editor.submit(&form).await.expect(303);
    assert_eq!(last_change(&world, named.wanjiru).1, json!({"reference": "R-1"}));
}

#[actix_web::test]
async fn a_third_edit_while_choosing_is_a_conflict_again() {
    let (world, named) = World::populated().await;
    let (editor, page) = conflict(&world, named.wanjiru).await;
    world.owner().post(path(named.wanjiru), "version=2&company=Theirs+again").await.expect(303);
    let page = editor.submit(&page.form_to(&path(named.wanjiru))).await.expect(409);
    assert_eq!(
        page.texts("[role=radiogroup] .versus__label"),
        ["Company"],
        "the email was chosen and not changed since"
    );
    assert_eq!(page.texts("[role=radiogroup] .choice"), ["Mine", "Theirs again"]);
    editor.submit(&page.form_to(&path(named.wanjiru))).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!((record.company.as_deref(), record.email.as_deref()), (Some("Mine"), Some("mine@x.example")));
}

#[actix_web::test]
async fn a_field_emptied_by_one_and_changed_by_the_other_is_a_conflict() {
    let (world, named) = World::populated().await;
    for (theirs, mine, shown) in [
        ("phone=", "0733 111 222", ["+254 733 111 222", "Empty"]),
        ("phone=0733111333", "", ["Empty", "+254 733 111 333"]),
    ] {
        let id = world.customer("name=Phone&email=p%40x.example&phone=0712345678");
        let (editor, open) = while_olga_saves(&world, id, &format!("version=1&{theirs}")).await;
        let page = editor.submit(&open.set("phone", mine)).await.expect(409);
        assert_eq!(page.texts("[role=radiogroup] .choice"), shown);
        editor.submit(&page.form_to(&path(id))).await.expect(303);
        let phone = world.stored(id).record.phone;
        assert_eq!(phone.map(|phone| phone.typed).unwrap_or_default(), mine);
    }
    assert_eq!(world.stored(named.wanjiru).version, 1);
}

#[actix_web::test]
async fn metadata_and_kind_clash_like_any_field() {
    let (world, named) = World::populated().await;
    let theirs = "version=1&kind=organization&metadata.tier=silver&metadata_key=new&metadata_value=theirs";
    let (editor, open) = while_olga_saves(&world, named.wanjiru, theirs).await;
    let form = open.set("metadata.tier", "").set("metadata_key", "new").set("metadata_value", "mine");
    let page = editor.submit(&form).await.expect(409);
    assert_eq!(page.texts("[role=radiogroup] .versus__label"), ["new", "tier"]);
    editor.submit(&page.form_to(&path(named.wanjiru)).set("choice.metadata.tier", "theirs")).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!((record.kind.as_str(), record.metadata["new"].as_str()), ("organization", "mine"));
    assert_eq!(record.metadata["tier"], "silver");
}

#[actix_web::test]
async fn a_conflict_in_place_is_the_fragment_of_the_page() {
    let (world, named) = World::populated().await;
    let (editor, open) = while_olga_saves(&world, named.wanjiru, "version=1&company=Theirs").await;
    let fragment = editor.submit(&open.set("company", "Mine")).in_place().await.expect(409);
    assert!(!fragment.is_page());
    fragment.one(&format!("#customer-{}", named.wanjiru));
    let form = fragment.form_to(&path(named.wanjiru));
    let done = editor.submit(&form).in_place().await.expect(200);
    assert_eq!(done.header("HX-Push-Url"), Some(path(named.wanjiru).as_str()));
    assert_eq!(world.stored(named.wanjiru).record.company.as_deref(), Some("Mine"));
}

// --- somebody deletes it meanwhile ----------------------------------------------------------------

#[actix_web::test]
async fn a_save_meets_a_delete_and_loses_nothing() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("company", "Mine");
    world.delete(named.wanjiru);
    let page = editor.submit(&form).await.expect(409);
    assert_eq!(page.text("#deleted-title"), "This customer was deleted while you edited it");
    let again = page.form_to(&path(named.wanjiru));
    assert_eq!(again.fields, form.fields);
    assert!(world.stored(named.wanjiru).is_deleted());
    assert!(page.has("button[name=restore][value='1']"));

    editor.submit(&again.set("restore", "1")).await.expect(303);
    let stored = world.stored(named.wanjiru);
    assert!(!stored.is_deleted());
    assert_eq!(stored.record.company.as_deref(), Some("Mine"));
    let kinds: Vec<_> = world.events(named.wanjiru).into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["customer.created", "customer.deleted", "customer.restored", "customer.updated"]);
}

#[actix_web::test]
async fn a_save_that_is_not_stored_restores_nothing() {
    let (world, named) = World::populated().await;
    let (editor, open) = while_olga_saves(&world, named.wanjiru, "version=1&company=Theirs").await;
    world.delete(named.wanjiru);
    let form = open.set("restore", "1");
    editor.submit(&form.clone().set("company", "Mine")).await.expect(409);
    assert!(world.stored(named.wanjiru).is_deleted(), "“nothing of yours was saved”, so it is still deleted");
    editor.submit(&form.set("name", "").set("first_name", "").set("last_name", "")).await.expect(422);
    assert!(world.stored(named.wanjiru).is_deleted());
}

#[actix_web::test]
async fn a_delete_while_choosing_empties_no_field() {
    let (world, named) = World::populated().await;
    let (editor, page) = conflict(&world, named.wanjiru).await;
    world.delete(named.wanjiru);
    let page = editor.submit(&page.form_to(&path(named.wanjiru))).await.expect(409);
    let form = page.form_to(&path(named.wanjiru));
    assert_eq!(form.value("company"), "Mine");
    assert_eq!(form.value("name"), "Wanjiru Kamau", "what did not clash is not emptied");
    assert_eq!(form.value("description"), "Pays on Fridays");
}

#[actix_web::test]
async fn a_refused_piece_of_a_form_empties_no_field() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    // A page of another program sends one field; the form that comes back is a whole one.
    let page = editor.post(path(named.wanjiru), "version=1&email=nobody").await.expect(422);
    let form = page.form_to(&path(named.wanjiru));
    assert_eq!(form.value("email"), "nobody");
    assert_eq!(form.value("name"), "Wanjiru Kamau");
    editor.submit(&form.set("email", "w@x.example")).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!(record.company.as_deref(), Some("Duka Moja"));
    assert_eq!(record.addresses.len(), 1);
}
