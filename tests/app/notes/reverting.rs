//! Changes of notes taken back: the exact inverse, or what was changed since.

use std::collections::BTreeSet;

use super::*;
use crate::world::{Person, settings};
use clientele::{
    clock::Clock,
    error::{Error, Result},
    history::reverting::{Asker as Undoer, Reverted, Since, Undoing},
    notes::revert::REVERTS,
    values::Mode,
    who::{Role, SecondFactor, SignedIn},
};

fn undoer(world: &World, person: &Person) -> Undoer {
    Undoer::Person(Box::new(SignedIn {
        clock: Clock::system(),
        staff: person.id,
        email: person.email.clone(),
        name: person.name.clone(),
        role: person.role,
        sees: clientele::merchants::Sees::Shown,
        single_keys: true,
        theme: None,
        second_factor: SecondFactor::default(),
        is_proven: true,
        notices: Vec::new(),
        merchant_id: world.shop.merchant,
        merchant: world.shop.name.clone(),
        settings: settings(),
        account: world.shop.live,
        mode: Mode::Live,
        request: uuid::Uuid::now_v7(),
    }))
}

/// Takes the last event of a note back, or an earlier one.
fn undo(world: &World, event: &Event) -> Result<Reverted> {
    let asker = undoer(world, &world.shop.editor);
    let by = asker.undoing(event.id);
    let agreed = BTreeSet::new();
    let undoing = Undoing { asker: &asker, by, now: Timestamp::now(), agreed: &agreed };
    world.with(|conn| conn.transaction(|conn| REVERTS.revert(conn, &undoing, event)))
}

fn last(world: &World, id: NoteId) -> Event {
    happened(world, id).pop().unwrap()
}

fn done(world: &World, event: &Event) {
    assert!(matches!(undo(world, event).unwrap(), Reverted::Done), "{}", event.kind);
}

fn changed(world: &World, event: &Event) -> Since {
    match undo(world, event).unwrap() {
        Reverted::Changed(mut since) => since.remove(0),
        other => panic!("{}: {other:?}", event.kind),
    }
}

#[actix_web::test]
async fn every_change_is_taken_back_and_that_too() {
    let (world, editor, _, note) = noted().await;
    editor.post(path(note, ""), "version=1&text=To+the+door").await.expect(303);
    done(&world, &last(&world, note));
    assert_eq!(stored(&world, note).text, "Deliver to the gate");
    done(&world, &last(&world, note));
    assert_eq!(stored(&world, note).text, "To the door");

    editor.post(path(note, "/pin"), "pinned=yes").await.expect(303);
    done(&world, &last(&world, note));
    assert!(!stored(&world, note).is_pinned);
    done(&world, &last(&world, note));
    assert!(stored(&world, note).is_pinned);

    editor.post(path(note, "/deletion"), "").await.expect(303);
    done(&world, &last(&world, note));
    assert!(!stored(&world, note).is_removed() && stored(&world, note).is_pinned);
    done(&world, &last(&world, note));
    assert!(stored(&world, note).is_removed());
    let told = "SELECT count(*) AS n FROM events WHERE undoes IS NOT NULL";
    assert_eq!(world.number(told), 6);
    assert_eq!(kinds(&world, note).last().map(String::as_str), Some("note.removed"));
}

#[actix_web::test]
async fn what_was_changed_since_is_told_and_not_overwritten() {
    let (world, editor, customer, note) = noted().await;
    editor.post(path(note, ""), "version=1&text=To+the+door").await.expect(303);
    let (written, edited) = (happened(&world, note).remove(0), last(&world, note));
    world.owner().post(path(note, ""), "version=2&text=To+the+shop").await.expect(303);
    let since = changed(&world, &edited);
    assert_eq!((since.wanted.as_deref(), since.current.as_deref()), (Some("Deliver to the gate"), Some("To the shop")));
    assert_eq!(since.changed.unwrap().0.as_deref(), Some("Olga Owner"));
    assert_eq!(changed(&world, &written).wanted, None, "it is not removed with what a colleague made of it");
    assert_eq!(stored(&world, note).version, 3);

    let other = world.note(world.shop.live, customer, "Other");
    editor.post(path(note, "/pin"), "pinned=yes").await.expect(303);
    let pinned = last(&world, note);
    editor.post(path(other, "/pin"), "pinned=yes").await.expect(303);
    let since = changed(&world, &pinned);
    assert_eq!((since.label.as_str(), since.wanted, since.current.as_deref()), ("Pinned note", None, Some("Other")));
    // The exact inverse: the former one is pinned again.
    done(&world, &last(&world, other));
    assert!(stored(&world, note).is_pinned && !stored(&world, other).is_pinned);

    editor.post(path(note, "/deletion"), "").await.expect(303);
    let removed = last(&world, note);
    editor.post(path(other, "/pin"), "pinned=yes").await.expect(303);
    assert_eq!(changed(&world, &removed).label, "Pinned note");
    assert!(matches!(undo(&world, &edited), Err(Error::Conflict(_))), "it was removed");
}

#[actix_web::test]
async fn what_is_so_already_is_done_and_what_is_gone_is_told() {
    let (world, editor, _, note) = noted().await;
    editor.post(path(note, "/deletion"), "").await.expect(303);
    let removed = last(&world, note);
    editor.post(path(note, "/restoration"), "").await.expect(303);
    done(&world, &removed);
    assert_eq!(stored(&world, note).version, 3);
    editor.post(path(note, "/deletion"), "").await.expect(303);
    world.sql("DELETE FROM notes");
    assert!(matches!(undo(&world, &removed), Err(Error::Conflict(_))));
    for kind in REVERTS.kinds() {
        assert!(clientele::notes::kinds::ALL.contains(kind));
    }
    let may = |person| REVERTS.allows(&undoer(&world, person), &removed);
    assert!(may(&world.shop.editor) && !may(&world.shop.viewer));
    assert_eq!(world.shop.editor.role, Role::Editor);
}
