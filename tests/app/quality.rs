//! What needs another look is found, mended where it is found, and dismissed where it is right.

use clientele::{
    customers::doubts::{Doubt, find},
    history::{self, Event},
    ids::{CustomerId, MethodId},
    payment_methods::model as methods,
};
use uuid::Uuid;

use crate::world::{Answer, Asker, World};

/// The doubts about a customer that nobody dismissed.
fn doubts(world: &World, id: CustomerId) -> Vec<&'static str> {
    let is_open = |doubt: &Doubt| {
        let kept = format!("customer_id = '{}' AND kind = '{}' AND NOT is_dismissed", id.uuid(), doubt.as_str());
        world.number(&format!("SELECT count(*) AS n FROM doubts WHERE {kept}")) == 1
    };
    Doubt::ALL.into_iter().filter(is_open).map(Doubt::as_str).collect()
}

async fn names(asker: &Asker, path: &str) -> Vec<String> {
    asker.get(path).await.expect(200).texts(".finding__name")
}

/// Sends the mend of a customer's row, with other texts in its fields.
async fn mend(asker: &Asker, path: &str, id: CustomerId, texts: &[(&str, &str)]) -> Answer {
    let page = asker.get(path).await.expect(200);
    let form = page.form_to(&format!("{path}/{id}"));
    asker.submit(&texts.iter().fold(form, |form, (name, text)| form.set(name, text))).await
}

fn last(world: &World, id: CustomerId) -> Event {
    world.with(|conn| history::of_customer(conn, world.shop.live, id, None, 1)).unwrap().remove(0)
}

async fn undo(asker: &Asker, event: &Event) {
    asker.post(format!("/events/{}/undo", event.id), "").await.expect(303);
}

#[actix_web::test]
async fn doubts_come_and_go_with_what_is_written() {
    let world = World::empty().await;
    let id = world.customer("name=ADA+OLUFEMI");
    assert_eq!(doubts(&world, id), ["capitals", "contact", "country"]);
    let editor = world.editor();
    let path = format!("/customers/{id}");
    editor.post(&path, "version=1&email=ada%40hotmial.com&phone=%2B2547123").await.expect(303);
    assert_eq!(doubts(&world, id), ["phone", "domain", "capitals", "country"]);
    editor.post(&path, "version=2&kind=organization&address.n.country=NG&address.n.kind=billing").await.expect(303);
    assert_eq!(doubts(&world, id), ["phone", "domain"]);
    undo(&editor, &last(&world, id)).await;
    assert_eq!(doubts(&world, id), ["phone", "domain", "capitals", "country"]);
    world.delete(id);
    assert_eq!(doubts(&world, id), [""; 0], "who is deleted needs no look");
    editor.post(format!("{path}/restoration"), "").await.expect(303);
    assert_eq!(doubts(&world, id), ["phone", "domain", "capitals", "country"]);
}

#[actix_web::test]
async fn a_search_finds_them_and_the_page_counts_them() {
    let (world, _) = World::populated().await;
    let shouting = world.customer("name=SHOUTING+NAME&email=shout%40gmial.com");
    let viewer = world.viewer();
    let page = viewer.get("/quality").await.expect(200);
    let line = |title: &str| page.texts(".keyline").into_iter().find(|line| line.contains(title)).unwrap();
    assert!(line("Names in capitals").contains("1 customer"), "{}", line("Names in capitals"));
    assert!(line("Phones that cannot be called").contains("None"));
    for (finding, search) in
        [("capitals", "quality:capitals"), ("domain", "quality:domain"), ("country", "quality:country")]
    {
        let found = viewer.get(format!("/customers?q={search}&limit=100")).await.expect(200).rows();
        assert!(found.iter().any(|row| row.contains("SHOUTING NAME")), "{search}: {found:?}");
        let listed = names(&viewer, &format!("/quality/{finding}")).await;
        assert_eq!(listed.len(), found.len().min(25), "{finding}");
        assert!(listed.contains(&"SHOUTING NAME".to_owned()));
    }
    let page = viewer.get("/quality/capitals").await;
    assert!(!page.has(".finding form"), "who may not edit is offered nothing");
    assert_eq!(
        viewer.post(format!("/quality/capitals/{shouting}"), "version=1&name=x").await.expect(403).rows(),
        [""; 0]
    );
    viewer.get("/quality/nothing").await.expect(404);
    let discarded = viewer.get(format!("/quality/capitals/{shouting}")).await.expect(303);
    assert_eq!(discarded.location(), "/quality/capitals");
    assert!(!names(&viewer, "/quality/country").await.is_empty());
}

#[actix_web::test]
async fn one_press_puts_right_what_is_proposed_and_undo_takes_it_back() {
    let world = World::empty().await;
    let id = world.customer("name=JEAN-LUC+O%27NEIL&email=jean%40gmial.com&phone=%2B254712345678");
    let editor = world.editor();
    for (finding, path) in
        [("capitals", "/quality/capitals"), ("domain", "/quality/domain"), ("country", "/quality/country")]
    {
        assert_eq!(names(&editor, path).await, [world.stored(id).title()], "{finding}");
        let answer = mend(&editor, path, id, &[]).await.expect(303);
        assert_eq!(answer.location(), path);
        let page = editor.get(path).await;
        assert!(page.text("#toasts").contains("changed"), "{}", page.text("#toasts"));
        assert!(page.has("#toasts form"), "it can be undone");
        assert!(page.text("main").contains("Nothing left to look at"));
    }
    let record = world.stored(id).record;
    assert_eq!(record.name.as_deref(), Some("Jean-Luc O'Neil"));
    assert_eq!(record.email.as_deref(), Some("jean@gmail.com"));
    assert_eq!(record.country(), Some("KE"), "where its phone is");
    undo(&editor, &last(&world, id)).await;
    assert_eq!(doubts(&world, id), ["country"]);
    let address = "version=5&address.new1.kind=billing&address.new1.city=Voi";
    editor.post(format!("/customers/{id}"), address).await.expect(303);
    mend(&editor, "/quality/country", id, &[]).await.expect(303);
    let addresses = world.stored(id).record.addresses;
    let (_, address) = addresses.iter().next().unwrap();
    assert_eq!((addresses.len(), address.city.as_deref(), address.country.as_deref()), (1, Some("Voi"), Some("KE")));
}

#[actix_web::test]
async fn a_mend_that_is_refused_keeps_what_was_typed() {
    let world = World::empty().await;
    let id = world.customer("name=Nia&phone=%2B2547123");
    for name in ["Other", "Another"] {
        world.customer(&format!("name={name}&phone=0712+000+111&email={name}%40x.example"));
    }
    let (editor, path) = (world.editor(), "/quality/phone");
    let page = mend(&editor, path, id, &[("phone", "0712 x")]).await.expect(422);
    assert_eq!(page.form_to(&format!("{path}/{id}")).value("phone"), "0712 x");
    assert!(page.text(".finding .error").contains("in this number"), "{}", page.text(".finding"));

    let page = mend(&editor, path, id, &[("phone", "0712 000 111")]).await.expect(409);
    assert!(page.text(".finding [role=alert]").contains("have the same email or phone"), "{}", page.text(".finding"));
    let agreeing = page.form_to(&format!("{path}/{id}"));
    assert_eq!(agreeing.value("phone"), "0712 000 111");

    // A colleague changes the same meanwhile: what was typed is not lost, and theirs is not overwritten unseen. An error
    // in between does not make the form newer than what was seen.
    let form = editor.get(path).await.form_to(&format!("{path}/{id}")).set("phone", "0712 x");
    world.owner().post(format!("/customers/{id}"), "version=1&phone=%2B2547124").await.expect(303);
    let page = editor.submit(&form).await.expect(422);
    let corrected = page.form_to(&format!("{path}/{id}")).set("phone", "0712 000 333");
    for form in [corrected, agreeing] {
        let page = editor.submit(&form).await.expect(409);
        assert!(
            page.text(".finding [role=alert]").contains("made it “+254 7124” meanwhile"),
            "{}",
            page.text(".finding")
        );
        assert_eq!(page.form_to(&format!("{path}/{id}")).value("phone"), form.value("phone"));
    }
    let page = mend(&editor, path, id, &[("phone", "0712 000 111")]).await.expect(409);
    let agreed = page.form_to(&format!("{path}/{id}"));
    editor.submit(&agreed).await.expect(303);
    assert_eq!(world.stored(id).record.phone.unwrap().e164, "+254712000111");
    let page = editor.submit(&agreed).await.expect(409);
    assert!(
        page.text(".finding [role=alert]").contains("put right meanwhile"),
        "a second press: {}",
        page.text("main")
    );

    let reach = world.customer("name=Nobody");
    let page = mend(&editor, "/quality/contact", reach, &[("email", "x"), ("phone", "1")]).await.expect(422);
    assert_eq!(page.texts(".finding .error").len(), 2);
    mend(&editor, "/quality/contact", reach, &[("email", "nobody@x.example")]).await.expect(303);
    assert_eq!(doubts(&world, reach), ["country"]);
    world.delete(reach);
    let form = "version=2&address.new1.country=Kenya&address.new1.kind=billing";
    editor.post(format!("/quality/country/{reach}"), form).await.expect(303);
    assert!(editor.get("/quality/country").await.text("#toasts").contains("was deleted meanwhile"));
    editor.post(format!("/quality/country/{reach}"), "").await.expect(400);
}

#[actix_web::test]
async fn what_is_right_is_dismissed_until_it_is_another() {
    let world = World::empty().await;
    let id = world.customer("name=MC+SOLAAR&email=m%40x.example");
    let editor = world.editor();
    let dismissal = editor.get("/quality/capitals").await.form_to(&format!("/quality/capitals/{id}/dismissal"));
    let answer = editor.submit(&dismissal).await.expect(303);
    let page = editor.get(answer.location()).await;
    assert!(page.text("#toasts").contains("Taken as right"));
    assert_eq!(doubts(&world, id), ["country"]);
    let event = last(&world, id);
    assert_eq!(event.kind, "customer.doubt_dismissed");
    let page = editor.get(format!("/customers/{id}")).await;
    assert!(page.text("#activity").contains("said that the name in capitals is right"), "{}", page.text("#activity"));

    editor.submit(&dismissal).await.expect(303);
    assert_eq!(last(&world, id).id, event.id, "a second time changes nothing");
    undo(&editor, &event).await;
    assert_eq!(doubts(&world, id), ["capitals", "country"]);
    undo(&editor, &last(&world, id)).await;
    assert_eq!(doubts(&world, id), ["country"]);

    let path = format!("/customers/{id}");
    world.delete(id);
    editor.post(format!("{path}/restoration"), "").await.expect(303);
    assert_eq!(doubts(&world, id), ["country"], "a delete that is taken back forgets nothing");
    let version = world.stored(id).version;
    editor.post(&path, format!("version={version}&company=Duka").as_str()).await.expect(303);
    assert_eq!(doubts(&world, id), ["country"], "another field says nothing of the name");
    editor.post(&path, format!("version={}&name=MC+SOLAAR+JUNIOR", version + 1).as_str()).await.expect(303);
    assert_eq!(doubts(&world, id), ["capitals", "country"]);
    let answer = editor.submit(&dismissal).await.expect(303);
    assert!(editor.get(answer.location()).await.text("#toasts").contains("It was changed meanwhile"));
    assert_eq!(doubts(&world, id), ["capitals", "country"], "nobody looked at this name");
    let page = editor.post(format!("/events/{}/undo", event.id), "").await.expect(409);
    assert!(page.text("main").contains("MC SOLAAR JUNIOR"), "{}", page.text("main"));
    editor.post(format!("/quality/card/{id}/dismissal"), "").await.expect(404);
    world.delete(id);
    editor.submit(&dismissal).await.expect(409);
}

#[actix_web::test]
async fn an_expired_default_card_gives_way_to_another_method() {
    let world = World::empty().await;
    let live = world.shop.live;
    let [id, other] = ["name=Nia&email=n%40x.example", "name=Ben&email=b%40x.example"].map(|form| world.customer(form));
    let first = world.method(live, id);
    let default = |world: &World| -> Option<MethodId> {
        world.with(|conn| methods::default_of(conn, live, id)).unwrap().map(|method| method.id)
    };
    let expire = format!(
        "UPDATE payment_methods SET expires_on = '2020-01-31', fingerprint = 'b', credential = 'b', last4 = '1111' WHERE id = '{}'",
        first.uuid()
    );
    world.sql(&expire);
    let second = world.method(live, id);
    let (editor, path) = (world.editor(), "/quality/card");
    let page = editor.get(path).await.expect(200);
    assert!(page.text(".finding").contains("Visa ending 1111 expired 01/2020"), "{}", page.text(".finding"));
    let form = page.form(".finding__mend form:first-child");
    assert_eq!(form.value("default"), second.to_string());
    let at = format!("{path}/{}", other);
    editor.post(&at, "").await.expect(400);
    editor.post(&at, form.encoded().as_str()).await.expect(303);
    assert_eq!(default(&world), Some(first), "of another customer it is no default");
    editor.submit(&form).await.expect(303);
    assert_eq!(default(&world), Some(second));
    assert_eq!(names(&editor, path).await, [""; 0]);
    undo(&editor, &last(&world, id)).await;
    assert_eq!(default(&world), Some(first));
    let removing = editor.get(path).await.form(".finding__mend form:last-child");
    editor.submit(&removing).await.expect(303);
    assert!(editor.get(path).await.text("#toasts").contains("There is no default payment method now"));
    assert_eq!(default(&world), None);
    undo(&editor, &last(&world, id)).await;
    assert_eq!(default(&world), Some(first));
    let removing = editor.get(path).await.form(".finding__mend form:last-child");
    world.sql("UPDATE payment_methods SET expires_on = '2040-01-31'");
    editor.submit(&removing).await.expect(303);
    assert!(editor.get(path).await.text("#toasts").contains("The wallet was changed meanwhile"));
    assert_eq!(default(&world), Some(first), "a renewed card stays");
}

#[actix_web::test]
async fn records_from_before_are_looked_through_once_in_batches() {
    let world = World::empty().await;
    let of = |n: usize| {
        (format!("PERSON {n}"), if n.is_multiple_of(2) { format!("p{n}@gmial.com") } else { format!("p{n}@x.example") })
    };
    let ids = world.crowd(&(0..1_100).map(of).collect::<Vec<_>>());
    world.delete(ids[3]);
    assert_eq!(world.number("SELECT count(*) AS n FROM doubts"), 0);
    let (mut after, mut batches) = (Some(CustomerId::from_uuid(Uuid::nil())), 0);
    while let Some(place) = after {
        after = world.with(|conn| find(conn, world.shop.live, place)).unwrap();
        batches += 1;
    }
    assert_eq!(batches, 4, "of which the last found nobody");
    assert_eq!(world.number("SELECT count(*) AS n FROM doubts WHERE kind = 'capitals'"), 1_099);
    assert_eq!(world.number("SELECT count(*) AS n FROM doubts WHERE kind = 'domain'"), 550);
    assert_eq!(world.number("SELECT count(*) AS n FROM doubts WHERE kind = 'country'"), 1_099);
    world.with(|conn| find(conn, world.shop.live, CustomerId::from_uuid(Uuid::nil()))).unwrap();
    assert_eq!(world.number("SELECT count(*) AS n FROM doubts WHERE kind = 'country'"), 1_099, "twice is once");
    let editor = world.editor();
    let page = editor.get("/quality/capitals").await;
    assert!(page.text("[data-status]").contains("1,000+ customers"));
    let next = page.attribute("a[rel=next]", "href");
    let second = names(&editor, &next).await;
    assert_eq!(second.len(), 25);
    assert!(!names(&editor, "/quality/capitals").await.contains(&second[0]));
}
