//! Customers found by the words of their notes.

use super::*;

/// The names that a search finds, the newest first.
async fn found(editor: &Asker, q: &str) -> Vec<String> {
    let page = editor.get(format!("/customers?q={}", crate::world::encode(q))).await.expect(200);
    page.rows()
}

#[actix_web::test]
async fn notes_are_found_by_their_words_like_names() {
    let (world, editor, customer, note) = noted().await;
    let jose = world.customer("name=Jose&email=j%40x.example");
    world.note(world.shop.live, jose, "Señor Álvarez\npaga los viernes 50%");
    world.customer("name=None&email=n%40x.example");
    for (q, names) in [
        ("note:gate", &["Wanjiru"][..]),
        ("note:DELIVER", &["Wanjiru"]),
        ("note:eliv", &["Wanjiru"]),
        ("note:ga", &["Wanjiru"]),
        ("note:at", &[]),
        ("note:alvarez", &["Jose"]),
        ("note:\"alvarez paga\"", &["Jose"]),
        ("note:\"paga alvarez\"", &[]),
        ("note:50%", &["Jose"]),
        ("note:gate,paga", &["Jose", "Wanjiru"]),
        ("has:note", &["Jose", "Wanjiru"]),
        ("-has:note", &["None"]),
        ("-note:gate has:note", &["Jose"]),
        ("note:gate OR note:viernes", &["Jose", "Wanjiru"]),
    ] {
        assert_eq!(found(&editor, q).await, names, "{q}");
    }
    // At once after each change.
    editor.post(path(note, ""), "version=1&text=Leave+it+outside").await.expect(303);
    assert!(found(&editor, "note:gate").await.is_empty());
    assert_eq!(found(&editor, "note:outside").await, ["Wanjiru"]);
    editor.post(path(note, "/deletion"), "").await.expect(303);
    assert!(found(&editor, "note:outside").await.is_empty());
    editor.post(path(note, "/restoration"), "").await.expect(303);
    world.delete(customer);
    assert!(found(&editor, "note:outside").await.is_empty());
    assert_eq!(found(&editor, "note:outside status:deleted").await, ["Wanjiru"]);
}

#[actix_web::test]
async fn a_note_is_kept_in_the_form_that_is_compared() {
    let (world, ..) = noted().await;
    world.sql("UPDATE notes SET search = 'stale'");
    let stale = "SELECT count(*) AS n FROM notes WHERE search <> note_search(text)";
    assert_eq!(world.number(stale), 1);
    let fresh = "SELECT count(*) AS n FROM notes WHERE note_search(text) = '|deliver |to |the |gate'";
    assert_eq!(world.number(fresh), 1);
}

#[actix_web::test]
async fn all_notes_are_brought_up_to_date_in_batches() {
    let world = World::committed().await;
    let customer = world.customer("name=Wanjiru&email=w%40x.example");
    for n in 0..3 {
        world.note(world.shop.live, customer, &format!("Note\n{n}"));
    }
    world.sql("UPDATE notes SET search = 'stale'");
    world.sql("CALL rewrite_note_search()");
    assert_eq!(world.number("SELECT count(*) AS n FROM notes WHERE search = note_search(text)"), 3);
}
