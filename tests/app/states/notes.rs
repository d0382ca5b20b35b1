//! Notes: on a customer's page, on a page of their own, and the forms that change one.

use super::*;

/// Notes from none to many, and what happens to one.
pub async fn notes(states: &mut States) {
    let (world, named) = World::populated().await;
    let (editor, viewer) = (world.editor(), world.viewer());
    let all = format!("/customers/{}/notes", named.wanjiru);
    states.both("notes", &editor, &all, 200).await;
    states.both("notes-viewer", &viewer, &all, 200).await;
    states.both("notes-none", &editor, format!("/customers/{}/notes", named.acme), 200).await;
    states.both("notes-deleted-customer", &editor, format!("/customers/{}/notes", named.gone), 200).await;
    states.both("notes-damaged", &editor, format!("{all}?before=x"), 400).await;
    for n in 1..=25 {
        world.note(world.shop.live, named.wanjiru, &format!("Note {n}\n  of <many> & more"));
    }
    let page = states.page("notes-customer", &editor, format!("/customers/{}", named.wanjiru), 200).await;
    states.both("notes-earlier", &editor, page.attribute("#notes-earlier-link", "href"), 200).await;
    let form = page.form("#notes form[data-guard]");
    states.refused("note-empty", &editor, &form, 422).await;
    let number = form.clone().set("note", "4242 4242 4242 4242");
    states.refused("note-card-number", &editor, &number, 422).await;
    states.done("note-written", &editor, &form.clone().set("note", "Call before ten")).await;
    states.in_place("note-written-in-place.part", &editor, &form.set("key", "").set("note", "Once more")).await;

    let note = format!("/notes/{}", named.note);
    states.both("note-edit", &editor, format!("{note}/edit"), 200).await;
    states.both("note-edit-viewer", &viewer, format!("{note}/edit"), 403).await;
    let form = editor.get(format!("{note}/edit")).await.form("main form[method=post]");
    states.refused("note-edit-empty", &editor, &form.clone().set("text", " "), 422).await;
    states.done("note-edited", &editor, &form.clone().set("text", "To the door")).await;
    states.refused("note-edit-conflict", &editor, &form.clone().set("text", "To the shop"), 409).await;
    states.refused("note-edit-of-future", &editor, &form.set("version", "99"), 409).await;
    let second = world.note(world.shop.live, named.wanjiru, "Second");
    for (name, path, form) in [
        ("pinned", format!("{note}/pin"), "pinned=yes"),
        ("pinned-instead", format!("/notes/{second}/pin"), "pinned=yes"),
        ("unpinned", format!("/notes/{second}/pin"), "pinned=no"),
        ("pinned-again", format!("{note}/pin"), "pinned=yes"),
        ("removed", format!("/notes/{second}/deletion"), ""),
    ] {
        let answer = editor.post(path, form).in_place().await;
        states.keep(&format!("note-{name}.part"), 200, &answer);
    }
    states.page("note-history", &editor, format!("{note}/history"), 200).await;
    states.page("note-history-viewer", &viewer, format!("{note}/history"), 200).await;
    states.page("note-history-removed", &editor, format!("/notes/{second}/history"), 200).await;
    states.both("note-edit-removed", &editor, format!("/notes/{second}/edit"), 409).await;
    states.both("notes-pinned", &editor, &all, 200).await;
    for q in ["has:note", "note:door"] {
        states.both(&format!("found-{}", q.replace(':', "-")), &editor, searched(q), 200).await;
    }
}
