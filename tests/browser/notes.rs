//! Notes: written, pinned, edited, removed and brought back, with JavaScript and without.

use crate::{
    browser::Script,
    house::{AMINA, BARAKA, House},
};

#[test]
fn a_note_is_written_pinned_edited_removed_and_brought_back() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.mark();
    browser.keys("n");
    browser.expect_focus("#note");
    browser.keys("Call before ten");
    browser.press("Save note");
    browser.see_text(".toast", "Note saved");
    browser.see_text(".notes li", "Call before ten");
    browser.expect_focus("#notes-title");
    browser.expect_value("Write a note for your team", "");

    browser.click(".notes [popovertarget]");
    browser.press("Pin under the name");
    browser.see_text("#pinned-note", "Call before ten");
    browser.see_text(".notes .badge", "Pinned");
    browser.expect_focus(".notes [popovertarget]");

    browser.click(".notes [popovertarget]");
    browser.click(".notes .menu a[href$='/edit']");
    browser.see("dialog:modal");
    browser.expect_focus("dialog #text");
    browser.fill("Note", "Call after ten");
    browser.click("dialog .btn--primary");
    browser.see_text(".toast", "Note changed");
    browser.see_no("dialog");
    browser.see_text("#pinned-note", "Call after ten");
    browser.see_text(".notes li", "edited");

    browser.click(".notes [popovertarget]");
    browser.press("Remove");
    browser.see_text(".toast", "Note removed");
    browser.see_no(".notes li");
    browser.see_no("#pinned-note p");
    assert!(browser.is_marked(), "no other page was loaded");
    browser.press("Undo");
    browser.see_text(".toast", "The note is back");
    browser.see_text("#pinned-note", "Call after ten");
}

#[test]
fn another_pin_takes_the_place_and_earlier_notes_come_below() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    for n in 1..=8 {
        house.note(id, &format!("Note {n}"));
    }
    let browser = &house.browser_of(AMINA, Script::On);
    browser.go(&format!("/customers/{id}"));
    browser.click(".notes li:nth-child(2) [popovertarget]");
    browser.click(".notes li:nth-child(2) [name=pinned]");
    browser.see_text("#pinned-note", "Note 7");
    browser.click(".notes li:first-child [popovertarget]");
    browser.click(".notes li:first-child [name=pinned]");
    browser.see_text("#pinned-note", "Note 8");
    browser.see_no(".notes li:nth-child(2) .badge");
    browser.press("Earlier notes");
    browser.see_text(".notes li:nth-child(8)", "Note 1");
    browser.see_no("#notes-earlier");
    browser.expect_focus(".notes li:nth-child(6)");
    // One that is not on the page is unpinned all the same.
    browser.click(".notes li:last-child [popovertarget]");
    browser.click(".notes li:last-child [name=pinned]");
    browser.see_text("#pinned-note", "Note 1");
    browser.see_no(".notes li:first-child .badge");
    browser.go(&format!("/customers/{id}"));
    browser.click(".notes li:first-child [popovertarget]");
    browser.click(".notes li:first-child [name=pinned]");
    browser.see_text("#pinned-note", "Note 8");
}

#[test]
fn what_is_typed_into_the_box_outlives_a_save_beside_it_and_a_clash_loses_nothing() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let note = house.note(id, "Deliver to the gate");
    let browser = &house.browser_of(AMINA, Script::On);
    browser.expect_in_console(&["status of 409", "status of 422"]);
    browser.go(&format!("/customers/{id}"));
    browser.press("Save note");
    browser.see_text("#notes .error", "Write something first");
    browser.expect_focus("#note");
    browser.fill("Write a note for your team", "Half a thought");
    browser.press("Edit details");
    browser.fill("Company", "Duka Moja");
    browser.press("Save changes");
    browser.see_text("#details", "Duka Moja");
    browser.expect_value("Write a note for your team", "Half a thought");
    browser.press("Save note");
    browser.see_text(".notes li", "Half a thought");

    browser.click(".notes li:last-child [popovertarget]");
    browser.click(".notes li:last-child .menu a[href$='/edit']");
    browser.fill("Note", "Mine");
    house.edit_note(note, BARAKA, "Theirs");
    browser.click("dialog .btn--primary");
    browser.see_text("dialog .note--warn", "Theirs");
    browser.expect_value("Note", "Mine");
    browser.click("dialog .btn--primary");
    browser.see_text(".notes li:last-child", "Mine");
}

#[test]
fn without_javascript_everything_is_a_page() {
    let house = House::open();
    let id = house.customer("name=Wanjiru+Kamau&email=wanjiru%40example.com");
    let browser = &house.browser_of(AMINA, Script::Off);
    browser.go(&format!("/customers/{id}"));
    browser.press("Save note");
    browser.see_text("#notes .error", "Write something first");
    browser.fill("Write a note for your team", "Call before ten");
    browser.press("Save note");
    browser.see_text(".toast", "Note saved");
    browser.click(".notes [popovertarget]");
    browser.press("Pin under the name");
    browser.see_text("#pinned-note", "Call before ten");
    browser.click(".notes [popovertarget]");
    browser.click(".notes .menu a[href$='/edit']");
    browser.see_text("h1", "Edit note");
    browser.fill("Note", "Call after ten");
    browser.press("Save note");
    browser.see_text("#pinned-note", "Call after ten");
    browser.press("edited");
    browser.see_text("h1", "History of a note");
    browser.press("Back to the customer");
    browser.click(".notes [popovertarget]");
    browser.press("Remove");
    browser.see_text(".toast", "Note removed");
    browser.press("Undo");
    browser.see_text("#pinned-note", "Call after ten");
}
