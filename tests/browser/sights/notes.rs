//! Notes as they are looked at.

use super::Named;
use crate::{
    browser::Browser,
    house::{BARAKA, House},
};

/// Notes on a customer's page and on their own, pinned, in their dialog, and their history.
pub fn notes(house: &House, browser: &Browser, named: &Named, see: &mut dyn FnMut(&str)) {
    let mut last = house.note(named.full, &"W".repeat(300));
    for n in 1..=7 {
        last = house.note(named.full, &format!("Note {n}\n\n  in three lines"));
    }
    house.edit_note(last, BARAKA, "Call before ten");
    let full = format!("/customers/{}", named.full);
    browser.go(&full);
    browser.click(".notes [popovertarget]");
    see("customer, a note's menu");
    browser.press("Pin under the name");
    browser.see("#pinned-note p");
    see("customer, a pinned note");
    browser.click(".notes [popovertarget]");
    browser.click(".notes .menu a[href$='/edit']");
    browser.see("dialog:modal");
    see("note dialog");
    browser.go(&format!("{full}/notes"));
    browser.fill("Write a note for your team", "4242 4242 4242 4242");
    browser.press("Save note");
    browser.see("#notes .error");
    see("notes, refused");
    browser.go(&format!("/notes/{last}/history"));
    see("a note's history");
}
