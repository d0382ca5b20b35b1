//! Taking changes back: the exact inverse, or the reason why not.

mod any;

use clientele::{
    api_keys::permissions::{Permission, Resource},
    events::Fields,
    history::{self, Event},
    ids::{CustomerId, EventId, MethodId},
    payment_methods::model as methods,
    values::Mode,
};
use serde_json::{Value, json};

use crate::{
    api::Client,
    world::{Answer, Asker, World},
};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

fn undo_path(id: EventId) -> String {
    format!("/events/{id}/undo")
}

/// The last event of a customer and of what belongs to them.
fn last(world: &World, id: CustomerId) -> Event {
    world.with(|conn| history::of_customer(conn, world.shop.live, id, None, 1)).unwrap().remove(0)
}

async fn undo(asker: &Asker, event: EventId) -> Answer {
    asker.post(undo_path(event), "").await
}

/// The page that the answer leads to.
async fn followed(asker: &Asker, answer: Answer) -> Answer {
    let answer = answer.expect(303);
    asker.get(answer.location()).await.expect(200)
}

fn default_of(world: &World, id: CustomerId) -> Option<MethodId> {
    world.with(|conn| methods::default_of(conn, world.shop.live, id)).unwrap().map(|method| method.id)
}

#[actix_web::test]
async fn an_edit_is_taken_back_from_its_notice_and_the_undo_from_its_own() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    let before = world.stored(id).record;
    let answer = editor.post(path(id), "version=1&phone=0733+111+222").await;
    let page = followed(&editor, answer).await;
    assert!(page.text("#toasts .toast").contains("Phone changed"), "{}", page.text("#toasts"));
    let edit = last(&world, id);
    let form = page.form("#toasts form");
    assert_eq!(form.action, undo_path(edit.id));

    let answer = editor.submit(&form).await;
    let page = followed(&editor, answer).await;
    assert!(page.text("#toasts .toast").contains("Phone is as before"));
    assert_eq!(world.stored(id).record, before);
    let inverse = last(&world, id);
    assert_eq!((inverse.undoes, &inverse.before, &inverse.after), (Some(edit.id), &edit.after, &edit.before));
    assert_eq!(inverse.kind, "customer.updated");

    let answer = editor.submit(&page.form("#toasts form")).await;
    followed(&editor, answer).await;
    assert_eq!(world.stored(id).record.phone.unwrap().e164, "+254733111222", "and so is the undo");
}

#[actix_web::test]
async fn the_activity_offers_it_and_says_what_is_undone() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    editor.post(path(id), "version=1&phone=0733+111+222").await.expect(303);
    let edit = last(&world, id);
    // A colleague changes another field meanwhile.
    world.owner().post(path(id), "version=2&company=Duka+Mbili").await.expect(303);
    let page = editor.get(path(id)).await;
    let action = format!("#activity form[action='{}']", undo_path(edit.id));
    assert!(page.has(&action));
    assert!(page.text("#activity").contains("Payments are never undone, only refunded."));
    assert!(
        !world.viewer().get(path(id)).await.has("#activity form"),
        "who may not change anything is offered nothing"
    );

    undo(&editor, edit.id).await.expect(303);
    let record = world.stored(id).record;
    assert_eq!((record.phone.unwrap().e164.as_str(), record.company.as_deref()), ("+254712345678", Some("Duka Mbili")));
    let page = editor.get(path(id)).await;
    assert!(!page.has(&action), "it is undone");
    assert_eq!(page.texts("#activity .badge"), ["Undone"]);
    assert!(page.text("#activity li:first-child").contains("to undo an earlier change"));
    let again = undo(&editor, edit.id).await.expect(409);
    assert!(again.text("main").contains("This was undone already."));
}

#[actix_web::test]
async fn what_was_changed_since_is_shown_and_kept() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    editor.post(path(id), "version=1&phone=0733+111+222&company=Duka+Mbili").await.expect(303);
    let edit = last(&world, id);
    world.owner().post(path(id), "version=2&phone=0733+999+999").await.expect(303);
    let before = world.stored(id);
    let page = undo(&editor, edit.id).await.expect(409);
    let row = page.text("main table tbody");
    for part in ["Phone", "+254 712 345 678", "+254 733 999 999", "Olga Owner"] {
        assert!(row.contains(part), "{part} in {row}");
    }
    assert!(!row.contains("Company"), "{row}");
    let after = world.stored(id);
    assert_eq!((after.version, after.record), (before.version, before.record));
}

#[actix_web::test]
async fn addresses_come_back_whole() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    let before = world.stored(id).record;
    let address = *before.addresses.keys().next().unwrap();
    let forms = [
        format!("address.{address}.line2=Block+C&address.{address}.city=Mombasa"),
        format!("address.{address}.line1=&address.{address}.city=&address.{address}.country="),
        "address.n1.kind=billing&address.n1.city=Kisumu&address.n1.is_default=on".to_owned(),
    ];
    for form in forms {
        let version = world.stored(id).version;
        editor.post(path(id), format!("version={version}&{form}")).await.expect(303);
        let edit = last(&world, id);
        assert_ne!(world.stored(id).record, before, "{form}");
        undo(&editor, edit.id).await.expect(303);
        assert_eq!(world.stored(id).record, before, "{form}");
    }
}

#[actix_web::test]
async fn a_wallet_is_as_before() {
    let (world, named) = World::populated().await;
    let (editor, id, first) = (world.editor(), named.wanjiru, named.method);
    let form = "kind=card&brand=Visa&last4=1881&expires=12%2F2041&name=x";
    editor.post(format!("{}/payment_methods", path(id)), form).await.expect(303);
    let second = MethodId::from_uuid(last(&world, id).subject);
    assert_ne!(second, first);

    // The default, from its notice.
    let answer = editor.post(format!("/payment_methods/{second}/default"), "").await;
    let page = followed(&editor, answer).await;
    assert_eq!(default_of(&world, id), Some(second));
    let answer = editor.submit(&page.form("#toasts form")).await;
    followed(&editor, answer).await;
    assert_eq!(default_of(&world, id), Some(first));

    // A removal of the default.
    editor.post(format!("/payment_methods/{first}/deletion"), "").await.expect(303);
    let removal = last(&world, id);
    assert_eq!((removal.kind.as_str(), default_of(&world, id)), ("payment_method.removed", None));
    undo(&editor, removal.id).await.expect(303);
    assert_eq!(default_of(&world, id), Some(first));

    // An edit.
    let stored = || world.with(|conn| methods::find(conn, world.shop.live, second)).unwrap();
    let version = stored().version;
    editor
        .post(format!("/payment_methods/{second}"), format!("version={version}&consent_source=Signed+form"))
        .await
        .expect(303);
    assert!(stored().consent.is_some());
    undo(&editor, last(&world, id).id).await.expect(303);
    assert_eq!(stored().consent, None);

    // What was added, and the undo of that.
    let added: Vec<Event> =
        world.with(|conn| history::of_subject(conn, world.shop.live, second.uuid(), None, 20)).unwrap();
    undo(&editor, added.last().unwrap().id).await.expect(303);
    assert!(stored().is_removed());
    undo(&editor, last(&world, id).id).await.expect(303);
    assert!(!stored().is_removed());
}

#[actix_web::test]
async fn deletes_and_restores_are_taken_back() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    world.delete(id);
    let deletion = last(&world, id);
    undo(&editor, deletion.id).await.expect(303);
    assert!(!world.stored(id).is_deleted());
    let restoration = last(&world, id);
    assert_eq!((restoration.kind.as_str(), restoration.undoes), ("customer.restored", Some(deletion.id)));
    undo(&editor, restoration.id).await.expect(303);
    assert!(world.stored(id).is_deleted());
    // The first delete is not the one that counts any more.
    let page = undo(&editor, deletion.id).await.expect(409);
    assert!(page.text("main").contains("deleted the customer"), "{}", page.text("main"));
    assert!(world.stored(id).is_deleted());
    let page = editor.get(path(id)).await.expect(200);
    assert!(!page.has("#activity form"), "a deleted customer is restored first");
}

#[actix_web::test]
async fn views_are_taken_back_by_who_may_change_them() {
    let (world, named) = World::populated().await;
    let (editor, view) = (world.editor(), named.view);
    let answer = editor.post(format!("/views/{view}"), "version=1&name=Acme+only&q=acme+country:KE").await;
    let page = followed(&editor, answer).await;
    let form = page.form("#toasts form");
    let foreign = world.viewer().post(&form.action, "").await;
    assert_eq!(foreign.status, 403);
    editor.submit(&form).await.expect(303);
    let event = world.view_events(view).pop().unwrap();
    assert_eq!((event.after["name"].clone(), event.after["query"].clone()), (json!("Acme"), json!("acme")));

    let answer = editor.post(format!("/views/{view}/default"), "is_default=on").await;
    let page = followed(&editor, answer).await;
    editor.submit(&page.form("#toasts form")).await.expect(303);
    assert_eq!(editor.get("/views/default").await.location(), "/customers");

    editor.post(format!("/views/{view}/deletion"), "").await.expect(303);
    let deleted = world.view_events(view).pop().unwrap();
    undo(&editor, deleted.id).await.expect(303);
    editor.get(format!("/views/{view}")).await.expect(303);
}

#[actix_web::test]
async fn an_email_that_others_have_by_now_is_asked_about() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    editor.post(path(id), "version=1&email=new%40example.com").await.expect(303);
    let edit = last(&world, id);
    let other = world.customer("name=Other+Wanjiru&email=wanjiru%40example.com");
    let page = undo(&editor, edit.id).await.expect(409);
    assert!(page.has(&format!("main a[href='{}']", path(other))));
    let form = page.form("main form");
    editor.submit(&form).await.expect(303);
    assert_eq!(world.stored(id).record.email.as_deref(), Some("Wanjiru@example.com"));
}

#[actix_web::test]
async fn what_is_never_undone_says_why() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.wanjiru);
    world.paid(id, 1);
    let record = format!("customer={id}&amount=12.50&currency=KES&status=succeeded&on=2026-11-01");
    editor.post("/payments", record).await.expect(303);
    let events = world.with(|conn| history::of_customer(conn, world.shop.live, id, None, 50)).unwrap();
    let of = |kind: &str| events.iter().find(|event| event.kind.starts_with(kind)).unwrap().id;
    for (event, why) in [
        (of("payment."), "Money is never undone, only refunded."),
        (of("customer.created"), "A new customer is not undone but deleted"),
    ] {
        let page = undo(&editor, event).await.expect(409);
        assert!(page.text("main").contains(why), "{}", page.text("main"));
    }
    editor.post(path(id), "version=1&phone=0733+111+222").await.expect(303);
    let edit = last(&world, id);
    let old = EventId::at(edit.id.created_at() - jiff::SignedDuration::from_hours(31 * 24));
    world.sql(&format!("UPDATE events SET id = '{}' WHERE id = '{}'", old.uuid(), edit.id.uuid()));
    let page = undo(&editor, old).await.expect(409);
    assert!(page.text("main").contains("more than 30 days ago"));
    assert_eq!(world.stored(id).record.phone.unwrap().e164, "+254733111222");
}

#[actix_web::test]
async fn a_rule_of_today_stands_against_it() {
    let (world, named) = World::populated().await;
    let (editor, id) = (world.editor(), named.jose);
    editor.post(path(id), "version=1&phone=0733+111+222").await.expect(303);
    world.require(&["name", "email", "phone"]);
    let page = undo(&editor, last(&world, id).id).await.expect(409);
    assert!(page.text("main").contains("Enter a phone number."), "{}", page.text("main"));
    assert!(world.stored(id).record.phone.is_some());
}

// --- by the API -----------------------------------------------------------------------------------

#[actix_web::test]
async fn a_key_undoes_what_it_may_change() {
    let (world, named) = World::populated().await;
    let (client, id) = (Client::of(&world), named.wanjiru);
    client.patch(&format!("/v1/customers/{id}"), r#"{"company": "Duka Mbili"}"#).await.expect(200);
    let edit = last(&world, id);
    let path = format!("/v1{}", undo_path(edit.id));
    let told = client.post(&format!("{path}?dry_run=true"), "").await.expect(200).json;
    let of = |name: &str| told[name].clone();
    assert_eq!((of("dry_run"), of("event"), of("kind")), (json!(true), Value::Null, json!("customer.updated")));
    assert_eq!((of("before"), of("after")), (json!({"company": "Duka Mbili"}), json!({"company": "Duka Moja"})));
    assert_eq!(world.stored(id).version, 2, "nothing is done");

    let readers = [Permission::read(Resource::Events), Permission::read(Resource::Customers)];
    let reader = Client::in_account(&world, world.shop.live, Mode::Live, &readers);
    assert_eq!(reader.post(&path, "").await.refused(403), "permission_missing");
    let tested = Client::in_account(&world, world.shop.test, Mode::Test, &Resource::ALL.map(Permission::write));
    assert_eq!(tested.post(&path, "").await.refused(404), "not_found");

    let done = client.post(&path, "").await.expect(200);
    assert_eq!(done.json["event"], json!(last(&world, id).id));
    assert_eq!(world.stored(id).record.company.as_deref(), Some("Duka Moja"));
    assert_eq!(client.post(&path, "").await.refused(409), "already_undone");
}

#[actix_web::test]
async fn a_key_is_told_what_stands_against_it() {
    let (world, named) = World::populated().await;
    let (client, id) = (Client::of(&world), named.wanjiru);
    let at = format!("/v1/customers/{id}");
    client.patch(&at, r#"{"company": "Duka Mbili"}"#).await.expect(200);
    let edit = last(&world, id);
    client.patch(&at, r#"{"company": "Duka Tatu"}"#).await.expect(200);
    let refused = client.post(&format!("/v1{}", undo_path(edit.id)), "").await;
    let changed = &refused.json["error"]["changed"];
    assert_eq!(*changed, json!([{"field": "Company", "wanted": "Duka Moja", "current": "Duka Tatu"}]));
    assert_eq!(refused.refused(409), "changed_since");

    client.patch(&at, r#"{"email": "new@example.com"}"#).await.expect(200);
    let edit = last(&world, id);
    world.customer("name=Other+Wanjiru&email=wanjiru%40example.com");
    let path = format!("/v1{}", undo_path(edit.id));
    assert_eq!(client.post(&path, "").await.refused(409), "possible_duplicate");
    client.post(&format!("{path}?allow_duplicate=true"), "").await.expect(200);
    let created = world.events(id).remove(0);
    assert_eq!(client.post(&format!("/v1{}", undo_path(created.id)), "").await.refused(409), "not_undoable");
    world.delete(id);
    let empty = Fields::new();
    assert_eq!(last(&world, id).after, empty);
    assert_eq!(client.post(&path, "").await.refused(409), "already_undone");
}

#[actix_web::test]
async fn what_is_new_is_undone_from_its_notice_too() {
    let world = World::empty().await;
    let admin = world.asker(&world.shop.admin);
    for (path, form, gone) in [
        ("/views", "name=Mine&q=kamau", "The view is deleted"),
        ("/settings/fields", "label=Seats&kind=integer", "The field is archived"),
    ] {
        let answer = admin.post(path, form).await;
        let page = followed(&admin, answer).await;
        let answer = admin.submit(&page.form("#toasts form")).await;
        let page = followed(&admin, answer).await;
        assert!(page.text("#toasts").contains(gone), "{}", page.text("#toasts"));
    }
}
