//! What is undone, told and erased of a person: the page that says what was changed since, a person's file, the erasure.

use super::*;
use crate::house::OTTO;

/// An undo that others stand against, the file, and the erasure with its mark and its errors.
pub fn persons(house: &House, look: Look) {
    let named = furnish(house);
    let browser = &house.browser_of(OTTO, Script::On);
    browser.expect_in_console(&["status of 409", "status of 422"]);
    let mut see = |name: &str| look(browser, name, Widths::All);
    let id = house.customer("name=Undone+Person&email=undone%40example.com&company=First");
    house.change(id, AMINA, "company=Second");
    house.change(id, BARAKA, "company=Third");
    browser.go(&format!("/customers/{id}"));
    see("customer, with changes to undo");
    browser.click("#activity li:nth-child(2) form button");
    browser.see_text("h1", "It was changed since");
    see("undo, changed since");
    for (id, name) in [(named.full, "person’s file"), (named.long, "person’s file, long words")] {
        browser.go(&format!("/customers/{id}/file"));
        see(name);
    }
    let erasure = format!("/customers/{}/erasure", named.long);
    browser.go(&erasure);
    see("erasure");
    browser.click("form[action$='/hold'] button");
    browser.fill("Reason", &"W".repeat(200));
    browser.press("Forbid erasing");
    browser.see_text(".note--warn", "It must not be erased");
    see("erasure, forbidden");
    browser.press("Lift the mark");
    browser.see("#confirmation");
    browser.click("#confirmation");
    browser.keys("somebody else");
    browser.press("Erase personal data");
    browser.see("#confirmation[aria-invalid]");
    see("erasure, errors");
    browser.go(&format!("/customers/{}/erasure", id));
    browser.click("#confirmation");
    browser.keys("Undone Person");
    browser.press("Erase personal data");
    browser.see_text("h1", "Erased customer");
    see("customer, erased");
}
