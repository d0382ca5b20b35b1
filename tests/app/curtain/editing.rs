//! Who sees customers masked until they ask: nothing that is masked is ever taken for a value.

use crate::{
    curtain::{Private, decide},
    world::World,
};

#[actix_web::test]
async fn forms_open_once_it_is_revealed_and_can_be_sent_later() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, None, Some("revealed"));
    let (editor, path) = (world.editor(), format!("/customers/{}", private.jane));
    let forms = [
        format!("{path}/edit"),
        format!("{path}/edit?part=details"),
        format!("/notes/{}/edit", private.note),
        format!("/payment_methods/{}/edit", private.method),
    ];
    let page = editor.get(&path).await.expect(200);
    for form in &forms {
        assert!(!page.has(&format!("a[href='{form}']")), "no control that cannot work: {form}");
        let refused = editor.get(form).await.expect(409);
        assert!(refused.text("main").contains("is masked for you"), "{form}");
    }
    let before = world.stored(private.jane);
    for (post, form) in [
        (path.clone(), "version=2&company=Other"),
        (format!("/notes/{}", private.note), "version=2&text=Other"),
        (format!("/payment_methods/{}", private.method), "version=2&billing.city=Other"),
        (format!("/quality/country/{}", private.jane), "version=2&company=Other"),
    ] {
        editor.post(&post, form).await.expect(409);
    }
    assert_eq!(world.stored(private.jane).version, before.version);

    editor.post(format!("{path}/reveal"), "").await.expect(303);
    let form = editor.get(&forms[0]).await.expect(200).form_to(&path);
    assert_eq!(form.value("email"), "loclstx@other.example");
    for form in &forms[1..] {
        editor.get(form).await.expect(200);
    }
    // The form is sent when the time is over.
    world.sql(
        "UPDATE events SET id = (lpad(to_hex(((extract(epoch FROM now()) - 3600) * 1000)::bigint), 12, '0') \
           || substr(replace(id::text, '-', ''), 13))::uuid WHERE kind = 'customer.revealed'",
    );
    editor.get(&forms[0]).await.expect(409);
    for (post, typed) in [(&path, "version=1&part=addresses&review=1"), (&path, "version=1&email=wrong&as=x")] {
        let again = editor.post(post, typed).await;
        assert_eq!(private.leaks(&again), [""; 0], "{typed}: what was not sent stays hidden");
    }
    let again = editor.post(format!("/notes/{}", private.note), "version=1&review=1").await;
    assert_eq!(private.leaks(&again), [""; 0]);
    let again = editor.post(format!("/payment_methods/{}", private.method), "version=1&review=1").await;
    assert_eq!(private.leaks(&again), [""; 0]);
    editor.submit(&form.set("company", "Other")).await.expect(303);
    let after = world.stored(private.jane);
    assert_eq!((after.record.company.as_deref(), &after.record.email), (Some("Other"), &before.record.email));
}

#[actix_web::test]
async fn others_with_the_same_email_are_asked_about_without_their_own() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, None, Some("revealed"));
    let editor = world.editor();
    let asked = editor.post("/customers", "name=New&email=loclstx%40other.example").await.expect(409);
    assert!(asked.text("main").contains("Jane Shown"), "{}", asked.text("main"));
    // What was typed is in the form; the other's phone is nowhere.
    assert_eq!(private.leaks(&asked), ["loclstx"]);
    assert!(asked.text("main").contains("+254 ••• 76"));
}

#[actix_web::test]
async fn whoever_sees_it_masked_may_still_do_what_needs_no_sight() {
    let world = World::empty().await;
    let private = Private::fill(&world).await;
    decide(&world, None, Some("revealed"));
    let (editor, path) = (world.editor(), format!("/customers/{}", private.jane));
    editor.post(format!("{path}/notes"), "note=Called+back").await.expect(303);
    editor.post(format!("/notes/{}/pin", private.note), "pinned=yes").await.expect(303);
    editor.delete_customer(&path).await.expect(303);
    let deleted = editor.get(&path).await.expect(200);
    assert_eq!(private.leaks(&deleted), [""; 0]);
    editor.post(format!("{path}/restoration"), "").await.expect(303);
    let undo = format!("/events/{}/undo", private.event);
    assert_eq!(private.leaks(&editor.post(undo, "").await), [""; 0]);
}
