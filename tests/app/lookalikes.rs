//! Who may be meant when an email or phone is somebody's already: asked the same way on creating and on editing.

use clientele::ids::CustomerId;

use crate::world::{Answer, Asker, Form, World};

fn path(id: CustomerId) -> String {
    format!("/customers/{id}")
}

/// The customer that a redirect leads to.
fn created(answer: &Answer) -> CustomerId {
    answer.location().strip_prefix("/customers/").unwrap().parse().unwrap()
}

/// The edit form as it comes.
async fn edit_form(asker: &Asker, id: CustomerId) -> Form {
    asker.get(format!("{}/edit", path(id))).await.expect(200).form_to(&path(id))
}

/// What the button to go on all the same carries.
fn agreed(question: &Answer) -> String {
    question.attribute("button[name=allow_duplicate]", "value")
}

/// The form of a question, sent with that button.
fn anyway(question: &Answer, action: &str) -> Form {
    question.form_to(action).set("allow_duplicate", &agreed(question))
}

// --- creating -------------------------------------------------------------------------------------

#[actix_web::test]
async fn an_email_or_phone_somebody_has_asks_which_is_meant() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    for (name, form, shared) in [
        ("W. K.", "name=W.+K.&email=WANJIRU%40EXAMPLE.COM", "Same email"),
        ("K. W.", "name=K.+W.&email=other%40x.example&phone=%2B254-712-345678", "Same phone"),
    ] {
        let page = editor.post("/customers", form).await.expect(409);
        assert_eq!(page.title(), "Error: Create customer");
        assert_eq!(page.text("#lookalikes-title"), "This customer may be here already");
        assert_eq!(page.text("[role=alert] li bdi"), "Wanjiru Kamau");
        assert_eq!(page.text(".alike__why"), shared);
        assert!(page.text(".alike__who").contains("Wanjiru@example.com · +254 712 345 678"), "who it is");
        assert!(
            page.all("[role=alert] li a")
                .iter()
                .all(|a| a.attr("href") == Some(&format!("/customers/{}", named.wanjiru)))
        );
        assert_eq!(world.named(name), [], "nothing is created yet");

        // The way on: the form’s one button sends the same form.
        let anyway = anyway(&page, "/customers");
        let answer = editor.submit(&anyway).await.expect(303);
        let again = editor.submit(&anyway).await.expect(303);
        assert_eq!(created(&answer), created(&again), "and sent twice it makes one");
        world.delete(created(&answer));
    }
}

#[actix_web::test]
async fn everybody_who_may_be_meant_is_named_once() {
    let world = World::empty().await;
    world.customer("name=By+Email&email=shared%40x.example");
    world.customer("name=By+Phone&email=p%40x.example&phone=0712345678");
    world.customer("name=By+Both&email=Shared%40X.example&phone=%2B254712345678");
    let form = "name=New&email=shared%40x.example&phone=0712345678";
    let page = world.editor().post("/customers", form).await.expect(409);
    let mut names: Vec<String> = page.texts("[role=alert] li bdi");
    names.sort();
    assert_eq!(names, ["By Both", "By Email", "By Phone"]);
}

#[actix_web::test]
async fn agreeing_counts_for_those_who_were_shown() {
    let world = World::empty().await;
    world.customer("name=First&email=shared%40x.example");
    let editor = world.editor();
    let page = editor.post("/customers", "name=New&email=shared%40x.example").await.expect(409);
    let first = anyway(&page, "/customers");
    for not_agreed in ["", "1", "on", "cust_00000000000000000000000000"] {
        editor.submit(&first.clone().set("allow_duplicate", not_agreed)).await.expect(409);
    }
    world.customer("name=Second&email=Shared%40x.example");
    let page = editor.submit(&first).await.expect(409);
    assert_eq!(page.texts("[role=alert] li bdi"), ["Second", "First"], "somebody came in between");

    // What is wrong beside it does not ask again.
    let wrong = editor.submit(&anyway(&page, "/customers").set("phone", "x")).await.expect(422);
    assert!(!wrong.has("details[open]"), "nothing more is filled");
    editor.submit(&wrong.form_to("/customers").set("phone", "")).await.expect(303);
    assert_eq!(world.named("New").len(), 1);
}

#[actix_web::test]
async fn a_deleted_customer_is_offered_and_does_not_stand_in_the_way() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = "name=Otieno+Again&email=OTIENO%40gone.example&company=Kept";
    let page = editor.post("/customers", form).await.expect(409);
    assert_eq!(page.text("#lookalikes-title"), "A deleted customer may be this one");
    let card = page.text("[role=alert] li");
    assert!(card.contains("Otieno Gone Deleted just now otieno@gone.example Same email"), "{card}");
    assert_eq!(world.named("Otieno Again"), [], "nothing is created yet");

    // The form’s button goes on, and so does Enter in a field.
    let again = page.form_to("/customers");
    assert_eq!((again.value("company"), again.value("allow_duplicate")), ("Kept", named.gone.to_string().as_str()));
    let answer = editor.submit(&again).await.expect(303);
    assert_eq!(world.stored(created(&answer)).record.company.as_deref(), Some("Kept"));
    assert!(world.stored(named.gone).is_deleted());
}

#[actix_web::test]
async fn a_deleted_customer_can_be_restored_instead() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let restoration = format!("/customers/{}/restoration", named.gone);
    for in_place in [false, true] {
        let sent = editor.post("/customers", "name=Otieno+Again&email=otieno%40gone.example");
        let page = if in_place { sent.in_place().await } else { sent.await };
        let button = page.attribute("[role=alert] li button", "form");
        let restore = page.form(&format!("form#{button}"));
        assert_eq!((restore.action.as_str(), restore.fields.len()), (restoration.as_str(), 0));
        let answer = editor.submit(&restore).await.expect(303);
        assert_eq!(answer.location(), format!("/customers/{}", named.gone));
        assert!(editor.get(answer.location()).await.text("#toasts .toast").contains("is restored"));
        assert!(!world.stored(named.gone).is_deleted());
        assert_eq!(world.named("Otieno Again"), []);
        world.delete(named.gone);
    }
}

#[actix_web::test]
async fn the_living_stand_before_the_deleted() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let live = world.customer("name=Living&email=x%40x.example&phone=0711222333");
    let form = "name=New&email=otieno%40gone.example&phone=0711222333";
    let page = editor.post("/customers", form).await.expect(409);
    assert_eq!(page.text("#lookalikes-title"), "This customer may be here already");
    assert_eq!(page.texts("[role=alert] li bdi").len(), 2);
    assert_eq!(agreed(&page), format!("{live} {}", named.gone));
    // A live one stands in the way of the form's own button.
    editor.submit(&page.form_to("/customers")).await.expect(409);
}

#[actix_web::test]
async fn a_lookalike_in_another_account_is_none() {
    let (world, _) = World::populated().await;
    world.editor().post("/customers", "name=Rita&email=rita%40rival.example").await.expect(303);
    world.editor().post("/customers", "name=Tess&email=tess%40test.example").await.expect(303);
}

// --- editing --------------------------------------------------------------------------------------

#[actix_web::test]
async fn an_edit_to_what_another_has_asks_the_same() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let long = world.customer("name=Long+Domain&email=anna%40m%C3%BCnchen.example");
    for (field, text, who) in [
        ("email", "JOSE@alvarez.example", named.jose),
        ("email", " office@ACME.example ", named.acme),
        ("email", "anna@xn--mnchen-3ya.example", long),
        ("phone", "+1 (212) 555-2368", named.acme),
        ("phone", "0012125552368", named.acme),
    ] {
        let before = world.stored(named.wanjiru);
        let form = edit_form(&editor, named.wanjiru).await.set(field, text).set("company", "Typed");
        let page = editor.submit(&form).await.expect(409);
        assert_eq!(page.title(), "Error: Edit Wanjiru Kamau");
        assert_eq!(page.text("#lookalikes-title"), "This is another customer’s already");
        assert_eq!(page.text(".alike__why"), format!("Same {field}"));
        assert!(page.all("[role=alert] li a").iter().all(|a| a.attr("href") == Some(&path(who))));
        assert_eq!(
            page.attribute("[role=alert] a[href^='#']", "href"),
            format!("#{field}"),
            "it can be changed instead"
        );
        assert!(page.has("[data-dirty]:not([hidden])"), "it is still unsaved");
        assert_eq!(world.stored(named.wanjiru).version, before.version, "nothing is saved yet");

        let again = page.form_to(&path(named.wanjiru));
        assert_eq!(again.fields, form.fields, "and nothing typed is lost");
        editor.submit(&again).await.expect(409);
        editor.submit(&anyway(&page, &path(named.wanjiru))).await.expect(303);
        let stored = world.stored(named.wanjiru);
        assert_eq!(stored.record.company.as_deref(), Some("Typed"));

        // Another save of the same customer does not ask about what it did not change.
        editor.post(path(named.wanjiru), format!("version={}&company=Duka", stored.version)).await.expect(303);
        let back = format!("version={}&email=Wanjiru%40example.com&phone=0712345678", stored.version + 1);
        editor.post(path(named.wanjiru), back).await.expect(303);
    }
}

#[actix_web::test]
async fn only_a_field_that_this_save_changes_is_asked_about() {
    let world = World::empty().await;
    let editor = world.editor();
    world.customer("name=One&email=shared%40x.example&phone=0712345678");
    let two = world.customer("name=Two&email=Shared%40x.example&phone=0712345678");
    for (form, status) in [
        ("version=1&email=SHARED%40X.example", 303),
        ("version=2&phone=%2B254+712+345+678", 303),
        ("version=3&email=Shared%40x.example&phone=0712345678&name=Second", 303),
        ("version=4&phone=", 303),
        ("version=5&phone=0712-345-678", 409),
        ("version=5&phone=0712345679", 303),
        ("version=6&email=two%40x.example", 303),
        ("version=7&email=shared%40x.EXAMPLE", 409),
    ] {
        let answer = editor.post(path(two), form).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.outline());
    }
}

#[actix_web::test]
async fn the_question_of_an_edit_in_place_is_the_fragment_of_its_page() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("email", "jose@alvarez.example");
    let part = editor.submit(&form).in_place().await.expect(409);
    assert!(!part.is_page());
    part.one(&format!("#customer-{} #lookalikes-title", named.wanjiru));
    let done = editor.submit(&anyway(&part, &path(named.wanjiru))).in_place().await.expect(200);
    assert_eq!(done.header("HX-Push-Url"), Some(path(named.wanjiru).as_str()));
    assert_eq!(world.stored(named.wanjiru).record.email.as_deref(), Some("jose@alvarez.example"));
}

#[actix_web::test]
async fn the_question_and_a_conflict_lose_nothing_of_each_other() {
    let (world, named) = World::populated().await;
    let (editor, owner) = (world.editor(), world.owner());
    let form = edit_form(&editor, named.wanjiru).await.set("email", "jose@alvarez.example").set("company", "Mine");
    let question = editor.submit(&form).await.expect(409);
    owner.post(path(named.wanjiru), "version=1&company=Theirs&description=New").await.expect(303);

    // Agreed to, then a conflict: choosing there does not ask again.
    let conflict = editor.submit(&anyway(&question, &path(named.wanjiru))).await.expect(409);
    assert_eq!(conflict.texts("[role=radiogroup] .choice"), ["Mine", "Theirs"]);
    let chosen = conflict.form_to(&path(named.wanjiru)).set("choice.company", "theirs");
    editor.submit(&chosen).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!(record.email.as_deref(), Some("jose@alvarez.example"));
    assert_eq!((record.company.as_deref(), record.description.as_deref()), (Some("Theirs"), Some("New")));
}

#[actix_web::test]
async fn a_choice_made_in_a_conflict_outlives_the_question() {
    let (world, named) = World::populated().await;
    let (editor, owner) = (world.editor(), world.owner());
    let address = world.stored(named.wanjiru).record.addresses.keys().next().unwrap().to_string();
    let city = format!("address.{address}.city");
    let form = edit_form(&editor, named.wanjiru).await;
    let form =
        form.set("phone", "+1 212 555 2368").set("company", "Mine").set(&city, "Mombasa").set("metadata.tier", "tin");
    let theirs = format!("version=1&company=Theirs&{city}=Kisumu&metadata.tier=silver&phone=0733000111");
    owner.post(path(named.wanjiru), theirs).await.expect(303);

    let conflict = editor.submit(&form).await.expect(409);
    let chosen = ["company".to_owned(), format!("address.{address}"), "metadata.tier".to_owned()]
        .iter()
        .fold(conflict.form_to(&path(named.wanjiru)), |form, name| form.set(&format!("choice.{name}"), "theirs"));
    let question = editor.submit(&chosen).await.expect(409);
    assert_eq!(question.text("#lookalikes-title"), "This is another customer’s already");
    let again = question.form_to(&path(named.wanjiru));
    let shown = ["company", city.as_str(), "metadata.tier"].map(|name| again.value(name));
    assert_eq!(shown, ["Theirs", "Kisumu", "silver"], "what was chosen is not taken back");

    editor.submit(&anyway(&question, &path(named.wanjiru))).await.expect(303);
    let record = world.stored(named.wanjiru).record;
    assert_eq!(record.phone.unwrap().e164, "+12125552368");
    assert_eq!((record.company.as_deref(), record.metadata["tier"].as_str()), (Some("Theirs"), "silver"));
}

#[actix_web::test]
async fn a_customer_who_was_deleted_meanwhile_is_asked_about_and_restored() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("email", "jose@alvarez.example");
    world.delete(named.wanjiru);
    let deleted = editor.submit(&form).await.expect(409);
    let question = editor.submit(&deleted.form_to(&path(named.wanjiru)).set("restore", "1")).await.expect(409);
    assert!(question.has("#lookalikes-title"));
    assert!(world.stored(named.wanjiru).is_deleted(), "nothing is done yet");
    editor.submit(&anyway(&question, &path(named.wanjiru))).await.expect(303);
    let stored = world.stored(named.wanjiru);
    assert!(!stored.is_deleted());
    assert_eq!(stored.record.email.as_deref(), Some("jose@alvarez.example"));
}

#[actix_web::test]
async fn an_edit_to_what_a_deleted_customer_had_is_saved_and_says_so() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let twin = world.customer("name=Twin&email=twin%40x.example&phone=0755000111");
    world.delete(twin);
    for (form, same, who) in [
        ("version=1&email=OTIENO%40gone.example", "email", named.gone),
        ("version=2&phone=0755+000+111", "phone", twin),
        ("version=3&email=twin%40x.example&phone=", "email", twin),
    ] {
        let answer = editor.post(path(named.wanjiru), form).await.expect(303);
        let page = editor.get(answer.location()).await;
        assert!(page.text("#toasts .toast").contains(&format!("A deleted customer has the same {same}")), "{form}");
        assert_eq!(page.attribute("#toasts a", "href"), path(who));
    }
    let form = edit_form(&editor, named.wanjiru).await.set("email", "jose@alvarez.example").set("phone", "0755000111");
    let page = editor.submit(&form).await.expect(409);
    assert_eq!(page.texts("[role=alert] li bdi"), ["José Álvarez", "Twin"], "beside a live one it is mentioned");
    assert!(!page.has("[role=alert] li button"));
}

#[actix_web::test]
async fn the_customers_of_others_are_nobodys_lookalikes() {
    let (world, named) = World::populated().await;
    for (version, email) in [(1, "rita@rival.example"), (2, "tess@test.example")] {
        let form = [("version", version.to_string()), ("email", email.to_owned())];
        let form = form.map(|(name, text)| format!("{name}={}", crate::world::encode(&text))).join("&");
        world.editor().post(path(named.wanjiru), form).await.expect(303);
    }
}

#[actix_web::test]
async fn a_form_that_was_saved_is_not_asked_about_when_it_is_sent_again() {
    let (world, named) = World::populated().await;
    let editor = world.editor();
    let form = edit_form(&editor, named.wanjiru).await.set("email", "new@x.example");
    editor.submit(&form).await.expect(303);
    world.customer("name=Later&email=new%40x.example");
    editor.submit(&form).await.expect(303);
    assert_eq!(world.stored(named.wanjiru).version, 2);
}

#[actix_web::test]
async fn who_only_reads_is_asked_nothing() {
    let (world, named) = World::populated().await;
    let viewer = world.viewer();
    let answer = viewer.post(path(named.wanjiru), "version=1&email=jose%40alvarez.example").await.expect(403);
    assert!(!answer.text_body().contains("jose@"));
    viewer.post("/customers", "name=X&email=otieno%40gone.example").await.expect(403);
}
