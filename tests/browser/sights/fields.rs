//! Custom fields in every state.

use super::{Look, Widths};
use crate::{
    browser::Script,
    house::{House, NJERI},
};

/// The list, the form with its errors, what a change asks, and the dialog that archives.
pub fn fields(house: &House, look: Look) {
    let browser = &house.browser_of(NJERI, Script::On);
    browser.expect_in_console(&["status of 422", "status of 409"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    house.customer("name=Wanjiru&email=w%40example.com");
    browser.go("/settings/fields");
    see("custom fields, none yet");
    browser.press("Define field");
    browser.see_text("h1", "Define custom field");
    see("new field");
    browser.press("Define field");
    browser.see(".note--bad");
    see("new field, errors");
    browser.fill("Label", &"W".repeat(60));
    browser.choose("Kind", "Several choices");
    browser.fill("Choices", &format!("{}\nSilver", "W".repeat(100)));
    browser.fill("Help", &"W".repeat(200));
    browser.see_text("#preview", "Silver");
    see("new field, its preview");
    browser.press("Define field");
    browser.see(".keyline");
    see("custom fields, one");
    browser.press(&format!("Edit {}", "W".repeat(60)));
    browser.see_text("h1", "Edit field");
    browser.click("[name='is_required'][type=checkbox]");
    browser.press("Save field");
    browser.see_text("h1", "Change field");
    see("what a change does");
    browser.press("Save field");
    browser.see_text(".toast", "is saved");
    browser.press(&format!("Archive {}", "W".repeat(60)));
    browser.see("dialog:modal");
    see("field, archiving");
    browser.press("Archive field");
    browser.see_text(".toast", "is archived");
    see("custom fields, one archived");
}
