//! Notes: what is kept of a text, who changes it at once, the pinned one, and how customers are found by their notes.

mod reverting;
mod searching;

use clientele::{
    clock::Clock,
    events::By,
    history::{self, Event},
    ids::{CustomerId, NoteId},
    notes::{
        destruction,
        model::{self, Note},
    },
};
use diesel::Connection;
use jiff::{SignedDuration, Timestamp};

use crate::world::{Answer, Asker, World};

fn of(id: CustomerId) -> String {
    format!("/customers/{id}/notes")
}

fn path(id: NoteId, part: &str) -> String {
    format!("/notes/{id}{part}")
}

/// A customer with one note, and the editor.
async fn noted() -> (World, Asker, CustomerId, NoteId) {
    let world = World::empty().await;
    let customer = world.customer("name=Wanjiru&email=w%40x.example");
    let note = world.note(world.shop.live, customer, "Deliver to the gate");
    let editor = world.editor();
    (world, editor, customer, note)
}

fn stored(world: &World, id: NoteId) -> Note {
    world.with(|conn| model::find(conn, world.shop.live, id)).unwrap()
}

/// What happened to a note, oldest first.
fn happened(world: &World, id: NoteId) -> Vec<Event> {
    world.with(|conn| history::after_version(conn, world.shop.live, id.uuid(), 0)).unwrap()
}

fn kinds(world: &World, id: NoteId) -> Vec<String> {
    happened(world, id).into_iter().map(|event| event.kind).collect()
}

/// The texts of the notes on a page, the newest first.
fn texts(page: &Answer) -> Vec<String> {
    page.texts("#notes .notes__text")
}

async fn write(editor: &Asker, customer: CustomerId, text: &str) -> Answer {
    editor.post(of(customer), [("note", text)]).await
}

#[actix_web::test]
async fn a_note_is_on_the_customers_page_first_with_its_author() {
    let (_world, editor, customer, _) = noted().await;
    write(&editor, customer, "  Call first:\r\n   0712 345 678\r\n\r\nNot on Fridays. ").await.expect(303);
    let page = editor.get(format!("/customers/{customer}")).await.expect(200);
    assert_eq!(page.text("#toasts .toast"), "Note saved Undo");
    let shown: String = page.all("#notes .notes__text")[0].text().collect();
    assert_eq!(shown, "Call first:\n   0712 345 678\n\nNot on Fridays.");
    assert!(
        page.texts("#notes .notes__about")[0].starts_with("Edgar Editor , just now"),
        "{:?}",
        page.texts("#notes li")
    );
    assert_eq!(page.attribute(".jump a:first-child", "href"), "#notes");
    assert!(page.text("#activity").contains("Edgar Editor wrote a note Call first: 0712 345 678 Not on Fridays."));
}

#[actix_web::test]
async fn what_cannot_be_kept_comes_back_as_it_was_typed() {
    let (world, editor, customer, note) = noted().await;
    for (text, error) in [
        (" \n ", "Write something first: this note is empty."),
        (
            "card 4242 4242\n4242 4242",
            "There is what looks like a card number in it. Remove it; a card belongs under payment methods.",
        ),
        ("bell\u{7}", "There is an invisible control character (U+0007) in this text. Type it again without it."),
        (&"a".repeat(5_001), "Use at most 5000 characters; this has 5001."),
    ] {
        for answer in
            [write(&editor, customer, text).await, editor.post(of(customer), [("note", text)]).in_place().await]
        {
            let answer = answer.expect(422);
            assert_eq!(answer.error_of("note").as_deref(), Some(error));
            assert_eq!(answer.form("#notes form[data-guard]").value("note").trim(), text.trim());
        }
        let form = [("version", "1"), ("text", text)];
        assert_eq!(editor.post(path(note, ""), form).await.expect(422).error_of("text").as_deref(), Some(error));
    }
    write(&editor, customer, &"é".repeat(5_000)).await.expect(303);
    assert_eq!(world.number("SELECT count(*) AS n FROM notes"), 2);
}

#[actix_web::test]
async fn a_form_sent_twice_writes_one_note() {
    let (world, editor, customer, _) = noted().await;
    let form = editor.get(of(customer)).await.form("#notes form[data-guard]").set("note", "Once");
    editor.submit(&form).await.expect(303);
    editor.submit(&form).in_place().await.expect(200);
    assert_eq!(world.number("SELECT count(*) AS n FROM notes"), 2);
}

#[actix_web::test]
async fn five_are_shown_and_earlier_ones_follow_by_pages_of_twenty() {
    let (world, editor, customer, _) = noted().await;
    for n in 1..=30 {
        world.note(world.shop.live, customer, &format!("Note {n}"));
    }
    let page = editor.get(format!("/customers/{customer}")).await.expect(200);
    assert_eq!(texts(&page), ["Note 30", "Note 29", "Note 28", "Note 27", "Note 26"]);
    let earlier = page.attribute("#notes-earlier-link", "href");
    let part = editor.fragment(&earlier).await.expect(200);
    assert_eq!(part.texts(".notes__text").len(), 20);
    assert_eq!(part.texts(".notes__text")[0], "Note 25");
    let last = editor.get(part.attribute("#notes-earlier-link", "href")).await.expect(200);
    assert_eq!(texts(&last), ["Note 5", "Note 4", "Note 3", "Note 2", "Note 1", "Deliver to the gate"]);
    assert!(!last.has("#notes-earlier"));
    assert_eq!(texts(&editor.get(of(customer)).await).len(), 20);
    editor.get(of(customer) + "?before=x").await.expect(400);
}

#[actix_web::test]
async fn an_edit_keeps_every_version_and_a_clash_overwrites_nothing() {
    let (world, editor, customer, note) = noted().await;
    let form = editor.get(path(note, "/edit")).await.expect(200).form("main form[method=post]");
    assert_eq!(form.value("text").trim(), "Deliver to the gate");
    editor.submit(&form.clone().set("text", "Deliver to the door")).await.expect(303);
    assert_eq!((stored(&world, note).text.as_str(), stored(&world, note).version), ("Deliver to the door", 2));

    let clash = editor.submit(&form.clone().set("text", "Leave it at the shop")).await.expect(409);
    assert!(clash.text(".note--warn").contains("Deliver to the door"), "{}", clash.outline());
    let again = clash.form("main form[method=post]");
    assert_eq!((again.value("text").trim(), again.value("version")), ("Leave it at the shop", "2"));
    assert_eq!(stored(&world, note).version, 2);
    editor.submit(&again).await.expect(303);

    // What was not changed here overwrites nothing, nor does the same once more.
    editor.submit(&form).await.expect(303);
    editor.submit(&form.clone().set("text", "Leave it at the shop")).await.expect(303);
    editor.submit(&form.set("version", "99")).await.expect(409);
    assert_eq!(stored(&world, note).version, 3);

    let page = editor.get(format!("/customers/{customer}")).await;
    assert_eq!(page.attribute("#notes .notes__about a", "href"), path(note, "/history"));
    let past = editor.get(path(note, "/history")).await.expect(200);
    assert_eq!(past.texts(".notes__text"), ["Leave it at the shop", "Deliver to the door", "Deliver to the gate"]);
    assert!(page.text("#activity").contains("Edgar Editor edited a note Leave it at the shop"));
}

#[actix_web::test]
async fn an_edit_is_merged_with_a_pin() {
    let (world, editor, _, note) = noted().await;
    let form = editor.get(path(note, "/edit")).await.form("main form[method=post]").set("text", "To the door");
    editor.post(path(note, "/pin"), "pinned=yes").await.expect(303);
    editor.submit(&form).await.expect(303);
    let note = stored(&world, note);
    assert_eq!((note.text.as_str(), note.is_pinned, note.version), ("To the door", true, 3));
}

#[actix_web::test]
async fn one_note_is_pinned_at_most_and_stands_under_the_name() {
    let (world, editor, customer, first) = noted().await;
    let second = world.note(world.shop.live, customer, "Call before ten");
    editor.post(path(first, "/pin"), "pinned=yes").await.expect(303);
    let page = editor.get(format!("/customers/{customer}")).await;
    assert_eq!(page.text("#pinned-note .notes__text"), "Deliver to the gate");
    let part = editor.post(path(second, "/pin"), "pinned=yes").in_place().await.expect(200);
    assert!(part.text(&format!("hx-partial #{first} .menu")).contains("Pin under the name"), "the former one is told");
    assert_eq!(part.text("hx-partial #pinned-note .notes__text"), "Call before ten");
    assert!(!stored(&world, first).is_pinned && stored(&world, second).is_pinned);
    let event = happened(&world, second).pop().unwrap();
    assert_eq!(
        (event.before["pinned"].as_str(), event.after["pinned"].as_str()),
        (Some(&*first.to_string()), Some(&*second.to_string()))
    );
    assert_eq!(kinds(&world, first), ["note.written", "note.pinned"], "one event tells both");

    editor.post(path(second, "/pin"), "pinned=yes").await.expect(303);
    editor.post(path(second, "/pin"), "pinned=no").await.expect(303);
    editor.post(path(second, "/pin"), "pinned=no").await.expect(303);
    assert_eq!(kinds(&world, second), ["note.written", "note.pinned", "note.unpinned"]);
    assert_eq!(editor.get(format!("/customers/{customer}")).await.text("#pinned-note"), "");
}

#[actix_web::test]
async fn a_removed_note_is_restored_by_the_notices_undo() {
    let (world, editor, customer, note) = noted().await;
    editor.post(path(note, "/pin"), "pinned=yes").await.expect(303);
    let part = editor.post(path(note, "/deletion"), "").in_place().await.expect(200);
    assert!(!part.has(&format!("#{note}")));
    let undo = part.form(".toast form");
    assert!(editor.get(format!("/customers/{customer}")).await.all("#notes li").is_empty());
    let waits = "SELECT count(*) AS n FROM jobs WHERE kind = 'destroy_note'";
    assert_eq!(world.number(waits), 1);
    let past = editor.get(path(note, "/history")).await.expect(200);
    assert!(past.text(".note--warn").contains("This note was removed"));
    for refused in [path(note, "/pin"), path(note, "")] {
        editor.post(refused, "version=1&text=x").await.expect(409);
    }
    editor.get(path(note, "/edit")).await.expect(409);
    editor.submit(&undo).await.expect(303);
    assert!(stored(&world, note).is_pinned, "as it was");
    assert_eq!(world.number(waits), 0);
    assert_eq!(kinds(&world, note)[2..], ["note.removed", "note.restored"]);
}

#[actix_web::test]
async fn a_restored_note_takes_no_place_from_another() {
    let (world, editor, customer, note) = noted().await;
    let other = world.note(world.shop.live, customer, "Other");
    editor.post(path(note, "/pin"), "pinned=yes").await.expect(303);
    editor.post(path(note, "/deletion"), "").await.expect(303);
    editor.post(path(other, "/pin"), "pinned=yes").await.expect(303);
    editor.post(path(note, "/restoration"), "").await.expect(303);
    assert!(!stored(&world, note).is_pinned && stored(&world, other).is_pinned);
    world.sql("UPDATE notes SET removed_at = now() - interval '31 days' WHERE is_pinned");
    editor.post(path(other, "/restoration"), "").await.expect(409);
}

#[actix_web::test]
async fn a_deleted_customers_notes_are_read_and_not_changed_and_end_with_the_customer() {
    let (world, editor, customer, note) = noted().await;
    world.note(world.shop.live, customer, "Another");
    let plan = editor.get(format!("/customers/{customer}/deletion")).await.expect(200);
    assert!(plan.text("main .effects").contains("2 notes are destroyed when the 30 days end."));
    world.delete(customer);
    let page = editor.get(format!("/customers/{customer}")).await.expect(200);
    assert_eq!(page.texts("#notes .notes__text").len(), 2);
    assert!(!page.has("#notes form") && !page.has("#notes .menu"));
    write(&editor, customer, "Late").await.expect(409);
    for part in ["/pin", "/deletion", "/restoration", ""] {
        editor.post(path(note, part), "version=1&text=x").await.expect(409);
    }
    let destroyed =
        world.with(|conn| clientele::notes::destruction::destroy_of(conn, world.shop.live, customer)).unwrap();
    assert_eq!(destroyed, 2);
}

#[actix_web::test]
async fn a_removed_note_is_destroyed_after_thirty_days_and_the_event_has_no_text() {
    let (world, editor, _, note) = noted().await;
    let destroy = |after| {
        let by = By::system(world.shop.live, Clock::system().put_forward(SignedDuration::from_hours(after)));
        world.with(|conn| conn.transaction(|conn| destruction::destroy(conn, &by, note))).unwrap()
    };
    assert_eq!(destroy(31 * 24), None, "it is not removed");
    editor.post(path(note, "/deletion"), "").await.expect(303);
    assert_eq!(destroy(29 * 24), stored(&world, note).restorable_until());
    assert_eq!(destroy(31 * 24), None);
    assert_eq!(world.number("SELECT count(*) AS n FROM notes"), 0);
    let event = happened(&world, note).pop().unwrap();
    assert_eq!((event.kind.as_str(), event.by), ("note.destroyed", None));
    assert!(event.before.is_empty() && event.after.is_empty());
    assert_eq!(destroy(31 * 24), None, "once");
    editor.get(path(note, "/history")).await.expect(404);
}

#[actix_web::test]
async fn a_viewer_reads_and_is_offered_no_change() {
    let (world, _, customer, note) = noted().await;
    let viewer = world.viewer();
    let page = viewer.get(format!("/customers/{customer}")).await.expect(200);
    assert_eq!(texts(&page), ["Deliver to the gate"]);
    assert!(!page.has("#notes form") && !page.has("#notes button"));
    viewer.get(path(note, "/history")).await.expect(200);
}

#[actix_web::test]
async fn a_pasted_id_opens_the_notes_at_that_one() {
    let (world, editor, customer, note) = noted().await;
    for n in 1..=30 {
        world.note(world.shop.live, customer, &format!("Note {n}"));
    }
    let found = editor.get(format!("/customers?q={note}")).await.expect(200);
    let link = found.all("#results a").into_iter().filter_map(|a| a.attr("href")).find(|href| href.contains("/notes"));
    let link = link.expect("a link to the notes").to_owned();
    assert!(link.ends_with(&format!("#{note}")));
    assert_eq!(texts(&editor.get(link.split('#').next().unwrap()).await.expect(200)), ["Deliver to the gate"]);
}

#[actix_web::test]
async fn a_page_costs_the_same_with_3_notes_as_with_300() {
    let mut costs = Vec::new();
    for count in [3, 300] {
        let (world, editor, customer, note) = noted().await;
        for n in 1..count {
            world.note(world.shop.live, customer, &format!("Note {n}"));
        }
        editor.get("/").await;
        let mut of_pages = Vec::new();
        for page in [format!("/customers/{customer}"), of(customer), path(note, "/history"), path(note, "/edit")] {
            world.statements.take();
            editor.get(&page).await.expect(200);
            of_pages.push(world.statements.take().len());
        }
        // Each event asks once who is told of it.
        for (part, form, most) in [("/pin", "pinned=yes", 13), ("", "version=1&text=New", 14), ("/deletion", "", 13)] {
            world.statements.take();
            editor.post(path(note, part), form).await.expect(303);
            let cost = world.statements.take().len();
            assert!(cost <= most, "{part} costs {cost}");
        }
        costs.push(of_pages);
    }
    assert_eq!(costs[0], costs[1]);
    assert!(costs[0][1..].iter().all(|cost| *cost <= 5), "{costs:?}");
}
