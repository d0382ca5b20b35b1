//! What is undone, told and erased of a person, and what of their record needs another look.

use super::*;

/// An undo that is done or refused, a person's file, a hold and the erasure.
pub async fn persons(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, viewer, owner) = (world.editor(), world.viewer(), world.owner());
    let path = format!("/customers/{}", named.wanjiru);
    editor.post(&path, "version=1&company=Second").await.expect(303);
    let page = states.page("undo-offered", &editor, &path, 200).await;
    let undo = page.form("#activity li:first-child form");
    let answer = editor.submit(&undo).await;
    states.keep("undone", 303, &answer);
    states.page("undone.next", &editor, answer.location(), 200).await;
    states.keep("undone-twice", 409, &editor.submit(&undo).await);
    editor.post(&path, "version=3&company=Third").await.expect(303);
    let undo = editor.get(&path).await.form("#activity li:first-child form");
    owner.post(&path, "version=4&company=Fourth").await.expect(303);
    states.keep("undo-changed-since", 409, &editor.submit(&undo).await);

    states.page("file", &viewer, format!("{path}/file"), 200).await;
    states.page("file-deleted", &viewer, format!("/customers/{}/file", named.gone), 200).await;
    let erasure = format!("{path}/erasure");
    states.page("erasure-editor", &editor, &erasure, 403).await;
    let page = states.page("erasure", &owner, &erasure, 200).await;
    let hold = page.form("form[action$='/hold']");
    states.keep("hold-without-reason", 422, &owner.submit(&hold).await);
    states.done("hold-placed", &owner, &hold.set("reason", "A <lawsuit> & more")).await;
    let page = owner.get(&erasure).await;
    states.done("hold-lifted", &owner, &page.form("form[action$='/lifting']")).await;
    let form = owner.get(&erasure).await.form_to(&erasure);
    states.keep("erasure-unconfirmed", 422, &owner.submit(&form).await);
    let confirmed = form.set("confirmation", &world.stored(named.wanjiru).title());
    editor.post(format!("{path}/notes"), "note=One+more").await.expect(303);
    let page = owner.submit(&confirmed).await;
    states.keep("erasure-replanned", 409, &page);
    let again = page.form_to(&erasure).set("confirmation", &world.stored(named.wanjiru).title());
    states.done("erased", &owner, &again).await;
    states.page("file-erased", &viewer, format!("{path}/file"), 200).await;
}

/// The overview, each kind with somebody and with nobody, and mends done and refused.
pub async fn quality(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, viewer) = (world.editor(), world.viewer());
    world.sql("UPDATE payment_methods SET expires_on = '2020-01-31' WHERE is_default");
    states.page("quality-with-cards", &viewer, "/quality", 200).await;
    states.both("quality-phone-none", &editor, "/quality/phone", 200).await;
    let id = world.customer("name=NIA+%3CNJERI%3E&email=nia%40gmial.com&phone=%2B2547123");
    world.customer("name=Nobody");
    states.page("quality", &editor, "/quality", 200).await;
    for finding in ["phone", "domain", "capitals", "contact", "country", "card"] {
        states.both(&format!("quality-{finding}"), &editor, format!("/quality/{finding}"), 200).await;
        states.both(&format!("quality-{finding}-viewer"), &viewer, format!("/quality/{finding}"), 200).await;
    }
    states.both("quality-unknown", &viewer, "/quality/x", 404).await;
    states.both("quality-damaged", &viewer, "/quality/phone?after=x", 400).await;
    let form = editor.get("/quality/phone").await.form_to(&format!("/quality/phone/{id}"));
    states.refused("quality-refused", &editor, &form.clone().set("phone", "0712 x"), 422).await;
    states.in_place("quality-mended.part", &editor, &form.set("phone", "0712 987 654")).await;
    let form = editor.get("/quality/domain").await.form_to(&format!("/quality/domain/{id}"));
    states.done("quality-proposed", &editor, &form).await;
    let form = editor.get("/quality/capitals").await.form_to(&format!("/quality/capitals/{id}/dismissal"));
    states.done("quality-dismissed", &editor, &form).await;
    let form = editor.get("/quality/card").await.form_to(&format!("/quality/card/{}", named.wanjiru));
    states.in_place("quality-card-removed.part", &editor, &form).await;
}
